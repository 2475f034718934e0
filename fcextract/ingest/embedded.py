"""The picture that a scanned PDF page is, as its pixels came.

Drawing such a page smooths it: a page of 842.04 by 1191.24 points is 2339 by 3309.003 pixels, one
row more than its picture has, and every pixel is mixed from two. Black and white pages are grey
then, and what is fine is half as dark.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

#: The picture's sides are the page's to so many of its pixels.
OFF = 1.5
#: Drawn and taken, this much smaller and blurred so far, they differ by less than this on average,
#: of 255 (2.1 seen; a negative differs by 90 and more): else a mask, or colours that only drawing
#: knows, make the page another one.
SMALLER, BLUR, DIFFER = 8, (9, 9), 4.0
#: Text that is drawn so is not seen: what a scanner recognised.
UNSEEN = pdfium.raw.FPDF_TEXTRENDERMODE_INVISIBLE


def whole_picture(page: pdfium.PdfPage, most: int) -> NDArray[Any] | None:
    """(h, w) or (h, w, 3) BGR pixels of the one upright picture that ``page`` shows, all of it;
    None where it shows anything else, or more pixels than ``most``."""
    picture = _only_picture(page)
    if picture is None or not _is_page(picture, page):
        return None
    wide, high = picture.get_px_size()
    if wide * high > most:
        return None
    pixels = np.array(picture.get_bitmap().to_numpy())
    if pixels.ndim == 3:
        channels = pixels.shape[2]
        pixels = pixels[:, :, 0] if channels == 1 else np.ascontiguousarray(pixels[:, :, :3])
    return pixels if pixels.shape[:2] == (high, wide) and _is_drawn_so(page, pixels) else None


def _only_picture(page: pdfium.PdfPage) -> pdfium.PdfImage | None:
    """The only thing seen on a page, if that is a picture."""
    if page.get_rotation() or pdfium.raw.FPDFPage_GetAnnotCount(page):
        return None
    found: list[pdfium.PdfImage] = []
    for item in page.get_objects(max_depth=1):
        if item.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE:
            found.append(item)
        elif item.type != pdfium.raw.FPDF_PAGEOBJ_TEXT or not _is_unseen(item):
            return None
    return found[0] if len(found) == 1 else None


def _is_unseen(item: pdfium.PdfObject) -> bool:
    return bool(pdfium.raw.FPDFTextObj_GetTextRenderMode(item) == UNSEEN)


def _is_page(picture: pdfium.PdfImage, page: pdfium.PdfPage) -> bool:
    """Whether a picture lies upright and fills the page."""
    a, b, c, d, _, _ = picture.get_matrix().get()
    wide, high = picture.get_px_size()
    if b or c or min(a, d) <= 0 or min(wide, high) < 1:
        return False
    off = [abs(p - q) for p, q in zip(picture.get_bounds(), page.get_bbox(), strict=True)]
    return max(off[0], off[2]) <= OFF * a / wide and max(off[1], off[3]) <= OFF * d / high


def _is_drawn_so(page: pdfium.PdfPage, pixels: NDArray[Any]) -> bool:
    """Whether the page is drawn as ``pixels`` are, as a whole."""
    small = [max(1, n // SMALLER) for n in pixels.shape[:2]]
    bitmap = page.render(scale=max(small) / max(page.get_size()))
    try:
        drawn = np.asarray(bitmap.to_numpy())[:, :, :3].mean(axis=2).astype(np.float32)
    finally:
        bitmap.close()
    size = (drawn.shape[1], drawn.shape[0])
    taken = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    taken = taken if taken.ndim == 2 else taken.mean(axis=2)
    return bool(float(np.abs(cv2.blur(drawn, BLUR) - cv2.blur(taken, BLUR)).mean()) < DIFFER)
