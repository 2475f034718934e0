"""All forms of a results folder as they stand now, corrections included.

Lists are made from outlines, which come from the cache or are made a few at a time, so
that the page can show what there is while the rest is being made. A whole form is loaded
from the ledger when it is looked at. Nothing here is thread-safe: see
:mod:`fcextract.review.desk`.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Generic, NamedTuple, TypeVar

from fcextract.audit import CountBy, audit
from fcextract.audit.batch import NAMED, form_name, name_forms, repetition
from fcextract.audit.rules import in_order
from fcextract.corrections import History, as_it_stands
from fcextract.crops import turns
from fcextract.editions import load_edition
from fcextract.errors import UsageError
from fcextract.ledger import Ledger, Standing, StoredForm
from fcextract.outlines import Outline, OutlineCache, outline, stamp
from fcextract.records import AuditedSheet, Scoresheet

K = TypeVar("K")
V = TypeVar("V")

#: Whole forms kept in memory, as read and as they stand; one takes about half a megabyte.
KEPT = 48


class Listed(NamedTuple):
    """One form of the roster. ``stamp`` tells outlines made of something else apart."""

    stored: StoredForm
    history: History
    stamp: str


class _Recent(Generic[K, V]):
    """The values asked for last, at most :data:`KEPT` of them."""

    def __init__(self) -> None:
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of ``key``, made where it is not there."""
        if key not in self._values:
            self._values[key] = make()
            if len(self._values) > KEPT:
                self._values.popitem(last=False)
        self._values.move_to_end(key)
        return self._values[key]


