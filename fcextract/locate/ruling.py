"""Pieces of rules to whole lines, and the cells between them."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from fcextract.geometry import Box
from fcextract.locate.squares import SHORTEST, Square, find_squares
from fcextract.records import Rule

#: Pieces of one line lie this close across it and along it, in points. Producers
#: cut a rule at every cell and lose up to a point at the joints.
JOIN_ACROSS = 1.2
JOIN_ALONG = 1.8
#: Two lines closer than this bound no row or column: the two borders of separate
#: cells, or a double rule, in points.
THINNEST_CELL = 4.5


class Line(NamedTuple):
    """A whole ruled line: ``at`` across, from ``lo`` to ``hi`` along, in points."""

    at: float
    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class Ruling:
    """The ruled lines of one page, sorted by place, the boxes of four strokes each, and the
    short strokes left over."""

    across: tuple[Line, ...]
    down: tuple[Line, ...]
    short: tuple[Rule, ...]
    squares: tuple[Square, ...] = ()

    def rows(self, x: float, top: float, bottom: float) -> list[tuple[float, float]]:
        """Bands between neighbouring lines that pass ``x`` from ``top`` to ``bottom``."""
        return _gaps([ln.at for ln in self.across if ln.lo - 1 <= x <= ln.hi + 1], top, bottom)

    def columns(self, y: float) -> list[tuple[float, float]]:
        """Cells between neighbouring vertical lines at height ``y``."""
        return _gaps([ln.at for ln in self.down if ln.lo - 1 <= y <= ln.hi + 1])

    def end_below(self, x: float, y: float) -> float | None:
        """Where the cell that holds the point (x, y) ends though no line closes it below, as
        where a page break cuts it: where the lines on both its sides end. None where there
        are no two, or where they end apart."""
        ends = [ln.hi for ln in self._sides(x, y)]
        return min(ends) if ends and max(ends) - min(ends) <= JOIN_ALONG else None

    def start_above(self, x: float, y: float) -> float | None:
        """The same for where it starts."""
        starts = [ln.lo for ln in self._sides(x, y)]
        return max(starts) if starts and max(starts) - min(starts) <= JOIN_ALONG else None

    def _sides(self, x: float, y: float) -> list[Line]:
        """The nearest line on either side of the point (x, y); none unless there are both."""
        lines = [ln for ln in self.down if ln.lo - 1 <= y <= ln.hi + 1]
        right = bisect_left(lines, x, key=_at)
        return lines[right - 1 : right + 1] if 0 < right < len(lines) else []

    def passing(self, cell: Box) -> list[Rule]:
        """The lines that pass through ``cell`` or along it, as far as they do."""
        first = bisect_left(self.across, cell.y0 - 1, key=_at)
        last = bisect_right(self.across, cell.y1 + 1, key=_at)
        out = [
            Rule("h", ln.at, max(ln.lo, cell.x0), min(ln.hi, cell.x1), 0.0, 0, -1)
            for ln in self.across[first:last]
            if ln.lo < cell.x1 and cell.x0 < ln.hi
        ]
        first = bisect_left(self.down, cell.x0 - 1, key=_at)
        last = bisect_right(self.down, cell.x1 + 1, key=_at)
        out += [
            Rule("v", ln.at, max(ln.lo, cell.y0), min(ln.hi, cell.y1), 0.0, 0, -1)
            for ln in self.down[first:last]
            if ln.lo < cell.y1 and cell.y0 < ln.hi
        ]
        return out


def _at(line: Line) -> float:
    return line.at


def _gaps(
    at: list[float], lo: float = float("-inf"), hi: float = float("inf")
) -> list[tuple[float, float]]:
    at = at[bisect_left(at, lo) : bisect_right(at, hi)]
    return [(a, b) for a, b in itertools.pairwise(at) if b - a >= THINNEST_CELL]


def find_ruling(rules: Iterable[Rule]) -> Ruling:
    """Join ``rules`` into lines."""
    flat: list[Rule] = []
    tall: list[Rule] = []
    for r in rules:
        (flat if r.along == "h" else tall).append(r)
    squares = find_squares(flat, tall)
    sides = {r for square in squares for r in square}
    across, short_h = _join([r for r in flat if r not in sides])
    down, short_v = _join([r for r in tall if r not in sides])
    return Ruling(tuple(across), tuple(down), (*short_h, *short_v), tuple(squares))


def _join(rules: list[Rule]) -> tuple[list[Line], list[Rule]]:
    lines: list[Line] = []
    short: list[Rule] = []
    rules.sort(key=lambda r: r.at)
    start = 0
    for i in range(1, len(rules) + 1):
        if i == len(rules) or rules[i].at - rules[i - 1].at > JOIN_ACROSS:
            _join_along(rules[start:i], lines, short)
            start = i
    lines.sort()
    return lines, short


def _join_along(level: list[Rule], lines: list[Line], short: list[Rule]) -> None:
    """Join the pieces of one level; what stays short is left over, unless it goes on with a
    line: the side of a cell that a page break cut, where each cell has borders of its own."""
    level.sort(key=lambda r: r.lo)
    groups: list[list[Rule]] = []
    reach: list[float] = []
    for r in level:
        if groups and r.lo <= reach[-1] + JOIN_ALONG:
            groups[-1].append(r)
            reach[-1] = max(reach[-1], r.hi)
        else:
            groups.append([r])
            reach.append(r.hi)
    whole = [
        hi - group[0].lo >= SHORTEST or any(r.border for r in group)
        for group, hi in zip(groups, reach, strict=True)
    ]
    for i, (group, hi) in enumerate(zip(groups, reach, strict=True)):
        after_line = i > 0 and whole[i - 1] and group[0].lo - reach[i - 1] < THINNEST_CELL
        before_line = (
            i + 1 < len(groups) and whole[i + 1] and groups[i + 1][0].lo - hi < THINNEST_CELL
        )
        if whole[i] or after_line or before_line:
            lines.append(Line(sum(r.at for r in group) / len(group), group[0].lo, hi))
        else:
            short.extend(group)
