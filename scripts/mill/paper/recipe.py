"""What happens to one form between the printer and the file."""

from __future__ import annotations

from dataclasses import dataclass, field

from mill.paper.photo import Shot
from mill.paper.scanner import Bed

MOVES = ("shuffle", "reverse", "drop", "duplicate", "backs", "cover")
"""What can be wrong with a pile of pages: in another order, one missing, one scanned twice, the
empty backs scanned too, a letter on top."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What happens to all pages of one form. ``pen`` names the columns marked by hand; counts
    of damage are per page. ``print_dpi`` is the resolution the page is drawn at before it is
    sampled. Pages vary a little around the bed's skew and shift. ``handwriting`` is the share of
    empty text cells written into; ``turned`` of pages turned by ``turn``; ``digital`` of pages
    that are left as printed to PDF. ``moved`` is one of :data:`MOVES`; ``exif`` says that
    the turn of a photograph stands in its tag, so that viewers show it upright;
    ``searchable`` that the scanning program put the words it read over the picture, unseen."""

    kind: str
    pen: tuple[str, ...]
    print_dpi: int
    color: bool
    bed: Bed
    format: str
    quality: int = 80
    stated: bool = True
    bilevel: int = 0
    dither: float = 0.0
    black: float = 12.0
    white: float = 250.0
    grain: float = 2.0
    turn: int = 0
    shot: Shot | None = None
    damage: dict[str, float] = field(default_factory=dict)
    cancelled: int = 0
    outside: int = 0
    handwriting: float = 0.0
    turned: float = 1.0
    forms: int = 1
    moved: str = ""
    digital: float = 0.0
    exif: bool = False
    searchable: bool = False


def print_dpi(dpi: int) -> int:
    """Drawn finer than it is sampled, but no finer than the eye could tell."""
    return 200 if dpi <= 150 else max(300, dpi)


HELD_DAMAGE = {
    "cup-ring": (0.25, 0.6),
    "gutter": (0.25, 0.6),
    "photocopy": (0.2, 0.7),
    "wobble": (0.3, 1.2),
}
"""Strengths of the damage that is held out."""
FEEDER = ("wobble",)
"""Damage that only a scanner's feeder does."""
