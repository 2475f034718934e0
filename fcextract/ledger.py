"""``run.sqlite``: what was read, when, from which bytes, with which settings.

The ledger is the truth that every file of a results folder is written from. A
*reading* is what the steps saw in some bytes, before any declared total was
looked at; it is stored with its hash, never changed and never deleted. An
*input* is a file by its name in the results, and points at the reading that
stands for it now. The audit is not stored: it is worked out again at export.

A *correction* is what a person says of a box; it is appended, and laid over the
reading at export (:mod:`fcextract.corrections`).

One process writes readings at a time (``run.lock`` holds the others off, and lets go
by itself when the process dies); any number may read, and append corrections.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from fcextract import ledger_corrections
from fcextract import ledger_evidence as evidence
from fcextract.corrections import Correction, History, moment
from fcextract.ledger_file import connect, explained
from fcextract.ledger_sheets import (
    StoredForm,
    damaged_sheet,
    packed,
    stored_forms,
    stored_sheet,
    unpacked,
)
from fcextract.records import FailedFile, Finding, Scoresheet
from fcextract.serialize import digest
from fcextract.versions import reader_version

#: Failures worth another try on the next run: another password, a longer limit, a busy machine.
PASSING = frozenset(
    {
        "encrypted-file",
        "file-missing",
        "internal-error",
        "limit-exceeded",
        "memory-limit",
        "reader-crashed",
        "time-limit",
    }
)


class NamedFile(NamedTuple):
    """An input by its name in the results; size and time are for people to look at."""

    source: str
    path: str
    size: int | None = None
    mtime_ns: int | None = None


class Content(NamedTuple):
    """What a reading depends on: the bytes, how their name ends, and the settings."""

    sha256: str
    suffix: str
    settings: str


class Reading(NamedTuple):
    """What came of reading one file: its sheets as canonical JSON, or an error; the pictures
    of boxes in doubt, and what the audit said of each sheet there and then."""

    sheets: tuple[str, ...]
    pages: int
    review: bool
    failed: FailedFile | None
    wall: float
    cpu: float
    crops: tuple[evidence.Crop, ...] = ()
    findings: tuple[tuple[Finding, ...], ...] = ()


class Standing(NamedTuple):
    """One input and the reading that stands for it (``reading`` None: not read yet)."""

    source: str
    path: str
    sha256: str
    reading: int | None
    code: str
    error_zh: str
    error_en: str
    pages: int
    forms: int
    review: bool


class Ledger:
    """An open ledger. Use :meth:`open`; it is a context manager."""

    def __init__(self, out: Path, db: sqlite3.Connection, lock: sqlite3.Connection | None) -> None:
        self._out = out
        self._db = db
        self._lock = lock

    @classmethod
    def open(cls, out: Path, *, write: bool = False, make: bool | None = None) -> Ledger:
        """The ledger of the results folder ``out``.

        ``write`` keeps other writers off; ``make`` (as ``write`` by default) makes the
        folder and the ledger where they are absent.

        Raises:
            LedgerError: no ledger there, not a ledger, made by a newer version, or
                another run is writing.
        """
        return cls(out, *connect(out, write=write, make=write if make is None else make))

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close, and let the next writer in."""
        self._db.close()
        if self._lock is not None:
            self._lock.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with explained(self._out):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    # ------------------------------------------------------------------ runs

    def begin(
        self,
        inputs: Sequence[NamedFile],
        options: dict[str, Any],
        ignored: int = 0,
        beside: bool = False,
    ) -> int:
        """Start a run over ``inputs``; ``beside`` keeps those of the latest run among
        them, with what was read. Gives its id."""
        with self._transaction():
            before = self._db.execute("SELECT coalesce(max(id), 0) FROM run").fetchone()[0]
            cursor = self._db.execute(
                "INSERT INTO run (started, state, version, options, ignored)"
                " VALUES (?, 'running', ?, ?, ?)",
                (moment(), reader_version(), json.dumps(options, sort_keys=True), ignored),
            )
            run = int(cursor.lastrowid or 0)
            self._db.executemany(
                "INSERT INTO input (source, path, size, mtime_ns, run) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (source) DO UPDATE SET path = excluded.path, size = excluded.size,"
                " mtime_ns = excluded.mtime_ns, run = excluded.run",
                [(*file, run) for file in inputs],
            )
            if beside:
                self._db.execute("UPDATE input SET run = ? WHERE run = ?", (run, before))
        return run

    def finish(self, run: int, state: str) -> None:
        """End a run as ``done`` or ``interrupted``."""
        with self._transaction():
            self._db.execute(
                "UPDATE run SET finished = ?, state = ? WHERE id = ?", (moment(), state, run)
            )

    def last_run(self) -> dict[str, Any]:
        """The latest run: id, started, finished, state, version, options, ignored."""
        cursor = self._db.execute("SELECT * FROM run ORDER BY id DESC LIMIT 1")
        row = cursor.fetchone()
        if row is None:
            return {}
        found = dict(zip([c[0] for c in cursor.description], row, strict=True))
        found["options"] = json.loads(found["options"])
        return found

    def option(self, name: str, default: Any) -> Any:
        """An option of the latest run."""
        return self.last_run().get("options", {}).get(name, default)

    # -------------------------------------------------------------- readings

    def standing_for(self, source: str, content: Content) -> int | None:
        """The reading of exactly ``content`` that stands for ``source``, if it need
        not be tried again."""
        row = self._db.execute(
            "SELECT r.id, r.code FROM input i JOIN reading r ON r.id = i.reading"
            " WHERE i.source = ? AND r.sha256 = ? AND r.suffix = ? AND r.settings = ?"
            " AND r.version = ?",
            (source, *content, reader_version()),
        ).fetchone()
        return None if row is None or row[1] in PASSING else int(row[0])

    def same_content(self, content: Content) -> int | None:
        """A good reading of ``content``, under whatever name."""
        row = self._db.execute(
            "SELECT id FROM reading WHERE sha256 = ? AND suffix = ? AND settings = ?"
            " AND version = ? AND code = '' ORDER BY id LIMIT 1",
            (*content, reader_version()),
        ).fetchone()
        return None if row is None else int(row[0])

    def record(self, run: int, source: str, content: Content, got: Reading) -> int:
        """Store a reading and let it stand for ``source``. Gives its id."""
        failed = got.failed or FailedFile(source, content.sha256, "", "", "")
        with self._transaction():
            cursor = self._db.execute(
                "INSERT INTO reading (run, source, sha256, suffix, settings, version, read_at,"
                " wall, cpu, pages, forms, review, code, error_zh, error_en)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run,
                    source,
                    *content,
                    reader_version(),
                    moment(),
                    round(got.wall, 4),
                    round(got.cpu, 4),
                    got.pages,
                    len(got.sheets),
                    int(got.review),
                    failed.code,
                    failed.error_zh,
                    failed.error_en,
                ),
            )
            reading = int(cursor.lastrowid or 0)
            self._db.executemany(
                "INSERT INTO sheet (reading, place, sha256, body) VALUES (?, ?, ?, ?)",
                [
                    (reading, place, digest(text), packed(text))
                    for place, text in enumerate(got.sheets)
                ],
            )
            evidence.store(self._db, reading, got.crops, got.findings)
            self._point(source, content.sha256, reading)
        return reading

    def crop(self, reading: int, place: int, item_id: str, column: str) -> bytes | None:
        """The picture of a box that was in doubt when it was read, as PNG; ``column`` is
        ``self`` or ``reviewer``."""
        return evidence.crop(self._db, reading, place, item_id, column)

    def findings(self) -> dict[str, int]:
        """How often each finding came up in the files of the latest run, when they were
        read. What the results say is worked out anew at export."""
        return evidence.findings(self._db)

    def outline(self, reading: int) -> tuple[str, bool, bool]:
        """The source it was read under, whether it needs review, whether it failed."""
        source, review, code = self._db.execute(
            "SELECT source, review, code FROM reading WHERE id = ?", (reading,)
        ).fetchone()
        return source, bool(review), bool(code)

    def link(self, source: str, content: Content, reading: int) -> None:
        """Let a reading that is already there stand for ``source``."""
        with self._transaction():
            self._point(source, content.sha256, reading)

    def _point(self, source: str, sha256: str, reading: int) -> None:
        self._db.execute(
            "UPDATE input SET sha256 = ?, reading = ? WHERE source = ?", (sha256, reading, source)
        )

    # --------------------------------------------------------------- reading

    def standings(self) -> list[Standing]:
        """The inputs of the latest run, sorted by source."""
        rows = self._db.execute(
            "SELECT i.source, i.path, i.sha256, i.reading, coalesce(r.code, ''),"
            " coalesce(r.error_zh, ''), coalesce(r.error_en, ''), coalesce(r.pages, 0),"
            " coalesce(r.forms, 0), coalesce(r.review, 0)"
            " FROM input i LEFT JOIN reading r ON r.id = i.reading"
            " WHERE i.run = (SELECT max(id) FROM run) ORDER BY i.source"
        )
        return [Standing(*row)._replace(review=bool(row[-1])) for row in rows]

    def retired(self) -> int:
        """How many inputs of earlier runs are not among the latest run's."""
        return int(
            self._db.execute(
                "SELECT count(*) FROM input WHERE run < (SELECT max(id) FROM run)"
            ).fetchone()[0]
        )

    def sheets(self, reading: int) -> Iterator[Scoresheet]:
        """The sheets of one reading, in their order in the file, with no source name.

        Raises:
            LedgerError: a stored sheet is not what its hash says.
        """
        for row in self._db.execute(
            "SELECT place, sha256, body FROM sheet WHERE reading = ? ORDER BY place", (reading,)
        ):
            yield unpacked(reading, *row)

    def forms(self) -> list[StoredForm]:
        """The forms of the latest run, by source, then by place; none is decoded."""
        return stored_forms(self._db)

    def sheet(self, form: StoredForm) -> Scoresheet:
        """One form as it was read, with no source name.

        Raises:
            LedgerError: it is not what its hash says.
        """
        found = stored_sheet(self._db, form.reading, form.place)
        if found is None:
            raise damaged_sheet(form.reading, form.place)
        return found

    def changes(self) -> int:
        """A number that differs once anyone else has changed the ledger."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    # ----------------------------------------------------------- corrections

    def correct(self, corrections: Iterable[Correction]) -> None:
        """Append ``corrections``, all of them or none. No lock is needed: several people
        may correct at once, and while a batch runs.

        Raises:
            ConflictError: a box no longer stands as a correction's ``old`` says.
            UsageError: no such form, box or state.
        """
        with self._transaction():
            ledger_corrections.append(self._db, corrections)

    def corrections(
        self, sha256: str | None = None, place: int | None = None
    ) -> Iterator[Correction]:
        """Every correction, or those of one file or form, in the order they were made; of a
        form those alone that were made of the form that is read there now."""
        if sha256 is None or place is None:
            return ledger_corrections.select(self._db, sha256)
        return iter(ledger_corrections.of_form(self._db, sha256, place).mine)

    def history(self, sha256: str, place: int) -> History:
        """What was said of one form."""
        return ledger_corrections.of_form(self._db, sha256, place)

    def histories(self) -> dict[tuple[str, int], History]:
        """What was said of every form that has corrections, by file and place."""
        return ledger_corrections.histories(self._db)
