"""Where the pictures of a page are seen: under its clips, and not in its masks.

MuPDF reports a gradient as a picture of the whole page whatever it is clipped to, a sprite
as all of its sheet, and the picture of a soft mask like any other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import pymupdf
from numpy.typing import NDArray
from pymupdf import mupdf

from fcextract.ingest.paths import LARGE
from fcextract.scan import Colour

Rect = tuple[float, float, float, float]

#: A picture that its clip leaves less than this share of is looked at where it is seen.
#: Firefox clips the rims of whole ones: to 0.77 of the least.
CLIPPED = 0.7
#: It is drawn at so many pixels per point, and no more than so many pixels along a side.
SCALE, ACROSS = 4.0, 160
#: One this large may be a page's ground, or its scan: fine enough for print to be seen on it.
GROUND, GROUND_SCALE, GROUND_ACROSS = 300.0, 1.0, 1_200
#: So many pictures of a page are drawn, none of more pixels: the rest are as reported. Nor are
#: the images of a page identified that holds one of more: that decodes all of them.
MOST_DRAWN, MOST_PIXELS = 2_000, 4_000_000
_EVERYWHERE: Rect = (-1e9, -1e9, 1e9, 1e9)
_ALL = mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE)
_PAINTING = ("fill_path", "stroke_path", "fill_text", "stroke_text", "ignore_text")
_CLIPPING = ("clip_stroke_path", "clip_text", "clip_stroke_text")
_REST = (
    *("fill_image", "fill_image_mask", "fill_shade"),
    *("clip_path", "clip_image_mask", "pop_clip", "begin_mask", "end_mask"),
)


class Placed(NamedTuple):
    """A picture or gradient by its place in the painting order. ``rect`` is what its clip
    leaves of it, in points of the unturned page; ``look`` what it paints there on white
    paper, (h, w, 3) RGB, None where it is seen as it is reported. ``hidden``: it is no more
    than a mask of something else. ``cut``: a page's end leaves a part of it."""

    seq: int
    rect: Rect
    look: Colour | None
    hidden: bool = False
    cut: bool = False


class Clip(NamedTuple):
    """What a clip leaves of the page, in points. ``stencil`` is the picture that clips and its
    matrix; ``masked`` is a soft mask, of which nothing more is known."""

    rect: Rect
    masked: bool = False
    stencil: tuple[Any, Any] | None = None


class Followed(NamedTuple):
    """All pictures and gradients of a page as they are painted, the places of what is seen
    through a mask, and of what only makes one."""

    placed: tuple[Placed, ...]
    masked: frozenset[int]
    masks: frozenset[int]


#: Of a page of text and paths alone.
NOTHING = Followed((), frozenset(), frozenset())


def follow(page: pymupdf.Page, has_text: bool = True) -> Followed:
    """The pictures and gradients of ``page`` under its clips and masks. Where it has no text,
    a large one is what it shows, however even, and is not looked at."""
    with unturned(page):
        r = mupdf.fz_bound_page(page.this)
        device = _Follower((r.x0, r.y0, r.x1, r.y1), has_text)
        mupdf.fz_run_page(page.this, device, mupdf.FzMatrix(), mupdf.FzCookie())
        mupdf.fz_close_device(device)
    return Followed(tuple(device.placed), frozenset(device.masked), frozenset(device.masks))


@contextmanager
def unturned(page: pymupdf.Page) -> Iterator[None]:
    """``page`` as if it had no rotation of its own."""
    rotation = page.rotation
    if rotation:
        page.set_rotation(0)
    try:
        yield
    finally:
        if rotation:
            page.set_rotation(rotation)


