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
_KINDS = "digital: the text layer says what is printed; lossy: the form's makers broke it"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    args = _parser().parse_args(argv)
    if args.forms:
        _measure(args)
    runs = load(args.results or _results(args.kind))["runs"]
    if args.write_docs:
        name = (args.results or _results(args.kind)).name
        target = ROOT / "docs" / "accuracy.md"
        target.parent.mkdir(exist_ok=True)
        target.write_text(page(runs, args.kind, name), encoding="utf-8", newline="\n")
        print(f"wrote {target.relative_to(ROOT)} from {len(runs)} runs")
    return 0


def _measure(args: argparse.Namespace) -> None:
    truths = made_files(args)
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
    run = add_run(args.results or _results(args.kind), what, comparisons)
    for line in run["problems"][:SHOWN_PROBLEMS]:
        print(line)
    cells = cells_of([run])
    print(text_table(cells))
    print(bounds_line(total(cells.values())))
    print(f"{len(truths)} files read in {seconds:.0f} s by {args.jobs} processes")


def made_files(args: argparse.Namespace) -> list[Path]:
    """Truth files of the made forms, from the cache where they are there."""
    names = args.producer or []
    chosen = [PRODUCERS[name] for name in names or PRODUCERS]
    folder = args.work / f"{mill_digest()}-{args.kind}-{args.seed}-{'-'.join(names) or 'all'}"
    indexes = range(args.start, args.start + args.forms)
    specs = [draw_spec(args.seed, k, chosen, args.kind == "lossy") for k in indexes]
    truths = {s.id: folder / f"{s.id}.json" for s in specs}
    lacking = [s for s in specs if not truths[s.id].exists()]
    if lacking:
        print(f"making {len(lacking)} files", file=sys.stderr)
        _, failed = make_files(lacking, available(chosen), folder)
        for line in failed:
            print(f"not made: {line}", file=sys.stderr)
    return [path for path in truths.values() if path.exists()]


def _results(kind: str) -> Path:
    return ROOT / "docs" / f"accuracy-{kind}.json"


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
    parser.add_argument("kind", choices=("digital", "lossy"), help=_KINDS)
    parser.add_argument("--forms", type=int, default=0, help="how many files to make and read")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="number of the first file")
    parser.add_argument("--jobs", type=int, default=2, help="reading processes")
    parser.add_argument("--producer", action="append", choices=sorted(PRODUCERS))
    parser.add_argument("--work", type=Path, default=ROOT / ".mill", help="cache of made files")
    parser.add_argument("--results", type=Path, help="where runs add up (docs/accuracy-KIND.json)")
    parser.add_argument("--write-docs", action="store_true", help="write docs/accuracy.md")
    return parser
