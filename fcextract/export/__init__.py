"""AuditedSheets to tables and files.

Every writer takes forms and failed files in any order and writes them by source,
then by place in it, so that the same forms give the same bytes; every file is
written aside and then renamed. To add a format, write ``export/<format>.py`` and
list it in ``EXPORTERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from fcextract.errors import ExportError
from fcextract.export.columns import FINDING_COLUMNS, FORM_COLUMNS, ITEM_COLUMNS
from fcextract.export.csv import write_csv
from fcextract.export.evidence import Evidence
from fcextract.export.json import write_items_json
from fcextract.export.parquet import has_parquet, write_parquet
from fcextract.export.report import write_report
from fcextract.export.rows import Batch, Row, in_order
from fcextract.export.workbook import write_workbook
from fcextract.inputs import REPORT
from fcextract.records import AuditedSheet, FailedFile

Exporter = Callable[[Path, Batch, str], None]


def _items_csv(path: Path, batch: Batch, lang: str) -> None:
    write_csv(path, batch.items(), ITEM_COLUMNS)


def _items_parquet(path: Path, batch: Batch, lang: str) -> None:
    write_parquet(path, batch.items(), ITEM_COLUMNS)


def _items_json(path: Path, batch: Batch, lang: str) -> None:
    write_items_json(path, batch.sheets)


#: Writers of one file of items, by the ending of its name. A workbook holds the summary
#: and the findings too.
EXPORTERS: dict[str, Exporter] = {
    ".xlsx": write_workbook,
    ".csv": _items_csv,
    ".json": _items_json,
    ".parquet": _items_parquet,
}


def exporter_for(path: Path) -> Exporter:
    """The writer for ``path``, by its ending.

    Raises:
        ExportError: no writer for this ending.
    """
    found = EXPORTERS.get(path.suffix.lower())
    if found is None:
        known = " ".join(EXPORTERS)
        raise ExportError(
            f"不能写出 {path.name}：不认识扩展名“{path.suffix}”。请用其中之一：{known}。",
            f"Cannot write {path.name}: no format ends in “{path.suffix}”. Use one of {known}.",
        )
    return found


def write_items(
    path: Path,
    sheets: Iterable[AuditedSheet],
    failures: Iterable[FailedFile] = (),
    lang: str = "zh",
    evidence: Evidence | None = None,
) -> None:
    """Write items to one file, in the format its ending names. ``evidence`` shows the boxes
    in a workbook.

    Raises:
        ExportError: unknown ending, missing extra, or a place that cannot be written.
    """
    exporter_for(path)(path, in_order(sheets, failures, evidence), lang)


def write_all(
    out: Path,
    sheets: Iterable[AuditedSheet],
    failures: Iterable[FailedFile] = (),
    lang: str = "zh",
    evidence: Evidence | None = None,
) -> list[Path]:
    """Write every export of a results folder; their paths.

    ``items``, ``forms`` and ``findings`` as ``.csv``, and as ``.parquet`` where pyarrow
    is installed, ``results.xlsx`` and ``report.html``.

    Raises:
        ExportError: a file cannot be written; those before it are.
    """
    batch = in_order(sheets, failures, evidence)
    tables: dict[str, tuple[dict[str, str], Callable[[], Iterable[Row]]]] = {
        "items": (ITEM_COLUMNS, batch.items),
        "forms": (FORM_COLUMNS, lambda: batch.forms(lang)),
        "findings": (FINDING_COLUMNS, batch.findings),
    }
    written = []
    for name, (columns, rows) in tables.items():
        write_csv(out / f"{name}.csv", rows(), columns)
        written.append(out / f"{name}.csv")
        if has_parquet():
            write_parquet(out / f"{name}.parquet", rows(), columns)
            written.append(out / f"{name}.parquet")
    write_workbook(out / "results.xlsx", batch, lang)
    write_report(out / REPORT, batch, lang)
    return [*written, out / "results.xlsx", out / REPORT]
