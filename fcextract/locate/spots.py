"""Where boxes may stand: small things that are drawn, placed or typed like one.

A spot is only a place; what it says is for the step after this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fcextract.geometry import Box, hull
from fcextract.locate.segments import Segment
from fcextract.records import Page, Rule
from fcextract.text.marks import is_mark

#: Sides of a printed box, in points: 4.5 pt is a 7 pt form at 90 %, 26 pt an A3 print.
SMALLEST, LARGEST = 4.5, 26.0
#: Parts of one box touch or come this close, in points.
CLOSE = 0.8


class Spot(NamedTuple):
    """``framed`` is False for a bare typed tick, which shows no box."""

    box: Box
    framed: bool


def find_spots(page: Page, short: Sequence[Rule], segments: Iterable[Segment]) -> list[Spot]:
    """All spots of ``page``, top to bottom."""
    parts = [w.box for w in page.widgets if w.checked is not None or w.kind == "Btn"]
    parts += [s.box for s in page.shapes if s.box.side <= LARGEST * 1.5]
    parts += [p.box for p in page.pictures if p.box.side <= LARGEST * 1.5]
    parts += [_rule_box(r) for r in short]
    drawn = [
        Spot(b, True)
        for b in _clusters(parts)
        if SMALLEST <= b.side <= LARGEST * 1.5 and min(b.width, b.height) > 0.4 * b.side
    ]
    typed = [Spot(s.box, not _bare(s.text)) for s in segments if is_mark(s.text)]
    return sorted(drawn + typed, key=lambda s: (s.box.cy, s.box.x0))


def _bare(text: str) -> bool:
    from fcextract.text.marks import Typed, read_typed

    return read_typed(text) is Typed.BARE_TICK


def _rule_box(r: Rule) -> Box:
    half = r.weight / 2
    if r.along == "h":
        return Box(r.lo, r.at - half, r.hi, r.at + half)
    return Box(r.at - half, r.lo, r.at + half, r.hi)


def _clusters(boxes: list[Box]) -> list[Box]:
    """Hulls of the groups of ``boxes`` that touch, found by a sweep from the top."""
    boxes.sort(key=lambda b: b.y0)
    open_: list[list[Box]] = []
    done: list[Box] = []
    for b in boxes:
        touching = [g for g in open_ if any(b.touches(o, CLOSE) for o in g)]
        merged = [b, *(o for g in touching for o in g)]
        rest = []
        for g in open_:
            if any(g is t for t in touching):
                continue
            if max(o.y1 for o in g) + CLOSE < b.y0:
                done.append(hull(g) or b)
            else:
                rest.append(g)
        open_ = [*rest, merged]
    done += [h for g in open_ if (h := hull(g)) is not None]
    return done
