"""``run.sqlite`` as a file: its schema, its lock, and what can be wrong with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fcextract import __version__
from fcextract.errors import LedgerError

FILE = "run.sqlite"
LOCK = "run.lock"

#: Schema changes in order; ``PRAGMA user_version`` counts those applied. Append, never edit.
MIGRATIONS = (
    """
    CREATE TABLE run (
        id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT, state TEXT NOT NULL,
        version TEXT NOT NULL, options TEXT NOT NULL, ignored INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE reading (
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run(id),
        source TEXT NOT NULL, sha256 TEXT NOT NULL, suffix TEXT NOT NULL,
        version TEXT NOT NULL, settings TEXT NOT NULL, read_at TEXT NOT NULL,
        wall REAL NOT NULL, cpu REAL NOT NULL, pages INTEGER NOT NULL,
        forms INTEGER NOT NULL, review INTEGER NOT NULL,
        code TEXT NOT NULL, error_zh TEXT NOT NULL, error_en TEXT NOT NULL);
    CREATE INDEX reading_content ON reading (sha256, suffix, settings, version);
    CREATE TABLE sheet (
        reading INTEGER NOT NULL REFERENCES reading(id), place INTEGER NOT NULL,
        sha256 TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (reading, place)) WITHOUT ROWID;
    CREATE TABLE input (
        source TEXT PRIMARY KEY, path TEXT NOT NULL, run INTEGER NOT NULL REFERENCES run(id),
        sha256 TEXT NOT NULL DEFAULT '', size INTEGER, mtime_ns INTEGER,
        reading INTEGER REFERENCES reading(id));
    CREATE TRIGGER sheet_frozen BEFORE UPDATE ON sheet
        BEGIN SELECT RAISE(ABORT, 'readings are frozen'); END;
    CREATE TRIGGER sheet_kept BEFORE DELETE ON sheet
        BEGIN SELECT RAISE(ABORT, 'readings are kept'); END;
    CREATE TRIGGER reading_frozen BEFORE UPDATE ON reading
        BEGIN SELECT RAISE(ABORT, 'readings are frozen'); END;
    CREATE TRIGGER reading_kept BEFORE DELETE ON reading
        BEGIN SELECT RAISE(ABORT, 'readings are kept'); END;
    """,
    """
    CREATE TABLE correction (
        id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, place INTEGER NOT NULL,
        item_id TEXT NOT NULL, "column" TEXT NOT NULL CHECK ("column" IN ('self', 'reviewer')),
        old TEXT NOT NULL, new TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL,
        why TEXT NOT NULL, reading INTEGER NOT NULL REFERENCES reading(id));
    CREATE INDEX correction_form ON correction (sha256, place);
    CREATE TRIGGER correction_frozen BEFORE UPDATE ON correction
        BEGIN SELECT RAISE(ABORT, 'corrections are frozen'); END;
    CREATE TRIGGER correction_kept BEFORE DELETE ON correction
        BEGIN SELECT RAISE(ABORT, 'corrections are kept'); END;
    """,
    """
    CREATE TABLE crop (
        reading INTEGER NOT NULL REFERENCES reading(id), place INTEGER NOT NULL,
        item_id TEXT NOT NULL, side TEXT NOT NULL, png BLOB NOT NULL,
        PRIMARY KEY (reading, place, item_id, side)) WITHOUT ROWID;
    CREATE TABLE finding (
        reading INTEGER NOT NULL REFERENCES reading(id), place INTEGER NOT NULL,
        code TEXT NOT NULL, item_id TEXT NOT NULL, page INTEGER,
        declared TEXT NOT NULL, computed TEXT NOT NULL);
    CREATE INDEX finding_reading ON finding (reading);
    CREATE TRIGGER crop_frozen BEFORE UPDATE ON crop
        BEGIN SELECT RAISE(ABORT, 'readings are frozen'); END;
    CREATE TRIGGER crop_kept BEFORE DELETE ON crop
        BEGIN SELECT RAISE(ABORT, 'readings are kept'); END;
    """,
)


def connect(
    out: Path, *, write: bool, make: bool
) -> tuple[sqlite3.Connection, sqlite3.Connection | None]:
    """A connection to the ledger of ``out``, its schema up to date; where ``write``, also
    the lock that keeps other writers off until it is closed.

    Raises:
        LedgerError: no ledger there, not a ledger, made by a newer version, or
            another run is writing.
    """
    if not make and not (out / FILE).is_file():
        raise _no_ledger(out)
    with explained(out):
        if make:
            out.mkdir(parents=True, exist_ok=True)
        lock = _take_lock(out) if write else None
        db = None
        try:
            db = sqlite3.connect(out / FILE, isolation_level=None, timeout=30)
            _prepare(db, out)
        except BaseException:
            for held in (db, lock):
                if held is not None:
                    held.close()
            raise
    return db, lock


def _prepare(db: sqlite3.Connection, out: Path) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    have = db.execute("PRAGMA user_version").fetchone()[0]
    if have > len(MIGRATIONS):
        raise _too_new(out)
    for version, script in enumerate(MIGRATIONS[have:], have + 1):
        db.executescript(f"BEGIN; {script} PRAGMA user_version = {version}; COMMIT;")


def _take_lock(out: Path) -> sqlite3.Connection:
    """An exclusive lock that the operating system drops with the process."""
    lock = sqlite3.connect(out / LOCK, isolation_level=None, timeout=0)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as e:
        lock.close()
        if "locked" in str(e):
            raise LedgerError(
                f"结果文件夹 {out} 正被另一次运行写入，两次同时写会弄乱台账。请等它结束，或换一个 -o 文件夹。",
                f"Another run is writing to the results folder {out}, and two at once would spoil the "
                "ledger. Wait until it ends, or name another folder with -o.",
            ) from e
        raise
    return lock


@contextmanager
def explained(out: Path) -> Iterator[None]:
    """Turn what sqlite or the file system says into a :class:`LedgerError`."""
    try:
        yield
    except (sqlite3.Error, OSError) as e:
        raise LedgerError(
            f"结果文件夹 {out} 的台账无法使用（{e}），结果因此无处可记。"
            "请检查文件夹是否可写、磁盘是否已满，或换一个 -o 文件夹。",
            f"The ledger of the results folder {out} cannot be used ({e}), so there is nowhere to "
            "keep results. See that the folder can be written and the disk is not full, or name "
            "another folder with -o.",
        ) from e


def _no_ledger(out: Path) -> LedgerError:
    return LedgerError(
        f"{out} 里没有台账 {FILE}，因此不是结果文件夹。请先运行 fcextract batch … -o {out}。",
        f"There is no ledger {FILE} in {out}, so it is no results folder. "
        f"Run fcextract batch … -o {out} first.",
    )


def _too_new(out: Path) -> LedgerError:
    return LedgerError(
        f"{out} 的台账由更新版本的 fcextract 写成，本版本（{__version__}）读不懂它。"
        "请升级：pip install -U fcextract。",
        f"The ledger of {out} was written by a newer fcextract, which this one ({__version__}) "
        "does not understand. Upgrade: pip install -U fcextract.",
    )
