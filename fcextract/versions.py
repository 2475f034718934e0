"""Which reader read a file: the package's version and the hash of what decides a reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from fcextract import __version__

HERE = Path(__file__).parent
#: What a reading comes from. The audit is not here: it is worked out again at export.
PARTS = (
    "editions",
    "geometry.py",
    "ingest",
    "inputs.py",
    "locate",
    "marks",
    "pipeline.py",
    "reconcile.py",
    "records.py",
    "scan.py",
    "settings.py",
    "text",
)
#: What the outlines of the review page come from, beside the reading itself.
AUDIT_PARTS = (
    "audit",
    "catalogue.toml",
    "corrections.py",
    "counties.csv",
    "counties.py",
    "editions",
    "export/columns.py",
    "export/rows.py",
    "outlines.py",
    "records.py",
    "text",
)


@lru_cache(maxsize=1)
def reader_version() -> str:
    """For example ``0.1.0+1f3a5c7e``. Whatever changes the reading steps or an edition
    changes it, so that no ledger answers with what an older reader saw."""
    return _version(PARTS)


@lru_cache(maxsize=1)
def audit_version() -> str:
    """The same for what the audit makes of a reading, and for what is kept of that."""
    return _version(AUDIT_PARTS)


def _version(parts: Iterable[str]) -> str:
    inner = hashlib.sha256()
    for path in sorted(p for part in parts for p in _files(HERE / part)):
        inner.update(path.relative_to(HERE).as_posix().encode())
        inner.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return f"{__version__}+{inner.hexdigest()[:8]}"


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    return [path] if path.exists() else []
