"""Sheets of boxes with their truth: one style of print, one hand a column, one scanner.

Two columns of rows are drawn on one canvas, marked, worn and scanned together, so that tails
run into the next rows, folds cross whole columns, and all boxes of a sheet have the same look:
what the judge reads of a form is learnt from what a form is.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from fcextract.marks.raster.net import Kind
from fcextract.records import CellImage
from mark_trainer import wear
from mark_trainer.marking import Marking, worn
from mark_trainer.style import CANVAS_DPI, PER_MM, Point, Sheet

ROWS = 20
#: Registration errors of cells, in millimetres.
MISSED = 0.15


class Cell(NamedTuple):
    """A drawn cell, its truth (None where nobody could tell), whose it is (the column), and the
    printed box in pixels of the crop."""

    image: CellImage
    kind: Kind | None
    hand: int
    box: tuple[float, float, float, float]


def cells(s: Sheet, rng: np.random.Generator) -> list[Cell]:
    """The cells of a sheet, row by row."""
    side = s.style.side
    loose = rng.choice([0.6, 1.5, 3.0, 6.0], ROWS, p=[0.4, 0.3, 0.2, 0.1])
    heights = side + np.where(s.tight, 0.7, loose) * rng.uniform(0.9, 1.4, ROWS) + (s.top or 0.0)
    pad = 6.0
    tops = pad + np.concatenate([[0], np.cumsum(heights)])
    lefts = [pad, pad + s.width + float(rng.uniform(0, 6))]
    size = round((tops[-1] + pad) * PER_MM), round((lefts[1] + s.width + pad) * PER_MM)
    canvas = np.ones((*size, 3), np.float32)
    inset = s.left if s.left is not None else (s.width - side) / 2
    drop = [s.top if s.top is not None else (h - side) / 2 for h in heights]
    middles = [
        ((x + inset + side / 2) * PER_MM, (y + d + side / 2) * PER_MM)
        for y, d in zip(tops, drop, strict=False) for x in lefts
    ]  # fmt: skip
    _rules(canvas, s, tops, lefts)
    _texts(canvas, s, tops, lefts, rng)
    if rng.random() < 0.12:
        wear.bleed(canvas, PER_MM, rng)
    kinds = Marking(canvas, s, middles, rng).kinds()
    kinds = worn(canvas, s, middles, kinds, rng)
    pixels, m = wear.scanned(canvas, s.scan, CANVAS_DPI, rng)
    return [
        _cut(pixels, m, s, (lefts[k % 2], float(tops[k // 2])), float(heights[k // 2]), middle,
             kind, k % 2, rng)
        for k, (middle, kind) in enumerate(zip(middles, kinds, strict=True))
    ]  # fmt: skip


def _cut(pixels: np.ndarray, m: np.ndarray, s: Sheet, at: Point, height: float, middle: Point,
         kind: Kind | None, hand: int, rng: np.random.Generator) -> Cell:  # fmt: skip
    corners = np.array([at, (at[0] + s.width, at[1] + height)]) * PER_MM
    # The sheet is turned; what is cut is upright round the cell's turned middle.
    centre = m[:, :2] @ corners.mean(0) + m[:, 2]
    zoom = s.scan.dpi / CANVAS_DPI
    half = (corners[1] - corners[0]) / 2 * zoom
    missed = rng.normal(0, MISSED / 25.4 * s.scan.dpi, 4)
    x0, y0, x1, y1 = (float(v) for v in np.concatenate([centre - half, centre + half]) + missed)
    margin = min((y1 - y0) * 0.34, 5.0 / 25.4 * s.scan.dpi)
    h, w = pixels.shape[:2]
    left, top = max(0, int(x0 - margin)), max(0, int(y0 - margin))
    right, bottom = min(w, int(x1 + margin)), min(h, int(y1 + margin))
    crop = np.ascontiguousarray(pixels[top:bottom, left:right])
    grey = crop if crop.ndim == 2 else cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    image = CellImage(
        grey, crop if crop.ndim == 3 else None, (x0 - left, y0 - top, x1 - left, y1 - top),
        s.scan.dpi, s.scan.cut is not None,
    )  # fmt: skip
    x, y = m[:, :2] @ np.array(middle) + m[:, 2] - (left, top)
    r = s.style.side / 2 * PER_MM * zoom
    wide = r * (s.style.aspect if s.style.kind in ("square", "circle") else 1.0)
    return Cell(image, kind, hand, (float(x - wide), float(y - r), float(x + wide), float(y + r)))


def _rules(canvas: np.ndarray, s: Sheet, tops: np.ndarray, lefts: list[float]) -> None:
    thick = max(1, round(s.rule * PER_MM))
    h, w = canvas.shape[:2]
    black = (s.style.black,) * 3
    if s.ruled != "none":
        for y in tops:
            cv2.line(canvas, (0, round(y * PER_MM)), (w, round(y * PER_MM)), black, thick)
    if s.ruled == "full":
        for x in {*lefts, *(x + s.width for x in lefts)}:
            cv2.line(canvas, (round(x * PER_MM), 0), (round(x * PER_MM), h), black, thick)


def _texts(canvas: np.ndarray, s: Sheet, tops: np.ndarray, lefts: list[float],
           rng: np.random.Generator) -> None:  # fmt: skip
    """Something like words beside the columns and between them."""
    for x0, x1 in ((0.0, lefts[0] - 0.5), (lefts[0] + s.width + 0.5, lefts[1] - 0.5),
                   (lefts[1] + s.width + 0.5, canvas.shape[1] / PER_MM)):  # fmt: skip
        if x1 - x0 < 2 or rng.random() < 0.4:
            continue
        for top, bottom in zip(tops, tops[1:], strict=False):
            for _ in range(int(rng.integers(0, 14))):
                p = np.array([rng.uniform(x0, x1), rng.uniform(top + 0.6, bottom - 0.6)])
                q = np.clip(p + rng.normal(0, 1.0, 2), (x0, top + 0.6), (x1, bottom - 0.6))
                cv2.line(canvas, *(np.round(v * PER_MM).astype(int).tolist() for v in (p, q)),
                         (s.style.black,) * 3, 2, cv2.LINE_AA)  # fmt: skip
