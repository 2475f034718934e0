"""Straight dark strokes in pixels: the ruled lines of a table, straight or gently bent."""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.scan import Grey

#: A pixel is part of a line if it is darker than both neighbours this far beside it, in
#: inches: near ones, since a box may hug its cell's border, or far ones, for thick lines.
BESIDE = (0.02, 0.035)
#: So much darker than those neighbours, of 255.
DARKER = 16
#: A line is dark over this share of every window this long, in inches.
FULL, WINDOW = 0.8, 0.25
#: Pieces shorter than this share of the shortest line are bits of characters.
LEAST = 0.12
#: Pieces whose ends come this close are one line, in inches along and across.
GAP_ALONG, GAP_ACROSS = 0.15, 0.025
#: And those that lie beside each other, this close across: double rules are 0.02 apart and more;
#: none bends by more than the second from there on.
SAME_ACROSS, BENDS = 0.008, 0.25
#: And those with ink of at most this length between them, in inches, darker than this all along
#: but for the rest of a share: the widest fill of a box is 0.3, and type is half paper.
BLOT, INKED, HIDDEN = 0.4, 192, 0.95
#: A line is dark over this share of its length, bridged gaps included.
WHOLE = 0.85
#: A line's end is where no dark pixel follows within this, in inches.
GAP_END = 0.03


class Stroke(NamedTuple):
    """One line from ``start`` to ``end`` (half open) along; ``at`` is its centre across,
    for every pixel of it."""

    start: int
    end: int
    at: NDArray[np.float64]

    def centre(self) -> float:
        return float(self.at.mean())

    def slope(self) -> float:
        """How much it rises a pixel, by its ends."""
        return float(self.at[-1] - self.at[0]) / max(1, len(self.at) - 1)


