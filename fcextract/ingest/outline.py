"""The sheet of paper in a picture that shows more: a desk, or the lid of a scanner.

Its four edges tell how it lies, even where nothing on it is ruled. They are found coarsely as
the border of the one light area, then each is measured across and fitted by a curve.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.ingest.nodes import Floats, Sheet, node_counts, projected
from fcextract.scan import Grey

#: The sheet is looked for at this resolution, in pixels per inch; print narrower than the
#: second, in its pixels, is closed over.
COARSE, CLOSED = 40.0, 9
#: It covers this share of the picture, and its corners' quadrangle is as large to so much.
SHARE, TRUE = (0.35, 0.985), 0.03
#: A corner's angle is off a right one by no more than this (its cosine).
SQUARE = 0.2
#: An edge is measured at so many places, this far to both sides, in inches, and no less than so
#: many pixels.
PLACES, REACH, LEAST = 96, 0.15, 3
#: Along an edge the paper is lighter than what lies beyond by this, of 255, at so many of its
#: places.
LIGHTER, SEEN = 25.0, 0.7
#: What lies off the fitted curve by more is no edge, in inches.
OFF = 0.02
#: Sides in the ratio of the A series, to this.
SERIES, NEARLY = 2**0.5, 0.03


def find_sheet(grey: Grey, dpi: float) -> Sheet | None:
    """The sheet in ``grey``; None where the picture shows nothing but paper, or no sheet that
    is surely seen."""
    corners = _corners(grey, dpi)
    if corners is None:
        return None
    edges = [_edge(grey, corners[i], corners[(i + 1) % 4], dpi) for i in range(4)]
    if any(e is None for e in edges):
        return None
    curves = [e for e in edges if e is not None]
    return _mapped(_met(corners, curves), curves, dpi)


def _corners(grey: Grey, dpi: float) -> Floats | None:
    """The sheet's corners, (4, 2), clockwise from the top left, roughly."""
    scale = min(1.0, COARSE / dpi)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((CLOSED, CLOSED), np.uint8))
    _, light = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    found, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not found:
        return None
    outline = cv2.convexHull(max(found, key=cv2.contourArea))
    area = cv2.contourArea(outline)
    if not SHARE[0] <= area / light.size <= SHARE[1]:
        return None
    quad = _quadrangle(outline)
    if quad is None or abs(cv2.contourArea(quad.astype(np.float32)) / area - 1) > TRUE:
        return None
    return (_clockwise(quad) + 0.5) / scale


def _quadrangle(outline: NDArray[Any]) -> Floats | None:
    """The outline's four corners, if it has four and they are nearly right angles."""
    length = cv2.arcLength(outline, True)
    for share in (0.02, 0.03, 0.04):
        quad = cv2.approxPolyDP(outline, share * length, True)[:, 0, :].astype(np.float64)
        if len(quad) == 4:
            sides = np.roll(quad, -1, axis=0) - quad
            sides /= np.linalg.norm(sides, axis=1, keepdims=True) + 1e-9
            angles = np.abs((sides * np.roll(sides, 1, axis=0)).sum(axis=1))
            return quad if float(angles.max()) <= SQUARE else None
    return None


def _clockwise(quad: Floats) -> Floats:
    """The corners clockwise (y downwards), beginning at the top left."""
    middle = quad.mean(axis=0)
    order = np.argsort(np.arctan2(quad[:, 1] - middle[1], quad[:, 0] - middle[0]))
    quad = quad[order]
    return np.roll(quad, -int(quad.sum(axis=1).argmin()), axis=0)


class _Edge(NamedTuple):
    """One side: the straight line from ``start`` along ``along`` (a unit vector) for
    ``length``, and how far from it, to its right, the edge lies (a polynomial of the share
    of the length)."""

    start: Floats
    along: Floats
    length: float
    curve: Floats

    @property
    def across(self) -> Floats:
        return np.array([-self.along[1], self.along[0]])

    def at(self, t: Floats) -> Floats:
        """(n, 2): the edge at shares ``t`` of the line."""
        line = self.start + np.outer(t * self.length, self.along)
        return np.asarray(line + np.outer(np.polyval(self.curve, t), self.across))


