"""What happens to paper, and what scanners, copiers and fax machines make of it."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np


def line_through(canvas: np.ndarray, middles: list[tuple[float, float]], per_mm: float,
                 rng: np.random.Generator) -> tuple[np.ndarray, float]:  # fmt: skip
    """A fold or a streak across the whole canvas, near one of the boxes; gives its coverage and
    how dark it is."""
    h, w = canvas.shape[:2]
    angle = rng.choice([0.0, np.pi / 2]) + rng.normal(0, 0.02)
    if rng.random() < 0.15:
        angle = rng.uniform(0, np.pi)
    near = middles[int(rng.integers(len(middles)))]
    n = np.array([-np.sin(angle), np.cos(angle)])
    p = np.array(near) + n * rng.uniform(-3, 3) * per_mm
    d = np.array([np.cos(angle), np.sin(angle)]) * (h + w)
    cover = np.zeros((h, w), np.uint8)
    ends = np.round(np.array([p - d, p + d]) * 16).astype(int)
    # One in four is a band: tape, the edge of another sheet, a copier's roller.
    wide = rng.uniform(0.6, 2.5) if rng.random() < 0.25 else rng.uniform(0.08, 0.6)
    cv2.line(cover, ends[0].tolist(), ends[1].tolist(), 255,
             max(1, round(wide * per_mm)), cv2.LINE_AA, 4)  # fmt: skip
    soft = cv2.GaussianBlur(cover, (0, 0), rng.uniform(0.3, 2.5)).astype(np.float32) / 255
    dark = rng.uniform(0.3, 0.95)
    canvas *= 1 - soft[..., None] * dark
    return soft / max(1e-3, float(soft.max())), float(soft.max() * dark)


def stamp(canvas: np.ndarray, middles: list[tuple[float, float]], per_mm: float,
          rng: np.random.Generator) -> tuple[np.ndarray, float]:  # fmt: skip
    """A round red seal over some of the boxes; gives its coverage and how dark it is."""
    centre = middles[int(rng.integers(len(middles)))]
    h, w = canvas.shape[:2]
    cover = np.zeros((h, w), np.uint8)
    r = rng.uniform(10, 21) * per_mm
    # Half of them with the rim on the box: that passes through it as a wide stroke.
    angle = rng.uniform(0, 6.3)
    reach = (rng.uniform(0.97, 1.03) if rng.random() < 0.5 else rng.uniform(0, 1.15)) * r
    mid = np.array(centre) + reach * np.array([np.cos(angle), np.sin(angle)])
    at = np.round(mid * 16).astype(int).tolist()
    cv2.circle(cover, at, round(r * 16), 255, round(rng.uniform(0.6, 1.3) * per_mm), cv2.LINE_AA, 4)
    large, thick = rng.uniform(0.08, 0.14), rng.uniform(0.25, 0.8)
    for k in range(14):  # characters round the rim, as bundles of strokes
        a = 2 * np.pi * k / 14
        c = mid + 0.8 * r * np.array([np.cos(a), np.sin(a)])
        for _ in range(6):
            p, q = c + rng.uniform(-large, large, (2, 2)) * r
            cv2.line(cover, np.round(p * 16).astype(int).tolist(), np.round(q * 16).astype(int).tolist(),
                     255, max(1, round(thick * per_mm)), cv2.LINE_AA, 4)  # fmt: skip
    star = [
        mid
        + (0.28 if k % 2 else 0.12) * r * np.array([np.sin(np.pi * k / 5), np.cos(np.pi * k / 5)])
        for k in range(10)
    ]
    cv2.fillPoly(cover, [np.round(np.array(star) * 16).astype(int)], 255, cv2.LINE_AA, 4)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (h, w)).astype(np.float32), (0, 0), 1.5)
    soft = cover.astype(np.float32) / 255 * np.clip(0.8 + rng.uniform(0, 1.2) * grain, 0, 1)
    ink = rng.uniform(0.5, 1.0)
    # Red, or a copy of a red one.
    leaves = (0.3, 0.25, 0.88) if rng.random() < 0.6 else (rng.uniform(0.2, 0.6),) * 3
    canvas *= 1 - ink * soft[..., None] * (1 - np.array(leaves, np.float32))
    return soft, 0.5 * float(ink)


def toner(canvas: np.ndarray, rng: np.random.Generator) -> None:
    """Print that is pale in places, with specks missing: frames are faint or broken."""
    h, w = canvas.shape[:2]
    coarse = rng.random((5, 5), np.float32)
    keep = 1 - rng.uniform(0.1, 0.75) * cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.6:
        grain = cv2.GaussianBlur(rng.random((h, w), np.float32), (0, 0), rng.uniform(0.5, 1.5))
        keep[grain < np.quantile(grain[::4, ::4], rng.uniform(0.02, 0.2))] *= 0.25
    canvas[:] = 1 - (1 - canvas) * np.clip(keep, 0.15, 1)[..., None]


def dust(canvas: np.ndarray, per_mm: float, rng: np.random.Generator) -> None:
    """Specks of at most 0.4 mm, one to a square centimetre on the mean; a few are hairs."""
    h, w = canvas.shape[:2]
    for _ in range(int(rng.exponential(0.01) * h * w / per_mm**2)):
        at = rng.uniform(0, 16, 2) * (w, h)
        light = (float(rng.uniform(0.05, 0.6)),) * 3
        if rng.random() < 0.05:
            end = at + rng.uniform(-1.6, 1.6, 2) * per_mm * 16
            cv2.line(canvas, at.astype(int).tolist(), end.astype(int).tolist(), light, 1, cv2.LINE_AA, 4)  # fmt: skip
            continue
        r = rng.uniform(0.03, 0.2) * per_mm
        cv2.circle(canvas, at.astype(int).tolist(), max(4, round(r * 16)), light, -1, cv2.LINE_AA, 4)  # fmt: skip


def smear(canvas: np.ndarray, centre: tuple[float, float], side: float,
          rng: np.random.Generator) -> None:  # fmt: skip
    """What rubbing out leaves: light, soft, without strokes."""
    canvas, centre = _near(canvas, centre, 2 * side)
    h, w = canvas.shape[:2]
    cover = np.zeros((h, w), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        at = np.array(centre) + rng.normal(0, 0.4, 2) * side
        axes = (rng.uniform(0.08, 0.35, 2) * side).astype(int) + 1
        cv2.ellipse(
            cover, at.astype(int).tolist(), axes.tolist(), rng.uniform(0, 180), 0, 360, 1.0, -1
        )
    cover = cv2.GaussianBlur(cover, (0, 0), max(1.0, rng.uniform(0.05, 0.15) * side))
    grain = 1 + 0.5 * cv2.GaussianBlur(rng.normal(0, 1, (h, w)).astype(np.float32), (0, 0), 1.5)
    canvas *= 1 - np.clip(cover * grain, 0, 1)[..., None] * rng.uniform(0.05, 0.22)


def _near(canvas: np.ndarray, centre: tuple[float, float], reach: float
          ) -> tuple[np.ndarray, tuple[float, float]]:  # fmt: skip
    """The part of ``canvas`` within ``reach`` of ``centre``, and where in it that is."""
    left, top = (max(0, int(v - reach)) for v in centre)
    part = canvas[top : int(centre[1] + reach), left : int(centre[0] + reach)]
    return part, (centre[0] - left, centre[1] - top)


def bleed(canvas: np.ndarray, per_mm: float, rng: np.random.Generator) -> None:
    """Print of the other side, light and soft."""
    h, w = canvas.shape[:2]
    cover = np.zeros((h, w), np.uint8)
    for _ in range(int(rng.uniform(0.1, 0.6) * h * w / (2 * per_mm) ** 2 / 4)):
        p = rng.uniform(0, 1, 2) * (w, h)
        q = p + rng.normal(0, 1.6, 2) * per_mm
        cv2.line(cover, p.astype(int).tolist(), q.astype(int).tolist(), 255,
                 max(1, round(rng.uniform(0.2, 0.7) * per_mm)), cv2.LINE_AA)  # fmt: skip
    soft = (
        cv2.GaussianBlur(cover, (0, 0), rng.uniform(0.15, 0.45) * per_mm).astype(np.float32) / 255
    )
    canvas *= 1 - soft[..., None] * rng.uniform(0.04, 0.16)


def white_out(canvas: np.ndarray, centre: tuple[float, float], side: float,
              rng: np.random.Generator) -> None:  # fmt: skip
    """Correction fluid over most of the box: an uneven blob. The mark shimmers through."""
    canvas, centre = _near(canvas, centre, 2 * side)
    n = 14
    radii = rng.uniform(0.4, 0.8, n) * side
    angles = np.linspace(0, 2 * np.pi, n, endpoint=False)
    shift = np.array(centre) + rng.normal(0, 0.12, 2) * side
    points = np.stack([radii * np.cos(angles), radii * np.sin(angles)], 1) + shift
    cover = np.zeros(canvas.shape[:2], np.uint8)
    cv2.fillPoly(cover, [np.round(points * 16).astype(int)], 255, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(cover, (0, 0), 1.5).astype(np.float32) / 255
    canvas += _fluid(soft, rng)[..., None] * (rng.uniform(0.94, 1.0) - canvas)


def brush_out(canvas: np.ndarray, strokes: list[np.ndarray], centre: tuple[float, float],
              side: float, rng: np.random.Generator) -> None:  # fmt: skip
    """Correction fluid from a brush: ``strokes`` (in box sides) as wide as it is."""
    canvas, centre = _near(canvas, centre, 2 * side)
    cover = np.zeros(canvas.shape[:2], np.uint8)
    wide = max(1, round(rng.uniform(0.25, 0.6) * side))
    for line in strokes:
        at = np.round((line * side + np.array(centre)) * 16).astype(int)
        cv2.polylines(cover, [at], False, 255, wide, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(cover, (0, 0), 1.0).astype(np.float32) / 255
    canvas += _fluid(soft, rng)[..., None] * (rng.uniform(0.94, 1.0) - canvas)


def _fluid(cover: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How well fluid hides what it covers."""
    return cover * np.float32(rng.uniform(0.75, 1.0))


