"""The blank box of the form: what its frame looks like, and how quiet its paper is.

Estimated from all patches of one form without asking which of them are ticked: a frame is
what the sides of most boxes share, or, where it is no square, what the boxes with least ink
inside look like; and a box's inside is blank paper by definition.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.context import quietest
from fcextract.marks.raster.ink import Floats
from fcextract.marks.raster.patches import FAINTEST, FIRST, LAST, PATCH, SIDE, Patches

#: A frame is looked at from this far outside its outer edge to this far inside, in patch
#: pixels; its darkest lies within BODY of the edge.
OUTER, INNER, BODY = 4, 9, 5
#: Along a side, this quantile of the ink at one depth is the frame's: strokes that cross
#: the side cover less than the rest.
ALONG = 0.3
#: A frame ends where its ink has fallen to this share of its darkest, and takes up no more
#: than this of the box on each side, in patch pixels: the rest is inside.
ENDS, WIDEST = 0.25, 4
#: The width of a frame of which nothing is seen, because every box is filled.
UNSEEN = 3
#: Boxes may be tinted (form fields are), all alike and evenly: at most this dark, and even
#: to this standard deviation. A quarter of the boxes must be as light.
TINT, EVEN = 0.35, 0.03
#: A frame that is no square's has this share of its darkest ink.
HALF = 0.5
#: What is surely inside a box.
MIDDLE = slice(FIRST + SIDE // 3, LAST - SIDE // 3)
#: Fewer boxes than this cannot show what is usual.
QUORUM = 8
#: Ink is what is darker than this over its surroundings; on noisy paper, than 1.5 times
#: the noise (its 95th percentile) and a margin; never asked to be darker than the last.
LEAST_INK, NOISE_FACTOR, NOISE_MARGIN, MOST_INK = 0.10, 1.5, 0.05, 0.30
#: Of normal noise the 95th percentile lies so many times as far above the median as the 75th.
NORMAL = 2.44
#: A frame is at least so dark, and darker than the noise: the palest frames that programs print
#: (light grey lines a pixel wide) have 0.05 to 0.1, clean scans of blank paper up to 0.02.
PALEST = 0.035
#: The noise that this share of the patches do not have.
QUIETER = 0.3
#: In a one-bit picture ink is black: a third of black tells its strokes from lone dots that
#: resampling has spread.
BILEVEL_INK = 0.35


class Blank(NamedTuple):
    """``frame`` is the frame's darkest ink and ``width`` its width in patch pixels;
    ``explained`` (PATCH, PATCH) what ink a blank box may show at each pixel; ``threshold``
    how much more than that is a mark's. ``inset`` is how deep in patch pixels, from the
    outer edge, the inside begins; ``sides`` (PATCH, PATCH) says where the frame lies that is no
    square's, and is None for squares; ``faintest`` is the least ink that a frame may have."""

    frame: float
    width: int
    tint: float
    explained: Floats
    threshold: float
    inset: int
    sides: NDArray[np.bool_] | None = None
    faintest: float = FAINTEST


def blank_of(patches: Patches, bilevel: bool, square: bool = True) -> Blank:
    """The form's blank box, with four sides where it is ``square``."""
    noise = 0.0 if bilevel else _paper_noise(patches)
    threshold = _threshold(noise, bilevel)
    blank = _square(patches, threshold) if square else _shaped(patches, threshold)
    faintest = FAINTEST if bilevel else min(FAINTEST, max(PALEST, NOISE_FACTOR * noise))
    return blank._replace(faintest=faintest)


def bare(patches: Patches, bilevel: bool, level: float) -> Blank:
    """The blank box of a form that prints none: paper. ``level`` is the ink of its ticks."""
    threshold = _threshold(0.0 if bilevel else _paper_noise(patches), bilevel)
    paper = np.zeros((PATCH, PATCH), np.float32)
    return Blank(level, UNSEEN, 0.0, paper, threshold, UNSEEN, paper > 0)


def _shaped(patches: Patches, threshold: float) -> Blank:
    """The blank box by what the boxes with least ink inside look like."""
    usual = np.median(patches.ink[_quietest(patches.ink)], axis=0).astype(np.float32)
    box = usual[FIRST - OUTER : LAST + OUTER, :]
    frame = float(np.quantile(box[box > HALF * box.max()], 0.5))
    sides = np.array(usual > HALF * frame, bool)
    sides[: FIRST - OUTER] = sides[LAST + OUTER :] = False
    explained = np.asarray(cv2.dilate(usual, np.ones((3, 3), np.uint8)), np.float32)
    return Blank(frame, UNSEEN, 0.0, explained, threshold, 1, sides)


def _quietest(ink: Floats) -> NDArray[np.intp]:
    """Which patches (n, PATCH, PATCH) are of blank boxes, if any are."""
    return quietest(ink[:, MIDDLE, MIDDLE].mean(axis=(1, 2)))


