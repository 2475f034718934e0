"""Painted paths to rules and shapes.

``PyMuPDF``'s drawings are sorted into what a table is made of (straight strokes
along an axis, whether drawn as a line, as a thin rectangle or as a side of a
big one) and what a box and its tick are made of (everything else).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from fcextract.geometry import Box, around, enclosed, turn_box
from fcextract.records import Rule, Shape

# Thousands of these are made a form: past the named tuples' own constructors, twice as fast.
_box = partial(tuple.__new__, Box)
_rule = partial(tuple.__new__, Rule)
_shape_of = partial(tuple.__new__, Shape)

Point = tuple[float, float]

#: A filled rectangle thinner than this is a stroke, in points.
THIN = 2.6
#: A filled outline so much longer than thick is a stroke too: some producers draw their
#: rules as polygons.
SLENDER = 4.0
#: A path longer than this on a side is no part of a box, in points. The largest
#: printed box seen is 22 pt (an A3 print of a 10 pt form).
LARGE = 40.0
#: A rectangle with a longer side is a cell's border, not a box, in points.
LARGEST_BOX = 26.0
#: A stroke this far off its axis over its whole length is still along it, in points.
STRAIGHT = 0.3


class Turn:
    """From raw page points to the upright page: ``by`` degrees clockwise, of a page with
    the sides ``size``."""

    __slots__ = ("by", "size")

    def __init__(self, by: int, size: tuple[float, float]) -> None:
        self.by = by
        self.size = size

    def __call__(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        box: Box = _box((x0, y0, x1, y1))
        return box if self.by == 0 else turn_box(box, self.by, *self.size)

    def line(self, points: list[Point]) -> list[Point]:
        """``points`` as they lie on the upright page."""
        width, height = self.size
        if self.by == 0:
            return points
        if self.by == 90:
            return [(height - y, x) for x, y in points]
        if self.by == 180:
            return [(width - x, height - y) for x, y in points]
        return [(y, width - x) for x, y in points]


def sort_paths(
    drawings: Iterable[Mapping[str, Any]], turn: Turn
) -> tuple[tuple[Rule, ...], tuple[Shape, ...]]:
    """Rules and shapes of one page, in upright page points."""
    rules: list[Rule] = []
    shapes: list[Shape] = []
    for d in drawings:
        fill, stroke = _color(d.get("fill")), _color(d.get("color"))
        if fill is None and stroke is None:
            continue
        if not _as_rules(d, fill, stroke, turn, rules):
            shapes.extend(_parted(_shape(d, fill, stroke, turn)))
    return tuple(rules), tuple(shapes)


@lru_cache(maxsize=1024)
def _color(rgb: Any) -> int | None:
    if not rgb:
        return None
    if len(rgb) != 3:
        return 0
    return packed(rgb)


def packed(rgb: Sequence[float]) -> int:
    """Red, green and blue of 0 to 1 as ``0xRRGGBB``."""
    r, g, b = (int(v * 255 + 0.5) for v in rgb)
    return (r << 16) | (g << 8) | b


def _as_rules(
    d: Mapping[str, Any], fill: int | None, stroke: int | None, turn: Turn, out: list[Rule]
) -> bool:
    """Add ``d`` to ``out`` if it is nothing but strokes along an axis."""
    items = d["items"]
    seq = d.get("seqno", 0)
    rect = d["rect"]
    if fill is not None and stroke is None:
        thin, long = sorted((rect[2] - rect[0], rect[3] - rect[1]))
        if thin <= THIN and long > SLENDER * thin:
            out.append(_thin(turn(*rect), fill, seq))
            return True
        return _filled_rules(items, fill, seq, turn, out)
    if fill is not None and fill != 0xFFFFFF:
        return False
    if len(items) == 1 and _is_upright_rectangle(items[0], rect):
        w, h = rect[2] - rect[0], rect[3] - rect[1]
        if max(w, h) > LARGEST_BOX or max(w, h) > 1.6 * min(w, h):
            _sides(turn(*rect), stroke or 0, d.get("width") or 0.0, seq, out)
            return True
        return False
    if fill is not None:
        return False
    return _stroked_rules(items, stroke or 0, d.get("width") or 0.0, seq, turn, out)


def _is_upright_rectangle(item: Any, rect: Any) -> bool:
    if item[0] == "re":
        return True
    if item[0] != "qu":
        return False
    corners = {(round(x, 1), round(y, 1)) for x, y in item[1]}
    return corners == {(round(x, 1), round(y, 1)) for x in rect[::2] for y in rect[1::2]}


def _filled_rules(items: Any, fill: int, seq: int, turn: Turn, out: list[Rule]) -> bool:
    corners = []
    for item in items:
        if item[0] != "re":
            return False
        r = item[1]
        if min(r[2] - r[0], r[3] - r[1]) > THIN:
            return False
        corners.append(r)
    for r in corners:
        out.append(_thin(turn(*r), fill, seq))
    return True


def _thin(b: Box, color: int, seq: int) -> Rule:
    x0, y0, x1, y1 = b
    width, height = x1 - x0, y1 - y0
    if width >= height:
        rule: Rule = _rule(("h", (y0 + y1) / 2, x0, x1, height, color, seq, False))
    else:
        rule = _rule(("v", (x0 + x1) / 2, y0, y1, width, color, seq, False))
    return rule


def _sides(b: Box, color: int, weight: float, seq: int, out: list[Rule]) -> None:
    x0, y0, x1, y1 = b
    border = max(x1 - x0, y1 - y0) > LARGEST_BOX
    out += (
        _rule(("h", y0, x0, x1, weight, color, seq, border)),
        _rule(("h", y1, x0, x1, weight, color, seq, border)),
        _rule(("v", x0, y0, y1, weight, color, seq, border)),
        _rule(("v", x1, y0, y1, weight, color, seq, border)),
    )


def _stroked_rules(
    items: Any, color: int, weight: float, seq: int, turn: Turn, out: list[Rule]
) -> bool:
    found = []
    for item in items:
        if item[0] == "re":
            found.append(turn(*item[1]))
            continue
        if item[0] != "l":
            return False
        (ax, ay), (bx, by) = item[1], item[2]
        if abs(ax - bx) > STRAIGHT and abs(ay - by) > STRAIGHT:
            return False
        if ax > bx:
            ax, bx = bx, ax
        if ay > by:
            ay, by = by, ay
        found.append(turn(ax, ay, bx, by))
    for b in found:
        x0, y0, x1, y1 = b
        width, height = x1 - x0, y1 - y0
        if width > STRAIGHT and height > STRAIGHT:
            _sides(b, color, weight, seq, out)
        elif width >= height:
            out.append(_rule(("h", (y0 + y1) / 2, x0, x1, weight, color, seq, False)))
        else:
            out.append(_rule(("v", (x0 + x1) / 2, y0, y1, weight, color, seq, False)))
    return True


def _shape(d: Mapping[str, Any], fill: int | None, stroke: int | None, turn: Turn) -> Shape:
    rect = d["rect"]
    box = turn(*rect)
    traced = fill is None or box.side <= LARGE
    opacity = min(
        d.get("fill_opacity", 1.0) if fill is not None else 1.0,
        d.get("stroke_opacity", 1.0) if stroke is not None else 1.0,
    )
    points = _flatten(d["items"], turn) if traced else ()
    full = enclosed(points, box, fill is not None) if box.side <= LARGE else 0.0
    shape: Shape = _shape_of((
        box, points, fill, stroke,
        d.get("width") or 0.0, opacity, bool(d.get("even_odd")), d.get("seqno", 0), full,
    ))  # fmt: skip
    return shape


def _parted(shape: Shape) -> list[Shape]:
    """A pen session flattened into one long path, stroke by stroke; else the shape."""
    if shape.fill is not None or shape.box.side <= LARGE or len(shape.points) < 2:
        return [shape]
    return [shape._replace(box=around(p), points=(p,)) for p in shape.points]


def _flatten(items: Any, turn: Turn) -> tuple[tuple[Point, ...], ...]:
    """Sub-paths as polylines; a curve gives its end points and its middle."""
    out: list[list[Point]] = []
    for item in items:
        points = _points(item)
        if not points:
            continue
        if turn.by:
            points = turn.line(points)
        if out and _near(out[-1][-1], points[0]):
            out[-1] += points[1:]
        else:
            out.append(points)
    return tuple(map(tuple, out))


def _points(item: Sequence[Any]) -> list[Point]:
    """One part of a path as a polyline."""
    kind = item[0]
    if kind == "c":
        _, p0, (ax, ay), (bx, by), p3 = item
        (x0, y0), (x3, y3) = p0, p3
        return [p0, ((x0 + 3 * ax + 3 * bx + x3) / 8, (y0 + 3 * ay + 3 * by + y3) / 8), p3]
    if kind == "l":
        return [item[1], item[2]]
    if kind == "re":
        x0, y0, x1, y1 = item[1]
        return [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
    if kind == "qu":
        a, b, c, e = item[1]
        return [a, b, e, c, a]
    return []


def _near(a: Point, b: Point) -> bool:
    return abs(a[0] - b[0]) < 0.01 and abs(a[1] - b[1]) < 0.01
