"""The ledger's table of corrections: appended to, read back, nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from fcextract.corrections import Correction, History, accept
from fcextract.errors import UsageError
from fcextract.ledger_sheets import stored_sheet
from fcextract.records import Scoresheet, State

_COLUMNS = 'sha256, place, item_id, "column", old, new, who, at, why'


def append(db: sqlite3.Connection, corrections: Iterable[Correction]) -> None:
    """Append ``corrections``, each checked against what stands; within a transaction.

    Raises:
        ConflictError: a box no longer stands as a correction's ``old`` says.
        UsageError: no such form, box or state.
    """
    forms: dict[tuple[str, int], list[Correction]] = {}
    for c in corrections:
        forms.setdefault(c.form, []).append(c)
    for form, more in forms.items():
        reading, sheet = _form(db, *form)
        _insert(db, reading, accept(sheet, of_form(db, *form).mine, more))


def _form(db: sqlite3.Connection, sha256: str, place: int) -> tuple[int, Scoresheet]:
    """The reading that stands for the file now, and the form as it was read there."""
    reading = _standing(db, sha256).get(sha256)
    sheet = None if reading is None else stored_sheet(db, reading, place)
    if reading is None or sheet is None:
        raise _no_such_form(sha256, place)
    return reading, sheet


def _standing(db: sqlite3.Connection, sha256: str | None) -> dict[str, int]:
    """The reading that stands now for every file, or for one, by its content."""
    only, given = _only(sha256)
    return dict(
        db.execute(
            "SELECT x.sha256, max(i.reading) FROM reading x JOIN input i ON i.reading = x.id"
            f" WHERE x.code = '' AND {only} GROUP BY x.sha256",
            given,
        ).fetchall()
    )


def _only(sha256: str | None) -> tuple[str, tuple[str, ...]]:
    """The condition that rows ``x`` are of one file, if it is given."""
    return ("1", ()) if sha256 is None else ("x.sha256 = ?", (sha256,))


def _insert(db: sqlite3.Connection, reading: int, corrections: Iterable[Correction]) -> None:
    db.executemany(
        f"INSERT INTO correction ({_COLUMNS}, reading) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (c.sha256, c.place, *c.box, c.old.value, c.new.value, c.who, c.at, c.why, reading)
            for c in corrections
        ],
    )


def select(db: sqlite3.Connection, sha256: str | None = None) -> Iterator[Correction]:
    """Every correction, or those of one file, in the order they were made."""
    return (correction for _, correction in _made(db, sha256))


def _made(db: sqlite3.Connection, sha256: str | None) -> Iterator[tuple[int, Correction]]:
    """The same, each with the reading that it was made of."""
    only, given = _only(sha256)
    rows = db.execute(
        f"SELECT reading, {_COLUMNS} FROM correction x WHERE {only} ORDER BY id", given
    )
    return ((reading, _correction(*row)) for reading, *row in rows)


def of_form(db: sqlite3.Connection, sha256: str, place: int) -> History:
    """What was said of one form."""
    return histories(db, sha256).get((sha256, place), History())


def histories(db: sqlite3.Connection, sha256: str | None = None) -> dict[tuple[str, int], History]:
    """What was said of every form that has corrections, or of those of one file: another
    reader may part a file's pages in another way."""
    made: dict[tuple[str, int], list[tuple[int, Correction]]] = {}
    for reading, correction in _made(db, sha256):
        made.setdefault(correction.form, []).append((reading, correction))
    now = _standing(db, sha256)
    return {
        form: _parted(db, now[form[0]], form[1], m) for form, m in made.items() if form[0] in now
    }


def _parted(
    db: sqlite3.Connection, reading: int, place: int, made: list[tuple[int, Correction]]
) -> History:
    """What was said at a place of a file, as to whether ``reading`` has the same form there."""
    same = {r: r == reading or _is_same(db, r, reading, place) for r in {r for r, _ in made}}
    return History(tuple(c for r, c in made if same[r]), tuple(c for r, c in made if not same[r]))


def _is_same(db: sqlite3.Connection, one: int, other: int, place: int) -> bool:
    """Whether two readings have one form there: by its application number, else by its
    pages."""
    a, b = stored_sheet(db, one, place), stored_sheet(db, other, place)
    if a is None or b is None:
        return False
    numbers = a.header.application_no, b.header.application_no
    return numbers[0] == numbers[1] if all(numbers) else a.pages == b.pages


def _correction(
    sha256: str, place: int, item_id: str, column: str,
    old: str, new: str, who: str, at: str, why: str,
) -> Correction:  # fmt: skip
    return Correction(sha256, place, item_id, column, State(old), State(new), who, at, why)


def _no_such_form(sha256: str, place: int) -> UsageError:
    return UsageError(
        f"台账里没有这份表（文件 {sha256[:12]}… 的第 {place + 1} 份），更正没有保存。"
        "请核对结果文件夹是否就是更正时的那一个。",
        f"The ledger holds no such form (number {place + 1} of file {sha256[:12]}…), so the "
        "correction was not kept. Check that this is the results folder it was made for.",
    )
