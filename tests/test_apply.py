"""A filled-in review sheet comes back as corrections; wrong and old sheets are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fakes
import openpyxl
import pytest
from test_batch import rows

from fcextract.apply import NOBODY, apply_sheet
from fcextract.batches import batch
from fcextract.cli import main
from fcextract.corrections import Correction
from fcextract.errors import ExportError, UsageError
from fcextract.ledger import Ledger
from fcextract.records import State
from fcextract.results import export_results

Sheet = openpyxl.worksheet.worksheet.Worksheet


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A results folder in which four boxes of two files wait."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_text("form 3 unsure 3", "utf-8")
    (inbox / "b.txt").write_text("form 5 unsure 1", "utf-8")
    (inbox / "c.txt").write_text("form 6", "utf-8")
    batch(inbox, tmp_path / "out", workers=1, reader=fakes.read)
    return tmp_path / "out"


def fill(out: Path, answers: dict[int, str], change: Callable[[Sheet], None] | None = None) -> Path:
    """Answers by row, typed into the review sheet as a person would."""
    path = out.parent / "filled.xlsx"
    book = openpyxl.load_workbook(out / "results.xlsx")
    sheet = book["复核"]
    for row, said in answers.items():
        cell(sheet, row, "改判").value = said
    if change is not None:
        change(sheet)
    book.save(path)
    return path


def cell(sheet: Sheet, row: int, head: str):
    heads = [c.value for c in sheet[1]]
    return sheet.cell(row, heads.index(head) + 1)


def kept(out: Path) -> list[Correction]:
    with Ledger.open(out) as ledger:
        return list(ledger.corrections())


def test_what_waits_stands_on_the_sheet_with_a_drop_down(out: Path) -> None:
    sheet = openpyxl.load_workbook(out / "results.xlsx")["复核"]
    assert [cell(sheet, n, "编号").value for n in range(2, 6)] == ["004", "005", "006", "006"]
    assert [cell(sheet, n, "文件").value for n in (4, 5)] == ["a.txt", "b.txt"]
    assert cell(sheet, 2, "现状").value == "待定"
    assert cell(sheet, 2, "改判").value is None
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"勾选,未勾,看不清"'
    assert str(choice.sqref) == "H2:H5"
    assert sheet.max_row == 5


def test_answers_become_corrections_and_the_results_follow(out: Path) -> None:
    def signed(sheet: Sheet) -> None:
        cell(sheet, 2, "复核人").value = "李四"
        cell(sheet, 2, "备注").value = "看过原件"

    found = apply_sheet(out, fill(out, {2: "勾选", 3: "未勾", 5: "看不清"}, signed), "张三")
    assert (found.taken, found.already, found.refused) == (3, 0, ())
    first, second, third = kept(out)
    assert (first.item_id, first.new, first.who, first.why) == (
        "004",
        "checked",
        "李四",
        "看过原件",
    )
    assert (second.item_id, second.new, second.who) == ("005", "empty", "张三")
    assert third.new == "uncertain"
    items = {r["item_id"]: r for r in rows(out, "items") if r["source"] == "a.txt"}
    assert (items["004"]["self_state"], items["005"]["self_state"]) == ("checked", "empty")
    assert [f["self_total"] for f in rows(out)] == ["4", "5", "6"]
    # What a person could not tell has been looked at, and waits no more.
    sheet = openpyxl.load_workbook(out / "results.xlsx")["复核"]
    assert [cell(sheet, n, "编号").value for n in range(2, sheet.max_row + 1)] == ["006"]
    assert cell(sheet, 2, "文件").value == "a.txt"


def test_the_same_sheet_may_come_twice(out: Path) -> None:
    path = fill(out, {2: "勾选"})
    apply_sheet(out, path, "张三")
    found = apply_sheet(out, path, "张三")
    assert (found.taken, found.already, found.refused, found.written) == (0, 1, (), ())
    assert len(kept(out)) == 1


def test_rows_may_be_sorted_and_deleted_and_headings_pushed_down(out: Path) -> None:
    def sorted_(sheet: Sheet) -> None:
        values = [[c.value for c in row] for row in sheet.iter_rows(2, 5)]
        sheet.delete_rows(2, 4)
        for n, row in enumerate([values[3], values[0]], 2):
            for m, value in enumerate(row, 1):
                sheet.cell(n, m, value)
        sheet.insert_rows(1)
        sheet["A1"] = "请各位复核"
        sheet.title = "张三的"

    apply_sheet(out, fill(out, {2: "勾选", 5: "未勾"}, sorted_), "张三")
    assert {(c.item_id, c.new) for c in kept(out)} == {("004", "checked"), ("006", "empty")}


def test_what_someone_else_said_first_is_not_overwritten(out: Path) -> None:
    fill(out, {2: "未勾"}).rename(out.parent / "other.xlsx")
    path = fill(out, {2: "勾选", 3: "勾选"})
    apply_sheet(out, out.parent / "other.xlsx", "李四")
    found = apply_sheet(out, path, "张三")
    assert (found.taken, [r.row for r in found.refused]) == (1, [2])
    assert "现在是 empty（李四 于" in found.refused[0].error.zh
    assert [(c.item_id, c.new, c.who) for c in kept(out)] == [
        ("004", "empty", "李四"),
        ("005", "checked", "张三"),
    ]


@pytest.mark.parametrize(
    ("said", "state"),
    [("√", "checked"), (" 是 ", "checked"), ("—", "empty"), ("No", "empty"), ("？", "uncertain")],
)
def test_what_people_type_instead(out: Path, said: str, state: str) -> None:
    apply_sheet(out, fill(out, {2: said}), "张三")
    assert kept(out)[0].new is State(state)


@pytest.mark.parametrize("said", ["×", "也许", "1"])
def test_an_answer_that_could_mean_either_is_refused(out: Path, said: str) -> None:
    with pytest.raises(UsageError) as e:
        apply_sheet(out, fill(out, {2: "勾选", 3: said}), "张三")
    assert f"第 3 行的改判“{said}”不认识，没有采纳任何更正" in e.value.zh
    assert kept(out) == []


def test_a_row_that_lost_its_mark(out: Path) -> None:
    def spoilt(sheet: Sheet) -> None:
        cell(sheet, 3, "标识（勿改）").value = "x"

    with pytest.raises(UsageError, match="Row 3 of the review sheet"):
        apply_sheet(out, fill(out, {3: "勾选"}, spoilt), "张三")
    apply_sheet(out, fill(out, {2: "勾选"}, spoilt), "张三")  # a row without answer matters not
    assert len(kept(out)) == 1


def test_another_folder_s_sheet(out: Path, tmp_path: Path) -> None:
    other = tmp_path / "more"
    other.mkdir()
    (other / "z.txt").write_text("form 9 unsure 1", "utf-8")
    batch(other, tmp_path / "out2", workers=1, reader=fakes.read)
    path = fill(tmp_path / "out2", {2: "勾选"})
    with pytest.raises(UsageError) as e:
        apply_sheet(out, path, "张三")
    assert "没有一行属于结果文件夹" in e.value.zh


@pytest.mark.parametrize("content", [b"", b"not a workbook", None])
def test_what_is_no_workbook(out: Path, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.xlsx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError) as e:
        apply_sheet(out, path)
    assert e.value.zh.startswith("x.xlsx 不能作为工作簿打开（")


def test_a_workbook_without_a_review_sheet(out: Path, tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "x.xlsx")
    with pytest.raises(UsageError) as e:
        apply_sheet(out, tmp_path / "x.xlsx")
    assert e.value.zh.startswith("x.xlsx 里没有复核表（须有“改判”和“标识（勿改）”两列）")


def test_nobody_and_nothing(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert apply_sheet(out, out / "results.xlsx").taken == 0

    def none() -> str:
        raise OSError

    monkeypatch.setattr("getpass.getuser", none)
    apply_sheet(out, fill(out, {2: "勾选"}))
    assert kept(out)[0].who == NOBODY


def test_results_that_cannot_be_written_do_not_cost_the_corrections(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*_: object) -> None:
        raise ExportError("文件正在其他程序中打开。", "The file is open elsewhere.")

    monkeypatch.setattr("fcextract.apply.write_results", held)
    with pytest.raises(ExportError) as e:
        apply_sheet(out, fill(out, {2: "勾选"}), "张三")
    assert e.value.en.startswith("The corrections are in the ledger")
    assert len(kept(out)) == 1


def test_in_english_too(out: Path) -> None:
    export_results(out, lang="en")
    book = openpyxl.load_workbook(out / "results.xlsx")
    sheet = book["Review"]
    cell(sheet, 2, "Answer").value = "can't tell"
    book.save(out / "filled.xlsx")
    assert apply_sheet(out, out / "filled.xlsx", "Zhang").taken == 1
    assert kept(out)[0].new is State.UNCERTAIN


def test_the_command(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = fill(out, {2: "勾选", 3: "勾选", 4: "勾选"})
    assert main(["apply", str(out), str(path), "--who", "张三"]) == 0
    assert "采纳 3 处更正，已有 0 处，未采纳 0 处。" in capsys.readouterr().out
    assert main(["status", str(out)]) == 0
    listed = capsys.readouterr().out
    assert "b.txt" in listed and "a.txt" not in listed
    assert main(["apply", str(out), str(out / "results.xlsx")]) == 0
    assert capsys.readouterr().out == "复核表里没有填写改判。\n"
    assert main(["apply", str(out), str(out / "none.xlsx")]) == 2


def test_the_command_names_the_rows_it_refused(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = fill(out, {2: "勾选"}).rename(out.parent / "first.xlsx")
    second = fill(out, {2: "未勾"})
    assert main(["apply", str(out), str(first), "-q"]) == 0
    assert main(["apply", str(out), str(second), "--lang", "en"]) == 4
    printed = capsys.readouterr()
    assert printed.err.startswith("Row 2: [conflict] The self box of (004) now stands as checked")
    assert "0 corrections taken, 0 stood already, 1 refused." in printed.out
