"""What is typed in a cell, and what of it is seen."""

from __future__ import annotations

import pytest

from fcextract.geometry import Box
from fcextract.marks.decide import judge
from fcextract.marks.evidence import Says
from fcextract.records import Place, Run


def typed(text: str, x: float = 10.0, seen: bool = True, color: int = 0) -> Run:
    return Run(text, Box(x, 10, x + 10, 20), (x, x + 10), (), "F", 10.0, color, 1, seen)


def cell(*runs: Run) -> Place:
    return Place(1, Box(0, 0, 60, 30), runs)


@pytest.mark.parametrize("text", ["☑", "☐"])
def test_a_characters_shadow_says_nothing_of_its_own(text: str) -> None:
    """Style sheets paint it before the character, a little aside, pale or all transparent."""
    says = Says.TICKED if text == "☑" else Says.EMPTY
    assert judge(cell(typed(text, 10.7, seen=False), typed(text))).says is says
    assert judge(cell(typed(text, 10.7, color=0xEEEEEE), typed(text))).says is says


@pytest.mark.parametrize(
    "hidden", [typed("☑", 10.7, seen=False), typed("☐", 30.0, seen=False)], ids=["other", "beside"]
)
def test_another_character_that_is_not_seen_leaves_the_box_open(hidden: Run) -> None:
    verdict = judge(cell(hidden, typed("☐")))
    assert (verdict.says, verdict.code) == (Says.UNCLEAR, "readers-disagree")
