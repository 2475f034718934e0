"""The columns of the three tables, fixed by the public contract, and their kinds.

Kinds: ``text`` (application numbers too), ``int``,
``rate`` (percent, two decimals), ``share`` (0 to 1), ``state``, ``nature``,
``word`` (one of few), ``box`` (four numbers).
"""

from __future__ import annotations

from fcextract.audit.case import PARTS, WHO

ITEM_COLUMNS = {
    "form_id": "text",
    "source": "text",
    "item_id": "text",
    "item_no": "int",
    "section_no": "int",
    "section": "text",
    "indicator_no": "int",
    "indicator": "text",
    "nature": "nature",
    "content": "text",
    "self_state": "state",
    "self_confidence": "share",
    "self_keyword": "text",
    "reviewer_state": "state",
    "reviewer_confidence": "share",
    "reviewer_remark": "text",
    "page": "int",
    "self_box": "box",
    "reviewer_box": "box",
    "read_by": "text",
    "corrected": "text",
}

COUNTED_COLUMNS = {
    f"{who}_{part}{kind}": "rate" if kind == "_rate" else "int"
    for who in WHO
    for part in PARTS
    for kind in ("", "_min", "_max", "_rate")
}
DECLARED_COLUMNS = {
    f"declared_{part}{kind}": "rate" if kind == "_rate" else "int"
    for part in PARTS
    for kind in ("", "_of", "_rate")
}

FORM_COLUMNS = {
    "form_id": "text",
    "source": "text",
    "sha256": "text",
    "pages": "int",
    "edition": "text",
    "status": "word",
    "error": "text",
    "application_no": "text",
    "county_code": "text",
    "county": "text",
    "resettled_population": "int",
    "talents_introduced": "int",
    **COUNTED_COLUMNS,
    **DECLARED_COLUMNS,
    "unread_boxes": "int",
    "verdict": "word",
}

FINDING_COLUMNS = {
    "form_id": "text",
    "source": "text",
    "code": "word",
    "severity": "word",
    "item_id": "text",
    "page": "int",
    "declared": "text",
    "computed": "text",
    "message_zh": "text",
    "message_en": "text",
}

STATES = ("checked", "empty", "uncertain", "missing")
WORDS = {
    "status": ("ok", "review", "failed"),
    "verdict": ("consistent", "inconsistent", "unverifiable", "undeclared"),
    "severity": ("error", "warning", "info"),
}
