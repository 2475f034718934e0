"""A stand-in for the reader, whose files say in words what is to happen.

Its functions are importable by worker processes, as the real reader is.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

from factories import EDITION, a_sheet, audited

from fcextract.errors import FileMissingError, NotAFormError
from fcextract.inputs import content_hash
from fcextract.records import AuditedSheet, Declared, Scoresheet
from fcextract.settings import ReadOptions

IDS = [item.item_id for item in EDITION.items]


def sheet(source: str, ticks: int, unsure: int = 0, declared: int | None = None) -> Scoresheet:
    """A form whose first ``ticks`` self boxes are ticked and the next ``unsure`` unread.
    Unless told otherwise, it declares what is ticked."""
    binding = sum(item.nature == EDITION.binding for item in EDITION.items[:ticks])
    states = dict.fromkeys(IDS[:ticks], "checked")
    states |= dict.fromkeys(IDS[ticks : ticks + unsure], "uncertain")
    total = ticks if declared is None else declared
    return a_sheet(
        states,
        declared=Declared(total, 141, None, binding, 70, None, total - binding, 71, None),
        number=f"33010519042{ticks:04d}",
        source=source,
    )


def read(path: Path, source: str, options: ReadOptions) -> list[AuditedSheet]:
    """Do what the file says: ``form 3``, ``form 3 unsure 1``, ``form 3 declared 4``,
    ``two forms``, ``none``, ``bug``, ``crash``, ``crash once``, ``hang``,
    ``hang 500`` (holding so many megabytes), ``sleep 1``, ``interrupt``."""
    if not path.exists():
        raise FileMissingError(f"没有 {source}。", f"No {source}.")
    words = path.read_text("utf-8").split()
    with open(path.parent / ".log", "a", encoding="utf-8") as f:
        f.write(f"{source}\n")
    match words:
        case ["form", ticks, *rest]:
            more = {rest[0]: int(rest[1])} if rest else {}
            return [_audited(path, options, sheet(source, int(ticks), **more))]
        case ["two", *_]:
            pages = ((1, 2), (3, 4))
            return [
                _audited(path, options, replace(sheet(source, n), pages=p))
                for n, p in enumerate(pages, 1)
            ]
        case ["none", *_]:
            raise NotAFormError(f"{source} 不是该表。", f"{source} is not the form.")
        case ["bug", *_]:
            raise ZeroDivisionError("a fault")
        case ["crash", "once"] if reads(path.parent).count(source) > 1:
            return [_audited(path, options, sheet(source, 5))]
        case ["crash", *_]:
            os._exit(7)
        case ["hang", *megabytes]:
            eaten = [b"x" * 1_000_000 * int(size) for size in megabytes]
            while True:
                eaten.reverse()
        case ["sleep", seconds]:
            path.with_suffix(".pid").write_text(str(os.getpid()))
            time.sleep(float(seconds))
            return [_audited(path, options, sheet(source, 9))]
        case ["interrupt", *_]:
            raise KeyboardInterrupt
    raise AssertionError(words)


def reads(folder: Path) -> list[str]:
    """The sources read so far, in order."""
    log = folder / ".log"
    return log.read_text("utf-8").splitlines() if log.exists() else []


def _audited(path: Path, options: ReadOptions, found: Scoresheet) -> AuditedSheet:
    return audited(replace(found, sha256=content_hash(path)), options.count)
