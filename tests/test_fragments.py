"""Parts of a table without vertical rules: which of them share their columns."""

from __future__ import annotations

from typing import Any

import pytest

from fcextract.geometry import Box
from fcextract.locate.inferred import usual, widened
from fcextract.locate.parts import Part, aligned, alike
from fcextract.locate.spots import Spot

Pair = tuple[tuple[float, float], tuple[float, float]]
NOWHERE: Any = None


def a_part(left: float = 75.0, pair: Pair | None = None, **more: Any) -> Part:
    ticks = [
        Spot(Box(lo, 20.0 * k, hi, 20.0 * k + 9), False)
        for lo, hi in more.get("ticks", [])
        for k in range(2)
    ]
    return Part(NOWHERE, [], left, pair, more.get("named", {}), ticks)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (((300, 310), (420, 430)), True),
        (((300, 320), (420, 440)), True),  # set left: □ and □√
        (((295, 315), (415, 435)), True),  # in the middle
        (((290, 310), (410, 430)), True),  # right
        (((304, 314), (424, 434)), False),  # they overlap, and are of another layout
        (((300, 310), (424, 434)), False),
    ],
)
def test_boxes_above_each_other(other: Pair, same: bool) -> None:
    assert aligned(((300, 310), (420, 430)), other) is same


def test_ticks_alone_that_stand_beside_each_other_are_of_two_layouts() -> None:
    """Both fragments' numbers stand at one place; their columns do not."""
    one, two = a_part(ticks=[(299, 309), (457, 467)]), a_part(ticks=[(304, 314), (424, 435)])
    assert alike(one, a_part(ticks=[(300, 310)]))
    assert alike(one, a_part())
    assert not alike(one, a_part(ticks=[(424, 435), (475, 485)]))
    assert alike(two, a_part(ticks=[(650, 660)])), "too far away to be the same column's"


def test_headings_that_moved_are_of_another_layout() -> None:
    one = a_part(named={"self": (280, 328)})
    assert alike(one, a_part(named={"self": (281, 329), "reviewer": (400, 440)}))
    assert not alike(one, a_part(named={"self": (291, 327)}))
    assert alike(one, a_part()), "a page that goes on has none"


def test_a_box_with_a_text_mark_is_not_the_usual_width() -> None:
    boxes = [Spot(Box(100, 10 * k, 110, 10 * k + 8), True) for k in range(9)]
    wide = Spot(Box(100, 90, 145, 98), True)
    assert usual([*boxes, wide]) == boxes
    assert usual([]) == []


def test_boxes_of_no_width_still_make_a_column() -> None:
    """A damaged font gives such marks (mutation d1/966 of the fuzz run)."""
    flat = [Spot(Box(100, 10 * k, 100, 10 * k + 8), True) for k in range(9)]
    assert widened((100.0, 100.0), flat) == (100.0, 100.0)
