"""The judge of marks on paper: cells in, readings out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.blank import Blank, blank_of
from fcextract.marks.raster.decide import decide
from fcextract.marks.raster.find import Rect, find_boxes
from fcextract.marks.raster.hands import manner_of
from fcextract.marks.raster.ink import Floats, View, view_of
from fcextract.marks.raster.measure import Measures, measure
from fcextract.marks.raster.net import Kind, classify
from fcextract.marks.raster.patches import FIRST, LAST, Patches, cut_patches
from fcextract.marks.raster.records import CellReading, Mark
from fcextract.marks.raster.surround import written_beside
from fcextract.records import CellImage, State

#: Ink is red where it is this much lighter in the red channel; grey ink is at most by the
#: fringes that scanners and JPEG make.
RED = 0.2
#: Where less than this of a frame is there, and less of its inside inked, nothing is.
BARE = 0.1
#: Round a box given by hand this much is looked at, in box sides: what a patch holds.
MARGIN = 1.0
#: A box of unknown scale is taken to be this wide, in inches: the usual 3.5 mm.
USUAL_SIDE = 3.5 / 25.4


#: What is said of a cell in which no box is found.
NO_BOX = CellReading(State.MISSING, 0.0, code="box-missing", reason="no box in the cell")


def judge_form(cells: Sequence[CellImage], hands: Sequence[int] | None = None) -> list[CellReading]:
    """Read the boxes of one form, all its cells together: they share a blank box.

    Cells may be of either column and any page; ``hands`` tells them apart by who marks them
    (without it, one hand marks all). A cell without a box reads ``missing``.
    """
    views = [view_of(c) for c in cells]
    found = find_boxes(views)
    known = [(i, f) for i, f in enumerate(found) if f is not None]
    out = [NO_BOX] * len(views)
    if not known:
        return out
    boxes = [_scaled(f.box, 1 / views[i].zoom) for i, f in known]
    patches = cut_patches([cells[i] for i, _ in known], [views[i] for i, _ in known], boxes)
    bilevel = all(c.bilevel for c in cells)
    writers = np.array([hands[i] if hands else 0 for i, _ in known], np.intp)
    readings = _readings(patches, [views[i] for i, _ in known], writers, bilevel)
    for (i, box), reading in zip(known, readings, strict=True):
        out[i] = reading if box.seen else _unseen(reading)
    return out


def _unseen(reading: CellReading) -> CellReading:
    """What can be said of the place of a box that was not made out: that ink covers it, or
    that there is none."""
    if reading.match_score < BARE and reading.fill_score < BARE:
        return NO_BOX
    if reading.state is State.UNCERTAIN:
        return reading
    return _doubted(reading, "the box is not seen")


def read_mark(image: NDArray[np.uint8], box: Sequence[float]) -> Mark:
    """Tell whether one printed check box is marked.

    Args:
        image: grey (h, w) or BGR (h, w, 3), 0 black.
        box: ``(x0, y0, x1, y1)``, the outer edges of the printed box in pixels.

    Returns:
        ``state`` (``checked``, ``empty`` or ``uncertain``), ``confidence`` and
        ``fill_score``, the inked share of the box's inside.

    The same judge as reads whole forms, without a blank box of the form to compare with, and
    without a cell: ink beside the box is no business of its.

    Example:
        >>> import numpy as np
        >>> page = np.full((80, 80), 255, np.uint8)
        >>> page[28:52, 28:52] = 0  # a frame of two pixels ...
        >>> page[30:50, 30:50] = 255  # ... and blank paper inside
        >>> str(read_mark(page, (28, 28, 52, 52)).state)
        'empty'
    """
    cell, at = _cell_round(image, box)
    view = view_of(cell)
    patches = cut_patches([cell], [view], [at])
    blank = blank_of(patches, bool(np.isin(cell.grey, (0, 255)).all()))
    kinds = classify(_untinted(patches, blank))[0]
    kinds[Kind.EMPTY] += kinds[Kind.OUTSIDE]
    kinds[Kind.OUTSIDE] = 0.0
    reading = _reading(patches, 0, measure(patches, blank)[0], 0.0, kinds)
    return Mark(reading.state, reading.confidence, reading.fill_score)


def _cell_round(image: NDArray[Any], box: Sequence[float]) -> tuple[CellImage, Rect]:
    """The surroundings of ``box`` as if they were its cell, and the box in them."""
    pixels = np.asarray(image)
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or pixels.shape[2:] not in ((), (3,)):
        raise ValueError("image must be an array of uint8, (h, w) or (h, w, 3)")
    x0, y0, x1, y1 = (float(v) for v in box)
    side = max(x1 - x0, y1 - y0)
    h, w = pixels.shape[:2]
    if min(x1 - x0, y1 - y0) < 4 or x0 < 0 or y0 < 0 or x1 > w or y1 > h:
        raise ValueError("box must lie in the image and be at least 4 pixels wide and high")
    left, top = max(0, int(x0 - MARGIN * side)), max(0, int(y0 - MARGIN * side))
    right, bottom = min(w, int(x1 + MARGIN * side) + 1), min(h, int(y1 + MARGIN * side) + 1)
    crop = np.ascontiguousarray(pixels[top:bottom, left:right])
    grey = crop if crop.ndim == 2 else cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    cell = (0.0, 0.0, float(right - left), float(bottom - top))
    dpi = side / USUAL_SIDE
    image_of = CellImage(
        np.asarray(grey, np.uint8), crop if crop.ndim == 3 else None, cell, dpi, False
    )
    return image_of, (x0 - left, y0 - top, x1 - left, y1 - top)


def _readings(
    patches: Patches, views: Sequence[View], hands: NDArray[np.intp], bilevel: bool
) -> list[CellReading]:
    blank = blank_of(patches, bilevel)
    first = _once(patches, views, hands, blank)
    under = [k for k, r in enumerate(first) if _under_red(r, patches.ink[k], patches.cold[k])]
    if under:
        # What a seal or a red pen hides may be a mark in another ink, which settles it; that
        # nothing else is there settles nothing, for the red may be the mark.
        again = _once(patches.without_red(under), [views[k] for k in under], hands[under], blank)
        for k, reading in zip(under, again, strict=True):
            if reading.state is State.CHECKED:
                first[k] = reading
    return first


def _under_red(reading: CellReading, ink: Floats, cold: Floats) -> bool:
    """Whether a reading is in doubt, and red ink is about that other inks can be told from."""
    doubted = reading.state is State.UNCERTAIN and reading.code != "mark-cancelled"
    return doubted and _is_red(ink, cold)


def _is_red(ink: Floats, cold: Floats) -> bool:
    """Whether there is red ink in the box."""
    inside = slice(FIRST, LAST)
    return bool((ink - cold)[inside, inside].max() >= RED)


def _once(
    patches: Patches, views: Sequence[View], hands: NDArray[np.intp], blank: Blank
) -> list[CellReading]:
    measures = measure(patches, blank)
    manner = manner_of(measures, classify(_untinted(patches, blank)), hands)
    out = []
    for k, (view, m) in enumerate(zip(views, measures, strict=True)):
        beside = _beside(view, patches.boxes[k], blank)
        reading = _reading(patches, k, m, beside, manner.kinds[k])
        if reading.state is State.CHECKED and m.leaves and _is_red(patches.ink[k], patches.cold[k]):
            # A red stroke that goes on into the next cell is a seal's as likely as a pen's.
            reading = _doubted(reading, "red ink that goes on beyond the cell")
        if reading.state is State.CHECKED and manner.slight[k]:
            reading = _doubted(reading, "a mark much smaller than the others")
        if reading.state is State.CHECKED and manner.black[k]:
            reading = _doubted(reading, "a box much blacker than the others")
        out.append(reading)
    return out


def _doubted(reading: CellReading, reason: str) -> CellReading:
    return reading._replace(
        state=State.UNCERTAIN, confidence=0.0, code="box-uncertain", reason=reason
    )


def _untinted(patches: Patches, blank: Blank) -> Floats:
    """The patches' ink without the tint that the form's boxes have all over."""
    return np.maximum(patches.ink - blank.tinted, 0.0) if blank.tint else patches.ink


def _beside(view: View, box: NDArray[np.float64], blank: Blank) -> float:
    """The longest piece of ink in the cell beside the box, in box sides."""
    x0, y0, x1, y1 = (float(v) for v in box * view.zoom)
    return written_beside(view, (x0, y0, x1, y1), blank.threshold) / (x1 - x0)


def _reading(
    patches: Patches,
    k: int,
    measures: Measures,
    beside: float,
    kinds: NDArray[np.floating],
) -> CellReading:
    x0, y0, x1, y1 = (float(v) for v in patches.boxes[k])
    word = decide(measures, float(patches.residual[k]), beside, kinds)
    return CellReading(
        word.state,
        word.confidence,
        (x0, y0, x1, y1),
        word.code,
        word.reason,
        measures.fill,
        measures.match,
        measures.score,
        Kind(int(kinds.argmax())).name.lower(),
        float(kinds.max()),
    )


def _scaled(box: Rect, by: float) -> Rect:
    x0, y0, x1, y1 = box
    return x0 * by, y0 * by, x1 * by, y1 * by
