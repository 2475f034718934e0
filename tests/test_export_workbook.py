"""The workbook, read back with openpyxl."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from factories import EDITION, NUMBER, a_box, a_failure, a_row, a_sheet, audited, the_seed

from fcextract.audit import audit_all
from fcextract.audit.counting import gap
from fcextract.export import write_items
from fcextract.export.table import lines_of
from fcextract.export.workbook import SHEETS
from fcextract.records import Count, Declared


def write(path: Path, sheets: list[Any], failures: Any = (), lang: str = "zh") -> Any:
    write_items(path, audit_all(sheets), failures, lang)
    return openpyxl.load_workbook(path)


def column(sheet: Any, head: str, row: int, group: str = "") -> Any:
    """The cell of ``row`` under the heading ``head`` (and ``group`` above it)."""
    heads = 2 if sheet.max_row > 1 and sheet["E2"].value == "总细项" else 1
    over = ""
    for n in range(1, sheet.max_column + 1):
        if heads == 2:
            over = sheet.cell(1, n).value or ("" if n < 5 else over)
        if sheet.cell(heads, n).value == head and (not group or group == over):
            return sheet.cell(heads + row, n)
    raise AssertionError(head)


def test_sheets_and_languages(tmp_path: Path) -> None:
    names = ["总表", "明细", "矩阵", "差异", "复核", "分区", "口径"]
    assert write(tmp_path / "a.xlsx", [the_seed()]).sheetnames == names
    book = write(tmp_path / "b.xlsx", [the_seed()], [a_failure()], "en")
    assert book.sheetnames == list(SHEETS["en"])
    assert book["Summary"]["D3"].value == "failed"
    heads = [c.value for s in book.sheetnames[:6] for c in book[s][1]]
    assert all(h is None or h.isascii() for h in heads)


def test_the_seed_in_the_summary(tmp_path: Path) -> None:
    sheet = write(tmp_path / "a.xlsx", [the_seed()])["总表"]
    assert column(sheet, "县（市、区）", 1).value == "杭州市拱墅区"
    assert column(sheet, "结论", 1).value == "不一致"
    assert column(sheet, "状态", 1).value == "已读完"
    ticked, declared, gaps = "自评勾选（重新计数）", "申报数", "申报与勾选之差"
    for group, values in (ticked, (2, 2, 0)), (declared, (6, 3, 3)), (gaps, (4, 1, 3)):
        for head, value in zip(("总细项", "约束性", "引导性"), values, strict=True):
            assert column(sheet, head, 1, group).value == value, (group, head)
    rate = column(sheet, "申报", 1, "总细项比例")
    assert rate.value == pytest.approx(0.0426) and rate.number_format.startswith("0.00%")
    note, hint = column(sheet, "说明", 1).value.split("\n")
    assert note == "申报总细项符合 6 项，自评勾选为 2 项，多报 4 项。"
    assert hint.startswith("提示：要靠误读来解释差额，须有 4 个框读错")


def test_numbers_are_numbers_and_application_numbers_text(tmp_path: Path) -> None:
    book = write(tmp_path / "a.xlsx", [the_seed()])
    for sheet in ("总表", "明细", "差异"):
        cell = column(book[sheet], "申请编号", 1)
        assert cell.value == NUMBER and cell.data_type == "s" and cell.number_format == "@"
    assert column(book["明细"], "编号", 1).value == "001"
    assert column(book["明细"], "页", 1).data_type == "n"
    assert column(book["总表"], "发现条数", 1).value == 4


def test_every_item_once_in_order(tmp_path: Path) -> None:
    rows = {
        "034": None,
        "002": a_row(EDITION.items[1], a_box("uncertain"), a_box("checked"), remark="同意"),
    }
    sheet = write(tmp_path / "a.xlsx", [a_sheet(["001"], rows=rows)])["明细"]
    assert sheet.max_row == 143
    ids = [column(sheet, "编号", n).value for n in range(1, 143)]
    assert ids == [i.item_id for i in EDITION.items]
    assert [column(sheet, "自评", n).value for n in (1, 2, 3, 34)] == ["√", "待定", "—", "缺失"]
    assert column(sheet, "省发改委", 2).value == "√"
    assert column(sheet, "省发改委备注", 2).value == "同意"
    fills = {column(sheet, "自评", n).fill.fgColor.rgb for n in (1, 2, 3, 34)}
    assert len(fills) == 4


def test_findings_in_words(tmp_path: Path) -> None:
    sheet = write(tmp_path / "a.xlsx", [the_seed()])["差异"]
    assert sheet.max_row == 6
    assert [column(sheet, "程度", n).value for n in (1, 5)] == ["错误", "提示"]
    assert column(sheet, "类别", 1).value == "总细项申报数与勾选不符"
    assert column(sheet, "申报或印出", 1).value == "6"
    assert column(sheet, "代码", 4).value == "unnumbered-row"


def test_failed_files_stand_among_the_forms(tmp_path: Path) -> None:
    sheet = write(tmp_path / "a.xlsx", [the_seed()], [a_failure("a.pdf"), a_failure("z.pdf")])[
        "总表"
    ]
    assert [column(sheet, "状态", n).value for n in (1, 2, 3)] == ["读取失败", "已读完", "读取失败"]
    assert column(sheet, "说明", 1).value == "[damaged-file] 文件损坏，请重新传送。"
    assert column(sheet, "文件", 3).value == "z.pdf"


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+1", "-1", "http://x.example", "0123", "\tx"]
)
def test_text_stays_text(text: str, tmp_path: Path) -> None:
    row = a_row(EDITION.items[0], keyword=text, remark=text)
    path = tmp_path / "a.xlsx"
    book = write(path, [a_sheet(rows={"001": row}, source=f"{text}.pdf")])
    cell = column(book["明细"], "自评关键词", 1)
    assert cell.value == text and cell.data_type in ("s", "inlineStr") and cell.hyperlink is None
    assert bool(cell.quotePrefix) == (text[0] in "=@+-\t")
    with zipfile.ZipFile(path) as z:
        names = [n for n in z.namelist() if n.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in z.read(n) for n in names)


def test_a_cell_holds_no_more_than_excel_takes(tmp_path: Path) -> None:
    row = a_row(EDITION.items[0], keyword="长" * 40_000)
    sheet = write(tmp_path / "a.xlsx", [a_sheet(rows={"001": row})])["明细"]
    value = column(sheet, "自评关键词", 1).value
    assert len(value) == 32_767 and value.endswith("…")


def test_made_to_be_read_and_printed(tmp_path: Path) -> None:
    book = write(tmp_path / "a.xlsx", [the_seed()])
    for name, panes, filters in (
        ("总表", "C3", "A2:Z3"),
        ("明细", "D2", "A1:R143"),
        ("差异", "A2", "A1:L6"),
    ):
        sheet = book[name]
        assert sheet.freeze_panes == panes and sheet.auto_filter.ref == filters
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows


def test_the_method_says_how_it_was_counted(tmp_path: Path) -> None:
    sheets = [the_seed(), a_sheet(["001"], source="b.pdf")]
    book = write(tmp_path / "a.xlsx", sheets, [a_failure()])
    lines = {r[0].value: r[1].value for r in book["口径"].iter_rows(max_col=2)}
    assert lines["本批"] == (
        "2 份表：一致 0，不一致 1，待核实 0，未申报 1；待复核 0。读取失败的文件 1 个。"
    )
    assert "141" in lines["分母"] and "142" in lines["分母"]
    assert lines["计数单位"].startswith("按编号")
    assert lines["seed.txt"] == "0" * 64 and lines["broken.pdf"] == "f" * 64
    write_items(tmp_path / "r.xlsx", [audited(the_seed(), "rows")])
    by_rows = openpyxl.load_workbook(tmp_path / "r.xlsx")["口径"]
    assert {r[0].value: r[1].value for r in by_rows.iter_rows(max_col=2)}[
        "计数单位"
    ] == "按印出的行"


def test_a_long_table_goes_on_in_a_second_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fcextract.export.table.MAX_ROWS", 101)
    book = write(tmp_path / "a.xlsx", [the_seed()])
    assert book.sheetnames == ["总表", "明细", "明细(2)", *list(SHEETS["zh"])[2:]]
    assert book["明细"].max_row == 101 and book["明细(2)"].max_row == 43
    assert column(book["明细(2)"], "编号", 42).value == "141"


@pytest.mark.parametrize(
    ("declared", "low", "high", "wanted"),
    [(6, 2, 2, 4), (1, 2, 2, -1), (3, 2, 5, 0), (7, 2, 5, 2), (1, 2, 5, -1)],
)
def test_gap(declared: int, low: int, high: int, wanted: int) -> None:
    assert gap(declared, Count(low, low, high, 141, 0.0)) == wanted


def test_at_most_is_shown_where_there_is_a_range(tmp_path: Path) -> None:
    sheet = write(
        tmp_path / "a.xlsx",
        [a_sheet({"001": "checked", "002": "uncertain"}, declared=Declared(total=2))],
    )["总表"]
    assert column(sheet, "最多可能", 1).value == 2
    assert column(sheet, "总细项", 1, "申报与勾选之差").value == 0
    assert column(sheet, "未读出的框", 1).value == 1


def test_lines_of_a_wrapped_cell() -> None:
    assert lines_of("短", 10) == 1 and lines_of(None, 10) == 1 and lines_of(5, 10) == 1
    assert lines_of("长" * 20, 21) == 2 and lines_of("a" * 20, 23) == 1
