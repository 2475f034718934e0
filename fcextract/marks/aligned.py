"""Whether the boxes of rows that no rules part stand beside their own row's text.

A page of pixels may lean or bend, and a box that stands a line too low is the next row's.
Where rules bound a row its boxes cannot be another's; elsewhere every box must stand where
its row's text says, on a page that is straight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from fcextract.geometry import Box
from fcextract.records import LocatedRow

#: The steepest lines of type of a page whose rows may be told by their text, as a slope: two
#: points between the text and the further boxes.
LEAN = 0.005
#: A box stands this close to where its row's text says, as a share of the distance to the
#: nearest other row.
NEAR = 0.3
#: A page of which more than this share is off is off as a whole.
SPOILT = 0.1

LEANING = "the page leans and no rules part its rows"
APART = "the box does not stand beside its row's text"


class Standing(NamedTuple):
    """A box that was found: its row, its page, which of the row's boxes it is, and where."""

    row: LocatedRow
    page: int
    column: int
    box: Box


def unaligned(standing: Mapping[int, Standing], leans: Mapping[int, float]) -> dict[int, str]:
    """Why boxes may be another row's, by their key in ``standing``. ``leans`` says how steep
    the type of each page is."""
    out: dict[int, str] = {}
    groups: dict[tuple[int, int], list[int]] = {}
    for i, s in standing.items():
        if s.row.ruled:
            continue
        if s.page == s.row.page:
            groups.setdefault((s.page, s.column), []).append(i)
        else:
            out[i] = APART  # no text of its row stands on its page
    for (page, _), held in groups.items():
        if leans.get(page, 0.0) > LEAN:
            out.update(dict.fromkeys(held, LEANING))
            continue
        off = _off([standing[i] for i in held])
        spoilt = sum(off) > SPOILT * len(held)
        out.update({i: APART for i, o in zip(held, off, strict=True) if o or spoilt})
    return out


def _off(held: Sequence[Standing]) -> list[bool]:
    """Whether each box stands elsewhere than its row's text says, by the alignment that fits
    most of the column: with the first line, the middle, or the last line."""
    spans = [s.row.span or (s.row.band.cy, s.row.band.cy) for s in held]
    ways = [[a for a, _ in spans], [(a + b) / 2 for a, b in spans], [b for _, b in spans]]
    away = [[abs(s.box.cy - at) for s, at in zip(held, way, strict=True)] for way in ways]
    best = min(range(len(ways)), key=lambda k: median(away[k]))
    room = _room(ways[best])
    return [d > NEAR * r for d, r in zip(away[best], room, strict=True)]


def _room(at: Sequence[float]) -> list[float]:
    """How far the nearest other row is from each."""
    order = sorted(range(len(at)), key=lambda i: at[i])
    room = [40.0] * len(at)
    for i, j in pairwise(order):
        gap = at[j] - at[i]
        room[i], room[j] = min(room[i], gap), min(room[j], gap)
    return room
