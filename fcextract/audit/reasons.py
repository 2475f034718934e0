"""Chinese for the few English words in which a box reader gives its reason."""

from __future__ import annotations

_ZH = {
    "no row": "没有找到这一行",
    "no box": "没有找到框",
}


def reason_zh(reason: str) -> str:
    """``reason`` in Chinese, or as it is where there is no translation."""
    return _ZH.get(reason, reason)