class Scan(NamedTuple):
    """How a form was scanned. ``fade`` is how much of all ink is left; ``cut`` the one-bit
    threshold, or None; ``quality`` the JPEG's, or None."""

    dpi: float
    blur: float
    noise: float
    paper: float
    fade: float
    slope: float
    turn: float
    quality: int | None
    cut: float | None
    pepper: float
    colour: bool


def scan(rng: np.random.Generator) -> Scan:
    """A scanner at random, good or bad."""
    bilevel = rng.random() < 0.28
    colour = not bilevel and rng.random() < 0.5
    dpi = float(rng.choice([100, 120, 150, 200, 240, 300], p=[0.2, 0.18, 0.24, 0.2, 0.08, 0.1]))
    if bilevel:
        dpi = max(dpi, 150.0)
    return Scan(
        dpi * rng.uniform(0.97, 1.03), float(rng.uniform(0.25, 1.2)),
        float(rng.uniform(0.0, 0.03) if rng.random() < 0.8 else rng.uniform(0.03, 0.05)),
        float(rng.uniform(0.75, 1.0)), float(rng.uniform(0.35, 1.0) if rng.random() < 0.3 else 1.0),
        float(rng.uniform(0, 0.25) if rng.random() < 0.3 else 0.0), float(rng.normal(0, 0.25)),
        int(rng.integers(20, 95)) if rng.random() < 0.7 and not bilevel else None,
        float(rng.uniform(0.42, 0.82)) if bilevel else None,
        float(rng.choice([0.0, 0.001, 0.004])), colour,
    )  # fmt: skip


