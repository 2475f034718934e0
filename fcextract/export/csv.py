"""CSV for spreadsheets and scripts alike: UTF-8 with BOM, lines ended by CR LF.

A text cell that a spreadsheet would run as a formula gets a leading apostrophe;
numbers and boxes are written as they are. Rates have two decimals.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fcextract.export.files import whole
from fcextract.export.frames import box_text
from fcextract.export.rows import Row

# First characters that spreadsheets take for the start of a formula, the full-width ones
# of East Asian versions too; blanks before them do not help.
_FORMULA = tuple("=+-@＝＋－＠")
_CONTROL = tuple("\t\r\n")


def neutral(text: str) -> str:
    """``text`` such that no spreadsheet runs it."""
    if text.startswith(_CONTROL) or text.lstrip().startswith(_FORMULA):
        return "'" + text
    return text


def write_csv(path: Path, rows: Iterable[Row], columns: Mapping[str, str]) -> None:
    """Write ``rows`` under ``columns`` to ``path``, whole or not at all."""
    with whole(path) as aside, csv_writer(aside, columns) as write:
        for row in rows:
            write(row)


@contextmanager
def csv_writer(path: Path, columns: Mapping[str, str]) -> Any:
    """A function that appends one row to the CSV file ``path``."""
    kinds = tuple(columns.values())
    with open(path, "w", encoding="utf-8-sig", newline="") as f:
        out = csv.writer(f, lineterminator="\r\n")
        out.writerow(columns)
        yield lambda row: out.writerow([_cell(v, k) for v, k in zip(row, kinds, strict=True)])


def _cell(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "box":
        return box_text(value) or ""
    if kind == "rate":
        return f"{value:.2f}"
    return neutral(value) if isinstance(value, str) else str(value)
