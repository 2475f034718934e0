"""Rows to items: by number and wording both, by a margin, never by counting."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest
from factories import a_box, a_row
from hypothesis import given, settings
from hypothesis import strategies as st
from paper import EDITION, IDS, ITEMS

from fcextract.reconcile import PAGE_OF_ITEMS, reconcile, tie
from fcextract.records import Declared, Header, MarkedTable, Note, RowReading, Scoresheet
from fcextract.text.match import matcher

MATCH = matcher(EDITION)


def row(number: int | None, wording: str, own: str = "empty", **more: object) -> RowReading:
    made = a_row(ITEMS["001"], a_box(own), number=number, wording=wording)
    return made if not more else made.__class__(**{**_fields(made), **more})


def _fields(made: RowReading) -> dict[str, object]:
    return {f: getattr(made, f) for f in made.__dataclass_fields__}


def wording(item_id: str) -> str:
    return ITEMS[item_id].content


def sheet_of(rows: Iterable[RowReading], notes: tuple[Note, ...] = ()) -> Scoresheet:
    table = MarkedTable("a.pdf", "0" * 64, (1, 2), tuple(rows), Header("1"), Declared(1), notes)
    return reconcile(table, EDITION)


def all_rows(ticked: Iterable[str] = ()) -> list[RowReading]:
    on = set(ticked)
    return [
        row(i.item_no, i.content, "checked" if i.item_id in on else "empty") for i in EDITION.items
    ]


# ---------------------------------------------------------------------------- one row


@pytest.mark.parametrize(
    ("number", "text", "item_id"),
    [
        (1, wording("001"), "001"),
        (63, wording("063-1"), "063-1"),
        (63, wording("063-2"), "063-2"),
        # one of the two is missing, and the other is enough
        (None, wording("001"), "001"),
        (None, wording("063-2"), "063-2"),
        (18, wording("018")[:12], "018"),
        (1, wording("001") + "等等", "001"),
        # or it is not
        (1, "", None),
        (63, "", None),
        (None, "", None),
        (63, "引进", None),
        (63, "落户", None),
        (63, "引进年青从事高新技术高层次人才落户", None),
        (None, wording("001")[:3], None),
        # they disagree
        (20, wording("050"), None),
        (50, wording("020"), None),
        (2, wording("001"), None),
        (1, wording("063-1"), None),
        (63, wording("062"), None),
        # neither is of the list
        (142, "其他自主创新举措", None),
        (142, "", None),
        (None, "县（市、区）政府自评选项", None),
        (7, "其他自主创新举措", None),
    ],
)
def test_tie(number: int | None, text: str, item_id: str | None) -> None:
    assert tie(row(number, text), MATCH) == item_id


def test_every_row_of_the_list_is_its_item() -> None:
    for item in EDITION.items:
        assert tie(row(item.item_no, item.content), MATCH) == item.item_id
        assert tie(row(None, item.content), MATCH) in (item.item_id, None)


def test_no_number_carries_another_rows_wording() -> None:
    """The nearest wording of the list, and some at random, under every number."""
    rng = Random(4)
    for item in EDITION.items:
        others = [f.item_id for f in MATCH.best(item.content, 4) if f.item_id != item.item_id]
        for other in {*others, *rng.sample(IDS, 6)}:
            if ITEMS[other].item_no != item.item_no:
                assert tie(row(item.item_no, wording(other)), MATCH) is None, (item, other)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, str]:
    """An item, and its wording with characters lost, changed or added."""
    item_id = draw(st.sampled_from(IDS))
    chars = list(wording(item_id))
    for _ in range(draw(st.integers(0, len(chars)))):
        at = draw(st.integers(0, len(chars)))
        what = draw(st.sampled_from(["drop", "change", "add"]))
        if what == "add":
            chars.insert(at, draw(st.sampled_from("社区建设的未来\ufffd\ue000 x，")))
        elif chars and what == "drop":
            del chars[min(at, len(chars) - 1)]
        elif chars:
            chars[min(at, len(chars) - 1)] = draw(st.sampled_from("社区建设的未来\ufffd\ue000 x，"))
    return item_id, "".join(chars)


@given(damaged(), st.booleans())
@settings(max_examples=300)
def test_damage_unties_and_never_misties(case: tuple[str, str], numbered: bool) -> None:
    item_id, text = case
    number = ITEMS[item_id].item_no if numbered else None
    assert tie(row(number, text), MATCH) in (item_id, None)


@given(st.sampled_from(IDS), st.integers(0, 999))
@settings(max_examples=300)
def test_a_wrong_number_never_makes_another_item(item_id: str, number: int) -> None:
    tied = tie(row(number, wording(item_id)), MATCH)
    assert tied in (item_id, None)
    if number in range(1, 142) and number != ITEMS[item_id].item_no:
        assert tied is None


# -------------------------------------------------------------------------- the sheet


def test_exactly_the_edition_in_list_order() -> None:
    rows = all_rows(["005"])
    Random(1).shuffle(rows)
    sheet = sheet_of(rows)
    assert [e.item.item_id for e in sheet.entries] == IDS
    assert [e.item.item_id for e in sheet.entries if e.self_box.state == "checked"] == ["005"]
    assert sheet.extras == () and sheet.notes == ()
    assert (sheet.edition_id, sheet.header.application_no) == ("zj-2019", "1")


def test_nothing_at_all() -> None:
    sheet = sheet_of([])
    assert len(sheet.entries) == 142
    assert {e.self_box.state for e in sheet.entries} == {"missing"}
    assert {e.reviewer_box.code for e in sheet.entries} == {"box-missing"}


@given(st.sets(st.integers(0, 141), max_size=60), st.sets(st.integers(0, 141), max_size=60))
@settings(max_examples=25)
def test_rows_lost_or_doubled_move_no_other(lost: set[int], twice: set[int]) -> None:
    ticked = IDS[::3]
    rows = all_rows(ticked)
    kept = [r for n, r in enumerate(rows) if n not in lost]
    kept += [r for n, r in enumerate(rows) if n in twice - lost]
    sheet = sheet_of(kept)
    for n, e in enumerate(sheet.entries):
        if n in lost:
            assert e.row is None and e.self_box.state == e.reviewer_box.state == "missing"
        else:
            assert e.self_box.state == ("checked" if e.item.item_id in ticked else "empty")
    assert [e.item_id for e in sheet.extras] == [IDS[n] for n in sorted(twice - lost)]
    assert {e.code for e in sheet.extras} <= {"item-repeated"}


def test_row_twice_in_two_states() -> None:
    rows = [*all_rows(), row(5, wording("005"), "checked")]
    sheet = sheet_of(rows)
    (entry,) = [e for e in sheet.entries if e.item.item_id == "005"]
    assert (entry.self_box.state, entry.self_box.code) == ("uncertain", "readers-disagree")
    assert entry.self_box.confidence == 0.0 and entry.reviewer_box.state == "empty"
    (extra,) = sheet.extras
    assert (extra.code, extra.item_id) == ("item-repeated", "005")


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ("checked", "missing", "checked"),
        ("missing", "empty", "empty"),
        ("missing", "missing", "missing"),
        ("checked", "checked", "checked"),
        ("checked", "uncertain", "uncertain"),
        ("uncertain", "empty", "uncertain"),
        ("checked", "empty", "uncertain"),
    ],
)
def test_two_prints_of_one_box(first: str, second: str, state: str) -> None:
    sheet = sheet_of([row(5, wording("005"), first), row(5, wording("005"), second)])
    assert next(e for e in sheet.entries if e.item.item_id == "005").self_box.state == state


def test_texts_come_from_the_print_that_has_them() -> None:
    rows = [row(5, wording("005")), row(5, wording("005"), keyword="见附件", remark="同意")]
    entry = next(e for e in sheet_of(rows).entries if e.item.item_id == "005")
    assert (entry.keyword, entry.remark) == ("见附件", "同意")


# ------------------------------------------------------------------------- other rows


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (row(142, "其他", "checked"), "item-unknown"),
        (row(142, "其他"), "item-unknown"),
        (row(None, "(999) 其他"), "item-unknown"),
        (row(None, "", "checked"), "unnumbered-row"),
        (row(None, ""), "unnumbered-row"),
        (row(None, "其他", "uncertain"), "unnumbered-row"),
        (row(None, "县政府自评选项", "missing", reviewer_box=a_box("missing")), None),
    ],
)
def test_rows_that_are_no_item(made: RowReading, code: str | None) -> None:
    """Reported, never counted; only what has neither number nor box is nothing."""
    sheet = sheet_of([*all_rows(), made])
    assert [e.code for e in sheet.extras] == ([code] if code else [])
    assert all(e.self_box.state == "empty" for e in sheet.entries)


# ------------------------------------------------------------------------------ pages


@pytest.mark.parametrize(
    ("lost", "detail"),
    [
        (range(10, 10 + PAGE_OF_ITEMS - 1), None),
        (range(10, 10 + PAGE_OF_ITEMS), "(11)–(15)"),
        (range(50), "(1)–(50)"),
        (range(130, 142), "(130)–(141)"),
        (range(10, 100, 2), None),
        (range(142), None),
    ],
)
def test_missing_pages(lost: range, detail: str | None) -> None:
    """A run of items without a trace is a page; single ones are rows."""
    rows = [r for n, r in enumerate(all_rows()) if n not in lost]
    assert [n.detail for n in sheet_of(rows).notes] == ([detail] if detail else [])


def test_two_missing_pages_and_earlier_notes() -> None:
    rows = [r for n, r in enumerate(all_rows()) if n not in (*range(10, 20), *range(80, 100))]
    earlier = Note("page-order", page=3)
    notes = sheet_of(rows, (earlier,)).notes
    assert notes[0] == earlier
    assert [n.code for n in notes[1:]] == ["page-missing"] * 2
