"""Boxes of rows that no rules part: tied by one law a column, or by none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fcextract.geometry import Box
from fcextract.locate.paper.beside import APART, SPLIT, split_apart, tie_pages
from fcextract.locate.paper.law import HIDDEN
from fcextract.records import LocatedRow, Picture, Place

SIDE = 9.0
COLUMNS = {"self_place": 300.0, "reviewer_place": 400.0}
#: The middles of the first and the last line of ten rows: some of two lines.
SPANS = [
    (100.0, 100.0), (115.0, 127.0), (142.0, 142.0), (157.0, 157.0), (172.0, 184.0),
    (199.0, 199.0), (214.0, 214.0), (229.0, 241.0), (256.0, 256.0), (271.0, 271.0),
]  # fmt: skip


def a_row(number: int, span: tuple[float, float]) -> LocatedRow:
    """A row whose cells are drawn round its text, as far as that tells."""
    places = {
        name: Place(1, Box(x - 20, span[0] - 7, x + 20, span[1] + 7)) for name, x in COLUMNS.items()
    }
    band = Box(0, span[0] - 7, 500, span[1] + 7)
    return LocatedRow(1, band, number, ("text",), ruled=False, span=span, **places)


def spot(x: float, y: float, side: float = SIDE) -> Picture:
    box = Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)
    return Picture(box, "", -1.0, -1.0, 1.0, -1)


ROWS = [a_row(n, span) for n, span in enumerate(SPANS, 1)]


def boxes(off: float = 0.5, lean: float = 0.0, drift: float = 0.0) -> list[Picture]:
    """Every row's two boxes, beside its last line."""
    return [
        spot(x, last + off + lean * (x - 300) + drift * (last - 190))
        for _, last in SPANS
        for x in COLUMNS.values()
    ]


def tie_boxes(rows: list[LocatedRow], seen: list[Picture]) -> list[LocatedRow]:
    """The rows of a single page, tied."""
    return tie_pages([(rows, seen)])[0]


def middles(rows: list[LocatedRow], name: str) -> list[float]:
    return [getattr(r, name).cell.cy for r in rows]


@pytest.mark.parametrize(("off", "lean", "drift"), [(0.5, 0, 0), (-2, 0.02, 0), (3, 0, 0.01)])
def test_cells_are_drawn_round_the_boxes(off: float, lean: float, drift: float) -> None:
    tied = tie_boxes(ROWS, boxes(off, lean, drift))
    assert not any(r.doubt for r in tied)
    for k, r in enumerate(tied):
        for name, x in COLUMNS.items():
            true = SPANS[k][1] + off + lean * (x - 300) + drift * (SPANS[k][1] - 190)
            cell = getattr(r, name).cell
            assert cell.y0 < true - SIDE / 2 and true + SIDE / 2 < cell.y1
            assert len(getattr(r, name).pictures) == 1


def test_large_marks_do_not_pull_their_cells() -> None:
    """Four of ten boxes under ticks that reach far up."""
    seen = boxes()
    for k in (2, 5, 8, 11):
        seen[k] = spot(seen[k].box.cx, seen[k].box.cy - 6, 20.0)
    tied = tie_boxes(ROWS, seen)
    assert not any(r.doubt for r in tied)
    for r, (_, last) in zip(tied, SPANS, strict=True):
        assert r.self_place is not None
        cell = r.self_place.cell
        assert cell.y0 <= last + 0.5 - SIDE / 2 and last + 0.5 + SIDE / 2 <= cell.y1


def test_a_column_under_marks_obeys_the_other_ones_law() -> None:
    seen = [spot(p.box.cx, p.box.cy, 16.0) if p.box.cx > 350 else p for p in boxes()]
    tied = tie_boxes(ROWS, seen)
    assert not any(r.doubt for r in tied)
    assert middles(tied, "reviewer_place") == pytest.approx(middles(tied, "self_place"), abs=1.5)


def test_a_row_that_was_not_seen_moves_no_other() -> None:
    rows = [r for r in ROWS if r.number != 4]
    tied = tie_boxes(rows, boxes())
    assert not any(r.doubt for r in tied)
    for r in tied:
        last = SPANS[(r.number or 0) - 1][1]
        assert r.self_place and r.self_place.cell.holds(300, last)
        assert not r.self_place.cell.holds(300, SPANS[3][1] + 0.5)


