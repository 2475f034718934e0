"""Boxes with a mark on them, found as the page's bare ones look.

A mark that begins or ends outside its box makes one piece of ink of both, and no frame is seen by
its outline. But the page shows what its boxes look like where they are bare: their size, and how
dark they are drawn. A square of just that size, inked along all four sides and with paper round
it, is a box, whatever else runs through it.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from fcextract.geometry import Box
from fcextract.locate.paper.ink import Ink
from fcextract.scan import Scan

#: So many bare boxes of one size, which differ by less than this share of it, tell it.
FEWEST, SAME = 3, 0.12
#: Corners may be round: so much of a side speaks, and is inked along the first share on the worst
#: side, and along the second on average.
ALONG, LEAST, MEAN = 0.8, 0.8, 0.9
#: Paper shows this far outside of a side, in points, along more than half of it, on three sides:
#: characters that look like boxes stand between others, and blots and pictures have no sides.
OUTSIDE, PAPER, SIDES = 1.1, 0.5, 3
#: What the lines themselves cover counts for so much beside what is a pixel off.
EXACT = 0.2


def marked_squares(scan: Scan, bare: Sequence[Box]) -> list[Box]:
    """The squares of the size and the darkness of most of ``bare`` that touch none of them."""
    known = _of_one_size(bare)
    if len(known) < FEWEST:
        return []
    wide, high = (
        round(float(np.median([getattr(b, side) for b in known])) * scan.scale)
        for side in ("width", "height")
    )
    if min(wide, high) < 5:
        return []
    level = float(np.median([_line_level(scan, b) for b in known]))
    dark = (scan.grey < (255.0 + level) / 2).astype(np.uint8)
    worth = _worth(dark, wide, high, max(2, round(OUTSIDE * scan.scale)))
    best = cv2.dilate(worth, np.ones((high, wide), np.uint8))
    ys, xs = np.nonzero((worth > 0) & (worth >= best))
    found: list[Box] = []
    s = scan.scale
    for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
        box = Box(x / s, y / s, (x + wide) / s, (y + high) / s)
        if not any(box.touches(b) for b in (*bare, *found)):
            found.append(box)
    return found


def _of_one_size(bare: Sequence[Box]) -> list[Box]:
    """The most boxes that differ little from one of them."""
    sides = np.array([(b.width, b.height) for b in bare]).reshape(-1, 2)
    if not len(sides):
        return []
    close = (np.abs(sides[:, None] - sides[None]) <= SAME * sides[:, None]).all(axis=2)
    own = close[int(close.sum(axis=1).argmax())]
    return [b for b, mine in zip(bare, own.tolist(), strict=True) if mine]


def _line_level(scan: Scan, box: Box) -> float:
    """How dark the lines of a bare box are."""
    part = scan.clip(box.grow(0.5))
    near = max(2, part.shape[0] // 4)
    sides = (part[:near].min(0), part[-near:].min(0), part[:, :near].min(1), part[:, -near:].min(1))
    return float(np.median([np.median(side) for side in sides]))


def _worth(dark: Ink, wide: int, high: int, out: int) -> np.ndarray:
    """(h, w) what a box with its top left corner at each pixel is worth; 0 where none is."""
    padded = cv2.copyMakeBorder(dark, out, out, out, out, cv2.BORDER_CONSTANT, value=0)
    rows, cols = (n - size + 1 for n, size in zip(dark.shape, (high, wide), strict=True))
    if min(rows, cols) < 1:
        return np.zeros(dark.shape, np.float32)
    flat, tall = round(ALONG * wide), round(ALONG * high)
    skip = out + (wide - flat) // 2, out + (high - tall) // 2

    def sides(ink: Ink, off: int, *, lean: bool) -> list[np.ndarray]:
        """Coverage of the four sides, ``off`` pixels outside them."""
        across = cv2.dilate(ink, np.ones((3, 1), np.uint8)) if lean else ink
        down = cv2.dilate(ink, np.ones((1, 3), np.uint8)) if lean else ink
        h = cv2.boxFilter(
            across, cv2.CV_32F, (flat, 1), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT
        )
        v = cv2.boxFilter(
            down, cv2.CV_32F, (1, tall), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT
        )
        x, y = slice(skip[0], skip[0] + cols), slice(skip[1], skip[1] + rows)
        at = (out - off, out + high - 1 + off, out - off, out + wide - 1 + off)
        return [
            h[at[0] : at[0] + rows, x], h[at[1] : at[1] + rows, x],
            v[y, at[2] : at[2] + cols], v[y, at[3] : at[3] + cols],
        ]  # fmt: skip

    own = sides(padded, 0, lean=True)
    least = np.minimum.reduce(own)
    free = sum((s < PAPER).astype(np.uint8) for s in sides(padded, out, lean=False))
    mean = sum(own) / 4
    good = (least >= LEAST) & (mean >= MEAN) & (np.asarray(free) >= SIDES)
    exact = sum(sides(padded, 0, lean=False)) / 4
    worth = np.zeros(dark.shape, np.float32)
    worth[:rows, :cols] = np.where(good, mean + EXACT * exact, 0.0)
    return worth
