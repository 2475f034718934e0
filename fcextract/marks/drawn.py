"""Evidence drawn as paths: a frame, and what lies in it.

The frame is the largest closed, square-ish, visible outline in the cell. What the
paths look like inside it is painted on a grid (:mod:`coverage`): even and light is
empty, anything else a mark. Nothing is compared with any other box, and no path is
passed over: one that lies on the frame and is part neither of it nor of a mark
makes the box uncertain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fcextract.geometry import Box, hull
from fcextract.marks.coverage import INSIDE, MIDDLE, is_crossed
from fcextract.marks.covers import blacked_out, cover_of, touched
from fcextract.marks.evidence import DARK, FULL, LIGHT, Evidence, Says, contrast, lightness
from fcextract.marks.frames import (
    LARGEST,
    are_solid,
    find_frame,
    inner_frame,
    is_box_shaped,
    is_frame,
)
from fcextract.marks.layers import is_layer, is_other_frame, is_plain, is_rim, is_thin
from fcextract.marks.pieces import (
    HAIRLINE,
    VISIBLE,
    Piece,
    is_bar,
    is_visible,
    paint,
    pieces_of,
    shows_in,
)
from fcextract.records import Place

KIND = "vector"
#: Share of the frame's middle that a mark takes at least; the smallest tick seen takes
#: 0.08. Less than SPECK is nothing; between, it is not safe to call.
MARK_SHARE, SPECK = 0.035, 0.0
#: A path covering this share of the cell is the cell's shading.
SHADING = 0.6
#: Bits of a cell's border lie this close to its edge, in points.
BORDER = 1.5
#: A line runs through a box if it comes this far into it, in shares of its side.
THROUGH = 0.15
#: The ink of a typed box begins at least this far inside its character's box, as a share of
#: its side.
TYPED_INK = 0.25


def read_drawn(place: Place, own: Box | None = None) -> Evidence | None:
    """What the paths in the cell say; None where there are none. ``own`` is a box that the
    cell holds otherwise, a field or a typed one."""
    pieces = pieces_in(place)
    if not pieces:
        return None
    frames = [p for p in pieces if is_frame(p)]
    below = blacked_out(frames, pieces)
    if below is not None:
        return _unclear(below, "blacked out", "mark-cancelled")
    frame = find_frame(frames, pieces)
    if frame is None:
        return _bare(pieces, place.cell, own)
    if own is not None and own.contains(frame) and are_solid(frames):
        return Evidence(KIND, Says.BARE, frame, "a square that fills the box")
    if any(not f.box.grow(1.0).touches(frame) for f in frames):
        return _unclear(frame, "two boxes in one cell")
    if strays_on(frame, place):
        return _unclear(frame, "a stroke from elsewhere", "mark-outside-box")
    inner = inner_frame(frame, pieces)
    if inner is not None and _is_blank(inner, pieces):
        return _unclear(frame, "an empty box in a larger one")
    return _read_frame(frame, pieces)


def pieces_in(place: Place) -> list[Piece]:
    """All that the paths in the cell paint, but for its ground."""
    return [p for p in pieces_of(place.shapes, place.rules) if not is_shading(p, place.cell)]


def strays_on(frame: Box, place: Place) -> bool:
    """Whether a shape of another cell shows inside the frame."""
    return bool(place.strays) and shows_in(frame, pieces_of(place.strays, ()))


def line_through(frame: Box, place: Place, *, typed: bool) -> bool:
    """Whether a ruled line runs through the box: a row struck out, or a fold; never a tick.
    A ``typed`` box fills only the middle of its character's, which may reach over a border."""
    inside = frame.grow(-TYPED_INK * frame.side) if typed else _inside(frame)
    return any(r.box(HAIRLINE).touches(inside) for r in place.lines)


def marks_on(frame: Box, place: Place) -> bool:
    """Whether a path of the cell shows inside a box that is not drawn itself."""
    return shows_in(frame, pieces_of(place.shapes, place.rules), INSIDE)


def _inside(frame: Box) -> Box:
    return frame.grow(-THROUGH * frame.side)


def is_shading(p: Piece, cell: Box) -> bool:
    """Whether a piece is the ground of its cell."""
    return not p.width and p.box.overlap(cell) > SHADING * cell.area and lightness(p.color) > DARK


