"""Choices whose boxes are drawn, or fields."""

from __future__ import annotations

import pytest

from fcextract.geometry import Box
from fcextract.marks.choice import find_parts
from fcextract.marks.decide import judge
from fcextract.marks.evidence import Says
from fcextract.records import Place, Run, Shape, Widget


def frame(x: float, y: float, seq: int = 1) -> Shape:
    corners = ((x, y), (x + 10, y), (x + 10, y + 10), (x, y + 10), (x, y))
    return Shape(Box(x, y, x + 10, y + 10), (corners,), None, 0, 0.5, 1.0, False, seq, 1.0)


def tick(x: float, y: float, wide: float = 10, seq: int = 3) -> Shape:
    line = ((x, y + 5), (x + 0.4 * wide, y + 9), (x + wide, y))
    return Shape(Box(x, y, x + wide, y + 9), (line,), None, 0, 1.2, 1.0, False, seq, 0.2)


def label(text: str, x: float, y: float) -> Run:
    edges = tuple(x + 10 * k for k in range(len(text) + 1))
    return Run(text, Box(x, y, edges[-1], y + 10), edges, (), "F", 10.0, 0, 1, True)


def choice(*marks: Shape, stacked: bool = False, yes: str = "是", no: str = "否") -> Place:
    """``□是 □否`` with ``marks`` on it."""
    x, y = (10.0, 30.0) if stacked else (50.0, 10.0)
    runs = (label(yes, 21, 10), label(no, x + 11, y))
    return Place(1, Box(0, 0, 100, 50), runs, (frame(10, 10), frame(x, y), *marks))


@pytest.mark.parametrize("stacked", [True, False])
@pytest.mark.parametrize(
    ("yes", "no", "says"),
    [(True, False, Says.TICKED), (False, True, Says.EMPTY), (False, False, Says.EMPTY),
     (True, True, Says.UNCLEAR)],
)  # fmt: skip
def test_two_drawn_boxes(stacked: bool, yes: bool, no: bool, says: Says) -> None:
    x, y = (10.0, 30.0) if stacked else (50.0, 10.0)
    marks = [*([tick(10, 10)] if yes else []), *([tick(x, y)] if no else [])]
    verdict = judge(choice(*marks, stacked=stacked))
    assert verdict.says is says
    assert verdict.box == Box(10, 10, 20, 20)


def test_the_refusing_answer_may_come_first() -> None:
    verdict = judge(choice(tick(50, 10), yes="否", no="是"))
    assert (verdict.says, verdict.box.x0) == (Says.TICKED, 50)


def test_a_stroke_over_both_boxes_says_nothing() -> None:
    assert judge(choice(tick(8, 10, wide=60))).says is Says.UNCLEAR


def test_two_fields() -> None:
    def field(x: float, on: bool) -> Widget:
        return Widget(Box(x, 10, x + 10, 20), "Btn", f"f{x}", on, "", False)

    place = Place(
        1, Box(0, 0, 100, 50), (label("是", 21, 10), label("否", 61, 10)),
        widgets=(field(10, True), field(50, False)),
    )  # fmt: skip
    assert judge(place).says is Says.TICKED
    both = place._replace(widgets=(field(10, True), field(50, True)))
    assert judge(both).says is Says.UNCLEAR


@pytest.mark.parametrize(
    "place",
    [
        choice(yes="是", no="是"),
        choice(yes="是", no="附件"),
        choice(frame(80, 10)),
        choice()._replace(runs=(label("是", 21, 10), label("否", 32, 10))),  # both at one box
        choice()._replace(runs=()),
    ],
)
def test_what_is_no_choice_of_two_boxes(place: Place) -> None:
    assert find_parts(place) is None