class Roster:
    """The forms by their id, an opaque name that is safe in addresses."""

    def __init__(self, ledger: Ledger, cache: OutlineCache) -> None:
        self._ledger = ledger
        self._cache = cache
        self._seen = -1
        self._pending: list[str] = []
        self._read: _Recent[str, Scoresheet] = _Recent()
        self._whole: _Recent[tuple[str, str], AuditedSheet] = _Recent()
        self._turns: dict[tuple[str, str], dict[int, int]] = {}
        self._numbers: dict[str, list[str]] = {}
        self._count: CountBy = "numbers"
        self.version = 0
        self.forms: dict[str, Listed] = {}
        self.outlines: dict[str, Outline] = {}
        self.failures: list[Standing] = []
        self.refresh()

    @property
    def pending(self) -> int:
        """How many forms have no outline yet."""
        return len(self._pending)

    def refresh(self) -> None:
        """Look at the ledger again if anyone changed it."""
        changes = self._ledger.changes()
        if changes != self._seen:
            self._seen = changes
            self._load()

    def listed(self, form: str) -> Listed:
        """The form with that id.

        Raises:
            UsageError: there is none (any more).
        """
        found = self.forms.get(form)
        if found is None:
            raise UsageError(
                "没有这份表；它可能已被新的一次读取替换。请回到列表刷新后再看。",
                "There is no such form; a newer run may have replaced it. Go back to the list.",
            )
        return found

    def audited(self, form: str) -> AuditedSheet:
        """The whole form, corrections laid over it, audited."""
        listed = self.listed(form)
        stored = listed.stored

        def made() -> AuditedSheet:
            sheet = self._read.get(stored.digest, lambda: self._ledger.sheet(stored))
            return self._audit(listed, sheet)

        return self._among_all(form, self._whole.get((form, listed.stamp), made))

    def fill(self, seconds: float) -> bool:
        """Make outlines for so long. Gives whether more are to be made."""
        begun = time.monotonic()
        while self._pending and time.monotonic() - begun < seconds:
            form = self._pending.pop()
            listed = self.forms[form]
            self._keep(form, self._audit(listed, self._ledger.sheet(listed.stored)))
        self._name()
        self.version += 1
        return bool(self._pending)

    def form_pages(self, form: str) -> dict[int, int]:
        """The form's pages with the clockwise turn, in degrees, that makes each upright."""
        listed = self.listed(form)
        key = form, listed.stored.digest
        if key not in self._turns:
            sheet = self.audited(form).sheet
            known = turns(sheet)
            self._turns[key] = {page: known.get(page, 0) for page in sheet.pages}
        return self._turns[key]

    def corrected(self, sha256: str, place: int) -> None:
        """Take in what was just added to the corrections of a form and its copies."""
        history = self._ledger.history(sha256, place)
        for form, listed in self.forms.items():
            if (listed.stored.sha256, listed.stored.place) == (sha256, place):
                self.forms[form] = self._listed(listed.stored, history)
                if form in self.outlines:
                    named = self.outlines[form].line
                    self._keep(form, self.audited(form))
                    self._rename(form, named["form_id"], named["source"])
        self.version += 1

    # -------------------------------------------------------------- inside

    def _load(self) -> None:
        old, old_outlines = self.forms, self.outlines
        self.forms = self._standing()
        self.failures = [s for s in self._ledger.standings() if s.code]
        self.outlines = {
            form: old_outlines[form]
            for form, listed in self.forms.items()
            if form in old_outlines and old[form].stamp == listed.stamp
        }
        lacking = {f: x for f, x in self.forms.items() if f not in self.outlines}
        if lacking:
            cached = self._cache.load({x.stored.digest: x.stamp for x in lacking.values()})
            self.outlines |= {
                f: cached[x.stored.digest] for f, x in lacking.items() if x.stored.digest in cached
            }
        # Made from the end: the first forms are to be there first.
        self._pending = [f for f in reversed(self.forms) if f not in self.outlines]
        if len(self._pending) <= 1:
            self.fill(1.0)
        else:
            self._name()
            self.version += 1

    def _standing(self) -> dict[str, Listed]:
        said = self._ledger.histories()
        self._count = "rows" if self._ledger.option("count", "") == "rows" else "numbers"
        return {
            _id(stored): self._listed(stored, said.get((stored.sha256, stored.place), History()))
            for stored in self._ledger.forms()
        }

    def _listed(self, stored: StoredForm, history: History) -> Listed:
        return Listed(stored, history, stamp(stored, history, self._count))

    def _keep(self, form: str, made: AuditedSheet) -> None:
        listed = self.forms[form]
        self.outlines[form] = outline(made)
        self._cache.keep(listed.stored.digest, listed.stamp, self.outlines[form])

    def _audit(self, listed: Listed, read: Scoresheet) -> AuditedSheet:
        sheet = as_it_stands(replace(read, source=listed.stored.source), listed.history)
        return audit(sheet, load_edition(sheet.edition_id), self._count)

    def _name(self) -> None:
        """Give the forms that have an outline their order and their names."""
        order = sorted(
            (x.stored.source, self.outlines[f].page, x.stored.place, f)
            for f, x in self.forms.items()
            if f in self.outlines
        )
        ids = [f for *_, f in order]
        numbers = [self.outlines[f].line["application_no"] for f in ids]
        sources = [source for source, *_ in order]
        names = name_forms(form_name(n or "", s) for n, s in zip(numbers, sources, strict=True))
        self._numbers = defaultdict(list)
        self.outlines = {form: self.outlines[form] for form in ids}
        for form, number, source, name in zip(ids, numbers, sources, names, strict=True):
            if number:
                self._numbers[number].append(form)
            self._rename(form, name, source)

    def _rename(self, form: str, name: str, source: str) -> None:
        made = self.outlines[form]
        self.outlines[form] = made._replace(line={**made.line, "form_id": name, "source": source})

    def _among_all(self, form: str, made: AuditedSheet) -> AuditedSheet:
        """The form with its name and what can only be said of all forms together."""
        if form not in self.outlines:
            return made
        number = made.sheet.header.application_no
        others = [f for f in self._numbers.get(number, ()) if f != form]
        findings = list(made.findings)
        if others:
            shown = [self.forms[f].stored.source for f in others[:NAMED]]
            findings.append(repetition(number, shown, len(others)))
        return replace(
            made,
            form_id=self.outlines[form].line["form_id"],
            findings=in_order(findings, made.sheet.entries),
        )

    def is_repeated(self, form: str) -> bool:
        """Whether another form carries the same application number."""
        number = self.outlines[form].line["application_no"]
        return bool(number) and len(self._numbers[number]) > 1


def _id(stored: StoredForm) -> str:
    """Another reading is another form: a picture's address says for good what it shows."""
    parts = stored.source, str(stored.place), stored.digest
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]
