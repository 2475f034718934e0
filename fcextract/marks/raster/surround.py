"""What else is written in the cell: ink that is neither box nor rule nor a neighbour's tail."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.ink import MM_PER_INCH, View
from fcextract.marks.raster.records import Rect

#: What comes this close to the cell's rules, in pixels of the view, may be the rules; a stroke
#: that crosses one is seen so far beyond its near side.
RULE, BEYOND = 1, (3, 6)
#: What a rule leaves in the cell, where it was not found to the pixel, is no deeper than this.
REMNANT = 3
#: A side of the cell is ruled where so much of it is dark, that close to it; a line of pixels
#: there is of the rule, which may lean, from the second share on.
RULED, PARTLY = 0.5, 0.25
#: The frame and its blur reach this far out of the box, in pixels.
BLUR = 1
#: Where fewer cells than this share of a hand's are ruled on one side, none is: what stands along
#: the others' edge is type.
SELDOM = 0.25
#: A line leans by at most this (run over rise).
LEAN = 0.3
#: What comes this close to the box, in its sides, may be its mark; beyond a side of the cell
#: that is not ruled, nothing further than the second is.
NEAR, FAR = 0.2, 1.7
#: A ring round a box is seen in this share of so many directions, at these distances from its
#: middle, in its sides.
DIRECTIONS, ROUND, FROM, TO = 36, 0.75, 0.7, 2.1
#: A third of a millimetre and less is dust, at the view's four pixels to the millimetre.
DUST = 3
#: What lies by itself, :data:`NEAR` no box, is longer than so many millimetres if it is a mark.
ALONE = 1.1
#: What is at least so large both ways, in box sides, is no mere tail.
LARGE = 0.5
#: A cell so many times as high as its box may be two rows'; another box is as large as it and in
#: line with it, to this share of its side.
TALL, LIKE = 2.2, 0.35
#: A piece of ink is the cell's where this share of it lies in it.
MOST = 0.5


class Surround:
    """A cell round its box: what is ``dark`` in its ``view``, the ``cell`` as far as that shows it
    (x0, y0, x1, y1), and how deep its ``rules`` reach into it (left, top, right, bottom)."""

    def __init__(self, view: View, threshold: float, frame: Rect | None = None) -> None:
        self.view, self.frame = view, frame
        self.dark = view.ink > threshold
        h, w = self.dark.shape
        x0, y0, x1, y1 = view.cell
        self.cell = (
            max(0, int(np.ceil(x0))), max(0, int(np.ceil(y0))), min(w, int(x1)), min(h, int(y1))
        )  # fmt: skip

    @cached_property
    def rules(self) -> tuple[int, int, int, int]:
        """In pixels; 0 where a side is not ruled."""
        return _rules(self.dark, self.cell, self.frame)

    def without_rules(self) -> NDArray[np.bool_]:
        """What is dark but the rules."""
        out = self.dark.copy()
        x0, y0, x1, y1 = self.cell
        left, top, right, bottom = self.rules
        near = BEYOND[0]
        if left:
            out[:, max(0, x0 - near) : x0 + left] = False
        if top:
            out[max(0, y0 - near) : y0 + top] = False
        if right:
            out[:, max(0, x1 - right) : x1 + near] = False
        if bottom:
            out[max(0, y1 - bottom) : y1 + near] = False
        return out


def surrounds(
    views: Sequence[View],
    threshold: float,
    hands: NDArray[np.intp],
    frames: Sequence[Rect | None] | None = None,
) -> list[Surround]:
    """The surroundings of all boxes of a form, those of one hand's column ruled alike. ``frames``
    are the boxes' (pixels of the views), which are no rules."""
    at = frames or [None] * len(views)
    out = [Surround(v, threshold, f) for v, f in zip(views, at, strict=True)]
    for hand in np.unique(hands):
        own = [out[k] for k in np.flatnonzero(hands == hand).tolist()]
        for side in (0, 2):
            if np.mean([s.rules[side] > 0 for s in own]) < SELDOM:
                for s in own:
                    left, top, right, bottom = s.rules
                    s.rules = (0, top, right, bottom) if side == 0 else (left, top, 0, bottom)
    return out


