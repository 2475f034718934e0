"""Where in its cell the printed box stands.

A box is four sides of one square, each darker than the paper just outside it: that holds
for an empty frame and for a filled one alike. Sizes are tried over the whole range on a
sample of cells; the form's own size, and its place in the cell, then guide every search.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.ink import Floats, View

#: The sides of boxes seen in print, in millimetres: 2.3 (a small 9 pt glyph) to 5.3
#: (LibreOffice), with a scale of 90 to 105 % to spare.
SMALLEST, LARGEST = 1.9, 6.0
MM_PER_INCH = 25.4
#: A side is compared with the paper this many pixels (0.5 mm) further out.
OUT = 2
#: Ink above the first share of black counts no more: a light frame is as good as a black
#: one. Less than the second is the grain of paper and of JPEG.
ENOUGH, GRAIN = 0.22, 0.05
#: What ink one pixel off a side's line is worth: sides may lean, but the true line is best.
LEAN = 0.8
#: How many cells of a form are searched for boxes of any size.
SAMPLE = 40
#: A square whose sides are inked all along is worth 1. A worth below the first is no box;
#: the second makes a box count for the form's usual size and place.
LEAST, SURE = 0.3, 0.6
#: Boxes of one form differ in size by less than this share of it.
SAME = 0.08
#: They keep their distance from one edge or the middle of the cell to this, in millimetres.
SAME_PLACE = 0.6
#: How far from the usual place a box may stand, in millimetres: cells are registered to less.
NEAR = 1.2
#: Squares whose worth differs by less are equally good.
EQUAL = 0.02
#: So many boxes of one size in the sample make it a size of the form.
FEW = 2
#: A box elsewhere must be worth this much more than what stands at the usual place.
MORE = 0.2

Rect = tuple[float, float, float, float]


class Found(NamedTuple):
    """A square: its outer edges in pixels of the :class:`View`, and its worth.

    ``usual`` says that it stands where the form's boxes stand in their cells.
    """

    box: Rect
    worth: float
    usual: bool = True

    @property
    def side(self) -> float:
        x0, y0, x1, y1 = self.box
        return (x1 - x0 + y1 - y0) / 2

    @property
    def centre(self) -> tuple[float, float]:
        x0, y0, x1, y1 = self.box
        return (x0 + x1) / 2, (y0 + y1) / 2


class Habit(NamedTuple):
    """The form's usual boxes: their sides in millimetres (a ticked glyph may come from another
    font than the empty one) and, along x and y, which of the cell's start, middle and end
    (0, 1, 2) the centre keeps its distance from, and that in inches."""

    sides: tuple[float, ...]
    across: tuple[int, float]
    down: tuple[int, float]

    def centre(self, view: View) -> tuple[float, float]:
        """Where the box's centre is to be expected, in pixels of the view."""
        x0, y0, x1, y1 = view.cell
        (i, dx), (j, dy) = self.across, self.down
        return (x0, (x0 + x1) / 2, x1)[i] + dx * view.dpi, (y0, (y0 + y1) / 2, y1)[
            j
        ] + dy * view.dpi


