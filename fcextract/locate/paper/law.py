"""The law by which the boxes of a column stand beside the lines of their rows.

What is surely a bare box (as high as most are) stands at one distance from its row's first,
middle or last line, but for a slow drift down the page; that must hold for nearly all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fcextract.geometry import Box
from fcextract.records import Picture

Floats = NDArray[np.float64]

#: What a spot shows of a box's edges, 0 to 1: all that there may be to see, a mark that is known
#: to hide one, and a mark that stands elsewhere.
BARE, HIDDEN, LOOSE = 1.0, 0.9, 0.0
#: Bare boxes of a column differ in height by less than this share of it.
SAME = 0.18
#: The law is found from this many bare boxes at least, and from this share of the rows.
FEWEST, SHARE = 3, 0.25
#: It holds for this share of the bare boxes near the rows.
HOLDS = 0.85
#: A box obeys it if it is off by less than this share of the distance between its row and the
#: next, and less than so many box heights.
NEAR, EXACT = 0.2, 0.35
#: A box stands no further from its row's line than this share of the usual distance of rows,
#: less than half: beyond it would be nearer to the next row.
FARTHEST = 0.42
#: It drifts down the page by no more than this share of it.
DRIFT = 0.3


class Law(NamedTuple):
    """Where a column's boxes stand: by the line of a row that ``which`` says (0 first, 1
    middle, 2 last), ``off`` points below it at ``middle``, ``drift`` more a point further
    down."""

    which: int
    middle: float
    off: float
    drift: float

    def at(self, lines: Floats) -> Floats:
        """Where boxes are to be expected for ``lines`` (n, 3): (n,)."""
        y = lines[:, self.which]
        return np.asarray(y + self.off + self.drift * (y - self.middle))


def agrees(law: Law, spots: Sequence[Picture], lines: Floats, height: float) -> bool:
    """Whether nearly all of ``spots``, marks and all, stand where the law has a box: bare ones
    exactly, marks nearly."""
    at = law.at(lines)
    far, exact = FARTHEST * pitch(at), EXACT * height
    inside = [p for p in spots if at[0] - height <= p.box.cy <= at[-1] + height]
    near = [
        float(np.abs(at - p.box.cy).min()) <= (exact if is_bare(p, height) else far) for p in inside
    ]
    return sum(near) >= max(HOLDS * len(near), min(FEWEST, len(lines)))


def is_bare(spot: Picture, height: float) -> bool:
    """Whether a spot is surely a box, as high as most are."""
    return spot.ring >= BARE and abs(spot.box.height - height) <= SAME * height


def usual_height(spots: Sequence[Box]) -> float:
    """The height that most spots have."""
    heights = np.array([b.height for b in spots] or [1.0])
    near = np.abs(heights[:, None] - heights[None, :]) <= SAME / 2 * heights[:, None]
    return float(np.median(heights[near[int(near.sum(axis=1).argmax())]]))


def pitch(at: Floats) -> float:
    """The usual distance of neighbouring rows, the closer ones rather."""
    return float(np.quantile(np.diff(at), 0.25)) if len(at) > 1 else 20.0


def find_law(bare: Floats, lines: Floats, height: float) -> Law | None:
    """The law of a column, by the line of its rows that it holds best for."""
    found: tuple[float, Law] | None = None
    for which in (0, 1, 2):
        law, held, near = _fitted(bare, lines, which, height)
        enough = held >= max(FEWEST, SHARE * len(lines)) and held >= HOLDS * near
        if law is not None and enough and (found is None or held > found[0]):
            found = held, law
    return None if found is None else found[1]


def _fitted(
    bare: Floats, lines: Floats, which: int, height: float
) -> tuple[Law | None, float, float]:
    """The law by one of the rows' lines, how many boxes obey it, and how many stand near."""
    at = lines[:, which]
    room = _room(at)
    farthest = FARTHEST * pitch(at)
    if not len(bare):
        return None, 0.0, 0.0
    own = np.abs(bare[:, None] - at[None, :]).argmin(axis=1)
    off = bare - at[own]
    keep = np.abs(off) <= farthest
    near = float(keep.sum())
    law = None
    exact = np.minimum(NEAR * room[own], EXACT * height)
    for _ in range(4):
        if not keep.any():
            return None, 0.0, near
        middle = float(at[own][keep].mean())
        drift, level = _line(at[own][keep] - middle, off[keep])
        law = Law(which, middle, level, drift)
        keep = np.abs(off - (level + drift * (at[own] - middle))) <= exact
    reach = abs(law.off) + abs(law.drift) * float(np.ptp(at)) / 2 if law else 0.0
    if law is None or reach > farthest or abs(law.drift) * float(np.ptp(at)) > DRIFT * farthest:
        return None, 0.0, near
    once = len(set(own[keep].tolist())) == int(keep.sum())
    return (law, float(keep.sum()), near) if once else (None, 0.0, near)


def _line(x: Floats, y: Floats) -> tuple[float, float]:
    """Slope and level of the straight line through most points: level alone for few."""
    level = float(np.median(y))
    if len(x) < 2 * FEWEST or np.ptp(x) == 0:
        return 0.0, level
    keep = np.abs(y - level) <= 3 * max(0.3, float(np.median(np.abs(y - level))))
    if np.ptp(x[keep]) < 1.0:
        return 0.0, level
    slope, at = np.polyfit(x[keep], y[keep], 1)
    return float(slope), float(at)


def _room(at: Floats) -> Floats:
    """How far the nearest other row is from each."""
    gaps = np.diff(at) if len(at) > 1 else np.array([40.0])
    return np.minimum(np.append(gaps, gaps[-1]), np.insert(gaps, 0, gaps[0]))
