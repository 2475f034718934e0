"""Writing in the columns beside the boxes, where no rules part them.

Lines of type and of handwriting go on to the edge of what is shown of a cell, or are of several
pieces; marks are not. Where such lines begin is much the same in many rows of a form: what lies
beyond is the next column's, and what lies nearer to the box is looked at, be it joined to a line
or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.ink import MM_PER_INCH
from fcextract.marks.raster.records import Rect
from fcextract.marks.raster.surround import NEAR, Surround

Mask = NDArray[np.bool_]

#: The gaps of a line of writing are at most so wide, in box sides.
GAP = 0.6
#: So many lines that begin within so many millimetres show where a column begins; a line may
#: begin nearer by the last.
LINES, SAME, EARLY = 3, 0.5, 0.3
#: A line that ends within what is shown has so many pieces as high as that, in box sides, or is
#: so many times as wide as it is high, and that high; so is one that begins where its cell ends.
PIECES, HIGH, WIDE = 3, 0.35, (1.8, 0.6)


class _Line(NamedTuple):
    """Writing at one side of a cell: its pixels, how far from the box it begins, in
    millimetres, and whether one of its lines is shown as a line."""

    ink: Mask
    begins: float
    whole: bool


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
        lines = [_line(s, b, dpi, left) for s, b, dpi in zip(around, boxes, dpis, strict=True)]
        every = _beginning([line.begins for line in lines if line is not None])
        for hand in np.unique(hands):
            own = np.flatnonzero(hands == hand).tolist()
            here = [line.begins for k in own if (line := lines[k]) is not None]
            # Of a column with few lines the other tells where they begin, if they do.
            shared = every is not None and any(0 <= b - every <= SAME for b in here)
            begins = _beginning(here) or (every if shared else None)
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
    elif line.whole:
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
    """The writing at one side of a box; None where rules part the cell from the next column, or
    there is none."""
    if surround.rules[0 if left else 2]:
        return None
    _, y0, _, y1 = surround.cell
    side = box[3] - box[1]
    part = slice(0, max(0, int(box[0]))) if left else slice(int(np.ceil(box[2])), None)
    band = np.zeros_like(surround.dark)
    band[y0:y1, part] = surround.without_rules()[y0:y1, part]
    gap = max(1, round(GAP * side))
    joined = cv2.dilate(band.astype(np.uint8), np.ones((1, gap), np.uint8))
    count, labels = cv2.connectedComponents(joined, connectivity=8)
    whole = _is_line(band, labels, count, side)
    lines = whole.copy()
    lines[np.unique(labels[:, :gap] if left else labels[:, -gap:])] = True
    lines[0] = False
    own = lines[labels] & band
    columns = np.flatnonzero(own.any(axis=0))
    if not len(columns):
        return None
    away = float(box[0] - columns[-1] if left else columns[0] - box[2])
    if away < NEAR * side:
        return None  # what reaches the box may be its mark
    return _Line(own, away / dpi * MM_PER_INCH, bool(whole[lines].any()))


def _is_line(band: Mask, labels: NDArray[Any], count: int, side: float) -> NDArray[np.bool_]:
    """(count,) which of the ``labels`` is a line of writing, as far as it is shown."""
    found, _, stats, _ = cv2.connectedComponentsWithStats(band.astype(np.uint8), connectivity=8)
    boxes: dict[int, list[tuple[int, int, int, int]]] = {}
    for x, y, w, h, _ in stats[1:found].tolist():
        row, column = np.argwhere(band[y : y + h, x : x + w])[0]
        boxes.setdefault(int(labels[y + row, x + column]), []).append((x, y, x + w, y + h))
    out = np.zeros(count, np.bool_)
    for label, own in boxes.items():
        (a, b), (c, d) = np.min(own, axis=0)[:2], np.max(own, axis=0)[2:]
        long = c - a >= WIDE[0] * (d - b) and d - b >= WIDE[1] * side
        out[label] = long or sum(q - y >= HIGH * side for _, y, _, q in own) >= PIECES
    return out


def _beginning(begins: Sequence[float]) -> float | None:
    """The least of the places that several lines share; None where none is."""
    ordered = sorted(begins)
    pairs = zip(ordered, ordered[LINES - 1 :], strict=False)
    return next((a for a, b in pairs if b - a <= SAME), None)
