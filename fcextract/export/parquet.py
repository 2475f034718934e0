"""Parquet, where pyarrow is installed (extra ``parquet``)."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from fcextract.errors import ExportError
from fcextract.export.files import whole

if TYPE_CHECKING:
    import pandas as pd


def has_parquet() -> bool:
    """Whether Parquet can be written here."""
    return find_spec("pyarrow") is not None


def write_parquet(path: Path, table: pd.DataFrame) -> None:
    """Write ``table`` to ``path``, whole or not at all.

    Raises:
        ExportError: pyarrow is not installed, or the place cannot be written.
    """
    if not has_parquet():
        raise ExportError(
            "写 Parquet 需要 pyarrow，但没有安装。请运行 pip install fcextract[parquet]，"
            "或改用 .csv、.xlsx、.json。",
            "Writing Parquet needs pyarrow, which is not installed. Run "
            "pip install fcextract[parquet], or write .csv, .xlsx or .json.",
        )
    with whole(path) as aside:
        table.to_parquet(aside, engine="pyarrow", index=False, compression="zstd")
