"""Natures beside the rows, in one line or wrapped by a narrow column."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from factories import EDITION

from fcextract.geometry import Box
from fcextract.locate.natures import read_natures
from fcextract.locate.ruling import find_ruling
from fcextract.locate.segments import Segment
from fcextract.records import Rule


def a_line(text: str, y: float, x: float = 50.0) -> Segment:
    return Segment(text, Box(x, y, x + 10 * len(text), y + 10), 10.0, ())


def natures(*lines: Segment, edges: tuple[float, ...]) -> list[tuple[float, float, str]]:
    rules = [Rule("h", y, 0, 500, 0.5, 0, 0) for y in edges]
    draft: Any = SimpleNamespace(
        segments=lines, content=(100.0, 300.0), ruling=find_ruling(rules), bands=()
    )
    return read_natures(draft, EDITION)


def test_one_line_and_wrapped_lines() -> None:
    lines = [
        a_line("约束性", 110),
        *(a_line(t, 140 + 11 * k) for k, t in enumerate(["引导", "性"])),
    ]
    upright = [a_line(c, 180 + 11 * k) for k, c in enumerate("约束性")]
    found = natures(*lines, *upright, edges=(100, 135, 175, 220))
    assert found == [(100, 135, "约束性"), (135, 175, "引导性"), (175, 220, "约束性")]


def test_half_a_word_says_nothing() -> None:
    assert natures(a_line("引导", 110), a_line("性", 160), edges=(100, 130, 200)) == []
    assert natures(a_line("约束", 110), a_line("机制", 121), edges=(100, 150)) == []


def test_a_cell_with_two_natures_says_nothing() -> None:
    assert natures(a_line("约束性", 110), a_line("引导性", 130), edges=(100, 150)) == []


def test_a_word_in_the_item_text_is_none() -> None:
    assert natures(a_line("引导性", 110, x=150), edges=(100, 150)) == []
