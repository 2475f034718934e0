"""What every rule is given, and how a rule writes a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fcextract.catalogue import catalogue
from fcextract.editions import Edition, Item
from fcextract.records import Finding, Scoresheet, Summary

CountBy = Literal["numbers", "rows"]
PARTS = ("total", "binding", "guiding")
WHO = ("self", "reviewer")

COLUMN_ZH = {"self": "自评", "reviewer": "省发改委"}
COLUMN_EN = {"self": "self-assessment", "reviewer": "reviewer"}
STATE_ZH = {"checked": "勾选", "empty": "空", "uncertain": "无法判定", "missing": "缺失"}
# A wording in a message is there to recognise the row by, not to be read in full.
_QUOTED = 24


@dataclass(frozen=True, slots=True)
class Case:
    """One form with its recount."""

    sheet: Scoresheet
    edition: Edition
    summary: Summary
    count: CountBy = "numbers"


def finding(
    code: str,
    zh: str,
    en: str,
    *,
    item_id: str = "",
    page: int | None = None,
    declared: str = "",
    computed: str = "",
) -> Finding:
    """A finding with the severity that the catalogue gives its code."""
    en = en[:1].upper() + en[1:]
    return Finding(code, catalogue()[code].severity, item_id, page, declared, computed, zh, en)


def on_page_zh(page: int | None) -> str:
    """``第 3 页，`` or nothing."""
    return f"第 {page} 页，" if page is not None else ""


def on_page_en(page: int | None) -> str:
    """``Page 3, `` or nothing."""
    return f"Page {page}, " if page is not None else ""


def label(item: Item) -> str:
    """The item as a person would point at it: ``(34) 配置智能健身绿道…``."""
    return f"({item.item_no}) {quote(item.content)}"


def quote(text: str) -> str:
    """``text``, cut after a few words."""
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"
