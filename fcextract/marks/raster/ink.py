"""From a crop's pixels to ink: how much darker than the paper round it each pixel is.

Ink is a float32 array, 0 paper to 1 black. The paper's level is local, so that shadows
and uneven light divide out; coloured inks count by the channel they darken most.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.records import CellImage

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

MM_PER_INCH = 25.4
#: Whole cells are looked at, and boxes sought, at about this resolution in pixels per inch:
#: the smallest box (2.3 mm) has 9 pixels there, and averaging keeps the ink of thin lines.
VIEW_DPI = 105.0
#: What is dark over more than this share of the crop's shorter side is shadow, not ink:
#: a 2.5 times oversized fill of the usual box stays below.
DARKEST = 0.65


class View(NamedTuple):
    """One cell at :data:`VIEW_DPI` or below.

    ``dark`` is the crop itself, each pixel's darkest channel. ``ink`` is of the view; ``paper`` is the grey level of blank paper (0 to 255) under
    each pixel. ``cell`` is the cell in pixels of the view, of which there are ``zoom`` to
    one of the crop and ``dpi`` to the inch.
    """

    dark: Bytes
    ink: Floats
    paper: Floats
    cell: tuple[float, float, float, float]
    zoom: float
    dpi: float


def view_of(image: CellImage) -> View:
    """The crop as ink."""
    zoom = min(1.0, VIEW_DPI / image.dpi) if image.dpi > 0 else 1.0
    zoom = zoom if zoom < 0.8 else 1.0
    x0, y0, x1, y1 = image.cell
    cell = (x0 * zoom, y0 * zoom, x1 * zoom, y1 * zoom)
    dark = image.grey if image.colour is None else darkest(image.colour)
    grey = shrunk(dark, zoom)
    paper = paper_level(grey)
    return View(dark, darkness(grey, paper), paper, cell, zoom, image.dpi * zoom)


def darkness(grey: Bytes | Floats, paper: Floats | np.float32) -> Floats:
    """Ink, where blank paper would have the grey level ``paper``."""
    return np.maximum(np.float32(1.0) - grey / paper, np.float32(0.0))


def shrunk(pixels: Bytes, zoom: float) -> Bytes:
    """``pixels`` made ``zoom`` times as large (at most 1), by area."""
    if zoom >= 1.0:
        return pixels
    h, w = pixels.shape[:2]
    size = (max(1, round(w * zoom)), max(1, round(h * zoom)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def darkest(colour: Bytes) -> Bytes:
    """(h, w): each pixel's darkest channel, in which pens of any colour show best."""
    blue, green, red = cv2.split(colour)
    return np.asarray(cv2.min(cv2.min(blue, green), red), np.uint8)


def paper_level(grey: Bytes) -> Floats:
    """The paper's grey level under every pixel, at least 1: a grey closing, blurred."""
    h, w = grey.shape
    # Halved, which averages noise out before the closing picks the brightest.
    half = (max(1, w // 2), max(1, h // 2))
    small = cv2.resize(grey, half, interpolation=cv2.INTER_AREA)
    side = max(3, round(DARKEST * min(small.shape))) | 1
    kernel = np.ones((side, side), np.uint8)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.blur(closed, (side, side), borderType=cv2.BORDER_REPLICATE)
    level = cv2.resize(smooth, (w, h), interpolation=cv2.INTER_LINEAR)
    return np.maximum(level, 1).astype(np.float32)