def _edge(grey: Grey, a: Floats, b: Floats, dpi: float) -> _Edge | None:
    """The edge between two corners, measured; the sheet lies to its right."""
    length = float(np.linalg.norm(b - a))
    bare = _Edge(a, (b - a) / length, length, np.zeros(1))
    t = np.linspace(0.03, 0.97, PLACES)
    reach = max(LEAST, round(REACH * dpi))
    depth = np.arange(-reach, reach + 1, dtype=np.float64)
    at = bare.at(t)[:, None, :] + depth[None, :, None] * bare.across
    at = at.astype(np.float32)
    seen = cv2.remap(
        grey, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    offs, clear = _steps(seen.astype(np.float64), reach)
    if clear.mean() < SEEN:
        return None
    t, offs = t[clear], offs[clear]
    keep = np.ones(len(t), bool)
    curve = np.zeros(1)
    for _ in range(4):
        curve = np.polyfit(t[keep], offs[keep], 3)
        off = np.abs(np.polyval(curve, t) - offs)
        keep = off <= max(1.0, OFF * dpi, 2.5 * float(np.median(off)))
    return bare._replace(curve=curve) if keep.mean() >= SEEN else None


def _steps(seen: Floats, reach: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Where each row of ``seen`` steps from what is beyond the sheet to paper, in pixels from
    its middle, and whether it does."""
    sums = np.cumsum(seen, axis=1)
    near = max(LEAST, reach // 3)
    n = seen.shape[1]
    at = np.arange(near, n - near)
    before = (sums[:, at - 1] - np.where(at > near, sums[:, at - near - 1], 0.0)) / near
    after = (sums[:, at + near - 1] - sums[:, at - 1]) / near
    rise = after - before
    best = rise.argmax(axis=1)
    height = rise[np.arange(len(seen)), best]
    return (at[best] - 0.5 - reach).astype(np.float64), height >= LIGHTER


def _met(corners: Floats, edges: list[_Edge]) -> Floats:
    """The corners where the measured edges meet."""
    out = []
    for i in range(4):
        before, after = edges[i - 1], edges[i]
        p, q = before.at(np.array([0.9, 1.0])), after.at(np.array([0.0, 0.1]))
        a, b = np.array([*p[0], 1.0]), np.array([*p[1], 1.0])
        c, d = np.array([*q[0], 1.0]), np.array([*q[1], 1.0])
        x = np.cross(np.cross(a, b), np.cross(c, d))
        out.append(x[:2] / x[2] if abs(x[2]) > 1e-9 else corners[i])
    return np.array(out)


def _mapped(corners: Floats, edges: list[_Edge], dpi: float) -> Sheet:
    """The map of the flat sheet: its corners by a homography, and between its edges what they
    bend, blended."""
    width, height = _size(corners)
    columns, rows = node_counts(width, height, dpi)
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    home = np.asarray(cv2.getPerspectiveTransform(flat, corners.astype(np.float32)), np.float64)
    u, v = np.linspace(0, 1, columns), np.linspace(0, 1, rows)
    xs, ys = np.meshgrid(u * width, v * height)
    nodes = projected(np.stack([xs, ys], axis=-1), home)
    top, right = _bent(nodes[0], edges[0]), _bent(nodes[:, -1], edges[1])
    bottom, left = _bent(nodes[-1], edges[2]), _bent(nodes[:, 0], edges[3])
    nodes += (1 - v)[:, None, None] * top[None] + v[:, None, None] * bottom[None]
    nodes += (1 - u)[None, :, None] * left[:, None] + u[None, :, None] * right[:, None]
    return Sheet(nodes.astype(np.float32), (width, height))


def _size(corners: Floats) -> tuple[int, int]:
    """The flat sheet's sides: the means of opposite ones, in the ratio of the A series where
    they nearly are."""
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    width, height = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    long, short = max(width, height), min(width, height)
    if abs(long / short / SERIES - 1) <= NEARLY:
        short = (short + long / SERIES) / 2
        long = short * SERIES
    wide = width > height
    return (round(long), round(short)) if wide else (round(short), round(long))


def _bent(line: Floats, edge: _Edge) -> Floats:
    """How far the edge lies from the places ``line`` on its chord, across it."""
    t = (line - edge.start) @ edge.along / edge.length
    here = (line - edge.start) @ edge.across
    off = np.polyval(edge.curve, np.clip(t, 0.0, 1.0)) - here
    return np.asarray(np.outer(off, edge.across))
