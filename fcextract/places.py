"""Where files are: paths, or addresses of other storage (``s3://…``) that fsspec opens.

An address is text with ``://`` in it; everything else is a path. fsspec comes with the
extra ``dask``; the file system behind an address may need a package of its own (s3fs).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any

from fcextract.errors import FileMissingError, LimitExceededError, UsageError
from fcextract.settings import Limits

Place = Path | str

#: Bytes taken from other storage at once.
CHUNK = 1 << 20


def is_address(given: object) -> bool:
    """Whether ``given`` names a place that fsspec opens."""
    return isinstance(given, str) and "://" in given


def name_of(place: Place) -> str:
    """The last part of a place's name."""
    return place.name if isinstance(place, Path) else PurePosixPath(place).name


def files_at(address: str) -> list[tuple[str, str]]:
    """Every file at ``address``: its path inside ("" for the address itself) and its own
    address, in order.

    Raises:
        UsageError: nothing opens such an address, or the storage says no.
    """
    system, root = _opened(address)
    try:
        if not system.isdir(root):
            return [("", address)]
        found = sorted(system.find(root))
    except OSError as e:
        raise _refused(address, e) from e
    start = len(root.rstrip("/")) + 1
    return [(name[start:], system.unstrip_protocol(name)) for name in found]


@contextmanager
def reading(address: str) -> Iterator[Any]:
    """The file at ``address``, open for reading bytes.

    Raises:
        OSError: it cannot be read.
    """
    system, name = _opened(address)
    with system.open(name, "rb") as f:
        yield f


@contextmanager
def at_hand(place: Place) -> Iterator[Path]:
    """A path to what is at ``place``, under the same name, for as long as it is needed.

    Raises:
        FileMissingError, LimitExceededError
    """
    if isinstance(place, Path):
        yield place
        return
    with tempfile.TemporaryDirectory(prefix="fcextract-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / (name_of(place) or "file")
        try:
            _fetch(place, path)
        except OSError as e:
            raise FileMissingError(
                f"取不到文件 {place}（{e}）。请核对地址和权限。",
                f"The file {place} cannot be fetched ({e}). Check its address and permissions.",
            ) from e
        yield path


def _fetch(address: str, path: Path) -> None:
    most = Limits().megabytes * 1_000_000
    with reading(address) as source, open(path, "wb") as target:
        size = 0
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise LimitExceededError(
                    f"文件 {address} 超过 {Limits().megabytes} MB 的上限，未读取。请压缩或拆分后再提交。",
                    f"The file {address} is larger than the limit of {Limits().megabytes} MB and "
                    "was not read. Compress or split it.",
                )
            target.write(chunk)


def _opened(address: str) -> tuple[Any, str]:
    if find_spec("fsspec") is None:
        raise UsageError(
            f"读取 {address} 需要 fsspec，但没有安装，因此什么也没有读。"
            "请运行 pip install fcextract[dask]。",
            f"Reading {address} needs fsspec, which is not installed, so nothing was read. "
            "Run pip install fcextract[dask].",
        )
    from fsspec.core import url_to_fs

    try:
        system, name = url_to_fs(address)
    except (ImportError, ValueError) as e:
        raise _refused(address, e) from e
    return system, str(name)


def _refused(address: str, e: Exception) -> UsageError:
    return UsageError(
        f"打不开 {address}（{e}），因此什么也没有读。请核对地址，或安装其存储所需的包（如 s3fs）。",
        f"{address} cannot be opened ({e}), so nothing was read. Check the address, or install "
        "the package that its storage needs (such as s3fs).",
    )
