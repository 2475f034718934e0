"""Command line of ``scripts/accuracy``."""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from mill.edition import ROOT
from mill.make import available, make_files
from mill.plan import draw_spec
from mill.producers import PRODUCERS

from measure.reading import compare_all
from measure.report import bounds_line, page, text_table
from measure.results import add_run, cells_of, load
from measure.tally import total

SHOWN_PROBLEMS = 40


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    args = _parser().parse_args(argv)
    if args.forms:
        _measure(args)
    runs = load(args.results)["runs"]
    if args.write_docs:
        name = args.results.name
        target = ROOT / "docs" / "accuracy.md"
        target.parent.mkdir(exist_ok=True)
        target.write_text(page(runs, args.kind, name), encoding="utf-8", newline="\n")
        print(f"wrote {target.relative_to(ROOT)} from {len(runs)} runs")
    return 0


def _measure(args: argparse.Namespace) -> None:
    truths = made_files(args.work, args.seed, args.start, args.forms, args.producer or [])
    started = time.monotonic()
    comparisons = list(compare_all(truths, args.jobs))
    seconds = time.monotonic() - started
    what = {
        "kind": args.kind,
        "seed": args.seed,
        "start": args.start,
        "count": args.forms,
        "producers": args.producer or [],
    }
    run = add_run(args.results, what, comparisons)
    for line in run["problems"][:SHOWN_PROBLEMS]:
        print(line)
    cells = cells_of([run])
    print(text_table(cells))
    print(bounds_line(total(cells.values())))
    print(f"{len(truths)} files read in {seconds:.0f} s by {args.jobs} processes")


def made_files(
    work: Path, seed: int, start: int, count: int, names: Sequence[str]
) -> list[Path]:
    """Truth files of ``count`` made forms, from the cache where they are there."""
    chosen = [PRODUCERS[name] for name in names or PRODUCERS]
    folder = work / f"{mill_digest()}-{seed}-{'-'.join(names) or 'all'}"
    specs = [draw_spec(seed, k, chosen) for k in range(start, start + count)]
    truths = {s.id: folder / f"{s.id}.json" for s in specs}
    lacking = [s for s in specs if not truths[s.id].exists()]
    if lacking:
        print(f"making {len(lacking)} files", file=sys.stderr)
        _, failed = make_files(lacking, available(chosen), folder)
        for line in failed:
            print(f"not made: {line}", file=sys.stderr)
    return [path for path in truths.values() if path.exists()]


def mill_digest() -> str:
    """Changes with the mill's code, so that a cache never mixes two mills."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "scripts" / "mill").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="accuracy",
        description="Make forms, read them, hold the readings against the truth. Runs over other "
        "seeds or starts add up in the results file.",
    )
    parser.add_argument("kind", choices=("digital",), help="which kind of forms")
    parser.add_argument("--forms", type=int, default=0, help="how many files to make and read")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="number of the first file")
    parser.add_argument("--jobs", type=int, default=2, help="reading processes")
    parser.add_argument("--producer", action="append", choices=sorted(PRODUCERS))
    parser.add_argument("--work", type=Path, default=ROOT / ".mill", help="cache of made files")
    parser.add_argument(
        "--results", type=Path, default=ROOT / "docs" / "accuracy-digital.json"
    )
    parser.add_argument("--write-docs", action="store_true", help="write docs/accuracy.md")
    return parser
