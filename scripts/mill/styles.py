"""How a box and its tick are drawn or typed.

A style says what stands in the cell; which producer can show it is the producer's business.
``kind`` is the evidence a reader will meet: ``native`` inputs, ``glyph`` text, ``css`` and
``svg`` drawings, ``image`` pictures, ``drawn`` paths, ``widget`` form fields, ``overlay``
marks put over an empty box, ``legacy``, ``sdt`` and ``sym`` Word constructs.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """One way of showing a box. ``empty`` and ``ticked`` are the typed text of glyph styles,
    or the drawing's name; ``traps`` marks styles whose truth is deliberately uncertain."""

    name: str
    kind: str
    empty: str = ""
    ticked: str = ""
    conflict: bool = False

    def text(self, ticked: bool) -> str:
        """What is typed into the cell."""
        return self.ticked if ticked else self.empty


_GLYPHS = {
    "ballot-check": ("☐", "☑"),
    "ballot-cross": ("☐", "☒"),
    "ballot-root": ("☐", "√"),
    "square-fill": ("□", "■"),
    "square-then-root": ("□", "□√"),
    "square-or-root": ("□", "√"),
    "square-check": ("□", "☑"),
    "root-alone": ("", "√"),
    "tick-alone": ("", "✓"),
    "heavy-tick-alone": ("", "✔"),
    "yes-no": ("□是 √否", "√是 □否"),
    "yes-no-open": ("□是 □否", "√是 □否"),
    "yes-no-ballot": ("☐是 ☑否", "☑是 ☐否"),
    "applies": ("□适用 √不适用", "√适用 □不适用"),
    "circle": ("○", "●"),
    "bracket-root": ("[ ]", "[√]"),
    "bracket-x": ("[ ]", "[x]"),
    "paren-root": ("（　）", "（√）"),
}

_DRAWINGS = {
    "css": ("css-element", "css-tick", "css-fill", "css-cross", "css-glyph"),
    "svg": ("svg-tick", "svg-cross", "svg-fill", "svg-loose", "svg-solid", "svg-wide"),
    "image": ("image-pair", "image-tick-alone"),
    "native": ("native", "native-disabled", "native-accent", "native-zoom", "native-forms"),
    "drawn": (
        "drawn-tick",
        "drawn-cross",
        "drawn-fill",
        "drawn-slash",
        "drawn-zapf",
        "drawn-loose",
    ),
    "widget": (
        "widget-check",
        "widget-cross",
        "widget-circle",
        "widget-diamond",
        "widget-star",
        "widget-square",
        "widget-baked",
        "widget-on-box",
        "widget-conflict",
    ),
    "overlay": (
        "ink-tick",
        "ink-cross",
        "ink-scrawl",
        "ink-long",
        "freetext-root",
        "freetext-typed",
        "stamp-tick",
        "line-cross",
        "polyline-tick",
        "square-fill-annotation",
        "picture-tick",
        "baked-ink",
    ),
    "conflict": ("conflict-white-patch", "conflict-two-marks", "conflict-ink-outside"),
}

STYLES: dict[str, Style] = {
    name: Style(name, "glyph", empty, ticked) for name, (empty, ticked) in _GLYPHS.items()
}
STYLES |= {name: Style(name, kind) for kind, names in _DRAWINGS.items() for name in names}
STYLES |= {
    "word-sdt": Style("word-sdt", "sdt", "☐", "☒"),
    "word-legacy": Style("word-legacy", "legacy"),
    "word-wingdings": Style("word-wingdings", "sym", "F0A8", "F0FE"),
    "word-wingdings-cross": Style("word-wingdings-cross", "sym", "F0A8", "F0FD"),
    "word-wingdings2": Style("word-wingdings2", "sym2", "F0A3", "F052"),
    "odt-controls": Style("odt-controls", "odt"),
    "odt-controls-flat": Style("odt-controls-flat", "odt"),
}

GLYPHS: tuple[str, ...] = tuple(_GLYPHS)
OVERLAYS: tuple[str, ...] = _DRAWINGS["overlay"]


def of_kind(*kinds: str) -> tuple[str, ...]:
    """Names of all styles of these kinds."""
    return tuple(name for name, style in STYLES.items() if style.kind in kinds)
