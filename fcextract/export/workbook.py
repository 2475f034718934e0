"""``results.xlsx``, made to be handed on: 总表, 明细, 矩阵, 差异, 复核, 分区, 口径.

Real numbers and percentages, text as text, frozen heads, filters, print set-up. Rows are
streamed, so thousands of forms fit in little memory; the bytes depend on the forms, and on
the pictures of boxes, alone.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from fcextract.export.files import whole
from fcextract.export.rows import Batch
from fcextract.export.sheets import findings, items, matrix, method, regions, summary, waiting
from fcextract.export.styles import Formats

# Stands in the file's properties, so that the same forms give the same bytes.
_CREATED = datetime(2020, 1, 1)
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
#: What the sheets are called.
SHEETS = {
    "zh": ("总表", "明细", "矩阵", "差异", "复核", "分区", "口径"),
    "en": ("Summary", "Items", "Matrix", "Findings", "Review", "Regions", "Method"),
}
#: What writes each of them.
WRITERS = (
    summary.write,
    items.write,
    matrix.write,
    findings.write,
    waiting.write,
    regions.write,
    method.write,
)


def write_workbook(path: Path, batch: Batch, lang: str = "zh") -> None:
    """Write ``batch`` to the workbook ``path``, whole or not at all."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    with whole(path) as aside:
        book = xlsxwriter.Workbook(str(aside), _OPTIONS)
        title = "未来社区分项指标核对结果" if lang == "zh" else "Future Community scoresheets"
        book.set_properties({"title": title, "author": "fcextract", "created": _CREATED})
        formats = Formats(book)
        for write, name in zip(WRITERS, SHEETS[lang], strict=True):
            write(book, formats, name, batch, lang)
        try:
            book.close()
        except FileCreateError as e:
            raise OSError(str(e)) from e
