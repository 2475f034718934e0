"""Make papers: mark the printed pages, carry them through the recipe, write file and truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from mill.edition import ITEM_IDS
from mill.fill import REGIME_WEIGHTS, REGIMES, Fill, draw_ticks
from mill.paper import damage, files, render, scanner
from mill.paper.boxes import BoxPlace
from mill.paper.kinds import Recipe, draw_recipe
from mill.paper.leaf import Leaf
from mill.paper.marking import Marks, plan_marks, put_marks
from mill.paper.pen import Writer, draw_writer
from mill.paper.photo import photograph
from mill.paper.stock import Blank, blanks
from mill.post import Outcome
from mill.truth import truth_of, write_truth

PER_BLANK = 4
"""Papers made from one blank of a kind."""
_LEAST_CONTRAST = 45
"""Grey levels between the palest ink of a form and the threshold of a one-bit scan: an ink that
the scan loses is not there for anyone to read."""


@dataclass(frozen=True, slots=True)
class Order:
    """One paper to make: the ``number``-th of its kind."""

    seed: int
    kind: str
    number: int

    @property
    def id(self) -> str:
        """Its file's name without ending."""
        return f"{self.kind}-{self.seed}-{self.number:05d}"


def make_papers(orders: Sequence[Order], out: Path, stock: Path) -> Iterator[Path]:
    """Make all; truth files in the order of blanks. Orders whose blank no producer could print
    are left out."""
    out.mkdir(parents=True, exist_ok=True)
    for seed in sorted({o.seed for o in orders}):
        for pen in (False, True):
            mine = [(o, r) for o in orders for r in [recipe_of(o)] if bool(r.pen) == pen]
            mine = [(o, r) for o, r in mine if o.seed == seed]
            numbers = sorted({o.number // PER_BLANK for o, _ in mine})
            found = blanks(seed, numbers, pen, stock)
            by_blank: dict[int, list[tuple[Order, Recipe]]] = defaultdict(list)
            for o, r in mine:
                by_blank[o.number // PER_BLANK].append((o, r))
            for number, blank in found.items():
                wanted = sorted(by_blank[number], key=lambda p: (p[1].print_dpi, p[1].color))
                for order, recipe in wanted:
                    yield make_paper(order, recipe, blank, out)


def recipe_of(order: Order) -> Recipe:
    """What the seed says is to be done."""
    recipe = draw_recipe(order.kind, Random(f"paper/{order.id}"))
    return replace(recipe, kind=order.kind)


def make_paper(order: Order, recipe: Recipe, blank: Blank, out: Path) -> Path:
    """One file and its truth; the truth's path."""
    rng = Random(f"form/{order.id}")
    fill = _fill(blank, rng)
    writers = _writers(recipe, rng)
    marks = plan_marks(_printed(fill, blank), writers, recipe.cancelled, recipe.outside, rng)
    leaves = list(_leaves(recipe, blank, marks, rng))
    path = files.write(leaves, out / order.id, recipe.format, recipe.quality, recipe.stated)
    truth = _truth(order, recipe, blank, fill, marks, leaves, path.name)
    target = out / f"{order.id}.json"
    write_truth(truth, target)
    return target


def _fill(blank: Blank, rng: Random) -> Fill:
    """The blank's own ticks, so that its printed totals hold, or others."""
    fill = blank.spec.fills[0]
    if rng.random() < 0.4:
        return fill
    regime = rng.choices(REGIMES, REGIME_WEIGHTS)[0]
    return replace(fill, regime=regime, ticks=draw_ticks(rng, regime))


def _printed(fill: Fill, blank: Blank) -> dict[str, tuple[bool, bool]]:
    there = {b.item_id for b in blank.boxes}
    return {i: fill.ticks[i] for i in ITEM_IDS if i in there}


def _writers(recipe: Recipe, rng: Random) -> dict[str, Writer]:
    return {column: draw_writer(rng) for column in recipe.pen}


def _leaves(recipe: Recipe, blank: Blank, marks: Marks, rng: Random) -> Iterator[Leaf]:
    empty = render.pages(blank.empty, recipe.print_dpi, recipe.color)
    ticked = render.pages(blank.ticked, recipe.print_dpi, recipe.color)
    threshold = _threshold(recipe, blank, marks, ticked)
    by_page: dict[int, list[BoxPlace]] = defaultdict(list)
    for box in blank.boxes:
        by_page[box.page].append(box)
    for number, (before, after) in enumerate(zip(empty, ticked, strict=True)):
        leaf = Leaf(before.copy(), recipe.print_dpi, {})
        put_marks(leaf, before, after, by_page[number], marks, 0, rng)
        _copy(leaf, recipe, threshold, rng)
        yield leaf


def _threshold(recipe: Recipe, blank: Blank, marks: Marks, ticked: Sequence[render.Image]) -> int:
    if not recipe.bilevel:
        return 0
    inks = [float(np.dot((0.114, 0.587, 0.299), w.pen.bgr)) for w in marks.writers.values()]
    if "printed" in marks.how.values():
        inks += _printed_inks(blank, ticked, recipe.print_dpi / 72)
    return round(max([recipe.bilevel, *(ink + _LEAST_CONTRAST for ink in inks)]))


def _printed_inks(blank: Blank, ticked: Sequence[render.Image], scale: float) -> list[float]:
    """How dark the first printed ticks are, grey levels."""
    inks = []
    for box in blank.boxes[:2]:
        x0, y0, x1, y1 = (round(v * scale) for v in box.tick)
        part = ticked[box.page][y0:y1, x0:x1]
        gray = part if part.ndim == 2 else part.min(axis=2)
        inks.append(float(np.percentile(gray, 10)))
    return inks


def _copy(leaf: Leaf, recipe: Recipe, threshold: int, rng: Random) -> None:
    """Everything between the marked page and the pixels sent in."""
    if recipe.shot:
        shot = replace(recipe.shot, turn=recipe.shot.turn + rng.gauss(0, 0.7))
        photograph(leaf, shot, rng)
    else:
        bed = recipe.bed
        skew = bed.skew + rng.gauss(0, 0.15)
        shift = (bed.shift[0] + rng.gauss(0, 0.4), bed.shift[1] + rng.gauss(0, 0.4))
        scanner.lay_and_sample(leaf, replace(bed, skew=skew, shift=shift), rng)
    for name, strength in recipe.damage.items():
        if strength:
            _DAMAGES[name](leaf, rng, strength)
    if threshold:
        scanner.bilevel(leaf, threshold, rng, recipe.dither)
    else:
        scanner.tone(leaf, recipe.black, recipe.white, recipe.gamma)
        scanner.grain(leaf, recipe.grain, rng)
    scanner.turn(leaf, recipe.turn)


_DAMAGES: dict[str, Any] = {
    "dust": lambda leaf, rng, n: damage.dust(leaf, rng, int(n)),
    "streaks": lambda leaf, rng, n: damage.streaks(leaf, rng, int(n), 0.8),
}


# ------------------------------------------------------------------- truth


def _truth(
    order: Order,
    recipe: Recipe,
    blank: Blank,
    fill: Fill,
    marks: Marks,
    leaves: Sequence[Leaf],
    file: str,
) -> dict[str, Any]:
    outcome = Outcome(page_count=len(leaves))
    for box in blank.boxes:
        outcome.pages[0, box.item_id, box.column] = box.page + 1
    for (item_id, column), how in marks.how.items():
        if how in ("cancelled", "outside"):
            outcome.uncertain.add((0, item_id, column))
            code = {"cancelled": "mark-cancelled", "outside": "mark-outside-box"}[how]
            outcome.codes.append(code)
    spec = replace(blank.spec, fills=(fill,), seed=order.id)
    record = truth_of(spec, outcome, file, blank.version)
    record["id"] = order.id
    record["paper"] = {
        "kind": recipe.kind,
        "dpi": recipe.bed.dpi,
        "format": recipe.format,
        "quality": recipe.quality,
        "stated_dpi": recipe.stated,
        "color": recipe.color,
        "writers": {c: asdict(w) for c, w in marks.writers.items()},
        "steps": [leaf.steps for leaf in leaves],
    }
    _add_marks(record["forms"][0]["items"], marks, leaves)
    return record


def _add_marks(items: dict[str, Any], marks: Marks, leaves: Sequence[Leaf]) -> None:
    for page, leaf in enumerate(leaves, 1):
        for key, quad in leaf.quads.items():
            _, item_id, column = key
            how = marks.how.get((item_id, column), "")
            note = how if how in ("cancelled", "outside") else ""
            if not note and key in leaf.crossed:
                note = "folded"
            items[item_id][f"{column}_box"] = {
                "page": page,
                "quad": [[round(x, 1), round(y, 1)] for x, y in quad.tolist()],
                "how": how or "empty",
                "shape": marks.drawn.get((item_id, column), ""),
                "note": note,
                "grazed": (item_id, column) in marks.grazed,
            }
