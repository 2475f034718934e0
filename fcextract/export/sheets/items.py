"""明细: one line per form and item."""

from __future__ import annotations

from typing import Any

from fcextract.export.rows import Batch
from fcextract.export.sheets import words
from fcextract.export.styles import STATE_STYLE, Col, Formats
from fcextract.export.table import Table
from fcextract.records import BoxReading

COLUMNS = (
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
    Col("自评原判读", "Self as read", 8, "centre", printed=False),
    Col("审核原判读", "Rev. as read", 8, "centre", printed=False),
    Col("文件", "File", 30, "faint", printed=False),
)


def write(book: Any, formats: Formats, name: str, batch: Batch, lang: str) -> None:
    """Write the sheet."""
    table = Table(book, formats, name, COLUMNS, lang, frozen=3)
    states = words.states(lang)
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
                    _as_read(own, states),
                    _as_read(other, states),
                    s.sheet.source,
                ),
                {7: STATE_STYLE[own.state], 9: STATE_STYLE[other.state]},
            )
    table.close()


def _as_read(box: BoxReading, states: dict[str, str]) -> str | None:
    return None if box.read_as is None else states[box.read_as]
