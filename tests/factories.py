"""Scoresheets made by hand, for tests of everything after ``reconcile``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from fcextract.audit import audit
from fcextract.audit.case import CountBy
from fcextract.editions import Edition, Item, load_edition
from fcextract.geometry import Box
from fcextract.records import (
    MISSING_BOX,
    AuditedSheet,
    BoxReading,
    Declared,
    Entry,
    ExtraRow,
    FailedFile,
    Header,
    Note,
    RowReading,
    Scoresheet,
    State,
)

EDITION = load_edition("zj-2019")
NUMBER = "330105190429014"
SEED_DECLARED = Declared(6, 141, 4.26, 3, 70, 4.29, 3, 71, 4.23)


def a_box(state: str = "empty", page: int = 1, **changes: object) -> BoxReading:
    """A box as a sure reader would give it, or one that needs its code."""
    state = State(state)
    if state is State.MISSING:
        return replace(MISSING_BOX, **changes)
    sure = state in (State.CHECKED, State.EMPTY)
    box = BoxReading(
        state,
        0.999 if sure else 0.5,
        page,
        Box(400.0, 100.0, 409.5, 109.5),
        ("vector", "raster"),
        "" if sure else "box-uncertain",
        "" if sure else "faint mark",
    )
    return replace(box, **changes)


def a_row(
    item: Item,
    own: BoxReading | None = None,
    other: BoxReading | None = None,
    page: int = 1,
    **changes: object,
) -> RowReading:
    """The row of ``item`` printed as the edition has it."""
    row = RowReading(
        page,
        Box(40.0, 95.0, 555.0, 115.0),
        item.item_no,
        item.content,
        item.nature,
        own or a_box(),
        other or a_box(),
    )
    return replace(row, **changes)


def a_sheet(
    own: Mapping[str, str] | Iterable[str] = (),
    other: Mapping[str, str] | Iterable[str] = (),
    *,
    declared: Declared | None = None,
    number: str = NUMBER,
    source: str = "a.pdf",
    edition: Edition = EDITION,
    rows: Mapping[str, RowReading | None] | None = None,
    extras: Iterable[ExtraRow] = (),
    notes: Iterable[Note] = (),
    pages: tuple[int, ...] = (1, 2, 3),
) -> Scoresheet:
    """One form. ``own`` and ``other`` give the states of the two columns by item id, or
    just the ids of the ticked items; all else is empty."""
    own, other = _states(own), _states(other)
    entries = []
    for item in edition.items:
        left = a_box(own.get(item.item_id, "empty"))
        right = a_box(other.get(item.item_id, "empty"))
        row = (rows or {}).get(item.item_id, a_row(item, left, right))
        if row is None:
            entries.append(Entry(item, None, MISSING_BOX, MISSING_BOX))
        else:
            left, right = row.self_box, row.reviewer_box
            entries.append(Entry(item, row, left, right, row.keyword, row.remark))
    return Scoresheet(
        source,
        "0" * 64,
        edition.id,
        pages,
        Header(number, 23423, 4234),
        declared,
        tuple(entries),
        tuple(extras),
        tuple(notes),
    )


def the_seed() -> Scoresheet:
    """The one real form in hand: two ticks, six declared, one stray row."""
    stray = RowReading(5, Box(40.0, 700.0, 555.0, 712.0), None, "", "", a_box(), a_box())
    return a_sheet(
        ["001", "002"],
        declared=SEED_DECLARED,
        source="seed.txt",
        extras=[ExtraRow("unnumbered-row", stray)],
    )


def audited(sheet: Scoresheet, count: CountBy = "numbers") -> AuditedSheet:
    """``sheet``, audited against the edition in hand."""
    return audit(sheet, EDITION, count)


def a_failure(source: str = "broken.pdf", code: str = "damaged-file") -> FailedFile:
    """A file that gave no form."""
    return FailedFile(source, "f" * 64, code, "文件损坏，请重新传送。", "Damaged; send it again.")


def _states(given: Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    return dict(given) if isinstance(given, Mapping) else dict.fromkeys(given, "checked")
