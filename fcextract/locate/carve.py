"""Boxes that stand beside no text of the band they fell into, made a row of their own."""

from __future__ import annotations

from collections.abc import Sequence

from fcextract.geometry import Box
from fcextract.locate.bands import Band
from fcextract.locate.spots import Spot

#: A row's boxes may stand this much lower or higher than its text, in ems.
LOWERED = 0.5


def has_stacked_choices(bands: Sequence[Band], spots: Sequence[Spot], right_of: float) -> bool:
    """Whether the rows that no rules bound have two boxes, one above the other, in each of
    their columns: a choice's two answers, each in a line of its own."""
    stacks = [_stacks(b, spots, right_of) for b in bands if b.anchor and not b.ruled]
    stacks = [s for s in stacks if s]
    return sum(_are_pairs(s) for s in stacks) > len(stacks) / 2


def _stacks(band: Band, spots: Sequence[Spot], right_of: float) -> list[list[Box]]:
    """The band's boxes and ticks by column, from the top down."""
    stacks: list[list[Box]] = []
    for s in spots:
        if not band.top <= s.box.cy < band.bottom or s.box.x0 <= right_of - 3:
            continue
        mine = next((k for k in stacks if abs(k[0].x0 - s.box.x0) < s.box.width / 2), None)
        if mine is None:
            stacks.append([s.box])
        else:
            mine.append(s.box)
    return stacks


def _are_pairs(stacks: Sequence[Sequence[Box]]) -> bool:
    return all(len(k) == 2 and k[1].cy - k[0].cy < 2 * k[0].height for k in stacks)


def carve(band: Band, spots: Sequence[Spot], right_of: float, choices: bool) -> list[Band]:
    """Take from a band that no rules bound the boxes that stand beside none of its
    lines: they are a row of their own, with no text. Where rows have ``choices`` of two
    lines, two such boxes are one answer above the other."""
    if band.ruled or band.anchor is None:
        return [band]
    if choices and _are_pairs(_stacks(band, spots, right_of)):
        return [band]
    pad = 0.4 * band.lines[0].size
    top = min(s.box.y0 for s in band.lines) - pad
    bottom = max(s.box.y1 for s in band.lines) + pad
    astray = [
        s.box for s in spots
        if band.top <= s.box.cy < band.bottom and s.box.x0 > right_of - 3
        and not top <= s.box.cy <= bottom
    ]  # fmt: skip
    beside = any(top <= s.box.cy <= bottom and s.box.x0 > right_of - 3 for s in spots)
    near = LOWERED * band.lines[0].size
    close = all(top - near <= b.cy <= bottom + near for b in astray)
    if not beside and close and _one_row(astray, band.lines[0].size):
        return [band]  # the row's own boxes, set a little lower or higher than its text
    above = [b for b in astray if b.cy < top]
    below = [b for b in astray if b.cy > bottom]
    first = max((b.y1 for b in above), default=band.top)
    last = min((b.y0 for b in below), default=band.bottom)
    out = [band._replace(top=first, bottom=last)]
    if above:
        out.insert(0, Band(band.top, first, None, (), False))
    if below:
        out.append(Band(last, band.bottom, None, (), False))
    return out


def _one_row(boxes: Sequence[Box], size: float) -> bool:
    """Whether boxes stand side by side."""
    heights = [b.cy for b in boxes]
    return not heights or max(heights) - min(heights) < 0.6 * size
