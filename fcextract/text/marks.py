"""Characters that stand for a box, a ticked box or a tick, and typed choices.

By code point, never by how a face draws it: ☐ and ☑ often come from different
fonts in one column. Symbol fonts that are read as letters are mapped through
the font's name first (:func:`symbol`).
"""

from __future__ import annotations

import itertools
import re
from enum import StrEnum
from functools import lru_cache

from fcextract.text.fold import plain

#: A printed, empty box or circle.
EMPTY_BOX = frozenset("☐□▢◻◽⬜▫❏❐❑❒○◯◌⃞🗆🞎🞏🞐\uf0a8\uf0a3\uf06f\uf071\uf072\uf0a1\uf070")
#: A box or circle with a mark in it, or filled.
TICKED_BOX = frozenset(
    "☑☒■✅❎◼◾⬛▣▪⊠⊡●◉⊙⦿◍⚫🗹🗷🗵🗳⮽⯀\uf0fe\uf0fd\uf052\uf054\uf053\uf051\uf06e\uf06c\uf0a4"
)
#: Those of them that are crossed: ticked to a word processor, refused beside boxes with ticks.
CROSSED_BOX = frozenset("☒❎⊠🗷🗵\uf0fd\uf054\uf053\uf051")
#: A tick without a box. The square root and the logical or are how a tick is typed
#: with a Chinese input method.
TICK = frozenset("√✓✔🗸ˇ∨ⱱ\uf0fc\uf050")
#: Letters typed for a tick; they count only where they stand alone in a box's cell.
TICK_LETTERS = frozenset("Vv")
#: A cross without a box: ticked to some, refused to others.
CROSS = frozenset("×✕✖✗✘╳❌Xx🗴🗶\uf0fb\uf04f")
MARKS = EMPTY_BOX | TICKED_BOX | TICK | (CROSS - set("Xx"))

#: A box and the tick that is typed after it stand no further apart, in ems.
APART = 0.2

# Letters under which symbol fonts hide their marks, by font family.
# Sources: the fonts' own charts; Unicode L2/11-052 maps Wingdings and Webdings.
_SYMBOL_FONTS = (
    (
        re.compile(r"wingdings[ -]?2", re.I),
        {"R": "☑", "T": "☒", "S": "☒", "Q": "☒", "P": "✓", "O": "✗", "£": "☐"},
    ),
    (
        re.compile(r"wingdings(?![ -]?[23])", re.I),
        {
            "þ": "☑",
            "ý": "☒",
            "ü": "✓",
            "û": "✗",
            "¨": "☐",
            "o": "☐",
            "q": "☐",
            "r": "☐",
            "n": "■",
            "l": "●",
            "¡": "○",
            "p": "☐",
            "x": "☒",
        },
    ),
    (re.compile(r"webdings", re.I), {"a": "✓", "c": "☐", "g": "■", "r": "✗"}),
    (
        re.compile(r"zapf ?dingbats|^dingbats", re.I),
        {
            "3": "✓",
            "4": "✔",
            "5": "✕",
            "6": "✖",
            "7": "✗",
            "8": "✘",
            "n": "■",
            "o": "☐",
            "p": "☐",
            "q": "☐",
            "r": "☐",
            "l": "●",
            "m": "○",
            # the same by glyph id, where the font is not embedded and its encoding unknown
            "\x13": "✓",
            "\x14": "✔",
            "\x15": "✕",
            "\x16": "✖",
            "\x17": "✗",
            "\x18": "✘",
        },
    ),
)

