"""What can go wrong with a file or with the call, and the exit status of each.

A *finding* is about the form and is data; an *error* is about the file or the
program. Every error speaks in three moves, what is wrong, why, and what to do,
in Chinese and in English, and has a stable ``code`` that ``fcextract explain``
knows.
"""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """Exit statuses of the command line (the public contract)."""

    DONE = 0
    USAGE = 2
    FLAGGED = 3
    SOME_FAILED = 4
    ALL_FAILED = 5
    INTERRUPTED = 130


class FcextractError(Exception):
    """Base of every error this package raises on purpose.

    Attributes:
        code: stable name of the kind of error, e.g. ``not-a-form``.
        zh, en: one sentence each of what, why and what to do.
    """

    code = "error"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def __reduce__(self) -> tuple[type[FcextractError], tuple[str, str]]:
        """Travel between processes with both texts."""
        return type(self), (self.zh, self.en)

    def text(self, lang: str = "zh") -> str:
        """The message in ``lang`` (``zh`` or ``en``), led by its code."""
        return f"[{self.code}] {self.zh if lang == 'zh' else self.en}"


class FileMissingError(FcextractError):
    """The path does not exist or cannot be opened."""

    code = "file-missing"


class FileEmptyError(FcextractError):
    """The file has no bytes."""

    code = "file-empty"


class UnsupportedFormatError(FcextractError):
    """The file is none of the formats that are read."""

    code = "unsupported-format"


class DamagedFileError(FcextractError):
    """The file says it is a PDF, an image, … but cannot be read as one."""

    code = "damaged-file"


class EncryptedFileError(FcextractError):
    """The PDF needs a password that was not given, or not this one."""

    code = "encrypted-file"


class NoPagesError(FcextractError):
    """The file opens and has no page."""

    code = "no-pages"


class NotAFormError(FcextractError):
    """The file can be read and holds no such form."""

    code = "not-a-form"


class LimitExceededError(FcextractError):
    """The file asks for more pages, objects or pixels than are allowed."""

    code = "limit-exceeded"


class UnknownEditionError(FcextractError):
    """No edition has this id."""

    code = "unknown-edition"


class EditionDataError(FcextractError):
    """An edition's own files contradict themselves."""

    code = "edition-data"


class LedgerError(FcextractError):
    """The results folder or its ledger cannot be used."""

    code = "ledger"


class ConflictError(FcextractError):
    """What is to be changed is no longer as it was seen."""

    code = "conflict"


class ExportError(FcextractError):
    """The results cannot be written in the asked format or place."""

    code = "export"


class UsageError(FcextractError):
    """The call itself makes no sense."""

    code = "usage"


class TimeLimitError(FcextractError):
    """Reading the file took longer than allowed."""

    code = "time-limit"


class MemoryLimitError(FcextractError):
    """Reading the file took more memory than allowed."""

    code = "memory-limit"


class ClusterError(FcextractError):
    """The cluster cannot be used, or went away."""

    code = "cluster"


class ReaderCrashedError(FcextractError):
    """The process that read the file died of it."""

    code = "reader-crashed"


class InternalError(FcextractError):
    """A fault of this program, met while reading the file."""

    code = "internal-error"
