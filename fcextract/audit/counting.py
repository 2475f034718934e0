"""Totals from the ticks, as ranges where boxes are unread."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from fcextract.audit.case import PARTS, WHO, CountBy
from fcextract.editions import Edition, Item
from fcextract.records import Count, Declared, Entry, State, Summary

#: The least and the most that a count may be.
Range = tuple[int, int]

UNREAD = frozenset({State.UNCERTAIN, State.MISSING})


def recount(entries: Iterable[Entry], edition: Edition, count: CountBy = "numbers") -> Summary:
    """The recomputed totals of both columns.

    A number is met if any of its rows is ticked; it may be met if any is unread.
    With ``count="rows"`` each printed row stands for itself.
    """
    entries = tuple(entries)
    of = denominators(edition, count)
    counts = {
        (who, part): Count(low, low, high, of[part], rate(low, of[part]))
        for who in WHO
        for part, (low, high) in Units(entries, edition, count, who).counts().items()
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


class Units:
    """The units of one column that count, each as the states of its rows by item id: what
    they sum up to, and what they would with some rows in another state."""

    def __init__(
        self, entries: Iterable[Entry], edition: Edition, count: CountBy, who: str
    ) -> None:
        self._of: dict[str, str | int] = {}
        self._units: dict[str | int, dict[str, State]] = {}
        self._parts: dict[str | int, tuple[str, ...]] = {}
        named = {edition.binding: "binding", edition.guiding: "guiding"}
        for e in entries:
            unit = unit_of(e.item, count)
            self._of[e.item.item_id] = unit
            self._units.setdefault(unit, {})[e.item.item_id] = e.box_in(who).state
            own = named.get(e.item.nature)
            self._parts[unit] = ("total", own) if own else ("total",)

    def counts(self) -> dict[str, Range]:
        """The least and the most that each part of the summary counts."""
        return self._added(dict.fromkeys(PARTS, (0, 0)), self._units.items(), 1)

    def counts_with(self, item_ids: Iterable[str], state: State) -> dict[str, Range]:
        """The same if the rows of ``item_ids`` were in ``state``."""
        changed: dict[str | int, dict[str, State]] = {}
        for item_id in item_ids:
            unit = self._of[item_id]
            changed.setdefault(unit, dict(self._units[unit]))[item_id] = state
        before = ((unit, self._units[unit]) for unit in changed)
        return self._added(self._added(self._sums, before, -1), changed.items(), 1)

    @cached_property
    def _sums(self) -> dict[str, Range]:
        return self.counts()

    def _added(
        self,
        sums: Mapping[str, Range],
        units: Iterable[tuple[str | int, Mapping[str, State]]],
        times: int,
    ) -> dict[str, Range]:
        out = dict(sums)
        for unit, rows in units:
            low, high = _met(rows.values())
            for part in self._parts[unit]:
                least, most = out[part]
                out[part] = least + times * low, most + times * high
        return out


def _met(states: Collection[State]) -> Range:
    """Whether a unit is met: surely, and possibly."""
    sure = State.CHECKED in states
    return int(sure), int(sure or not UNREAD.isdisjoint(states))
