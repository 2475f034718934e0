"""Patches that lie on one another: boxes registered on their frames.

Patches are first cut where the box was found, to a pixel; its four edges are then measured
in all patches at once and the patches cut again. Where the box is no square, all are shifted
to lie on what most of them look like.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.marks.raster.ink import Floats, View
from fcextract.marks.raster.patches import (
    FAINTEST,
    FIRST,
    LAST,
    PATCH,
    SIDE,
    Patches,
    in_patch,
    ink_round,
    patches_at,
)
from fcextract.marks.raster.records import Rect
from fcextract.records import CellImage

#: Edges are sought this far from where the box was found, in patch pixels.
REACH = 6
#: A side's darkest lies this close behind its outer edge, in patch pixels.
WIDTH = 4
#: An edge is where the ink, going inwards, passes half of the side's darkest.
HALF = 0.5
#: A side less dark than this share of what is usual is not seen: ticks that are printed as dark
#: squares stand beside light frames.
FAINT = 0.3
#: Rules are registered to a patch pixel.
RULE = 1
#: Under a mark a box is sought where its like stand: a frame that fits this much better, as a
#: share of a whole one, is worth going :data:`REACH` for.
PULL = 0.3
#: Boxes that are no squares are laid on one another so often, with so many pixels of paper round
#: them, which counts for this much.
ROUNDS, NEAR, PAPER = 2, 3, 0.5
#: A box that is fitted to within so many of its sides of where its like stand has not moved.
STAYS = 0.1
#: A box's width and height differ by less than this share of its side, and both from the form's
#: usual ones, or its edges are not believed.
SAME_SIDE, OWN_SIDE = 0.12, 0.12


def cut_patches(
    images: Sequence[CellImage],
    views: Sequence[View],
    boxes: Sequence[Rect],
    *,
    known: NDArray[np.bool_] | None = None,
    placed: NDArray[np.bool_] | None = None,
    square: bool = True,
    level: float | None = None,
) -> Patches:
    """The patches round ``boxes`` (crop pixels, as found), registered on their frames: by their
    four sides where they are ``square``, elsewhere by what the boxes look like. Those that are
    ``known`` (n,) stand where they were found and need show no frame, for those that are
    ``placed`` (n,) see :class:`Patches`. ``level`` is the ink of
    the form's blank frames, where that is known."""
    found = np.array(boxes, np.float64).reshape(-1, 4)
    rough = np.stack([ink_round(v, b) for v, b in zip(views, found, strict=True)])
    cells = np.array([i.cell for i in images], np.float64)
    _clear_rules(rough, in_patch(cells, found))
    known = np.zeros(len(found), bool) if known is None else known
    fitted, residual = found.copy(), np.zeros(len(found))
    if square:
        edges, seen = _edges(rough, level)
        fitted, residual = _fit(found, np.array([i.dpi for i in images]), edges, seen, rough, level)
    elif not known.all():
        fitted += _shifts(rough, ~known) * (found[:, 2:3] - found[:, :1]) / SIDE
    if placed is not None:
        # Found where the form's boxes stand, and there again: sides that a mark hides are no doubt.
        moved = np.abs(fitted - found).max(axis=1) / np.maximum(found[:, 2] - found[:, 0], 1.0)
        residual = np.where(placed & (moved <= STAYS), np.minimum(residual, moved), residual)
    fitted[known], residual[known] = found[known], 0.0
    return patches_at(images, views, fitted, residual, known, placed)


def _clear_rules(ink: Floats, cells: NDArray[np.float64]) -> None:
    """Blank what lies outside the cells (n, 4), so that no rule is taken for a box's side."""
    for patch, (x0, y0, x1, y1) in zip(ink, np.clip(np.round(cells), 0, PATCH), strict=True):
        patch[: int(y0) + RULE] = patch[max(0, int(y1) - RULE) :] = 0.0
        patch[:, : int(x0) + RULE] = patch[:, max(0, int(x1) - RULE) :] = 0.0


def _edges(ink: Floats, level: float | None) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(n, 4) how far in patch pixels each outer edge (left, top, right, bottom) lies inwards
    of the patch's square, negative outwards, and whether it was seen."""
    lo, hi = FIRST + SIDE // 4, LAST - SIDE // 4  # round corners and their strokes aside
    a, b = FIRST - REACH, FIRST + REACH
    flipped = ink[:, ::-1, ::-1]
    strips = np.stack(
        [
            ink[:, lo:hi, a:b].transpose(0, 2, 1),
            ink[:, a:b, lo:hi],
            flipped[:, lo:hi, a:b].transpose(0, 2, 1),
            flipped[:, a:b, lo:hi],
        ],
        axis=1,
    )
    profile = np.median(strips, axis=3)  # (n, 4, 2 * REACH), from outside in
    return _crossing(profile, level)


