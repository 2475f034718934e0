"""Runs to segments: what stands in one cell on one line."""

from __future__ import annotations

import pytest

from fcextract.geometry import Box, lines_of
from fcextract.locate.ruling import find_ruling
from fcextract.locate.segments import Segment, find_segments, goes_on, numbered
from fcextract.records import Rule, Run

NO_RULES = find_ruling([])


def run(text: str, x: float, y: float = 100.0, size: float = 10.0, **more: object) -> Run:
    """Text from ``x`` on, every character an em wide, its baseline at ``y``."""
    edges = tuple(x + n * size for n in range(len(text) + 1))
    box = Box(x, y - 0.88 * size, edges[-1], y + 0.12 * size)
    made = Run(text, box, edges, tuple(range(len(text))), "F", size, 0, 0, True)
    return made._replace(**more)


def rule(x: float) -> Rule:
    return Rule("v", x, 0, 500, 0.5, 0, 0)


def texts(*runs: Run, rules: tuple[Rule, ...] = ()) -> list[str]:
    return [s.text for s in find_segments(runs, find_ruling(rules))]


def test_runs_of_several_fonts_are_one_word() -> None:
    """Digits and brackets come from other faces than the Han text between them."""
    parts = [run("(", 10, font="A"), run("63", 20, font="B"), run(") 引进", 40.5, font="C")]
    assert texts(*parts) == ["(63) 引进"]
    assert texts(*reversed(parts)) == ["(63) 引进"], "in any order of painting"


def test_a_gap_parts_two_cells() -> None:
    assert texts(run("约束性", 10), run("打造", 46)) == ["约束性", "打造"]
    assert texts(run("约束性", 10), run("打造", 44)) == ["约束性打造"]


def test_a_cross_between_two_numbers_is_part_of_the_text() -> None:
    assert texts(run("80米", 10), run("×", 40), run("80米", 50)) == ["80米×80米"]
    assert texts(run("80米", 10), run("×", 45), run("80米", 60)) == ["80米", "×", "80米"]


def test_a_cross_at_a_lines_end_goes_on_with_the_number_below() -> None:
    first = run("不大于80米", 10), run("×", 70)
    assert texts(*first, run("80米", 10, y=112)) == ["不大于80米×", "80米"]
    assert texts(*first, run("有余地", 10, y=112)) == ["不大于80米", "×", "有余地"]
    assert texts(*first, run("80米", 90, y=112)) == ["不大于80米", "×", "80米"]
    assert texts(*first, run("80米", 10, y=140)) == ["不大于80米", "×", "80米"]


@pytest.mark.parametrize("after", ["√", "×", "同意", "不符合"])
def test_a_box_and_what_the_next_cell_begins_with(after: str) -> None:
    """A remark right beside a box at the right edge of its cell."""
    assert texts(run("☒", 10), run(after, 22.7)) == ["☒", after]
    assert texts(run("☒", 10), run(after, 20)) == ["☒" + after]


def test_a_rule_parts_two_cells_without_a_gap() -> None:
    assert texts(run("约束性", 10), run("打造", 40), rules=(rule(40),)) == ["约束性", "打造"]


def test_a_rule_cuts_a_run_that_crosses_it() -> None:
    got = find_segments([run("约束性打造社区", 10)], find_ruling([rule(40.2)]))
    assert [s.text for s in got] == ["约束性", "打造社区"]
    left, right = (s.runs[0] for s in got)
    assert left.codes == (0, 1, 2) and right.codes == (3, 4, 5, 6)
    assert left.box.x1 <= 40.2 <= right.box.x1 and right.edges[0] == 40


def test_a_rule_that_ends_above_cuts_nothing() -> None:
    short = Rule("v", 40, 0, 60, 0.5, 0, 0)
    assert texts(run("约束性打造社区", 10), rules=(short,)) == ["约束性打造社区"]


def test_two_rules_cut_twice() -> None:
    got = texts(run("约束性打造☐", 10), rules=(rule(40), rule(60)))
    assert got == ["约束性", "打造", "☐"]


def test_lines_stay_apart() -> None:
    assert texts(run("打造社区", 10, 100), run("文化公园", 10, 114)) == ["打造社区", "文化公园"]


def test_a_mark_is_cut_off_the_text_it_touches() -> None:
    """Where a text fills its column nothing parts it from the box beside it."""
    assert texts(run("打造社区☐", 10)) == ["打造社区", "☐"]
    assert texts(run("☑见附件", 10)) == ["☑", "见附件"]
    assert texts(run("打造社区", 10), run("☐", 50)) == ["打造社区", "☐"]


