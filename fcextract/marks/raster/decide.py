"""From measures to a state. The only place where a box on paper is decided.

Two judges are heard: the measures of :mod:`measure`, against two thresholds, and the network
of :mod:`net`, which has not seen them. A state is given where both say the same; what they
differ about, and what fits neither a blank box nor a mark, is uncertain.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.added import HARDLY, is_gone_over
from fcextract.marks.raster.measure import Measures
from fcextract.marks.raster.net import Kind
from fcextract.records import State

#: A mark's score up to the first is a blank box's: smears and specks on real forms reach
#: 0.04. From the second on it may be a mark: the lightest on real forms has 0.12.
BLANK, MARKED = 0.04, 0.06
#: Beyond these a score is clear by itself.
CLEARLY_BLANK, CLEARLY_MARKED = 0.03, 0.12
#: However light, ink that spreads over more of the box than what rubbing out left on real
#: forms (0.1) is not blank paper.
SPREAD = 0.11
#: Less of the frame than this and it is not sure that the square is a box at all; nor where
#: less than the second share is there of what the form's frames usually show, unless it was
#: found where the form's boxes stand.
MATCH, OF_USUAL = 0.3, 0.6
#: Edges further off (in sides) than this from the fitted square are not its edges.
RESIDUAL = 0.12
#: A mark whose middle is further than the first from the box's, in sides, may be another's:
#: pens miss by half a box at most. So may one that leaves the cell, from the second on.
FOREIGN, LEAVING = 0.8, 0.45
#: A mark of which more than the first share lies beyond its cell is a neighbour's; from the second
#: on the network has to be sure that it is none.
BEYOND, PARTLY = 0.5, 0.3
#: More ink than this outside the box, in boxes, is no mark's: a tick 2.5 times as large as
#: the box has half a box of ink. It is a blackened mark, a blot or a seal, unless the marks of
#: its hand are no smaller: thick pens in small boxes leave as much.
SPILLS, AS_USUAL = 1.2, 1.4
#: Ink that is neither longer nor higher than the second, in millimetres, or in small boxes the
#: third share of the side, is dirt as likely as a mark: specks of a third of a millimetre fall on
#: every glass, and blur makes them larger. What is shorter than the first, or not as dark as the
#: last share of a stroke, is no dot either.
SPECK, DOT, SMALL, DARK = 0.65, 0.8, 0.45, 0.6
#: Of a hand that ticks with dots, so much ink may be all of a dot that the frame leaves, in
#: millimetres.
HIDDEN = 0.45
#: A dot scores less than this: a larger compact mark speaks for itself.
DOTTED = 0.12
#: A piece of ink beside the box longer than this, in sides, may be its mark.
BESIDE = 0.3
#: The network agrees where it finds it no likelier than the first that a state is wrong; where
#: the score is clear by itself, than the second for a mark, than the third for a blank box. A
#: mark that is likelier taken back than the fourth is none. See docs/marks.md for their source.
SURE, FAIRLY_SURE, MARK, BACK = 0.03, 0.15, 0.05, 0.08
#: A mark with between these times the ink of its hand's usual ones is no surprise: then it need
#: not be as sure, of either.
ALIKE, USUAL, USUALLY_BACK = (0.6, 1.35), 0.4, 0.15
#: Between these times as dark as its hand's marks are, a mark may be of the same pen: 98 % of the
#: mill's are, grey copies of red seals are not where pens are blue or black.
SHADES = (0.75, 1.33)
#: A ring and nothing in the box is seldom anything else, least of all where one stroke goes all
#: round and ends in the cell; the second holds for pieces.
RING = 0.95, 0.7
#: A blank box that it finds likelier than this to be a covered one is none.
COVERED = 0.025
#: What it finds as likely as this tells a finding's code.
LIKELY = 0.5
#: What is uncertain anyhow was taken back rather than anything else from this probability on.
RATHER_BACK = 0.12
#: Ink by a box that the network hardly finds blank, with a mark beside or not, is what is left of
#: one: less than this.
BLANK_BY_NET = 0.3
#: What may be claimed for a state on paper that both judges agree on, less this share of what
#: likelihood the network leaves to another: of 1,168 boxes of the mill whose state it left 5 to 60 %
#: of doubt all were as the measures said.
AGREED, DOUBT = 0.9995, 0.1

#: Why a box is uncertain of which little shows.
FRAMELESS = "the frame is not all there"
DOT_INSIDE, NEITHER = "a dot in the box", "neither blank nor marked"
#: The finding and the reason of ink by a box that is empty itself.
OUTSIDE = ("mark-outside-box", "ink in the cell, not in the box")
#: The same of a mark that was taken back.
TAKEN_BACK = ("mark-cancelled", "a mark that looks taken back")
_CODES = {
    Kind.FOREIGN: ("box-uncertain", "a line, a seal or a neighbour's stroke in the box"),
    Kind.CANCELLED: TAKEN_BACK,
    Kind.OUTSIDE: OUTSIDE,
}


class Word(NamedTuple):
    """A judge's word: a state, its confidence, and a code and a reason where uncertain;
    ``differ`` says that the measures and the network see different things."""

    state: State
    confidence: float = 0.0
    code: str = ""
    reason: str = ""
    differ: bool = False


def decide(
    measures: Measures,
    residual: float,
    beside: float,
    kinds: NDArray[np.floating],
    dotted: bool = False,
    doter: bool = False,
) -> Word:
    """Both judges' word on a box. ``residual`` and ``beside`` (the longest piece of ink by the
    box) are in box sides; ``kinds`` (5,) are the network's probabilities; ``dotted`` says that
    there is a dot in the box as its hand ticks, ``doter`` that its hand ticks with dots, which
    may lie on a frame unseen."""
    word = _said(measures, residual, beside, kinds, dotted, doter)
    if word.state is State.UNCERTAIN and _looks_taken_back(measures, kinds, word):
        return Word(State.UNCERTAIN, 0.0, *TAKEN_BACK)
    return word


def _looks_taken_back(measures: Measures, kinds: NDArray[np.floating], word: Word) -> bool:
    """Whether a mark that was taken back tells best why a box is uncertain."""
    back = float(kinds[Kind.CANCELLED])
    if word.code == "mark-outside-box":
        # What is left round a whitened box is not beside a blank one.
        blank = float(kinds[Kind.EMPTY] + kinds[Kind.OUTSIDE] + kinds[Kind.CHECKED])
        return back >= BACK and blank < BLANK_BY_NET
    if back >= RATHER_BACK and kinds[Kind.EMPTY] < LIKELY:
        return True
    return measures.score >= CLEARLY_MARKED and is_gone_over(measures, back)


def _said(
    measures: Measures,
    residual: float,
    beside: float,
    kinds: NDArray[np.floating],
    dotted: bool,
    doter: bool,
) -> Word:
    first = first_word(measures, residual, beside, dotted)
    against = _against(State.CHECKED, kinds)
    if first.state is not State.CHECKED and _touches(measures, residual) and against <= SURE:
        return Word(State.CHECKED, AGREED * (1.0 - DOUBT * against))
    likely = Kind(int(kinds.argmax()))
    if likely is Kind.CANCELLED and kinds[likely] >= LIKELY:
        return Word(State.UNCERTAIN, 0.0, *_CODES[likely])
    if first.state is State.UNCERTAIN:
        return first
    if first.state is State.CHECKED and is_gone_over(measures, float(kinds[Kind.CANCELLED])):
        return Word(State.UNCERTAIN, 0.0, *TAKEN_BACK)
    if _agrees(first.state, measures, kinds, doter):
        return Word(first.state, AGREED * (1.0 - DOUBT * _against(first.state, kinds)))
    poor = measures.match < OF_USUAL * measures.usual
    if measures.score < MARKED and kinds[Kind.CANCELLED] >= (BACK if poor else USUALLY_BACK):
        # Neither a mark nor a box as others are: it was covered.
        return Word(State.UNCERTAIN, 0.0, *TAKEN_BACK)
    if likely in _CODES and kinds[likely] >= LIKELY:
        return Word(State.UNCERTAIN, 0.0, *_CODES[likely])
    # Of a mark that the network takes for one too, but is not sure of, both see the same.
    alike = first.state is State.CHECKED and likely is Kind.CHECKED and kinds[likely] >= LIKELY
    return _unsure("the two judges differ")._replace(differ=not alike)


def _agrees(state: State, measures: Measures, kinds: NDArray[np.floating], doter: bool) -> bool:
    """Whether the network bears out what the measures say."""
    against = _against(state, kinds)
    if state is State.EMPTY and kinds[Kind.FOREIGN] >= LIKELY:
        # What is too pale to be measured may be what shines through correction fluid.
        return False
    if state is State.EMPTY and kinds[Kind.CANCELLED] > COVERED:
        return False
    if state is State.EMPTY and doter:
        return against <= HARDLY and (measures.length < HIDDEN or not measures.fill)
    if state is State.EMPTY:
        return against <= (MARK if measures.score <= CLEARLY_BLANK else SURE)
    far = measures.leaves and measures.away > LEAVING
    few = measures.lone and not measures.ringed
    # Strokes of two neighbours that meet in a box enter and leave it as one of its own does.
    # Lighter than its hand's marks is what fluid covers.
    pale = 0 < measures.shade < SHADES[0]
    if measures.passes or measures.foreign > PARTLY or few or far or pale:
        return against <= SURE
    if measures.ends > 1 and measures.score >= MARKED:
        return against <= FAIRLY_SURE and kinds[Kind.CANCELLED] <= BACK
    if measures.ringed and measures.score < MARKED:
        return against <= RING[measures.pieced] and kinds[Kind.CANCELLED] <= USUALLY_BACK
    if _is_as_much(measures):
        # A faint fold may have the ink of a faint tick.
        likely = USUAL if measures.score >= CLEARLY_MARKED else FAIRLY_SURE
        return against <= likely and kinds[Kind.CANCELLED] <= USUALLY_BACK
    clear = measures.score >= CLEARLY_MARKED or measures.ringed
    return against <= (FAIRLY_SURE if clear else SURE) and kinds[Kind.CANCELLED] <= BACK


def _against(state: State, kinds: NDArray[np.floating]) -> float:
    """How likely the network finds it that a state is wrong. Of a box in which no ink is
    measured it does not matter what passes it."""
    if state is State.EMPTY:
        return float(kinds[Kind.CHECKED] + kinds[Kind.CANCELLED])
    return float(1.0 - kinds[Kind.CHECKED])


def _touches(measures: Measures, residual: float) -> bool:
    """Whether a mark as its hand makes them, where it makes them, has next to nothing of itself in
    the box, which is all there."""
    whole = measures.match >= max(MATCH, OF_USUAL * measures.usual) and residual <= RESIDUAL
    usual = is_as_its_hand(measures) and measures.away <= LEAVING
    odd = measures.ringed or measures.crosses or measures.foreign > PARTLY
    return whole and usual and not odd and measures.score < MARKED


def is_dot(measures: Measures) -> bool:
    """Whether there is a dot in the box, too large for a speck."""
    within = (
        measures.fill > 0 and measures.compact and not measures.leaves and measures.away <= FOREIGN
    )
    return (
        within and measures.length > SPECK and measures.strength > DARK and measures.score < DOTTED
    )


def first_word(measures: Measures, residual: float, beside: float, dotted: bool = False) -> Word:
    """The word of the measures alone; ``dotted`` says that there is a dot as its hand ticks."""
    needed = MATCH if measures.placed else max(MATCH, OF_USUAL * measures.usual)
    if measures.match < needed:
        return _unsure(FRAMELESS)
    if residual > RESIDUAL:
        return _unsure("the frame is not where it should be")
    if measures.pieced and measures.lone and measures.score < CLEARLY_MARKED:
        return _unsure("ink all round where the hand makes no rings")
    if (measures.ringed and not _goes_through(measures)) or dotted:
        return Word(State.CHECKED)
    if measures.score <= BLANK and measures.spread <= SPREAD:
        if is_dot(measures):
            return _unsure(DOT_INSIDE)
        if beside > BESIDE:
            return Word(State.UNCERTAIN, 0.0, *OUTSIDE)
        # Nothing hides the frame of a blank box: half of one is a corner of the cell's rules.
        poor = measures.match < OF_USUAL * measures.usual
        return _unsure(FRAMELESS) if poor else Word(State.EMPTY)
    return _word_on_ink(measures)


def _word_on_ink(measures: Measures) -> Word:
    """The word of the measures on a box that is not blank."""
    # A long slash is as much as its hand's marks, of a hand that makes such.
    if measures.crosses or (measures.passes and not _is_as_much(measures)):
        return _unsure("a line runs through the box")
    if measures.score < MARKED:
        return _unsure(NEITHER)
    if _goes_through(measures):
        return _unsure("a stroke goes through the cell")
    if measures.length <= min(DOT, max(SPECK, SMALL * measures.side)):
        return _unsure(DOT_INSIDE)
    if measures.spills > SPILLS and not 0 < measures.more <= AS_USUAL:
        return Word(State.UNCERTAIN, 0.0, *TAKEN_BACK)
    strange = measures.leaves and not is_as_its_hand(measures)
    if measures.away > (LEAVING if strange else FOREIGN) or measures.foreign > BEYOND:
        return _unsure("a stroke from elsewhere")
    return Word(State.CHECKED)


def _goes_through(measures: Measures) -> bool:
    """Whether the ink in the box enters and leaves its cell, or all that is looked at, and is not
    as its hand's marks are."""
    return measures.ends > 1 and not is_as_its_hand(measures)


def is_as_its_hand(measures: Measures) -> bool:
    """Whether the ink is as much and as dark as the hand's marks."""
    return _is_as_much(measures) and SHADES[0] <= measures.shade <= SHADES[1]


def _is_as_much(measures: Measures) -> bool:
    return ALIKE[0] <= measures.more <= ALIKE[1]


def _unsure(reason: str) -> Word:
    return Word(State.UNCERTAIN, 0.0, "box-uncertain", reason)
