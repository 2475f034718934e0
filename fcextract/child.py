"""The process that reads files for a batch, one after the other, and its parent's hold on it."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import psutil

from fcextract.errors import FcextractError
from fcextract.ledger import Reading
from fcextract.ledger_sheets import sheet_text
from fcextract.places import at_hand
from fcextract.reading import Reader, Task, attempt, failed, internal, load, read_form
from fcextract.records import FailedFile
from fcextract.settings import Bounds

#: Told to libraries that would otherwise start a thread for every core.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
#: How a child says that it can be given a file.
READY = "ready"

_STARTING = threading.Lock()


def read_task(task: Task, reader: Reader) -> Reading:
    """Read one file here and now; whatever goes wrong becomes a failed reading."""
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        with at_hand(task.path) as path:
            made = _reading(task, path, reader)
    except FcextractError as e:  # it cannot be had
        made = failure_of(task, e)
    except Exception as e:  # what was read cannot be told
        made = failure_of(task, internal(task.source, e))
    return made._replace(wall=time.perf_counter() - wall, cpu=time.process_time() - cpu)


def failure_of(task: Task, error: FcextractError) -> Reading:
    """The reading of ``task``'s file where ``error`` came of it."""
    return _failure(failed(task, error))


def _failure(row: FailedFile) -> Reading:
    return Reading((), row.pages, False, row, 0.0, 0.0)


def _reading(task: Task, path: Path, reader: Reader) -> Reading:
    from fcextract.kept import pictures

    found = attempt(task._replace(path=path), reader)
    if isinstance(found, FailedFile):
        return _failure(found)
    return Reading(
        sheets=tuple(sheet_text(a.sheet) for a in found),
        pages=len({page for a in found for page in a.sheet.pages}),
        review=any(a.status != "ok" for a in found),
        failed=None,
        wall=0.0,
        cpu=0.0,
        crops=pictures(path, found, task.options.password),
        findings=tuple(a.findings for a in found),
    )


# ----------------------------------------------------------------- in the child


def serve(link: Connection, reader: Reader) -> None:
    """Read the files that come over ``link`` until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C is for the parent to deal with
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import fcextract.kept  # noqa: F401  (heavy, so before any clock runs)

    if reader is read_form:
        load()
    _be_quiet()
    try:
        link.send(READY)
        while True:
            link.send(read_task(link.recv(), reader))
            _give_back_memory()
    except (EOFError, OSError):
        return


def _give_back_memory() -> None:
    """Return what a file's reading has freed to the system.

    MuPDF keeps fonts and pictures for a file that may come again, and glibc what was freed
    (``malloc_trim(3)``; 1 ms), so that a child would stay as large as its heaviest file made
    it. Other systems' allocators give back by themselves.
    """
    from fcextract.ingest.pdf import drop_kept

    drop_kept()
    with suppress(OSError, AttributeError, TypeError):  # no such library, or no such call
        ctypes.CDLL(None).malloc_trim(0)


def _be_quiet() -> None:
    """What libraries print about a file's faults is of no use to anybody."""
    if not os.environ.get("FCEXTRACT_DEBUG"):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nowhere, stream)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


# ---------------------------------------------------------------- in the parent


class Excess(NamedTuple):
    """Which task took too much, and of what: ``seconds`` or ``memory_mb``."""

    number: int
    what: str


class Child:
    """One reading process and the file that it has in hand.

    A child that is not ``ready`` is still starting; ``task`` is None while it has nothing
    to do. ``excess`` is set where it was killed for taking too much.
    """

    def __init__(self, reader: Reader) -> None:
        context = multiprocessing.get_context("spawn")
        self.link, theirs = context.Pipe()
        self.ready = False
        self.task: Task | None = None
        self.excess: Excess | None = None
        self._begun = 0.0
        self._process = context.Process(target=serve, args=(theirs, reader), daemon=True)
        with _one_thread_each():
            self._process.start()
        theirs.close()
        self._seen = _seen(self._process.pid or 0)

    def give(self, task: Task) -> None:
        """Hand over a file. Where the child is dead, :meth:`hear` tells."""
        self._begun = time.monotonic()
        self.task = task
        with suppress(OSError):
            self.link.send(task)

    def hear(self) -> Reading | str | None:
        """What the child says: READY, or a reading, or None where it is dead. Waits."""
        try:
            said: Reading | str = self.link.recv()
        except (EOFError, OSError):
            return None
        return said

    def check(self, bounds: Bounds) -> None:
        """Kill the child if its file takes too much. May be called from another thread."""
        task = self.task
        if task is None:
            return
        if time.monotonic() - self._begun > bounds.seconds:
            self._stop(Excess(task.number, "seconds"))
        elif _memory(self._seen) > bounds.memory_mb * 1_000_000:
            self._stop(Excess(task.number, "memory_mb"))

    def _stop(self, excess: Excess) -> None:
        self.excess = excess
        self._process.kill()

    def end(self, at_once: bool) -> None:
        """Let the child go when it is done, or kill it."""
        if at_once:
            self._process.kill()
        self.link.close()
        self._process.join(None if at_once else 10)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()


def _seen(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.Error:  # it is gone already
        return None


def _memory(process: psutil.Process | None) -> int:
    """Bytes that a process holds in memory; 0 where it is gone."""
    try:
        return int(process.memory_info().rss) if process is not None else 0
    except psutil.Error:
        return 0


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """An environment for a child to be started in: its libraries read it when they load,
    which may be before any of our own code runs there."""
    with _STARTING:
        unset = [name for name in THREADS if name not in os.environ]
        os.environ.update(dict.fromkeys(unset, "1"))
        try:
            yield
        finally:
            for name in unset:
                os.environ.pop(name, None)