def find_boxes(views: Sequence[View]) -> list[Found | None]:
    """The printed box of every cell, all of about one size where the form shows its size."""
    sample = views[:: max(1, len(views) // SAMPLE)]
    found = [search(v, v.cell, SMALLEST, LARGEST) for v in sample]
    habit = _habit([(v, f) for v, f in zip(sample, found, strict=True) if f and f.worth >= SURE])
    if habit is None:
        return [search(v, v.cell, SMALLEST, LARGEST) for v in views]
    return [_usual(v, habit) for v in views]


def _usual(view: View, habit: Habit) -> Found | None:
    """The box at the form's usual place, or a better one elsewhere in the cell."""
    (x, y), per_mm = habit.centre(view), view.dpi / MM_PER_INCH
    here = None
    for side in habit.sides:
        reach = (NEAR + side / 2) * per_mm
        within = (x - reach, y - reach, x + reach, y + reach)
        here = _better(here, search(view, within, side * (1 - SAME), side * (1 + SAME)))
    if here is not None and here.worth >= SURE:
        return here
    there = search(view, view.cell, SMALLEST, LARGEST)
    if there is None or (here is not None and there.worth < here.worth + MORE):
        return here
    return there._replace(usual=False)


def _better(one: Found | None, other: Found | None) -> Found | None:
    """Of two squares the worthier; of a frame and the square in its middle, the frame."""
    if one is None or other is None:
        return one or other
    small, large = (one, other) if one.side <= other.side else (other, one)
    (x, y), (u, v) = small.centre, large.centre
    nested = max(abs(x - u), abs(y - v)) <= 1.0
    return large if large.worth > small.worth + (-EQUAL if nested else EQUAL) else small


def search(view: View, within: Rect, smallest: float, largest: float) -> Found | None:
    """The square of most worth inside ``within`` and the cell (pixels of the view), its side
    between two lengths in millimetres; None where nothing looks like a box."""
    x0, y0, x1, y1 = view.cell
    h, w = view.ink.shape
    # A registration error of a pixel must not cost a box its side.
    left, top = (max(0, int(max(a, b)) - 1) for a, b in ((x0, within[0]), (y0, within[1])))
    right = min(w, int(np.ceil(min(x1, within[2]))) + 1)
    bottom = min(h, int(np.ceil(min(y1, within[3]))) + 1)
    if right - left < 2 * OUT or bottom - top < 2 * OUT:
        return None
    sides = _sides(view.ink, left, top, right, bottom)
    per_mm = view.dpi / MM_PER_INCH
    best: Found | None = None
    for side in range(max(6, int(smallest * per_mm)), int(np.ceil(largest * per_mm)) + 1):
        worth = _worth(sides, side)
        if worth.size == 0:
            break
        y, x = divmod(int(worth.argmax()), worth.shape[1])
        at = float(worth[y, x])
        if at >= LEAST:
            box = (left + x, top + y, left + x + side, top + y + side)
            best = _better(best, Found(box, at))
    return best


def _sides(ink: Floats, left: int, top: int, right: int, bottom: int) -> tuple[Floats, ...]:
    """Top, bottom, left and right: how surely a side of that kind passes each pixel of the
    part of ``ink`` that is given, 0 to 1."""
    padded = cv2.copyMakeBorder(ink, OUT, OUT, OUT, OUT, cv2.BORDER_REPLICATE)
    part = padded[top : bottom + 2 * OUT, left : right + 2 * OUT]
    inner = part[OUT:-OUT, OUT:-OUT]
    beyond = (
        part[: -2 * OUT, OUT:-OUT],
        part[2 * OUT :, OUT:-OUT],
        part[OUT:-OUT, : -2 * OUT],
        part[OUT:-OUT, 2 * OUT :],
    )
    upright, flat = np.ones((3, 1), np.uint8), np.ones((1, 3), np.uint8)
    lean = (upright, upright, flat, flat)
    scale = 1 / (ENOUGH - GRAIN)
    steps = [np.clip((inner - b - GRAIN) * scale, 0.0, 1.0) for b in beyond]
    return tuple(
        np.maximum(s, LEAN * np.asarray(cv2.dilate(s, k))) for s, k in zip(steps, lean, strict=True)
    )


def _worth(sides: tuple[Floats, ...], side: int) -> NDArray[np.float32]:
    """The worth of the square with its top left corner at each pixel."""
    # Corners may be round, so that the middle four fifths of a side speak.
    run = max(3, round(0.8 * side))
    skip, far = (side - run) // 2, side - 1
    h, w = sides[0].shape
    rows, cols = h - far, w - far
    if rows <= 0 or cols <= 0:
        return np.zeros((0, 0), np.float32)
    t, b = (cv2.boxFilter(m, -1, (run, 1), anchor=(0, 0)) for m in sides[:2])
    le, r = (cv2.boxFilter(m, -1, (1, run), anchor=(0, 0)) for m in sides[2:])
    top, bottom = t[:rows, skip : skip + cols], b[far : far + rows, skip : skip + cols]
    left, right = le[skip : skip + rows, :cols], r[skip : skip + rows, far : far + cols]
    least = np.minimum(np.minimum(top, bottom), np.minimum(left, right))
    return np.asarray(0.15 * (top + bottom + left + right) + 0.4 * least, np.float32)


def _habit(sure: Sequence[tuple[View, Found]]) -> Habit | None:
    """What the boxes that are surely seen have in common; None for fewer than three."""
    if len(sure) < 3:
        return None
    sides = _modes(np.array([f.side / v.dpi * MM_PER_INCH for v, f in sure]))
    across, down = [], []
    for view, found in sure:
        (x, y), (x0, y0, x1, y1) = found.centre, view.cell
        across.append([(x - a) / view.dpi for a in (x0, (x0 + x1) / 2, x1)])
        down.append([(y - a) / view.dpi for a in (y0, (y0 + y1) / 2, y1)])
    return Habit(sides, _anchor(np.array(across)), _anchor(np.array(down)))


def _modes(values: NDArray[np.floating]) -> tuple[float, ...]:
    """The middles of the groups that the values form, the largest group first."""
    out: list[float] = []
    while len(values) >= FEW or not out:
        close = np.abs(values[:, None] - values[None, :]) <= SAME * np.abs(values[:, None])
        group = close[int(close.sum(axis=1).argmax())]
        if out and group.sum() < FEW:
            break
        out.append(float(np.median(values[group])))
        values = values[np.abs(values - out[-1]) > 1.5 * SAME * out[-1]]
    return tuple(out)


def _anchor(offsets: NDArray[np.floating]) -> tuple[int, float]:
    """Which column of ``offsets`` (n, 3), in inches, most boxes share, and that offset."""
    # Rows of two heights make two groups about all but one of the three.
    close = np.abs(offsets[:, None] - offsets[None, :]) <= SAME_PLACE / MM_PER_INCH
    support = close.sum(axis=1)
    best = int(support.max(axis=0).argmax())
    middle = offsets[close[int(support[:, best].argmax()), :, best], best]
    return best, float(np.median(middle))
