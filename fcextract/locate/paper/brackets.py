"""Boxes that are a pair of brackets, ``( )`` or ``[ ]``, with a blank between them.

A bracket is a narrow upright piece of ink whose middle lies further out than its ends. Two that
face each other at one height, with paper round them, are a box; a text's own brackets stand
close to its characters.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from fcextract.geometry import Box
from fcextract.locate.paper.ink import Ink
from fcextract.scan import Scan

#: Brackets are so high, in points (6 to 18 pt type), and so wide, as a share of it.
HIGH, NARROW = (5.0, 22.0), (0.08, 0.5)
#: A bracket bends: its middle lies this far outside of its ends, as a share of its height.
BENT = 0.05
#: The two of a pair differ by no more than this, and stand so far apart, in heights.
LEVEL, APART = 0.15, (0.25, 2.5)
#: Paper shows this far to both sides of a pair, in heights.
CLEAR = 0.8
#: Pairs above each other agree in both their sides, in points, and so many blank ones tell where
#: those stand that hold something.
SAME, FEWEST = 1.2, 4


class _Piece(NamedTuple):
    """A piece of ink, in pixels, and to which side it bends: -1 left, 1 right."""

    x0: int
    y0: int
    x1: int
    y1: int
    bend: int

    @property
    def height(self) -> int:
        return self.y1 - self.y0


def bracket_pairs(scan: Scan, ink: Ink) -> list[Box]:
    """The pairs of brackets on a page: the blank ones, and those above or below several blank
    ones that hold a mark which touches neither bracket."""
    pieces = _brackets(scan, ink)
    blank: list[Box] = []
    held: list[Box] = []
    s = scan.scale
    rights = [p for p in pieces if p.bend > 0]
    for a in (p for p in pieces if p.bend < 0):
        b = next((p for p in rights if _faces(a, p)), None)
        if b is None or not _is_clear(ink, a, b):
            continue
        box = Box(a.x0 / s, min(a.y0, b.y0) / s, b.x1 / s, max(a.y1, b.y1) / s)
        (held if ink[a.y0 : a.y1, a.x1 : b.x0].any() else blank).append(box)
    return blank + [b for b in held if sum(b.lines_up(f, SAME) for f in blank) >= FEWEST]


def _brackets(scan: Scan, ink: Ink) -> list[_Piece]:
    """The pieces of ink that look like a bracket, left to right."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    s = scan.scale
    w, h = stats[:, 2], stats[:, 3]
    fits = (h >= HIGH[0] * s) & (h <= HIGH[1] * s) & (w >= NARROW[0] * h) & (w <= NARROW[1] * h)
    out = []
    for i in np.flatnonzero(fits).tolist():
        x, y, w, h, _ = stats[i].tolist()
        bend = _bend(labels[y : y + h, x : x + w] == i)
        if bend:
            out.append(_Piece(x, y, x + w, y + h, bend))
    return sorted(out)


def _bend(part: Ink) -> int:
    """To which side the middle of a piece lies off its ends; 0 where to none. A bracket is one
    stroke: every row of it is inked in one place."""
    high, wide = part.shape
    inked = part.sum(axis=1)
    first, last = part.argmax(axis=1), wide - part[:, ::-1].argmax(axis=1)
    if not inked.all() or (last - first > inked).mean() > 0.1:
        return 0
    middle = (first + last) / 2
    end = max(1, high // 6)
    ends = float(middle[:end].mean()), float(middle[-end:].mean())
    within = float(middle[high // 3 : -(high // 3)].mean())
    if max(ends) < within - BENT * high:
        return 1
    return -1 if min(ends) > within + BENT * high else 0


def _faces(a: _Piece, b: _Piece) -> bool:
    """Whether ``b`` closes what ``a`` opens."""
    high = max(a.height, b.height)
    level = max(abs(a.y0 - b.y0), abs(a.y1 - b.y1)) <= LEVEL * high
    return level and APART[0] * high <= b.x0 - a.x1 <= APART[1] * high


def _is_clear(ink: Ink, a: _Piece, b: _Piece) -> bool:
    """Whether paper shows beside a pair."""
    far = max(1, round(CLEAR * a.height))
    top, bottom = min(a.y0, b.y0), max(a.y1, b.y1)
    left = ink[top:bottom, max(0, a.x0 - far) : a.x0]
    right = ink[top:bottom, b.x1 : b.x1 + far]
    return not left.any() and not right.any()
