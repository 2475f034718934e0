"""A typed mark that stands in neither box cell of a row without rules makes it doubtful."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from fcextract.geometry import Box
from fcextract.locate.draft import Band
from fcextract.locate.rows import _astray, _doubt_astray
from fcextract.locate.segments import Segment
from fcextract.records import LocatedRow, Place, Run

BAND = Band(0.0, 20.0, None, (), False)


def a_segment(text: str, x: float) -> Segment:
    box = Box(x, 5.0, x + 10.0, 15.0)
    edges = tuple(x + 10.0 * k / len(text) for k in range(len(text) + 1))
    return Segment(text, box, 10.0, (Run(text, box, edges, (), "", 10.0, 0, -1, True),))


def a_place(x: float, *held: Segment) -> Place:
    runs = tuple(r for s in held for r in s.runs)
    return Place(page=1, cell=Box(x, 0.0, x + 20.0, 20.0), runs=runs)


def a_row(own: Place, other: Place) -> LocatedRow:
    band = Box(0.0, 0.0, 200.0, 20.0)
    return LocatedRow(1, band, 5, ("text",), self_place=own, reviewer_place=other)


def astray(row: LocatedRow, *segments: Segment) -> bool:
    objects: Any = SimpleNamespace(segments={0: [(s, s.box) for s in segments]})
    return _astray(row, BAND, objects, 0)


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


def test_one_doubts_its_row_and_two_the_page() -> None:
    rows = [a_row(a_place(100.0), a_place(170.0)) for _ in range(4)]
    assert [bool(r.doubt) for r in _doubt_astray(rows, {2})] == [False, False, True, False]
    assert all(r.doubt for r in _doubt_astray(rows, {1, 2}))
