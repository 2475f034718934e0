"""The pictures that are kept with a reading: of all that a person may have to look at.

They are cut where the file is read, under the same bounds, so that nothing else ever has to
open the file, and so that results can be written again when it is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from fcextract.audit.counting import UNREAD
from fcextract.corrections import COLUMNS
from fcextract.export.evidence import Evidence
from fcextract.export.sheets.findings import ROW_CODES
from fcextract.ledger_evidence import Crop
from fcextract.records import AuditedSheet, Entry


def pictures(
    path: Path, sheets: Sequence[AuditedSheet], password: str | None = None
) -> tuple[Crop, ...]:
    """A picture of every box of ``sheets`` that is uncertain, or missing from a row that is
    there, and of every row that is not printed as its edition has it, as far as the file at
    ``path`` shows them."""
    with Evidence({a.sheet.source: path for a in sheets}, password=password) as evidence:
        return tuple(
            Crop(place, entry.item.item_id, column, png)
            for place, audited in enumerate(sheets)
            for entry, column in _wanted(audited)
            if (png := evidence.picture(audited.sheet, entry, column)) is not None
        )


def _wanted(audited: AuditedSheet) -> Iterator[tuple[Entry, str]]:
    odd = {f.item_id for f in audited.findings if f.code in ROW_CODES}
    for entry in audited.sheet.entries:
        for column in COLUMNS:
            if entry.box_in(column).state in UNREAD:
                yield entry, column
        if entry.item.item_id in odd:
            yield entry, ""
