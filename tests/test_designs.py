"""A column whose boxes are said to be alike and are printed in two ways says nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fcextract.geometry import Box, enclosed
from fcextract.marks.coverage import is_crossed
from fcextract.marks.decide import judge
from fcextract.marks.designs import TWO_DESIGNS, TWO_SIGNS, in_two_ways, shaded_in_two_ways
from fcextract.marks.evidence import Says
from fcextract.marks.pieces import paint, pieces_of
from fcextract.records import Place, Run, Shape

Line = tuple[tuple[float, float], ...]
SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0))
TICK = (((2.0, 5.0), (4.0, 8.0), (8.0, 2.0)),)
CROSS = (((2.0, 2.0), (8.0, 8.0)), ((8.0, 2.0), (2.0, 8.0)))
DISC = (((3, 0), (7, 0), (10, 3), (10, 7), (7, 10), (3, 10), (0, 7), (0, 3), (3, 0)),)
PILL = (((0, 2), (2, 0), (18, 0), (20, 2), (20, 8), (18, 10), (2, 10), (0, 8), (0, 2)),)
GREEN, RED, BLACK, PALE = 0x22AA22, 0xDD3333, 0x000000, 0xBBBBBB


def shape(
    lines: Sequence[Line], y: float, fill: int | None = None, stroke: int | None = None
) -> Shape:
    points = tuple(tuple((100.0 + a, y + b) for a, b in line) for line in lines)
    xs, ys = zip(*(p for line in points for p in line), strict=True)
    box = Box(min(xs), min(ys), max(xs), max(ys))
    full = enclosed(points, box, filled=fill is not None)
    return Shape(box, points, fill, stroke, 1.0, 1.0, False, 0, full)


def place(y: float, *shapes: Shape) -> Place:
    ordered = tuple(s._replace(seq=n) for n, s in enumerate(shapes))
    return Place(1, Box(90.0, y - 5, 130.0, y + 15), shapes=ordered)


def doubted(*places: Place) -> dict[int, str]:
    column = [(p, judge(p)) for p in places]
    found = {id(p): reason for p, reason in in_two_ways([column])}
    return {n: found[id(p)] for n, p in enumerate(places) if id(p) in found}


def boxed(y: float, mark: Sequence[Line], color: int = BLACK) -> Place:
    return place(y, shape([SQUARE], y, stroke=BLACK), shape(mark, y, stroke=color))


TWO = {
    "tick and cross in a box": [lambda y: boxed(y, TICK), lambda y: boxed(y, CROSS)],
    "black and pale ticks": [
        lambda y: place(y, shape(TICK, y, stroke=BLACK)),
        lambda y: place(y, shape(TICK, y, stroke=PALE)),
    ],
    "green and red dots": [
        lambda y: place(y, shape(DISC, y, fill=GREEN)),
        lambda y: place(y, shape(DISC, y, fill=RED)),
    ],
}


@pytest.mark.parametrize("pair", TWO.values(), ids=TWO)
def test_two_designs_of_one_state_say_nothing(pair: list) -> None:  # type: ignore[type-arg]
    one, other = pair
    places = [*(one(20.0 * n) for n in range(6)), *(other(20.0 * n) for n in range(6, 9))]
    assert len({judge(p).says for p in places}) == 1, "each would pass for ticked"
    assert doubted(*places) == dict.fromkeys(range(9), TWO_DESIGNS)
    assert doubted(*places[:6]) == {} and doubted(*places[6:]) == {}


def test_an_unlike_column_beside_it_says_nothing_either() -> None:
    one, other = TWO["green and red dots"]
    mixed = [*(one(20.0 * n) for n in range(4)), *(other(20.0 * n) for n in range(4, 8))]
    plain = [other(20.0 * n) for n in range(8)]
    columns = [[(p, judge(p)) for p in places] for places in (mixed, plain)]
    assert {id(p) for p, _ in in_two_ways(columns)} == {id(p) for p in (*mixed, *plain)}


def test_what_a_screen_rounds_is_one_design() -> None:
    def box(y: float, more: float) -> Place:
        square = [tuple((a * (1 + more), b) for a, b in SQUARE)]
        return place(y, shape(square, y, stroke=BLACK), shape(TICK, y, stroke=BLACK))

    assert doubted(*(box(20.0 * n, 0.06 * (n % 2)) for n in range(8))) == {}


def test_hands_never_repeat_themselves() -> None:
    def tick(n: int) -> Place:
        bent = [((2.0 + n % 3, 5.0 - n % 2), (4.0 + 0.4 * n, 8.0), (8.0, 2.0 + 0.5 * n))]
        return boxed(20.0 * n, bent)

    assert doubted(*map(tick, range(8))) == {}


def test_one_box_that_a_stroke_runs_through_costs_no_other() -> None:
    ticked = [boxed(20.0 * n, TICK) for n in range(8)]
    struck = place(
        200.0, shape([SQUARE], 200.0, stroke=BLACK), shape(TICK, 200.0, stroke=BLACK),
        shape([((0.0, 1.0), (9.0, 9.0))], 200.0, stroke=BLACK),
    )  # fmt: skip
    assert doubted(*ticked, struck) == {}


def test_typed_crosses_beside_ticks_say_nothing() -> None:
    def typed(y: float, text: str) -> Place:
        box = Box(100.0, y, 110.0, y + 10)
        run = Run(text, box, (100.0, 110.0), (), "F", 10.0, 0, 0, True)
        return Place(1, box.grow(5.0), runs=(run,))

    places = [typed(20.0 * n, sign) for n, sign in enumerate("☑☑☒☐☒")]
    assert doubted(*places) == {2: TWO_SIGNS, 4: TWO_SIGNS}
    assert doubted(*(typed(20.0 * n, "☒") for n in range(3))) == {}


def test_a_switch_is_no_mark() -> None:
    switch = place(0.0, shape(PILL, 0.0, fill=PALE), shape(DISC, 0.0, fill=0xFFFFFF))
    assert judge(switch).says is Says.UNCLEAR


def test_a_cross_alone_is_no_tick() -> None:
    assert judge(place(0.0, shape(CROSS, 0.0, stroke=BLACK))).says is Says.UNCLEAR
    assert judge(place(0.0, shape(TICK, 0.0, stroke=BLACK))).says is Says.BARE


@pytest.mark.parametrize(
    ("lines", "fill", "crossed"),
    [(CROSS, None, True), (TICK, None, False), (DISC, BLACK, False), ([SQUARE], BLACK, False)],
)
def test_what_is_a_cross(lines: Sequence[Line], fill: int | None, crossed: bool) -> None:
    mark = shape(lines, 0.0, fill, BLACK)
    assert is_crossed(paint(mark.box, pieces_of([mark], ()), 1.0)) is crossed


def shaded(y: float, color: int | None) -> Place:
    cell = [((-10.0, -5.0), (30.0, -5.0), (30.0, 15.0), (-10.0, 15.0), (-10.0, -5.0))]
    return place(y, *([] if color is None else [shape(cell, y, fill=color)]))


def blank(colors: list[tuple[int | None, int | None]]) -> int:
    rows = []
    for n, pair in enumerate(colors):
        a, b = (shaded(20.0 * n, color) for color in pair)
        rows.append(((a, judge(a)), (b, judge(b))))
    return len(shaded_in_two_ways(rows))


def test_shades_of_blank_cells() -> None:
    green, grey = 0x99FF99, 0xEEEEEE
    assert blank([(None, None), (green, None), (None, green), (green, green)]) == 8
    assert blank([(None, None), (grey, grey)]) == 0, "rows shaded in turn"
    assert blank([(None, grey), (None, grey)]) == 0, "a column shaded"
