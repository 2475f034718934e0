"""A sheet as a workbook: one worksheet for each fragment, with its own column widths."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mill.layout import Layout
from mill.sheet import Fragment, Row, Sheet
from mill.typeset import wrap

_POINTS_PER_UNIT = 5.3
_PAPER_CODE = {"A4": 9, "A3": 8}
_VALIGN = {"middle": "vcenter", "top": "top", "bottom": "bottom"}


def write(sheets: Sequence[Sheet], path: Path) -> None:
    """Write ``sheets`` into one .xlsx file."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        for s, sheet in enumerate(sheets):
            last = len(sheet.fragments) - 1
            for f, fragment in enumerate(sheet.fragments):
                page = book.add_worksheet(f"s{s}f{f}")
                _fragment(book, page, sheet, fragment, first=f == 0, last=f == last)


def _fragment(
    book: Any, page: Any, sheet: Sheet, fragment: Fragment, first: bool, last: bool
) -> None:
    layout = sheet.layout
    formats = _formats(book, layout)
    _setup(page, layout, fragment)
    row = _header(page, sheet, formats) if first else 0
    if fragment.heading:
        for k, name in enumerate(fragment.heading):
            page.write_string(row, k, name, formats["head"])
        if layout.heading_repeat:
            page.repeat_rows(row)
        row += 1
    row = _rows(page, sheet, fragment, formats, row)
    if last:
        _footer(page, sheet, formats, row + 1)


def _formats(book: Any, layout: Layout) -> dict[str, Any]:
    font = {"font_name": layout.family, "font_size": layout.size}
    edge = {"full": {"border": 1}, "horizontal": {"bottom": 1}, "none": {}}[layout.rules]
    cell = font | edge | {"text_wrap": True, "valign": _VALIGN[layout.valign]}
    fill = {"heading": "#E4E4E4", "dark-heading": "#2B4A6F"}.get(layout.shade)
    head = cell | {"align": "center"} | ({"bg_color": fill} if fill else {})
    if layout.shade == "dark-heading":
        head |= {"font_color": "#FFFFFF"}
    return {
        "plain": book.add_format(font),
        "cell": book.add_format(cell),
        "box": book.add_format(cell | {"align": layout.align}),
        "head": book.add_format(head),
        "title": book.add_format(font | {"font_size": layout.size * 1.5}),
    }


def _setup(page: Any, layout: Layout, fragment: Fragment) -> None:
    page.set_paper(_PAPER_CODE[layout.paper])
    if layout.landscape:
        page.set_landscape()
    inches = layout.margin / 72
    page.set_margins(inches, inches, inches, inches)
    page.fit_to_pages(1, 0)
    total = (layout.page[0] - 2 * layout.margin) / _POINTS_PER_UNIT
    for k, width in enumerate(fragment.widths):
        page.set_column(k, k, total * width / 100)


def _header(page: Any, sheet: Sheet, formats: dict[str, Any]) -> int:
    (label, number), *figures = sheet.header
    page.write_string(0, 0, sheet.title, formats["title"])
    page.write_string(1, 0, f"{label}{number}", formats["plain"])
    line = "    ".join(["综合性指标", *(f"{a}{b}" for a, b in figures)])
    page.write_string(2, 0, line, formats["plain"])
    return 4


def _rows(page: Any, sheet: Sheet, fragment: Fragment, formats: dict[str, Any], top: int) -> int:
    for r, row in enumerate(fragment.rows, top):
        for c, cell in enumerate(row.cells):
            text = sheet.cell_text(cell)
            form = formats["cell" if cell.tick is None else "box"]
            if cell.rowspan > 1:
                page.merge_range(r, c, r + cell.rowspan - 1, c, text, form)
            elif cell.rowspan:
                page.write_string(r, c, text, form) if text else page.write_blank(r, c, None, form)
        page.set_row(r, _height(sheet, row, fragment))
    return top + len(fragment.rows)


def _height(sheet: Sheet, row: Row, fragment: Fragment) -> float:
    """Room for the longest text: a workbook's rows do not grow by themselves."""
    layout = sheet.layout
    total = layout.page[0] - 2 * layout.margin
    lines = 1
    for cell, width in zip(row.cells, fragment.widths, strict=True):
        room = total * width / 100 - 6
        text = sheet.cell_text(cell) if cell.rowspan == 1 else ""
        lines = max(lines, len(wrap(text, room, lambda t: _length(t, layout.size))))
    return lines * layout.size * 1.45 + 2 * layout.padding


def _length(text: str, size: float) -> float:
    return sum(size if ord(c) > 0xFF else 0.6 * size for c in text)


def _footer(page: Any, sheet: Sheet, formats: dict[str, Any], row: int) -> None:
    if not sheet.footer:
        return
    page.write_string(row, 0, "县（市、区）政府自评选项：", formats["plain"])
    for k, parts in enumerate(sheet.footer, row + 1):
        pairs = zip(parts[::2], parts[1::2], strict=True)
        page.write_string(k, 0, "    ".join(f"{a} {b}" for a, b in pairs), formats["plain"])
