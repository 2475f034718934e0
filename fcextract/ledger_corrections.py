"""The ledger's table of corrections: appended to, read back, nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from fcextract.corrections import Correction, accept
from fcextract.errors import UsageError
from fcextract.ledger_sheets import unpacked
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
        forms.setdefault((c.sha256, c.place), []).append(c)
    for form, more in forms.items():
        reading, sheet = _form(db, *form)
        _insert(db, reading, accept(sheet, of_form(db, *form)[0], more))


def _form(db: sqlite3.Connection, sha256: str, place: int) -> tuple[int, Scoresheet]:
    """The reading that stands for the file now, and the form as it was read there."""
    row = db.execute(
        "SELECT s.reading, s.place, s.sha256, s.body FROM sheet s WHERE s.place = ? AND"
        " s.reading = (SELECT max(i.reading) FROM input i JOIN reading r ON r.id = i.reading"
        " WHERE r.sha256 = ? AND r.code = '')",
        (place, sha256),
    ).fetchone()
    if row is None:
        raise _no_such_form(sha256, place)
    return row[0], unpacked(*row)


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
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM correction WHERE coalesce(sha256 = ?, 1) ORDER BY id", (sha256,)
    )
    return (_correction(*row) for row in rows)


def of_form(
    db: sqlite3.Connection, sha256: str, place: int
) -> tuple[list[Correction], list[Correction]]:
    """The corrections of one form in order; and those that stand at its place in the file but
    were made when another form was read there: another reader may part a file's pages in
    another way."""
    rows = db.execute(
        f"SELECT reading, {_COLUMNS} FROM correction WHERE sha256 = ? AND place = ? ORDER BY id",
        (sha256, place),
    ).fetchall()
    if not rows:
        return [], []
    reading, sheet = _form(db, sha256, place)
    same = {r: r == reading or _is_same(sheet, _stored(db, r, place)) for r in {r[0] for r in rows}}
    mine = [_correction(*row[1:]) for row in rows if same[row[0]]]
    return mine, [_correction(*row[1:]) for row in rows if not same[row[0]]]


def _is_same(one: Scoresheet, other: Scoresheet | None) -> bool:
    """Whether two readings are of one form: by its application number, else by its pages."""
    if other is None:
        return False
    numbers = one.header.application_no, other.header.application_no
    return numbers[0] == numbers[1] if all(numbers) else one.pages == other.pages


def _stored(db: sqlite3.Connection, reading: int, place: int) -> Scoresheet | None:
    row = db.execute(
        "SELECT reading, place, sha256, body FROM sheet WHERE reading = ? AND place = ?",
        (reading, place),
    ).fetchone()
    return None if row is None else unpacked(*row)


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
