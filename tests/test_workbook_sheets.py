"""矩阵, 复核, 分区 and the pictures and links of the workbook, read back with openpyxl."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pymupdf
import pytest
from factories import EDITION, a_box, a_failure, a_row, a_sheet, the_seed
from test_export_workbook import column

from fcextract.audit import audit_all
from fcextract.corrections import Correction, apply
from fcextract.export import in_order
from fcextract.export import table as table_module
from fcextract.export.evidence import MOST_CUT, Evidence
from fcextract.export.sheets.waiting import CHOICES, Mark, waiting
from fcextract.export.table import picture_size
from fcextract.export.workbook import write_workbook
from fcextract.geometry import Box
from fcextract.inputs import content_hash
from fcextract.records import Declared, Scoresheet, State

PLACE = Box(300.0, 200.0, 312.0, 212.0)
ITEM = EDITION.items[33]
IDS = [i.item_id for i in EDITION.items]


def pdf(path: Path) -> Path:
    doc = pymupdf.open()
    page = doc.new_page(width=595, height=842)
    page.draw_rect(pymupdf.Rect(*PLACE))
    page.draw_line((300, 206), (312, 206), color=(0, 0, 1))
    doc.save(path)
    return path


def doubtful(path: Path, states: Iterable[str] = ("034",)) -> Scoresheet:
    """The form of ``path``, in which the boxes of ``states`` are in doubt."""
    box = a_box("uncertain", box=PLACE)
    rows = {
        i.item_id: a_row(i, box if i.item_id in set(states) else a_box())
        for i in EDITION.items
        if i.item_id in set(states)
    }
    return replace(a_sheet(["001"], rows=rows, source=path.name), sha256=content_hash(path))


def write(
    path: Path, sheets: list[Scoresheet], evidence: Evidence | None = None, lang: str = "zh"
) -> Any:
    write_workbook(path, in_order(audit_all(sheets), [], evidence), lang)
    return openpyxl.load_workbook(path)


# ------------------------------------------------------------------- matrix


def test_the_matrix_holds_every_box(tmp_path: Path) -> None:
    states = {"001": "checked", "003": "uncertain", "004": "missing"}
    sheet = write(tmp_path / "a.xlsx", [a_sheet(states, ["002"]), the_seed()])["矩阵"]
    assert (sheet.max_row, sheet.max_column) == (2 + 2 * 2 + 2, 4 + 142)
    assert [c.value for c in sheet[2]][4:] == IDS
    assert sheet["E1"].value == "未来邻里指标"
    own, other = ([sheet.cell(row, n).value or "" for n in range(5, 9)] for row in (3, 4))
    assert own == ["√", "", "?", "×"]
    assert other == ["", "√", "", ""]
    assert [sheet.cell(3, n).value for n in (3, 4)] == ["自评", 1]
    assert sheet.cell(2, 4).value == "勾选行数"
    sums = [sheet.cell(row, n).value for row in (7, 8) for n in (5, 6, 7)]
    assert sums == [2, 1, 0, 0, 1, 0]  # the seed ticks the first two
    assert sheet.freeze_panes == "E3"
    assert sheet.page_setup.paperSize == 8 and sheet.page_setup.fitToWidth == 2


# ------------------------------------------------------------------ regions


def test_regions_by_county_and_prefecture(tmp_path: Path) -> None:
    def of(code: str, ticked: int, serial: int) -> Scoresheet:
        return a_sheet(
            IDS[:ticked], number=f"{code}190429{serial:03d}", source=f"{code}{serial}.pdf",
            declared=Declared(total=ticked),
        )  # fmt: skip

    sheet = write(
        tmp_path / "a.xlsx",
        [of("330106", 10, 1), of("330105", 20, 2), of("330105", 30, 3), of("330203", 40, 4),
         a_sheet(["001"], number="", source="x.pdf")],
    )["分区"]  # fmt: skip
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=3)]
    found = [(r[0], r[1], r[2], r[7]) for r in rows]
    assert found == [
        ("杭州市", "杭州市拱墅区", 2, 25.0),
        ("杭州市", "杭州市西湖区", 1, 10.0),
        ("杭州市", "小计", 3, 20.0),
        ("宁波市", "宁波市海曙区", 1, 40.0),
        ("宁波市", "小计", 1, 40.0),
        ("（未知）", "（未知）", 1, 1.0),
        ("（未知）", "小计", 1, 1.0),
        ("合计", None, 5, pytest.approx(20.2)),
    ]
    assert rows[2][10] == pytest.approx((10 + 20 + 30) / 141 / 3, abs=1e-4)
    assert sheet["K5"].number_format.startswith("0.00%")


# ------------------------------------------------------------------- review


def test_what_waits_and_what_does_not() -> None:
    sheet = a_sheet({"001": "uncertain", "002": "missing"}, {"003": "uncertain"})
    (form,) = audit_all([sheet])
    assert [(e.item.item_id, who) for e, who in waiting(form)] == [
        ("001", "self"), ("002", "self"), ("003", "reviewer"),
    ]  # fmt: skip
    told = Correction(sheet.sha256, 0, "001", "self", State.UNCERTAIN, State.UNCERTAIN, "x", "y")
    (form,) = audit_all([apply(sheet, [told])])
    assert [e.item.item_id for e, _ in waiting(form)] == ["002", "003"]


def test_a_mark_comes_back_as_it_was() -> None:
    mark = Mark("a" * 64, 2, "063-1", "reviewer", State.MISSING)
    assert Mark.of(mark.text()) == mark
    for wrong in ("", "a b c", "a x 001 self empty", "a 0 001 self perhaps"):
        with pytest.raises(ValueError):
            Mark.of(wrong)


def test_nothing_waits(tmp_path: Path) -> None:
    for lang, name, said in (
        ("zh", "复核", "没有待复核的框。"),
        ("en", "Review", "No box waits for review."),
    ):
        sheet = write(tmp_path / "a.xlsx", [the_seed()], lang=lang)[name]
        assert sheet["A2"].value == said
        assert sheet.max_row == 2


@pytest.mark.parametrize(("lang", "name"), [("zh", "复核"), ("en", "Review")])
def test_the_drop_down(tmp_path: Path, lang: str, name: str) -> None:
    sheet = write(tmp_path / "a.xlsx", [a_sheet({"001": "uncertain"})], lang=lang)[name]
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"' + ",".join(CHOICES[lang]) + '"'
    assert "fcextract apply" in choice.prompt


# ----------------------------------------------------- pictures and links


def pictures(sheet: Any) -> list[tuple[str, int, int]]:
    """Column, row and kind of anchor of every picture on a sheet."""
    found = []
    for image in sheet._images:
        at = image.anchor._from
        found.append((openpyxl.utils.get_column_letter(at.col + 1), at.row + 1))
        assert image.anchor.to.row == at.row, "reaches into the next row"
        assert image.anchor.to.col == at.col, "reaches into the next column"
        assert image.anchor.editAs in (None, "twoCell"), "does not move with its cell"
    return found


def test_pictures_lie_over_their_cells(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf")
    with Evidence({"a.pdf": path}, tmp_path) as evidence:
        book = write(tmp_path / "a.xlsx", [doubtful(path, ["034", "035"])], evidence)
    assert column(book["复核"], "截图", 1).coordinate == "F2"
    assert pictures(book["复核"]) == [("F", 2), ("F", 3)]
    rows = [
        row
        for row in range(2, book["差异"].max_row + 1)
        if book["差异"].cell(row, 11).value == "box-uncertain"
    ]
    assert pictures(book["差异"]) == [("F", row) for row in rows]
    assert book["复核"].row_dimensions[2].height >= 30
    with zipfile.ZipFile(tmp_path / "a.xlsx") as z:
        names = [n for n in z.namelist() if n.startswith("xl/media/")]
        assert len(names) == 1, "the same picture is kept once"
        assert picture_size(z.read(names[0]))[0] > 300
        assert not any("richData" in n for n in z.namelist()), "no pictures in cells"


def test_links_lead_to_the_page(tmp_path: Path) -> None:
    (tmp_path / "in put").mkdir()
    path = pdf(tmp_path / "in put" / "甲 #1.pdf")
    with Evidence({path.name: path}, tmp_path / "out") as evidence:
        book = write(tmp_path / "a.xlsx", [doubtful(path)], evidence)
    cell = column(book["复核"], "页", 1)
    assert (cell.value, cell.data_type) == (1, "n")
    # Excel's own way to write it; LibreOffice reads it too.
    assert cell.hyperlink.target == "..\\in%20put\\甲%20%231.pdf"
    assert cell.hyperlink.location == "page=1"


def test_a_file_that_is_gone_or_changed_shows_nothing(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf")
    sheet = doubtful(path)
    other = pymupdf.open()
    other.new_page()
    other.save(path)
    with Evidence({"a.pdf": path}, tmp_path) as evidence:
        assert evidence.picture(sheet, sheet.entries[33], "self") is None
    path.unlink()
    with Evidence({"a.pdf": path}, tmp_path) as evidence:
        assert evidence.picture(sheet, sheet.entries[33], "self") is None
        assert pictures(write(tmp_path / "a.xlsx", [sheet], evidence)["复核"]) == []


def test_kept_pictures_come_first(tmp_path: Path) -> None:
    sheet = doubtful(pdf(tmp_path / "a.pdf"))
    kept = Evidence({}, tmp_path, kept=lambda s, item, column: f"{item} {column}".encode())
    assert kept.picture(sheet, sheet.entries[33], "self") == b"034 self"


def test_so_many_pictures_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_CUT >= 500
    monkeypatch.setattr("fcextract.export.evidence.MOST_CUT", 2)
    path = pdf(tmp_path / "a.pdf")
    sheet = doubtful(path)
    with Evidence({"a.pdf": path}, tmp_path) as evidence:
        found = [evidence.picture(sheet, sheet.entries[33], "self") for _ in range(4)]
    assert [p is not None for p in found] == [True, True, False, False]


def test_so_many_pictures_on_a_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "MAX_PICTURES", 2)
    path = pdf(tmp_path / "a.pdf")
    with Evidence({"a.pdf": path}, tmp_path) as evidence:
        book = write(tmp_path / "a.xlsx", [doubtful(path, IDS[10:15])], evidence)
    assert len(pictures(book["复核"])) == len(pictures(book["差异"])) == 2


def test_so_many_links_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "MAX_LINKS", 3)
    path = pdf(tmp_path / "a.pdf")
    with Evidence({"a.pdf": path}, tmp_path) as evidence:
        book = write(tmp_path / "a.xlsx", [doubtful(path, IDS[10:20])], evidence)
    sheet = book["复核"]
    linked = [bool(column(sheet, "页", n).hyperlink) for n in range(1, 11)]
    assert linked == [True] * 3 + [False] * 7


def test_rows_that_differ_are_shown_whole(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf")
    row = a_row(ITEM, nature="引导性" if ITEM.nature == "约束性" else "约束性")
    row = replace(row, band=Box(40.0, 195.0, 555.0, 215.0))
    sheet = replace(
        a_sheet(["001"], rows={ITEM.item_id: row}, source="a.pdf"), sha256=content_hash(path)
    )
    with Evidence({"a.pdf": path}, tmp_path) as evidence:
        book = write(tmp_path / "a.xlsx", [sheet], evidence)
    assert len(pictures(book["差异"])) == 1


def test_the_bytes_depend_on_the_forms_alone(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf")
    made = []
    for name in ("a.xlsx", "b.xlsx"):
        with Evidence({"a.pdf": path}, tmp_path) as evidence:
            write(tmp_path / name, [doubtful(path), the_seed()], evidence)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_corrected_boxes_keep_what_was_read(tmp_path: Path) -> None:
    sheet = a_sheet({"001": "uncertain"})
    said = Correction(
        sheet.sha256, 0, "001", "self", State.UNCERTAIN, State.CHECKED, "张三", "今天"
    )
    book = write(tmp_path / "a.xlsx", [apply(sheet, [said])])
    assert column(book["明细"], "自评", 1).value == "√"
    assert column(book["明细"], "自评原判读", 1).value == "待定"
    assert column(book["明细"], "更正", 1).value == "张三/今天"
    assert column(book["明细"], "自评原判读", 2).value is None
    assert column(book["总表"], "更正的框", 1).value == 1


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_it_opens_in_libreoffice_with_its_pictures(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf")
    with Evidence({"a.pdf": path}, tmp_path) as evidence:
        batch = in_order(audit_all([doubtful(path), the_seed()]), [a_failure()], evidence)
        write_workbook(tmp_path / "a.xlsx", batch)
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    command += ["--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.xlsx")], check=True, capture_output=True)
    doc = pymupdf.open(tmp_path / "a.pdf")
    text = "".join(page.get_text() for page in doc)
    assert "#VALUE!" not in text and "###" not in text
    shown = {
        name: sum(len(page.get_image_rects(i[0])) for i in page.get_images())
        for page in doc
        for name in ("差异", "复核")
        if name in page.get_text().splitlines()[:3]
    }
    assert shown == {"差异": 1, "复核": 1}
