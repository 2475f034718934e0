"""From the ledger to every other file of a results folder."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from fcextract.ledger import Ledger, Standing
from fcextract.records import AuditedSheet, FailedFile, Scoresheet


class Totals(NamedTuple):
    """What stands in a results folder, counted by file, and its forms and findings."""

    forms: int
    ok: int
    review: int
    failed: int
    findings: int


class Results(NamedTuple):
    """The contents of a results folder: audited forms and failed files, by source."""

    sheets: list[AuditedSheet]
    failures: list[FailedFile]

    def totals(self) -> Totals:
        """Counts for a closing line. A file is ``review`` if one of its forms is."""
        worst = Counter({a.sheet.source: 0 for a in self.sheets})
        for a in self.sheets:
            worst[a.sheet.source] |= a.status != "ok"
        return Totals(
            len(self.sheets),
            sum(not w for w in worst.values()),
            sum(bool(w) for w in worst.values()),
            len(self.failures),
            sum(len(a.findings) for a in self.sheets),
        )


def collect(ledger: Ledger, count: str | None = None) -> Results:
    """Audit what the ledger holds for its latest run."""
    from fcextract.audit import audit_all

    how = count or ledger.last_run().get("options", {}).get("count", "numbers")
    sheets: list[Scoresheet] = []
    failures: list[FailedFile] = []
    for standing in ledger.standings():
        if standing.code:
            failures.append(_failed(standing))
        elif standing.reading is not None:
            sheets += [replace(s, source=standing.source) for s in ledger.sheets(standing.reading)]
    return Results(audit_all(sheets, count=how), failures)


def write_results(ledger: Ledger, out: Path, count: str | None = None) -> Totals:
    """Write every export of the results folder ``out`` from its ledger."""
    from fcextract.export import write_all

    results = collect(ledger, count)
    write_all(out, results.sheets, results.failures)
    return results.totals()


def _failed(standing: Standing) -> FailedFile:
    return FailedFile(
        standing.source,
        standing.sha256,
        standing.code,
        standing.error_zh,
        standing.error_en,
        standing.pages,
    )
