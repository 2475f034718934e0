"""The ledger keeps what was read as it was read."""

from __future__ import annotations

import csv
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import fakes
import pytest

import fcextract.ledger as ledger_module
import fcextract.ledger_file as ledger_file
from fcextract import __version__, versions
from fcextract.errors import LedgerError
from fcextract.ledger import Content, Ledger, NamedFile, Reading
from fcextract.ledger_evidence import Crop
from fcextract.ledger_file import FILE
from fcextract.ledger_sheets import sheet_text
from fcextract.records import FailedFile, Finding
from fcextract.results import export_results
from fcextract.serialize import digest

CONTENT = Content("a" * 64, ".pdf", "edition=zj-2019")


def reading(*ticks: int) -> Reading:
    sheets = tuple(sheet_text(fakes.sheet("ignored.pdf", n)) for n in ticks)
    return Reading(sheets, 3, False, None, 0.25, 0.2)


def failure(source: str = "a.pdf", code: str = "not-a-form") -> Reading:
    row = FailedFile(source, CONTENT.sha256, code, "不是该表。", "Not the form.")
    return Reading((), 0, False, row, 0.1, 0.1)


def start(ledger: Ledger, *sources: str, **options: str) -> int:
    return ledger.begin([NamedFile(s, f"/in/{s}") for s in sources], options)


def test_a_sheet_comes_back_as_it_was(tmp_path: Path) -> None:
    with Ledger.open(tmp_path, write=True) as ledger:
        run = start(ledger, "a.pdf")
        number = ledger.record(run, "a.pdf", CONTENT, reading(3, 4))
        ledger.finish(run, "done")
    with Ledger.open(tmp_path) as ledger:
        found = list(ledger.sheets(number))
        assert found == [fakes.sheet("", 3), replace(fakes.sheet("", 4), place=1)]
        (standing,) = ledger.standings()
        assert (standing.source, standing.forms, standing.pages) == ("a.pdf", 2, 3)
        assert (standing.code, standing.review, standing.reading) == ("", False, number)


def test_reading_is_stored_with_its_hash(tmp_path: Path) -> None:
    with Ledger.open(tmp_path, write=True) as ledger:
        ledger.record(start(ledger, "a.pdf"), "a.pdf", CONTENT, reading(3))
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        (stored,) = db.execute("SELECT sha256 FROM sheet").fetchone()
    assert stored == digest(sheet_text(fakes.sheet("any other name.pdf", 3)))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sheet SET body = x'00'",
        "DELETE FROM sheet",
        "UPDATE reading SET code = 'x'",
        "DELETE FROM reading",
    ],
)
def test_readings_are_frozen(tmp_path: Path, statement: str) -> None:
    with Ledger.open(tmp_path, write=True) as ledger:
        ledger.record(start(ledger, "a.pdf"), "a.pdf", CONTENT, reading(3))
    with (
        closing(sqlite3.connect(tmp_path / FILE)) as db,
        pytest.raises(sqlite3.IntegrityError, match="readings are"),
    ):
        db.execute(statement)


def test_an_altered_sheet_is_refused(tmp_path: Path) -> None:
    with Ledger.open(tmp_path, write=True) as ledger:
        number = ledger.record(start(ledger, "a.pdf"), "a.pdf", CONTENT, reading(3))
    db = sqlite3.connect(tmp_path / FILE)
    db.execute("DROP TRIGGER sheet_frozen")
    db.execute("UPDATE sheet SET body = x'00'")
    db.commit()
    db.close()
    with Ledger.open(tmp_path) as ledger, pytest.raises(LedgerError) as e:
        list(ledger.sheets(number))
    assert e.value.en == (
        "Sheet 1 of reading 1 in the ledger does not match its hash: it was altered and can no "
        "longer be relied on. Read the files again with fcextract batch --again."
    )


def test_what_stands_and_what_is_tried_again(tmp_path: Path) -> None:
    with Ledger.open(tmp_path, write=True) as ledger:
        run = start(ledger, "a.pdf", "b.pdf")
        assert ledger.standing_for("a.pdf", CONTENT) is None
        good = ledger.record(run, "a.pdf", CONTENT, reading(3))
        assert ledger.standing_for("a.pdf", CONTENT) == good
        assert ledger.standing_for("b.pdf", CONTENT) is None
        assert ledger.same_content(CONTENT) == good
        assert ledger.same_content(CONTENT._replace(suffix=".txt")) is None
        ledger.link("b.pdf", CONTENT, good)
        assert ledger.standing_for("b.pdf", CONTENT) == good
        other = CONTENT._replace(sha256="b" * 64)
        bad = ledger.record(run, "b.pdf", other, failure("b.pdf"))
        assert ledger.standing_for("b.pdf", other) == bad
        assert ledger.same_content(other) is None
        ledger.record(run, "b.pdf", other, failure("b.pdf", "encrypted-file"))
        assert ledger.standing_for("b.pdf", other) is None


