"""A form as the ledger keeps it: canonical JSON, compressed, with its hash."""

from __future__ import annotations

import sqlite3
import zlib
from dataclasses import replace
from typing import NamedTuple

from fcextract.editions import Item
from fcextract.errors import LedgerError
from fcextract.records import Entry, Scoresheet
from fcextract.serialize import digest, dumps, loads

_ITEMS: dict[Item, Item] = {}


class StoredForm(NamedTuple):
    """One form of the latest run: its file by name, path and content, the reading that
    stands for it, its place in the file, and the hash of what is stored of it."""

    source: str
    path: str
    sha256: str
    reading: int
    place: int
    digest: str


def stored_forms(db: sqlite3.Connection) -> list[StoredForm]:
    """The forms of the latest run, by source, then by place; none is decoded."""
    rows = db.execute(
        "SELECT i.source, i.path, i.sha256, s.reading, s.place, s.sha256"
        " FROM input i JOIN sheet s ON s.reading = i.reading"
        " WHERE i.run = (SELECT max(id) FROM run) ORDER BY i.source, s.place"
    )
    return [StoredForm(*row) for row in rows]


def stored_sheet(db: sqlite3.Connection, reading: int, place: int) -> Scoresheet | None:
    """The form as it was read, with no source name; None where there is none.

    Raises:
        LedgerError: it is not what its hash says.
    """
    row = db.execute(
        "SELECT reading, place, sha256, body FROM sheet WHERE reading = ? AND place = ?",
        (reading, place),
    ).fetchone()
    return None if row is None else unpacked(*row)


def sheet_text(sheet: Scoresheet) -> str:
    """A sheet as the ledger keeps it: canonical JSON, without the file's name, so that
    a file and its copy give the same reading, and without its place, which is its key. Halves
    of characters, which a hostile file's fonts may give, become question marks."""
    text = dumps(replace(sheet, source="", place=0))
    return text.encode("utf-8", "replace").decode("utf-8")


def packed(text: str) -> bytes:
    """A sheet's text as it is stored."""
    return zlib.compress(text.encode("utf-8"), 6)


def unpacked(reading: int, place: int, sha256: str, body: bytes) -> Scoresheet:
    """The stored sheet, by its reading, place, hash and bytes.

    Raises:
        LedgerError: it is not what its hash says.
    """
    text = _unpack(body)
    if digest(text) != sha256:
        raise damaged_sheet(reading, place)
    sheet = loads(Scoresheet, text)
    return replace(sheet, place=place, entries=tuple(map(_shared, sheet.entries)))


def _shared(entry: Entry) -> Entry:
    """``entry`` with what is there twice kept once: its item is every form's, and its boxes
    are its row's, if the row stands once. A form takes a third of the memory."""
    item = _ITEMS.setdefault(entry.item, entry.item)
    row, own, other = entry.row, entry.self_box, entry.reviewer_box
    if row is not None and (row.self_box, row.reviewer_box) == (own, other):
        row = replace(row, self_box=own, reviewer_box=other)
    return replace(entry, item=item, row=row)


def _unpack(body: bytes) -> str:
    try:
        return zlib.decompress(body).decode("utf-8")
    except (zlib.error, UnicodeDecodeError):
        return ""


def damaged_sheet(reading: int, place: int) -> LedgerError:
    """A sheet that was stored and is not there as it was."""
    return LedgerError(
        f"台账中第 {reading} 次读取的第 {place + 1} 份表与其哈希值不符，内容已被改动，不能再作为依据。"
        "请用 fcextract batch --again 重新读取原文件。",
        f"Sheet {place + 1} of reading {reading} in the ledger does not match its hash: it was "
        "altered and can no longer be relied on. Read the files again with fcextract batch --again.",
    )