def _square(patches: Patches, threshold: float) -> Blank:
    ink = patches.ink[_quietest(patches.ink)] if len(patches.ink) >= QUORUM else patches.ink
    sides = side_profiles(ink).reshape(-1, OUTER + INNER)
    usual = np.median(sides, axis=0)
    frame = float(usual[OUTER : OUTER + BODY].max())
    width = _width(usual[OUTER:])
    tint = _tint(patches.ink, width + 2)
    # A pixel is left to the frame's blur and one to what registration misses.
    inset = width + 2
    return Blank(frame, width, tint, _explained(usual, inset, tint), threshold, inset)


def side_profiles(ink: Floats) -> Floats:
    """(n, 4, OUTER + INNER): the ink of each side by depth, from outside in."""
    lo, hi, a, b = FIRST + 4, LAST - 4, FIRST - OUTER, FIRST + INNER
    flipped = ink[:, ::-1, ::-1]
    strips = np.stack(
        [
            ink[:, a:b, lo:hi],
            flipped[:, a:b, lo:hi],
            ink[:, lo:hi, a:b].transpose(0, 2, 1),
            flipped[:, lo:hi, a:b].transpose(0, 2, 1),
        ],
        axis=1,
    )
    rank = int(ALONG * (strips.shape[3] - 1))
    return np.partition(strips, rank, axis=3)[:, :, :, rank]


def _width(profile: NDArray[np.floating]) -> int:
    at = int(profile[:BODY].argmax())
    low = np.flatnonzero(profile[at:] < ENDS * profile[at])
    return min(at + int(low[0]), WIDEST) if low.size else UNSEEN


def _explained(usual: NDArray[np.floating], inset: int, tint: float) -> Floats:
    """The ink of the frame: the sides' usual profile, laid round a square as far as the frame
    goes; at the corners both sides add."""
    out, into = usual[:OUTER], usual[OUTER : OUTER + inset + 2]
    profile = np.concatenate([out, into]).astype(np.float32)
    # Inwards of its darkest a frame only gets lighter; what rises again is a mark.
    at = OUTER + int(into.argmax()) if into.argmax() < BODY else OUTER
    profile[at:] = np.minimum.accumulate(profile[at:])
    line = np.zeros(PATCH, np.float32)
    line[FIRST - OUTER : FIRST + inset + 2] = profile
    line[LAST - inset - 2 : LAST + OUTER] = profile[::-1]
    along = np.zeros(PATCH, np.float32)
    along[FIRST - OUTER : LAST + OUTER] = 1.0
    frame = np.minimum(np.outer(line, along) + np.outer(along, line), 1.0)
    frame[FIRST:LAST, FIRST:LAST] = np.maximum(frame[FIRST:LAST, FIRST:LAST], tint)
    return np.asarray(frame, np.float32)


def _tint(ink: Floats, inset: int) -> float:
    """The ink that the insides of the lightest quarter of the boxes have all over."""
    if len(ink) < QUORUM:
        return 0.0
    inside = ink[:, FIRST + inset : LAST - inset, FIRST + inset : LAST - inset]
    means, spreads = inside.mean(axis=(1, 2)), inside.std(axis=(1, 2))
    order = means.argsort()[: max(QUORUM // 4, len(ink) // 4)]
    level = float(np.median(means[order]))
    even = float(np.median(spreads[order])) <= EVEN
    return level if FAINTEST < level <= TINT and even else 0.0


def _threshold(noise: float, bilevel: bool) -> float:
    """What is darker than the ``noise`` of the paper round the boxes."""
    if bilevel:
        return BILEVEL_INK
    return float(np.clip(NOISE_FACTOR * noise + NOISE_MARGIN, LEAST_INK, MOST_INK))


def _paper_noise(patches: Patches) -> float:
    """How dark the noise of the paper round the boxes is."""
    some = slice(None, None, max(1, len(patches.ink) // 60))
    quiet = [
        ink[_quiet(cell)] for ink, cell in zip(patches.ink[some], patches.cells[some], strict=True)
    ]
    # Marks reach into most patches of some forms: noise is what the quieter ones show.
    levels = [_noise(values) for values in quiet if values.size]
    return float(np.quantile(levels, QUIETER)) if levels else 0.0


def _noise(ink: NDArray[np.floating]) -> float:
    """The 95th percentile of the noise of paper with ``ink``: strokes of large marks cover up to a
    quarter of what is shown of it, which the upper quartile does not see."""
    half, most, nearly = (float(v) for v in np.quantile(ink, (0.5, 0.75, 0.95)))
    return min(nearly, half + NORMAL * (most - half))


def _quiet(cell: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(PATCH, PATCH): the paper between the box and the cell's edges, a margin left to both."""
    margin, near = 4, SIDE // 8
    x0, y0, x1, y1 = (int(np.clip(v, 0, PATCH)) for v in cell)
    mask = np.zeros((PATCH, PATCH), bool)
    mask[y0 + margin : max(0, y1 - margin), x0 + margin : max(0, x1 - margin)] = True
    mask[FIRST - near : LAST + near, FIRST - near : LAST + near] = False
    return mask
