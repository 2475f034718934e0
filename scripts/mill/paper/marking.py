"""Marks on the rendered pages: printed ticks copied from the ticked print, or pen marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np

from mill.paper.boxes import BoxPlace, Rect
from mill.paper.ink import Patch, cover, lay, rasterise
from mill.paper.leaf import Leaf, Points
from mill.paper.pen import Writer, mark_lines, written
from mill.paper.render import Image

COLUMNS = ("self", "reviewer")
CANCELS = ("struck", "blacked", "whitened")
DENSE_SHAPES = ("fill", "scrawl")
"""Shapes of a hand whose marks blacked out look like its marks."""

ON_ONE_BIT = ("struck", "blacked")
"""Of one bit a pixel, correction fluid would leave nothing to be seen."""
_FLUID = (0.8, 0.93)
"""How well correction fluid covers: the mark shimmers through."""
_FLUID_COLOR = (246, 250, 250)
_LEAST_INSIDE = 0.2
"""Share of a mark's ink inside its box: less and a person would not say which box it is for."""
_CLEARLY_OWN = 1.5
"""A mark has at least this many times more ink in its own box than in any other."""
_GREATEST_OFFSET = 0.5
_PATCH_RIM = 1.5
"""Points around a printed tick that are copied with it."""
_OUTSIDE_TRIES = 16
"""The last of them at half the hand's usual size, for tight rows."""
_CLEAN = 24
"""Grey levels below the paper: more is printing."""


@dataclass(slots=True)
class Marks:
    """What stands in the boxes of one form: ``how`` by (item, column) is ``printed``, ``pen``,
    ``cancelled`` or ``outside``; a box that is not there is empty. ``drawn`` says what each pen
    mark was; ``grazed`` lists boxes that another box's mark runs into, ``dropped`` those beside
    which there was no room for the mark that was to stand there: they stay empty. ``cancels`` are the
    ways marks are taken back."""

    ticks: Mapping[str, tuple[bool, bool]]
    writers: Mapping[str, Writer]
    how: dict[tuple[str, str], str]
    drawn: dict[tuple[str, str], str] = field(default_factory=dict)
    grazed: set[tuple[str, str]] = field(default_factory=set)
    dropped: set[tuple[str, str]] = field(default_factory=set)
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
    how: dict[tuple[str, str], str] = {}
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


def put_pen(
    leaf: Leaf, empty: Image, places: Sequence[BoxPlace], marks: Marks, rng: Random
) -> None:
    """Pen marks of one page; ``empty`` is the print without any mark."""
    rects = np.array([p.rect for p in places]) * leaf.dpi / 72
    for place, rect in zip(places, rects, strict=True):
        name = (place.item_id, place.column)
        how = marks.how.get(name)
        if how == "pen":
            _pen_mark(leaf, rect, rects, places, marks, name, rng)
        elif how == "cancelled":
            _cancelled_mark(leaf, rect, rects, places, marks, name, rng)
        elif how == "outside" and not _outside_mark(leaf, empty, rect, marks, name, rng):
            marks.dropped.add(name)


def _quad(rect: Any) -> Points:
    x0, y0, x1, y1 = rect
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], float)


def _copy_tick(image: Image, ticked: Image, tick: Rect, scale: float) -> None:
    rim = _PATCH_RIM
    x0, y0 = int((tick[0] - rim) * scale), int((tick[1] - rim) * scale)
    x1, y1 = int((tick[2] + rim) * scale) + 1, int((tick[3] + rim) * scale) + 1
    part = np.s_[max(0, y0) : y1, max(0, x0) : x1]
    image[part] = ticked[part]


def _pen_mark(
    leaf: Leaf,
    rect: Any,
    rects: Any,
    places: Sequence[BoxPlace],
    marks: Marks,
    name: tuple[str, str],
    rng: Random,
) -> None:
    writer = marks.writers[name[1]]
    shape = writer.shape if rng.random() < writer.faithful else writer.second
    patch = _fitting(leaf, rect, rects, writer, shape, rng)
    lay(leaf.image, patch, writer.pen.bgr)
    marks.drawn[name] = shape
    marks.grazed |= {
        (places[k].item_id, places[k].column)
        for k in _near(patch, rects)
        if patch.over(rects[k]) > 1 and (places[k].item_id, places[k].column) != name
    }


def _near(patch: Patch, rects: Any) -> list[int]:
    """Which rectangles the patch reaches at all."""
    h, w = patch.alpha.shape
    apart = (rects[:, 0] > patch.x + w) | (rects[:, 2] < patch.x)
    apart |= (rects[:, 1] > patch.y + h) | (rects[:, 3] < patch.y)
    return [int(k) for k in np.flatnonzero(~apart)]


def _fitting(leaf: Leaf, rect: Any, rects: Any, writer: Writer, shape: str, rng: Random) -> Patch:
    """A mark that a person would give to its box; the farther off and the larger a try, the
    sooner it is drawn again, nearer and smaller."""
    calm = 1.0
    while True:
        patch = _try(leaf, rect, writer, shape, calm, rng)
        if patch is not None and (calm < 0.05 or _belongs(patch, rect, rects, shape)):
            return patch
        calm *= 0.6


