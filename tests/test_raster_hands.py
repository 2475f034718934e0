"""One hand's marks compared with one another."""

from __future__ import annotations

import numpy as np

from fcextract.marks.raster.hands import Manner, manner_of
from fcextract.marks.raster.measure import Measures
from fcextract.marks.raster.net import Kind

TICK = Measures(fill=0.5, reach=1.0, strength=1.0, match=1.0, area=0.6, extent=1.5)
TAKEN_BACK = (0.0, 0.4, 0.0, 0.6, 0.0)
ONE_HAND = 30


def compared(marks: list[Measures], kinds: tuple[float, ...] = TAKEN_BACK) -> Manner:
    """What is said of ``marks``, all by one hand and alike to the network."""
    of = np.tile(np.array(kinds), (len(marks), 1))
    return manner_of(marks, of, np.zeros(len(marks), np.intp))


def test_what_a_hand_always_does_is_no_cancellation() -> None:
    said = compared([TICK] * ONE_HAND)
    assert (said.kinds[:, Kind.CHECKED] == 1.0).all()
    assert not said.slight.any() and not said.black.any()


def test_few_marks_show_no_habit() -> None:
    assert (compared([TICK] * 8).kinds[:, Kind.CANCELLED] == 0.6).all()


def test_marks_of_all_sizes_show_no_habit() -> None:
    marks = [TICK._replace(area=0.2 + 0.05 * k) for k in range(ONE_HAND)]
    assert (compared(marks).kinds[:, Kind.CANCELLED] == 0.6).all()


def test_what_has_more_ink_or_is_darker_may_be_taken_back() -> None:
    odd = [TICK._replace(area=1.0), TICK._replace(strength=1.4), TICK._replace(strength=0.6)]
    said = compared([TICK] * ONE_HAND + odd)
    assert (said.kinds[ONE_HAND:, Kind.CANCELLED] == 0.6).all()


def test_what_leaves_the_cell_or_has_no_frame_may_be_from_elsewhere() -> None:
    odd = [TICK._replace(leaves=True), TICK._replace(away=0.7), TICK._replace(match=0.5)]
    said = compared([TICK] * ONE_HAND + odd, (0.0, 0.2, 0.8, 0.0, 0.0))
    assert (said.kinds[:ONE_HAND, Kind.FOREIGN] == 0.0).all()
    assert (said.kinds[ONE_HAND:, Kind.FOREIGN] == 0.8).all()


def test_a_speck_among_ticks_is_slight_in_a_hand_of_its_own_too() -> None:
    marks = [TICK] * ONE_HAND + [TICK._replace(fill=0.15, area=0.1)]
    assert compared(marks).slight.nonzero()[0].tolist() == [ONE_HAND]
    hands = np.array([0] * ONE_HAND + [1])
    said = manner_of(marks, np.tile(np.array(TAKEN_BACK), (ONE_HAND + 1, 1)), hands)
    assert said.slight.nonzero()[0].tolist() == [ONE_HAND]


def test_a_box_blacker_than_those_of_ringing_or_ticking_hands() -> None:
    black = TICK._replace(fill=0.95)
    for usual in (TICK, Measures(ringed=True)):
        assert compared([usual] * ONE_HAND + [black]).black.nonzero()[0].tolist() == [ONE_HAND]
    assert not compared([black] * ONE_HAND).black.any()


def test_what_sticks_out_of_a_filled_box_was_struck_through() -> None:
    fills = [TICK._replace(fill=0.75 + 0.1 * (k % 3), extent=1.0) for k in range(ONE_HAND)]
    assert compared([*fills, fills[0]._replace(extent=1.8)]).black[-1]
    print_ = [fills[0]] * ONE_HAND
    assert not compared([*print_, fills[0]._replace(extent=1.8)]).black.any()
    assert not compared([TICK] * ONE_HAND + [TICK._replace(extent=2.6)]).black.any()


def test_a_ring_with_ink_in_it_of_a_hand_that_rings() -> None:
    ring = Measures(ringed=True, match=1.0, area=1.0, extent=2.0)
    assert compared([ring] * ONE_HAND + [ring._replace(fill=0.5, reach=1.0)]).black[-1]
    assert not compared([ring] * ONE_HAND).black.any()
