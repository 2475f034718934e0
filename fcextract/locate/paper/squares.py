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
from fcextract.locate.paper.ink import Ink, ink_level
from fcextract.scan import Scan

#: So many bare boxes of one size, which differ by less than this share of it, tell it.
FEWEST, SAME = 3, 0.12
#: Corners may be round: so much of a side speaks, and is inked along the first share on the worst
#: side, and along the second on average.
ALONG, LEAST, MEAN = 0.8, 0.8, 0.9
#: Paper shows this far outside of a side, in points, along more than half of it, on three sides:
#: characters that look like boxes stand between others, and blots and pictures have no sides.
OUTSIDE, PAPER, SIDES = 1.1, 0.5, 3
#: And from there so far out, in points, on its left or its right, which no more rows than this
#: share touch: no line of text holds it.
FREE, TOUCHED = 2.6, 0.35
#: It stands above or below one of the bare ones, or of so many marked ones: both its edges, in
#: points.
LEVEL, COLUMN = 1.2, 6
#: What the lines themselves cover counts for so much beside what is a pixel off.
EXACT = 0.2


def marked_squares(scan: Scan, bare: Sequence[Box], ink: Ink) -> list[Box]:
    """The squares of the size and the darkness of most of ``bare``, above or below one of those
    or each other, that touch none of them. ``ink`` is the page's without its ruled lines."""
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
    unruled = dark & (ink | (scan.grey >= ink_level(scan)).astype(np.uint8))
    out, free = max(2, round(OUTSIDE * scan.scale)), max(4, round(FREE * scan.scale))
    worth = _worth(dark, unruled, (wide, high), (out, free))
    if not worth.any():
        return []
    best = cv2.dilate(worth, np.ones((high, wide), np.uint8))
    ys, xs = np.nonzero((worth > 0) & (worth >= best))
    found: list[Box] = []
    s = scan.scale
    for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
        box = Box(x / s, y / s, (x + wide) / s, (y + high) / s)
        if not any(box.touches(b) for b in (*bare, *found)):
            found.append(box)
    own = [b for b in found if any(b.lines_up(k, LEVEL) for k in known)]
    others = [
        b for b in found if not any(_beside(b, k) for k in known) and _is_free(scan, unruled, b)
    ]
    return own + [b for b in others if sum(b.lines_up(f, LEVEL) for f in others) >= COLUMN]


def _is_free(scan: Scan, ink: Ink, box: Box) -> bool:
    """Whether next to no row of a box is touched on either side: where no bare box is seen above
    or below it, it may be a character."""
    y0, y1, *_ = scan.span(box)
    for x in (box.x0 - FREE, box.x1 + OUTSIDE):
        _, _, x0, x1 = scan.span(box._replace(x0=x, x1=x + FREE - OUTSIDE))
        if float(ink[y0:y1, x0:x1].any(axis=1).mean()) > TOUCHED:
            return False
    return True


def _beside(a: Box, b: Box) -> bool:
    """Whether two boxes share a part of their columns: hatching shows squares anywhere."""
    return a.x0 < b.x1 and b.x0 < a.x1


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


def _worth(dark: Ink, unruled: Ink, size: tuple[int, int], away: tuple[int, int]) -> Ink:
    """(h, w) what a box with its top left corner at each pixel is worth; 0 where none is.
    ``size`` is its width and height, ``away`` how far outside paper shows, from and to, on the
    page without its rules: a box may be as high as its row."""
    wide, high = size
    out, free = away
    padded, bounded = (
        cv2.copyMakeBorder(pixels, free, free, free, free, cv2.BORDER_CONSTANT, value=0)
        for pixels in (dark, unruled)
    )
    rows, cols = (n - side + 1 for n, side in zip(dark.shape, (high, wide), strict=True))
    if min(rows, cols) < 1:
        return np.zeros(dark.shape, np.float32)
    flat, tall = round(ALONG * wide), round(ALONG * high)
    x, y = free + (wide - flat) // 2, free + (high - tall) // 2

    def across(ink: Ink) -> Ink:
        """Coverage of horizontal sides: at row ``free + off`` of those whose box begins ``off``
        pixels above."""
        return cv2.boxFilter(ink, cv2.CV_32F, (flat, 1), anchor=(0, 0))[:, x : x + cols]

    def down(ink: Ink) -> Ink:
        """Coverage of vertical sides: at column ``free + off`` of those whose box begins ``off``
        pixels left of it."""
        return cv2.boxFilter(ink, cv2.CV_32F, (1, tall), anchor=(0, 0))[y : y + rows]

    def level(cover: Ink, off: int) -> Ink:
        return cover[free + off : free + off + rows]

    def upright(cover: Ink, off: int) -> Ink:
        return cover[:, free + off : free + off + cols]

    lines = across(cv2.dilate(padded, np.ones((3, 1), np.uint8)))
    posts = down(cv2.dilate(padded, np.ones((1, 3), np.uint8)))
    own = [level(lines, 0), level(lines, high - 1), upright(posts, 0), upright(posts, wide - 1)]
    least = np.minimum(np.minimum(own[0], own[1]), np.minimum(own[2], own[3]))
    mean = (own[0] + own[1] + own[2] + own[3]) / 4
    good = (least >= LEAST) & (mean >= MEAN)
    if not good.any():
        return np.zeros(dark.shape, np.float32)
    outside, beside = across(bounded), down(bounded)
    round_it = [
        level(outside, -out), level(outside, high - 1 + out),
        upright(beside, -out), upright(beside, wide - 1 + out),
    ]  # fmt: skip
    good &= sum((s < PAPER).astype(np.uint8) for s in round_it) >= SIDES
    smeared = down(cv2.dilate(bounded, np.ones((1, free - out + 1), np.uint8)))
    middle = (free + out) // 2
    good &= np.minimum(upright(smeared, -middle), upright(smeared, wide - 1 + middle)) <= TOUCHED
    lines, posts = across(padded), down(padded)
    exact = level(lines, 0) + level(lines, high - 1) + upright(posts, 0) + upright(posts, wide - 1)
    worth = np.zeros(dark.shape, np.float32)
    worth[:rows, :cols] = np.where(good, mean + EXACT * exact / 4, 0.0)
    return worth
