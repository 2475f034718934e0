"""Gradients, shadows and sprites: as they are seen, not as MuPDF reports them."""

from pathlib import Path

import pymupdf
import pytest

from fcextract.ingest.follow import follow
from fcextract.ingest.pdf import read_pdf
from fcextract.ingest.raster import is_scan
from fcextract.records import Page
from fcextract.settings import Limits

BLUE, WHITE, BLACK = (0.0, 0.3, 0.8), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
#: A box of 12 points, its lower left corner in PDF's points and as it lies on the page.
LEFT, FOOT, SIDE, HEIGHT = 100, 600, 12, 842


def _page(tmp_path: Path, content: str, rotation: int = 0, **resources: str) -> Page:
    """The page that shows ``content`` under a line of text, ``resources`` named R."""
    doc = pymupdf.open()
    page = doc.new_page(width=595, height=HEIGHT)
    page.insert_text((72, 72), "a line of text that is longer than a running head")
    number = doc.get_new_xref()
    doc.update_object(number, "<<>>")
    doc.update_stream(number, content.encode())
    doc.xref_set_key(page.xref, "Contents", f"[{page.get_contents()[0]} 0 R {number} 0 R]")
    for kind, value in resources.items():
        _give(doc, page, kind, value)
    page.set_rotation(rotation)
    path = tmp_path / "page.pdf"
    doc.save(path)
    return read_pdf(path, None, Limits())[0]


def _give(doc: pymupdf.Document, page: pymupdf.Page, kind: str, value: str) -> None:
    """The page a resource named R."""
    resources = int(doc.xref_get_key(page.xref, "Resources")[1].split()[0])
    doc.xref_set_key(resources, kind, f"<</R {value}>>")


def _shading(first: tuple[float, ...], last: tuple[float, ...]) -> str:
    """An axial shading up the whole page, by its dictionary."""
    ends = [" ".join(map(str, c)) for c in (first, last)]
    function = f"<</FunctionType 2/Domain[0 1]/N 1/C0[{ends[0]}]/C1[{ends[1]}]>>"
    return (
        f"<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 {FOOT} 0 {FOOT + SIDE}]"
        f"/Extend[true true]/Function {function}>>"
    )


CLIPPED = f"q {LEFT} {FOOT} {SIDE} {SIDE} re W n /R sh Q"


@pytest.mark.parametrize("rotation", [0, 90])
def test_a_gradient_in_a_box_is_a_filled_rectangle(tmp_path: Path, rotation: int) -> None:
    page = _page(tmp_path, CLIPPED, rotation, Shading=_shading(BLUE, BLUE))
    assert not page.pictures
    (shape,) = page.shapes
    assert shape.fill == 0x004CCC
    assert shape.box.x0 == pytest.approx(LEFT, abs=0.1)
    assert shape.box.y1 == pytest.approx(HEIGHT - FOOT, abs=0.1)
    assert (shape.box.width, shape.box.height) == pytest.approx((SIDE, SIDE), abs=0.1)


def test_a_gradient_behind_the_page_is_no_scan(tmp_path: Path) -> None:
    page = _page(tmp_path, "/R sh", Shading=_shading(WHITE, (0.9, 0.95, 1.0)))
    assert not page.pictures
    assert not is_scan(page)


def test_a_gradient_with_an_edge_in_it_is_left_a_picture(tmp_path: Path) -> None:
    """Style sheets draw ticks and crosses by gradients that jump."""
    jump = _shading(WHITE, BLACK).replace(
        f"Coords[0 {FOOT} 0 {FOOT + SIDE}]", f"Coords[0 {FOOT + 5.9} 0 {FOOT + 6}]"
    )
    page = _page(tmp_path, CLIPPED, Shading=jump)
    assert [p.box.side for p in page.pictures] == [pytest.approx(SIDE, abs=0.1)]
    assert page.pictures[0].ink == pytest.approx(0.5, abs=0.1)
    assert not page.shapes


