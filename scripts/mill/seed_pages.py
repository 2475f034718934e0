"""The one real form's own page structure, printed again.

Its transcript shows five pieces of table: (1)-(28), (29)-(63) with the cell "07- 知识在身边"
torn in two, (63)-(96) in rows shifted by a stray column and followed by a row without a
number, (97)-(131) whose last two rows lack their labels, and (132)-(141).
"""

from __future__ import annotations

from collections.abc import Sequence

from mill.edition import EDITION, ITEM_IDS, ITEMS, Item
from mill.fill import Fill
from mill.layout import Layout
from mill.sheet import Cell, Fragment, Row, Sheet, footer_rows, header_fields
from mill.styles import STYLES

LAYOUT = Layout(
    font="zenhei",
    size=9.0,
    heading_repeat=False,
    padding=2.5,
    stray_after="096",
    fragments=(28, 63, 97, 132),
)
_COLUMNS = LAYOUT.column_ids
_SHIFTED = ("blank", *_COLUMNS)
_WIDTHS = {
    "first": (9, 11, 8, 33, 9, 11, 9, 10),
    "second": (10, 12, 8, 36, 8, 9, 8, 9),
    "shifted": (4, 6, 8, 7, 36, 9, 10, 9, 11),
    "third": (7, 8, 8, 39, 9, 10, 8, 11),
    "stray": (3, 5, 8, 9, 36, 9, 10, 9, 11),
    "fourth": (9, 11, 8, 34, 9, 10, 9, 10),
    "fifth": (6, 7, 8, 41, 9, 10, 9, 10),
}


def seed_fill() -> Fill:
    """What the real form says."""
    texts = dict.fromkeys(ITEM_IDS, "")
    declared: dict[str, int | float] = {"total": 6, "total_of": 141, "total_rate": 4.26}
    declared |= {"binding": 3, "binding_of": 70, "binding_rate": 4.29}
    declared |= {"guiding": 3, "guiding_of": 71, "guiding_rate": 4.23}
    ticks = {i: (i in ("001", "002"), False) for i in ITEM_IDS}
    return Fill("seed", "330105190429014", 23423, 4234, ticks, texts, texts, declared, "all-counts")


def seed_sheet() -> Sheet:
    """The real form's tables."""
    fill = seed_fill()
    pieces = (
        _piece(
            fill, "001", "028", "first", heading=True, new_page=False, labels={7: "07- 知识在身"}
        ),
        _piece(fill, "029", "063-1", "second", blank_sections=(2,), labels={7: "边"}),
        _piece(fill, "063-2", "064", "shifted", blank_sections=(4,), labels={14: ""}),
        _piece(fill, "065", "095", "third", new_page=False),
        _stray_piece(fill),
        _piece(fill, "097", "131", "fourth", blank_sections=(6, 9), labels={31: ""}),
        _piece(fill, "132", "141", "fifth"),
    )
    return Sheet(
        fill,
        LAYOUT,
        STYLES["native"],
        EDITION.title,
        header_fields(fill, LAYOUT),
        pieces,
        footer_rows(fill),
    )


def _between(first: str, last: str) -> Sequence[Item]:
    return ITEMS[ITEM_IDS.index(first) : ITEM_IDS.index(last) + 1]


def _piece(
    fill: Fill,
    first: str,
    last: str,
    widths: str,
    heading: bool = False,
    new_page: bool = True,
    blank_sections: Sequence[int] = (),
    labels: dict[int, str] | None = None,
) -> Fragment:
    items = _between(first, last)
    columns = _SHIFTED if widths == "shifted" else _COLUMNS
    texts = [_labels(i, blank_sections, labels or {}) for i in items]
    rows = []
    for k, item in enumerate(items):
        cells = [_label_cell(texts, items, k, c) for c in range(3)]
        lead = [Cell("blank")] if columns is _SHIFTED else []
        rows.append(Row(item.item_id, (*lead, *cells, *_answers(fill, item))))
    names = tuple(c.heading for c in EDITION.columns) if heading else None
    return Fragment(columns, _WIDTHS[widths], names, tuple(rows), new_page)


def _stray_piece(fill: Fill) -> Fragment:
    item = _between("096", "096")[0]
    blanks = tuple(Cell(c) for c in ("blank", "section", "indicator", "nature"))
    answers = (Cell("content"), Cell("self", tick=False), Cell("self_keyword"))
    last = (Cell("reviewer", tick=False), Cell("reviewer_remark"))
    rows = (
        Row("096", (*blanks, *_answers(fill, item))),
        Row("", (*blanks, *answers, *last)),
    )
    return Fragment(_SHIFTED, _WIDTHS["stray"], None, rows, new_page=False)


def _labels(item: Item, blank_sections: Sequence[int], labels: dict[int, str]) -> tuple[str, ...]:
    dash = "13 " if item.indicator_no == 13 else f"{item.indicator_no:02d}- "
    section = f"{item.section_no:02d}- {item.section}"
    indicator = labels.get(item.indicator_no, f"{dash}{item.indicator}")
    return "" if item.section_no in blank_sections else section, indicator, item.nature


def _label_cell(
    texts: Sequence[tuple[str, ...]], items: Sequence[Item], k: int, column: int
) -> Cell:
    def group(n: int) -> tuple[object, ...]:
        item = items[n]
        return (item.section_no, item.indicator_no, item.nature)[: column + 1]

    name = _COLUMNS[column]
    if k and group(k) == group(k - 1):
        return Cell(name, rowspan=0)
    end = k + 1
    while end < len(items) and group(end) == group(k):
        end += 1
    return Cell(name, texts[k][column], rowspan=end - k)


def _answers(fill: Fill, item: Item) -> tuple[Cell, ...]:
    mine, theirs = fill.ticks[item.item_id]
    return (
        Cell("content", LAYOUT.label.format(item.item_no, item.content)),
        Cell("self", tick=mine, key=f"{item.item_id}/self"),
        Cell("self_keyword"),
        Cell("reviewer", tick=theirs, key=f"{item.item_id}/reviewer"),
        Cell("reviewer_remark"),
    )
