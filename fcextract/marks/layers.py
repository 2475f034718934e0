"""Which of a cell's paths make up the drawn frame itself."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from fcextract.geometry import Box
from fcextract.marks.evidence import FULL, LIGHT, lightness
from fcextract.marks.frames import LARGEST, is_same, slack
from fcextract.marks.pieces import Piece, is_bar, is_hollow

#: A frame's stroke is thin below this share of its side.
THIN = 0.09
#: A bar this close to a side of the frame runs along it, in shares of its side.
EDGE = 0.2
#: A bar this close round a frame belongs to it: a double frame, or a shadow.
RIM = 0.3


def is_layer(p: Piece, frame: Box) -> bool:
    """Whether ``p`` is part of the frame itself: it is as large, or runs along a side."""
    b, near = p.box, slack(frame)
    closed = p.full >= FULL or (p.width and _follows(p, frame, near))
    if closed and is_same(b, frame, near):
        return True
    if is_bar(p) and frame.grow(near).contains(b):
        edge = EDGE * frame.side
        if b.width >= b.height:
            return min(abs(b.cy - frame.y0), abs(b.cy - frame.y1)) < edge
        return min(abs(b.cx - frame.x0), abs(b.cx - frame.x1)) < edge
    return not p.width and p.full >= FULL and b.contains(frame) and p.color == 0xFFFFFF


def is_rim(p: Piece, frame: Box) -> bool:
    """Whether a thin bar runs close round the frame: a double frame, or a shadow."""
    return is_bar(p) and frame.grow(RIM * frame.side).contains(p.box)


def is_other_frame(p: Piece, frame: Box) -> bool:
    """Whether ``p`` is the outline of another box that the frame was laid over, a little
    off: a field over a printed box. It is no mark; an outline inside the frame may be."""
    near = slack(frame)
    if p.full < FULL or not p.box.touches(frame) or frame.contains(p.box, near):
        return False
    return not is_same(p.box, frame, near) and is_hollow(p) and p.box.side <= 1.5 * LARGEST


def is_plain(layers: Sequence[Piece], frame: Box) -> bool:
    """Whether nothing but paper-white fills and thin strokes along its sides make the
    frame: such a box is empty without painting it."""
    return all(p.color == 0xFFFFFF or p.width for p in layers) and is_thin(layers, frame)


def is_thin(layers: Sequence[Piece], frame: Box) -> bool:
    """Whether the frame is drawn with thin strokes right along its own outline."""
    return all(
        (not p.width and lightness(p.color) > LIGHT)
        or (0 < p.width < THIN * frame.side and _hugs(p.box, frame))
        for p in layers
    )


def _hugs(box: Box, frame: Box) -> bool:
    """Whether every side of ``box`` lies close to a side of the frame."""
    near = THIN * frame.side
    across = all(min(abs(x - frame.x0), abs(x - frame.x1)) <= near for x in (box.x0, box.x1))
    down = all(min(abs(y - frame.y0), abs(y - frame.y1)) <= near for y in (box.y0, box.y1))
    return across and down


def _follows(p: Piece, frame: Box, near: float) -> bool:
    """Whether a stroke runs along the frame's sides all the way, middles included."""
    steps = [s for line in p.points for s in itertools.pairwise(line)]
    return len(steps) >= 3 and all(
        _on_side((ax + bx) / 2, (ay + by) / 2, frame, near)
        and _on_side(ax, ay, frame, near)
        and _on_side(bx, by, frame, near)
        for (ax, ay), (bx, by) in steps
    )


def _on_side(x: float, y: float, frame: Box, near: float) -> bool:
    across = min(abs(x - frame.x0), abs(x - frame.x1))
    down = min(abs(y - frame.y0), abs(y - frame.y1))
    return min(across, down) <= near
