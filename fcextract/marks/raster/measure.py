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
from fcextract.marks.raster.patches import (
    FIRST,
    LAST,
    PATCH,
    SIDE,
    Patches,
    bounds,
    square,
)
from fcextract.marks.raster.strokes import (
    BOX,
    CENTRE,
    EDGE,
    RULE,
    Mask,
    crosses,
    ends,
    goes_round_box,
    passes,
)

#: Connected ink of fewer patch pixels is dust: a dot a twelfth of a side wide.
SPECK = 4
#: A frame's line is present where the ink reaches this share of the form's usual frame.
PRESENT = 0.4
#: A stroke as dark as this share of the frame is a full one, within two bounds; a lighter one
#: weighs less, by the square: what rubbing out leaves is as large as a mark, and light.
FULL_STRENGTH, FULLEST, LIGHTEST = 0.6, 0.4, 0.15
#: A mark whose middle is no further than the first from the box's, in sides, is the box's; what
#: it has outside counts as much, at most, as the second.
OWN, ROUND_ABOUT = 0.5, 0.15
#: On and next to the frame, ink is a mark's only where it is this much darker.
ON_FRAME = 0.35
#: (PATCH, PATCH): what lies on the box or so close to it, in patch pixels, is by it.
BY = square(3)
#: A frame that is no square lies where a blank box has this share of its ink.
ON_LINE = 0.3
#: A line of pixels across the patch is a rule's where it is dark along so much of it.
LINE = 0.85
#: A piece is compact whose shorter side is this share of its longer one.
COMPACT = 0.45


class Measures(NamedTuple):
    """``fill`` is the share of the inside that is inked, dust aside; ``reach`` how much of
    the inside the largest connected mark spans; ``strength`` that mark's mean ink as a share
    of a full stroke's. ``match`` says how much of the frame is there, ``usual`` how much of
    the form's frames; ``placed`` that it was found where the form's boxes stand.

    Of the mark with all that hangs together with it (where nothing is inside, of what is by the
    box), ``away`` says how far its middle lies
    from the box's (in sides), ``leaves`` whether it reaches the edge of the cell,
    ``ends`` at how many places it reaches that or the patch's,
    ``spills`` how much of it lies outside the box (in boxes), ``area`` how large it is (in
    boxes), ``extent`` how long or high (in sides; ``length`` in millimetres, as the box's ``side`` is), ``more`` how many times as large as its hand's marks and
    ``shade`` how many times as dark (0 where that is not known), ``compact`` whether it is about as wide as high, ``off``
    where its middle lies from the box's (in sides), ``passes`` whether it is a
    straight line that goes on through the whole patch, ``crosses`` that it is upright or level
    and nothing else is in the box. ``ringed`` says that ink goes round
    the box, ``pieced`` that it does so in pieces, ``lone`` that its hand makes too few marks, or rings, to know its way, ``foreign`` how much of the mark's ink, with what it hangs together with beyond the
    cell, lies there.
    """

    fill: float = 0.0
    reach: float = 0.0
    strength: float = 0.0
    match: float = 0.0
    usual: float = 1.0
    away: float = 0.0
    leaves: bool = False
    ends: int = 0
    spills: float = 0.0
    area: float = 0.0
    extent: float = 0.0
    length: float = 0.0
    side: float = 0.0
    off: tuple[float, float] = (0.0, 0.0)
    more: float = 0.0
    shade: float = 0.0
    compact: bool = False
    placed: bool = False
    passes: bool = False
    crosses: bool = False
    ringed: bool = False
    pieced: bool = False
    lone: bool = False
    foreign: float = 0.0

    @property
    def score(self) -> float:
        """How much of a mark there is: large, wide and dark inside the box, or going on
        round about it where it is too large for the box."""
        inside = self.spread * min(1.0, self.strength) ** 2
        own = inside > 0 and not self.leaves and self.away <= OWN
        return inside + (ROUND_ABOUT * min(1.0, self.spills) if own else 0.0)

    @property
    def spread(self) -> float:
        """How large and wide the mark is, however light."""
        return self.fill * self.reach


