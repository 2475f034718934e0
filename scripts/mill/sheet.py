"""A filled form laid out as tables of text: what every producer prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mill.edition import EDITION, ITEMS, Item
from mill.fill import Fill
from mill.layout import Layout, widths_for
from mill.styles import Style

BOX_COLUMNS = {"self": 0, "reviewer": 1}
SPANNED = ("section", "indicator", "nature")


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell. ``tick`` is None for a text cell; ``rowspan`` 0 is a covered cell."""

    column: str
    text: str = ""
    tick: bool | None = None
    rowspan: int = 1
    key: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One table row: its item (empty for a row that is none) and its cells."""

    item_id: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Fragment:
    """One piece of the table, with its own column widths in percent."""

    columns: tuple[str, ...]
    widths: tuple[float, ...]
    heading: tuple[str, ...] | None
    rows: tuple[Row, ...]
    new_page: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form, ready to print."""

    fill: Fill
    layout: Layout
    style: Style
    title: str
    header: tuple[tuple[str, str], ...]
    fragments: tuple[Fragment, ...]
    footer: tuple[tuple[str, ...], ...]

    def cell_text(self, cell: Cell) -> str:
        """The typed text of a cell, boxes of glyph styles included."""
        return cell.text if cell.tick is None else self.style.text(cell.tick)


@dataclass(frozen=True, slots=True)
class _Line:
    """One row before its labels are merged."""

    item_id: str
    section: str
    indicator: str
    nature: str
    content: str
    ticks: tuple[bool, bool]
    keyword: str = ""
    remark: str = ""


def build_sheet(fill: Fill, layout: Layout, style: Style) -> Sheet:
    """The tables of one form."""
    lines = list(_lines(fill, layout))
    cuts = [0, *(c for c in layout.fragments if c < len(lines)), len(lines)]
    fragments = tuple(
        _fragment(lines[a:b], layout, k)
        for k, (a, b) in enumerate(zip(cuts, cuts[1:], strict=False))
    )
    return Sheet(
        fill,
        layout,
        style,
        EDITION.title,
        header_fields(fill, layout),
        fragments,
        footer_rows(fill),
    )


def header_fields(fill: Fill, layout: Layout) -> tuple[tuple[str, str], ...]:
    """Label and value of the header's fields, application number first."""

    def number(value: int | None) -> str:
        if value is None:
            return ""
        return f"{value:,}" if layout.thousands else str(value)

    return (
        ("申请编号：", fill.application_no),
        ("回迁安置人数：", number(fill.resettled_population)),
        ("人才引进数：", number(fill.talents_introduced)),
    )


def footer_rows(fill: Fill) -> tuple[tuple[str, ...], ...]:
    """The declaration as three rows of label and value; empty without one."""
    d = fill.declared
    if d is None:
        return ()
    return (
        _pairs("{}：", ("总细项", "约束性项", "引导性项"), [f"{d[p]} 项" for p in _of()]),
        _pairs("{}符合：", ("总细项", "约束性项", "引导性项"), [f"{d[p]}项" for p in _plain()]),
        _pairs("{}总比：", ("总细项", "约束性项", "引导性项"), [f"{d[p]:.2f} %" for p in _rates()]),
    )


def _plain() -> tuple[str, ...]:
    return ("total", "binding", "guiding")


def _of() -> list[str]:
    return [f"{p}_of" for p in _plain()]


def _rates() -> list[str]:
    return [f"{p}_rate" for p in _plain()]


def _pairs(pattern: str, labels: Iterable[str], values: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        part
        for pair in zip(labels, values, strict=True)
        for part in (pattern.format(pair[0]), pair[1])
    )


def _lines(fill: Fill, layout: Layout) -> Iterable[_Line]:
    for item in ITEMS:
        section = f"{item.section_no:02d}{layout.label_dash}{item.section}"
        indicator = f"{item.indicator_no:02d}{layout.label_dash}{item.indicator}"
        if item.item_id != layout.lost_row:
            yield _Line(
                item.item_id,
                section,
                indicator,
                _other_nature(item) if item.item_id == layout.nature_swapped else item.nature,
                layout.label.format(item.item_no, item.content),
                fill.ticks[item.item_id],
                fill.keywords[item.item_id],
                fill.remarks[item.item_id],
            )
        if item.item_id == layout.stray_after:
            ticks = (layout.stray_ticked, False)
            yield _Line("", section, indicator, item.nature, "", ticks)
    if layout.unknown_row:
        last = ITEMS[-1]
        text = layout.label.format(142, "其他自主创新举措")
        yield _Line("", section, indicator, last.nature, text, (True, False))


def _other_nature(item: Item) -> str:
    return EDITION.guiding if item.nature == EDITION.binding else EDITION.binding


def _fragment(lines: list[_Line], layout: Layout, index: int) -> Fragment:
    heads = {c.id: c.heading for c in EDITION.columns}
    heading = index == 0 or layout.fragment_heading
    rows = tuple(_row(lines, k, layout) for k in range(len(lines)))
    return Fragment(
        layout.column_ids,
        widths_for(layout, index),
        tuple(heads[c] for c in layout.column_ids) if heading else None,
        rows,
        layout.fragment_break and index > 0,
    )


def _row(lines: list[_Line], k: int, layout: Layout) -> Row:
    line = lines[k]
    cells = []
    for column in layout.column_ids:
        if column in SPANNED:
            cells.append(_label_cell(lines, k, column, layout.merge))
        elif column in BOX_COLUMNS:
            tick = line.ticks[BOX_COLUMNS[column]]
            key = f"{line.item_id}/{column}" if line.item_id else ""
            cells.append(Cell(column, tick=tick, key=key))
        else:
            texts = {"self_keyword": line.keyword, "reviewer_remark": line.remark}
            cells.append(Cell(column, texts.get(column, line.content)))
    return Row(line.item_id, tuple(cells))


def _label_cell(lines: list[_Line], k: int, column: str, merge: str) -> Cell:
    text = getattr(lines[k], column)
    first = k == 0 or _label(lines[k], column) != _label(lines[k - 1], column)
    if merge == "each":
        return Cell(column, text)
    if merge == "first":
        return Cell(column, text if first else "")
    if not first:
        return Cell(column, rowspan=0)
    end = k + 1
    while end < len(lines) and _label(lines[end], column) == _label(lines[k], column):
        end += 1
    return Cell(column, text, rowspan=end - k)


def _label(line: _Line, column: str) -> tuple[str, ...]:
    keys = {
        "section": (line.section,),
        "indicator": (line.section, line.indicator),
        "nature": (line.section, line.indicator, line.nature),
    }
    return keys[column]
