"""The boxes of rows that stand on pages of pixels, through the raster judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from fcextract.geometry import Box
from fcextract.marks.raster import NO_BOX, CellReading, judge_form
from fcextract.records import (
    BoxReading,
    CellImage,
    LocatedRow,
    Measure,
    PageFrame,
    Place,
    State,
)
from fcextract.scan import Scan

#: A cell's surroundings that are shown with it: a share of its height, and at most points.
MARGIN, MOST = 0.34, 14.0
#: And this much more beside it where no rules bound it there, in points.
BESIDE = 18.0
#: A box's middle lies this far inside its row at least, in box heights; where rows are told
#: by their text alone, one that lies nearer to the edge may be the next row's.
INSIDE = 0.25
#: A cell with fewer pixels than this across or down shows no box.
FEWEST_PIXELS = 6
#: Cells of one column begin and end in places that differ by less, in points.
SAME_END = 8.0
#: A box is so many of its widths off the line of its column, at most, which the boxes of so many
#: rows above and below tell.
OFF, NEARBY = 1.2, 4
#: Two boxes are one where they share this much of the smaller one.
SAME = 0.4


class _Held(NamedTuple):
    """A place that its page shows, and what is shown round it."""

    place: Place
    scan: Scan
    around: Box
    column: int


def read_paper(
    rows: Sequence[LocatedRow], frames: Mapping[int, PageFrame]
) -> dict[int, BoxReading]:
    """The reading of every place on a page of pixels, by the place's ``id``. All boxes of the
    form are judged together."""
    out: dict[int, BoxReading] = {}
    held: list[_Held] = []
    for row in rows:
        for column, place in enumerate((row.self_place, row.reviewer_place)):
            # A page break may have put a row's boxes on another page than its text.
            scan = frames[place.page].scan if place is not None else None
            if place is None or scan is None:
                continue
            if _is_shown(place.cell, scan):
                held.append(_Held(place, scan, _around(place), column))
            else:
                out[id(place)] = _reading(place, frames[place.page], None, NO_BOX, "")
    readings = judge_form([_image(h) for h in held], [_column(h) for h in held])
    boxes = [_box(h, r) for h, r in zip(held, readings, strict=True)]
    doubts = _doubts(held, boxes)
    for h, box, reading, doubt in zip(held, boxes, readings, doubts, strict=True):
        out[id(h.place)] = _reading(h.place, frames[h.place.page], box, reading, doubt)
    return out


def _doubts(held: Sequence[_Held], boxes: Sequence[Box | None]) -> list[str]:
    """Why each box may be a neighbour's; empty where nothing says so."""
    claimed = _claimed_twice(
        [(h.place.page, i, b) for i, (h, b) in enumerate(zip(held, boxes, strict=True)) if b]
    )
    strange = _out_of_line([(h.place.page, h.column, b) for h, b in zip(held, boxes, strict=True)])
    return [
        "two rows claim the box"
        if i in claimed
        else "the box stands out of line with its column"
        if i in strange
        else _outside(h.place.cell, box)
        for i, (h, box) in enumerate(zip(held, boxes, strict=True))
    ]


def _is_shown(cell: Box, scan: Scan) -> bool:
    """Whether the page shows enough of a cell to hold a box."""
    y0, y1, x0, x1 = scan.span(cell)
    return min(y1 - y0, x1 - x0) >= FEWEST_PIXELS


def _around(place: Place) -> Box:
    """What is shown of a cell: a margin round it, and a wide one beside it where no rules say
    where the cell ends."""
    grown = place.cell.grow(min(MARGIN * place.cell.height, MOST))
    if any(r.along == "v" for r in place.lines):
        return grown
    return grown._replace(x0=grown.x0 - BESIDE, x1=grown.x1 + BESIDE)


def _column(held: _Held) -> tuple[int, ...]:
    """What cells share in which boxes stand alike: where no rules do, the text beside them tells
    where cells end, so that these differ on one page."""
    cell = held.place.cell
    return held.column, held.place.page, round(cell.x0 / SAME_END), round(cell.x1 / SAME_END)


def _image(held: _Held) -> CellImage:
    cell, scan = held.place.cell, held.scan
    y0, y1, x0, x1 = scan.span(held.around)
    s = scan.scale
    inner = (cell.x0 * s - x0, cell.y0 * s - y0, cell.x1 * s - x0, cell.y1 * s - y0)
    colour = None if scan.colour is None else scan.colour[y0:y1, x0:x1]
    return CellImage(scan.grey[y0:y1, x0:x1], colour, inner, scan.dpi, scan.bilevel)


def _box(held: _Held, found: CellReading) -> Box | None:
    """The printed box on the flat page."""
    if found.box is None:
        return None
    y0, _, x0, _ = held.scan.span(held.around)
    s = held.scan.scale
    a, b, c, d = found.box
    return Box((a + x0) / s, (b + y0) / s, (c + x0) / s, (d + y0) / s)


def _outside(cell: Box, box: Box | None) -> str:
    """Why a box may be a neighbour's: its middle is not well inside its cell."""
    if box is None:
        return ""
    slack = INSIDE * box.height
    inside = cell.y0 + slack <= box.cy <= cell.y1 - slack and cell.x0 <= box.cx <= cell.x1
    return "" if inside else "the box stands across the row's edge"


def _out_of_line(boxes: Sequence[tuple[int, int, Box | None]]) -> set[int]:
    """Which of ``boxes`` (page, column, place) stand where their column does not: they may be of
    the other column, or no boxes."""
    found: set[int] = set()
    columns: dict[tuple[int, int], list[tuple[float, int, Box]]] = {}
    for i, (page, column, box) in enumerate(boxes):
        if box is not None:
            columns.setdefault((page, column), []).append((box.cy, i, box))
    for held in columns.values():
        held.sort()
        for k, (_, i, box) in enumerate(held):
            near = held[max(0, k - NEARBY) : k + NEARBY + 1]
            if abs(box.cx - median(b.cx for _, _, b in near)) > OFF * box.width:
                found.add(i)
    return found


def _claimed_twice(boxes: Sequence[tuple[int, int, Box]]) -> set[int]:
    """Which of ``boxes`` (page, key, place) another place has found too: their keys."""
    found: set[int] = set()
    by_page: dict[int, list[tuple[Box, int]]] = {}
    for page, i, box in boxes:
        by_page.setdefault(page, []).append((box, i))
    for held in by_page.values():
        for (a, i), (b, j) in pairwise(sorted(held, key=lambda h: (round(h[0].x0 / 8), h[0].y0))):
            if a.overlap(b) > SAME * min(a.area, b.area):
                found |= {i, j}
    return found


def _reading(
    place: Place, frame: PageFrame, box: Box | None, found: CellReading, doubt: str
) -> BoxReading:
    """The reading with its box on the page as submitted; the cell where no box was found."""
    if found.state is State.MISSING:
        return BoxReading(found.state, 0.0, place.page, code=found.code, reason=found.reason)
    if doubt:
        found = found.doubted(doubt)
    return BoxReading(
        found.state,
        found.confidence,
        place.page,
        frame.submitted(box or place.cell),
        ("raster",),
        found.code,
        found.reason,
        measures=_measures(found),
    )


def _measures(found: CellReading) -> tuple[Measure, ...]:
    """What was measured on the pixels of a box that was found."""
    if found.box is None:
        return ()
    return (
        Measure("fill", f"{found.fill_score:.3f}"),
        Measure("frame", f"{found.match_score:.3f}"),
        Measure("mark", f"{found.mark_score:.3f}"),
        Measure(f"network:{found.kind}", f"{found.probability:.4f}"),
    )
