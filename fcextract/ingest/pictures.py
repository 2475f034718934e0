"""Placed images of a PDF page, the small ones measured on their own pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import cv2
import numpy as np
import pymupdf

from fcextract.ingest.follow import MOST_PIXELS, Followed, Placed
from fcextract.ingest.paths import LARGE, Turn
from fcextract.ingest.shades import gradient
from fcextract.records import Picture
from fcextract.scan import Grey, ink_along_sides

#: Grey below this is ink, opacity from this on is opaque (of 255). Paper in the small
#: pictures seen is 250 and more, the lightest tick 150.
INK_BELOW = 200
OPAQUE_FROM = 64
#: A box's frame lies along the edges of its ink within this share of its side.
EDGE = 0.12


class Measure(NamedTuple):
    """See :class:`fcextract.records.Picture`."""

    ink: float
    core: float
    ring: float


UNMEASURED = Measure(-1.0, -1.0, -1.0)


class Painted(NamedTuple):
    """What a page paints but text and paths: its pictures, and as paths its gradients."""

    pictures: tuple[Picture, ...]
    gradients: tuple[Mapping[str, Any], ...]


def read_pictures(
    doc: pymupdf.Document, page: pymupdf.Page, turn: Turn, followed: Followed
) -> Painted:
    """All placed images of ``page``, in upright page points."""
    infos = page.get_image_info() if followed.placed else []
    if len(followed.placed) != len(infos):
        followed = followed._replace(placed=tuple(Placed(-1, i["bbox"], None) for i in infos))
    pixels = max((i["width"] * i["height"] for i in infos), default=0)
    if any(turn(*i["bbox"]).side <= LARGE for i in infos) and pixels < MOST_PIXELS:
        infos = page.get_image_info(xrefs=True)
    measured: dict[int, Measure] = {}
    pictures: list[Picture] = []
    gradients: list[Mapping[str, Any]] = []
    for info, placed in zip(infos, followed.placed, strict=True):
        shade = gradient(placed)
        if shade is not None:
            gradients.append(shade)
        elif not placed.hidden:
            found = _measured(doc, page, info, placed, measured)
            seen = placed.look is not None or placed.cut
            box = turn(*(placed.rect if seen else info["bbox"]))
            pictures.append(Picture(box, info.get("digest", b"").hex(), *found, placed.seq))
    return Painted(tuple(pictures), tuple(gradients))


def _measured(
    doc: pymupdf.Document,
    page: pymupdf.Page,
    info: Mapping[str, Any],
    placed: Placed,
    known: dict[int, Measure],
) -> Measure:
    """What a picture shows; only small ones are measured. ``known`` are those measured before,
    by their number in the file."""
    x0, y0, x1, y1 = placed.rect if placed.look is not None else info["bbox"]
    if max(x1 - x0, y1 - y0) > LARGE or placed.cut:
        return UNMEASURED
    if placed.look is not None:
        return measure(cv2.cvtColor(placed.look, cv2.COLOR_RGB2GRAY) < INK_BELOW)
    xref = info.get("xref", 0)
    if not xref:
        return _measure_shown(page, info["bbox"])
    if xref not in known:
        known[xref] = _measure_image(doc, xref)
    return known[xref]


def _measure_shown(page: pymupdf.Page, bbox: tuple[float, float, float, float]) -> Measure:
    """What an image shows in the middle of its place, where its own pixels cannot be had
    (inline images, images of annotations). What lies below it shows too, so there is no
    telling a box of its own."""
    box = pymupdf.Rect(bbox) * page.rotation_matrix
    core = pymupdf.Rect(
        box.x0 + box.width / 4,
        box.y0 + box.height / 4,
        box.x1 - box.width / 4,
        box.y1 - box.height / 4,
    )
    if core.is_empty or core.width * core.height < 1.0:
        return UNMEASURED
    grey = _grey(page.get_pixmap(matrix=pymupdf.Matrix(4, 4), clip=core, colorspace=pymupdf.csGRAY))
    ink = float(np.mean(grey < INK_BELOW)) if grey.size else -1.0
    return Measure(ink, ink, -1.0)


def _measure_image(doc: pymupdf.Document, xref: int) -> Measure:
    try:
        grey = _grey(pymupdf.Pixmap(doc, xref))
        alpha = _opacity(doc, xref)
    except (RuntimeError, ValueError):
        return UNMEASURED
    if alpha is None:
        return measure(grey < INK_BELOW)
    if alpha.size == 0:
        return UNMEASURED
    shape = max(grey.shape, alpha.shape, key=lambda size: size[0] * size[1])
    grey, alpha = _resized(grey, shape), _resized(alpha, shape)
    return measure((grey < INK_BELOW) & (alpha >= OPAQUE_FROM))


def _opacity(doc: pymupdf.Document, xref: int) -> Grey | None:
    """How opaque each pixel of an image is: of its soft mask or its stencil mask, whose
    pixels say where it paints (ISO 32000-1, 8.9.6). None where it has neither; empty where
    colours are masked, which is not measured."""
    for key in ("SMask", "Mask"):
        kind, value = doc.xref_get_key(xref, key)
        if kind == "xref":
            return _grey(pymupdf.Pixmap(doc, int(value.split()[0])))
        if kind == "array":
            return np.empty((0, 0), np.uint8)
    return None


def _resized(image: Grey, shape: tuple[int, ...]) -> Grey:
    """The image at ``shape`` (height, width), each pixel that of its place."""
    return cv2.resize(image, shape[::-1], interpolation=cv2.INTER_NEAREST)


def _grey(pixmap: pymupdf.Pixmap) -> Grey:
    if pixmap.colorspace is not None and pixmap.colorspace.n != 1:
        pixmap = pymupdf.Pixmap(pymupdf.csGRAY, pixmap)
    flat = np.frombuffer(pixmap.samples, np.uint8)
    return flat.reshape(pixmap.height, pixmap.width, -1)[..., 0]


def measure(ink: np.ndarray) -> Measure:
    """Measures of a boolean image of ink, of shape (height, width)."""
    ys, xs = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(ys):
        return Measure(0.0, 0.0, 0.0)
    part = ink[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
    h, w = part.shape
    core = part[h // 4 : h - h // 4, w // 4 : w - w // 4]
    ring = ink_along_sides(part, EDGE)
    return Measure(float(ink.mean()), float(core.mean()) if core.size else 0.0, ring)