def _crossing(
    profile: NDArray[np.floating], frame: float | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Of all places where ink begins on the way in, the one nearest to where it should."""
    n = profile.shape[2] - WIDTH
    peak = np.max([profile[:, :, k : k + n] for k in range(WIDTH)], axis=0)
    usual = frame or np.median(peak[:, :, REACH - 1 : REACH + 2].max(axis=2))
    level = HALF * peak[:, :, 1:]
    before, after = profile[:, :, : n - 1], profile[:, :, 1:n]
    starts = (before < level) & (after >= level) & (peak[:, :, 1:] >= max(FAINTEST, FAINT * usual))
    # Step k lies between the centres of pixels k and k + 1.
    place = np.arange(n - 1) + 1 - REACH
    distance = np.where(starts, np.abs(place), np.inf)
    best = distance.argmin(axis=2)[:, :, None]
    b, a, lv = (np.take_along_axis(v, best, 2)[:, :, 0] for v in (before, after, level))
    share = np.clip((lv - b) / np.maximum(a - b, 1e-6), 0.0, 1.0)
    return place[best[:, :, 0]] + share - 0.5, np.isfinite(distance.min(axis=2))


def _fit(
    found: NDArray[np.float64],
    dpi: NDArray[np.float64],
    edges: NDArray[np.float64],
    seen: NDArray[np.bool_],
    rough: Floats,
    level: float | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Boxes in crop pixels: their edges as measured, where all four are seen and make a
    square; elsewhere a square of the form's usual size, put where it fits the ink best."""
    unit = (found[:, 2:] - found[:, :2]) / SIDE
    patch = np.array([FIRST, FIRST, LAST, LAST], np.float64)
    measured = np.where(seen, patch + edges * (1.0, 1.0, -1.0, -1.0), np.nan)
    spans = measured[:, 2:] - measured[:, :2]
    usual = _usual_spans(spans * unit / dpi[:, None], unit[:, 0] / dpi) * dpi[:, None] / unit
    good = _square(spans) & (np.abs(spans / usual - 1.0) <= OWN_SIDE).all(axis=1)
    fitted = measured.copy()
    for k in np.flatnonzero(~good):
        fitted[k] = _best_ring(rough[k], usual[k], level)
    off = np.where(seen, np.abs(measured - fitted), SAME_SIDE * SIDE)
    boxes = np.tile(found[:, :2], 2) + (fitted - FIRST) * np.tile(unit, 2)
    # One side may be hidden by a mark; the second worst must be where it should.
    return boxes, np.sort(off, axis=1)[:, 2] / SIDE


def _square(spans: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a width and a height (n, 2) were measured and are about the same."""
    return np.abs(spans[:, 0] / spans[:, 1] - 1.0) <= SAME_SIDE


def _usual_spans(spans: NDArray[np.float64], found: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) for every box the width and height, in inches, that boxes found as large as it
    usually have; what was found where none of them was measured."""
    square, out = _square(spans), np.stack([found, found], axis=1) * SIDE
    for size in np.unique(found):
        like = square & (np.abs(found / size - 1.0) <= SAME_SIDE)
        if like.any():
            out[found == size] = np.median(spans[like], axis=0)
    return out


def _shifts(rough: Floats, framed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(n, 4) how far each box lies from the middle of its patch, in patch pixels, by what most
    boxes that are ``framed`` look like there."""
    out = np.zeros((len(rough), 2))
    for _ in range(ROUNDS):
        moved = [
            cv2.warpAffine(p, np.array([[1, 0, -x], [0, 1, -y]], np.float64), (PATCH, PATCH))
            for p, (x, y) in zip(rough, out, strict=True)
        ]
        usual = np.median(np.array(moved)[framed], axis=0)[
            FIRST - NEAR : LAST + NEAR, REACH : PATCH - REACH
        ]
        if usual.max() < FAINTEST:
            break
        kernel = np.where(usual > HALF * usual.max(), usual, -usual.mean()).astype(np.float32)
        kernel[kernel > 0] /= kernel[kernel > 0].sum()
        kernel[kernel < 0] /= -kernel[kernel < 0].sum() / PAPER
        most = float(np.median(usual[kernel > 0]))
        for k, patch in enumerate(rough):
            a, b = FIRST - NEAR - REACH, LAST + NEAR + REACH
            part = np.minimum(patch[a:b], most) / most
            out[k] = _nearest(cv2.matchTemplate(part, kernel, cv2.TM_CCORR))
    return np.tile(out, (1, 2))


def _nearest(score: Floats) -> tuple[float, float]:
    """Where a score is best, from its middle, in x and y; what is far from there is worth less."""
    at = np.arange(len(score)) - len(score) // 2
    pulled = score - PULL * ((at[None] / REACH) ** 2 + (at[:, None] / REACH) ** 2)
    y, x = divmod(int(pulled.argmax()), score.shape[1])
    return float(at[x]), float(at[y])


def _best_ring(
    ink: Floats, spans: NDArray[np.float64], level: float | None
) -> tuple[float, float, float, float]:
    """Where in a patch a frame of the given width and height lies best: inked itself, and
    paper all round. Up to ``level``, the ink of frames, more ink is more of a frame: a pale tick
    fits no dark one."""
    # At most so large that the frame can be sought all round.
    w, h = (min(round(float(v)), PATCH - 2 * (REACH + WIDTH)) for v in spans)
    ring = np.full((h + 2 * WIDTH, w + 2 * WIDTH), -1.0, np.float32)
    ring[WIDTH // 2 : -WIDTH // 2, WIDTH // 2 : -WIDTH // 2] = 0.0  # the blur of the frame
    outside = ring < 0
    ring[WIDTH:-WIDTH, WIDTH:-WIDTH] = 1.0
    ring[WIDTH + 2 : -WIDTH - 2, WIDTH + 2 : -WIDTH - 2] = 0.0
    frame = ring > 0
    ring[frame] /= frame.sum()
    ring[outside] /= outside.sum()
    usual = level or (float(np.median(ink[ink > FAINTEST])) if (ink > FAINTEST).any() else 0.0)
    usual = max(FAINTEST, usual)
    score = cv2.matchTemplate(np.minimum(ink, usual), ring, cv2.TM_CCORR)
    y, x = ((PATCH - n) // 2 - WIDTH for n in (h, w))
    part = score[y - REACH : y + REACH + 1, x - REACH : x + REACH + 1]
    dx, dy = _nearest(np.asarray(part / usual, np.float32))
    x0, y0 = x + dx + WIDTH, y + dy + WIDTH
    return x0, y0, x0 + float(spans[0]), y0 + float(spans[1])