def _try(
    leaf: Leaf, rect: Any, writer: Writer, shape: str, calm: float, rng: Random
) -> Patch | None:
    side = float(min(rect[2] - rect[0], rect[3] - rect[1]))
    size = max(0.45, rng.gauss(writer.size, writer.spread * writer.size))
    size = 1 + (min(size, 2.5) - 1) * calm if size > 1 else size
    offsets = [
        side * calm * max(-_GREATEST_OFFSET, min(_GREATEST_OFFSET, rng.gauss(b, writer.scatter)))
        for b in writer.bias
    ]
    center = ((rect[0] + rect[2]) / 2 + offsets[0], (rect[1] + rect[3]) / 2 + offsets[1])
    reach = max(side * size, leaf.px(2.0))
    if shape == "circle":
        reach = side * max(1.1, min(size, 1.4))
    lines = mark_lines(writer, shape, center, reach, leaf.dpi, rng)
    return rasterise(lines, writer.pen, leaf.size, rng.randrange(1 << 30))


def _belongs(patch: Patch, rect: Any, rects: Any, shape: str) -> bool:
    mine = patch.over(rect)
    near = [rects[k] for k in _near(patch, rects)]
    others = max((patch.over(r) for r in near if not np.array_equal(r, rect)), default=0.0)
    if shape == "circle":
        return others < 0.1 * patch.total
    return mine >= _LEAST_INSIDE * patch.total and mine >= _CLEARLY_OWN * others


def _cancelled_mark(
    leaf: Leaf,
    rect: Any,
    rects: Any,
    places: Sequence[BoxPlace],
    marks: Marks,
    name: tuple[str, str],
    rng: Random,
) -> None:
    """A mark, taken back."""
    writer = marks.writers[name[1]]
    way = rng.choice([c for c in marks.cancels if c != "blacked" or not _dense(writer)])
    _pen_mark(leaf, rect, rects, places, marks, name, rng)
    marks.drawn[name] += f", {way}"
    side = float(max(rect[2] - rect[0], rect[3] - rect[1]))
    center = ((rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2)
    strokes = {
        "struck": [[(-1.1, y), (0, y + 0.04), (1.1, y - 0.08)] for y in (-0.14, 0.16)],
        "blacked": [[(-0.62 + 1.24 * k / 16, 0.6 if k % 2 else -0.6) for k in range(17)]],
        "whitened": [
            [(-0.5, -0.35), (0.5, -0.3), (-0.5, 0.05), (0.5, 0.1), (-0.5, 0.4), (0.5, 0.4)]
        ],
    }[way]
    lines = [written(s, writer, center, side, 0.0, leaf.dpi, rng) for s in strokes]
    if way == "blacked":
        for line in lines:
            np.maximum(line.width, side * 0.14, out=line.width)
    if way == "whitened":
        for line in lines:
            np.maximum(line.width, side * 0.42, out=line.width)
    patch = rasterise(lines, writer.pen, leaf.size, rng.randrange(1 << 30))
    if patch is None:
        return
    if way == "whitened":
        alpha = np.minimum(patch.alpha * 1.2, rng.uniform(*_FLUID))
        cover(leaf.image, Patch(patch.x, patch.y, alpha), _FLUID_COLOR)
    else:
        lay(leaf.image, patch, writer.pen.bgr)


def _dense(writer: Writer) -> bool:
    """Whether a box blacked out would look like one of this hand's marks."""
    shapes = (writer.shape, writer.second) if writer.faithful < 1 else (writer.shape,)
    return any(shape in DENSE_SHAPES for shape in shapes)


def _outside_mark(
    leaf: Leaf, empty: Image, rect: Any, marks: Marks, name: tuple[str, str], rng: Random
) -> bool:
    """A mark in the cell beside the box, where nothing is printed between the two; False where
    there is no room for one."""
    writer = marks.writers[name[1]]
    side = float(max(rect[2] - rect[0], rect[3] - rect[1]))
    usual = side * min(1.2, max(0.7, writer.size))
    paper = float(np.median(empty))
    for attempt in range(_OUTSIDE_TRIES):
        size = usual * (1 - 0.5 * attempt / _OUTSIDE_TRIES)
        away = rng.choice((-1, 1)) * (side * rng.uniform(0.65, 0.95) + size * 0.75)
        center = (
            (rect[0] + rect[2]) / 2 + away,
            (rect[1] + rect[3]) / 2 + rng.uniform(-0.2, 0.2) * side,
        )
        lines = mark_lines(writer, rng.choice(("tick", "cross")), center, size, leaf.dpi, rng)
        patch = rasterise(lines, writer.pen, leaf.size, rng.randrange(1 << 30))
        if patch is None or patch.over(_grown(rect, 0.12 * side)) > 0:
            continue
        if _clear(empty, patch, rect, away, paper):
            lay(leaf.image, patch, writer.pen.bgr)
            marks.drawn[name] = "beside the box"
            return True
    return False


def _grown(rect: Any, by: float) -> tuple[float, ...]:
    return rect[0] - by, rect[1] - by, rect[2] + by, rect[3] + by


def _clear(empty: Image, patch: Patch, rect: Any, away: float, paper: float) -> bool:
    """Whether nothing is printed from the box to the far side of the mark."""
    h, w = patch.alpha.shape
    x0, x1 = (rect[2] + 2, patch.x + w) if away > 0 else (patch.x, rect[0] - 2)
    y0, y1 = min(patch.y, rect[1] + 2), max(patch.y + h, rect[3] - 2)
    area = empty[int(max(0, y0)) : int(y1) + 1, int(max(0, x0)) : int(x1) + 1]
    return bool(area.size) and float(area.min()) > paper - _CLEAN
