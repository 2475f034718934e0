"""What an exported table shows of the submitted files: pictures of boxes, links to pages."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from fcextract.inputs import content_hash
from fcextract.records import Entry, Scoresheet

if TYPE_CHECKING:  # what draws pages is heavy, and most exports draw none
    from fcextract.crops import Cropper, Spot

#: So many pictures are cut out of files for one export: each page that one is cut from has
#: to be drawn, which takes up to a tenth of a second.
MOST_CUT = 1000
#: Points shown beside a box, along its row and across it, and beside a row.
AROUND, AROUND_ROW = (100.0, 8.0), (4.0, 3.0)
DPI = 110.0

#: A picture that was kept when the file was read: of (sheet, item id, column).
Kept = Callable[[Scoresheet, str, str], bytes | None]


class Evidence:
    """Pictures and links for the forms of one export.

    Args:
        files: where each source is, as far as it is known.
        folder: the folder that the export is written to; links start there.
        kept: gives pictures that were kept. Where it is given, no file is opened: files get
            lost, and may be hostile.
        password: of encrypted files.
    """

    def __init__(
        self,
        files: Mapping[str, Path] | None = None,
        folder: Path | None = None,
        kept: Kept | None = None,
        password: str | None = None,
    ) -> None:
        self._files, self._folder, self._kept = files or {}, folder, kept
        self._password = password
        self._left = MOST_CUT
        self._source: str | None = None
        self._cropper: Cropper | None = None
        self._turns: tuple[Scoresheet | None, dict[int, int]] = (None, {})

    def __enter__(self) -> Evidence:
        return self

    def __exit__(self, *_: object) -> None:
        self._open(None)

    def picture(self, sheet: Scoresheet, entry: Entry, column: str) -> bytes | None:
        """The box of ``entry`` in ``column`` with what stands beside it, as PNG; its whole row
        where ``column`` is empty."""
        if self._kept is not None:
            return self._kept(sheet, entry.item.item_id, column)
        from fcextract.crops import row_spot, spot, turns

        if self._left <= 0:
            return None
        if self._turns[0] is not sheet:
            self._turns = (sheet, turns(sheet))
        upright = self._turns[1]
        place = spot(entry, column, upright) if column else row_spot(entry, upright)
        return self._cut(sheet, place) if place is not None else None

    def link(self, source: str, page: int | None) -> str | None:
        """The address of a page of a submitted file, for a spreadsheet; None where the file
        is not known."""
        path = self._files.get(source)
        if path is None or self._folder is None or page is None:
            return None
        try:
            place = Path(os.path.relpath(path, self._folder)).as_posix()
        except ValueError:  # on another drive
            place = path.as_posix()
        part = f"#page={page}" if path.suffix.lower() == ".pdf" else ""
        # Spreadsheets take Han characters as they are, and want the others escaped.
        escaped = "".join(c if ord(c) > 127 else quote(c, safe="/:") for c in place)
        return f"external:{escaped}{part}"

    def _cut(self, sheet: Scoresheet, place: Spot) -> bytes | None:
        self._open(sheet)
        if self._cropper is None:
            return None
        self._left -= 1
        whole_row = place.box.side > 3 * min(place.box.width, place.box.height)
        around = AROUND_ROW if whole_row else AROUND
        return self._cropper(place.page, place.box, around, DPI, place.turn, not whole_row)

    def _open(self, sheet: Scoresheet | None) -> None:
        """Have the file of ``sheet`` open, and no other; not if it is no longer what was
        read."""
        source = sheet.source if sheet else None
        if source == self._source:
            return
        if self._cropper is not None:
            self._cropper.close()
        self._source, self._cropper = source, None
        path = self._files.get(source) if source else None
        if sheet and path is not None and content_hash(path) == sheet.sha256:
            from fcextract.crops import Cropper

            self._cropper = Cropper(path, self._password)
