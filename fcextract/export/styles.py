"""How the workbook looks: fonts, colours, number formats, widths and page set-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from math import ceil
from typing import Any

from fcextract.export.csv import neutral

# On every Windows in Chinese offices; LibreOffice and WPS fall back to their own.
FONT = "微软雅黑"
# Spreadsheets end here; a longer table goes on in a second sheet.
MAX_ROWS = 1_048_576
# Excel holds no more characters in a cell.
MAX_TEXT = 32_767

_INK = "#262626"
_LINE = "#D0D7DE"
_HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "align": "center"}
_GOOD = {"bg_color": "#E2F0D9", "font_color": "#2E6B1F"}
_BAD = {"bg_color": "#F8D7DA", "font_color": "#9C0006"}
_OPEN = {"bg_color": "#FFF2CC", "font_color": "#7F6000"}
_GREY = {"bg_color": "#EDEDED", "font_color": "#595959"}
_FAINT = {"font_color": "#A6A6A6"}
# Numbers keep off the border by the blank in their format: LibreOffice loses indents.
_RIGHT = {"align": "right"}

#: Cell styles by name. A column has one; a cell may have another.
STYLES: dict[str, dict[str, Any]] = {
    "text": {},
    "wrap": {"text_wrap": True},
    "centre": {"align": "center"},
    "code": {"align": "center", "num_format": "@"},
    "id": {"num_format": "@"},
    "int": {"num_format": "#,##0_ ", **_RIGHT},
    "gap": {"num_format": "+#,##0_ ;-#,##0_ ;0_ ", **_RIGHT},
    "gap-bad": {"num_format": "+#,##0_ ;-#,##0_ ;0_ ", "bold": True, **_RIGHT, **_BAD},
    "rate": {"num_format": "0.00%_ ", **_RIGHT},
    "share": {"num_format": "0.000_ ", **_RIGHT, **_FAINT},
    "faint": _FAINT,
    "good": {"align": "center", **_GOOD},
    "bad": {"align": "center", **_BAD},
    "open": {"align": "center", **_OPEN},
    "grey": {"align": "center", **_GREY},
    "none": {"align": "center", **_FAINT},
    "key": {"bold": True, "valign": "top", "text_wrap": True},
    "value": {"text_wrap": True, "valign": "top"},
    "title": {"bold": True, "font_size": 14, "font_color": "#1F4E79", "border": 0},
    "section": {"bold": True, "font_color": "#1F4E79", "bg_color": "#DEEAF6"},
}
STATE_STYLE = {"checked": "good", "empty": "none", "uncertain": "open", "missing": "bad"}
VERDICT_STYLE = {
    "consistent": "good",
    "inconsistent": "bad",
    "unverifiable": "open",
    "undeclared": "grey",
}
STATUS_STYLE = {"ok": "good", "review": "open", "failed": "bad"}
SEVERITY_STYLE = {"error": "bad", "warning": "open", "info": "grey"}


# Points: the least height of a row, and what each line of text takes at 10 points.
ROW_HEIGHT = 18.0
LINE_HEIGHT = 13.5
# Characters of a column's width that a Han and another character take at 10 points, and
# that the cell keeps as margin. A little more than measured in LibreOffice and Excel:
# a blank line is better than a cut one.
_HAN, _LATIN, _MARGIN = 1.95, 1.05, 1.0


@dataclass(frozen=True, slots=True)
class Col:
    """One column: headings, width in characters, style, the group it stands under, and
    whether it is for the screen only (such columns come last)."""

    zh: str
    en: str
    width: float
    style: str = "text"
    group_zh: str = ""
    group_en: str = ""
    printed: bool = True

    def head(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def group(self, lang: str) -> str:
        return self.group_zh if lang == "zh" else self.group_en


class Formats:
    """The workbook's formats, made on first use."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Any] = {}

    def get(self, style: str, quoted: bool = False) -> Any:
        """The format called ``style``; ``quoted`` marks a text that must stay a text even
        when someone edits the cell."""
        if (style, quoted) not in self._made:
            look = {"font_name": FONT, "font_size": 10, "font_color": _INK, "valign": "vcenter"}
            look |= {"border": 1, "border_color": _LINE} | STYLES[style]
            self._made[style, quoted] = self._book.add_format(
                look | ({"quote_prefix": True} if quoted else {})
            )
        return self._made[style, quoted]

    def head(self, open_below: bool = False) -> Any:
        """The format of column headings; ``open_below`` runs into the one under it."""
        if ("head", open_below) not in self._made:
            look = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "text_wrap": True}
            look |= {"border": 1, "border_color": "#FFFFFF"} | _HEAD
            look |= {"bottom": 0} if open_below else {}
            self._made["head", open_below] = self._book.add_format(look)
        return self._made["head", open_below]


