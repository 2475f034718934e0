"""口径: how the results were counted, in words, for whoever gets the workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fcextract import __version__
from fcextract.editions import Edition, load_edition
from fcextract.errors import UnknownEditionError
from fcextract.export.rows import Batch

#: A heading, or None for one; and its text, None for a section heading.
Line = tuple[str, str | None]


def about(batch: Batch, lang: str = "zh") -> Iterator[Line]:
    """The lines of the sheet: key and text; a section heading has no text."""
    zh = lang == "zh"
    yield ("核对口径" if zh else "How this was counted"), None
    yield ("程序" if zh else "Program"), f"fcextract {__version__}"
    yield from _batch(batch, zh)
    for edition in _editions(batch):
        yield from _edition(edition, batch, zh)
    yield ("计数" if zh else "Counting"), None
    yield from COUNTING_ZH if zh else COUNTING_EN
    yield ("结论" if zh else "Verdicts"), None
    yield from VERDICTS_ZH if zh else VERDICTS_EN
    yield ("框的状态" if zh else "States of a box"), None
    yield from STATES_ZH if zh else STATES_EN
    yield ("文件校验值（SHA-256）" if zh else "Files (SHA-256)"), None
    hashes = {s.sheet.source: s.sheet.sha256 for s in batch.brief}
    hashes |= {f.source: f.sha256 for _, f in batch.failures if f.sha256}
    yield from sorted(hashes.items())


def _batch(batch: Batch, zh: bool) -> Iterator[Line]:
    verdicts = Counter(s.verdict for s in batch.brief)
    review = sum(s.status == "review" for s in batch.brief)
    if zh:
        yield (
            "本批",
            f"{len(batch.brief)} 份表：一致 {verdicts['consistent']}，"
            f"不一致 {verdicts['inconsistent']}，待核实 {verdicts['unverifiable']}，"
            f"未申报 {verdicts['undeclared']}；待复核 {review}。读取失败的文件 {len(batch.failures)} 个。",
        )
    else:
        yield (
            "This batch",
            f"{len(batch.brief)} forms: {verdicts['consistent']} consistent, "
            f"{verdicts['inconsistent']} inconsistent, {verdicts['unverifiable']} unverifiable, "
            f"{verdicts['undeclared']} undeclared; {review} to review. "
            f"{len(batch.failures)} files could not be read.",
        )


def _editions(batch: Batch) -> Iterator[Edition]:
    for edition_id in sorted({s.sheet.edition_id for s in batch.brief}):
        try:
            yield load_edition(edition_id)
        except UnknownEditionError:  # one from a folder of the caller's own
            continue


def _edition(edition: Edition, batch: Batch, zh: bool) -> Iterator[Line]:
    of, own = edition.denominators, edition.counts()
    by_rows = any(
        s.summary.counts["self", "total"].of != of["total"]
        for s in batch.brief
        if s.sheet.edition_id == edition.id
    )
    if zh:
        yield "表式版本", f"{edition.id}：{edition.name}"
        yield (
            "分母",
            f"表尾印出的总细项 {of['total']}、约束性项 {of['binding']}、引导性项 {of['guiding']}。"
            f"清单实际印有 {own['rows']} 行（约束性 {own['binding_rows']}、引导性 "
            f"{own['guiding_rows']}），{own['numbers']} 个编号。",
        )
        yield "计数单位", "按印出的行" if by_rows else "按编号；同一编号的两行只计一次"
    else:
        yield "Edition", f"{edition.id}: {edition.name}"
        yield (
            "Out of",
            f"The footer's printed {of['total']} total, {of['binding']} binding, "
            f"{of['guiding']} guiding. The list itself prints {own['rows']} rows "
            f"({own['binding_rows']} binding, {own['guiding_rows']} guiding), "
            f"{own['numbers']} numbers.",
        )
        yield "Counted by", "printed rows" if by_rows else "number; its rows count once together"


COUNTING_ZH: tuple[Line, ...] = (
    (
        "重新计数",
        "按自评列的勾选逐项计数，与表尾“政府自评选项”申报的数字比较。申报数不影响任何一个框的判定。",
    ),
    (
        "范围",
        "无法判定或缺失的框，按空计得下限，按勾计得上限；“最多可能”为上限。申报数落在范围之外才算不一致。",
    ),
    ("申报与勾选之差", "申报数减勾选数；勾选数为范围时，减较近的一端。正数为多报，负数为少报。"),
    ("比例", "勾选数除以上述分母，百分数，两位小数，四舍五入。"),
    ("多余的行", "没有编号的行、清单之外的行、重复的行，只报告，不计数。"),
    (
        "更正",
        "人工更正过的框按更正后的状态计；原判读不删，列在“明细”的“原判读”里，何人何时见“更正”。",
    ),
    (
        "复核",
        "“复核”列出还没有人看过的框。填好“改判”并保存，用 fcextract apply 结果文件夹 工作簿 收回。",
    ),
    (
        "提示",
        "申报数与勾选不符时，列出正好能解释差额的算法或框；只供参考，不改变任何判读和结论。",
    ),
    (
        "预计错框",
        "按各框的把握估计的误读个数。“误读可改结论”表示：若把握低于 0.99 的框读错，结论可能改变。",
    ),
)
COUNTING_EN: tuple[Line, ...] = (
    (
        "Recount",
        "Ticks of the self-assessment column, item by item, compared with the figures declared "
        "under the table. No declared figure has any part in how a box was read.",
    ),
    (
        "Range",
        "Unread boxes counted as empty give the lower end, counted as ticked the upper (“At "
        "most”). Only a declared figure outside the range is a mismatch.",
    ),
    (
        "Declared less ticked",
        "From the nearer end where the count is a range. Positive: declared too many.",
    ),
    ("Rate", "Ticked out of the figures above, in percent, two decimals, half up."),
    ("Extra rows", "Unnumbered, unknown and repeated rows are reported and never counted."),
    (
        "Corrections",
        "A box that a person corrected counts as corrected; what was read stays on the Items "
        "sheet (“as read”), with who and when.",
    ),
    (
        "Review",
        "Boxes that nobody has looked at. Fill in the answers, save, and hand the workbook back "
        "with fcextract apply RESULTS WORKBOOK.",
    ),
    (
        "Hints",
        "Where a declared count differs from the ticks: ways of counting, or boxes, that explain "
        "it exactly. They change no reading and no verdict.",
    ),
    (
        "Wrong, expected",
        "Misread boxes to expect, by the boxes' own confidences. “Verdict at risk”: boxes below "
        "0.99, if wrong, could change it.",
    ),
)
VERDICTS_ZH: tuple[Line, ...] = (
    ("一致", "九个申报数字齐全，符合数与勾选相等，比例、合计、项数均正确。"),
    ("不一致", "有申报数字与勾选不符，或申报数字之间自相矛盾。"),
    ("待核实", "有未读出的框，或申报数字不全，尚不能判定。"),
    ("未申报", "没有找到任何申报的符合数。"),
)
VERDICTS_EN: tuple[Line, ...] = (
    (
        "consistent",
        "All nine declared figures are there, the counts equal the ticks, and rates, sum and "
        "denominators are right.",
    ),
    ("inconsistent", "A declared figure differs from the ticks or from another declared figure."),
    ("unverifiable", "Unread boxes or blank figures leave it open."),
    ("undeclared", "No declared count was found."),
)
STATES_ZH: tuple[Line, ...] = (
    ("√", "勾选。"),
    ("—", "空。"),
    ("待定", "看到了框，但不能有把握地判定；不猜测，由人复核。"),
    ("缺失", "没有找到该行或该框。"),
)
STATES_EN: tuple[Line, ...] = (
    ("√", "Ticked."),
    ("—", "Empty."),
    ("uncertain", "Seen and not safe to say; never guessed, for a person to decide."),
    ("missing", "The row or the box was not found."),
)
