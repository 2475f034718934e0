"""Writers: one hand has one pen and its habits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np

from mill.paper.held_out import allowed
from mill.paper.ink import Line, Pen, smooth
from mill.paper.shapes import Stroke, draw_shape

PENCIL = "pencil"
"""The one that has no nib."""
COLORS: dict[str, tuple[int, int, int]] = {
    "black": (32, 28, 28),
    "blue": (150, 52, 28),
    "red": (40, 36, 205),
    "light-blue": (215, 150, 70),
    PENCIL: (92, 92, 92),
    "green": (70, 130, 30),
}
"""BGR on white paper."""
NIBS: dict[str, tuple[float, float]] = {
    "ballpoint": (0.3, 0.5),
    "gel": (0.45, 0.75),
    "fountain": (0.5, 0.9),
    "felt": (0.9, 1.5),
}
"""Line widths in millimetres."""
SHAPE_WEIGHTS = {
    "tick": 9,
    "hook": 2,
    "cross": 3,
    "fill": 2,
    "scrawl": 1.5,
    "slash": 2,
    "dot": 1,
    "circle": 1,
    "plus": 0.5,
}


@dataclass(frozen=True, slots=True)
class Writer:
    """One hand. ``size`` is its usual mark in box sides and ``spread`` how much that varies;
    ``bias`` where its marks tend to lie off the middle and ``scatter`` how much that varies,
    in box sides; ``slant`` radians; ``tail`` how far it overshoots; ``shake`` its tremor in
    millimetres; ``pressure`` the line's width against the pen's."""

    pen: Pen
    shape: str
    second: str
    faithful: float
    size: float
    spread: float
    bias: tuple[float, float]
    scatter: float
    slant: float
    tail: float
    shake: float
    pressure: float


def draw_writer(rng: Random, held_out: bool = False) -> Writer:
    """A hand drawn from ``rng``; one that is held out differs in colour, nib or shape."""
    odd = rng.choice(("color", "nib", "shape")) if held_out else ""
    shapes = allowed("pen", tuple(SHAPE_WEIGHTS), odd == "shape")
    shape, second = rng.choices(shapes, [SHAPE_WEIGHTS[s] for s in shapes], k=2)
    colors = allowed("pen", tuple(COLORS), odd == "color")
    color = rng.choice([c for c in colors if odd != "nib" or c != PENCIL])
    nib = rng.choice(allowed("pen", tuple(NIBS), odd == "nib"))
    return Writer(
        pen=_draw_pen(rng, color, nib),
        shape=shape,
        second=second,
        faithful=rng.choice((1.0, 0.97, 0.9)),
        size=rng.choice((0.6, 0.8, 1.0, 1.0, 1.2, 1.5, 1.9, 2.3)),
        spread=rng.uniform(0.04, 0.18),
        bias=(rng.uniform(-0.25, 0.25), rng.uniform(-0.22, 0.22)),
        scatter=rng.uniform(0.03, 0.14),
        slant=rng.uniform(-0.22, 0.22),
        tail=rng.choice((0.0, 0.0, 0.15, 0.5)),
        shake=rng.uniform(0.02, 0.09),
        pressure=rng.uniform(0.8, 1.15),
    )


def _draw_pen(rng: Random, color: str, nib: str) -> Pen:
    if color == PENCIL:
        width, opacity = rng.uniform(0.4, 0.8), rng.uniform(0.6, 0.9)
        return Pen(PENCIL, COLORS[color], width, opacity, rng.uniform(0.3, 0.7))
    bgr = tuple(min(255, max(0, c + rng.randrange(-15, 16))) for c in COLORS[color])
    opacity = rng.uniform(0.82, 1.0)
    return Pen(f"{color} {nib}", bgr, rng.uniform(*NIBS[nib]), opacity)  # type: ignore[arg-type]


def mark_lines(
    writer: Writer,
    shape: str,
    center: tuple[float, float],
    side: float,
    dpi: float,
    rng: Random,
) -> list[Line]:
    """One mark of ``shape`` about ``center``; ``side`` is its size in page pixels."""
    tail = writer.tail * max(0.0, rng.gauss(1, 0.4))
    strokes = draw_shape(shape, tail, rng)
    turn = writer.slant + rng.gauss(0, 0.06)
    return [written(s, writer, center, side, turn, dpi, rng) for s in strokes]


def written(
    stroke: Stroke,
    writer: Writer,
    center: tuple[float, float],
    side: float,
    turn: float,
    dpi: float,
    rng: Random,
) -> Line:
    """A stroke as this hand writes it: turned, shaken, pressed harder in the middle."""
    cos, sin = math.cos(turn), math.sin(turn)
    placed = [
        (center[0] + side * (x * cos - y * sin), center[1] + side * (x * sin + y * cos))
        for x, y in stroke
    ]
    points = smooth(placed)
    shaken = points + _tremor(len(points), writer.shake * dpi / 25.4, rng)
    along = np.linspace(0, 1, len(shaken))
    start, end = rng.uniform(0.6, 1.1), rng.uniform(0.35, 0.9)
    pressed = np.interp(along, (0, 0.25, 0.7, 1), (start, 1.05, 1, end))
    width = writer.pen.width_mm * writer.pressure * dpi / 25.4
    return Line(shaken, np.maximum(0.7, width * pressed * rng.uniform(0.9, 1.1)))


def _tremor(count: int, reach: float, rng: Random) -> np.ndarray:
    """(count, 2) slow sideways drift: white noise made smooth along the stroke."""
    noise = np.array([[rng.gauss(0, 1), rng.gauss(0, 1)] for _ in range(count)])
    kernel = np.hanning(7)
    kernel /= kernel.sum()
    soft = [np.convolve(noise[:, k], kernel, "same") for k in (0, 1)]
    return reach * 2 * np.stack(soft, axis=1)
