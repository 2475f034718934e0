"""Anchors: the segments that begin a row with its printed number, and their column."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from fcextract.locate.ruling import Ruling
from fcextract.locate.segments import Segment, number_places, numbered
from fcextract.locate.spots import Spot
from fcextract.text.fold import fold
from fcextract.text.match import Matcher

#: The first line of a row fits its item's beginning at least this well, 0 to 1.
SURE_ANCHOR = 0.6
#: Left edges of one column agree this well, in points.
SAME_EDGE = 3.0
#: How far into a line that begins with a bracket its ink is, in ems.
FIRST_INK = 0.8
#: Numbers this far above the first row's or below the last's may still be rows', in points.
NEAR_ROWS = 40.0
#: The longest word a label column holds beside an item text ("15-CIM数字化建设平台应用").
LONGEST_LABEL = 18


class Anchor(NamedTuple):
    """A segment that begins with a printed number."""

    number: int
    rest: str
    segment: Segment


def find_anchors(segments: Iterable[Segment], match: Matcher, ruling: Ruling) -> list[Anchor]:
    """Rows' numbers, top to bottom. A number in a remark is told apart by its wording
    and, where that cannot be read, by its place."""
    found = [Anchor(hit[0], hit[1], s) for s in segments if (hit := numbered(s.text)) is not None]
    sure = [a for a in found if _first_line_fit(a, match) >= SURE_ANCHOR]
    trusted = sure or _largest_column([a for a in found if match.ids_of(a.number)])
    edges = {round(a.segment.box.x0) for a in trusted}
    return [
        a
        for a in found
        if a in sure
        or any(abs(a.segment.box.x0 - e) <= SAME_EDGE for e in edges)
        or _same_cell(a, trusted, ruling)
    ]


def embedded_anchors(segments: Sequence[Segment], match: Matcher) -> list[Anchor]:
    """Numbers inside of segments, each with the beginning of its item's wording after it:
    on a page whose columns all stand too close for any gap to part them."""
    found = []
    for s in segments:
        for at in number_places(s.text):
            right = s.cut(at)[1]
            hit = numbered(right.text)
            if hit and _first_line_fit(a := Anchor(*hit, right), match) >= SURE_ANCHOR:
                found.append(a)
    return found


def part_segments(segments: Sequence[Segment], anchors: Sequence[Anchor]) -> list[Segment]:
    """The segments, cut where the item text begins: a narrow column may leave no gap
    between it and a row's nature. Above and below the anchors only numbers are cut off."""
    if not anchors:
        return list(segments)
    places = sorted((a.segment.box.cy, a.segment.box.x0) for a in anchors)
    middles = [(a[0] + b[0]) / 2 for a, b in itertools.pairwise(places)]
    top, bottom = places[0][0] - NEAR_ROWS, places[-1][0] + NEAR_ROWS
    out: list[Segment] = []
    for s in segments:
        y = s.box.cy
        at = _edge_at(s, places[bisect_left(middles, y)][1])
        if at is None or not (top <= y <= bottom or numbered(s.text[at:])):
            out.append(s)
            continue
        left = fold(s.text[:at])
        label = len(left) <= LONGEST_LABEL and not set(left) & set("(:")
        out.extend(s.cut(at) if label else [s])
    return out


def _edge_at(s: Segment, x: float) -> int | None:
    """The character of ``s``, not the first, that begins at ``x``."""
    if not s.box.x0 + s.size < x < s.box.x1 - 0.5 * s.size:
        return None
    i = 0
    for run in s.runs:
        for edge in run.edges[: len(run.text)]:
            if i and abs(edge - x) <= SAME_EDGE:
                return i
            i += 1
    return None


def unknown_anchors(segments: Sequence[Segment], spots: Sequence[Spot]) -> list[Anchor]:
    """Numbered lines with boxes beside them, on a page where no known row was found."""
    found = [Anchor(*hit, s) for s in segments if (hit := numbered(s.text)) is not None]
    return [
        a
        for a in found
        if sum(
            s.framed and s.box.x0 > a.segment.box.x1 and abs(s.box.cy - a.segment.box.cy) < 30
            for s in spots
        )
        >= 2
    ]


def _first_line_fit(a: Anchor, match: Matcher) -> float:
    rest = fold(a.rest)
    if not rest:
        return 0.0
    return max(
        (fuzz.ratio(rest, match.content(i)[: len(rest)]) / 100 for i in match.ids_of(a.number)),
        default=0.0,
    )


def _largest_column(found: list[Anchor]) -> list[Anchor]:
    """The anchors of the left edge that most of them share; a lone one is no column."""
    best: list[Anchor] = []
    for a in found:
        x = a.segment.box.x0
        same = [b for b in found if abs(b.segment.box.x0 - x) <= SAME_EDGE]
        if len(same) > max(1, len(best)):
            best = same
    return best


def _same_cell(a: Anchor, trusted: list[Anchor], ruling: Ruling) -> bool:
    box = a.segment.box
    cell = cell_at(ruling, box.cy, first_ink(a.segment))
    if cell is None or not trusted:
        return False
    near = min(trusted, key=lambda t: abs(t.segment.box.cy - box.cy)).segment
    return cell_at(ruling, near.box.cy, first_ink(near)) == cell


def first_ink(segment: Segment) -> float:
    """An x at which the first character of a numbered line has ink: a full-width bracket is
    blank on its left, and may stand out of its cell by that much."""
    return segment.box.x0 + FIRST_INK * segment.size


def content_column(
    anchors: Sequence[Anchor],
    spots: Sequence[Spot],
    ruling: Ruling,
    headed: float | None = None,
) -> tuple[float, float]:
    """Left and right edge of the item text's column. ``headed`` is where the heading of the
    boxes right of it begins: where no box stands there, the nearest may be two columns on."""
    left = min(a.segment.box.x0 for a in anchors)
    cells = [
        c
        for a in anchors
        if (c := cell_at(ruling, a.segment.box.cy, first_ink(a.segment))) is not None
    ]
    if len(cells) > len(anchors) / 2:
        return min(c[0] for c in cells), max(c[1] for c in cells)
    top, bottom = anchors[0].segment.box.y0, anchors[-1].segment.box.y1
    first = [s.box.x0 for s in spots if s.box.x0 > left + 30 and top <= s.box.cy <= bottom]
    longest = max(a.segment.box.x1 for a in anchors)
    right = min(first) if first else longest
    if headed is not None and longest <= headed < right:
        right = headed
    return left - 2, right


def cell_at(ruling: Ruling, y: float, x: float) -> tuple[float, float] | None:
    """The cell between vertical rules at height ``y`` that ``x`` lies in."""
    return next((c for c in ruling.columns(y) if c[0] - 1 <= x <= c[1]), None)