_MARKING = MARKS | frozenset("[(（［【〔{")
_BLANKS = re.compile(r"\s+")
_BRACKETS = re.compile(r"[\[(（［【〔{](.?)[\])）］】〕}]")
# Blanks inside brackets and round what parts two labels.
_CLOSED_UP = re.compile(r" ?([/|、,，;；]) ?|(?<=[\[(（［【〔{]) | (?=[\])）］】〕}])")
_YES = ("符合", "是", "有", "适用", "达标", "同意", "满足", "通过", "已完成", "完成")
_NO = ("不符合", "否", "无", "不适用", "不达标", "未达标", "不同意", "不满足", "不通过", "未完成")
_LABEL = re.compile("|".join(sorted(map(re.escape, _YES + _NO), key=len, reverse=True)))
# The beginning of a label after its mark, where a narrow column goes on in the next line.
_OPEN = re.compile(
    f"(?<=[{''.join(sorted(MARKS))}])"
    f"(?:{'|'.join(sorted({w[:n] for w in _YES + _NO for n in range(1, len(w))}))})$"
)
# A box, the label that agrees, and the box of a label that a page break cut off: as that box
# is empty, the first one tells. After a tick there it might be the label's own.
_CUT_OFF = re.compile(rf"(\S+ ?(?:{'|'.join(_YES)})) ?(\S)")


class Typed(StrEnum):
    """What typed characters in a box's cell say."""

    NOTHING = "nothing"  # no characters at all
    EMPTY = "empty"  # a box, nothing in it
    TICKED = "ticked"  # a box, ticked
    BARE_TICK = "bare-tick"  # a tick, no box
    ODD = "odd"  # characters that say neither


def symbol(text: str, font: str) -> str:
    """``text`` with the letters of symbol fonts turned into what they draw."""
    table = _symbols_of(font)
    return "".join(table.get(c, c) for c in text) if table else text


@lru_cache(maxsize=1024)
def _symbols_of(font: str) -> dict[str, str]:
    return next((table for name, table in _SYMBOL_FONTS if name.search(font)), {})


def is_mark(text: str) -> bool:
    """Whether ``text`` is nothing but marks, brackets round them and choice labels, the last
    of which may go on in the next line."""
    return not _MARKING.isdisjoint(text) and _is_mark(_OPEN.sub("", text))


def is_whole_mark(text: str) -> bool:
    """The same for a ``text`` that goes on in its line: no label may be cut off."""
    return not _MARKING.isdisjoint(text) and _is_mark(text)


@lru_cache(maxsize=4096)
def _is_mark(text: str) -> bool:
    text = _BLANKS.sub("", plain(text))
    bare = _LABEL.sub("", _BRACKETS.sub(lambda m: "☐" if _bracket(m) != m[0] else m[0], text))
    return all(c in MARKS or c in CROSS for c in bare) and any(c in MARKS for c in bare)


def is_refusal(text: str) -> bool:
    """Whether ``text`` holds a choice's refusing label, and no other."""
    labels = _LABEL.findall(_BLANKS.sub("", plain(text)))
    return bool(labels) and all(label in _NO for label in labels)


def may_be_apart(text: str, after: str) -> bool:
    """Whether ``after``, which stands a little to the right of ``text``, may be the next cell's:
    one is a box and the other begins or ends with a tick, or a label follows a mark."""
    ends = text.rstrip()[-1:], after.lstrip()[:1]
    boxes = [c in EMPTY_BOX or c in TICKED_BOX for c in ends]
    ticks = [c in TICK or c in CROSS for c in ends]
    if (boxes[0] and ticks[1]) or (ticks[0] and boxes[1]):
        return True
    return (boxes[0] or ticks[0]) and is_label(after)


def ends_choice(text: str, after: str) -> bool:
    """Whether ``text`` is a choice with both its answers, one of them marked, to which
    ``after``, a little to the right, adds nothing but confusion."""
    decided = (Typed.EMPTY, Typed.TICKED)
    return (
        is_whole_mark(text)
        and len(_LABEL.findall(_BLANKS.sub("", plain(text)))) > 1
        and read_typed(text) in decided
        and read_typed(text + after) not in decided
    )


def is_label(text: str) -> bool:
    """Whether ``text`` is nothing but labels of a choice: its second line, where its column
    is narrow."""
    return bool(text.strip()) and not _LABEL.sub("", _BLANKS.sub("", plain(text))).strip(
        "/|、,，;；"
    )


def shows_box(text: str) -> bool:
    """Whether a mark shows a box, and is no tick or cross alone."""
    return any(c not in TICK and c not in CROSS for c in _BLANKS.sub("", text))


