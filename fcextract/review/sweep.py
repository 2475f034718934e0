"""Boxes of many forms in one line: what waits for a person, and all boxes of one state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from fcextract.corrections import COLUMNS
from fcextract.editions import Item, load_edition
from fcextract.outlines import LETTERS, WAITING, Outline
from fcextract.records import State

#: Boxes given at once at most: a batch of bad scans can have a hundred thousand waiting.
MOST = 2_000


class Spot(NamedTuple):
    """One box of the form ``form`` called ``name``. ``certainty`` is in ten-thousandths;
    ``placed`` tells that it may be shown, ``decided`` that a person has decided it."""

    form: str
    name: str
    item_id: str
    column: str
    state: str
    certainty: int
    placed: bool
    decided: bool


def queue(
    outlines: Mapping[str, Outline], form: str = "", column: str = ""
) -> tuple[list[Spot], int]:
    """The boxes that wait, form by form in list order: the first of them, and how many
    there are; of one ``form`` or one ``column`` only, where given."""
    found = [
        spot
        for name, outline in outlines.items()
        if form in ("", name) and outline.waiting
        for spot in _spots(name, outline, WAITING)
        if column in ("", spot.column)
    ]
    return found[:MOST], len(found)


def gallery(
    outlines: Mapping[str, Outline],
    state: State,
    column: str = "",
    form: str = "",
    first: int = 0,
    most: int = MOST,
) -> tuple[list[Spot], int]:
    """``most`` boxes of one ``state`` from place ``first`` on, the least certain before the
    others, and how many there are."""
    letters = LETTERS[state] + LETTERS[state].upper()
    found = [
        spot
        for name, outline in outlines.items()
        if form in ("", name)
        for spot in _spots(name, outline, letters)
        if column in ("", spot.column)
    ]
    found.sort(key=lambda spot: spot.certainty)
    return found[first : first + min(most, MOST)], len(found)


def _spots(name: str, outline: Outline, letters: str) -> Iterator[Spot]:
    items = _items(outline)
    for n, letter in enumerate(outline.states):
        if letter in letters:
            yield Spot(
                name,
                outline.line["form_id"],
                items[n // 2].item_id,
                COLUMNS[n % 2],
                _STATES[letter.lower()],
                outline.certainty[n],
                outline.placed and letter not in "mM",
                letter.isupper(),
            )


def _items(outline: Outline) -> Sequence[Item]:
    return load_edition(outline.line["edition"]).items


_STATES = {letter: state.value for state, letter in LETTERS.items()}
