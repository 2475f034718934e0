"""Every box of a form at one size: patches in which the box fills a fixed square.

Patches are first cut where the box was found, to a pixel; its four edges are then measured
in all patches at once and the patches cut again, so that frames lie on one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.find import Rect
from fcextract.marks.raster.ink import Bytes, Floats, View, darkness
from fcextract.records import CellImage

#: A patch is this many pixels wide and high; the box's outer edges are SIDE apart, in its
#: middle. 2.5 box sides hold the largest mark that is centred on its box.
PATCH, SIDE = 60, 24
FIRST, LAST = (PATCH - SIDE) // 2, (PATCH + SIDE) // 2
#: Edges are sought this far from where the box was found, in patch pixels.
REACH = 6
#: A side's darkest lies this close behind its outer edge, in patch pixels.
WIDTH = 4
#: An edge is where the ink, going inwards, passes half of the side's darkest.
HALF = 0.5
#: A side less dark than this is not seen, nor one less dark than the share of what is usual:
#: ticks that are printed as dark squares stand beside light frames.
FAINTEST, FAINT = 0.08, 0.3
#: Rules are registered to a patch pixel.
RULE = 1
#: A box's width and height differ by less than this share of its side, and both from the form's
#: usual ones, or its edges are not believed.
SAME_SIDE, OWN_SIDE = 0.12, 0.12


class Patches(NamedTuple):
    """``ink`` and ``cold`` are (n, PATCH, PATCH), see :class:`View`; ``cold`` is blind to red
    and is ``ink`` itself without colour. ``boxes`` (n, 4) are outer edges in crop pixels,
    ``residual`` (n,) how far the edges seen lie from the fitted square, in box sides, the
    worst of them aside.
    ``cells`` (n, 4) are the cells, ``crops`` (n, 4) the whole crops, in patch pixels.
    """

    ink: Floats
    cold: Floats
    boxes: NDArray[np.float64]
    residual: NDArray[np.float64]
    cells: NDArray[np.float64]
    crops: NDArray[np.float64]

    def without_red(self, which: Sequence[int]) -> Patches:
        """Some of the patches, as an eye that sees no red sees them."""
        k = list(which)
        return Patches(
            self.cold[k],
            self.cold[k],
            self.boxes[k],
            self.residual[k],
            self.cells[k],
            self.crops[k],
        )


def cut_patches(
    images: Sequence[CellImage], views: Sequence[View], boxes: Sequence[Rect]
) -> Patches:
    """The patches round ``boxes`` (crop pixels, as found), registered on their frames."""
    found = np.array(boxes, np.float64).reshape(-1, 4)
    rough = np.stack([_ink(v, b) for v, b in zip(views, found, strict=True)])
    cells = np.array([i.cell for i in images], np.float64)
    _clear_rules(rough, _in_patch(cells, found))
    edges, seen = _edges(rough)
    fitted, residual = _fit(found, np.array([i.dpi for i in images]), edges, seen, rough)
    ink = [_ink(v, b) for v, b in zip(views, fitted, strict=True)]
    cold = [_cold(i, every, b) for i, every, b in zip(images, ink, fitted, strict=True)]
    crops = np.array([(0, 0, i.grey.shape[1], i.grey.shape[0]) for i in images], np.float64)
    return Patches(
        np.stack(ink),
        np.stack(cold),
        fitted,
        residual,
        _in_patch(cells, fitted),
        _in_patch(crops, fitted),
    )


def _clear_rules(ink: Floats, cells: NDArray[np.float64]) -> None:
    """Blank what lies outside the cells (n, 4), so that no rule is taken for a box's side."""
    for patch, (x0, y0, x1, y1) in zip(ink, np.clip(np.round(cells), 0, PATCH), strict=True):
        patch[: int(y0) + RULE] = patch[max(0, int(y1) - RULE) :] = 0.0
        patch[:, : int(x0) + RULE] = patch[:, max(0, int(x1) - RULE) :] = 0.0


