"""What people say of boxes is appended, laid over the reading, and can be taken back."""

from __future__ import annotations

import csv
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import fakes
import pytest
from factories import a_box, a_row, a_sheet, audited

from fcextract.batches import batch
from fcextract.corrections import Correction, apply, moment, standing, undo
from fcextract.editions import load_edition
from fcextract.errors import ConflictError, FcextractError, LedgerError, UsageError
from fcextract.ledger import Ledger
from fcextract.ledger_file import FILE
from fcextract.outlines import OutlineCache
from fcextract.records import AuditedSheet, Declared, Header, State
from fcextract.results import collected, export_results
from fcextract.review.roster import Roster
from fcextract.settings import ReadOptions

AT = "2026-11-24T08:00:00+00:00"
C, E, U, M = State.CHECKED, State.EMPTY, State.UNCERTAIN, State.MISSING
ITEM = load_edition().items[0]


def say(new: State, old: State = U, item: str = "004", **changes: object) -> Correction:
    given = Correction("a" * 64, 0, item, "self", old, new, "张三", AT, "看过原件")
    return replace(given, **changes)


# --------------------------------------------------------------- laid over


def test_a_corrected_box_counts_and_keeps_its_reading() -> None:
    declared = Declared(1, 141, 0.71, 1, 70, 1.43, 0, 71, 0.0)
    sheet = a_sheet({"004": "uncertain"}, declared=declared)
    before = audited(sheet)
    assert (before.status, before.verdict) == ("review", "unverifiable")
    after = audited(apply(sheet, [say(C)]))
    assert after.summary.counts["self", "total"][:3] == (1, 1, 1)
    assert (after.status, after.verdict) == ("ok", "consistent")
    assert audited(apply(sheet, [say(E)])).verdict == "inconsistent"
    assert "box-uncertain" not in {f.code for f in after.findings}
    entry = after.sheet.entries[3]
    assert entry.corrected == f"张三/{AT}"
    box = entry.self_box
    assert (box.state, box.read_as, box.confidence, box.readers) == (C, U, 1.0, ("person",))
    assert box.box == sheet.entries[3].self_box.box
    assert sheet.entries[3].self_box.state is U


def test_other_boxes_are_left_as_they_were() -> None:
    sheet = fakes.sheet("a.pdf", 3, unsure=2)
    after = apply(sheet, [say(C)])
    assert [e for e in after.entries if e.item.item_id != "004"] == [
        e for e in sheet.entries if e.item.item_id != "004"
    ]
    assert after.entries[3].reviewer_box == sheet.entries[3].reviewer_box


def test_no_corrections_change_nothing() -> None:
    sheet = fakes.sheet("a.pdf", 3)
    assert apply(sheet, []) is sheet


def test_the_latest_of_both_columns_signs_the_entry() -> None:
    sheet = fakes.sheet("a.pdf", 3, unsure=1)
    later = say(C, old=E, column="reviewer", who="李四", at="2026-11-24T09:00:00+00:00")
    entry = apply(sheet, [say(E), say(C, old=E), later]).entries[3]
    assert (entry.self_box.state, entry.reviewer_box.state) == (C, C)
    assert entry.corrected == f"张三/{AT}; 李四/2026-11-24T09:00:00+00:00"


def test_a_person_who_cannot_tell_leaves_the_box_open() -> None:
    after = audited(apply(fakes.sheet("a.pdf", 3, unsure=1), [say(U)]))
    assert after.status == "review"
    (found,) = (f for f in after.findings if f.code == "box-uncertain")
    assert "人工复核也看不清" in found.message_zh
    assert after.sheet.entries[3].corrected == f"张三/{AT}"


def test_what_is_taken_back_is_the_reading_again() -> None:
    sheet = fakes.sheet("a.pdf", 3, unsure=1)
    first, second = say(C), say(E, old=C, who="李四")
    back = undo(second, "王五", AT)
    assert (back.old, back.new, back.why) == (E, C, "undo")
    assert apply(sheet, [first, second, back]) == apply(sheet, [first])
    assert apply(sheet, [first, undo(first, "王五")]) == sheet
    assert standing([first, undo(first, "王五")]) == {}


def test_a_row_that_was_not_found_can_be_filled_in() -> None:
    sheet = a_sheet(rows={"001": None})
    own = say(C, old=M, item="001")
    half = audited(apply(sheet, [own]))
    (found,) = (f for f in half.findings if f.code == "item-missing")
    assert found.message_en.endswith(
        "no such row was found on the form; the reviewer box is missing."
    )
    whole = audited(apply(sheet, [own, replace(own, column="reviewer", new=E)]))
    assert whole.status == "ok"
    assert not {"item-missing", "box-missing"} & {f.code for f in whole.findings}


