"""Rules on the rows: against the list, and box by box."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from fcextract.audit.case import (
    COLUMN_EN,
    COLUMN_ZH,
    STATE_ZH,
    WHO,
    Case,
    finding,
    label,
    on_page_en,
    on_page_zh,
    quote,
)
from fcextract.audit.counting import UNREAD
from fcextract.audit.reasons import reason_zh
from fcextract.catalogue import catalogue
from fcextract.records import BoxReading, Entry, ExtraRow, Finding, State
from fcextract.text.fold import fold, unreliable

# A cell cut off by its page or its column still shows this share of its text.
SHOWN_OF_A_CUT_TEXT = 0.6
# Signs after the last word: a full stop, or the box of the next cell.
_ENDING = re.compile(r"\W+\Z")
# Findings that a box which could not be read gets where its reader named none.
_DEFAULT_CODE = {State.UNCERTAIN: "box-uncertain", State.MISSING: "box-missing"}


def missing_items(case: Case) -> Iterator[Finding]:
    """``item-missing``, until a person has said what both of the row's boxes are."""
    for e in case.sheet.entries:
        lost = [who for who in WHO if e.box_in(who).state is State.MISSING]
        if e.row is not None or not lost:
            continue
        whole = len(lost) == len(WHO)
        which_zh = "两个框都" if whole else f"{COLUMN_ZH[lost[0]]}框"
        which_en = "both boxes are" if whole else f"the {COLUMN_EN[lost[0]]} box is"
        yield finding(
            "item-missing",
            f"{label(e.item)}：表上没有找到这一行，{which_zh}按缺失处理。",
            f"{label(e.item)}: no such row was found on the form; {which_en} missing.",
            item_id=e.item.item_id,
        )


def extra_rows(case: Case) -> Iterator[Finding]:
    """``item-repeated``, ``item-unknown``, ``unnumbered-row``."""
    for extra in case.sheet.extras:
        page = extra.row.page
        zh, en = _extra_row(extra)
        yield finding(
            extra.code,
            on_page_zh(page) + zh,
            on_page_en(page) + en,
            item_id=extra.item_id,
            page=page,
            computed=f"self {extra.row.self_box.state}; reviewer {extra.row.reviewer_box.state}",
        )


def _extra_row(extra: ExtraRow) -> tuple[str, str]:
    row = extra.row
    states_zh = (
        f"自评框{STATE_ZH[row.self_box.state]}、省发改委框{STATE_ZH[row.reviewer_box.state]}"
    )
    states_en = f"self-assessment {row.self_box.state}, reviewer {row.reviewer_box.state}"
    number = f"({row.number})" if row.number is not None else ""
    text = quote(row.wording)
    if extra.code == "unnumbered-row":
        zh, en = "有一行带框而无编号", "a row has boxes and no number"
        text = f"“{text}”" if text else ""
    elif extra.code == "item-repeated":
        zh, en = f"{number} 再次出现", f"{number} stands once more"
    else:
        zh, en = "有一行不在清单中：", "a row is not on the list: "
        text = f"{number} {text}".strip()
    return (
        f"{zh}{text}（{states_zh}），未计数。",
        f"{en}{' ' if text and en[-1] != ' ' else ''}{text} ({states_en}); it was not counted.",
    )


def wording(case: Case) -> Iterator[Finding]:
    """``wording-differs``."""
    for e in case.sheet.entries:
        # Pixels are recognised only as far as the row's item needs.
        printed = e.row.wording if e.row and not e.row.recognised else ""
        if e.row and differs(printed, e.item.content):
            yield finding(
                "wording-differs",
                f"{on_page_zh(e.row.page)}({e.item.item_no}) 印为“{printed}”，"
                f"清单为“{e.item.content}”。",
                f"{on_page_en(e.row.page)}({e.item.item_no}) is printed “{printed}”; "
                f"the list has “{e.item.content}”.",
                item_id=e.item.item_id,
                page=e.row.page,
                declared=printed,
                computed=e.item.content,
            )


def nature(case: Case) -> Iterator[Finding]:
    """``nature-differs``."""
    for e in case.sheet.entries:
        printed = e.row.nature if e.row else ""
        if e.row and differs(printed, e.item.nature):
            yield finding(
                "nature-differs",
                f"{on_page_zh(e.row.page)}{label(e.item)}：印为“{printed}”，"
                f"清单为“{e.item.nature}”；按清单计数。",
                f"{on_page_en(e.row.page)}{label(e.item)}: printed “{printed}”; the list has "
                f"“{e.item.nature}”, which counting follows.",
                item_id=e.item.item_id,
                page=e.row.page,
                declared=printed,
                computed=e.item.nature,
            )