class _Follower(mupdf.FzDevice2):  # type: ignore[misc]  # MuPDF's classes have no types
    """A device that paints nothing and knows what lies under which clip and mask."""

    def __init__(self, sheet: Rect, grounds: bool) -> None:
        super().__init__()
        for name in (*_PAINTING, *_CLIPPING, *_REST):
            getattr(self, f"use_virtual_{name}")()
        self.grounds = grounds
        self.count = 0
        self.masking = 0
        self.drawn = 0
        self.clips = [Clip(sheet)]
        self.placed: list[Placed] = []
        self.masked: list[int] = []
        self.masks: list[int] = []

    def paints(self) -> int:
        if self.masking:
            self.masks.append(self.count)
        elif any(c.masked for c in self.clips):
            self.masked.append(self.count)
        self.count += 1
        return 0

    def _clipped(self, rect: Rect, within: float = math.inf) -> Rect:
        """What the clips leave of ``rect``, those alone that are no larger than ``within``."""
        for clip in self.clips:
            if _side(clip.rect) <= within:
                rect = _common(rect, clip.rect)
        return rect

    def fill_image(self, _: Any, image: Any, matrix: Any, alpha: float, color: Any) -> None:
        whole = _unit_square(matrix)
        own, rect = self._clipped(whole, LARGE), self._clipped(whole)
        if _side(whole) <= LARGE and _area(own) >= CLIPPED * _area(whole):
            self._place(rect, None)  # a whole one, which a page's end may cut
        elif _side(own) <= LARGE and _area(rect) < CLIPPED * _area(own):
            self._place(rect, None, cut=True)
        else:
            self._place(rect, self._look(rect, whole, image, matrix, alpha, color))

    def _look(
        self, rect: Rect, whole: Rect, image: Any, matrix: Any, alpha: float, color: Any
    ) -> Colour | None:
        """What a picture paints, where that is not all of it or may be a page's ground."""
        clipped = _area(rect) < CLIPPED * _area(whole)
        if not (clipped or _is_large(rect)) or image.w * image.h > MOST_PIXELS:
            return None
        kept = mupdf.FzImage(mupdf.ll_fz_keep_image(image))
        how = mupdf.FzColorParams(color)
        return self._draw(
            rect, lambda d, m: mupdf.fz_fill_image(d, kept, _then(matrix, m), alpha, how)
        )

    def fill_shade(self, _: Any, shade: Any, matrix: Any, alpha: float, color: Any) -> None:
        rect = self._clipped(_EVERYWHERE)
        kept = mupdf.FzShade(mupdf.ll_fz_keep_shade(shade))
        how = mupdf.FzColorParams(color)
        look = self._draw(
            rect, lambda d, m: mupdf.fz_fill_shade(d, kept, _then(matrix, m), alpha, how)
        )
        self._place(rect, look)

    def fill_image_mask(self, _: Any, __: Any, matrix: Any, *___: Any) -> None:
        self._place(self._clipped(_unit_square(matrix)), None)

    def _place(self, rect: Rect, look: Colour | None, cut: bool = False) -> None:
        self.placed.append(Placed(self.count, rect, look, self.masking > 0, cut))
        self.paints()

    def _draw(self, rect: Rect, paint: Callable[[Any, Any], None]) -> Colour | None:
        """What ``paint`` paints in ``rect`` on white paper; None where it cannot be told."""
        x0, y0, x1, y1 = rect
        if self.masking or self.drawn >= MOST_DRAWN or min(x1 - x0, y1 - y0) <= 0:
            return None
        if any(c.masked for c in self.clips) or (_is_large(rect) and not self.grounds):
            return None
        self.drawn += 1
        try:
            return self._drawn(rect, paint)
        except (RuntimeError, ValueError, mupdf.FzErrorBase):
            return None  # nothing may be raised through MuPDF's own frames

    def _drawn(self, rect: Rect, paint: Callable[[Any, Any], None]) -> Colour:
        x0, y0, x1, y1 = rect
        scale, across = (GROUND_SCALE, GROUND_ACROSS) if _is_large(rect) else (SCALE, ACROSS)
        scale = min(scale, across / _side(rect))
        size = [max(1, round(n * scale)) for n in (x1 - x0, y1 - y0)]
        pixmap = mupdf.FzPixmap(mupdf.fz_device_rgb(), *size, mupdf.FzSeparations(), 0)
        mupdf.fz_clear_pixmap_with_value(pixmap, 255)
        device = mupdf.fz_new_draw_device(mupdf.FzMatrix(), pixmap)
        matrix = mupdf.FzMatrix(scale, 0, 0, scale, -x0 * scale, -y0 * scale)
        stencils = [c.stencil for c in self.clips if c.stencil is not None]
        for image, placed in stencils:
            mupdf.fz_clip_image_mask(device, image, mupdf.fz_concat(placed, matrix), _ALL)
        paint(device, matrix)
        for _ in stencils:
            mupdf.fz_pop_clip(device)
        mupdf.fz_close_device(device)
        return _pixels(pixmap)

    def clip_path(self, _: Any, path: Any, __: int, matrix: Any, *___: Any) -> None:
        r = mupdf.ll_fz_bound_path(path, None, matrix)
        self.clips.append(Clip((r.x0, r.y0, r.x1, r.y1)))

    def clip_image_mask(self, _: Any, image: Any, matrix: Any, *__: Any) -> None:
        kept = mupdf.FzImage(mupdf.ll_fz_keep_image(image))
        self.clips.append(Clip(_unit_square(matrix), stencil=(kept, _matrix(matrix))))

    def pop_clip(self, *_: Any) -> None:
        if len(self.clips) > 1:
            self.clips.pop()

    def begin_mask(self, *_: Any) -> None:
        self.masking += 1

    def end_mask(self, *_: Any) -> None:
        self.masking -= 1
        self.clips.append(Clip(_EVERYWHERE, masked=True))


def _paints(self: _Follower, *_: Any) -> int:
    return self.paints()


def _clips(self: _Follower, *_: Any) -> None:
    self.clips.append(Clip(_EVERYWHERE))


for _name in _PAINTING:
    setattr(_Follower, _name, _paints)
for _name in _CLIPPING:
    setattr(_Follower, _name, _clips)


def _common(a: Rect, b: Rect) -> Rect:
    return (max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))


def _area(r: Rect) -> float:
    return max(0.0, r[2] - r[0]) * max(0.0, r[3] - r[1])


def _side(r: Rect) -> float:
    return max(r[2] - r[0], r[3] - r[1])


def _is_large(r: Rect) -> bool:
    return min(r[2] - r[0], r[3] - r[1]) > GROUND


def _unit_square(m: Any) -> Rect:
    """Where a picture is placed: the unit square under its matrix."""
    xs = (m.e, m.e + m.a, m.e + m.c, m.e + m.a + m.c)
    ys = (m.f, m.f + m.b, m.f + m.d, m.f + m.b + m.d)
    return (min(xs), min(ys), max(xs), max(ys))


def _then(m: Any, after: Any) -> Any:
    return mupdf.fz_concat(_matrix(m), after)


def _matrix(m: Any) -> Any:
    """A matrix that MuPDF handed over, to keep."""
    return mupdf.FzMatrix(m.a, m.b, m.c, m.d, m.e, m.f)


def _pixels(drawn: Any) -> NDArray[np.uint8]:
    pixmap = pymupdf.Pixmap(drawn)
    flat = np.frombuffer(pixmap.samples, np.uint8)
    return flat.reshape(pixmap.height, pixmap.width, -1)[..., :3]
