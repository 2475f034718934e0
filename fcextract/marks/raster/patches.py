"""Every box of a form at one size: patches in which the box fills a fixed square."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.ink import MM_PER_INCH, Bytes, Floats, View, darkness
from fcextract.records import CellImage

#: A patch is this many pixels wide and high; the box's outer edges are SIDE apart, in its
#: middle. 2.5 box sides hold the largest mark that is centred on its box.
PATCH, SIDE = 60, 24
FIRST, LAST = (PATCH - SIDE) // 2, (PATCH + SIDE) // 2
#: There is red ink where it is this much lighter in the red channel; grey ink is at most by the
#: fringes that scanners and JPEG make.
RED = 0.2
#: Ink is red that is less dark in the red channel than this share of how dark it is.
MOSTLY = 0.45
#: Ink lighter than this is not seen.
FAINTEST = 0.08


def square(grow: int) -> NDArray[np.bool_]:
    """(PATCH, PATCH): where the box is, made larger on each side by so many patch pixels."""
    out = np.zeros((PATCH, PATCH), bool)
    out[FIRST - grow : LAST + grow, FIRST - grow : LAST + grow] = True
    return out


def bounds(rect: NDArray[np.float64], inset: float) -> tuple[int, int, int, int]:
    """``rect`` less ``inset`` patch pixels on each side, as far as the patch goes."""
    x0, y0, x1, y1 = (float(v) for v in rect)
    return (
        max(0, round(x0 + inset)),
        max(0, round(y0 + inset)),
        min(PATCH, round(x1 - inset)),
        min(PATCH, round(y1 - inset)),
    )


class Patches(NamedTuple):
    """``ink`` and ``cold`` are (n, PATCH, PATCH), see :class:`View`; ``cold`` is blind to red
    and is ``ink`` itself without colour. ``boxes`` (n, 4) are outer edges in crop pixels,
    ``residual`` (n,) how far the edges seen lie from the fitted square, in box sides, the
    worst of them aside. ``printed`` (n,) says that a box needs no frame: it is printed as
    others of the form are, or the form prints no boxes; ``placed`` (n,) that what was found fits the
    form's blank box where those stand. ``sides`` (n,) are the boxes' heights
    in millimetres.
    ``cells`` (n, 4) are the cells, ``crops`` (n, 4) the whole crops, in patch pixels.
    """

    ink: Floats
    cold: Floats
    boxes: NDArray[np.float64]
    residual: NDArray[np.float64]
    printed: NDArray[np.bool_]
    placed: NDArray[np.bool_]
    sides: NDArray[np.float64]
    cells: NDArray[np.float64]
    crops: NDArray[np.float64]

    @property
    def red(self) -> NDArray[np.bool_]:
        """(n,) whether there is red ink in the box."""
        box = slice(FIRST, LAST)
        return np.asarray((self.ink - self.cold)[:, box, box].max(axis=(1, 2)) >= RED)

    def without_red(self, which: Sequence[int]) -> Patches:
        """Some of the patches, as an eye that sees no red sees them."""
        k = list(which)
        cold = without_red(self.ink[k], self.cold[k])
        return Patches(
            cold,
            cold,
            self.boxes[k],
            self.residual[k],
            self.printed[k],
            self.placed[k],
            self.sides[k],
            self.cells[k],
            self.crops[k],
        )


def without_red(ink: Floats, cold: Floats) -> Floats:
    """Ink as an eye that sees no red sees it: red ink darkens the red channel a little too."""
    return np.where(cold < MOSTLY * ink, np.float32(0.0), cold)


def patches_at(
    images: Sequence[CellImage],
    views: Sequence[View],
    fitted: NDArray[np.float64],
    residual: NDArray[np.float64],
    printed: NDArray[np.bool_] | None = None,
    placed: NDArray[np.bool_] | None = None,
) -> Patches:
    """The patches of boxes (n, 4) whose edges are known, in crop pixels."""
    cells = np.array([i.cell for i in images], np.float64)
    ink = [ink_round(v, b) for v, b in zip(views, fitted, strict=True)]
    cold = [_cold(i, every, b) for i, every, b in zip(images, ink, fitted, strict=True)]
    crops = np.array([(0, 0, i.grey.shape[1], i.grey.shape[0]) for i in images], np.float64)
    return Patches(
        np.stack(ink),
        np.stack(cold),
        fitted,
        residual,
        np.zeros(len(ink), bool) if printed is None else printed,
        np.zeros(len(ink), bool) if placed is None else placed,
        (fitted[:, 3] - fitted[:, 1]) / np.array([i.dpi for i in images]) * MM_PER_INCH,
        in_patch(cells, fitted),
        in_patch(crops, fitted),
    )


def in_patch(rects: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """``rects`` (n, 4) of the crops as they lie in the patches of ``boxes``."""
    scale = SIDE / (boxes[:, 2:] - boxes[:, :2])
    return (rects - np.tile(boxes[:, :2], 2)) * np.tile(scale, 2) + FIRST


def in_patches(pictures: Sequence[Floats], boxes: Sequence[NDArray[np.float64]]) -> list[Floats]:
    """``pictures`` as they lie in the patches of ``boxes``, in pixels of theirs; 0 beyond."""
    parts = zip(pictures, boxes, strict=True)
    return [np.asarray(_resample(p, b, 0.0), np.float32) for p, b in parts]


def ink_round(view: View, box: NDArray[np.float64]) -> Floats:
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
