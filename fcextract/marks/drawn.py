"""Evidence drawn as paths: a frame, and what lies in it.

The frame is the largest closed, square-ish, visible outline in the cell. What the
paths look like inside it is painted on a grid (:mod:`coverage`): even and light is
empty, anything else a mark. Nothing is compared with any other box, and no path is
passed over: one that lies on the frame and is part neither of it nor of a mark
makes the box uncertain.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from fcextract.geometry import Box, Outline, hull
from fcextract.marks.coverage import (
    INSIDE,
    MIDDLE,
    Paint,
    in_frame,
    painted,
)
from fcextract.marks.evidence import DARK, FULL, Evidence, Says, blend, contrast, lightness
from fcextract.records import Place, Rule, Shape

KIND = "vector"
#: Sides of a frame in points, and how far from square it may be.
SMALLEST, LARGEST, ODD_SHAPE = 3.0, 26.0, 1.45
#: Layers of one frame lie this close, in shares of its side; at least 0.8 pt.
LAYER = 0.16
#: A frame stands out at least this much from paper: the palest seen is #DCDFE6.
FRAME_VISIBLE = 0.05
#: Below this a stroke does not stand out from what lies under it (of 1).
VISIBLE = 0.15
#: Share of the frame's middle that a mark takes at least; the smallest tick seen takes
#: 0.08. Less than SPECK is nothing; between, it is not safe to call.
MARK_SHARE, SPECK = 0.035, 0.0
#: A frame lighter than this inside is paper.
LIGHT = 0.72
#: A path covering this share of the cell is the cell's shading.
SHADING = 0.6
#: Fainter than this nobody sees it (opacity of 1).
FAINT = 0.12
#: Bits of a cell's border lie this close to its edge, in points.
BORDER = 1.5
#: What is said of thin bars that make no frame.
BARS = "bars that are no box"
#: A rule is at least this thick, in points.
HAIRLINE = 0.2
#: A line runs through a box if it comes this far into it, in shares of its side.
THROUGH = 0.15
#: A frame within a frame is one laid over the other if it takes this share of its area.
NESTED = 0.4
#: A frame's stroke is thin below this share of its side.
THIN = 0.09
#: Bars thinner than this may be sides of a frame, in points.
BAR = 2.6


class Piece(NamedTuple):
    """A fill, a stroke or a short rule, alike. ``width`` is a stroke's, 0 for a fill;
    ``full`` is the share of its bounding box that its outline encloses."""

    box: Box
    color: int
    width: float
    full: float
    opacity: float
    even_odd: bool
    seq: int
    points: tuple[Outline, ...]


def read_drawn(place: Place) -> Evidence | None:
    """What the paths in the cell say; None where there are none."""
    pieces = [p for p in _pieces(place.shapes, place.rules) if not _is_shading(p, place.cell)]
    if not pieces:
        return None
    frames = [p for p in pieces if _is_frame(p)]
    below = _blacked_out(frames, pieces)
    if below is not None:
        return _unclear(below, "blacked out", "mark-cancelled")
    frame = _topmost(frames) if frames else _ruled_frame(pieces)
    if frame is None:
        return _bare(pieces, place.cell)
    if any(not f.box.grow(1.0).touches(frame) for f in frames):
        return Evidence(KIND, Says.UNCLEAR, frame, "two boxes in one cell", "box-uncertain")
    if strays_on(frame, place):
        return Evidence(KIND, Says.UNCLEAR, frame, "a stroke from elsewhere", "mark-outside-box")
    return _read_frame(frame, pieces)


def _blacked_out(frames: Sequence[Piece], pieces: Sequence[Piece]) -> Box | None:
    """The printed box under a dark patch that is larger than it; None where there is none.
    A patch of the box's own size fills it, which is a way to tick it."""
    largest = max(frames, key=lambda p: p.box.area, default=None)
    if largest is None or lightness(largest.color) >= DARK or _is_hollow(largest):
        return None
    below = [p for p in pieces if p.seq < largest.seq and largest.box.contains(p.box, 0.5)]
    printed = [p.box for p in below if _is_frame(p)]
    box = max(printed, key=lambda b: b.area, default=None) or _ruled_frame(below)
    if box is None:
        return None
    beyond = max(abs(x - y) for x, y in zip(box, largest.box, strict=True))
    return box if beyond > max(0.8, LAYER * box.side) else None


def strays_on(frame: Box, place: Place) -> bool:
    """Whether a shape of another cell shows inside the frame."""
    return bool(place.strays) and any(
        contrast(p.color, 0xFFFFFF) > VISIBLE
        and p.box.touches(frame)
        and any(c != 0xFFFFFF for c in _painted(frame, [p]))
        for p in _pieces(place.strays, ())
    )


