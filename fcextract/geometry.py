"""Boxes in page points, origin at the top left, y downwards.

Every reader converts to this frame once, at ingest; nothing downstream knows
of any other. One point is 1/72 inch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

T = TypeVar("T")

#: Runs share a line when this much of the lower one's height does.
SAME_LINE = 0.5


class Box(NamedTuple):
    """An upright rectangle ``x0 y0 x1 y1`` in page points."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def cx(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def cy(self) -> float:
        return (self.y0 + self.y1) / 2

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def side(self) -> float:
        """The longer side."""
        x0, y0, x1, y1 = self
        width, height = x1 - x0, y1 - y0
        return width if width >= height else height

    def grow(self, by: float) -> Box:
        """The box with ``by`` points added on every side."""
        return Box(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies inside or on the edge."""
        x0, y0, x1, y1 = self
        return x0 <= x <= x1 and y0 <= y <= y1

    def contains(self, other: Box, slack: float = 0.0) -> bool:
        """Whether ``other`` lies inside, with ``slack`` points to spare."""
        x0, y0, x1, y1 = self
        left, top, right, bottom = other
        return (
            x0 - slack <= left
            and y0 - slack <= top
            and x1 + slack >= right
            and y1 + slack >= bottom
        )

    def lines_up(self, other: Box, slack: float) -> bool:
        """Whether both sides of the one stand above or below those of the other."""
        return abs(self.x0 - other.x0) <= slack and abs(self.x1 - other.x1) <= slack

    def touches(self, other: Box, slack: float = 0.0) -> bool:
        """Whether the two boxes meet, edges included."""
        x0, y0, x1, y1 = self
        left, top, right, bottom = other
        return (
            x0 - slack <= right
            and left <= x1 + slack
            and y0 - slack <= bottom
            and top <= y1 + slack
        )

    def overlap(self, other: Box) -> float:
        """Shared area in square points."""
        x0, y0, x1, y1 = self
        left, top, right, bottom = other
        w = (x1 if x1 < right else right) - (x0 if x0 > left else left)
        if w <= 0:
            return 0.0
        h = (y1 if y1 < bottom else bottom) - (y0 if y0 > top else top)
        return w * h if h > 0 else 0.0

    def y_overlap(self, other: Box) -> float:
        """Shared height in points, 0 where there is none."""
        return max(0.0, min(self.y1, other.y1) - max(self.y0, other.y0))

    def rounded(self) -> Box:
        """To a hundredth of a point, as results are written."""
        return Box(*(round(v, 2) for v in self))


def hull(boxes: Iterable[Box]) -> Box | None:
    """The smallest box round all of ``boxes``; None for none."""
    columns = tuple(zip(*boxes, strict=True))
    if not columns:
        return None
    x0, y0, x1, y1 = columns
    return Box(min(x0), min(y0), max(x1), max(y1))


def turn_box(box: Box, turn: int, width: float, height: float) -> Box:
    """``box`` as it lies after the page is turned clockwise by ``turn`` degrees.

    ``width`` and ``height`` are the page's sides before the turn, in points.
    ``turn`` is 0, 90, 180 or 270.
    """
    x0, y0, x1, y1 = box
    if turn == 90:
        return Box(height - y1, x0, height - y0, x1)
    if turn == 180:
        return Box(width - x1, height - y1, width - x0, height - y0)
    if turn == 270:
        return Box(y0, width - x1, y1, width - x0)
    return box


def turn_back(box: Box, turn: int, width: float, height: float) -> Box:
    """``box`` as it lay before the page was turned clockwise by ``turn`` degrees.

    ``width`` and ``height`` are the page's sides after the turn, in points.
    """
    return turn_box(box, -turn % 360, width, height)


Outline = tuple[tuple[float, float], ...]


def around(points: Iterable[tuple[float, float]]) -> Box:
    """The smallest box round ``points``, of which there is at least one."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def enclosed(outlines: Iterable[Outline], box: Box, filled: bool) -> float:
    """Area of the largest closed outline over that of its own bounding box, where that
    box is nearly ``box``; 0 for open strokes and small parts. A fill closes any outline."""
    best = 0.0
    for line in outlines:
        if len(line) < 4 or not (filled or _closes(line, box.side)):
            continue
        xs, ys = [x for x, _ in line], [y for _, y in line]
        w, h = max(xs) - min(xs), max(ys) - min(ys)
        if w >= 0.8 * box.width and h >= 0.8 * box.height and w * h > 0:
            best = max(best, abs(_twice_area(line)) / 2 / (w * h))
    return best


def _closes(line: Outline, side: float) -> bool:
    return abs(line[0][0] - line[-1][0]) + abs(line[0][1] - line[-1][1]) < 0.12 * side


def _twice_area(line: Outline) -> float:
    return sum(
        ax * by - bx * ay for (ax, ay), (bx, by) in zip(line, (*line[1:], line[0]), strict=True)
    )


def lines_of(things: Iterable[T], key: Callable[[T], Box]) -> list[list[T]]:
    """Group ``things`` whose boxes (``key``) share a line, top to bottom. A line is as
    high as what all of it shares, so that a tall sign never joins two lines."""
    out: list[list[T]] = []
    top = bottom = 0.0
    for t in sorted(things, key=lambda t: key(t).cy):
        box = key(t)
        shared = min(bottom, box.y1) - max(top, box.y0)
        if out and shared >= SAME_LINE * min(bottom - top, box.height):
            out[-1].append(t)
            top, bottom = max(top, box.y0), min(bottom, box.y1)
        else:
            out.append([t])
            top, bottom = box.y0, box.y1
    return out
