"""Strokes of pens: what people draw into, over and beside a box.

Coordinates are in box sides, the box's middle at (0, 0), y downwards.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

Points = np.ndarray  # (n, 2) float

#: Share of the paper's light that an ink's full coverage leaves, in blue, green, red.
INKS = {
    "black": (0.12, 0.12, 0.12),
    "blue": (0.62, 0.30, 0.18),
    "navy": (0.42, 0.20, 0.14),
    "red": (0.25, 0.18, 0.80),
    "pale blue": (0.95, 0.78, 0.55),
    "pencil": (0.55, 0.55, 0.56),
    "faint pencil": (0.76, 0.76, 0.77),
}


class Hand(NamedTuple):
    """One writer: ink by name, pen width in millimetres, how shaky, large, off-centre and
    slanting the marks are (all as standard deviations or means in box sides), how uneven
    the pressure, how far ticks and slashes overshoot (in box sides)."""

    ink: str
    width: float
    shake: float
    size: float
    offset: float
    slant: float
    pressure: float
    kinds: tuple[str, ...]
    tail: float
    bias: tuple[float, float] = (0.0, 0.0)


KINDS = ("tick", "cross", "fill", "scrawl", "slash", "dot", "ring")


def hand(rng: np.random.Generator) -> Hand:
    """A writer at random; most keep to one kind of mark."""
    ink = str(rng.choice(list(INKS), p=[0.27, 0.2, 0.13, 0.15, 0.09, 0.11, 0.05]))
    fine = rng.uniform(0.22, 0.5) if rng.random() < 0.55 else rng.uniform(0.5, 1.0)
    if rng.random() < 0.15:
        fine = rng.uniform(0.9, 1.7)  # felt-tip
    favourite = str(rng.choice(KINDS, p=[0.33, 0.15, 0.18, 0.1, 0.11, 0.05, 0.08]))
    others = rng.choice(KINDS, 2)
    kinds = (favourite,) * 10 + tuple(str(k) for k in others)
    if rng.random() < 0.5:
        kinds = (favourite,)
    # Some write large whatever is printed: little of such a tick is in its box.
    size = rng.uniform(1.6, 2.4) if rng.random() < 0.22 else np.exp(rng.normal(0.1, 0.42))
    bias = rng.uniform(-0.28, 0.28, 2) if rng.random() < 0.7 else np.zeros(2)
    return Hand(
        ink, float(fine), float(rng.uniform(0.0, 0.05)), float(size),
        float(rng.uniform(0.02, 0.2)), float(rng.normal(0.0, 0.15)),
        float(rng.uniform(0.0, 0.5)), kinds, float(rng.choice([0.0, 0.0, 0.2, 0.5])),
        (float(bias[0]), float(bias[1])),
    )  # fmt: skip


def curve(points: list[tuple[float, float]], rng: np.random.Generator, shake: float) -> Points:
    """A smooth line through ``points`` (Catmull-Rom), each shaken."""
    p = np.array(points, float) + rng.normal(0.0, shake, (len(points), 2))
    if len(p) == 2:
        bow = (p[1] - p[0])[::-1] * (1, -1) * rng.normal(0.0, 0.04)
        p = np.array([p[0], (p[0] + p[1]) / 2 + bow, p[1]])
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, 9)[:-1, None]
    out = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        out.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
                   + (3 * b - a - 3 * c + d) * t**3)
        )  # fmt: skip
    return np.vstack(out + [p[-2:-1]])


def mark(kind: str, who: Hand, rng: np.random.Generator) -> list[Points]:
    """One mark of ``kind``, about as large as the box, before size and place."""
    s, u = who.shake, rng.uniform
    if kind == "tick":
        return _tick(s, rng)
    if kind == "cross":
        a, b, c, d = u(0.35, 0.6, 4)
        return [curve([(-a, -b), (c, d)], rng, s), curve([(a, -c), (-b, d)], rng, s)]
    if kind == "slash":
        tilt = u(0.15, 0.6)
        side = 1 if rng.random() < 0.85 else -1
        return [curve([(side * tilt, -0.55), (-side * tilt, 0.55)], rng, s)]
    if kind == "dot":
        r = u(0.08, 0.2)
        turns = [
            (r * np.cos(t) * k / 12, r * np.sin(t) * k / 12)
            for k, t in enumerate(np.arange(12) * 1.4)
        ]
        return [curve(turns, rng, s / 3)]
    if kind == "ring":
        return [_ring(u(0.75, 1.1), u(0.75, 1.0), rng, s)]
    if kind == "fill":
        lines = [_zigzag(rng, s, int(rng.integers(5, 14)), u(0.3, 0.48))]
        if rng.random() < 0.4:
            lines.append(_zigzag(rng, s, int(rng.integers(5, 14)), u(0.3, 0.48)))
        return lines
    return [_scrawl(rng, s)]


def _tick(s: float, rng: np.random.Generator) -> list[Points]:
    u = rng.uniform
    left, low, right, high = u(-0.55, -0.25), u(0.25, 0.5), u(0.3, 0.75), u(-0.75, -0.3)
    foot = u(-0.2, 0.05)
    start = u(-0.1, 0.2)
    line = [(left, start), (foot, low), (right, high)]
    if rng.random() < 0.5:
        line = [(left, start), ((left + foot) / 2, (start + low) / 2 + 0.03), (foot, low),
                ((foot + right) / 2 - 0.03, (low + high) / 2), (right, high)]  # fmt: skip
    if rng.random() < 0.6:  # two straight strokes meet in a sharp corner
        return [np.vstack([curve(line[: len(line) // 2 + 1], rng, s),
                           curve(line[len(line) // 2 :], rng, s / 2)])]  # fmt: skip
    return [curve(line, rng, s)]


def _ring(rx: float, ry: float, rng: np.random.Generator, s: float) -> Points:
    start, turn = rng.uniform(0, 6.3), rng.choice([-1, 1]) * rng.uniform(5.6, 7.6)
    angles = start + np.linspace(0, turn, 14)
    swell = 1 + np.linspace(0, rng.normal(0, 0.08), 14)
    return curve(
        [(rx * k * np.cos(a), ry * k * np.sin(a)) for a, k in zip(angles, swell, strict=False)],
        rng,
        s,
    )


def _zigzag(rng: np.random.Generator, s: float, rows: int, wide: float) -> Points:
    ys = np.linspace(-wide, wide, rows)
    ends = [(wide * (1 if k % 2 else -1), y) for k, y in enumerate(ys)]
    if rng.random() < 0.5:
        ends = [(y, x) for x, y in ends]
    turn = rng.uniform(-0.6, 0.6)
    c, d = np.cos(turn), np.sin(turn)
    return curve([(x * c - y * d, x * d + y * c) for x, y in ends], rng, s)


def _scrawl(rng: np.random.Generator, s: float) -> Points:
    n = int(rng.integers(4, 9))
    return curve([(float(x), float(y)) for x, y in rng.uniform(-0.45, 0.45, (n, 2))], rng, s)


def written(kind: str, who: Hand, rng: np.random.Generator) -> list[Points]:
    """A mark of ``kind`` as this writer sizes, slants and places it: from 0.5 to 2.5 sides
    wide, off-centre by at most half a box."""
    strokes = mark(kind, who, rng)
    spread = np.ptp(np.vstack(strokes), axis=0).max()
    size = np.clip(who.size * np.exp(rng.normal(0.0, 0.22)), 0.5 / spread, 2.5 / spread)
    if kind == "dot":
        size = np.clip(size, 0.8, 1.5)
    if kind in ("tick", "slash") and who.tail:
        last = strokes[-1]
        end = last[-1] if last[-1, 1] < last[0, 1] else last[0]
        away = np.array([0.55, -0.6]) * who.tail * max(0.0, rng.normal(1, 0.4))
        strokes = [*strokes, np.linspace(end, end + away, 4)]
    shift = np.clip(who.bias + rng.normal(0.0, who.offset, 2), -0.5, 0.5)
    lean = np.array([[1.0, 0.0], [who.slant, 1.0]])
    return [(p @ lean) * size + shift for p in strokes]


def taken_back(way: str, who: Hand, over: list[Points], rng: np.random.Generator) -> list[Points]:
    """What strikes the mark ``over`` through, nearly level or crosswise, or blacks it out, the
    frame included; or the strokes of a brush of correction fluid. Half of them are as large as the
    box, half as the mark: where little of a box is printed, as of brackets, nobody knows it by
    more than its mark."""
    strokes = _over_box(way, who, rng)
    if way == "whitened" or rng.random() < 0.5:
        return strokes
    points = np.vstack(over)
    low, high = points.min(0), points.max(0)
    reach = float(np.clip(np.abs(high - low).max() / 2, 0.35, 1.1)) * rng.uniform(0.75, 1.2)
    return [p * reach + (low + high) / 2 for p in strokes]


def _over_box(way: str, who: Hand, rng: np.random.Generator) -> list[Points]:
    u = rng.uniform
    if way == "whitened":
        rows = int(rng.integers(3, 8))
        return [_zigzag(rng, who.shake, rows, u(0.35, 0.6))]
    if way == "waved":
        n, reach = int(rng.integers(5, 12)), u(0.5, 1.1)
        wave = [(x, (0.25 if k % 2 else -0.25) * u(0.6, 1.4)) for k, x in enumerate(np.linspace(-reach, reach, n))]  # fmt: skip
        return [curve([(float(x), float(y)) for x, y in wave], rng, who.shake)]
    if way == "crossed":
        a, b = u(0.6, 1.2, 2)
        return [curve([(-a, -b), (a, b)], rng, who.shake), curve([(a, -b), (-a, b)], rng, who.shake)]  # fmt: skip
    if way == "scribbled":
        at = rng.uniform(-0.7, 0.7, (int(rng.integers(7, 16)), 2))
        return [curve([(float(x), float(y)) for x, y in at], rng, who.shake)]
    if way == "struck":
        lean, out = rng.normal(0, 0.12), []
        for k in range(int(rng.choice([1, 2, 3], p=[0.25, 0.55, 0.2]))):
            y = (k - 0.5) * u(0.18, 0.36) + rng.normal(0, 0.06)
            out.append(curve([(-u(0.5, 1.25), y + lean), (u(0.5, 1.25), y - lean)], rng, who.shake))
        return out
    wide, rows = u(0.4, 0.95), int(rng.integers(9, 18))
    return [_zigzag(rng, 0.05, rows, wide) for _ in range(int(rng.integers(1, 3)))]


def firmer(who: Hand, way: str, side: float) -> Hand:
    """The hand as it takes back: blacking out is done with a broad stroke. ``side`` is the
    box's, in millimetres."""
    return who._replace(width=max(0.14 * side, who.width)) if way == "blacked" else who


