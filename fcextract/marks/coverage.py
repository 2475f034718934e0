"""How much of its bounding box a path encloses, and covers."""

from __future__ import annotations

from functools import lru_cache

from fcextract.records import Shape

Outline = tuple[tuple[float, float], ...]

#: Points a side of the grid over a path's middle.
GRID = 12
#: The middle of a box, as a share of its side: clear of frames up to a fifth thick.
MIDDLE = 0.56


def fullness(s: Shape) -> float:
    """Area of the largest closed sub-path over that of its own bounding box, where that
    box is the shape's; 0 for open strokes and small parts."""
    best = 0.0
    for line in s.points:
        if len(line) < 4 or not (s.fill is not None or _closes(line, s.box.side)):
            continue
        xs, ys = [x for x, _ in line], [y for _, y in line]
        w, h = max(xs) - min(xs), max(ys) - min(ys)
        if w >= 0.8 * s.box.width and h >= 0.8 * s.box.height and w * h > 0:
            best = max(best, abs(_twice_area(line)) / 2 / (w * h))
    return best


def _closes(line: Outline, side: float) -> bool:
    return abs(line[0][0] - line[-1][0]) + abs(line[0][1] - line[-1][1]) < 0.12 * side


def _twice_area(line: Outline) -> float:
    return sum(
        ax * by - bx * ay for (ax, ay), (bx, by) in zip(line, (*line[1:], line[0]), strict=True)
    )


def core_cover(s: Shape) -> float:
    """Share of the middle of the shape's bounding box that its fill covers, 0 to 1.

    One outline that fills its box covers it; anything else is sampled by the fill
    rule (ISO 32000-2, 8.5.3.3).
    """
    if len(s.points) == 1 and fullness(s) > 0.6:
        return 1.0
    w, h = max(s.box.width, 0.01), max(s.box.height, 0.01)
    unit = tuple(
        tuple((round((x - s.box.x0) / w, 2), round((y - s.box.y0) / h, 2)) for x, y in line)
        for line in s.points
    )
    return _sampled(unit, s.even_odd)


@lru_cache(maxsize=512)  # the boxes of one form are all alike
def _sampled(outlines: tuple[Outline, ...], even_odd: bool) -> float:
    start, step = (1 - MIDDLE) / 2, MIDDLE / (GRID - 1)
    at = [start + step * i for i in range(GRID)]
    hits = 0
    for y in at:
        for x in at:
            turns = sum(_winding(x, y, line) for line in outlines)
            hits += turns % 2 != 0 if even_odd else turns != 0
    return hits / GRID**2


def _winding(x: float, y: float, line: Outline) -> int:
    turns = 0
    for (ax, ay), (bx, by) in zip(line, (*line[1:], line[0]), strict=True):
        if (ay <= y) == (by <= y):
            continue
        cross = ax + (y - ay) * (bx - ax) / (by - ay)
        if cross > x:
            turns += 1 if by > ay else -1
    return turns
