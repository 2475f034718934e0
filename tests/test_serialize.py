"""Every record comes back from JSON as it went in."""

from __future__ import annotations

import json
import typing
from dataclasses import is_dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcextract import records
from fcextract.serialize import digest, dumps, from_plain, loads, to_plain

RECORDS = sorted(
    (
        value
        for name, value in vars(records).items()
        if isinstance(value, type)
        and value.__module__ == records.__name__
        and (is_dataclass(value) or hasattr(value, "_fields"))
        # What holds pixels is gone before anything is kept.
        and name not in ("Document", "Page", "PageFrame", "LocatedTable", "CellImage")
    ),
    key=lambda cls: cls.__name__,
)

FINITE = st.floats(allow_nan=False, allow_infinity=False, width=64)
st.register_type_strategy(float, FINITE)


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.__name__)
def test_round_trip(cls: type) -> None:
    @settings(max_examples=25)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        record = data.draw(st.from_type(cls))
        text = dumps(record)
        back = loads(cls, text)
        assert back == record
        assert dumps(back) == text
        assert digest(text) == digest(dumps(back))

    check()


def test_state_comes_back_as_a_state() -> None:
    back = from_plain(records.BoxReading, to_plain(records.MISSING_BOX))
    assert back == records.MISSING_BOX
    assert isinstance(back.state, records.State)


def test_defaults_are_left_out() -> None:
    assert to_plain(records.Header()) == {}
    assert to_plain(records.Header(application_no="330105")) == {"application_no": "330105"}


def test_a_default_of_another_type_is_kept() -> None:
    """0.0 equals 0 and True equals 1; the text must still tell them apart."""
    plain = json.loads(dumps(records.BoxReading(records.State.EMPTY, 1.0, page=1)))
    assert plain == {"state": "empty", "confidence": 1.0, "page": 1}


def test_unknown_kinds_are_refused() -> None:
    with pytest.raises(TypeError, match="cannot serialise set"):
        to_plain({1})


def test_every_field_is_typed() -> None:
    for cls in RECORDS:
        assert typing.get_type_hints(cls)
