"""Reading one file without letting its troubles out: forms, or the file's error row."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from fcextract.errors import FcextractError, InternalError, UsageError
from fcextract.inputs import printable
from fcextract.places import Place
from fcextract.records import AuditedSheet, FailedFile
from fcextract.settings import ReadOptions

if TYPE_CHECKING:
    from fcextract.forms import Form

#: What reads a file: (path, source, options) -> sheets. Must be importable by workers.
Reader = Callable[[Path, str, ReadOptions], list[AuditedSheet]]


class Task(NamedTuple):
    """One file to read. ``number`` is unique within the batch."""

    number: int
    path: Place
    source: str
    sha256: str
    options: ReadOptions


def read_form(path: Path, source: str, options: ReadOptions) -> list[AuditedSheet]:
    """The package's own reader (imported on first use: it is heavy)."""
    return load()(path, source=source, options=options)


def load() -> Callable[..., list[AuditedSheet]]:
    """The reading function, imported."""
    from fcextract.pipeline import read_file

    return read_file


def read(path: str | os.PathLike[str], **options: Any) -> list[Form]:
    """The forms in one file, audited; their ``items``, ``summary`` and ``findings`` are
    DataFrames.

    Args:
        path: a PDF, a picture, a transcript, or with ``pages_as_form`` a folder.
        options: the fields of :class:`fcextract.settings.ReadOptions`.

    Raises:
        FcextractError: the file gives no form; its kind and text say why.
    """
    from fcextract.audit import finish_batch
    from fcextract.forms import Form

    opts = options_from(options)
    found = read_form(Path(path), Path(path).as_posix(), opts)
    return [Form(audited) for audited in finish_batch(found)]


def options_from(options: dict[str, Any]) -> ReadOptions:
    """Keyword arguments as :class:`ReadOptions`.

    Raises:
        UsageError: there is no such option, or not with such a value.
    """
    try:
        made = ReadOptions(**options)
    except TypeError as e:
        raise _wrong_options(str(e)) from e
    if made.count not in ("numbers", "rows"):
        raise _wrong_options(f"count={made.count!r}")
    return made


def attempt(task: Task, reader: Reader = read_form) -> list[AuditedSheet] | FailedFile:
    """The forms in ``task``'s file, or the row that says why there are none."""
    try:
        return reader(Path(task.path), task.source, task.options)
    except FcextractError as e:
        return failed(task, e)
    except Exception as e:  # one file's trouble stays that file's
        return failed(task, internal(task.source, e))


def failed(task: Task, error: FcextractError) -> FailedFile:
    """The error row of ``task``'s file."""
    texts = (printable(error.zh), printable(error.en))
    return FailedFile(task.source, task.sha256, error.code, *texts)


def internal(source: str, e: Exception) -> InternalError:
    """A fault of this program, as an error that says what to do."""
    what = f"{type(e).__name__}: {e}" if str(e) else type(e).__name__
    return InternalError(
        f"读取 {source} 时程序自身出错（{what}），这份文件因此没有结果；其他文件不受影响。"
        "请把该文件和这行文字发给维护者。",
        f"This program failed on {source} ({what}), so the file has no result; other files "
        "are not affected. Send the file and this line to the maintainers.",
    )


def _wrong_options(what: str) -> UsageError:
    return UsageError(
        f"选项有误（{what}），因此什么也没有读。可用选项见 fcextract.settings.ReadOptions。",
        f"Wrong options ({what}), so nothing was read. "
        "The options are the fields of fcextract.settings.ReadOptions.",
    )
