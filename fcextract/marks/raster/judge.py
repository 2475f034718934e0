"""The judge of marks on paper: cells in, readings out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.blank import Blank, bare, blank_of
from fcextract.marks.raster.decide import TAKEN_BACK
from fcextract.marks.raster.find import find_boxes
from fcextract.marks.raster.heard import reading_of, readings_of
from fcextract.marks.raster.ink import MM_PER_INCH, View, view_of
from fcextract.marks.raster.measure import measure
from fcextract.marks.raster.net import BLANK, Kind, kinds_of, network_view, pictures
from fcextract.marks.raster.outline import Outline, outline_of, place
from fcextract.marks.raster.patches import Patches
from fcextract.marks.raster.pieces import Column
from fcextract.marks.raster.records import NO_BOX, CellReading, Found, Mark, Rect
from fcextract.marks.raster.register import cut_patches
from fcextract.marks.raster.scene import scaled
from fcextract.marks.raster.trust import (
    PLACED,
    covered_frames,
    proven,
    traces,
    trusted,
    with_spots,
    without_faded,
    without_few,
    without_odd,
    without_quarrel,
)
from fcextract.records import CellImage, State

#: Round a box given by hand this much is looked at, in box sides: what a patch holds.
MARGIN = 1.0
#: A box of unknown scale is taken to be this wide, in inches: the usual 3.5 mm.
USUAL_SIDE = 3.5 / MM_PER_INCH


def judge_form(
    cells: Sequence[CellImage], columns: Sequence[Column] | None = None
) -> list[CellReading]:
    """Read the boxes of one form, all its cells together: they share a blank box.

    Cells may be of either column and any page; ``columns`` tells them apart, first by the hand
    that marks them (without it, one marks all). A cell without a box reads ``missing``.
    """
    views = [view_of(c) for c in cells]
    columns = columns or [(0,)] * len(cells)
    hands = [c[0] for c in columns]
    outline = outline_of(views, columns)
    found = (
        [place(v, c, outline) for v, c in zip(views, columns, strict=True)]
        if outline is not None
        else find_boxes(views)
    )
    known = [i for i, f in enumerate(found) if f is not None]
    out = [NO_BOX] * len(views)
    if not known:
        return out
    boxes = [f for f in found if f is not None]
    held = [cells[i] for i in known]
    seen = [views[i] for i in known]
    patches = _patches(held, seen, boxes, outline)
    blank = _blank(patches, all(c.bilevel for c in cells), outline)
    writers = np.array([hands[i] for i in known], np.intp)
    frames = outline.frames if outline is not None else 1.0
    readings = readings_of(patches, seen, writers, blank, outline is not None, frames)
    readings = without_odd(proven(readings, patches, writers), patches, writers)
    if not any(c.bilevel for c in cells):
        readings = with_spots(readings, patches, blank)
    covered = traces(patches, blank, boxes) if outline is not None else np.zeros(len(boxes), bool)
    for i, box, reading, ink in zip(known, boxes, readings, covered.tolist(), strict=True):
        out[i] = trusted(reading, box, ink)
    for k in np.flatnonzero(covered_frames(patches)).tolist():
        i = known[k]
        if out[i].state in (State.EMPTY, State.UNCERTAIN):
            out[i] = out[i].doubted(TAKEN_BACK[1], TAKEN_BACK[0])
    out = without_few(without_faded(out, any(c.bilevel for c in cells), hands), hands)
    return without_quarrel(out, hands)


def _patches(
    cells: Sequence[CellImage],
    views: Sequence[View],
    boxes: Sequence[Found],
    outline: Outline | None,
) -> Patches:
    at = [scaled(f.box, 1 / v.zoom) for f, v in zip(boxes, views, strict=True)]
    if outline is None:
        return cut_patches(cells, views, at)
    if outline.blank is None:
        known = np.ones(len(boxes), bool)
        return cut_patches(cells, views, at, known=known, square=False)
    known = np.array([f.printed for f in boxes])
    level = outline.blank.level
    placed = np.array([f.worth >= PLACED for f in boxes])
    return cut_patches(
        cells, views, at, known=known, placed=placed, square=outline.square, level=level
    )


def _blank(patches: Patches, bilevel: bool, outline: Outline | None) -> Blank:
    if outline is not None and outline.blank is None and outline.ticked is not None:
        return bare(patches, bilevel, outline.ticked.level)
    return blank_of(patches, bilevel, outline is None or outline.square)


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
    ink, cold = network_view(patches.ink), network_view(patches.cold)
    shown = pictures(ink, cold, np.zeros(1, np.intp), blanks=False)
    # Its own frame, paper inside, is what its form's blank box looks like.
    shown[..., BLANK] = network_view(blank.explained[None])
    kinds = kinds_of(shown)[0]
    kinds[Kind.EMPTY] += kinds[Kind.OUTSIDE]
    kinds[Kind.OUTSIDE] = 0.0
    measures = measure(patches, blank)[0]
    # Nothing tells how its hand ticks: what goes on beyond what is looked at may be a line.
    measures = measures._replace(lone=measures.ends > 0)
    reading = reading_of(patches, 0, measures, 0.0, kinds)
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
