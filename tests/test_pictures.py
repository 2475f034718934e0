"""Small pictures are measured by what they paint, not by the colours below their masks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pymupdf
import pytest

from fcextract.ingest import ingest
from fcextract.marks.placed import read_pictures
from fcextract.records import Picture, Place

SIDE = 48


def a_box(ticked: bool) -> Any:
    """Where a picture of a box paints, as a boolean array."""
    painted = np.zeros((SIDE, SIDE), bool)
    painted[:4], painted[-4:], painted[:, :4], painted[:, -4:] = True, True, True, True
    if ticked:
        for k in range(12, 36):
            painted[k - 3 : k + 3, k - 3 : k + 3] = True
    return painted


def pasted(folder: Path, painted: Any, mask: str, finer: int = 1) -> Picture:
    """A black picture of which only ``painted`` is shown, by its ``mask``."""
    doc = pymupdf.open()
    page = doc.new_page()
    page.insert_text((72, 72), "text")
    black = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, SIDE, SIDE))
    black.clear_with(0)
    page.insert_image(pymupdf.Rect(100, 100, 110, 110), pixmap=black)
    image = page.get_images()[0][0]
    stencil = np.kron(painted, np.ones((finer, finer), bool))
    size = stencil.shape[0]
    part = doc.get_new_xref()
    common = f"/Type/XObject/Subtype/Image/Width {size}/Height {size}"
    if mask == "Mask":  # sample 0 paints
        doc.update_object(part, f"<<{common}/ImageMask true/BitsPerComponent 1>>")
        doc.update_stream(part, np.packbits(~stencil, axis=1).tobytes())
    else:
        doc.update_object(part, f"<<{common}/ColorSpace/DeviceGray/BitsPerComponent 8>>")
        doc.update_stream(part, (stencil * np.uint8(255)).tobytes())
    doc.xref_set_key(image, mask, f"{part} 0 R")
    path = folder / "pasted.pdf"
    doc.save(path)
    (picture,) = ingest(path, "pasted.pdf", None).pages[0].pictures
    return picture


@pytest.mark.parametrize("finer", [1, 2])
@pytest.mark.parametrize("mask", ["Mask", "SMask"])
@pytest.mark.parametrize("ticked", [True, False])
def test_a_black_picture_behind_a_mask(ticked: bool, mask: str, finer: int, tmp_path: Path) -> None:
    """Without its mask an empty box is a black square, that is a ticked one."""
    picture = pasted(tmp_path, a_box(ticked), mask, finer)
    said = read_pictures(Place(1, picture.box.grow(5.0), pictures=(picture,)), None)
    assert said is not None
    assert said.says == ("ticked" if ticked else "empty")


def test_masked_colours_are_not_guessed(tmp_path: Path) -> None:
    doc = pymupdf.open()
    page = doc.new_page()
    black = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, SIDE, SIDE))
    black.clear_with(0)
    page.insert_image(pymupdf.Rect(100, 100, 110, 110), pixmap=black)
    doc.xref_set_key(page.get_images()[0][0], "Mask", "[0 0 0 0 0 0]")
    doc.save(tmp_path / "keyed.pdf")
    (picture,) = ingest(tmp_path / "keyed.pdf", "keyed.pdf", None).pages[0].pictures
    assert picture.ink < 0
