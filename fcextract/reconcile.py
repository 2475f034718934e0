"""Marked table to scoresheet: every row tied to its item, exactly the edition's items.

A row is tied by its printed number *and* its wording. Where the two disagree, or
one of them cannot be read, the other must win by a margin; else the row is left
untied and said so. Rows are never counted, so a row lost, doubled or added moves
no other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fcextract.editions import Edition, Item
from fcextract.records import (
    MISSING_BOX,
    BoxReading,
    Entry,
    ExtraRow,
    MarkedTable,
    Note,
    RowReading,
    Scoresheet,
    State,
)
from fcextract.text.match import Matcher, matcher

#: A wording that fits this well settles a tie; the two most alike items of zj-2019 fit
#: each other by 0.64.
SURE = 0.8
#: A numbered row whose wording is damaged is tied from this fit on, if no other item
#: comes within MARGIN of it. A wrong item's fit is 0.1 on average.
DAMAGED, MARGIN = 0.35, 0.15
#: So much two rows with one number must differ to be told apart by wording.
TWIN_MARGIN = 0.08
#: So many items in a row without a trace are a missing page.
PAGE_OF_ITEMS = 5

_NUMBER = re.compile(r"\s*[(（]\s*\d+\s*[)）]")


def reconcile(table: MarkedTable, edition: Edition) -> Scoresheet:
    """Tie ``table`` to ``edition``; see the module's text for the rules."""
    match = matcher(edition)
    tied: dict[str, list[RowReading]] = {}
    extras: list[ExtraRow] = []
    for row in table.rows:
        item_id = tie(row, match)
        if item_id is not None:
            tied.setdefault(item_id, []).append(row)
        elif (code := _extra_code(row)) is not None:
            extras.append(ExtraRow(code, row))
    entries = []
    for item in edition.items:
        rows = tied.get(item.item_id, [])
        entries.append(_entry(item, rows))
        extras += [ExtraRow("item-repeated", row, item.item_id) for row in rows[1:]]
    return Scoresheet(
        source=table.source,
        sha256=table.sha256,
        edition_id=edition.id,
        pages=table.pages,
        header=table.header,
        declared=table.declared,
        entries=tuple(entries),
        extras=tuple(extras),
        notes=(*table.notes, *_missing_pages(entries)),
    )


def tie(row: RowReading, match: Matcher) -> str | None:
    """The item that ``row`` is, or None."""
    ids = match.ids_of(row.number)
    if row.number is not None and not ids:
        return None  # a number of no item speaks against every wording
    fits = sorted(((match.score(row.wording, i), i) for i in ids), reverse=True)
    if fits and fits[0][0] >= SURE:
        return fits[0][1] if _apart(fits) else None
    rivals = [f for f in match.best(row.wording, len(ids) + 2) if f.item_id not in ids]
    rival = rivals[0].score if rivals else 0.0
    if not ids:
        second = rivals[1].score if len(rivals) > 1 else 0.0
        return rivals[0].item_id if rival >= SURE and rival - second >= MARGIN else None
    sure = fits[0][0] >= DAMAGED and fits[0][0] - rival >= MARGIN
    return fits[0][1] if sure and _apart(fits) else None


def _apart(fits: Sequence[tuple[float, str]]) -> bool:
    return len(fits) < 2 or fits[0][0] - fits[1][0] >= TWIN_MARGIN


def _extra_code(row: RowReading) -> str | None:
    """What an untied row is: another item, a row without text, or nothing at all."""
    if row.number is not None or _NUMBER.match(row.wording):
        return "item-unknown"
    boxes = (row.self_box, row.reviewer_box)
    return "unnumbered-row" if any(b.present for b in boxes) else None


def _entry(item: Item, rows: Sequence[RowReading]) -> Entry:
    if not rows:
        return Entry(item, None, MISSING_BOX, MISSING_BOX)
    first = rows[0]
    return Entry(
        item=item,
        row=first,
        self_box=_agreed([r.self_box for r in rows]),
        reviewer_box=_agreed([r.reviewer_box for r in rows]),
        keyword=next((r.keyword for r in rows if r.keyword), ""),
        remark=next((r.remark for r in rows if r.remark), ""),
    )


def _agreed(boxes: Sequence[BoxReading]) -> BoxReading:
    """One reading of a box that stands on the form more than once."""
    seen = [b for b in boxes if b.state is not State.MISSING]
    if not seen:
        return boxes[0]
    if len({b.state for b in seen}) == 1:
        return seen[0]
    return seen[0].unread("the row stands twice, in different states", "readers-disagree")


def _missing_pages(entries: Sequence[Entry]) -> list[Note]:
    notes, block = [], []
    for e in [*entries, None]:
        if e is not None and e.row is None:
            block.append(e)
            continue
        if PAGE_OF_ITEMS <= len(block) < len(entries):
            first, last = block[0].item.item_no, block[-1].item.item_no
            notes.append(Note("page-missing", detail=f"({first})–({last})"))
        block = []
    return notes
