"""From measures to a state. The only place where a box on paper is decided.

Two judges are heard: the measures of :mod:`measure`, against two thresholds, and a second
one that has not seen them. A state is given where both say the same; what they differ
about, and what fits neither a blank box nor a mark, is uncertain.
"""

from __future__ import annotations

from typing import NamedTuple

from fcextract.marks.raster.measure import Measures
from fcextract.records import State

#: A mark's score below the first is a blank box's: smears and specks on real forms reach
#: 0.04. From the second on it is a mark: the lightest on real forms has 0.2.
BLANK, MARKED = 0.04, 0.12
#: Less of the frame than this and it is not sure that the square is a box at all.
MATCH = 0.5
#: Edges further off (in sides) than this from the form's square are not its edges.
RESIDUAL = 0.2
#: A mark of which more than this lies beyond the box, and nothing near its middle, may be
#: a neighbour's.
FOREIGN = 0.5
#: A piece of ink beside the box longer than this, in sides, may be its mark.
BESIDE = 0.3


class Word(NamedTuple):
    """One judge's word: a state, and a code and a reason where it is uncertain."""

    state: State
    code: str = ""
    reason: str = ""


def word_of(measures: Measures, residual: float, beside: float) -> Word:
    """The word of the measures; ``beside`` is the longest piece of ink by the box, in sides."""
    if measures.match < MATCH:
        return Word(State.UNCERTAIN, "box-uncertain", "the frame is not all there")
    if residual > RESIDUAL:
        return Word(State.UNCERTAIN, "box-uncertain", "the frame is not where it should be")
    if measures.score <= BLANK:
        if beside > BESIDE:
            return Word(State.UNCERTAIN, "mark-outside-box", "ink in the cell, not in the box")
        return Word(State.EMPTY)
    if measures.passes:
        return Word(State.UNCERTAIN, "box-uncertain", "a line runs through the box")
    if measures.score < MARKED:
        return Word(State.UNCERTAIN, "box-uncertain", "neither blank nor marked")
    if measures.beyond > FOREIGN and not measures.central:
        return Word(State.UNCERTAIN, "box-uncertain", "a stroke from elsewhere")
    return Word(State.CHECKED)
