"""Files dropped on the page: kept in ``dropped/`` of the results folder, then read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from secrets import token_hex

from fcextract.errors import FileEmptyError, LimitExceededError, UnsupportedFormatError
from fcextract.inputs import KNOWN, InputFile, content_hash
from fcextract.settings import Limits

FOLDER = "dropped"
#: Longest name kept, in characters, its ending included.
LONGEST = 100
#: Characters that some system allows in no name, and those that steer a terminal.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
#: Names that Windows takes for devices.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


async def keep(
    out: Path, given: str, body: AsyncIterator[bytes], standing: Mapping[str, str]
) -> InputFile:
    """Store what ``body`` brings under a name like ``given``; ``standing`` are the sources
    that the folder holds, with the hash of each.

    A file that is there already, under the same name with the same bytes, is taken as it is.

    Raises:
        UnsupportedFormatError, FileEmptyError, LimitExceededError: it is not taken.
    """
    name = safe_name(given)
    folder = out / FOLDER
    folder.mkdir(exist_ok=True)
    aside = folder / f".{token_hex(8)}.part"
    try:
        digest = await _store(aside, name, body)
        source = _free(folder, name, digest, standing)
        if not (folder / source).exists():
            aside.replace(folder / source)
        return InputFile(source, folder / source)
    finally:
        aside.unlink(missing_ok=True)


def safe_name(given: str) -> str:
    """``given`` as the name of a file in one folder on any system: no path, no devices, no
    hidden files.

    Raises:
        UnsupportedFormatError: no reader takes files with its ending.
    """
    name = PureWindowsPath(PurePosixPath(given).name).name
    name = _FORBIDDEN.sub("_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot or f".{ending.lower()}" not in KNOWN:
        known = " ".join(sorted(KNOWN))
        raise UnsupportedFormatError(
            f"“{name[:LONGEST]}”不是能读的文件，没有收下。能读的有：{known}。",
            f"“{name[:LONGEST]}” is no file that can be read, so it was not taken. "
            f"Those that can: {known}.",
        )
    stem = stem.strip(" .")[: LONGEST - len(ending) - 1] or "file"
    return f"{'_' if _DEVICES.match(stem) else ''}{stem}.{ending}"


def _free(folder: Path, name: str, digest: str, standing: Mapping[str, str]) -> str:
    """``name``, or the same with a number, that stands for no other content."""
    stem, _, ending = name.rpartition(".")
    number = 1
    while True:
        source = name if number == 1 else f"{stem} ({number}).{ending}"
        there = folder / source
        if standing.get(source, digest) == digest and (
            not there.exists() or content_hash(there) == digest
        ):
            return source
        number += 1


async def _store(path: Path, name: str, body: AsyncIterator[bytes]) -> str:
    most = Limits().megabytes * 1_000_000
    size, digest = 0, hashlib.sha256()
    with open(path, "wb") as f:
        async for piece in body:
            size += len(piece)
            if size > most:
                raise LimitExceededError(
                    f"{name} 超过 {most // 1_000_000} MB 的上限，没有收下。请降低分辨率或分成几份。",
                    f"{name} is larger than {most // 1_000_000} MB, so it was not taken. "
                    "Lower its resolution or split it.",
                )
            digest.update(piece)
            f.write(piece)
    if not size:
        raise FileEmptyError(
            f"{name} 是空文件，没有收下。请重新导出或重新传送。",
            f"{name} is empty, so it was not taken. Export or send it again.",
        )
    return digest.hexdigest()