def _in_patch(rects: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """``rects`` (n, 4) of the crops as they lie in the patches of ``boxes``."""
    scale = SIDE / (boxes[:, 2:] - boxes[:, :2])
    return (rects - np.tile(boxes[:, :2], 2)) * np.tile(scale, 2) + FIRST


def _ink(view: View, box: NDArray[np.float64]) -> Floats:
    """Ink of all colours round one box."""
    paper = _resample(view.paper, box * view.zoom, 255.0)
    return darkness(_resample(view.dark, box, 255.0), paper)


def _cold(image: CellImage, every: Floats, box: NDArray[np.float64]) -> Floats:
    """Ink of all colours but red; ``every`` where there is no colour."""
    if image.colour is None:
        return every
    red = _resample(np.ascontiguousarray(image.colour[:, :, 2]), box, 255.0)
    # The red channel has a paper level of its own: the usual red of what has no ink.
    blank = red[every < FAINTEST]
    level = float(np.median(blank)) if blank.size else 255.0
    return darkness(red, np.float32(max(level, 1.0)))


def _resample(pixels: Bytes | Floats, box: NDArray[np.float64], beyond: float) -> Floats:
    """The patch whose box is ``box`` of ``pixels``; ``beyond`` outside the picture."""
    x0, y0, x1, y1 = box
    sx, sy = SIDE / max(x1 - x0, 1.0), SIDE / max(y1 - y0, 1.0)
    if min(sx, sy) < 0.75:  # shrunk by area first, or thin lines would be stepped over
        pixels, x0, y0, sx, sy = _reduced(pixels, x0, y0, sx, sy)
    # Pixel centres lie half a pixel in: patch (u + 0.5) = (x + 0.5 - x0) * sx + FIRST.
    matrix = np.array(
        [
            [sx, 0.0, (0.5 - x0) * sx + FIRST - 0.5],
            [0.0, sy, (0.5 - y0) * sy + FIRST - 0.5],
        ]
    )
    out = cv2.warpAffine(
        pixels, matrix, (PATCH, PATCH), flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(beyond, beyond, beyond),
    )  # fmt: skip
    return np.asarray(out, pixels.dtype)


def _reduced(
    pixels: Bytes | Floats, x0: float, y0: float, sx: float, sy: float
) -> tuple[Bytes | Floats, float, float, float, float]:
    """The window that a patch needs, shrunk to the patch's own scale, and what remains."""
    h, w = pixels.shape[:2]
    margin = FIRST + 2
    left, top = max(0, int(x0 - margin / sx)), max(0, int(y0 - margin / sy))
    right = min(w, int(x0 + (SIDE + margin) / sx) + 1)
    bottom = min(h, int(y0 + (SIDE + margin) / sy) + 1)
    window = pixels[top:bottom, left:right]
    if window.size == 0:
        return pixels, x0, y0, sx, sy
    size = max(1, round((right - left) * sx)), max(1, round((bottom - top) * sy))
    small: Any = cv2.resize(window, size, interpolation=cv2.INTER_AREA)
    kx, ky = size[0] / (right - left), size[1] / (bottom - top)
    return small, (x0 - left) * kx, (y0 - top) * ky, sx / kx, sy / ky


def _edges(ink: Floats) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(n, 4) how far in patch pixels each outer edge (left, top, right, bottom) lies inwards
    of the patch's square, negative outwards, and whether it was seen."""
    lo, hi = FIRST + SIDE // 4, LAST - SIDE // 4  # round corners and their strokes aside
    a, b = FIRST - REACH, FIRST + REACH
    flipped = ink[:, ::-1, ::-1]
    strips = np.stack(
        [
            ink[:, lo:hi, a:b].transpose(0, 2, 1),
            ink[:, a:b, lo:hi],
            flipped[:, lo:hi, a:b].transpose(0, 2, 1),
            flipped[:, a:b, lo:hi],
        ],
        axis=1,
    )
    profile = np.median(strips, axis=3)  # (n, 4, 2 * REACH), from outside in
    return _crossing(profile)


def _crossing(profile: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Of all places where ink begins on the way in, the one nearest to where it should."""
    n = profile.shape[2] - WIDTH
    peak = np.max([profile[:, :, k : k + n] for k in range(WIDTH)], axis=0)
    usual = np.median(peak[:, :, REACH - 1 : REACH + 2].max(axis=2))
    level = HALF * peak[:, :, 1:]
    before, after = profile[:, :, : n - 1], profile[:, :, 1:n]
    starts = (before < level) & (after >= level) & (peak[:, :, 1:] >= max(FAINTEST, FAINT * usual))
    # Step k lies between the centres of pixels k and k + 1.
    place = np.arange(n - 1) + 1 - REACH
    distance = np.where(starts, np.abs(place), np.inf)
    best = distance.argmin(axis=2)[:, :, None]
    b, a, lv = (np.take_along_axis(v, best, 2)[:, :, 0] for v in (before, after, level))
    share = np.clip((lv - b) / np.maximum(a - b, 1e-6), 0.0, 1.0)
    return place[best[:, :, 0]] + share - 0.5, np.isfinite(distance.min(axis=2))


def _fit(
    found: NDArray[np.float64],
    dpi: NDArray[np.float64],
    edges: NDArray[np.float64],
    seen: NDArray[np.bool_],
    rough: Floats,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Boxes in crop pixels: their edges as measured, where all four are seen and make a
    square; elsewhere a square of the form's usual size, put where it fits the ink best."""
    unit = (found[:, 2:] - found[:, :2]) / SIDE
    patch = np.array([FIRST, FIRST, LAST, LAST], np.float64)
    measured = np.where(seen, patch + edges * (1.0, 1.0, -1.0, -1.0), np.nan)
    spans = measured[:, 2:] - measured[:, :2]
    usual = _usual_spans(spans * unit / dpi[:, None], unit[:, 0] / dpi) * dpi[:, None] / unit
    good = _square(spans) & (np.abs(spans / usual - 1.0) <= OWN_SIDE).all(axis=1)
    fitted = measured.copy()
    for k in np.flatnonzero(~good):
        fitted[k] = _best_ring(rough[k], usual[k])
    off = np.where(seen, np.abs(measured - fitted), SAME_SIDE * SIDE)
    boxes = np.tile(found[:, :2], 2) + (fitted - FIRST) * np.tile(unit, 2)
    # One side may be hidden by a mark; the second worst must be where it should.
    return boxes, np.sort(off, axis=1)[:, 2] / SIDE


def _square(spans: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a width and a height (n, 2) were measured and are about the same."""
    return np.abs(spans[:, 0] / spans[:, 1] - 1.0) <= SAME_SIDE


def _usual_spans(spans: NDArray[np.float64], found: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) for every box the width and height, in inches, that boxes found as large as it
    usually have; what was found where none of them was measured."""
    square, out = _square(spans), np.stack([found, found], axis=1) * SIDE
    for size in np.unique(found):
        like = square & (np.abs(found / size - 1.0) <= SAME_SIDE)
        if like.any():
            out[found == size] = np.median(spans[like], axis=0)
    return out


def _best_ring(ink: Floats, spans: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Where in a patch a frame of the given width and height lies best: inked itself, and
    paper all round."""
    w, h = (round(float(v)) for v in spans)
    ring = np.full((h + 2 * WIDTH, w + 2 * WIDTH), -1.0, np.float32)
    ring[WIDTH // 2 : -WIDTH // 2, WIDTH // 2 : -WIDTH // 2] = 0.0  # the blur of the frame
    outside = ring < 0
    ring[WIDTH:-WIDTH, WIDTH:-WIDTH] = 1.0
    ring[WIDTH + 2 : -WIDTH - 2, WIDTH + 2 : -WIDTH - 2] = 0.0
    frame = ring > 0
    ring[frame] /= frame.sum()
    ring[outside] /= outside.sum()
    usual = max(FAINTEST, float(np.median(ink[ink > FAINTEST])) if (ink > FAINTEST).any() else 0.0)
    score = cv2.matchTemplate(np.minimum(ink, usual), ring, cv2.TM_CCORR)
    y, x = ((PATCH - n) // 2 - WIDTH for n in (h, w))
    top, left = max(0, y - REACH), max(0, x - REACH)
    part = score[top : y + REACH + 1, left : x + REACH + 1]
    dy, dx = divmod(int(part.argmax()), part.shape[1])
    x0, y0 = float(left + dx + WIDTH), float(top + dy + WIDTH)
    return x0, y0, x0 + float(spans[0]), y0 + float(spans[1])
