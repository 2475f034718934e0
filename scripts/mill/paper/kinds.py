"""Kinds of paper, and what is drawn for one form of a kind.

Every figure is a strength on the paper or in the picture; ranges are what the issue lists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from mill.paper.files import BILEVEL
from mill.paper.photo import Shot
from mill.paper.recipe import MOVES, Recipe, print_dpi
from mill.paper.scanner import Bed


def draw_recipe(kind: str, rng: Random) -> Recipe:
    """The recipe of one form."""
    return KINDS[kind](rng)


_PHOTO_PRINT_DPI = 240
"""As fine as the finest picture shows a page of A4."""


def _gray_format(rng: Random) -> str:
    return rng.choices(
        (
            "pdf-jpeg",
            "tiff-lzw",
            "tiff-jpeg",
            "pdf-flate",
            "folder-png",
            "folder-jpeg",
            "folder-webp",
        ),
        (8, 2, 2, 1, 1, 1, 1),
    )[0]


def _shift(rng: Random, reach: float) -> tuple[float, float]:
    return rng.uniform(-reach, reach), rng.uniform(-reach, reach)


def _clean(rng: Random, pen: tuple[str, ...]) -> Recipe:
    """200 dpi and up, from a good scanner."""
    dpi = rng.choices((200, 240, 300, 400, 600), (8, 2, 6, 1.5, 0.5))[0]
    mode = rng.choices(("gray", "color", "bilevel"), (5, 4, 2))[0]
    color = mode == "color" and dpi <= 300
    bed = Bed(
        dpi,
        skew=rng.uniform(-1.2, 1.2),
        scale=rng.uniform(0.98, 1.01),
        shift=_shift(rng, 3),
        blur=rng.uniform(0.3, 0.7),
    )
    bilevel = mode == "bilevel"
    return Recipe(
        "",
        pen,
        print_dpi(dpi),
        color,
        bed,
        rng.choice(("pdf-g4", "tiff-g4", "pdf-flate")) if bilevel else _gray_format(rng),
        quality=rng.randrange(65, 93),
        stated=rng.random() < 0.85,
        bilevel=rng.randrange(150, 200) if bilevel else 0,
        black=rng.uniform(5, 40),
        white=rng.uniform(240, 255),
        grain=rng.uniform(0.5, 3),
        damage={"dust": rng.randrange(0, 4)},
    )


def _scan_printed(rng: Random) -> Recipe:
    return _clean(rng, ())


def _scan_pen(rng: Random) -> Recipe:
    return _with_corrections(_clean(rng, _pen_columns(rng)), rng)


def _rough(rng: Random) -> Recipe:
    """150 dpi, JPEG 40, skew to 3 degrees, dust."""
    bed = Bed(
        150,
        skew=rng.uniform(-3, 3),
        scale=rng.uniform(0.96, 1.02),
        stretch=(rng.uniform(0.99, 1.01), 1.0),
        shift=_shift(rng, 4),
        blur=rng.uniform(0.5, 0.9),
    )
    recipe = Recipe(
        "",
        _any_columns(rng),
        print_dpi(150),
        rng.random() < 0.4,
        bed,
        rng.choices(("pdf-jpeg", "folder-jpeg", "tiff-jpeg"), (6, 1, 1))[0],
        quality=40,
        stated=rng.random() < 0.8,
        black=rng.uniform(15, 60),
        white=rng.uniform(225, 252),
        grain=rng.uniform(2, 6),
        damage={"dust": rng.randrange(30, 160)},
    )
    return _with_corrections(recipe, rng)


def _fax(rng: Random) -> Recipe:
    """One-bit, 200 dpi: a wavering threshold, specks and streaks along the feed."""
    bed = Bed(
        200,
        skew=rng.uniform(-2, 2),
        scale=rng.uniform(0.96, 1.0),
        stretch=(1.0, rng.uniform(0.99, 1.01)),
        shift=_shift(rng, 4),
        blur=rng.uniform(0.4, 0.8),
    )
    recipe = Recipe(
        "",
        _any_columns(rng),
        print_dpi(200),
        False,
        bed,
        rng.choice(("pdf-g4", "tiff-g4")),
        stated=rng.random() < 0.8,
        bilevel=rng.randrange(150, 195),
        dither=rng.uniform(3, 13),
        damage={"dust": rng.randrange(20, 120), "streaks": rng.choices((0, 1, 2), (6, 2, 1))[0]},
    )
    return _with_corrections(recipe, rng)


def _low(rng: Random) -> Recipe:
    """100 to 120 dpi, rough."""
    bed = Bed(
        rng.choice((100, 110, 120)),
        skew=rng.uniform(-3, 3),
        scale=rng.uniform(0.97, 1.03),
        shift=_shift(rng, 4),
        blur=rng.uniform(0.4, 0.7),
    )
    recipe = Recipe(
        "",
        _any_columns(rng),
        print_dpi(120),
        rng.random() < 0.4,
        bed,
        rng.choices(("pdf-jpeg", "folder-jpeg", "folder-webp"), (6, 2, 1))[0],
        quality=rng.randrange(30, 51),
        stated=rng.random() < 0.7,
        black=rng.uniform(15, 60),
        white=rng.uniform(225, 252),
        grain=rng.uniform(2, 5),
        damage={"dust": rng.randrange(10, 80)},
    )
    return _with_corrections(recipe, rng)


def _photo(rng: Random) -> Recipe:
    """A telephone's camera over a desk."""
    tint = rng.choice(((1.0, 1.0, 1.0), (0.82, 0.93, 1.0), (1.0, 0.96, 0.9)))
    shot = Shot(
        pixels=rng.choice((2600, 3000, 3400)),
        fill=rng.uniform(0.82, 0.95),
        tilt=rng.uniform(0.01, 0.06),
        curl=rng.uniform(0.0, 0.012),
        turn=rng.uniform(-4, 4),
        shadow=rng.choice((0.0, rng.uniform(0.1, 0.45))),
        tint=tint,
        desk=rng.randrange(20),
    )
    recipe = Recipe(
        "",
        _any_columns(rng),
        _PHOTO_PRINT_DPI,
        rng.random() < 0.85,
        Bed(_PHOTO_PRINT_DPI),
        rng.choices(("folder-jpeg", "pdf-jpeg", "folder-webp"), (6, 3, 1))[0],
        quality=rng.randrange(60, 90),
        stated=False,
        black=rng.uniform(10, 50),
        white=rng.uniform(215, 250),
        grain=rng.uniform(2, 6),
        turn=rng.choice((0, 0, 90, 270)),
        exif=rng.random() < 0.6,
        shot=shot,
    )
    return _with_corrections(recipe, rng)


