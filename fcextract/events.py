"""What a batch does as it does it: one JSON object a line, for a program that watches."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fcextract.errors import ExportError


class EventLog:
    """A file that events are added to, each on disk before the next; nothing where there is
    no ``path``. A context manager.

    Every line has ``at`` (UTC) and ``event``: ``begin`` (a run: its inputs and settings),
    ``file`` (one file settled: read, kept from an earlier run or a copy of another) and
    ``end``.

    Raises:
        ExportError: the file cannot be written.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        try:
            self._file = (
                path.open("a", encoding="utf-8", newline="\n") if path is not None else None
            )
        except OSError as e:
            raise self._unwritten(e) from e

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, event: str, **fields: Any) -> None:
        """Add one line."""
        if self._file is None:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": now, "event": event, **fields}, ensure_ascii=False)
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except OSError as e:
            raise self._unwritten(e) from e

    def _unwritten(self, e: OSError) -> ExportError:
        why = e.strerror or str(e)
        return ExportError(
            f"无法写日志 {self._path}（{why}）。请用 --log-json 换一个位置。",
            f"Cannot write the log {self._path} ({why}). Name another place with --log-json.",
        )
