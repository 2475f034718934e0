"""A page as pixels: upright, flat, with the way back to the page as submitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.geometry import Box

#: Pixels of 8 bits: (height, width), or (height, width, 3) in BGR order. OpenCV's own
#: signatures promise no more than some array.
Grey = NDArray[Any]
Colour = NDArray[Any]
Nodes = NDArray[np.float32]

POINTS_PER_INCH = 72.0
#: What is inked this far down the page in one go, in inches, is no type: a rule, a streak, the
#: edge of a copy.
STREAK = 0.4


def without_streaks(ink: Grey, dpi: float) -> Grey:
    """``ink`` (1 where there is any) without what runs far down the page, leaning by a hair
    perhaps. Lines of type that a streak touches would hang together by it."""
    near = np.ones((1, 5), np.uint8)
    tall = np.ones((round(STREAK * dpi), 1), np.uint8)
    found = cv2.morphologyEx(cv2.dilate(ink, near), cv2.MORPH_OPEN, tall)
    return np.where(found > 0, 0, ink).astype(np.uint8) if found.any() else ink


@dataclass(frozen=True, slots=True, eq=False)
class Warp:
    """Where the points of a flat page lie on the page as submitted.

    ``nodes`` is (rows, columns, 2): nodes spread evenly over the flat page, the first on
    its top left corner and the last on its bottom right one; each holds its own (x, y) on
    the submitted page. All in points; between nodes it is bilinear.
    """

    width: float
    height: float
    nodes: Nodes

    def submitted(self, box: Box) -> Box:
        """The hull of ``box``'s corners on the submitted page."""
        at = [self._at(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
        xs, ys = [p[0] for p in at], [p[1] for p in at]
        return Box(min(xs), min(ys), max(xs), max(ys))

    def _at(self, x: float, y: float) -> tuple[float, float]:
        rows, columns = self.nodes.shape[:2]
        across, down = x / self.width * (columns - 1), y / self.height * (rows - 1)
        i, j = min(max(int(across), 0), columns - 2), min(max(int(down), 0), rows - 2)
        u, v = across - i, down - j
        near = self.nodes[j : j + 2, i : i + 2].astype(float)
        weights = np.array([[(1 - u) * (1 - v), u * (1 - v)], [(1 - u) * v, u * v]])
        found = (near * weights[..., None]).sum(axis=(0, 1))
        return float(found[0]), float(found[1])

    def turned(self, quarters: int) -> Warp:
        """The same for the flat page turned clockwise by so many quarters."""
        sides = (self.height, self.width) if quarters % 2 else (self.width, self.height)
        return Warp(*sides, np.ascontiguousarray(np.rot90(self.nodes, -quarters)))


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """The pixels of one page.

    ``grey`` is (height, width), paper white and 0 black, its uneven light taken out;
    ``colour`` is (height, width, 3) BGR, or None for a page without colour. ``dpi`` is
    pixels per inch of both. ``bilevel`` tells that the page came as black and white only.
    ``sideways`` says whether its lines of type run down it; None where nothing tells.
    """

    grey: Grey
    colour: Colour | None
    dpi: float
    bilevel: bool
    warp: Warp
    sideways: bool | None = None

    @property
    def scale(self) -> float:
        """Pixels per point."""
        return self.dpi / POINTS_PER_INCH

    @property
    def width(self) -> float:
        """Width of the page in points."""
        return float(self.grey.shape[1]) / self.scale

    @property
    def height(self) -> float:
        """Height of the page in points."""
        return float(self.grey.shape[0]) / self.scale

    def turned(self, quarters: int) -> Scan:
        """The page turned clockwise by so many quarters."""
        colour = self.colour
        return Scan(
            np.ascontiguousarray(np.rot90(self.grey, -quarters)),
            None if colour is None else np.ascontiguousarray(np.rot90(colour, -quarters)),
            self.dpi,
            self.bilevel,
            self.warp.turned(quarters),
            self.sideways if self.sideways is None else self.sideways != bool(quarters % 2),
        )

    def clip(self, box: Box) -> Grey:
        """The grey pixels of ``box`` (points), as far as the page reaches."""
        y0, y1, x0, x1 = self.span(box)
        return self.grey[y0:y1, x0:x1]

    def span(self, box: Box) -> tuple[int, int, int, int]:
        """Rows and columns of ``box`` (points): first and last, half open."""
        height, width = self.grey.shape
        s = self.scale
        x0, x1 = max(0, round(box.x0 * s)), min(width, round(box.x1 * s))
        y0, y1 = max(0, round(box.y0 * s)), min(height, round(box.y1 * s))
        return y0, max(y0, y1), x0, max(x0, x1)


def ink_along_sides(ink: Grey, depth: float) -> float:
    """How far the least inked side of ``ink``, a boolean picture of a box, is inked along its
    length, 0 to 1: within ``depth`` of the edge, as a share of the shorter side."""
    t = max(1, round(depth * min(ink.shape)))
    sides = (ink[:t].any(0), ink[-t:].any(0), ink[:, :t].any(1), ink[:, -t:].any(1))
    return min(float(side.mean()) for side in sides)
