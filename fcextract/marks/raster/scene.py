"""A box with what stands about it: the cell as far as it is shown, and whose its ink is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.blank import Blank
from fcextract.marks.raster.ink import View
from fcextract.marks.raster.records import Rect
from fcextract.marks.raster.surround import Surround, surrounds
from fcextract.marks.raster.writing import without_writing

#: Beside the box, what is paler than this share of the frame is print of the back of the sheet (a
#: fifth of it and less), not a pen's (pencil at 150 dpi: half of it).
PALE = 0.25


class Scene(NamedTuple):
    """``around`` is the cell; ``dark`` is what is inked there but the writing of the columns beside
    it; ``box`` is what a patch shows as the box, ``frame`` the printed one (pixels of the view)."""

    around: Surround
    dark: NDArray[np.bool_]
    box: Rect
    frame: Rect

    @property
    def writing(self) -> NDArray[np.bool_]:
        """Where the columns beside have written."""
        return np.asarray(self.around.dark & ~self.dark)


def scenes_of(
    views: Sequence[View],
    boxes: NDArray[np.float64],
    hands: NDArray[np.intp],
    blank: Blank,
    wide: float,
) -> list[Scene]:
    """The surroundings of all ``boxes`` (n, 4, in pixels of the crops); ``wide`` is how many times
    as wide as these the frames are."""
    at = [scaled(tuple(b), v.zoom) for v, b in zip(views, boxes.tolist(), strict=True)]
    # Brackets may stand wider apart than they are high; they are nothing beside the box.
    frames = [_widened(b, wide) for b in at]
    around = surrounds(views, max(blank.threshold, PALE * blank.frame), hands, frames)
    dark = without_writing(around, frames, [v.dpi for v in views], hands)
    return [Scene(*parts) for parts in zip(around, dark, at, frames, strict=True)]


def _widened(box: Rect, by: float) -> Rect:
    x0, y0, x1, y1 = box
    more = (by - 1.0) * (x1 - x0) / 2
    return x0 - more, y0, x1 + more, y1


def scaled(box: Rect, by: float) -> Rect:
    """``box`` in pixels ``by`` times as many."""
    x0, y0, x1, y1 = box
    return x0 * by, y0 * by, x1 * by, y1 * by
