"""What a few painted paths look like, without a renderer.

A box and its mark are a handful of paths. They are painted, in order, on a small
grid of points over the frame: exact for fills (winding rule, ISO 32000-2, 8.5.3.3),
and never missing a thin stroke, which is taken to be at least a grid step wide.
The boxes of one form are alike, so a form costs two or three paintings.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from fcextract.geometry import Box, Outline

#: Points a side of the grid.
GRID = 14
#: The part of the frame that is painted, as a share of its side: clear of any frame up to
#: a fifth thick, and nearly all of a frame known to be thin.
MIDDLE, INSIDE = 0.58, 0.8
#: Coordinates are rounded to this share of the frame's side, so that like boxes share a
#: painting.
ROUND = 2


class Paint(NamedTuple):
    """One painting operation in the frame's own coordinates (0 to 1)."""

    outlines: tuple[Outline, ...]
    color: int
    width: float  # of the stroke; 0 for a fill
    even_odd: bool


def in_frame(outlines: tuple[Outline, ...], frame: Box) -> tuple[Outline, ...]:
    """``outlines`` in the frame's own coordinates, rounded."""
    x0, y0 = frame.x0, frame.y0
    w, h = frame.width or 1.0, frame.height or 1.0
    return tuple(
        tuple((round((x - x0) / w, ROUND), round((y - y0) / h, ROUND)) for x, y in line)
        for line in outlines
    )


@lru_cache(maxsize=1024)
def painted(paints: tuple[Paint, ...], part: float = MIDDLE) -> tuple[int, ...]:
    """Colours on the grid over the middle ``part`` of the frame after ``paints``, white at
    first."""
    start, step = (1 - part) / 2, part / (GRID - 1)
    points = [(start + step * i, start + step * j) for j in range(GRID) for i in range(GRID)]
    colors = [0xFFFFFF] * len(points)
    for p in paints:
        for k, (x, y) in enumerate(points):
            if _covers(p, x, y, step):
                colors[k] = p.color
    return tuple(colors)


def enters(outlines: tuple[Outline, ...], frame: Box, width: float) -> bool:
    """Whether strokes of ``width`` points show inside the frame, not only near it."""
    paint = Paint(in_frame(outlines, frame), 0, max(width / frame.side, 0.01), False)
    return any(c != 0xFFFFFF for c in painted((paint,), INSIDE))


def is_crossed(colors: Sequence[int]) -> bool:
    """Whether a painting of all of a mark's own box is a cross from corner to corner: inked
    near its corners and its middle, and bare between its arms. Refused to some,
    ticked to others."""
    inked = [c != 0xFFFFFF for c in colors]

    def near(i: int, j: int) -> bool:
        """Whether anything is inked in the few points around column i, row j."""
        size = GRID // 7
        spots = itertools.product(range(i - size, i + size + 1), range(j - size, j + size + 1))
        return any(inked[y * GRID + x] for x, y in spots if 0 <= x < GRID and 0 <= y < GRID)

    last, middle = GRID - 1, GRID // 2
    corners = [near(i, j) for i in (1, last - 1) for j in (1, last - 1)]
    away = (0, 2, last - 2, last)  # along the axes, from the sides halfway to the middle
    bare = not any(inked[middle * GRID + i] or inked[i * GRID + middle] for i in away)
    return all(corners) and near(middle, middle) and bare


def _covers(p: Paint, x: float, y: float, step: float) -> bool:
    if p.width:
        reach = max(p.width, step) / 2 * 1.01
        return any(_near(x, y, line, reach) for line in p.outlines)
    turns = sum(_winding(x, y, line) for line in p.outlines)
    return turns % 2 != 0 if p.even_odd else turns != 0


def _near(x: float, y: float, line: Outline, reach: float) -> bool:
    """Whether the point is within ``reach`` of the polyline."""
    for (ax, ay), (bx, by) in itertools.pairwise(line):
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        t = 0.0 if length == 0 else max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / length))
        if (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2 <= reach * reach:
            return True
    return False


def _winding(x: float, y: float, line: Outline) -> int:
    turns = 0
    for (ax, ay), (bx, by) in zip(line, (*line[1:], line[0]), strict=True):
        if (ay <= y) == (by <= y):
            continue
        cross = ax + (y - ay) * (bx - ax) / (by - ay)
        if cross > x:
            turns += 1 if by > ay else -1
    return turns
