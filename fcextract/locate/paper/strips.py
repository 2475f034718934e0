"""Columns of boxes on a page without vertical rules, found by the boxes themselves.

The white that parts columns is no more where marks reach over it. Boxes of one column stand
exactly above each other and are of one size, which no characters of a text do.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import cv2
import numpy as np

from fcextract.geometry import Box, hull
from fcextract.locate.paper.ink import LINE, Ink, are_faint, smeared_lines, ticked_frames
from fcextract.locate.paper.law import pitch
from fcextract.locate.paper.squares import marked_squares
from fcextract.scan import Scan

#: Boxes of one column agree so well in both their sides, in points.
LEVEL = 1.2
#: So many bare ones make a column; or so many with ticks printed in them.
FEWEST, MANY = 4, 6
#: A column goes on above its first bare box and below its last by so many of the usual
#: distances between them: the next one may have a mark.
GOES_ON = 2.5
#: Words of one line stand this close, in points; one that reaches further to a side than the
#: boxes by so many of their widths is text.
WORD_GAP, WIDER = 7.0, 1.2
#: Lines of a heading stand this close below each other, in line heights.
CLOSE = 0.45
#: It is this much wider than its boxes to both sides, in points.
CLEAR = 1.0
#: Squares within lines that begin so many of their widths to their left are of a text, where at
#: least this share of their column are not.
TEXT, MOST = 3.0, 0.7
#: A mark and the box it hides are at least as large as this share of a box.
COVERS = 0.8
#: What is inked in one go is no mark if it is larger than so many boxes.
LARGEST = 3.5


class Strip(NamedTuple):
    """A column of boxes: where they stand, the bare ones, and the marks that hide one."""

    area: Box
    bare: tuple[Box, ...]
    marks: tuple[Box, ...]


def find_strips(scan: Scan, ink: Ink, bare: Sequence[Box], whole: Ink) -> tuple[list[Strip], Ink]:
    """The columns of boxes of a page, by its ``bare`` ones, and its ink without them and the
    marks on them. ``whole`` is the ink with its streaks: no column's box or mark is one."""
    bare = [*bare, *marked_squares(scan, bare, whole)]
    columns = _columns(bare, FEWEST)
    bare += [b for b in ticked_frames(scan, ink) if not any(b.touches(f) for f in bare)]
    columns = columns if len(columns) > 1 else _columns(bare, MANY)
    if not columns:
        return [], ink
    lines = smeared_lines(scan, ink, WORD_GAP)
    columns = [_without_type(held, lines) for held in columns]
    ink = ink.copy()
    for held in columns:
        y0, y1, x0, x1 = scan.span(_within(held))
        ink[y0:y1, x0:x1] = whole[y0:y1, x0:x1]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    s = scan.scale
    pieces = [Box(x / s, y / s, (x + w) / s, (y + h) / s) for x, y, w, h, _ in stats.tolist()]
    rest, strips = ink.copy(), []
    mine = np.zeros(count, bool)
    for held in columns:
        inked = 2 * len(are_faint(scan, ink, held)) < len(held)
        area = _area(held, lines, pieces[1:], inked=inked)
        side = LARGEST * median(b.side for b in held)
        marks = [i for i in range(1, count) if pieces[i].touches(area)]
        mine[:] = False
        mine[marks] = True
        # A mark may touch the text beside it, or the next one.
        near = area._replace(x0=area.cx - side / 2, x1=area.cx + side / 2)
        y0, y1, x0, x1 = scan.span(near._replace(y0=area.y0 - side, y1=area.y1 + side))
        rest[y0:y1, x0:x1][mine[labels[y0:y1, x0:x1]]] = 0
        marks = [i for i in marks if pieces[i].side <= side]
        own = [b for b in bare if area.holds(b.cx, b.cy)]
        strips.append(Strip(area, tuple(own), _hiding(own, [pieces[i] for i in marks], area)))
    return strips, rest


