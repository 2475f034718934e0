"""The smooth shift that takes out what ruled lines still bend on a straight page: a curl."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fcextract.ingest.lines import FEWEST, Lines
from fcextract.ingest.nodes import NODE, Floats, node_counts
from fcextract.ingest.strokes import Stroke
from fcextract.scan import Nodes

#: A page whose points all move less than this is left as it is, in pixels.
STRAIGHT = 0.75
#: Powers of x and of y in the shift that takes out a curl.
BEND = ((0, 1, 2, 3, 4), (0, 1, 2))
#: Keeps the shift's coefficients small where lines leave them open, a share of the points.
RIDGE = 1e-6
#: A shift larger than this is no curl, in inches.
LARGEST_SHIFT = 0.6


def bend(lines: Lines, size: tuple[int, int], dpi: float) -> Nodes | None:
    """How far every node must still move, in pixels, for the lines to be straight."""
    width, height = size
    columns, rows = node_counts(width, height, dpi)
    xs, ys = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
    dy = _smooth(lines.across, (width, height), dpi, xs, ys)
    dx = _smooth(lines.down, (height, width), dpi, ys, xs)
    if dx is None and dy is None:
        return None
    zero = np.zeros_like(xs)
    return np.stack([zero if dx is None else dx, zero if dy is None else dy], axis=-1).astype(
        np.float32
    )


def _smooth(
    strokes: Sequence[Stroke], size: tuple[int, int], dpi: float, along: Floats, across: Floats
) -> Floats | None:
    """A polynomial of the place that says how far lines lie from straight ones, at the
    nodes ``along`` and ``across`` (-1 to 1), in pixels. Every line's own level is free."""
    long = [s for s in strokes if len(s.at) >= 1.5 * dpi]
    if len(long) < FEWEST:
        return None
    step = max(1, round(dpi * NODE / 2))
    t, level, line = [], [], []
    for k, s in enumerate(long):
        at = s.at[::step]
        t.append(s.start + np.arange(len(at)) * step)
        level.append(at)
        line.append(np.full(len(at), k))
    x = np.concatenate(t) / size[0] * 2 - 1
    y = np.concatenate(level)
    which = np.concatenate(line)
    v = y / size[1] * 2 - 1
    terms = _terms(x, v)
    found = _levelled(terms, y, which, len(long))
    if np.percentile(np.abs(terms @ found), 98) < STRAIGHT:
        return None
    # Beyond the lines nothing is known: what is true of the nearest ones is taken.
    near = (np.clip(along, x.min(), x.max()), np.clip(across, v.min(), v.max()))
    shift = _terms(near[0].ravel(), near[1].ravel()) @ found
    return np.clip(shift, -LARGEST_SHIFT * dpi, LARGEST_SHIFT * dpi).reshape(along.shape)


def _terms(x: Floats, y: Floats) -> Floats:
    """All powers that bend: those of y alone would only move whole lines."""
    return np.stack([x**p * y**q for p in BEND[0] for q in BEND[1] if p], axis=1)


def _levelled(terms: Floats, y: Floats, which: NDArray[np.int64], count: int) -> Floats:
    """Coefficients that fit ``y`` best when every line has a free level, outliers out."""
    keep = np.ones(len(y), dtype=bool)
    found = np.zeros(terms.shape[1])
    for _ in range(3):
        weights = np.bincount(which[keep], minlength=count)[:, None] + 1e-9
        sums = (
            np.stack([np.bincount(which[keep], c[keep], count) for c in terms.T], axis=1) / weights
        )
        mean = np.bincount(which[keep], y[keep], count)[:, None] / weights
        flat_terms, flat_y = terms - sums[which], y - mean[which, 0]
        ridge = RIDGE * keep.sum() * np.eye(terms.shape[1])
        a, b = flat_terms[keep], flat_y[keep]
        found = np.linalg.solve(a.T @ a + ridge, a.T @ b)
        off = np.abs(flat_y - flat_terms @ found)
        keep = off <= max(1.0, 4 * float(np.median(off[keep])))
    return found
