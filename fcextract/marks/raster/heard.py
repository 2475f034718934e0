"""Both judges heard on all boxes of a form: measures and network, hand by hand."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.added import ADDED
from fcextract.marks.raster.blank import Blank
from fcextract.marks.raster.decide import ALIKE, MARKED, TAKEN_BACK, decide, is_as_its_hand
from fcextract.marks.raster.hands import Manner, centred, manner_of
from fcextract.marks.raster.ink import Floats, View
from fcextract.marks.raster.measure import Measures, measure
from fcextract.marks.raster.net import Kind, kinds_of, network_view, pictures
from fcextract.marks.raster.patches import PATCH, RED, Patches, in_patches, without_red
from fcextract.marks.raster.records import CellReading
from fcextract.marks.raster.scene import Scene, scenes_of
from fcextract.marks.raster.strokes import ends
from fcextract.marks.raster.surround import apart, goes_round, stacked, written_beside
from fcextract.marks.raster.trust import SEVERAL
from fcextract.records import State

#: A hand writes red that has so many of its marks in red, and so many marks: a seal may lie over
#: most of a few.
REDS, ENOUGH = 0.8, 12
#: Where large pieces of ink lie about a mark that are none of it, as a seal's do, the network must
#: not find it likelier than this that it is none, of marks unlike its hand's and of others: of
#: marks beside a neighbour's tail it is sure.
AMONG = 0.02, 0.15
#: All that a patch shows: x0, y0, x1, y1.
WHOLE = 1, 1, PATCH - 1, PATCH - 1
#: Writing is blanked with so much of its blur, in patch pixels.
BLUR = 2


def readings_of(
    patches: Patches,
    views: Sequence[View],
    hands: NDArray[np.intp],
    blank: Blank,
    blanks: bool,
    wide: float,
) -> list[CellReading]:
    """``blanks`` says that the form shows what its blank box looks like, ``wide`` how many times
    as wide as a patch's box its frames are."""
    scenes = scenes_of(views, patches.boxes, hands, blank, wide)
    # The next column's writing is no matter of the box's: the network is not shown it.
    writing = _writing(scenes)
    ink = network_view(np.where(writing, np.float32(0.0), patches.ink))
    cold = network_view(np.where(writing, np.float32(0.0), patches.cold))
    red = patches.red
    first = _once(patches, scenes, hands, blank, pictures(ink, cold, hands, blanks), red)
    under = [k for k, r in enumerate(first) if red[k] and _is_open(r, patches, k)]
    if under:
        # What a seal or a red pen hides may be a mark in another ink, which settles it; that
        # nothing else is there settles nothing, for the red may be the mark.
        grey = without_red(ink, cold)
        shown = pictures(grey, grey, hands, blanks)[under]
        grey_patches = patches.without_red(under)
        seen = [scenes[k] for k in under]
        none = np.zeros(len(under), bool)
        again = _once(grey_patches, seen, hands[under], blank, shown, none, bared=True)
        for k, reading in zip(under, again, strict=True):
            if reading.state is State.CHECKED:
                first[k] = reading
    return first


def _writing(scenes: Sequence[Scene]) -> NDArray[np.bool_]:
    """(n, PATCH, PATCH) where the columns beside have written."""
    masks = [s.writing for s in scenes]
    boxes = [np.array(s.box) for s in scenes]
    shown = in_patches([m.astype(np.float32) for m in masks], boxes)
    near = np.ones((2 * BLUR + 1, 2 * BLUR + 1), np.uint8)
    return np.stack([cv2.dilate((m > 0.2).astype(np.uint8), near) > 0 for m in shown])


def _is_open(reading: CellReading, patches: Patches, k: int) -> bool:
    """Whether a reading is in doubt that ink of another colour may settle: what red ink strikes
    through is not, unless that goes on beyond all that is looked at, as a seal does."""
    if reading.state is not State.UNCERTAIN:
        return False
    if reading.code != TAKEN_BACK[0]:
        return True
    ys, xs = np.nonzero(patches.ink[k] - patches.cold[k] >= RED)
    return reading.kind == Kind.CHECKED.name.lower() and ends(xs, ys, WHOLE) > 1


def _once(
    patches: Patches,
    scenes: Sequence[Scene],
    hands: NDArray[np.intp],
    blank: Blank,
    shown: Floats,
    red: NDArray[np.bool_],
    bared: bool = False,
) -> list[CellReading]:
    """``red`` (n,) tells which boxes have red ink; ``bared`` says that it was taken off, so that
    what lies about them may be that."""
    measures = [
        m if m.ringed or not goes_round(s.around, s.box) else m._replace(ringed=True, pieced=True)
        for m, s in zip(measure(patches, blank), scenes, strict=True)
    ]
    measures = centred(measures, hands)
    manner = manner_of(measures, kinds_of(shown), hands)
    out = []
    for k, (m, scene) in enumerate(zip(measures, scenes, strict=True)):
        # What stands beside a mark is no matter.
        beside = _beside(scene) if m.score < MARKED else 0.0
        dots = bool(manner.dots[k]), bool(manner.dots[hands == hands[k]].any())
        reading = reading_of(patches, k, m, beside, manner.kinds[k], dots)
        if reading.state is State.CHECKED:
            own = red[manner.marked & (hands == hands[k])]
            why = _doubt(m, own) if red[k] else ""
            why = why or ("a mark much smaller than the others" if manner.slight[k] else "")
            if not why and not bared and _is_among_others(m, manner, k, scene):
                why = "ink of something else about the box"
            reading = reading.doubted(why) if why else reading
            if manner.black[k]:
                reading = reading.doubted("a box much blacker than the others", TAKEN_BACK[0])
        if reading.state is not State.UNCERTAIN and stacked(scene.around, scene.frame):
            reading = reading.doubted(SEVERAL)
        out.append(reading)
    return out


def _beside(scene: Scene) -> float:
    """How long the longest piece of ink beside a box is, in its sides."""
    found = written_beside(scene.around, scene.dark, scene.frame)
    return found / (scene.frame[3] - scene.frame[1])


def _is_among_others(m: Measures, manner: Manner, k: int, scene: Scene) -> bool:
    """Whether large pieces of other ink lie about a mark that the network is not sure of."""
    if m.ringed and not m.pieced and m.score < MARKED:
        return False
    doubt = 1.0 - manner.kinds[k, Kind.CHECKED]
    unsure = bool(doubt > AMONG[is_as_its_hand(m)])
    return unsure and apart(scene.around, scene.dark, scene.frame)


def _doubt(measures: Measures, others: NDArray[np.bool_]) -> str:
    """Why a red mark may be a seal's: its hand does not write red for sure (``others`` tells which
    of all its marks are red), or it goes on beyond the cell and is not as its marks are."""
    if not (len(others) >= ENOUGH and others.mean() >= REDS):
        return "red ink where the other marks are not red"
    usual = ALIKE[0] <= measures.more <= ADDED
    return "red ink that goes on beyond the cell" if measures.leaves and not usual else ""


def reading_of(
    patches: Patches,
    k: int,
    measures: Measures,
    beside: float,
    kinds: NDArray[np.floating],
    dots: tuple[bool, bool] = (False, False),
) -> CellReading:
    """Both judges' word on box ``k``; see :func:`fcextract.marks.raster.decide.decide`."""
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
        word.differ,
    )
