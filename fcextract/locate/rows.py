"""Bands and columns to rows: every object of the page goes to the cell it lies in."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from fcextract.editions import Edition
from fcextract.geometry import Box, hull, lines_of
from fcextract.locate.bands import Band
from fcextract.locate.cells import Range
from fcextract.locate.columns import Layout
from fcextract.locate.draft import Draft
from fcextract.locate.headings import match_heading
from fcextract.locate.inferred import Columns
from fcextract.locate.natures import read_natures
from fcextract.locate.paper import UNREAD
from fcextract.locate.parts import BESIDE
from fcextract.locate.ruling import Ruling
from fcextract.locate.segments import NEAR, Segment, goes_on, under
from fcextract.locate.spots import LARGEST
from fcextract.locate.texts import cell_lines
from fcextract.records import LocatedRow, Place, Rule, Run, Shape
from fcextract.text.fold import fold
from fcextract.text.marks import is_label, is_mark

T = TypeVar("T")

#: Two lines share this much of the smaller one when one is printed over the other.
OVERPRINT = 0.25
#: Rows whose marks may be left over before their columns are called wrong: so many, or one
#: for so many marks in each of the two columns.
ASTRAY, HELD = 1, 4
#: A typed mark this far beside its column is still taken for one, in points.
ASIDE = 6.0
#: Lines of one text stand no further apart than this, in heights of a line; at double spacing
#: they leave one.
PARTED = 1.4
#: A line this close outside a cell may cut a box that reaches over its edge, in points.
NEIGHBOUR = 6.0


def build_rows(draft: Draft, layout: Layout, edition: Edition) -> list[LocatedRow]:
    """The rows of one page, top to bottom. Bands without a number are rows only if
    they hold a box or go on with a text: heading rows are neither."""
    bands = sorted(draft.bands, key=lambda b: b.top)
    objects = _Objects(draft, bands)
    natures = read_natures(draft, edition)
    columns = [layout.columns(draft, band) for band in bands]
    texts = (
        cell_lines(draft, bands, columns, "self_keyword"),
        cell_lines(draft, bands, columns, "reviewer_remark"),
    )
    crowded = _crowded(bands)
    astray: set[int] = set()
    kept: list[int] = []
    rows: list[LocatedRow] = []
    for i, band in enumerate(bands):
        row = _row(draft, band, columns[i], objects, i, natures, texts)
        if i in crowded:
            row = replace(row, doubt="rows printed over each other")
        if draft.page.scan is not None and is_parted(band):
            row = replace(row, doubt="two texts in one row")
        if band.anchor is None and not _speaks(row, draft, edition):
            continue
        if band.anchor is not None and band.right is None and _astray(row, band, objects, i):
            astray.add(len(rows))
        rows.append(row)
        kept.append(i)
    parts: dict[object, list[int]] = {}
    for k, i in enumerate(kept):
        parts.setdefault(tuple(columns[i].reach.items()), []).append(k)
    for part in parts.values():
        _doubt_astray(rows, part, astray)
    return rows


def _astray(row: LocatedRow, band: Band, objects: _Objects, i: int) -> bool:
    """Whether one of the row's two box cells is blank and a mark stands in neither. Every
    mark is somebody's: where columns are inferred, one left over says that they may be
    wrong. A tick among the remarks of a row with both its boxes is only a remark."""
    places = (row.self_place, row.reviewer_place)
    if all(_holds(p) or (p is not None and p.rules) for p in places):
        return False
    typed = {s.box for s, _ in objects.segments.get(i, ())}
    placed = [s.box for s in band.spots if s.box not in typed]
    placed += [box for _, box in objects.annotations.get(i, ())]
    return _typed_astray(places, band, objects, i) or _drawn_astray(places, band, placed)


def _typed_astray(places: Sequence[Place | None], band: Band, objects: _Objects, i: int) -> bool:
    taken = {id(r) for p in places if p is not None for r in p.runs}
    taken |= {id(r) for s in band.lines for r in s.runs}
    free = [s for s, _ in objects.segments.get(i, ()) if not any(id(r) in taken for r in s.runs)]
    return any(_may_be_box(s.text) and not goes_on(s.box, free) for s in free)


def _drawn_astray(places: Sequence[Place | None], band: Band, placed: Sequence[Box]) -> bool:
    """The same for what is drawn or placed: a tick's path, a picture, a field, a pen's ink."""
    if band.anchor is None:
        return False
    cells = [p.cell for p in places if p is not None]
    left = band.anchor.segment.box.x0 + BESIDE
    return any(
        box.x0 > left
        and not any(c.x0 <= box.cx < c.x1 for c in cells)
        and not any(box.touches(line.box) for line in band.lines)
        for box in placed
    )


def _may_be_box(text: str) -> bool:
    """Whether ``text`` is a mark, or a bit of the brackets that stand for a box."""
    return is_mark(text) or (bool(text.strip()) and not text.strip("()（）[]［］【】 \u3000"))


def _doubt_astray(rows: list[LocatedRow], part: Sequence[int], astray: set[int]) -> None:
    """Make the rows of ``part``, whose columns are the same, doubtful for marks left over:
    their own rows only where hardly any are, else all."""
    mine = [k for k in part if k in astray]
    held = [sum(_holds(p) for p in places) for places in _places(rows, part)]
    few = len(mine) <= ASTRAY or len(mine) * HELD <= min(held)
    reason = "a mark outside the two columns of boxes"
    for k in mine if few else part:
        rows[k] = replace(rows[k], doubt=rows[k].doubt or reason)


def _places(rows: Sequence[LocatedRow], part: Sequence[int]) -> list[list[Place | None]]:
    """The places of both columns."""
    return [[rows[k].self_place for k in part], [rows[k].reviewer_place for k in part]]


def is_parted(band: Band) -> bool:
    """Whether the lines between two rules stand apart as those of one text never do: on paper,
    the rule between two rows may not be seen, and the boxes may be either row's."""
    lines = sorted((s.box for s in band.lines), key=lambda b: b.y0)
    pairs = itertools.pairwise(lines)
    return band.ruled and any(b.y0 - a.y1 > PARTED * min(a.height, b.height) for a, b in pairs)


