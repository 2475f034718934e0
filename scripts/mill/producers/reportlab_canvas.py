"""reportlab: typed, drawn and AcroForm boxes on a bare canvas."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path as File
from typing import Any

from mill import fonts
from mill.job import Job
from mill.styles import GLYPHS, of_kind
from mill.typeset import Box, Page, Path, Text, drawn_marks, typeset

_CID = "stsong"
_WIDGETS = ("check", "cross", "circle", "diamond", "star")


class Reportlab:
    """PDF by reportlab's canvas."""

    name = "reportlab"
    suffix = ".pdf"
    fonts = (*fonts.TRUETYPE, _CID)
    styles = (*GLYPHS, *of_kind("drawn"), *(f"widget-{w}" for w in _WIDGETS))
    can_trace = False

    def missing(self) -> str:
        """Why it cannot run here."""
        if not importlib.util.find_spec("reportlab"):
            return "python package reportlab is not installed"
        return fonts.missing()

    def version(self) -> str:
        """Program and version."""
        import reportlab

        return f"reportlab {reportlab.Version}"

    def run(self, jobs: Sequence[Job], work: File) -> None:
        """Print all jobs."""
        for job in jobs:
            _print(job)


def _print(job: Job) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(job.out), pageCompression=1, invariant=1)
    for k, sheet in enumerate(job.sheets):
        font = sheet.layout.font
        for page in typeset(sheet, lambda text, size, _, f=font: _width(text, size, f)):
            canvas.setPageSize((page.width, page.height))
            _paint(canvas, page, font, sheet.style.name, k)
            canvas.showPage()
    canvas.save()


def _paint(canvas: Any, page: Page, font: str, style: str, index: int) -> None:
    for item in page.items:
        if isinstance(item, Text):
            _text(canvas, page, item, font)
        elif isinstance(item, Path):
            _path(canvas, page, item)
        elif style.startswith("widget-"):
            _widget(canvas, page, item, style, index)
        else:
            for path in drawn_marks(item, style):
                _path(canvas, page, path)
            if style == "drawn-zapf" and item.ticked:
                canvas.setFont("ZapfDingbats", item.side)
                canvas.drawString(item.x + 0.1 * item.side, page.height - item.y - 0.85 * item.side, "4")


def _text(canvas: Any, page: Page, item: Text, font: str) -> None:
    canvas.setFillColor(_color(item.color))
    x = item.x
    for key, piece in _runs(item.text, font):
        name = _register(key)
        canvas.setFont(name, item.size)
        canvas.drawString(x, page.height - item.y, piece)
        x += canvas.stringWidth(piece, name, item.size)


def _path(canvas: Any, page: Page, item: Path) -> None:
    path = canvas.beginPath()
    (x, y), *rest = item.points
    path.moveTo(x, page.height - y)
    for x, y in rest:
        path.lineTo(x, page.height - y)
    canvas.setStrokeColor(_color(item.color))
    canvas.setLineWidth(item.width)
    if item.fill is not None:
        canvas.setFillColor(_color(item.fill))
    canvas.drawPath(path, stroke=item.fill is None, fill=item.fill is not None)


def _widget(canvas: Any, page: Page, box: Box, style: str, index: int) -> None:
    canvas.acroForm.checkbox(
        name=f"f{index}/{box.key or f'{canvas.getPageNumber()}:{box.x:.0f}:{box.y:.0f}'}",
        checked=box.ticked,
        buttonStyle=style.removeprefix("widget-"),
        x=box.x,
        y=page.height - box.y - box.side,
        size=box.side,
        borderWidth=0.7,
    )


def _width(text: str, size: float, font: str) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return sum(stringWidth(piece, _register(key), size) for key, piece in _runs(text, font))


def _runs(text: str, font: str) -> list[tuple[str, str]]:
    if font != _CID:
        return list(fonts.runs(text, font))
    return [(key if key == fonts.SYMBOLS else _CID, t) for key, t in fonts.runs(text, "zenhei")]


@lru_cache(maxsize=16)
def _register(key: str) -> str:
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    font = UnicodeCIDFont("STSong-Light") if key == _CID else TTFont(key, fonts.path(key))
    registerFont(font)
    return "STSong-Light" if key == _CID else key


def _color(value: int) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(value)
