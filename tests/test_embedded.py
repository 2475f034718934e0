"""Scanned PDF pages: their picture is taken as it came wherever it is all there is to see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pymupdf
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray

from fcextract.ingest.embedded import whole_picture
from fcextract.ingest.specks import without_grain

WIDE, HIGH = 413, 585
#: A page that is a hair higher than its picture at 50 pixels per inch.
PAGE = (594.72, 842.42)


def a_picture() -> NDArray[np.uint8]:
    """Black and white, with lines of one pixel, which any drawing smooths."""
    page = np.full((HIGH, WIDE), 255, np.uint8)
    page[60:500:20, 40:360] = 0
    page[100:400, 40:360:40] = 0
    return page


def a_pdf(folder: Path, change: str = "") -> Path:
    doc: Any = pymupdf.open()
    page = doc.new_page(width=PAGE[0], height=PAGE[1])
    picture = cv2.imencode(".png", a_picture())[1].tobytes()
    page.insert_image(page.rect, stream=picture, keep_proportion=False)
    if change == "annotation":
        page.add_rect_annot(pymupdf.Rect(100, 100, 200, 200))
    elif change == "text":
        page.insert_text((100, 100), "seen")
    elif change == "unseen text":
        page.insert_text((100, 100), "a scanner's words", render_mode=3)
    elif change == "turned":
        page.set_rotation(90)
    elif change == "line":
        page.draw_line((100, 100), (300, 300))
    path = folder / "scan.pdf"
    doc.save(path)
    return path


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ("", True),
        ("unseen text", True),
        ("text", False),
        ("annotation", False),
        ("line", False),
        ("turned", False),
    ],
)
def test_a_page_that_is_a_picture_alone_is_taken_as_it_came(
    tmp_path: Path, change: str, taken: bool
) -> None:
    with pdfium.PdfDocument(a_pdf(tmp_path, change)) as doc:
        found = whole_picture(doc[0], 10**6)
        assert (found is not None) is taken
        if found is not None:
            grey = found if found.ndim == 2 else found[:, :, 0]
            assert np.array_equal(grey, a_picture())


def test_a_picture_with_too_many_pixels_is_not_taken(tmp_path: Path) -> None:
    with pdfium.PdfDocument(a_pdf(tmp_path)) as doc:
        assert whole_picture(doc[0], WIDE * HIGH - 1) is None


def test_grain_is_taken_off_and_marks_stay() -> None:
    rng = np.random.default_rng(5)
    page = np.where(rng.random((800, 800)) < 0.25, 0, 255).astype(np.uint8)
    page[200:208, 200:208] = 0  # a dot of a millimetre
    cv2.line(page, (400, 400), (440, 360), (0,), 3)
    out = without_grain(page, 200.0)
    assert (out < 128).mean() < 0.4 * (page < 128).mean()
    assert (out[200:208, 200:208] == 0).all()
    assert (out[400, 399:402] == 0).all() and (out[361, 438:441] == 0).any()


def test_a_clean_page_is_left_as_it_is() -> None:
    page = np.full((800, 800), 255, np.uint8)
    page[100:103, 100:103] = 0
    assert without_grain(page, 200.0) is page
