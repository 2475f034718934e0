"""What the page is told of a form, a box, a list: plain values, ready for JSON.

Texts that came from a form are given as they are; the page never takes them for anything
but text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fcextract.audit.batch import REPEATED
from fcextract.audit.case import PARTS, WHO
from fcextract.audit.reasons import reason_zh
from fcextract.corrections import UNDO, Correction, standing
from fcextract.crops import turns
from fcextract.ledger import Standing
from fcextract.outlines import Outline
from fcextract.records import AuditedSheet, BoxReading, Entry, ExtraRow
from fcextract.review.places import Strip, boxes_in

#: The columns of ``forms.csv`` that the list of forms shows, sorts and filters by.
LINE = (
    "form_id",
    "source",
    "status",
    "verdict",
    "county",
    *(f"self_{part}{end}" for part in PARTS for end in ("", "_min", "_max")),
    *(f"reviewer_total{end}" for end in ("", "_min", "_max")),
    *(f"declared_{part}" for part in PARTS),
)
View = dict[str, Any]


def line(form: str, known: Outline, repeated: bool) -> View:
    """One form in the list."""
    codes = dict(known.codes)
    if repeated:
        codes[REPEATED] = 1
    return {
        "id": form,
        **{name: known.line[name] for name in LINE},
        "waiting": known.waiting,
        "decided": known.decided,
        "codes": codes,
    }


def failure(standing_: Standing) -> View:
    """One file that gave no form."""
    return {
        "source": standing_.source,
        "code": standing_.code,
        "zh": standing_.error_zh,
        "en": standing_.error_en,
    }


def form(name: str, audited: AuditedSheet, history: Sequence[Correction]) -> View:
    """One form with everything on it."""
    sheet = audited.sheet
    upright = turns(sheet)
    placed = {e.row.page for e in sheet.entries if e.row is not None and e.row.band is not None}
    return {
        "id": name,
        **summary(audited),
        "application_no": sheet.header.application_no,
        "resettled_population": sheet.header.resettled_population,
        "talents_introduced": sheet.header.talents_introduced,
        "county_code": audited.county_code,
        "county": audited.county,
        "sha256": sheet.sha256,
        "edition": sheet.edition_id,
        "pages": [{"number": p, "turn": upright.get(p, 0)} for p in sheet.pages] if placed else [],
        "items": [item(e) for e in sheet.entries],
        "extras": [_extra(x) for x in sheet.extras],
        "history": [correction(c) for c in history],
    }


def summary(audited: AuditedSheet) -> View:
    """What follows from the boxes: it changes with every correction."""
    declared = audited.sheet.declared
    return {
        "form_id": audited.form_id,
        "source": audited.sheet.source,
        "status": audited.status,
        "verdict": audited.verdict,
        "unread_boxes": audited.summary.unread_boxes,
        "counts": {
            who: {part: audited.summary.counts[who, part]._asdict() for part in PARTS}
            for who in WHO
        },
        "declared": {
            part: [getattr(declared, part + end) for end in ("", "_of", "_rate")] for part in PARTS
        }
        if declared is not None
        else None,
        "findings": [f._asdict() for f in audited.findings],
        "hints": [h._asdict() for h in audited.hints],
        "certainty": audited.certainty._asdict(),
    }


def item(entry: Entry) -> View:
    """One row of the list with what the form says of it."""
    row = entry.row
    printed = row is not None
    return {
        "item_id": entry.item.item_id,
        "item_no": entry.item.item_no,
        "section": entry.item.section,
        "indicator": entry.item.indicator,
        "nature": entry.item.nature,
        "content": entry.item.content,
        "keyword": entry.keyword,
        "remark": entry.remark,
        "printed": row.wording if row is not None and not row.recognised else "",
        "found": printed,
        "page": row.page if row is not None else None,
        "self": box(entry.self_box),
        "reviewer": box(entry.reviewer_box),
    }


def box(reading: BoxReading) -> View:
    """One box. ``read_as`` is what it was read as, where a person has decided it."""
    return {
        "state": reading.state.value,
        "read_as": reading.read_as.value if reading.read_as is not None else None,
        "confidence": round(reading.confidence, 4),
        "page": reading.page,
        "rect": list(reading.box) if reading.box is not None else None,
        "readers": list(reading.readers),
        "code": reading.code,
        "reason_zh": reason_zh(reading.reason),
        "reason_en": reading.reason,
    }


def correction(given: Correction) -> View:
    """One correction as it was made."""
    return {
        "item_id": given.item_id,
        "column": given.column,
        "old": given.old.value,
        "new": given.new.value,
        "who": given.who,
        "at": given.at,
        "why": "" if given.why == UNDO else given.why,
        "undo": given.why == UNDO,
    }


def form_in_short(name: str, audited: AuditedSheet) -> View:
    """What is shown of the form beside one of its boxes."""
    declared = audited.sheet.declared
    return {
        "form": name,
        "form_id": audited.form_id,
        "county": audited.county,
        "verdict": audited.verdict,
        "totals": {
            "declared": declared.total if declared is not None else None,
            "counted": audited.summary.counts["self", "total"]._asdict(),
        },
    }


def one_box(entry: Entry, column: str, history: Iterable[Correction], around: Strip | None) -> View:
    """One box with its row, its neighbours and its history."""
    history = [c for c in history if c.box == (entry.item.item_id, column)]
    last = standing(history).get((entry.item.item_id, column))
    return {
        "column": column,
        "item": item(entry),
        "box": box(entry.box_in(column)),
        "history": [correction(c) for c in history],
        "standing": correction(last[-1]) if last else None,
        "strip": _strip(around) if around is not None else None,
    }


def _strip(around: Strip) -> View:
    return {
        "page": around.page,
        "turn": around.turn,
        "rect": list(around.rect),
        "boxes": [
            {"item_id": e.item.item_id, "column": column, **box(e.box_in(column))}
            for e, column in boxes_in(around)
        ],
    }


def _extra(extra: ExtraRow) -> View:
    row = extra.row
    return {
        "code": extra.code,
        "item_id": extra.item_id,
        "number": row.number,
        "printed": row.wording,
        "page": row.page,
        "self": box(row.self_box),
        "reviewer": box(row.reviewer_box),
    }
