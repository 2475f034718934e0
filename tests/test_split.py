"""Rows that a page break cut are made whole, and two rows never become one."""

from __future__ import annotations

from typing import Any

from fcextract.editions import load_edition
from fcextract.geometry import Box
from fcextract.locate.split import join_split
from fcextract.records import LocatedRow, Place, Run
from fcextract.text.match import matcher

EDITION = load_edition("zj-2019")
ITEM = next(i for i in EDITION.items if i.item_id == "020")


def place(page: int, *lines: str) -> Place:
    """A cell with typed lines, at the foot of page 1 or at the head of page 2."""
    top = 780.0 if page == 1 else 30.0
    runs = tuple(
        Run(text, Box(300.0, top + 12 * n, 300.0 + 10 * len(text), top + 12 * n + 10),
            tuple(300.0 + 10 * k for k in range(len(text) + 1)), (), "F", 10.0, 0, -1, True)
        for n, text in enumerate(lines)
    )  # fmt: skip
    return Place(page, Box(290.0, top - 2, 360.0, top + 40), runs)


def cut(own: tuple[str, ...], rest: tuple[str, ...], remark: str = "") -> list[LocatedRow]:
    """A row whose own box is typed as ``own``, and the head of the next page."""
    row = LocatedRow(
        1, Box(0, 770, 500, 842), 20, (ITEM.content,),
        self_place=place(1, *own), reviewer_place=place(1, "☑"),
    )  # fmt: skip
    more = LocatedRow(
        2, Box(0, 20, 500, 60), None, (),
        self_place=place(2, *rest), reviewer_place=place(2), remark=(remark,) if remark else (),
    )  # fmt: skip
    after = LocatedRow(2, Box(0, 60, 500, 90), 21, ("其他",))
    return join_split([[row], [more, after]], matcher(EDITION))


def typed(row: LocatedRow) -> str:
    assert row.self_place is not None
    runs = sorted(row.self_place.runs, key=lambda r: (r.box.cy, r.box.x0))
    return "".join(r.text for r in runs)


def test_a_choice_in_two_lines() -> None:
    whole, after = cut(("√是 ",), ("□否",))
    assert typed(whole) == "√是 □否" and after.number == 21


def test_a_bracket_in_two_lines() -> None:
    whole, _ = cut(("（√",), ("）",))
    assert typed(whole) == "（√）"


def test_a_label_alone_is_no_second_box() -> None:
    """The remark goes on, and the choice was whole before."""
    whole, _ = cut(("□是 √否",), ("否",), remark="已复核")
    assert typed(whole) == "□是 √否" and whole.remark == ("已复核",)


def test_two_boxes_are_two_rows() -> None:
    assert len(cut(("□",), ("√",))) == 3
    assert len(cut(("□是 □否",), ("√是 □否",))) == 3
    assert len(cut(("☐",), ("☐",), remark="已复核")) == 3


def test_one_of_two_boxes_on_the_next_page() -> None:
    whole, after = cut((), ("√是 □否",))
    assert typed(whole) == "√是 □否" and after.number == 21


def test_a_tick_alone_on_the_next_page_may_be_any_rows() -> None:
    rows = cut((), ("√",))
    assert [r.number for r in rows] == [20, None, 21]


def a_row(page: int, number: int | None, text: str, boxes: bool = True, **more: Any) -> LocatedRow:
    cells = {"self_place": place(page, "☑"), "reviewer_place": place(page, "□")} if boxes else {}
    lines = (text,) if text else ()
    return LocatedRow(page, Box(0, 20, 500, 60), number, lines, **cells, **more)


def test_boxes_whose_text_stands_on_the_next_page() -> None:
    """A printer that keeps a text's lines together leaves the rest of its row behind."""
    tail = a_row(1, None, "", nature="约束性", keyword=("5",))
    first = a_row(2, 21, "推行小班化教学", boxes=False, keyword=("G",), remark=("同意",))
    _, whole, _ = join_split(
        [[a_row(1, 20, ITEM.content), tail], [first, a_row(2, 22, "其他")]], matcher(EDITION)
    )
    assert whole.number == 21 and typed(whole) == "☑"
    assert (whole.nature, whole.keyword, whole.remark) == ("约束性", ("5", "G"), ("同意",))


def test_a_running_head_is_no_part_of_a_row() -> None:
    """And does not stand between a row's boxes and its text."""
    heads = [a_row(page, None, "未来社区申报系统", boxes=False) for page in (1, 2, 3)]
    tail, first = a_row(1, None, ""), a_row(2, 21, "推行小班化教学", boxes=False)
    rows = join_split(
        [[heads[0], a_row(1, 20, ITEM.content), tail], [heads[1], first], [heads[2], a_row(3, 22, "其他")]],
        matcher(EDITION),
    )  # fmt: skip
    assert [r.number for r in rows] == [20, 21, 22]
    assert typed(rows[1]) == "☑"


def test_two_heads_that_differ_stay() -> None:
    pages = [
        [a_row(k, None, t, boxes=False), a_row(k, 20 + k, "其他")]
        for k, t in ((1, "甲"), (2, "乙"))
    ]
    assert [r.number for r in join_split(pages, matcher(EDITION))] == [None, 21, None, 22]


def test_the_rest_of_a_choice_at_the_head_of_every_page_is_no_running_head() -> None:
    pages: list[list[LocatedRow]] = []
    for n in range(4):
        row = LocatedRow(
            n + 1, Box(0, 770, 500, 842), 20 + n, (EDITION.items[20 + n].content,),
            self_place=place(1, "□适用 √不"), reviewer_place=place(1, "☑"),
        )  # fmt: skip
        head = LocatedRow(n + 1, Box(0, 20, 500, 60), None, (), self_place=place(2, "适用"))
        pages.append([head, row] if n else [row])
    whole = join_split(pages, matcher(EDITION))
    assert [typed(r) for r in whole] == ["□适用 √不适用"] * 3 + ["□适用 √不"]