def test_another_version_reads_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger.open(tmp_path, write=True) as ledger:
        ledger.record(start(ledger, "a.pdf"), "a.pdf", CONTENT, reading(3))
        monkeypatch.setattr(ledger_module, "reader_version", lambda: "99.0")
        assert ledger.standing_for("a.pdf", CONTENT) is None
        assert ledger.same_content(CONTENT) is None


def test_version_follows_the_reading_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def version() -> str:
        versions.reader_version.cache_clear()
        return versions.reader_version()

    here = version()
    assert here == f"{__version__}+{here[-8:]}"
    monkeypatch.setattr(versions, "HERE", tmp_path)
    (tmp_path / "marks").mkdir()
    (tmp_path / "marks" / "ink.py").write_text("LEAST = 5\n")
    one = version()
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "csv.py").write_text("anything")
    assert version() == one
    (tmp_path / "marks" / "ink.py").write_text("LEAST = 6\n")
    assert version() != one
    monkeypatch.undo()
    assert version() == here


def test_everything_that_reading_steps_use_is_in_the_version() -> None:
    parts = [versions.HERE / part for part in versions.PARTS]
    files = {f for p in parts for f in (p.rglob("*.py") if p.is_dir() else [p])}
    used = {
        name
        for file in files
        for name in re.findall(r"^ *from fcextract\.(\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    known = {part.removesuffix(".py") for part in versions.PARTS}
    # What goes wrong, what is made of a reading afterwards, and how files are had.
    assert used - known == {"errors", "audit", "places"}


def test_only_the_latest_run_counts(tmp_path: Path) -> None:
    with Ledger.open(tmp_path, write=True) as ledger:
        first = start(ledger, "a.pdf", "b.pdf")
        ledger.record(first, "a.pdf", CONTENT, reading(3))
        ledger.record(first, "b.pdf", CONTENT, failure("b.pdf"))
        ledger.finish(first, "done")
        start(ledger, "b.pdf", "c.pdf", count="rows")
        assert [(s.source, s.code) for s in ledger.standings()] == [
            ("b.pdf", "not-a-form"),
            ("c.pdf", ""),
        ]
        assert ledger.retired() == 1
        assert ledger.last_run()["state"] == "running"
        assert ledger.option("count", "numbers") == "rows"


def test_a_folder_without_a_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as e:
        Ledger.open(tmp_path)
    assert e.value.en == (
        f"There is no ledger run.sqlite in {tmp_path}, so it is no results folder. "
        f"Run fcextract batch … -o {tmp_path} first."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("not a database, and long enough to be looked at" * 50)
    with pytest.raises(LedgerError) as e:
        Ledger.open(tmp_path, write=True)
    assert e.value.en.startswith(f"The ledger of the results folder {tmp_path} cannot be used (")
    (tmp_path / FILE).unlink()
    Ledger.open(tmp_path, write=True).close()  # the lock was let go


def test_a_results_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(LedgerError):
        Ledger.open(tmp_path / "out", write=True)


def test_a_ledger_from_the_future(tmp_path: Path) -> None:
    Ledger.open(tmp_path, write=True).close()
    db = sqlite3.connect(tmp_path / FILE)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(LedgerError) as e:
        Ledger.open(tmp_path)
    assert "written by a newer fcextract" in e.value.en


def test_migrations_run_once_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger.open(tmp_path, write=True) as ledger:
        number = ledger.record(start(ledger, "a.pdf"), "a.pdf", CONTENT, reading(3))
    more = (*ledger_file.MIGRATIONS, "CREATE TABLE later (id INTEGER PRIMARY KEY);")
    monkeypatch.setattr(ledger_file, "MIGRATIONS", more)
    for _ in range(2):
        with Ledger.open(tmp_path, write=True) as ledger:
            assert len(list(ledger.sheets(number))) == 1
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(more),)
        assert db.execute("SELECT count(*) FROM later").fetchone() == (0,)


def test_a_form_takes_little_room(tmp_path: Path) -> None:
    with Ledger.open(tmp_path, write=True) as ledger:
        run = start(ledger, *(f"{n}.pdf" for n in range(40)))
        for n in range(40):
            content = CONTENT._replace(sha256=f"{n:064d}")
            ledger.record(run, f"{n}.pdf", content, reading(n))
    assert (tmp_path / FILE).stat().st_size / 40 < 20_000


def test_a_full_disk_is_said_and_costs_only_what_is_under_way(tmp_path: Path) -> None:
    with Ledger.open(tmp_path, write=True) as ledger:
        run = start(ledger, "a.pdf", "b.pdf")
        kept = ledger.record(run, "a.pdf", CONTENT, reading(3))
        ledger._db.execute("PRAGMA max_page_count = 1")  # sqlite then says the disk is full
        with pytest.raises(LedgerError) as e:
            for n in range(20):
                ledger.record(run, "b.pdf", CONTENT._replace(sha256=f"{n:064d}"), reading(n, n))
        assert "database or disk is full" in e.value.en
    with Ledger.open(tmp_path) as ledger:
        assert len(list(ledger.sheets(kept))) == 1


def test_a_broken_write_leaves_no_trace(tmp_path: Path) -> None:
    with Ledger.open(tmp_path, write=True) as ledger:
        run = start(ledger, "a.pdf")
        with pytest.raises(AttributeError):
            ledger.record(run, "a.pdf", CONTENT, reading(3)._replace(sheets=("{}", 7)))  # type: ignore[arg-type]
        assert ledger.standings()[0].reading is None
        assert ledger.same_content(CONTENT) is None


# ------------------------------------------------------------------------ evidence


def test_pictures_are_kept_with_the_reading(tmp_path: Path) -> None:
    crops = (Crop(0, "004", "self", b"png 1"), Crop(1, "004", "reviewer", b"png 2"))
    with Ledger.open(tmp_path, write=True) as ledger:
        number = ledger.record(
            start(ledger, "a.pdf"), "a.pdf", CONTENT, reading(3, 4)._replace(crops=crops)
        )
    with Ledger.open(tmp_path) as ledger:
        assert ledger.crop(number, 0, "004", "self") == b"png 1"
        assert ledger.crop(number, 1, "004", "reviewer") == b"png 2"
        assert ledger.crop(number, 1, "004", "self") is None
    with (
        closing(sqlite3.connect(tmp_path / FILE)) as db,
        pytest.raises(sqlite3.IntegrityError, match="readings are frozen"),
    ):
        db.execute("UPDATE crop SET png = x'00'")


def test_findings_are_counted_for_the_files_that_stand(tmp_path: Path) -> None:
    found = Finding("box-uncertain", "warning", "004", 1, "", "self", "看不清", "faint")
    with Ledger.open(tmp_path, write=True) as ledger:
        run = start(ledger, "a.pdf", "b.pdf")
        got = reading(3)._replace(findings=((found, found),))
        number = ledger.record(run, "a.pdf", CONTENT, got)
        ledger.link("b.pdf", CONTENT, number)
        assert ledger.findings() == {"box-uncertain": 4}
        start(ledger, "b.pdf")
        assert ledger.findings() == {"box-uncertain": 2}


def test_a_ledger_of_the_first_schema_opens(tmp_path: Path) -> None:
    """Made by version 0.1.0 before the second schema: read, exported, then read on."""
    shutil.copy(Path(__file__).parent / "data" / "ledger-1.sqlite", tmp_path / FILE)
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
    export_results(tmp_path)
    with open(tmp_path / "forms.csv", encoding="utf-8-sig", newline="") as f:
        rows = {r["source"]: r for r in csv.DictReader(f)}
    assert (rows["a.txt"]["self_total"], rows["a.txt"]["declared_total"]) == ("2", "6")
    assert rows["none.txt"]["error"].startswith("[not-a-form]")
    with Ledger.open(tmp_path, write=True) as ledger:
        ledger.record(start(ledger, "b.pdf"), "b.pdf", CONTENT, reading(3))
        assert [s.source for s in ledger.standings()] == ["b.pdf"]
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        assert version == len(ledger_file.MIGRATIONS)


def test_halves_of_characters_are_kept_out(tmp_path: Path) -> None:
    """A hostile font may map a glyph to half a character, which no file can hold."""
    sheet = fakes.sheet("a.pdf", 3)
    row = replace(sheet.entries[0], keyword="a\ud800b")
    text = sheet_text(replace(sheet, entries=(row, *sheet.entries[1:])))
    assert '"a?b"' in text
    text.encode("utf-8")
