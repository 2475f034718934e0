"""The same batch on a Dask cluster: a real scheduler, two real workers, one of them killed."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import fakes
import pytest

pytest.importorskip("distributed")

from fcextract.batches import batch
from fcextract.errors import ClusterError, UsageError

ROOT = Path(__file__).resolve().parent.parent


class Cluster(NamedTuple):
    address: str
    workers: tuple[subprocess.Popen[bytes], ...]


def dask(command: str, *words: str) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{command}", *words],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """One worker under a nanny, as ``dask worker`` starts it, and one on its own."""
    import json

    about = tmp_path / "scheduler.json"
    local = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    started = [dask("scheduler", *local, "--scheduler-file", str(about))]
    until = time.monotonic() + 60
    while not (about.exists() and about.read_text("utf-8").strip()):
        assert time.monotonic() < until, "the scheduler did not start"
        time.sleep(0.1)
    address = json.loads(about.read_text("utf-8"))["address"]
    common = ("--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path / "dask"))
    started += [dask("worker", address, *common), dask("worker", address, *common, "--no-nanny")]
    from distributed import Client

    try:
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=120)
        yield Cluster(address, tuple(started[1:]))
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def files(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in out.iterdir() if not p.name.startswith("run.")}


def run(inputs: Any, out: Path, **options: Any) -> Any:
    return batch(inputs, out, reader=fakes.read, **options)


def test_a_cluster_reads_as_one_machine_does(cluster: Cluster, tmp_path: Path) -> None:
    """With a file that crashes its reader, one that never ends, copies, an input by address;
    and a worker killed while it reads."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    words = {f"f{n}": f"form {n + 1}" for n in range(12)}
    words |= {"same": "form 3", "none": "none", "crash": "crash", "hang": "hang"}
    words |= {f"s{n}": f"sleep 1.{n}" for n in range(4)}
    for name, text in words.items():
        (inbox / f"{name}.txt").write_text(text, "utf-8")
    calm = run(inbox, tmp_path / "calm", workers=2, timeout=4)

    def kill(step: Any) -> None:
        if step.done == 4:
            cluster.workers[1].kill()

    address = f"file://{inbox.as_posix()}"
    s = run(address, tmp_path / "out", scheduler=cluster.address, timeout=4, progress=kill)
    assert (s.files, s.forms, s.failed) == (calm.files, calm.forms, calm.failed)
    assert s.copies == calm.copies == (("same.txt", "f2.txt"),)
    assert {f.source: f.code for f in s.failures} == {
        "crash.txt": "reader-crashed",
        "hang.txt": "time-limit",
        "none.txt": "not-a-form",
    }
    with open(s.out / "forms.csv", encoding="utf-8-sig") as f:
        assert len(list(csv.DictReader(f))) == calm.files
    assert {n: b for n, b in files(s.out).items() if n.endswith(".csv")} == {
        n: b for n, b in files(calm.out).items() if n.endswith(".csv")
    }
    again = run(inbox, tmp_path / "out", scheduler=cluster.address, timeout=4)
    assert again.read == 2, "what may go better another time"


def test_no_scheduler_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fcextract.cluster.PATIENCE", 1)
    (tmp_path / "a.txt").write_text("form 3", "utf-8")
    with pytest.raises(ClusterError) as e:
        run(tmp_path, tmp_path / "out", scheduler="tcp://127.0.0.1:9")
    assert e.value.en.startswith("The scheduler tcp://127.0.0.1:9 cannot be reached (")


def test_addresses_are_read(tmp_path: Path) -> None:
    """What fsspec opens, here a file system in memory, without any cluster."""
    import fsspec

    memory = fsspec.filesystem("memory")
    for name, text in {"a.txt": b"form 3", "sub/b.txt": b"form 4", "notes.docx": b"x"}.items():
        memory.pipe(f"/inbox/{name}", text)
    try:
        s = run("memory://inbox", tmp_path / "out", workers=0)
        assert (s.forms, len(s.ignored)) == (2, 1)
        with open(s.out / "forms.csv", encoding="utf-8-sig") as f:
            assert [r["source"] for r in csv.DictReader(f)] == ["a.txt", "sub/b.txt"]
        assert run("memory://inbox", tmp_path / "out", workers=0).kept == 2
        gone = run("memory://gone.txt", tmp_path / "other", workers=0)
        assert gone.failures[0].code == "file-missing"
    finally:
        memory.rm("/inbox", recursive=True)


def test_unknown_addresses_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as e:
        run("nowhere://inbox", tmp_path / "out")
    assert "nowhere://inbox cannot be opened" in e.value.en
