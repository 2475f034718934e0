"""Pen marks on one page: in the boxes, taken back, or beside them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from mill.paper.boxes import BoxPlace
from mill.paper.ink import Patch, cover, lay, rasterise
from mill.paper.leaf import Leaf
from mill.paper.marking import Marks, Name
from mill.paper.pen import Writer, mark_lines, written
from mill.paper.render import Image
from mill.paper.shapes import Stroke

DENSE_SHAPES = ("fill", "scrawl")
"""Shapes of a hand whose marks blacked out look like its marks."""
_LEAST_INSIDE = 0.2
"""Share of a mark's ink inside its box: less and a person would not say which box it is for."""
_CLEARLY_OWN = 2.0
"""A mark has at least this many times more ink in its own box than in any other."""
_MOST_ELSEWHERE = 0.1
"""Share of the ink of a ring around a box that may lie in another box."""
_GREATEST_OFFSET = 0.5
"""Box sides off the middle."""
_GREATEST_SIZE = 2.5
"""Box sides."""
_RING = (1.1, 1.4)
"""Least and greatest size of a ring around a box, in box sides."""
_LEAST_MARK = 2.0
"""Millimetres: nobody writes smaller."""
_CALMER = 0.6
_CALM_ENOUGH = 0.05
_OUTSIDE_TRIES = 16
"""The last of them at half the hand's usual size, for tight rows."""
_CLEAN = 24
"""Grey levels below the paper: more is printing."""
_COARSE = 8
"""Every so many pixels are enough to know the paper's grey level."""
_FLUID = (0.8, 0.93)
"""How well correction fluid covers: the mark shimmers through."""
_FLUID_COLOR = (246, 250, 250)
_TAKEN_BACK: dict[str, tuple[list[Stroke], float]] = {
    "struck": ([[(-1.1, y), (0, y + 0.04), (1.1, y - 0.08)] for y in (-0.14, 0.16)], 0.0),
    "blacked": ([[(-0.62 + 1.24 * k / 16, 0.6 if k % 2 else -0.6) for k in range(17)]], 0.14),
    "whitened": (
        [[(-0.5, -0.35), (0.5, -0.3), (-0.5, 0.05), (0.5, 0.1), (-0.5, 0.4), (0.5, 0.4)]],
        0.42,
    ),
}
"""Strokes over the box and their least width, both in box sides."""


def put_pen(
    leaf: Leaf, empty: Image, places: Sequence[BoxPlace], marks: Marks, rng: Random
) -> None:
    """Pen marks of one page; ``empty`` is the print without any mark."""
    page = PenPage(leaf, empty, places, marks, rng)
    for k, name in enumerate(page.names):
        how = marks.how.get(name)
        if how == "pen":
            page.mark(k)
        elif how == "cancelled":
            page.cancel(k)
        elif how == "outside" and not page.mark_beside(k):
            marks.dropped.add(name)


