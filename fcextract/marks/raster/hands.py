"""What one hand's marks have in common, and which do not fit in.

Strokes from elsewhere and marks taken back are few. Where the network takes a good part of one
hand's marks for one of the two, they are that hand's ticks: a scrawl, or a thick pen in a small
box. Of these marks, one with no more ink than the others has had nothing added; one that lies
on its box and ends in its cell has not come from elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.decide import CLEARLY_MARKED, FAIRLY_SURE, MARKED, SURE, is_dot
from fcextract.marks.raster.measure import OWN, Measures
from fcextract.marks.raster.net import Kind

#: A hand shows its way in this many marks at least.
QUORUM = 20
#: From so many marks on it is known where and how large they usually are.
SOME = 8
#: Nobody takes back one mark in five: a hand of whose marks the network thinks so of a larger
#: share has a way of ticking that the network does not know.
OFTEN = 0.2
#: Marks are alike where the upper quartile of their ink is at most this many times the lower.
ALIKE = 1.5
#: A mark as usual has at most this much of the median mark's ink (one stroke through a tick
#: nearly doubles it), and at least the second: less was covered up.
MOST, LEAST = 1.35, 0.6
#: It is between these times as dark: lighter was covered up, darker was gone over again.
LIGHTEST, DARKEST = 0.8, 1.2
#: What stands in no whole frame may be on no box at all.
FRAMED = 0.85
#: Less ink than the first share of the median mark's is dirt as likely as a mark; so is less than
#: the second that is light, in no whole frame or doubted by the network, and what has less than the
#: third share of the median score and is lighter still, or doubted more.
SLIGHT, SLIGHTER, SLIGHT_IN_BOX, LIGHTER = 0.35, 0.5, 0.4, 0.7
#: A box inked for more than the first share, and for so much more than the upper quartile of
#: the hand's marks, is blackened: a mark is taken back so.
BLACK, BLACKER = 0.8, 0.15

#: A hand rings whose marks leave less of their boxes inked in the middle than the first; a ring
#: round more than the second was struck through. One fills its boxes that inks so much of them, and
#: then a line through the mark is so many times as long as its marks are.
HOLLOW, CROSSED, DENSE, STICKING = 0.1, 0.3, 0.6, 1.5
#: Print fills all boxes to within the first share, which no pen does that leaves any of them; what
#: sticks out of print is a rule. Full boxes do not tell.
EVENLY, FULL = 1.06, 0.93

#: Dots are a hand's ticks where it has made so many, as long in the middle as the second, in
#: millimetres, which no speck is; one is like them from so much of that length on.
DOTS, DOT, LIKE = 8, 0.75, 0.7


class Manner(NamedTuple):
    """``kinds`` (n, 5) are the network's probabilities, where marks as usual are no longer
    doubted for what their hand always does; ``slight`` and ``black`` (n,) tell which marks are
    much smaller than those of their hand, and which boxes are much blacker; ``dots`` (n,) which
    dots are ticks; ``marked`` (n,) which boxes are inked at all."""

    kinds: NDArray[np.floating]
    slight: NDArray[np.bool_]
    black: NDArray[np.bool_]
    dots: NDArray[np.bool_]
    marked: NDArray[np.bool_]


def is_ring(measures: Measures) -> bool:
    """Whether a box is ringed and nothing more."""
    return measures.ringed and measures.score < CLEARLY_MARKED


def centred(measures: Sequence[Measures], hands: NDArray[np.intp]) -> list[Measures]:
    """The measures, with every mark as far ``away`` from its box as it lies from where its
    hand's marks usually do (who ticks beside the middle does so every time), and how much
    ``more`` of it there is than of those; a ring that the hand makes seldom is ``lone``."""
    out = list(measures)
    for hand in np.unique(hands):
        rings = [k for k in np.flatnonzero(hands == hand).tolist() if is_ring(out[k])]
        seen = [out[k].strength for k in rings if out[k].strength > 0]
        ink = float(np.median(seen)) if seen else 1.0
        for k in rings:
            few = len(rings) < SOME
            out[k] = out[k]._replace(lone=few)
            if not few:
                shade = out[k].strength / ink if out[k].strength > 0 else 1.0
                out[k] = out[k]._replace(more=1.0, shade=shade)
        inked = [k for k in np.flatnonzero(hands == hand).tolist() if out[k].area > 0]
        every = [k for k in inked if out[k].score >= MARKED]
        clear = [k for k in every if out[k].score >= CLEARLY_MARKED]
        own = clear if len(clear) >= SOME else every
        if len(own) < SOME:
            for k in inked:
                out[k] = out[k]._replace(lone=out[k].lone or k not in rings)
            continue
        x, y = (float(v) for v in np.median([out[k].off for k in own], axis=0))
        usual = float(np.median([out[k].area for k in own]))
        dark = float(np.median([out[k].strength for k in own]))
        for k in inked:
            dx, dy = out[k].off
            away = max(abs(dx - x), abs(dy - y))
            shade = out[k].strength / dark
            few = len(own) < QUORUM and k not in rings
            if k in rings and len(rings) >= SOME:
                # A ring is compared with rings.
                out[k] = out[k]._replace(away=away)
                continue
            out[k] = out[k]._replace(
                away=away, more=out[k].area / usual, shade=shade, lone=out[k].lone or few
            )
    return out


def manner_of(
    measures: Sequence[Measures], kinds: NDArray[np.floating], hands: NDArray[np.intp]
) -> Manner:
    """Compare the marks of each hand; ``hands`` (n,) says whose each box is."""
    inked = np.array([m.score >= CLEARLY_MARKED for m in measures])
    ringed = np.array([m.ringed for m in measures])
    out = kinds.copy()
    slight, black, dots = (np.zeros(len(measures), bool) for _ in range(3))
    for hand in np.unique(hands):
        dots[hands == hand] = _dots([m for m, h in zip(measures, hands, strict=True) if h == hand])
        every = np.flatnonzero((inked | ringed) & (hands == hand))
        if len(every) >= SOME:
            those = [measures[k] for k in every.tolist()]
            black[every] = _blackened(those) | _struck(those)
        own = np.flatnonzero(inked & (hands == hand))
        marks = [measures[k] for k in own.tolist()]
        # The few marks of a hand that hardly marks are compared with all there are.
        others = marks if len(own) >= SOME else [m for m in measures if m.score >= CLEARLY_MARKED]
        if len(others) >= SOME:
            slight[own] = _slight(marks, others, 1.0 - kinds[own, Kind.CHECKED])
        rings = np.array([k for k in every.tolist() if is_ring(measures[k])], np.intp)
        if len(rings) >= QUORUM:
            _believe(out, kinds, rings, rings)
        if len(own) < QUORUM:
            continue
        _believe(out, kinds, own, own[_usual(marks)])
    return Manner(out, slight, black, dots, inked | ringed | dots)


def _believe(
    out: NDArray[np.floating],
    kinds: NDArray[np.floating],
    marks: NDArray[np.intp],
    usual: NDArray[np.intp],
) -> None:
    """Let those of a hand's ``marks`` that are as ``usual`` be ticks, where the network takes many
    of them for something else."""
    for kind in (Kind.CANCELLED, Kind.FOREIGN):
        if kinds[marks, kind].mean() >= OFTEN:
            out[usual, Kind.CHECKED] += out[usual, kind]
            out[usual, kind] = 0.0


def _dots(marks: Sequence[Measures]) -> NDArray[np.bool_]:
    """(n,) which of one hand's marks are dots as it makes them."""
    lengths = np.array([m.length if is_dot(m) else 0.0 for m in marks])
    found = lengths[lengths > 0]
    if len(found) < DOTS or np.median(found) < DOT:
        return np.zeros(len(marks), bool)
    low, middle, high = np.quantile(found, (0.25, 0.5, 0.75))
    return np.asarray((lengths >= LIKE * middle) & (high <= ALIKE * low))


