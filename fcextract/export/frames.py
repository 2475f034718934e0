"""The three tables as DataFrames, with the contract's columns and fitting types.

Categoricals for states, nature, status, verdict and severity; nullable integers;
strings; floats for rates (percent) and confidences. Boxes are text ``x0 y0 x1 y1``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from fcextract.export.columns import (
    FINDING_COLUMNS,
    FORM_COLUMNS,
    ITEM_COLUMNS,
    STATES,
    WORDS,
)
from fcextract.export.rows import Row, finding_rows, in_order, item_rows
from fcextract.records import AuditedSheet, FailedFile

if TYPE_CHECKING:
    import pandas as pd

NATURES = ("约束性", "引导性")


def items_frame(sheets: Iterable[AuditedSheet]) -> pd.DataFrame:
    """One line per form and item."""
    return frame((row for s in in_order(sheets).sheets for row in item_rows(s)), ITEM_COLUMNS)


def forms_frame(
    sheets: Iterable[AuditedSheet], failures: Iterable[FailedFile] = (), lang: str = "zh"
) -> pd.DataFrame:
    """One line per form, and one per file that gave none."""
    return frame(in_order(sheets, failures).forms(lang), FORM_COLUMNS)


def findings_frame(sheets: Iterable[AuditedSheet]) -> pd.DataFrame:
    """One line per finding."""
    return frame((row for s in in_order(sheets).sheets for row in finding_rows(s)), FINDING_COLUMNS)


def frame(rows: Iterable[Row], columns: Mapping[str, str]) -> pd.DataFrame:
    """A DataFrame of ``rows`` with a dtype by each column's kind."""
    import pandas as pd

    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pd.DataFrame(
        {
            name: _series(name, kind, column)
            for (name, kind), column in zip(columns.items(), values, strict=True)
        }
    )


def box_text(box: tuple[float, ...] | None) -> str | None:
    """``x0 y0 x1 y1`` in points, as the tables hold a box."""
    return " ".join(f"{v:.2f}" for v in box) if box is not None else None


def _series(name: str, kind: str, values: tuple[object, ...]) -> pd.Series:
    import pandas as pd

    if kind == "int":
        return pd.Series(values, dtype="Int64")
    if kind in ("rate", "share"):
        return pd.Series(values, dtype="float64")
    if kind in ("state", "nature") or name in WORDS:
        return pd.Series(pd.Categorical(values, categories=_categories(name, kind, values)))
    if kind == "box":
        values = tuple(box_text(v) for v in values)  # type: ignore[arg-type]
    return pd.Series(values, dtype="string")


def _categories(name: str, kind: str, values: tuple[object, ...]) -> list[str]:
    """The fixed categories of a column, and whatever another edition adds to them."""
    fixed = STATES if kind == "state" else NATURES if kind == "nature" else WORDS[name]
    return [*fixed, *sorted({str(v) for v in values if v is not None} - set(fixed))]
