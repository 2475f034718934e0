"""What the network learns from: drawn sheets, as the judge shows them to it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fcextract.marks.raster.blank import blank_of
from fcextract.marks.raster.ink import view_of
from fcextract.marks.raster.net import BLANK, Kind, network_view, pictures
from fcextract.marks.raster.patches import Patches, patches_at
from mark_trainer.sheet import cells as cells_of
from mark_trainer.style import sheet

#: Errors of the edges that the judge finds: pixels of the scan, and a share of the side. One
#: box in so many is found this many times worse.
PIXELS, SHARE, WORSE, SELDOM = 0.3, 0.015, 3.0, 0.1
#: Of so many boxes a place beside them is looked at: this many sides away, which no box is.
ASTRAY, AWAY = 0.02, (0.4, 1.3)
#: Of some sheets only the boxes are shown, without what the sheet says of itself; of some of
#: these each with its own frame for the blank box, as a box that is asked about alone is shown.
ALONE, OWN_FRAME = 0.3, 0.6


class Examples(NamedTuple):
    """``pictures`` (n, INPUT, INPUT, PICTURES) are ink times 255, ``kinds`` (n,) the truth."""

    pictures: np.ndarray
    kinds: np.ndarray


def examples(seed: int, sheets: int) -> Examples:
    """The examples of ``sheets`` drawn sheets."""
    made = [_of_sheet(np.random.default_rng([seed, n])) for n in range(sheets)]
    shown, kinds = zip(*made, strict=True)
    return Examples(np.concatenate(shown), np.concatenate(kinds))


def _of_sheet(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    cells = cells_of(sheet(rng), rng)
    images = [c.image for c in cells]
    kinds = [c.kind for c in cells]
    boxes = np.array([c.box for c in cells])
    for k in range(len(cells)):
        boxes[k], kinds[k] = _found(boxes[k], kinds[k], rng)
    cut = patches_at(images, [view_of(i) for i in images], boxes, np.zeros(len(boxes)))
    ink, cold = network_view(cut.ink), network_view(cut.cold)
    shown = pictures(ink, cold, np.array([c.hand for c in cells]))
    if rng.random() < ALONE:
        shown[..., 2:] = 0.0
        if rng.random() < OWN_FRAME:
            shown[..., BLANK] = network_view(np.stack([own_frame(cut, k) for k in range(len(boxes))]))  # fmt: skip
    use = np.array([k is not None for k in kinds])
    truth = np.array([k for k in kinds if k is not None], np.uint8)
    return np.clip(shown[use] * 255, 0, 255).astype(np.uint8), truth


def own_frame(cut: Patches, k: int) -> np.ndarray:
    """The blank box as the judge makes it out of one box alone."""
    alone = Patches(*(part[k : k + 1] for part in cut))
    return blank_of(alone, bilevel=False).explained


def _found(
    box: np.ndarray, kind: Kind | None, rng: np.random.Generator
) -> tuple[np.ndarray, Kind | None]:
    """A box as the judge may find it, and what is there."""
    side = box[3] - box[1]
    error = rng.normal(0, PIXELS, 4) + rng.normal(0, SHARE * side, 4)
    if rng.random() < SELDOM:
        error *= WORSE
    if rng.random() < ASTRAY:
        angle = rng.uniform(0, 2 * np.pi)
        away = rng.uniform(*AWAY) * side * np.array([np.cos(angle), np.sin(angle)])
        return box + np.tile(away, 2), Kind.FOREIGN
    return box + error, kind
