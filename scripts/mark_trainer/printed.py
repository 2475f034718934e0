"""Printed boxes and printed ticks, in the styles of the programs that make forms."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

#: Kinds of boxes: ``bare`` cells hold a printed tick or nothing.
KINDS = ("square", "circle", "bracket", "paren", "bare")
#: Ticks that programs print, besides the pens'.
TICKS = ("check", "root", "cross", "square", "full", "inverted", "disc", "diamond", "star")


class Style(NamedTuple):
    """``side`` and ``line`` in millimetres; ``frame`` and ``black`` are the light that frame
    and text leave; ``round`` is the corner's radius in sides, ``apart`` how far brackets stand
    apart, in sides; ``tick`` one of TICKS, ``size`` its size in sides, ``thick`` its stroke's
    width in sides and ``points`` its stroke; ``alone`` says that the tick stands in the frame's
    place, ``other`` how large the frame of a ticked box is against that of an empty one, or how
    far apart its brackets."""

    kind: str
    side: float
    aspect: float
    line: float
    frame: float
    black: float
    round: float
    apart: float
    tick: str
    size: float
    thick: float
    points: tuple[tuple[float, float], ...]
    alone: bool
    other: float
    fill: tuple[float, float, float]
    tint: float


def style(rng: np.random.Generator) -> Style:
    """A style at random."""
    kind = str(rng.choice(KINDS, p=[0.66, 0.08, 0.1, 0.06, 0.1]))
    side = float(rng.uniform(1.5, 3.0) if rng.random() < 0.58 else rng.uniform(2.5, 5.4))
    light = rng.random() < 0.3
    line = float(rng.uniform(0.15, 0.3) if light else np.clip(rng.uniform(0.04, 0.13) * side, 0.1, 0.5))  # fmt: skip
    frame = float(rng.uniform(0.35, 0.75) if light else rng.uniform(0.03, 0.3))
    fill = (0.95, 0.42, 0.0) if rng.random() < 0.6 else tuple(rng.uniform(0, 0.35, 3))
    ticks = TICKS if kind == "square" else TICKS[:7] if kind == "circle" else TICKS[:3]
    tick = str(rng.choice(ticks))
    rounded = light or rng.random() < 0.2
    return Style(
        kind, side, float(rng.uniform(0.95, 1.05)), line, frame, float(rng.uniform(0.03, 0.25)),
        float(rng.uniform(0.08, 0.25)) if rounded else 0.0,
        float(rng.uniform(0.6, 1.3) if kind == "bracket" else rng.uniform(1.0, 1.8)),
        tick, _size(tick, kind, rng), float(rng.uniform(0.05, 0.16)), _stroke(tick, rng),
        kind == "bare" or (kind in ("square", "circle") and tick in TICKS[:3] and rng.random() < 0.08),
        float(_other(kind, rng)),
        tuple(float(v) for v in fill), float(rng.uniform(0.8, 0.93)) if rng.random() < 0.06 else 1.0,
    )  # fmt: skip


def _other(kind: str, rng: np.random.Generator) -> float:
    if kind in ("bracket", "paren"):
        return rng.uniform(1.0, 1.5) if rng.random() < 0.6 else 1.0
    return rng.uniform(0.85, 1.2) if rng.random() < 0.25 else 1.0


def _size(tick: str, kind: str, rng: np.random.Generator) -> float:
    if kind == "bare":
        return 1.0
    if kind in ("bracket", "paren"):
        return float(rng.uniform(0.45, 0.95))
    return float({"cross": rng.uniform(0.6, 1.05), "square": rng.uniform(0.45, 0.75),
                  "disc": rng.uniform(0.4, 0.8)}.get(tick, rng.uniform(0.55, 1.3)))  # fmt: skip


def _stroke(tick: str, rng: np.random.Generator) -> tuple[tuple[float, float], ...]:
    """The points of a tick one unit large."""
    u = rng.uniform
    check = [(-u(0.36, 0.5), u(-0.15, 0.12)), (-u(0.08, 0.25), u(0.28, 0.45)), (u(0.35, 0.5), -u(0.3, 0.5))]  # fmt: skip
    if tick == "root":
        low = (-u(0.08, 0.2), u(0.36, 0.46))
        check = [(-0.46, u(0.0, 0.15)), (-u(0.28, 0.36), u(-0.1, 0.02)), low, (u(0.2, 0.46), -u(0.36, 0.46))]  # fmt: skip
        if rng.random() < 0.3:
            check.append((0.5, check[-1][1]))
    return tuple((float(a), float(b)) for a, b in check)


def inside(style: Style) -> np.ndarray:
    """Half the width and height of the box's inside, in sides."""
    line = style.line / style.side
    wide = {"bracket": style.apart / 2 - 0.25, "paren": min(0.5, style.apart / 2 - 0.25)}
    half = wide.get(style.kind, style.aspect / 2 - line)
    return np.array([max(0.15, half), 0.5 - line])


