"""The reliability table counts boxes by the confidence they were read with."""

from __future__ import annotations

import pytest
from measure.bands import add, calibration_error, note, rows
from measure.report import reliability
from measure.tally import Tally, total


def noted(*boxes: tuple[float, bool]) -> Tally:
    tally = Tally()
    for confidence, wrong in boxes:
        note(tally.bands, confidence, wrong)
    return tally


def test_boxes_fall_into_their_band() -> None:
    tally = noted((0.5, False), (0.9, False), (0.949, True), (0.999, False), (1.0, False))
    found = [(low, boxes, wrong) for low, boxes, _, _, wrong, _ in rows(tally.bands)]
    assert found == [(0.0, 1, 0), (0.9, 2, 1), (0.999, 2, 0)]


def test_the_error_is_the_mean_distance_of_confidence_from_truth() -> None:
    right = noted(*[(0.9, n == 0) for n in range(10)])
    assert calibration_error(right.bands) == pytest.approx(0.0)
    timid = noted(*[(0.9, False)] * 10)
    assert calibration_error(timid.bands) == pytest.approx(0.1)
    both = total([timid, noted(*[(0.999, False)] * 90)])
    assert calibration_error(both.bands) == pytest.approx(0.1 * 0.1 + 0.9 * 0.001)
    assert calibration_error({}) == 0.0


def test_runs_add_up_and_come_back_from_json() -> None:
    one, other = noted((0.95, True)), noted((0.96, False), (0.2, False))
    both = total([one, other])
    assert Tally.from_dict(both.to_dict()) == both
    assert both.bands["0.95"] == [2, 1, 1.91]
    again = dict(one.bands)
    add(again, {})
    assert again == one.bands


def test_the_table_of_the_documentation() -> None:
    assert reliability(Tally()) == ""
    text = reliability(noted((0.999, False), (0.999, False), (0.98, True)))
    assert "### Confidence\n" in text
    assert "| 0.98 | 1 | 0.9800 | 0.0000 | 1 | 0.0 |" in text
    assert "| 0.999 | 2 | 0.9990 | 1.0000 | 0 | 0.0 |" in text
    assert "**32.73%**" in text
