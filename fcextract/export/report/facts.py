"""The figures behind the report, worked out once."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from typing import Any

from fcextract.audit.anomalies import copied, identical, ticks
from fcextract.audit.case import WHO
from fcextract.audit.counting import gaps
from fcextract.editions import Item
from fcextract.export.rows import Batch
from fcextract.records import AuditedSheet, State


class Facts:
    """A batch with what the sections of the report ask of it.

    Forms are known by their number in the batch, which the page's links use. ``sets`` are
    groups of forms that links name; :meth:`set_of` makes one.
    """

    def __init__(self, batch: Batch, lang: str) -> None:
        self.batch, self.lang = batch, lang
        self.forms = list(batch.brief)
        self.number = {id(form): n for n, form in enumerate(self.forms)}
        self.sets: list[list[int]] = []

    def say(self, zh: str, en: str) -> str:
        """The text in the report's language."""
        return zh if self.lang == "zh" else en

    @cached_property
    def main(self) -> list[AuditedSheet]:
        """The forms of the edition that most of them are of: charts by item need one list."""
        editions = Counter(f.sheet.edition_id for f in self.forms)
        most = editions.most_common(1)[0][0] if editions else ""
        return [f for f in self.forms if f.sheet.edition_id == most]

    @cached_property
    def items(self) -> list[Item]:
        """The items of that edition, in list order."""
        return [e.item for e in self.main[0].sheet.entries] if self.main else []

    @cached_property
    def ticked(self) -> dict[str, list[int]]:
        """Per column, how many forms tick each item."""
        sums = {who: [0] * len(self.items) for who in WHO}
        for form in self.main:
            for who in WHO:
                for n, state in enumerate(ticks(form, who)):
                    sums[who][n] += state is State.CHECKED
        return sums

    @cached_property
    def sections(self) -> list[tuple[str, list[int]]]:
        """Each section's name, and its items by their number in the list."""
        found: dict[int, tuple[str, list[int]]] = {}
        for n, item in enumerate(self.items):
            found.setdefault(item.section_no, (item.section, []))[1].append(n)
        return list(found.values())

    @cached_property
    def counties(self) -> list[tuple[str, str, list[AuditedSheet]]]:
        """Code, name and forms of each county, in order of code; unknown ones last."""
        found: dict[tuple[bool, str, str], list[AuditedSheet]] = defaultdict(list)
        for form in self.forms:
            found[not form.county, form.county_code, form.county].append(form)
        return [(code, name, found[key]) for key in sorted(found) for _, code, name in [key]]

    @cached_property
    def reviewed(self) -> list[AuditedSheet]:
        """Forms in which the reviewer ticked anything."""
        return self.filled(self.forms, "reviewer")

    @staticmethod
    def filled(forms: list[AuditedSheet], who: str) -> list[AuditedSheet]:
        """Those of ``forms`` whose column of ``who`` says something: any of the county's, a
        reviewer's with a tick. Means are over these."""
        ticked = [f for f in forms if f.summary.counts[who, "total"].total]
        return forms if who == "self" else ticked

    @cached_property
    def alike(self) -> list[list[AuditedSheet]]:
        """Groups of forms with identical ticks."""
        return identical(self.forms)

    @cached_property
    def copied(self) -> list[AuditedSheet]:
        """Forms whose reviewer's column is the county's."""
        return copied(self.forms)

    def gap(self, form: AuditedSheet) -> int | None:
        """Declared total less the counted one, from the nearer end of its range."""
        return gaps(form.sheet.declared, form.summary).get("total")

    def set_of(self, forms: list[AuditedSheet]) -> str:
        """The query of a link that shows ``forms``."""
        self.sets.append([self.number[id(f)] for f in forms])
        return f"set {len(self.sets) - 1}"

    def data(self) -> dict[str, Any]:
        """What the page's script needs: per column, the ticks of every form."""
        return {
            "ticks": {who: [self._signs(f, who) for f in self.forms] for who in WHO},
            "sections": [places for _, places in self.sections],
            "sets": self.sets,
        }

    def _signs(self, form: AuditedSheet, who: str) -> str:
        if form.sheet.edition_id != self.main[0].sheet.edition_id:
            return "0" * len(self.items)
        return "".join("1" if s is State.CHECKED else "0" for s in ticks(form, who))
