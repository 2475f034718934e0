"""The program as a user runs it, on real input, with nothing replaced."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import fcextract
from fcextract.cli import main

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "samples" / "seed" / "seed.txt"


def program(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from fcextract.cli import run; run()", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "FCEXTRACT_LANG": "en"},
    )


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    done = program("read", SEED, "--json", cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    (form,) = json.loads(done.stdout)
    return form


def test_seed_header_and_figures(seed: dict[str, Any]) -> None:
    assert seed["header"] == {
        "application_no": "330105190429014",
        "county_code": "330105",
        "county": "杭州市拱墅区",
        "resettled_population": 23423,
        "talents_introduced": 4234,
    }
    assert seed["declared"] == {
        "total": 6,
        "total_of": 141,
        "total_rate": 4.26,
        "binding": 3,
        "binding_of": 70,
        "binding_rate": 4.29,
        "guiding": 3,
        "guiding_of": 71,
        "guiding_rate": 4.23,
    }


def test_seed_ticks_and_totals(seed: dict[str, Any]) -> None:
    ticked = [i["item_id"] for i in seed["items"] if i["self_state"] == "checked"]
    assert ticked == ["001", "002"]
    assert {i["reviewer_state"] for i in seed["items"]} == {"empty"}
    summary = seed["summary"]
    assert [summary[f"self_{part}"] for part in ("total", "binding", "guiding")] == [2, 2, 0]
    assert [summary[f"reviewer_{part}"] for part in ("total", "binding", "guiding")] == [0, 0, 0]


def test_seed_verdict_and_findings(seed: dict[str, Any]) -> None:
    assert seed["verdict"] == "inconsistent"
    assert [f["code"] for f in seed["findings"]] == [
        "declared-total-mismatch",
        "declared-binding-mismatch",
        "declared-guiding-mismatch",
        "unnumbered-row",
    ]


def test_batch_with_workers_agrees_with_read(tmp_path: Path, seed: dict[str, Any]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "seed.txt").write_bytes(SEED.read_bytes())
    (folder / "form.pdf").write_bytes(b"%PDF-1.7\nnothing")
    (folder / "empty.pdf").write_bytes(b"")
    done = program("batch", "in", "-o", "out", "--workers", "2", cwd=tmp_path)
    assert done.returncode == 4, done.stderr
    with open(tmp_path / "out" / "forms.csv", encoding="utf-8-sig", newline="") as f:
        rows = {r["source"]: r for r in csv.DictReader(f)}
    assert {s: r["status"] for s, r in rows.items()} == {
        "empty.pdf": "failed",
        "form.pdf": "failed",
        "seed.txt": "ok",
    }
    assert rows["empty.pdf"]["error"].startswith("[file-empty]")
    assert rows["seed.txt"]["verdict"] == seed["verdict"]
    assert rows["seed.txt"]["form_id"] == seed["form_id"]
    assert "Traceback" not in done.stderr


def test_python_interface() -> None:
    (form,) = fcextract.read(SEED)
    assert (form.form_id, form.verdict) == ("330105190429014", "inconsistent")
    assert len(form.items) == 142
    assert list(form.items.query("self_state == 'checked'").item_id) == ["001", "002"]
    with pytest.raises(fcextract.FcextractError) as e:
        fcextract.read(ROOT / "no such file.pdf")
    assert e.value.code == "file-missing"


def test_overlay_of_a_sample(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = ROOT / "samples" / "chromium-native" / "chromium-native.pdf"
    assert main(["overlay", str(sample), "-o", str(tmp_path / "out.pdf")]) == 0
    assert (tmp_path / "out.pdf").stat().st_size > sample.stat().st_size / 2
    assert main(["overlay", str(SEED), "-o", str(tmp_path / "no.pdf"), "--lang", "en"]) == 2
    assert "a transcript has no pages" in capsys.readouterr().err
