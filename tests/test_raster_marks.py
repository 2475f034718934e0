"""The judge of marks on paper: from pixels to states."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from marked_cells import (
    BESIDE,
    BLUE,
    BRACKETS,
    CROSS,
    FILL,
    FOLD,
    PARENTHESES,
    PENCIL,
    RED,
    RING,
    ROOT,
    SCRIBBLE,
    SLASH,
    TAIL,
    TICK,
    WIDE_BRACKETS,
    WIDE_RING,
    Page,
)

import fcextract
from fcextract.marks.raster import judge, judge_form, net
from fcextract.marks.raster.find import find_boxes
from fcextract.marks.raster.ink import view_of
from fcextract.records import State

MARKS = {"tick": TICK, "cross": CROSS, "slash": SLASH, "fill": FILL, "ring": RING}


def form(*pages: Page, blank: int = 20, **scan) -> list:
    """The readings of ``pages`` on a form with ``blank`` blank boxes besides."""
    dpi, side = pages[0].dpi, pages[0].side
    rest = [Page(dpi, side).frame() for _ in range(blank)]
    cells = [p.scan(seed=k, **scan) for k, p in enumerate((*pages, *rest))]
    out = judge_form(cells)
    assert all(r.state is State.EMPTY for r in out[len(pages) :])
    return out[: len(pages)]


@pytest.mark.parametrize("dpi", [100, 150, 200, 300, 600])
@pytest.mark.parametrize("kind", MARKS)
def test_marks_of_every_kind_at_every_resolution(kind: str, dpi: int) -> None:
    reading = form(Page(dpi).frame().draw(MARKS[kind]), blank=6)[0]
    assert reading.state is State.CHECKED, reading


@pytest.mark.parametrize(
    "ink", [(20, 20, 20), BLUE, RED, PENCIL], ids=["black", "blue", "red", "pencil"]
)
@pytest.mark.parametrize("colour", [True, False])
def test_inks(ink, colour: bool) -> None:
    readings = form(*(Page().frame().draw(TICK, ink) for _ in range(12)), colour=colour)
    assert [r.state for r in readings] == [State.CHECKED] * 12


@pytest.mark.parametrize("kind", ["tick", "cross", "fill"])
def test_one_bit(kind: str) -> None:
    readings = form(Page().frame().draw(MARKS[kind]), bilevel=True, quality=None)
    assert readings[0].state is State.CHECKED


@pytest.mark.parametrize("kind", ["tick", "cross", "fill"])
def test_a_form_with_every_box_marked(kind: str) -> None:
    cells = [Page().frame().draw(MARKS[kind], BLUE).scan(seed=k) for k in range(30)]
    assert {r.state for r in judge_form(cells)} == {State.CHECKED}


def test_a_form_with_no_box_marked() -> None:
    cells = [Page().frame().scan(seed=k) for k in range(30)]
    assert {r.state for r in judge_form(cells)} == {State.EMPTY}


@pytest.mark.parametrize("grey", [60, 120, 150])
def test_light_frames(grey: int) -> None:
    cells = [Page().frame(grey, 0.26).scan(seed=k) for k in range(12)]
    assert {r.state for r in judge_form(cells)} == {State.EMPTY}


@pytest.mark.parametrize("side", [2.4, 3.0, 4.2, 5.2])
def test_sizes_of_boxes(side: float) -> None:
    marked = Page(side=side).frame().draw(TICK)
    reading = form(marked)[0]
    assert reading.state is State.CHECKED
    assert reading.box is not None
    assert np.abs(np.subtract(reading.box, marked.box())).max() < 1.5


def test_a_seal_over_a_mark_in_another_ink() -> None:
    seal = [[(np.cos(a) * 3 - 3.0, np.sin(a) * 3) for a in np.linspace(0, 6.4, 60)]]
    # Of a hand that makes more marks than this one.
    moves = np.random.default_rng(3).normal(0, 0.12, (24, 1, 1, 2))
    others = [Page().frame().draw((np.array(TICK) + move).tolist()) for move in moves]
    ticked = Page().frame().draw(TICK).draw(seal, RED, 0.8)
    assert form(ticked, *others)[0].state is State.CHECKED
    blank = Page().frame().draw(seal, RED, 0.8)
    assert form(blank)[0].state is State.UNCERTAIN  # the seal may hide a red tick


def test_the_tail_of_a_neighbours_mark_ticks_nothing() -> None:
    reading = form(Page().frame().draw(TAIL))[0]
    assert reading.state is not State.CHECKED


def test_a_fold_through_a_box_is_no_tick() -> None:
    reading = form(Page().frame().draw(FOLD, width=0.2))[0]
    assert (reading.state, reading.code) == (State.UNCERTAIN, "box-uncertain")


def test_a_fold_elsewhere_in_the_cell_does_no_harm() -> None:
    beside = [[(x, y + 0.9) for x, y in FOLD[0]]]
    assert form(Page().frame().draw(beside, width=0.2))[0].state is State.EMPTY


def test_a_mark_beside_the_box() -> None:
    reading = form(Page().frame().draw(BESIDE))[0]
    assert (reading.state, reading.code) == (State.UNCERTAIN, "mark-outside-box")


@pytest.mark.parametrize("how", ["blackened", "whitened"])
def test_marks_taken_back_are_uncertain(how: str) -> None:
    page = Page().frame().draw(TICK)
    page = page.draw(SCRIBBLE, width=0.5) if how == "blackened" else page.whiten()
    assert form(page)[0].state is State.UNCERTAIN


def test_a_cell_without_a_box_is_missing() -> None:
    reading = form(Page())[0]
    assert (reading.state, reading.code, reading.box) == (State.MISSING, "box-missing", None)


def test_no_cells() -> None:
    assert judge_form([]) == []


def test_read_mark() -> None:
    for strokes, state in ((TICK, State.CHECKED), ([], State.EMPTY)):
        page = Page().frame().draw(strokes)
        mark = fcextract.read_mark(page.scan().colour, page.box())
        assert mark.state is state
        assert mark.confidence > 0.9
        assert (mark.fill_score > 0.05) == bool(strokes)


def test_read_mark_minds_no_ink_beside_the_box() -> None:
    page = Page().frame().draw(BESIDE)
    assert fcextract.read_mark(page.scan().grey, page.box()).state is State.EMPTY


@pytest.mark.parametrize(
    ("image", "box"),
    [
        (np.zeros((50, 50)), (5, 5, 30, 30)),
        (np.zeros((50, 50), np.uint8), (5, 5, 60, 30)),
        (np.zeros((50, 50), np.uint8), (5, 5, 7, 30)),
    ],
)
def test_read_mark_refuses_what_is_no_box(image, box) -> None:
    with pytest.raises(ValueError, match=r"image|box"):
        fcextract.read_mark(image, box)


def test_the_example_in_the_documentation() -> None:
    assert doctest.testmod(judge).failed == 0


def test_the_network_is_small() -> None:
    arrays = [*net.weights().kernels, *(d for d, _ in net.weights().dense)]
    assert all(np.isfinite(a).all() for a in arrays)
    assert sum(a.size for a in arrays) * 2 < 400_000


def test_boxes_of_brackets() -> None:
    def bracket() -> Page:
        return Page().draw(BRACKETS, width=0.28)

    cells = [bracket().scan(seed=k) for k in range(16)]
    cells += [bracket().draw(MARKS[kind], BLUE).scan(seed=k) for k, kind in enumerate(MARKS)]
    states = [r.state for r in judge_form(cells)]
    assert states[:16] == [State.EMPTY] * 16
    assert State.EMPTY not in states[16:]
    assert states[16:].count(State.CHECKED) >= 4


@pytest.mark.parametrize("sides", [WIDE_BRACKETS, PARENTHESES], ids=["brackets", "parentheses"])
def test_sides_that_stand_further_apart_than_they_are_high(sides: list) -> None:
    """They are no ink beside the box, and a patch shows them."""
    cells = [Page(side=2.8).draw(sides, width=0.28).scan(seed=k) for k in range(20)]
    ticked = [Page(side=2.8).draw(sides, width=0.28).draw(TICK, BLUE) for _ in range(12)]
    cells += [p.scan(seed=50 + k) for k, p in enumerate(ticked)]
    states = [r.state for r in judge_form(cells)]
    assert states == [State.EMPTY] * 20 + [State.CHECKED] * 12


@pytest.mark.parametrize("grey", [228, 236])
def test_the_palest_frames_on_clean_paper(grey: int) -> None:
    cells = [Page(300).frame(grey, 0.3).scan(noise=0.5, seed=k) for k in range(20)]
    assert {r.state for r in judge_form(cells)} == {State.EMPTY}


@pytest.mark.parametrize("marked", [True, False])
def test_a_cell_with_two_boxes_is_two_rows(marked: bool) -> None:
    """Rows that were not told apart: whose the box is, nobody knows."""
    below = [[(-0.5, 0.8), (0.5, 0.8), (0.5, 1.8), (-0.5, 1.8), (-0.5, 0.8)]]
    page = Page(side=1.9).frame().draw(below, (30, 30, 30), 0.25)
    page = page.draw(TICK, width=0.3) if marked else page
    reading = form(page, blank=12)[0]
    assert reading.state is State.UNCERTAIN


def test_a_dot_that_shimmers_through_correction_fluid() -> None:
    dot = [[(0.0, 0.0), (0.05, 0.02)]]
    reading = form(Page().frame().draw(dot, (238, 238, 238), 1.1), blank=24)[0]
    assert (reading.state, reading.code) == (State.UNCERTAIN, "mark-cancelled")


def test_brackets_in_half_the_cells() -> None:
    """The quietest cells hold no box at all, and show no inside of one."""
    with_box = [Page().draw(BRACKETS, BLUE).scan(seed=k) for k in range(12)]
    without = [Page().scan(seed=100 + k) for k in range(12)]
    states = [r.state for r in judge_form(with_box + without)]
    assert not {State.CHECKED, State.EMPTY} & set(states[12:])
    assert State.CHECKED not in states[:12]


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_the_smallest_boxes(dpi: int) -> None:
    blank = [Page(dpi, 1.6).frame(line=0.15).scan(seed=k) for k in range(20)]
    ticked = [Page(dpi, 1.6).frame(line=0.15).draw(TICK, width=0.3).scan(seed=k) for k in range(4)]
    states = [r.state for r in judge_form(blank + ticked)]
    assert states[20:] == [State.CHECKED] * 4
    assert State.CHECKED not in states[:20]
    assert states[:20].count(State.EMPTY) >= 10


def test_a_thick_pen_in_small_boxes() -> None:
    """The mark hides its box, and is as large as what elsewhere takes a mark back."""
    ticked = [Page(200, 1.8).frame(line=0.15).draw(TICK, width=1.1) for _ in range(24)]
    readings = form(*ticked, blank=24)
    assert State.EMPTY not in {r.state for r in readings}
    assert [r.state for r in readings].count(State.CHECKED) >= 20


def ticks_alone(ticked: int, blank: int, side: float = 3.4, width: float = 0.35) -> list:
    """The states of a form whose cells hold a printed tick or nothing."""
    cells = [Page(side=side).draw(ROOT, width=width).scan(seed=k) for k in range(ticked)]
    cells += [Page().scan(seed=100 + k) for k in range(blank)]
    return [r.state for r in judge_form(cells)]


def test_ticks_without_boxes() -> None:
    assert ticks_alone(10, 14) == [State.CHECKED] * 10 + [State.EMPTY] * 14


def test_the_smallest_ticks_without_boxes() -> None:
    states = ticks_alone(10, 14, side=1.2, width=0.2)
    assert states[10:] == [State.EMPTY] * 14
    assert State.EMPTY not in states[:10] and states.count(State.CHECKED) >= 8


def test_cells_without_anything_are_not_blank_boxes() -> None:
    """Nothing at all does not prove that the form prints no boxes."""
    assert State.EMPTY not in ticks_alone(0, 24)


def test_a_ring_that_rules_cut_is_not_overlooked() -> None:
    reading = form(Page().frame().draw(WIDE_RING, BLUE))[0]
    assert reading.state is not State.EMPTY


def test_a_box_that_has_vanished_was_taken_back() -> None:
    reading = form(Page().frame().draw(TICK, BLUE).whiten())[0]
    assert (reading.state, reading.code) == (State.UNCERTAIN, "mark-cancelled")


def test_a_grey_seal_s_rim_through_a_box_is_no_tick() -> None:
    for reach in (2.6, 3.0, 3.4):
        rim = [[(np.cos(a) * 3 - reach, np.sin(a) * 3) for a in np.linspace(0, 6.4, 60)]]
        for others in ([], [Page().frame().draw(TICK) for _ in range(24)]):
            hit = Page().frame().draw(rim, (130, 130, 130), 0.8)
            assert form(hit, *others)[0].state is not State.CHECKED


def test_one_of_two_brackets_far_apart_is_no_box() -> None:
    """It and the end of the next row's tick look like a small square."""
    bend = [(0.16 * y * y - 0.08, 0.4 * y) for y in np.linspace(-1, 1, 12)]
    apart = [[(x - 1.6, y) for x, y in bend], [(1.6 - x, y) for x, y in bend]]
    cells = [Page().draw(apart, width=0.25).scan(seed=k) for k in range(24)]
    for k in range(12):
        tail = [[(1.15, 1.6), (1.7 + 0.01 * k, -0.1)]]
        cells.append(Page().draw(apart, width=0.25).draw(tail, PENCIL, width=0.25).scan(seed=k))
    assert not any(find_boxes([view_of(c) for c in cells]))
    boxes = [Page().frame().draw(FILL).scan(seed=k) for k in range(12)]
    assert all(find_boxes([view_of(c) for c in boxes]))


def test_neither_box_of_a_choice_is_taken_for_the_only_one() -> None:
    """``□是 □否`` in one cell: 95 boxes of one paper were read so, by the wrong one of the two."""
    second = [
        [
            (x + 2.6, y)
            for x, y in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5))
        ]
    ]
    label = [[(0.75, -0.3), (1.5, -0.3)], [(1.1, -0.5), (1.1, 0.5)], [(0.75, 0.4), (1.5, 0.4)]]
    cells = [
        Page(shift=-4.0, side=2.8).frame().draw(second, width=0.25).draw(label, width=0.3)
        for _ in range(24)
    ]
    for k, cell in enumerate(cells):
        cell.draw([[(x + 2.6 * (k % 2), y) for x, y in TICK[0]]])
    assert not any(find_boxes([view_of(c.scan(seed=k)) for k, c in enumerate(cells)]))
