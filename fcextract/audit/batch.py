"""What can only be said of all forms together: unique names, repeated numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import NamedTuple, Protocol, overload

from fcextract.audit.brief import in_brief
from fcextract.audit.case import finding
from fcextract.audit.rules import in_order
from fcextract.records import AuditedSheet, Finding

# Sources that a message names before it only counts the rest.
NAMED = 3
#: The finding that depends on the other forms of the batch.
REPEATED = "application-no-repeated"


class Forms(Protocol):
    """Audited forms that may be gone through more than once."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> AuditedSheet: ...
    def __iter__(self) -> Iterator[AuditedSheet]: ...


class _Head(NamedTuple):
    """What a batch needs to know of a form: where it stands, and its number."""

    source: str
    page: int
    application_no: str

    def where(self) -> str:
        return self.source if self.page <= 1 else f"{self.source} p. {self.page}"


def form_name(application_no: str, source: str) -> str:
    """What a form goes by before the batch makes it unique: its application number, or
    its file's name where none was read."""
    return application_no or PurePath(source).name


def name_forms(wanted: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """``wanted`` made unique in order: a second ``a`` becomes ``a~2``. None of ``taken``
    is given again."""
    names: list[str] = []
    taken = set(taken)
    last: dict[str, int] = {}
    for want in wanted:
        name, n = want, last.get(want, 1)
        while name in taken:
            n += 1
            name = f"{want}~{n}"
        last[want] = n
        taken.add(name)
        names.append(name)
    return names


def finish_batch(sheets: Iterable[AuditedSheet]) -> list[AuditedSheet]:
    """The forms of a batch in their order, with unique names and with a finding where an
    application number stands on more than one.

    Order is by source, then by first page in it, then as given. Running it again on its
    own result, or on more forms, gives what running it once would have given.
    """
    forms = list(sheets)
    return list(FinishedBatch(forms, forms))


class FinishedBatch(Sequence[AuditedSheet]):
    """The same as a sequence that finishes each form when it is asked for: ``forms`` may be
    kept where it takes no memory. ``brief`` are the same forms in brief, as :func:`in_brief`
    gives them, for whoever has had them in hand already: then no form is fetched for what
    its brief tells."""

    def __init__(self, forms: Forms, brief: Sequence[AuditedSheet] | None = None) -> None:
        self._forms = forms
        self._brief = [in_brief(f) for f in forms] if brief is None else brief
        heads = [_Head(*place(f), f.sheet.header.application_no) for f in self._brief]
        self._order = sorted(range(len(heads)), key=lambda n: heads[n][:2])
        self._heads = [heads[n] for n in self._order]
        self._names = name_forms(form_name(h.application_no, h.source) for h in self._heads)
        self._same: dict[str, list[int]] = defaultdict(list)
        for n, head in enumerate(self._heads):
            if head.application_no:
                self._same[head.application_no].append(n)

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, index: int) -> AuditedSheet: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[AuditedSheet]: ...
    def __getitem__(self, index: int | slice) -> AuditedSheet | Sequence[AuditedSheet]:
        if isinstance(index, slice):
            return [self[n] for n in range(*index.indices(len(self)))]
        return self._finished(range(len(self))[index])

    def __iter__(self) -> Iterator[AuditedSheet]:
        return map(self._finished, range(len(self)))

    def brief(self) -> list[AuditedSheet]:
        """The forms in brief, in the same order under the same names."""
        return [self._named(self._brief[k], n) for n, k in enumerate(self._order)]

    def _finished(self, n: int) -> AuditedSheet:
        return self._named(self._forms[self._order[n]], n)

    def _named(self, form: AuditedSheet, n: int) -> AuditedSheet:
        number = self._heads[n].application_no
        findings = [f for f in form.findings if f.code != REPEATED]
        others = [k for k in self._same.get(number, ()) if k != n]
        if others:
            shown = [self._heads[k].where() for k in others[:NAMED]]
            findings.append(repetition(number, shown, len(others)))
        return replace(
            form, form_id=self._names[n], findings=in_order(findings, form.sheet.entries)
        )


def briefly(forms: Sequence[AuditedSheet]) -> Sequence[AuditedSheet]:
    """``forms`` in brief where that is all there is in memory, else as they are."""
    return forms.brief() if isinstance(forms, FinishedBatch) else forms


def place(sheet: AuditedSheet) -> tuple[str, int]:
    """Where a form stands in a batch: by source, then by first page in it."""
    return sheet.sheet.source, min(sheet.sheet.pages, default=0)


def repetition(application_no: str, shown: Sequence[str], others: int) -> Finding:
    """The finding that ``others`` more forms, ``shown`` the first of them, carry the same
    number."""
    rest = others - len(shown)
    zh = "、".join(shown) + (f" 等 {others} 份" if rest > 0 else "")
    en = ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")
    return finding(
        REPEATED,
        f"申请编号 {application_no} 还出现在：{zh}。",
        f"Application number {application_no} stands on other forms too: {en}.",
        computed=application_no,
    )
