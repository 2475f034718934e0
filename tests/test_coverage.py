"""A box's few paths painted on a grid: exact for fills, blind to no stroke."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcextract.geometry import Box, Outline
from fcextract.marks.coverage import GRID, INSIDE, MIDDLE, Paint, in_frame, painted

BLACK, WHITE, BLUE = 0x000000, 0xFFFFFF, 0x0075FF


def square(lo: float, hi: float) -> Outline:
    return ((lo, lo), (hi, lo), (hi, hi), (lo, hi), (lo, lo))


def fill(*outlines: Outline, color: int = BLACK, even_odd: bool = False) -> Paint:
    return Paint(outlines, color, 0.0, even_odd)


def stroke(*points: tuple[float, float], width: float = 0.08, color: int = BLACK) -> Paint:
    return Paint((points,), color, width, False)


def share(colors: tuple[int, ...], color: int = BLACK) -> float:
    return colors.count(color) / len(colors)


def test_nothing_painted_is_paper() -> None:
    assert painted(()) == (WHITE,) * GRID**2


def test_a_fill_over_all_covers_all() -> None:
    assert set(painted((fill(square(0, 1)),))) == {BLACK}


def test_half_is_half() -> None:
    left = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    colors = painted((fill(left),))
    assert share(colors) == pytest.approx(0.5, abs=0.08)
    rows = [colors[n * GRID : (n + 1) * GRID] for n in range(GRID)]
    assert all(row[0] == BLACK and row[-1] == WHITE for row in rows), "rows run left to right"


def test_top_is_first() -> None:
    top = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5))
    colors = painted((fill(top),))
    assert colors[0] == BLACK and colors[-1] == WHITE


def test_a_frame_of_two_squares_is_hollow_by_either_rule() -> None:
    inner_back = tuple(reversed(square(0.1, 0.9)))
    assert set(painted((fill(square(0, 1), square(0.1, 0.9), even_odd=True),))) == {WHITE}
    assert set(painted((fill(square(0, 1), inner_back),))) == {WHITE}
    assert set(painted((fill(square(0, 1), square(0.1, 0.9)),))) == {BLACK}, "nonzero winding"


def test_later_paint_lies_over_earlier() -> None:
    below, above = fill(square(0, 1), color=BLUE), fill(square(0, 1), color=WHITE)
    assert set(painted((below, above))) == {WHITE}
    assert set(painted((above, below))) == {BLUE}


@pytest.mark.parametrize("width", [0.01, 0.05, 0.2])
@pytest.mark.parametrize(
    "points",
    [
        ((0.0, 0.0), (1.0, 1.0)),
        ((1.0, 0.0), (0.0, 1.0)),
        ((0.2, 0.5), (0.42, 0.78), (0.85, 0.2)),
        ((0.0, 0.5), (1.0, 0.5)),
        ((0.5, 0.0), (0.5, 1.0)),
    ],
)
def test_no_stroke_is_too_thin_to_be_seen(points: Outline, width: float) -> None:
    colors = painted((Paint((points,), BLACK, width, False),))
    assert share(colors) >= 0.04
    assert share(colors) < 0.6


@given(st.floats(0.25, 0.75), st.floats(0.25, 0.75), st.floats(0, 0.25), st.floats(0.01, 0.1))
def test_any_short_stroke_shows(x: float, y: float, reach: float, width: float) -> None:
    """Wherever in the middle it lies."""
    line = ((x - reach, y), (x + reach + 0.06, y))
    assert BLACK in painted((Paint((line,), BLACK, width, False),))


def test_how_much_of_the_frame_is_looked_at() -> None:
    """A frame up to a fifth thick stays out of the middle, one that is thin out of both."""
    thick = fill(square(0, 1), square(0.2, 0.8), even_odd=True)
    thin = fill(square(0, 1), square(0.09, 0.91), even_odd=True)
    assert BLACK not in painted((thick,), MIDDLE) and BLACK in painted((thick,), INSIDE)
    assert BLACK not in painted((thin,), INSIDE)


def test_a_point_is_no_stroke_and_no_fault() -> None:
    assert BLACK in painted((stroke((0.5, 0.5), (0.5, 0.5)),))
    assert set(painted((fill(((0.5, 0.5),)),))) == {WHITE}


@given(st.floats(-500, 500), st.floats(-500, 500), st.floats(3, 26))
def test_like_boxes_share_a_painting(x: float, y: float, side: float) -> None:
    """The same mark in the same place of its frame has the same coordinates, wherever the
    frame stands and however large it is."""
    box = Box(x, y, x + side, y + side)
    tick = ((0.2, 0.5), (0.42, 0.78), (0.85, 0.2))
    line = tuple((x + u * side, y + v * side) for u, v in tick)
    (got,) = in_frame((line,), box)
    assert all(
        abs(a - u) <= 0.0101 and abs(b - w) <= 0.0101
        for (a, b), (u, w) in zip(got, tick, strict=True)
    )


def test_a_frame_without_extent() -> None:
    assert in_frame((((1.0, 1.0),),), Box(1, 1, 1, 1)) == (((0.0, 0.0),),)
