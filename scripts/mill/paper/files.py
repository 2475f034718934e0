"""What is sent in: pages as one file or a folder."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
from PIL import Image as Pictures
from PIL import ImageChops

from mill.paper.leaf import Leaf

FORMATS = (
    "pdf-jpeg",
    "pdf-g4",
    "pdf-flate",
    "tiff-g4",
    "tiff-lzw",
    "tiff-jpeg",
    "folder-jpeg",
    "folder-png",
    "folder-webp",
)
BILEVEL = ("pdf-g4", "tiff-g4")
"""Formats for pages in black and white only."""
_UNSTATED = 72
"""Points an inch: a PDF whose maker knew no resolution takes one pixel for one point."""


def write(leaves: Sequence[Leaf], target: Path, form: str, quality: int, stated: bool) -> Path:
    """Write the pages in format ``form``; the path is ``target`` with its ending, or the folder.
    ``stated`` writes the resolution into the file."""
    if form.startswith("folder-"):
        return _folder(leaves, target, form.removeprefix("folder-"), quality, stated)
    pages = [_picture(leaf, form) for leaf in leaves]
    if form.startswith("tiff-"):
        return _tiff(pages, leaves, target.with_suffix(".tif"), form, quality, stated)
    return _pdf(pages, leaves, target.with_suffix(".pdf"), form, quality, stated)


def _picture(leaf: Leaf, form: str) -> Pictures.Image:
    pixels = leaf.image
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    picture = Pictures.fromarray(pixels)
    return picture.convert("1", dither=Pictures.Dither.NONE) if form in BILEVEL else picture


def _tiff(
    pages: Sequence[Pictures.Image],
    leaves: Sequence[Leaf],
    path: Path,
    form: str,
    quality: int,
    stated: bool,
) -> Path:
    packing = {"tiff-g4": "group4", "tiff-lzw": "tiff_lzw", "tiff-jpeg": "jpeg"}[form]
    extra: dict[str, Any] = {"dpi": (leaves[0].dpi, leaves[0].dpi)} if stated else {}
    if form == "tiff-jpeg":
        extra["quality"] = quality
    first, *rest = pages
    first.save(path, "TIFF", save_all=True, append_images=rest, compression=packing, **extra)
    return path


def _pdf(
    pages: Sequence[Pictures.Image],
    leaves: Sequence[Leaf],
    path: Path,
    form: str,
    quality: int,
    stated: bool,
) -> Path:
    """One image a page and nothing else on it."""
    import pymupdf

    with pymupdf.open() as doc:
        for page, leaf in zip(pages, leaves, strict=True):
            add_picture(doc, page, leaf.dpi if stated else _UNSTATED, form, quality)
        doc.save(path, garbage=1, deflate=form == "pdf-flate")
    return path


def add_picture(doc: Any, picture: Pictures.Image, dpi: float, form: str, quality: int) -> None:
    """A page of a PDF that shows ``picture``."""
    size = [side * 72 / dpi for side in picture.size]
    page = doc.new_page(width=size[0], height=size[1])
    if form == "pdf-g4":
        _add_fax(doc, page, picture)
        return
    packed = io.BytesIO()
    picture.save(packed, "JPEG" if form == "pdf-jpeg" else "PNG", quality=quality)
    page.insert_image(page.rect, stream=packed.getvalue())


def _add_fax(doc: Any, page: Any, picture: Pictures.Image) -> None:
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


def _folder(leaves: Sequence[Leaf], target: Path, kind: str, quality: int, stated: bool) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for number, leaf in enumerate(leaves, 1):
        picture = _picture(leaf, kind)
        extra: dict[str, Any] = {} if kind == "png" else {"quality": quality}
        if stated and kind != "webp":
            extra["dpi"] = (leaf.dpi, leaf.dpi)
        ending = {"jpeg": "jpg"}.get(kind, kind)
        picture.save(target / f"page-{number:02d}.{ending}", kind.upper(), **extra)
    return target
