"""Gradients and shadows as plain fills, in the colour that is seen.

Browsers print headings, buttons and check boxes with both. As MuPDF reports them, a page
with a gradient is a scan, and a box with a shadow is filled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pymupdf

from fcextract.ingest.follow import Followed, Placed, Rect, unturned
from fcextract.scan import Colour

#: Neighbouring pixels of a gradient differ by no more than this, of 255: from black to white
#: within the least box it is 12, and a mark in a picture changes by 50 and more.
STEP = 24
#: The outer part of a place where another tile or what lies beside begins, by its side.
RIM = 0.15
#: The page is looked at for the colour of what is masked at so many pixels per point, and no
#: more than so many along a side.
SEEN_AT, SEEN_ACROSS = 2.0, 4_000


def gradient(placed: Placed) -> dict[str, Any] | None:
    """What ``placed`` paints as a filled rectangle of ``Page.get_cdrawings``; None for a
    picture that is no gradient."""
    if placed.look is None or not _is_even(placed.look):
        return None
    middle = np.median(_inner(placed.look), axis=(0, 1)) / 255.0
    return {
        "items": [("re", placed.rect, 1)],
        "rect": placed.rect,
        "fill": tuple(middle.tolist()),
        "fill_opacity": 1.0,
        "even_odd": False,
        "seqno": placed.seq,
    }


def _inner(look: Colour) -> Colour:
    h, w = (int(n * RIM) for n in look.shape[:2])
    return look[h : look.shape[0] - h, w : look.shape[1] - w]


def _is_even(look: Colour) -> bool:
    """Whether neither the middle changes at once nor a frame stands round it."""
    inner = _inner(look).astype(np.int16)
    steps = (np.abs(np.diff(inner, axis=axis)).max(initial=0) for axis in (0, 1))
    low, high = inner.min(axis=(0, 1)), inner.max(axis=(0, 1))
    slack = STEP + (high - low) / 2
    return max(steps) <= STEP and bool(((look >= low - slack) & (look <= high + slack)).all())


def with_shades(
    page: pymupdf.Page,
    paths: Sequence[Mapping[str, Any]],
    followed: Followed,
    gradients: Sequence[Mapping[str, Any]],
) -> Sequence[Mapping[str, Any]]:
    """``paths`` and ``gradients`` in painting order, without the paths of masks. The rectangles
    that are filled through a mask get the colour seen there: a shadow is a full fill, and its
    mask leaves little of it."""
    if followed.masks:
        paths = [d for d in paths if d["seqno"] not in followed.masks]
    found = {d["seqno"] for d in paths if d["seqno"] in followed.masked and _is_filled(d)}
    if found:
        scale = min(SEEN_AT, SEEN_ACROSS / max(page.rect.width, page.rect.height))
        seen = _drawn(page, scale)
        paths = [
            {**d, "fill": _colour(seen, d["rect"], scale)} if d["seqno"] in found else d
            for d in paths
        ]
    return sorted((*paths, *gradients), key=lambda d: d["seqno"]) if gradients else paths


def _is_filled(d: Mapping[str, Any]) -> bool:
    return d.get("fill") is not None and len(d["items"]) == 1 and d["items"][0][0] == "re"


def _drawn(page: pymupdf.Page, scale: float) -> Colour:
    with unturned(page):
        pixmap = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale))
    return np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width, -1)


def _colour(seen: Colour, rect: Rect, scale: float) -> tuple[float, ...]:
    x0, y0, x1, y1 = (round(v * scale) for v in rect)
    part = seen[max(0, y0) : y1 + 1, max(0, x0) : x1 + 1, :3]
    if not part.size:
        return (1.0, 1.0, 1.0)
    return tuple((np.median(part, axis=(0, 1)) / 255.0).tolist())
