"""One sheet of paper on its way to a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mill.paper.render import Image

Key = tuple[int, str, str]
"""Form in the file, item id, column."""
Points = NDArray[Any]
"""(n, 2) x and y in pixels."""

MM = 25.4
"""Millimetres an inch."""


@dataclass(frozen=True, slots=True)
class Word:
    """A printed word as a scanning program read it, and its corners in pixels."""

    text: str
    quad: Points


@dataclass(slots=True)
class Leaf:
    """A page's pixels with the places of the boxes on it.

    ``quads`` gives the corners of each box in pixels, clockwise from the top left as printed;
    they go along with every move of the pixels. ``crossed`` are boxes that a fold, a streak or
    a stamp goes through. ``steps`` records what was done, with strengths. ``shown_turn`` is the
    clockwise turn in degrees that a viewer is told to show the pixels with; ``words`` are put
    over the picture unseen.
    """

    image: Image
    dpi: float
    quads: dict[Key, Points]
    steps: list[dict[str, Any]] = field(default_factory=list)
    crossed: set[Key] = field(default_factory=set)
    shown_turn: int = 0
    words: list[Word] = field(default_factory=list)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.image.shape[1], self.image.shape[0]

    def px(self, mm: float) -> float:
        """Millimetres on the paper as pixels."""
        return mm * self.dpi / MM

    def note(self, step: str, **strength: Any) -> None:
        """Record a step; numbers are rounded."""
        rounded = {k: round(v, 3) if isinstance(v, float) else v for k, v in strength.items()}
        self.steps.append({"step": step, **rounded})

    def move(self, mapping: Callable[[Points], Points]) -> None:
        """Carry all places through a move of the pixels."""
        self.quads = {key: mapping(quad) for key, quad in self.quads.items()}
        self.words = [Word(word.text, mapping(word.quad)) for word in self.words]

    def cross(self, line: Sequence[tuple[float, float]], width: float) -> None:
        """Note the boxes within ``width`` / 2 pixels of a polyline given by its points."""
        path = np.asarray(line, float)
        starts, ends = path[:-1], path[1:]
        for key, quad in self.quads.items():
            center = quad.mean(axis=0)
            reach = np.abs(quad - center).max() + width / 2
            if _distance(center, starts, ends) <= reach:
                self.crossed.add(key)


def _distance(point: Points, starts: Points, ends: Points) -> float:
    """Distance of a point to the nearest of some line segments."""
    along = ends - starts
    length = np.maximum((along**2).sum(axis=1), 1e-9)
    t = np.clip(((point - starts) * along).sum(axis=1) / length, 0, 1)
    nearest = starts + t[:, None] * along
    return float(np.hypot(*(nearest - point).T).min())
