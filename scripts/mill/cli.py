"""Command line of the mill."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from mill.make import available, make_files
from mill.plan import draw_spec
from mill.producers import PRODUCERS
from mill.samples import make_all


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``scripts/make_samples``."""
    words = sys.argv[1:] if argv is None else list(argv)
    if words[:1] == ["paper"]:
        from mill.paper.cli import main as make_papers

        return make_papers(words[1:])
    args = _parser().parse_args(words)
    if args.list:
        _list()
        return 0
    if args.samples is not None:
        return _samples(args.samples)
    chosen = [PRODUCERS[name] for name in args.producer or PRODUCERS]
    usable = available(chosen)
    if not usable:
        print("no producer is installed")
        return 1
    indexes = range(args.start, args.start + args.count)
    specs = [draw_spec(args.seed, k, chosen, args.lossy) for k in indexes]
    made, failed = make_files(specs, usable, args.out)
    for line in failed:
        print(f"failed {line}")
    print(f"{len(made)} files in {args.out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make_samples",
        description="Make filled scoresheets with known truth: FILE.pdf and FILE.json for each. "
        "Scans, faxes and photographs: make_samples paper --help.",
    )
    parser.add_argument("--out", type=Path, default=Path("mill-out"), help="folder to write to")
    parser.add_argument("--count", type=int, default=20, help="how many files")
    parser.add_argument("--start", type=int, default=0, help="number of the first file")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same forms")
    parser.add_argument(
        "--producer", action="append", choices=sorted(PRODUCERS), help="only these (repeatable)"
    )
    parser.add_argument(
        "--samples",
        nargs="*",
        metavar="ID",
        help="remake samples/ and golden/ of the project (all, or these)",
    )
    parser.add_argument(
        "--lossy", action="store_true", help="only files whose text layer their makers break"
    )
    parser.add_argument("--list", action="store_true", help="show producers and their styles")
    return parser


def _samples(only: Sequence[str]) -> int:
    failed = make_all(only)
    for line in failed:
        print(f"failed {line}")
    return 1 if failed else 0


def _list() -> None:
    for producer in PRODUCERS.values():
        state = producer.missing() or producer.version()
        print(f"{producer.name}: {state}\n    {', '.join(producer.styles)}")
