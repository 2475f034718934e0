"""Where boxes may stand: small things that are drawn, placed or typed like one.

A spot is only a place; what it says is for the step after this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fcextract.geometry import Box, hull
from fcextract.locate.segments import Segment, under
from fcextract.records import Page, Rule, Shape
from fcextract.text.marks import is_mark, is_whole_mark, shows_box

#: Sides of a printed box, in points: a 6 pt box at 50 % scale, an A3 print.
SMALLEST, LARGEST = 3.0, 26.0
#: A picture whose edges are inked this much shows a box of its own.
RING = 0.6
#: A shape that encloses this share of its own box is closed, see ``Shape.full``.
FULL = 0.66
#: All channels of a pale colour are above this, of 255.
PALE = 184
#: The longest line that ends a choice.
LONGEST_LABEL = 4
#: Parts of one box touch or come this close, in points.
CLOSE = 0.8


class Spot(NamedTuple):
    """``framed`` is False for a bare typed tick, which shows no box."""

    box: Box
    framed: bool


def find_spots(page: Page, short: Sequence[Rule], segments: Iterable[Segment]) -> list[Spot]:
    """All spots of ``page``, top to bottom."""
    parts = [Spot(w.box, True) for w in page.widgets if w.kind == "Btn"]
    parts += [
        Spot(s.box, _is_outline(s))
        for s in page.shapes
        if s.box.side <= LARGEST * 1.5 and not _is_shading(s)
    ]
    parts += [Spot(p.box, p.ring > RING) for p in page.pictures if p.box.side <= LARGEST * 1.5]
    parts += [Spot(r.box(), True) for r in short]
    drawn = [
        s
        for s in _clusters(parts)
        if SMALLEST <= s.box.side <= LARGEST * 1.5
        and min(s.box.width, s.box.height) > 0.4 * s.box.side
    ]
    return sorted(drawn + _typed(segments), key=lambda s: (s.box.cy, s.box.x0))


def _typed(segments: Iterable[Segment]) -> list[Spot]:
    """Typed marks, each with the line below it that ends its choice: the cell is set by
    both, and may stand higher than its row's text."""
    marks: list[Segment] = []
    others: list[Segment] = []
    for s in segments:
        (marks if is_mark(s.text) else others).append(s)
    labels = [s for s in others if len(s.text.strip()) <= LONGEST_LABEL]
    spots = []
    for m in marks:
        below = (s.box for s in labels if under(s, m) and is_whole_mark(m.text + s.text))
        spots.append(Spot(hull((m.box, *below)) or m.box, shows_box(m.text)))
    return spots


def _is_outline(s: Shape) -> bool:
    """Whether a shape encloses most of its own box: a frame, not a tick."""
    return s.box.side > 2 * SMALLEST / 3 and s.full > FULL


def _is_shading(s: Shape) -> bool:
    """Whether a shape is a cell's background: too large for a box, or a tinted area that
    nothing outlines. A white one may be a box's."""
    if s.full <= FULL:
        return False
    plain = s.fill is not None and s.stroke is None and len(s.points) == 1
    return s.box.side > LARGEST or (plain and _is_pale(s.fill or 0))


def _is_pale(rgb: int) -> bool:
    return rgb != 0xFFFFFF and min(rgb >> 16, rgb >> 8 & 255, rgb & 255) > PALE


def _clusters(parts: list[Spot]) -> list[Spot]:
    """Hulls of the groups of ``parts`` that touch, found by a sweep from the top; framed
    if any of the group is."""
    parts.sort(key=lambda s: s.box.y0)
    open_: list[list[Spot]] = []
    done: list[list[Spot]] = []
    for s in parts:
        touching = [g for g in open_ if any(s.box.touches(o.box, CLOSE) for o in g)]
        rest: list[list[Spot]] = []
        for g in open_:
            if any(g is t for t in touching):
                continue
            passed = max(o.box.y1 for o in g) + CLOSE < s.box.y0
            (done if passed else rest).append(g)
        open_ = [*rest, [s, *(o for g in touching for o in g)]]
    return [
        Spot(box, any(s.framed for s in g))
        for g in (*done, *open_)
        if (box := hull(s.box for s in g)) is not None
    ]
