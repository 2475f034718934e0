"""What a producer is asked to print."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mill.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Job:
    """One file to print: ``sheets`` one after the other, into ``out``. ``trace`` asks for a
    link on every box that says which box it is."""

    sheets: tuple[Sheet, ...]
    out: Path
    trace: bool = False


class Producer(Protocol):
    """One way of making a file."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        ...

    @property
    def suffix(self) -> str:
        """Ending of its files."""
        ...

    @property
    def fonts(self) -> tuple[str, ...]:
        """Short names of the fonts it can print with."""
        ...

    @property
    def styles(self) -> tuple[str, ...]:
        """Names of the check styles it can print."""
        ...

    @property
    def can_trace(self) -> bool:
        """Whether it can put a link on every box."""
        ...

    def missing(self) -> str:
        """Why it cannot run here; empty when it can."""
        ...

    def version(self) -> str:
        """Name and version, for ``about.toml``."""
        ...

    def run(self, jobs: Sequence[Job], work: Path) -> None:
        """Print all jobs; ``work`` is an empty folder for its own files."""
        ...


def find_program(*names: str) -> str:
    """Path of the first program of ``names`` that is installed, or empty."""
    for name in names:
        found = shutil.which(name)
        if found:
            return found
        for pattern in ("*", "*/*", "*/*/*"):
            for folder in _windows_folders():
                for path in folder.glob(f"{pattern}/{name}.exe"):
                    return str(path)
    return ""


def _windows_folders() -> list[Path]:
    if sys.platform != "win32":
        return []
    roots = (os.environ.get("ProgramFiles"), os.environ.get("ProgramFiles(x86)"))
    return [Path(r) for r in roots if r]
