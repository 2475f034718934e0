"""Command line of the paper mill: ``make_samples paper``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from mill.edition import ROOT
from mill.paper.kinds import KINDS
from mill.paper.make import make_papers
from mill.paper.order import HELD_CHOICES, orders_of


def main(argv: Sequence[str]) -> int:
    """Make papers as the command line says."""
    args = _parser().parse_args(argv)
    kinds = list(KINDS) if args.kind == "all" else [args.kind]
    numbers = range(args.start, args.start + args.count)
    orders = [o for k in kinds for o in orders_of(k, args.seed, numbers, args.held_out)]
    made = list(make_papers(orders, args.out, args.stock))
    print(f"{len(made)} files in {args.out}")
    return 0 if len(made) == len(orders) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make_samples paper",
        description="Make scans, faxes and photographs of filled scoresheets with known truth.",
    )
    parser.add_argument("out", type=Path, help="folder to write to")
    parser.add_argument("--count", type=int, default=4, help="how many files of each kind")
    parser.add_argument("--start", type=int, default=0, help="number of the first file")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same papers")
    parser.add_argument("--kind", choices=(*KINDS, "all"), default="all")
    parser.add_argument(
        "--held-out",
        choices=HELD_CHOICES,
        default="mixed",
        help="papers with fonts, pens or damage that no reader may be tuned on",
    )
    parser.add_argument(
        "--stock", type=Path, default=ROOT / ".mill" / "stock", help="where printed blanks are kept"
    )
    return parser