def written_beside(
    surround: Surround,
    dark: NDArray[np.bool_],
    box: Rect,
) -> float:
    """The longer side of the largest piece of ink of the cell outside ``box`` (pixels of the
    view), in pixels; ``dark`` is what is dark there but the writing of the columns beside it.
    Pieces that hang on the cell's rules are those or a neighbour's, unless they reach the box;
    where no rule bounds the cell, pieces that lie mostly beyond it are."""
    rules = surround.rules
    h, w = dark.shape
    x0, y0, x1, y1 = surround.cell
    if min(x1 - x0, y1 - y0) <= 2 * RULE:
        return 0.0
    a, b, c, d = (round(v) + s * BLUR for v, s in zip(box, (-1, -1, 1, 1), strict=True))
    # What lies beyond a rule is another cell's; the rule itself is nobody's mark.
    left = x0 + rules[0] if rules[0] else 0
    top = y0 + rules[1] if rules[1] else 0
    right = x1 - rules[2] if rules[2] else w
    bottom = y1 - rules[3] if rules[3] else h
    part = dark[top:bottom, left:right].astype(np.uint8)
    if part.size == 0:
        return 0.0
    part[max(0, b - top) : max(0, d - top), max(0, a - left) : max(0, c - left)] = 0
    # A pale stroke is broken; what is a pixel apart is one.
    whole = cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(whole, connectivity=8)
    if count < 2:
        return 0.0
    x, y, width, height, area = stats[1:].T
    x, y = x + left, y + top
    sides = _hanging(labels, dark, (left, top, right, bottom), rules, count)
    hangs = sides.any(axis=0)
    edges = (x - x0, y - y0, x1 - x - width, y1 - y - height)
    for away, deep in zip(edges, (width, height, width, height), strict=True):
        hangs |= (np.abs(away) <= REMNANT) & (deep <= REMNANT)
    # Where no rules bound the cell sideways, its text says only where it ends above and below.
    wide = [x0 - left if rules[0] else 0, x1 - left if rules[2] else right - left]
    within = labels[max(0, y0 - top) : y1 - top, max(0, wide[0]) : wide[1]]
    inside = np.bincount(within.ravel(), minlength=count)[1:] >= MOST * area
    reach = NEAR * (box[3] - box[1])
    near = (x <= c + reach) & (x + width >= a - reach) & (y <= d + reach) & (y + height >= b - reach)  # fmt: skip
    far = FAR * (box[3] - box[1])
    # Rules bound the cell where there are some, elsewhere what is far off is another's.
    beyond = ((x > c + far) & (not rules[2])) | ((x + width < a - far) & (not rules[0]))
    thick = np.minimum(width, height) > RULE
    # A line from one edge of the cell to the other is a fold or a streak, not a mark.
    wide_as, high_as = min(x1 - x0, right - left), min(y1 - y0, bottom - top)
    across = (width >= wide_as - 2 * RULE) & (height <= LEAN * width)
    down = (height >= high_as - 2 * RULE) & (width <= LEAN * height)
    # What goes round the middle of the box is no neighbour's, wherever it touches.
    mid_x, mid_y = (a + c) / 2, (b + d) / 2
    round_it = (x < mid_x) & (x + width > mid_x) & (y < mid_y) & (y + height > mid_y)
    # A stroke across a rule may be either cell's: one as large as a mark is not passed over.
    large = np.minimum(width, height) >= LARGE * (box[3] - box[1])
    own = (inside & (~hangs | large)) | (near & thick & (inside | hangs)) | round_it
    alone = ~near & (np.maximum(width, height) <= ALONE * surround.view.dpi / MM_PER_INCH)
    own &= (area > DUST) & ~across & ~down & ~alone & ~beyond
    return float(np.maximum(width, height)[own].max(initial=0))


def apart(surround: Surround, dark: NDArray[np.bool_], box: Rect) -> bool:
    """Whether a piece of ink as large as a box lies in the cell or across its edge by itself: it is
    neither joined to what is in ``box`` nor a rule."""
    x0, y0, x1, y1 = surround.cell
    ink = (dark & surround.without_rules())[y0:y1, max(0, x0) : x1].astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    a, b, c, d = (round(v) + s * BLUR for v, s in zip(box, (-1, -1, 1, 1), strict=True))
    mine = labels[max(0, b - y0) : max(0, d - y0), max(0, a - x0) : max(0, c - x0)]
    other = ~np.isin(np.arange(count), mine)
    other[0] = False
    return bool((stats[other, 2:4] >= LARGE * (box[3] - box[1])).all(axis=1).any())


def stacked(surround: Surround, box: Rect) -> bool:
    """Whether something as large as the box stands above or below it in its cell: rows were not
    told apart, and which of them the box is of is not known."""
    x0, y0, x1, y1 = surround.cell
    side, wide = box[3] - box[1], box[2] - box[0]
    if y1 - y0 < TALL * side:
        return False
    ink = surround.without_rules()[y0:y1, max(0, x0) : x1].astype(np.uint8)
    # Brackets are two pieces, as far apart as the box is wide.
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, round(wide) | 1), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    x, y, width, height, _ = (v.astype(float) for v in stats[1:count].T)
    y, x = y + y0, x + max(0, x0)
    like = np.zeros(len(x), bool)
    here = (np.abs(x + width / 2 - (box[0] + box[2]) / 2) <= wide / 2) & (
        np.abs(y + height / 2 - (box[1] + box[3]) / 2) <= side / 2
    )
    # What stands in the box may be another size than it was fitted to.
    for w, h in [(wide, side), *zip(width[here], height[here], strict=True)]:
        like |= (np.abs(width - w) <= LIKE * w + RULE) & (np.abs(height - h) <= LIKE * h + RULE)
    aligned = np.abs(x + width / 2 - (box[0] + box[2]) / 2) <= LIKE * wide + RULE
    apart_from = (y >= box[3]) | (y + height <= box[1])
    within = (y > y0 + RULE) & (y + height < y1 - RULE)
    return bool((like & aligned & apart_from & within).any())


