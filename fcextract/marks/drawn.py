"""Evidence drawn as paths: a frame, and what lies in it.

Seen so far: a frame with strokes or a filled square inside; two crossing lines;
a box whose colours are inverted with a light tick on it; a bare tick. The frame
is the largest closed square-ish outline; whatever else is visible on it is a
mark. Nothing is compared with any other box.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fcextract.geometry import Box, hull
from fcextract.marks.coverage import core_cover, fullness
from fcextract.marks.evidence import Evidence, Says, blend, contrast, lightness
from fcextract.records import Place, Rule, Shape

KIND = "vector"
#: Sides of a frame in points, and how far from square it may be.
SMALLEST, LARGEST, ODD_SHAPE = 4.5, 26.0, 1.45
#: A closed path that fills this share of its bounding box is a frame: a square fills
#: 1.0, a circle 0.78 (0.70 as flattened here), the fullest tick or star seen 0.55.
FULL = 0.66
#: Layers of one frame lie this close, in shares of its side; at least 0.8 pt.
LAYER = 0.16
#: Below this a stroke does not stand out from what lies under it (of 1).
VISIBLE = 0.15
#: A mark spans at least this share of the frame's side. The smallest tick seen spans
#: 0.5; a speck of less is not safe to call either way.
MARK_SPAN = 0.25
SPECK_SPAN = 0.06
#: A frame filled darker than DARK is inverted or blacked; lighter than LIGHT it is paper.
DARK, LIGHT = 0.55, 0.72
#: A path covering this share of the cell is the cell's shading.
SHADING = 0.6
#: A frame stands out at least this much from paper: the palest seen is #DCDFE6.
FRAME_VISIBLE = 0.05
#: A path that covers less than this of a frame's middle is a ring; one that covers more
#: than that is a box and its mark in one path, as icons are.
RING_COVER = 0.02
#: Fainter than this nobody sees it (opacity of 1).
FAINT = 0.12


class Piece(NamedTuple):
    """A shape or a short rule, alike. ``full`` is the share of its bounding box that its
    outline encloses, ``cover`` the share of the box's middle that its fill covers."""

    box: Box
    color: int
    filled: bool
    full: float
    cover: float
    opacity: float
    seq: int
    points: tuple[tuple[tuple[float, float], ...], ...]


def read_drawn(place: Place) -> Evidence | None:
    """What the paths in the cell say; None where there are none."""
    pieces = [p for p in _pieces(place) if not _is_shading(p, place.cell)]
    if not pieces:
        return None
    frames = [p for p in pieces if _is_frame(p)]
    frame = max(frames, key=lambda p: p.box.area).box if frames else _ruled_frame(pieces)
    if frame is None:
        return _bare(pieces)
    if any(not f.box.grow(1.0).touches(frame) for f in frames):
        return Evidence(KIND, Says.UNCLEAR, frame, "two boxes in one cell", "box-uncertain")
    return _read_frame(frame, pieces)


def _pieces(place: Place) -> list[Piece]:
    out = []
    for s in place.shapes:
        if s.opacity <= FAINT:
            continue
        full = fullness(s)
        if s.fill is not None:
            cover = core_cover(s)
            color = blend(s.fill, s.opacity)
            out.append(Piece(s.box, color, True, full, cover, s.opacity, s.seq, s.points))
        if s.stroke is not None:
            color = blend(s.stroke, s.opacity)
            out.append(Piece(s.box, color, False, full, 0.0, s.opacity, s.seq, s.points))
    out += [Piece(rule_box(r), r.color, True, 0.0, 1.0, 1.0, r.seq, ()) for r in place.rules]
    return out


def rule_box(r: Rule) -> Box:
    """The rectangle a short rule covers."""
    half = max(r.weight, 0.2) / 2
    if r.along == "h":
        return Box(r.lo, r.at - half, r.hi, r.at + half)
    return Box(r.at - half, r.lo, r.at + half, r.hi)


def _is_shading(p: Piece, cell: Box) -> bool:
    return p.filled and p.box.overlap(cell) > SHADING * cell.area and lightness(p.color) > DARK


def _is_frame(p: Piece) -> bool:
    w, h = p.box.width, p.box.height
    return (
        p.full >= FULL
        and contrast(p.color, 0xFFFFFF) > FRAME_VISIBLE
        and SMALLEST <= min(w, h)
        and max(w, h) <= LARGEST
        and max(w, h) <= ODD_SHAPE * min(w, h)
    )


def _ruled_frame(pieces: Sequence[Piece]) -> Box | None:
    """A frame put together from four thin bars."""
    bars = [p.box for p in pieces if min(p.box.width, p.box.height) <= 2.6 and p.box.side > 3]
    box = hull(bars)
    if box is None or len(bars) < 4:
        return None
    if not (SMALLEST <= min(box.width, box.height) and box.side <= LARGEST):
        return None
    if box.side > ODD_SHAPE * min(box.width, box.height):
        return None
    near = 0.15 * box.side
    flat = [b for b in bars if b.width > 0.7 * box.width and b.width > b.height]
    tall = [b for b in bars if b.height > 0.7 * box.height and b.height > b.width]
    sides = (
        any(b.cy - box.y0 < near for b in flat),
        any(box.y1 - b.cy < near for b in flat),
        any(b.cx - box.x0 < near for b in tall),
        any(box.x1 - b.cx < near for b in tall),
    )
    return box if all(sides) else None


