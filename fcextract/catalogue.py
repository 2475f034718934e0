"""What every finding code and every error code means: ``fcextract explain``.

The texts stand in ``catalogue.toml``; the order there is the order in which
findings are listed.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from fcextract.errors import UsageError

_TEXTS = Path(__file__).with_name("catalogue.toml")


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code. ``severity`` is ``error``, ``warning`` or ``info`` for a finding and
    empty for an error of the program."""

    code: str
    severity: str
    title_zh: str
    title_en: str
    meaning_zh: str
    meaning_en: str
    todo_zh: str
    todo_en: str

    @property
    def is_finding(self) -> bool:
        """Whether the code is about the form and not about the file or program."""
        return bool(self.severity)

    def title(self, lang: str = "zh") -> str:
        """The title in ``lang`` (``zh`` or ``en``)."""
        return self.title_zh if lang == "zh" else self.title_en

    def text(self, lang: str = "zh") -> str:
        """All of it, in three short paragraphs."""
        if lang == "zh":
            kind = f"发现 · {SEVERITY_ZH[self.severity]}" if self.is_finding else "错误"
            lines = (self.title_zh, self.meaning_zh, "怎么办：" + self.todo_zh)
        else:
            kind = f"finding, {self.severity}" if self.is_finding else "error"
            lines = (self.title_en, self.meaning_en, "What to do: " + self.todo_en)
        return f"{self.code} ({kind})\n" + "\n\n".join(lines)


SEVERITY_ZH = {"error": "错误", "warning": "提醒", "info": "信息"}


@lru_cache(maxsize=1)
def catalogue() -> MappingProxyType[str, Explanation]:
    """Every code with its explanation, findings first, in listing order."""
    texts = tomllib.loads(_TEXTS.read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            code: Explanation(
                code,
                t.get("severity", ""),
                *(t[part][lang] for part in ("title", "meaning", "todo") for lang in ("zh", "en")),
            )
            for code, t in texts.items()
        }
    )


def finding_codes() -> tuple[str, ...]:
    """The finding codes alone, in listing order."""
    return tuple(c for c, e in catalogue().items() if e.is_finding)


def explain(code: str) -> Explanation:
    """What ``code`` means.

    Raises:
        UsageError: no finding or error has this code; the nearest are named.
    """
    found = catalogue().get(code.strip().strip("[]").lower())
    if found:
        return found
    near = difflib.get_close_matches(code.lower(), catalogue(), n=3, cutoff=0.5)
    zh = "相近的有：" + "、".join(near) if near else "用 fcextract explain 查看全部代码"
    en = "close to it: " + ", ".join(near) if near else "see fcextract explain for all of them"
    raise UsageError(f"没有代码 {code}；{zh}。", f"There is no code {code}; {en}.")
