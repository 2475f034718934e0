"""From strokes to ink on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mill.paper.render import Image

Alpha = NDArray[Any]
"""(height, width), float32, 0 for no ink to 1 for ink that hides the paper."""

_SHIFT = 4
"""Bits of sub-pixel places in OpenCV's drawing calls."""
_FINE = 2
"""Strokes are drawn this many times larger and averaged down."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What writes. ``bgr`` is its colour on white paper, ``width_mm`` its line, ``opacity`` how
    much it hides, ``grain`` how much the paper's tooth breaks its line (pencil)."""

    name: str
    bgr: tuple[int, int, int]
    width_mm: float
    opacity: float
    grain: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One stroke in page pixels: ``points`` (n, 2) and its ``width`` at each of them."""

    points: NDArray[np.float64]
    width: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Patch:
    """Ink on a piece of a page: its top left corner and how strong it is there."""

    x: int
    y: int
    alpha: Alpha

    def over(self, rect: Sequence[float]) -> float:
        """How much ink lies in a rectangle of page pixels, in fully inked pixels."""
        x0, y0 = max(0, round(rect[0]) - self.x), max(0, round(rect[1]) - self.y)
        x1, y1 = round(rect[2]) - self.x, round(rect[3]) - self.y
        if x1 <= x0 or y1 <= y0:
            return 0.0
        return float(self.alpha[y0:y1, x0:x1].sum())

    @property
    def total(self) -> float:
        """All of it, in fully inked pixels."""
        return float(self.alpha.sum())


def smooth(points: Sequence[tuple[float, float]], steps: int = 6) -> NDArray[np.float64]:
    """A Catmull-Rom curve through the points."""
    p = np.asarray(points, float)
    if len(p) < 3:
        t = np.linspace(0, 1, 2 * steps)[:, None]
        return p[0] + t * (p[-1] - p[0])
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True):
        pieces.append(
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
        )
    return np.vstack([*pieces, p[-2:-1]])


def rasterise(lines: Sequence[Line], pen: Pen, size: tuple[int, int], tooth: int) -> Patch | None:
    """The ink of some lines on a page of ``size`` (width, height); ``tooth`` seeds the grain.
    None where it all falls beside the page."""
    reach = max(float(line.width.max()) for line in lines) + 2
    every = np.vstack([line.points for line in lines])
    x0, y0 = np.maximum(np.floor(every.min(axis=0) - reach), 0).astype(int)
    x1, y1 = np.minimum(np.ceil(every.max(axis=0) + reach), size).astype(int)
    if x1 <= x0 or y1 <= y0:
        return None
    mask = np.zeros(((y1 - y0) * _FINE, (x1 - x0) * _FINE), np.uint8)
    for line in lines:
        _stroke(mask, line, (x0, y0))
    small = cv2.resize(mask, (int(x1 - x0), int(y1 - y0)), interpolation=cv2.INTER_AREA)
    alpha = small.astype(np.float32) * (pen.opacity / 255)
    if pen.grain:
        alpha *= _tooth(alpha.shape, pen.grain, tooth)
    return Patch(int(x0), int(y0), alpha)


def _stroke(mask: NDArray[np.uint8], line: Line, origin: tuple[int, int]) -> None:
    fixed = np.round((line.points - origin) * _FINE * 2**_SHIFT).astype(int)
    widths = np.maximum(1, np.round(line.width * _FINE)).astype(int)
    for a, b, w in zip(fixed[:-1], fixed[1:], widths[:-1], strict=True):
        cv2.line(mask, a.tolist(), b.tolist(), 255, int(w), cv2.LINE_AA, _SHIFT)


def _tooth(shape: tuple[int, ...], grain: float, seed: int) -> Alpha:
    """What the paper's tooth lets through of a pencil line."""
    rng = np.random.default_rng(seed)
    noise = cv2.GaussianBlur(rng.random(shape, np.float32), (0, 0), 0.8)
    kept: Alpha = np.clip(1 - grain * (noise - 0.35) * 3, 0.15, 1).astype(np.float32)
    return kept


def lay(image: Image, patch: Patch, bgr: tuple[int, int, int]) -> None:
    """Put ink on a page, in place. Inks are glazes: they darken what is under them."""
    h, w = patch.alpha.shape
    under = image[patch.y : patch.y + h, patch.x : patch.x + w]
    alpha = patch.alpha[: under.shape[0], : under.shape[1]]
    if image.ndim == 2:
        shade = 0.114 * bgr[0] + 0.587 * bgr[1] + 0.299 * bgr[2]
        under[:] = (under * (1 - alpha * (1 - shade / 255))).astype(np.uint8)
        return
    glaze = 1 - alpha[..., None] * (1 - np.asarray(bgr, np.float32) / 255)
    under[:] = (under * glaze).astype(np.uint8)


def cover(image: Image, patch: Patch, bgr: tuple[int, int, int]) -> None:
    """Put paint on a page, in place: correction fluid hides what is under it."""
    h, w = patch.alpha.shape
    under = image[patch.y : patch.y + h, patch.x : patch.x + w]
    alpha = patch.alpha[: under.shape[0], : under.shape[1]]
    if image.ndim == 2:
        under[:] = (under * (1 - alpha) + bgr[1] * alpha).astype(np.uint8)
        return
    a = alpha[..., None]
    under[:] = (under * (1 - a) + np.asarray(bgr, np.float32) * a).astype(np.uint8)
