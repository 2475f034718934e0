"""Words written by hand into empty text cells.

There is no font of real handwriting to be had, so characters of a brush-like font are set one
by one, each a little turned, sheared and off its line.
"""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Any

import cv2
import numpy as np
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from mill import fonts
from mill.paper.ink import Alpha, Patch, lay
from mill.paper.leaf import Leaf
from mill.paper.pen import Writer
from mill.paper.render import Image

FONT = "ukai"
WORDS = (
    "同意",
    "属实",
    "见附件",
    "已核",
    "邻里中心",
    "共享书房",
    "待补充",
    "材料齐全",
    "5G",
    "CIM",
)
_LEAST_SIZE = 6.5
"""Points: smaller is not written by hand."""
_GREATEST_SIZE = 13.0
_LEAST_ROOM = 26.0
"""Points of empty width that a cell must have."""
_RULE = 30
"""Grey levels below the paper: a rule or a letter."""


def room_in_cell(
    empty: Image, x0: float, x1: float, middle: float, height: float
) -> tuple[float, float] | None:
    """The longest stretch without printing between ``x0`` and ``x1`` over a line of ``height``
    about ``middle``, in pixels; None where it is too short for words."""
    low, high = max(0, round(middle - height / 2)), round(middle + height / 2)
    left = max(0, round(x0))
    band = empty[low:high, left : round(x1)]
    if not band.size:
        return None
    printed = (band < np.median(band) - _RULE).any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate(([1], printed.astype(np.int8), [1]))))
    runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    if not runs:
        return None
    start, end = max(runs, key=lambda r: r[1] - r[0])
    return left + float(start), left + float(end)


def write_words(
    leaf: Leaf,
    words: str,
    room: tuple[float, float],
    middle: float,
    height: float,
    writer: Writer,
    rng: Random,
) -> bool:
    """Write ``words`` into ``room`` (x0, x1); False where they do not fit."""
    point = leaf.dpi / 72
    width = room[1] - room[0]
    if width < _LEAST_ROOM * point or not fonts.path(FONT):
        return False
    size = min(_GREATEST_SIZE * point, 0.85 * height, 0.9 * width / len(words))
    if size < _LEAST_SIZE * point:
        return False
    x = room[0] + rng.uniform(0.03, 0.3) * max(0.0, width - size * len(words))
    for char in words:
        glyph = _glyph(char, round(size), rng)
        y = middle - glyph.shape[0] / 2 + rng.gauss(0, 0.04) * size
        patch = Patch(max(0, round(x)), max(0, round(y)), glyph * writer.pen.opacity)
        lay(leaf.image, patch, writer.pen.bgr)
        x += size * rng.uniform(0.88, 1.0) * (1.0 if ord(char) > 127 else 0.6)
    return True


def _glyph(char: str, size: int, rng: Random) -> Alpha:
    """One character as this hand happens to write it, (1.4 size, 1.4 size)."""
    side = round(1.4 * size)
    picture = Pictures.new("L", (side, side), 0)
    ImageDraw.Draw(picture).text((side / 2, side / 2), char, 255, _font(size), anchor="mm")
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), rng.gauss(0, 4), rng.uniform(0.9, 1.06))
    turn[0, 1] += rng.gauss(0, 0.06)
    drawn = cv2.warpAffine(np.asarray(picture), turn, (side, side))
    return drawn.astype(np.float32) / 255


@lru_cache(maxsize=64)
def _font(size: int) -> Any:
    return ImageFont.truetype(fonts.path(FONT), size)
