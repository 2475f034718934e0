"""Scoresheet to AuditedSheet: totals recomputed, declaration checked, findings.

Plain Python. Rules only ever read: no rule changes a state, and no declared
figure has any part in how a box was read.

- :mod:`~fcextract.audit.counting` recomputes the totals, as ranges,
- :mod:`~fcextract.audit.rules` lists the rules, one function each,
- :mod:`~fcextract.audit.verdict` gives status and verdict,
- :mod:`~fcextract.audit.hints` says what would explain a declaration that is contradicted,
- :mod:`~fcextract.audit.certainty` how far the readings may be relied on,
- :mod:`~fcextract.audit.batch` does what needs all forms at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from fcextract.audit.batch import FinishedBatch, briefly, finish_batch, form_name, name_forms
from fcextract.audit.brief import in_brief
from fcextract.audit.case import Case, CountBy
from fcextract.audit.certainty import certainty
from fcextract.audit.counting import rate, recount
from fcextract.audit.hints import hints
from fcextract.audit.rules import RULES, find
from fcextract.audit.verdict import status_of, verdict_of
from fcextract.counties import county_of
from fcextract.editions import Edition, load_edition
from fcextract.records import AuditedSheet, Scoresheet

__all__ = [
    "RULES",
    "Case",
    "CountBy",
    "FinishedBatch",
    "audit",
    "audit_all",
    "audit_each",
    "briefly",
    "finish_batch",
    "form_name",
    "in_brief",
    "name_forms",
    "rate",
    "recount",
]


def audit(sheet: Scoresheet, edition: Edition, count: CountBy = "numbers") -> AuditedSheet:
    """One form, audited on its own.

    Args:
        sheet: the reconciled form.
        edition: the edition it was reconciled with.
        count: ``numbers`` counts a doubled number once, out of the footer's printed
            denominators; ``rows`` counts printed rows, out of the list's own counts.

    The result's ``form_id`` is not yet unique in a batch: see :func:`finish_batch`.
    """
    case = Case(sheet, edition, recount(sheet.entries, edition, count), count)
    findings = find(case)
    verdict = verdict_of(sheet.declared, case.summary, findings)
    code, county = county_of(sheet.header.application_no)
    return AuditedSheet(
        form_id=form_name(sheet.header.application_no, sheet.source),
        sheet=sheet,
        county_code=code,
        county=county,
        summary=case.summary,
        findings=findings,
        status=status_of(case.summary),
        verdict=verdict,
        hints=hints(case),
        certainty=certainty(case, verdict),
    )


def audit_all(
    sheets: Iterable[Scoresheet],
    count: CountBy = "numbers",
    edition_of: Callable[[str], Edition] = load_edition,
) -> list[AuditedSheet]:
    """Every form of a batch audited, in the order of the results, uniquely named.

    ``edition_of`` gives the edition with an id.
    """
    return finish_batch(audit_each(sheets, count, edition_of))


def audit_each(
    sheets: Iterable[Scoresheet],
    count: CountBy = "numbers",
    edition_of: Callable[[str], Edition] = load_edition,
) -> Iterator[AuditedSheet]:
    """Each form audited on its own, one after the other, with the edition that it is of."""
    return (audit(s, edition_of(s.edition_id), count) for s in sheets)
