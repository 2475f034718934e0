"""The form's printed box, of whatever shape, as its blank cells show it.

A blank cell holds nothing but its box: pieces of ink that end inside the cell, dark at the left
and the right, with paper between them. What many cells of a form show in one size is the form's
box: a square, a circle, a pair of brackets. It is then sought in every cell, where the others
have theirs first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from fcextract.marks.raster.habit import Habit, habit_of, offsets
from fcextract.marks.raster.ink import MM_PER_INCH, Floats, View
from fcextract.marks.raster.pieces import (
    ALIKE,
    ALONG,
    AROUND,
    FEW,
    FEWEST,
    HEIGHT,
    HOLLOW,
    LIKE,
    PAPER,
    SIDE,
    TICK,
    Column,
    Piece,
    Shape,
    alike,
    is_clean,
    is_hollow,
    likeness,
    piece_of,
    pieces_of,
    repeated,
    shape_of,
)
from fcextract.marks.raster.records import Found, Rect

#: So many cells tell how dark frames are.
SAMPLE = 90
#: Frames are light or dark: ink is what is darker than the highest of these that shows nearly as
#: many boxes as any.
LIMITS, NEARLY = (0.35, 0.28, 0.22, 0.17, 0.13, 0.1, 0.08, 0.06, 0.045), 0.85
#: A box found so far off its usual place counts for nothing, in millimetres and in spreads of
#: where the form's boxes stand.
REACH, SPREADS = 1.0, 3.0
#: A box's width and height are taken for a square's sides where they differ by less.
SQUARE = 1.18
#: A box elsewhere in its cell matches at least so well, and by so much better than what stands
#: at the usual place.
ELSEWHERE, MORE = 0.55, 0.3
#: What matches so well in a box's cell, above or below it, is another row's box: the rows were not
#: told apart.
ANOTHER = 0.6
#: Parentheses stand so far apart at most, in sides, that a patch shows them and the network knows
#: them; patches of wider ones are squeezed.
WIDEST = 1.8
#: What lies as far off as that is worth so much less; outside its cell a box may stand if it is
#: nearer to its usual place than this share of :data:`REACH`, by the square.
FAR, BESIDE = 0.5, 0.1
#: A form without boxes shows ticks as dark as the first of these, or the others; and this share
#: of its cells hold the tick, or nothing.
BARE_LIMITS, PROVEN = (0.35, 0.22, 0.13), 0.6
#: A match below this shows no box.
LEAST = 0.3


class Outline(NamedTuple):
    """The form's box. ``blank`` is an empty one, ``ticked`` one that is ticked in print, where
    the form has such; a form without boxes has only that. ``habits`` say where boxes stand in
    the cells of each column, along x and y; ``square`` that they have four sides; ``limit`` is
    what is ink."""

    blank: Shape | None
    ticked: Shape | None
    habits: dict[Column, tuple[Habit, Habit]]
    square: bool
    limit: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of what a patch shows as the box, in millimetres: the box as it is
        where it is a square, else a square as high, or as wide as lets a patch show its sides."""
        if self.blank is None:
            shape = self.ticked
            assert shape is not None
            return (max(shape.width, shape.height),) * 2
        width, height = self.blank.width, self.blank.height
        return (width if self.square else max(height, width / WIDEST)), height

    @property
    def frames(self) -> float:
        """How many times as wide as what a patch shows as the box the frame is: brackets may
        stand further apart than they are high."""
        if self.blank is None or self.square:
            return 1.0
        return max(1.0, self.blank.width / self.size[0])


