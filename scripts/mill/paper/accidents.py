"""Damage by name: how a recipe's strengths are put on a page."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from mill.paper import damage, scanner
from mill.paper.leaf import Leaf
from mill.paper.render import Image

Accident = Callable[[Leaf, Random, float], None]


def _seal(leaf: Leaf, rng: Random, opacity: float) -> None:
    """Over the rows: near one of the boxes, where there are any."""
    w, h = leaf.size
    near = (rng.uniform(0.3, 0.7) * w, rng.uniform(0.3, 0.7) * h)
    if leaf.quads:
        x, y = leaf.quads[rng.choice(sorted(leaf.quads))].mean(axis=0).tolist()
        near = (x + leaf.px(rng.uniform(-15, 15)), y + leaf.px(rng.uniform(-15, 15)))
    damage.seal(leaf, rng, near, opacity)


ACCIDENTS: dict[str, Accident] = {
    "dust": lambda leaf, rng, n: damage.dust(leaf, rng, int(n)),
    "streaks": lambda leaf, rng, n: damage.streaks(leaf, rng, int(n), rng.uniform(0.4, 0.9)),
    "folds": lambda leaf, rng, n: damage.folds(leaf, rng, int(n), rng.uniform(0.3, 0.9)),
    "stains": lambda leaf, rng, n: damage.stains(leaf, rng, int(n), rng.uniform(0.2, 0.5)),
    "cup-ring": damage.cup_ring,
    "punch-holes": lambda leaf, rng, lid: damage.punch_holes(leaf, rng, int(lid)),
    "staple": lambda leaf, rng, _: damage.staple(leaf, rng),
    "uneven-light": damage.uneven_light,
    "gutter": damage.gutter,
    "seal": _seal,
    "photocopy": damage.photocopy,
    "wobble": scanner.wobble,
}
"""After the scan; light toner comes before the pen, bleed-through needs the page's back."""

TONER = "light-toner"
BACK = "bleed-through"


def before_the_pen(leaf: Leaf, strengths: dict[str, float], back: Image, rng: Random) -> None:
    """What the paper is like when the pen comes."""
    if strengths.get(TONER):
        damage.light_toner(leaf, rng, strengths[TONER])
    if strengths.get(BACK):
        damage.bleed_through(leaf, back, strengths[BACK])


def after_the_scan(leaf: Leaf, strengths: dict[str, float], rng: Random) -> None:
    """Everything else, in the recipe's order."""
    for name, strength in strengths.items():
        if name in ACCIDENTS and strength:
            ACCIDENTS[name](leaf, rng, strength)
