"""Where the raster judge finds a box, and what it says of it."""

from __future__ import annotations

from typing import NamedTuple

from fcextract.records import State

Rect = tuple[float, float, float, float]


class Found(NamedTuple):
    """A box: its outer edges in pixels of the :class:`View`, and its worth, 0 to 1.

    ``seen`` is False where a box should be and none can be made out; ``printed`` says that what
    stands there is the print of a ticked box, as others of the form are; ``alone`` that the
    form shows no other box like it; ``several`` that its cell holds another.
    """

    box: Rect
    worth: float
    seen: bool = True
    printed: bool = False
    alone: bool = False
    several: bool = False

    @property
    def side(self) -> float:
        x0, y0, x1, y1 = self.box
        return (x1 - x0 + y1 - y0) / 2

    @property
    def centre(self) -> tuple[float, float]:
        x0, y0, x1, y1 = self.box
        return (x0 + x1) / 2, (y0 + y1) / 2


class CellReading(NamedTuple):
    """The judgement on one cell.

    ``box`` is the printed box in pixels of the crop, or None where none was found. ``code``
    is the finding that goes with a state that is not sure (see
    :class:`fcextract.records.BoxReading`), ``reason`` says why in a few words.
    ``fill_score`` is the inked share of the box's inside, ``match_score`` how much of the
    frame is there; both 0 to 1. ``mark_score`` is how much of a mark is in the box, ``kind``
    what the network takes it for, and ``probability`` how sure it is of that.
    ``differ`` says that it is uncertain because the two judges see different things.
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
    differ: bool = False

    def doubted(self, reason: str, code: str = "box-uncertain") -> CellReading:
        """The reading where something else than its own pixels speaks against it."""
        return self._replace(
            state=State.UNCERTAIN, confidence=0.0, code=code, reason=reason, differ=False
        )


#: What is said of a cell in which no box is found.
NO_BOX = CellReading(State.MISSING, 0.0, code="box-missing", reason="no box in the cell")


class Mark(NamedTuple):
    """What :func:`fcextract.read_mark` says: ``state`` is ``checked``, ``empty`` or
    ``uncertain``; ``fill_score`` the inked share of the box's inside."""

    state: State
    confidence: float
    fill_score: float
