"""``results.xlsx``, made to be handed on: 总表, 明细, 差异, 口径.

Real numbers and percentages, text as text, frozen heads, filters, print set-up.
Rows are streamed, so thousands of forms fit in little memory; the bytes depend on
the forms alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fcextract.audit.case import PARTS
from fcextract.audit.counting import gap
from fcextract.catalogue import SEVERITY_ZH, catalogue
from fcextract.export.about import about
from fcextract.export.files import whole
from fcextract.export.rows import Batch, error_text
from fcextract.export.styles import (
    LINE_HEIGHT,
    ROW_HEIGHT,
    SEVERITY_STYLE,
    STATE_STYLE,
    STATUS_STYLE,
    VERDICT_STYLE,
    Col,
    Formats,
    Table,
    lines_of,
    set_page,
    write_cell,
)
from fcextract.records import AuditedSheet, FailedFile

# Stands in the file's properties, so that the same forms give the same bytes.
_CREATED = datetime(2020, 1, 1)
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
SHEETS = {
    "zh": ("总表", "明细", "差异", "口径"),
    "en": ("Summary", "Items", "Findings", "Method"),
}
STATE_ZH = {"checked": "√", "empty": "—", "uncertain": "待定", "missing": "缺失"}
STATE_EN = {"checked": "√", "empty": "—", "uncertain": "uncertain", "missing": "missing"}
VERDICT_ZH = {
    "consistent": "一致",
    "inconsistent": "不一致",
    "unverifiable": "待核实",
    "undeclared": "未申报",
}
STATUS_ZH = {"ok": "已读完", "review": "待复核", "failed": "读取失败"}

_TICKED = ("自评勾选（重新计数）", "Self-assessment, recounted")
_DECLARED = ("申报数", "Declared")
_GAP = ("申报与勾选之差", "Declared less ticked")
_RATE = ("总细项比例", "Rate of total")
SUMMARY = (
    Col("县（市、区）", "County", 21, "wrap"),
    Col("申请编号", "Form", 17, "id"),
    Col("结论", "Verdict", 10, "centre"),
    Col("状态", "Status", 9, "centre"),
    Col("总细项", "Total", 8, "int", *_TICKED),
    Col("约束性", "Binding", 8, "int", *_TICKED),
    Col("引导性", "Guiding", 8, "int", *_TICKED),
    Col("最多可能", "At most", 8, "int", *_TICKED),
    Col("总细项", "Total", 8, "int", *_DECLARED),
    Col("约束性", "Binding", 8, "int", *_DECLARED),
    Col("引导性", "Guiding", 8, "int", *_DECLARED),
    Col("总细项", "Total", 8, "gap", *_GAP),
    Col("约束性", "Binding", 8, "gap", *_GAP),
    Col("引导性", "Guiding", 8, "gap", *_GAP),
    Col("勾选", "Ticked", 9, "rate", *_RATE),
    Col("申报", "Declared", 9, "rate", *_RATE),
    Col("省发改委勾选", "Reviewer ticked", 9, "int"),
    Col("未读出的框", "Unread boxes", 8, "int"),
    Col("发现条数", "Findings", 9, "int"),
    Col("说明", "Note", 38, "wrap"),
    Col("回迁安置人数", "Resettled", 10, "int", printed=False),
    Col("人才引进数", "Talents", 9, "int", printed=False),
    Col("文件", "File", 30, "wrap", printed=False),
)
ITEMS = (
    Col("县（市、区）", "County", 21, "wrap"),
    Col("申请编号", "Form", 17, "id"),
    Col("编号", "Item", 7, "code"),
    Col("一级标题", "Section", 14, "wrap"),
    Col("二级标题", "Indicator", 23, "wrap"),
    Col("性质", "Nature", 8, "centre"),
    Col("指标内容", "Content", 50, "wrap"),
    Col("自评", "Self", 7, "centre"),
    Col("自评关键词", "Keyword", 20, "wrap"),
    Col("省发改委", "Reviewer", 9, "centre"),
    Col("省发改委备注", "Remark", 20, "wrap"),
    Col("页", "Page", 6, "centre"),
    Col("自评把握", "Self conf.", 9, "share", printed=False),
    Col("审核把握", "Rev. conf.", 9, "share", printed=False),
    Col("更正", "Corrected", 16, "wrap", printed=False),
    Col("文件", "File", 30, "faint", printed=False),
)
FINDINGS = (
    Col("程度", "Severity", 8, "centre"),
    Col("县（市、区）", "County", 21, "wrap"),
    Col("申请编号", "Form", 17, "id"),
    Col("类别", "Kind", 26, "wrap"),
    Col("说明", "What", 80, "wrap"),
    Col("编号", "Item", 7, "code"),
    Col("页", "Page", 6, "centre"),
    Col("申报或印出", "Declared or printed", 14, "wrap"),
    Col("重算或清单", "Computed or listed", 14, "wrap"),
    Col("代码", "Code", 26, "faint", printed=False),
    Col("文件", "File", 30, "faint", printed=False),
)
# Findings whose two sides a reader compares; the others say it all in their sentence.
_COMPARED = ("declared-", "wording-", "nature-", "application-")


def write_workbook(path: Path, batch: Batch, lang: str = "zh") -> None:
    """Write ``batch`` to the workbook ``path``, whole or not at all."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    with whole(path) as aside:
        book = xlsxwriter.Workbook(str(aside), _OPTIONS)
        title = "未来社区分项指标核对结果" if lang == "zh" else "Future Community scoresheets"
        book.set_properties({"title": title, "author": "fcextract", "created": _CREATED})
        formats = Formats(book)
        _summary(book, formats, batch, lang)
        _items(book, formats, batch, lang)
        _findings(book, formats, batch, lang)
        _method(book, formats, batch, lang)
        try:
            book.close()
        except FileCreateError as e:
            raise OSError(str(e)) from e


