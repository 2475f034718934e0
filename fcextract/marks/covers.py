"""What lies over what in a drawn box: patches over marks, marks that reach out from under."""

from __future__ import annotations

from collections.abc import Sequence

from fcextract.geometry import Box
from fcextract.marks.evidence import DARK, FULL, LIGHT, contrast, lightness
from fcextract.marks.frames import CLOSEST, hides, is_frame, is_same, ruled_frame, slack
from fcextract.marks.pieces import VISIBLE, Piece, is_hollow, is_solid

#: A mark that lies under something less opaque than this shows through (of 1).
VEILS = 0.3
#: A stroke reaches into a box if it comes so far into it, in shares of its side.
REACH = 0.12


def blacked_out(frames: Sequence[Piece], pieces: Sequence[Piece]) -> Box | None:
    """The printed box under a dark patch that is larger than it; None where there is none.
    A patch of the box's own size fills it, which is a way to tick it."""
    largest = max(frames, key=lambda p: p.box.area, default=None)
    if largest is None or lightness(largest.color) >= DARK or is_hollow(largest):
        return None
    below = [p for p in pieces if p.seq < largest.seq and largest.box.contains(p.box, 0.5)]
    printed = [p.box for p in below if is_frame(p)]
    box = max(printed, key=lambda b: b.area, default=None) or ruled_frame(below)
    if box is None or is_same(box, largest.box, slack(box)):
        return None
    return box


def cover_of(p: Piece, pieces: Sequence[Piece], frame: Box) -> Piece | None:
    """The later fill that lies over a visible mark, or over the dark ground of a ticked
    box. An empty printed box below a field is neither."""
    later = [
        q for q in pieces
        if q.seq > p.seq and not q.width and q.opacity > VEILS and q.full >= FULL
        and q.box.overlap(p.box) > 0.5 * p.box.area > 0
        and (q.color, q.points) != (p.color, p.points)  # painted twice
    ]  # fmt: skip
    if not later:
        return None
    if is_frame(p) and is_solid(p):
        over = [q for q in later if lightness(q.color) > LIGHT and q.box.contains(p.box, 0.3)]
        return over[0] if over else None
    if is_frame(p) and (lightness(p.color) > LIGHT or is_hollow(p)):
        return None
    if not _stands_out(p, pieces):
        return None
    if p.box.contains(frame, -CLOSEST) or min(p.box.width, p.box.height) <= 0:
        return None
    return next((q for q in later if is_solid(q) or lightness(q.color) > LIGHT), None)


def _stands_out(p: Piece, pieces: Sequence[Piece]) -> bool:
    """Whether ``p`` is seen on what was painted below it."""
    below = [
        q for q in pieces
        if q.seq < p.seq and not q.width and q.full >= FULL and q.box.overlap(p.box) > 0.8 * p.box.area
    ]  # fmt: skip
    ground = max(below, key=lambda q: q.seq).color if below else 0xFFFFFF
    return contrast(p.color, ground) > VISIBLE


def touched(marks: Sequence[Piece], pieces: Sequence[Piece], ground: int, frame: Box) -> bool:
    """Whether a visible stroke reaches into the frame without showing in its middle, be it
    that it is short, or that the box was laid over it and its ends look out."""
    reach = frame.grow(-REACH * frame.side)
    return any(
        contrast(p.color, ground) > VISIBLE
        and p.box.touches(reach)
        and not any(_is_hidden(p, q, frame) for q in pieces)
        for p in marks
    )


def _is_hidden(p: Piece, q: Piece, frame: Box) -> bool:
    """Whether ``q`` was painted over all of the frame's inside, and over all of a stroke."""
    is_stroke = p.width and p.full < FULL
    return q.seq > p.seq and hides(q, frame) and (not is_stroke or q.box.contains(p.box, CLOSEST))