def _turned(rng: Random) -> Recipe:
    """Turned, skewed to 5 degrees, scaled, stretched, shifted, cropped or with the lid showing."""
    dpi = rng.choice((150, 200, 200, 300))
    crop = rng.random() < 0.25
    margin = 0.0 if crop else rng.choice((0.0, rng.uniform(2, 12)))
    stretch = [1.0, 1.0]
    stretch[rng.randrange(2)] = rng.uniform(0.98, 1.02)
    bed = Bed(
        dpi,
        skew=rng.uniform(-5, 5),
        scale=rng.uniform(0.9, 1.05 if margin or crop else 1.0),
        stretch=(stretch[0], stretch[1]),
        shift=_shift(rng, 6),
        margin=margin,
        lid=rng.choice(("white", "grey", "black", "black")),
        blur=rng.uniform(0.3, 0.7),
        crop=crop,
    )
    bilevel = rng.random() < 0.2
    recipe = Recipe(
        "",
        _any_columns(rng),
        print_dpi(dpi),
        rng.random() < 0.4 and not bilevel,
        bed,
        rng.choice(BILEVEL) if bilevel else _gray_format(rng),
        quality=rng.randrange(50, 90),
        stated=rng.random() < 0.8,
        bilevel=rng.randrange(150, 195) if bilevel else 0,
        black=rng.uniform(5, 40),
        white=rng.uniform(235, 255),
        grain=rng.uniform(0.5, 3),
        turn=rng.choice((0, 90, 180, 270)),
        turned=rng.choice((1.0, 1.0, 0.5)),
        damage={"dust": rng.randrange(0, 10)},
    )
    return _with_corrections(recipe, rng)


