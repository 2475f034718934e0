"""Every audit rule, one function each.

A rule takes a :class:`~fcextract.audit.case.Case` and yields findings. To add one,
write the function, list it in ``RULES`` and give its code a place in the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from fcextract.audit.case import Case
from fcextract.audit.figures import (
    declared_counts,
    declared_denominators,
    declared_presence,
    declared_rates,
    declared_sum,
)
from fcextract.audit.form import application_no, notes
from fcextract.audit.rows import (
    boxes,
    doubled_numbers,
    extra_rows,
    missing_items,
    nature,
    reviewer,
    wording,
)
from fcextract.catalogue import finding_codes
from fcextract.records import Entry, Finding

Rule = Callable[[Case], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    declared_presence,
    declared_counts,
    declared_rates,
    declared_sum,
    declared_denominators,
    missing_items,
    extra_rows,
    wording,
    nature,
    doubled_numbers,
    boxes,
    reviewer,
    notes,
    application_no,
)


def find(case: Case) -> tuple[Finding, ...]:
    """All findings on one form, in listing order."""
    return in_order((f for rule in RULES for f in rule(case)), case.sheet.entries)


def in_order(findings: Iterable[Finding], entries: Iterable[Entry]) -> tuple[Finding, ...]:
    """By code as the catalogue lists them, then by place among ``entries``, page and text."""
    place = {e.item.item_id: n for n, e in enumerate(entries)}
    rank = {code: n for n, code in enumerate(finding_codes())}
    return tuple(
        sorted(
            findings,
            key=lambda f: (rank[f.code], place.get(f.item_id, -1), f.page or 0, f.message_en),
        )
    )
