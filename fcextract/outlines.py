"""Outlines: what lists need to know of each form, small enough to hold for all of a batch.

Decoding and auditing a form takes more than 10 ms, so that a thousand would keep a person
waiting for the review page. Whoever has audited them keeps their outlines beside the
ledger, in a file that holds nothing the ledger does not: it may be deleted at will, and
where it cannot be used things only take longer.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from fcextract.audit.batch import REPEATED
from fcextract.corrections import History
from fcextract.export.columns import FORM_COLUMNS
from fcextract.export.rows import form_row
from fcextract.ledger import Ledger
from fcextract.ledger_sheets import StoredForm
from fcextract.records import AuditedSheet, BoxReading, State
from fcextract.versions import audit_version

FILE = "run.outlines.sqlite"
_SCHEMA = "CREATE TABLE IF NOT EXISTS outline (sheet TEXT PRIMARY KEY, stamp TEXT, body TEXT)"

#: One letter a box in :attr:`Outline.states`; a capital where a person has decided it.
LETTERS = {State.CHECKED: "c", State.EMPTY: "e", State.UNCERTAIN: "u", State.MISSING: "m"}
#: Letters of the boxes that wait for a person.
WAITING = "um"
#: The parts of :attr:`Outline.certainty` that make one.
CERTAIN = 10_000


class Outline(NamedTuple):
    """One form, in short.

    ``line`` has the columns of ``forms.csv``; ``page`` is the form's first; ``codes`` count
    its findings, but for those on how forms of a batch repeat each other. ``states`` and ``certainty`` (in ten-thousandths) go box by box: the
    items in list order, the county's box before the reviewer's. ``placed`` tells whether
    any of them has a place on a page.
    """

    line: dict[str, Any]
    page: int
    codes: dict[str, int]
    states: str
    certainty: list[int]
    placed: bool

    @property
    def waiting(self) -> int:
        """How many boxes nobody has decided."""
        return sum(self.states.count(letter) for letter in WAITING)

    @property
    def decided(self) -> int:
        """How many boxes a person has decided."""
        return sum(letter.isupper() for letter in self.states)

    def to_json(self) -> str:
        """As text."""
        return json.dumps(self, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Outline:
        """What :meth:`to_json` made ``text`` from."""
        return cls(*json.loads(text))


def outline(audited: AuditedSheet) -> Outline:
    """The outline of one form."""
    boxes = [b for e in audited.sheet.entries for b in (e.self_box, e.reviewer_box)]
    return Outline(
        line=dict(zip(FORM_COLUMNS, form_row(audited), strict=True)),
        page=min(audited.sheet.pages, default=0),
        codes=dict(Counter(f.code for f in audited.findings if f.code != REPEATED)),
        states="".join(map(_letter, boxes)),
        certainty=[round(CERTAIN * b.confidence) for b in boxes],
        placed=any(b.box is not None for b in boxes),
    )


def _letter(box: BoxReading) -> str:
    letter = LETTERS[box.state]
    return letter if box.read_as is None else letter.upper()


def stamp(form: StoredForm, history: History, count: str) -> str:
    """What an outline depends on beside the reading: it is good for one stamp only."""
    parts = (audit_version(), count, form.digest, repr(history))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def keep_outlines(ledger: Ledger, out: Path, sheets: Iterable[AuditedSheet], count: str) -> None:
    """Remember the outlines of ``sheets``, which are the forms of the ledger in ``out``."""
    said = ledger.histories()
    stored = {(f.source, f.place): f for f in ledger.forms()}
    cache = OutlineCache(out)
    for audited in sheets:
        form = stored[audited.sheet.source, audited.sheet.place]
        history = said.get((form.sha256, form.place), History())
        cache.keep(form.digest, stamp(form, history, count), outline(audited))
    cache.close()


class OutlineCache:
    """Outlines by the hash of the stored sheet, each with its :func:`stamp`."""

    def __init__(self, out: Path) -> None:
        self._db: sqlite3.Connection | None = None
        with suppress(sqlite3.Error):
            self._db = sqlite3.connect(out / FILE, isolation_level=None, timeout=1)
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