def line_through(frame: Box, place: Place) -> bool:
    """Whether a ruled line runs through the box: a row struck out, or a fold; never a tick."""
    inside = frame.grow(-THROUGH * frame.side)
    return any(r.box(HAIRLINE).touches(inside) for r in place.lines)


def marks_on(frame: Box, place: Place) -> bool:
    """Whether a path of the cell shows inside a box that is not drawn itself."""
    return any(
        contrast(p.color, 0xFFFFFF) > VISIBLE
        and any(c != 0xFFFFFF for c in _painted(frame, [p], INSIDE))
        for p in _pieces(place.shapes, place.rules)
    )


def _pieces(shapes: Sequence[Shape], rules: Sequence[Rule]) -> list[Piece]:
    out = []
    for s in shapes:
        if s.opacity <= FAINT:
            continue
        if s.fill is not None:
            color = blend(s.fill, s.opacity)
            out.append(Piece(s.box, color, 0.0, s.full, s.opacity, s.even_odd, s.seq, s.points))
        if s.stroke is not None:
            color, width = blend(s.stroke, s.opacity), max(s.width, 0.05)
            out.append(Piece(s.box, color, width, s.full, s.opacity, False, s.seq, s.points))
    for r in rules:
        line = ((r.lo, r.at), (r.hi, r.at)) if r.along == "h" else ((r.at, r.lo), (r.at, r.hi))
        width = max(r.weight, 0.05)
        out.append(Piece(r.box(HAIRLINE), r.color, width, 0.0, 1.0, False, r.seq, (line,)))
    return sorted(out, key=lambda p: p.seq)


def _is_shading(p: Piece, cell: Box) -> bool:
    return not p.width and p.box.overlap(cell) > SHADING * cell.area and lightness(p.color) > DARK


def _is_frame(p: Piece) -> bool:
    return p.full >= FULL and contrast(p.color, 0xFFFFFF) > FRAME_VISIBLE and _is_box_shaped(p.box)


def _topmost(frames: Sequence[Piece]) -> Box:
    """The last painted of the frames that are nearly as large as the largest: a field may
    lie over a printed box."""
    largest = max(frames, key=lambda p: p.box.area)
    over = [p for p in frames if _is_hollow(p) and p.box.area > NESTED * largest.box.area]
    return max((largest, *over), key=lambda p: p.seq).box


def _ruled_frame(pieces: Sequence[Piece]) -> Box | None:
    """A frame put together from four thin bars: two uprights of one height as far apart as
    they are high, and a bar along both their ends. A neighbour's bar is none of them."""
    bars = [p.box for p in pieces if min(p.box.width, p.box.height) <= BAR and p.box.side > 2]
    tall = sorted(b for b in bars if b.height > b.width)
    flat = [b for b in bars if b.width >= b.height]
    for i, left in enumerate(tall):
        for right in tall[i + 1 :]:
            box = Box(left.x0, min(left.y0, right.y0), right.x1, max(left.y1, right.y1))
            if _is_box_shaped(box) and _ends_meet(box, left, right, flat):
                return box
    return None


def _is_box_shaped(box: Box) -> bool:
    short = min(box.width, box.height)
    return short >= SMALLEST and box.side <= LARGEST and box.side <= ODD_SHAPE * short


def _ends_meet(box: Box, left: Box, right: Box, flat: Sequence[Box]) -> bool:
    near = max(0.15 * box.side, 0.8)
    even = abs(left.y0 - right.y0) < near and abs(left.y1 - right.y1) < near
    along = [b for b in flat if b.width > 0.7 * box.width and abs(b.cx - box.cx) < near]
    return (
        even
        and any(abs(b.cy - box.y0) < near for b in along)
        and any(abs(b.cy - box.y1) < near for b in along)
    )


def _bare(pieces: Sequence[Piece], cell: Box) -> Evidence | None:
    """Paths without a frame: a mark, if they are of a mark's size and no outline."""
    seen = [p for p in pieces if contrast(p.color, 0xFFFFFF) > VISIBLE and not _is_border(p, cell)]
    box = hull(p.box for p in seen)
    if box is None:
        return None
    outline = any(p.width and p.full >= FULL for p in seen)
    if all(min(p.box.width, p.box.height) <= BAR and p.box.side > 3 for p in seen):
        return Evidence(KIND, Says.UNCLEAR, box, BARS, "box-uncertain")
    if 2.5 <= box.side <= 1.5 * LARGEST and not outline:
        return Evidence(KIND, Says.BARE, box, "a drawn mark without a box")
    return Evidence(KIND, Says.UNCLEAR, box, "a path that is no mark", "box-uncertain")


