"""Outlines kept between runs of the page, in ``review.sqlite`` beside the ledger.

Decoding and auditing a form takes about 10 ms, so that a thousand would keep the first
page waiting. The file holds nothing that the ledger does not: it may be deleted at will,
and where it cannot be used the page works without.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from fcextract.review.outline import Outline

FILE = "review.sqlite"
_SCHEMA = "CREATE TABLE IF NOT EXISTS outline (sheet TEXT PRIMARY KEY, stamp TEXT, body TEXT)"


class OutlineCache:
    """Outlines by the hash of the stored sheet, each good for one ``stamp``: the hash of
    whatever else it depends on."""

    def __init__(self, out: Path) -> None:
        self._db: sqlite3.Connection | None = None
        with suppress(sqlite3.Error):
            self._db = sqlite3.connect(out / FILE, isolation_level=None, timeout=1)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = OFF")
            self._db.execute(_SCHEMA)

    def load(self, stamps: Mapping[str, str]) -> dict[str, Outline]:
        """Those of ``stamps`` (sheet to stamp) that are there."""
        found: dict[str, Outline] = {}
        if self._db is not None:
            # A file that is no database, or one that holds something else, is no cache.
            with suppress(sqlite3.Error, ValueError, TypeError):
                for sheet, stamp, body in self._db.execute(
                    "SELECT sheet, stamp, body FROM outline"
                ):
                    if stamps.get(sheet) == stamp:
                        found[sheet] = Outline.from_json(body)
        return found

    def keep(self, sheet: str, stamp: str, made: Outline) -> None:
        """Remember one, in the place of an older one of the same sheet."""
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.execute(
                    "INSERT OR REPLACE INTO outline VALUES (?, ?, ?)",
                    (sheet, stamp, made.to_json()),
                )

    def close(self) -> None:
        """Let go of the file."""
        if self._db is not None:
            self._db.close()