class PenPage:
    """One page under the pen. Boxes are known by their number on the page."""

    def __init__(
        self, leaf: Leaf, empty: Image, places: Sequence[BoxPlace], marks: Marks, rng: Random
    ) -> None:
        self.leaf = leaf
        self.empty = empty
        self.names: list[Name] = [(p.item_id, p.column) for p in places]
        self.rects: Any = np.array([p.rect for p in places]).reshape(-1, 4) * leaf.dpi / 72
        self.paper = float(np.median(empty[::_COARSE, ::_COARSE]))
        self.marks = marks
        self.rng = rng

    def mark(self, k: int) -> None:
        """The usual mark of the column's hand."""
        writer = self._writer(k)
        shape = writer.shape if self.rng.random() < writer.faithful else writer.second
        patch = self._fitting(k, shape)
        lay(self.leaf.image, patch, writer.pen.bgr)
        self.marks.drawn[self.names[k]] = shape
        reached = [j for j in self._near(patch) if j != k and patch.over(self.rects[j]) > 1]
        self.marks.grazed |= {self.names[j] for j in reached}

    def cancel(self, k: int) -> None:
        """A mark, taken back."""
        writer = self._writer(k)
        ways = [w for w in self.marks.cancels if w != "blacked" or not _dense(writer)]
        way = self.rng.choice(ways)
        self.mark(k)
        self.marks.drawn[self.names[k]] += f", {way}"
        (x, y), side = _middle(self.rects[k]), _side(self.rects[k])
        strokes, least = _TAKEN_BACK[way]
        lines = [written(s, writer, (x, y), side, 0.0, self.leaf.dpi, self.rng) for s in strokes]
        for line in lines:
            np.maximum(line.width, least * side, out=line.width)
        patch = rasterise(lines, writer.pen, self.leaf.size, self.rng.getrandbits(30))
        if patch is not None and way == "whitened":
            alpha = np.minimum(patch.alpha * 1.2, self.rng.uniform(*_FLUID))
            cover(self.leaf.image, Patch(patch.x, patch.y, alpha), _FLUID_COLOR)
        elif patch is not None:
            lay(self.leaf.image, patch, writer.pen.bgr)

    def mark_beside(self, k: int) -> bool:
        """A mark in the cell beside the box, where nothing is printed between the two; False
        where there is no room for one."""
        writer, rng = self._writer(k), self.rng
        (x, y), side = _middle(self.rects[k]), _side(self.rects[k])
        usual = side * min(1.2, max(0.7, writer.size))
        for attempt in range(_OUTSIDE_TRIES):
            size = usual * (1 - 0.5 * attempt / _OUTSIDE_TRIES)
            away = rng.choice((-1, 1)) * (side * rng.uniform(0.65, 0.95) + size * 0.75)
            center = (x + away, y + rng.uniform(-0.2, 0.2) * side)
            lines = mark_lines(
                writer, rng.choice(("tick", "cross")), center, size, self.leaf.dpi, rng
            )
            patch = rasterise(lines, writer.pen, self.leaf.size, rng.getrandbits(30))
            if patch is not None and self._is_beside(patch, k, away):
                lay(self.leaf.image, patch, writer.pen.bgr)
                self.marks.drawn[self.names[k]] = "beside the box"
                return True
        return False

    def _writer(self, k: int) -> Writer:
        return self.marks.writers[self.names[k][1]]

    def _near(self, patch: Patch) -> list[int]:
        """Which boxes the patch reaches at all."""
        h, w = patch.alpha.shape
        apart = (self.rects[:, 0] > patch.x + w) | (self.rects[:, 2] < patch.x)
        apart |= (self.rects[:, 1] > patch.y + h) | (self.rects[:, 3] < patch.y)
        return [int(k) for k in np.flatnonzero(~apart)]

    def _fitting(self, k: int, shape: str) -> Patch:
        """A mark that a person would give to its box: drawn again, nearer and smaller, as long as
        it is not."""
        calm = 1.0
        while True:
            patch = self._try(k, shape, calm)
            if patch is not None and (calm < _CALM_ENOUGH or self._belongs(patch, k, shape)):
                return patch
            calm *= _CALMER

    def _try(self, k: int, shape: str, calm: float) -> Patch | None:
        writer, rng, side = self._writer(k), self.rng, _side(self.rects[k])
        size = max(0.45, rng.gauss(writer.size, writer.spread * writer.size))
        size = 1 + (min(size, _GREATEST_SIZE) - 1) * calm if size > 1 else size
        off = [rng.gauss(bias, writer.scatter) for bias in writer.bias]
        off = [max(-_GREATEST_OFFSET, min(_GREATEST_OFFSET, v)) * side * calm for v in off]
        x, y = _middle(self.rects[k])
        reach = max(side * size, self.leaf.px(_LEAST_MARK))
        if shape == "circle":
            reach = side * max(_RING[0], min(size, _RING[1]))
        center = (x + off[0], y + off[1])
        lines = mark_lines(writer, shape, center, reach, self.leaf.dpi, rng)
        return rasterise(lines, writer.pen, self.leaf.size, rng.getrandbits(30))

    def _belongs(self, patch: Patch, k: int, shape: str) -> bool:
        mine = patch.over(self.rects[k])
        near = [patch.over(self.rects[j]) for j in self._near(patch) if j != k]
        others = max(near, default=0.0)
        if shape == "circle":
            return others < _MOST_ELSEWHERE * patch.total
        return mine >= _LEAST_INSIDE * patch.total and mine >= _CLEARLY_OWN * others

    def _is_beside(self, patch: Patch, k: int, away: float) -> bool:
        """Whether the mark keeps off the box, and nothing is printed from the box to its far
        side."""
        x0, y0, x1, y1 = self.rects[k].tolist()
        rim = 0.12 * _side(self.rects[k])
        if patch.over((x0 - rim, y0 - rim, x1 + rim, y1 + rim)) > 0:
            return False
        h, w = patch.alpha.shape
        left, right = (x1 + 2, patch.x + w) if away > 0 else (patch.x, x0 - 2)
        top, bottom = min(patch.y, y0 + 2), max(patch.y + h, y1 - 2)
        area = self.empty[int(max(0, top)) : int(bottom) + 1, int(max(0, left)) : int(right) + 1]
        return bool(area.size) and float(area.min()) > self.paper - _CLEAN


def _dense(writer: Writer) -> bool:
    """Whether a box blacked out would look like one of this hand's marks."""
    shapes = (writer.shape, writer.second) if writer.faithful < 1 else (writer.shape,)
    return any(shape in DENSE_SHAPES for shape in shapes)


def _middle(rect: Any) -> tuple[float, float]:
    return float(rect[0] + rect[2]) / 2, float(rect[1] + rect[3]) / 2


def _side(rect: Any) -> float:
    """Of a box that is no square, the lesser."""
    return float(min(rect[2] - rect[0], rect[3] - rect[1]))
