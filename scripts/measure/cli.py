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
from mill.paper.kinds import KINDS
from mill.paper.order import HELD_CHOICES
from mill.plan import draw_spec
from mill.producers import PRODUCERS

from measure import report_paper
from measure.papers import measure_papers
from measure.reading import compare_all
from measure.report import TITLE, bounds_line, section, text_table
from measure.results import add_run, cells_of, load
from measure.tally import total

SHOWN_PROBLEMS = 40
_FORMS = (
    "digital: the text layer says what is printed; lossy: the form's makers broke it; "
    "paper: scans, faxes and photographs"
)
_SECTIONS = ("digital", "paper")
"""What docs/accuracy.md tells of."""


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    args = _parser().parse_args(argv)
    if args.forms:
        (_measure_papers if args.of == "paper" else _measure)(args)
    if args.write_docs:
        _write_docs(args)
    return 0


def _write_docs(args: argparse.Namespace) -> None:
    """Write docs/accuracy.md from all results there are."""
    text = TITLE
    for of in _SECTIONS if args.of in _SECTIONS else (args.of,):
        path = _results(args, of)
        runs = load(path)["runs"]
        if runs and of == "paper":
            text += report_paper.section(runs, path.name)
        elif runs:
            text += section(runs, of, path.name)
    target = ROOT / "docs" / "accuracy.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")
    print(f"wrote {target.relative_to(ROOT)}")


def _measure_papers(args: argparse.Namespace) -> None:
    stock = args.work / f"stock-{mill_digest(args.of)}"
    runs = measure_papers(args, stock, _results(args, "paper"))
    for line in [line for run in runs for line in run["problems"]][:SHOWN_PROBLEMS]:
        print(line)
    cells = cells_of(runs)
    print(report_paper.table(cells))
    print(bounds_line(total(cells.values())))


def _measure(args: argparse.Namespace) -> None:
    truths = made_files(args)
    started = time.monotonic()
    comparisons = list(compare_all(truths, args.jobs))
    seconds = time.monotonic() - started
    what = {
        "kind": args.of,
        "seed": args.seed,
        "start": args.start,
        "count": args.forms,
        "producers": args.producer or [],
    }
    run = add_run(args.results or _results(args, args.of), what, comparisons)
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
    folder = args.work / f"{mill_digest(args.of)}-{args.of}-{args.seed}-{'-'.join(names) or 'all'}"
    indexes = range(args.start, args.start + args.forms)
    specs = [draw_spec(args.seed, k, chosen, args.of == "lossy") for k in indexes]
    truths = {s.id: folder / f"{s.id}.json" for s in specs}
    lacking = [s for s in specs if not truths[s.id].exists()]
    if lacking:
        print(f"making {len(lacking)} files", file=sys.stderr)
        _, failed = make_files(lacking, available(chosen), folder)
        for line in failed:
            print(f"not made: {line}", file=sys.stderr)
    return [path for path in truths.values() if path.exists()]


def _results(args: argparse.Namespace, of: str) -> Path:
    if args.results and args.of == of:
        return Path(args.results)
    return ROOT / "docs" / f"accuracy-{of}.json"


def mill_digest(of: str) -> str:
    """Changes with the mill's code that prints forms, so that a cache never mixes two mills; of
    the paper mill that is only what prints blanks and finds their boxes."""
    mill = ROOT / "scripts" / "mill"
    paths = [*mill.glob("*.py"), *(mill / "producers").glob("*.py")]
    if of == "paper":
        paths += [mill / "paper" / f"{name}.py" for name in ("stock", "boxes", "held_out")]
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="accuracy",
        description="Make forms, read them, hold the readings against the truth. Runs over other "
        "seeds or starts add up in the results file.",
    )
    parser.add_argument("of", choices=("digital", "lossy", "paper"), help=_FORMS)
    parser.add_argument(
        "--forms", type=int, default=0, help="how many files to make and read, of each kind"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="number of the first file")
    parser.add_argument("--jobs", type=int, default=2, help="reading processes")
    parser.add_argument("--producer", action="append", choices=sorted(PRODUCERS))
    parser.add_argument("--kind", choices=(*KINDS, "all"), default="all", help="kind of paper")
    parser.add_argument("--held-out", choices=HELD_CHOICES, default="mixed", help="papers only")
    parser.add_argument("--keep", type=Path, help="folder where made papers stay")
    parser.add_argument("--work", type=Path, default=ROOT / ".mill", help="cache of made files")
    parser.add_argument("--results", type=Path, help="where runs add up (docs/accuracy-OF.json)")
    parser.add_argument("--write-docs", action="store_true", help="write docs/accuracy.md")
    return parser
