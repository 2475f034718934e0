"""fpdf2: typed and drawn boxes on a bare canvas."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Sequence
from pathlib import Path as File
from typing import Any

from mill import fonts
from mill.canvas import paint
from mill.job import Job
from mill.styles import GLYPHS, of_kind
from mill.typeset import Box, Path


class Fpdf:
    """PDF by fpdf2."""

    name = "fpdf2"
    suffix = ".pdf"
    fonts = fonts.TRUETYPE
    styles = (*GLYPHS, *of_kind("drawn"))
    can_trace = False

    def missing(self) -> str:
        """Why it cannot run here."""
        if not importlib.util.find_spec("fpdf"):
            return "python package fpdf2 is not installed"
        return fonts.missing()

    def version(self) -> str:
        """Program and version."""
        import fpdf

        return f"fpdf2 {fpdf.__version__}"

    def run(self, jobs: Sequence[Job], work: File) -> None:
        """Print all jobs."""
        from fpdf import FPDF

        logging.getLogger("fontTools").setLevel(logging.ERROR)
        for job in jobs:
            pdf = FPDF(unit="pt")
            pdf.set_auto_page_break(False)
            painter = _Painter(pdf)
            paint(job, painter, painter.width)
            pdf.output(str(job.out))


class _Painter:
    """Drawing calls on an fpdf2 document."""

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self._known: set[str] = set()

    def width(self, text: str, size: float, font: str) -> float:
        """Width of a run of text."""
        self._use(font, size)
        return float(self._pdf.get_string_width(text))

    def start_page(self, width: float, height: float) -> None:
        self._pdf.add_page(format=(width, height))

    def text(self, x: float, y: float, text: str, size: float, font: str, color: int) -> None:
        self._pdf.set_text_color(*_rgb(color))
        self._use(font, size)
        self._pdf.text(x, y, text)

    def path(self, path: Path) -> None:
        self._pdf.set_line_width(path.width)
        self._pdf.set_draw_color(*_rgb(path.color))
        if path.fill is not None:
            self._pdf.set_fill_color(*_rgb(path.fill))
            self._pdf.polygon(path.points, style="F")
        else:
            self._pdf.polyline(path.points)

    def dingbat(self, box: Box) -> None:
        self._pdf.set_text_color(0, 0, 0)
        self._pdf.set_font("zapfdingbats", size=box.side)
        self._pdf.text(box.x + 0.1 * box.side, box.y + 0.85 * box.side, "4")

    def widget(self, box: Box, name: str, look: str) -> None:
        raise NotImplementedError("no widget style is offered here")

    def _use(self, font: str, size: float) -> None:
        if font not in self._known:
            self._pdf.add_font(font, fname=fonts.path(font))
            self._known.add(font)
        self._pdf.set_font(font, size=size)


def _rgb(value: int) -> tuple[int, int, int]:
    return value >> 16, value >> 8 & 255, value & 255
