"""Printed boxes and printed ticks, in the styles of the programs that make forms."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

#: Ticks that programs print, besides the pens'.
TICKS = (
    "check",
    "small check",
    "cross",
    "thin cross",
    "square",
    "full",
    "inverted",
    "circle",
    "diamond",
    "star",
)


class Style(NamedTuple):
    """``side`` and ``line`` in millimetres; ``frame`` and ``black`` are the light that frame
    and text leave; ``round`` is the corner's radius in sides; ``tick`` one of TICKS."""

    side: float
    aspect: float
    line: float
    frame: float
    black: float
    round: float
    tick: str
    fill: tuple[float, float, float]
    tint: float


def style(rng: np.random.Generator) -> Style:
    """A style at random."""
    side = float(rng.uniform(2.2, 5.3))
    light = rng.random() < 0.3
    line = float(rng.uniform(0.15, 0.3) if light else rng.uniform(0.1, 0.5))
    frame = float(rng.uniform(0.35, 0.7) if light else rng.uniform(0.03, 0.3))
    fill = (0.95, 0.42, 0.0) if rng.random() < 0.6 else tuple(rng.uniform(0, 0.35, 3))
    return Style(
        side, float(rng.uniform(0.95, 1.05)), line, frame, float(rng.uniform(0.03, 0.2)),
        float(rng.uniform(0.1, 0.22)) if light or rng.random() < 0.2 else 0.0,
        str(rng.choice(TICKS)), tuple(float(v) for v in fill),
        float(rng.uniform(0.8, 0.93)) if rng.random() < 0.04 else 1.0,
    )  # fmt: skip


def box(canvas: np.ndarray, style: Style, centre: tuple[float, float], per_mm: float,
        ticked: bool, rng: np.random.Generator) -> None:  # fmt: skip
    """Print the box, with its printed tick if ``ticked``."""
    s = style.side * per_mm
    left, top = (max(0, int(v - s)) for v in centre)
    canvas = canvas[top : max(0, int(centre[1] + s)), left : max(0, int(centre[0] + s))]
    if canvas.size == 0:
        return
    w, h = s * style.aspect, s
    x, y = centre[0] - left, centre[1] - top
    line = max(1.0, style.line * per_mm)
    outer = _rounded(canvas.shape, x, y, w, h, style.round * s)
    inner = _rounded(
        canvas.shape, x, y, w - 2 * line, h - 2 * line, max(0.0, style.round * s - line)
    )
    if ticked and style.tick == "inverted":
        _ink(canvas, outer, style.fill)
        check = _lines(canvas.shape, CHECK, x, y, s, max(1.0, 0.12 * s))
        canvas += check[..., None] * (1.0 - canvas)
        return
    _ink(canvas, np.clip(outer - inner, 0, 1), (style.frame,) * 3)
    if style.tint < 1.0:
        _ink(canvas, inner, (1.0, style.tint, style.tint))
    if ticked:
        _ink(canvas, np.minimum(_tick(canvas.shape, style, x, y, s, rng), 1.0), (style.black,) * 3)


CHECK = [[(-0.26, 0.0), (-0.08, 0.2), (0.28, -0.24)]]
CROSS = [[(-0.42, -0.42), (0.42, 0.42)], [(0.42, -0.42), (-0.42, 0.42)]]


def _tick(shape: tuple[int, ...], style: Style, x: float, y: float, s: float,
          rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    kind = style.tick
    if kind == "check":
        big = rng.uniform(0.9, 1.3)
        return _lines(
            shape, [[(a * big, b * big) for a, b in CHECK[0]]], x, y, s, max(1.0, 0.1 * s)
        )
    if kind == "small check":
        return _lines(
            shape, [[(a * 0.55, b * 0.55) for a, b in CHECK[0]]], x, y, s, max(1.0, 0.07 * s)
        )
    if kind in ("cross", "thin cross"):
        thick = 0.09 * s if kind == "cross" else style.line * 11.8 * 0.6
        k = rng.uniform(0.6, 1.0)
        return _lines(
            shape, [[(a * k, b * k) for a, b in c] for c in CROSS], x, y, s, max(1.0, thick)
        )
    if kind == "square":
        return _rounded(shape, x, y, 0.55 * s, 0.55 * s, 0)
    if kind == "full":
        return _rounded(shape, x, y, s, s, 0)
    if kind == "circle":
        return _rounded(shape, x, y, 0.6 * s, 0.6 * s, 0.3 * s)
    n, r = (4, 0.33) if kind == "diamond" else (10, 0.36)
    radii = [r * s * (1.0 if k % 2 == 0 or n == 4 else 0.45) for k in range(n)]
    points = [
        (x + a * np.sin(2 * np.pi * k / n), y - a * np.cos(2 * np.pi * k / n))
        for k, a in enumerate(radii)
    ]
    out = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(out, [np.round(np.array(points) * 16).astype(int)], 255, cv2.LINE_AA, 4)
    return out.astype(np.float32) / 255


def _lines(
    shape: tuple[int, ...], lines: list, x: float, y: float, s: float, thick: float
) -> np.ndarray:
    out = np.zeros(shape[:2], np.uint8)
    for line in lines:
        at = np.round((np.array(line) * s + (x, y)) * 16).astype(int)
        cv2.polylines(out, [at], False, 255, max(1, round(thick)), cv2.LINE_AA, 4)
    return out.astype(np.float32) / 255


def _rounded(
    shape: tuple[int, ...], x: float, y: float, w: float, h: float, r: float
) -> np.ndarray:
    """Coverage of a rectangle with round corners, by distance."""
    rows, cols = np.ogrid[: shape[0], : shape[1]]
    dx = np.abs(cols + 0.5 - x) - (w / 2 - r)
    dy = np.abs(rows + 0.5 - y) - (h / 2 - r)
    out = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0) - r
    return np.clip(0.5 - out, 0, 1).astype(np.float32)


def _ink(canvas: np.ndarray, cover: np.ndarray, leaves: tuple[float, float, float]) -> None:
    canvas *= 1 - cover[..., None] * (1 - np.array(leaves, np.float32))
