"""What is sent in: pages as one file or a folder."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
from PIL import Image as Pictures
from PIL import ImageChops

from mill.paper.hidden_text import write_words
from mill.paper.leaf import Leaf

BILEVEL = ("pdf-g4", "tiff-g4")
"""Formats for pages in black and white only."""
_TIFF_PACKING = {"g4": "group4", "lzw": "tiff_lzw", "jpeg": "jpeg"}
_ORIENTATION = 0x0112
"""EXIF tag."""
_UNSTATED = 72
"""Points an inch: a PDF whose maker knew no resolution takes one pixel for one point."""


@dataclass(frozen=True, slots=True)
class Digital:
    """A page that goes into a PDF as it was printed: its file and place there, from 0."""

    path: Path
    number: int


@dataclass(frozen=True, slots=True)
class Format:
    """How pages are packed: a container (``pdf``, ``tiff``, ``folder``) and what is in it
    (``jpeg``, ``g4``, ``flate``, ``lzw``, ``png``, ``webp``), as in ``pdf-jpeg``; the quality of
    lossy packing; whether the resolution is ``stated`` in the file."""

    name: str
    quality: int = 80
    stated: bool = True

    @property
    def container(self) -> str:
        """What the pages are put into."""
        return self.name.split("-")[0]

    @property
    def packing(self) -> str:
        """How each page is packed."""
        return self.name.split("-")[1]


def write(pages: Sequence[Leaf | Digital], target: Path, form: Format) -> Path:
    """Write the pages; the path is ``target`` with its ending, or the folder. Only a PDF takes
    pages as they were printed."""
    if form.container == "pdf":
        return _pdf(pages, target.with_suffix(".pdf"), form)
    leaves = [page for page in pages if isinstance(page, Leaf)]
    if form.container == "tiff":
        return _tiff(leaves, target.with_suffix(".tif"), form)
    return _folder(leaves, target, form)


def _picture(leaf: Leaf, form: Format) -> Pictures.Image:
    pixels = leaf.image
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    picture = Pictures.fromarray(pixels)
    if form.name in BILEVEL:
        return picture.convert("1", dither=Pictures.Dither.NONE)
    return picture


def _tiff(leaves: Sequence[Leaf], path: Path, form: Format) -> Path:
    extra: dict[str, Any] = {"compression": _TIFF_PACKING[form.packing]}
    if form.stated:
        extra["dpi"] = (leaves[0].dpi, leaves[0].dpi)
    if form.packing == "jpeg":
        extra["quality"] = form.quality
    first, *rest = (_picture(leaf, form) for leaf in leaves)
    first.save(path, "TIFF", save_all=True, append_images=rest, **extra)
    return path


def _pdf(pages: Sequence[Leaf | Digital], path: Path, form: Format) -> Path:
    """Scanned pages are one image each, and the words recognised on it if there are any."""
    import pymupdf

    with pymupdf.open() as doc:
        for page in pages:
            if isinstance(page, Leaf):
                _add_leaf(doc, page, form)
            else:
                with pymupdf.open(page.path) as printed:
                    doc.insert_pdf(printed, from_page=page.number, to_page=page.number)
        doc.save(path, garbage=1, deflate=form.packing == "flate")
    return path


def _add_leaf(doc: Any, leaf: Leaf, form: Format) -> None:
    picture = _picture(leaf, form)
    dpi = leaf.dpi if form.stated else _UNSTATED
    page = doc.new_page(width=picture.width * 72 / dpi, height=picture.height * 72 / dpi)
    if form.packing == "g4":
        _add_g4(doc, page, picture)
    else:
        packed = io.BytesIO()
        picture.save(packed, "JPEG" if form.packing == "jpeg" else "PNG", quality=form.quality)
        page.insert_image(page.rect, stream=packed.getvalue())
    write_words(page, leaf)


def _add_g4(doc: Any, page: Any, picture: Pictures.Image) -> None:
    """The library would unpack G4; the compressed strip is put in as it is. Pillow packs white
    as the second colour, where a PDF has black: so it is given the negative."""
    packed = io.BytesIO()
    ImageChops.invert(picture).save(packed, "TIFF", compression="group4", strip_size=1 << 30)
    strip = _strip(packed.getvalue())
    xref = doc.get_new_xref()
    w, h = picture.size
    doc.update_object(xref, "<<>>")
    doc.update_stream(xref, strip, new=1, compress=0)
    doc.update_object(
        xref,
        f"<</Type/XObject/Subtype/Image/Width {w}/Height {h}/BitsPerComponent 1"
        f"/ColorSpace/DeviceGray/Length {len(strip)}/Filter/CCITTFaxDecode"
        f"/DecodeParms<</K -1/Columns {w}/Rows {h}>>>>",
    )
    contents = doc.get_new_xref()
    doc.update_object(contents, "<<>>")
    box = page.rect
    doc.update_stream(contents, f"q {box.width} 0 0 {box.height} 0 0 cm /S Do Q".encode(), new=1)
    doc.xref_set_key(page.xref, "Resources", f"<</XObject<</S {xref} 0 R>>>>")
    doc.xref_set_key(page.xref, "Contents", f"{contents} 0 R")


def _strip(tiff: bytes) -> bytes:
    """The only strip of a TIFF file."""
    with Pictures.open(io.BytesIO(tiff)) as picture:
        tags = picture.tag_v2  # type: ignore[attr-defined]
        offsets, counts = tags[273], tags[279]
    if len(offsets) != 1:
        raise ValueError(f"{len(offsets)} strips")
    return tiff[offsets[0] : offsets[0] + counts[0]]


def _folder(leaves: Sequence[Leaf], target: Path, form: Format) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    ending = {"jpeg": "jpg"}.get(form.packing, form.packing)
    for number, leaf in enumerate(leaves, 1):
        extra: dict[str, Any] = {} if form.packing == "png" else {"quality": form.quality}
        if form.stated and form.packing != "webp":
            extra["dpi"] = (leaf.dpi, leaf.dpi)
        if leaf.shown_turn:
            extra["exif"] = _turn_tag(leaf.shown_turn)
        path = target / f"page-{number:02d}.{ending}"
        _picture(leaf, form).save(path, form.packing.upper(), **extra)
    return target


def _turn_tag(degrees: int) -> Pictures.Exif:
    """The tag Orientation for a clockwise turn."""
    tags = Pictures.Exif()
    tags[_ORIENTATION] = {90: 6, 180: 3, 270: 8}[degrees]
    return tags