def goes_round(surround: Surround, box: Rect) -> bool:
    """Whether ink is seen in nearly all directions from the box, close to it: a ring is, be it
    cut by rules."""
    a, b, c, d = box
    turn = np.arange(DIRECTIONS)[:, None] * (2 * np.pi / DIRECTIONS)
    radii = np.arange(FROM * (c - a), TO * (c - a), 0.5)
    xs = np.round((a + c) / 2 + np.cos(turn) * radii - 0.5).astype(int)
    ys = np.round((b + d) / 2 + np.sin(turn) * radii - 0.5).astype(int)
    h, w = surround.dark.shape
    shown = (xs >= 0) & (xs < w) & (ys >= 0) & (ys < h)
    at = np.clip(ys, 0, h - 1), np.clip(xs, 0, w - 1)

    def seen(dark: NDArray[np.bool_]) -> bool:
        return bool((dark[at] & shown).any(axis=1).mean() >= ROUND)

    return seen(surround.dark) and seen(surround.without_rules())


def _hanging(
    labels: NDArray[Any],
    dark: NDArray[np.bool_],
    frame: tuple[int, int, int, int],
    rules: tuple[int, ...],
    count: int,
) -> NDArray[np.bool_]:
    """(4, count - 1) which pieces go on beyond the rules that bound ``frame``: left, above, right,
    below."""
    left, top, right, bottom = frame
    a, b = BEYOND
    touched = (labels[:, 0], labels[0], labels[:, -1], labels[-1])
    beyond = (
        dark[top:bottom, max(0, left - b) : max(0, left - a)],
        dark[max(0, top - b) : max(0, top - a), left:right].T,
        dark[top:bottom, right + a : right + b],
        dark[bottom + a : bottom + b, left:right].T,
    )
    out = np.zeros((4, count), bool)
    for own, edge, strip, deep in zip(out, touched, beyond, rules, strict=True):
        if deep:
            own[edge[_spread(strip) > 0]] = True
    return out[:, 1:]


def _spread(strip: NDArray[np.bool_]) -> NDArray[Any]:
    """Where along a rule anything goes on beyond it, slanting strokes allowed for; everywhere
    at the edge of what is shown."""
    if not strip.shape[1]:
        return np.ones(len(strip), np.uint8)
    near = np.ones((5, 1), np.uint8)
    return np.asarray(cv2.dilate(strip.max(axis=1, keepdims=True).astype(np.uint8), near)).ravel()


def _rules(
    dark: NDArray[np.bool_], cell: tuple[int, int, int, int], frame: Rect | None
) -> tuple[int, int, int, int]:
    """How deep into the cell its rules reach (left, top, right, bottom), in pixels; 0 where a
    side is not ruled. Where the cell ends at the ``frame`` of its box, that is no rule: one goes on
    above and below it."""
    x0, y0, x1, y1 = cell
    turned = dark[y0:y1].T, dark[:, x0:x1]
    beside, level = np.ones(y1 - y0, bool), np.ones(x1 - x0, bool)
    if frame is not None:
        a, b, c, d = (round(v) + s * BLUR for v, s in zip(frame, (-1, -1, 1, 1), strict=True))
        beside[max(0, b - y0) : max(0, d - y0)] = False
        level[max(0, a - x0) : max(0, c - x0)] = False
        near = [abs(u - v) <= REMNANT + BLUR for u, v in zip((a, b, c, d), cell, strict=True)]
    else:
        near = [False] * 4
    return (
        _rule(turned[0], x0, 1, beside if near[0] else None),
        _rule(turned[1], y0, 1, level if near[1] else None),
        _rule(turned[0], x1 - 1, -1, beside if near[2] else None),
        _rule(turned[1], y1 - 1, -1, level if near[3] else None),
    )


def _rule(
    lines: NDArray[np.bool_], edge: int, way: int, along: NDArray[np.bool_] | None = None
) -> int:
    """How many of ``lines``, from the one at ``edge`` inwards, are a rule's; ``along`` which of
    their pixels can tell."""
    near = [edge + way * k for k in range(-REMNANT, REMNANT + 1)]
    shown = [k for k in near if 0 <= k < len(lines)]
    if along is not None and along.any():
        lines = lines[:, along]
    if not shown or lines[shown].any(axis=0).mean() < RULED:
        return 0
    held = [way * (k - edge) for k in shown if lines[k].mean() >= PARTLY]
    return 1 + max([0, *held]) if held else 0