def _crowded(bands: Sequence[Band]) -> set[int]:
    """Rows whose item text is printed over another row's, and the rows beside them where
    no rule keeps them apart: text that has left its cell no longer tells which boxes are
    its own."""
    lines = [(s.box, i) for i, b in enumerate(bands) for s in b.lines]
    lines.sort(key=lambda t: t[0].y0)
    hit: set[int] = set()
    for k, (box, i) in enumerate(lines):
        for other, j in lines[k + 1 :]:
            if other.y0 > box.y1:
                break
            if i != j and box.overlap(other) > OVERPRINT * min(box.area, other.area):
                hit |= {i, j}
    beside = {j for i in hit for j in (i - 1, i + 1) if 0 <= j < len(bands) and not bands[j].ruled}
    return hit | beside


def _speaks(row: LocatedRow, draft: Draft, edition: Edition) -> bool:
    """Whether a row without a number is part of the list: no heading, no declaration."""
    text = fold("".join(s.text for s in draft.segments if row.band.y0 <= s.box.cy <= row.band.y1))
    if any(fold(label) in text for label in edition.footer_labels.values()):
        return False
    if row.lines and match_heading(fold("".join(row.lines)), edition) is not None:
        return False
    return bool(
        row.lines
        or row.keyword
        or row.remark
        or any(_holds(p) for p in (row.self_place, row.reviewer_place))
    )


def _holds(place: Place | None) -> bool:
    return place is not None and bool(
        place.runs or place.widgets or place.pictures or place.annotations
        or any(s.box.side <= LARGEST for s in place.shapes)
    )  # fmt: skip


class _Objects:
    """The page's objects, each in the band its middle lies in."""

    def __init__(self, draft: Draft, bands: Sequence[Band]) -> None:
        page = draft.page
        self.tops = [b.top for b in bands]
        self.bottoms = [b.bottom for b in bands]
        small = [s for s in page.shapes if s.box.side <= 2 * LARGEST]
        self.large = [s for s in page.shapes if s.box.side > 2 * LARGEST and s.fill is not None]
        self.shapes = self._sort((s, s.box) for s in small)
        self.long = [s for s in page.shapes if s.box.side > 2 * LARGEST and s.points]
        self.tall = [s for s in small if self._crosses(s.box)]
        self.rules = self._sort(_strokes(draft.ruling))
        self.pictures = self._sort((p, p.box) for p in page.pictures if p.box.side <= 2 * LARGEST)
        self.large_pictures = [p for p in page.pictures if p.box.side > 2 * LARGEST]
        self.widgets = self._sort((w, w.box) for w in page.widgets if w.kind == "Btn")
        self.annotations = self._sort((a, a.box) for a in page.annotations if not a.hidden)
        self.segments = self._sort((s, s.box) for s in draft.segments)
        self._lift_labels(bands)

    def _lift_labels(self, bands: Sequence[Band]) -> None:
        """Move a choice's second line to the row of the first, where no rule tells: the
        row's item text may be shorter."""
        for i in range(1, len(bands)):
            if bands[i - 1].ruled or bands[i].ruled:
                continue
            marks = [s for s, _ in self.segments.get(i - 1, ()) if is_mark(s.text)]
            here = self.segments.get(i, [])
            lifted = [t for t in here if is_label(t[0].text) and any(under(t[0], m) for m in marks)]
            if lifted:
                self.segments[i] = [t for t in here if t not in lifted]
                self.segments[i - 1] += lifted

    def _crosses(self, box: Box) -> bool:
        """Whether a box reaches out of the band its middle lies in."""
        i = bisect_right(self.tops, box.cy) - 1
        return i < 0 or box.y0 < self.tops[i] - 0.5 or box.y1 > self.bottoms[i] + 0.5

    def strays(self, i: int, cell: Box) -> tuple[Shape, ...]:
        """Shapes that reach into a cell of band ``i`` and have their middle elsewhere."""
        beside = (s for s, b in self.shapes.get(i, ()) if not cell.x0 <= b.cx < cell.x1)
        above = (s for s in self.tall if not cell.holds(s.box.cx, s.box.cy))
        found = {id(s): s for s in (*beside, *above, *self.long) if s.box.touches(cell)}
        return tuple(found.values())

    def _sort(self, things: Iterable[tuple[T, Box]]) -> dict[int, list[tuple[T, Box]]]:
        out: dict[int, list[tuple[T, Box]]] = {}
        for thing, box in things:
            i = bisect_right(self.tops, box.cy) - 1
            if i >= 0 and box.cy <= self.bottoms[i]:
                out.setdefault(i, []).append((thing, box))
        return out


