"""Reading files in other processes, so that no file can take the batch down.

Workers are started by *spawn*, as on Windows, one thread each. A file that kills
its worker or runs over its time costs that worker its life; every file that was
under way then is read once more, alone, and the one that kills again gets an
error row. A worker whose parent is gone ends by itself.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import signal
import tempfile
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from pathlib import Path

from fcextract.errors import FcextractError, ReaderCrashedError, TimeLimitError, UsageError
from fcextract.ledger import Reading
from fcextract.ledger_sheets import sheet_text
from fcextract.reading import Reader, Task, attempt, failed, internal, read_form
from fcextract.records import FailedFile

#: Seconds a file may take in a worker when the caller names no limit. The slowest honest
#: form (a scanned one on an old machine) stays under a minute; an endless one must end.
DEFAULT_TIMEOUT = 300.0

#: Pools that may die in a row without one file begun. One can be a worker killed while
#: idle; three are workers that cannot start.
MAX_BARREN = 3

#: Seconds between looks at whether reading is to stop.
STOP_EVERY = 0.2


def run(
    tasks: Iterable[Task],
    *,
    workers: int,
    timeout: float | None,
    reader: Reader = read_form,
    stop: threading.Event | None = None,
) -> Iterator[tuple[Task, Reading]]:
    """Read ``tasks``, in this process (``workers`` 0) or in others, as results come.

    Tasks are taken from the iterable only as workers become free, so neither tasks
    nor results pile up. Once ``stop`` is set, other processes are left off at once and
    KeyboardInterrupt is raised, as control-C would.
    """
    if workers == 0:
        for task in tasks:
            yield task, read_task(task, reader)
        return
    with tempfile.TemporaryDirectory(prefix="fcextract-", ignore_cleanup_errors=True) as marks:
        pool = _Pool(Path(marks), timeout or DEFAULT_TIMEOUT, reader, stop)
        suspects: list[Task] = []
        for task, reading in pool.read(tasks, workers):
            if reading is None:
                suspects.append(task)
            else:
                yield task, reading
        for task, reading in pool.read(suspects, 1, window=1):
            yield task, reading or _failure(task, _crashed(task))


def read_task(task: Task, reader: Reader) -> Reading:
    """Read one file here and now; whatever goes wrong becomes a failed reading."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = attempt(task, reader)
    if isinstance(found, FailedFile):
        sheets: tuple[str, ...] = ()
        pages, review, row = found.pages, False, found
    else:
        sheets = tuple(sheet_text(a.sheet) for a in found)
        pages = len({page for a in found for page in a.sheet.pages})
        review, row = any(a.status != "ok" for a in found), None
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Reading(sheets, pages, review, row, wall, cpu)


class _Pool:
    """A process pool that outlives the death of its workers."""

    def __init__(
        self, marks: Path, timeout: float, reader: Reader, stop: threading.Event | None
    ) -> None:
        self._marks = marks
        self._timeout = timeout
        self._reader = reader
        self._stop = stop

    def read(
        self, tasks: Iterable[Task], workers: int, window: int | None = None
    ) -> Iterator[tuple[Task, Reading | None]]:
        """Results as they come; None for a file that was under way when a worker died.

        ``window`` is how many files are handed out at once.
        """
        rest: Iterator[Task] = iter(tasks)
        barren = 0
        while True:
            first = list(islice(rest, 1))
            if not first:
                return
            rest = chain(first, rest)
            lost = yield from self._until_broken(rest, workers, window or 2 * workers)
            if not lost:
                return
            started = [t for t in lost if self._mark(t).exists()]
            barren = 0 if started else barren + 1
            if barren == MAX_BARREN:
                raise _cannot_start()
            for task in started:
                late = self._mark(task).stat().st_size > 0
                self._mark(task).unlink()
                yield task, _failure(task, _too_slow(task, self._timeout)) if late else None
            rest = chain([t for t in lost if t not in started], rest)

    def _until_broken(
        self, tasks: Iterator[Task], workers: int, window: int
    ) -> Generator[tuple[Task, Reading], None, list[Task]]:
        """Read until done (gives []) or a worker dies (gives the files without a result)."""
        pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _start_worker)
        flying: dict[Future[Reading], Task] = {}
        lost: list[Task] = []
        try:
            while True:
                for task in islice(tasks, 0 if lost else window - len(flying)):
                    try:
                        future = pool.submit(
                            _work, task, self._reader, self._mark(task), self._timeout
                        )
                    except BrokenProcessPool:
                        lost.append(task)
                        break
                    flying[future] = task
                if not flying:
                    break
                for future in self._finished(flying):
                    task = flying.pop(future)
                    reading = _result(task, future)
                    if reading is None:
                        lost.append(task)
                    else:
                        yield task, reading
            pool.shutdown(wait=True)
        except BaseException:
            _kill(pool)
            raise
        return lost

    def _finished(self, flying: Iterable[Future[Reading]]) -> set[Future[Reading]]:
        """Those that are done, once there is one."""
        while True:
            done = wait(flying, STOP_EVERY, return_when=FIRST_COMPLETED).done
            if self._stop is not None and self._stop.is_set():
                raise KeyboardInterrupt
            if done:
                return done

    def _mark(self, task: Task) -> Path:
        """A file that is there while ``task`` is under way, and not empty once it was
        stopped for taking too long."""
        return self._marks / str(task.number)


def _result(task: Task, future: Future[Reading]) -> Reading | None:
    try:
        return future.result()
    except BrokenProcessPool:
        return None
    except Exception as e:  # what came back could not be carried between processes
        return _failure(task, internal(task.source, e))


def _kill(pool: ProcessPoolExecutor) -> None:
    """Stop at once: what is under way is of no more use."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()


def _start_worker() -> None:
    """Leave ctrl-C to the parent, keep to one thread, and end when the parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(task: Task, reader: Reader, mark: Path, timeout: float) -> Reading:
    """In the worker: read one file under a clock that no busy loop can hold up."""
    with open(mark, "w") as clock:
        faulthandler.dump_traceback_later(timeout, exit=True, file=clock)
        try:
            return read_task(task, reader)
        finally:
            faulthandler.cancel_dump_traceback_later()
            clock.close()
            mark.unlink()


def _failure(task: Task, error: FcextractError) -> Reading:
    return Reading((), 0, False, failed(task, error), 0.0, 0.0)


def _crashed(task: Task) -> ReaderCrashedError:
    return ReaderCrashedError(
        f"读取 {task.source} 的进程两次中途崩溃，多半是文件损坏或过大所致，这份文件因此没有结果。"
        "请用其他软件打开并另存一份，再重新运行。",
        f"The process reading {task.source} died twice, most likely because the file is damaged "
        "or too large, so it has no result. Open it in another program, save it anew and run again.",
    )


def _too_slow(task: Task, seconds: float) -> TimeLimitError:
    return TimeLimitError(
        f"读取 {task.source} 超过了 {seconds:g} 秒的时限，已停止，这份文件因此没有结果。"
        "如果文件确实很大，请用 --timeout 放宽时限后重新运行。",
        f"Reading {task.source} took longer than the limit of {seconds:g} seconds and was stopped, "
        "so it has no result. If the file really is that large, allow more with --timeout and "
        "run again.",
    )


def _cannot_start() -> UsageError:
    return UsageError(
        "读取进程无法启动，因此一份文件也读不了。若在脚本里调用 fcextract.batch，请把调用放进 "
        'if __name__ == "__main__": 之下，或用 workers=1。',
        "The reading processes do not start, so no file can be read. Where fcextract.batch is "
        'called from a script, call it under if __name__ == "__main__":, or with workers=1.',
    )
