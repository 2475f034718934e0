"""矩阵: forms by items, ticked or not, two lines a form."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fcextract.audit.case import WHO
from fcextract.editions import Item
from fcextract.export.rows import Batch
from fcextract.export.sheets import words
from fcextract.export.styles import Col, Formats
from fcextract.export.table import Table
from fcextract.records import State

_SIGN = {State.CHECKED: "√", State.EMPTY: "", State.UNCERTAIN: "?", State.MISSING: "×"}
_STYLE = {
    State.CHECKED: "mark-good",
    State.EMPTY: "mark-none",
    State.UNCERTAIN: "mark-open",
    State.MISSING: "mark-bad",
}
_FIRST = (
    Col("县（市、区）", "County", 18, "text"),
    Col("申请编号", "Form", 17, "id"),
    Col("列", "Column", 9, "centre"),
    Col("勾选行数", "Rows ticked", 9, "int"),
)
#: Width of an item's column, in characters, and pages that they take side by side.
_WIDTH, _WIDE = 2.6, 2


def write(book: Any, formats: Formats, name: str, batch: Batch, lang: str) -> None:
    """Write the sheet, one table per edition."""
    lists: dict[str, tuple[Item, ...]] = {}
    for s in batch.brief:
        lists.setdefault(s.sheet.edition_id, tuple(e.item for e in s.sheet.entries))
    for number, (edition, items) in enumerate(lists.items()):
        title = name if number == 0 else f"{name} {edition}"[:31]
        _write(book, formats, title, batch, edition, items, lang)
    if not lists:
        _write(book, formats, name, batch, "", (), lang)


def _write(
    book: Any,
    formats: Formats,
    name: str,
    batch: Batch,
    edition: str,
    items: tuple[Item, ...],
    lang: str,
) -> None:
    columns = (*_FIRST, *(_column(item) for item in items))
    table = Table(book, formats, name, columns, lang, frozen=len(_FIRST), wide=_WIDE)
    ticked: dict[str, Counter[str]] = {who: Counter() for who in WHO}
    for s in batch.brief:
        if s.sheet.edition_id != edition:
            continue
        for who in WHO:
            states = [e.box_in(who).state for e in s.sheet.entries]
            ticked[who].update(
                e.item.item_id
                for e, x in zip(s.sheet.entries, states, strict=True)
                if x == "checked"
            )
            head = [s.county, s.form_id, words.column(who, lang), states.count(State.CHECKED)]
            styles = {len(_FIRST) + n: _STYLE[x] for n, x in enumerate(states)}
            table.write([*head, *(_SIGN[x] for x in states)], styles)
    for who in WHO:
        sums = [ticked[who][item.item_id] for item in items]
        label = "勾选份数" if lang == "zh" else "Forms that tick it"
        table.write(
            [label, None, words.column(who, lang), sum(sums), *sums],
            dict.fromkeys(range(len(_FIRST), len(columns)), "mark-int"),
        )
    table.close()


def _column(item: Item) -> Col:
    return Col(
        item.item_id, item.item_id, _WIDTH, "mark-none", item.section, f"Section {item.section_no}"
    )
