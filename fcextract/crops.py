"""Small pictures of boxes for a person to look at, cut from the file as submitted.

PDFium and Pillow are used here, outside ``ingest/``, because the reader has let go of the
file by the time a person asks to see a box. Colours are kept: they tell a pen from print.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self, TypeAlias, TypeVar

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageOps

from fcextract.geometry import Box
from fcextract.ingest.raster import UNSTATED, eight_bits, learn_heic, stated_dpi
from fcextract.inputs import page_files
from fcextract.records import Entry, Scoresheet
from fcextract.scan import POINTS_PER_INCH

#: Pixels per inch of a crop, and the most that its longer side has.
DPI, MOST = 144.0, 2400
#: Points of a box's surroundings that are shown with it: along the row, and across it.
AROUND = (42.0, 9.0)
#: The line round a framed box: its colour, which no pen and no print has, and its distance
#: from the box in points.
FRAME, FRAME_GAP = (240, 110, 0), 3.0
#: A picture with more pixels than this is not opened for a crop.
LARGEST = 400_000_000

Around = tuple[float, float]
T = TypeVar("T")


class _Sheet(NamedTuple):
    """One page of a picture file: its pixels, upright, and their number per point."""

    image: Image.Image
    per_point: float


_Loaded: TypeAlias = pdfium.PdfPage | _Sheet


class _Cut(NamedTuple):
    """A part of a page, and which part it is."""

    image: Image.Image
    place: Box


class Spot(NamedTuple):
    """Where a person has to look for a box: page (1-based) and place as submitted, and the
    clockwise turn in degrees that makes it upright."""

    page: int
    box: Box
    turn: int


def turns(sheet: Scoresheet) -> dict[int, int]:
    """The turn that makes each page upright: the reviewer's boxes stand right of the
    county's."""
    leaning: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for e in sheet.entries:
        own, other = e.self_box, e.reviewer_box
        if own.box and other.box and own.page is not None and own.page == other.page:
            leaning[own.page][0] += other.box.cx - own.box.cx
            leaning[own.page][1] += other.box.cy - own.box.cy
    return {page: _turn(*way) for page, way in leaning.items()}


def _turn(right: float, down: float) -> int:
    if abs(right) >= abs(down):
        return 0 if right >= 0 else 180
    return 270 if down > 0 else 90


def spot(entry: Entry, column: str, upright: Mapping[int, int]) -> Spot | None:
    """Where the box of ``entry`` in ``column`` is, or else its row; None where neither was
    found. ``upright`` is what :func:`turns` gives."""
    box = entry.box_in(column)
    if box.box is not None and box.page is not None:
        return Spot(box.page, box.box, upright.get(box.page, 0))
    return row_spot(entry, upright)


def row_spot(entry: Entry, upright: Mapping[int, int]) -> Spot | None:
    """Where the row of ``entry`` is, None where it was not found."""
    row = entry.row
    if row is None or row.band is None:
        return None
    return Spot(row.page, row.band, upright.get(row.page, 0))


class Cropper:
    """Cuts pictures out of one file (or folder of pages), which is opened at the first call.

    Call it with a page (1-based) and a box of it in points, both as submitted: it gives a
    PNG of the box and what is ``around`` it, turned clockwise by ``turn`` degrees, with a
    line round the box where ``framed``; or None where the file is gone, cannot be opened any
    more, or has no such place.
    """

    def __init__(self, path: Path, password: str | None = None) -> None:
        self._path, self._password = path, password
        self._doc: pdfium.PdfDocument | None = None
        self._number = 0
        self._page: _Loaded | None = None
        self._failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def __call__(
        self,
        page: int,
        box: Box,
        around: Around = AROUND,
        dpi: float = DPI,
        turn: int = 0,
        framed: bool = False,
    ) -> bytes | None:
        place = _grown(box, around if turn % 180 == 0 else around[::-1])

        def cut_out(found: _Loaded) -> bytes | None:
            cut = _from(found, place, dpi)
            if cut is None:
                return None
            image = _framed(*cut, box) if framed else cut.image
            return _png(image.rotate(-turn, expand=True))

        return self._attempt(page, cut_out)

    def size(self, page: int) -> tuple[float, float] | None:
        """Width and height of a page in points, as submitted; None as for a crop."""
        return self._attempt(page, _size)

    def _attempt(self, page: int, call: Callable[[_Loaded], T | None]) -> T | None:
        """What ``call`` makes of the page, or None where it cannot be had."""
        if self._failed:
            return None
        try:
            found = self._load(page)
            return call(found) if found is not None else None
        except (pdfium.PdfiumError, OSError, ValueError, SyntaxError, EOFError):
            self._failed = self._page is None and self._doc is None
            return None

    def close(self) -> None:
        """Let go of the file."""
        for held in (self._page, self._doc):
            if isinstance(held, pdfium.PdfPage | pdfium.PdfDocument):
                held.close()
        self._page = self._doc = None

    def _load(self, number: int) -> _Loaded | None:
        """The page; the last one asked for is kept."""
        if self._number != number or self._page is None:
            if isinstance(self._page, pdfium.PdfPage):
                self._page.close()
            self._page, self._number = None, number
            self._page = self._pdf_page(number) if self._is_pdf() else self._picture(number)
        return self._page

    def _is_pdf(self) -> bool:
        if self._doc is None and self._path.is_file():
            with open(self._path, "rb") as f:
                if b"%PDF-" in f.read(1024):
                    self._doc = pdfium.PdfDocument(self._path, password=self._password)
                    self._doc.init_forms()
        return self._doc is not None

    def _pdf_page(self, number: int) -> pdfium.PdfPage | None:
        return self._doc[number - 1] if self._doc and 0 < number <= len(self._doc) else None

    def _picture(self, number: int) -> _Sheet | None:
        learn_heic()
        Image.MAX_IMAGE_PIXELS = None  # our own limit is checked before a frame is decoded
        index = number - 1
        files = page_files(self._path) if self._path.is_dir() else [self._path]
        for path in files:
            with Image.open(path) as image:
                frames = getattr(image, "n_frames", 1)
                if index < frames:
                    return _sheet(image, index)
            index -= frames
        return None


