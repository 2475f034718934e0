"""A sheet as a plain transcript with ``<input type="checkbox">`` cells: no pages, no places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path

from mill import html
from mill.job import Job
from mill.layout import SYSTEM_FONTS
from mill.sheet import Cell, Fragment, Sheet


class Transcript:
    """One of the three text formats."""

    fonts = SYSTEM_FONTS
    can_trace = False

    def __init__(self, suffix: str, write: Callable[[Sequence[Sheet]], str]) -> None:
        self.name = f"transcript-{suffix}"
        self.suffix = f".{suffix}"
        self.styles = ("native",)
        self._write = write

    def missing(self) -> str:
        """Nothing is needed."""
        return ""

    def version(self) -> str:
        """Not a program."""
        return "the mill itself"

    def run(self, jobs: Sequence[Job], work: Path) -> None:
        """Write all jobs."""
        for job in jobs:
            job.out.write_text(self._write(job.sheets), encoding="utf-8", newline="\n")


def tabbed(sheets: Sequence[Sheet]) -> str:
    """Cells apart by tabs, as in the seed."""
    return "\n\n".join(_text(s, "\t".join, "-------") for s in sheets)


def piped(sheets: Sequence[Sheet]) -> str:
    """Markdown tables."""
    return "\n\n".join(_text(s, _pipes, "---") for s in sheets)


def web_page(sheets: Sequence[Sheet]) -> str:
    """An HTML file."""
    return html.page(sheets)


def _pipes(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(sheet: Sheet, join: Callable[[Iterable[str]], str], dash: str) -> str:
    (label, number), *figures = sheet.header
    spread = ["综合性指标", *(part for pair in figures for part in pair)]
    lines = [sheet.title, "", f"申 请 编 号： {number}", "", join(spread)]
    lines += [join([dash] * len(spread)), ""]
    for fragment in sheet.fragments:
        lines += [*_table(fragment, join, dash), ""]
    if sheet.footer:
        lines += ["县（市、区）政府自评选项：", "", *(join(row) for row in sheet.footer)]
    return "\n".join(lines) + "\n"


def _table(fragment: Fragment, join: Callable[[Iterable[str]], str], dash: str) -> list[str]:
    rows = [join([_cell(c) for c in row.cells]) for row in fragment.rows]
    if not fragment.heading:
        return rows
    rule = [join([dash] * len(fragment.columns))] if dash == "---" else []
    return [join(fragment.heading), *rule, *rows]


def _cell(cell: Cell) -> str:
    if cell.tick is None:
        return escape(cell.text, quote=False) if cell.rowspan else ""
    state = ' checked=""' if cell.tick else ""
    return f'<input{state} type="checkbox">'


TRANSCRIPTS = (
    Transcript("txt", tabbed),
    Transcript("md", piped),
    Transcript("html", web_page),
)