def find_strokes(grey: Grey, dpi: float, shortest: float) -> list[Stroke]:
    """Lines that run along the rows of ``grey`` (paper white), at least ``shortest``
    inches long, by their height. Give the transpose for those that run along the columns.

    A line may lean by 3 degrees and bend; text is no line, since no window of it is dark
    enough along one row.
    """
    dark = _ridges(grey, dpi)
    window = round(dpi * WINDOW) | 1
    share = cv2.boxFilter(dark * 255, -1, (window, 1), borderType=cv2.BORDER_CONSTANT)
    core = (share >= FULL * 255).astype(np.uint8)
    least = LEAST * shortest * dpi
    outlines, _ = cv2.findContours(core, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    whole = _join([_piece(c) for c in outlines if cv2.boundingRect(c)[2] > least], dpi)
    # A box that touches a line hides it for its own width: once ends are known, join again.
    found = _join([_to_ends(s, dark, dpi) for s in whole], dpi)
    found = _joined_by_blots([s for s in found if _share(s, dark) >= WHOLE], grey, dpi)
    return sorted(
        (s for s in found if len(s.at) >= shortest * dpi), key=lambda s: (s.centre(), s.start)
    )


def _joined_by_blots(strokes: list[Stroke], grey: Grey, dpi: float) -> list[Stroke]:
    """``strokes``, those as one between which ink hides the line: a mark that fills its box and
    more lies over its cell's borders."""
    out: list[Stroke] = []
    for s in sorted(strokes, key=lambda s: s.start):
        before = [a for a in out if _hides(a, s, grey, dpi)]
        if before:
            own = max(before, key=lambda a: a.end)
            out = [_bridged(a, s) if a is own else a for a in out]
        else:
            out.append(s)
    return out


def _hides(a: Stroke, b: Stroke, grey: Grey, dpi: float) -> bool:
    """Whether ``b`` goes on where ``a`` ends, behind ink."""
    if not 0 < b.start - a.end <= BLOT * dpi or abs(a.at[-1] - b.at[0]) > GAP_ACROSS * dpi:
        return False
    xs = np.arange(a.end, b.start)
    ys = np.rint(np.linspace(a.at[-1], b.at[0], len(xs))).astype(int)
    return float((grey[np.clip(ys, 0, len(grey) - 1), xs] < INKED).mean()) >= HIDDEN


def _share(stroke: Stroke, dark: Grey) -> float:
    """The dark share of a stroke's length."""
    ys = np.clip(np.rint(stroke.at).astype(int), 0, dark.shape[0] - 1)
    return float(dark[ys, np.arange(stroke.start, stroke.end)].mean())


def _ridges(grey: Grey, dpi: float) -> Grey:
    """1 where a pixel is darker than what lies on both sides of it, above and below; one
    pixel fatter, so that a leaning line has no steps."""
    ink = 255 - grey
    dark = np.zeros_like(ink)
    for far in BESIDE:
        k = max(2, round(dpi * far))
        above, below = np.zeros_like(ink), np.zeros_like(ink)
        above[k:], below[:-k] = ink[:-k], ink[k:]
        dark |= (cv2.subtract(ink, cv2.max(above, below)) > DARKER).astype(np.uint8)
    return cv2.dilate(dark, np.ones((3, 1), np.uint8))


def _piece(contour: NDArray[Any]) -> Stroke:
    """The middle of an outline, column by column."""
    xs, ys = contour[:, 0, 0], contour[:, 0, 1]
    x0 = int(xs.min())
    top = np.full(int(xs.max()) - x0 + 1, 1 << 30)
    bottom = np.full(len(top), -1)
    np.minimum.at(top, xs - x0, ys)
    np.maximum.at(bottom, xs - x0, ys)
    return Stroke(x0, x0 + len(top), (top + bottom) / 2.0)


def _join(pieces: list[Stroke], dpi: float) -> list[Stroke]:
    """Pieces that go on each other, joined; the gaps between them are bridged straight."""
    along = GAP_ALONG * dpi
    done: list[Stroke] = []
    open_: list[tuple[float, Stroke]] = []
    for p in sorted(pieces, key=lambda p: p.start):
        done += [s for _, s in open_ if s.end < p.start - along]
        open_ = [held for held in open_ if held[1].end >= p.start - along]
        first = float(p.at[0])
        # Most lie far above or below: their last height tells, but for what they bend.
        near = [
            s
            for last, s in open_
            if abs(last - first) <= BENDS * dpi and _goes_on(s, last, p, first, dpi)
        ]
        if not near:
            open_.append((float(p.at[-1]), p))
            continue
        own = max(near, key=lambda s: s.end)
        joined = _bridged(own, p)
        open_ = [held for held in open_ if held[1] is not own]
        open_.append((float(joined.at[-1]), joined))
    return done + [s for _, s in open_]


def _goes_on(a: Stroke, last: float, b: Stroke, first: float, dpi: float) -> bool:
    """Whether ``b`` goes on where ``a`` ends at height ``last``, or lies on it: closer then, since
    a double rule has two lines, and both ends of a gap were followed over it by the same ink."""
    if a.end - b.start <= GAP_ALONG * dpi:
        return abs(last - first) <= GAP_ACROSS * dpi
    return abs(float(a.at[b.start - a.start]) - first) <= SAME_ACROSS * dpi


def _bridged(a: Stroke, b: Stroke) -> Stroke:
    if b.end <= a.end:
        return a
    gap = b.start - a.end
    if gap < 0:
        return Stroke(a.start, b.end, np.concatenate([a.at, b.at[-gap:]]))
    between = np.linspace(a.at[-1], b.at[0], gap + 2)[1:-1]
    return Stroke(a.start, b.end, np.concatenate([a.at, between, b.at]))


def _to_ends(stroke: Stroke, dark: Grey, dpi: float) -> Stroke:
    """The stroke followed to where its ink ends: the window shortened it on both sides."""
    left = _reach(dark[:, : stroke.start][:, ::-1], float(stroke.at[0]), dpi)
    right = _reach(dark[:, stroke.end :], float(stroke.at[-1]), dpi)
    at = np.concatenate([np.full(left, stroke.at[0]), stroke.at, np.full(right, stroke.at[-1])])
    return Stroke(stroke.start - left, stroke.end + right, at)


def _reach(beyond: Grey, y: float, dpi: float) -> int:
    """How many pixels a line at height ``y`` goes on from the left edge of ``beyond``."""
    top = max(0, round(y) - 1)
    band = beyond[top : round(y) + 2, : round(dpi * WINDOW)]
    inked = np.flatnonzero(band.any(axis=0))
    if not len(inked):
        return 0
    gaps = np.diff(inked, prepend=-1) > max(2, round(GAP_END * dpi))
    stop = int(gaps.argmax()) if gaps.any() else len(inked)
    return int(inked[stop - 1]) + 1 if stop else 0
