"""The public face of one audited form: :class:`Form`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from fcextract.records import AuditedSheet

if TYPE_CHECKING:
    import pandas as pd


class Form:
    """One form, read and audited.

    ``form.items``, ``form.summary`` and ``form.findings`` are DataFrames with the
    columns of ``items.csv``, ``forms.csv`` (one line) and ``findings.csv``; they are
    made on first use and kept, so change a copy. Everything else is plain Python.
    """

    def __init__(self, audited: AuditedSheet) -> None:
        self.audited = audited

    @property
    def form_id(self) -> str:
        """The application number, or the file's name where none was read; a second form
        of the same call has ``~2`` after it."""
        return self.audited.form_id

    @property
    def source(self) -> str:
        """The path as given."""
        return self.audited.sheet.source

    @property
    def edition(self) -> str:
        """Id of the edition the form was read against."""
        return self.audited.sheet.edition_id

    @property
    def header(self) -> dict[str, Any]:
        """``application_no, county_code, county, resettled_population,
        talents_introduced``; None where not read."""
        header: dict[str, Any] = self.to_dict()["header"]
        return header

    @property
    def declared(self) -> dict[str, Any] | None:
        """The nine declared figures (``total, total_of, total_rate``, …; rates in
        percent), or None where the form has no summary block."""
        declared: dict[str, Any] | None = self.to_dict()["declared"]
        return declared

    @property
    def verdict(self) -> str:
        """``consistent``, ``inconsistent``, ``unverifiable`` or ``undeclared``."""
        return self.audited.verdict

    @property
    def status(self) -> str:
        """``ok``, or ``review`` where a box is uncertain or missing."""
        return self.audited.status

    @cached_property
    def items(self) -> pd.DataFrame:
        """One line per item, in list order."""
        from fcextract.export.frames import items_frame

        return items_frame([self.audited])

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One line: the form as ``forms.csv`` has it."""
        from fcextract.export.frames import forms_frame

        return forms_frame([self.audited])

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One line per finding."""
        from fcextract.export.frames import findings_frame

        return findings_frame([self.audited])

    def to_dict(self) -> dict[str, Any]:
        """The form as the JSON object that ``fcextract read --json`` prints."""
        from fcextract.export.json import form_dict

        return form_dict(self.audited)

    def __repr__(self) -> str:
        total = self.audited.summary.counts["self", "total"]
        span = str(total.min) if total.min == total.max else f"{total.min}..{total.max}"
        return f"<Form {self.form_id}: {span} of {total.of}, {self.verdict}, {self.status}>"
