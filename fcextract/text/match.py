"""How well a printed wording fits the items of an edition."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from fcextract.editions import Edition
from fcextract.text.fold import fold

#: A wording cut off by its cell is compared with the item's beginning from so many
#: characters on.
SHORTEST_PREFIX = 8
#: The same beside the printed number, which is a tie of its own.
NUMBERED_PREFIX = 4


class Fit(NamedTuple):
    """An item and how well a wording fits it, 0 to 1."""

    item_id: str
    score: float


class Matcher:
    """Scores wordings against one edition. Scores are normalised indel similarities
    of the folded texts, the better of whole against whole and, for a wording cut
    short, against the item's beginning."""

    def __init__(self, edition: Edition) -> None:
        self.items = edition.items
        self._contents = {i.item_id: fold(i.content) for i in edition.items}
        self._wordings = {i.item_id: i.content for i in edition.items}
        self._by_number: dict[int, list[str]] = {}
        for i in edition.items:
            self._by_number.setdefault(i.item_no, []).append(i.item_id)

    def ids_of(self, number: int | None) -> list[str]:
        """Items printed with ``number``: none, one or more."""
        return self._by_number.get(number, []) if number is not None else []

    def content(self, item_id: str) -> str:
        """The item's wording, folded."""
        return self._contents[item_id]

    def wording(self, item_id: str) -> str:
        """The item's wording as printed."""
        return self._wordings[item_id]

    def score(self, wording: str, item_id: str) -> float:
        """How well ``wording`` fits the item whose number it stands with: few characters of
        its beginning are enough there."""
        return _similarity(fold(wording), self._contents[item_id], NUMBERED_PREFIX)

    def whole(self, wording: str, item_id: str) -> float:
        """How well ``wording`` fits the whole item, 0 to 1; a part of it fits less."""
        return fuzz.ratio(fold(wording), self._contents[item_id]) / 100

    def best(self, wording: str, count: int = 2) -> list[Fit]:
        """The ``count`` best fitting items, best first."""
        folded = fold(wording)
        found = process.extract(folded, self._contents, scorer=fuzz.ratio, limit=count + 4)
        fits = [Fit(item_id, _similarity(folded, content)) for content, _, item_id in found]
        fits.sort(key=lambda f: -f.score)
        return fits[:count]


def _similarity(folded: str, content: str, shortest: int = SHORTEST_PREFIX) -> float:
    if not folded:
        return 0.0
    score = fuzz.ratio(folded, content)
    if shortest <= len(folded) < len(content):
        score = max(score, fuzz.ratio(folded, content[: len(folded)]) - 2.0)
    return score / 100.0


@lru_cache(maxsize=8)
def matcher(edition: Edition) -> Matcher:
    """The matcher of ``edition``, made once."""
    return Matcher(edition)
