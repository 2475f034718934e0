"""Pages and parts of pages as pictures, drawn on one thread and remembered."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from fcextract.crops import Cropper
from fcextract.errors import FileMissingError
from fcextract.geometry import Box
from fcextract.inputs import content_hash
from fcextract.review.desk import Spread
from fcextract.review.places import FAR

#: Bytes of pictures remembered; a page has about 200 kB, a box 5 kB.
REMEMBERED = 64_000_000
#: Files kept open; a person looks at one form at a time, a gallery at several.
OPEN = 4
WHOLE = Box(0.0, 0.0, FAR, FAR)


class Easel:
    """Draws parts of submitted files. Not thread-safe, as PDFium is not."""

    def __init__(self, password: str | None = None) -> None:
        self._password = password
        self._open: OrderedDict[Path, Cropper] = OrderedDict()
        self._looked: dict[Path, tuple[tuple[float, int], str]] = {}
        self._drawn: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._bytes = 0

    def close(self) -> None:
        """Let go of the files."""
        while self._open:
            self._open.popitem()[1].close()

    def draw(self, spread: Spread, dpi: float) -> bytes:
        """The picture, upright, as PNG.

        Raises:
            FileMissingError: the file is gone, has changed since it was read, or does not
                open.
        """
        key = spread, dpi
        if key not in self._drawn:
            where = spread.page, spread.rect or WHOLE
            cut = self._file(spread)(*where, (0.0, 0.0), dpi, spread.turn)
            if cut is None:
                raise _not_shown(spread.path)
            self._remember(key, cut)
        self._drawn.move_to_end(key)
        return self._drawn[key]

    def size(self, spread: Spread) -> tuple[float, float] | None:
        """Width and height of the page as submitted, in points; None where it cannot be
        shown."""
        try:
            return self._file(spread).size(spread.page)
        except FileMissingError:
            return None

    def _file(self, spread: Spread) -> Cropper:
        path = spread.path
        if self._hash(path) != spread.sha256:
            raise _not_the_same(path)
        if path not in self._open:
            if len(self._open) == OPEN:
                self._open.popitem(last=False)[1].close()
            self._open[path] = Cropper(path, self._password)
        self._open.move_to_end(path)
        return self._open[path]

    def _hash(self, path: Path) -> str:
        """The file's content hash, worked out again only where it looks changed."""
        try:
            stat = path.stat()
        except OSError:
            raise _not_there(path) from None
        seen = stat.st_mtime, stat.st_size
        if path not in self._looked or self._looked[path][0] != seen:
            if path in self._open:
                self._open.pop(path).close()
            self._looked[path] = seen, content_hash(path)
        return self._looked[path][1]

    def _remember(self, key: tuple[object, ...], png: bytes) -> None:
        self._drawn[key] = png
        self._bytes += len(png)
        while self._bytes > REMEMBERED:
            self._bytes -= len(self._drawn.popitem(last=False)[1])


def _not_there(path: Path) -> FileMissingError:
    return FileMissingError(
        f"原件 {path.name} 不在读取时的位置，因此看不到页面；判读结果仍在台账里。"
        "请把文件放回原处，或用 fcextract batch 重新读取。",
        f"The original {path.name} is no longer where it was read, so its pages cannot be shown; "
        "what was read is in the ledger. Put it back, or read it again with fcextract batch.",
    )


def _not_the_same(path: Path) -> FileMissingError:
    return FileMissingError(
        f"原件 {path.name} 在读取之后被改动过，框的位置已不可靠，因此不显示页面。"
        "请用 fcextract batch 重新读取。",
        f"The original {path.name} was changed after it was read, so places on it mean nothing "
        "and it is not shown. Read it again with fcextract batch.",
    )


def _not_shown(path: Path) -> FileMissingError:
    return FileMissingError(
        f"原件 {path.name} 的这一页无法显示（文字稿没有版面；加密的文件要在启动时用 --password 给出密码）。",
        f"This page of {path.name} cannot be shown (a transcript has no pages; an encrypted file "
        "needs its password, given with --password at the start).",
    )
