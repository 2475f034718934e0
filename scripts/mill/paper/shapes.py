"""The forms of pen marks as control points, in units of the mark's size.

A shape is a list of strokes; a stroke is a list of (x, y) with the mark's middle at the origin,
x to the right, y down, the whole about one unit across.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

Stroke = list[tuple[float, float]]


def draw_shape(name: str, tail: float, rng: Random) -> list[Stroke]:
    """One mark; ``tail`` lengthens its last stroke, 0 for none."""
    return SHAPES[name](tail, rng)


def _tick(tail: float, rng: Random) -> list[Stroke]:
    bend = rng.uniform(-0.06, 0.06)
    return [
        [
            (-0.42, rng.uniform(-0.12, 0.1)),
            (-0.26 + bend, 0.2),
            (-0.12 + bend, 0.42),
            (0.1, 0.05),
            (0.5 + 0.6 * tail, -0.5 - 0.75 * tail),
        ]
    ]


def _cross(tail: float, rng: Random) -> list[Stroke]:
    a, b = rng.uniform(-0.08, 0.08), rng.uniform(-0.08, 0.08)
    return [
        [(-0.46, -0.46 + a), (0.02, 0.02), (0.46, 0.46 + b)],
        [(0.46, -0.46 + b), (0.0, 0.03), (-0.46 - 0.5 * tail, 0.46 + a + 0.5 * tail)],
    ]


def _fill(tail: float, rng: Random) -> list[Stroke]:
    """Hatched to and fro until nothing shows through."""
    lines = rng.randrange(9, 14)
    steps = [(-0.42 + 0.84 * k / lines) for k in range(lines + 1)]
    return [[(x, 0.44 if k % 2 else -0.44) for k, x in enumerate(steps)]]


def _scrawl(tail: float, rng: Random) -> list[Stroke]:
    turns = rng.randrange(3, 6)
    zigzag = [
        (-0.45 + 0.9 * k / (2 * turns), rng.uniform(0.25, 0.45) * (1 if k % 2 else -1))
        for k in range(2 * turns + 1)
    ]
    x, y = zigzag[-1]
    return [[*zigzag, (x + 0.7 * tail, y - 0.3 * tail)]] if tail else [zigzag]


def _slash(tail: float, rng: Random) -> list[Stroke]:
    lean = rng.uniform(-0.15, 0.15)
    end = (0.45 + 0.5 * tail, -0.48 - 0.5 * tail)
    return [[(-0.45, 0.48), (lean, lean), end]]


def _dot(tail: float, rng: Random) -> list[Stroke]:
    """A small round blot: the pen goes round on the spot."""
    radius = rng.uniform(0.1, 0.16)
    turns = 2.6
    points = [
        (radius * k / 16 * math.cos(turns * k), radius * k / 16 * math.sin(turns * k))
        for k in range(17)
    ]
    return [points]


def _circle(tail: float, rng: Random) -> list[Stroke]:
    """Around the box: larger than the mark's nominal size, and seldom closed."""
    start, sweep = rng.uniform(-2.5, -1.0), 2 * math.pi * rng.uniform(0.96, 1.12)
    wide, high = rng.uniform(0.72, 0.9), rng.uniform(0.66, 0.8)
    n = 22
    return [
        [
            (
                wide * (1 + 0.06 * k / n) * math.cos(start + sweep * k / n),
                high * math.sin(start + sweep * k / n),
            )
            for k in range(n + 1)
        ]
    ]


def _hook(tail: float, rng: Random) -> list[Stroke]:
    """A tick in one sweep, almost a J lying down."""
    return [[(-0.38, -0.1), (-0.22, 0.34), (-0.02, 0.36), (0.52 + 0.6 * tail, -0.42 - 0.5 * tail)]]


def _plus(tail: float, rng: Random) -> list[Stroke]:
    return [[(-0.46, 0.03), (0.46 + 0.4 * tail, -0.03)], [(0.02, -0.46), (-0.02, 0.46)]]


SHAPES: dict[str, Callable[[float, Random], list[Stroke]]] = {
    "tick": _tick,
    "cross": _cross,
    "fill": _fill,
    "scrawl": _scrawl,
    "slash": _slash,
    "dot": _dot,
    "circle": _circle,
    "hook": _hook,
    "plus": _plus,
}
