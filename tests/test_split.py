"""Rows that a page break cut are made whole, and two rows never become one."""

from __future__ import annotations

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
