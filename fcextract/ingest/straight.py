"""The homography that makes a page straight, from its lines.

Ruled lines' two vanishing points take out a skew and a camera's perspective. Lines of type tell
a turn and no more.
"""

from __future__ import annotations

import numpy as np

from fcextract.ingest.lines import FEWEST, Lines
from fcextract.ingest.nodes import Floats
from fcextract.ingest.strokes import Stroke

#: A vanishing point nearer than this, in half page sides, is no page's.
NEAREST = 2.5
#: A line that passes a vanishing point this far off counts half, in half page sides.
OFF_POINT = 0.004


def straightened(lines: Lines, size: tuple[int, int], scale: float) -> Floats:
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


def _skew(lines: Lines) -> float:
    """The slope of most lines, clockwise: their median, a line counting by its length cubed,
    since what is known of a slope grows so."""
    own = lines.across or lines.down
    if not own:
        return 0.0
    slopes = np.array([s.slope() for s in own])
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
    few of them the other family's direction, turned by a quarter, and with few of those too
    their own mean one.
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
    # A lone line down a table that is ruled across alone is a streak, or a fold.
    if own and (len(own) >= FEWEST or len(others) < FEWEST):
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
