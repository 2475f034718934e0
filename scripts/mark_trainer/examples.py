"""Patches to learn from: drawn cells, taken through the judge's own finding and aligning."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fcextract.marks.raster.find import find_boxes
from fcextract.marks.raster.ink import view_of
from fcextract.marks.raster.net import Kind
from fcextract.marks.raster.patches import cut_patches
from mark_trainer import cells

#: Cells of one form: enough for the form's usual box to show.
FORM = 24
#: A square found nearer than the first (in sides) to the true box is the box; one further
#: than the second is not, and a lesson in what no box looks like.
NEAR, ASTRAY = 0.15, 0.4


class Examples(NamedTuple):
    """``patches`` (n, PATCH, PATCH) are ink times 255, ``kinds`` (n,) the truth."""

    patches: np.ndarray
    kinds: np.ndarray


def examples(seed: int, forms: int) -> Examples:
    """The patches of ``forms`` drawn forms; boxes that are not found make none."""
    patches, kinds = [], []
    for number in range(forms):
        rng = np.random.default_rng([seed, number])
        drawn = cells.cells(cells.form(rng), FORM, rng)
        images = [c.image for c in drawn]
        views = [view_of(i) for i in images]
        boxes, use = [], []
        for k, (view, found) in enumerate(zip(views, find_boxes(views), strict=True)):
            if found is None:
                continue
            box = tuple(v / view.zoom for v in found.box)
            kind = _kind(drawn[k], box)
            if kind is not None:
                use.append(k)
                boxes.append(box)
                kinds.append(int(kind))
        if use:
            cut = cut_patches([images[k] for k in use], [views[k] for k in use], boxes)
            patches.append(np.clip(cut.ink * 255, 0, 255).astype(np.uint8))
    return Examples(np.concatenate(patches), np.array(kinds, np.uint8))


def _kind(cell: cells.Cell, box: tuple[float, ...]) -> Kind | None:
    """What the square ``box``, found in the crop, holds."""
    x, y = (box[0] + box[2]) / 2 - cell.middle[0], (box[1] + box[3]) / 2 - cell.middle[1]
    away = max(abs(x), abs(y)) / cell.side
    off = max(away, abs((box[2] - box[0]) / cell.side - 1))
    if off > ASTRAY:
        return Kind.FOREIGN
    return cell.kind if off < NEAR else None
