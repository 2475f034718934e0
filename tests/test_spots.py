"""What looks like a box, and what is only a cell's colour or a sign in a text."""

from __future__ import annotations

import pytest

from fcextract.geometry import Box
from fcextract.locate.ruling import find_ruling
from fcextract.locate.segments import find_segments
from fcextract.locate.spots import Spot, find_spots
from fcextract.records import Page, Run, Shape

ZEBRA, WHITE, BLACK = 0xF2F6FA, 0xFFFFFF, 0x000000


def a_shape(box: Box, fill: int | None = None, stroke: int | None = None) -> Shape:
    corners = ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))
    return Shape(box, (corners,), fill, stroke, 0.7, 1.0, False, 1, 1.0)


def a_run(text: str, x: float) -> Run:
    edges = tuple(x + 10 * n for n in range(len(text) + 1))
    return Run(text, Box(x, 90, edges[-1], 100), edges, (), "F", 10.0, 0, -1, True)


def spots(*shapes: Shape, runs: tuple[Run, ...] = ()) -> list[Spot]:
    page = Page(1, 595.0, 842.0, runs=runs, shapes=shapes)
    return find_spots(page, (), find_segments(runs, find_ruling([])))


@pytest.mark.parametrize("side", [20.0, 30.0, 38.0])
def test_a_tinted_cell_is_no_box(side: float) -> None:
    assert spots(a_shape(Box(50, 50, 50 + side, 50 + 0.8 * side), fill=ZEBRA)) == []


@pytest.mark.parametrize("fill", [WHITE, BLACK, 0x409EFF])
def test_a_filled_square_is_one(fill: int) -> None:
    box = Box(50, 50, 60, 60)
    assert spots(a_shape(box, fill=fill)) == [Spot(box, True)]


def test_the_box_in_a_tinted_cell_has_its_own_size() -> None:
    box = Box(60, 56, 70, 66)
    assert spots(a_shape(Box(50, 50, 80, 72), fill=ZEBRA), a_shape(box, stroke=BLACK)) == [
        Spot(box, True)
    ]


def test_a_cross_alone_shows_no_box_and_one_in_a_measure_is_none() -> None:
    assert [s.framed for s in spots(runs=(a_run("×", 300),))] == [False]
    assert spots(runs=(a_run("80米", 10), a_run("×", 40), a_run("80米", 50))) == []


def test_a_choice_in_two_lines_is_one_spot() -> None:
    """The middle of both lines tells its row: a cell set at its bottom reaches above."""
    first, second = a_run("√适用 □", 300), a_run("不适用", 300)
    lower = second._replace(box=Box(300, 101, 330, 111))
    assert spots(runs=(first, lower)) == [Spot(Box(300, 90, 350, 111), True)]
    text = lower._replace(text="不予认可", box=Box(300, 101, 340, 111))
    assert spots(runs=(first, text)) == [Spot(first.box, True)], "what is no label is not its own"
