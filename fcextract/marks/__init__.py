"""Located table to marked table: every box gets a state, with what it rests on.

One file per kind of evidence (:mod:`drawn`, :mod:`typed`, :mod:`placed`), each a
measure; :mod:`decide` alone decides. What a cell without a box means depends on
whether its column prints boxes at all, which is settled here, per form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from fcextract.marks.answers import with_answers
from fcextract.marks.decide import NO_BOX, judge
from fcextract.marks.designs import TWO_SHADES, in_two_ways, shaded_in_two_ways
from fcextract.marks.evidence import Says, Verdict
from fcextract.marks.paper import read_paper
from fcextract.marks.second import Look, SecondRoute
from fcextract.records import (
    BoxReading,
    LocatedRow,
    LocatedTable,
    MarkedTable,
    PageFrame,
    Place,
    RowReading,
    State,
)
from fcextract.text.fold import join_lines, plain

#: What is said of every box of a file that is broken somewhere: what ticked it may be lost.
DAMAGED = "the file is damaged"

Cell = tuple[Place | None, Verdict | None]
Column = Sequence[Cell]


def read_marks(table: LocatedTable, look: Look | None = None) -> MarkedTable:
    """Decide both boxes of every row. ``look`` draws a page with objects, so that what they
    say is held against what is seen."""
    frames = {p.number: p for p in table.pages}
    own = _column([r.self_place for r in table.rows], frames)
    other = _column([r.reviewer_place for r in table.rows], frames)
    boxed = (_prints_boxes(own), _prints_boxes(other))
    paper = read_paper(table.rows, frames)

    seen = (
        SecondRoute(look, frames, [p for p, v in (*own, *other) if v is not None]) if look else None
    )
    damaged = any(p.damage for p in table.pages)
    odd = _odd_ones(own, other)

    def settled(cell: Cell, column: int) -> BoxReading:
        if (read := paper.get(id(cell[0]))) is None:
            place, verdict = cell
            read = _settle(cell, boxed[column], any(boxed), frames)
            if seen is not None and place is not None and verdict is not None:
                read = seen.compare(read, place, verdict)
            if (reason := odd.get(id(place))) is not None:
                read = _unsure(read, reason)
        return _unsure(read, DAMAGED) if damaged else read

    rows = tuple(
        _row(row, frames, _doubted(row, settled(a, 0)), _doubted(row, settled(b, 1)))
        for row, a, b in zip(table.rows, own, other, strict=True)
    )
    return MarkedTable(
        table.source, table.sha256, tuple(frames), rows, table.header, table.declared, table.notes
    )


def _odd_ones(own: Column, other: Column) -> dict[int, str]:
    """Why places are not to be believed that are told alike and do not look alike, by the
    place's id."""
    odd = {id(p): TWO_SHADES for p in shaded_in_two_ways(zip(own, other, strict=True))}
    return odd | {id(p): reason for p, reason in in_two_ways((own, other))}


def _doubted(row: LocatedRow, box: BoxReading) -> BoxReading:
    """A box that may be a neighbour's says nothing."""
    return _unsure(box, row.doubt) if row.doubt else box


def _unsure(box: BoxReading, reason: str) -> BoxReading:
    return box if box.state is State.MISSING else box.unread(reason)


def _column(places: Sequence[Place | None], frames: Mapping[int, PageFrame]) -> list[Cell]:
    """The places of a column, those on pages with objects judged by them."""
    return with_answers(
        (p, judge(p) if p is not None and frames[p.page].scan is None else None) for p in places
    )


def _prints_boxes(column: Column) -> bool:
    """Whether every row of the column has a box: an empty one is seen somewhere or, where
    all boxes that are seen are ticked, more of those than ticks alone. A blank cell then is
    no empty box."""
    says = Counter(v.says for _, v in column if v is not None)
    return says[Says.EMPTY] > 0 or says[Says.TICKED] > says[Says.BARE]


def _settle(
    cell: Cell,
    boxed: bool,
    boxes_elsewhere: bool,
    frames: dict[int, PageFrame],
) -> BoxReading:
    """The state of one box, its column known."""
    place, verdict = cell
    if place is None or verdict is None:
        return BoxReading(
            State.MISSING, 0.0, code="box-missing", reason="no such column", present=False
        )
    page = frames[place.page]
    box = page.submitted(verdict.box)

    def reading(state: State, confidence: float, code: str = "", reason: str = "") -> BoxReading:
        kinds = tuple(dict.fromkeys(_reader(k, page) for k in verdict.kinds or ("vector",)))
        why = reason or verdict.reason
        return BoxReading(
            state, confidence, place.page, box, kinds, code, why, verdict.present, verdict.heard
        )

    if verdict.says is None:
        if boxed or boxes_elsewhere:
            return reading(State.MISSING, 0.0, "box-missing", "nothing in the cell")
        return reading(State.EMPTY, NO_BOX, reason="a blank cell in a column without boxes")
    if verdict.says is Says.TICKED:
        return reading(State.CHECKED, verdict.confidence)
    if verdict.says is Says.EMPTY:
        return reading(State.EMPTY, verdict.confidence)
    if verdict.says is Says.BARE and (not boxed or verdict.kinds == ("glyph",)):
        return reading(State.CHECKED, min(verdict.confidence, NO_BOX))
    if verdict.says is Says.REFUSED:
        return reading(State.EMPTY, NO_BOX, reason="a typed no")
    if verdict.says is Says.BARE:
        return reading(State.UNCERTAIN, 0.0, "mark-outside-box", "a mark, and no box under it")
    return reading(State.UNCERTAIN, 0.0, verdict.code)


def _reader(kind: str, page: PageFrame) -> str:
    """The public name of a kind of evidence."""
    if not page.geometric:
        return "native"
    return "vector" if kind == "overlay" else kind


def _row(
    row: LocatedRow, frames: dict[int, PageFrame], own: BoxReading, other: BoxReading
) -> RowReading:
    return RowReading(
        page=row.page,
        band=frames[row.page].submitted(row.band),
        number=row.number,
        wording=plain(join_lines(row.lines)),
        nature=row.nature,
        self_box=own,
        reviewer_box=other,
        keyword=plain(join_lines(row.keyword)),
        remark=plain(join_lines(row.remark)),
        recognised=frames[row.page].scan is not None,
    )
