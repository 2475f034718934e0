"""Totals from the ticks, as ranges where boxes are unread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from fcextract.audit.case import PARTS, WHO, CountBy
from fcextract.editions import Edition, Item
from fcextract.records import Count, Declared, Entry, State, Summary

UNREAD = frozenset({State.UNCERTAIN, State.MISSING})


def recount(entries: Iterable[Entry], edition: Edition, count: CountBy = "numbers") -> Summary:
    """The recomputed totals of both columns.

    A number is met if any of its rows is ticked; it may be met if any is unread.
    With ``count="rows"`` each printed row stands for itself.
    """
    entries = tuple(entries)
    of = denominators(edition, count)
    counts = {
        (who, part): _count(units, of[part])
        for who in WHO
        for part, units in _by_part(entries, who, edition, count).items()
    }
    return Summary(counts, unread_boxes(entries))


def unread_boxes(entries: Iterable[Entry]) -> int:
    """How many boxes are uncertain or missing, in both columns."""
    return sum(e.box_in(who).state in UNREAD for e in entries for who in WHO)


def denominators(edition: Edition, count: CountBy = "numbers") -> Mapping[str, int]:
    """What totals are out of: the footer's printed figures (141 / 70 / 71), or the rows
    that the list prints (142 / 68 / 74) where rows are counted."""
    if count == "numbers":
        return edition.denominators
    own = edition.counts()
    return {
        "total": own["rows"],
        "binding": own["binding_rows"],
        "guiding": own["guiding_rows"],
    }


def rate(count: int, of: int) -> float:
    """``count`` out of ``of`` in percent, two decimals, half up; 0.0 out of nothing."""
    return float(exact_rate(count, of).quantize(Decimal("0.01"), ROUND_HALF_UP))


def exact_rate(count: int, of: int) -> Decimal:
    """``count`` out of ``of`` in percent, not rounded; 0 out of nothing."""
    return Decimal(count) * 100 / Decimal(of) if of else Decimal(0)


def gap(declared: int, count: Count) -> int:
    """Declared less counted; from the nearer end where the count is a range."""
    return declared - min(max(declared, count.min), count.max)


def gaps(declared: Declared | None, summary: Summary) -> dict[str, int]:
    """For each part that is declared, its :func:`gap` from the county's own ticks."""
    given = {p: getattr(declared, p, None) for p in PARTS}
    return {p: gap(d, summary.counts["self", p]) for p, d in given.items() if d is not None}


def unit_of(item: Item, count: CountBy) -> str | int:
    """What an item's row is counted with: the rows of its number, or itself alone."""
    return item.item_no if count == "numbers" else item.item_id


def _by_part(
    entries: tuple[Entry, ...], who: str, edition: Edition, count: CountBy
) -> dict[str, list[list[State]]]:
    """Per part of the summary, the units that count, each as the states of its rows."""
    units: dict[str | int, list[State]] = {}
    nature: dict[str | int, str] = {}
    for e in entries:
        key = unit_of(e.item, count)
        units.setdefault(key, []).append(e.box_in(who).state)
        nature[key] = e.item.nature
    return {
        "total": list(units.values()),
        "binding": [u for k, u in units.items() if nature[k] == edition.binding],
        "guiding": [u for k, u in units.items() if nature[k] == edition.guiding],
    }


def _count(units: list[list[State]], of: int) -> Count:
    sure = sum(State.CHECKED in states for states in units)
    open_ = sum(State.CHECKED not in states and not UNREAD.isdisjoint(states) for states in units)
    return Count(sure, sure, sure + open_, of, rate(sure, of))