def _is_border(p: Piece, cell: Box) -> bool:
    """Whether the piece is a bit of the cell's own border."""
    b = p.box
    if min(b.width, b.height) <= BAR and not cell.grow(-BORDER).contains(b):
        return True
    tall = b.width <= BAR and b.height > 0.9 * cell.height
    wide = b.height <= BAR and b.width > 0.9 * cell.width
    return tall or wide


def _read_frame(frame: Box, pieces: Sequence[Piece]) -> Evidence:
    """What is seen on the frame, and whether it is all of what was painted there."""

    slack = max(0.8, LAYER * frame.side)
    layers, marks, beside = [], [], []
    pieces = [p for p in pieces if not _is_other_frame(p, frame, slack)]
    for p in pieces:
        if _is_layer(p, frame, slack):
            layers.append(p)
        elif p.box.touches(frame, -0.1):
            marks.append(p)
        elif contrast(p.color, 0xFFFFFF) > VISIBLE and not _is_rim(p, frame):
            beside.append(p)
    cover = next((q for p in (*marks, *layers) if (q := _cover_of(p, pieces, frame))), None)
    if cover is not None:
        if lightness(cover.color) < DARK:
            return _unclear(frame, "blacked out", "mark-cancelled")
        return _unclear(frame, "painted over", "readers-disagree")
    if beside:
        return _unclear(frame, "a mark beside the box", "mark-outside-box")
    if not marks and _is_plain(layers, frame):
        return Evidence(KIND, Says.EMPTY, frame)
    colors = _painted(frame, pieces, INSIDE if _is_thin(layers, frame) else MIDDLE)
    ground, others = _ground(colors)
    shade = lightness(ground)
    if others >= MARK_SHARE or shade < DARK:
        return _marked(frame, marks)
    if others > SPECK or _touched(marks, pieces, ground, frame):
        return _unclear(frame, "a speck or a stroke at the edge of the box")
    if shade < LIGHT:
        return _unclear(frame, "a box filled grey")
    return Evidence(KIND, Says.EMPTY, frame)


def _unclear(frame: Box, reason: str, code: str = "box-uncertain") -> Evidence:
    return Evidence(KIND, Says.UNCLEAR, frame, reason, code)


def _marked(frame: Box, marks: Sequence[Piece]) -> Evidence:
    box = hull(p.box for p in marks)
    if box is not None and box.side > 4 * frame.side:
        return _unclear(frame, "a long stroke through the box")
    whole = [p for p in marks if not p.width and p.full >= FULL and p.box.contains(frame, 0.3)]
    if whole:
        return _unclear(frame, "blacked out", "mark-cancelled")
    return Evidence(KIND, Says.TICKED, frame, "marked")


def _is_other_frame(p: Piece, frame: Box, slack: float) -> bool:
    """Whether ``p`` is the outline of another box that the frame was laid over, a little
    off: a field over a printed box. It is no mark; an outline inside the frame may be."""
    if p.full < FULL or not p.box.touches(frame) or frame.contains(p.box, slack):
        return False
    if all(abs(x - y) <= slack for x, y in zip(p.box, frame, strict=True)):
        return False
    return _is_hollow(p) and p.box.side <= 1.5 * LARGEST


def _is_hollow(p: Piece) -> bool:
    """Whether ``p`` is an outline: a stroke, or a fill that leaves out its middle."""
    if p.width:
        return True
    colors = _painted(p.box, [p])
    return all(c == 0xFFFFFF for c in colors) and p.color != 0xFFFFFF


def _is_plain(layers: Sequence[Piece], frame: Box) -> bool:
    """Whether nothing but paper-white fills and thin strokes along its sides make the
    frame: such a box is empty without painting it."""
    return all(p.color == 0xFFFFFF or p.width for p in layers) and _is_thin(layers, frame)


def _is_thin(layers: Sequence[Piece], frame: Box) -> bool:
    """Whether the frame is drawn with thin strokes right along its own outline."""
    return all(
        (not p.width and lightness(p.color) > LIGHT)
        or (0 < p.width < THIN * frame.side and _hugs(p.box, frame))
        for p in layers
    )


def _hugs(box: Box, frame: Box) -> bool:
    """Whether every side of ``box`` lies close to a side of the frame."""
    near = THIN * frame.side
    across = all(min(abs(x - frame.x0), abs(x - frame.x1)) <= near for x in (box.x0, box.x1))
    down = all(min(abs(y - frame.y0), abs(y - frame.y1)) <= near for y in (box.y0, box.y1))
    return across and down


def _painted(frame: Box, pieces: Sequence[Piece], part: float = MIDDLE) -> tuple[int, ...]:
    paints = tuple(
        Paint(in_frame(p.points, frame), p.color, _width(p, frame), p.even_odd)
        for p in pieces
        if p.points and p.box.touches(frame)
    )
    return painted(paints, part)


