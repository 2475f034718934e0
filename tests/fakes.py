"""A stand-in for the reader, whose files say in words what is to happen.

Its functions are importable by worker processes, as the real reader is.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from fcextract.editions import load_edition
from fcextract.errors import FileMissingError, NotAFormError
from fcextract.inputs import content_hash
from fcextract.records import (
    AuditedSheet,
    BoxReading,
    Declared,
    Entry,
    Header,
    Scoresheet,
    State,
    Summary,
)
from fcextract.settings import ReadOptions


def sheet(source: str, sha256: str, ticks: int, unsure: int = 0) -> Scoresheet:
    """A form whose first ``ticks`` self boxes are ticked and the next ``unsure`` unread."""
    states = [State.CHECKED] * ticks + [State.UNCERTAIN] * unsure + [State.EMPTY] * 142
    entries = tuple(
        Entry(item, None, BoxReading(state, 1.0, 1), BoxReading(State.EMPTY, 1.0, 1))
        for item, state in zip(load_edition().items, states, strict=False)
    )
    return Scoresheet(
        source=source,
        sha256=sha256,
        edition_id="zj-2019",
        pages=(1, 2),
        header=Header(f"33010519042{ticks:04d}", 23423, 4234),
        declared=Declared(total=ticks, total_of=141),
        entries=entries,
    )


def read(path: Path, source: str, options: ReadOptions) -> list[AuditedSheet]:
    """Do what the file says: ``form 3``, ``form 3 unsure 1``, ``two forms``, ``none``,
    ``bug``, ``crash``, ``crash once``, ``hang``, ``sleep 1``, ``interrupt``."""
    if not path.exists():
        raise FileMissingError(f"没有 {source}。", f"No {source}.")
    words = path.read_text("utf-8").split()
    log = path.parent / ".log"
    with open(log, "a", encoding="utf-8") as f:
        f.write(f"{source}\n")
    match words:
        case ["form", ticks, *rest]:
            return [_audited(path, source, int(ticks), int(rest[1]) if rest[:1] else 0)]
        case ["two", *_]:
            return [_audited(path, source, 1, 0), _audited(path, source, 2, 0)]
        case ["none", *_]:
            raise NotAFormError(f"{source} 不是该表。", f"{source} is not the form.")
        case ["bug", *_]:
            raise ZeroDivisionError("a fault")
        case ["crash", "once"] if log.read_text("utf-8").splitlines().count(source) > 1:
            return [_audited(path, source, 5, 0)]
        case ["crash", *_]:
            os._exit(7)
        case ["hang", *_]:
            while True:
                pass
        case ["sleep", seconds]:
            time.sleep(float(seconds))
            return [_audited(path, source, 9, 0)]
        case ["interrupt", *_]:
            raise KeyboardInterrupt
    raise AssertionError(words)


def reads(folder: Path) -> list[str]:
    """The sources read so far, in order."""
    log = folder / ".log"
    return log.read_text("utf-8").splitlines() if log.exists() else []


def _audited(path: Path, source: str, ticks: int, unsure: int) -> AuditedSheet:
    found = sheet(source, content_hash(path), ticks, unsure)
    status = "review" if unsure else "ok"
    summary = Summary({}, unsure)
    return AuditedSheet("x", found, "", "", summary, (), status, "consistent")
