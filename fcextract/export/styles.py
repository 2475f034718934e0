"""How the workbook looks: fonts, colours, number formats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# On every Windows in Chinese offices; LibreOffice and WPS fall back to their own.
FONT = "微软雅黑"

_INK = "#262626"
_LINE = "#D0D7DE"
_HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "align": "center"}
_GOOD = {"bg_color": "#E2F0D9", "font_color": "#2E6B1F"}
_BAD = {"bg_color": "#F8D7DA", "font_color": "#9C0006"}
_OPEN = {"bg_color": "#FFF2CC", "font_color": "#7F6000"}
_GREY = {"bg_color": "#EDEDED", "font_color": "#595959"}
_FAINT = {"font_color": "#A6A6A6"}
# Numbers keep off the border by the blank in their format: LibreOffice loses indents.
_RIGHT = {"align": "right"}

#: Cell styles by name. A column has one; a cell may have another.
STYLES: dict[str, dict[str, Any]] = {
    "text": {},
    "wrap": {"text_wrap": True},
    "centre": {"align": "center"},
    "code": {"align": "center", "num_format": "@"},
    "id": {"num_format": "@"},
    "int": {"num_format": "#,##0_ ", **_RIGHT},
    "gap": {"num_format": "+#,##0_ ;-#,##0_ ;0_ ", **_RIGHT},
    "gap-bad": {"num_format": "+#,##0_ ;-#,##0_ ;0_ ", "bold": True, **_RIGHT, **_BAD},
    "rate": {"num_format": "0.00%_ ", **_RIGHT},
    "share": {"num_format": "0.000_ ", **_RIGHT, **_FAINT},
    "faint": _FAINT,
    "link": {"font_color": "#0563C1", "underline": 1, "align": "center"},
    "fill-in": {"bg_color": "#FFFDE7", "border_color": "#BF9000", "align": "center"},
    "mark-good": {"align": "center", "font_size": 8, **_GOOD},
    "mark-open": {"align": "center", "font_size": 8, **_OPEN},
    "mark-bad": {"align": "center", "font_size": 8, **_BAD},
    "mark-none": {"align": "center", "font_size": 8},
    "mark-int": {"align": "center", "font_size": 8, "num_format": "0"},
    "total": {"bold": True, "bg_color": "#DEEAF6"},
    "total-int": {"bold": True, "bg_color": "#DEEAF6", "num_format": "#,##0_ ", **_RIGHT},
    "total-rate": {"bold": True, "bg_color": "#DEEAF6", "num_format": "0.00%_ ", **_RIGHT},
    "total-mean": {"bold": True, "bg_color": "#DEEAF6", "num_format": "#,##0.0_ ", **_RIGHT},
    "mean": {"num_format": "#,##0.0_ ", **_RIGHT},
    "good": {"align": "center", **_GOOD},
    "bad": {"align": "center", **_BAD},
    "open": {"align": "center", **_OPEN},
    "grey": {"align": "center", **_GREY},
    "none": {"align": "center", **_FAINT},
    "key": {"bold": True, "valign": "top", "text_wrap": True},
    "value": {"text_wrap": True, "valign": "top"},
    "title": {"bold": True, "font_size": 14, "font_color": "#1F4E79", "border": 0},
    "section": {"bold": True, "font_color": "#1F4E79", "bg_color": "#DEEAF6"},
}
STATE_STYLE = {"checked": "good", "empty": "none", "uncertain": "open", "missing": "bad"}
VERDICT_STYLE = {
    "consistent": "good",
    "inconsistent": "bad",
    "unverifiable": "open",
    "undeclared": "grey",
}
STATUS_STYLE = {"ok": "good", "review": "open", "failed": "bad"}
SEVERITY_STYLE = {"error": "bad", "warning": "open", "info": "grey"}


@dataclass(frozen=True, slots=True)
class Col:
    """One column: headings, width in characters, style, the group it stands under, and
    whether it is for the screen only (such columns come last)."""

    zh: str
    en: str
    width: float
    style: str = "text"
    group_zh: str = ""
    group_en: str = ""
    printed: bool = True

    def head(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def group(self, lang: str) -> str:
        return self.group_zh if lang == "zh" else self.group_en


class Formats:
    """The workbook's formats, made on first use."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Any] = {}

    def get(self, style: str, quoted: bool = False) -> Any:
        """The format called ``style``; ``quoted`` marks a text that must stay a text even
        when someone edits the cell."""
        if (style, quoted) not in self._made:
            look = {"font_name": FONT, "font_size": 10, "font_color": _INK, "valign": "vcenter"}
            look |= {"border": 1, "border_color": _LINE} | STYLES[style]
            self._made[style, quoted] = self._book.add_format(
                look | ({"quote_prefix": True} if quoted else {})
            )
        return self._made[style, quoted]

    def head(self, open_below: bool = False, narrow: bool = False) -> Any:
        """The format of column headings; ``open_below`` runs into the one under it, a
        ``narrow`` one is small and stands upright."""
        name = "narrow" if narrow else "head"
        if (name, open_below) not in self._made:
            look = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "text_wrap": True}
            look |= {"border": 1, "border_color": "#FFFFFF"} | _HEAD
            look |= {"bottom": 0} if open_below else {}
            look |= {"rotation": 90, "font_size": 8, "text_wrap": False} if narrow else {}
            self._made[name, open_below] = self._book.add_format(look)
        return self._made[name, open_below]
