"""Papers made, read, compared and thrown away again, blank by blank, in worker processes."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from mill.paper.kinds import KINDS
from mill.paper.make import make_group, print_stock
from mill.paper.order import Group, grouped, orders_of

from measure.compare import Comparison
from measure.reading import compare_one, spread
from measure.results import add_run


@dataclass(frozen=True, slots=True)
class Timed:
    """Comparisons of some papers and the CPU seconds that making and reading them took."""

    comparisons: tuple[Comparison, ...]
    making: float
    reading: float


def measure_papers(args: argparse.Namespace, stock: Path, results: Path) -> list[dict[str, Any]]:
    """Measure each paper kind asked for as a run of its own; the runs."""
    kinds = list(KINDS) if args.kind == "all" else [args.kind]
    return [_measure_kind(kind, args, stock, results) for kind in kinds]


def _measure_kind(
    kind: str, args: argparse.Namespace, stock: Path, results: Path
) -> dict[str, Any]:
    numbers = range(args.start, args.start + args.forms)
    groups = grouped(orders_of(kind, args.seed, numbers, args.held_out))
    print_stock(groups, stock)
    one = partial(measure_group, stock=stock, keep=args.keep)
    timed = list(spread(one, groups, args.jobs))
    what = {
        "kind": "paper",
        "paper": kind,
        "seed": args.seed,
        "start": args.start,
        "count": args.forms,
        "held_out": args.held_out,
    }
    run = add_run(results, what, [c for t in timed for c in t.comparisons])
    _say_speed(kind, timed)
    return run


def _say_speed(kind: str, timed: Sequence[Timed]) -> None:
    files = sum(len(t.comparisons) for t in timed)
    making = sum(t.making for t in timed) / max(1, files)
    reading = sum(t.reading for t in timed) / max(1, files)
    print(
        f"{kind}: {files} files, CPU a file {making:.2f} s to make, {reading:.2f} s to read",
        file=sys.stderr,
    )


def measure_group(group: Group, stock: Path, keep: Path | None) -> Timed:
    """Make, read and compare the papers of one blank; ``keep`` is where they stay, if they do."""
    comparisons, making, reading = [], 0.0, 0.0
    with tempfile.TemporaryDirectory(prefix="mill-", ignore_cleanup_errors=True) as work:
        begun = time.process_time()
        for truth in make_group(group, keep or Path(work), stock):
            made = time.process_time()
            comparisons.append(compare_one(truth))
            making, reading = making + made - begun, reading + time.process_time() - made
            if keep is None:
                _remove(truth)
            begun = time.process_time()
    return Timed(tuple(comparisons), making, reading)


def _remove(truth: Path) -> None:
    """Take away a paper and its truth: a long run would fill the disk."""
    for path in truth.parent.glob(f"{truth.stem}*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