def _strokes(ruling: Ruling) -> Iterator[tuple[Rule, Box]]:
    """The short strokes of a page and where they belong: a box's sides with the box."""
    yield from ((r, r.box()) for r in ruling.short)
    for square in ruling.squares:
        box = hull(r.box() for r in square)
        assert box is not None
        yield from ((r, box) for r in square)


def _within(held: dict[int, list[tuple[T, Box]]], i: int, x: Range) -> tuple[T, ...]:
    return tuple(t for t, b in held.get(i, ()) if x[0] <= b.cx < x[1])


def _row(
    draft: Draft,
    band: Band,
    cells: Columns,
    objects: _Objects,
    i: int,
    natures: list[tuple[float, float, str]],
    texts: tuple[dict[int, list[Segment]], dict[int, list[Segment]]],
) -> LocatedRow:
    box = Box(draft.ruling_left, band.top, draft.ruling_right, band.bottom)
    number = band.anchor.number if band.anchor else None
    lines = [s.text for s in band.lines]
    if band.anchor:
        lines[0] = band.anchor.rest
    lines = [text for text in lines if text != UNREAD]
    y = (band.top + band.bottom) / 2
    return LocatedRow(
        page=draft.page.number,
        band=box,
        number=number,
        lines=tuple(lines),
        nature=next((n for lo, hi, n in natures if lo <= y <= hi), ""),
        self_place=_place(draft, band, "self", cells, objects, i),
        reviewer_place=_place(draft, band, "reviewer", cells, objects, i),
        keyword=join_segments(texts[0].get(i, ())),
        remark=join_segments(texts[1].get(i, ())),
        ruled=band.ruled,
        span=(band.lines[0].box.cy, band.lines[-1].box.cy) if band.lines else None,
    )


def _place(
    draft: Draft,
    band: Band,
    role: str,
    cells: Columns,
    objects: _Objects,
    i: int,
) -> Place | None:
    typed, x = cells.text.get(role), cells.reach.get(role)
    if typed is None or x is None:
        return None
    cell = Box(x[0], band.top, x[1], band.bottom)
    covers = tuple(s for s in objects.large if s.box.holds(cell.cx, cell.cy))
    photos = tuple(p for p in objects.large_pictures if p.box.holds(cell.cx, cell.cy))
    runs: list[Run] = []
    for s, box in objects.segments.get(i, ()):
        aside = (max(x[0], typed[0] - ASIDE), min(x[1], typed[1] + ASIDE))
        reach = aside if is_mark(s.text) else typed
        if reach[0] <= box.cx < reach[1]:
            runs.extend(s.runs)
    return Place(
        page=draft.page.number,
        cell=cell,
        runs=tuple(runs),
        shapes=covers + _within(objects.shapes, i, x),
        rules=_within(objects.rules, i, x),
        pictures=photos + _within(objects.pictures, i, x),
        widgets=_within(objects.widgets, i, x),
        annotations=_within(objects.annotations, i, x),
        strays=objects.strays(i, cell),
        lines=tuple(draft.ruling.passing(cell.grow(NEIGHBOUR))),
    )


def join_segments(found: Sequence[Segment]) -> tuple[str, ...]:
    """Lines of text from the segments of one cell."""
    found = [s for s in found if s.text.strip()]
    return tuple(_line(line) for line in lines_of(found, key=lambda s: s.box))


def _line(found: Sequence[Segment]) -> str:
    """Segments of one line, a blank between those that stand apart."""
    text, end = "", 0.0
    for s in sorted(found, key=lambda s: s.box.x0):
        text += (" " if text and s.box.x0 - end > NEAR * s.size else "") + s.text
        end = s.box.x1
    return text
