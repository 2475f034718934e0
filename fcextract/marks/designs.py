"""Whether what is said to be one state of a column also looks like one.

A program that prints a column draws each state in one way: a tick beside a cross, a green
dot beside a red one, a switch to the left and to the right are two ways, and each would pass
for a mark alone. Nothing here gives a state. Where the printed boxes of one column that are
said to be alike come in two designs, or blank cells in two shades, the paper follows a code
that nobody told, and none of them says anything.

What a hand or a viewer put on the page never repeats itself to the point; it is told from
printed designs by that, and let be.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fcextract.marks.coverage import GRID, is_crossed
from fcextract.marks.drawn import is_shading, pieces_in
from fcextract.marks.evidence import Says, Verdict, contrast
from fcextract.marks.pieces import VISIBLE, paint, pieces_of
from fcextract.records import Place
from fcextract.text.marks import CROSSED_BOX, symbol

Cell = tuple[Place | None, Verdict | None]
Channels = NDArray[np.float64]

#: Two paintings are of one design if no more than this share of the grid's points find no
#: like within a point in the other: producers round places to a pixel of the screen. Of 350
#: forms by 15 producers the worst was 0.08; a star filled and not, the closest two designs
#: tried beside a tick and a cross, differ on 0.11.
ALIKE = 0.095
#: The same for a painting that repeats another.
REPEATED = 0.03
#: So many repeats make a design printed, and printed designs so much of a column printed.
FEWEST, PRINTED = 3, 0.8
#: How far the measures of two pictures of one design may lie apart; each printing may scale
#: a picture anew.
SAME_PICTURE = 0.12
#: Part of the box that is compared: all of it and what reaches over its frame; and the part
#: that a cross in it takes.
AROUND, WITHIN = 1.15, 0.66
TWO_DESIGNS = "boxes of this column are printed in two designs"
TWO_SIGNS = "a cross in a column of ticks"
TWO_SHADES = "cells of this column are shaded in two ways"


class Design(NamedTuple):
    """What a box looks like: colours on a grid over it, whether there is a cross in it, how
    many paintings made it, and the measures (see :class:`~fcextract.records.Picture`) of the
    pictures there."""

    colors: tuple[int, ...]
    crossed: bool
    paintings: int
    pictures: tuple[tuple[float, float, float], ...]


def in_two_ways(columns: Sequence[Sequence[Cell]]) -> Iterator[tuple[Place, str]]:
    """The places in the columns of a form whose words cannot be believed, each with the
    reason. What one column's two designs mean nobody knows in the other column either."""
    for says in (Says.TICKED, Says.BARE, Says.EMPTY):
        told = [
            [(p, v) for p, v in column if p is not None and v is not None and v.says is says]
            for column in columns
        ]
        printed = [[(p, _design(p, v)) for p, v in cells if _is_printed(v)] for cells in told]
        if any(_are_two([design for _, design in cells]) for cells in printed):
            yield from ((p, TWO_DESIGNS) for cells in printed for p, _ in cells)
        typed = [[p for p, v in cells if v.kinds == ("glyph",)] for cells in told]
        yield from ((p, TWO_SIGNS) for places in typed for p in _crosses(places))


def shaded_in_two_ways(rows: Iterable[tuple[Cell, Cell]]) -> list[Place]:
    """The blank cells of rows whose two cells are sometimes of one shade and sometimes not.
    A row may be shaded as a whole, or one of the columns: neither tells of a box."""
    pairs = [(a[0], b[0]) for a, b in rows if _is_blank(a) and _is_blank(b) and a[0] and b[0]]
    if len({_differ(a, b) for a, b in pairs}) < 2:
        return []
    return [p for pair in pairs for p in pair]


def _is_printed(verdict: Verdict) -> bool:
    """Whether all that spoke is on the page itself, and none of it is characters."""
    return bool(verdict.kinds) and set(verdict.kinds) <= {"vector", "picture"}