def _bare(pieces: Sequence[Piece], cell: Box, own: Box | None) -> Evidence | None:
    """Paths without a frame: a mark, if they are of a mark's size and no outline."""
    seen = [p for p in pieces if is_visible(p) and not _is_border(p, cell, own)]
    box = hull(p.box for p in seen)
    if box is None:
        return None
    if all(is_bar(p) and p.box.side > 3 for p in seen):
        if own is not None and not box.touches(own):
            return None  # bits of a rule beside a box that speaks for itself
        return _unclear(box, "bars that are no box")
    if own is None and any(p.full >= FULL and not is_box_shaped(p.box) for p in seen):
        return _unclear(box, "a shape that is neither a box nor a mark")
    if own is None and is_crossed(paint(box, seen, 1.0)):
        return _unclear(box, "a cross without a box")
    outline = any(p.width and p.full >= FULL for p in seen)
    if 2.5 <= box.side <= 1.5 * LARGEST and not outline:
        return Evidence(KIND, Says.BARE, box, "a drawn mark without a box")
    return _unclear(box, "a path that is no mark")


def _is_border(p: Piece, cell: Box, own: Box | None) -> bool:
    """Whether the piece is a bit of the cell's own border, which runs through no box."""
    if not is_bar(p) or (own is not None and p.box.touches(_inside(own))):
        return False
    b = p.box
    tall, wide = b.height > 0.9 * cell.height, b.width > 0.9 * cell.width
    return tall or wide or not cell.grow(-BORDER).contains(b)


def _is_blank(frame: Box, pieces: Sequence[Piece]) -> bool:
    """Whether the middle of ``frame`` is paper."""
    ground, others = _ground(paint(frame, pieces))
    return others <= SPECK and lightness(ground) >= LIGHT


def _read_frame(frame: Box, pieces: Sequence[Piece]) -> Evidence:
    """What is seen on the frame, and whether it is all of what was painted there."""
    pieces = [p for p in _above_paper(pieces) if not is_other_frame(p, frame)]
    layers, marks, beside = _sorted(pieces, frame)
    cover = next((q for p in (*marks, *layers) if (q := cover_of(p, pieces, frame))), None)
    if cover is not None:
        if lightness(cover.color) < DARK:
            return _unclear(frame, "blacked out", "mark-cancelled")
        return _unclear(frame, "painted over", "readers-disagree")
    if beside:
        return _unclear(frame, "a mark beside the box", "mark-outside-box")
    if not marks and is_plain(layers, frame):
        return Evidence(KIND, Says.EMPTY, frame)
    ground, others = _ground(paint(frame, pieces, INSIDE if is_thin(layers, frame) else MIDDLE))
    shade = lightness(ground)
    if others >= MARK_SHARE or shade < DARK:
        return _marked(frame, marks)
    if others > SPECK or touched(marks, pieces, ground, frame):
        return _unclear(frame, "a speck or a stroke at the edge of the box")
    if shade < LIGHT:
        return _unclear(frame, "a box filled grey")
    return Evidence(KIND, Says.EMPTY, frame)


def _above_paper(pieces: Sequence[Piece]) -> list[Piece]:
    """Without the white that a page or a cell was laid out on, below all that is seen: it
    hides nothing, and a page's end cuts it anywhere."""
    first = min((p.seq for p in pieces if is_visible(p)), default=0)
    return [p for p in pieces if p.seq >= first]


def _sorted(pieces: Sequence[Piece], frame: Box) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """The layers of the frame, what lies on it, and what is seen beside it."""
    layers, marks, beside = [], [], []
    for p in pieces:
        if is_layer(p, frame):
            layers.append(p)
        elif p.box.touches(frame, -0.1):
            marks.append(p)
        elif is_visible(p) and not is_rim(p, frame):
            beside.append(p)
    return layers, marks, beside


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


def _ground(colors: Sequence[int]) -> tuple[int, float]:
    """The commonest colour, and the share of the grid that stands out from it."""
    counts = Counter(colors)
    ground = counts.most_common(1)[0][0]
    others = sum(n for c, n in counts.items() if contrast(c, ground) > VISIBLE)
    return ground, others / len(colors)