class Table:
    """One table that fills its sheet: headings, frozen panes, filter, print set-up.

    Rows are written in order and forgotten (the workbook is in constant memory); a
    table longer than a sheet goes on in ``name(2)``.
    """

    def __init__(
        self,
        book: Any,
        formats: Formats,
        name: str,
        columns: Sequence[Col],
        lang: str,
        frozen: int = 0,
    ) -> None:
        self._book, self._formats, self._name = book, formats, name
        self._columns, self._lang, self._frozen = columns, lang, frozen
        self._grouped = any(c.group_zh for c in columns)
        self._parts = 0
        self._start()

    def write(self, values: Sequence[Any], styles: dict[int, str] | None = None) -> None:
        """Append one row. ``styles`` overrides the columns' own, by column number."""
        if self._row >= MAX_ROWS:
            self.close()
            self._start()
        lines = max(
            lines_of(value, self._columns[n].width)
            for n, value in enumerate(values)
            if self._columns[n].style == "wrap"
        )
        self._sheet.set_row(self._row, max(ROW_HEIGHT, LINE_HEIGHT * lines + 4.5))
        for n, value in enumerate(values):
            style = (styles or {}).get(n, self._columns[n].style)
            write_cell(self._sheet, self._formats, self._row, n, value, style)
        self._row += 1

    def close(self) -> None:
        """Set what needs the number of rows."""
        last = max(self._row - 1, self._first)
        self._sheet.autofilter(self._first - 1, 0, last, len(self._columns) - 1)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:Z{last + 1}"})
        self._sheet.print_area(0, 0, last, sum(c.printed for c in self._columns) - 1)

    def _start(self) -> None:
        self._parts += 1
        name = self._name if self._parts == 1 else f"{self._name}({self._parts})"
        self._sheet = self._book.add_worksheet(name)
        for n, column in enumerate(self._columns):
            self._sheet.set_column(n, n, column.width)
        self._first = 2 if self._grouped else 1
        if self._grouped:
            self._write_groups()
        self._sheet.set_row(self._first - 1, 30)
        for n, column in enumerate(self._columns):
            head = column.head(self._lang)
            self._sheet.write_string(self._first - 1, n, head, self._formats.head())
        self._sheet.freeze_panes(self._first, self._frozen)
        set_page(self._sheet, self._name, self._lang)
        self._sheet.repeat_rows(0, self._first - 1)
        self._row = self._first

    def _write_groups(self) -> None:
        self._sheet.set_row(0, 20)
        start = 0
        for group, columns in groupby(self._columns, lambda c: c.group(self._lang)):
            end = start + len(list(columns))
            if group and end - start > 1:
                self._sheet.merge_range(0, start, 0, end - 1, group, self._formats.head())
            else:
                for n in range(start, end):
                    self._sheet.write_string(0, n, group, self._formats.head(not group))
            start = end


@lru_cache(maxsize=8192)
def lines_of(value: Any, width: float) -> int:
    """Lines that a wrapped cell of ``width`` characters needs for ``value``."""
    if not isinstance(value, str):
        return 1
    taken = sum(_HAN if ord(c) > 0x2000 else _LATIN for c in value)
    return max(1, ceil(taken / (width - _MARGIN)))


def write_cell(sheet: Any, formats: Formats, row: int, column: int, value: Any, style: str) -> None:
    """Write one value as what it is: text as text, never as formula, link or number."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, formats.get(style))
    elif isinstance(value, str):
        text = value if len(value) <= MAX_TEXT else value[: MAX_TEXT - 1] + "…"
        sheet.write_string(row, column, text, formats.get(style, neutral(text) != text))
    else:
        sheet.write_number(row, column, value, formats.get(style))


def set_page(sheet: Any, title: str, lang: str) -> None:
    """Landscape A4, as wide as the page, its title above and the page number below."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    what = "未来社区分项指标核对结果" if lang == "zh" else "Future Community scoresheets"
    sheet.set_header(f'&L&"{FONT},Regular"&9{what}&C&"{FONT},Bold"&12{title}')
    sheet.set_footer("&C第 &P 页，共 &N 页" if lang == "zh" else "&CPage &P of &N")
    sheet.hide_gridlines(2)
