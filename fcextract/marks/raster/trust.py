"""What the other boxes of a form say against the reading of one: whether its frame and its hand's
marks show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.blank import Blank
from fcextract.marks.raster.decide import DOT_INSIDE, FRAMELESS, NEITHER, TAKEN_BACK
from fcextract.marks.raster.hands import SOME
from fcextract.marks.raster.ink import Floats
from fcextract.marks.raster.patches import FIRST, LAST, Patches, square
from fcextract.marks.raster.records import NO_BOX, CellReading, Found
from fcextract.records import State

#: Where less than this of a frame is there, and less of its inside inked, nothing is.
BARE = 0.1
#: What fits the form's blank box so well, where boxes stand, is one.
PLACED = 0.42
#: Where nearly all cells show their box so, one that does not has been covered if so many pixels
#: are inked about its place, so far round it, in patch pixels.
MOST, TRACES = 0.85, (4, 8)
#: Ink of a frame, on average over its rim, and so many ticks of a hand show that its cells are
#: those of the boxes: paper has up to 0.03 there, the palest frame seen 0.1. The rim reaches so
#: far both ways from the outer edge, in patch pixels.
FRAMED, PROOF, RIM = 0.06, 2, 3
#: So does a thin pale frame of which so much is there, pixel by pixel: noise of paper that is as
#: dark in places is nowhere dark all along four sides.
WHOLE = 0.7
#: Frames are alike where all but the first share of them have the second share of the usual ink;
#: one that has less than the last is covered (the fluid of the mill's papers leaves 0.2).
EVEN, COVERED = (0.07, 0.8), 0.5
#: A hand's marks are hardly there where the judges differ on, or only traces are in, this share of its boxes, of
#: one-bit pixels or of others, and on so many of them.
SPECKS, FEW_SPECKS = (0.08, 0.3), 4
#: What has this score shows, whatever else is in doubt about it.
PLAIN = 0.2
#: Marks of which specks are left are in doubt for these reasons too.
TRACES_OF = (DOT_INSIDE, NEITHER)
#: So many, and so many for each sure mark, and traces are most of what there is of a hand: a
#: one-bit scanner that cuts off a pen's pale lines leaves specks of half of its ticks, and of
#: others none.
ONLY = 6, 0.5
#: What is said of its boxes that show nothing.
FADED = "the hand's marks hardly show"
#: Where the judges differ on this share of a hand's boxes, and on so many, they look at something
#: else than its boxes, and agree by chance: 0.17 seen on a damaged page, 0.3 where each box was
#: looked for half its side away.
QUARREL, FEWEST_QUARRELS = 0.22, 10
#: What is said of a box that is not the only one in its cell.
SEVERAL = "more than one box in the cell"
#: What is said of all its boxes then.
AT_ODDS = "the two judges differ on too many boxes"
#: A spot is looked for so far from the frame, and is at least so wide, in patch pixels; so many
#: empty boxes show what they are like, and it is darker than they are by so much ink and so many
#: of their spreads. Of 15,000 blank boxes of the mill's papers 29 have such spots, of the marks
#: under fluid that measure blank eight in nine.
SPOT, SPOTLESS, PALEST_SPOT, SPREADS = (2, 5), 20, 0.02, 5.0
#: Marks are printed where so many look alike: of each hand's but this share correlate so well with
#: their median about the box (on the mill's papers printed ticks to 0.93 and more, the most even
#: pen's to 0.9). Then one that does so less than the last is none of them: of the printed 0.87
#: and more do, a seal's rim in an empty box has 0.7.
PRINTS, PRINTED, ODD = 6, (0.2, 0.93), 0.8
LOOK = slice(FIRST - 4, LAST + 4)


def proven(
    readings: Sequence[CellReading], patches: Patches, hands: NDArray[np.intp]
) -> list[CellReading]:
    """The readings without the empty ones that show no frame, of a hand that ticks nowhere:
    clean paper may be an empty cell, or a place beside the boxes."""
    ticks = Counter(
        h for h, r in zip(hands.tolist(), readings, strict=True) if r.state is State.CHECKED
    )
    framed = patches.ink[:, square(RIM) & ~square(-RIM)].mean(1) >= FRAMED
    framed |= np.array([r.match_score >= WHOLE for r in readings]) & ~patches.printed
    return [
        r.doubted("no box is seen") if r.state is State.EMPTY and not f and ticks[h] < PROOF else r
        for r, f, h in zip(readings, framed, hands.tolist(), strict=True)
    ]


def without_faded(
    readings: Sequence[CellReading], bilevel: bool, hands: Sequence[int]
) -> list[CellReading]:
    """The readings without the empty boxes of a hand whose marks the pixels hardly show:
    where many are only specks, others left none at all."""
    share = SPECKS[0] if bilevel else SPECKS[1]
    faint = [
        r._replace(differ=(r.differ and r.mark_score < PLAIN) or r.reason in TRACES_OF)
        for r in readings
    ]
    faded = _at_odds(faint, hands, share, FEW_SPECKS)
    sure = Counter(h for h, r in zip(hands, readings, strict=True) if r.state is State.CHECKED)
    traces_of = Counter(h for h, r in zip(hands, faint, strict=True) if r.differ)
    faded |= {h for h, n in traces_of.items() if n >= max(ONLY[0], ONLY[1] * sure[h])}
    return [
        r.doubted(FADED) if h in faded and r.state is State.EMPTY else r
        for r, h in zip(readings, hands, strict=True)
    ]


def without_few(readings: Sequence[CellReading], hands: Sequence[int]) -> list[CellReading]:
    """The readings without the few marks of a hand that took back as many: among them one that was
    blacked out looks like a tick of a hand that fills its boxes, and nothing tells how it ticks."""
    sure = Counter(h for h, r in zip(hands, readings, strict=True) if r.state is State.CHECKED)
    back = Counter(h for h, r in zip(hands, readings, strict=True) if r.code == TAKEN_BACK[0])
    few = {h for h, n in sure.items() if n < SOME and back[h] >= n}
    return [
        r.doubted(TAKEN_BACK[1], TAKEN_BACK[0]) if h in few and r.state is State.CHECKED else r
        for r, h in zip(readings, hands, strict=True)
    ]


def without_quarrel(readings: Sequence[CellReading], hands: Sequence[int]) -> list[CellReading]:
    """The readings without those of a hand on whose boxes the two judges differ too often for
    their agreement to mean much."""
    at_odds = _at_odds(readings, hands, QUARREL, FEWEST_QUARRELS)
    sure = (State.CHECKED, State.EMPTY)
    return [
        r.doubted(AT_ODDS) if h in at_odds and r.state in sure else r
        for r, h in zip(readings, hands, strict=True)
    ]


def without_odd(
    readings: Sequence[CellReading], patches: Patches, hands: NDArray[np.intp]
) -> list[CellReading]:
    """The readings without the marks that look like no other, where a hand's all look alike as only
    print does: a seal, a stain or a stroke among printed ticks. Those of a hand with few are
    compared with all of the form."""
    out = list(readings)
    ticked = np.array([r.state is State.CHECKED for r in readings])
    for hand in np.unique(hands):
        own = ticked & (hands == hand)
        like = own if int(own.sum()) >= PRINTS else ticked
        if int(like.sum()) < PRINTS or not own.any():
            continue
        usual = np.median(patches.ink[like][:, LOOK, LOOK], axis=0)
        alike = _alike(patches.ink[like], usual)
        if np.quantile(alike, PRINTED[0]) < PRINTED[1]:
            continue
        for k in np.flatnonzero(own).tolist():
            if _alike(patches.ink[k : k + 1], usual)[0] < ODD:
                out[k] = out[k].doubted("a mark unlike the others, which are printed")
    return out


def _alike(ink: Floats, usual: Floats) -> NDArray[np.float64]:
    """(n,) how well patches correlate with the ``usual`` one about their boxes."""
    part = ink[:, LOOK, LOOK]
    part = part - part.mean(axis=(1, 2), keepdims=True)
    like = usual - usual.mean()
    size = np.sqrt((part**2).sum(axis=(1, 2)) * (like**2).sum())
    return np.asarray((part * like).sum(axis=(1, 2)) / np.maximum(size, 1e-6), np.float64)


def _at_odds(
    readings: Sequence[CellReading], hands: Sequence[int], share: float, fewest: int
) -> set[int]:
    """The hands on whose boxes the two judges differ: on ``share`` of them, and on ``fewest``."""
    boxes = Counter(h for h, r in zip(hands, readings, strict=True) if r.box is not None)
    differ = Counter(h for h, r in zip(hands, readings, strict=True) if r.differ)
    return {h for h, n in differ.items() if n >= max(fewest, share * boxes[h])}


def traces(patches: Patches, blank: Blank, boxes: Sequence[Found]) -> NDArray[np.bool_]:
    """(n,) whether anything is inked where the box stands or should stand, on a form nearly all
    of whose cells show their box."""
    shows = sum(f.worth >= PLACED for f in boxes) >= MOST * len(boxes)
    dark = patches.ink[:, square(TRACES[0])] > blank.threshold
    return np.asarray((dark.sum(axis=1) >= TRACES[1]) & shows)


def covered_frames(patches: Patches) -> NDArray[np.bool_]:
    """(n,) whose frame is much paler than the form's others, which are all alike: correction fluid
    lies on it. Where toner or light is uneven none are told so."""
    ink = patches.ink[:, square(RIM) & ~square(-RIM)].mean(axis=1)
    usual = float(np.median(ink))
    even = np.quantile(ink, EVEN[0]) >= EVEN[1] * usual
    return np.asarray((ink < COVERED * usual) & ~patches.printed & even)


def with_spots(
    readings: Sequence[CellReading], patches: Patches, blank: Blank
) -> list[CellReading]:
    """The readings without the empty boxes in which a pale spot shows that the form's other empty
    boxes do not have, too pale to be ink: a mark shimmers through correction fluid."""
    empty = np.array([r.state is State.EMPTY for r in readings])
    edge = blank.inset + SPOT[0]
    inside = slice(FIRST + edge, LAST - edge)
    if int(empty.sum()) < SPOTLESS or (blank.sides is not None and not blank.sides.any()):
        return list(readings)
    over = [cv2.blur(p, (SPOT[1],) * 2)[inside, inside] for p in patches.ink - blank.explained]
    spots = np.array([float(p.max() - np.median(p)) for p in over])
    usual = float(np.median(spots[empty]))
    spread = 1.4826 * float(np.median(np.abs(spots[empty] - usual)))
    limit = usual + max(PALEST_SPOT, SPREADS * spread)
    return [
        r.doubted(TAKEN_BACK[1], TAKEN_BACK[0]) if e and s > limit else r
        for r, e, s in zip(readings, empty, spots, strict=True)
    ]


def trusted(reading: CellReading, box: Found, covered: bool) -> CellReading:
    """What can be said of a box that was found. Of the place of one that was not made out: that
    ink covers it, or that there is none; of one that is like no other, that it may be type.
    ``covered`` says that nearly all cells show their box, and that there is ink where this one
    does not: what covers a box takes back its mark."""
    if box.seen and covered and reading.reason == FRAMELESS:
        code, reason = TAKEN_BACK
        return reading.doubted(reason, code)
    if box.several and reading.state in (State.CHECKED, State.EMPTY):
        return reading.doubted(SEVERAL)
    if box.seen:
        alone = box.alone and reading.state is State.CHECKED
        return reading.doubted("no other box like it") if alone else reading
    if covered and (reading.state is not State.UNCERTAIN or reading.fill_score < BARE):
        code, reason = TAKEN_BACK
        return reading.doubted(reason, code)
    if reading.match_score < BARE and reading.fill_score < BARE:
        return NO_BOX
    if reading.state is State.UNCERTAIN:
        return reading
    return reading.doubted("the box is not seen")
