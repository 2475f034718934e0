"""Characters of a page through PDFium.

Chromium turns CJK fonts into hundreds of Type 3 fonts, whose every glyph MuPDF
interprets once: 0.35 s a form where PDFium needs 0.06 s (docs/performance.md).
Only the text of such pages is taken this way; everything else is MuPDF's.
"""

from __future__ import annotations

import ctypes
import unicodedata
from functools import lru_cache
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from fcextract.ingest.runs import Chars, Span

#: Of so many characters, evenly spread, the writing direction is looked at.
SAMPLED = 24
#: The narrowest advance, in ems. PDFium's boxes of Type 3 characters are tight for some
#: fonts and loose for others, so only origins and, of narrow characters, right edges
#: are used.
NARROWEST = 0.2


class PdfiumText:
    """A second, text-only view of one PDF. Coordinates are the PDF's own."""

    def __init__(self, source: Path | bytes, password: str | None) -> None:
        self._doc = pdfium.PdfDocument(source, password=password)

    def close(self) -> None:
        self._doc.close()

    def chars(self, index: int) -> Chars | None:
        """Characters of page ``index`` in PDF user space (y upwards); None where some are
        not upright."""
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
    rows: list[tuple[float, float, float, float]] = []
    box, m = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    for i in range(n):
        code = raw.FPDFText_GetUnicode(page, i)
        if code <= 32 and raw.FPDFText_IsGenerated(page, i):
            continue
        if not (
            raw.FPDFText_GetLooseCharBox(page, i, box)
            and raw.FPDFText_GetCharOrigin(page, i, x, y)
            and raw.FPDFText_GetMatrix(page, i, m)
        ):
            continue
        char = chr(code) if code else "\ufffd"
        em = raw.FPDFText_GetFontSize(page, i) * abs(m.d or m.a)
        right = x.value + em if _is_wide(char) else max(box.right, x.value + NARROWEST * em)
        text.append(char)
        rows.append((x.value, right, y.value, em))
    left, ends, base, size = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    span = np.zeros(len(text), dtype=np.intp)
    return Chars(text, [], left, ends, base, size, span, [Span("", None, -1, True)])


@lru_cache(maxsize=4096)
def _is_wide(char: str) -> bool:
    """Whether the character's advance is one em."""
    return unicodedata.east_asian_width(char) in "WF"