def measure(patches: Patches, blank: Blank) -> list[Measures]:
    """The measures of every patch; all zero, the frames' too, where the form shows no inside."""
    masks = _Masks(blank)
    if not masks.inside:
        return [Measures()] * len(patches.ink)
    match = np.where(patches.printed, 1.0, match_scores(patches.ink, blank))
    usual = float(np.median(match))
    parts = zip(patches.ink, patches.cells, patches.crops, strict=True)
    found = [_one(ink, cell, crop, masks) for ink, cell, crop in parts]
    sure = zip(match, patches.placed, patches.sides, strict=True)
    return [
        m._replace(
            match=float(a),
            usual=usual,
            placed=bool(p),
            length=m.extent * float(side),
            side=float(side),
        )
        for m, (a, p, side) in zip(found, sure, strict=True)
    ]


def match_scores(ink: Floats, blank: Blank) -> NDArray[np.float64]:
    """(n,) how much of each frame is there, 0 to 1, the second worst side weighed in."""
    lo, hi = FIRST + 4, LAST - 4
    if blank.sides is not None:
        return _shape_scores(ink, blank)
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
    there = (bands >= max(PRESENT * blank.frame, blank.faintest)).mean(axis=2)
    # Of a thin frame in one bit a side may be lost; the second worst must be there.
    return np.asarray(0.6 * there.mean(axis=1) + 0.4 * np.sort(there, axis=1)[:, 1])


def _shape_scores(ink: Floats, blank: Blank) -> NDArray[np.float64]:
    """(n,) the same for frames that are no squares: of their left half and their right."""
    level = max(PRESENT * blank.frame, blank.faintest)
    sides = blank.sides
    assert sides is not None
    there = np.stack([cv2.dilate(p, np.ones((3, 3), np.uint8)) >= level for p in ink])
    half = PATCH // 2
    parts = [slice(0, half), slice(half, PATCH)]
    if not sides.any():
        return np.ones(len(ink))
    shares = np.stack([there[:, :, p][:, sides[:, p]].mean(axis=1) for p in parts], axis=1)
    return np.asarray(0.6 * shares.mean(axis=1) + 0.4 * shares.min(axis=1))


class _Masks:
    """The zones of a patch: the box, its inside, the ring where its frame may lie."""

    def __init__(self, blank: Blank) -> None:
        inset = blank.inset
        self.ring = square(2) & ~square(-inset)
        self.inner = square(-inset)
        if blank.sides is not None:
            self.ring = np.asarray(blank.explained > ON_LINE * blank.frame)
            self.inner = _between(blank.sides) & ~self.ring
        self.inside, self.span = int(self.inner.sum()), _span(self.inner)
        # On the frame registration errors of a fraction of a pixel make steep differences.
        margin = np.where(self.ring, max(ON_FRAME, blank.threshold), blank.threshold)
        self.limit = np.asarray(blank.explained + margin, np.float32)
        self.tint = blank.tint
        self.full = float(np.clip(FULL_STRENGTH * blank.frame, LIGHTEST, FULLEST))
        span = 2 * (inset + 2) + 1
        self.bridge = np.ones((span, span), np.uint8)

    def marks(self, ink: Floats) -> Mask:
        """Ink that the blank box does not explain."""
        return np.asarray(ink > self.limit)

    def joined(self, dark: Mask) -> Mask:
        """``dark`` with its strokes joined where they pass under the frame."""
        clear = dark & ~self.ring
        within = cv2.dilate((clear & BOX).astype(np.uint8), self.bridge)
        beyond = cv2.dilate((clear & ~BOX).astype(np.uint8), self.bridge)
        return np.asarray(dark | (self.ring & (within > 0) & (beyond > 0)))


