"""Whether the boxes of rows that no rules part stand beside their own row's text.

A page of pixels may lean or bend, and a box that stands a line too low is the next row's.
Where rules bound a row its boxes cannot be another's; elsewhere every box must stand where
its row's text says, on a page that is straight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

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


def unaligned(
    of: Sequence[tuple[LocatedRow, int]],
    boxes: Sequence[Box | None],
    leans: Mapping[int, float],
) -> dict[int, str]:
    """Why boxes may be another row's, by their place in ``boxes``. ``of`` are the row and the
    column of each; ``leans`` how steep the type of each page is."""
    out: dict[int, str] = {}
    groups: dict[tuple[int, int], list[int]] = {}
    for i, (row, column) in enumerate(of):
        if not row.ruled and boxes[i] is not None:
            groups.setdefault((row.page, column), []).append(i)
    for (page, _), held in groups.items():
        if leans.get(page, 0.0) > LEAN:
            out.update(dict.fromkeys(held, LEANING))
            continue
        off = _off([(of[i][0], boxes[i]) for i in held])
        spoilt = sum(off) > SPOILT * len(held)
        out.update({i: APART for i, o in zip(held, off, strict=True) if o or spoilt})
    return out


def _off(held: Sequence[tuple[LocatedRow, Box | None]]) -> list[bool]:
    """Whether each box stands elsewhere than its row's text says, by the alignment that fits
    most of the column: with the first line, the middle, or the last line."""
    spans = [row.span or (row.band.cy, row.band.cy) for row, _ in held]
    heights = [box.cy if box is not None else 0.0 for _, box in held]
    ways = [
        [a for a, _ in spans],
        [(a + b) / 2 for a, b in spans],
        [b for _, b in spans],
    ]
    away = [[abs(y - at) for y, at in zip(heights, way, strict=True)] for way in ways]
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
