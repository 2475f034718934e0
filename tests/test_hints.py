"""Hints say what would explain a contradicted declaration, and change nothing."""

from __future__ import annotations

from dataclasses import replace

from factories import EDITION, a_box, a_row, a_sheet, audited, the_seed

from fcextract.audit.counting import recount
from fcextract.records import AuditedSheet, Declared, ExtraRow, RowReading, Scoresheet

BINDING = [i.item_id for i in EDITION.items if i.nature == EDITION.binding]
GUIDING = [i.item_id for i in EDITION.items if i.nature == EDITION.guiding]
SECTION = [i.item_id for i in EDITION.items if i.section_no == 3]


def declaring(binding: int, guiding: int) -> Declared:
    return Declared(binding + guiding, 141, None, binding, 70, None, guiding, 71, None)


def told(sheet: Scoresheet) -> dict[str, str]:
    return {h.kind: h.message_zh for h in audited(sheet).hints}


def parts(ticked: list[str]) -> tuple[int, int]:
    counts = recount(a_sheet(ticked).entries, EDITION).counts
    return counts["self", "binding"].total, counts["self", "guiding"].total


def test_no_hint_where_nothing_contradicts() -> None:
    assert told(a_sheet(BINDING[:3], declared=declaring(3, 0))) == {}
    assert told(a_sheet(BINDING[:3])) == {}
    unread = a_sheet({**dict.fromkeys(BINDING[:3], "checked"), BINDING[3]: "uncertain"})
    assert told(replace(unread, declared=declaring(4, 0))) == {}


def test_the_real_form_was_hardly_misread() -> None:
    found = told(the_seed())
    assert list(found) == ["not-misread"]
    assert found["not-misread"].startswith("要靠误读来解释差额，须有 4 个框读错")


def test_swapped_natures() -> None:
    found = told(a_sheet(BINDING[:5] + GUIDING[:2], declared=declaring(2, 5)))
    assert next(iter(found)) == "natures-swapped"


def test_rows_instead_of_numbers() -> None:
    ticked = ["063-1", "063-2", "001"]
    nature = next(i.nature for i in EDITION.items if i.item_id == "063-1")
    more = (3, 0) if nature == EDITION.binding else (1, 2)
    found = told(a_sheet(ticked, declared=declaring(*more)))
    assert "counted-otherwise" in found
    assert "按印出的行" in found["counted-otherwise"]


def test_the_reviewer_s_column_declared() -> None:
    sheet = a_sheet(BINDING[:5], BINDING[:2] + GUIDING[:1], declared=declaring(2, 1))
    assert "other-column" in told(sheet)


def test_rows_that_were_not_counted() -> None:
    stray = RowReading(5, None, None, "", "", a_box("checked"), a_box())
    sheet = a_sheet(
        BINDING[:2], declared=Declared(total=3), extras=[ExtraRow("unnumbered-row", stray)]
    )
    assert "extra-rows" in told(sheet)


def test_a_section_left_out() -> None:
    rest = [i for i in BINDING[:9] if i not in SECTION]
    sheet = a_sheet(rest, declared=declaring(*parts(rest + SECTION)))
    found = [h for h in audited(sheet).hints if h.kind == "whole-section"]
    (hint,) = (h for h in found if set(h.items) == set(SECTION))
    assert "全部勾选" in hint.message_zh


def test_a_page_whose_ticks_are_lost() -> None:
    on_page = {
        i: a_row(next(x for x in EDITION.items if x.item_id == i), page=7) for i in BINDING[10:14]
    }
    sheet = a_sheet(BINDING[:3], declared=declaring(7, 0), rows={})
    entries = [
        replace(e, row=on_page[e.item.item_id]) if e.item.item_id in on_page else e
        for e in sheet.entries
    ]
    found = told(replace(sheet, entries=tuple(entries)))
    assert found["whole-page"].startswith("第 7 页若全部勾选（涉及 4 个框）")


def test_all_of_it_in_one_part() -> None:
    found = told(a_sheet(BINDING[:3] + GUIDING[:2], declared=declaring(4, 2)))
    assert found["in-one-part"] == "差额全部在约束性项，引导性项与勾选相符。"


def doubtful(ids: dict[str, float], ticked: list[str], declared: Declared) -> AuditedSheet:
    """A form on which the boxes of ``ids`` were read with so much confidence."""
    sheet = a_sheet(ticked, declared=declared)
    entries = [
        replace(e, self_box=replace(e.self_box, confidence=ids.get(e.item.item_id, 0.999)))
        for e in sheet.entries
    ]
    return audited(replace(sheet, entries=tuple(entries)))


def test_the_least_certain_boxes_that_would_explain_it() -> None:
    low = {BINDING[20]: 0.91, BINDING[30]: 0.97, GUIDING[4]: 0.5, BINDING[1]: 0.4}
    form = doubtful(low, BINDING[:3], declaring(5, 0))
    hint = next(h for h in form.hints if h.kind == "least-certain")
    # Guiding items and ticked ones would not help.
    assert hint.items == (BINDING[20], BINDING[30])
    assert f"({BINDING[20]}) 0.910、({BINDING[30]}) 0.970" in hint.message_zh


def test_too_many_ticks_doubt_the_ticked_ones() -> None:
    form = doubtful({BINDING[1]: 0.9, BINDING[9]: 0.1}, BINDING[:3], declaring(2, 0))
    hint = next(h for h in form.hints if h.kind == "least-certain")
    assert hint.items == (BINDING[1],)


def test_the_doubled_number_turns_only_as_one() -> None:
    """Unticking one of two ticked rows changes no count, so neither is named."""
    form = doubtful({"063-1": 0.2, "063-2": 0.2}, ["063-1", "063-2"], Declared(total=0))
    assert not any("063-1" in h.items for h in form.hints if h.kind == "least-certain")


def test_hints_leave_the_form_as_it_was() -> None:
    sheet = a_sheet(BINDING[:5] + GUIDING[:2], declared=declaring(2, 5))
    form = audited(sheet)
    assert form.sheet == sheet
    assert form.verdict == "inconsistent"
    assert form.summary.counts["self", "binding"].total == 5


def test_expected_wrong_boxes_and_what_hangs_on_them() -> None:
    sure = doubtful({}, BINDING[:3], Declared(3, 141, 2.13, 3, 70, 4.29, 0, 71, 0.0))
    assert sure.verdict == "consistent"
    assert sure.certainty == (0.284, False)
    shaky = doubtful({BINDING[3]: 0.9}, BINDING[:3], sure.sheet.declared or Declared())
    assert shaky.certainty.at_risk
    assert shaky.certainty.wrong_boxes == 0.383
    off_by_two = declaring(5, 0)
    assert not doubtful({BINDING[3]: 0.9}, BINDING[:3], off_by_two).certainty.at_risk
    both = {BINDING[3]: 0.9, BINDING[4]: 0.9}
    assert doubtful(both, BINDING[:3], off_by_two).certainty.at_risk
