"""The blank box of the form: what its frame looks like, and how quiet its paper is.

Estimated from all patches of one form without asking which of them are ticked: a frame is
what the sides of most boxes share, and a box's inside is blank paper by definition.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.ink import Floats
from fcextract.marks.raster.patches import FAINTEST, FIRST, LAST, PATCH, SIDE, Patches

#: Depths, in patch pixels inwards of the outer edge, over which a frame is looked at.
DEPTH = 9
#: Along a side, this quantile of the ink at one depth is the frame's: strokes that cross
#: the side cover less than the rest.
ALONG = 0.3
#: A frame ends where its ink has fallen to this share of its darkest.
ENDS = 0.25
#: The width of a frame of which nothing is seen, because every box is filled.
UNSEEN = 3
#: Boxes may be tinted (form fields are), all alike and evenly: at most this dark, and even
#: to this standard deviation. A quarter of the boxes must be as light.
TINT, EVEN = 0.35, 0.03
#: Fewer boxes than this cannot show what is usual.
QUORUM = 8
#: Ink is what is darker than this over its surroundings; on noisy paper, than 1.5 times
#: the noise (its 95th percentile) and a margin; never asked to be darker than the last.
LEAST_INK, NOISE_FACTOR, NOISE_MARGIN, MOST_INK = 0.10, 1.5, 0.05, 0.30
#: In a one-bit picture ink is black: half of black tells its strokes from lone dots that
#: resampling has spread.
BILEVEL_INK = 0.35


class Blank(NamedTuple):
    """``frame`` is the frame's darkest ink, ``width`` its width in patch pixels, ``tint``
    the ink of the blank inside, ``threshold`` what counts as ink above that."""

    frame: float
    width: int
    tint: float
    threshold: float

    @property
    def inset(self) -> int:
        """How deep in patch pixels, from the outer edge, the inside begins: a pixel is left
        to the blur of the frame and one to what registration misses."""
        return self.width + 2


def blank_of(patches: Patches, bilevel: bool) -> Blank:
    """The form's blank box."""
    profile = side_profiles(patches.ink)  # (n, 4, DEPTH)
    usual = np.median(profile.reshape(-1, DEPTH), axis=0)
    frame = float(usual[: DEPTH // 2 + 1].max())
    width = _width(usual)
    tint = _tint(patches.ink, width + 2)
    threshold = BILEVEL_INK if bilevel else _threshold(patches)
    return Blank(frame, width, tint, threshold)


def side_profiles(ink: Floats) -> Floats:
    """(n, 4, DEPTH): the ink of each side (top, bottom, left, right) by depth inwards."""
    lo, hi = FIRST + 4, LAST - 4
    strips = np.stack(
        [
            ink[:, FIRST : FIRST + DEPTH, lo:hi],
            ink[:, LAST - DEPTH : LAST, lo:hi][:, ::-1],
            ink[:, lo:hi, FIRST : FIRST + DEPTH].transpose(0, 2, 1),
            ink[:, lo:hi, LAST - DEPTH : LAST][:, :, ::-1].transpose(0, 2, 1),
        ],
        axis=1,
    )
    rank = int(ALONG * (strips.shape[3] - 1))
    return np.partition(strips, rank, axis=3)[:, :, :, rank]


def _width(profile: NDArray[np.floating]) -> int:
    at = int(profile[: DEPTH // 2 + 1].argmax())
    low = np.flatnonzero(profile[at:] < ENDS * profile[at])
    return at + int(low[0]) if low.size else UNSEEN


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


def _threshold(patches: Patches) -> float:
    """What is darker than the noise of the paper round the boxes."""
    some = slice(None, None, max(1, len(patches.ink) // 60))
    quiet = [
        ink[_quiet(cell)].ravel()
        for ink, cell in zip(patches.ink[some], patches.cells[some], strict=True)
    ]
    values = np.concatenate(quiet)
    noise = float(np.quantile(values, 0.95)) if values.size else 0.0
    return float(np.clip(NOISE_FACTOR * noise + NOISE_MARGIN, LEAST_INK, MOST_INK))


def _quiet(cell: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(PATCH, PATCH): the paper between the box and the cell's edges, a margin left to both."""
    x0, y0, x1, y1 = (int(np.clip(v, -PATCH, 2 * PATCH)) for v in cell)
    mask = np.zeros((PATCH, PATCH), bool)
    margin = 4
    mask[max(0, y0 + margin) : max(0, y1 - margin), max(0, x0 + margin) : max(0, x1 - margin)] = (
        True
    )
    near = SIDE // 8
    mask[FIRST - near : LAST + near, FIRST - near : LAST + near] = False
    return mask
