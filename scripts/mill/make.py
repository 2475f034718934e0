"""Print what was planned, producer by producer, and write the truth beside each file."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mill.edition import ITEM_IDS
from mill.fill import Fill
from mill.job import Job, Producer
from mill.plan import Spec
from mill.post import finish
from mill.seed_pages import seed_sheet
from mill.sheet import Sheet, build_sheet
from mill.styles import STYLES
from mill.truth import truth_of, write_truth

BATCH = 24


def available(producers: Sequence[Producer]) -> list[Producer]:
    """The producers that can run here; says of the others why not."""
    usable = []
    for producer in producers:
        why = producer.missing()
        if why:
            print(f"skipped {producer.name}: {why}", file=sys.stderr)
        else:
            usable.append(producer)
    return usable


def make_files(
    specs: Sequence[Spec], producers: Sequence[Producer], out: Path
) -> tuple[list[Path], list[str]]:
    """Make all files; the truth files written, and a line for each file that failed."""
    out.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    failed: list[str] = []
    for producer in producers:
        mine = [s for s in specs if s.producer == producer.name]
        version = producer.version() if mine else ""
        for start in range(0, len(mine), BATCH):
            _batch(producer, version, mine[start : start + BATCH], out, made, failed)
    return made, failed


def _batch(
    producer: Producer,
    version: str,
    specs: Sequence[Spec],
    out: Path,
    made: list[Path],
    failed: list[str],
) -> None:
    jobs = [Job(sheets_of(s), out / f"{s.id}{producer.suffix}", s.traced) for s in specs]
    with tempfile.TemporaryDirectory(prefix="mill-", ignore_cleanup_errors=True) as work:
        try:
            producer.run(jobs, Path(work))
        except Exception as e:  # the other producers' files are still wanted
            failed.append(f"{producer.name} broke off: {type(e).__name__}: {e}")
    for spec, job in zip(specs, jobs, strict=True):
        if not job.out.exists():
            failed.append(f"{spec.id}: {producer.name} gave no file")
            continue
        outcome = finish(spec, job.out)
        if outcome.failed:
            failed.append(f"{spec.id}: {outcome.failed}")
            job.out.unlink()
            continue
        made.append(out / f"{spec.id}.json")
        write_truth(truth_of(spec, outcome, job.out.name, version), made[-1])


def sheets_of(spec: Spec) -> tuple[Sheet, ...]:
    """The sheets to print: boxes that get their marks afterwards are printed empty."""
    if spec.id == "seed-pages":
        return (seed_sheet(),)
    style = STYLES[spec.printed]
    return tuple(build_sheet(_printed_fill(spec, f), spec.layout, style) for f in spec.fills)


def _printed_fill(spec: Spec, fill: Fill) -> Fill:
    if not spec.base or STYLES[spec.style].kind == "conflict":
        return fill
    widget = spec.style.startswith("widget")
    keep_self = not widget and "self" not in spec.put_on
    keep_reviewer = not widget and "reviewer" not in spec.put_on
    ticks = {
        i: (fill.ticks[i][0] and keep_self, fill.ticks[i][1] and keep_reviewer) for i in ITEM_IDS
    }
    return replace(fill, ticks=ticks)
