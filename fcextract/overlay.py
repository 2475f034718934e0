"""The submitted pages with every box outlined in its state's colour.

PyMuPDF is used here, outside ``ingest/``, because the outlines are drawn into the
submitted PDF itself: text stays text and nothing is rendered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import groupby
from pathlib import Path, PurePath
from typing import NamedTuple

import numpy as np
import pymupdf
from PIL import Image

from fcextract.errors import (
    DamagedFileError,
    ExportError,
    FcextractError,
    FileMissingError,
    UsageError,
)
from fcextract.geometry import Box
from fcextract.ingest.raster import UNSTATED, picture_frames
from fcextract.inputs import IMAGES, content_hash, page_files
from fcextract.records import AuditedSheet, BoxReading, State
from fcextract.scan import POINTS_PER_INCH
from fcextract.settings import Limits

#: Outline colours as red, green, blue from 0 to 1. The doubtful one is thick and has a cross,
#: so that it stands out for people who see no red or green too; no pen is green.
COLORS = {
    State.CHECKED: (0.0, 0.6, 0.25),
    State.EMPTY: (0.55, 0.55, 0.55),
    State.UNCERTAIN: (0.95, 0.45, 0.0),
}
#: Points between a box and its outline, so that the printed frame stays visible.
GAP = 1.5
WIDTHS = {State.CHECKED: 1.4, State.EMPTY: 0.7, State.UNCERTAIN: 1.8}
#: A box that a person corrected has its outline dashed, in points on and off.
DASHES = "[3 1.5] 0"


class Outline(NamedTuple):
    """One box to outline: page (1-based), place as submitted, state, and whether a person
    gave it that."""

    page: int
    box: Box
    state: State
    corrected: bool = False


class Overlaid(NamedTuple):
    """What came of a results folder: the files written, and the sources that have none with
    the reason."""

    written: tuple[Path, ...]
    skipped: tuple[tuple[str, FcextractError], ...]


def outlines(sheets: Iterable[AuditedSheet]) -> Iterator[Outline]:
    """Every box of ``sheets`` that has a place, extra rows included."""
    for audited in sheets:
        sheet = audited.sheet
        readings: list[BoxReading] = []
        for entry in sheet.entries:
            readings += [entry.self_box, entry.reviewer_box]
        for extra in sheet.extras:
            readings += [extra.row.self_box, extra.row.reviewer_box]
        for r in readings:
            if r.box is not None and r.page is not None and r.state in COLORS:
                yield Outline(r.page, r.box, r.state, r.read_as is not None)


def write_overlay(
    path: Path, out: Path, sheets: Iterable[AuditedSheet], password: str | None = None
) -> int:
    """Write ``path``'s pages with the boxes of ``sheets`` outlined to the PDF ``out``.
    Gives the number of boxes.

    Raises:
        UsageError: the file has no places (a transcript), or ``out`` is the file itself.
        ExportError: ``out`` cannot be written.
    """
    found = list(outlines(sheets))
    if not found:
        raise _no_places(path)
    if out.exists() and out.samefile(path):
        raise _same_file(path)
    with _opened(path, password) as doc:
        for outline in found:
            _draw(doc[outline.page - 1], outline)
        _save(doc, out)
    return len(found)


def overlay_results(out: Path, folder: Path, password: str | None = None) -> Overlaid:
    """Outline every file of the results folder ``out``, corrections included, into PDFs of
    the same names under ``folder``.

    Raises:
        LedgerError: ``out`` is no results folder.
    """
    from fcextract.ledger import Ledger
    from fcextract.results import collected

    with Ledger.open(out) as ledger, collected(ledger) as found:
        places = {s.source: (Path(s.path), s.sha256) for s in ledger.standings()}
        return _overlay_all(found.sheets, places, folder, password)


def _overlay_all(
    forms: Iterable[AuditedSheet],
    places: Mapping[str, tuple[Path, str]],
    folder: Path,
    password: str | None,
) -> Overlaid:
    written: list[Path] = []
    skipped: list[tuple[str, FcextractError]] = []
    taken: set[Path] = set()
    originals = {path.resolve() for path, _ in places.values()}
    for source, sheets in groupby(forms, key=lambda s: s.sheet.source):
        path, sha256 = places[source]
        target = _target(folder, source, taken)
        try:
            if content_hash(path) != sha256:
                raise _not_the_file(path)
            if target.resolve() in originals:
                raise _same_file(target)
            write_overlay(path, target, sheets, password)
            written.append(target)
        except FcextractError as e:
            skipped.append((source, e))
    return Overlaid(tuple(written), tuple(skipped))


def _target(folder: Path, source: str, taken: set[Path]) -> Path:
    """Where the outlined ``source`` goes: under ``folder`` whatever its name says, and not
    where another one went."""
    parts = [p for p in PurePath(source).parts if p not in ("..", PurePath(source).anchor)]
    wanted = folder.joinpath(*parts)
    name, n = wanted.stem, 1
    target = wanted.with_name(f"{name}.pdf")
    while target in taken:
        n += 1
        target = wanted.with_name(f"{name}~{n}.pdf")
    taken.add(target)
    return target


def _opened(path: Path, password: str | None) -> pymupdf.Document:
    """The file as a PDF; pictures become pages of their own size, those of a folder the pages
    of one PDF."""
    if not path.is_dir():
        return _as_pdf(path, password)
    whole = pymupdf.open()
    for file in page_files(path):
        with _as_pdf(file, password) as doc:
            whole.insert_pdf(doc)
    return whole


def _as_pdf(path: Path, password: str | None) -> pymupdf.Document:
    try:
        doc = pymupdf.open(path)
        if doc.needs_pass:
            doc.authenticate(password or "")
        if not doc.is_pdf:
            doc = pymupdf.open("pdf", doc.convert_to_pdf())
    except RuntimeError as e:
        if path.suffix.lower() in IMAGES:
            return _placed(path)
        raise _unopened(path, e) from e
    return doc


def _placed(path: Path) -> pymupdf.Document:
    """A picture of a kind that MuPDF does not know, on pages as it would make them."""
    doc = pymupdf.open()
    try:
        for pixels in picture_frames(path, Limits()):
            per_point = (pixels.stated or UNSTATED) / POINTS_PER_INCH
            height, width = pixels.colour.shape[:2]
            page = doc.new_page(width=width / per_point, height=height / per_point)
            colour = pixels.colour if pixels.colour.ndim == 2 else pixels.colour[:, :, ::-1]
            data = BytesIO()
            Image.fromarray(np.ascontiguousarray(colour)).save(data, "JPEG", quality=90)
            page.insert_image(page.rect, stream=data.getvalue())
    except DamagedFileError as e:
        raise _unopened(path, e) from e
    return doc


def _unopened(path: Path, e: Exception) -> DamagedFileError:
    return DamagedFileError(
        f"{path.name} 无法作为 PDF 打开（{e}），画不出描框。请另存为新的 PDF 后再试。",
        f"{path.name} cannot be opened as PDF ({e}), so nothing can be drawn on it. "
        "Save it as a new PDF and try again.",
    )


def _draw(page: pymupdf.Page, outline: Outline) -> None:
    state = outline.state
    rect = pymupdf.Rect(*outline.box.grow(GAP)) * page.derotation_matrix
    rect.normalize()
    dashes = DASHES if outline.corrected else None
    page.draw_rect(rect, color=COLORS[state], width=WIDTHS[state], dashes=dashes, overlay=True)
    if state is State.UNCERTAIN:
        page.draw_line(rect.tl, rect.br, color=COLORS[state], width=0.6)
        page.draw_line(rect.bl, rect.tr, color=COLORS[state], width=0.6)


def _save(doc: pymupdf.Document, out: Path) -> None:
    from fcextract.export.files import whole

    with whole(out) as aside:
        try:
            doc.save(aside, garbage=1, deflate=True, encryption=pymupdf.PDF_ENCRYPT_KEEP)
        except RuntimeError as e:
            raise ExportError(
                f"无法写出 {out}（{e}）。请用 -o 换一个位置，或先把原文件另存为新的 PDF。",
                f"Cannot write {out} ({e}). Name another place with -o, or save the file as a new "
                "PDF first.",
            ) from e


def _no_places(path: Path) -> UsageError:
    return UsageError(
        f"{path.name} 里没有一个框有版面位置（文字稿没有版面），因此无处描框。请改用 PDF 或图像。",
        f"No box in {path.name} has a place on a page (a transcript has no pages), so there is "
        "nothing to outline. Use a PDF or a picture.",
    )


def _not_the_file(path: Path) -> FileMissingError:
    return FileMissingError(
        f"{path.name} 已不在原处，或内容已改变，与当时读取的不是同一份，因此没有描框。"
        "请放回原件，或重新运行 fcextract batch。",
        f"{path.name} is no longer in its place, or is not the file that was read, so nothing was "
        "drawn on it. Put it back, or run fcextract batch again.",
    )


def _same_file(path: Path) -> UsageError:
    return UsageError(
        f"-o 指向了 {path.name} 本身，写出会毁掉原件。请用 -o 换一个文件名。",
        f"-o names {path.name} itself, and writing would destroy the original. "
        "Name another file with -o.",
    )