def _masked(tmp_path: Path, opacity: float) -> Page:
    """A black rectangle seen through a soft mask that lets ``opacity`` of it through."""
    doc = pymupdf.open()
    page = doc.new_page(width=595, height=HEIGHT)
    page.insert_text((72, 72), "a line of text that is longer than a running head")
    mask = doc.get_new_xref()
    doc.update_object(
        mask,
        f"<</Type/XObject/Subtype/Form/BBox[0 0 595 {HEIGHT}]"
        "/Group<</S/Transparency/CS/DeviceGray>>>>",
    )
    doc.update_stream(mask, f"{opacity} g 0 0 595 {HEIGHT} re f".encode())
    content = doc.get_new_xref()
    doc.update_object(content, "<<>>")
    doc.update_stream(content, f"q /R gs 0 g {LEFT} {FOOT} {SIDE} {SIDE} re f Q".encode())
    doc.xref_set_key(page.xref, "Contents", f"[{page.get_contents()[0]} 0 R {content} 0 R]")
    _give(doc, page, "ExtGState", f"<</SMask<</S/Luminosity/G {mask} 0 R>>>>")
    path = tmp_path / "masked.pdf"
    # A picture somewhere, as browsers' masks are: pages of paths alone are not followed.
    pixels = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 4, 4))
    pixels.clear_with(255)
    page.insert_image(pymupdf.Rect(300, 700, 310, 710), pixmap=pixels)
    doc.save(path)
    return read_pdf(path, None, Limits())[0]


@pytest.mark.parametrize(("opacity", "lightest"), [(0.1, 0xE0), (1.0, 0x00)])
def test_a_shadow_has_the_colour_that_is_seen(
    tmp_path: Path, opacity: float, lightest: int
) -> None:
    (shape,) = _masked(tmp_path, opacity).shapes
    assert shape.fill is not None
    assert abs((shape.fill & 0xFF) - lightest) < 0x10


def _sprite(tmp_path: Path, ticked: bool) -> Page:
    """A sheet of an empty and a filled box, of which a clip leaves one."""
    doc = pymupdf.open()
    page = doc.new_page(width=595, height=HEIGHT)
    page.insert_text((72, 72), "a line of text that is longer than a running head")
    sheet = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 48, 24))
    sheet.clear_with(255)
    for box in ((0, 0, 24, 2), (0, 22, 24, 24), (0, 0, 2, 24), (22, 0, 24, 24), (24, 0, 48, 24)):
        sheet.set_rect(pymupdf.IRect(box), (0,))
    left = LEFT - (SIDE if ticked else 0)
    page.insert_image(pymupdf.Rect(left, 200, left + 2 * SIDE, 200 + SIDE), pixmap=sheet)
    number = page.get_contents()[-1]
    clip = f"q {LEFT} {HEIGHT - 200 - SIDE} {SIDE} {SIDE} re W n\n".encode()
    doc.update_stream(number, clip + doc.xref_stream(number) + b"\nQ")
    path = tmp_path / "sprite.pdf"
    doc.save(path)
    return read_pdf(path, None, Limits())[0]


@pytest.mark.parametrize("ticked", [True, False])
def test_a_sprite_is_measured_where_it_is_seen(tmp_path: Path, ticked: bool) -> None:
    page = _sprite(tmp_path, ticked)
    if ticked:  # all black, as even as a gradient: a filled box
        assert not page.pictures
        assert page.shapes[0].fill == 0
        return
    (picture,) = page.pictures
    assert picture.box.x0 == pytest.approx(LEFT, abs=0.1)
    assert picture.box.width == pytest.approx(SIDE, abs=0.1)
    assert picture.core < 0.05 < 0.8 < picture.ring


def test_the_picture_of_a_mask_is_not_seen(tmp_path: Path) -> None:
    """Nor is a page of plain pictures changed by being followed."""
    doc = pymupdf.open()
    page = doc.new_page()
    pixels = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 40, 40))
    pixels.clear_with(0)
    page.insert_image(pymupdf.Rect(100, 100, 112, 112), pixmap=pixels)
    (placed,) = follow(page).placed
    assert placed.look is None
    assert not placed.hidden
    assert placed.rect == pytest.approx((100, 100, 112, 112), abs=0.1)
