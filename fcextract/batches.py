"""Many files into a results folder; one file's failure is one row.

Each file is looked at by its content: what was read before, with the same
version and settings, is not read again. Results go into the ledger as they come,
and every other file of the folder is written from the ledger at the end, so an
interrupted run loses nothing that was finished.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

from fcextract.inputs import InputFile, content_hash, gather
from fcextract.ledger import Content, Ledger, NamedFile, Reading
from fcextract.reading import Reader, Task, options_from, read_form
from fcextract.records import FailedFile
from fcextract.settings import ReadOptions
from fcextract.workers import DEFAULT_TIMEOUT, run


class Progress(NamedTuple):
    """One step of a batch, for a progress bar."""

    done: int
    total: int
    source: str
    ok: int
    review: int
    failed: int


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """What a batch did. ``kept`` files were read by an earlier run; ``copies`` are
    pairs of a source and the source whose content it repeats; ``retired`` inputs of
    earlier runs are not among this run's (their readings stay in the ledger)."""

    out: Path
    files: int
    forms: int
    ok: int
    review: int
    failed: int
    findings: int
    verdicts: tuple[tuple[str, int], ...]
    failures: tuple[FailedFile, ...]
    read: int
    kept: int
    copies: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    retired: int
    interrupted: bool
    seconds: float


@dataclass
class _Tally:
    """Counts of files as they are settled."""

    total: int
    ok: int = 0
    review: int = 0
    failed: int = 0
    read: int = 0
    kept: int = 0
    copies: dict[str, str] = field(default_factory=dict)

    def add(self, source: str, review: bool, failed: bool) -> Progress:
        self.failed += failed
        self.review += review and not failed
        self.ok += not (review or failed)
        done = self.ok + self.review + self.failed
        return Progress(done, self.total, source, self.ok, self.review, self.failed)


def batch(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    workers: int | None = None,
    timeout: float | None = None,
    again: bool = False,
    progress: Callable[[Progress], None] | None = None,
    reader: Reader = read_form,
    **options: Any,
) -> BatchSummary:
    """Read files and folders into the results folder ``out``.

    Args:
        inputs: files and folders (searched through).
        out: the results folder; made where absent.
        workers: processes to read with; the number of cores by default. With 1, or
            one file, and no ``timeout``, files are read in this process.
        timeout: seconds that one file may take.
        again: read everything again, whatever the ledger holds.
        progress: called after each file.
        reader: what reads one file; the package's own by default.
        options: the fields of :class:`fcextract.settings.ReadOptions`.

    Raises:
        LedgerError: the results folder cannot be used.
        ExportError: the results cannot be written.
    """
    from fcextract.results import write_results

    begun = time.perf_counter()
    given = [inputs] if isinstance(inputs, str | os.PathLike) else list(inputs)
    opts = options_from(options)
    folder = Path(out)
    found = gather(given, out=folder, pages_as_form=opts.pages_as_form)
    with Ledger.open(folder, write=True) as ledger:
        work = _Batch(ledger, opts, again, progress, [*found.files], len(found.ignored))
        interrupted = work.read(_processes(workers, timeout, len(found.files)), timeout, reader)
        totals, _ = write_results(ledger, folder)
        return BatchSummary(
            out=folder,
            files=len(found.files),
            **totals._asdict(),
            read=work.tally.read,
            kept=work.tally.kept,
            copies=tuple(sorted(work.tally.copies.items())),
            ignored=found.ignored,
            retired=ledger.retired(),
            interrupted=interrupted,
            seconds=time.perf_counter() - begun,
        )


def add(
    files: Sequence[InputFile],
    out: Path,
    options: ReadOptions,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    progress: Callable[[Progress], None] | None = None,
    stop: Event | None = None,
    reader: Reader = read_form,
) -> None:
    """Read ``files`` into the ledger of ``out``, beside what the latest run holds; no other
    file of the folder is written. ``stop`` ends it early, with what was finished kept.

    Raises:
        LedgerError: there is no ledger, or another run is writing.
    """
    with Ledger.open(out, write=True, make=False) as ledger:
        work = _Batch(ledger, options, False, progress, [*files], 0, beside=True)
        work.read(1, timeout, reader, stop)


