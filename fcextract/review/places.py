"""Where a box lies on its page, and what to show around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fcextract.corrections import COLUMNS
from fcextract.crops import turns
from fcextract.geometry import Box, hull
from fcextract.records import Entry, Scoresheet

#: Farther than any page reaches, in points: pictures are cut at the page's edge.
FAR = 20_000.0
#: Points shown above and below the rows of a strip.
AROUND = 6.0
#: So much more is shown beside a box than above it.
WIDER = 1.9
#: Points shown after a row whose next one is not on its page.
AFTER = 60.0


class Strip(NamedTuple):
    """A part of a page across its whole width: a row with its neighbours.

    ``rect`` is on the page as submitted and may reach beyond it; ``turn`` is the clockwise
    turn, in degrees, that shows it upright; ``rows`` are the entries in it that have a row.
    """

    page: int
    turn: int
    rect: Box
    rows: tuple[Entry, ...]


def index_of(sheet: Scoresheet, item_id: str) -> int | None:
    """The place of an item in the list; None where the list has no such item."""
    return next((n for n, e in enumerate(sheet.entries) if e.item.item_id == item_id), None)


def band_of(entry: Entry, page: int) -> Box | None:
    """The entry's row on ``page``, or None."""
    row = entry.row
    return row.band if row is not None and row.page == page else None


def strip(sheet: Scoresheet, index: int) -> Strip | None:
    """The row of the entry at ``index`` and its neighbours, or where it would have to be;
    None where not even that is known."""
    page, rows = _anchors(sheet, index)
    if page is None:
        return None
    found = hull(band for e in rows if (band := band_of(e, page)) is not None)
    assert found is not None  # a page is only given with rows on it
    turn = turns(sheet).get(page, 0)
    if index not in {index_of(sheet, e.item.item_id) for e in rows} and len(rows) == 1:
        found = _beyond(found, turn, forward=_comes_before(sheet, rows[0], index))
    return Strip(page, turn, _across(found, turn), rows)


def around_box(box: Box, around: float, turn: int) -> Box:
    """``box`` with ``around`` times its longer side above and below it and more beside it, as it is shown after ``turn``."""
    near, far = around * box.side, WIDER * around * box.side
    across, down = (near, far) if turn in (90, 270) else (far, near)
    return Box(box.x0 - across, box.y0 - down, box.x1 + across, box.y1 + down)


def boxes_in(found: Strip) -> Iterator[tuple[Entry, str]]:
    """The boxes on a strip: entry and column."""
    for entry in found.rows:
        for column in COLUMNS:
            reading = entry.box_in(column)
            if reading.box is not None and reading.page == found.page:
                yield entry, column


def _anchors(sheet: Scoresheet, index: int) -> tuple[int | None, tuple[Entry, ...]]:
    """The page to show, and the entries whose rows on it say where."""
    entry = sheet.entries[index]
    page: int | None
    before = _nearest(sheet, range(index - 1, -1, -1))
    after = _nearest(sheet, range(index + 1, len(sheet.entries)))
    if entry.row is not None and entry.row.band is not None:
        page = entry.row.page
    else:
        page = next((e.row.page for e in (before, after) if e and e.row), None)
    rows = (e for e in (before, entry, after) if e is not None)
    return page, tuple(e for e in rows if page is not None and band_of(e, page) is not None)


def _nearest(sheet: Scoresheet, order: range) -> Entry | None:
    rows = (sheet.entries[n] for n in order)
    return next((e for e in rows if e.row is not None and e.row.band is not None), None)


def _comes_before(sheet: Scoresheet, entry: Entry, index: int) -> bool:
    place = index_of(sheet, entry.item.item_id)
    return place is not None and place < index


def _beyond(band: Box, turn: int, forward: bool) -> Box:
    """``band`` and what follows it (or comes before it) on the page."""
    by = AFTER if forward == (turn in (0, 90)) else -AFTER
    x0, y0, x1, y1 = band
    if turn in (0, 180):
        return Box(x0, min(y0, y0 + by), x1, max(y1, y1 + by))
    return Box(min(x0, x0 + by), y0, max(x1, x1 + by), y1)


def _across(band: Box, turn: int) -> Box:
    if turn in (0, 180):
        return Box(0.0, max(0.0, band.y0 - AROUND), FAR, band.y1 + AROUND)
    return Box(max(0.0, band.x0 - AROUND), 0.0, band.x1 + AROUND, FAR)
