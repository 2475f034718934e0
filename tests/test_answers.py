"""Columns of typed answers, and columns that only look like them."""

from __future__ import annotations

import pytest

from fcextract.geometry import Box
from fcextract.marks.answers import UNANSWERED, with_answers
from fcextract.marks.decide import judge
from fcextract.marks.evidence import Says, Verdict
from fcextract.records import Place, Run, Shape


def cell(text: str, *shapes: Shape) -> tuple[Place, Verdict]:
    box = Box(10, 10, 10 + 10 * max(len(text), 1), 20)
    edges = tuple(10.0 + 10 * k for k in range(len(text) + 1))
    run = Run(text, box, edges, (), "F", 10.0, 0, 1, True)
    place = Place(1, Box(0, 0, 80, 30), (run,) if text else (), shapes=shapes)
    return place, judge(place)


def said(*texts: str) -> list[Says | None]:
    return [v and v.says for _, v in with_answers(cell(t) for t in texts)]


@pytest.mark.parametrize(
    ("yes", "no"), [("是", "否"), ("符合", "不符合"), ("已达标", "未达标"), ("√", "×"), ("✓", "✗")]
)
def test_pairs_of_answers(yes: str, no: str) -> None:
    assert said(yes, no, no, yes, no) == [
        Says.BARE, Says.REFUSED, Says.REFUSED, Says.BARE, Says.REFUSED,
    ]  # fmt: skip


def test_a_yes_alone_leaves_blank_cells_blank() -> None:
    assert said("是", "", "是", "是", "是", "是")[:2] == [Says.BARE, None]


def test_a_blank_cell_beside_answers_of_both_kinds_is_no_answer() -> None:
    cells = with_answers(cell(t) for t in ("是", "否", "否", "是", "否", ""))
    verdict = cells[-1][1]
    assert verdict is not None
    assert (verdict.says, verdict.reason) == (Says.UNCLEAR, UNANSWERED)


@pytest.mark.parametrize(
    "texts",
    [
        ("×", "×", "×", "×", "×", "×"),  # crosses alone may be ticks
        ("√", "×", "√", "", "√", "√", "√"),  # where blank says no, the cross may be a tick
        ("是", "否", "是", "×", "否", "是"),  # two pairs
        ("是", "否", "是", "附件3", "否", "是"),  # a remark among them
        ("是", "否", "是", "否"),  # too few
        ("无", "无", "有", "无", "无", "有"),  # remarks say that too
    ],
)
def test_what_is_no_column_of_answers(texts: tuple[str, ...]) -> None:
    as_read = [cell(t)[1].says for t in texts]
    assert said(*texts) == as_read
    assert Says.REFUSED not in as_read


def test_a_column_that_prints_boxes_has_no_answers() -> None:
    frame = Shape(
        Box(40, 10, 50, 20), (((40, 10), (50, 10), (50, 20), (40, 20), (40, 10)),),
        None, 0, 0.5, 1.0, False, 2, 1.0,
    )  # fmt: skip
    cells = [cell(t) for t in ("是", "否", "否", "是", "否")]
    box = cell("", frame)
    assert box[1].says is Says.EMPTY
    assert with_answers([*cells, box]) == [*cells, box]
