"""What the ledger keeps beside a reading: pictures of boxes in doubt, and findings."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from fcextract.inputs import printable
from fcextract.records import Crop, Finding


def store(
    db: sqlite3.Connection,
    reading: int,
    crops: Sequence[Crop],
    findings: Sequence[Sequence[Finding]],
) -> None:
    """Keep ``crops`` and the findings of each sheet with ``reading``."""
    db.executemany(
        "INSERT INTO crop (reading, place, item_id, side, png) VALUES (?, ?, ?, ?, ?)",
        [(reading, *crop) for crop in crops],
    )
    db.executemany(
        "INSERT INTO finding (reading, place, code, item_id, page, declared, computed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                reading,
                place,
                f.code,
                f.item_id,
                f.page,
                printable(f.declared),
                printable(f.computed),
            )
            for place, found in enumerate(findings)
            for f in found
        ],
    )


def crop(
    db: sqlite3.Connection, reading: int, place: int, item_id: str, column: str
) -> bytes | None:
    """See :meth:`fcextract.ledger.Ledger.crop`."""
    row = db.execute(
        "SELECT png FROM crop WHERE reading = ? AND place = ? AND item_id = ? AND side = ?",
        (reading, place, item_id, column),
    ).fetchone()
    return None if row is None else bytes(row[0])


def findings(db: sqlite3.Connection) -> dict[str, int]:
    """See :meth:`fcextract.ledger.Ledger.findings`."""
    rows = db.execute(
        "SELECT f.code, count(*) FROM input i JOIN finding f ON f.reading = i.reading"
        " WHERE i.run = (SELECT max(id) FROM run) GROUP BY f.code ORDER BY count(*) DESC, f.code"
    )
    return dict(rows.fetchall())
