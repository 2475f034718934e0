"""Characters of a page through PDFium.

Chromium turns CJK fonts into hundreds of Type 3 fonts, whose every glyph MuPDF
interprets once: 0.35 s a form where PDFium needs 0.06 s (docs/performance.md).
Only the text of such pages is taken this way; everything else is MuPDF's.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from fcextract.ingest.runs import Chars, Span

#: Of so many characters, evenly spread, the writing direction is looked at.
SAMPLED = 24


class PdfiumText:
    """A second, text-only view of one PDF. Coordinates are the PDF's own."""

    def __init__(self, source: Path | bytes, password: str | None) -> None:
        self._doc = pdfium.PdfDocument(source, password=password)

    def close(self) -> None:
        self._doc.close()

    def chars(self, index: int) -> Chars | None:
        """Characters of page ``index`` in PDF user space (y upwards), ``boxes`` being
        left, top, right, bottom; None where some are not upright."""
        page = self._doc[index]
        text = page.get_textpage()
        try:
            return _chars(text)
        finally:
            text.close()
            page.close()


def _chars(page: pdfium.PdfTextPage) -> Chars | None:
    n = raw.FPDFText_CountChars(page)
    if any(
        abs(raw.FPDFText_GetCharAngle(page, i)) > 0.05 and not raw.FPDFText_IsGenerated(page, i)
        for i in range(0, n, max(1, n // SAMPLED))
    ):
        return None
    text: list[str] = []
    rows: list[tuple[float, float, float, float, float]] = []
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    get_char, get_box = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    get_origin = raw.FPDFText_GetCharOrigin
    for i in range(n):
        code = get_char(page, i)
        if code <= 32 and raw.FPDFText_IsGenerated(page, i):
            continue
        if not (get_box(page, i, box) and get_origin(page, i, x, y)):
            continue
        text.append(chr(code) if code else "\ufffd")
        rows.append((box.left, box.top, box.right, box.bottom, y.value))
    table = np.array(rows, dtype=np.float64).reshape(-1, 5)
    size = np.abs(table[:, 1] - table[:, 3])
    span = np.zeros(len(text), dtype=np.intp)
    return Chars(text, [], table[:, :4], table[:, 4], size, span, [Span("", None, -1, True)])
