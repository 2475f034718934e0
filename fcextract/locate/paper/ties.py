"""Which item a recognised row is: two ties that must agree.

A number that was recognised may be another one, and a beginning that was recognised may be
that of several items. A row is settled by its number and its wording; where the number
cannot be read, by its wording and the rows next to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from fcextract.locate.paper.grid import Cell
from fcextract.locate.paper.pen import (
    BARE_NUMBER,
    INNER_NUMBER,
    NUMBER,
    UNREAD,
    cleaned,
    cut,
    numbered,
    renumbered,
)
from fcextract.records import Run
from fcextract.text.fold import fold
from fcextract.text.match import Fit, Matcher

#: A row's beginning settles its item from so many characters on, if it fits that well (0 to
#: 1) and an item whose number is one digit off fits worse by so much.
SHORTEST, SURE, APART = 4, 0.7, 0.25
#: A wording tells its item without a number from so many characters on, if it fits better than
#: the next best item by so much: surely, or poorly. Items fit each other by 0.64 at most, and
#: chance by 0.1.
WHOLE, APART_WHOLE, SURE_WHOLE, POOR_WHOLE = 8, 0.15, 0.75, 0.4
#: A column holds the items where so many of a few wordings follow each other as in the list.
FEWEST_IN_ORDER = 2
#: Advance of an ASCII character, in ems.
HALF = 0.55


class Ties:
    """The items of one edition, as rows may begin with them."""

    def __init__(self, match: Matcher) -> None:
        self._match = match
        self._order = [i.item_id for i in match.items]
        self._numbers = {i.item_id: i.item_no for i in match.items}

    def settled(self, run: Run) -> Run | None:
        """The run with its number whole, if what it begins with tells its item."""
        for pattern in (NUMBER, BARE_NUMBER):
            found = pattern.match(run.text)
            if found and self._agree(int(found[1]), fold(run.text[found.end() :])):
                return renumbered(run, int(found[1]), found.end())
        return None

    def settled_within(self, run: Run) -> list[Run]:
        """The run in two where a number inside of it, with what follows, tells an item: what
        stands before it is the label of a column close by. Nothing where none does."""
        for found in INNER_NUMBER.finditer(run.text):
            label, rest = cut(run, found.start(1))
            if (settled := self.settled(cleaned(rest))) is not None:
                return [label, settled]
        return []

    def _agree(self, number: int, rest: str) -> bool:
        own = max((self._begins(rest, i) for i in self._match.ids_of(number)), default=0.0)
        if len(rest) < SHORTEST or own < SURE:
            return False
        rivals = (i for n in _misread(number) for i in self._match.ids_of(n))
        return all(self._begins(rest, i) <= own - APART for i in rivals)

    def _begins(self, rest: str, item_id: str) -> float:
        return fuzz.ratio(rest, self._match.content(item_id)[: len(rest)]) / 100

    def ems(self, text: str) -> float:
        """The length of the row that begins with ``text``, in ems; 0 where it is not known."""
        number = NUMBER.match(text)
        ids = self._match.ids_of(int(number[1])) if number else []
        printed = [f"({number[1]}) {self._match.wording(i)}" for i in ids] if number else []
        return max((sum(HALF if ch.isascii() else 1.0 for ch in t) for t in printed), default=0.0)

    def by_neighbours(self, found: dict[Cell, list[Run]]) -> dict[Cell, list[Run]]:
        """``found`` (top to bottom), with the numbers of rows that lost theirs: a wording
        that is one item's only, between the rows that stand before and after it in the list.
        """
        cells = [c for c, runs in found.items() if any(r.text != UNREAD for r in runs)]
        settled = [self._item(found[c]) for c in cells]
        fits = [
            Fit(item, 1.0) if item else self._by_wording("".join(r.text for r in found[c]))
            for c, item in zip(cells, settled, strict=True)
        ]
        out = dict(found)
        for k, c in enumerate(cells):
            own = fits[k]
            beside = [fits[j] if 0 <= j < len(fits) else None for j in (k - 1, k + 1)]
            first = found[c][0]
            if settled[k] is not None or own is None or own.item_id in settled:
                continue  # a later line of a row may fit its item too
            if k and self._shows(found[cells[k - 1]], own.item_id):
                continue
            if self._tied(own, beside, first.text):
                end = len(first.text) - len(_unnumbered(first.text))
                out[c] = [renumbered(first, self._numbers[own.item_id], end), *found[c][1:]]
        return out

    def _shows(self, runs: Sequence[Run], item_id: str) -> bool:
        """Whether a row shows the number of an item that no other item has."""
        run = numbered(runs)
        number = NUMBER.match(run.text) if run is not None else None
        return number is not None and self._match.ids_of(int(number[1])) == [item_id]

    def tell(self, runs: Sequence[Run]) -> bool:
        """Whether any of ``runs`` is an item's by its wording."""
        return any(self._by_wording(r.text) is not None for r in runs)

    def in_order(self, runs: Sequence[Run]) -> bool:
        """Whether beginnings, top to bottom, are items' by their wordings, most of those that
        are in the list's order; other tables have such texts, but no two like these."""
        fits = [f for r in runs if (f := self._by_wording(r.text)) is not None]
        places = [self._order.index(f.item_id) for f in fits]
        rising = sum(a < b for a, b in pairwise(places))
        return rising >= FEWEST_IN_ORDER and rising > len(places) / 2

    def _tied(self, own: Fit, beside: Sequence[Fit | None], text: str) -> bool:
        """Whether the list agrees with the rows before and after, as far as they are known,
        and that is enough: a poor fit needs a row that is sure, or both."""
        number = NUMBER.match(text)
        true = self._numbers[own.item_id]
        if number and int(number[1]) not in {true, *_misread(true)}:
            return False  # another number is printed there
        at = self._order.index(own.item_id)
        known = [(step, f) for step, f in zip((-1, 1), beside, strict=True) if f is not None]
        agree = [
            0 <= at + step < len(self._order) and self._order[at + step] == f.item_id
            for step, f in known
        ]
        sure = max([own.score, *(f.score for _, f in known)]) >= SURE_WHOLE
        return bool(agree) and all(agree) and (sure or len(agree) == 2)

    def _item(self, runs: list[Run]) -> str | None:
        """The item of a row that is settled."""
        run = numbered(runs)
        number = NUMBER.match(run.text) if run is not None else None
        if run is None or number is None or self.settled(run) is None:
            return None
        rest = fold(run.text[number.end() :])
        return max(self._match.ids_of(int(number[1])), key=lambda i: self._begins(rest, i))

    def _by_wording(self, text: str) -> Fit | None:
        """The item that a row's text fits, and how well, if it fits no other as well."""
        wording = _unnumbered(text)
        if len(fold(wording)) < WHOLE:
            return None
        best, second = self._match.best(wording, 2)
        if best.score < POOR_WHOLE or best.score - second.score < APART_WHOLE:
            return None
        return best


def _unnumbered(text: str) -> str:
    """The text without the digits and signs it begins with."""
    return re.sub(r"^[\W\d_]+", "", text)


def _misread(number: int) -> set[int]:
    """Numbers that one digit more, less or other makes of ``number``."""
    text = str(number)
    digits = "0123456789"
    out = {text[:i] + text[i + 1 :] for i in range(len(text))}
    out |= {text[:i] + d + text[i + 1 :] for i in range(len(text)) for d in digits}
    out |= {text[:i] + d + text[i:] for i in range(len(text) + 1) for d in digits}
    return {int(t) for t in out if t} - {number}