def draw(
    canvas: np.ndarray, strokes: list[Points], side: float, centre: tuple[float, float],
    who: Hand, per_mm: float, rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    """Lay ``strokes`` on ``canvas`` (h, w, 3), light 0 to 1; gives the coverage (h, w) 0 to 1."""
    cover = np.zeros(canvas.shape[:2], np.uint8)
    wide = who.width * per_mm
    for line in strokes:
        at = np.round((line * side + np.array(centre)) * 16).astype(int)
        n = len(at)
        press = 1 + who.pressure * np.sin(
            np.linspace(0, 3, n) * rng.uniform(0.5, 2.5) + rng.uniform(0, 6)
        )
        fade = np.clip(np.linspace(rng.uniform(1, 3), rng.uniform(0.2, 3), n), 0.2, 1)
        for a, b, k in zip(at, at[1:], press * fade, strict=False):
            thick = max(1, round(wide * k))
            cv2.line(cover, a.tolist(), b.tolist(), 255, thick, cv2.LINE_AA, 4)
    x, y, w, h = cv2.boundingRect(cover)
    whole = cover.astype(np.float32) / 255
    part = (slice(y, y + h), slice(x, x + w))
    soft = whole[part]
    if "pencil" in who.ink and soft.size:  # graphite takes to the paper's grain
        grain = cv2.GaussianBlur(rng.normal(0, 1, soft.shape).astype(np.float32), (0, 0), 1.2)
        soft *= np.clip(0.85 + 1.1 * grain * rng.uniform(0.1, 0.6), 0, 1)
    leaves = np.array(INKS[who.ink], np.float32)
    canvas[part] *= 1 - soft[..., None] * (1 - leaves)
    return whole
