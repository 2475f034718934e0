"""What the raster judge says of a box."""

from __future__ import annotations

from typing import NamedTuple

from fcextract.records import State


class CellReading(NamedTuple):
    """The judgement on one cell.

    ``box`` is the printed box in pixels of the crop, or None where none was found. ``code``
    is the finding that goes with a state that is not sure (see
    :class:`fcextract.records.BoxReading`), ``reason`` says why in a few words.
    ``fill_score`` is the inked share of the box's inside, ``match_score`` how much of the
    frame is there; both 0 to 1. ``mark_score`` is how much of a mark is in the box, ``kind``
    what the network takes it for, and ``probability`` how sure it is of that.
    """

    state: State
    confidence: float
    box: tuple[float, float, float, float] | None = None
    code: str = ""
    reason: str = ""
    fill_score: float = 0.0
    match_score: float = 0.0
    mark_score: float = 0.0
    kind: str = ""
    probability: float = 0.0


class Mark(NamedTuple):
    """What :func:`fcextract.read_mark` says: ``state`` is ``checked``, ``empty`` or
    ``uncertain``; ``fill_score`` the inked share of the box's inside."""

    state: State
    confidence: float
    fill_score: float
