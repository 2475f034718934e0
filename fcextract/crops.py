"""Small pictures of boxes that a person should look at, cut from the file as submitted.

PyMuPDF is used here, outside ``ingest/``, because the reader has let go of the file by the
time it is known which boxes are in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pymupdf

from fcextract.geometry import Box
from fcextract.inputs import page_files
from fcextract.records import BoxReading, Crop, Entry, Scoresheet, State

#: Pixels per inch, and how many of both sides a crop has at most.
DPI, MOST = 144, 1600
#: Points of a box's surroundings that are shown with it: along the row, and across.
AROUND = (42.0, 9.0)
#: What is no answer, so that a person has to look.
OPEN = (State.UNCERTAIN, State.MISSING)


class Cropper:
    """Cuts pictures out of one file, which is opened at the first call.

    Call it with a page (1-based) and a box of it, as submitted: it gives a grey PNG with
    the box's surroundings, or None where MuPDF cannot show the place.
    """

    def __init__(self, path: Path, password: str | None = None) -> None:
        self._path, self._password = path, password
        self._docs: list[pymupdf.Document] | None = None
        self._list: tuple[int, pymupdf.Page, pymupdf.DisplayList] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None
    ) -> None:
        self._list = None
        for doc in self._docs or ():
            doc.close()

    def __call__(self, page: int, box: Box) -> bytes | None:
        try:
            found = self._page(page)
            return None if found is None else _drawn(*found, box)
        except (RuntimeError, ValueError, OSError, pymupdf.mupdf.FzErrorBase):
            return None

    def _page(self, number: int) -> tuple[pymupdf.Page, pymupdf.DisplayList] | None:
        """The page and what is painted on it; the last one is kept."""
        if self._list is None or self._list[0] != number:
            self._list = None
            if self._docs is None:
                self._docs = []
                self._docs += map(self._opened, _files(self._path))
            index = number - 1
            for doc in self._docs:
                if index < doc.page_count:
                    page = doc[index]
                    self._list = (number, page, page.get_displaylist())
                    break
                index -= doc.page_count
        return self._list and self._list[1:]

    def _opened(self, path: Path) -> pymupdf.Document:
        doc = pymupdf.open(path)
        if doc.needs_pass:
            doc.authenticate(self._password or "")
        return doc


def crop(path: Path, page: int, rect: Box, password: str | None = None) -> bytes | None:
    """One box of the file at ``path`` with its surroundings, as PNG."""
    with Cropper(path, password) as cut:
        return cut(page, rect)


def open_boxes(
    path: Path, sheets: Iterable[Scoresheet], password: str | None = None
) -> tuple[Crop, ...]:
    """Crops of every box of ``sheets`` that is uncertain, or missing from a row that is there,
    as far as the file at ``path`` shows it."""
    with Cropper(path, password) as cut:
        return tuple(
            Crop(place, entry.item.item_id, column, png)
            for place, sheet in enumerate(sheets)
            for entry in sheet.entries
            for column, box in (("self", entry.self_box), ("reviewer", entry.reviewer_box))
            for page, rect in _where(entry, box)
            if (png := cut(page, rect)) is not None
        )


def _where(entry: Entry, box: BoxReading) -> Iterator[tuple[int, Box]]:
    """Where to look for an open box: its place, or else its row."""
    if box.state not in OPEN:
        return
    if box.box is not None and box.page is not None:
        yield box.page, box.box
    elif entry.row is not None and entry.row.band is not None:
        yield entry.row.page, entry.row.band


def _files(path: Path) -> list[Path]:
    return page_files(path) if path.is_dir() else [path]


def _drawn(page: pymupdf.Page, shown: pymupdf.DisplayList, box: Box) -> bytes | None:
    across, down = AROUND
    clip = pymupdf.Rect(box.x0 - across, box.y0 - down, box.x1 + across, box.y1 + down) & page.rect
    if clip.is_empty:
        return None
    scale = min(DPI / 72, MOST / max(clip.width, clip.height))
    pixels = shown.get_pixmap(
        matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csGRAY, clip=clip
    )
    png: bytes = pixels.tobytes("png")
    return png
