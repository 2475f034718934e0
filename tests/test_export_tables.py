"""The tables: the contract's columns, types that fit, and files that are safe to open."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from factories import (
    EDITION,
    NUMBER,
    SEED_DECLARED,
    a_box,
    a_failure,
    a_row,
    a_sheet,
    audited,
    the_seed,
)
from hypothesis import given
from hypothesis import strategies as st

from fcextract.audit import audit_all
from fcextract.errors import ExportError
from fcextract.export import EXPORTERS, write_all, write_items
from fcextract.export.columns import FINDING_COLUMNS, FORM_COLUMNS, ITEM_COLUMNS
from fcextract.export.csv import neutral, write_csv
from fcextract.export.frames import findings_frame, forms_frame, items_frame
from fcextract.export.rows import Row, item_rows
from fcextract.forms import Form
from fcextract.geometry import Box
from fcextract.records import AuditedSheet, FailedFile

# The contract's lists, restated.
ITEMS = [
    "form_id",
    "source",
    "item_id",
    "item_no",
    "section_no",
    "section",
    "indicator_no",
    "indicator",
    "nature",
    "content",
    "self_state",
    "self_confidence",
    "self_keyword",
    "reviewer_state",
    "reviewer_confidence",
    "reviewer_remark",
    "page",
    "self_box",
    "reviewer_box",
    "read_by",
    "corrected",
]
SELF = [
    f"self_{p}{k}" for p in ("total", "binding", "guiding") for k in ("", "_min", "_max", "_rate")
]
FORMS = [
    *["form_id", "source", "sha256", "pages", "edition", "status", "error", "application_no"],
    *["county_code", "county", "resettled_population", "talents_introduced"],
    *SELF,
    *(name.replace("self", "reviewer") for name in SELF),
    *["declared_total", "declared_total_of", "declared_total_rate", "declared_binding"],
    *["declared_binding_of", "declared_binding_rate", "declared_guiding"],
    *["declared_guiding_of", "declared_guiding_rate", "unread_boxes", "verdict"],
]
FINDINGS = [
    "form_id",
    "source",
    "code",
    "severity",
    "item_id",
    "page",
    "declared",
    "computed",
    "message_zh",
    "message_en",
]


def a_batch() -> tuple[list[AuditedSheet], list[FailedFile]]:
    ticked = [i.item_id for i in EDITION.items[:40]]
    rows = {"034": None, "005": a_row(EDITION.items[4], a_box("uncertain"), a_box("checked"))}
    sheets = [
        the_seed(),
        a_sheet(ticked, ticked[3:9], source="b/2.pdf", pages=(4, 5)),
        a_sheet(ticked, source="b/2.pdf", number="", rows=rows),
        a_sheet(source="a/x.pdf", number="330110190429001", declared=SEED_DECLARED),
    ]
    failures = [a_failure("c.pdf"), a_failure("a/2.pdf", "not-a-form")]
    return audit_all(sheets), failures


def read_csv(path: Path) -> list[list[str]]:
    with open(path, encoding="utf-8-sig", newline="") as f:
        return list(csv.reader(f))


# -------------------------------------------------------------------- columns


def test_columns_are_the_contracts() -> None:
    assert list(ITEM_COLUMNS) == ITEMS
    assert list(FORM_COLUMNS) == FORMS
    assert list(FINDING_COLUMNS) == FINDINGS


def test_frames_have_fitting_types() -> None:
    sheets, failures = a_batch()
    items, forms = items_frame(sheets), forms_frame(sheets, failures)
    findings = findings_frame(sheets)
    assert list(items) == ITEMS and list(forms) == FORMS and list(findings) == FINDINGS
    assert len(items) == 4 * 142 and len(forms) == 6
    for name in ("self_state", "reviewer_state"):
        assert list(items[name].cat.categories) == ["checked", "empty", "uncertain", "missing"]
    assert list(items["nature"].cat.categories) == ["约束性", "引导性"]
    for frame, kinds in (items, ITEM_COLUMNS), (forms, FORM_COLUMNS), (findings, FINDING_COLUMNS):
        for name, kind in kinds.items():
            dtype = str(frame[name].dtype)
            if kind == "int":
                assert dtype == "Int64", name
            elif kind in ("rate", "share"):
                assert dtype == "float64", name
            elif kind in ("text", "box"):
                assert dtype == "string", name
    assert items["page"].isna().sum() == 1 and items["self_box"].isna().sum() == 1
    assert forms["verdict"].isna().sum() == 2


def test_empty_frames_keep_columns_and_types() -> None:
    full = a_batch()[0]
    for make in items_frame, forms_frame, findings_frame:
        empty = make([])
        assert len(empty) == 0
        assert list(empty.dtypes.astype(str)) == list(make(full).dtypes.astype(str))


def test_an_item_line() -> None:
    row = a_row(
        EDITION.items[33],
        a_box("checked", box=Box(1.005, 2.0, 3.333, -0.001), readers=("vector",)),
        a_box("empty", readers=("vector", "raster")),
        page=3,
        keyword="已建成",
        remark="同意",
    )
    line = items_frame([audited(a_sheet(rows={"034": row}))]).iloc[33]
    assert line["item_id"] == "034" and line["item_no"] == 34
    assert (line["self_state"], line["reviewer_state"]) == ("checked", "empty")
    assert (line["self_keyword"], line["reviewer_remark"]) == ("已建成", "同意")
    assert line["self_box"] == "1.00 2.00 3.33 0.00"
    assert line["page"] == 3 and line["read_by"] == "vector+raster"


def test_the_form_line_of_the_seed() -> None:
    line = forms_frame([audited(the_seed())]).iloc[0]
    assert line["application_no"] == NUMBER and line["county"] == "杭州市拱墅区"
    assert [line[f"self_{p}"] for p in ("total", "binding", "guiding")] == [2, 2, 0]
    assert [line[f"declared_{p}"] for p in ("total", "binding", "guiding")] == [6, 3, 3]
    assert [line[f"declared_{p}_of"] for p in ("total", "binding", "guiding")] == [141, 70, 71]
    assert line["self_total_rate"] == 1.42 and line["declared_guiding_rate"] == 4.23
    assert (line["resettled_population"], line["talents_introduced"]) == (23423, 4234)
    assert (line["pages"], line["status"], line["verdict"]) == (3, "ok", "inconsistent")


def test_forms_and_failures_share_one_order_and_no_name() -> None:
    sheets, failures = a_batch()
    forms = forms_frame(sheets[::-1], failures)
    assert list(forms["source"]) == [
        "a/2.pdf",
        "a/x.pdf",
        "b/2.pdf",
        "b/2.pdf",
        "c.pdf",
        "seed.txt",
    ]
    assert forms["form_id"].is_unique
    assert list(forms["form_id"][[0, 2]]) == ["2.pdf~2", "2.pdf"]
    failed = forms.iloc[0]
    assert failed["status"] == "failed" and failed["pages"] == 0
    assert failed["error"] == "[not-a-form] 文件损坏，请重新传送。"
    assert forms_frame([], failures, "en")["error"][0] == "[not-a-form] Damaged; send it again."
    assert pd.isna(failed["self_total"]) and pd.isna(failed["edition"])


# ------------------------------------------------------------------------ csv


def test_csv_bytes(tmp_path: Path) -> None:
    write_items(tmp_path / "i.csv", [audited(the_seed())])
    data = (tmp_path / "i.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfform_id,source,")
    assert data.count(b"\r\n") == 143 and data.count(b"\n") == 143
    line = data.decode("utf-8-sig").split("\r\n")[2]
    assert line == (
        "330105190429014,seed.txt,002,2,1,未来邻里指标,1,邻里特色文化,约束性,明确社区特色文化主题,"
        "checked,0.999,,empty,0.999,,1,400.00 100.00 409.50 109.50,400.00 100.00 409.50 109.50,"
        "vector+raster,"
    )


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "\u3000=1",
    ],
)
def test_formulas_are_disarmed(text: str, tmp_path: Path) -> None:
    assert neutral(text) == "'" + text
    row = a_row(EDITION.items[0], keyword=text)
    write_items(tmp_path / "i.csv", [audited(a_sheet(rows={"001": row}))])
    assert read_csv(tmp_path / "i.csv")[1][ITEMS.index("self_keyword")] == "'" + text


@pytest.mark.parametrize("text", [NUMBER, "已完成 80%", "(a)", "1-2", "", "‘引’", "'", "a=b"])
def test_other_text_is_left_alone(text: str) -> None:
    assert neutral(text) == text


@given(st.text())
def test_no_cell_starts_a_formula(text: str) -> None:
    assert neutral(text).lstrip()[:1] not in set("=+-@＝＋－＠")
    assert neutral(text)[:1] not in ("\t", "\r", "\n")
    assert neutral(text).removeprefix("'") == text.removeprefix("'")


def test_a_formula_in_any_text_of_the_form_is_disarmed(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x")'
    rows = {"001": a_row(EDITION.items[0], wording=evil, keyword=evil, remark=evil)}
    sheet = a_sheet(number=evil, source=f"{evil}.pdf", rows=rows)
    write_all(tmp_path, audit_all([sheet]), [FailedFile("@x.pdf", "", evil, evil, evil)])
    for name in ("items", "forms", "findings"):
        cells = [c for line in read_csv(tmp_path / f"{name}.csv") for c in line]
        assert any(c == "'" + evil for c in cells)
        assert not [c for c in cells if c[:1] in set("=+-@\t\r")]


def test_csv_reads_back_as_the_frame(tmp_path: Path) -> None:
    sheets, failures = a_batch()
    write_all(tmp_path, sheets, failures)
    frames = {
        "items": items_frame(sheets),
        "forms": forms_frame(sheets, failures),
        "findings": findings_frame(sheets),
    }
    for name, frame in frames.items():
        back = pd.read_csv(tmp_path / f"{name}.csv", dtype={c: str for c in frame if c != "page"})
        assert list(back) == list(frame) and len(back) == len(frame)
        for column in frame.select_dtypes("string"):
            assert back[column].fillna("").tolist() == frame[column].fillna("").tolist(), column
        for column in frame.select_dtypes("number"):
            assert pd.to_numeric(back[column]).tolist() == pytest.approx(
                frame[column].astype(float).tolist(), nan_ok=True
            )


# ---------------------------------------------------------------- other files


def test_parquet_keeps_the_types(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    sheets, failures = a_batch()
    write_all(tmp_path, sheets, failures)
    back = pd.read_parquet(tmp_path / "items.parquet")
    pd.testing.assert_frame_equal(back, items_frame(sheets))
    forms = pd.read_parquet(tmp_path / "forms.parquet")
    assert list(forms.dtypes.astype(str)) == list(forms_frame(sheets, failures).dtypes.astype(str))
    assert len(pd.read_parquet(tmp_path / "findings.parquet")) == len(findings_frame(sheets))


def test_parquet_in_more_than_one_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr("fcextract.export.parquet.CHUNK", 100)
    sheets, _ = a_batch()
    write_items(tmp_path / "i.parquet", sheets)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "i.parquet"), items_frame(sheets))


def test_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fcextract.export.has_parquet", lambda: False)
    monkeypatch.setattr("fcextract.export.parquet.has_parquet", lambda: False)
    sheets, failures = a_batch()
    written = write_all(tmp_path, sheets, failures)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in written)
    names = ["items.csv", "forms.csv", "findings.csv", "results.xlsx", "report.html"]
    assert [p.name for p in written] == names
    with pytest.raises(ExportError, match=r"pip install fcextract\[parquet\]"):
        write_items(tmp_path / "i.parquet", sheets)


def test_the_same_forms_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheets, failures = a_batch()
    first = write_all(tmp_path / "1", sheets, failures)
    monkeypatch.setattr("time.time", lambda: 1.0)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    write_all(tmp_path / "2", sheets[::-1], failures[::-1])
    assert len(first) >= 4
    for path in first:
        assert path.read_bytes() == (tmp_path / "2" / path.name).read_bytes(), path.name


def test_every_ending(tmp_path: Path) -> None:
    sheets, failures = a_batch()
    for ending in EXPORTERS:
        if ending == ".parquet":
            pytest.importorskip("pyarrow")
        write_items(tmp_path / f"items{ending.upper()}", sheets, failures)
        assert (tmp_path / f"items{ending.upper()}").stat().st_size > 1000
    with pytest.raises(ExportError) as e:
        write_items(tmp_path / "items.ods", sheets)
    assert e.value.zh == (
        "不能写出 items.ods：不认识扩展名“.ods”。请用其中之一：.xlsx .csv .json .parquet。"
    )


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "i.csv"
    path.write_text("old")

    def rows() -> Iterator[Row]:
        yield from item_rows(audited(the_seed()))
        assert len(list(tmp_path.iterdir())) == 2
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write_csv(path, rows(), ITEM_COLUMNS)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["i.csv"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for ending in EXPORTERS:
        with pytest.raises(ExportError, match="Cannot write"):
            write_items(tmp_path / "file" / f"i{ending}", [audited(the_seed())])


# ---------------------------------------------------------------- public face


def test_form() -> None:
    form = Form(audited(the_seed()))
    assert form.form_id == NUMBER and form.source == "seed.txt" and form.edition == "zj-2019"
    assert (form.verdict, form.status) == ("inconsistent", "ok")
    assert form.header == {
        "application_no": NUMBER,
        "county_code": "330105",
        "county": "杭州市拱墅区",
        "resettled_population": 23423,
        "talents_introduced": 4234,
    }
    assert form.declared is not None and form.declared["total_rate"] == 4.26
    assert list(form.items) == ITEMS and len(form.items) == 142
    assert list(form.summary) == FORMS and len(form.summary) == 1
    assert list(form.findings) == FINDINGS and len(form.findings) == 4
    assert form.items is form.items
    assert repr(form) == "<Form 330105190429014: 2 of 141, inconsistent, ok>"
    assert Form(audited(a_sheet())).declared is None


def test_importing_is_light() -> None:
    code = (
        "import sys, fcextract.export, fcextract.forms, fcextract.audit, fcextract.catalogue;"
        "print(sorted({'pandas', 'xlsxwriter', 'pyarrow', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
