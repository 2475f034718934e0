"""Boxes drawn as four strokes, told from the rules of a table.

In tight rows the boxes of a column stand so close that their sides would join to a line,
and their ends lie on the rows' own rules.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from fcextract.records import Rule

#: A line shorter than this is no rule of the table but a side of a box, in points.
SHORTEST = 26.0
#: The sides of a box meet this closely at its corners, in points.
CORNER = 0.5
#: Pieces of one ruled line lie this closely across it, in points.
LEVEL = 0.2


#: The four strokes of one box.
Square = tuple[Rule, Rule, Rule, Rule]


class _Side(NamedTuple):
    """An upright stroke with a flat one at either end, both to the same side of it."""

    rule: Rule
    ends: tuple[Rule, Rule]


def find_squares(flat: Iterable[Rule], tall: Iterable[Rule]) -> list[Square]:
    """The strokes of ``flat`` and ``tall`` that make up boxes: two uprights of one height,
    and strokes that join their ends and go no further. The cells of a table share their
    corners with their neighbours."""
    caps = _Caps(flat)
    left: list[_Side] = []
    right: dict[Rule, list[_Side]] = {}
    for r in tall:
        if r.border or r.hi - r.lo >= SHORTEST:
            continue
        top, bottom = caps.beside(r.at, r.lo), caps.beside(r.at, r.hi)
        if top is None or bottom is None:
            continue
        if top.lo > r.at - CORNER:
            left.append(_Side(r, (top, bottom)))
        else:
            right.setdefault(top, []).append(_Side(r, (top, bottom)))
    return [
        (side.rule, other.rule, *side.ends)
        for side in left
        for other in right.get(side.ends[0], ())
        if other.ends == side.ends
    ]


class _Caps:
    """Flat strokes by height."""

    def __init__(self, flat: Iterable[Rule]) -> None:
        self.flat = sorted(flat, key=lambda r: r.at)
        self.heights = [r.at for r in self.flat]

    def beside(self, x: float, y: float) -> Rule | None:
        """The short stroke that ends at ``(x, y)``; None if it goes on beyond, be it with a
        neighbour's."""
        first = bisect_left(self.heights, y - CORNER)
        last = bisect_right(self.heights, y + CORNER)
        met = [c for c in self.flat[first:last] if c.lo - CORNER <= x <= c.hi + CORNER]
        short = [c for c in met if c.hi - c.lo < SHORTEST]
        if not short:
            return None
        cap = min(short, key=lambda c: abs(c.at - y))
        level = [c for c in met if abs(c.at - cap.at) <= LEVEL]
        one_sided = all(c.lo > x - CORNER for c in level) or all(c.hi < x + CORNER for c in level)
        return cap if one_sided else None
