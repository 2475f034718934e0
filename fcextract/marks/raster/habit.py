"""Where in their cells the boxes of a form usually stand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.ink import MM_PER_INCH, View

#: Boxes keep their distance from one edge or the middle of the cell to this, in millimetres.
SAME_PLACE = 0.6


class Habit(NamedTuple):
    """Where in its cell a box stands, along x or y: which of the cell's start, middle and end
    (0, 1, 2) its middle keeps its distance from, that in inches, and its spread in millimetres."""

    anchor: int
    off: float
    spread: float

    def expected(self, view: View, axis: int) -> float:
        """Where the middle is to be expected, in pixels of the view."""
        a, b = view.cell[axis], view.cell[axis + 2]
        return (a, (a + b) / 2, b)[self.anchor] + self.off * view.dpi


def offsets(at: float, view: View, axis: int) -> tuple[float, float, float]:
    """How far a middle is from the cell's start, middle and end, in inches."""
    a, b = view.cell[axis], view.cell[axis + 2]
    return (at - a) / view.dpi, (at - (a + b) / 2) / view.dpi, (at - b) / view.dpi


def habit_of(off: NDArray[np.floating]) -> Habit:
    """What most boxes share of their :func:`offsets` (n, 3)."""
    # Rows of two heights make two groups about all but one of the three.
    close = np.abs(off[:, None] - off[None, :]) <= SAME_PLACE / MM_PER_INCH
    support = close.sum(axis=1)
    best = int(support.max(axis=0).argmax())
    middle = off[close[int(support[:, best].argmax()), :, best], best]
    at = float(np.median(middle))
    spread = float(np.quantile(np.abs(off[:, best] - at), 0.8)) * MM_PER_INCH
    return Habit(best, at, spread)
