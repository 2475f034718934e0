"""The cells of a page of pixels, by column, and those between ruled lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import numpy as np

from fcextract.geometry import Box, hull
from fcextract.locate.paper.ink import (
    LINE,
    SQUARE,
    Ink,
    lines_in,
    pale_frames,
    smeared_lines,
)
from fcextract.locate.ruling import Ruling
from fcextract.scan import Scan

Key = tuple[int, int]

#: Ink within this of a cell's edge is its border's, in points.
INSET = 1.2
#: A column of boxes: this share of its cells hold ink, and most no wider than so many line
#: heights.
BOXED, BOX_WIDTH, FEWEST_BOXES = 0.7, 3.0, 2
#: Ticks alone are at least so many, this share of them of one size to the second share, and less
#: oblong than the third.
FEWEST_ALIKE, ALIKE, LIKE, OBLONG = 3, 0.85, 0.2, 0.35
#: What is wider than a column's boxes by this is a heading or a figure.
SLIM = 1.5
#: And where a cell is no more than a line, there are as many as this share of the lines in
#: the fullest column: short texts are few.
FREQUENT = 0.25
#: Words of one line outside the table stand this close, in points.
WORD_GAP = 14.0
#: So many lines tell where a table ends to the left and right: most end on one side to the first,
#: and what stands further off than the second is no part of the form, in points.
FEWEST_ACROSS, RAGGED, MARGIN = 6, 8.0, 14.0
#: Columns of boxes are numbered from here on; and columns that white parts have this for a
#: second number.
STRIP, LINE_OF_TEXT = 1000, 0
#: A row has so many boxes.
TWO = 2


class Cell(NamedTuple):
    """One cell of the ruled grid and the lines of ink in it, top to bottom."""

    box: Box
    lines: tuple[Box, ...]

    @property
    def first(self) -> Box:
        """The first line that is as high as type: what is left of a rule is not."""
        return next((b for b in self.lines if b.height >= LINE[0]), self.lines[0])


class Column(NamedTuple):
    """Cells with the same sides: how long all their lines are together, in points,
    whether they are a column of boxes, and where most of what is inked in them begins and
    ends."""

    text: float
    boxed: bool
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a page, the column each is in, and the lines of ink outside the table.
    ``marks`` are those cells' boxes that are known for marks which hide a box."""

    cells: tuple[Cell, ...]
    outside: tuple[Box, ...]
    keys: dict[Cell, Key]
    columns: dict[Key, Column]
    marks: frozenset[Box] = frozenset()

    def column(self, c: Cell) -> Column:
        """The column ``c`` is in."""
        return self.columns[self.keys[c]]

    def is_ruled(self, c: Cell) -> bool:
        """Whether rules bound a cell; else it is one line of text."""
        return self.keys[c][1] != LINE_OF_TEXT

    def with_part(self, other: Grid) -> Grid:
        """This grid and that of another part of the page."""
        return Grid(
            tuple(sorted((*self.cells, *other.cells), key=lambda c: (c.box.y0, c.box.x0))),
            (*self.outside, *other.outside),
            self.keys | other.keys,
            self.columns | other.columns,
            self.marks | other.marks,
        )

    @property
    def has_strips(self) -> bool:
        """Whether columns of boxes were found by the boxes themselves."""
        return any(k[0] >= STRIP for k in self.columns)

    def texts(self) -> set[Cell]:
        """The cells that stand beside two columns of boxes and are of neither: short texts may look
        like boxes that hide behind marks."""
        reach: dict[Key, tuple[float, float]] = {}
        for c in self.cells:
            if (k := self.keys[c])[0] >= STRIP:
                lo, hi = reach.get(k, (c.box.y0, c.box.y1))
                reach[k] = min(lo, c.box.y0), max(hi, c.box.y1)
        return {
            c
            for c in self.cells
            if self.keys[c][0] < STRIP
            and sum(lo <= c.box.cy <= hi for lo, hi in reach.values()) >= TWO
        }

    def spills(self, c: Cell, most: float = float("inf")) -> bool:
        """Whether a cell holds what reaches out of a box right beside it: the end of a pen's tick,
        of which there may be enough to look like a column of boxes. What is wider than ``most`` and
        stands clear of the boxes is text."""
        beside = (s.box for s in self.cells if self.keys[s][0] >= STRIP)
        return self.keys[c][0] < STRIP and any(
            c.box.x0 - b.x1 < b.width
            and b.x0 - c.box.x1 < b.width
            and min(c.box.y1, b.y1) - max(c.box.y0, b.y0) > -b.height / 2
            and (c.box.width <= most or (c.box.x0 < b.x1 and b.x0 < c.box.x1))
            for b in beside
        )

    def spot(self, c: Cell) -> list[Box]:
        """Where the box of a cell stands: what is inked there, as wide as the boxes of its
        column are. A mark may reach far beyond its box, to either side."""
        box, column = hull(c.lines), self.column(c)
        if box is None:
            return []
        near = abs(box.cx - (column.left + column.right) / 2) <= column.right - column.left
        return [box._replace(x0=column.left, x1=column.right) if near else box]

    def is_slim(self, c: Cell) -> bool:
        """Whether what a cell holds is no wider than the boxes of its column: above and below
        the rows, headings and figures are wider."""
        box, column = hull(c.lines), self.column(c)
        return box is not None and box.width <= SLIM * (column.right - column.left)

    def fullest(self) -> list[list[Cell]]:
        """The cells of each column, those of the columns that hold most text first. One of those
        holds the item texts; labels that stand in every row may hold more."""
        order = sorted(self.columns, key=lambda k: -self.columns[k].text)
        held: dict[Key, list[Cell]] = {k: [] for k in order}
        for c in self.cells:
            if c.lines:
                held[self.keys[c]].append(c)
        return [own for own in held.values() if own]


