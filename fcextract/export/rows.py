"""Audited forms to lines of the three tables, as plain values.

Every exporter writes these lines; none looks into a sheet itself. A value that
is not there is None, never an empty text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from fcextract.audit.batch import FinishedBatch, briefly, form_name, name_forms, place
from fcextract.audit.case import PARTS, WHO
from fcextract.editions import Item
from fcextract.export.columns import DECLARED_COLUMNS, FORM_COLUMNS
from fcextract.export.evidence import Evidence
from fcextract.geometry import Box
from fcextract.records import AuditedSheet, BoxReading, Entry, FailedFile

Row = tuple[Any, ...]
T = TypeVar("T")


class Batch(NamedTuple):
    """Audited forms in the order of the results, named failures among them, and what can be
    shown of the files.

    ``sheets`` may come from disk, one at a time. ``brief`` are the same forms, always at
    hand: all of a form but what is known of its single boxes beside their states.
    """

    sheets: Sequence[AuditedSheet]
    failures: Sequence[tuple[str, FailedFile]]
    evidence: Evidence
    brief: Sequence[AuditedSheet]

    def lines(
        self, of_form: Callable[[AuditedSheet], T], of_failure: Callable[[str, FailedFile], T]
    ) -> list[T]:
        """A line for each form and each failed file, by source, then by place in it."""
        lines = [(s.sheet.source, of_form(s)) for s in self.brief]
        lines += [(f.source, of_failure(name, f)) for name, f in self.failures]
        return [line for _, line in sorted(lines, key=lambda pair: pair[0])]

    def forms(self, lang: str = "zh") -> list[Row]:
        """The lines of ``forms``."""
        return self.lines(form_row, lambda name, f: failure_row(name, f, lang))

    def items(self) -> Iterator[Row]:
        """The lines of ``items``."""
        return (row for s in self.sheets for row in item_rows(s))

    def findings(self) -> Iterator[Row]:
        """The lines of ``findings``."""
        return (row for s in self.brief for row in finding_rows(s))


def in_order(
    sheets: Iterable[AuditedSheet],
    failures: Iterable[FailedFile] = (),
    evidence: Evidence | None = None,
) -> Batch:
    """Forms by source, then by place in it; failures by source, under names that no form
    has."""
    if isinstance(sheets, FinishedBatch):
        ordered: Sequence[AuditedSheet] = sheets
    else:
        ordered = sorted(sheets, key=place)
    brief = briefly(ordered)
    failed = sorted(failures, key=lambda f: f.source)
    names = name_forms((form_name("", f.source) for f in failed), {s.form_id for s in brief})
    return Batch(ordered, list(zip(names, failed, strict=True)), evidence or Evidence(), brief)


def item_rows(audited: AuditedSheet) -> Iterator[Row]:
    """One line per item of the edition, in list order."""
    form_id, source = audited.form_id, audited.sheet.source
    for entry in audited.sheet.entries:
        yield (form_id, source, *_item(entry.item), *_reading(entry))


def form_row(audited: AuditedSheet) -> Row:
    """The line of one form."""
    sheet, header = audited.sheet, audited.sheet.header
    return (
        audited.form_id,
        sheet.source,
        sheet.sha256,
        len(sheet.pages),
        sheet.edition_id,
        audited.status,
        None,
        header.application_no or None,
        audited.county_code or None,
        audited.county or None,
        header.resettled_population,
        header.talents_introduced,
        *_counts(audited),
        *_declared(audited),
        audited.summary.unread_boxes,
        audited.verdict,
    )


def failure_row(form_id: str, failed: FailedFile, lang: str = "zh") -> Row:
    """The line of one file that gave no form, with its error in ``lang``."""
    known = {
        "form_id": form_id,
        "source": failed.source,
        "sha256": failed.sha256 or None,
        "pages": failed.pages,
        "status": "failed",
        "error": error_text(failed, lang),
    }
    return tuple(known.get(name) for name in FORM_COLUMNS)


def error_text(failed: FailedFile, lang: str = "zh") -> str:
    """``[code] what, why, what to do``."""
    return f"[{failed.code}] {failed.error_zh if lang == 'zh' else failed.error_en}"


def finding_rows(audited: AuditedSheet) -> Iterator[Row]:
    """One line per finding, in listing order."""
    for f in audited.findings:
        yield (
            audited.form_id,
            audited.sheet.source,
            f.code,
            f.severity,
            f.item_id or None,
            f.page,
            f.declared or None,
            f.computed or None,
            f.message_zh,
            f.message_en,
        )


def _item(item: Item) -> Row:
    return (
        item.item_id,
        item.item_no,
        item.section_no,
        item.section,
        item.indicator_no,
        item.indicator,
        item.nature,
        item.content,
    )


def _reading(entry: Entry) -> Row:
    own, other = entry.self_box, entry.reviewer_box
    return (
        own.state.value,
        _share(own.confidence),
        entry.keyword or None,
        other.state.value,
        _share(other.confidence),
        entry.remark or None,
        _page(entry),
        _box(own.box),
        _box(other.box),
        "+".join(dict.fromkeys((*own.readers, *other.readers))) or None,
        entry.corrected or None,
    )


def _page(entry: Entry) -> int | None:
    if entry.row is not None:
        return entry.row.page
    return next((b.page for b in _boxes(entry) if b.page is not None), None)


def _boxes(entry: Entry) -> tuple[BoxReading, BoxReading]:
    return entry.self_box, entry.reviewer_box


def _box(box: Box | None) -> tuple[float, ...] | None:
    # 0.0 added: no file should say "-0.0".
    return tuple(round(float(v), 2) + 0.0 for v in box) if box is not None else None


def _share(value: float) -> float:
    return round(float(value), 4) + 0.0


def _counts(audited: AuditedSheet) -> Iterator[int | float]:
    for who in WHO:
        for part in PARTS:
            c = audited.summary.counts[who, part]
            yield from (c.total, c.min, c.max, c.rate)


def _declared(audited: AuditedSheet) -> Row:
    declared = audited.sheet.declared
    names = (name.removeprefix("declared_") for name in DECLARED_COLUMNS)
    return tuple(getattr(declared, name) if declared else None for name in names)
