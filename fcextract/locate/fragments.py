"""A table may be cut into fragments of other widths, on one page or over several; where no
vertical rules show them, each fragment has columns of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fcextract.locate.cells import Range
from fcextract.locate.draft import Draft
from fcextract.locate.inferred import NO_COLUMNS, Columns, are_sound, infer_columns
from fcextract.locate.parts import Part, alike, find_parts


class Fragment(NamedTuple):
    """A stretch of rows on one page, from ``top`` to ``bottom``, that share columns."""

    page: int
    top: float
    bottom: float
    columns: Columns


def find_fragments(drafts: Sequence[Draft]) -> tuple[Fragment, ...]:
    """The parts of the table without vertical rules, each with its columns. Parts that
    look alike are measured together, so that a part with few ticks learns from others."""
    parts = [p for d in drafts for p in find_parts(d)]
    groups: list[list[Part]] = []
    for p in parts:
        group = next((g for g in groups if all(alike(q, p) for q in g)), None)
        if group is None:
            groups.append([p])
        else:
            group.append(p)
    found = []
    for group in groups:
        headings = _named(group) or (_named(parts) if len(groups) == 1 else {})
        found.append(infer_columns(group, headings))
    return tuple(
        Fragment(p.draft.page.number, p.bands[0].top, p.bands[-1].bottom, columns)
        for group, own in zip(groups, found, strict=True)
        for columns in (own if own is not NO_COLUMNS else _borrowed(group, found),)
        for p in group
    )


def _borrowed(group: Sequence[Part], found: Sequence[Columns]) -> Columns:
    """Another fragment's columns, where this one's ticks stand in both of its box columns,
    and nowhere else."""
    rows = [(p.draft, b) for p in group for b in p.bands]
    spots = [s for p in group for s in p.spots]
    for columns in found:
        pair = [columns.text.get(role) for role in ("self", "reviewer")]
        cells = [c for c in pair if c is not None]
        held = [sum(c[0] <= s.box.cx <= c[1] for s in spots) for c in cells]
        all_in = len(cells) == 2 and min(held) > 0 and sum(held) == len(spots)
        if all_in and are_sound(cells[0], cells[1], rows, spots):
            return columns
    return NO_COLUMNS


def _named(parts: Sequence[Part]) -> dict[str, Range]:
    """The headings above the first of ``parts`` that has any, by column."""
    return next((p.named for p in parts if p.named), {})