def _design(place: Place, verdict: Verdict) -> Design:
    box = verdict.box
    pieces = [p for p in pieces_in(place) if p.box.touches(box, -0.1)]
    pictures = [(p.ink, p.core, p.ring) for p in place.pictures if p.box.touches(box)]
    crossed = is_crossed(paint(box, pieces, WITHIN))
    return Design(paint(box, pieces, AROUND), crossed, len(pieces), tuple(sorted(pictures)))


def _are_two(designs: Sequence[Design]) -> bool:
    """Whether most of ``designs`` repeat each other, and not all are alike. A single one that
    differs, or two that more was painted on, are boxes that a stroke runs through."""
    groups: list[list[Design]] = []
    for design in designs:
        own = next((g for g in groups if _repeats(g[0], design)), None)
        if own is None:
            groups.append([design])
        else:
            own.append(design)
    printed = [g for g in groups if len(g) >= FEWEST]
    if sum(map(len, printed)) < PRINTED * len(designs):
        return False
    first = max(printed, key=len, default=[])
    return any(
        not _are_alike(first[0], g[0])
        for g in groups
        if len(g) >= FEWEST or (len(g) > 1 and g[0].paintings <= first[0].paintings)
    )


def _repeats(a: Design, b: Design) -> bool:
    """Whether two designs are the same to the point, or nearly."""
    if a.crossed is not b.crossed or not _same_pictures(a, b):
        return False
    if a.colors == b.colors:
        return True
    differ = sum(contrast(x, y) > VISIBLE for x, y in zip(a.colors, b.colors, strict=True))
    return differ <= REPEATED * len(a.colors)


def _are_alike(a: Design, b: Design) -> bool:
    """Whether two designs are the same, each point as good as those around it."""
    if a.crossed is not b.crossed or not _same_pictures(a, b):
        return False
    one, other = _channels(a), _channels(b)
    return max(_without_like(one, other), _without_like(other, one)) <= ALIKE


def _same_pictures(a: Design, b: Design) -> bool:
    if len(a.pictures) != len(b.pictures):
        return False
    pairs = zip(a.pictures, b.pictures, strict=True)
    return all(abs(x - y) <= SAME_PICTURE for p, q in pairs for x, y in zip(p, q, strict=True))


def _channels(design: Design) -> Channels:
    """(GRID, GRID, 3): red, green and blue, 0 to 1."""
    colors = np.array(design.colors, dtype=np.uint32).reshape(GRID, GRID)
    return np.stack([(colors >> s & 255) / 255.0 for s in (16, 8, 0)], axis=-1)


def _without_like(one: Channels, other: Channels) -> float:
    """The share of the points of ``one`` that look like none around them in ``other``."""
    padded = np.pad(other, ((1, 1), (1, 1), (0, 0)), mode="edge")
    like = np.zeros((GRID, GRID), dtype=bool)
    for y, x in itertools.product(range(3), repeat=2):
        away = np.abs(one - padded[y : y + GRID, x : x + GRID]).max(axis=-1)
        like |= away <= VISIBLE
    return 1.0 - float(like.mean())


def _crosses(places: Sequence[Place]) -> list[Place]:
    """Those of typed boxes that are crossed, where others are ticked or filled."""
    said = [(p, "".join(symbol(r.text, r.font) for r in p.runs).strip()) for p in places]
    crossed = [p for p, text in said if text in CROSSED_BOX]
    return crossed if len(crossed) < len(said) else []


def _is_blank(cell: Cell) -> bool:
    return cell[1] is not None and cell[1].says is None


def _differ(a: Place, b: Place) -> bool:
    return contrast(_shade(a), _shade(b)) > 0.0


def _shade(place: Place) -> int:
    """The colour of a cell's ground."""
    shades = [p for p in pieces_of(place.shapes, ()) if is_shading(p, place.cell)]
    return max(shades, key=lambda p: p.seq).color if shades else 0xFFFFFF
