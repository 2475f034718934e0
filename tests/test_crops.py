"""Crops show the box that was asked for, whatever the file is, or nothing."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from factories import a_sheet
from PIL import Image, ImageDraw

from fcextract.crops import AROUND, DPI, Cropper, Spot, crop, spot, turns
from fcextract.geometry import Box

WIDTH, HEIGHT = 595, 842
PLACE = Box(100.0, 200.0, 112.0, 212.0)
RED = (220, 30, 30)


def shown(png: bytes | None) -> Image.Image:
    assert png is not None
    return Image.open(io.BytesIO(png))


def red_part(image: Image.Image) -> tuple[float, float, float, float]:
    """Where the red square lies in the crop, in points."""
    pixels = image.convert("RGB")
    red = pixels.point(lambda v: v).convert("HSV").split()[1].point(lambda v: 255 * (v > 90))
    x0, y0, x1, y1 = red.getbbox()
    s = DPI / 72
    return x0 / s, y0 / s, x1 / s, y1 / s


def pdf(path: Path, rotation: int = 0, **options: object) -> Path:
    doc = pymupdf.open()
    doc.new_page(width=WIDTH, height=HEIGHT)
    turned = rotation in (90, 270)
    page = doc.new_page(width=HEIGHT if turned else WIDTH, height=WIDTH if turned else HEIGHT)
    page.set_rotation(rotation)
    rect = pymupdf.Rect(*PLACE) * page.derotation_matrix
    page.draw_rect(rect.normalize(), fill=(0.9, 0.1, 0.1), color=None)
    doc.save(path, **options)
    return path


def picture(path: Path, dpi: int = 200, stated: bool = True, **options: object) -> Path:
    s = dpi / 72
    page = Image.new("RGB", (round(WIDTH * s), round(HEIGHT * s)), "white")
    ImageDraw.Draw(page).rectangle([v * s for v in PLACE], fill=RED)
    if stated:
        options["dpi"] = (dpi, dpi)
    page.save(path, **options)
    return path


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_box_of_a_pdf_stands_in_the_middle(tmp_path: Path, rotation: int) -> None:
    found = shown(crop(pdf(tmp_path / "a.pdf", rotation), 2, PLACE))
    across, down = AROUND
    assert red_part(found) == pytest.approx((across, down, across + 12, down + 12), abs=1.0)
    assert found.size == pytest.approx(((12 + 2 * across) * 2, (12 + 2 * down) * 2), abs=2)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "a.webp"])
def test_a_box_of_a_picture_stands_in_the_middle(tmp_path: Path, name: str) -> None:
    # WebP states no resolution; places on it are told at 96 dpi.
    path = picture(tmp_path / name, 96 if name.endswith("webp") else 200)
    found = shown(crop(path, 1, PLACE))
    s = found.width / (12 + 2 * AROUND[0])
    part = [v * (DPI / 72) / s for v in red_part(found)]
    assert part == pytest.approx((42, 9, 54, 21), abs=1.5)


def test_a_photo_that_says_it_lies_on_its_side(tmp_path: Path) -> None:
    upright = Image.open(picture(tmp_path / "a.png"))
    exif = Image.Exif()
    exif[0x0112] = 6
    upright.transpose(Image.Transpose.ROTATE_90).save(
        tmp_path / "a.jpg", exif=exif, dpi=(200, 200), quality=95
    )
    found = shown(crop(tmp_path / "a.jpg", 1, PLACE))
    assert red_part(found) == pytest.approx((42, 9, 54, 21), abs=1.5)


def test_pages_of_a_tiff_and_of_a_folder(tmp_path: Path) -> None:
    blank = Image.new("RGB", (1654, 2339), "white")
    marked = Image.open(picture(tmp_path / "x.png"))
    blank.save(tmp_path / "a.tif", save_all=True, append_images=[marked], dpi=(200, 200))
    pages = tmp_path / "pages"
    pages.mkdir()
    for n, page in enumerate([blank, marked, blank], 9):  # 9, 10, 11: numbers, not letters
        page.save(pages / f"{n}.png", dpi=(200, 200))
    for path in (tmp_path / "a.tif", pages):
        with Cropper(path) as cut:
            assert shown(cut(1, PLACE)).convert("L").getextrema() == (255, 255)
            assert red_part(shown(cut(2, PLACE))) == pytest.approx((42, 9, 54, 21), abs=1.5)
            assert cut(4, PLACE) is None


def test_more_of_the_row_and_finer(tmp_path: Path) -> None:
    found = shown(crop(pdf(tmp_path / "a.pdf"), 2, PLACE, around=(90, 0), dpi=288))
    assert found.size == pytest.approx((192 * 4, 12 * 4), abs=2)


def test_the_page_ends_the_crop(tmp_path: Path) -> None:
    corner = Box(2.0, 2.0, 10.0, 10.0)
    found = shown(crop(pdf(tmp_path / "a.pdf"), 2, corner))
    assert found.size == pytest.approx((52 * 2, 19 * 2), abs=2)
    assert crop(tmp_path / "a.pdf", 2, Box(900.0, 900.0, 910.0, 910.0)) is None


def test_colour_is_kept_and_grey_costs_no_more(tmp_path: Path) -> None:
    pdf(tmp_path / "a.pdf")
    assert shown(crop(tmp_path / "a.pdf", 2, PLACE)).mode == "RGB"
    assert shown(crop(tmp_path / "a.pdf", 1, PLACE)).mode == "L"


def test_grey_of_sixteen_bits_is_seen_too(tmp_path: Path) -> None:
    deep = np.full((100, 100), 65535, np.uint16)
    deep[40:60, 40:60] = 20000
    path = tmp_path / "deep.png"
    Image.fromarray(deep).save(path, dpi=(72, 72))
    data = crop(path, 1, Box(30, 30, 70, 70), dpi=72)
    assert data is not None
    darkest, lightest = Image.open(io.BytesIO(data)).convert("L").getextrema()
    assert darkest < 100 and lightest > 250


def test_a_password(tmp_path: Path) -> None:
    pdf(tmp_path / "a.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open", owner_pw="own")
    assert crop(tmp_path / "a.pdf", 2, PLACE) is None
    assert crop(tmp_path / "a.pdf", 2, PLACE, password="open") is not None


@pytest.mark.parametrize("content", [None, b"", b"%PDF-1.7 and no more", b"\x89PNG\r\n\x1a\n\0"])
def test_what_is_gone_or_spoilt_has_no_crop(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a.pdf").write_bytes(content)
    with Cropper(tmp_path / "a.pdf") as cut:
        assert cut(1, PLACE) is None
        assert cut(2, PLACE) is None


def test_a_picture_too_large_for_pillow_is_shown_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = picture(tmp_path / "a.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    assert crop(path, 1, PLACE) is not None


def test_a_page_that_is_not_there(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf")
    assert crop(path, 3, PLACE) is None
    assert crop(path, 0, PLACE) is None


WAYS = {0: (1, 0), 90: (0, -1), 180: (-1, 0), 270: (0, 1)}


@pytest.mark.parametrize("turn", WAYS)
def test_a_page_submitted_on_its_side_is_shown_upright(tmp_path: Path, turn: int) -> None:
    """The red box has a blue one right of it on the upright page."""
    right, down = WAYS[turn]
    own, other = PLACE, Box(*(v + 30 * (right, down)[n % 2] for n, v in enumerate(PLACE)))
    doc = pymupdf.open()
    page = doc.new_page(width=WIDTH, height=HEIGHT)
    page.draw_rect(pymupdf.Rect(*own), fill=(0.9, 0.1, 0.1), color=None)
    page.draw_rect(pymupdf.Rect(*other), fill=(0.1, 0.1, 0.9), color=None)
    doc.save(tmp_path / "a.pdf")
    sheet = a_sheet()
    entry = replace(
        sheet.entries[0],
        self_box=replace(sheet.entries[0].self_box, box=own),
        reviewer_box=replace(sheet.entries[0].reviewer_box, box=other),
    )
    found = spot(entry, "self", turns(replace(sheet, entries=(entry,))))
    assert found == Spot(1, own, turn)
    image = shown(crop(tmp_path / "a.pdf", found.page, found.box, turn=found.turn))
    across, middle = round((AROUND[0] + 6) * 2), round((AROUND[1] + 6) * 2)
    assert image.getpixel((across, middle))[0] > 200
    assert image.getpixel((across + 60, middle))[2] > 200


def test_a_box_that_was_not_found_is_looked_for_in_its_row() -> None:
    entry = a_sheet({"001": "missing"}).entries[0]
    assert spot(entry, "self", {}) == Spot(entry.row.page, entry.row.band, 0)
    assert spot(replace(entry, row=None), "self", {}) is None


def test_a_frame_round_the_box_hides_nothing_of_it(tmp_path: Path) -> None:
    pdf(tmp_path / "a.pdf")
    with Cropper(tmp_path / "a.pdf") as cut:
        plain, framed = shown(cut(2, PLACE)), shown(cut(2, PLACE, framed=True))
    across, down = (round(v * 2) for v in AROUND)
    inside = (across - 3, down - 3, across + 27, down + 27)
    assert framed.crop(inside).tobytes() == plain.crop(inside).tobytes()
    corner = framed.getpixel((across - 6, down - 6))
    assert corner[0] > 200 and corner[2] < 60
