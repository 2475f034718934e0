"""What a cell's paths and short rules are made of, each painting operation alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fcextract.geometry import Box, Outline, around
from fcextract.marks.coverage import MIDDLE, Paint, in_frame, painted
from fcextract.marks.evidence import DARK, FULL, blend, contrast, lightness
from fcextract.records import Rule, Shape

#: Below this a colour does not stand out from what lies under it (of 1).
VISIBLE = 0.15
#: Fainter than this nobody sees it (opacity of 1).
FAINT = 0.12
#: A rule is at least this thick, in points.
HAIRLINE = 0.2
#: A bar is no thicker than this, in points.
BAR = 2.6
#: A stroke that leaves its axis by more over its length is slanted, in points.
STRAIGHT = 0.6


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


def pieces_of(shapes: Iterable[Shape], rules: Iterable[Rule]) -> list[Piece]:
    """All that ``shapes`` and ``rules`` paint, in painting order."""
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


def is_bar(p: Piece) -> bool:
    """Whether ``p`` is a thin bar along an axis, as rules and the sides of frames are. A
    slanted stroke, however flat or steep, is none."""
    if min(p.box.width, p.box.height) > BAR:
        return False
    return not p.width or not p.points or _leaves_axis(p) <= STRAIGHT


def _leaves_axis(p: Piece) -> float:
    """How far the middle of a stroke strays across the axis that it runs along."""
    path = around(point for line in p.points for point in line)
    return min(path.width, path.height)


def is_visible(p: Piece) -> bool:
    """Whether ``p`` is seen on white paper."""
    return contrast(p.color, 0xFFFFFF) > VISIBLE


def is_solid(p: Piece) -> bool:
    """Whether ``p`` is a dark fill, its middle included."""
    return not p.width and lightness(p.color) < DARK and p.full >= FULL and not is_hollow(p)


def is_hollow(p: Piece) -> bool:
    """Whether ``p`` is an outline: a stroke, or a fill that leaves out its middle."""
    if p.width:
        return True
    colors = paint(p.box, [p])
    return all(c == 0xFFFFFF for c in colors) and p.color != 0xFFFFFF


def paint(frame: Box, pieces: Sequence[Piece], part: float = MIDDLE) -> tuple[int, ...]:
    """Colours on a grid over the middle ``part`` of ``frame`` after painting ``pieces``."""
    paints = tuple(
        Paint(in_frame(p.points, frame), p.color, _width(p, frame), p.even_odd)
        for p in pieces
        if p.points and p.box.touches(frame)
    )
    return painted(paints, part)


def _width(p: Piece, frame: Box) -> float:
    """A stroke's width in the frame's coordinates, at least a hundredth; 0 for a fill."""
    return max(round(p.width / frame.side, 2), 0.01) if p.width else 0.0


def shows_in(frame: Box, pieces: Iterable[Piece], part: float = MIDDLE) -> bool:
    """Whether any of ``pieces`` alone is seen in the middle ``part`` of ``frame``."""
    return any(
        is_visible(p)
        and p.box.touches(frame)
        and any(c != 0xFFFFFF for c in paint(frame, [p], part))
        for p in pieces
    )
