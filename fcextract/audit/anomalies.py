"""What is odd about forms only when they are seen together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from fcextract.records import AuditedSheet, State

#: A column with fewer ticks is likely to be like another one by chance.
FEWEST_TICKS = 5


def ticks(form: AuditedSheet, column: str) -> tuple[State, ...]:
    """The states of one column, in list order."""
    return tuple(e.box_in(column).state for e in form.sheet.entries)


def identical(forms: Iterable[AuditedSheet]) -> list[list[AuditedSheet]]:
    """Groups of forms whose self-assessments are ticked alike in every item, largest first.

    Columns that say little are left out: with hardly a tick, or with all boxes ticked.
    """
    groups: dict[tuple[str, tuple[State, ...]], list[AuditedSheet]] = defaultdict(list)
    for form in forms:
        own = ticks(form, "self")
        if FEWEST_TICKS <= own.count(State.CHECKED) < len(own):
            groups[form.sheet.edition_id, own].append(form)
    return sorted((g for g in groups.values() if len(g) > 1), key=len, reverse=True)


def copied(forms: Iterable[AuditedSheet]) -> list[AuditedSheet]:
    """Forms whose reviewer's column is the county's, box by box: reviewed without any change,
    or copied."""
    return [
        form
        for form in forms
        if (own := ticks(form, "self")).count(State.CHECKED) >= FEWEST_TICKS
        and own == ticks(form, "reviewer")
    ]