def _width(p: Piece, frame: Box) -> float:
    """A stroke's width in the frame's coordinates, at least a hundredth; 0 for a fill."""
    return max(round(p.width / frame.side, 2), 0.01) if p.width else 0.0


def _ground(colors: Sequence[int]) -> tuple[int, float]:
    """The commonest colour, and the share of the grid that stands out from it."""
    counts = Counter(colors)
    ground = counts.most_common(1)[0][0]
    others = sum(n for c, n in counts.items() if contrast(c, ground) > VISIBLE)
    return ground, others / len(colors)


def _cover_of(p: Piece, pieces: Sequence[Piece], frame: Box) -> Piece | None:
    """The later fill that lies over a visible mark, or over the dark ground of a ticked
    box. An empty printed box below a field is neither."""
    later = [
        q for q in pieces
        if q.seq > p.seq and not q.width and q.opacity > 0.3 and q.full >= FULL
        and q.box.overlap(p.box) > 0.5 * p.box.area > 0
    ]  # fmt: skip
    if not later:
        return None
    if _is_frame(p) and _is_solid(p):
        over = [q for q in later if lightness(q.color) > LIGHT and q.box.contains(p.box, 0.3)]
        return over[0] if over else None
    if _is_frame(p) and (lightness(p.color) > LIGHT or _is_hollow(p)):
        return None
    if not _stands_out(p, pieces):
        return None
    if p.box.contains(frame, -0.8) or min(p.box.width, p.box.height) <= 0:
        return None
    return next((q for q in later if _is_solid(q) or lightness(q.color) > LIGHT), None)


def _is_solid(p: Piece) -> bool:
    """Whether ``p`` is a dark fill, its middle included."""
    return not p.width and lightness(p.color) < DARK and p.full >= FULL and not _is_hollow(p)


def _stands_out(p: Piece, pieces: Sequence[Piece]) -> bool:
    """Whether ``p`` is seen on what was painted below it."""
    below = [
        q for q in pieces
        if q.seq < p.seq and not q.width and q.full >= FULL and q.box.overlap(p.box) > 0.8 * p.box.area
    ]  # fmt: skip
    ground = max(below, key=lambda q: q.seq).color if below else 0xFFFFFF
    return contrast(p.color, ground) > VISIBLE


def _touched(marks: Sequence[Piece], pieces: Sequence[Piece], ground: int, frame: Box) -> bool:
    """Whether a visible stroke reaches into the frame without showing in its middle."""
    reach = frame.grow(-0.12 * frame.side)
    return any(
        contrast(p.color, ground) > VISIBLE
        and p.box.touches(reach)
        and not any(q.seq > p.seq and _covers(q, frame) for q in pieces)
        for p in marks
    )


def _covers(q: Piece, frame: Box) -> bool:
    """Whether ``q`` is a fill over all of the frame's inside."""
    return not q.width and q.full >= FULL and q.opacity > 0.9 and q.box.contains(frame, 0.5)


def _is_rim(p: Piece, frame: Box) -> bool:
    """Whether a thin bar runs close round the frame: a double frame, or a shadow."""
    thin = min(p.box.width, p.box.height) <= BAR
    return thin and frame.grow(0.3 * frame.side).contains(p.box)


def _is_layer(p: Piece, frame: Box, slack: float) -> bool:
    """Whether ``p`` is part of the frame itself: it is as large, or runs along a side."""
    b = p.box
    if p.full >= FULL or (p.width and _follows(p, frame, slack)):
        same = all(abs(x - y) <= slack for x, y in zip(b, frame, strict=True))
        if same:
            return True
    thin = min(b.width, b.height) <= BAR
    edge = 0.2 * frame.side
    if thin and frame.grow(slack).contains(b):
        if b.width >= b.height:
            return min(abs(b.cy - frame.y0), abs(b.cy - frame.y1)) < edge
        return min(abs(b.cx - frame.x0), abs(b.cx - frame.x1)) < edge
    return not p.width and p.full >= FULL and b.contains(frame) and p.color == 0xFFFFFF


def _follows(p: Piece, frame: Box, slack: float) -> bool:
    """Whether a stroke runs along the frame's sides all the way, middles included."""
    steps = [s for line in p.points for s in itertools.pairwise(line)]
    return len(steps) >= 3 and all(
        _on_side((ax + bx) / 2, (ay + by) / 2, frame, slack)
        and _on_side(ax, ay, frame, slack)
        and _on_side(bx, by, frame, slack)
        for (ax, ay), (bx, by) in steps
    )


def _on_side(x: float, y: float, frame: Box, slack: float) -> bool:
    across = min(abs(x - frame.x0), abs(x - frame.x1))
    down = min(abs(y - frame.y0), abs(y - frame.y1))
    return min(across, down) <= slack
