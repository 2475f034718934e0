"""总表: one line a form, failed files among them."""

from __future__ import annotations

from typing import Any

from fcextract.audit.case import PARTS
from fcextract.audit.counting import gaps
from fcextract.export.rows import Batch, error_text
from fcextract.export.sheets import words
from fcextract.export.styles import STATUS_STYLE, VERDICT_STYLE, Col, Formats
from fcextract.export.table import Table
from fcextract.records import AuditedSheet, FailedFile

_TICKED = ("自评勾选（重新计数）", "Self-assessment, recounted")
_DECLARED = ("申报数", "Declared")
_GAP = ("申报与勾选之差", "Declared less ticked")
_RATE = ("总细项比例", "Rate of total")
COLUMNS = (
    Col("县（市、区）", "County", 21, "wrap"),
    Col("申请编号", "Form", 17, "id"),
    Col("结论", "Verdict", 10, "centre"),
    Col("状态", "Status", 9, "centre"),
    Col("总细项", "Total", 8, "int", *_TICKED),
    Col("约束性", "Binding", 8, "int", *_TICKED),
    Col("引导性", "Guiding", 8, "int", *_TICKED),
    Col("最多可能", "At most", 8, "int", *_TICKED),
    Col("总细项", "Total", 8, "int", *_DECLARED),
    Col("约束性", "Binding", 8, "int", *_DECLARED),
    Col("引导性", "Guiding", 8, "int", *_DECLARED),
    Col("总细项", "Total", 8, "gap", *_GAP),
    Col("约束性", "Binding", 8, "gap", *_GAP),
    Col("引导性", "Guiding", 8, "gap", *_GAP),
    Col("勾选", "Ticked", 9, "rate", *_RATE),
    Col("申报", "Declared", 9, "rate", *_RATE),
    Col("省发改委勾选", "Reviewer ticked", 9, "int"),
    Col("未读出的框", "Unread boxes", 8, "int"),
    Col("发现条数", "Findings", 9, "int"),
    Col("说明", "Note", 38, "wrap"),
    Col("回迁安置人数", "Resettled", 10, "int", printed=False),
    Col("人才引进数", "Talents", 9, "int", printed=False),
    Col("更正的框", "Corrected", 9, "int", printed=False),
    Col("预计错框", "Wrong, expected", 9, "share", printed=False),
    Col("误读可改结论", "Verdict at risk", 9, "centre", printed=False),
    Col("文件", "File", 30, "wrap", printed=False),
)
_NOTE, _SOURCE = 19, len(COLUMNS) - 1


def write(book: Any, formats: Formats, name: str, batch: Batch, lang: str) -> None:
    """Write the sheet."""
    table = Table(book, formats, name, COLUMNS, lang, frozen=2)
    lines = batch.lines(lambda s: _form(s, lang), lambda name, f: _failure(name, f, lang))
    for values, styles in lines:
        table.write(values, styles)
    table.close()


def _form(s: AuditedSheet, lang: str) -> tuple[list[Any], dict[int, str]]:
    counts = [s.summary.counts["self", p] for p in PARTS]
    declared = [getattr(s.sheet.declared, p, None) for p in PARTS]
    found = gaps(s.sheet.declared, s.summary)
    total = counts[0]
    declared_rate = getattr(s.sheet.declared, "total_rate", None)
    header = s.sheet.header
    values = [
        s.county,
        s.form_id,
        words.verdict(s.verdict, lang),
        words.status(s.status, lang),
        *(c.total for c in counts),
        total.max if total.max != total.min else None,
        *declared,
        *(found.get(p) for p in PARTS),
        total.rate / 100,
        None if declared_rate is None else declared_rate / 100,
        s.summary.counts["reviewer", "total"].total,
        s.summary.unread_boxes,
        len(s.findings),
        _note(s, lang),
        header.resettled_population,
        header.talents_introduced,
        _corrected(s) or None,
        s.certainty.wrong_boxes,
        ("是" if lang == "zh" else "yes") if s.certainty.at_risk else None,
        s.sheet.source,
    ]
    styles = {2: VERDICT_STYLE[s.verdict], 3: STATUS_STYLE[s.status]}
    styles |= {11 + n: "gap-bad" for n, g in enumerate(map(found.get, PARTS)) if g}
    return values, styles


def _corrected(s: AuditedSheet) -> int:
    boxes = (b for e in s.sheet.entries for b in (e.self_box, e.reviewer_box))
    return sum(b.read_as is not None for b in boxes)


def _note(s: AuditedSheet, lang: str) -> str:
    """What a person should know first: the gravest finding, and what would explain it."""
    zh = lang == "zh"
    said = []
    if s.findings and s.findings[0].severity != "info":
        said.append(s.findings[0].message_zh if zh else s.findings[0].message_en)
    if s.hints:
        said.append(f"提示：{s.hints[0].message_zh}" if zh else f"Hint: {s.hints[0].message_en}")
    return "\n".join(said)


def _failure(name: str, f: FailedFile, lang: str) -> tuple[list[Any], dict[int, str]]:
    values: list[Any] = [None] * len(COLUMNS)
    values[1] = name
    values[3] = words.status("failed", lang)
    values[_NOTE], values[_SOURCE] = error_text(f, lang), f.source
    return values, {3: STATUS_STYLE["failed"]}
