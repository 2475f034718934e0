"""The truth beside each paper, in the shape of the digital mill's, with notes on every box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from mill.paper.files import Digital
from mill.paper.filled import TEXT_CELLS, FilledForm
from mill.paper.leaf import Leaf
from mill.paper.order import Order
from mill.paper.recipe import Recipe
from mill.post import Outcome
from mill.truth import truth_of

Place = tuple[int, int]
"""Form in the file and page of the form, from 0."""

CODES = {"cancelled": "mark-cancelled", "outside": "mark-outside-box"}
_MOVES = {"shuffle": "page-order", "reverse": "page-order", "duplicate": "page-repeated"}


def paper_truth(
    order: Order,
    recipe: Recipe,
    forms: Sequence[FilledForm],
    shown: Sequence[Place],
    pages: Sequence[Leaf | Digital],
    file: str,
) -> dict[str, Any]:
    """The record of one paper; ``shown`` says which page of which form each of ``pages`` is."""
    records = [_form_record(order, recipe, form, shown, file) for form in forms]
    record = records[0]
    record["forms"] = [r["forms"][0] for r in records]
    record |= {"id": order.id, "steps": [recipe.moved] if recipe.moved else []}
    record["paper"] = {
        "kind": recipe.kind,
        "held_out": order.axis,
        "dpi": recipe.bed.dpi if not recipe.shot else None,
        "format": recipe.format,
        "quality": recipe.quality,
        "stated_dpi": recipe.stated,
        "color": recipe.color,
        "searchable": recipe.searchable,
        "font": forms[0].blank.spec.layout.font,
        "writers": [{c: asdict(w) for c, w in f.marks.writers.items()} for f in forms],
        "steps": [p.steps if isinstance(p, Leaf) else [{"step": "digital"}] for p in pages],
    }
    for form, form_record in zip(forms, record["forms"], strict=True):
        _note_boxes(form_record["items"], form, pages)
        for item_id, column in form.words:
            item = form_record["items"][item_id]
            if item["page"] is not None:
                item[f"{TEXT_CELLS[column]}_by"] = "hand"
    return record


def _form_record(
    order: Order, recipe: Recipe, form: FilledForm, shown: Sequence[Place], file: str
) -> dict[str, Any]:
    outcome = Outcome(page_count=len(shown))
    first = {place: number for number, place in reversed(list(enumerate(shown, 1)))}
    for box in form.blank.boxes:
        outcome.pages[0, box.item_id, box.column] = first.get((form.index, box.page), 0)
    for (item_id, column), how in form.marks.how.items():
        drawn = (item_id, column) not in form.marks.dropped
        if how in CODES and drawn and outcome.pages[0, item_id, column]:
            outcome.uncertain.add((0, item_id, column))
            outcome.codes.append(CODES[how])
    natural = [place for place in shown if place[0] == form.index]
    if recipe.moved in _MOVES and (recipe.moved == "duplicate" or natural != sorted(natural)):
        outcome.codes.append(_MOVES[recipe.moved])
    spec = replace(form.blank.spec, fills=(_as_written(form),), seed=order.id)
    return truth_of(spec, outcome, file, form.blank.version)


def _as_written(form: FilledForm) -> Any:
    """The fill with what was written by hand; a box beside which there was no room stays empty."""
    fill = form.fill
    keywords, remarks, ticks = dict(fill.keywords), dict(fill.remarks), dict(fill.ticks)
    for (item_id, column), words in form.words.items():
        (keywords if column == "self" else remarks)[item_id] = words
    for item_id, column in form.marks.dropped:
        mine, other = ticks[item_id]
        ticks[item_id] = (False, other) if column == "self" else (mine, False)
    return replace(fill, ticks=ticks, keywords=keywords, remarks=remarks)


def _note_boxes(items: dict[str, Any], form: FilledForm, pages: Sequence[Leaf | Digital]) -> None:
    """Where each box is in the pixels sent in, and what stands there. On a page sent twice it is
    the first that counts."""
    for number, page in reversed(list(enumerate(pages, 1))):
        if isinstance(page, Digital):
            continue
        for key, quad in page.quads.items():
            index, item_id, column = key
            if index != form.index:
                continue
            name = (item_id, column)
            how = form.marks.how.get(name, "empty") if name not in form.marks.dropped else "empty"
            note = how if how in CODES else "folded" if key in page.crossed else ""
            items[item_id][f"{column}_box"] = {
                "page": number,
                "quad": [[round(x, 1), round(y, 1)] for x, y in quad.tolist()],
                "how": how,
                "shape": form.marks.drawn.get(name, ""),
                "note": note,
                "grazed": name in form.marks.grazed,
            }
