"""PyMuPDF: typed, drawn and form field boxes; fonts embedded whole, then cut to what is used."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path as File
from typing import Any

from mill import fonts
from mill.canvas import paint
from mill.job import Job
from mill.overlay import put_widget
from mill.styles import GLYPHS, of_kind
from mill.typeset import Box, Path


class Mupdf:
    """PDF by PyMuPDF."""

    name = "pymupdf"
    suffix = ".pdf"
    fonts = fonts.TRUETYPE
    styles = (*GLYPHS, *of_kind("drawn"), "widget-square")
    can_trace = False

    def missing(self) -> str:
        """Why it cannot run here."""
        if not importlib.util.find_spec("pymupdf"):
            return "python package pymupdf is not installed"
        return fonts.missing()

    def version(self) -> str:
        """Program and version."""
        import pymupdf

        return f"PyMuPDF {pymupdf.__version__}"

    def run(self, jobs: Sequence[Job], work: File) -> None:
        """Print all jobs."""
        import pymupdf

        for job in jobs:
            doc = pymupdf.open()
            painter = _Painter(doc)
            paint(job, painter, _width)
            painter.end_page()
            doc.subset_fonts()
            doc.save(job.out, garbage=3, deflate=True)
            doc.close()


class _Painter:
    """Drawing calls on the last page of a PyMuPDF document."""

    def __init__(self, doc: Any) -> None:
        self._doc = doc
        self._page: Any = None
        self._shape: Any = None
        self._writers: dict[int, Any] = {}

    def start_page(self, width: float, height: float) -> None:
        self.end_page()
        self._page = self._doc.new_page(width=width, height=height)
        self._shape = self._page.new_shape()

    def end_page(self) -> None:
        """Write what was collected: lines, then text by colour."""
        if self._shape:
            self._shape.commit()
        for color, writer in self._writers.items():
            writer.write_text(self._page, color=_rgb(color))
        self._writers.clear()

    def text(self, x: float, y: float, text: str, size: float, font: str, color: int) -> None:
        import pymupdf

        if color not in self._writers:
            self._writers[color] = pymupdf.TextWriter(self._page.rect)
        self._writers[color].append((x, y), text, font=_font(font), fontsize=size)

    def path(self, path: Path) -> None:
        self._shape.draw_polyline(path.points)
        if path.fill is not None:
            self._shape.finish(color=None, fill=_rgb(path.fill), closePath=True)
        else:
            self._shape.finish(color=_rgb(path.color), width=path.width, closePath=False)

    def dingbat(self, box: Box) -> None:
        at = (box.x + 0.1 * box.side, box.y + 0.85 * box.side)
        self._page.insert_text(at, "4", fontsize=box.side, fontname="zadb")

    def widget(self, box: Box, name: str, look: str) -> None:
        import pymupdf

        rect = pymupdf.Rect(box.x, box.y, box.x + box.side, box.y + box.side)
        put_widget(self._page, rect, name, box.ticked, own_frame=True)


def _width(text: str, size: float, font: str) -> float:
    return float(_font(font).text_length(text, fontsize=size))


@lru_cache(maxsize=16)
def _font(key: str) -> Any:
    import pymupdf

    return pymupdf.Font(fontfile=fonts.path(key))


def _rgb(value: int) -> tuple[float, float, float]:
    return (value >> 16) / 255, (value >> 8 & 255) / 255, (value & 255) / 255
