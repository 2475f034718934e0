"""口径: how it was counted, in words, with versions and hashes."""

from __future__ import annotations

from typing import Any

from fcextract.export.about import about
from fcextract.export.rows import Batch
from fcextract.export.styles import Formats
from fcextract.export.table import LINE_HEIGHT, ROW_HEIGHT, lines_of, set_page, write_cell


def write(book: Any, formats: Formats, name: str, batch: Batch, lang: str) -> None:
    """Write the sheet."""
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    set_page(sheet, name, lang)
    for row, (key, value) in enumerate(about(batch, lang)):
        lines = max(lines_of(key, 26), lines_of(value, 100))
        sheet.set_row(row, 28 if row == 0 else max(ROW_HEIGHT, LINE_HEIGHT * lines + 4.5))
        if value is None:
            style = "title" if row == 0 else "section"
            write_cell(sheet, formats, row, 0, key, style)
            if row:
                write_cell(sheet, formats, row, 1, None, style)
            continue
        write_cell(sheet, formats, row, 0, key, "key")
        write_cell(sheet, formats, row, 1, value, "value")
