"""What is to be made: the papers of a run, grouped by the blank they are made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random

from mill.paper.held_out import HELD_OUT, axis_of
from mill.paper.kinds import PRINTED_KINDS, draw_recipe
from mill.paper.recipe import FEEDER, HELD_DAMAGE, Recipe
from mill.paper.stock import Pool

HELD_CHOICES = ("mixed", "none", "only")
"""Which papers a run makes: some with a thing that is held out, none, or only those."""
_SEARCHABLE = 0.2
"""Share of scanned PDFs with the words recognised on them."""
PER_BLANK = 2
"""Papers of a kind made from one blank; the kinds share the blanks of a seed."""


@dataclass(frozen=True, slots=True)
class Order:
    """One paper: the ``number``-th of its kind and seed; ``axis`` says what is held out of it."""

    seed: int
    kind: str
    number: int
    axis: str = ""

    @property
    def id(self) -> str:
        """Its file's name without ending."""
        held = f"-{self.axis}" if self.axis else ""
        return f"{self.kind}-{self.seed}-{self.number:05d}{held}"


@dataclass(frozen=True, slots=True)
class Group:
    """Papers made from one blank, with their recipes; those of like rendering together."""

    pool: Pool
    number: int
    papers: tuple[tuple[Order, Recipe], ...]


def orders_of(kind: str, seed: int, numbers: Iterable[int], held_out: str) -> list[Order]:
    """The papers of a run; ``held_out`` is one of :data:`HELD_CHOICES`."""
    orders = []
    for number in numbers:
        axis = "" if held_out == "none" else axis_of(number)
        if kind in PRINTED_KINDS and axis == "pen":
            axis = "font"
        if axis or held_out != "only":
            orders.append(Order(seed, kind, number, axis))
    return orders


def grouped(orders: Iterable[Order]) -> list[Group]:
    """All papers by blank."""
    by_blank: dict[tuple[Pool, int], list[tuple[Order, Recipe]]] = defaultdict(list)
    for order in orders:
        recipe = recipe_of(order)
        pool = Pool(order.seed, bool(recipe.pen), order.axis == "font")
        by_blank[pool, order.number // PER_BLANK].append((order, recipe))
    return [
        Group(pool, number, tuple(sorted(papers, key=lambda p: (p[1].print_dpi, p[1].color))))
        for (pool, number), papers in by_blank.items()
    ]


def recipe_of(order: Order) -> Recipe:
    """What the seed says is to be done."""
    rng = Random(f"paper/{order.id}")
    recipe = replace(draw_recipe(order.kind, rng), kind=order.kind)
    if order.axis == "pen" and not recipe.pen:
        recipe = replace(recipe, pen=("self", "reviewer"))
    if order.axis == "damage":
        name = rng.choice([n for n in HELD_OUT["damage"] if n not in FEEDER or not recipe.shot])
        strength = rng.uniform(*HELD_DAMAGE[name])
        recipe = replace(recipe, damage={**recipe.damage, name: strength})
    hidden = Random(f"hidden/{order.id}").random() < _SEARCHABLE
    return replace(recipe, searchable=hidden and recipe.format.startswith("pdf-"))
