"""Plain transcripts (tabs, Markdown or HTML tables with check box inputs) to pages.

A transcript has cells and no places. Each stretch between blank lines becomes a
made-up page, numbered by the tables begun so far; each table row a line of it whose columns are counted from the row's first check box, so that the shifts
of a transcript's merged cells (the seed has several) move nothing; the page says
that its places mean nothing (``geometric=False``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from fcextract.errors import DamagedFileError
from fcextract.geometry import Box
from fcextract.records import Page, Rule, Run, Widget

#: The made-up page's grid, in points.
ROW, COLUMN, BASE_COLUMN = 20.0, 100.0, 12
_INPUT = re.compile(r"<input\b([^>]*)>", re.I)
_TAG = re.compile(r"<[^>]+>")
_CHECKED = re.compile(r"\bchecked\b", re.I)
_CHECKBOX = re.compile(r"type\s*=\s*[\"']?(checkbox|radio)", re.I)
_RULE_ROW = re.compile(r"[\s|:\-]+")


LINES = {"br", "hr", "p", "div", "li", "h1", "h2", "h3", "h4", "table"}


class Cell(NamedTuple):
    """One table cell: its text, and whether each of its check boxes is checked."""

    text: str
    boxes: tuple[bool, ...] = ()


Rows = list[list[Cell]]


def read_transcript(path: Path) -> tuple[Page, ...]:
    """The transcript at ``path``, a page for every stretch between blank lines.

    Raises:
        DamagedFileError: the file is no text.
    """
    text = _decode(path.read_bytes(), path.name)
    is_html = re.search(r"<(tr|td|table)\b", text, re.I) is not None
    rows = _html_rows(text) if is_html else _plain_rows(text)
    return tuple(_pages(rows))


def _decode(data: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        if b"\0" in data and encoding != "utf-16":
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DamagedFileError(
        f"{name} 不是文本文件（UTF-8、GB18030、UTF-16 都解不开），无法读取。请另存为 UTF-8 文本。",
        f"{name} is no text (neither UTF-8 nor GB18030 nor UTF-16) and cannot be read. Save it as "
        "UTF-8 text.",
    )


# --------------------------------------------------------------------------- tables


def _plain_rows(text: str) -> Rows:
    rows: Rows = []
    for line in text.splitlines():
        if not line.strip():
            rows.append([])
        if not line.strip() or _RULE_ROW.fullmatch(line):
            continue
        if "\t" in line:
            cells = line.split("\t")
        elif line.count("|") >= 2:
            cells = line.strip().strip("|").split("|")
        else:
            cells = [line]
        rows.append([_cell(c) for c in cells])
    return rows


def _cell(source: str) -> Cell:
    boxes = tuple(
        _CHECKED.search(m[1]) is not None for m in _INPUT.finditer(source) if _CHECKBOX.search(m[1])
    )
    return Cell(" ".join(_TAG.sub(" ", source).split()), boxes)


class _Tables(HTMLParser):
    """Rows of cells, and lines of text between tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: Rows = []
        self._row: list[Cell] | None = None
        self._text: list[str] = []
        self._boxes: list[bool] = []
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        if tag in {"script", "style", "title"}:
            self._skip += 1
        elif tag == "tr":
            self._flush_line()
            self._row = []
        elif tag == "input" and given.get("type", "").lower() in {"checkbox", "radio"}:
            self._boxes.append("checked" in given)
        elif tag == "input" and given.get("value"):
            self._text.append(given["value"])
        elif tag in LINES and self._row is None:
            self._flush_line()
            if tag in {"table", "h1", "h2", "h3", "hr"}:
                self.rows.append([])
        elif tag == "br":
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "title"}:
            self._skip = max(0, self._skip - 1)
        elif tag in {"td", "th"} and self._row is not None:
            self._row.append(self._take())
        elif tag == "tr" and self._row is not None:
            self.rows.append(self._row)
            self._row = None
        elif tag in LINES and self._row is None:
            self._flush_line()
            if tag == "table":
                self.rows.append([])

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._flush_line()

    def _take(self) -> Cell:
        cell = Cell(" ".join("".join(self._text).split()), tuple(self._boxes))
        self._text, self._boxes = [], []
        return cell

    def _flush_line(self) -> None:
        cell = self._take()
        if cell.text or cell.boxes:
            self.rows.append([cell])


def _html_rows(text: str) -> Rows:
    parser = _Tables()
    parser.feed(text)
    parser.close()
    return parser.rows


# ----------------------------------------------------------------------------- page


def _pages(rows: Rows) -> Iterator[Page]:
    tables = 0
    for is_blank, group in groupby(rows, key=lambda cells: not cells):
        if is_blank:
            continue
        stretch = list(group)
        tables += any(c.boxes for cells in stretch for c in cells)
        yield _page(stretch, max(tables, 1))


def _page(rows: Rows, number: int) -> Page:
    runs: list[Run] = []
    widgets: list[Widget] = []
    rules: list[Rule] = []
    width = (BASE_COLUMN + 12) * COLUMN
    for i, cells in enumerate(rows):
        top = (i + 1) * ROW
        first = next((j for j, c in enumerate(cells) if c.boxes), None)
        for j, cell in enumerate(cells):
            column = BASE_COLUMN + j - first if first is not None else j
            x = max(column, 0) * COLUMN
            if cell.text:
                runs.append(_run(cell.text, x, top))
            widgets += [
                Widget(
                    Box(x + 4 + 14 * k, top + 5, x + 14 + 14 * k, top + 15),
                    "Btn",
                    "",
                    on,
                    "",
                    False,
                )
                for k, on in enumerate(cell.boxes)
            ]
        if first is not None:
            rules += [
                Rule("h", top, 0, width, 0.5, 0, 0),
                Rule("h", top + ROW, 0, width, 0.5, 0, 0),
            ]
            rules += [
                Rule("v", k * COLUMN, top, top + ROW, 0.5, 0, 0) for k in range(BASE_COLUMN + 5)
            ]
    height = (len(rows) + 2) * ROW
    return Page(
        number,
        width,
        height,
        runs=tuple(runs),
        rules=tuple(rules),
        widgets=tuple(widgets),
        geometric=False,
    )


def _run(text: str, x: float, top: float) -> Run:
    size = min(9.0, (COLUMN - 8) / max(len(text), 1))
    edges = tuple(x + 4 + size * k for k in range(len(text) + 1))
    return Run(text, Box(edges[0], top + 5, edges[-1], top + 15), edges, (), "", 9.0, 0, -1, True)
