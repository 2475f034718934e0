"""The cells of a page of pixels whose columns no rules part: lines of text between white."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fcextract.geometry import Box, hull, lines_of
from fcextract.locate.paper.brackets import bracket_pairs
from fcextract.locate.paper.grid import LINE_OF_TEXT, STRIP, Cell, Grid, Key, measured
from fcextract.locate.paper.ink import (
    LOPSIDED,
    SQUARE,
    Ink,
    are_faint,
    frames,
    smeared_lines,
    stretches,
)
from fcextract.locate.paper.strips import find_strips
from fcextract.scan import Scan

#: Where no rules part the columns, what stands further apart is two cells, in points.
COLUMN_GAP = 7.0
#: Columns are parted by white at least this wide, in points, which no more lines cross than
#: the larger of a number and a share of all.
GUTTER, FEW, FEW_SHARE = 5.0, 2, 0.03
#: Words of a column that few rows use stand this close, in line heights.
WORDS_APART = 1.5
#: Words of one line of a column stand closer than this, in line heights: a number may have two
#: full blanks after it.
FAR_APART = 3.5
#: Squares that say how far a table reaches are so many; of which as large a part may be signs
#: elsewhere.
MANY_BOXES = 10


def white_grid(scan: Scan, ink: Ink, whole: Ink, *, joined: bool) -> Grid:
    """Every line of ink in a column as a cell of its own, where no rules part the columns.
    ``whole`` is the ink with its streaks.

    Columns are parted by the white that runs down the page. With ``joined`` what stands
    left of the widest column, close to it, is its own: numbers with a blank after them.
    """
    bare = frames(scan, ink, whole) if (ink != whole).any() else frames(scan, ink)
    if len(bare) < MANY_BOXES:
        bare += [b for b in bracket_pairs(scan, ink) if not any(b.touches(f) for f in bare)]
    strips, rest = find_strips(scan, ink, bare, whole)
    words = smeared_lines(scan, rest, COLUMN_GAP)
    words += [
        b for b in are_faint(scan, ink, bare) if not any(t.area.holds(b.cx, b.cy) for t in strips)
    ]
    known = [b for strip in strips for b in strip.bare]
    columns = _parted_by_white(_beside_boxes(words, known), scan.width)
    if joined and columns:
        widest = max(range(len(columns)), key=lambda i: _text_in(words, columns[i]))
        if widest:
            columns[widest - 1 : widest + 1] = [(columns[widest - 1][0], columns[widest][1])]
    held: dict[int, list[Box]] = {}
    for w in words:
        i = next((i for i, (lo, hi) in enumerate(columns) if lo <= w.cx <= hi), -1)
        held.setdefault(i, []).append(w)
    keys: dict[Cell, Key] = {}
    for i, own in held.items():
        for line in lines_of(own, key=lambda b: b):
            for box in _words(line, FAR_APART if i >= 0 else WORDS_APART):
                keys[Cell(box, (box,))] = (i, LINE_OF_TEXT)
    for i, strip in enumerate(strips):
        keys |= {Cell(b, (b,)): (STRIP + i, LINE_OF_TEXT) for b in (*strip.bare, *strip.marks)}
    cells = sorted(keys, key=lambda c: (c.box.cy, c.box.x0))
    marks = frozenset(b for strip in strips for b in strip.marks)
    return replace(measured(cells, keys, ()), marks=marks)


def _words(line: list[Box], apart: float) -> list[Box]:
    """The boxes of one line, those closer than ``apart`` line heights as one: a column that few
    rows use is white elsewhere, and its neighbour's words are not its own."""
    out: list[Box] = []
    for b in sorted(line, key=lambda b: b.x0):
        near = out and b.x0 - out[-1].x1 <= apart * b.height
        both = hull([out[-1], b]) if near else None
        if both is not None:
            out[-1] = both
        else:
            out.append(b)
    return out


def _beside_boxes(words: list[Box], known: Sequence[Box]) -> list[Box]:
    """The words at the height of the page's boxes, those ``known`` and others, where it shows
    many: what stands above and below the table keeps to no column."""
    if len(known) >= MANY_BOXES:
        top, bottom = min(b.y0 for b in known), max(b.y1 for b in known)
        return [b for b in words if top <= b.cy <= bottom]
    heights = sorted(
        b.cy
        for b in (*words, *known)
        if SQUARE[0] <= b.width <= SQUARE[1] and abs(b.width - b.height) <= LOPSIDED * b.width
    )
    if len(heights) < MANY_BOXES:
        return words
    few = len(heights) // MANY_BOXES
    top, bottom = heights[few] - SQUARE[1], heights[-1 - few] + SQUARE[1]
    return [b for b in words if top <= b.cy <= bottom]


def _text_in(words: Sequence[Box], column: tuple[float, float]) -> float:
    return sum(w.width for w in words if column[0] <= w.cx <= column[1])


def _parted_by_white(words: Sequence[Box], width: float) -> list[tuple[float, float]]:
    """Stretches of x that hold words, apart from what few lines cross."""
    crossed = np.zeros(int(width) + 2)
    for w in words:
        crossed[max(0, int(w.x0)) : int(w.x1) + 1] += 1
    used = crossed > max(FEW, FEW_SHARE * len(words))
    return [(float(a), float(b)) for a, b in stretches(used, round(GUTTER))]
