"""What all boxes of one sheet share: print, hands, scanner."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mark_trainer import pens, printed, wear

#: Sheets are drawn at this many dots per inch and scanned from that.
CANVAS_DPI = 254.0
PER_MM = CANVAS_DPI / 25.4

Point = tuple[float, float]


class Sheet(NamedTuple):
    """What all boxes of one sheet share. Lengths are millimetres; ``cancelled``, ``outside``
    and ``ticked`` are shares, of ticks and of boxes, by column."""

    style: printed.Style
    hands: tuple[pens.Hand, pens.Hand]
    scan: wear.Scan
    width: float
    rule: float
    left: float | None
    top: float | None
    tight: bool
    pen: bool
    ticked: tuple[float, float]
    cancelled: tuple[float, float]
    outside: tuple[float, float]
    ruled: str


def sheet(rng: np.random.Generator) -> Sheet:
    """A sheet at random."""
    style = printed.style(rng)
    pen = rng.random() < 0.7 and style.kind != "bare"
    share = [0.0, 0.15, 0.3, 0.5, 0.8, 1.0]
    ticked = rng.choice(share, 2, p=[0.06, 0.14, 0.3, 0.3, 0.12, 0.08])
    whole = rng.random()
    if whole < 0.2:  # all boxes ticked, or none
        ticked = np.full(2, float(whole < 0.12))
    back = rng.choice([0.0, 0.1, 0.35], 2, p=[0.35, 0.3, 0.35])
    beside = rng.choice([0.0, 0.1, 0.35], 2, p=[0.35, 0.3, 0.35])
    return Sheet(
        style, (pens.hand(rng), pens.hand(rng)), wear.scan(rng), float(rng.uniform(8, 20)),
        float(rng.uniform(0.1, 0.5)),
        float(rng.uniform(0.3, 3)) if rng.random() < 0.4 else None,
        float(rng.uniform(0.3, 1.5)) if rng.random() < 0.25 else None,
        rng.random() < 0.25, pen, tuple(ticked), tuple(back), tuple(beside),
        str(rng.choice(["full", "across", "none"], p=[0.6, 0.2, 0.2])),
    )  # fmt: skip
