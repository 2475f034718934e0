"""A photographed or scanned page, made flat and straight.

Up to three steps. Where the sheet itself is seen, on a desk or a lid, its edges flatten it.
Ruled lines' two vanishing points give the homography that makes them parallel to the page's
sides: it takes out a skew and a camera's perspective. What they still bend after that gives a
smooth shift of every point: it takes out a curl. Where few lines are ruled, the lines of type
tell the skew, and no more: they are short and stand on one side of the page. Pixels are
resampled through all of these together, and not at all where a page is straight already.
"""

from __future__ import annotations

import cv2
import numpy as np

from fcextract.ingest.bend import STRAIGHT, bend
from fcextract.ingest.lines import (
    SHORTEST_RULES,
    Lines,
    find_lines,
    lines_or_type,
    of_one_page,
    sideways_of,
)
from fcextract.ingest.nodes import Floats, Pixels, Sheet, identity, nodes_of, sampled, through
from fcextract.ingest.straight import straightened
from fcextract.scan import POINTS_PER_INCH, Colour, Grey, Nodes, Scan, Warp

#: Resolution at which the lines' directions are found, in pixels per inch.
COARSE_DPI = 100.0
#: So much of a sheet's edge is its shadow, in inches.
RIM = 0.03


def flatten(
    grey: Grey,
    colour: Colour | None,
    dpi: float,
    bilevel: bool,
    per_point: float,
    sheet: Sheet | None = None,
) -> tuple[Scan, Lines]:
    """The page as a :class:`Scan`, straight and flat, and the lines on it; its way up is not
    settled here.

    ``grey`` (height, width) has even light; ``per_point`` are its pixels per point of the
    page as submitted, which need not agree with ``dpi``. ``sheet`` is where the paper lies in
    it, where that is seen.
    """
    given = grey
    if sheet is not None:
        grey = _framed(sampled(given, sheet.nodes, sheet.size), dpi)
    height, width = grey.shape
    still = identity(width, height, dpi)
    scale = min(1.0, COARSE_DPI / dpi)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lines = lines_or_type(small, dpi * scale)
    back = straightened(lines, (width, height), scale)
    nodes = nodes_of(back, width, height, dpi)
    leans = _moved(nodes, still) >= STRAIGHT
    straight = _unleaned(grey, back) if leans else grey
    found = find_lines(straight, dpi, SHORTEST_RULES)
    shift = bend(of_one_page(found), (width, height), dpi)
    bends = shift is not None and float(np.abs(shift).max()) >= STRAIGHT
    if bends:
        nodes = nodes_of(back, width, height, dpi, shift)
    elif not leans:
        nodes = still
    if sheet is not None:
        nodes = through(nodes, sheet)
    if sheet is not None or bends:
        grey = sampled(given, nodes, (width, height))
        if sheet is not None:
            grey = _framed(grey, dpi)
        colour = None if colour is None else sampled(colour, nodes, (width, height))
    elif leans:
        grey = straight
        colour = None if colour is None else _unleaned(colour, back)
    points = POINTS_PER_INCH / dpi
    warp = Warp(width * points, height * points, (nodes / per_point).astype(np.float32))
    if bends:
        found = find_lines(grey, dpi, SHORTEST_RULES)
    return Scan(grey, colour, dpi, bilevel, warp, sideways_of(lines)), found


def _framed(grey: Grey, dpi: float) -> Grey:
    """The sheet with its outermost edge white: what is seen there is its shadow."""
    rim = max(1, round(RIM * dpi))
    out = np.full_like(grey, 255)
    out[rim:-rim, rim:-rim] = grey[rim:-rim, rim:-rim]
    return out


def _moved(nodes: Nodes, still: Nodes) -> float:
    return float(np.abs(nodes - still).max())


def _unleaned(pixels: Pixels, back: Floats) -> Pixels:
    """The picture through the homography: same size, paper beyond its edge."""
    height, width = pixels.shape[:2]
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])  # pixel middles to their edges
    return cv2.warpPerspective(
        pixels, np.linalg.inv(half) @ back @ half, (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255),
    )  # fmt: skip
