"""Answers typed where others tick: ``是`` and ``否``, ``√`` and ``×``, a word each.

A word alone says nothing certain: it may be a remark in the wrong cell, and a cross is a
tick to some. It is an answer where all that is typed in its column is one pair of words;
a cross is one where every cell of its column holds either it or a tick.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from fcextract.marks.evidence import Says, Verdict
from fcextract.records import Place
from fcextract.text.fold import plain
from fcextract.text.marks import CROSS, TICK

#: What is said of a cell that has no answer in a column of answers.
UNANSWERED = "no answer in a column of answers"
#: So many cells of a column hold an answer at least: one may be a remark.
FEWEST = 5


class Pair(NamedTuple):
    """What is typed for yes and for no. ``sure``: no other cell is needed to tell them."""

    yes: frozenset[str]
    no: frozenset[str]
    sure: bool = True


PAIRS = (
    Pair(TICK, CROSS, sure=False),
    Pair(frozenset({"是"}), frozenset({"否"})),
    Pair(frozenset({"符合"}), frozenset({"不符合"})),
    Pair(frozenset({"达标", "已达标"}), frozenset({"不达标", "未达标"})),
    Pair(frozenset({"满足"}), frozenset({"不满足"})),
    Pair(frozenset({"完成", "已完成"}), frozenset({"未完成"})),
    Pair(frozenset({"通过"}), frozenset({"未通过", "不通过"})),
)
Cell = tuple[Place | None, Verdict | None]


def with_answers(column: Iterable[Cell]) -> list[Cell]:
    """The cells of a column, answers told where all that is typed in it is answers."""
    cells = list(column)
    words = [_word(v) for _, v in cells]
    said = {w for w in words if w}
    pair = next((p for p in PAIRS if said and said <= p.yes | p.no), None)
    if pair is None or sum(map(bool, words)) < FEWEST or not _is_alone(cells):
        return cells
    if not pair.sure and not (said & pair.yes and all(words)):
        return cells
    refuses = bool(said & pair.no)
    return [
        (place, v and _answer(v, word, pair, refuses))
        for (place, v), word in zip(cells, words, strict=True)
    ]


def _word(verdict: Verdict | None) -> str:
    """The one thing typed in the cell, if nothing else is there."""
    return "".join(plain(verdict.word).split()) if verdict is not None else ""


def _is_alone(cells: Iterable[Cell]) -> bool:
    """Whether nothing but words stands in the column."""
    return all(v is None or v.says is None or v.word for _, v in cells)


def _answer(verdict: Verdict, word: str, pair: Pair, refuses: bool) -> Verdict:
    if not word:
        return replace(verdict, says=Says.UNCLEAR, reason=UNANSWERED) if refuses else verdict
    says = Says.BARE if word in pair.yes else Says.REFUSED
    return replace(verdict, says=says, code="", reason="", confidence=1.0, present=True)