def _between(sides: Mask) -> Mask:
    """What lies between the two sides of a frame that is no square, as high as they are."""
    columns = np.flatnonzero(sides.any(axis=0))
    out = square(-1)
    if len(columns):
        out[:, : columns[0]] = out[:, columns[-1] + 1 :] = False
    return out


def _one(
    ink: Floats,
    cell: NDArray[np.float64],
    crop: NDArray[np.float64],
    masks: _Masks,
) -> Measures:
    dark = masks.marks(ink)
    # Rules join what they touch: strokes are looked at up to the cell's edge.
    own = dark & _within(cell, RULE)
    ringed = goes_round_box(own, cell)
    _, labels = cv2.connectedComponents(masks.joined(own).astype(np.uint8), connectivity=8)
    part = np.where(dark & masks.inner, labels, 0)
    sizes = np.bincount(part.ravel())
    sizes[0] = 0
    sizes[sizes < SPECK] = 0
    within = bool(sizes.any())
    if not within:
        # Of a mark round its box, what is on the frame or by it is all there is to see.
        part = np.where(own & BY & ~masks.ring, labels, 0)
        near = np.bincount(part.ravel())
        near[0] = 0
        if near.max() < SPECK:
            return Measures(ringed=ringed)
        sizes, main = np.zeros(1, int), int(near.argmax())
    else:
        main = int(sizes.argmax())
    mine = part == main
    values = ink[mine] - masks.tint
    ys, xs = np.nonzero(own & (labels == main))
    x0, y0, x1, y1 = bounds(cell, RULE + EDGE)
    edges = max(x0, 1), max(y0, 1), min(x1, PATCH - 1), min(y1, PATCH - 1)
    shortest, longest = sorted((int(np.ptp(xs)), int(np.ptp(ys))))
    off = (float(xs.mean()) - CENTRE) / SIDE, (float(ys.mean()) - CENTRE) / SIDE
    return Measures(
        fill=float(sizes.sum() / masks.inside),
        reach=min(1.0, _span(mine) / masks.span) if within else 0.0,
        strength=float(values.mean()) / masks.full,
        away=max(abs(off[0]), abs(off[1])),
        off=off,
        leaves=bool(xs.min() < x0 or ys.min() < y0 or xs.max() >= x1 or ys.max() >= y1),
        ends=ends(xs, ys, edges),
        spills=float((~BOX[ys, xs]).sum()) / SIDE**2,
        area=len(xs) / SIDE**2,
        extent=(longest + 1) / SIDE,
        compact=shortest + 1 >= COMPACT * (longest + 1),
        passes=within and passes(xs, ys, dark, crop),
        crosses=within and crosses(dark, crop),
        ringed=ringed,
        foreign=_beyond(dark, mine, cell),
    )


def _beyond(dark: Mask, mine: Mask, cell: NDArray[np.float64]) -> float:
    """The share of the ink of a mark that lies outside its cell, as far as the patch shows it:
    a neighbour's that reaches into the box is told so where no rule cuts it off."""
    whole = dark.copy()
    whole[dark.mean(axis=1) >= LINE], whole[:, dark.mean(axis=0) >= LINE] = False, False
    _, labels = cv2.connectedComponents(whole.astype(np.uint8), connectivity=8)
    own = np.isin(labels, np.setdiff1d(labels[mine], (0,)))
    return float((own & ~_within(cell, 0.0)).sum() / max(1, own.sum()))


def _within(rect: NDArray[np.float64], inset: float) -> Mask:
    x0, y0, x1, y1 = bounds(rect, inset)
    out = np.zeros((PATCH, PATCH), bool)
    out[y0 : max(0, y1), x0 : max(0, x1)] = True
    return np.asarray(out | BOX)


def _span(mask: Mask) -> int:
    ys, xs = np.nonzero(mask)
    return int(max(np.ptp(ys), np.ptp(xs))) + 1 if len(xs) else 0