def box(canvas: np.ndarray, style: Style, centre: tuple[float, float], per_mm: float,
        ticked: bool, rng: np.random.Generator) -> None:  # fmt: skip
    """Print the box, with its printed tick if ``ticked``."""
    s = style.side * per_mm
    left, top = (max(0, int(v - 1.4 * s)) for v in centre)
    canvas = canvas[top : max(0, int(centre[1] + 1.4 * s)), left : max(0, int(centre[0] + 1.4 * s))]
    if canvas.size == 0:
        return
    at = centre[0] - left, centre[1] - top
    if ticked and style.tick == "inverted":
        outer, _ = _frame(canvas.shape, style, at, s, per_mm)
        _ink(canvas, outer, style.fill)
        check = _lines(canvas.shape, style.points, at, 0.6 * s, max(1.0, 0.12 * s))
        canvas += check[..., None] * (1.0 - canvas)
        return
    if not (style.kind == "bare" or (ticked and style.alone)):
        k = style.other if ticked else 1.0
        if ticked and style.kind in ("bracket", "paren"):  # what is typed between moves them
            style, k = style._replace(apart=style.apart * style.other), 1.0
        outer, inner = _frame(canvas.shape, style, at, s * k, per_mm)
        _ink(canvas, np.clip(outer - inner, 0, 1), (style.frame,) * 3)
        if style.tint < 1.0:
            _ink(canvas, inner, (1.0, style.tint, style.tint))
    if ticked:
        _ink(canvas, np.minimum(_tick(canvas.shape, style, at, s), 1.0), (style.black,) * 3)


def _frame(shape: tuple[int, ...], style: Style, at: tuple[float, float], s: float,
           per_mm: float) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Coverage of the frame's outline and of what it encloses."""
    line = max(1.0, style.line * per_mm)
    (x, y), w = at, s * style.aspect
    if style.kind == "circle":
        outer = _rounded(shape, x, y, w, s, min(w, s) / 2)
        return outer, _rounded(shape, x, y, w - 2 * line, s - 2 * line, min(w, s) / 2 - line)
    if style.kind in ("bracket", "paren"):
        out = np.zeros(shape[:2], np.uint8)
        reach, arm = style.apart / 2, 0.2
        for way in (-1, 1):
            if style.kind == "bracket":
                stroke = [(reach - arm, -0.48), (reach, -0.48), (reach, 0.48), (reach - arm, 0.48)]
            else:
                a = np.linspace(-1, 1, 9)
                stroke = [(reach - arm * t * t, 0.5 * t) for t in a]
            points = [(way * p, q) for p, q in stroke]
            out = np.maximum(out, (_lines(shape, points, at, s, line) * 255).astype(np.uint8))
        return out.astype(np.float32) / 255, np.zeros(shape[:2], np.float32)
    outer = _rounded(shape, x, y, w, s, style.round * s)
    r = max(0.0, style.round * s - line)
    return outer, _rounded(shape, x, y, w - 2 * line, s - 2 * line, r)


CROSS = ([(-0.5, -0.5), (0.5, 0.5)], [(0.5, -0.5), (-0.5, 0.5)])


def _tick(shape: tuple[int, ...], style: Style, at: tuple[float, float], s: float) -> np.ndarray:
    kind, size, (x, y) = style.tick, style.size * s, at
    thick = max(1.0, style.thick * s)
    if kind in ("check", "root"):
        return _lines(shape, style.points, at, size, thick)
    if kind == "cross":
        return np.maximum(*(_lines(shape, c, at, 0.85 * size, thick) for c in CROSS))
    if kind == "square":
        return _rounded(shape, x, y, size, size, 0)
    if kind == "full":
        return _rounded(shape, x, y, s, s, s / 2 if style.kind == "circle" else 0)
    if kind == "disc":
        return _rounded(shape, x, y, size, size, size / 2)
    n, r = (4, 0.33) if kind == "diamond" else (10, 0.36)
    radii = [r * s * (1.0 if k % 2 == 0 or n == 4 else 0.45) for k in range(n)]
    points = [
        (x + a * np.sin(2 * np.pi * k / n), y - a * np.cos(2 * np.pi * k / n))
        for k, a in enumerate(radii)
    ]
    out = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(out, [np.round(np.array(points) * 16).astype(int)], 255, cv2.LINE_AA, 4)
    return out.astype(np.float32) / 255


def _lines(shape: tuple[int, ...], line: object, at: tuple[float, float], s: float,
           thick: float) -> np.ndarray:  # fmt: skip
    out = np.zeros(shape[:2], np.uint8)
    points = np.round((np.array(line) * s + at) * 16).astype(int)
    cv2.polylines(out, [points], False, 255, max(1, round(thick)), cv2.LINE_AA, 4)
    return out.astype(np.float32) / 255


def _rounded(
    shape: tuple[int, ...], x: float, y: float, w: float, h: float, r: float
) -> np.ndarray:
    """Coverage of a rectangle with round corners, by distance."""
    rows, cols = np.ogrid[: shape[0], : shape[1]]
    r = max(0.0, r)
    dx = np.abs(cols + 0.5 - x) - (w / 2 - r)
    dy = np.abs(rows + 0.5 - y) - (h / 2 - r)
    out = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0) - r
    return np.clip(0.5 - out, 0, 1).astype(np.float32)


def _ink(canvas: np.ndarray, cover: np.ndarray, leaves: tuple[float, float, float]) -> None:
    canvas *= 1 - cover[..., None] * (1 - np.array(leaves, np.float32))