def crop(
    path: Path,
    page: int,
    rect: Box,
    *,
    around: Around = AROUND,
    dpi: float = DPI,
    turn: int = 0,
    password: str | None = None,
) -> bytes | None:
    """``rect`` of page ``page`` (1-based) of the file at ``path`` and ``around`` points beside
    and above it, as PNG; None where it cannot be shown. For many, keep a :class:`Cropper`."""
    with Cropper(path, password) as cut:
        return cut(page, rect, around, dpi, turn)


def _sheet(image: Image.Image, index: int) -> _Sheet:
    if image.width * image.height > LARGEST:
        raise ValueError("too large a picture for a crop")
    image.seek(index)
    dpi = stated_dpi(image) or UNSTATED
    upright = eight_bits(ImageOps.exif_transpose(image))
    return _Sheet(upright.convert("RGB" if upright.mode != "1" else "L"), dpi / POINTS_PER_INCH)


def _grown(box: Box, around: Around) -> Box:
    across, down = around
    return Box(box.x0 - across, box.y0 - down, box.x1 + across, box.y1 + down)


def _inside(box: Box, width: float, height: float) -> Box | None:
    """The part of ``box`` that lies on a page of these sides."""
    cut = Box(max(box.x0, 0.0), max(box.y0, 0.0), min(box.x1, width), min(box.y1, height))
    return cut if cut.width > 0 and cut.height > 0 else None


def _size(page: _Loaded) -> tuple[float, float]:
    if isinstance(page, _Sheet):
        return page.image.width / page.per_point, page.image.height / page.per_point
    width, height = page.get_size()
    return width, height


def _from(page: _Loaded, box: Box, dpi: float) -> _Cut | None:
    if isinstance(page, _Sheet):
        return _from_picture(page, box, dpi)
    return _from_pdf(page, box, dpi)


def _from_pdf(page: pdfium.PdfPage, box: Box, dpi: float) -> _Cut | None:
    width, height = page.get_size()
    cut = _inside(box, width, height)
    if cut is None:
        return None
    scale = min(dpi / POINTS_PER_INCH, MOST / cut.side)
    margins = (cut.x0, height - cut.y1, width - cut.x1, cut.y0)
    bitmap = page.render(scale=scale, crop=margins)
    try:
        return _Cut(bitmap.to_pil().convert("RGB"), cut)
    finally:
        bitmap.close()


def _from_picture(sheet: _Sheet, box: Box, dpi: float) -> _Cut | None:
    s = sheet.per_point
    cut = _inside(box, sheet.image.width / s, sheet.image.height / s)
    if cut is None:
        return None
    x0, y0, x1, y1 = (round(v * s) for v in cut)
    found = sheet.image.crop((x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)))
    scale = min(1.0, dpi / POINTS_PER_INCH / s, MOST / max(found.size))
    if scale < 1.0:
        size = (max(1, round(found.width * scale)), max(1, round(found.height * scale)))
        found = found.resize(size, Image.Resampling.LANCZOS)
    return _Cut(found, cut)


def _framed(image: Image.Image, place: Box, box: Box) -> Image.Image:
    """``image`` of ``place`` with a line round ``box``, far enough off to hide nothing."""
    image = image.convert("RGB")
    s = image.width / place.width
    edge = box.grow(FRAME_GAP)
    corners = ((edge.x0 - place.x0) * s, (edge.y0 - place.y0) * s,
               (edge.x1 - place.x0) * s, (edge.y1 - place.y0) * s)  # fmt: skip
    ImageDraw.Draw(image).rectangle(corners, outline=FRAME, width=max(2, round(s)))
    return image


def _png(image: Image.Image) -> bytes:
    """``image`` as PNG, grey where it has no colour."""
    if image.mode == "RGB":
        red, green, blue = image.split()
        if red.tobytes() == green.tobytes() == blue.tobytes():
            image = red
    kept = io.BytesIO()
    image.save(kept, "PNG", optimize=False)
    return kept.getvalue()
