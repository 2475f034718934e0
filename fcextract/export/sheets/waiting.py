"""复核: the boxes that wait for a person, to be filled in and handed back.

``fcextract apply`` reads the sheet again by its headings and by the mark at the end of
each row, so that rows may be sorted, filtered and deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from fcextract.audit.case import WHO
from fcextract.audit.counting import UNREAD
from fcextract.audit.reasons import reason_zh
from fcextract.export.rows import Batch
from fcextract.export.sheets import words
from fcextract.export.styles import STATE_STYLE, Col, Formats
from fcextract.export.table import Extras, Table
from fcextract.records import AuditedSheet, Entry, State

ANSWER = Col("改判", "Answer", 11, "fill-in")
PERSON = Col("复核人", "By", 12, "fill-in")
WHY = Col("备注", "Why", 24, "fill-in")
MARK = Col("标识（勿改）", "Mark (keep)", 12, "faint", printed=False)
COLUMNS = (
    Col("县（市、区）", "County", 21, "wrap"),
    Col("申请编号", "Form", 17, "id"),
    Col("编号", "Item", 7, "code"),
    Col("指标内容", "Content", 40, "wrap"),
    Col("列", "Column", 9, "centre"),
    Col("截图", "Picture", 44, "text"),
    Col("现状", "Now", 9, "centre"),
    ANSWER,
    PERSON,
    WHY,
    Col("为何待复核", "Why it waits", 24, "wrap"),
    Col("页", "Page", 6, "centre"),
    Col("文件", "File", 30, "faint", printed=False),
    MARK,
)
_PICTURE, _NOW, _ANSWER, _PAGE = 5, 6, 7, 11
#: What may be chosen, by language; ``fcextract apply`` takes both.
CHOICES = {
    "zh": {"勾选": State.CHECKED, "未勾": State.EMPTY, "看不清": State.UNCERTAIN},
    "en": {"ticked": State.CHECKED, "empty": State.EMPTY, "can't tell": State.UNCERTAIN},
}
_MESSAGE = {
    "zh": "对照截图或原件选一项；填好保存后运行 fcextract apply 结果文件夹 本文件。",
    "en": "Choose by the picture or the original; save, then run fcextract apply RESULTS THIS-FILE.",
}


class Mark(NamedTuple):
    """Which box a row is about, and how it stood when the sheet was written."""

    sha256: str
    place: int
    item_id: str
    column: str
    old: State

    def text(self) -> str:
        return f"{self.sha256} {self.place} {self.item_id} {self.column} {self.old}"

    @classmethod
    def of(cls, text: str) -> Mark:
        """The mark that :meth:`text` wrote.

        Raises:
            ValueError: it is none.
        """
        sha256, place, item_id, column, old = text.split()
        return cls(sha256, int(place), item_id, column, State(old))


def waiting(s: AuditedSheet) -> Iterator[tuple[Entry, str]]:
    """The boxes of a form that nobody has looked at: entry and column."""
    for entry in s.sheet.entries:
        for who in WHO:
            box = entry.box_in(who)
            if box.state in UNREAD and box.read_as is None:
                yield entry, who


def write(book: Any, formats: Formats, name: str, batch: Batch, lang: str) -> None:
    """Write the sheet."""
    choices = {_ANSWER: list(CHOICES[lang])}
    table = Table(
        book, formats, name, COLUMNS, lang, frozen=3, choices=choices, message=_MESSAGE[lang]
    )
    empty = True
    for n, brief in enumerate(batch.brief):
        if next(waiting(brief), None) is not None:  # most forms need not be fetched
            s = batch.sheets[n]
            for entry, who in waiting(s):
                table.write(*_row(batch, s, entry, who, lang))
                empty = False
    if empty:
        nothing = "没有待复核的框。" if lang == "zh" else "No box waits for review."
        table.write([nothing, *[None] * (len(COLUMNS) - 1)])
    table.close()


def _row(
    batch: Batch, s: AuditedSheet, entry: Entry, who: str, lang: str
) -> tuple[list[Any], dict[int, str], Extras]:
    box = entry.box_in(who)
    page = entry.page_of(who)
    png = batch.evidence.picture(s.sheet, entry, who)
    link = batch.evidence.link(s.sheet.source, page)
    mark = Mark(s.sheet.sha256, s.sheet.place, entry.item.item_id, who, box.state)
    values = [
        s.county,
        s.form_id,
        entry.item.item_id,
        entry.item.content,
        words.column(who, lang),
        None,
        words.states(lang)[box.state],
        None,
        None,
        None,
        reason_zh(box.reason) if lang == "zh" else box.reason,
        page,
        s.sheet.source,
        mark.text(),
    ]
    styles = {_NOW: STATE_STYLE[box.state]} | ({_PAGE: "link"} if link else {})
    return values, styles, Extras({_PICTURE: png} if png else {}, {_PAGE: link} if link else {})
