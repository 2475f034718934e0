"""The boxes of rows that no rules part, tied to their rows.

On paper a line through a row's text meets its boxes only nearly: the page may lean by a
hair, a box may stand lower than its line, a mark may pull what is seen of it up or down. So
a column of boxes is tied as a whole. What is surely a bare box (as high as most are) stands
at one distance from its row's first, middle or last line, but for a slow drift down the
page; that law must hold for nearly all of them, or none of the column's rows are believed.
By it every row has its place, and only what stands there is its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from fcextract.geometry import Box
from fcextract.locate.paper.law import (
    BARE,
    EXACT,
    FARTHEST,
    Floats,
    Law,
    agrees,
    find_law,
    is_bare,
    pitch,
    usual_height,
)
from fcextract.records import LocatedRow, Picture, Place

#: A cell reaches this far from the middle of its box, in box heights, where neighbours leave
#: room.
REACH = 1.25

PLACES = ("self_place", "reviewer_place")
APART = "the box does not stand beside its row's text"
SPLIT = "no text of the row stands on the page of its box"


def tie_pages(
    pages: Sequence[tuple[Sequence[LocatedRow], Sequence[Picture]]],
) -> list[list[LocatedRow]]:
    """The rows of all pages, each with its page's spots: the cells of those that no rules part
    drawn round their own boxes; doubtful where that cannot be told, and without the place of a
    column of which alone it cannot. Rows made only of boxes that turn out to be other rows' are
    left out. A page with too few rows to have a law obeys that of the page with most."""
    tied = [_tied(rows, pictures, None) for rows, pictures in pages]
    laws = [(len(rows), law) for rows, law in tied if law is not None]
    lent = max(laws, key=lambda t: t[0], default=(0, None))[1]
    if lent is not None:
        lent = lent._replace(drift=0.0)
    return [
        rows if law is not None or lent is None else _tied(*page, lent)[0]
        for page, (rows, law) in zip(pages, tied, strict=True)
    ]


def _tied(
    rows: Sequence[LocatedRow], pictures: Sequence[Picture], lent: Law | None
) -> tuple[list[LocatedRow], Law | None]:
    """The rows of one page, tied, and the page's law, which is ``lent`` if it has none."""
    out = list(rows)
    taken: list[Box] = []
    parts = sorted(_parts(rows), key=len, reverse=True)
    # Where a page break cut off the rule under the last row, the ruled ones tell the law.
    usual = (_law_of_ruled(rows, pictures) or lent) if parts else None
    for part in parts:
        lines = np.array([_lines(rows[i]) for i in part])
        held = {name: [getattr(rows[i], name) for i in part] for name in PLACES}
        cells, usual, strange = _cells(held, lines, pictures, usual)
        for k, i in enumerate(part):
            if cells:
                own = {name: column[k] for name, column in cells.items()}
                out[i] = _within(rows[i], own, pictures)
                taken += _boxes(out[i])
                if k in strange:
                    out[i] = replace(out[i], doubt=out[i].doubt or APART)
            elif rows[i].self_place or rows[i].reviewer_place:
                out[i] = replace(rows[i], doubt=rows[i].doubt or APART)
    return [r for r in out if not _is_claimed(r, taken)], usual


def _within(row: LocatedRow, cells: Mapping[str, Box], pictures: Sequence[Picture]) -> LocatedRow:
    """The row with ``cells`` for those of its places, and what ``pictures`` stand in them;
    without the places that have none."""

    def moved(place: Place | None, cell: Box | None) -> Place | None:
        if place is None or cell is None:
            return None
        own = tuple(p for p in pictures if cell.holds(p.box.cx, p.box.cy))
        return place._replace(cell=cell, pictures=own)

    return replace(
        row,
        self_place=moved(row.self_place, cells.get("self_place")),
        reviewer_place=moved(row.reviewer_place, cells.get("reviewer_place")),
    )


def _boxes(row: LocatedRow) -> list[Box]:
    """What a row has of the page's spots."""
    return [p.box for pl in (row.self_place, row.reviewer_place) if pl for p in pl.pictures]


def split_apart(rows: Sequence[LocatedRow], scanned: set[int]) -> list[LocatedRow]:
    """``rows``, those doubtful whose boxes stand on another page of pixels than their text,
    where no rules tell that they are theirs. ``scanned`` are the pages of pixels."""
    return [
        replace(r, doubt=r.doubt or SPLIT)
        if not r.ruled
        and any(
            p is not None and p.page in scanned and p.page != r.page
            for p in (r.self_place, r.reviewer_place)
        )
        else r
        for r in rows
    ]


def _law_of_ruled(rows: Sequence[LocatedRow], pictures: Sequence[Picture]) -> Law | None:
    """The law that the boxes of the page's ruled rows obey; None where they are too few."""
    for part in sorted(_parts(rows, ruled=True), key=len, reverse=True):
        lines = np.array([_lines(rows[i]) for i in part])
        held = {name: [getattr(rows[i], name) for i in part] for name in PLACES}
        law = _cells(held, lines, pictures, None)[1]
        if law is not None:
            return law
    return None