def scanned(canvas: np.ndarray, how: Scan, canvas_dpi: float, rng: np.random.Generator
            ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """``canvas`` as the scanner gives it, (h, w, 3) or (h, w) bytes, and the 2 x 3 matrix that
    takes canvas pixels to the scan's."""
    k = how.dpi / canvas_dpi
    h, w = canvas.shape[:2]
    m = cv2.getRotationMatrix2D((w / 2, h / 2), how.turn, k)
    m[:, 2] += np.array([w, h]) * (k - 1) / 2
    ink = 1 - how.fade * (1 - canvas)
    if not how.colour:
        ink = cv2.cvtColor(ink.astype(np.float32), cv2.COLOR_BGR2GRAY)
    soft = cv2.GaussianBlur(ink, (0, 0), np.hypot(how.blur / k, 0.35 / k))
    size = (int(w * k), int(h * k))
    out = cv2.warpAffine(soft, m, size, flags=cv2.INTER_LINEAR, borderValue=(1.0, 1.0, 1.0))
    slope = 1 - how.slope * np.linspace(0, 1, out.shape[1], dtype=np.float32)
    out = out * (slope[None, :, None] if out.ndim == 3 else slope[None, :]) * how.paper
    out = out + rng.standard_normal(out.shape, np.float32) * np.float32(how.noise)
    if how.cut is not None:
        rough = cv2.GaussianBlur(rng.normal(0, 1, out.shape).astype(np.float32), (0, 0), 0.8)
        bits = out > how.paper * (how.cut + 0.12 * rough)
        flip = rng.random(out.shape, np.float32) < how.pepper
        return (np.where(flip, ~bits, bits) * 255).astype(np.uint8), m
    pixels = np.clip(out * 255, 0, 255).astype(np.uint8)
    if how.quality is not None:
        code = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, how.quality])[1]
        pixels = cv2.imdecode(code, cv2.IMREAD_COLOR if how.colour else cv2.IMREAD_GRAYSCALE)
    return pixels, m
