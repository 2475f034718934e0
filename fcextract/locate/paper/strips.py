"""Columns of boxes on a page without vertical rules, found by the boxes themselves.

The white that parts columns is no more where marks reach over it. Boxes of one column stand
exactly above each other and are of one size, which no characters of a text do.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from fcextract.geometry import Box
from fcextract.locate.paper.ink import Ink, frames, smeared_lines
from fcextract.scan import Scan

#: Boxes of one column agree so well in both their sides, in points.
LEVEL = 1.2
#: So many of them make a column.
FEWEST = 4
#: A column goes on above its first bare box and below its last by so many of the usual
#: distances between them: the next one may have a mark.
GOES_ON = 2.5
#: Words of one line stand this close, in points; one that reaches further to the right than the
#: boxes by so many of their widths is text.
WORD_GAP, WIDER = 7.0, 1.2
#: It is this much wider than its boxes to both sides, in points.
CLEAR = 1.0


class Strip(NamedTuple):
    """A column of boxes: where they stand, and what was found there."""

    area: Box
    boxes: tuple[Box, ...]


def find_strips(scan: Scan, ink: Ink) -> list[Strip]:
    """The columns of boxes of a page, and the lines of ink in them."""
    bare = frames(scan, ink)
    columns = _columns(bare)
    lines = smeared_lines(scan, ink, WORD_GAP) if columns else []
    out = []
    for held in columns:
        area = _area(held, lines)
        y0, y1, x0, x1 = scan.span(area)
        part = ink.copy()
        part[:y0], part[y1:] = 0, 0
        part[:, :x0], part[:, x1:] = 0, 0
        found = smeared_lines(scan, part, area.width)
        own = [b for b in bare if area.holds(b.cx, b.cy)]
        found += [b for b in own if not any(b.touches(f) for f in found)]
        out.append(Strip(area, tuple(sorted(found, key=lambda b: b.cy))))
    return out


def without_strips(scan: Scan, ink: Ink, strips: Sequence[Strip]) -> Ink:
    """``ink`` without what stands in the columns of boxes."""
    if not strips:
        return ink
    out = ink.copy()
    for strip in strips:
        y0, y1, x0, x1 = scan.span(strip.area)
        out[y0:y1, x0:x1] = 0
    return out


def _columns(boxes: Sequence[Box]) -> list[list[Box]]:
    """Boxes that stand above each other and are of one size, by column."""
    columns: list[list[Box]] = []
    for b in sorted(boxes, key=lambda b: b.cy):
        own = next((c for c in columns if _like(c[-1], b)), None)
        if own is None:
            columns.append([b])
        else:
            own.append(b)
    return [c for c in columns if len(c) >= FEWEST]


def _like(a: Box, b: Box) -> bool:
    return abs(a.x0 - b.x0) <= LEVEL and abs(a.x1 - b.x1) <= LEVEL


def _area(boxes: Sequence[Box], lines: Sequence[Box]) -> Box:
    """Where the column of ``boxes`` reaches: up and down to a line of text over it."""
    steps = [b.cy - a.cy for a, b in pairwise(boxes)]
    more = GOES_ON * median(steps)
    left, right = median(b.x0 for b in boxes), median(b.x1 for b in boxes)
    top, bottom = boxes[0].y0, boxes[-1].y1
    over = [ln for ln in lines if ln.x0 < right < ln.x1 - WIDER * (right - left)]
    highest = max([top - more, 0.0, *(ln.y1 for ln in over if ln.cy < top)])
    lowest = min([bottom + more, *(ln.y0 for ln in over if ln.cy > bottom)])
    return Box(left - CLEAR, min(top, highest), right + CLEAR, max(bottom, lowest))
