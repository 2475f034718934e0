"""What can only be said of all forms together: unique names, repeated numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import PurePath

from fcextract.audit.case import finding
from fcextract.audit.rules import in_order
from fcextract.records import AuditedSheet, Finding

# Sources that a message names before it only counts the rest.
NAMED = 3
#: The finding that depends on the other forms of the batch.
REPEATED = "application-no-repeated"


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
    ordered = sorted(sheets, key=place)
    names = name_forms(form_name(s.sheet.header.application_no, s.sheet.source) for s in ordered)
    repeated = _repeated(ordered)
    return [
        _finished(sheet, name, repeated.get(sheet.sheet.header.application_no, []))
        for sheet, name in zip(ordered, names, strict=True)
    ]


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


def _repeated(sheets: list[AuditedSheet]) -> dict[str, list[AuditedSheet]]:
    by_number: dict[str, list[AuditedSheet]] = defaultdict(list)
    for sheet in sheets:
        if number := sheet.sheet.header.application_no:
            by_number[number].append(sheet)
    return {number: found for number, found in by_number.items() if len(found) > 1}


def _finished(sheet: AuditedSheet, name: str, same: list[AuditedSheet]) -> AuditedSheet:
    findings = [f for f in sheet.findings if f.code != REPEATED]
    if same:
        shown = [_where(s) for s in islice((s for s in same if s is not sheet), NAMED)]
        findings.append(repetition(sheet.sheet.header.application_no, shown, len(same) - 1))
    return replace(sheet, form_id=name, findings=in_order(findings, sheet.sheet.entries))


def _where(sheet: AuditedSheet) -> str:
    first = min(sheet.sheet.pages, default=1)
    return sheet.sheet.source if first == 1 else f"{sheet.sheet.source} p. {first}"
