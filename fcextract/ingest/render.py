"""Clips of pages as pixels, through PDFium: 0.2 ms a clip once its page is parsed (10 to
25 ms; MuPDF needs 300 ms for a Chromium print's Type 3 fonts)."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from fcextract.geometry import Box, turn_back
from fcextract.records import Page, PageFrame
from fcextract.scan import POINTS_PER_INCH

#: The largest clip given, in pixels; a page at 300 dpi has 8.7 million.
LARGEST = 40_000_000

Grey = NDArray[np.uint8]


class Renderer:
    """Upright clips of the pages of one PDF, which is opened at the first call.

    Call it with a page, a box of it and a resolution in dots per inch: it gives grey
    pixels (0 black), or None where PDFium cannot open the file or draw the page.
    """

    def __init__(self, path: Path, password: str | None = None) -> None:
        self._path, self._password = path, password
        self._doc: pdfium.PdfDocument | None = None
        self._failed = False
        self._index = -1
        self._page: pdfium.PdfPage | None = None

    def __call__(self, page: Page | PageFrame, box: Box, dpi: float) -> Grey | None:
        sheet = Box(0.0, 0.0, page.width, page.height)
        box = Box(
            max(box.x0, 0.0), max(box.y0, 0.0),
            min(box.x1, sheet.x1), min(box.y1, sheet.y1),
        )  # fmt: skip
        scale = dpi / POINTS_PER_INCH
        if box.area <= 0 or box.area * scale**2 > LARGEST:
            return None
        try:
            raw = self._load(page.number - 1)
            return _clip(raw, page, box, scale) if raw is not None else None
        except (pdfium.PdfiumError, OSError, ValueError):
            return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._page is not None:
            self._page.close()
        if self._doc is not None:
            self._doc.close()
        self._page = self._doc = None
        self._index = -1

    def _load(self, index: int) -> pdfium.PdfPage | None:
        """The page, parsed; the last one is kept."""
        if self._doc is None and not self._failed:
            self._failed = True
            self._doc = pdfium.PdfDocument(self._path, password=self._password)
            self._doc.init_forms()
            self._failed = False
        if self._doc is None or index >= len(self._doc):
            return None
        if self._index != index or self._page is None:
            if self._page is not None:
                self._page.close()
                self._page = None
            self._page = self._doc[index]
            self._index = index
        return self._page


def _clip(raw: pdfium.PdfPage, page: Page | PageFrame, box: Box, scale: float) -> Grey:
    """``box`` of the upright page, drawn."""
    back = turn_back(box, page.turn, page.width, page.height)
    width, height = raw.get_size()
    margins = (back.x0, height - back.y1, width - back.x1, back.y0)
    bitmap = raw.render(scale=scale, crop=tuple(max(0.0, m) for m in margins), grayscale=True)
    try:
        pixels = bitmap.to_numpy()
        pixels = pixels[:, :, 0] if pixels.ndim == 3 else pixels
        return np.ascontiguousarray(np.rot90(pixels, -(page.turn // 90)))
    finally:
        bitmap.close()
