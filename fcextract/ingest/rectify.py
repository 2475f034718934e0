"""A photographed or scanned page, made flat and straight.

Up to three steps. Where the sheet itself is seen, on a desk or a lid, its edges flatten it.
Ruled lines' two vanishing points give the homography that makes them parallel to the page's
sides: it takes out a skew and a camera's perspective. What they still bend after that gives a
smooth shift of every point: it takes out a curl. Where few lines are ruled, the lines of type
tell the skew, and no more: they are short and stand on one side of the page. Pixels are
resampled through all of these together, and not at all where a page is straight already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.ingest.outline import Sheet
from fcextract.ingest.strokes import Stroke, find_strokes
from fcextract.ingest.textlines import find_text_lines
from fcextract.scan import POINTS_PER_INCH, Colour, Grey, Nodes, Scan, Warp

Floats = NDArray[np.float64]
Pixels = NDArray[Any]

#: Resolution at which the lines' directions are found, in pixels per inch.
COARSE_DPI = 100.0
#: Strokes shorter than this tell no direction, in inches; longer ones count by their length.
SHORTEST = 1.2
#: Fewer strokes than this in one direction give a turn, not a perspective.
FEWEST = 4
#: So many times as many lines across as down, or the reverse, tell rows from columns.
MORE = 1.3
#: Lines of type are so many times as long together along their direction as across it: columns
#: of boxes, and numbers below each other, look like lines too.
CLEARLY = 2.0
#: A line leans like the others of its direction if its slope differs from their median by less
#: than this, or than so many times what is usual there.
ASTRAY, SPREAD = 0.008, 4.0
#: A vanishing point nearer than this, in half page sides, is no page's.
NEAREST = 2.5
#: A line that passes a vanishing point this far off counts half, in half page sides.
OFF_POINT = 0.004
#: A page whose points all move less than this is left as it is, in pixels.
STRAIGHT = 0.75
#: So much of a sheet's edge is its shadow, in inches.
RIM = 0.03
#: A ruled line is no thicker than this where it has half its ink; so far to both sides that is
#: looked for, in inches. Lines of small type that stand close look like ruled ones else.
THICKEST, BESIDE = 0.032, 0.06
#: Spacing of the warp's nodes, in inches.
NODE = 0.25
#: Powers of x and of y in the shift that takes out a curl.
BEND = ((0, 1, 2, 3, 4), (0, 1, 2))
#: Keeps the shift's coefficients small where lines leave them open, a share of the points.
RIDGE = 1e-6
#: A shift larger than this is no curl, in inches.
LARGEST_SHIFT = 0.6


class Lines(NamedTuple):
    """Strokes along the rows and along the columns, in pixels of one picture. ``typed`` tells
    that they are lines of type, all of one direction, and ``sideways`` whether that is surely
    down the page; None where it is not sure."""

    across: list[Stroke]
    down: list[Stroke]
    typed: bool = False
    sideways: bool | None = None


def find_lines(
    grey: Grey, dpi: float, shortest: tuple[float, float] = (SHORTEST, SHORTEST)
) -> Lines:
    """All lines of ``grey``; ``shortest`` in inches, along the rows and along the columns."""
    turned = np.ascontiguousarray(grey.T)
    return Lines(find_strokes(grey, dpi, shortest[0]), find_strokes(turned, dpi, shortest[1]))


def flatten(
    grey: Grey,
    colour: Colour | None,
    dpi: float,
    bilevel: bool,
    per_point: float,
    sheet: Sheet | None = None,
) -> Scan:
    """The page as a :class:`Scan`, straight and flat; its way up is not settled here.

    ``grey`` (height, width) has even light; ``per_point`` are its pixels per point of the
    page as submitted, which need not agree with ``dpi``. ``sheet`` is where the paper lies in
    it, where that is seen.
    """
    given = grey
    if sheet is not None:
        grey = _framed(_sampled(given, sheet.nodes, sheet.size), dpi)
    height, width = grey.shape
    still = _identity(width, height, dpi)
    scale = min(1.0, COARSE_DPI / dpi)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lines = _lines_or_type(small, dpi * scale)
    back = _straightened(lines, (width, height), scale)
    nodes = _nodes_of(back, width, height, dpi)
    leans = _moved(nodes, still) >= STRAIGHT
    straight = _unleaned(grey, back) if leans else grey
    shift = _bend(_of_one_page(find_lines(straight, dpi)), (width, height), dpi)
    bends = shift is not None and float(np.abs(shift).max()) >= STRAIGHT
    if bends:
        nodes = _nodes_of(back, width, height, dpi, shift)
    elif not leans:
        nodes = still
    if sheet is not None:
        nodes = _through(nodes, sheet)
    if sheet is not None or bends:
        grey = _sampled(given, nodes, (width, height))
        if sheet is not None:
            grey = _framed(grey, dpi)
        colour = None if colour is None else _sampled(colour, nodes, (width, height))
    elif leans:
        grey = straight
        colour = None if colour is None else _unleaned(colour, back)
    points = POINTS_PER_INCH / dpi
    warp = Warp(width * points, height * points, (nodes / per_point).astype(np.float32))
    return Scan(grey, colour, dpi, bilevel, warp, _sideways(lines))


def _sideways(lines: Lines) -> bool | None:
    """Whether type runs down the page; a table has more rows than columns."""
    if lines.typed:
        return lines.sideways
    across, down = len(lines.across), len(lines.down)
    if max(across, down) <= MORE * min(across, down):
        return None
    return down > across


def _framed(grey: Grey, dpi: float) -> Grey:
    """The sheet with its outermost edge white: what is seen there is its shadow."""
    rim = max(1, round(RIM * dpi))
    out = np.full_like(grey, 255)
    out[rim:-rim, rim:-rim] = grey[rim:-rim, rim:-rim]
    return out


def _through(nodes: Nodes, sheet: Sheet) -> Nodes:
    """Where ``nodes``, places on the flat sheet, lie in the picture that shows it."""
    rows, columns = sheet.nodes.shape[:2]
    across = nodes[..., 0] / sheet.size[0] * (columns - 1)
    down = nodes[..., 1] / sheet.size[1] * (rows - 1)
    return np.asarray(
        cv2.remap(sheet.nodes, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.float32,
    )


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


def _straightened(lines: Lines, size: tuple[int, int], scale: float) -> Floats:
    """The homography (3 by 3) from the straight page to the page given, in its pixels.
    ``lines`` were found on the page, ``size`` (width, height), made smaller by ``scale``."""
    width, height = size
    centre = np.array([width / 2, height / 2])
    if lines.typed:
        return _turned(_skew(lines), centre)
    unit = max(width, height) / 2
    across = [_ends(s, scale, False) for s in lines.across]
    down = [_ends(s, scale, True) for s in lines.down]
    ends = [[(np.array(e) - centre) / unit for e in pair] for pair in (across, down)]
    along = _vanishing(ends[0], np.array([1.0, 0.0]), ends[1])
    upright = _vanishing(ends[1], np.array([0.0, 1.0]), ends[0])
    columns = [_scaled(along, 0), _scaled(upright, 1), np.array([0.0, 0.0, 1.0])]
    to_unit = np.array(
        [[1 / unit, 0, -centre[0] / unit], [0, 1 / unit, -centre[1] / unit], [0, 0, 1]]
    )
    return np.linalg.inv(to_unit) @ np.stack(columns, axis=1) @ to_unit


def _lines_or_type(grey: Grey, dpi: float) -> Lines:
    """The ruled lines, or the lines of type where few are ruled: those along the rows or
    those along the columns, of which there are more."""
    lines = find_lines(grey, dpi)
    turned = grey.T
    ruled = _of_one_page(
        Lines(
            [s for s in lines.across if is_ruled(s, grey, dpi)],
            [s for s in lines.down if is_ruled(s, turned, dpi)],
        )
    )
    if max(len(ruled.across), len(ruled.down)) >= FEWEST:
        return ruled
    across = find_text_lines(grey, dpi)
    down = find_text_lines(np.ascontiguousarray(grey.T), dpi)
    along, upright = (sum(len(s.at) for s in own) for own in (across, down))
    clear = max(along, upright) > CLEARLY * min(along, upright)
    sideways = (upright > along) if clear else None
    if along >= upright:
        return Lines(across, [], typed=True, sideways=sideways)
    return Lines([], down, typed=True, sideways=sideways)


def _of_one_page(lines: Lines) -> Lines:
    """The lines without those that lean otherwise than nearly all of their direction: a streak
    of the scanner keeps its own direction on a page that lies askew."""
    return Lines(_like_most(lines.across), _like_most(lines.down), lines.typed)


def _like_most(strokes: list[Stroke]) -> list[Stroke]:
    if len(strokes) < FEWEST:
        return strokes
    slopes = np.array([(s.at[-1] - s.at[0]) / max(1, len(s.at) - 1) for s in strokes])
    off = np.abs(slopes - np.median(slopes))
    most = max(ASTRAY, SPREAD * float(np.median(off)))
    return [s for s, far in zip(strokes, off, strict=True) if far <= most]


def is_ruled(stroke: Stroke, grey: Grey, dpi: float) -> bool:
    """Whether a stroke along the rows is as thin as a ruled line; a line of small type that is
    taken for one is not."""
    far = max(3, round(BESIDE * dpi))
    ys = np.rint(stroke.at).astype(int)
    xs = np.arange(stroke.start, stroke.end)
    ink = np.array(
        [
            255.0 - float(grey[np.clip(ys + k, 0, len(grey) - 1), xs].mean())
            for k in range(-far, far + 1)
        ]
    )
    peak = far - 2 + int(ink[far - 2 : far + 3].argmax())
    light = np.flatnonzero(ink < ink[peak] / 2)
    above, below = light[light < peak], light[light > peak]
    if not len(above) or not len(below):
        return False
    return int(below[0] - above[-1] - 1) <= max(3, round(THICKEST * dpi))


def _skew(lines: Lines) -> float:
    """The slope of most lines, clockwise: their median, a line counting by its length cubed,
    since what is known of a slope grows so."""
    own = lines.across or lines.down
    if not own:
        return 0.0
    slopes = np.array([(s.at[-1] - s.at[0]) / max(1, len(s.at) - 1) for s in own])
    weights = np.array([float(len(s.at)) ** 3 for s in own])
    order = np.argsort(slopes)
    total = np.cumsum(weights[order])
    middle = float(slopes[order][np.searchsorted(total, total[-1] / 2)])
    return middle if lines.across else -middle


def _turned(slope: float, centre: Floats) -> Floats:
    """The turn (3 by 3) about the centre that makes level lines of that slope."""
    size = float(np.hypot(1.0, slope))
    c, s = 1 / size, slope / size
    x, y = centre
    return np.array([[c, -s, x - c * x + s * y], [s, c, y - s * x - c * y], [0, 0, 1.0]])


def _ends(s: Stroke, scale: float, down: bool) -> tuple[tuple[float, float], tuple[float, float]]:
    """Both ends of the straight line that fits a stroke best, in pixels of the page given."""
    n = len(s.at)
    slope, level = np.polyfit(np.arange(n), s.at, 1) if n > 1 else (0.0, float(s.at[0]))
    a = (s.start / scale, level / scale)
    b = ((s.start + n - 1) / scale, (level + slope * (n - 1)) / scale)
    return (a[::-1], b[::-1]) if down else (a, b)


def _vanishing(own: list[list[Floats]], axis: Floats, others: list[list[Floats]]) -> Floats:
    """Where lines meet, as homogeneous (x, y, w) in half page sides; w is 0 for parallels.

    The point that lies on all lines, by least squares weighted with their lengths; with too
    few of them their mean direction, and with none the other family's, turned by a quarter.
    """
    if len(own) < FEWEST:
        return _direction(own, axis, others)
    lines = np.array([_line(a, b) for a, b in own])
    lengths = np.array([float(np.linalg.norm(b - a)) for a, b in own])
    weights = lengths
    for _ in range(4):
        _, _, rows = np.linalg.svd(lines * weights[:, None], full_matrices=False)
        point = rows[-1]
        off = np.abs(lines @ point) / (np.linalg.norm(point) + 1e-12)
        weights = lengths / (1 + (off / OFF_POINT) ** 2)
    away = np.linalg.norm(point[:2]) / max(abs(float(point[2])), 1e-9)
    leans = abs(float(point[:2] @ axis)) / max(float(np.linalg.norm(point[:2])), 1e-9)
    if away < NEAREST or leans < 0.9:
        return _direction(own, axis, others)
    return np.asarray(point)


def _line(a: Floats, b: Floats) -> Floats:
    line = np.cross([a[0], a[1], 1.0], [b[0], b[1], 1.0])
    return np.asarray(line / (np.linalg.norm(line[:2]) + 1e-12))


def _direction(own: list[list[Floats]], axis: Floats, others: list[list[Floats]]) -> Floats:
    if own:
        total = sum((b - a for a, b in own), np.zeros(2))
        return np.array([total[0], total[1], 0.0])
    if others:
        total = sum((b - a for a, b in others), np.zeros(2))
        turn = 1.0 if axis[1] else -1.0
        return np.array([-turn * total[1], turn * total[0], 0.0])
    return np.array([axis[0], axis[1], 0.0])


def _scaled(point: Floats, axis: int) -> Floats:
    """The vanishing point so scaled that the page keeps its size at its centre."""
    size = float(np.linalg.norm(point[:2])) or 1.0
    sign = 1.0 if point[axis] >= 0 else -1.0
    return point * sign / size


def _identity(width: int, height: int, dpi: float) -> Nodes:
    columns, rows = _node_counts(width, height, dpi)
    xs, ys = np.linspace(0, width, columns), np.linspace(0, height, rows)
    return np.stack(np.meshgrid(xs, ys), axis=-1).astype(np.float32)


def _node_counts(width: int, height: int, dpi: float) -> tuple[int, int]:
    return max(3, round(width / dpi / NODE) + 1), max(3, round(height / dpi / NODE) + 1)


def _nodes_of(
    back: Floats, width: int, height: int, dpi: float, shift: Nodes | None = None
) -> Nodes:
    """Where the nodes of the flat page lie on the page given, in pixels."""
    at = _identity(width, height, dpi).astype(np.float64)
    if shift is not None:
        at = at + shift
    points = np.concatenate([at, np.ones((*at.shape[:2], 1))], axis=-1) @ back.T
    return (points[..., :2] / points[..., 2:]).astype(np.float32)


def _sampled(pixels: Pixels, nodes: Nodes, size: tuple[int, int]) -> Pixels:
    """The picture as seen from the flat page of ``size`` (width, height): paper beyond its
    edge."""
    width, height = size
    # Nodes lie on pixel edges, samples on pixel middles.
    rows, columns = nodes.shape[:2]
    across = (np.arange(width, dtype=np.float32) + 0.5) / width * (columns - 1)
    down = (np.arange(height, dtype=np.float32) + 0.5) / height * (rows - 1)
    grid_x, grid_y = np.meshgrid(across, down)
    at = cv2.remap(nodes, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) - 0.5
    return cv2.remap(
        pixels, at[..., 0], at[..., 1], cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255),
    )  # fmt: skip


def _bend(lines: Lines, size: tuple[int, int], dpi: float) -> Nodes | None:
    """How far every node must still move, in pixels, for the lines to be straight."""
    width, height = size
    columns, rows = _node_counts(width, height, dpi)
    xs, ys = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
    dy = _smooth(lines.across, (width, height), dpi, xs, ys)
    dx = _smooth(lines.down, (height, width), dpi, ys, xs)
    if dx is None and dy is None:
        return None
    zero = np.zeros_like(xs)
    return np.stack([zero if dx is None else dx, zero if dy is None else dy], axis=-1).astype(
        np.float32
    )


def _smooth(
    strokes: Sequence[Stroke], size: tuple[int, int], dpi: float, along: Floats, across: Floats
) -> Floats | None:
    """A polynomial of the place that says how far lines lie from straight ones, at the
    nodes ``along`` and ``across`` (-1 to 1), in pixels. Every line's own level is free."""
    long = [s for s in strokes if len(s.at) >= 1.5 * dpi]
    if len(long) < FEWEST:
        return None
    step = max(1, round(dpi * NODE / 2))
    t, level, line = [], [], []
    for k, s in enumerate(long):
        at = s.at[::step]
        t.append(s.start + np.arange(len(at)) * step)
        level.append(at)
        line.append(np.full(len(at), k))
    x = np.concatenate(t) / size[0] * 2 - 1
    y = np.concatenate(level)
    which = np.concatenate(line)
    v = y / size[1] * 2 - 1
    terms = _terms(x, v)
    found = _levelled(terms, y, which, len(long))
    if np.percentile(np.abs(terms @ found), 98) < STRAIGHT:
        return None
    # Beyond the lines nothing is known: what is true of the nearest ones is taken.
    near = (np.clip(along, x.min(), x.max()), np.clip(across, v.min(), v.max()))
    shift = _terms(near[0].ravel(), near[1].ravel()) @ found
    return np.clip(shift, -LARGEST_SHIFT * dpi, LARGEST_SHIFT * dpi).reshape(along.shape)


def _terms(x: Floats, y: Floats) -> Floats:
    """All powers that bend: those of y alone would only move whole lines."""
    return np.stack([x**p * y**q for p in BEND[0] for q in BEND[1] if p], axis=1)


def _levelled(terms: Floats, y: Floats, which: NDArray[np.int64], count: int) -> Floats:
    """Coefficients that fit ``y`` best when every line has a free level, outliers out."""
    keep = np.ones(len(y), dtype=bool)
    found = np.zeros(terms.shape[1])
    for _ in range(3):
        weights = np.bincount(which[keep], minlength=count)[:, None] + 1e-9
        sums = (
            np.stack([np.bincount(which[keep], c[keep], count) for c in terms.T], axis=1) / weights
        )
        mean = np.bincount(which[keep], y[keep], count)[:, None] / weights
        flat_terms, flat_y = terms - sums[which], y - mean[which, 0]
        ridge = RIDGE * keep.sum() * np.eye(terms.shape[1])
        a, b = flat_terms[keep], flat_y[keep]
        found = np.linalg.solve(a.T @ a + ridge, a.T @ b)
        off = np.abs(flat_y - flat_terms @ found)
        keep = off <= max(1.0, 4 * float(np.median(off[keep])))
    return found
