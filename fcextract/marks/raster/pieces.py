"""What stands in the cells of a form: pieces of ink that end inside their cell, and which of
them look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from fcextract.marks.raster.ink import MM_PER_INCH, Floats, View

#: Heights of printed boxes in millimetres (1.6 is a 7 pt glyph's, 5.3 LibreOffice's), and their
#: widths as a share of the height: brackets stand closer, parentheses round four blanks (2.7) further
#: apart.
HEIGHT, WIDTH = (1.3, 6.5), (0.5, 3.0)
#: A tick that is printed without a box may be lower: a low letter's height of small type.
TICK = 0.9
#: A piece of fewer pixels is dust.
SPECK = 3
#: Rules reach into a cell by less than this share of its height.
INNER = 0.15
#: A box's sides lie in the outer shares of its width, and are inked along so much of the
#: middle of its height; its middle is lighter than the sides by this factor.
SIDE, ALONG, HOLLOW = 0.3, 0.75, 0.5
#: Outlines are the same where they differ by no more than this share, and these pixels.
SAME, PIXELS = 0.08, 1.1
#: So many cells and such a share of all show the form's box.
FEWEST, FEW = 3, 0.06
#: What surrounds a box is paper: so many pixels of it, which count for this much.
AROUND, PAPER = 2, 0.5
#: Pieces that correlate so well are one print; from the second on they are wherever they stand.
LIKE, ALIKE = 0.8, 0.88


#: What a cell shares with those above and below it, the surest first: whose column it is, then
#: whatever tells its place in the column (its page, where on the page its cells begin and end).
Column = tuple[int, ...]


class Shape(NamedTuple):
    """What many cells show alike: ``width`` and ``height`` in millimetres, and its ``ink`` at
    ``dpi``, :data:`AROUND` pixels of paper round it."""

    width: float
    height: float
    ink: Floats
    dpi: float

    @property
    def level(self) -> float:
        """The ink of its lines."""
        return float(np.median(self.ink[self.ink >= HOLLOW * self.ink.max()]))


class Piece(NamedTuple):
    """What stands in one cell, in pixels of its view, and which column that is in."""

    view: View
    column: Column
    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def pieces_of(
    views: Sequence[View], columns: Sequence[Column], limit: float, lowest: float = HEIGHT[0]
) -> list[Piece]:
    """What may be a box or a tick in each cell, of at least the ``lowest`` height."""
    found = (piece_of(v, c, limit, lowest) for v, c in zip(views, columns, strict=True))
    return [p for p in found if p is not None]


def piece_of(view: View, column: Column, limit: float, lowest: float = HEIGHT[0]) -> Piece | None:
    """What stands in a cell and ends in it, if it may be a box."""
    own = inner_pieces(view, limit)
    if not own:
        return None
    a, b = min(p[0] for p in own), min(p[1] for p in own)
    wide, high = max(p[2] for p in own) - a, max(p[3] for p in own) - b
    mm = MM_PER_INCH / view.dpi
    fits = lowest <= high * mm <= HEIGHT[1] and WIDTH[0] <= wide / high <= WIDTH[1]
    return Piece(view, column, a, b, wide, high) if fits and min(wide, high) >= 4 else None


def inner_pieces(view: View, limit: float) -> list[tuple[int, int, int, int]] | None:
    """The pieces of ink that end in a cell, as x0, y0, x1, y1; None where it is too small."""
    x0, y0, x1, y1 = view.cell
    h, w = view.ink.shape
    left, top = max(0, int(np.ceil(x0))), max(0, int(np.ceil(y0)))
    right, bottom = min(w, int(x1)), min(h, int(y1))
    dark = (view.ink[top:bottom, left:right] > limit).astype(np.uint8)
    if min(dark.shape, default=0) < 5:
        return None
    count, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    rows, cols = dark.shape
    return [
        (left + x, top + y, left + x + a, top + y + b)
        for x, y, a, b, area in stats[1:count].tolist()
        if area >= SPECK and x > 1 and y > 0 and x + a < cols - 1 and y + b < rows
    ]


def is_clean(view: View, limit: float) -> bool:
    """Whether nothing is in a cell: no piece of ink that ends in it, nor one that comes in from
    its edge further than rules do. A pen's tick crosses the rules, and is one piece with them."""
    pieces = inner_pieces(view, limit)
    if pieces is None or pieces:
        return False
    x0, y0, x1, y1 = view.cell
    edge = INNER * (y1 - y0)
    rows = slice(max(0, round(y0 + edge)), max(0, round(y1 - edge)))
    cols = slice(max(0, round(x0 + edge)), max(0, round(x1 - edge)))
    return int((view.ink[rows, cols] > limit).sum()) < SPECK


