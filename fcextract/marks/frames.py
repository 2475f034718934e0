"""Where a drawn box is: the outline that a cell's paths make for a mark to go into."""

from __future__ import annotations

from collections.abc import Sequence

from fcextract.geometry import Box
from fcextract.marks.evidence import FULL, contrast
from fcextract.marks.pieces import Piece, is_bar, is_hollow, is_solid

#: Sides of a frame in points, and how far from square it may be.
SMALLEST, LARGEST, ODD_SHAPE = 3.0, 26.0, 1.45
#: Layers of one frame lie this close, in shares of its side; at least so many points.
LAYER, CLOSEST = 0.16, 0.8
#: A frame stands out at least this much from paper: the palest seen is #DCDFE6.
FRAME_VISIBLE = 0.05
#: A fill hides what is below it from this opacity on (of 1).
HIDES = 0.9
#: A frame within a frame is one laid over the other if it takes this share of its area.
NESTED = 0.4


def slack(frame: Box) -> float:
    """How far layers of ``frame`` may lie apart, in points."""
    return max(CLOSEST, LAYER * frame.side)


def is_frame(p: Piece) -> bool:
    """Whether ``p`` is a closed, visible outline of a box's shape and size."""
    return p.full >= FULL and contrast(p.color, 0xFFFFFF) > FRAME_VISIBLE and is_box_shaped(p.box)


def are_solid(frames: Sequence[Piece]) -> bool:
    """Whether all of ``frames`` are filled: dark squares, with or without an edge."""
    filled = [p.box for p in frames if is_solid(p)]
    return bool(filled) and all(any(is_same(p.box, b, CLOSEST) for b in filled) for p in frames)


def is_box_shaped(box: Box) -> bool:
    """Whether ``box`` has a printed box's shape and size."""
    short = min(box.width, box.height)
    return short >= SMALLEST and box.side <= LARGEST and box.side <= ODD_SHAPE * short


def is_same(a: Box, b: Box, near: float) -> bool:
    """Whether all sides of the two lie within ``near`` points of each other."""
    return all(abs(x - y) <= near for x, y in zip(a, b, strict=True))


def hides(q: Piece, box: Box, near: float = 0.5) -> bool:
    """Whether ``q`` is a fill over all of ``box`` that nothing below shows through."""
    return not q.width and q.full >= FULL and q.opacity > HIDES and q.box.contains(box, near)


def find_frame(frames: Sequence[Piece], pieces: Sequence[Piece]) -> Box | None:
    """The box in which a mark is looked for: one of ``frames``, or one that is put together
    from bars, round a square that is its mark."""
    ruled = ruled_frame(pieces)
    if not frames:
        return ruled
    top = topmost(frames)
    return ruled if ruled is not None and ruled.contains(top, 0.2) else top


def topmost(frames: Sequence[Piece]) -> Box:
    """The last painted of the frames that are nearly as large as the largest: a field may
    lie over a printed box."""
    largest = max(frames, key=lambda p: p.box.area)
    over = [p for p in frames if is_hollow(p) and p.box.area > NESTED * largest.box.area]
    return max((largest, *over), key=lambda p: p.seq).box


def inner_frame(frame: Box, pieces: Sequence[Piece]) -> Box | None:
    """The largest outline that is seen inside ``frame`` and is no layer of it."""
    inside = [
        p.box for p in pieces
        if is_frame(p) and is_hollow(p) and frame.contains(p.box, 0.2)
        and not is_same(p.box, frame, slack(frame))
        and not any(q.seq > p.seq and hides(q, p.box) for q in pieces)
    ]  # fmt: skip
    return max(inside, key=lambda b: b.area, default=None)


def ruled_frame(pieces: Sequence[Piece]) -> Box | None:
    """A frame put together from four thin bars: two uprights of one height as far apart as
    they are high, and a bar along both their ends. A neighbour's bar is none of them."""
    bars = [p.box for p in pieces if is_bar(p) and p.box.side > 2]
    tall = sorted(b for b in bars if b.height > b.width)
    flat = [b for b in bars if b.width >= b.height]
    for i, left in enumerate(tall):
        for right in tall[i + 1 :]:
            box = Box(left.x0, min(left.y0, right.y0), right.x1, max(left.y1, right.y1))
            if is_box_shaped(box) and _ends_meet(box, left, right, flat):
                return box
    return None


def _ends_meet(box: Box, left: Box, right: Box, flat: Sequence[Box]) -> bool:
    near = max(0.15 * box.side, 0.8)
    even = abs(left.y0 - right.y0) < near and abs(left.y1 - right.y1) < near
    along = [b for b in flat if b.width > 0.7 * box.width and abs(b.cx - box.cx) < near]
    return (
        even
        and any(abs(b.cy - box.y0) < near for b in along)
        and any(abs(b.cy - box.y1) < near for b in along)
    )
