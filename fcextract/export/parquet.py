"""Parquet, where pyarrow is installed (extra ``parquet``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from fcextract.errors import ExportError
from fcextract.export.files import whole
from fcextract.export.frames import frame
from fcextract.export.rows import Row

# Rows that are in memory at once, and in one row group: about a hundred forms.
CHUNK = 142 * 100


def has_parquet() -> bool:
    """Whether Parquet can be written here."""
    return find_spec("pyarrow") is not None


def write_parquet(path: Path, rows: Iterable[Row], columns: Mapping[str, str]) -> None:
    """Write ``rows`` under ``columns`` to ``path``, whole or not at all.

    Read back with pandas it has the dtypes of :func:`~fcextract.export.frames.frame`.

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
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.Schema.from_pandas(frame((), columns), preserve_index=False)
    rows = iter(rows)
    with whole(path) as aside, parquet.ParquetWriter(aside, schema, compression="zstd") as out:
        while chunk := list(islice(rows, CHUNK)):
            table = frame(chunk, columns)
            out.write_table(pa.Table.from_pandas(table, schema=schema, preserve_index=False))
