"""From the ledger to every other file of a results folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fcextract.corrections import History, as_it_stands
from fcextract.inputs import content_hash
from fcextract.ledger import Ledger, Standing
from fcextract.reading import Task, attempt
from fcextract.records import AuditedSheet, FailedFile, Scoresheet
from fcextract.settings import ReadOptions
from fcextract.spool import Spool

if TYPE_CHECKING:
    from fcextract.audit import CountBy
    from fcextract.export.evidence import Evidence


#: What was said of forms that have corrections, by file and place.
Said = Mapping[tuple[str, int], History]


class Totals(NamedTuple):
    """What stands in a results folder, counted by file, and its forms and findings."""

    forms: int
    ok: int
    review: int
    failed: int
    findings: int
    verdicts: tuple[tuple[str, int], ...]
    failures: tuple[FailedFile, ...]


class Results(NamedTuple):
    """The contents of a results folder: audited forms and failed files, by source."""

    sheets: Sequence[AuditedSheet]
    failures: list[FailedFile]

    def totals(self) -> Totals:
        """Counts for a closing line. A file is ``review`` if one of its forms is."""
        from fcextract.audit import briefly

        waits: dict[str, bool] = {}
        verdicts: Counter[str] = Counter()
        findings = 0
        for a in briefly(self.sheets):
            waits[a.sheet.source] = waits.get(a.sheet.source, False) or a.status != "ok"
            verdicts[a.verdict] += 1
            findings += len(a.findings)
        review = sum(waits.values())
        return Totals(
            len(self.sheets),
            len(waits) - review,
            review,
            len(self.failures),
            findings,
            tuple(sorted(verdicts.items())),
            tuple(self.failures),
        )


def read_files(paths: Sequence[Path], options: ReadOptions) -> Results:
    """Read and audit files here and now, one after the other, without a ledger."""
    from fcextract.audit import finish_batch

    sheets: list[AuditedSheet] = []
    failures: list[FailedFile] = []
    for number, path in enumerate(paths):
        found = attempt(Task(number, path, path.as_posix(), content_hash(path), options))
        if isinstance(found, FailedFile):
            failures.append(found)
        else:
            sheets += found
    return Results(finish_batch(sheets), failures)


def standings(ledger: Ledger) -> list[Standing]:
    """The inputs of the latest run; a file that people have corrected waits for review only
    as long as a box of it is open."""
    said = ledger.histories()
    corrected = {sha256 for sha256, _ in said}
    return [
        s._replace(review=_is_open(ledger, s, said)) if s.sha256 in corrected else s
        for s in ledger.standings()
    ]


def _is_open(ledger: Ledger, standing: Standing, said: Said) -> bool:
    from fcextract.audit.counting import unread_boxes

    return any(unread_boxes(sheet.entries) for sheet in _sheets(ledger, standing, said))


def _sheets(ledger: Ledger, standing: Standing, said: Said) -> Iterator[Scoresheet]:
    """The forms of one file under its name, corrections laid over them."""
    if standing.reading is None or standing.code:
        return
    for sheet in ledger.sheets(standing.reading):
        sheet = replace(sheet, source=standing.source)
        form = standing.sha256, sheet.place
        yield as_it_stands(sheet, said[form]) if form in said else sheet


@contextmanager
def collected(ledger: Ledger, count: CountBy | None = None) -> Iterator[Results]:
    """What the ledger holds for its latest run, audited, corrections laid over it. The forms
    wait on disk while this is open: there may be any number of them."""
    from fcextract.audit import FinishedBatch, audit_each, in_brief

    said = ledger.histories()
    found = ledger.standings()
    failures = [_failed(s) for s in found if s.code]
    by = count or ledger.option("count", "numbers")
    sheets = (sheet for s in found for sheet in _sheets(ledger, s, said))
    brief: list[AuditedSheet] = []

    def audited() -> Iterator[AuditedSheet]:
        for form in audit_each(sheets, by):
            brief.append(in_brief(form))
            yield form

    with Spool(audited()) as forms:
        yield Results(FinishedBatch(forms, brief), failures)


def write_results(
    ledger: Ledger, out: Path, count: CountBy | None = None, lang: str | None = None
) -> tuple[Totals, list[Path]]:
    """Write every export of the results folder ``out`` from its ledger."""
    from fcextract.export import write_all
    from fcextract.outlines import keep_outlines

    count = count or ledger.option("count", "numbers")
    language = lang or ledger.option("lang", "zh")
    with collected(ledger, count) as results, _evidence(ledger, out) as evidence:
        keep_outlines(ledger, out, results.sheets, count)
        written = write_all(out, results.sheets, results.failures, language, evidence)
        return results.totals(), written


def export_results(
    out: Path,
    target: Path | None = None,
    count: CountBy | None = None,
    lang: str | None = None,
) -> list[Path]:
    """Write the results again from the ledger in ``out``: all of them there, or the items
    to ``target``. ``count`` and ``lang`` are those of the latest run unless given."""
    if target is None:
        with Ledger.open(out, write=True, make=False) as ledger:
            return write_results(ledger, out, count, lang)[1]
    from fcextract.export import write_items

    with Ledger.open(out) as ledger, collected(ledger, count) as results:
        language = lang or ledger.option("lang", "zh")
        with _evidence(ledger, target.parent) as evidence:
            write_items(target, results.sheets, results.failures, language, evidence)
    return [target]


def _evidence(ledger: Ledger, folder: Path) -> Evidence:
    """What an export to ``folder`` can show of the files."""
    from fcextract.export.evidence import Evidence

    found = ledger.standings()
    readings = {s.source: s.reading for s in found}

    def kept(sheet: Scoresheet, item_id: str, column: str) -> bytes | None:
        reading = readings.get(sheet.source)
        return None if reading is None else ledger.crop(reading, sheet.place, item_id, column)

    return Evidence({s.source: Path(s.path) for s in found}, folder, kept)


def _failed(standing: Standing) -> FailedFile:
    return FailedFile(
        standing.source,
        standing.sha256,
        standing.code,
        standing.error_zh,
        standing.error_en,
        standing.pages,
    )