def _bare(pieces: Sequence[Piece]) -> Evidence | None:
    seen = [p for p in pieces if contrast(p.color, 0xFFFFFF) > VISIBLE]
    box = hull(p.box for p in seen)
    if box is None:
        return None
    if 2.5 <= box.side <= 1.5 * LARGEST:
        return Evidence(KIND, Says.BARE, box, "a drawn mark without a box")
    return Evidence(KIND, Says.UNCLEAR, box, "a path that is no mark", "box-uncertain")


def _read_frame(frame: Box, pieces: Sequence[Piece]) -> Evidence:
    slack = max(0.8, LAYER * frame.side)
    layers = [p for p in pieces if _is_layer(p, frame, slack)]
    rest = [p for p in pieces if not _is_layer(p, frame, slack)]
    marked = [p for p in layers if p.filled and p.full >= FULL and RING_COVER < p.cover < 0.98]
    if marked:
        return _one_path(frame, marked, layers, rest)
    fills = [p for p in layers if p.filled and p.full >= FULL and p.cover >= 0.98]
    top = max(fills, key=lambda p: p.seq, default=None)
    ground = top.color if top else 0xFFFFFF
    outside, inner = [], []
    for p in rest:
        share = _share_inside(p, frame)
        if share == 0.0:
            outside.append(p)
        elif p.filled and p.box.contains(frame, 0.5):
            pale = lightness(p.color) > LIGHT and p.opacity > 0.3
            if pale and p.seq > min(q.seq for q in layers):
                return Evidence(KIND, Says.UNCLEAR, frame, "painted over", "readers-disagree")
        else:
            inner.append((p, share))
    return _judge_inner(frame, ground, top, inner, outside)


def _one_path(
    frame: Box, marked: Sequence[Piece], layers: Sequence[Piece], rest: Sequence[Piece]
) -> Evidence:
    """A frame that comes with its mark in one path: an icon, or a flattened glyph."""
    last = max(p.seq for p in layers)
    alone = len(marked) == 1 and not any(_share_inside(p, frame) for p in rest)
    if alone and marked[0].seq >= last and contrast(marked[0].color, 0xFFFFFF) > VISIBLE:
        return Evidence(KIND, Says.TICKED, frame, "box and mark in one path")
    return Evidence(KIND, Says.UNCLEAR, frame, "layers that cut each other", "box-uncertain")


def _judge_inner(
    frame: Box,
    ground: int,
    top: Piece | None,
    inner: Sequence[tuple[Piece, float]],
    outside: Sequence[Piece],
) -> Evidence:
    def unclear(reason: str, code: str = "box-uncertain") -> Evidence:
        return Evidence(KIND, Says.UNCLEAR, frame, reason, code)

    visible = [(p, s) for p, s in inner if contrast(p.color, ground) > VISIBLE]
    if top is not None and any(p.seq < top.seq for p, _ in visible):
        return unclear("painted over", "readers-disagree")
    if any(contrast(p.color, 0xFFFFFF) > VISIBLE for p in outside):
        return unclear("a mark beside the box", "mark-outside-box")
    if visible:
        return _judge_mark(frame, visible, unclear)
    shade = lightness(ground)
    if shade < DARK:
        return Evidence(KIND, Says.TICKED, frame, "filled")
    if shade < LIGHT:
        return unclear("a box filled grey")
    if inner and top is None:
        return unclear("a mark in the colour of paper")
    return Evidence(KIND, Says.EMPTY, frame)


def _judge_mark(frame: Box, visible, unclear) -> Evidence:  # type: ignore[no-untyped-def]
    mine = [p for p, share in visible if share >= 0.25 or frame.holds(p.box.cx, p.box.cy)]
    box = hull(p.box for p in mine)
    if box is None:
        return unclear("a stroke that only touches the box", "mark-outside-box")
    if box.side > 4 * frame.side:
        return unclear("a long stroke through the box")
    within = Box(
        max(box.x0, frame.x0), max(box.y0, frame.y0), min(box.x1, frame.x1), min(box.y1, frame.y1)
    )
    span = within.side / frame.side
    if span >= MARK_SPAN:
        return Evidence(KIND, Says.TICKED, frame, "marked")
    return unclear("a speck in the box") if span >= SPECK_SPAN else Evidence(KIND, Says.EMPTY, frame)


def _is_layer(p: Piece, frame: Box, slack: float) -> bool:
    """Whether ``p`` is part of the frame itself: it is as large, or runs along a side."""
    b = p.box
    if p.full >= FULL or (not p.filled and _follows(p, frame, slack)):
        same = all(abs(x - y) <= slack for x, y in zip(b, frame, strict=True))
        if same:
            return True
    thin = min(b.width, b.height) <= 2.6
    edge = 0.2 * frame.side
    if thin and frame.grow(slack).contains(b):
        if b.width >= b.height:
            return min(abs(b.cy - frame.y0), abs(b.cy - frame.y1)) < edge
        return min(abs(b.cx - frame.x0), abs(b.cx - frame.x1)) < edge
    return False


def _follows(p: Piece, frame: Box, slack: float) -> bool:
    """Whether a stroke runs along the frame's sides all the way, middles included."""
    steps = [s for line in p.points for s in zip(line, line[1:], strict=False)]
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


def _share_inside(p: Piece, frame: Box) -> float:
    """How much of ``p`` lies on the frame: by area, or by length for thin strokes."""
    b = p.box
    w = min(b.x1, frame.x1) - max(b.x0, frame.x0)
    h = min(b.y1, frame.y1) - max(b.y0, frame.y0)
    if w < 0 or h < 0:
        return 0.0
    return max(w / max(b.width, 0.1), 0.01) * max(h / max(b.height, 0.1), 0.01)
