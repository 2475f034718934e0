"""File to document: upright pages with the objects on them.

``READERS`` is the one place where a format is registered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fcextract.errors import (
    FileEmptyError,
    FileMissingError,
    LimitExceededError,
    UnsupportedFormatError,
)
from fcextract.ingest.pdf import read_pdf
from fcextract.ingest.raster import read_picture, scanned_pages
from fcextract.ingest.transcript import read_transcript
from fcextract.inputs import IMAGES, TEXTS, page_files, pages_hash
from fcextract.records import Document, Page
from fcextract.settings import Limits

Reader = Callable[[Path, str | None, Limits], tuple[Page, ...]]


def _transcript(path: Path, password: str | None, limits: Limits) -> tuple[Page, ...]:
    return read_transcript(path)


def _pdf(path: Path, password: str | None, limits: Limits) -> tuple[Page, ...]:
    return scanned_pages(path, password, read_pdf(path, password, limits), limits)


#: How each kind of file is read. A file's kind is told by its first bytes, then by its
#: ending.
READERS: dict[str, Reader] = {"pdf": _pdf, "picture": read_picture, "transcript": _transcript}
ENDINGS = {
    ".pdf": "pdf",
    **dict.fromkeys(IMAGES, "picture"),
    **dict.fromkeys(TEXTS, "transcript"),
}
#: First bytes of PNG, JPEG and both kinds of TIFF.
PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
#: A PDF may begin with some bytes that are not its own (ISO 32000-2, annex I).
HEADER_WITHIN = 1024


def ingest(
    path: Path, source: str, password: str | None = None, limits: Limits | None = None
) -> Document:
    """Read the file at ``path``; ``source`` is what results call it.

    Raises:
        FcextractError: the file cannot be read; the subclass says why.
    """
    limits = limits or Limits()
    if path.is_dir():
        return _folder(path, source, limits)
    data = _bytes(path, limits)
    kind = _kind(path, data)
    pages = READERS[kind](path, password, limits)
    return Document(source, hashlib.sha256(data).hexdigest(), kind, pages)


def _folder(path: Path, source: str, limits: Limits) -> Document:
    """The pictures in a folder as the pages of one form, by name; numbers in names count."""
    files = page_files(path)
    if not files:
        raise FileMissingError(
            f"文件夹 {path.name} 里没有页面图像，没有内容可读。请核对路径。",
            f"The folder {path.name} holds no pictures of pages; there is nothing to read. Check "
            "its path.",
        )
    hashes: dict[str, str] = {}
    pages: list[Page] = []
    for f in files:
        hashes[f.name] = hashlib.sha256(_bytes(f, limits)).hexdigest()
        pages += [replace(p, number=len(pages) + p.number) for p in read_picture(f, None, limits)]
    return Document(source, pages_hash(hashes), "pictures", tuple(pages))


def _bytes(path: Path, limits: Limits) -> bytes:
    try:
        if not path.is_file():  # a pipe or a device may never end
            path.stat()
            raise OSError(None, "not a file")
        size = path.stat().st_size
        if size > limits.megabytes * 1_000_000:
            raise LimitExceededError(
                f"文件有 {size // 1_000_000} MB，超过上限 {limits.megabytes} MB，未读取。"
                "请压缩或拆分后再提交。",
                f"The file has {size // 1_000_000} MB, more than the limit of {limits.megabytes} MB, "
                "and was not read. Compress or split it.",
            )
        data = path.read_bytes()
    except OSError as e:
        why = e.strerror or type(e).__name__
        raise FileMissingError(
            f"打不开文件 {path.name}（{why}）。请核对路径和权限。",
            f"The file {path.name} cannot be opened ({why}). Check its path and permissions.",
        ) from e
    if not data:
        raise FileEmptyError(
            f"文件 {path.name} 是空的（0 字节），没有内容可读。请重新导出或重新上传。",
            f"The file {path.name} is empty (0 bytes); there is nothing to read. Export or upload "
            "it again.",
        )
    return data


def _kind(path: Path, data: bytes) -> str:
    if b"%PDF-" in data[:HEADER_WITHIN]:
        return "pdf"
    if data.startswith(PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "picture"
    kind = ENDINGS.get(path.suffix.lower())
    if kind is None or (
        kind == "transcript" and b"\0" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff")
    ):
        ending = path.suffix or "（无）"
        raise UnsupportedFormatError(
            f"不支持的文件格式（后缀 {ending}），无法读取。请提交 PDF、图像（.tif、.png、.jpg、.webp），"
            "或含复选框的文本（.txt、.md、.html）。",
            f"This kind of file (ending {path.suffix or 'none'}) is not read. Submit a PDF, a "
            "picture (.tif, .png, .jpg, .webp), or a transcript with check boxes (.txt, .md, "
            ".html).",
        )
    return kind
