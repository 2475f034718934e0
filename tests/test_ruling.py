"""Pieces of rules to whole lines and the cells between them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from fcextract.geometry import Box
from fcextract.locate.ruling import Line, find_ruling
from fcextract.records import Rule


def h(at: float, lo: float, hi: float, border: bool = False) -> Rule:
    return Rule("h", at, lo, hi, 0.5, 0, 0, border)


def v(at: float, lo: float, hi: float, border: bool = False) -> Rule:
    return Rule("v", at, lo, hi, 0.5, 0, 0, border)


def grid(xs: list[float], ys: list[float]) -> list[Rule]:
    """A ruled table, a rule for every cell's side, as browsers draw it."""
    rules = [h(y, a, b) for y in ys for a, b in pairwise(xs)]
    return rules + [v(x, a, b) for x in xs for a, b in pairwise(ys)]


def test_pieces_of_one_line_are_joined() -> None:
    ruling = find_ruling([h(100.3, 60, 90), h(100, 10, 60.5), h(99.8, 91, 130)])
    (line,) = ruling.across
    assert (line.lo, line.hi) == (10, 130) and line.at == pytest.approx(100.03, abs=0.01)
    assert ruling.down == () and ruling.short == ()


def test_a_gap_parts_two_lines() -> None:
    ruling = find_ruling([h(100, 10, 60), h(100, 64, 120)])
    assert ruling.across == (Line(100, 10, 60), Line(100, 64, 120))


def test_lines_at_two_heights_stay_two() -> None:
    ruling = find_ruling([h(100, 10, 60), h(102, 10, 60)])
    assert [ln.at for ln in ruling.across] == [100, 102]


def test_sides_of_a_box_are_no_lines() -> None:
    sides = [h(50, 20, 29), h(59, 20, 29), v(20, 50, 59), v(29, 50, 59)]
    ruling = find_ruling(sides)
    assert ruling.across == ruling.down == ()
    assert ruling.short == () and [sorted(s) for s in ruling.squares] == [sorted(sides)]


def test_boxes_in_tight_rows_make_no_lines() -> None:
    """Their sides nearly meet, and the rows' rules lie on their ends."""
    rules = grid([0, 100, 160, 240], [12.5 * k for k in range(9)])
    for k in range(8):
        top, bottom = 12.5 * k + 0.4, 12.5 * k + 12.1
        rules += [h(top, 105, 116.7), h(bottom, 105, 116.7), v(105, top, bottom)]
        rules += [v(116.7, top, bottom)]
    ruling = find_ruling(rules)
    assert [ln.at for ln in ruling.down] == [0, 100, 160, 240] and len(ruling.squares) == 8


def test_narrow_cells_of_a_grid_are_no_boxes() -> None:
    ruling = find_ruling(grid([0, 100, 118, 136, 240], [18.0 * k for k in range(6)]))
    assert ruling.squares == () and [ln.at for ln in ruling.down] == [0, 100, 118, 136, 240]


def test_the_border_of_a_small_cell_is_a_line() -> None:
    ruling = find_ruling([h(50, 20, 38, border=True)])
    assert ruling.across == (Line(50, 20, 38),) and ruling.short == ()


def test_cells_of_a_grid() -> None:
    ruling = find_ruling(grid([10, 50, 200, 240], [100, 120, 160]))
    assert ruling.columns(110) == ruling.columns(159) == [(10, 50), (50, 200), (200, 240)]
    assert ruling.columns(170) == []
    assert ruling.rows(30, 0, 1000) == [(100, 120), (120, 160)]
    assert ruling.rows(30, 110, 1000) == [(120, 160)]
    assert ruling.rows(300, 0, 1000) == []


def test_fragments_of_other_widths_keep_their_own_columns() -> None:
    rules = grid([10, 50, 200], [100, 130]) + grid([10, 80, 200], [300, 330])
    ruling = find_ruling(rules)
    assert ruling.columns(110) == [(10, 50), (50, 200)]
    assert ruling.columns(310) == [(10, 80), (80, 200)]


def test_a_merged_cell_has_no_rule_across() -> None:
    rules = [*grid([10, 50, 200], [100, 140]), h(120, 50, 200)]
    ruling = find_ruling(rules)
    assert ruling.rows(30, 0, 1000) == [(100, 140)]
    assert ruling.rows(100, 0, 1000) == [(100, 120), (120, 140)]


def test_a_double_rule_bounds_no_cell() -> None:
    ruling = find_ruling(grid([10, 50, 53, 200], [100, 130]))
    assert ruling.columns(110) == [(10, 50), (53, 200)]


@pytest.mark.parametrize(
    ("rule", "passes"),
    [
        (h(105, 0, 100), True),
        (v(25, 0, 300), True),
        (h(100, 0, 100), True),
        (h(105, 32, 100), False),
        (h(120, 0, 100), False),
        (v(25, 120, 300), False),
    ],
)
def test_lines_that_pass_a_cell(rule: Rule, passes: bool) -> None:
    """Through it, or along its edge."""
    assert bool(find_ruling([rule]).passing(Box(20, 100, 30, 110))) is passes


def test_no_rules() -> None:
    ruling = find_ruling([])
    assert ruling.columns(10) == [] and ruling.rows(10, 0, 100) == []


def test_a_cell_that_a_page_break_cuts_ends_where_its_sides_do() -> None:
    ruling = find_ruling([h(100, 10, 200), v(10, 60, 160), v(90, 60, 160), v(200, 60, 150)])
    assert ruling.end_below(50, 110) == 160 and ruling.start_above(50, 90) == 60
    assert ruling.end_below(150, 110) is None, "its sides end apart"
    assert ruling.end_below(250, 110) is None and ruling.end_below(50, 200) is None


def test_the_short_side_of_a_cut_cell_goes_on_with_the_line() -> None:
    """Each cell has borders of its own, and the last one's are cut."""
    ruling = find_ruling([v(10, 60, 90), v(10, 92, 98), v(60, 92, 98)])
    assert ruling.down == (Line(10, 60, 90), Line(10, 92, 98))
    assert [r.at for r in ruling.short] == [60]
