"""What a form shows of itself beside each box: its blank box, and its writers' usual marks.

Pictures only, at the network's size, and no judgement: the network is shown them with every
box, as a person who doubts about a mark looks at the rows above and below.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.ink import Floats

#: Fewer boxes than this show no blank box of the form, and fewer marks no usual mark.
BOXES, MARKS = 12, 5
#: Boxes are quiet that have no more ink inside than the few quietest and this much, at least
#: one share of all and at most another: a form may have nearly all its boxes marked.
QUIET, LEAST, MOST = 0.025, 0.04, 0.34
#: The inside of a box, as a share of a view.
INSIDE = (0.36, 0.64)
#: A box is marked for this purpose where the inside has so much more mean ink than the blank
#: boxes', and more than this many times what those differ by.
MORE, TIMES = 0.02, 2.0


def quietest(level: Floats) -> NDArray[np.intp]:
    """Which boxes are blank if any are, by the ink inside them (n,): three at least."""
    order = level.argsort(kind="stable")
    few, many = max(3, round(LEAST * len(level))), max(3, round(MOST * len(level)))
    alike = int((level <= np.median(level[order[:few]]) + QUIET).sum())
    return order[: min(max(alike, few), many)]


def blank_view(ink: Floats) -> Floats:
    """(h, w): the blank box of views ``ink`` (n, h, w); all zero where too few are given."""
    if len(ink) < BOXES:
        return np.zeros(ink.shape[1:], np.float32)
    return np.asarray(np.median(ink[quietest(_inside(ink))], axis=0), np.float32)


def usual_marks(ink: Floats, hands: NDArray[np.intp]) -> Floats:
    """(n, h, w): for every view the mean of those that its hand has marked."""
    out = np.zeros_like(ink)
    level = _inside(ink)
    quiet = level[quietest(level)]
    limit = float(np.median(quiet)) + max(MORE, TIMES * float(np.ptp(quiet)))
    for hand in np.unique(hands):
        own = hands == hand
        marked = own & (level > limit)
        if int(marked.sum()) >= MARKS:
            out[own] = ink[marked].mean(axis=0)
    return out


def _inside(ink: Floats) -> Floats:
    a, b = (round(v * ink.shape[1]) for v in INSIDE)
    return np.asarray(ink[:, a:b, a:b].mean(axis=(1, 2)), np.float32)
