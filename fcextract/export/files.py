"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fcextract.errors import ExportError


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to; what stands there at the end takes the place of ``path``.

    The name of the path given ends like that of ``path``. On any failure the old
    file stays and nothing is left beside it.

    Raises:
        ExportError: the place cannot be written, or another program holds the file.
    """
    aside = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield aside
        _settle(aside)
        aside.replace(path)
    except OSError as e:
        why = e.strerror or str(e)
        raise ExportError(
            f"无法写出 {path}（{why}）。该文件可能正在其他程序中打开，或位置不可写；"
            "请关闭后重试，或用 -o 换一个位置。",
            f"Cannot write {path} ({why}). Another program may have it open, or the place may be "
            "read-only; close it and try again, or name another place with -o.",
        ) from e
    finally:
        with suppress(OSError):
            aside.unlink()


def _settle(path: Path) -> None:
    """Have the system put the file on disk, so that a power cut leaves the old or the
    new one."""
    with open(path, "rb+") as f:
        os.fsync(f.fileno())
