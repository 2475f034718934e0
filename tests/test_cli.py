"""The command line: what goes to stdout and stderr, and the exit statuses."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fakes
import pytest

from fcextract import __version__
from fcextract.catalogue import catalogue
from fcextract.cli import main
from fcextract.errors import FcextractError

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Files do what they say; the working folder is empty; Chinese unless told."""

    def read_file(path: Path, *, source: str, options: Any) -> list[Any]:
        return fakes.read(path, source, options)

    monkeypatch.setitem(sys.modules, "fcextract.pipeline", SimpleNamespace(read_file=read_file))
    # Another process would read the files themselves.
    monkeypatch.setattr("fcextract.batches._processes", lambda workers, files: 0)
    monkeypatch.delenv("FCEXTRACT_LANG", raising=False)
    monkeypatch.chdir(tmp_path)


def put(**files: str) -> None:
    for name, words in files.items():
        Path(f"{name}.txt").write_text(words, "utf-8")


# ---------------------------------------------------------------------- read


def test_read_prints_a_summary(capsys: pytest.CaptureFixture[str]) -> None:
    put(a="form 2 declared 6")
    assert main(["read", "a.txt", "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    words = " ".join(out.split())
    assert "330105190420002 杭州市拱墅区 inconsistent" in words
    assert "resettled population 23,423 talents introduced 4,234" in words
    assert "declared 6 / 141 2 / 70 4 / 71" in words
    assert "ticked 2 / 141 = 1.42 % 2 / 70 = 2.86 % 0 / 71 = 0.00 %" in words
    assert "declared-total-mismatch" in words
    assert "\x1b" not in out


def test_read_speaks_chinese_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(a="form 2")
    main(["read", "a.txt"])
    assert "自评" in capsys.readouterr().out
    monkeypatch.setenv("FCEXTRACT_LANG", "en")
    main(["read", "a.txt"])
    assert "ticked" in capsys.readouterr().out
    main(["--lang", "zh", "read", "a.txt"])
    assert "自评" in capsys.readouterr().out


def test_unread_boxes_give_a_range(capsys: pytest.CaptureFixture[str]) -> None:
    put(a="form 2 unsure 3")
    main(["read", "a.txt", "--lang", "en"])
    out = " ".join(capsys.readouterr().out.split())
    assert "needs review" in out
    assert "2…5 / 141" in out


def test_read_json_is_one_array_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    put(a="form 2", b="two forms", c="none")
    assert main(["read", "a.txt", "b.txt", "c.txt", "--json"]) == 4
    out, err = capsys.readouterr()
    forms = json.loads(out)
    assert [(f["source"], f["status"], len(f["items"])) for f in forms] == [
        ("a.txt", "ok", 142),
        ("b.txt", "ok", 142),
        ("b.txt", "ok", 142),
        ("c.txt", "failed", 0),
    ]
    assert forms[0]["sha256"] == forms[0]["sha256"].lower() and len(forms[3]["sha256"]) == 64
    assert err == "c.txt: [not-a-form] c.txt 不是该表。\n"


def test_read_json_of_nothing_is_still_json(capsys: pytest.CaptureFixture[str]) -> None:
    put(c="none")
    assert main(["read", "c.txt", "--json"]) == 5
    assert json.loads(capsys.readouterr().out)[0]["error"] == "[not-a-form] c.txt 不是该表。"


def test_same_form_twice_gets_another_name(capsys: pytest.CaptureFixture[str]) -> None:
    put(a="form 2", b="form 2")
    main(["read", "a.txt", "b.txt", "--json"])
    ids = [f["form_id"] for f in json.loads(capsys.readouterr().out)]
    assert ids == ["330105190420002", "330105190420002~2"]


@pytest.mark.parametrize("ending", ["csv", "json", "xlsx", "parquet"])
def test_read_writes_one_file(ending: str, capsys: pytest.CaptureFixture[str]) -> None:
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    put(a="form 2")
    assert main(["read", "a.txt", "-o", f"items.{ending}"]) == 0
    assert Path(f"items.{ending}").stat().st_size > 1000
    assert capsys.readouterr().out == ""


def test_read_refuses_an_unknown_ending_before_reading(
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(a="form 2")
    assert main(["read", "a.txt", "-o", "items.doc", "--lang", "en"]) == 2
    assert capsys.readouterr().err.startswith("[usage] Cannot write items.doc")
    assert fakes.reads(Path()) == []


def test_count_rows(capsys: pytest.CaptureFixture[str]) -> None:
    put(a="form 142")
    totals = []
    for count in ("numbers", "rows"):
        main(["read", "a.txt", "--json", "--count", count])
        (form,) = json.loads(capsys.readouterr().out)
        totals.append((form["summary"]["self_total"], form["summary"]["self_guiding"]))
    assert totals == [(141, 73), (142, 74)]


# -------------------------------------------------------------- exit statuses


@pytest.mark.parametrize(
    ("files", "words", "status"),
    [
        ({"a": "form 2"}, [], 0),
        ({"a": "form 2 declared 6"}, [], 0),
        ({"a": "form 2 declared 6"}, ["--fail-on", "finding"], 3),
        ({"a": "form 2 declared 6"}, ["--fail-on", "review"], 0),
        ({"a": "form 2 unsure 1"}, ["--fail-on", "review"], 3),
        ({"a": "form 2", "b": "none"}, [], 4),
        ({"a": "form 2 unsure 1", "b": "none"}, ["--fail-on", "review"], 4),
        ({"a": "none", "b": "bug"}, [], 5),
        ({"a": "form 2", "b": "interrupt"}, [], 130),
    ],
)
def test_exit_status(
    files: dict[str, str], words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    put(**files)
    names = [f"{n}.txt" for n in files]
    assert main(["read", *names, "--quiet", *words]) == status
    assert main(["batch", *names, "-o", "out", "--workers", "1", "--quiet", *words]) == status
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "words",
    [
        ["reed"],
        ["read"],
        ["read", "a.txt", "--colour"],
        ["batch", "a.txt"],
        ["batch", "a.txt", "-o", "out", "--workers", "0"],
        ["read", "a.txt", "--count", "pages"],
        ["read", "a.txt", "--edition", "zj-1999"],
        ["explain", "no-such-code"],
        ["edition", "zj-1999"],
    ],
)
def test_wrong_use(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    put(a="form 2")
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("[u")
    assert "Traceback" not in err


def test_wrong_use_is_said_in_three_moves(capsys: pytest.CaptureFixture[str]) -> None:
    main(["batch", "a.txt", "--lang", "en"])
    assert capsys.readouterr().err == (
        "[usage] Wrong use of the command line (Missing option '-o'.), so nothing was done. "
        "See fcextract batch --help.\n"
    )


def test_a_folder_is_for_batch(capsys: pytest.CaptureFixture[str]) -> None:
    Path("in").mkdir()
    assert main(["read", "in", "--lang", "en"]) == 2
    assert capsys.readouterr().err == (
        "[usage] in is a folder and this command reads files, so nothing was read. Use fcextract "
        "batch in -o results, or add --pages-as-form where its pictures are the pages of one "
        "form.\n"
    )


def test_a_place_that_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    put(a="form 2", b="")
    assert main(["read", "a.txt", "-o", "b.txt/items.csv", "--lang", "en"]) == 2
    assert capsys.readouterr().err.startswith("[export] Cannot write b.txt/items.csv (")


def test_a_fault_of_the_program_is_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("section")

    monkeypatch.setattr("fcextract.cli.listing.edition", broken)
    assert main(["edition", "--lang", "en"]) == 5
    assert capsys.readouterr().err == (
        "[internal-error] This program failed (KeyError: 'section'), so the command did not "
        "finish; what is in the ledger is safe. Run it again with the environment variable "
        "FCEXTRACT_DEBUG=1 and send the output to the maintainers.\n"
    )
    monkeypatch.setenv("FCEXTRACT_DEBUG", "1")
    with pytest.raises(KeyError):
        main(["edition"])


def test_an_empty_folder_is_nothing_read(capsys: pytest.CaptureFixture[str]) -> None:
    Path("in").mkdir()
    assert main(["batch", "in", "-o", "out"]) == 5


# --------------------------------------------------------------------- batch


def test_batch_closes_with_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    put(a="form 2 declared 6", b="form 3 unsure 1", c="none", d="form 2 declared 6")
    Path("in").mkdir()
    for path in list(Path().glob("*.txt")):
        path.rename(Path("in") / path.name)
    Path("in/letter.docx").write_text("")
    words = ["batch", "in", "-o", "out", "--workers", "1", "--lang", "en"]
    assert main(words) == 4
    out, err = capsys.readouterr()
    text = " ".join(out.split())
    assert "files 4 (3 read now, 0 before, 1 copies)" in text
    assert "status ok 2, review 1, failed 1" in text
    assert "same content d.txt = a.txt" in text
    assert "other files 1 (.docx 1)" in text
    assert err == "c.txt: [not-a-form] c.txt is not the form.\n"
    assert main(words) == 4
    assert "(0 read now, 4 before, 1 copies)" in " ".join(capsys.readouterr().out.split())


def test_status_says_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    put(a="form 2", b="form 3 unsure 1", c="none")
    main(["batch", "a.txt", "b.txt", "c.txt", "-o", "out", "--workers", "1", "-q"])
    capsys.readouterr()
    assert main(["status", "out", "--lang", "en"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "files 3 forms 2 ok 1 needs review 1 failed 1 not read yet 0" in text
    assert "Failed: c.txt [not-a-form] c.txt is not the form." in text
    assert "Needs review: b.txt" in text


def test_export_again_and_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    put(a="form 2")
    main(["batch", "a.txt", "-o", "out", "-q"])
    before = Path("out/forms.csv").read_bytes()
    Path("out/forms.csv").unlink()
    assert main(["export", "out"]) == 0
    assert "out/forms.csv" in capsys.readouterr().out.splitlines()
    assert Path("out/forms.csv").read_bytes() == before
    assert main(["export", "out", "-o", "elsewhere/items.csv"]) == 0
    assert capsys.readouterr().out == "elsewhere/items.csv\n"
    assert Path("elsewhere/items.csv").read_bytes() == Path("out/items.csv").read_bytes()


def test_a_folder_that_holds_no_results(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("status", "export"):
        assert main([command, "nowhere", "--lang", "en"]) == 5
        assert capsys.readouterr().err == (
            "[ledger] There is no ledger run.sqlite in nowhere, so it is no results folder. "
            "Run fcextract batch … -o nowhere first.\n"
        )
    assert not Path("nowhere").exists()


# --------------------------------------------------------- edition and explain


def test_edition_as_csv_json_and_table(capsys: pytest.CaptureFixture[str]) -> None:
    main(["edition", "zj-2019", "--csv"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 142
    assert [r["item_id"] for r in rows if r["item_no"] == "63"] == ["063-1", "063-2"]
    main(["edition", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["denominators"] == {"total": 141, "binding": 70, "guiding": 71}
    assert (found["counts"]["binding_rows"], found["counts"]["guiding_rows"]) == (68, 74)
    assert len(found["items"]) == 142
    main(["edition", "--lang", "en"])
    text = capsys.readouterr().out
    assert "063-2" in text
    assert "Printed in the footer: 141, binding 70, guiding 71" in text
    assert "In the list: 142 rows (binding 68, guiding 74), 141 numbers" in text


def test_every_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for code in catalogue():
        for lang in ("zh", "en"):
            assert main(["explain", code, "--lang", lang]) == 0
    capsys.readouterr()
    assert main(["explain"]) == 0
    listed = capsys.readouterr().out
    assert all(code in listed for code in catalogue())


def test_every_error_has_a_code_that_explain_knows() -> None:
    kinds = [FcextractError, *FcextractError.__subclasses__()]
    assert {k.code for k in kinds} <= set(catalogue())


# -------------------------------------------------------------------- program


@pytest.mark.parametrize("command", ["", "read", "batch", "export", "status", "edition", "explain"])
def test_help_in_both_languages(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = [command] if command else []
    assert main([*words, "--lang", "en", "--help"]) == 0
    english = capsys.readouterr().out
    assert main([*words, "--lang", "zh", "--help"]) == 0
    chinese = capsys.readouterr().out
    assert not any("\u4e00" <= c <= "\u9fff" for c in english)
    assert any("\u4e00" <= c <= "\u9fff" for c in chinese)
    assert " | " not in english + chinese.replace("[zh|en]", "")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"fcextract {__version__}\n"


def test_pipe_closed_early() -> None:
    """``fcextract edition | head``, without a word on stderr."""
    code = "import sys; from fcextract.cli import main; sys.exit(main(['edition', '--json']))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_output_is_utf8_in_pipes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fcextract", "explain", "ledger"],
        capture_output=True,
        cwd=ROOT,
        env={"PYTHONIOENCODING": "ascii", "PATH": "", "SYSTEMROOT": ""},
    )
    assert "结果文件夹" in done.stdout.decode("utf-8")
    assert done.returncode == 0
