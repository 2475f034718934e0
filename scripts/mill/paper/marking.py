"""What stands in the boxes of a form, and its printed ticks, copied from the ticked print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np

from mill.paper.boxes import BoxPlace, Rect
from mill.paper.leaf import Leaf, Points
from mill.paper.pen import Writer
from mill.paper.render import Image

COLUMNS = ("self", "reviewer")
CANCELS = ("struck", "blacked", "whitened")
"""Ways a mark is taken back."""
ON_ONE_BIT = ("struck", "blacked")
"""Of one bit a pixel, correction fluid would leave nothing to be seen."""
_PATCH_RIM = 1.5
"""Points around a printed tick that are copied with it."""

Name = tuple[str, str]
"""Item id and column of a box."""


@dataclass(slots=True)
class Marks:
    """What stands in the boxes of one form: ``how`` by (item, column) is ``printed``, ``pen``,
    ``cancelled`` or ``outside``; a box that is not there is empty. ``drawn`` says what each pen
    mark was; ``grazed`` lists boxes that another box's mark runs into, ``dropped`` those beside
    which there was no room for the mark that was to stand there: they stay empty. ``cancels`` are
    the ways marks are taken back."""

    ticks: Mapping[str, tuple[bool, bool]]
    writers: Mapping[str, Writer]
    how: dict[Name, str]
    drawn: dict[Name, str] = field(default_factory=dict)
    grazed: set[Name] = field(default_factory=set)
    dropped: set[Name] = field(default_factory=set)
    cancels: tuple[str, ...] = CANCELS


def plan_marks(
    ticks: Mapping[str, tuple[bool, bool]],
    writers: Mapping[str, Writer],
    cancelled: int,
    outside: int,
    rng: Random,
) -> Marks:
    """Marks for ``ticks``: by pen in the columns that have a writer, else printed. ``cancelled``
    and ``outside`` boxes get a mark taken back, or one beside the box, instead."""
    how: dict[Name, str] = {}
    for item_id, pair in ticks.items():
        for column, ticked in zip(COLUMNS, pair, strict=True):
            if ticked:
                how[item_id, column] = "pen" if column in writers else "printed"
    by_pen = [(i, c) for i in ticks for c in COLUMNS if c in writers]
    odd = rng.sample(by_pen, min(len(by_pen), cancelled + outside))
    how |= dict.fromkeys(odd[:cancelled], "cancelled")
    how |= dict.fromkeys(odd[cancelled:], "outside")
    return Marks(ticks, writers, how)


def put_printed(
    leaf: Leaf, ticked: Image, places: Sequence[BoxPlace], marks: Marks, form: int
) -> None:
    """Printed ticks of one page, copied from the ``ticked`` print of the same size; notes the
    places of all its boxes."""
    scale = leaf.dpi / 72
    for place in places:
        rect = np.array(place.rect) * scale
        leaf.quads[form, place.item_id, place.column] = _quad(rect)
        if marks.how.get((place.item_id, place.column)) == "printed":
            _copy_tick(leaf.image, ticked, place.tick, scale)


def _quad(rect: Any) -> Points:
    x0, y0, x1, y1 = rect
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], float)


def _copy_tick(image: Image, ticked: Image, tick: Rect, scale: float) -> None:
    rim = _PATCH_RIM
    x0, y0 = int((tick[0] - rim) * scale), int((tick[1] - rim) * scale)
    x1, y1 = int((tick[2] + rim) * scale) + 1, int((tick[3] + rim) * scale) + 1
    part = np.s_[max(0, y0) : y1, max(0, x0) : x1]
    image[part] = ticked[part]
