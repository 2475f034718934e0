"""Strokes that are told by where they go: round the box, or through it and on."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.patches import FIRST, LAST, PATCH, SIDE, bounds, square

Mask = NDArray[np.bool_]

#: The cell's rules, with their blur, reach this far into it, in patch pixels; ink this close
#: to an edge goes on beyond it.
RULE, EDGE = 2.0, 2.0
CENTRE = (PATCH - 1) / 2
#: A ring is seen in all but a few of this many directions from the box's middle.
DIRECTIONS, GAPS = 32, 5
#: A line is straight if it is no thicker, all bends included, than this (in sides).
STRAIGHT = 0.35
#: One that goes on is at least this long, in sides, and there for this share of its length.
LONG, UNBROKEN = 1.7, 0.8
#: One that crosses the box is seen for so many patch pixels on both sides of it, so far off.
BEYOND, NEAR = 8, 3
#: It is at most so wide, in patch pixels, and what is inked besides at most this share.
THIN, CLEAR = 9, 0.25
#: (PATCH, PATCH): where the box is.
BOX = square(0)
_GRID = np.arange(PATCH) - CENTRE
#: (PATCH, PATCH): the direction in which each pixel lies from the box's middle.
_SECTOR = (
    np.floor(np.arctan2(_GRID[:, None], _GRID[None, :]) / (2 * np.pi) * DIRECTIONS).astype(int)
    % DIRECTIONS
)


def goes_round_box(own: Mask, cell: NDArray[np.float64]) -> bool:
    """Whether one stroke goes round the box and stays inside the cell, which rules do not."""
    beyond = own & ~BOX
    if int(beyond.sum()) < 3 * SIDE:
        return False
    _, labels, stats, _ = cv2.connectedComponentsWithStats(beyond.astype(np.uint8), connectivity=8)
    x0, y0, x1, y1 = bounds(cell, RULE)
    for k in range(1, len(stats)):
        x, y, w, h, area = stats[k]
        if area < 2 * SIDE or x <= x0 or y <= y0 or x + w >= x1 or y + h >= y1:
            continue
        if len(np.unique(_SECTOR[labels == k])) >= DIRECTIONS - GAPS:
            return True
    return False


def crosses(dark: Mask, crop: NDArray[np.float64]) -> bool:
    """Whether an upright or level line enters the box on one side and leaves it on the other,
    and there is nothing else in the box."""
    x0, y0, x1, y1 = bounds(crop, 0)
    inner = slice(FIRST + 4, LAST - 4)
    upright = dark[y0 : FIRST - NEAR, inner], dark[LAST + NEAR : y1, inner], dark[inner, inner]
    level = dark[inner, x0 : FIRST - NEAR].T, dark[inner, LAST + NEAR : x1].T, dark[inner, inner].T
    near = np.ones((1, 3), np.uint8)
    for before, after, within in (upright, level):
        if min(len(before), len(after)) < BEYOND:
            continue
        # A line leans by a pixel at most between the two.
        runs = [cv2.dilate(p.astype(np.uint8), near).mean(axis=0) for p in (before, after)]
        line = np.minimum(*runs) >= UNBROKEN
        beside = within[:, ~cv2.dilate(line[None].astype(np.uint8), near)[0].astype(bool)]
        if 0 < line.sum() <= THIN and (not beside.size or float(beside.mean()) <= CLEAR):
            return True
    return False


def ends(xs: NDArray[np.intp], ys: NDArray[np.intp], edges: tuple[int, int, int, int]) -> int:
    """At how many places a stroke (its pixels) reaches ``edges`` (x0, y0, x1, y1). One that does at
    two goes through: a band, the rim of a seal, a long slash."""
    x0, y0, x1, y1 = edges
    out = (xs < x0) | (ys < y0) | (xs >= x1) | (ys >= y1)
    if not out.any():
        return 0
    reached = np.zeros((PATCH, PATCH), np.uint8)
    reached[ys[out], xs[out]] = 1
    # Grain breaks the edge of a stroke: what is that close is one place.
    near = np.ones((2 * NEAR + 1, 2 * NEAR + 1), np.uint8)
    return cv2.connectedComponents(cv2.dilate(reached, near), connectivity=8)[0] - 1


def passes(
    xs: NDArray[np.intp], ys: NDArray[np.intp], dark: Mask, crop: NDArray[np.float64]
) -> bool:
    """Whether the stroke is straight and goes on, both ways, to the edges of the crop."""
    if len(xs) < SIDE:
        return False
    spread, axes = np.linalg.eigh(np.cov(xs, ys))
    if np.sqrt(12.0 * max(0.0, float(spread[0]))) > STRAIGHT * SIDE:
        return False
    steps = np.arange(-2 * PATCH, 2 * PATCH)
    x = np.round(xs.mean() + steps * axes[0, 1]).astype(int)
    y = np.round(ys.mean() + steps * axes[1, 1]).astype(int)
    x0, y0, x1, y1 = bounds(crop, EDGE)
    there = (x >= x0) & (x < x1) & (y >= y0) & (y < y1)
    near = cv2.dilate(dark.astype(np.uint8), np.ones((3, 3), np.uint8))
    along = near[y[there], x[there]]
    return bool(len(along) >= LONG * SIDE and along.mean() >= UNBROKEN)