def is_hollow(p: Piece) -> bool:
    """Whether a piece has two sides and paper between them."""
    ink = p.view.ink[p.y : p.y + p.height, p.x : p.x + p.width]
    rows = slice(max(1, round(0.15 * p.height)), p.height - max(1, round(0.15 * p.height)))
    out = max(1, round(SIDE * p.width))
    left, right = ink[rows, :out].max(axis=1), ink[rows, -out:].max(axis=1)
    level = min(_ranked(left, 0.5), _ranked(right, 0.5))
    y, x = max(1, round(0.3 * p.height)), max(1, round(0.3 * p.width))
    middle = ink[y : p.height - y, x : p.width - x]
    if not middle.size or _ranked(middle, 0.8) > HOLLOW * level:
        return False
    return min(float((s > HOLLOW * level).mean()) for s in (left, right)) >= ALONG


def _ranked(values: Floats, share: float) -> float:
    """The value below which so large a share lies, of few values."""
    return float(np.sort(values, axis=None)[int(share * (values.size - 1))])


def alike(pieces: Sequence[Piece]) -> list[Piece]:
    """The largest number of pieces that may be boxes of one size."""
    return _same_size([p for p in pieces if is_hollow(p)])


def repeated(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that look like most others: the print of one tick."""
    same = _same_size(pieces)
    if len(same) < FEWEST:
        return []
    shape = shape_of(same)
    return [p for p in same if likeness(p, shape) >= LIKE]


def _same_size(pieces: Sequence[Piece]) -> list[Piece]:
    if not pieces:
        return []
    dpi = np.array([[p.view.dpi] for p in pieces])
    sizes = np.array([(p.width, p.height) for p in pieces]) / dpi
    slack = np.maximum(SAME * sizes, PIXELS / dpi)
    close = (np.abs(sizes[:, None] - sizes[None]) <= slack[:, None]).all(axis=2)
    own = np.flatnonzero(close[int(close.sum(axis=1).argmax())])
    return [pieces[i] for i in own.tolist()]


def likeness(p: Piece, shape: Shape) -> float:
    """How well a piece fits a shape, -1 to 1: their correlation, a pixel's shift allowed."""
    h, w = shape.ink.shape
    shown = _centred(p, shape.dpi, w + 2, h + 2)
    return float(cv2.matchTemplate(shown, shape.ink, cv2.TM_CCOEFF_NORMED).max())


def shape_of(pieces: Sequence[Piece]) -> Shape:
    """What pieces of one size look like on the whole."""
    sizes = np.array([(p.width / p.view.dpi, p.height / p.view.dpi) for p in pieces])
    width, height = (float(v) for v in np.median(sizes, axis=0) * MM_PER_INCH)
    dpi = float(np.median([p.view.dpi for p in pieces]))
    w, h = (max(4, round(v / MM_PER_INCH * dpi)) + 2 * AROUND for v in (width, height))
    shown = [_centred(p, dpi, w, h) for p in pieces]
    return Shape(width, height, np.asarray(np.median(shown, axis=0), np.float32), dpi)


def _centred(p: Piece, dpi: float, w: int, h: int) -> Floats:
    """(h, w): the ink round the middle of a piece, at ``dpi``."""
    zoom, (x, y) = dpi / p.view.dpi, p.centre
    m = np.array(
        [[zoom, 0, w / 2 - 0.5 - zoom * (x - 0.5)], [0, zoom, h / 2 - 0.5 - zoom * (y - 0.5)]]
    )
    return np.asarray(cv2.warpAffine(p.view.ink, m, (w, h), flags=cv2.INTER_LINEAR), np.float32)
