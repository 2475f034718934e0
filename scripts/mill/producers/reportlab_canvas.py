"""reportlab: typed, drawn and AcroForm boxes on a bare canvas."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path as File
from typing import Any

from mill import fonts
from mill.canvas import CID, WIDGETS, paint
from mill.job import Job
from mill.styles import GLYPHS, of_kind
from mill.typeset import Box, Path


class Reportlab:
    """PDF by reportlab's canvas."""

    name = "reportlab"
    suffix = ".pdf"
    fonts = (*fonts.TRUETYPE, CID)
    styles = (*GLYPHS, *of_kind("drawn"), *(f"widget-{w}" for w in WIDGETS))
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
        from reportlab.pdfgen.canvas import Canvas

        for job in jobs:
            canvas = Canvas(str(job.out), pageCompression=1, invariant=1)
            paint(job, _Painter(canvas), _width)
            canvas.showPage()
            canvas.save()


class _Painter:
    """Drawing calls on a reportlab canvas, whose origin is at the bottom."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._height = 0.0

    def start_page(self, width: float, height: float) -> None:
        if self._height:
            self._canvas.showPage()
        self._height = height
        self._canvas.setPageSize((width, height))

    def text(self, x: float, y: float, text: str, size: float, font: str, color: int) -> None:
        self._canvas.setFillColor(_color(color))
        self._canvas.setFont(_register(font), size)
        self._canvas.drawString(x, self._height - y, text)

    def path(self, path: Path) -> None:
        line = self._canvas.beginPath()
        (x, y), *rest = path.points
        line.moveTo(x, self._height - y)
        for x, y in rest:
            line.lineTo(x, self._height - y)
        self._canvas.setStrokeColor(_color(path.color))
        self._canvas.setLineWidth(path.width)
        if path.fill is not None:
            self._canvas.setFillColor(_color(path.fill))
        self._canvas.drawPath(line, stroke=path.fill is None, fill=path.fill is not None)

    def dingbat(self, box: Box) -> None:
        self._canvas.setFillColor(_color(0))
        self._canvas.setFont("ZapfDingbats", box.side)
        x, y = box.x + 0.1 * box.side, self._height - box.y - 0.85 * box.side
        self._canvas.drawString(x, y, "\u2714")

    def widget(self, box: Box, name: str, look: str) -> None:
        self._canvas.acroForm.checkbox(
            name=name,
            checked=box.ticked,
            buttonStyle=look,
            x=box.x,
            y=self._height - box.y - box.side,
            size=box.side,
            borderWidth=0.7,
        )


def _width(text: str, size: float, font: str) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, _register(font), size))


@lru_cache(maxsize=16)
def _register(key: str) -> str:
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    font = UnicodeCIDFont("STSong-Light") if key == CID else TTFont(key, fonts.path(key))
    registerFont(font)
    return str(font.fontName)


def _color(value: int) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(value)
