"""Rules on the form as a whole: its number and what the steps noted on its pages."""

from __future__ import annotations

from collections.abc import Iterator

from fcextract.audit.case import Case, finding, label, on_page_en, on_page_zh
from fcextract.catalogue import catalogue
from fcextract.counties import application_fault
from fcextract.records import Finding, Note

# What a page's note says where its detail is worth a sentence of its own.
_SENTENCES = {
    "page-missing": (
        "清单 {} 各项所在的页没有提交",
        "no page of the file holds items {} of the list",
    ),
    "page-repeated": ("与第 {} 页重复", "the same as page {}"),
}


def notes(case: Case) -> Iterator[Finding]:
    """Whatever an earlier step noted: mostly ``page-…``."""
    items = {e.item.item_id: e.item for e in case.sheet.entries}
    for note in case.sheet.notes:
        about = label(items[note.item_id]) + " " if note.item_id in items else ""
        zh, en = _note(note)
        yield finding(
            note.code,
            f"{on_page_zh(note.page)}{about}{zh}。",
            f"{on_page_en(note.page)}{about}{en}.",
            item_id=note.item_id,
            page=note.page,
            computed=note.detail,
        )


def _note(note: Note) -> tuple[str, str]:
    if note.detail and note.code in _SENTENCES:
        zh, en = _SENTENCES[note.code]
        return zh.format(note.detail), en.format(note.detail)
    title = catalogue()[note.code]
    detail_zh = f"：{note.detail}" if note.detail else ""
    detail_en = f": {note.detail}" if note.detail else ""
    return title.title_zh + detail_zh, title.title_en.lower() + detail_en


def application_no(case: Case) -> Iterator[Finding]:
    """``application-no-missing``, ``application-no-invalid``."""
    number = case.sheet.header.application_no
    if not number:
        yield finding(
            "application-no-missing",
            "没有读到申请编号，不知道属于哪个县（市、区），以文件名为标识。",
            "No application number was read; the county is unknown and the form goes by its "
            "file's name.",
        )
    elif fault := application_fault(number):
        zh, en = fault
        yield finding(
            "application-no-invalid",
            f"申请编号 {number} 不合规则：{zh}。",
            f"Application number {number} is malformed: {en}.",
            computed=number,
        )