def read_typed(text: str) -> Typed:
    """What the typed characters of one box's cell say.

    ``☐`` / ``☑``; ``□√`` (a box, then its tick); ``√``; ``[ ]`` / ``[√]``; a choice
    such as ``√是 □否``, where a tick at the refusal is an empty box.
    """
    spaced = _BLANKS.sub(" ", plain(text)).replace("\ufe0f", "").replace("\ufe0e", "").strip()
    if not spaced:
        return Typed.NOTHING
    spaced = _BRACKETS.sub(_bracket, _CLOSED_UP.sub(lambda m: m[1] or "", spaced))
    if _LABEL.search(spaced):
        return _read_choice(spaced)
    return _read_marks(spaced.replace(" ", ""))


def _bracket(m: re.Match[str]) -> str:
    inner = m[1]
    if not inner or inner in EMPTY_BOX:
        return "☐"
    if inner in TICK or inner in TICKED_BOX or inner in CROSS or inner in "*vV":
        return "☑"
    return m[0]


def _read_marks(text: str) -> Typed:
    if len(text) == 1:
        if text in EMPTY_BOX:
            return Typed.EMPTY
        if text in TICKED_BOX:
            return Typed.TICKED
        return Typed.BARE_TICK if text in TICK or text in TICK_LETTERS else Typed.ODD
    kinds = ["e" if c in EMPTY_BOX else "t" if c in TICK else "?" for c in text]
    if sorted(kinds) == ["e", "t"]:
        return Typed.TICKED
    return Typed.ODD


def _read_choice(text: str) -> Typed:
    """A choice: every label with the marks that belong to it."""
    cut = _CUT_OFF.fullmatch(text)
    if cut is not None and cut[2] in EMPTY_BOX:
        text = cut[1]
    pieces = _split_choice(text)
    if pieces is None:
        return Typed.ODD
    yes = [marks for label, marks in pieces if label in _YES]
    no = [marks for label, marks in pieces if label in _NO]
    if len(yes) > 1 or len(no) > 1 or not any(marks for _, marks in pieces):
        return Typed.ODD
    wanted, refused = _says(yes[0] if yes else ""), _says(no[0] if no else "")
    if wanted is None or refused is None or (wanted and refused):
        return Typed.ODD
    if not wanted and not refused and not (yes and yes[0] and (not no or no[0])):
        return Typed.ODD  # half a choice: its other half may hold the tick
    return Typed.TICKED if wanted else Typed.EMPTY


def _split_choice(text: str) -> list[tuple[str, str]] | None:
    """``(label, marks)`` in order; marks stand before their labels if the text begins
    with a mark, else after. None where something else stands between."""
    labels = list(_LABEL.finditer(text))
    gaps = [text[: labels[0].start()]]
    gaps += [text[a.end() : b.start()] for a, b in itertools.pairwise(labels)]
    gaps.append(text[labels[-1].end() :])
    gaps = [g.strip("/|、,，;；") for g in gaps]
    bare = [g.replace(" ", "") for g in gaps]
    if any(c not in MARKS for g in bare for c in g) or (bare[0] and bare[-1]):
        return None
    before = bool(bare[0])
    if not bare[0] and not bare[-1]:
        sides = {_side(g) for g in gaps if g.strip()}
        if len(sides) != 1 or None in sides:
            return None  # between two labels, and next to neither
        before = sides == {"right"}
    marks = bare[:-1] if before else bare[1:]
    return [(m[0], g) for m, g in zip(labels, marks, strict=True)]


def _side(gap: str) -> str | None:
    """Which label the marks between two stand next to: that without a blank between."""
    left, right = not gap.startswith(" "), not gap.endswith(" ")
    return None if left == right else "left" if left else "right"


def _says(marks: str) -> bool | None:
    """Whether the marks at one label are a tick; None where that can't be said."""
    if not marks:
        return False
    kind = _read_marks(marks)
    if kind in (Typed.TICKED, Typed.BARE_TICK):
        return True
    return False if kind is Typed.EMPTY else None
