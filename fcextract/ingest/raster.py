"""Pictures of pages (scans, faxes, photos) to flat pages with the ruled lines on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from fcextract.errors import DamagedFileError, FcextractError, LimitExceededError
from fcextract.ingest.embedded import whole_picture
from fcextract.ingest.limits import check_pages
from fcextract.ingest.outline import find_sheet
from fcextract.ingest.rectify import flatten
from fcextract.ingest.rules import find_rules
from fcextract.ingest.specks import without_grain
from fcextract.records import Page, Picture
from fcextract.scan import POINTS_PER_INCH, Colour, Grey
from fcextract.settings import Limits

#: Pages are read at this resolution, in pixels per inch; finer ones are brought down to it.
WORK_DPI = 200.0
#: A stated resolution is believed if it makes the page's short side this long, in inches.
SHORT_SIDE = (5.5, 13.0)
#: No scanner is set as low as this: a program that knew no resolution gave every pixel a point, or
#: the size it has on a screen.
NO_SCAN = 96.5
#: Short side of A4 in inches: what a page without a believable resolution is taken to be.
A4 = 8.27
#: What MuPDF takes a picture to be that states no resolution, in pixels per inch; places on
#: such a picture are told in the points of the page that MuPDF makes of it.
UNSTATED = 96.0
#: A page is a scan if pictures cover this share of it and it shows hardly any text.
SCANNED_SHARE = 0.5
SCANNED_CHARS = 40
#: Paper's light is taken on a picture this much smaller; print is closed over this far there.
LIGHT, CLOSED = 8, 9
#: A picture with fewer pixels along a side is no page.
FEWEST_PIXELS = 64
#: The tag by which a picture says how it is turned.
ORIENTATION = 0x0112
#: A channel this far from grey is colour, of 255, and so many pixels in a thousand make a
#: coloured page.
CHROMA, COLOURED = 48, 0.2
#: A picture with fewer grey pixels than this share is black and white.
BILEVEL = 0.005


class Pixels(NamedTuple):
    """One page as it came: ``stated`` is its resolution in pixels per inch or None."""

    colour: NDArray[Any]
    stated: float | None


def read_picture(path: Path, password: str | None, limits: Limits) -> tuple[Page, ...]:
    """All pages of the picture at ``path``.

    Raises:
        DamagedFileError, LimitExceededError.
    """
    pages = [flat_page(i + 1, p) for i, p in enumerate(picture_frames(path, limits))]
    if not pages:
        raise _damaged(path, "no picture in it")
    return tuple(pages)


def picture_frames(path: Path, limits: Limits) -> Iterator[Pixels]:
    """The pictures in the file at ``path``, one after the other, turned as they say.

    Raises:
        DamagedFileError, LimitExceededError.
    """
    learn_heic()
    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked before a frame is decoded
    try:
        with Image.open(path) as image:
            check_pages(getattr(image, "n_frames", 1), limits)
            for frame in ImageSequence.Iterator(image):
                _check_size(frame.size, limits)
                stated = stated_dpi(frame)
                yield Pixels(_bgr(_upright(frame)), stated)
    except UnidentifiedImageError as e:
        raise _damaged(path, "no picture in it") from e
    except FcextractError:
        raise
    except Exception as e:  # Pillow's plug-ins raise whatever their formats' faults lead to
        raise _damaged(path, " ".join(str(e).split())[:80]) from e


def _upright(frame: Image.Image) -> Image.Image:
    """The picture turned as it says; itself where it says nothing, for turning copies it."""
    turned = frame.getexif().get(ORIENTATION, 1) != 1
    return ImageOps.exif_transpose(frame) if turned else frame


@lru_cache(maxsize=1)
def learn_heic() -> None:
    """Teach Pillow the format of telephones' photos, where its plug-in is installed."""
    if find_spec("pillow_heif") is not None:
        import_module("pillow_heif").register_heif_opener()


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    if size[0] * size[1] > limits.pixels:
        raise LimitExceededError(
            f"图像有 {size[0]}×{size[1]} 像素，超过上限 {limits.pixels}，未读取。请降低分辨率后再提交。",
            f"The picture has {size[0]} by {size[1]} pixels, more than the limit of "
            f"{limits.pixels}, and was not read. Lower its resolution.",
        )


def _damaged(path: Path, why: str) -> DamagedFileError:
    return DamagedFileError(
        f"图像文件 {path.name} 损坏，无法读取（{why}）。可能传输中断；请重新扫描或重新上传。",
        f"The picture {path.name} is damaged and cannot be read ({why}). It may have been cut in "
        "transfer; scan or upload it again.",
    )


def stated_dpi(image: Image.Image) -> float | None:
    """The resolution that a picture states of itself, if it makes sense."""
    dpi = image.info.get("dpi")
    try:
        value = float(dpi[0]) if dpi else 0.0
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return value if value > 1 else None


def eight_bits(image: Image.Image) -> Image.Image:
    """A grey picture of more than 8 bits a pixel as one of 8, its lightest place white; others
    as they are. Pillow itself cuts such grey off at 255: all but the blackest ink is gone."""
    if image.mode != "F" and not image.mode.startswith("I"):
        return image
    values = np.nan_to_num(np.asarray(image).astype(np.float32))
    scaled = values * (255.0 / max(float(values.max()), 1e-6))
    return Image.fromarray(scaled.clip(0, 255).astype(np.uint8))


