"""Writing in the columns beside the boxes, where no rules part them.

Lines of type and of handwriting go on to the edge of what is shown of a cell; marks do not.
Where such lines begin is much the same in many rows of a form: what lies beyond is the next
column's, and what lies nearer to the box is looked at, be it joined to a line or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.ink import MM_PER_INCH
from fcextract.marks.raster.records import Rect
from fcextract.marks.raster.surround import Surround

Mask = NDArray[np.bool_]

#: The gaps of a line of writing are at most so wide, in box sides.
GAP = 0.6
#: So many lines that begin within so many millimetres show where a column begins; a line may
#: begin nearer by the last.
LINES, SAME, EARLY = 3, 0.5, 0.3
#: Elsewhere a line has so many pieces, and begins where the cell ends.
PIECES = 3


class _Line(NamedTuple):
    """Writing at one side of a cell: its pixels, how far from the box it begins, in
    millimetres, and of how many pieces it is."""

    ink: Mask
    begins: float
    pieces: int


def without_writing(
    around: Sequence[Surround],
    boxes: Sequence[Rect],
    dpis: Sequence[float],
    hands: NDArray[np.intp],
) -> list[Mask]:
    """What is dark round each box (pixels of its view) but the writing of the columns beside
    it; ``hands`` (n,) tells which column each is in."""
    out = [s.dark.copy() for s in around]
    for left in (True, False):
        lines = [
            _line(s, b, dpi, left) for s, b, dpi in zip(around, boxes, dpis, strict=True)
        ]
        for hand in np.unique(hands):
            own = np.flatnonzero(hands == hand).tolist()
            begins = _beginning([line.begins for k in own if (line := lines[k]) is not None])
            for k in own:
                if (line := lines[k]) is not None:
                    per_mm = dpis[k] / MM_PER_INCH
                    _clear(out[k], line, around[k], boxes[k], per_mm, left, begins)
    return out


def _clear(
    dark: Mask,
    line: _Line,
    surround: Surround,
    box: Rect,
    per_mm: float,
    left: bool,
    begins: float | None,
) -> None:
    """Blank ``line`` in ``dark`` as far as it is beyond where writing begins."""
    x0, _, x1, _ = surround.cell
    if begins is not None:
        away = (begins - EARLY) * per_mm
    elif line.pieces >= PIECES:
        away = box[0] - x0 if left else x1 - box[2]
    else:
        return
    ink = line.ink.copy()
    if left:
        ink[:, max(0, int(box[0] - away)) :] = False
    else:
        ink[:, : max(0, int(np.ceil(box[2] + away)))] = False
    dark &= ~ink


def _line(surround: Surround, box: Rect, dpi: float, left: bool) -> _Line | None:
    """The writing that goes on beyond one side of what is shown; None where rules part the cell
    from it, or there is none."""
    if surround.rules[0 if left else 2]:
        return None
    _, y0, _, y1 = surround.cell
    band = np.zeros_like(surround.dark)
    band[y0:y1] = surround.without_rules()[y0:y1]
    gap = max(1, round(GAP * (box[2] - box[0])))
    joined = cv2.dilate(band.astype(np.uint8), np.ones((1, gap), np.uint8))
    _, labels = cv2.connectedComponents(joined, connectivity=8)
    edge = labels[:, :gap] if left else labels[:, -gap:]
    own = np.isin(labels, np.setdiff1d(edge, (0,))) & band
    columns = np.flatnonzero(own.any(axis=0))
    if not len(columns):
        return None
    away = box[0] - columns[-1] if left else columns[0] - box[2]
    pieces = cv2.connectedComponents(own.astype(np.uint8), connectivity=8)[0] - 1
    return _Line(own, float(away) / dpi * MM_PER_INCH, pieces)


def _beginning(begins: Sequence[float]) -> float | None:
    """The least of the places that several lines share; None where none is."""
    ordered = sorted(begins)
    pairs = zip(ordered, ordered[LINES - 1 :], strict=False)
    return next((a for a, b in pairs if b - a <= SAME), None)
