"""One table that fills a sheet, with its pictures, links, and set-up for print."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from math import ceil
from typing import Any, NamedTuple

from fcextract.export.csv import neutral
from fcextract.export.styles import FONT, Col, Formats

# Spreadsheets end here; a longer table goes on in a second sheet.
MAX_ROWS = 1_048_576
# Excel holds no more characters in a cell, and no more links on a sheet or in one address.
MAX_TEXT = 32_767
MAX_LINKS = 65_000
# A table with more pictures would take spreadsheets minutes to open.
MAX_PICTURES = 5_000
MAX_ADDRESS = 2_000
# Points: the least height of a row, and what each line of text takes at 10 points.
ROW_HEIGHT = 18.0
LINE_HEIGHT = 13.5
# Characters of a column's width that a Han and another character take at 10 points, and
# that the cell keeps as margin. A little more than measured in LibreOffice and Excel:
# a blank line is better than a cut one.
_HAN, _LATIN, _MARGIN = 1.95, 1.05, 1.0
# Narrower columns than this have their headings written upwards.
NARROW = 4.0
# A row with a picture is at least this high, in points, so that the picture can be read.
PICTURE_HEIGHT = 30.0
# Pixels of the screen that a point, and a character of a column's width, take.
_PER_POINT, _PER_CHARACTER = 96 / 72, 7.0
# Pixels between a picture and the sides of its cell.
_INSET = 2


class Extras(NamedTuple):
    """What a row has beside its values, by column number: pictures (PNG) and addresses."""

    pictures: Mapping[int, bytes] = {}
    links: Mapping[int, str] = {}


NO_EXTRAS = Extras()


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
        choices: Mapping[int, Sequence[str]] | None = None,
        message: str = "",
        wide: int = 1,
    ) -> None:
        self._book, self._formats, self._name = book, formats, name
        self._columns, self._lang, self._frozen = columns, lang, frozen
        self._choices, self._message, self._wide = choices or {}, message, wide
        self._grouped = any(c.group_zh for c in columns)
        self._parts = self._pictures = 0
        self._start()

    def write(
        self,
        values: Sequence[Any],
        styles: Mapping[int, str] | None = None,
        extras: Extras = NO_EXTRAS,
    ) -> None:
        """Append one row. ``styles`` overrides the columns' own, by column number."""
        if self._row >= MAX_ROWS:
            self.close()
            self._start()
        lines = max((lines_of(values[n], self._columns[n].width) for n in self._wrapped), default=1)
        height = max(ROW_HEIGHT, LINE_HEIGHT * lines + 4.5)
        if extras.pictures:
            height = max(height, PICTURE_HEIGHT)
        if height > ROW_HEIGHT:
            self._sheet.set_row(self._row, height)
        for n, address in extras.links.items():
            self._link(n, address)
        for n, value in enumerate(values):
            style = (styles or {}).get(n, self._columns[n].style)
            write_cell(self._sheet, self._formats, self._row, n, value, style)
        for n, png in extras.pictures.items():
            if self._pictures < MAX_PICTURES:
                self._picture(n, png, height)
                self._pictures += 1
        self._row += 1

    def _link(self, column: int, address: str) -> None:
        """Make a cell a link; its value is written after it."""
        if self._links < MAX_LINKS and len(address) <= MAX_ADDRESS:
            self._sheet.write_url(self._row, column, address)
            self._links += 1

    def _picture(self, column: int, png: bytes, height: float) -> None:
        """Put a picture over its cell, as large as it fits. It floats there and moves with
        the cell, which every spreadsheet shows; pictures *in* cells are shown by few."""
        width, tall = picture_size(png)
        room = self._columns[column].width * _PER_CHARACTER - 2 * _INSET
        scale = min(1.0, room / width, (height * _PER_POINT - 2 * _INSET) / tall)
        options = {
            "image_data": io.BytesIO(png),
            "object_position": 1,
            "x_offset": _INSET,
            "y_offset": _INSET,
            "x_scale": scale,
            "y_scale": scale,
        }
        self._sheet.insert_image(self._row, column, "box.png", options)

    def close(self) -> None:
        """Set what needs the number of rows."""
        last = max(self._row - 1, self._first)
        for n, words in self._choices.items():
            self._sheet.data_validation(
                self._first,
                n,
                last,
                n,
                {
                    "validate": "list",
                    "source": list(words),
                    "input_title": self._columns[n].head(self._lang),
                    "input_message": self._message,
                },
            )
        self._sheet.autofilter(self._first - 1, 0, last, len(self._columns) - 1)
        self._sheet.ignore_errors(
            {"number_stored_as_text": f"A1:{_letters(len(self._columns))}{last + 1}"}
        )
        self._sheet.print_area(0, 0, last, sum(c.printed for c in self._columns) - 1)

    def _start(self) -> None:
        self._parts += 1
        name = self._name if self._parts == 1 else f"{self._name}({self._parts})"
        self._sheet = self._book.add_worksheet(name)
        self._sheet.set_default_row(ROW_HEIGHT)
        for n, column in enumerate(self._columns):
            self._sheet.set_column(n, n, column.width)
        self._wrapped = [n for n, c in enumerate(self._columns) if c.style == "wrap"]
        self._links = 0
        self._first = 2 if self._grouped else 1
        if self._grouped:
            self._write_groups()
        self._sheet.set_row(self._first - 1, 30)
        for n, column in enumerate(self._columns):
            head = column.head(self._lang)
            narrow = column.width < NARROW
            self._sheet.write_string(self._first - 1, n, head, self._formats.head(narrow=narrow))
        self._sheet.freeze_panes(self._first, self._frozen)
        set_page(self._sheet, self._name, self._lang, self._wide)
        self._sheet.repeat_rows(0, self._first - 1)
        if self._wide > 1:
            self._sheet.repeat_columns(0, self._frozen - 1)
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


def picture_size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def _letters(column: int) -> str:
    """The name of a column, counted from 1."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


@lru_cache(maxsize=8192)
def lines_of(value: Any, width: float) -> int:
    """Lines that a wrapped cell of ``width`` characters needs for ``value``."""
    if not isinstance(value, str):
        return 1
    lines = 0
    for part in value.split("\n"):
        taken = sum(_HAN if ord(c) > 0x2000 else _LATIN for c in part)
        lines += max(1, ceil(taken / (width - _MARGIN)))
    return lines


def write_cell(sheet: Any, formats: Formats, row: int, column: int, value: Any, style: str) -> None:
    """Write one value as what it is: text as text, never as formula, link or number."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, formats.get(style))
    elif isinstance(value, str):
        text = value if len(value) <= MAX_TEXT else value[: MAX_TEXT - 1] + "…"
        sheet.write_string(row, column, text, formats.get(style, neutral(text) != text))
    else:
        sheet.write_number(row, column, value, formats.get(style))


def set_page(sheet: Any, title: str, lang: str, wide: int = 1) -> None:
    """Landscape A4, as wide as the page, its title above and the page number below. What is
    ``wide`` pages wide goes on A3."""
    sheet.set_landscape()
    sheet.set_paper(9 if wide == 1 else 8)
    sheet.fit_to_pages(wide, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    what = "未来社区分项指标核对结果" if lang == "zh" else "Future Community scoresheets"
    sheet.set_header(f'&L&"{FONT},Regular"&9{what}&C&"{FONT},Bold"&12{title}')
    sheet.set_footer("&C第 &P 页，共 &N 页" if lang == "zh" else "&CPage &P of &N")
    sheet.hide_gridlines(2)