@pytest.mark.parametrize("text", ["√是□否", "□√", "[ ]", "（√）", "☐ 是 ☐ 否"])
def test_a_choice_stays_whole(text: str) -> None:
    assert texts(run(text, 10)) == [text]


def test_a_choice_and_what_the_next_cell_begins_with() -> None:
    choice = [run("☑是 ☐", 10, font="A"), run("否", 50, font="B")]
    for after in ("CIM", "×", "同意", "是/否待定"):
        assert texts(*choice, run(after, 63)) == ["☑是 ☐否", after]
    assert texts(*choice, run("定", 60)) == ["☑是 ☐否定"]
    twice = [run("☑是 ", 10), run("☑", 43), run("否", 53)]
    assert texts(*twice) == ["☑是 ☑否"], "two answers are one choice, whatever it says"


def test_a_choice_of_several_fonts_stays_whole() -> None:
    parts = [run("√", 10, font="S"), run("是", 20), run("□", 30, font="S"), run("否", 40)]
    assert texts(*parts) == ["√是□否"]


def test_invisible_text_does_not_join_visible_text() -> None:
    assert texts(run("打造", 10), run("社区", 30, seen=False)) == ["打造", "社区"]


def test_blank_runs_are_no_segments() -> None:
    assert texts(run("  ", 10), run("\u3000", 200)) == []


def test_symbol_fonts_are_read_as_what_they_draw() -> None:
    assert texts(run("þ", 10, font="ABCDEF+Wingdings")) == ["☑"]


def test_overprinted_runs_stay_apart() -> None:
    assert texts(run("打造社区", 10), run("√", 20)) == ["打造社区", "√"]


def test_cut_between_characters() -> None:
    (whole,) = find_segments([run("约束", 10), run("性(1)", 30)], NO_RULES)
    left, right = whole.cut(3)
    assert (left.text, right.text) == ("约束性", "(1)")
    assert left.box.x1 == right.box.x0 == 40
    assert [r.text for r in left.runs] == ["约束", "性"]
    for at in range(1, len(whole.text)):
        a, b = whole.cut(at)
        assert a.text + b.text == whole.text and isinstance(a, Segment)


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("(1) 打造", (1, "打造")),
        ("（63）引进", (63, "引进")),
        (" ( 141 )推进", (141, "推进")),
        ("﹙7﹚优化", (7, "优化")),
        ("(5)", (5, "")),
        ("(1234) 打造", None),
        ("1. 打造", None),
        ("打造 (1)", None),
        ("(一) 打造", None),
        ("()", None),
    ],
)
def test_numbered(text: str, hit: tuple[int, str] | None) -> None:
    assert numbered(text) == hit


def test_lines_of_things_of_different_height() -> None:
    """A tall sign joins its own line and never two."""
    boxes = [Box(0, 100, 10, 110), Box(20, 98, 30, 112), Box(0, 112, 10, 122)]
    lines = lines_of(boxes, key=lambda b: b)
    assert [len(line) for line in lines] == [2, 1]


@pytest.mark.parametrize(
    "parts", [("（", "）"), ("(", "√", ")"), ("[", " ", "]"), ("【", "×", "】")]
)
def test_brackets_that_stand_for_a_box_are_one(parts: tuple[str, ...]) -> None:
    """Whatever lies between them, a blank or a tick, may leave wide gaps."""
    runs = [run(part, 100.0 + 22 * k) for k, part in enumerate(parts)]
    assert [t.replace(" ", "") for t in texts(*runs)] == ["".join(parts).replace(" ", "")]


def test_brackets_of_a_text_stay_with_it() -> None:
    assert texts(run("见附件（", 100), run("）", 165)) == ["见附件（", "）"]


def test_a_choice_goes_on_in_the_next_line() -> None:
    """A narrow column cuts its last label; elsewhere a box and a text stay two."""
    assert texts(run("√适用 □不", 100)) == ["√适用 □不"]
    assert texts(run("☐不予认可", 100)) == ["☐", "不予认可"]
    assert texts(run("☐", 100), run("不", 112), run("予认可", 122)) == ["☐", "不予认可"]


def test_a_tick_that_ends_a_text_goes_on_with_it() -> None:
    found = find_segments([run("已核", 100), run("√", 120)], NO_RULES)
    assert [s.text for s in found] == ["已核", "√"]
    assert goes_on(found[1].box, found[:1])
    assert not goes_on(found[1].box._replace(x0=124), found[:1])
    assert not goes_on(found[1].box, [found[0]._replace(text="□")]), "a box and its tick"
