"""Choices whose boxes are no characters: two drawn boxes or fields, ``是`` at one of them and
``否`` at the other.

Each box is judged for itself, in its own part of the cell; the one at the label that agrees
is the row's box, and it is ticked only where the other is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from fcextract.geometry import Box, hull, lines_of
from fcextract.marks.drawn import pieces_in
from fcextract.marks.evidence import Says, Verdict
from fcextract.marks.frames import is_frame
from fcextract.records import Place, Run
from fcextract.text.marks import is_label, is_refusal


class Part(NamedTuple):
    """One answer of a choice, and the part of the cell in which its box lies."""

    refuses: bool
    cell: Box


def read_choice(place: Place, judge: Callable[[Place], Verdict]) -> Verdict | None:
    """What a choice with two boxes of its own says, each read by ``judge``; None where the
    cell holds none."""
    parts = find_parts(place)
    if parts is None:
        return None
    yes, no = (judge(_within(place, p.cell)) for p in sorted(parts))
    decided = (Says.TICKED, Says.EMPTY)
    if yes.says in decided and no.says in decided and not (yes.says is no.says is Says.TICKED):
        return replace(yes, reason="a choice of two boxes")
    unclear = next((v for v in (yes, no) if v.says not in decided), None)
    reason = unclear.reason if unclear is not None and unclear.reason else "both answers ticked"
    return replace(yes, says=Says.UNCLEAR, confidence=0.0, code="box-uncertain", reason=reason)


def find_parts(place: Place) -> tuple[Part, Part] | None:
    """The two answers of a choice, where that is all that the cell holds: in reading order a
    box and its label twice, or each label before its box."""
    labels = _labels(place.runs)
    if labels is None or place.pictures:
        return None
    boxes = _boxes(place)
    if len(boxes) != 2:
        return None
    order = _in_order([*((box, None) for box in boxes), *((box, no) for no, box in labels)])
    answers = [no for _, no in order]
    if [no is None for no in answers] not in ([True, False] * 2, [False, True] * 2):
        return None
    first, second = (bool(no) for no in answers if no is not None)
    above, below = _halves(place.cell, [box for box, no in order if no is None])
    return Part(first, above), Part(second, below)


def _in_order(things: Iterable[tuple[Box, bool | None]]) -> list[tuple[Box, bool | None]]:
    """Boxes and labels line by line, from left to right."""
    lines = lines_of(list(things), key=lambda t: t[0])
    return [t for line in lines for t in sorted(line, key=lambda t: t[0].x0)]


def _halves(cell: Box, boxes: Sequence[Box]) -> tuple[Box, Box]:
    """The parts of the cell of two boxes, cut half-way between them."""
    first, second = boxes
    if second.y0 >= first.y1:
        y = (first.y1 + second.y0) / 2
        return cell._replace(y1=y), cell._replace(y0=y)
    x = (first.x1 + second.x0) / 2
    return cell._replace(x1=x), cell._replace(x0=x)


def _labels(runs: Sequence[Run]) -> list[tuple[bool, Box]] | None:
    """Whether each of two labels refuses, and where it stands; None where anything else is
    typed."""
    found = []
    for text, box in _words(runs):
        if not is_label(text):
            return None
        found.append((is_refusal(text), box))
    return found if sorted(refuses for refuses, _ in found) == [False, True] else None


def _words(runs: Iterable[Run]) -> list[tuple[str, Box]]:
    """The words of the cell, parted at blanks, and where they stand."""
    out = []
    for run in runs:
        start = None
        for k, char in enumerate((*run.text, " ")):
            if not char.isspace() and start is None:
                start = k
            elif char.isspace() and start is not None:
                x0, x1 = run.edges[start], run.edges[k]
                out.append((run.text[start:k], run.box._replace(x0=x0, x1=x1)))
                start = None
    return out


def _boxes(place: Place) -> list[Box]:
    """The fields of the cell or, where it has none, its frames: hulls of those that touch."""
    fields = [w.box for w in place.widgets if not w.hidden and w.kind == "Btn"]
    if fields:
        return fields
    out: list[Box] = []
    for p in pieces_in(place):
        if not is_frame(p):
            continue
        near = [b for b in out if b.grow(1.0).touches(p.box)]
        whole = hull((p.box, *near))
        out = [b for b in out if b not in near] + ([whole] if whole else [])
    return out


def _within(place: Place, cell: Box) -> Place:
    """What of the cell lies in its part ``cell``, without the labels."""
    shapes = tuple(s for s in place.shapes if _lies_in(s.box, cell) or s.box.contains(cell))
    beside = tuple(s for s in place.shapes if s not in shapes and s.box.touches(cell))
    return place._replace(
        cell=cell,
        runs=(),
        shapes=shapes,
        rules=tuple(r for r in place.rules if cell.touches(r.box())),
        widgets=tuple(w for w in place.widgets if _lies_in(w.box, cell)),
        annotations=tuple(a for a in place.annotations if cell.touches(a.box)),
        strays=(*place.strays, *beside),
    )


def _lies_in(box: Box, cell: Box) -> bool:
    return cell.holds(box.cx, box.cy)
