"""One form on paper before it is scanned: a blank, its marks and its handwriting, page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import numpy as np

from mill.edition import ITEM_IDS
from mill.fill import REGIME_WEIGHTS, REGIMES, Fill, draw_ticks
from mill.paper import render
from mill.paper.accidents import before_the_pen
from mill.paper.boxes import BoxPlace
from mill.paper.handwriting import WORDS, room_in_cell, write_words
from mill.paper.hidden_text import take_words
from mill.paper.leaf import Leaf
from mill.paper.marking import CANCELS, ON_ONE_BIT, Marks, plan_marks, put_printed
from mill.paper.pen import draw_writer
from mill.paper.pen_page import put_pen
from mill.paper.recipe import Recipe
from mill.paper.render import Image
from mill.paper.stock import Blank

TEXT_CELLS = {"self": "self_keyword", "reviewer": "reviewer_remark"}
"""The text cell to the right of each box."""
_LINE_HEIGHT = 14.0
"""Points: handwriting keeps within this of its row's middle."""
_OWN_TICKS = 0.4
"""Share of forms with the blank's own ticks, so that its printed totals hold."""


@dataclass(slots=True)
class FilledForm:
    """``index`` is its place in the file; ``words`` is what was written by hand, by (item,
    column of the box to its left)."""

    index: int
    blank: Blank
    fill: Fill
    marks: Marks
    words: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def by_page(self) -> dict[int, list[BoxPlace]]:
        """Its boxes by page."""
        places: dict[int, list[BoxPlace]] = defaultdict(list)
        for box in self.blank.boxes:
            places[box.page].append(box)
        return places


def fill_in(blank: Blank, recipe: Recipe, index: int, axis: str, rng: Random) -> FilledForm:
    """Decide what stands on the form; nothing is drawn yet."""
    fill = blank.spec.fills[0]
    if not recipe.digital and rng.random() > _OWN_TICKS:
        regime = rng.choices(REGIMES, REGIME_WEIGHTS)[0]
        fill = replace(fill, regime=regime, ticks=draw_ticks(rng, regime))
    there = {b.item_id for b in blank.boxes}
    ticks = {i: fill.ticks[i] for i in ITEM_IDS if i in there}
    writers = {column: draw_writer(rng, axis == "pen") for column in recipe.pen}
    marks = plan_marks(ticks, writers, recipe.cancelled, recipe.outside, rng)
    marks.cancels = ON_ONE_BIT if recipe.bilevel else CANCELS
    return FilledForm(index, blank, fill, marks)


def draw_page(form: FilledForm, number: int, recipe: Recipe, rng: Random) -> Leaf:
    """Page ``number`` (from 0) of the form on paper."""
    empty = render.pages(form.blank.empty, recipe.print_dpi, recipe.color)
    ticked = render.pages(form.blank.ticked, recipe.print_dpi, recipe.color)
    leaf = Leaf(empty[number].copy(), recipe.print_dpi, {})
    places = form.by_page[number]
    put_printed(leaf, ticked[number], places, form.marks, form.index)
    if recipe.searchable:
        take_words(leaf, form.blank.empty, number, rng)
    before_the_pen(leaf, recipe.damage, empty[(number + 1) % len(empty)], rng)
    if form.marks.writers:
        if recipe.handwriting:
            _write(leaf, form, empty[number], places, recipe.handwriting, rng)
        put_pen(leaf, empty[number], places, form.marks, rng)
    return leaf


def _write(
    leaf: Leaf,
    form: FilledForm,
    empty: Image,
    places: Sequence[BoxPlace],
    share: float,
    rng: Random,
) -> None:
    """Words into some of the empty text cells of a page; only in tables with all rules, where
    there is no doubt which cell they stand in."""
    layout = form.blank.spec.layout
    if layout.rules != "full" or "self_keyword" not in layout.column_ids:
        return
    gray = empty if empty.ndim == 2 else empty.min(axis=2)
    scale = leaf.dpi / 72
    ends = {(p.item_id, p.column): p.rect[0] * scale for p in places}
    for place in places:
        printed = form.fill.keywords if place.column == "self" else form.fill.remarks
        writer = form.marks.writers.get(place.column)
        if writer is None or printed[place.item_id] or rng.random() > share:
            continue
        far = ends[place.item_id, "reviewer"] if place.column == "self" else leaf.size[0]
        middle = (place.rect[1] + place.rect[3]) / 2 * scale
        height = _LINE_HEIGHT * scale
        room = room_in_cell(gray, place.rect[2] * scale, far, middle, height)
        words = rng.choice(WORDS)
        if room and write_words(leaf, words, room, middle, height, writer, rng):
            form.words[place.item_id, place.column] = words


def palest_ink(form: FilledForm, recipe: Recipe) -> float:
    """Grey level of the palest pen or printed tick on the form; 0 where there is none."""
    inks = [_gray(w.pen.bgr) for w in form.marks.writers.values()]
    if "printed" in form.marks.how.values():
        ticked = render.pages(form.blank.ticked, recipe.print_dpi, recipe.color)
        inks += [_tick_ink(ticked, box, recipe.print_dpi / 72) for box in form.blank.boxes[:2]]
    return max(inks, default=0.0)


def _gray(bgr: Sequence[int]) -> float:
    return 0.114 * bgr[0] + 0.587 * bgr[1] + 0.299 * bgr[2]


def _tick_ink(ticked: Sequence[Image], box: BoxPlace, scale: float) -> float:
    """How dark a printed tick is: the grey level that a tenth of its place is darker than."""
    x0, y0, x1, y1 = (round(v * scale) for v in box.tick)
    part: Any = ticked[box.page][y0:y1, x0:x1]
    return float(np.percentile(part if part.ndim == 2 else part.min(axis=2), 10))
