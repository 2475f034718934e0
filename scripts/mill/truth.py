"""The truth beside each file: what the mill filled in, never what a program read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mill.declare import expected_codes, expected_verdict
from mill.edition import ITEM_IDS
from mill.fill import Fill
from mill.plan import Spec
from mill.post import Outcome

State = bool | str | None
"""True, False, ``"uncertain"``, or None for a box that is not on the submitted pages."""


def truth_of(spec: Spec, outcome: Outcome, file: str, version: str) -> dict[str, Any]:
    """The record written as JSON."""
    return {
        "file": file,
        "seed": spec.seed,
        "producer": spec.producer,
        "version": version,
        "style": spec.style,
        "base_style": spec.base,
        "put_on": list(spec.put_on),
        "steps": list(spec.steps),
        "page_count": outcome.page_count,
        "layout": asdict(spec.layout),
        "forms": [_form(spec, outcome, k, fill) for k, fill in enumerate(spec.fills)],
    }


def write_truth(record: Mapping[str, Any], path: Path) -> None:
    """Write a truth record."""
    text = json.dumps(record, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _form(spec: Spec, outcome: Outcome, index: int, fill: Fill) -> dict[str, Any]:
    items = {i: _item(spec, outcome, index, fill, i) for i in ITEM_IDS}
    states = {i: (item["self"], item["reviewer"]) for i, item in items.items()}
    declared = dict(fill.declared) if fill.declared else None
    missing = [i for i in ITEM_IDS if states[i] == (None, None)]
    return {
        "application_no": fill.application_no,
        "county_code": fill.application_no[:6] if len(fill.application_no) == 15 else None,
        "resettled_population": fill.resettled_population,
        "talents_introduced": fill.talents_introduced,
        "regime": fill.regime,
        "fault": fill.fault,
        "declared": declared,
        "verdict": expected_verdict(declared, states),
        "items": items,
        "missing_items": missing,
        "extra_rows": _extra_rows(spec),
        "expected_findings": _findings(spec, outcome, fill, states, missing),
        "pages": sorted({p for (f, _, _), p in outcome.pages.items() if f == index and p}),
    }


def _item(spec: Spec, outcome: Outcome, index: int, fill: Fill, item_id: str) -> dict[str, Any]:
    pages = [outcome.pages.get((index, item_id, c)) for c in ("self", "reviewer")]
    gone = item_id == spec.layout.lost_row or 0 in pages
    columns = spec.layout.column_ids

    def state(column: str, ticked: bool) -> State:
        if gone:
            return None
        return "uncertain" if (index, item_id, column) in outcome.uncertain else ticked

    def text(column: str, value: str) -> str:
        return "" if gone or column not in columns else " ".join(value.split())

    return {
        "self": state("self", fill.ticks[item_id][0]),
        "reviewer": state("reviewer", fill.ticks[item_id][1]),
        "self_keyword": text("self_keyword", fill.keywords[item_id]),
        "reviewer_remark": text("reviewer_remark", fill.remarks[item_id]),
        "page": None if gone else pages[0],
    }


def _extra_rows(spec: Spec) -> list[dict[str, Any]]:
    layout = spec.layout
    rows = []
    if layout.stray_after:
        rows.append(
            {"code": "unnumbered-row", "after": layout.stray_after, "self": layout.stray_ticked}
        )
    if layout.unknown_row:
        rows.append({"code": "item-unknown", "number": 142, "self": True})
    return rows


def _findings(
    spec: Spec,
    outcome: Outcome,
    fill: Fill,
    states: Mapping[str, tuple[State, State]],
    missing: list[str],
) -> list[str]:
    codes = set(expected_codes(fill.declared, states)) | set(outcome.codes)
    codes |= {row["code"] for row in _extra_rows(spec)}
    codes |= _row_codes(spec, fill, missing)
    first, second = states["063-1"], states["063-2"]
    known = all(isinstance(s, bool) for s in (*first, *second))
    if known and first != second:
        codes.add("doubled-number-differs")
    return sorted(codes | _reviewer_codes(states))


def _row_codes(spec: Spec, fill: Fill, missing: list[str]) -> set[str]:
    codes = set()
    if missing:
        codes.add("item-missing")
    if spec.layout.nature_swapped and spec.layout.nature_swapped not in missing:
        codes.add("nature-differs")
    if len(fill.application_no) != 15:
        codes.add("application-no-invalid" if fill.application_no else "application-no-missing")
    return codes


def _reviewer_codes(states: Mapping[str, tuple[State, State]]) -> set[str]:
    if not any(reviewer is True for _, reviewer in states.values()):
        return set()
    codes = set()
    if any(mine is True and other is False for mine, other in states.values()):
        codes.add("reviewer-rejects")
    if any(mine is False and other is True for mine, other in states.values()):
        codes.add("reviewer-adds")
    return codes
