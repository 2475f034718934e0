"""The judge of marks on paper: cells in, readings out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.blank import Blank, bare, blank_of
from fcextract.marks.raster.decide import DIFFER, MARKED, TAKEN_BACK, decide
from fcextract.marks.raster.find import find_boxes
from fcextract.marks.raster.hands import centred, manner_of
from fcextract.marks.raster.ink import MM_PER_INCH, Floats, View, view_of
from fcextract.marks.raster.measure import Measures, measure
from fcextract.marks.raster.net import BLANK, Kind, classify, network_view, pictures
from fcextract.marks.raster.outline import Outline, outline_of, place
from fcextract.marks.raster.patches import FIRST, LAST, Patches, without_red
from fcextract.marks.raster.records import CellReading, Found, Mark, Rect
from fcextract.marks.raster.register import cut_patches
from fcextract.marks.raster.surround import Surround, goes_round, written_beside
from fcextract.records import CellImage, State

#: Ink is red where it is this much lighter in the red channel; grey ink is at most by the
#: fringes that scanners and JPEG make.
RED = 0.2
#: A hand writes red that has so many of its marks in red, and so many marks: a seal may lie over
#: most of a few.
REDS, ENOUGH = 0.8, 12
#: Where less than this of a frame is there, and less of its inside inked, nothing is.
BARE = 0.1
#: What fits the form's blank box so well, where boxes stand, is one.
PLACED = 0.42
#: Where nearly all cells show their box so, one that does not has been covered if so many pixels
#: are inked about its place, so far round it, in patch pixels.
MOST, TRACES = 0.85, (4, 8)
#: Round a box given by hand this much is looked at, in box sides: what a patch holds.
MARGIN = 1.0
#: A box of unknown scale is taken to be this wide, in inches: the usual 3.5 mm.
USUAL_SIDE = 3.5 / MM_PER_INCH


#: What is said of a cell in which no box is found.
NO_BOX = CellReading(State.MISSING, 0.0, code="box-missing", reason="no box in the cell")


#: Ink of a frame, on average over its rim, and so many ticks of a hand show that its cells are
#: those of the boxes: paper has up to 0.03 there, the palest frame seen 0.1.
FRAMED, PROOF = 0.06, 2
#: A hand's marks are hardly there where the judges differ on this share of its boxes, of
#: one-bit pixels or of others, and on so many of them.
SPECKS, FEW_SPECKS = (0.08, 0.3), 4
#: What is said of its boxes that show nothing.
FADED = "the hand's marks hardly show"


def judge_form(cells: Sequence[CellImage], hands: Sequence[int] | None = None) -> list[CellReading]:
    """Read the boxes of one form, all its cells together: they share a blank box.

    Cells may be of either column and any page; ``hands`` tells them apart by who marks them
    (without it, one hand marks all). A cell without a box reads ``missing``.
    """
    views = [view_of(c) for c in cells]
    columns = list(hands) if hands else [0] * len(cells)
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
    writers = np.array([columns[i] for i in known], np.intp)
    readings = _readings(patches, seen, writers, blank, outline is not None)
    readings = _proven(readings, patches, writers)
    shows = outline is not None and sum(f.worth >= PLACED for f in boxes) >= MOST * len(boxes)
    inked = _inked(patches, blank) & shows
    for i, box, reading, traces in zip(known, boxes, readings, inked, strict=True):
        out[i] = _trusted(reading, box, bool(traces))
    return _without_faded(out, any(c.bilevel for c in cells), columns)


def _proven(
    readings: Sequence[CellReading], patches: Patches, hands: NDArray[np.intp]
) -> list[CellReading]:
    """The readings without the empty ones that show no frame, of a hand that ticks nowhere:
    clean paper may be an empty cell, or a place beside the boxes."""
    ticks = Counter(
        h for h, r in zip(hands.tolist(), readings, strict=True) if r.state is State.CHECKED
    )
    rim = np.zeros(patches.ink.shape[1:], bool)
    rim[FIRST - 3 : LAST + 3, FIRST - 3 : LAST + 3] = True
    rim[FIRST + 3 : LAST - 3, FIRST + 3 : LAST - 3] = False
    framed = patches.ink[:, rim].mean(1) >= FRAMED
    return [
        _doubted(r, "no box is seen")
        if r.state is State.EMPTY and not f and ticks[h] < PROOF
        else r
        for r, f, h in zip(readings, framed, hands.tolist(), strict=True)
    ]


def _without_faded(
    readings: Sequence[CellReading], bilevel: bool, hands: Sequence[int]
) -> list[CellReading]:
    """The readings without the empty boxes of a hand whose marks the pixels hardly show:
    where many are only specks, others left none at all."""
    boxes = Counter(h for h, r in zip(hands, readings, strict=True) if r.box is not None)
    specks = Counter(h for h, r in zip(hands, readings, strict=True) if r.reason == DIFFER)
    share = SPECKS[0] if bilevel else SPECKS[1]
    faded = {h for h, n in specks.items() if n >= max(FEW_SPECKS, share * boxes[h])}
    return [
        _doubted(r, FADED) if h in faded and r.state is State.EMPTY else r
        for r, h in zip(readings, hands, strict=True)
    ]


def _inked(patches: Patches, blank: Blank) -> NDArray[np.bool_]:
    """(n,) whether anything is inked where the box stands or should stand."""
    part = slice(FIRST - TRACES[0], LAST + TRACES[0])
    dark = patches.ink[:, part, part] > blank.threshold
    return np.asarray(dark.sum(axis=(1, 2)) >= TRACES[1])


def _patches(
    cells: Sequence[CellImage],
    views: Sequence[View],
    boxes: Sequence[Found],
    outline: Outline | None,
) -> Patches:
    at = [_scaled(f.box, 1 / v.zoom) for f, v in zip(boxes, views, strict=True)]
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


def _trusted(reading: CellReading, box: Found, traces: bool) -> CellReading:
    """What can be said of a box that was found. Of the place of one that was not made out: that
    ink covers it, or that there is none; of one that is like no other, that it may be type.
    ``traces`` says that nearly all cells show their box, and that there is ink where this one
    does not: what covers a box takes back its mark."""
    if box.seen:
        alone = box.alone and reading.state is State.CHECKED
        return _doubted(reading, "no other box like it") if alone else reading
    if traces and (reading.state is not State.UNCERTAIN or reading.fill_score < BARE):
        code, reason = TAKEN_BACK
        return _doubted(reading, reason)._replace(code=code)
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
    ink, cold = network_view(patches.ink), network_view(patches.cold)
    shown = pictures(ink, cold, np.zeros(1, np.intp), blanks=False)
    # Its own frame, paper inside, is what its form's blank box looks like.
    shown[..., BLANK] = network_view(blank.explained[None])
    kinds = classify(shown)[0]
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
    patches: Patches,
    views: Sequence[View],
    hands: NDArray[np.intp],
    blank: Blank,
    blanks: bool,
) -> list[CellReading]:
    """``blanks`` says that the form shows what its blank box looks like."""
    ink = network_view(patches.ink)
    cold = network_view(patches.cold)
    first = _once(patches, views, hands, blank, pictures(ink, cold, hands, blanks))
    under = [k for k, r in enumerate(first) if _under_red(r, patches.ink[k], patches.cold[k])]
    if under:
        # What a seal or a red pen hides may be a mark in another ink, which settles it; that
        # nothing else is there settles nothing, for the red may be the mark.
        grey = without_red(ink, cold)
        shown = pictures(grey, grey, hands, blanks)[under]
        again = _once(
            patches.without_red(under), [views[k] for k in under], hands[under], blank, shown
        )
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
    patches: Patches,
    views: Sequence[View],
    hands: NDArray[np.intp],
    blank: Blank,
    shown: Floats,
) -> list[CellReading]:
    around = [Surround(v, blank.threshold) for v in views]
    boxes = [_scaled(tuple(b), v.zoom) for v, b in zip(views, patches.boxes.tolist(), strict=True)]
    measures = [
        m._replace(ringed=m.ringed or goes_round(s, box))
        for m, s, box in zip(measure(patches, blank), around, boxes, strict=True)
    ]
    measures = centred(measures, hands)
    manner = manner_of(measures, classify(shown), hands)
    red = np.array([_is_red(i, c) for i, c in zip(patches.ink, patches.cold, strict=True)])
    out = []
    for k, (m, box) in enumerate(zip(measures, boxes, strict=True)):
        # What stands beside a mark is no matter.
        asked = m.score < MARKED
        beside = written_beside(around[k], box) / (box[2] - box[0]) if asked else 0.0
        dots = bool(manner.dots[k]), bool(manner.dots[hands == hands[k]].any())
        reading = _reading(patches, k, m, beside, manner.kinds[k], dots)
        if reading.state is State.CHECKED:
            own = red[manner.marked & (hands == hands[k])]
            why = _doubt(m, own) if red[k] else ""
            why = why or ("a mark much smaller than the others" if manner.slight[k] else "")
            why = why or ("a box much blacker than the others" if manner.black[k] else "")
            reading = _doubted(reading, why) if why else reading
        out.append(reading)
    return out


def _doubt(measures: Measures, others: NDArray[np.bool_]) -> str:
    """Why a red mark may be a seal's: it goes on beyond the cell, or its hand does not write
    red for sure (``others`` tells which of all its marks are red)."""
    if measures.leaves:
        return "red ink that goes on beyond the cell"
    usual = len(others) >= ENOUGH and others.mean() >= REDS
    return "" if usual else "red ink where the other marks are not red"


def _doubted(reading: CellReading, reason: str) -> CellReading:
    return reading._replace(
        state=State.UNCERTAIN, confidence=0.0, code="box-uncertain", reason=reason
    )


def _reading(
    patches: Patches,
    k: int,
    measures: Measures,
    beside: float,
    kinds: NDArray[np.floating],
    dots: tuple[bool, bool] = (False, False),
) -> CellReading:
    x0, y0, x1, y1 = (float(v) for v in patches.boxes[k])
    word = decide(measures, float(patches.residual[k]), beside, kinds, *dots)
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