def _parts(rows: Sequence[LocatedRow], *, ruled: bool = False) -> list[list[int]]:
    """Rows that share their columns, those that rules part, or those that none do: these as far
    as they follow each other, for the first row of a page and its last say nothing of what stands
    between."""
    parts: dict[object, list[int]] = {}
    block = 0
    for i, r in enumerate(rows):
        block += r.ruled and not ruled
        if r.ruled != ruled or r.number is None or r.span is None:
            continue
        columns = (
            None if p is None else (p.page, p.cell.x0, p.cell.x1)
            for p in (r.self_place, r.reviewer_place)
        )
        key = (block, *columns)
        parts.setdefault(key, []).append(i)
    return [sorted(p, key=lambda i: rows[i].span or (0.0, 0.0)) for p in parts.values()]


def _lines(row: LocatedRow) -> tuple[float, float, float]:
    first, last = row.span or (0.0, 0.0)
    return first, (first + last) / 2, last


def _is_claimed(row: LocatedRow, taken: Sequence[Box]) -> bool:
    """Whether a row without text holds nothing but boxes that other rows have."""
    if row.ruled or row.number is not None or row.lines or row.keyword or row.remark:
        return False
    held = _boxes(row)
    return bool(held) and all(b in taken for b in held)


def _cells(
    held: Mapping[str, Sequence[Place | None]],
    lines: Floats,
    pictures: Sequence[Picture],
    usual: Law | None,
) -> tuple[dict[str, list[Box]], Law | None, set[int]]:
    """The cells of those columns whose law is found, one a row of ``lines``, the page's law
    (``usual``, or else the one found), and the rows beside which a box stands that is no
    row's. A column of which marks cover the boxes, and rows too
    few to have a law, obey the page's if what is seen of them agrees."""
    step = pitch(lines[:, 0])
    top, bottom = lines[0, 0] - step, lines[-1, 2] + step
    known: dict[str, Box] = {}
    spots: dict[str, list[Picture]] = {}
    for name, places in held.items():
        cell = next((p.cell for p in places if p is not None), None)
        if cell is not None:
            known[name] = cell
            spots[name] = [
                p for p in pictures if cell.x0 <= p.box.cx <= cell.x1 and top <= p.box.cy <= bottom
            ]
    height = usual_height([p.box for own in spots.values() for p in own if p.ring >= BARE])
    bare = {
        name: np.array(sorted(p.box.cy for p in own if is_bare(p, height)))
        for name, own in spots.items()
    }
    laws = {name: find_law(bare[name], lines, height) for name in known}
    if usual is None:
        usual = next((law for law in laws.values() if law is not None), None)
    found = {}
    strange: set[int] = set()
    for name, cell in known.items():
        law = laws[name]
        if law is None and usual is not None and agrees(usual, spots[name], lines, height):
            law = usual
        if law is not None:
            found[name] = _round(law.at(lines), bare[name], cell, height)
            strange |= _beside_strangers(law.at(lines), lines, spots[name], height)
    return found, usual, strange


def _beside_strangers(
    at: Floats, lines: Floats, spots: Sequence[Picture], height: float
) -> set[int]:
    """The rows that may be two, of which one was not seen, or may not be whole: a box that is
    no row's stands beside the row's own lines, or next to its place, where none is."""
    slack = EXACT * height
    reach = [(p.box.cy, p.box.cy) if is_bare(p, height) else (p.box.y0, p.box.y1) for p in spots]
    seen = [bool(np.any((at >= lo - slack) & (at <= hi + slack))) for lo, hi in reach]
    free = [p.box for p, own in zip(spots, seen, strict=True) if not own]
    within = [
        {k for k, (lo, _, hi) in enumerate(lines.tolist()) if lo - slack <= b.cy <= hi + slack}
        for b in free
    ]
    out = set().union(*within)
    far = height + FARTHEST * pitch(at)
    ends = [at[0] - far, *at.tolist(), at[-1] + far]
    for k, y in enumerate(at.tolist()):
        blank = not any(lo - slack <= y <= hi + slack for lo, hi in reach)
        strange = (b for b, rows in zip(free, within, strict=True) if not rows)
        if blank and any(ends[k] < b.cy < ends[k + 2] for b in strange):
            out.add(k)
    return out


def _round(at: Floats, bare: Floats, known: Box, height: float) -> list[Box]:
    """A cell round each place, up to half-way to its neighbours. A bare box near the place is
    its middle; one that is no row's is a neighbour too."""
    middles = [
        min((y for y in bare if abs(y - a) <= EXACT * height), key=lambda y: abs(y - a), default=a)
        for a in at.tolist()
    ]
    strange = [y for y in bare.tolist() if min(abs(y - m) for m in middles) > EXACT * height]
    every = sorted([*middles, *strange])
    edges = {b: (a + b) / 2 for a, b in pairwise(every)}
    ends = {a: (a + b) / 2 for a, b in pairwise(every)}
    reach = REACH * height
    return [
        known._replace(
            y0=max(m - reach, edges.get(m, m - reach)), y1=min(m + reach, ends.get(m, m + reach))
        )
        for m in middles
    ]