@pytest.mark.parametrize("code", ["readers-disagree", "mark-outside-box", "mark-cancelled"])
def test_a_box_said_by_a_person_has_no_finding_of_its_own(code: str) -> None:
    doubtful = a_row(ITEM, a_box("uncertain", code=code))
    sheet = a_sheet(rows={"001": doubtful})
    assert code in {f.code for f in audited(sheet).findings}
    after = audited(apply(sheet, [say(E, item="001")]))
    assert code not in {f.code for f in after.findings}


# -------------------------------------------------------------- the ledger


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A results folder: one form with a box in doubt, and a file of two forms."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_text("form 3 unsure 1", "utf-8")
    (inbox / "b.txt").write_text("two forms", "utf-8")
    batch(inbox, tmp_path / "out", workers=1, reader=fakes.read)
    return tmp_path / "out"


def forms(out: Path) -> list[AuditedSheet]:
    with Ledger.open(out) as ledger, collected(ledger) as results:
        return list(results.sheets)


def about(form: AuditedSheet, new: State, old: State, item: str = "004", **changes: object):
    sheet = form.sheet
    return say(new, old, item, sha256=sheet.sha256, place=sheet.place, **changes)


def keep(out: Path, *corrections: Correction) -> None:
    with Ledger.open(out) as ledger:
        ledger.correct(corrections)


def test_corrections_are_kept_in_order_and_reach_every_file(out: Path) -> None:
    form = forms(out)[0]
    given = [about(form, C, U), about(form, C, E, item="141", column="reviewer", who="李四")]
    keep(out, *given)
    with Ledger.open(out) as ledger:
        assert list(ledger.corrections()) == given
        assert list(ledger.corrections(form.sheet.sha256, 0)) == given
        assert list(ledger.corrections(form.sheet.sha256, 1)) == []
        assert list(ledger.corrections("0" * 64)) == []
    export_results(out)
    with open(out / "items.csv", encoding="utf-8-sig", newline="") as f:
        rows = {r["item_id"]: r for r in csv.DictReader(f) if r["source"] == "a.txt"}
    assert (rows["004"]["self_state"], rows["004"]["corrected"]) == ("checked", f"张三/{AT}")
    assert rows["141"]["reviewer_state"] == "checked"
    assert rows["141"]["corrected"] == f"李四/{AT}"
    assert sum(bool(r["corrected"]) for r in rows.values()) == 2
    assert forms(out)[0].status == "ok"


def test_the_place_tells_the_forms_of_a_file_apart(out: Path) -> None:
    _, one, two = forms(out)
    assert (one.sheet.place, two.sheet.place) == (0, 1)
    keep(out, about(two, E, C, item="002"))
    _, one, two = forms(out)
    assert [f.summary.counts["self", "total"].total for f in (one, two)] == [1, 1]


def test_corrections_outlive_another_reading(out: Path, tmp_path: Path) -> None:
    keep(out, about(forms(out)[0], C, U))
    batch(tmp_path / "inbox", out, workers=1, reader=fakes.read, again=True)
    assert forms(out)[0].sheet.entries[3].self_box.state is C


def test_a_second_person_is_told_and_nothing_is_lost(out: Path) -> None:
    form = forms(out)[0]
    keep(out, about(form, C, U))
    with pytest.raises(ConflictError) as e:
        keep(out, about(form, E, U, who="李四"))
    assert e.value.zh == (
        f"(004) 的 self 框现在是 checked（张三 于 {AT} 更正），不是 uncertain，更正没有保存。"
        "可能有人先改过；请刷新后再看一次。"
    )
    assert forms(out)[0].sheet.entries[3].self_box.state is C


def test_all_corrections_of_a_call_are_kept_or_none(out: Path) -> None:
    form = forms(out)[0]
    with pytest.raises(ConflictError):
        keep(out, about(form, C, U), about(form, C, C, item="140"))
    with Ledger.open(out) as ledger:
        assert list(ledger.corrections()) == []


