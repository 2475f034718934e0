"""Page numbers and running heads are left out, and nothing else is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from fcextract.editions import load_edition
from fcextract.geometry import Box
from fcextract.locate.furniture import without_furniture
from fcextract.records import Page, Run

EDITION = load_edition("zj-2019")
WIDTH, HEIGHT = 595.0, 842.0


def run(text: str, x: float, y: float, size: float = 9.0) -> Run:
    edges = tuple(x + n * size / 2 for n in range(len(text) + 1))
    return Run(text, Box(x, y - size, edges[-1], y), edges, (), "F", size, 0, 0, True)


def pages(texts: Sequence[str], x: float = 290.0, y: float = 820.0) -> list[Page]:
    """A page for each text, which stands at the same place on all, over a row's text."""
    return [
        Page(n, WIDTH, HEIGHT, runs=(run("(1) 打造社区", 60, 300), run(text, x, y)))
        for n, text in enumerate(texts, 1)
    ]


def left(given: Sequence[Page]) -> list[list[str]]:
    return [[r.text for r in p.runs] for p in without_furniture(given, EDITION)]


KEPT = ["(1) 打造社区"]


@pytest.mark.parametrize("y", [30.0, 820.0], ids=["top", "bottom"])
@pytest.mark.parametrize(
    "pattern", ["{}", "- {} -", "— {} —", "第{}页", "第 {} 页", "{} / 4", "第{}页 共4页", "{}／4"]
)
def test_page_numbers_are_left_out(pattern: str, y: float) -> None:
    texts = [pattern.format(n) for n in range(1, 5)]
    assert left(pages(texts, y=y)) == [KEPT] * 4


def test_numbers_of_pages_with_wide_margins() -> None:
    """Far from the edge, but after all else."""
    given = pages(["1", "2", "3"], y=660.0)
    assert left(given) == [KEPT] * 3
    below = [Page(p.number, WIDTH, HEIGHT, runs=(*p.runs, run("备注", 60, 700))) for p in given]
    assert [len(p) for p in left(below)] == [3, 3, 3]


def test_most_pages_suffice() -> None:
    """A cover without a number, and one where it was cut off."""
    given = [Page(1, WIDTH, HEIGHT, runs=(run("封面", 250, 400),)), *pages(["2", "3", "4"])]
    assert left(given) == [["封面"], KEPT, KEPT, KEPT]


@pytest.mark.parametrize(
    "text", ["√", "(3)", "3 项", "打造", "7", "约束性", "自评 符合勾选", "□是 □否", "总细项符合"]
)
def test_what_the_form_may_print_at_the_edge_stays(text: str) -> None:
    assert left(pages([text] * 4)) == [[*KEPT, text]] * 4


@pytest.mark.parametrize("text", ["2021 年 8 月", "未来社区申报系统", "http://a.cn/form?id=12"])
@pytest.mark.parametrize("y", [30.0, 820.0], ids=["top", "bottom"])
def test_running_heads_are_left_out(text: str, y: float) -> None:
    assert left(pages([text] * 4, y=y)) == [KEPT] * 4
    assert left(pages([text] * 2, y=y)) == [[*KEPT, text]] * 2
    lines = ["x" * 5 + str(n) for n in range(4)]
    assert left(pages(lines, y=y)) == [[*KEPT, line] for line in lines]


def test_a_keyword_that_recurs_beside_a_row_stays() -> None:
    """The first row of each page has the same remark, which says no more than its row."""
    given = [
        replace(p, runs=(run(f"({p.number}) 打造社区", 60, 40), run("同意申报", 450, 40)))
        for p in pages(["-"] * 4)
    ]
    assert [len(p) for p in left(given)] == [2] * 4


def test_a_number_in_the_middle_of_the_page_stays() -> None:
    assert left(pages(["1", "2", "3"], y=420)) == [[*KEPT, t] for t in "123"]


def test_numbers_at_different_places_stay() -> None:
    """A remark that is a number, near the edge of one page."""
    given = [*pages(["7"], x=480), *pages(["x"] * 3)]
    assert left(given)[0] == [*KEPT, "7"]


def test_one_page_has_no_furniture() -> None:
    assert left(pages(["1"])) == [[*KEPT, "1"]]


def test_pages_are_changed_in_nothing_else() -> None:
    given = pages(["1", "2"])
    for before, after in zip(given, without_furniture(given, EDITION), strict=True):
        assert after.runs == before.runs[:1] and after.number == before.number
    untouched = pages(["a", "b"])
    assert list(without_furniture(untouched, EDITION)) == untouched


def test_ticks_that_are_digits_of_a_symbol_font_stay() -> None:
    """A baked tick in every page's first row: ZapfDingbats calls it 3 or 4."""
    given = [
        replace(p, runs=tuple(r._replace(font="ZapfDingbats") for r in p.runs))
        for p in pages(["3", "4", "3", "4"])
    ]
    assert left(given) == [[*KEPT, t] for t in "3434"]
