"""The fonts that the canvas producers embed, and which of them shows a character."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path

FILES = {
    "zenhei": "wqy-zenhei.ttc",
    "microhei": "wqy-microhei.ttc",
    "uming": "uming.ttc",
    "ukai": "ukai.ttc",
    "noto-sans": "NotoSansCJK-Regular.ttc",
    "noto-serif": "NotoSerifCJK-Regular.ttc",
    "symbols": "DejaVuSans.ttf",
}
TRUETYPE = ("zenhei", "microhei", "uming", "ukai")
SYMBOLS = "symbols"


def missing(*keys: str) -> str:
    """Which of the fonts ``keys`` is not installed, in words; empty when all are."""
    lost = [FILES[k] for k in keys or (*TRUETYPE, SYMBOLS) if not path(k)]
    return f"fonts not found: {', '.join(lost)}" if lost else ""


@lru_cache(maxsize=32)
def path(key: str) -> str:
    """Where the font is, or empty."""
    for folder in _folders():
        for found in folder.rglob(FILES[key]):
            return str(found)
    return ""


def runs(text: str, key: str) -> Iterator[tuple[str, str]]:
    """``text`` cut into (font, piece): characters that ``key`` lacks go to the symbols font."""
    for font, chars in groupby(text, lambda c: _font_for(c, key)):
        yield font, "".join(chars)


def _font_for(char: str, key: str) -> str:
    if ord(char) in coverage(key) or ord(char) not in coverage(SYMBOLS):
        return key
    return SYMBOLS


@lru_cache(maxsize=32)
def coverage(key: str) -> frozenset[int]:
    """The code points that the font shows."""
    from fontTools.ttLib import TTCollection, TTFont

    file = path(key)
    font = TTCollection(file).fonts[0] if file.endswith(".ttc") else TTFont(file)
    return frozenset(font.getBestCmap())


def _folders() -> list[Path]:
    given = os.environ.get("MILL_FONTS")
    folders = [Path(given)] if given else []
    if sys.platform == "win32":
        folders.append(Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts")
    else:
        folders += [Path("/usr/share/fonts"), Path("/Library/Fonts"), Path.home() / ".fonts"]
    return [f for f in folders if f.is_dir()]
