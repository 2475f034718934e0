"""Set pages painted through the bare drawing calls that every canvas library has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol

from mill import fonts
from mill.job import Job
from mill.typeset import Box, Page, Path, Text, drawn_marks, typeset

CID = "stsong"
"""A font that reportlab names without embedding it; it covers what ``zenhei`` covers."""

WIDGETS = ("check", "cross", "circle", "diamond", "star")


class Painter(Protocol):
    """One library's canvas. Points, origin top left; colours 0xRRGGBB."""

    def start_page(self, width: float, height: float) -> None:
        """A new page."""
        ...

    def text(self, x: float, y: float, text: str, size: float, font: str, color: int) -> None:
        """One run of text in one font; ``y`` is its baseline."""
        ...

    def path(self, path: Path) -> None:
        """One polyline or filled polygon."""
        ...

    def dingbat(self, box: Box) -> None:
        """A tick of the font ZapfDingbats in the box."""
        ...

    def widget(self, box: Box, name: str, look: str) -> None:
        """A check box field."""
        ...


def paint(job: Job, painter: Painter, width: Callable[[str, float, str], float]) -> None:
    """All pages of ``job``; ``width`` measures a run of text in one font."""

    @cache
    def advance(char: str, font: str) -> float:
        return sum(width(piece, 100, key) for key, piece in runs(char, font)) / 100

    for k, sheet in enumerate(job.sheets):
        font = sheet.layout.font

        def measure(text: str, size: float, font: str = font) -> float:
            return size * sum(advance(char, font) for char in text)

        for number, page in enumerate(typeset(sheet, measure), 1):
            painter.start_page(page.width, page.height)
            _page(painter, page, font, sheet.style.name, f"f{k}p{number}", measure)


def runs(text: str, font: str) -> Sequence[tuple[str, str]]:
    """``text`` cut into pieces of one font each."""
    if font != CID:
        return list(fonts.runs(text, font))
    return [(key if key == fonts.SYMBOLS else CID, t) for key, t in fonts.runs(text, "zenhei")]


def _page(
    painter: Painter,
    page: Page,
    font: str,
    style: str,
    prefix: str,
    measure: Callable[[str, float], float],
) -> None:
    for number, item in enumerate(page.items):
        if isinstance(item, Text):
            _text(painter, item, font, measure)
        elif isinstance(item, Path):
            painter.path(item)
        elif style.startswith("widget-"):
            painter.widget(item, f"{prefix}b{number}", style.removeprefix("widget-"))
        else:
            for path in drawn_marks(item, style):
                painter.path(path)
            if style == "drawn-zapf" and item.ticked:
                painter.dingbat(item)


def _text(painter: Painter, item: Text, font: str, measure: Callable[[str, float], float]) -> None:
    x = item.x
    for key, piece in runs(item.text, font):
        painter.text(x, item.y, piece, item.size, key, item.color)
        x += measure(piece, item.size)
