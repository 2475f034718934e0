"""Where in its cell the printed box stands, on forms none of whose cells shows a blank one.

A box is four sides of one square, each darker than the paper just outside it: that holds
for an empty frame and for a filled one alike. Sizes are tried over the whole range on a
sample of cells; the form's own size, and its place in the cell, then guide every search.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.habit import SAME_PLACE, Habit, habit_of, offsets
from fcextract.marks.raster.ink import MM_PER_INCH, Floats, View
from fcextract.marks.raster.pieces import inner_pieces
from fcextract.marks.raster.records import Found, Rect

#: The sides of boxes seen in print, in millimetres: 1.6 (a 7 pt glyph) to 5.3 (LibreOffice),
#: with a scale of 90 to 105 % to spare.
ANY = ((1.4, 6.0),)
#: A side is compared with the paper this many pixels (0.5 mm) further out.
OUT = 2
#: Ink above the first share of black counts no more: a light frame is as good as a black
#: one. Less than the second is the grain of paper and of JPEG.
ENOUGH, GRAIN = 0.22, 0.05
#: What ink one pixel off a side's line is worth: sides may lean, but the true line is best.
LEAN = 0.8
#: How many cells of a form are searched for boxes of any size.
SAMPLE = 24
#: A square whose sides are inked all along is worth 1. A worth below the first is no box;
#: the second makes a box count for the form's usual size and place.
LEAST, SURE = 0.3, 0.55
#: Boxes of one form differ in size by less than this share of it.
SAME = 0.08
#: How far from the usual place a box may stand, in millimetres: cells are registered to less.
NEAR = 1.2
#: Squares whose worth differs by less are equally good.
EQUAL = 0.02
#: A square this much larger than another, with the same middle to a share of its side, and
#: worth as much as this, is a frame round it, be the frame ever so light.
FRAMES, CONCENTRIC, FRAMED = 1.25, 0.15, 0.53
#: Glyphs of empty and of ticked boxes differ in size by less than this.
TWICE = 1.4
#: Squares of sizes between the two are worth less than the frame by this.
DIP = 0.1
#: This share of the boxes that are surely seen, and three, make a size of the form.
FEW = 0.12
#: Ink this close to the cell's edge, in pixels, may be its rules: worth this share as a side.
EDGE, RULED = 1, 0.4
#: Inside a box, so much of its side from its edges, paper shows: ink less than the second over
#: the third share at least.
RIM, PAPER, OPEN = 0.25, 0.15, 0.15
#: So many of the cells show filled boxes of one size, where no box is open.
STEADY = 0.7
#: A box elsewhere must be worth this much more than what stands at the usual place.
MORE = 0.25
#: What is darker is ink, this far round a box is its own, as a share of its side, and of the ink
#: of the quietest fourth of the cells boxes hold this much.
INKED, ROUND, QUIET, HELD = 0.13, 0.2, 4, 0.65


class Usual(NamedTuple):
    """The form's usual boxes: their sides in millimetres (a ticked glyph may come from another
    font than the empty one), and where they stand along x and y."""

    sides: tuple[float, ...]
    across: Habit
    down: Habit


def find_boxes(views: Sequence[View]) -> list[Found | None]:
    """The printed box of every cell, all of about one size where the form shows its size."""
    sample = views[:: max(1, len(views) // SAMPLE)]
    found = [search(v, v.cell, ANY) for v in sample]
    sure = [(v, f) for v, f in zip(sample, found, strict=True) if f and f.worth >= SURE]
    # Blots differ in size; what is dark all over and as large in nearly all cells is a filled box.
    steady = len(sure) >= STEADY * len(sample)
    usual = _usual([(v, f) for v, f in sure if _is_open(v, f)]) or (
        _usual(sure) if steady else None
    )
    if usual is None:
        squares = (search(v, v.cell, ANY) for v in views)
        boxes = [f and f._replace(alone=True) for f in squares]
    else:
        boxes = [_at_home(v, usual) for v in views]
    return boxes if _hold_ink(views, boxes) else [None] * len(views)


def _hold_ink(views: Sequence[View], found: Sequence[Found | None]) -> bool:
    """Whether what was found are boxes: where a cell holds least, it holds its box and hardly
    anything apart from it. Of a pair of brackets that stand far apart, one alone may look like a
    small box with the end of a tick in it, and of a choice's two boxes either for the only one."""
    shares = []
    for view, f in zip(views, found, strict=True):
        if f is None:
            continue
        more = ROUND * f.side
        x0, y0, x1, y1 = (max(0, round(v)) for v in np.add(f.box, (-more, -more, more, more)))
        dark = view.ink > INKED
        own = int(dark[y0:y1, x0:x1].sum())
        apart = [
            int(dark[b:d, a:c].sum())
            for a, b, c, d in inner_pieces(view, INKED) or ()
            if c <= x0 or a >= x1 or d <= y0 or b >= y1
        ]
        a, b, c, d = (max(0, round(v)) for v in view.cell)
        edge = round(RIM * (d - b))
        shares.append((int(dark[b + edge : d - edge, a + edge : c - edge].sum()),
                       own / max(1, own + sum(apart))))  # fmt: skip
    quiet = sorted(shares)[: max(3, len(shares) // QUIET)]
    return not quiet or float(np.median([share for _, share in quiet])) >= HELD


def _is_open(view: View, found: Found) -> bool:
    """Whether paper shows inside a square: the blot of a brush has dark edges too."""
    x0, y0, x1, y1 = (round(v) for v in found.box)
    edge = max(1, round(RIM * found.side))
    inner = view.ink[y0 + edge : y1 - edge, x0 + edge : x1 - edge]
    return bool(inner.size) and float((inner < PAPER).mean()) >= OPEN


def _at_home(view: View, usual: Usual) -> Found | None:
    """The box at the form's usual place, or one as usual in size elsewhere in the cell; where
    neither is seen, the place where it should be."""
    x, y = usual.across.expected(view, 0), usual.down.expected(view, 1)
    per_mm = view.dpi / MM_PER_INCH
    reach = (NEAR + max(usual.sides) / 2) * per_mm
    sizes = [(side * (1 - SAME), side * (1 + SAME)) for side in sorted(usual.sides)]
    seen = scan(view, (x - reach, y - reach, x + reach, y + reach), sizes)
    here: Found | None = None
    for smallest, largest in sizes:
        like = [f for f in seen if int(smallest * per_mm) <= f.side <= np.ceil(largest * per_mm)]
        found = _best(like)
        if found is None:
            continue
        if here is None or found.worth > here.worth + EQUAL:
            here = found
        elif found.side >= TWICE * here.side and found.worth >= max(SURE, here.worth - MORE):
            here = found  # what was smaller is in the box, or between its sides and a mark
    if here is not None and here.worth >= SURE:
        return here
    there = search(view, view.cell, sizes)
    if there is not None and there.worth >= max(SURE, here.worth + MORE if here else 0.0):
        return there
    if here is not None:
        return here
    half = usual.sides[0] / 2 * per_mm
    return Found((x - half, y - half, x + half, y + half), 0.0, seen=False)


def search(view: View, within: Rect, sizes: Sequence[tuple[float, float]]) -> Found | None:
    """The square of most worth inside ``within`` and the cell (pixels of the view), its side
    in one of ``sizes`` (from, to, in millimetres); None where nothing looks like a box."""
    return _best(scan(view, within, sizes))


def scan(view: View, within: Rect, sizes: Sequence[tuple[float, float]]) -> list[Found]:
    """Of every side in ``sizes`` the square of most worth; see :func:`search`."""
    x0, y0, x1, y1 = view.cell
    h, w = view.ink.shape
    # A registration error of a pixel must not cost a box its side.
    left, top = (max(0, int(max(a, b)) - 1) for a, b in ((x0, within[0]), (y0, within[1])))
    right = min(w, int(np.ceil(min(x1, within[2]))) + 1)
    bottom = min(h, int(np.ceil(min(y1, within[3]))) + 1)
    if right - left < 2 * OUT or bottom - top < 2 * OUT:
        return []
    sides = _sides(view, left, top, right, bottom)
    _doubt_rules(sides, x0 - left, y0 - top, x1 - left, y1 - top)
    per_mm = view.dpi / MM_PER_INCH
    pixels = {k for a, b in sizes for k in range(int(a * per_mm), int(np.ceil(b * per_mm)) + 1)}
    found: list[Found] = []
    for side in sorted(pixels):
        worth = _worth(sides, max(6, side))
        if worth.size == 0:
            break
        y, x = divmod(int(worth.argmax()), worth.shape[1])
        box = (left + x, top + y, left + x + side, top + y + side)
        found.append(Found(box, float(worth[y, x])))
    return found


def _best(found: Sequence[Found]) -> Found | None:
    """The worthiest of squares of growing size; a frame rather than what stands in it."""
    if not found:
        return None
    worth = np.array([f.worth for f in found])
    at = int(np.argmax(worth >= worth.max() - EQUAL))
    for k in range(len(found) - 1, at, -1):
        large = found[k]
        if (
            _frames(large, found[at])
            and worth[at:k].min() < large.worth - DIP  # a square of its own, not a halo
        ):
            at = k
            break
    return found[at] if worth[at] >= LEAST else None


def _frames(large: Found, small: Found) -> bool:
    """Whether ``large`` may be a frame round ``small``."""
    (x, y), (u, v) = small.centre, large.centre
    return (
        large.side >= FRAMES * small.side
        and large.worth >= FRAMED
        and max(abs(x - u), abs(y - v)) <= CONCENTRIC * large.side
    )


def _sides(view: View, left: int, top: int, right: int, bottom: int) -> tuple[Floats, ...]:
    """Top, bottom, left and right: how surely a side of that kind passes each pixel of the
    part of the view that is given, 0 to 1."""
    inner = view.ink[top:bottom, left:right]
    # The cell's rules are not the ground that a box next to them stands out from.
    x0, y0, x1, y1 = view.cell
    ground = np.zeros_like(view.ink)
    within = slice(round(y0) + EDGE, round(y1) - EDGE), slice(round(x0) + EDGE, round(x1) - EDGE)
    ground[within] = view.ink[within]
    padded = cv2.copyMakeBorder(ground, OUT, OUT, OUT, OUT, cv2.BORDER_CONSTANT, value=0)
    part = padded[top : bottom + 2 * OUT, left : right + 2 * OUT]
    beyond = (
        part[: -2 * OUT, OUT:-OUT],
        part[2 * OUT :, OUT:-OUT],
        part[OUT:-OUT, : -2 * OUT],
        part[OUT:-OUT, 2 * OUT :],
    )
    upright, flat = np.ones((3, 1), np.uint8), np.ones((1, 3), np.uint8)
    lean = (upright, upright, flat, flat)
    scale = 1 / (ENOUGH - GRAIN)
    inner = (inner - GRAIN) * scale
    steps = [np.clip(inner - scale * b, 0.0, 1.0) for b in beyond]
    return tuple(
        np.maximum(s, LEAN * np.asarray(cv2.dilate(s, k))) for s, k in zip(steps, lean, strict=True)
    )


def _doubt_rules(sides: tuple[Floats, ...], x0: float, y0: float, x1: float, y1: float) -> None:
    """Let a side that may be the cell's own rule count for less."""
    top, bottom, left, right = sides
    top[: max(0, int(y0 + EDGE + 1))] *= RULED
    bottom[max(0, int(y1 - EDGE)) :] *= RULED
    left[:, : max(0, int(x0 + EDGE + 1))] *= RULED
    right[:, max(0, int(x1 - EDGE)) :] *= RULED


def _worth(sides: tuple[Floats, ...], side: int) -> NDArray[np.float32]:
    """The worth of the square with its top left corner at each pixel."""
    # Corners may be round, so that the middle four fifths of a side speak.
    run = max(3, round(0.8 * side))
    skip, far = (side - run) // 2, side - 1
    h, w = sides[0].shape
    rows, cols = h - far, w - far
    if rows <= 0 or cols <= 0:
        return np.zeros((0, 0), np.float32)
    t, b = (cv2.boxFilter(m, -1, (run, 1), anchor=(0, 0)) for m in sides[:2])
    le, r = (cv2.boxFilter(m, -1, (1, run), anchor=(0, 0)) for m in sides[2:])
    top, bottom = t[:rows, skip : skip + cols], b[far : far + rows, skip : skip + cols]
    left, right = le[skip : skip + rows, :cols], r[skip : skip + rows, far : far + cols]
    least = np.minimum(np.minimum(top, bottom), np.minimum(left, right))
    return np.asarray(0.1 * (top + bottom + left + right) + 0.6 * least, np.float32)


def _usual(sure: Sequence[tuple[View, Found]]) -> Usual | None:
    """What the boxes that are surely seen have in common; None for fewer than three."""
    if len(sure) < 3:
        return None
    sizes = np.array([f.side / v.dpi * MM_PER_INCH for v, f in sure])
    places = [np.array([offsets(f.centre[k], v, k) for v, f in sure]) for k in (0, 1)]
    groups = _groups(sizes)
    across, down = (habit_of(p[groups[0]]) for p in places)
    sides: list[float] = []
    for group in groups:
        # Other sizes stand in the same place; what marks and frames form stands anywhere.
        off = np.maximum(
            *(
                abs(p[group][:, h.anchor] - h.off)
                for p, h in zip(places, (across, down), strict=True)
            )
        )
        if not sides or np.quantile(off, 0.8) * MM_PER_INCH <= SAME_PLACE:
            sides.append(float(np.median(sizes[group])))
    return Usual(tuple(sides), across, down)


def _groups(values: NDArray[np.floating]) -> list[NDArray[np.intp]]:
    """Which values are close to one another, the largest group first."""
    out: list[NDArray[np.intp]] = []
    few, left = max(3.0, FEW * len(values)), np.arange(len(values))
    while len(left):
        rest = values[left]
        close = np.abs(rest[:, None] - rest[None, :]) <= SAME * np.abs(rest[:, None])
        group = left[close[int(close.sum(axis=1).argmax())]]
        if out and len(group) < few:
            break
        out.append(group)
        middle = np.median(values[group])
        left = left[np.abs(rest - middle) > 1.5 * SAME * middle]
    return out