def _bgr(image: Image.Image) -> NDArray[Any]:
    """Pixels as (h, w) grey where the picture has no colour, else (h, w, 3) BGR."""
    image = eight_bits(image)
    if image.mode in {"1", "L", "LA"}:
        return np.array(image if image.mode == "L" else image.convert("L"))
    if image.mode in {"RGBA", "PA"} or "transparency" in image.info:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image.convert("RGBA"))
    rgb = np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))


def scanned_pages(
    path: Path, password: str | None, pages: Sequence[Page], limits: Limits
) -> tuple[Page, ...]:
    """``pages`` of the PDF at ``path``, its scans flattened."""
    if not any(is_scan(p) for p in pages):
        return tuple(pages)
    try:
        with pdfium.PdfDocument(path, password=password) as doc:
            doc.init_forms()
            return tuple(_scanned(doc, p, limits) if is_scan(p) else p for p in pages)
    except pdfium.PdfiumError:
        return tuple(pages)


def is_scan(page: Page) -> bool:
    """Whether the page is a picture with no text to speak of on it."""
    sheet = page.width * page.height
    large = [p for p in page.pictures if p.box.area > 0.01 * sheet]
    if sum(p.box.area for p in large) <= SCANNED_SHARE * sheet:
        return False
    seen = (
        r
        for r in page.runs
        if r.seen and not any(_under(r.seq, r.box.cx, r.box.cy, p) for p in large)
    )
    return sum(len(r.text) for r in seen) < SCANNED_CHARS


def _under(seq: int, x: float, y: float, picture: Picture) -> bool:
    """Whether something is painted before a picture that lies over it."""
    return 0 <= seq < picture.seq and picture.box.holds(x, y)


def _scanned(doc: pdfium.PdfDocument, page: Page, limits: Limits) -> Page:
    raw = doc[page.number - 1]
    try:
        width, height = raw.get_size()
        taken = whole_picture(raw, limits.pixels)
        if taken is not None:
            dpi = POINTS_PER_INCH * taken.shape[1] / width
            return flat_page(page.number, Pixels(taken, dpi), placed=dpi)
        dpi = _native_dpi(raw)
        if width * height * (dpi / POINTS_PER_INCH) ** 2 > limits.pixels:
            return replace(page, readable=False)
        bitmap = raw.render(scale=dpi / POINTS_PER_INCH, may_draw_forms=True)
        try:
            pixels = np.array(bitmap.to_numpy())
        finally:
            bitmap.close()
    except pdfium.PdfiumError:
        return replace(page, readable=False)
    finally:
        raw.close()
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    elif pixels.ndim == 3:
        pixels = np.ascontiguousarray(pixels[:, :, :3])
    return flat_page(page.number, Pixels(pixels, dpi), placed=dpi)


def _native_dpi(raw: pdfium.PdfPage) -> float:
    """Resolution of the page's largest picture, at most 300."""
    best, area = WORK_DPI, 0.0
    for item in raw.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        size = (right - left) * (top - bottom)
        if size > area:
            pixels = item.get_px_size()
            area = size
            best = POINTS_PER_INCH * (pixels[0] * pixels[1] / size) ** 0.5
    return min(best, 300.0)


def flat_page(number: int, pixels: Pixels, placed: float | None = None) -> Page:
    """The page in ``pixels``, flattened, with its ruled lines. ``placed`` is the resolution
    in which places on the page as submitted are told."""
    height, width = pixels.colour.shape[:2]
    if min(height, width) < FEWEST_PIXELS:
        return Page(number, float(width), float(height), readable=False)
    page, dpi = _to_work(pixels)
    grey = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    bilevel = _is_bilevel(grey)
    if bilevel:
        grey = without_grain(grey, dpi)
    colour = page if page.ndim == 3 and _is_coloured(page) else None
    per_point = (placed or pixels.stated or UNSTATED) / POINTS_PER_INCH
    per_point *= grey.shape[1] / pixels.colour.shape[1]
    sheet = None if bilevel else find_sheet(grey, dpi)
    if sheet is not None and dpi != pixels.stated:
        dpi = min(sheet.size) / A4
    scan, lines = flatten(evened(grey), colour, dpi, bilevel, per_point, sheet)
    return Page(number, scan.width, scan.height, rules=find_rules(scan, lines), scan=scan)


def _to_work(pixels: Pixels) -> tuple[NDArray[Any], float]:
    """The pixels at no more than WORK_DPI, and what they are then."""
    height, width = pixels.colour.shape[:2]
    short = min(height, width)
    dpi = pixels.stated
    if dpi is None or dpi <= NO_SCAN or not SHORT_SIDE[0] <= short / dpi <= SHORT_SIDE[1]:
        dpi = short / A4
    if dpi <= WORK_DPI * 1.15:
        return pixels.colour, dpi
    scale = WORK_DPI / dpi
    size = (round(width * scale), round(height * scale))
    return cv2.resize(pixels.colour, size, interpolation=cv2.INTER_AREA), WORK_DPI


def _is_bilevel(grey: Grey) -> bool:
    sample = grey[::7, ::3]
    between = (sample > 20) & (sample < 235)
    return float(between.mean()) < BILEVEL


def _is_coloured(page: Colour) -> bool:
    sample = page[::3, ::3].astype(np.int16)
    chroma = sample.max(axis=2) - sample.min(axis=2)
    return float((chroma > CHROMA).mean()) > COLOURED / 1000


def evened(grey: Grey) -> Grey:
    """The page with its light made even: paper is 255 under shadows too."""
    small = cv2.resize(grey, None, fx=1 / LIGHT, fy=1 / LIGHT, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((CLOSED, CLOSED), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), 3)
    paper = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.divide(grey, np.maximum(paper, 1), scale=255)