def outline_of(views: Sequence[View], columns: Sequence[Column]) -> Outline | None:
    """The box that the blank cells show; None where too few do. ``columns`` tells which column
    each is in. Where no cell shows a box, and some show a printed tick alone and others nothing,
    the form has no boxes."""
    some = slice(None, None, max(1, len(views) // SAMPLE))
    found = [len(alike(pieces_of(views[some], columns[some], limit))) for limit in LIMITS]
    limit = next(k for k, n in zip(LIMITS, found, strict=True) if n >= NEARLY * max(found))
    pieces = pieces_of(views, columns, limit)
    same = alike(pieces)
    enough = max(FEWEST, FEW * len(views))
    if len(same) >= enough:
        blank = shape_of(same)
        square = 1 / SQUARE <= blank.width / blank.height <= SQUARE and _closed(blank.ink)
        first = Outline(blank, None, _habits(same, columns), square, limit)
        marks = [p for p in pieces if not is_hollow(p) and _at_home(p, first)]
        ticked = repeated(marks)
        return first._replace(ticked=shape_of(ticked) if len(ticked) >= enough else None)
    for limit in BARE_LIMITS:
        ticked = repeated(pieces_of(views, columns, limit, TICK))
        clean = sum(is_clean(v, limit) for v in views)
        if min(len(ticked), clean) >= enough and len(ticked) + clean >= PROVEN * len(views):
            return Outline(None, shape_of(ticked), _habits(ticked, columns), False, limit)
    return None


def _habits(own: Sequence[Piece], columns: Sequence[Column]) -> dict[Column, tuple[Habit, Habit]]:
    """Where boxes stand in the cells of each column: by the cells most like it of which enough
    show their box."""
    out = {}
    for column in set(columns):
        like = [[p for p in own if p.column[:n] == column[:n]] for n in range(len(column), 0, -1)]
        here = next((group for group in like if len(group) >= FEWEST), own)
        across, down = (
            habit_of(np.array([offsets(p.centre[k], p.view, k) for p in here])) for k in (0, 1)
        )
        out[column] = across, down
    return out


def _at_home(p: Piece, outline: Outline) -> bool:
    """Whether a piece stands where the form's boxes do."""
    per_mm = p.view.dpi / MM_PER_INCH
    habit = outline.habits[p.column]
    off = [abs(p.centre[k] - habit[k].expected(p.view, k)) / per_mm for k in (0, 1)]
    return all(d <= max(REACH, SPREADS * habit[k].spread) for k, d in enumerate(off))


def place(view: View, column: Column, outline: Outline) -> Found:
    """The box of one cell."""
    habit = outline.habits[column]
    x, y = (habit[k].expected(view, k) for k in (0, 1))
    if outline.ticked is not None:
        lowest = TICK if outline.blank is None else HEIGHT[0]
        piece = piece_of(view, column, outline.limit, lowest)
        like = likeness(piece, outline.ticked) if piece is not None else 0.0
        if piece is not None and like >= (LIKE if _at_home(piece, outline) else ALIKE):
            return Found(_rect(*piece.centre, view, outline), 1.0, printed=True)
    if outline.blank is None:
        return Found(_rect(x, y, view, outline), 0.0, seen=is_clean(view, outline.limit))
    at, worth, several = _best(view, (x, y), habit, outline.blank)
    if worth < LEAST:
        return Found(_rect(x, y, view, outline), worth, seen=False)
    return Found(_rect(*at, view, outline), min(1.0, worth), several=several)


def _best(
    view: View, expected: tuple[float, float], habit: tuple[Habit, Habit], blank: Shape
) -> tuple[tuple[float, float], float, bool]:
    """The middle of what fits the blank box best, how well, and whether there is another above or
    below it in its cell."""
    zoom = view.dpi / blank.dpi
    size = [max(5, round(v * zoom)) for v in blank.ink.shape[::-1]]
    shape = np.asarray(cv2.resize(blank.ink, size, interpolation=cv2.INTER_AREA), np.float32)
    h, w = shape.shape
    grown = cv2.copyMakeBorder(view.ink, h, h, w, w, cv2.BORDER_CONSTANT, value=0.0)
    kernel, most = _kernel(shape)
    fits = cv2.matchTemplate(np.minimum(grown, most), kernel, cv2.TM_CCORR)
    # Where in the view the box's middle is, for every place of the kernel.
    xs = np.arange(fits.shape[1]) + w / 2 - w
    ys = np.arange(fits.shape[0]) + h / 2 - h
    x, y = expected
    across, down = (max(REACH, SPREADS * k.spread) * view.dpi / MM_PER_INCH for k in habit)
    far = ((xs[None] - x) / across) ** 2 + ((ys[:, None] - y) / down) ** 2
    x0, y0, x1, y1 = view.cell
    beyond = (xs < x0)[None] | (xs > x1)[None] | (ys < y0)[:, None] | (ys > y1)[:, None]
    near = REACH * view.dpi / MM_PER_INCH
    off = ((xs[None] - x) / near) ** 2 + ((ys[:, None] - y) / near) ** 2
    fits[beyond & (off > BESIDE)] = -1.0
    j, i = divmod(int((fits - FAR * far).argmax()), fits.shape[1])
    # A corner of the cell's rules is half a box.
    reach = (w / 2 - AROUND + 1, h / 2 - AROUND + 1)
    within = ((xs > x0 + reach[0]) & (xs < x1 - reach[0]))[None]
    within = within & ((ys > y0 + reach[1]) & (ys < y1 - reach[1]))[:, None]
    b, a = divmod(int(np.where(within, fits, -1.0).argmax()), fits.shape[1])
    if fits[b, a] > max(ELSEWHERE, fits[j, i] + MORE):
        j, i = b, a
    there = (np.abs(ys - ys[j]) >= h - 2 * AROUND)[:, None] & (np.abs(xs - xs[i]) <= w / 2)[None]
    several = bool((fits[within & there] >= ANOTHER).any())
    return (float(xs[i]), float(ys[j])), float(fits[j, i]), several


def _rect(x: float, y: float, view: View, outline: Outline) -> Rect:
    w, h = (v / 2 * view.dpi / MM_PER_INCH for v in outline.size)
    return x - w, y - h, x + w, y + h


def _closed(shape: Floats) -> bool:
    """Whether the shape has sides above and below too."""
    inner = shape[AROUND:-AROUND, AROUND:-AROUND]
    out = max(1, round(SIDE * inner.shape[0]))
    cols = slice(
        max(1, round(0.3 * inner.shape[1])), inner.shape[1] - max(1, round(0.3 * inner.shape[1]))
    )
    level = HOLLOW * float(np.quantile(inner, 0.9))
    return (
        min(
            float((s > level).mean())
            for s in (inner[:out, cols].max(axis=0), inner[-out:, cols].max(axis=0))
        )
        >= ALONG
    )


def _kernel(shape: Floats) -> tuple[Floats, float]:
    """What a cell is matched with, worth 1 on a blank box, and the ink that counts at most."""
    frame = np.where(shape >= 0.5 * shape.max(), shape, 0)
    around = np.ones_like(shape)
    around[AROUND:-AROUND, AROUND:-AROUND] = 0
    most = float(np.median(shape[frame > 0]))
    kernel = (frame > 0) / (most * (frame > 0).sum()) - PAPER * around / (most * around.sum())
    return np.asarray(kernel, np.float32), most
