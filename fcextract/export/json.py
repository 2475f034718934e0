"""Forms as JSON objects. ``schema.json`` beside this file describes them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from fcextract.export.columns import (
    COUNTED_COLUMNS,
    DECLARED_COLUMNS,
    FINDING_COLUMNS,
    FORM_COLUMNS,
    ITEM_COLUMNS,
)
from fcextract.export.files import whole
from fcextract.export.rows import failure_row, finding_rows, form_row, in_order, item_rows
from fcextract.records import AuditedSheet, FailedFile

_TOP = ("form_id", "source", "sha256", "edition", "status", "error", "verdict")
_HEADER = (
    "application_no",
    "county_code",
    "county",
    "resettled_population",
    "talents_introduced",
)
_SUMMARY = (*COUNTED_COLUMNS, "unread_boxes")


def form_dict(audited: AuditedSheet) -> dict[str, Any]:
    """One form as the contract's JSON object."""
    line = dict(zip(FORM_COLUMNS, form_row(audited), strict=True))
    declared = audited.sheet.declared
    return {
        **{name: line[name] for name in _TOP},
        "header": {name: line[name] for name in _HEADER},
        "summary": {name: line[name] for name in _SUMMARY},
        "declared": {name.removeprefix("declared_"): line[name] for name in DECLARED_COLUMNS}
        if declared is not None
        else None,
        "items": [_item(row) for row in item_rows(audited)],
        "findings": [dict(zip(FINDING_COLUMNS, r, strict=True)) for r in finding_rows(audited)],
    }


def failure_dict(form_id: str, failed: FailedFile, lang: str = "zh") -> dict[str, Any]:
    """A file that gave no form, in the same shape: no items, no summary."""
    line = dict(zip(FORM_COLUMNS, failure_row(form_id, failed, lang), strict=True))
    return {
        **{name: line[name] for name in _TOP},
        "header": dict.fromkeys(_HEADER),
        "summary": None,
        "declared": None,
        "items": [],
        "findings": [],
    }


def dicts(
    sheets: Iterable[AuditedSheet], failures: Iterable[FailedFile] = (), lang: str = "zh"
) -> list[dict[str, Any]]:
    """Forms and failed files as JSON objects, by source, then by place in it."""
    batch = in_order(sheets, failures)
    return batch.lines(form_dict, lambda name, f: failure_dict(name, f, lang))


def dumps(forms: Iterable[dict[str, Any]]) -> str:
    """One JSON array, one form a line, ended by a line feed."""
    lines = (json.dumps(f, ensure_ascii=False, allow_nan=False) for f in forms)
    return "[" + ",\n ".join(lines) + "]\n"


def write_items_json(path: Path, sheets: Iterable[AuditedSheet]) -> None:
    """Write the items of all forms to ``path`` as one array, an item a line."""
    with whole(path) as aside, open(aside, "w", encoding="utf-8", newline="\n") as f:
        f.write(dumps(_item(row) for s in sheets for row in item_rows(s)))


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the array."""
    text = Path(__file__).with_name("schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _item(row: tuple[Any, ...]) -> dict[str, Any]:
    item = dict(zip(ITEM_COLUMNS, row, strict=True))
    for name in ("self_box", "reviewer_box"):
        item[name] = list(item[name]) if item[name] is not None else None
    return item
