"""A form with no more of it than lists, totals and reports need."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from fcextract.editions import Item
from fcextract.records import AuditedSheet, BoxReading, Entry, State

#: How a box stands, and what it was read as if a person corrected it.
Stands = tuple[State, State | None]


def in_brief(audited: AuditedSheet) -> AuditedSheet:
    """A form of a few kilobytes: its entries are shared with all forms that are ticked alike
    there, and hold no texts, no places and no confidences."""
    entries = tuple(
        _entry(e.item, *((b.state, b.read_as) for b in (e.self_box, e.reviewer_box)))
        for e in audited.sheet.entries
    )
    return replace(audited, sheet=replace(audited.sheet, entries=entries, extras=(), notes=()))


@lru_cache(maxsize=10_000)
def _entry(item: Item, own: Stands, other: Stands) -> Entry:
    first, second = (BoxReading(state, 0.0, read_as=read_as) for state, read_as in (own, other))
    return Entry(item, None, first, second)
