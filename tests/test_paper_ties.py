"""What a recognised beginning says: its number as printed, and the item it is."""

from __future__ import annotations

import pytest

from fcextract.editions import load_edition
from fcextract.geometry import Box
from fcextract.locate.paper.grid import Cell
from fcextract.locate.paper.pen import cleaned, unread
from fcextract.locate.paper.ties import Ties
from fcextract.records import Run
from fcextract.text.match import matcher

EDITION = load_edition()
TIES = Ties(matcher(EDITION))
WORDINGS = {i.item_no: i.content for i in EDITION.items}


def a_run(text: str, y: float = 0.0) -> Run:
    edges = tuple(10.0 * k for k in range(len(text) + 1))
    return Run(text, Box(0, y, edges[-1], y + 10), edges, (), "", 10.0, 0, -1, True)


@pytest.mark.parametrize(
    ("seen", "printed"),
    [
        ("(1O)建立", "(10)建立"),
        ("（lO5）预留", "(105)预留"),
        ("【12】制定", "(12)制定"),
        ("12)制定", "(12)制定"),
        ("(OIl)制定", "(OIl)制定"),
        ("O2O服务", "O2O服务"),
        ("申请编号：33O48122o417156", "申请编号：330481220417156"),
        ("https://OIlOlOIlOl", "https://OIlOlOIlOl"),
    ],
)
def test_digits_taken_for_letters(seen: str, printed: str) -> None:
    assert cleaned(a_run(seen)).text == printed


def test_a_number_behind_a_label() -> None:
    """A label column that stands close: two runs, far enough apart for two cells."""
    label, own = TIES.settled_within(a_run(f"09-智慧约束性(40){WORDINGS[40][:8]}"))
    assert (label.text, own.text) == ("09-智慧约束性", f"(40){WORDINGS[40][:8]}")
    assert own.box.x0 - label.box.x1 >= 5.0
    assert not TIES.settled_within(a_run(f"09-智慧约束性(40){WORDINGS[52][:8]}"))


def cells(*texts: str) -> dict[Cell, list[Run]]:
    out = {}
    for k, text in enumerate(texts):
        run = a_run(text, 15.0 * k)
        out[Cell(run.box, (run.box,))] = [run if text else unread(run.box)]
    return out


def numbers(found: dict[Cell, list[Run]]) -> list[str]:
    return [runs[0].text.split(")")[0].strip("(") for runs in found.values() if ")" in runs[0].text]


def test_a_lost_number_is_told_by_wording_and_neighbours() -> None:
    found = cells(f"(2){WORDINGS[2]}", WORDINGS[3], f"(4){WORDINGS[4]}")
    assert numbers(TIES.by_neighbours(found)) == ["2", "3", "4"]


def test_another_printed_number_is_believed_rather() -> None:
    found = cells(f"(2){WORDINGS[2]}", f"(88){WORDINGS[3]}", f"(4){WORDINGS[4]}")
    assert "3" not in numbers(TIES.by_neighbours(found))


def test_a_row_gives_its_item_once() -> None:
    """Its second line fits the item as well, and stands before the next row."""
    wording = WORDINGS[100]
    found = cells(
        f"(100){wording[:9]}",
        "源协同供应其它文字",
        wording[9:] + wording[:9],
        f"(101){WORDINGS[101]}",
    )
    assert numbers(TIES.by_neighbours(found)) == ["100", "101"]


def test_wordings_in_the_list_s_order_tell_a_column() -> None:
    """Where no number can be read, in type too small."""
    worn = [a_run("口" + WORDINGS[n][:14].replace("社", "杜")) for n in (66, 72, 80, 95)]
    assert TIES.in_order(worn)
    assert not TIES.in_order(worn[::-1])
    assert TIES.tell(worn) and not TIES.in_order(worn[:2])
    assert not TIES.tell([a_run("本会议纪要由办公室整理并分发各部门存档")])


def test_the_second_line_of_a_numbered_row_is_no_row() -> None:
    wording = WORDINGS[100]
    found = cells(f"(100){wording[:4]}龘龘龘龘龘", wording, f"(101){WORDINGS[101]}")
    assert numbers(TIES.by_neighbours(found)) == ["100", "101"]
