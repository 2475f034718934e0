"""Where the boxes of a printed form are, found by comparing two prints of it.

The same form is printed with every box empty and with every box ticked. Wherever the two
differ there is a tick, whatever program printed it; each is named by its place, because rows
are printed in the order of the list and the county's column stands left of the reviewer's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from mill.paper.render import Image

Rect = tuple[float, float, float, float]
"""Points, origin top left: x0, y0, x1, y1."""

DPI = 150
_POINT = DPI / 72
_LEAST_DIFFERENCE = 40
"""Grey levels between the two prints."""
_LEAST_PIXELS = 5
_BRIDGE = 5
"""Pixels: two strokes of one tick are no farther apart."""
_SIDES = (4.0, 22.0)
"""Points: least and greatest side of a printed box."""
_REACH = 9.0
"""Points around a tick within which its box is looked for."""
_FRAME_CONTRAST = 14
"""Grey levels below the paper beside it: the palest frame of a web page has 32."""


class BoxPlace(NamedTuple):
    """One box. ``rect`` is its printed outline, ``tick`` where a printed tick leaves ink;
    ``framed`` is False where nothing of a box is printed and both are the same."""

    item_id: str
    column: str
    page: int
    rect: Rect
    tick: Rect
    framed: bool


class NotFoundError(Exception):
    """The two prints do not differ in one place per box."""


def find_boxes(
    empty: Sequence[Image], ticked: Sequence[Image], item_ids: Sequence[str]
) -> list[BoxPlace]:
    """All boxes of ``item_ids`` in printed order, from grey pages at :data:`DPI`.

    Raises:
        NotFoundError: with what does not fit.
    """
    if [p.shape for p in empty] != [p.shape for p in ticked]:
        raise NotFoundError("ticks move the pages")
    rows: list[tuple[int, Rect, Rect]] = []
    for number, (before, after) in enumerate(zip(empty, ticked, strict=True)):
        rows += [(number, a, b) for a, b in _rows(_differences(before, after))]
    if len(rows) != len(item_ids):
        raise NotFoundError(f"{len(rows)} rows instead of {len(item_ids)}")
    found = []
    for item_id, (number, *pair) in zip(item_ids, rows, strict=True):
        for column, tick in zip(("self", "reviewer"), pair, strict=True):
            frame = _frame(empty[number], tick)
            place = tuple(v / _POINT for v in frame or _square(tick))
            mark = tuple(v / _POINT for v in tick)
            found.append(BoxPlace(item_id, column, number, place, mark, frame is not None))  # type: ignore[arg-type]
    return found


def _differences(before: Image, after: Image) -> list[Rect]:
    """Pixel rectangles that differ."""
    changed = (cv2.absdiff(before, after) > _LEAST_DIFFERENCE).astype(np.uint8)
    joined = cv2.morphologyEx(changed, cv2.MORPH_CLOSE, np.ones((_BRIDGE, _BRIDGE), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    return [
        (float(x), float(y), float(x + w), float(y + h))
        for x, y, w, h, area in stats[1:].tolist()
        if area >= _LEAST_PIXELS
    ]


def _rows(rects: list[Rect]) -> list[tuple[Rect, Rect]]:
    """Tick rectangles of one page paired by row: left column, right column."""
    if len(rects) < 2:
        if rects:
            raise NotFoundError("a page with a single tick")
        return []
    centers = sorted((r[0] + r[2]) / 2 for r in rects)
    gap, cut = max((b - a, (a + b) / 2) for a, b in pairwise(centers))
    left = _merged([r for r in rects if r[0] + r[2] < 2 * cut])
    right = _merged([r for r in rects if r[0] + r[2] > 2 * cut])
    pairs = list(zip(left, right, strict=False))
    apart = any(a[3] < b[1] or b[3] < a[1] for a, b in pairs)
    if len(left) != len(right) or apart:
        raise NotFoundError(f"columns of {len(left)} and {len(right)} ticks")
    return pairs


def _merged(rects: list[Rect]) -> list[Rect]:
    """Rectangles of one column that share a line of text joined, from top to bottom."""
    merged: list[Rect] = []
    for r in sorted(rects, key=lambda r: r[1]):
        if merged and r[1] < merged[-1][3]:
            m = merged[-1]
            merged[-1] = (min(m[0], r[0]), m[1], max(m[2], r[2]), max(m[3], r[3]))
        else:
            merged.append(r)
    return merged


def _square(tick: Rect) -> Rect:
    """A square of the tick's greater side around its middle."""
    cx, cy = (tick[0] + tick[2]) / 2, (tick[1] + tick[3]) / 2
    half = max(tick[2] - tick[0], tick[3] - tick[1], _SIDES[0] * _POINT) / 2
    return cx - half, cy - half, cx + half, cy + half


def _frame(page: Image, tick: Rect) -> Rect | None:
    """The printed outline that belongs to ``tick``: the squarest thing printed on or beside it."""
    reach = int(_REACH * _POINT)
    x0, y0 = max(0, int(tick[0]) - reach), max(0, int(tick[1]) - reach)
    crop = page[y0 : int(tick[3]) + reach, x0 : int(tick[2]) + reach]
    inked = (crop < np.median(crop) - _FRAME_CONTRAST).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    low, high = (s * _POINT for s in _SIDES)
    best: tuple[float, Rect] | None = None
    for x, y, w, h, _ in stats[1:].tolist():
        inside = x > 0 and y > 0 and x + w < crop.shape[1] and y + h < crop.shape[0]
        if not (inside and low <= min(w, h) and max(w, h) <= high and max(w, h) < 1.35 * min(w, h)):
            continue
        rect = (float(x0 + x), float(y0 + y), float(x0 + x + w), float(y0 + y + h))
        away = _distance(rect, tick)
        if away <= max(w, h) and (best is None or away < best[0]):
            best = away, rect
    return best[1] if best else None


def _distance(rect: Rect, tick: Rect) -> float:
    """Pixels between the middles."""
    dx = (rect[0] + rect[2] - tick[0] - tick[2]) / 2
    dy = (rect[1] + rect[3] - tick[1] - tick[3]) / 2
    return float(np.hypot(dx, dy))