@pytest.mark.parametrize("shift", [7.5, -7.5])
def test_boxes_half_a_row_off_are_nobodys(shift: float) -> None:
    """They may be the row's above or the row's below."""
    even = [a_row(n, (100.0 + 15 * n, 100.0 + 15 * n)) for n in range(10)]
    seen = [spot(x, 100.0 + 15 * n + shift) for n in range(10) for x in COLUMNS.values()]
    assert {r.doubt for r in tie_boxes(even, seen)} == {APART}


def test_boxes_without_a_law_are_nobodys() -> None:
    scattered = [spot(x, 100.0 + 17.3 * n) for n in range(10) for x in COLUMNS.values()]
    assert {r.doubt for r in tie_boxes(ROWS, scattered)} == {APART}


def test_two_rows_have_no_law_of_their_own() -> None:
    assert {r.doubt for r in tie_boxes(ROWS[:2], boxes()[:4])} == {APART}


def test_rows_made_of_others_boxes_are_left_out() -> None:
    place = Place(1, Box(280, 195, 320, 204), pictures=(boxes()[10],))
    stray = LocatedRow(1, Box(0, 195, 500, 204), None, (), self_place=place, ruled=False)
    assert [r.number for r in tie_boxes([*ROWS, stray], boxes())] == list(range(1, 11))


def test_ruled_rows_are_left_as_they_are() -> None:
    ruled = [replace(r, ruled=True) for r in ROWS]
    assert tie_boxes(ruled, boxes()) == ruled


def test_a_box_on_another_page_needs_rules() -> None:
    """Without them its row's text would have to tell that the box is its own."""
    moved = replace(ROWS[0], self_place=Place(2, Box(280, 20, 320, 40)))
    assert [r.doubt for r in split_apart([moved, replace(moved, ruled=True)], {1, 2})] == [
        SPLIT,
        "",
    ]
    assert [r.doubt for r in split_apart([moved], set())] == [""]


def test_a_row_that_may_be_two_is_doubted() -> None:
    """The sixth row's number was not seen: its lines are taken for the fifth's, between whose
    first and last two boxes stand."""
    rows = [*ROWS[:4], a_row(5, (SPANS[4][0], SPANS[5][1])), *ROWS[6:]]
    tied = tie_boxes(rows, boxes())
    assert [r.number for r in tied if r.doubt == APART] == [5]


def test_a_mark_as_high_as_a_box_is_no_box_where_it_is_known() -> None:
    spots = boxes()
    low = spots[6]._replace(box=spots[6].box._replace(y0=150.0, y1=159.0))
    known = [*spots[:6], low._replace(ring=HIDDEN), *spots[7:]]
    assert not any(r.doubt for r in tie_boxes(ROWS, known))


def test_a_page_of_two_rows_obeys_the_others_law() -> None:
    few, spots = ROWS[:2], boxes()[:4]
    assert all(r.doubt for r in tie_pages([(few, spots)])[0])
    _, tied = tie_pages([(ROWS, boxes()), (few, spots)])
    assert not any(r.doubt for r in tied)
    off = [p._replace(box=p.box._replace(y0=p.box.y0 + 5, y1=p.box.y1 + 5)) for p in spots]
    assert all(r.doubt for r in tie_pages([(ROWS, boxes()), (few, off)])[1])


def test_a_row_cut_off_by_the_page_obeys_the_law_of_the_ruled_ones() -> None:
    rows = [replace(r, ruled=True) for r in ROWS[:-1]] + [ROWS[-1]]
    tied = tie_boxes(rows, boxes())
    assert not tied[-1].doubt
    assert tied[-1].self_place is not None
    cell, true = tied[-1].self_place.cell, SPANS[-1][1] + 0.5
    assert cell.y0 < true - SIDE / 2 and true + SIDE / 2 < cell.y1
    gone = boxes()[:-2] + [spot(x, SPANS[-1][1] + 9) for x in COLUMNS.values()]
    assert tie_boxes(rows, gone)[-1].doubt


def test_rows_cut_off_at_both_ends_of_a_page_are_two_blocks() -> None:
    """The first row and the last lost a rule to the page's edges: what stands between them
    is neither's."""
    rows = [r if k in (0, len(ROWS) - 1) else replace(r, ruled=True) for k, r in enumerate(ROWS)]
    assert not any(r.doubt for r in tie_boxes(rows, boxes()))
