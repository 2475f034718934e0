"""What one kind of evidence can say of one box. Measures only; nobody decides here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from fcextract.geometry import Box
from fcextract.records import Measure

#: A closed path that fills this share of its bounding box is a frame or a patch: a square
#: fills 1.0, a circle 0.78 (0.70 as flattened here), the fullest tick or star seen 0.55.
FULL = 0.66
#: A fill darker than this (lightness, 0 to 1) marks; a paler one hides.
DARK = 0.55
#: Lighter than this it is paper.
LIGHT = 0.72


class Says(StrEnum):
    """One witness's word."""

    TICKED = "ticked"  # a box, marked
    EMPTY = "empty"  # a box, unmarked
    BARE = "bare"  # a mark where no box is
    REFUSED = "refused"  # a typed no where no box is
    UNCLEAR = "unclear"  # something is there that says neither


class Evidence(NamedTuple):
    """``kind`` names the reader (see ``read_by`` of the contract), ``box`` is the box or,
    for a bare mark, the mark. ``code`` is the finding an unclear word leads to; ``is_text``
    tells that it was said of characters that are no mark. ``word`` is what is typed there,
    where it shows no box."""

    kind: str
    says: Says
    box: Box
    reason: str = ""
    code: str = ""
    is_text: bool = False
    word: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one cell says before its column is known. ``says`` is None for a blank cell;
    ``present`` is False where neither a box nor a mark was seen; ``heard`` is every
    witness's word. ``word`` is what is typed there, where that is all and shows no box."""

    says: Says | None
    box: Box
    kinds: tuple[str, ...] = ()
    confidence: float = 0.0
    code: str = ""
    reason: str = ""
    present: bool = True
    heard: tuple[Measure, ...] = ()
    word: str = ""


def lightness(rgb: int) -> float:
    """Rec. 709 luma of ``0xRRGGBB``, 0 black to 1 white."""
    r, g, b = rgb >> 16, (rgb >> 8) & 255, rgb & 255
    return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255


def contrast(a: int, b: int) -> float:
    """The largest difference between two colours' channels, 0 to 1."""
    return max(abs((a >> s & 255) - (b >> s & 255)) for s in (16, 8, 0)) / 255


def blend(rgb: int, opacity: float) -> int:
    """``rgb`` as it looks on white paper at ``opacity``."""
    if opacity >= 1.0:
        return rgb
    channels = (round((rgb >> s & 255) * opacity + 255 * (1 - opacity)) for s in (16, 8, 0))
    r, g, b = channels
    return (r << 16) | (g << 8) | b