def test_only_what_stands_can_be_taken_back(out: Path) -> None:
    form = forms(out)[0]
    first = about(form, C, U)
    with pytest.raises(ConflictError):
        keep(out, replace(first, old=U, new=U, why="undo"))
    keep(out, first, about(form, E, C, who="李四"))
    with pytest.raises(ConflictError):
        keep(out, undo(first, "张三"))
    with Ledger.open(out) as ledger:
        (left,) = standing(ledger.corrections()).values()
        ledger.correct([undo(left[-1], "李四")])
        ledger.correct([undo(left[-2], "张三")])
        assert standing(ledger.corrections()) == {}
    assert forms(out)[0].sheet.entries[3].corrected == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"item_id": "142"},
        {"column": "remark"},
        {"new": M},
        {"place": 1},
        {"sha256": "b" * 64},
    ],
)
def test_what_makes_no_sense_is_refused(out: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        keep(out, replace(about(forms(out)[0], C, U), **wrong))


def test_names_and_reasons_are_kept_as_one_plain_line(out: Path) -> None:
    form = forms(out)[0]
    keep(out, about(form, C, U, who=" 张\n三\x00 ", why="x" * 900))
    with Ledger.open(out) as ledger:
        (kept,) = ledger.corrections()
    assert (kept.who, len(kept.why)) == ("张 三", 200)


@pytest.mark.parametrize(
    "statement", ["UPDATE correction SET new = 'empty'", "DELETE FROM correction"]
)
def test_corrections_are_frozen(out: Path, statement: str) -> None:
    keep(out, about(forms(out)[0], C, U))
    with (
        closing(sqlite3.connect(out / FILE)) as db,
        pytest.raises(sqlite3.IntegrityError, match="corrections are"),
    ):
        db.execute(statement)


def test_people_may_correct_while_a_batch_runs(out: Path) -> None:
    form = forms(out)[0]
    with Ledger.open(out, write=True):
        keep(out, about(form, C, U))
        with pytest.raises(LedgerError):
            export_results(out)
    assert forms(out)[0].sheet.entries[3].self_box.state is C


def test_many_at_once_lose_nothing_and_only_one_wins_a_box(out: Path) -> None:
    form = forms(out)[0]
    shared: list[FcextractError | None] = []

    def work(name: str, items: list[str]) -> None:
        for item in items:
            keep(out, about(form, C, E, item=item, who=name))
        try:
            keep(out, about(form, C, U, who=name))
            shared.append(None)
        except ConflictError as e:
            shared.append(e)

    ids = [f"{n:03d}" for n in range(10, 50)]
    people = [threading.Thread(target=work, args=(f"p{n}", ids[n::4])) for n in range(4)]
    for p in people:
        p.start()
    for p in people:
        p.join()
    assert shared.count(None) == 1
    assert len(shared) == 4
    assert forms(out)[0].summary.counts["self", "total"].total == 3 + len(ids) + 1


def test_moments_are_utc_to_the_second() -> None:
    assert moment().endswith("+00:00")
    assert len(moment()) == len(AT)


def other_forms(path: Path, source: str, options: ReadOptions) -> list[AuditedSheet]:
    """The second file's forms found in another order, as another reader may find them."""
    return fakes.read(path, source, options)[::-1]


def test_a_correction_is_not_laid_over_another_form(out: Path, tmp_path: Path) -> None:
    *_, two = forms(out)
    keep(out, about(two, E, C, item="002"))
    batch(tmp_path / "inbox", out, workers=1, reader=other_forms, again=True)
    _, first, second = forms(out)
    assert [f.sheet.place for f in (first, second)] == [1, 0]
    assert [f.summary.counts["self", "total"].total for f in (first, second)] == [1, 2]
    (found,) = (f for f in first.findings + second.findings if f.code == "correction-astray")
    assert (found.item_id, found.computed) == ("002", f"self checked → empty (张三/{AT})")
    assert found in first.findings, "it stands where it was made"
    with Ledger.open(out) as ledger:
        assert len(list(ledger.corrections())) == 1
        assert list(ledger.corrections(two.sheet.sha256, 1)) == []
    keep(out, about(second, E, C, item="002"))
    assert [f.summary.counts["self", "total"].total for f in forms(out)[1:]] == [1, 1]


def told(form: AuditedSheet) -> tuple[object, ...]:
    return form.sheet.source, form.sheet.place, form.summary, form.findings


def test_the_review_page_lays_it_over_no_other_form_either(out: Path, tmp_path: Path) -> None:
    *_, two = forms(out)
    keep(out, about(two, E, C, item="002"))
    batch(tmp_path / "inbox", out, workers=0, reader=other_forms, again=True)
    wanted = sorted(map(told, forms(out)))
    with Ledger.open(out) as ledger:
        for cache in (tmp_path, out):  # outlines made here, and as the batch left them
            roster = Roster(ledger, OutlineCache(cache))
            roster.fill(60.0)
            assert sorted(told(roster.audited(form)) for form in roster.forms) == wanted
            assert not any(made.decided for made in roster.outlines.values())


def test_a_form_without_a_number_is_known_by_its_pages(out: Path, tmp_path: Path) -> None:
    def plain(path: Path, source: str, options: ReadOptions) -> list[AuditedSheet]:
        found = fakes.read(path, source, options)
        return [replace(f, sheet=replace(f.sheet, header=Header())) for f in found]

    batch(tmp_path / "inbox", out, workers=0, reader=plain, again=True)
    keep(out, about(forms(out)[0], C, U))
    batch(tmp_path / "inbox", out, workers=0, reader=plain, again=True)
    assert forms(out)[0].sheet.entries[3].self_box.state is C
