"""差异: every finding and hint, with the box or row it speaks of, and a link to its page."""

from __future__ import annotations

from typing import Any

from fcextract.catalogue import SEVERITY_ZH, catalogue
from fcextract.export.rows import Batch
from fcextract.export.styles import SEVERITY_STYLE, Col, Formats
from fcextract.export.table import Extras, Table
from fcextract.records import AuditedSheet, Entry, Finding, Hint

COLUMNS = (
    Col("程度", "Severity", 8, "centre"),
    Col("县（市、区）", "County", 21, "wrap"),
    Col("申请编号", "Form", 17, "id"),
    Col("类别", "Kind", 26, "wrap"),
    Col("说明", "What", 70, "wrap"),
    Col("截图", "Picture", 44, "text"),
    Col("编号", "Item", 7, "code"),
    Col("页", "Page", 6, "centre"),
    Col("申报或印出", "Declared or printed", 14, "wrap"),
    Col("重算或清单", "Computed or listed", 14, "wrap"),
    Col("代码", "Code", 26, "faint", printed=False),
    Col("文件", "File", 30, "faint", printed=False),
)
_PICTURE, _PAGE = 5, 7
# Findings whose two sides a reader compares; the others say it all in their sentence.
_COMPARED = ("declared-", "wording-", "nature-", "application-")
# Findings about one box, which begin what they computed with its column; and about a row.
_BOX = frozenset(
    {"box-uncertain", "box-missing", "readers-disagree", "mark-outside-box", "mark-cancelled"}
)
#: Findings about a whole row, whose picture goes with them.
ROW_CODES = frozenset({"wording-differs", "nature-differs"})


def write(book: Any, formats: Formats, name: str, batch: Batch, lang: str) -> None:
    """Write the sheet."""
    table = Table(book, formats, name, COLUMNS, lang)
    for s in batch.brief:
        entries = {e.item.item_id: e for e in s.sheet.entries}
        for f in s.findings:
            extras = _extras(batch, s, entries.get(f.item_id), f)
            styles = {0: SEVERITY_STYLE[f.severity]}
            if extras.links:
                styles[_PAGE] = "link"
            table.write(_finding(s, f, lang), styles, extras)
        for hint in s.hints:
            table.write(_hint(s, hint, lang), {0: "grey"})
    table.close()


def _extras(batch: Batch, s: AuditedSheet, entry: Entry | None, f: Finding) -> Extras:
    link = batch.evidence.link(s.sheet.source, f.page)
    links = {_PAGE: link} if link else {}
    column = f.computed.partition(" ")[0] if f.code in _BOX else ""
    if entry is None or not (column or f.code in ROW_CODES):
        return Extras({}, links)
    png = batch.evidence.picture(s.sheet, entry, column)
    return Extras({_PICTURE: png} if png else {}, links)


def _finding(s: AuditedSheet, f: Finding, lang: str) -> list[Any]:
    compared = f.code.startswith(_COMPARED)
    return [
        SEVERITY_ZH[f.severity] if lang == "zh" else f.severity,
        s.county,
        s.form_id,
        catalogue()[f.code].title(lang),
        f.message_zh if lang == "zh" else f.message_en,
        None,
        f.item_id,
        f.page,
        f.declared if compared else None,
        f.computed if compared else None,
        f.code,
        s.sheet.source,
    ]


def _hint(s: AuditedSheet, hint: Hint, lang: str) -> list[Any]:
    zh = lang == "zh"
    return [
        "提示" if zh else "hint",
        s.county,
        s.form_id,
        "差额可能的原因" if zh else "What may explain the difference",
        hint.message_zh if zh else hint.message_en,
        *[None] * 5,
        hint.kind,
        s.sheet.source,
    ]
