"""The results file: runs that add up over many sittings."""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mill.edition import ROOT

from measure.compare import Comparison, problems_of
from measure.tally import Tally

KEPT_PROBLEMS = 400

Key = tuple[str, str]
"""Producer and check style, or a paper's kind and what is held out."""


def add_run(path: Path, what: dict[str, Any], comparisons: Iterable[Comparison]) -> dict[str, Any]:
    """Add a run to the file; it takes the place of an earlier run over the same forms."""
    done = list(comparisons)
    cells: dict[Key, Tally] = defaultdict(Tally)
    for c in done:
        cells[c.group].add(c.tally)
    run = {
        **what,
        "commit": commit(),
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        "cells": [[*key, tally.to_dict()] for key, tally in sorted(cells.items())],
        "problems": sorted(problems_of(done), key=_gravity)[:KEPT_PROBLEMS],
    }
    data = load(path)
    kept = [r for r in data["runs"] if any(r.get(k) != what[k] for k in what)]
    data["runs"] = [*kept, run]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return run


def _gravity(line: str) -> bool:
    """Silent errors come first, so that none is lost where lines are cut off."""
    return ": silent" not in line


def load(path: Path) -> dict[str, Any]:
    """The file's content; an empty one where there is none."""
    if not path.exists():
        return {"runs": []}
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def cells_of(runs: Iterable[dict[str, Any]]) -> dict[Key, Tally]:
    """The sums by group over some runs."""
    cells: dict[Key, Tally] = defaultdict(Tally)
    for run in runs:
        for producer, style, counts in run["cells"]:
            cells[producer, style].add(Tally.from_dict(counts))
    return dict(sorted(cells.items()))


def commit() -> str:
    """The commit that was measured, marked where files differ from it."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=10"]
    out = subprocess.run(command, capture_output=True, text=True, check=False)
    return out.stdout.strip() or "unknown"
