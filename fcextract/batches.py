"""Many files into a results folder; one file's failure is one row.

Each file is looked at by its content: what was read before, with the same
version and settings, is not read again. Results go into the ledger as they come,
and every other file of the folder is written from the ledger at the end, so an
interrupted run loses nothing that was finished.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from fcextract.events import EventLog
from fcextract.inputs import InputFile, gather, printable
from fcextract.ledger import Content, Ledger, NamedFile, Reading
from fcextract.places import name_of
from fcextract.reading import Reader, Task, options_from, read_form
from fcextract.records import FailedFile
from fcextract.settings import BOUNDS, Bounds, ReadOptions
from fcextract.versions import reader_version
from fcextract.workers import Processes, Readers


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
    timeout: float = BOUNDS.seconds,
    max_memory: int = BOUNDS.memory_mb,
    scheduler: str | None = None,
    again: bool = False,
    log_json: str | os.PathLike[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
    reader: Reader = read_form,
    **options: Any,
) -> BatchSummary:
    """Read files and folders into the results folder ``out``.

    Args:
        inputs: files and folders (searched through), or addresses such as ``s3://…`` where
            fsspec is installed.
        out: the results folder; made where absent.
        workers: processes to read with; the number of cores by default. With 0 files are
            read in this process, which is for debugging: nothing holds them to any bounds.
        timeout: seconds that one file may take.
        max_memory: megabytes that the process reading it may take.
        scheduler: address of a Dask scheduler whose workers are to read.
        log_json: a file to add events to (see :class:`fcextract.events.EventLog`).
        again: read everything again, whatever the ledger holds.
        progress: called after each file.
        reader: what reads one file; the package's own by default.
        options: the fields of :class:`fcextract.settings.ReadOptions`.

    Raises:
        LedgerError: the results folder cannot be used.
        ExportError: the results cannot be written.
        ClusterError: the cluster cannot be used.
    """
    from fcextract.results import write_results

    begun = time.perf_counter()
    given = [inputs] if isinstance(inputs, str | os.PathLike) else list(inputs)
    opts = options_from(options)
    bounds = Bounds(timeout, max_memory)
    folder = Path(out)
    found = gather(given, out=folder, pages_as_form=opts.pages_as_form)
    with (
        Ledger.open(folder, write=True) as ledger,
        EventLog(None if log_json is None else Path(log_json)) as log,
        _readers(scheduler, _processes(workers, len(found.files)), bounds, reader) as readers,
    ):
        work = _Batch(ledger, opts, again, progress, log, [*found.files], len(found.ignored))
        interrupted = work.read(readers)
        totals, _ = write_results(ledger, folder)
        summary = BatchSummary(
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
        log.write("end", **_outcome(summary))
        return summary


def _processes(workers: int | None, files: int) -> int:
    """How many worker processes; 0 reads in this one."""
    wanted = (os.cpu_count() or 1) if workers is None else workers
    return min(wanted, max(files, 1))


def _readers(
    scheduler: str | None, workers: int, bounds: Bounds, reader: Reader
) -> AbstractContextManager[Readers]:
    """Who reads: a cluster, or processes of this machine."""
    if scheduler is None:
        return nullcontext(Processes(workers, bounds, reader))
    from fcextract.cluster import Cluster

    return Cluster(scheduler, bounds, reader)


def _outcome(summary: BatchSummary) -> dict[str, Any]:
    """A batch in the words of its log."""
    names = ("files", "forms", "ok", "review", "failed", "findings", "read", "kept")
    return {
        "state": "interrupted" if summary.interrupted else "done",
        **{name: getattr(summary, name) for name in names},
        "copies": len(summary.copies),
        "seconds": round(summary.seconds, 3),
    }


class _Batch:
    """One run: decides which files need reading, and records what came of them."""

    def __init__(
        self,
        ledger: Ledger,
        options: ReadOptions,
        again: bool,
        progress: Callable[[Progress], None] | None,
        log: EventLog,
        files: list[InputFile],
        ignored: int,
    ) -> None:
        self._ledger = ledger
        self._options = options
        self._again = again
        self._progress = progress
        self._log = log
        self._files = files
        self._contents: dict[int, Content] = {}
        self._first: dict[Content, str] = {}
        self._copies: list[tuple[int, Content]] = []
        self.tally = _Tally(len(files))
        stored = {"count": options.count, "edition": options.edition, "lang": options.lang}
        self._run = ledger.begin([_named(f) for f in files], stored, ignored)
        log.write(
            "begin", run=self._run, version=reader_version(), files=len(files), ignored=ignored
        )

    def read(self, readers: Readers) -> bool:
        """Read what needs reading. Gives whether it was interrupted."""
        state = "interrupted"
        try:
            for tasks in (self._tasks(readers), self._second_looks()):
                for task, reading in readers.read(tasks):
                    self._record(task, reading)
            state = "done"
        except KeyboardInterrupt:
            pass
        finally:
            self._ledger.finish(self._run, state)
        return state != "done"

    def _tasks(self, readers: Readers) -> Iterator[Task]:
        """The files that nothing in the ledger stands for. Copies of a file that is
        being read wait for :meth:`_second_looks`."""
        hashes = readers.hashes([f.path for f in self._files])
        for index, (file, sha256) in enumerate(zip(self._files, hashes, strict=True)):
            suffix = PurePath(name_of(file.path)).suffix.lower()
            content = Content(sha256, suffix, self._options.reading_key())
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
        file, content = self._files[index], self._contents[index]
        place = file.path.absolute() if isinstance(file.path, Path) else file.path
        return Task(index, place, file.source, content.sha256, self._options)

    def _link(self, source: str, content: Content, reading: int) -> None:
        self._ledger.link(source, content, reading)
        first, review, failed = self._ledger.outline(reading)
        more: dict[str, Any] = {"kept": True}
        if first != source:
            self.tally.copies[source] = first
            more["copy_of"] = first
        self._tell(source, content, review, failed, **more)

    def _record(self, task: Task, reading: Reading) -> None:
        content = self._contents[task.number]
        self._ledger.record(self._run, task.source, content, reading)
        self.tally.read += 1
        more: dict[str, Any] = {"forms": len(reading.sheets), "seconds": round(reading.wall, 3)}
        if reading.failed is not None:
            more["error"] = reading.failed.code
        self._tell(task.source, content, reading.review, reading.failed is not None, **more)

    def _tell(self, source: str, content: Content, review: bool, failed: bool, **more: Any) -> None:
        step = self.tally.add(source, review, failed)
        status = "failed" if failed else "review" if review else "ok"
        self._log.write("file", source=source, sha256=content.sha256, status=status, **more)
        if self._progress is not None:
            self._progress(step)


def _named(file: InputFile) -> NamedFile:
    """The file with its size and time, where it is one of this machine's."""
    path = printable(str(file.path))
    try:
        stat = file.path.stat() if isinstance(file.path, Path) else None
    except OSError:
        stat = None
    if stat is None:
        return NamedFile(file.source, path)
    return NamedFile(file.source, path, stat.st_size, stat.st_mtime_ns)