def _hiding(bare: Sequence[Box], marks: Sequence[Box], area: Box) -> tuple[Box, ...]:
    """The marks where no bare box is seen, as wide as the column."""
    return tuple(
        b._replace(x0=area.x0 + CLEAR, x1=area.x1 - CLEAR)
        for b in _over_each_other(marks)
        if b.height >= LINE[0] and not any(b.y0 < f.cy < b.y1 for f in bare)
    )


def _over_each_other(pieces: Sequence[Box]) -> list[Box]:
    """Pieces at one height as one."""
    out: list[Box] = []
    for b in sorted(pieces, key=lambda b: b.y0):
        whole = hull([out[-1], b]) if out and b.y0 < out[-1].y1 else None
        if whole is not None:
            out[-1] = whole
        else:
            out.append(b)
    return out


def _columns(boxes: Sequence[Box], fewest: int) -> list[list[Box]]:
    """Boxes that stand above each other and are of one size, by column."""
    columns: list[list[Box]] = []
    for b in sorted(boxes, key=lambda b: b.cy):
        own = next((c for c in columns if c[-1].lines_up(b, LEVEL)), None)
        if own is None:
            columns.append([b])
        else:
            own.append(b)
    return [c for c in columns if len(c) >= fewest]


def _without_type(boxes: list[Box], lines: Sequence[Box]) -> list[Box]:
    """A column without the few squares at the end of a line of text: characters that happen to
    stand above the boxes of another part of the table."""

    def ends(line: Box, b: Box) -> bool:
        return line.x0 < b.x0 - TEXT * b.width and line.y0 < b.cy < line.y1 and b.cx < line.x1

    own = [b for b in boxes if not any(ends(line, b) for line in lines)]
    return own if len(own) >= max(FEWEST, MOST * len(boxes)) else boxes


def _within(boxes: Sequence[Box]) -> Box:
    """As far as a column of boxes reaches surely."""
    left, right = median(b.x0 for b in boxes), median(b.x1 for b in boxes)
    return Box(left - CLEAR, boxes[0].y0 - CLEAR, right + CLEAR, boxes[-1].y1 + CLEAR)


def _area(boxes: Sequence[Box], lines: Sequence[Box], pieces: Sequence[Box], *, inked: bool) -> Box:
    """Where the column of ``boxes`` reaches: up and down from mark to mark, to a line of text
    that stands over it. Where boxes are ``inked``, a mark is one piece with the box it hides, and
    what is smaller than that is a heading's character."""
    more = GOES_ON * pitch(np.array([b.cy for b in boxes]))
    left, right = median(b.x0 for b in boxes), median(b.x1 for b in boxes)
    top, bottom = boxes[0].y0, boxes[-1].y1
    beyond = WIDER * (right - left)
    over = [
        ln
        for ln in lines
        if ln.x0 < right + CLEAR
        and left - CLEAR < ln.x1
        and max(left - ln.x0, ln.x1 - right) > beyond
    ]
    highest = max((ln.y1 for ln in over if ln.cy < top), default=0.0)
    lowest = min((ln.y0 for ln in over if ln.cy > bottom), default=float("inf"))
    for ln in lines:  # a heading's last line may be short
        if ln.x0 < right and left < ln.x1 and 0 <= ln.y0 - highest < CLOSE * ln.height:
            highest = ln.y1
    side = LARGEST * (right - left)
    least = max(LINE[0], COVERS * (right - left) if inked else 0.0)
    marks = [b for b in pieces if least <= b.side <= side and b.x0 < right and left < b.x1]
    for b in sorted(marks, key=lambda b: -b.y1):
        if highest < b.cy < top and top - b.y1 <= more:
            top = min(top, b.y0)
    for b in sorted(marks, key=lambda b: b.y0):
        if bottom < b.cy < lowest and b.y0 - bottom <= more:
            bottom = max(bottom, b.y1)
    return Box(left - CLEAR, max(top, highest + CLEAR), right + CLEAR, min(bottom, lowest - CLEAR))
