"""A mark that stands in neither box cell of a row without rules makes it doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from fcextract.geometry import Box
from fcextract.locate.anchors import Anchor
from fcextract.locate.bands import Band
from fcextract.locate.rows import _astray, _doubt_astray
from fcextract.locate.segments import Segment
from fcextract.locate.spots import Spot
from fcextract.records import Annotation, LocatedRow, Place, Run


def a_segment(text: str, x: float) -> Segment:
    box = Box(x, 5.0, x + 10.0, 15.0)
    edges = tuple(x + 10.0 * k / len(text) for k in range(len(text) + 1))
    return Segment(text, box, 10.0, (Run(text, box, edges, (), "", 10.0, 0, -1, True),))


NUMBER = a_segment("(5) text", 10.0)
BAND = Band(0.0, 20.0, Anchor(5, "text", NUMBER), (NUMBER,), False)


def a_place(x: float, *held: Segment) -> Place:
    runs = tuple(r for s in held for r in s.runs)
    return Place(page=1, cell=Box(x, 0.0, x + 20.0, 20.0), runs=runs)


def a_row(own: Place, other: Place) -> LocatedRow:
    band = Box(0.0, 0.0, 200.0, 20.0)
    return LocatedRow(1, band, 5, ("text",), self_place=own, reviewer_place=other)


def astray(
    row: LocatedRow, *segments: Segment, drawn: Sequence[Box] = (), inked: Sequence[Box] = ()
) -> bool:
    pens = [Annotation(box, "Ink", "", (), 0, False) for box in inked]
    objects: Any = SimpleNamespace(
        segments={0: [(s, s.box) for s in segments]}, annotations={0: [(a, a.box) for a in pens]}
    )
    band = BAND._replace(spots=tuple(Spot(box, False) for box in drawn))
    return _astray(row, band, objects, 0)


@pytest.mark.parametrize("text", ["√", "✔", "☑", "（√）", "（ ）", "）", "（"])
def test_mark_left_over_beside_a_blank_cell(text: str) -> None:
    left = a_segment(text, 150.0)
    assert astray(a_row(a_place(100.0), a_place(170.0)), left)


@pytest.mark.parametrize("text", ["同意", "N/A", "共享书房（二期）"])
def test_text_is_no_mark(text: str) -> None:
    assert not astray(a_row(a_place(100.0), a_place(170.0)), a_segment(text, 150.0))


def test_mark_in_its_cell_is_not_left_over() -> None:
    mark = a_segment("√", 105.0)
    assert not astray(a_row(a_place(100.0, mark), a_place(170.0)), mark)


def test_tick_among_the_remarks_of_a_row_with_both_boxes() -> None:
    own, other, remark = a_segment("☑", 105.0), a_segment("☐", 175.0), a_segment("√", 150.0)
    row = a_row(a_place(100.0, own), a_place(170.0, other))
    assert not astray(row, own, other, remark)


@pytest.mark.parametrize("how", ["drawn", "inked"])
def test_drawn_mark_left_over(how: str) -> None:
    """A tick's path, a picture, a field, a pen's stroke: each must lie in a cell."""
    row = a_row(a_place(100.0), a_place(170.0))
    assert astray(row, **{how: [Box(140.0, 5.0, 150.0, 15.0)]})
    assert not astray(row, **{how: [Box(105.0, 5.0, 115.0, 15.0), Box(172.0, 5.0, 182.0, 15.0)]})


def test_drawing_beside_the_number_is_no_mark() -> None:
    row = a_row(a_place(100.0), a_place(170.0))
    assert not astray(row, drawn=[Box(12.0, 5.0, 20.0, 15.0), Box(0.0, 5.0, 8.0, 15.0)])


def doubted(columns: Sequence[tuple[Place, Place]], strays: set[int]) -> list[bool]:
    rows = [a_row(*places) for places in columns]
    _doubt_astray(rows, range(len(rows)), strays)
    return [bool(r.doubt) for r in rows]


def test_one_doubts_its_row_and_two_all_that_share_its_columns() -> None:
    blank = (a_place(100.0), a_place(170.0))
    assert doubted([blank] * 4, {2}) == [False, False, True, False]
    assert doubted([blank] * 4, {1, 2}) == [True] * 4


def test_many_marks_in_both_columns_bear_a_few_left_over() -> None:
    ticked = (a_place(100.0, a_segment("√", 105.0)), a_place(170.0, a_segment("√", 175.0)))
    blank = (a_place(100.0), a_place(170.0))
    assert doubted([ticked] * 8 + [blank] * 2, {8, 9}) == [False] * 8 + [True] * 2
    assert all(doubted([ticked] * 7 + [blank] * 2, {7, 8}))


def test_a_tick_that_ends_a_remark_is_part_of_it() -> None:
    remark, tick = a_segment("已核", 140.0), a_segment("√", 150.0)
    row = a_row(a_place(100.0), a_place(120.0))
    assert not astray(row, remark, tick)
    assert astray(row, tick), "alone it is somebody's"
    assert astray(row, a_segment("√", 162.0), remark), "and so is one that stands apart"
