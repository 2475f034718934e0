"""Painted paths to rules and shapes.

``PyMuPDF``'s drawings are sorted into what a table is made of (straight strokes
along an axis, whether drawn as a line, as a thin rectangle or as a side of a
big one) and what a box and its tick are made of (everything else).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fcextract.geometry import Box
from fcextract.records import Rule, Shape

#: A filled rectangle thinner than this is a stroke, in points.
THIN = 2.6
#: A path longer than this on a side is no part of a box, in points. The largest
#: printed box seen is 22 pt (an A3 print of a 10 pt form).
LARGE = 40.0
#: A rectangle with a longer side is a cell's border, not a box, in points.
LARGEST_BOX = 26.0
#: A stroke this far off its axis over its whole length is still along it, in points.
STRAIGHT = 0.3

Turn = Callable[[float, float, float, float], Box]


def sort_paths(
    drawings: Iterable[Mapping[str, Any]], turn: Turn
) -> tuple[tuple[Rule, ...], tuple[Shape, ...]]:
    """Rules and shapes of one page, in upright page points.

    ``turn`` maps raw corners ``x0 y0 x1 y1`` to the upright page.
    """
    rules: list[Rule] = []
    shapes: list[Shape] = []
    for d in drawings:
        fill, stroke = _color(d.get("fill")), _color(d.get("color"))
        if fill is None and stroke is None:
            continue
        if not _as_rules(d, fill, stroke, turn, rules):
            shapes.extend(_parted(_shape(d, fill, stroke, turn)))
    return tuple(rules), tuple(shapes)


def _color(rgb: Any) -> int | None:
    if not rgb:
        return None
    if len(rgb) != 3:
        return 0
    r, g, b = rgb
    return (int(r * 255 + 0.5) << 16) | (int(g * 255 + 0.5) << 8) | int(b * 255 + 0.5)


def _as_rules(
    d: Mapping[str, Any], fill: int | None, stroke: int | None, turn: Turn, out: list[Rule]
) -> bool:
    """Add ``d`` to ``out`` if it is nothing but strokes along an axis."""
    items = d["items"]
    seq = d.get("seqno", 0)
    rect = d["rect"]
    if fill is not None and stroke is None:
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
    boxes = []
    for item in items:
        if item[0] != "re":
            return False
        r = item[1]
        if min(r[2] - r[0], r[3] - r[1]) > THIN:
            return False
        boxes.append(turn(r[0], r[1], r[2], r[3]))
    for b in boxes:
        out.append(_thin(b, fill, seq))
    return True


def _thin(b: Box, color: int, seq: int) -> Rule:
    if b.width >= b.height:
        return Rule("h", b.cy, b.x0, b.x1, b.height, color, seq)
    return Rule("v", b.cx, b.y0, b.y1, b.width, color, seq)


def _sides(b: Box, color: int, weight: float, seq: int, out: list[Rule]) -> None:
    border = b.side > LARGEST_BOX
    out.append(Rule("h", b.y0, b.x0, b.x1, weight, color, seq, border))
    out.append(Rule("h", b.y1, b.x0, b.x1, weight, color, seq, border))
    out.append(Rule("v", b.x0, b.y0, b.y1, weight, color, seq, border))
    out.append(Rule("v", b.x1, b.y0, b.y1, weight, color, seq, border))


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
        found.append(turn(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))
    for b in found:
        if min(b.width, b.height) > STRAIGHT:
            _sides(b, color, weight, seq, out)
        elif b.width >= b.height:
            out.append(Rule("h", b.cy, b.x0, b.x1, weight, color, seq))
        else:
            out.append(Rule("v", b.cx, b.y0, b.y1, weight, color, seq))
    return True


def _shape(d: Mapping[str, Any], fill: int | None, stroke: int | None, turn: Turn) -> Shape:
    rect = d["rect"]
    box = turn(*rect)
    traced = fill is None or (box.width <= LARGE and box.height <= LARGE)
    opacity = min(
        d.get("fill_opacity", 1.0) if fill is not None else 1.0,
        d.get("stroke_opacity", 1.0) if stroke is not None else 1.0,
    )
    return Shape(
        box, _flatten(d["items"], turn) if traced else (), fill, stroke,
        d.get("width") or 0.0, opacity, bool(d.get("even_odd")), d.get("seqno", 0),
    )  # fmt: skip


def _parted(shape: Shape) -> list[Shape]:
    """A pen session flattened into one long path, stroke by stroke; else the shape."""
    if shape.fill is not None or shape.box.side <= LARGE or len(shape.points) < 2:
        return [shape]
    return [
        shape._replace(
            box=Box(min(x for x, _ in p), min(y for _, y in p), max(x for x, _ in p), max(y for _, y in p)),
            points=(p,),
        )
        for p in shape.points
    ]  # fmt: skip


def _flatten(items: Any, turn: Turn) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Sub-paths as polylines; a curve gives its end points and its middle."""
    out: list[list[tuple[float, float]]] = []

    def go(points: list[tuple[float, float]]) -> None:
        turned = [(b.x0, b.y0) for x, y in points for b in (turn(x, y, x, y),)]
        if out and _near(out[-1][-1], turned[0]):
            out[-1].extend(turned[1:])
        else:
            out.append(turned)

    for item in items:
        if item[0] == "l":
            go([item[1], item[2]])
        elif item[0] == "c":
            p0, p1, p2, p3 = item[1:5]
            mid = tuple((p0[i] + 3 * p1[i] + 3 * p2[i] + p3[i]) / 8 for i in (0, 1))
            go([p0, (mid[0], mid[1]), p3])
        elif item[0] == "re":
            x0, y0, x1, y1 = item[1]
            go([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)])
        elif item[0] == "qu":
            a, b, c, e = item[1]
            go([a, b, e, c, a])
    return tuple(tuple(p) for p in out)


def _near(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return abs(a[0] - b[0]) < 0.01 and abs(a[1] - b[1]) < 0.01
