"""Ink on a page of pixels, and the lines of type it makes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.geometry import Box, hull
from fcextract.records import Rule
from fcextract.scan import Scan, ink_along_sides, without_streaks

#: 1 where there is ink.
Ink = NDArray[Any]

#: Ink is darker than half-way between paper and print, and than this, of 255.
LIGHTEST = 205
#: A faint frame is darker than one of these, of 255.
FAINT = (232, 245)
#: It is square: sides in points, their difference and the part of it that is frame as shares.
SQUARE, LOPSIDED, FRAME = (5.0, 20.0), 0.2, 0.6
#: So much of it may be ink, or it was seen already; so much of its middle may be dark.
BLANK, WITHIN = 0.02, 0.06
#: Ink stands along this share of each of its sides, this close to the edge, as a share of them;
#: the more where something is within.
CLOSED, CLOSED_ALL, SIDE = 0.7, 0.85, 0.2
#: Rules are rubbed out this much wider than they are, in points.
RUBBED = 1.6
#: But for what runs along a rule for this long, with paper between: the side of a box. In points.
STANDS = 3.0
#: Specks below this in either direction are no text, in points.
SPECK = 1.0
#: Lines of type are this high, in points (6 to 20 pt type).
LINE = (4.0, 24.0)


@lru_cache(maxsize=2)
def find_ink(scan: Scan, rules: tuple[Rule, ...], *, streaks: bool = False) -> Ink:
    """1 where there is ink, its ruled lines rubbed out; with ``streaks``, which are no type: the
    sides of boxes that stand close below each other look like one where marks join them. Not to be
    written to: it is kept for those who ask next."""
    ink = (scan.grey < ink_level(scan)).astype(np.uint8)
    if not streaks:
        ink = without_streaks(ink, scan.dpi)
    s = scan.scale
    half = RUBBED * s
    for r in rules:
        lo, hi = max(0, int(r.lo * s - half)), int(r.hi * s + half) + 1
        a, b = max(0, int(r.at * s - half)), int(r.at * s + half) + 1
        along = ink if r.along == "h" else ink.T
        band = along[a:b, lo:hi]
        band[:] = _beside_rule(band, r.at * s - a, max(3, round(STANDS * s)))
    return ink


def ink_level(scan: Scan) -> float:
    """What is darker is ink, of 255."""
    dark = float(np.percentile(scan.grey[::2, ::2], 1.0))
    return min(LIGHTEST, (255 + dark) / 2 + 20)


def _beside_rule(band: Ink, at: float, least: int) -> Ink:
    """What of a ``band`` along a rule, which runs along its rows at row ``at``, is not the rule's:
    lines as long as ``least`` pixels with paper between them and the rule. Boxes are as high as
    their rows, or nearly so."""
    if band.size == 0:
        return band
    order = np.argsort(np.abs(np.arange(len(band)) - at), kind="stable")
    nearest = order[(band[order] > 0).argmax(axis=0)]
    own = band > 0
    # A row is the rule's where no paper lies between it and the rule's ink nearest to the middle.
    gaps = np.cumsum(~own, axis=0)
    at_rule = np.take_along_axis(gaps, nearest[None], axis=0)
    rest = (own & (gaps != at_rule)).astype(np.uint8)
    if not rest.any():
        return rest
    return np.asarray(cv2.morphologyEx(rest, cv2.MORPH_OPEN, np.ones((1, least), np.uint8)))


def pale_frames(scan: Scan, ink: Ink) -> list[Box]:
    """Those of :func:`frames` that are no ink."""
    found: list[Box] = []
    for dark in _faint(scan, ink):
        found += [b for b in _squares(scan, dark) if not any(b.holds(f.cx, f.cy) for f in found)]
    return are_faint(scan, ink, found)


def frames(scan: Scan, ink: Ink, *more: Ink) -> list[Box]:
    """Outlines of boxes that nothing touches, inked (in ``more`` too) or too light to be ink:
    square, drawn along all four sides, and with nothing within."""
    found: list[Box] = []
    for dark in (ink, *more, *_faint(scan, ink)):
        found += [b for b in _squares(scan, dark) if not any(b.holds(f.cx, f.cy) for f in found)]
    return found


def are_faint(scan: Scan, ink: Ink, found: Sequence[Box]) -> list[Box]:
    """Those of ``found`` that are no ink."""
    out = []
    for b in found:
        y0, y1, x0, x1 = scan.span(b)
        if ink[y0:y1, x0:x1].mean() < BLANK:
            out.append(b)
    return out


def ticked_frames(scan: Scan, ink: Ink) -> list[Box]:
    """Squares drawn along all four sides with something within: boxes with a tick printed in
    them, and characters that look like it."""
    return _squares(scan, ink, ticked=True)


def _faint(scan: Scan, ink: Ink) -> list[Ink]:
    """1 where a pixel is only a little darker than the paper, ever lighter; the paper's own
    grain is no square. Past the first, what is about ink is left out: it was looked at."""
    smooth = cv2.GaussianBlur(scan.grey, (3, 3), 0)
    away: Ink = 1 - np.asarray(cv2.dilate(ink, np.ones((5, 5), np.uint8)))
    first, *others = ((smooth < level).astype(np.uint8) for level in FAINT)
    return [first, *(np.asarray(dark * away) for dark in others)]


def _squares(scan: Scan, dark: Ink, *, ticked: bool = False) -> list[Box]:
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    s = scan.scale
    w, h, area = stats[:, 2], stats[:, 3], stats[:, 4]
    square = (w >= SQUARE[0] * s) & (w <= SQUARE[1] * s)
    square &= np.abs(w - h) <= LOPSIDED * np.maximum(w, h)
    square &= area >= CLOSED * 2 * (w + h)
    if not ticked:
        square &= area <= FRAME * w * h
        stats = stats[square]
        square = closed[stats[:, 1] + stats[:, 3] // 2, stats[:, 0] + stats[:, 2] // 2] == 0
    out = []
    for x, y, w, h, _ in stats[square].tolist():
        part = closed[y : y + h, x : x + w] > 0
        inner = part[h // 3 : -(h // 3), w // 3 : -(w // 3)]
        whole = ink_along_sides(part, SIDE) >= (CLOSED_ALL if ticked else CLOSED)
        if whole and (inner.mean() <= WITHIN) != ticked:
            out.append(Box(x / s, y / s, (x + w) / s, (y + h) / s))
    return out


def lines_in(scan: Scan, ink: Ink, area: Box) -> list[Box]:
    """The lines of ink in ``area``, by its rows that hold any."""
    y0, y1, x0, x1 = scan.span(area)
    part = ink[y0:y1, x0:x1]
    if part.size == 0:
        return []
    speck = max(1, round(SPECK * scan.scale))
    out = []
    for top, bottom in stretches(part.sum(axis=1) >= 1, speck):
        columns = np.flatnonzero(part[top:bottom].any(axis=0))
        if bottom - top < speck or len(columns) < speck:
            continue
        out.append(
            Box((x0 + columns[0]) / scan.scale, (y0 + top) / scan.scale,
                (x0 + columns[-1] + 1) / scan.scale, (y0 + bottom) / scan.scale)
        )  # fmt: skip
    return out


def stretches(on: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Half-open stretches of True, those closer than ``gap`` joined."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    out: list[tuple[int, int]] = []
    for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if out and a - out[-1][1] < gap:
            out[-1] = (out[-1][0], b)
        else:
            out.append((a, b))
    return out


def smeared_lines(scan: Scan, ink: Ink, gap: float) -> list[Box]:
    """Lines of ink whose parts stand no further apart than ``gap`` points."""
    reach = max(3, round(gap * scan.scale)) | 1
    smeared = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(smeared, connectivity=8)
    s = scan.scale
    found = [
        Box(x / s, y / s, (x + w) / s, (y + h) / s)
        for x, y, w, h, area in stats[1:count].tolist()
        if LINE[0] <= h / s <= LINE[1] and w / s >= LINE[0]
    ]
    return sorted(_merged(found), key=lambda b: (b.cy, b.x0))


def _merged(found: Sequence[Box]) -> list[Box]:
    """Boxes that lie over each other as one: the upper and the lower half of a character."""
    out: list[Box] = []
    at = np.zeros((len(found), 4))
    for b in sorted(found, key=lambda b: -b.area):
        own = at[: len(out)]
        wide = np.minimum(own[:, 2], b.x1) - np.maximum(own[:, 0], b.x0)
        high = np.minimum(own[:, 3], b.y1) - np.maximum(own[:, 1], b.y0)
        over = np.flatnonzero((wide > 0) & (high > 0) & (wide * high > 0.5 * b.area))
        if len(over):
            i = int(over[0])
            out[i] = hull([out[i], b]) or b
        else:
            i = len(out)
            out.append(b)
        at[i] = out[i]
    return out