class _Batch:
    """One run: decides which files need reading, and records what came of them."""

    def __init__(
        self,
        ledger: Ledger,
        options: ReadOptions,
        again: bool,
        progress: Callable[[Progress], None] | None,
        files: list[InputFile],
        ignored: int,
        beside: bool = False,
    ) -> None:
        self._ledger = ledger
        self._options = options
        self._again = again
        self._progress = progress
        self._files = files
        self._contents: dict[int, Content] = {}
        self._first: dict[Content, str] = {}
        self._copies: list[tuple[int, Content]] = []
        self.tally = _Tally(len(files))
        stored = {"count": options.count, "edition": options.edition, "lang": options.lang}
        self._run = ledger.begin([_named(f) for f in files], stored, ignored, beside)

    def read(
        self, workers: int, timeout: float | None, reader: Reader, stop: Event | None = None
    ) -> bool:
        """Read what needs reading. Gives whether it was interrupted."""
        state = "interrupted"
        try:
            for tasks in (self._tasks(), self._second_looks()):
                found = run(tasks, workers=workers, timeout=timeout, reader=reader, stop=stop)
                for task, reading in found:
                    self._record(task, reading)
            state = "done"
        except KeyboardInterrupt:
            pass
        finally:
            self._ledger.finish(self._run, state)
        return state != "done"

    def _tasks(self) -> Iterator[Task]:
        """The files that nothing in the ledger stands for. Copies of a file that is
        being read wait for :meth:`_second_looks`."""
        for index, file in enumerate(self._files):
            content = self._look_at(file)
            self._contents[index] = content
            if self._stands(file.source, content):
                continue
            if content.sha256 and content in self._first:
                self._copies.append((index, content))
                continue
            self._first[content] = file.source
            yield self._task(index)

    def _second_looks(self) -> Iterator[Task]:
        """Copies whose original was read well are linked to it; others are read for
        themselves, since an error speaks of its own file."""
        for index, content in self._copies:
            source = self._files[index].source
            reading = self._ledger.same_content(content)
            if reading is None:
                yield self._task(index)
            else:
                self._link(source, content, reading)

    def _look_at(self, file: InputFile) -> Content:
        return Content(
            content_hash(file.path), file.path.suffix.lower(), self._options.reading_key()
        )

    def _stands(self, source: str, content: Content) -> bool:
        """Whether an earlier reading serves; if so it is linked and counted."""
        if self._again or not content.sha256:
            return False
        reading = self._ledger.standing_for(source, content)
        if reading is not None:
            self.tally.kept += 1
        else:
            reading = self._ledger.same_content(content)
        if reading is None:
            return False
        self._link(source, content, reading)
        return True

    def _task(self, index: int) -> Task:
        file = self._files[index]
        return Task(index, file.path, file.source, self._contents[index].sha256, self._options)

    def _link(self, source: str, content: Content, reading: int) -> None:
        self._ledger.link(source, content, reading)
        first, review, failed = self._ledger.outline(reading)
        if first != source:
            self.tally.copies[source] = first
        self._tell(source, review, failed)

    def _record(self, task: Task, reading: Reading) -> None:
        self._ledger.record(self._run, task.source, self._contents[task.number], reading)
        self.tally.read += 1
        self._tell(task.source, reading.review, reading.failed is not None)

    def _tell(self, source: str, review: bool, failed: bool) -> None:
        step = self.tally.add(source, review, failed)
        if self._progress is not None:
            self._progress(step)


def _named(file: InputFile) -> NamedFile:
    # Absolute: the review page opens the file again, from wherever it is started.
    path = str(file.path.resolve())
    try:
        stat = file.path.stat()
    except OSError:
        return NamedFile(file.source, path)
    return NamedFile(file.source, path, stat.st_size, stat.st_mtime_ns)


def _processes(workers: int | None, timeout: float | None, files: int) -> int:
    """How many worker processes; 0 reads in this one."""
    wanted = min(workers or os.cpu_count() or 1, max(files, 1))
    return 0 if wanted == 1 and timeout is None else wanted