def ruled_grid(scan: Scan, ink: Ink, ruling: Ruling) -> Grid:
    """Cells between ruled lines, and the lines of ink outside them."""
    boxes = _cells(ruling)
    faint = pale_frames(scan, ink)
    cells = [
        Cell(b, _no_specks(lines_in(scan, ink, b.grow(-INSET))) or _inside(b, faint)) for b in boxes
    ]
    blank = ink.copy()
    for b in boxes:
        y0, y1, x0, x1 = scan.span(b.grow(1.0))
        blank[y0:y1, x0:x1] = 0
    keys = {c: (round(c.box.x0 / 4), round(c.box.x1 / 4)) for c in cells}
    return measured(cells, keys, tuple(smeared_lines(scan, blank, WORD_GAP)))


def _no_specks(lines: Sequence[Box]) -> tuple[Box, ...]:
    return tuple(b for b in lines if max(b.width, b.height) >= LINE[0])


def _inside(cell: Box, found: Sequence[Box]) -> tuple[Box, ...]:
    return tuple(b for b in found if cell.contains(b))


def without_desk(scan: Scan, ink: Ink, ruling: Ruling) -> Ink:
    """``ink`` without what stands left or right of the table, by the lines that end on one
    side as most do: a desk, the next page of a book. All of it where too few lines tell."""
    if len(ruling.across) < FEWEST_ACROSS:
        return ink
    right = median(ln.hi for ln in ruling.across)
    own = [ln for ln in ruling.across if abs(ln.hi - right) <= RAGGED]
    if 2 * len(own) < len(ruling.across):
        return ink
    _, _, x0, x1 = scan.span(
        Box(min(ln.lo for ln in own) - MARGIN, 0.0, right + MARGIN, scan.height)
    )
    out = np.zeros_like(ink)
    out[:, x0:x1] = ink[:, x0:x1]
    return out


def _cells(ruling: Ruling) -> list[Box]:
    """All cells between ruled lines, merged ones as one."""
    found: dict[tuple[int, int, int, int], Box] = {}
    levels = sorted({round(ln.at, 1) for ln in ruling.across})
    for top, bottom in pairwise(levels):
        if bottom - top < LINE[0]:
            continue
        y = (top + bottom) / 2
        for x0, x1 in ruling.columns(y):
            x = (x0 + x1) / 2
            own = next((r for r in ruling.rows(x, 0, 1e6) if r[0] <= y <= r[1]), None)
            if own is not None:
                box = Box(x0, own[0], x1, own[1])
                found.setdefault((round(x0), round(own[0]), round(x1), round(own[1])), box)
    return sorted(found.values(), key=lambda b: (b.y0, b.x0))


def _line_height(cells: Iterable[Cell]) -> float:
    heights = [b.height for c in cells for b in c.lines if LINE[0] <= b.height <= LINE[1]]
    return median(heights) if heights else 10.0


def _narrow(c: Cell, size: float) -> bool:
    box = hull(c.lines)
    return box is not None and box.width <= BOX_WIDTH * size


def measured(cells: Sequence[Cell], keys: dict[Cell, Key], outside: tuple[Box, ...]) -> Grid:
    """The grid of ``cells``, each in the column of its key."""
    groups: dict[Key, list[Cell]] = {}
    for c in cells:
        groups.setdefault(keys[c], []).append(c)
    size = _line_height(cells)
    most = max((len(g) for g in groups.values()), default=0)
    columns = {
        k: _as_column(g, size, 0 if k[0] >= STRIP else FREQUENT * most) for k, g in groups.items()
    }
    return Grid(tuple(cells), outside, keys, columns)


def _are_alike(inked: Sequence[Cell]) -> bool:
    """Whether nearly all of a column's cells hold one square thing of one size: ticks where no
    boxes are printed, be they few."""
    boxes = [b for c in inked if (b := hull(c.lines)) is not None]
    if len(boxes) < FEWEST_ALIKE:
        return False
    side = median(b.side for b in boxes)
    like = [
        b
        for b in boxes
        if abs(b.side - side) <= LIKE * side and min(b.width, b.height) >= (1 - OBLONG) * b.side
    ]
    return len(like) >= ALIKE * len(boxes) and SQUARE[0] <= side <= SQUARE[1]


def _as_column(cells: Sequence[Cell], size: float, fewest: float) -> Column:
    text = sum(b.width for c in cells for b in c.lines)
    inked = [c for c in cells if c.lines]
    narrow = [c for c in inked if _narrow(c, size)]
    boxed = len(inked) >= BOXED * len(cells) and len(narrow) >= BOXED * len(inked)
    boxed = boxed and len(cells) >= max(FEWEST_BOXES, fewest)
    left = median(min(b.x0 for b in c.lines) for c in inked) if inked else 0.0
    right = median(max(b.x1 for b in c.lines) for c in inked) if inked else 0.0
    return Column(text, boxed or _are_alike(inked), left, right)
