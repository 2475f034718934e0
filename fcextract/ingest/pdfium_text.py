"""Characters of a page through PDFium.

Chromium turns CJK fonts into hundreds of Type 3 fonts, whose every glyph MuPDF
interprets once: 0.35 s a form where PDFium needs 0.06 s (docs/performance.md).
Only the text of such pages is taken this way; everything else is MuPDF's.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from fcextract.ingest.runs import Chars, Span
from fcextract.text.fold import unreliable
from fcextract.text.marks import MARKS

#: Of so many characters, evenly spread, the writing direction is looked at.
SAMPLED = 24
#: The narrowest advance, in ems. PDFium's boxes of Type 3 characters are tight for some
#: fonts and loose for others, so only origins and, of narrow characters, right edges
#: are used.
NARROWEST = 0.2
#: Signs above U+00A0 that are typed, and private characters that symbol fonts use.
_TYPED = MARKS | frozenset("§°±²³·×÷\xa0\xad«»")


class PdfiumText:
    """A second, text-only view of one PDF. Coordinates are the PDF's own."""

    def __init__(self, source: Path | bytes, password: str | None) -> None:
        self._doc = pdfium.PdfDocument(source, password=password)
        self._kept: list[pdfium.PdfPage] = []
        self._fonts: dict[int, str] = {0: ""}

    def close(self) -> None:
        for page in self._kept:
            page.close()
        self._doc.close()

    def chars(self, index: int, fonts: bool = False) -> Chars | None:
        """Characters of page ``index`` in PDF user space (y upwards); None where some are
        not upright. With ``fonts`` each font gets a name, the same on every page: without,
        all characters are of one nameless font, which makes fewer runs."""
        page = self._doc[index]
        text = page.get_textpage()
        try:
            return _chars(text, self._fonts if fonts else None)
        finally:
            text.close()
            if fonts:  # a font's address is its own only while a page uses it
                self._kept.append(page)
            else:
                page.close()


def is_odd(text: Iterable[str]) -> bool:
    """Whether ``text`` holds characters that a wrong character map gives and hardly
    anyone types: control, private and replacement characters, accented letters."""
    return any("\xa1" <= c <= "\xff" or unreliable(c) for c in set(text) - _TYPED)


def _chars(page: pdfium.PdfTextPage, names: dict[int, str] | None) -> Chars | None:
    n = raw.FPDFText_CountChars(page)
    if any(
        abs(raw.FPDFText_GetCharAngle(page, i)) > 0.05 and not raw.FPDFText_IsGenerated(page, i)
        for i in range(0, n, max(1, n // SAMPLED))
    ):
        return None
    text: list[str] = []
    rows: list[tuple[float, float, float, float]] = []
    owners: list[int] = []
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
        owners.append(_font(page, i) if names is not None else 0)
    left, ends, base, size = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    known = list(dict.fromkeys(owners))
    place = {k: i for i, k in enumerate(known)}
    span = np.array([place[k] for k in owners], dtype=np.intp)
    spans = [Span(_named(k, names), None, -1, True) for k in known]
    # Of punctuation set half as wide the next font's character takes the second half.
    step = left[1:] - left[:-1]
    over = (span[1:] != span[:-1]) & (base[1:] == base[:-1]) & (step > NARROWEST * size[1:])
    ends[:-1] = np.where(over, np.minimum(ends[:-1], left[1:]), ends[:-1])
    return Chars("".join(text), [], left, ends, base, size, span, spans)


def _named(font: int, names: dict[int, str] | None) -> str:
    return "" if names is None else names.setdefault(font, f"#{len(names)}")


def _font(page: pdfium.PdfTextPage, i: int) -> int:
    """The address of the font of character ``i``, which stays while its document is open;
    0 where it has none."""
    owner = raw.FPDFText_GetTextObject(page, i)
    font = raw.FPDFTextObj_GetFont(owner) if owner else None
    return ctypes.addressof(font.contents) if font else 0


@lru_cache(maxsize=4096)
def _is_wide(char: str) -> bool:
    """Whether the character's advance is one em."""
    return unicodedata.east_asian_width(char) in "WF"