def differs(printed: str, listed: str) -> bool:
    """Whether a printed text is surely not the listed one.

    Not if it was not read, was read from a lying text layer, or is cut off: the beginning
    of the listed one, at least 60 % of it. A printed text that goes on in words is another
    text.
    """
    if not printed.strip() or unreliable(printed):
        return False
    shown, whole = (_ENDING.sub("", fold(text)) for text in (printed, listed))
    cut = whole.startswith(shown) and len(shown) >= SHOWN_OF_A_CUT_TEXT * len(whole)
    return not cut


def doubled_numbers(case: Case) -> Iterator[Finding]:
    """``doubled-number-differs``: only between rows whose boxes are both surely read."""
    rows: dict[int, list[Entry]] = defaultdict(list)
    for e in case.sheet.entries:
        rows[e.item.item_no].append(e)
    for number, entries in rows.items():
        for who in WHO:
            states = [(e.item.item_id, e.box_in(who).state) for e in entries]
            if not {State.CHECKED, State.EMPTY} <= {s for _, s in states}:
                continue
            zh = "、".join(f"{i} {STATE_ZH[s]}" for i, s in states)
            en = ", ".join(f"{i} {s}" for i, s in states)
            counted = "计为符合一项" if case.count == "numbers" else "按行分别计数"
            counts = "it counts once" if case.count == "numbers" else "each row counts for itself"
            yield finding(
                "doubled-number-differs",
                f"({number}) 的{len(entries)}行{COLUMN_ZH[who]}勾选不同：{zh}；{counted}。",
                f"The rows of ({number}) differ in the {COLUMN_EN[who]} column: {en}; {counts}.",
                item_id=entries[0].item.item_id,
                page=entries[0].row.page if entries[0].row else None,
                computed=en,
            )


def boxes(case: Case) -> Iterator[Finding]:
    """The code that came with a box, one finding per box."""
    for e in case.sheet.entries:
        for who in WHO:
            box = e.box_in(who)
            if code := box.code or _DEFAULT_CODE.get(box.state, ""):
                yield _box_finding(code, e, who, box)


def _box_finding(code: str, e: Entry, who: str, box: BoxReading) -> Finding:
    page = e.page_of(who)
    title = catalogue()[code]
    why_zh = f"（{reason_zh(box.reason)}）" if box.reason else ""
    why_en = f" ({box.reason})" if box.reason else ""
    left_zh = "，未计为勾选" if box.state in UNREAD else f"，按{STATE_ZH[box.state]}计"
    left_en = "left open" if box.state in UNREAD else f"taken as {box.state}"
    return finding(
        code,
        f"{on_page_zh(page)}{label(e.item)}的{COLUMN_ZH[who]}框：{title.title_zh}{why_zh}{left_zh}。",
        f"{on_page_en(page)}{COLUMN_EN[who]} box of {label(e.item)}: "
        f"{title.title_en[0].lower()}{title.title_en[1:]}{why_en}, {left_en}.",
        item_id=e.item.item_id,
        page=page,
        computed=f"{who} {box.state}",
    )


def reviewer(case: Case) -> Iterator[Finding]:
    """``reviewer-rejects``, ``reviewer-adds``, where the reviewer ticked anything."""
    if not any(e.reviewer_box.state is State.CHECKED for e in case.sheet.entries):
        return
    for e in case.sheet.entries:
        pair = (e.self_box.state, e.reviewer_box.state)
        page = e.row.page if e.row else None
        if pair == (State.CHECKED, State.EMPTY):
            code, zh, en = (
                "reviewer-rejects",
                "自评勾选，省发改委未勾",
                "ticked by the county, not by the reviewer",
            )
        elif pair == (State.EMPTY, State.CHECKED):
            code, zh, en = (
                "reviewer-adds",
                "省发改委勾选，自评未勾",
                "ticked by the reviewer, not by the county",
            )
        else:
            continue
        said_zh = f"（备注：{e.remark}）" if e.remark else ""
        said_en = f" (remark: {e.remark})" if e.remark else ""
        yield finding(
            code,
            f"{on_page_zh(page)}{label(e.item)}：{zh}{said_zh}。",
            f"{on_page_en(page)}{label(e.item)}: {en}{said_en}.",
            item_id=e.item.item_id,
            page=page,
            computed=f"self {pair[0]}; reviewer {pair[1]}",
        )