def _slight(
    marks: Sequence[Measures], others: Sequence[Measures], against: NDArray[np.floating]
) -> NDArray[np.bool_]:
    """(n,) which of one hand's marks are much smaller than the others; ``against`` (n,) is how
    likely the network finds each no mark."""
    area, score, strength = (
        float(np.median(v))
        for v in zip(*((m.area, m.score, m.strength) for m in others), strict=True)
    )

    def one(m: Measures, doubt: float) -> bool:
        dark = m.strength / strength
        poor = dark < LIGHTEST or m.match < FRAMED or doubt > SURE
        poorer = dark < LIGHTER or doubt > FAIRLY_SURE
        small = m.area < SLIGHT * area or (m.area < SLIGHTER * area and poor)
        return small or (m.score < SLIGHT_IN_BOX * score and poorer)

    return np.array([one(m, float(d)) for m, d in zip(marks, against, strict=True)], bool)


def _blackened(marks: Sequence[Measures]) -> NDArray[np.bool_]:
    """(n,) which of one hand's marks, rings among them, fill their box much more than others."""
    fill = np.array([m.fill for m in marks])
    return np.asarray(fill >= max(BLACK, float(np.quantile(fill, 0.75)) + BLACKER))


def _struck(marks: Sequence[Measures]) -> NDArray[np.bool_]:
    """(n,) which of one hand's marks have what the others lack: rings that are not empty, of a hand
    that rings; what sticks far out, of a hand that fills its boxes."""
    fill, extent = (np.array(v) for v in zip(*((m.fill, m.extent) for m in marks), strict=True))
    usual, far = float(np.median(fill)), STICKING * float(np.median(extent))
    ringed = np.array([m.ringed for m in marks])
    crossed = ringed & (fill >= CROSSED) & (usual < HOLLOW)
    low, high = np.quantile(fill, (0.25, 0.75))
    by_pen = usual >= FULL or (usual >= DENSE and high > EVENLY * low)
    return np.asarray(crossed | ((extent > far) & by_pen))


def _usual(marks: Sequence[Measures]) -> NDArray[np.bool_]:
    """(n,) which of one hand's marks are like the others: none, where they are not alike."""
    area = np.array([m.area for m in marks])
    low, middle, high = np.quantile(area, (0.25, 0.5, 0.75))
    if high > ALIKE * low:
        return np.zeros(len(marks), bool)
    dark = np.array([m.strength for m in marks])
    dark /= np.median(dark)
    like = (area >= LEAST * middle) & (area <= MOST * middle)
    like &= (dark >= LIGHTEST) & (dark <= DARKEST)
    whole = [min(m.match, m.usual) >= FRAMED and not m.leaves and m.away <= OWN for m in marks]
    return np.asarray(like & np.array(whole))