def _summary(book: Any, formats: Formats, batch: Batch, lang: str) -> None:
    table = Table(book, formats, SHEETS[lang][0], SUMMARY, lang, frozen=2)
    for values, styles in sorted_lines(batch, lang):
        table.write(values, styles)
    table.close()


def sorted_lines(batch: Batch, lang: str) -> list[tuple[list[Any], dict[int, str]]]:
    """The lines of 总表, failed files among the forms, by source."""
    return batch.lines(lambda s: _form_line(s, lang), lambda name, f: _failure_line(name, f, lang))


def _form_line(s: AuditedSheet, lang: str) -> tuple[list[Any], dict[int, str]]:
    counts = [s.summary.counts["self", p] for p in PARTS]
    declared = [getattr(s.sheet.declared, p, None) for p in PARTS]
    gaps = [None if d is None else gap(d, c) for d, c in zip(declared, counts, strict=True)]
    total = counts[0]
    declared_rate = getattr(s.sheet.declared, "total_rate", None)
    header = s.sheet.header
    values = [
        s.county,
        s.form_id,
        VERDICT_ZH[s.verdict] if lang == "zh" else s.verdict,
        STATUS_ZH[s.status] if lang == "zh" else s.status,
        *(c.total for c in counts),
        total.max if total.max != total.min else None,
        *declared,
        *gaps,
        total.rate / 100,
        None if declared_rate is None else declared_rate / 100,
        s.summary.counts["reviewer", "total"].total,
        s.summary.unread_boxes,
        len(s.findings),
        _first_words(s, lang),
        header.resettled_population,
        header.talents_introduced,
        s.sheet.source,
    ]
    styles = {2: VERDICT_STYLE[s.verdict], 3: STATUS_STYLE[s.status]}
    styles |= {11 + n: "gap-bad" for n, g in enumerate(gaps) if g}
    return values, styles


def _first_words(s: AuditedSheet, lang: str) -> str:
    """The gravest finding's message: what a person should know first."""
    if not s.findings or s.findings[0].severity == "info":
        return ""
    return s.findings[0].message_zh if lang == "zh" else s.findings[0].message_en


def _failure_line(name: str, f: FailedFile, lang: str) -> tuple[list[Any], dict[int, str]]:
    values: list[Any] = [None] * len(SUMMARY)
    values[1] = name
    values[3] = STATUS_ZH["failed"] if lang == "zh" else "failed"
    values[19], values[-1] = error_text(f, lang), f.source
    return values, {3: STATUS_STYLE["failed"]}


def _items(book: Any, formats: Formats, batch: Batch, lang: str) -> None:
    table = Table(book, formats, SHEETS[lang][1], ITEMS, lang, frozen=3)
    states = STATE_ZH if lang == "zh" else STATE_EN
    for s in batch.sheets:
        for e in s.sheet.entries:
            own, other = e.self_box, e.reviewer_box
            table.write(
                (
                    s.county,
                    s.form_id,
                    e.item.item_id,
                    e.item.section,
                    e.item.indicator,
                    e.item.nature,
                    e.item.content,
                    states[own.state],
                    e.keyword,
                    states[other.state],
                    e.remark,
                    e.row.page if e.row else None,
                    own.confidence,
                    other.confidence,
                    e.corrected,
                    s.sheet.source,
                ),
                {7: STATE_STYLE[own.state], 9: STATE_STYLE[other.state]},
            )
    table.close()


def _findings(book: Any, formats: Formats, batch: Batch, lang: str) -> None:
    table = Table(book, formats, SHEETS[lang][2], FINDINGS, lang)
    for s in batch.sheets:
        for values, style in _finding_lines(s, lang):
            table.write(values, {0: style})
    table.close()


def _finding_lines(s: AuditedSheet, lang: str) -> Iterator[tuple[list[Any], str]]:
    for f in s.findings:
        compared = f.code.startswith(_COMPARED)
        values = [
            SEVERITY_ZH[f.severity] if lang == "zh" else f.severity,
            s.county,
            s.form_id,
            catalogue()[f.code].title(lang),
            f.message_zh if lang == "zh" else f.message_en,
            f.item_id,
            f.page,
            f.declared if compared else None,
            f.computed if compared else None,
            f.code,
            s.sheet.source,
        ]
        yield values, SEVERITY_STYLE[f.severity]


def _method(book: Any, formats: Formats, batch: Batch, lang: str) -> None:
    name = SHEETS[lang][3]
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
