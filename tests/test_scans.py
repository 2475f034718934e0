"""Forms as pictures: scanned, faxed, turned, photographed, in every kind of file."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pymupdf
import pytest
from numpy.typing import NDArray
from paper import EDITION, all_lines, print_form, truth_of
from PIL import Image

from fcextract.inputs import content_hash
from fcextract.pipeline import read_file, read_sheets
from fcextract.records import Scoresheet, State

Pixels = NDArray[np.uint8]

TICKED = [
    ("001", "self"),
    ("004", "self"),
    ("006", "reviewer"),
    ("010", "self"),
    ("010", "reviewer"),
]
LINES = all_lines(TICKED)[:24]
TRUTH = {k: v for k, v in truth_of(LINES).items() if v is not None}
DPI = 200


@lru_cache(maxsize=4)
def page(style: str = "drawn", dpi: int = DPI) -> Pixels:
    """The first rows of a form, one grey page; do not write on it."""
    doc = print_form(LINES, style).doc
    pixmap = doc[0].get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY)
    return np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width)


def saved(pixels: Pixels, path: Path, **options: object) -> Path:
    Image.fromarray(pixels).save(path, **options)
    return path


def in_pdf(pixels: Pixels, path: Path) -> Path:
    doc = pymupdf.open()
    height, width = pixels.shape
    sheet = doc.new_page(width=width * 72 / DPI, height=height * 72 / DPI)
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "JPEG", quality=70)
    sheet.insert_image(sheet.rect, stream=data.getvalue())
    doc.save(path)
    return path


def read(path: Path) -> Scoresheet:
    (sheet,) = read_sheets(path, path.name, EDITION)
    return sheet


def check(sheet: Scoresheet, share: float = 1.0) -> None:
    """No box wrong, and at least ``share`` of them read."""
    read = 0
    for entry in sheet.entries:
        for who, box in (("self", entry.self_box), ("reviewer", entry.reviewer_box)):
            key = (entry.item.item_id, who)
            if key not in TRUTH:
                assert box.state is State.MISSING, key
            elif box.state in (State.CHECKED, State.EMPTY):
                assert (box.state is State.CHECKED) == TRUTH[key], key
                read += 1
    assert read >= share * len(TRUTH)


def turned(by: int) -> Callable[[Pixels], Pixels]:
    return lambda pixels: np.ascontiguousarray(np.rot90(pixels, by))


def skewed(degrees: float) -> Callable[[Pixels], Pixels]:
    def change(pixels: Pixels) -> Pixels:
        height, width = pixels.shape
        m = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        out = cv2.warpAffine(pixels, m, (width, height), borderValue=255)
        return np.asarray(out, dtype=np.uint8)

    return change


def photographed(pixels: Pixels) -> Pixels:
    """From a slant, on a dark desk, one side in shadow."""
    height, width = pixels.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners * 0.86 + np.array([[90, 60], [40, 110], [90, 80], [60, 130]], np.float32)
    m = cv2.getPerspectiveTransform(corners, seen)
    out = cv2.warpPerspective(pixels, m, (width, height), borderValue=70).astype(np.float64)
    light = np.linspace(0.6, 1.0, width)[None, :]
    return np.clip(out * light, 0, 255).astype(np.uint8)


def noisy(pixels: Pixels) -> Pixels:
    rng = np.random.default_rng(5)
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.8).astype(np.float64)
    return np.clip(soft * 0.9 + rng.normal(0, 6, pixels.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("ending", [".png", ".jpg", ".tif", ".webp", ".pdf"])
def test_every_kind_of_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"form{ending}"
    in_pdf(page(), path) if ending == ".pdf" else saved(page(), path, dpi=(DPI, DPI))
    check(read(path))


@pytest.mark.parametrize("degrees", [-4.0, 1.3, 5.0])
def test_a_skewed_scan(tmp_path: Path, degrees: float) -> None:
    check(read(saved(skewed(degrees)(page()), tmp_path / "form.png", dpi=(DPI, DPI))), 0.9)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_scan(tmp_path: Path, quarters: int) -> None:
    check(read(saved(turned(quarters)(page()), tmp_path / "form.png")))


def test_a_photo(tmp_path: Path) -> None:
    check(read(saved(photographed(page()), tmp_path / "form.jpg", quality=80)), 0.8)


def test_a_rough_scan(tmp_path: Path) -> None:
    check(read(saved(noisy(page()), tmp_path / "form.jpg", quality=40, dpi=(DPI, DPI))), 0.8)


def test_a_fax(tmp_path: Path) -> None:
    bits = Image.fromarray(page()).convert("1", dither=Image.Dither.NONE)
    bits.save(tmp_path / "form.tif", compression="group4", dpi=(DPI, DPI))
    check(read(tmp_path / "form.tif"), 0.8)


def test_grey_of_sixteen_bits(tmp_path: Path) -> None:
    """Ink that is not quite black is above 255 there."""
    deep = (60 + page() * (195 / 255)) * 257
    check(read(saved(deep.astype(np.uint16), tmp_path / "form.tif", dpi=(DPI, DPI))), 0.8)


def test_places_are_told_on_the_picture_as_it_came(tmp_path: Path) -> None:
    """A ticked box's place, on the turned picture, is where the ink is."""
    pixels = turned(1)(page())
    sheet = read(saved(pixels, tmp_path / "form.png", dpi=(DPI, DPI)))
    entry = next(e for e in sheet.entries if e.item.item_id == "001")
    box = entry.self_box.box
    assert box is not None
    x0, y0, x1, y1 = (round(v * DPI / 72) for v in box)
    assert pixels[y0:y1, x0:x1].mean() < 235
    assert 4 < x1 - x0 < 60 and 4 < y1 - y0 < 60


def test_a_folder_of_pages_is_one_form(tmp_path: Path) -> None:
    for k in (2, 10):
        saved(page(), tmp_path / f"page {k}.png", dpi=(DPI, DPI))
    (audited,) = read_file(tmp_path, source="form")
    assert audited.sheet.pages == (1, 2)
    assert audited.sheet.sha256 == content_hash(tmp_path), "as the ledger knows it"
    check(audited.sheet)


def test_a_missing_rule_hides_no_row(tmp_path: Path) -> None:
    """Two rows in one cell: no box of theirs is given to the wrong one."""
    pixels = page().copy()
    rows = np.flatnonzero((pixels < 128).mean(axis=1) > 0.5)
    middle = rows[np.abs(rows - pixels.shape[0] // 4).argmin()]
    pixels[middle - 3 : middle + 4] = 255
    check(read(saved(pixels, tmp_path / "form.png", dpi=(DPI, DPI))), 0.8)


def test_a_picture_of_something_else_is_told(tmp_path: Path) -> None:
    from fcextract.errors import NotAFormError

    blank = np.full((800, 600), 240, np.uint8)
    with pytest.raises(NotAFormError):
        read_sheets(saved(blank, tmp_path / "blank.png"), "blank.png", EDITION)