def _damaged(rng: Random) -> Recipe:
    """Stamped, folded, streaked, stained, punched, pale: one to three of these."""
    recipe = _clean(rng, _any_columns(rng))
    chosen = rng.sample(sorted(_HARM), rng.choice((1, 1, 2, 3)))
    if recipe.bilevel:
        chosen = [name for name in chosen if name not in _NEEDS_GREY]
    if recipe.color and rng.random() < 0.5:
        chosen.append("seal")
    damage = {name: _HARM[name](rng) for name in chosen}
    recipe = replace(recipe, damage=damage | recipe.damage)
    return _with_corrections(recipe, rng)


_HARM: dict[str, Callable[[Random], float]] = {
    "streaks": lambda rng: rng.randrange(1, 5),
    "folds": lambda rng: rng.randrange(1, 4),
    "stains": lambda rng: rng.randrange(1, 5),
    "punch-holes": lambda rng: rng.choice((25, 250, 120)),
    "staple": lambda rng: 1,
    "uneven-light": lambda rng: rng.uniform(0.15, 0.5),
    "seal": lambda rng: rng.uniform(0.5, 0.95),
    "light-toner": lambda rng: rng.uniform(0.25, 0.65),
    "bleed-through": lambda rng: rng.uniform(0.08, 0.25),
}
_NEEDS_GREY = ("uneven-light", "stains", "light-toner", "bleed-through")
"""Damage that one threshold would turn into black areas, or into nothing."""


def _corrected(rng: Random) -> Recipe:
    """Many marks taken back or beside their box, and words written into the text cells."""
    recipe = _clean(rng, ("self", "reviewer"))
    return replace(
        recipe,
        cancelled=rng.randrange(5, 15),
        outside=rng.randrange(4, 11),
        handwriting=rng.uniform(0.05, 0.25),
    )


def _bundle(rng: Random) -> Recipe:
    """What a pile of paper is like: one of :data:`MOVES`, or two forms in one scan."""
    recipe = _clean(rng, _any_columns(rng))
    moved = rng.choice(("", *MOVES))
    return replace(recipe, moved=moved, forms=1 if moved else 2)


def _mixed(rng: Random) -> Recipe:
    """A PDF with some pages as printed to PDF and some scanned."""
    recipe = _clean(rng, _any_columns(rng))
    form = "pdf-g4" if recipe.bilevel else rng.choice(("pdf-jpeg", "pdf-flate"))
    return replace(recipe, format=form, digital=rng.uniform(0.2, 0.8))


def _pen_columns(rng: Random) -> tuple[str, ...]:
    return rng.choices((("self", "reviewer"), ("reviewer",)), (3, 1))[0]


def _any_columns(rng: Random) -> tuple[str, ...]:
    return _pen_columns(rng) if rng.random() < 0.55 else ()


def _with_corrections(recipe: Recipe, rng: Random) -> Recipe:
    """A few marks taken back or put beside their box, and some words, in some forms."""
    if not recipe.pen:
        return recipe
    cancelled = rng.randrange(1, 5) if rng.random() < 0.3 else 0
    outside = rng.randrange(1, 4) if rng.random() < 0.25 else 0
    words = rng.uniform(0.02, 0.15) if rng.random() < 0.4 else 0.0
    return replace(recipe, cancelled=cancelled, outside=outside, handwriting=words)


KINDS: dict[str, Callable[[Random], Recipe]] = {
    "scan-printed": _scan_printed,
    "scan-pen": _scan_pen,
    "rough": _rough,
    "fax": _fax,
    "low": _low,
    "photo": _photo,
    "turned": _turned,
    "damaged": _damaged,
    "corrected": _corrected,
    "bundle": _bundle,
    "mixed": _mixed,
}
PRINTED_KINDS = ("scan-printed",)
"""Kinds that no pen touches."""
