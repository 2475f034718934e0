"""What is inked in and on each box. Measures only; :mod:`decide` judges.

Lengths are in box sides, areas in shares of the box's inside.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.blank import Blank
from fcextract.marks.raster.ink import Floats
from fcextract.marks.raster.patches import FIRST, LAST, PATCH, SIDE, Patches

Mask = NDArray[np.bool_]

#: Connected ink of fewer patch pixels is dust: a dot a twelfth of a side wide.
SPECK = 4
#: A frame's line is present where the ink reaches this share of the form's usual frame.
PRESENT = 0.4
#: A stroke as dark as this share of the frame is a full one, within two bounds; a lighter one
#: weighs less, by the square: what rubbing out leaves is as large as a mark, and light.
FULL_STRENGTH, FULLEST, LIGHTEST = 0.6, 0.4, 0.15
#: On and next to the frame, ink is a mark's only where it is this much darker.
ON_FRAME = 0.35
#: Ink this close to an edge of the crop, in patch pixels, goes on beyond it.
EDGE = 2.0
CENTRE = (PATCH - 1) / 2
#: A ring is seen in all but a few of this many directions from the box's middle.
DIRECTIONS, GAPS = 32, 5
#: A line is straight if it is no thicker, all bends included, than this (in sides).
STRAIGHT = 0.25


class Measures(NamedTuple):
    """``fill`` is the share of the inside that is inked, dust aside; ``reach`` how much of
    the inside the largest connected mark spans; ``strength`` that mark's mean ink as a share
    of a full stroke's. ``red``
    is the part of it that only red ink accounts for. ``match`` says how much of the frame
    is there. Of the mark with all that hangs together with it, ``away`` says how far its middle
    lies from the box's (in sides), ``leaves`` whether it reaches the edge of the crop or
    patch, ``passes`` whether it is a straight line from edge to edge. ``ringed`` says that
    ink goes round the box.
    """

    fill: float = 0.0
    reach: float = 0.0
    strength: float = 0.0
    red: float = 0.0
    match: float = 0.0
    away: float = 0.0
    leaves: bool = False
    passes: bool = False
    ringed: bool = False

    @property
    def score(self) -> float:
        """How much of a mark there is, 0 to 1: large, wide and dark."""
        return self.spread * min(1.0, self.strength) ** 2

    @property
    def spread(self) -> float:
        """How large and wide the mark is, however light."""
        return self.fill * self.reach


def measure(patches: Patches, blank: Blank) -> list[Measures]:
    """The measures of every patch."""
    masks = _Masks(blank)
    match = match_scores(patches.ink, blank)
    parts = zip(patches.ink, patches.cold, patches.crops, match, strict=True)
    return [_one(ink, cold, crop, masks, float(m)) for ink, cold, crop, m in parts]


def match_scores(ink: Floats, blank: Blank) -> NDArray[np.float64]:
    """(n,) how much of each frame is there, 0 to 1, the worst side weighed in."""
    lo, hi = FIRST + 4, LAST - 4
    out, into = 1, blank.width + 1
    bands = np.stack(
        [
            ink[:, FIRST - out : FIRST + into, lo:hi].max(axis=1),
            ink[:, LAST - into : LAST + out, lo:hi].max(axis=1),
            ink[:, lo:hi, FIRST - out : FIRST + into].max(axis=2),
            ink[:, lo:hi, LAST - into : LAST + out].max(axis=2),
        ],
        axis=1,
    )
    there = (bands >= PRESENT * blank.frame).mean(axis=2)
    return np.asarray(0.6 * there.mean(axis=1) + 0.4 * there.min(axis=1))


class _Masks:
    """The zones of a patch: the box, its inside, the ring where its frame may lie."""

    def __init__(self, blank: Blank) -> None:
        self.ring = _square(2) & ~_square(-blank.inset)
        # On the frame registration errors of a fraction of a pixel make steep differences.
        margin = np.where(self.ring, max(ON_FRAME, blank.threshold), blank.threshold)
        self.limit = np.asarray(blank.explained + margin, np.float32)
        self.tint = blank.tint
        self.full = float(np.clip(FULL_STRENGTH * blank.frame, LIGHTEST, FULLEST))
        self.inside = slice(FIRST + blank.inset, LAST - blank.inset)
        self.box = _square(0)
        span = 2 * (blank.inset + 2) + 1
        self.bridge = np.ones((span, span), np.uint8)

    def marks(self, ink: Floats) -> Mask:
        """Ink that the blank box does not explain."""
        return np.asarray(ink > self.limit)

    def joined(self, dark: Mask) -> Mask:
        """``dark`` with its strokes joined where they pass under the frame."""
        clear = dark & ~self.ring
        within = cv2.dilate((clear & self.box).astype(np.uint8), self.bridge)
        beyond = cv2.dilate((clear & ~self.box).astype(np.uint8), self.bridge)
        return np.asarray(dark | (self.ring & (within > 0) & (beyond > 0)))


def _square(grow: int) -> Mask:
    out = np.zeros((PATCH, PATCH), bool)
    out[FIRST - grow : LAST + grow, FIRST - grow : LAST + grow] = True
    return out


def _one(
    ink: Floats, cold: Floats, crop: NDArray[np.float64], masks: _Masks, match: float
) -> Measures:
    dark = masks.marks(ink)
    inner = dark[masks.inside, masks.inside]
    ringed = _ringed(dark, crop)
    if int(inner.sum()) < SPECK:
        return Measures(match=match, ringed=ringed)
    _, labels = cv2.connectedComponents(masks.joined(dark).astype(np.uint8), connectivity=8)
    part = np.where(inner, labels[masks.inside, masks.inside], 0)
    sizes = np.bincount(part.ravel())
    sizes[0] = 0
    sizes[sizes < SPECK] = 0
    if not sizes.any():
        return Measures(match=match, ringed=ringed)
    main = int(sizes.argmax())
    mine = part == main
    values = ink[masks.inside, masks.inside][mine] - masks.tint
    ys, xs = np.nonzero(dark & (labels == main))
    touched = _touched(xs, ys, crop)
    return Measures(
        fill=float(sizes.sum() / part.size),
        reach=_span(mine) / len(part),
        strength=float(values.mean()) / masks.full,
        red=float((ink - cold)[masks.inside, masks.inside][mine].mean()),
        match=match,
        away=max(abs(float(xs.mean()) - CENTRE), abs(float(ys.mean()) - CENTRE)) / SIDE,
        leaves=any(touched),
        passes=_passes(xs, ys, touched),
        ringed=ringed,
    )


def _span(mask: Mask) -> int:
    ys, xs = np.nonzero(mask)
    return int(max(np.ptp(ys), np.ptp(xs))) + 1


_BOX = _square(0)
_GRID = np.arange(PATCH) - CENTRE
#: (PATCH, PATCH): the direction in which each pixel lies from the box's middle.
_SECTOR = (
    np.floor(np.arctan2(_GRID[:, None], _GRID[None, :]) / (2 * np.pi) * DIRECTIONS).astype(int)
    % DIRECTIONS
)


def _ringed(dark: Mask, crop: NDArray[np.float64]) -> bool:
    """Whether one stroke goes round the box and stays inside the crop, which rules do not."""
    beyond = dark & ~_BOX
    if int(beyond.sum()) < 3 * SIDE:
        return False
    _, labels, stats, _ = cv2.connectedComponentsWithStats(beyond.astype(np.uint8), connectivity=8)
    x0, y0, x1, y1 = np.clip(crop, 0, PATCH)
    for k in range(1, len(stats)):
        x, y, w, h, area = stats[k]
        if area < 2 * SIDE or x <= x0 or y <= y0 or x + w >= x1 or y + h >= y1:
            continue
        if len(np.unique(_SECTOR[labels == k])) >= DIRECTIONS - GAPS:
            return True
    return False


def _touched(
    xs: NDArray[np.intp], ys: NDArray[np.intp], crop: NDArray[np.float64]
) -> tuple[bool, bool, bool, bool]:
    """Whether ink comes to the left, top, right and bottom edge of crop or patch."""
    x0, y0, x1, y1 = np.clip(crop, 0, PATCH)
    return (
        bool(xs.min() <= x0 + EDGE),
        bool(ys.min() <= y0 + EDGE),
        bool(xs.max() >= x1 - 1 - EDGE),
        bool(ys.max() >= y1 - 1 - EDGE),
    )


def _passes(
    xs: NDArray[np.intp], ys: NDArray[np.intp], touched: tuple[bool, bool, bool, bool]
) -> bool:
    """Whether the ink is one straight line between opposite edges."""
    left, top, right, bottom = touched
    if not (left and right or top and bottom):
        return False
    thickness = np.sqrt(12.0 * max(0.0, float(np.linalg.eigvalsh(np.cov(xs, ys))[0])))
    return bool(thickness <= STRAIGHT * SIDE)
