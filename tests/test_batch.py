"""A folder in, a results folder out: what is read, what is kept, what a failure costs."""

from __future__ import annotations

import contextlib
import csv
import errno
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import fakes
import psutil
import pytest

from fcextract.batches import BatchSummary, Progress, add, batch
from fcextract.errors import ExportError, LedgerError, UsageError
from fcextract.inputs import InputFile
from fcextract.ledger import Ledger
from fcextract.results import export_results
from fcextract.settings import ReadOptions


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def put(folder: Path, **files: str) -> None:
    """Files by name without ending, with what they are to do."""
    for name, words in files.items():
        (folder / f"{name}.txt").write_text(words, "utf-8")


def run(inputs: Any, out: Path, **options: Any) -> BatchSummary:
    options = {"workers": 0, "reader": fakes.read, **options}
    return batch(inputs, out, **options)


def rows(out: Path, name: str = "forms") -> list[dict[str, str]]:
    with open(out / f"{name}.csv", encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


def files(out: Path) -> dict[str, bytes]:
    """Every file of a results folder but the ledger's own."""
    return {p.name: p.read_bytes() for p in out.iterdir() if not p.name.startswith("run.")}


# ------------------------------------------------------------------- results


def test_results_folder(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3", b="form 4 declared 9", c="two forms", d="none", e="form 5 unsure 2")
    s = run(inbox, tmp_path / "out")
    assert (s.files, s.forms, s.ok, s.review, s.failed) == (5, 5, 3, 1, 1)
    assert (s.read, s.kept, s.copies, s.ignored, s.interrupted) == (5, 0, (), (), False)
    assert {"items.csv", "forms.csv", "findings.csv", "results.xlsx"} <= set(
        files(tmp_path / "out")
    )
    found = [(r["source"], r["status"], r["verdict"], r["self_total"]) for r in rows(s.out)]
    assert (
        found
        == [
            ("a.txt", "ok", "consistent", "3"),
            ("b.txt", "ok", "inconsistent", "4"),
            ("c.txt", "ok", "consistent", "1"),
            ("c.txt", "ok", "consistent", "2"),
            ("d.txt", "failed", "", ""),
            ("e.txt", "review", "consistent", "5"),
        ]
        or found[-1][2] == "unverifiable"
    )
    assert len(rows(s.out, "items")) == 5 * 142
    assert rows(s.out)[4]["error"] == "[not-a-form] d.txt 不是该表。"


def test_order_of_reading_leaves_no_trace(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3", b="form 4", c="none")
    one = files(run(inbox, tmp_path / "one").out)
    assert files(run(inbox, tmp_path / "two", workers=2).out) == one
    paths = [inbox / f"{n}.txt" for n in "abc"]
    three = files(run(paths, tmp_path / "three").out)
    assert files(run(paths[::-1], tmp_path / "four").out) == three


def test_export_gives_the_same_bytes(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3", b="two forms", c="none", d="form 7 unsure 1", e="form 3")
    out = tmp_path / "out"
    run(inbox, out, count="rows", lang="en")
    before = files(out)
    for path in out.iterdir():
        if not path.name.startswith("run."):
            path.unlink()
    time.sleep(1.1)  # a clock in any file would show
    export_results(out)
    assert files(out) == before


def test_count_is_chosen_at_export(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 142 declared 141")
    out = run(inbox, tmp_path / "out").out
    assert rows(out)[0]["self_total"] == "141"
    export_results(out, count="rows")
    assert rows(out)[0]["self_total"] == "142"
    assert fakes.reads(inbox) == ["a.txt"]


# ------------------------------------------------------------ read only once


def test_finished_files_are_not_read_twice(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3", b="none")
    first = run(inbox, tmp_path / "out")
    before = files(first.out)
    second = run(inbox, tmp_path / "out")
    assert (second.read, second.kept, second.forms, second.failed) == (0, 2, 1, 1)
    assert fakes.reads(inbox) == ["a.txt", "b.txt"]
    assert files(second.out) == before


def test_changed_files_are_read_again(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3", b="form 4")
    out = run(inbox, tmp_path / "out").out
    kept_time = (inbox / "a.txt").stat()
    put(inbox, a="form 5")  # same size,
    os.utime(inbox / "a.txt", ns=(kept_time.st_atime_ns, kept_time.st_mtime_ns))  # same time
    s = run(inbox, out)
    assert (s.read, s.kept) == (1, 1)
    assert [r["self_total"] for r in rows(out)] == ["5", "4"]


def test_old_readings_come_back_with_old_content(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3")
    out = run(inbox, tmp_path / "out").out
    put(inbox, a="form 5")
    run(inbox, out)
    put(inbox, a="form 3")
    assert run(inbox, out).read == 0
    assert rows(out)[0]["self_total"] == "3"


def test_again_reads_everything(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3", b="form 3")
    run(inbox, tmp_path / "out")
    s = run(inbox, tmp_path / "out", again=True)
    assert (s.read, s.kept) == (1, 0)


def test_other_settings_are_another_reading(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3")
    run(inbox, tmp_path / "out")
    assert run(inbox, tmp_path / "out", pages_as_form=True).read == 1
    assert run(inbox, tmp_path / "out", max_pixels=1).read == 1  # it leaves pages out
    assert run(inbox, tmp_path / "out", count="rows").read == 0


def test_same_content_is_read_once_and_reported(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3", b="form 3", c="form 4")
    s = run(inbox, tmp_path / "out")
    assert fakes.reads(inbox) == ["a.txt", "c.txt"]
    assert s.copies == (("b.txt", "a.txt"),)
    assert [(r["source"], r["self_total"]) for r in rows(s.out)] == [
        ("a.txt", "3"),
        ("b.txt", "3"),
        ("c.txt", "4"),
    ]


def test_failed_copies_speak_of_their_own_file(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="none", b="none")
    out = run(inbox, tmp_path / "out").out
    assert [r["error"][-11:] for r in rows(out)] == [
        "a.txt 不是该表。"[-11:],
        "b.txt 不是该表。"[-11:],
    ]


def test_renamed_file_is_not_read_again(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3")
    out = run(inbox, tmp_path / "out").out
    (inbox / "a.txt").rename(inbox / "z.txt")
    s = run(inbox, out)
    assert (s.read, s.retired) == (0, 1)
    assert [r["source"] for r in rows(out)] == ["z.txt"]


def test_passing_failures_are_tried_again(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="bug", b="none")
    out = run(inbox, tmp_path / "out").out
    assert run(inbox, out).read == 1
    assert fakes.reads(inbox) == ["a.txt", "b.txt", "a.txt"]


# --------------------------------------------------------------- what fails


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_is_one_row(inbox: Path, tmp_path: Path, workers: int) -> None:
    put(inbox, a="form 3", b="bug", c="form 4")
    s = run(inbox, tmp_path / "out", workers=workers)
    assert [r["status"] for r in rows(s.out)] == ["ok", "failed", "ok"]
    assert s.failures[0].code == "internal-error"
    assert s.failures[0].error_en == (
        "This program failed on b.txt (ZeroDivisionError: a fault), so the file has no result; "
        "other files are not affected. Send the file and this line to the maintainers."
    )


def test_crashes_and_endless_loops_are_rows(inbox: Path, tmp_path: Path) -> None:
    put(
        inbox,
        a="crash",
        b="hang",
        c="crash once",
        d="none",
        **{f"f{n}": f"form {n}" for n in "123456"},
    )
    s = run(inbox, tmp_path / "out", workers=2, timeout=5)
    assert {r["source"]: r["error"][:16] for r in rows(s.out) if r["status"] == "failed"} == {
        "a.txt": "[reader-crashed]",
        "b.txt": "[time-limit] 读取 ",
        "d.txt": "[not-a-form] d.t",
    }
    assert (s.forms, s.ok, s.failed) == (7, 7, 3)
    codes = {f.source: f for f in s.failures}
    assert codes["a.txt"].error_en == (
        "The process reading a.txt died twice, most likely because the file is damaged or too "
        "large, so it has no result. Open it in another program, save it anew and run again."
    )
    assert codes["b.txt"].error_en == (
        "Reading b.txt took longer than the limit of 5 seconds and was stopped, so it has no "
        "result. If the file really is that large, allow more with --timeout and run again."
    )


def test_a_single_file_under_a_time_limit(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="hang")
    s = run(inbox, tmp_path / "out", workers=1, timeout=2)
    assert [f.code for f in s.failures] == ["time-limit"]


def test_a_file_that_eats_memory_is_a_row(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="hang 600", b="form 4")
    s = run(inbox, tmp_path / "out", workers=1, max_memory=400)
    assert [f.code for f in s.failures] == ["memory-limit"]
    assert s.failures[0].error_en == (
        "Reading a.txt took more memory than the limit of 400 MB and was stopped, so it has no "
        "result. If the file really is that large, allow more with --max-memory and run again."
    )
    assert s.ok == 1


def test_workers_that_cannot_start_are_said(inbox: Path, tmp_path: Path) -> None:
    """A script without the ``__main__`` guard: its workers die before their first file."""
    put(inbox, a="form 3", b="form 4")
    script = tmp_path / "script.py"
    script.write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nimport fcextract\n"
        f"fcextract.batch({str(inbox)!r}, {str(tmp_path / 'out')!r}, workers=2)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, encoding="utf-8", cwd=ROOT)
    assert done.returncode == 1
    assert "The reading processes do not start, so no file can be read." in done.stderr


def test_interruption_keeps_what_was_finished(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3", b="interrupt", c="form 4")
    s = run(inbox, tmp_path / "out")
    assert s.interrupted
    assert [r["source"] for r in rows(s.out)] == ["a.txt"]
    put(inbox, b="form 5")
    again = run(inbox, tmp_path / "out")
    assert (again.read, again.kept, again.interrupted) == (2, 1, False)
    assert [r["self_total"] for r in rows(s.out)] == ["3", "5", "4"]


# -------------------------------------------------------------------- inputs


def test_what_is_taken_from_a_folder(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 1")
    (inbox / "sub" / ".git").mkdir(parents=True)
    put(inbox / "sub", b="form 2")
    put(inbox / "sub" / ".git", c="form 3")
    (inbox / ".hidden.txt").write_text("form 9")
    (inbox / "notes.docx").write_text("form 9")
    (inbox / "UPPER.TXT").write_text("form 4")
    out = inbox / "results"
    run(inbox, out)
    put(out, old="form 5")
    s = run(inbox, out)
    assert [r["source"] for r in rows(out)] == ["UPPER.TXT", "a.txt", "sub/b.txt"]
    assert [Path(p).name for p in s.ignored] == ["notes.docx"]


def test_results_beside_the_inputs_are_not_read(inbox: Path) -> None:
    put(inbox, a="form 1")
    (inbox / "report.html").write_text("form 9")
    for _ in range(2):
        s = run(inbox, inbox)
    assert [r["source"] for r in rows(inbox)] == ["a.txt"]
    assert "run.sqlite" in {Path(p).name for p in s.ignored}


def test_a_named_file_is_always_tried(inbox: Path, tmp_path: Path) -> None:
    (inbox / "notes.docx").write_text("form 3")
    s = run([inbox / "notes.docx", inbox / "gone.pdf"], tmp_path / "out")
    assert {r["source"]: r["status"] for r in rows(s.out)} == {
        (inbox / "gone.pdf").as_posix(): "failed",
        (inbox / "notes.docx").as_posix(): "ok",
    }


def test_same_names_in_two_folders_do_not_collide(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for n, name in enumerate(("east", "west", "north"), 1):
        Path(name).mkdir()
        put(Path(name), form=f"form {n}")
    put(Path("north"), alone="form 7")
    Path("north/form.txt").unlink()
    s = run(["west", "east", "north"], tmp_path / "out")
    assert [(r["source"], r["self_total"]) for r in rows(s.out)] == [
        ("alone.txt", "7"),
        ("east/form.txt", "1"),
        ("west/form.txt", "2"),
    ]


def test_a_file_reached_twice_is_one(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3")
    s = run([inbox, inbox / "a.txt", inbox], tmp_path / "out")
    assert [r["source"] for r in rows(s.out)] == ["a.txt"]


def test_a_folder_of_pages_is_one_form(inbox: Path, tmp_path: Path) -> None:
    (inbox / "form1").mkdir()
    for n in (1, 2):
        (inbox / "form1" / f"{n}.png").write_bytes(b"page")
    seen = []

    def reader(path: Path, source: str, options: Any) -> list[Any]:
        seen.append((path.name, source, options.pages_as_form))
        return []

    run(inbox, tmp_path / "out", reader=reader, pages_as_form=True)
    assert seen == [("form1", "form1", True)]


# -------------------------------------------------------------------- others


def test_progress_is_told(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3", b="none", c="form 3", d="form 4 unsure 1")
    steps: list[Progress] = []
    run(inbox, tmp_path / "out", progress=steps.append)
    assert [s.done for s in steps] == [1, 2, 3, 4]
    assert steps[-1][1:] == (4, steps[-1].source, 2, 1, 1)


def test_unknown_options_are_refused(inbox: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as e:
        run(inbox, tmp_path / "out", colour="red")
    assert "colour" in e.value.en
    with pytest.raises(UsageError):
        run(inbox, tmp_path / "out", count="pages")
    assert not (tmp_path / "out").exists()


def test_two_runs_do_not_write_at_once(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3")
    out = run(inbox, tmp_path / "out").out
    with Ledger.open(out, write=True), pytest.raises(LedgerError) as e:
        run(inbox, out)
    assert e.value.en.startswith("Another run is writing to the results folder")
    run(inbox, out)


def start(tmp_path: Path, inbox: Path, out: Path) -> subprocess.Popen[bytes]:
    """A batch of two workers in a process of its own."""
    return subprocess.Popen(command(tmp_path, inbox, out), stderr=subprocess.PIPE)


def command(tmp_path: Path, inbox: Path, out: Path) -> list[str]:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        f"sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests')!r}]\n"
        "import fakes, fcextract\n"
        "if __name__ == '__main__':\n"
        f"    s = fcextract.batch({str(inbox)!r}, {str(out)!r}, workers=2, reader=fakes.read)\n"
        "    sys.exit(130 if s.interrupted else 0)\n"
    )
    return [sys.executable, str(script)]


def await_file(path: Path, seconds: float = 20) -> str:
    """The text of a file that another process is about to write."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if path.exists() and (text := path.read_text("utf-8")):
            return text
        time.sleep(0.02)
    raise AssertionError(f"{path.name} did not come")


def test_killed_runs_lose_nothing(inbox: Path, tmp_path: Path) -> None:
    """``kill -9`` of the parent, at several moments; then the run is taken up again."""
    put(inbox, **{f"f{n:02d}": f"form {n + 1}" for n in range(12)}, g="sleep 0.2", h="sleep 0.3")
    calm = run(inbox, tmp_path / "calm").out
    out = tmp_path / "out"
    for wait in (0.2, 0.45, 0.6):
        process = start(tmp_path, inbox, out)
        time.sleep(wait)
        process.kill()
        process.communicate()
    run(inbox, out, workers=2)
    assert files(out) == files(calm)


def test_ctrl_c_while_a_result_is_recorded_keeps_it(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, a="form 3", b="sleep 60")
    record = Ledger.record

    def interrupted(*args: object, **more: object) -> object:
        signal.raise_signal(signal.SIGINT)
        return record(*args, **more)

    monkeypatch.setattr(Ledger, "record", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        summary = batch(inbox, tmp_path / "out", workers=1, reader=fakes.read)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert summary.interrupted
    assert [r["source"] for r in rows(tmp_path / "out")] == ["a.txt"]


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise on Windows")
def test_ctrl_c_stops_the_workers_and_keeps_results(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3", b="form 4", c="sleep 60", d="sleep 61", e="form 5")
    process = start(tmp_path, inbox, tmp_path / "out")
    workers = [int(await_file(inbox / f"{n}.pid")) for n in "cd"]
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"")
    assert [r["source"] for r in rows(tmp_path / "out")] == ["a.txt", "b.txt"]
    assert_gone(workers)


@pytest.mark.skipif(os.name == "nt", reason="processes are looked for otherwise on Windows")
def test_workers_do_not_outlive_a_killed_parent(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="sleep 60", b="sleep 61")
    process = start(tmp_path, inbox, tmp_path / "out")
    workers = [int(await_file(inbox / f"{n}.pid")) for n in "ab"]
    process.kill()
    process.communicate()
    assert_gone(workers)


def assert_gone(pids: list[int], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while any(map(alive, pids)):
        assert time.monotonic() < until, "workers are still there"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    """Whether a process runs (one that nobody has waited for yet does not)."""
    state = Path(f"/proc/{pid}/stat")
    if state.parent.parent.joinpath("self").exists():
        return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(os.name == "nt", reason="processes are killed otherwise on Windows")
def test_a_killed_worker_costs_nothing(inbox: Path, tmp_path: Path) -> None:
    """Another program (the system, short of memory) kills a worker from outside."""
    put(inbox, a="sleep 1", b="form 4", c="form 5", d="form 6")
    process = start(tmp_path, inbox, tmp_path / "out")
    os.kill(int(await_file(inbox / "a.pid")), signal.SIGKILL)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, b"")
    assert [r["status"] for r in rows(tmp_path / "out")] == ["ok"] * 4


def test_random_kills_cost_nothing(inbox: Path, tmp_path: Path) -> None:
    """Parent and workers killed at random, again and again, until all is read."""
    put(inbox, **{f"f{n:02d}": f"form {n + 1}" for n in range(12)}, same="form 3", none="none")
    put(inbox, **{f"s{n}": f"sleep 0.{n}" for n in range(1, 7)})
    calm = run(inbox, tmp_path / "calm").out
    rng = random.Random(4)
    out = tmp_path / "out"
    for _ in range(8):
        process = psutil.Popen(command(tmp_path, inbox, out), stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.3, 1.5))
        with contextlib.suppress(psutil.Error):
            rng.choice([process, *process.children()]).kill()
        time.sleep(rng.uniform(0.0, 0.5))
        process.kill()
        process.wait()
    run(inbox, out, workers=2)
    assert files(out) == files(calm)
    with closing(sqlite3.connect(out / "run.sqlite")) as db:
        twice = db.execute(
            "SELECT 1 FROM reading WHERE code = '' GROUP BY sha256 HAVING count(*) > 1"
        )
        assert twice.fetchall() == []


def test_a_disk_that_fills_up_costs_what_is_under_way(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First the ledger finds no room, then an export; with room again, nothing is missing."""
    put(inbox, **{f"f{n:02d}": f"form {n + 1}" for n in range(12)})
    calm = run(inbox, tmp_path / "calm").out
    out = tmp_path / "out"
    record = Ledger.record

    def full(self: Ledger, *words: Any) -> int:
        if self._db.execute("SELECT count(*) FROM reading").fetchone()[0] == 5:
            self._db.execute("PRAGMA max_page_count = 1")
        return record(self, *words)

    with monkeypatch.context() as patch, pytest.raises(LedgerError) as e:
        patch.setattr(Ledger, "record", full)
        run(inbox, out, workers=1)
    assert "database or disk is full" in e.value.en
    with monkeypatch.context() as patch, pytest.raises(ExportError) as x:
        patch.setattr("fcextract.export.files._settle", no_room)
        run(inbox, out)
    assert "No space left on device" in x.value.en
    assert [p.name for p in out.iterdir() if not p.name.startswith("run.")] == []
    s = run(inbox, out)
    assert (s.read, s.kept) == (0, 12)
    assert files(out) == files(calm)


def no_room(path: Path) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_results_folders_are_shards_of_one_data_set(inbox: Path, tmp_path: Path) -> None:
    """One batch a shard, as docs/scale.md plans; their Parquet files have one schema, even
    where a shard gave no form."""
    dataset = pytest.importorskip("pyarrow.dataset")
    shards = {"east": "form 3", "west": "form 4 unsure 1", "north": "none"}
    for name, words in shards.items():
        (inbox / name).mkdir()
        put(inbox / name, a=words)
        run(inbox / name, tmp_path / name)
    for table, count in {"forms": 3, "items": 284}.items():
        paths = [str(tmp_path / name / f"{table}.parquet") for name in shards]
        assert len({dataset.dataset(p).schema for p in paths}) == 1
        assert dataset.dataset(paths).to_table().num_rows == count


def test_every_event_is_a_line(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3", b="form 3", c="none", d="form 4 unsure 1")
    log = tmp_path / "events.jsonl"
    run(inbox, tmp_path / "out", log_json=log)
    run(inbox, tmp_path / "out", log_json=log)
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [e["event"] for e in lines] == ["begin", *["file"] * 4, "end"] * 2
    by_source = {e["source"]: e for e in lines[1:5]}
    assert (by_source["a.txt"]["status"], by_source["a.txt"]["forms"]) == ("ok", 1)
    assert (by_source["b.txt"]["kept"], by_source["b.txt"]["copy_of"]) == (True, "a.txt")
    assert (by_source["c.txt"]["status"], by_source["c.txt"]["error"]) == ("failed", "not-a-form")
    assert by_source["d.txt"]["status"] == "review"
    assert all(e["kept"] for e in lines[7:11])
    assert (lines[5]["state"], lines[5]["ok"], lines[5]["copies"]) == ("done", 2, 1)
    assert lines[11]["read"] == 0


def test_a_log_that_cannot_be_written_is_said(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3")
    with pytest.raises(ExportError) as e:
        run(inbox, tmp_path / "out", log_json=tmp_path / "no" / "such" / "folder.jsonl")
    assert "--log-json" in e.value.en


ROOT = Path(__file__).resolve().parent.parent


# ---------------------------------------------------------------- adding files


def add_files(folder: Path, out: Path, **options: Any) -> None:
    files = [InputFile(p.name, p) for p in sorted(folder.glob("*.txt"))]
    add(files, out, ReadOptions(), reader=fakes.read, **options)


def test_added_files_stand_beside_the_others(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3", b="none")
    run(inbox, tmp_path / "out")
    more = tmp_path / "more"
    more.mkdir()
    put(more, c="form 4", d="crash")
    seen: list[str] = []
    add_files(more, tmp_path / "out", progress=lambda step: seen.append(step.source))
    assert sorted(seen) == ["c.txt", "d.txt"]
    with Ledger.open(tmp_path / "out") as ledger:
        found = {s.source: (s.forms, s.code) for s in ledger.standings()}
        assert ledger.retired() == 0
    assert found == {
        "a.txt": (1, ""),
        "b.txt": (0, "not-a-form"),
        "c.txt": (1, ""),
        "d.txt": (0, "reader-crashed"),
    }
    assert fakes.reads(inbox) == ["a.txt", "b.txt"]


def test_adding_can_be_stopped(inbox: Path, tmp_path: Path) -> None:
    put(inbox, a="form 3")
    run(inbox, tmp_path / "out")
    put(inbox, a="form 3", b="form 4", c="hang")
    stop = threading.Event()
    add_files(
        inbox,
        tmp_path / "out",
        stop=stop,
        progress=lambda step: step.source == "b.txt" and stop.set(),
    )
    with Ledger.open(tmp_path / "out", write=True) as ledger:
        assert ledger.last_run()["state"] == "interrupted"
        assert [s.source for s in ledger.standings() if s.reading is None] == ["c.txt"]
