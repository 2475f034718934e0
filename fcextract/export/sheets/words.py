"""The words of the workbook in both languages."""

from __future__ import annotations

from fcextract.audit.case import COLUMN_ZH

STATE_ZH = {"checked": "√", "empty": "—", "uncertain": "待定", "missing": "缺失"}
STATE_EN = {"checked": "√", "empty": "—", "uncertain": "uncertain", "missing": "missing"}
VERDICT_ZH = {
    "consistent": "一致",
    "inconsistent": "不一致",
    "unverifiable": "待核实",
    "undeclared": "未申报",
}
STATUS_ZH = {"ok": "已读完", "review": "待复核", "failed": "读取失败"}
UNKNOWN_ZH, UNKNOWN_EN = "（未知）", "(unknown)"


def states(lang: str) -> dict[str, str]:
    """How a box's state is shown."""
    return STATE_ZH if lang == "zh" else STATE_EN


def verdict(word: str, lang: str) -> str:
    """A form's verdict."""
    return VERDICT_ZH[word] if lang == "zh" else word


def status(word: str, lang: str) -> str:
    """A form's status."""
    return STATUS_ZH[word] if lang == "zh" else word


def column(word: str, lang: str) -> str:
    """The column of a box."""
    return COLUMN_ZH[word] if lang == "zh" else word


def unknown(lang: str) -> str:
    """What stands for a county that is not known."""
    return UNKNOWN_ZH if lang == "zh" else UNKNOWN_EN
