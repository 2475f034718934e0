"""What lists need to know of one form: small enough to hold for every form of a batch."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, NamedTuple

from fcextract.export.columns import FORM_COLUMNS
from fcextract.export.rows import form_row
from fcextract.records import AuditedSheet, BoxReading, State

#: One letter a box in :attr:`Outline.states`; a capital where a person has decided it.
LETTERS = {State.CHECKED: "c", State.EMPTY: "e", State.UNCERTAIN: "u", State.MISSING: "m"}
#: Letters of the boxes that wait for a person.
WAITING = "um"
#: The parts of :attr:`Outline.certainty` that make one.
CERTAIN = 10_000


class Outline(NamedTuple):
    """One form, in short.

    ``line`` has the columns of ``forms.csv``; ``page`` is the form's first; ``codes`` count
    its findings. ``states`` and ``certainty`` (in ten-thousandths) go box by box: the
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
        """As text, for :mod:`fcextract.review.cache`."""
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
        codes=dict(Counter(f.code for f in audited.findings)),
        states="".join(map(_letter, boxes)),
        certainty=[round(CERTAIN * b.confidence) for b in boxes],
        placed=any(b.box is not None for b in boxes),
    )


def _letter(box: BoxReading) -> str:
    letter = LETTERS[box.state]
    return letter if box.read_as is None else letter.upper()
