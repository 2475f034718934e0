"""Header and footer figures whose labels are wrapped in narrow cells."""

from __future__ import annotations

from fcextract.geometry import Box
from fcextract.locate.fields import _by_stacks
from fcextract.locate.ruling import find_ruling
from fcextract.locate.segments import Segment
from fcextract.records import Rule


def line(text: str, x: float, y: float) -> Segment:
    return Segment(text, Box(x, y, x + 10 * len(text), y + 10), 10.0, ())


#: Two rows of a footer: each label in two lines, its figure beside it.
FOOTER = [
    line("约束性项符", 50, 100), line("合：", 50, 114), line("68项", 120, 107),
    line("约束性项总", 50, 130), line("比：", 50, 144), line("97.14%", 120, 137),
]  # fmt: skip
WANTED = ["约束性项符合:\t68项", "约束性项总比:\t97.14%"]


def test_a_rule_ends_a_cell() -> None:
    ruled = find_ruling([Rule("h", y, 40, 200, 0.5, 0, 0) for y in (98, 127, 157)])
    assert _by_stacks(FOOTER, ruled).split("\n") == WANTED


def test_without_rules_a_colon_ends_a_label_and_a_unit_a_figure() -> None:
    assert _by_stacks(FOOTER, find_ruling([])).split("\n") == WANTED


def test_a_figure_below_its_label_belongs_to_it() -> None:
    text = _by_stacks([line("总细项：", 50, 100), line("141项", 50, 114)], find_ruling([]))
    assert text == "总细项:141项"
