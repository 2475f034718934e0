"""Reading files in other processes, so that no file can take the batch down.

Children are started by *spawn*, as on Windows, one thread each, and are given one file at
a time, so that it is always known which file a child died of. A child whose file takes too
long or too much memory is killed, and the file gets an error row; one that dies by itself
may have been killed from outside, so its file is read once more. A child whose parent is
gone ends by itself.
"""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from fcextract.child import READY, Child, failure_of, read_task
from fcextract.errors import MemoryLimitError, ReaderCrashedError, TimeLimitError, UsageError
from fcextract.inputs import content_hash
from fcextract.ledger import Reading
from fcextract.places import Place
from fcextract.reading import Reader, Task, read_form
from fcextract.settings import Bounds

#: Children that may die in a row before they are ready. One can be killed by chance; three
#: are children that cannot start.
MAX_BARREN = 3
#: So many deaths of its readers are a file's own doing.
MAX_DEATHS = 2
#: Seconds between two looks at what children take.
TICK = 0.1


class Readers(Protocol):
    """Who does the work of a batch."""

    def hashes(self, places: Iterable[Place]) -> Iterator[str]:
        """The content hash of each, in order; "" where it cannot be read."""

    def read(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Reading]]:
        """Results as they come. Tasks are taken from the iterable only as somebody gets free,
        so neither tasks nor results pile up."""


class Processes(NamedTuple):
    """Readers on this machine: so many other processes, or this one where that is 0. Once
    ``stop`` is set, other processes are left off and KeyboardInterrupt is raised, as control-C
    would."""

    workers: int
    bounds: Bounds
    reader: Reader = read_form
    stop: threading.Event | None = None

    def hashes(self, places: Iterable[Place]) -> Iterator[str]:
        return map(content_hash, places)

    def read(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Reading]]:
        if self.workers == 0:
            yield from ((task, read_task(task, self.reader)) for task in tasks)
            return
        stop = self.stop or threading.Event()
        with _held_back(stop), Pool(self.workers, self.bounds, self.reader, stop) as pool:
            yield from pool.read(tasks)


@contextmanager
def _held_back(stop: threading.Event) -> Iterator[None]:
    """Control-C sets ``stop``, so that no result is dropped on its way to whoever keeps it; a
    second one breaks off at once. What has other plans for the signal keeps them."""
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def asked(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    signal.signal(signal.SIGINT, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class Pool:
    """Reading processes that are replaced when they die. A context manager."""

    def __init__(
        self, workers: int, bounds: Bounds, reader: Reader, stop: threading.Event | None = None
    ) -> None:
        self._workers = workers
        self._stop = stop
        self.bounds = bounds
        self._reader = reader
        self._children: list[Child] = []
        self._barren = 0
        self._over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close(at_once=kind is not None)

    def close(self, at_once: bool = True) -> None:
        """Let go of all children: of those that read, only ``at_once``."""
        self._over.set()
        for child in self._children:
            child.end(at_once)
        self._children = []

    def read(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Reading]]:
        """Results as they come."""
        queue = _Queue(tasks)
        while self._feed(queue):
            for child in self._speaking():
                task, said = child.task, child.hear()
                child.task = None
                if said is None:
                    self._bury(child)
                    said = self._verdict(child, task, queue)
                elif said == READY:
                    child.ready, self._barren = True, 0
                self._feed(queue)  # before anyone works on the result
                if task is not None and isinstance(said, Reading):
                    yield task, said

    def _feed(self, queue: _Queue) -> bool:
        """Give files to whoever is free, and start more children while there are more files
        than children. Gives whether anything is under way."""
        for child in self._children:
            if child.ready and child.task is None and (task := queue.next()) is not None:
                child.give(task)
        starting = sum(not c.ready for c in self._children)
        while len(self._children) < self._workers and queue.holds(starting + 1):
            self._children.append(Child(self._reader))
            starting += 1
        return any(c.task for c in self._children) or queue.holds(1)

    def _speaking(self) -> list[Child]:
        """The children that have something to say, or are dead. Waits for one."""
        links: set[object] = set()
        while not links:
            links = set(wait([c.link for c in self._children], TICK))
            if self._stop is not None and self._stop.is_set():
                raise KeyboardInterrupt
        return [c for c in self._children if c.link in links]

    def _bury(self, child: Child) -> None:
        self._children.remove(child)
        child.end(at_once=True)

    def _verdict(self, child: Child, task: Task | None, queue: _Queue) -> Reading | None:
        """What the death of ``child`` means for the file that it read: None if nothing yet."""
        if not child.ready:
            self._barren += 1
            if self._barren == MAX_BARREN:
                raise _cannot_start()
        if task is None:
            return None
        if child.excess is not None and child.excess.number == task.number:
            late = child.excess.what == "seconds"
            error = _too_slow if late else _too_large
            return failure_of(task, error(task, self.bounds))
        if queue.put_back(task) < MAX_DEATHS:
            return None
        queue.drop(task)
        return failure_of(task, crashed(task))

    def _watch(self) -> None:
        """In a thread of its own: hold the children to their bounds."""
        while not self._over.wait(TICK):
            for child in tuple(self._children):
                child.check(self.bounds)


class _Queue:
    """Tasks to be given out, those that came back first."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._rest = iter(tasks)
        self._held: list[Task] = []
        self._back: Counter[int] = Counter()

    def next(self) -> Task | None:
        return self._held.pop(0) if self.holds(1) else None

    def holds(self, count: int) -> bool:
        """Whether so many tasks are left; takes no more than that from the iterable."""
        while len(self._held) < count:
            task = next(self._rest, None)
            if task is None:
                return False
            self._held.append(task)
        return True

    def put_back(self, task: Task) -> int:
        """Take a task back. Gives how often it came back."""
        self._held.insert(0, task)
        self._back[task.number] += 1
        return self._back[task.number]

    def drop(self, task: Task) -> None:
        self._held.remove(task)


def crashed(task: Task) -> ReaderCrashedError:
    """A file that its readers died of."""
    return ReaderCrashedError(
        f"读取 {task.source} 的进程两次中途崩溃，多半是文件损坏或过大所致，这份文件因此没有结果。"
        "请用其他软件打开并另存一份，再重新运行。",
        f"The process reading {task.source} died twice, most likely because the file is damaged "
        "or too large, so it has no result. Open it in another program, save it anew and run again.",
    )


def _too_slow(task: Task, bounds: Bounds) -> TimeLimitError:
    return TimeLimitError(
        f"读取 {task.source} 超过了 {bounds.seconds:g} 秒的时限，已停止，这份文件因此没有结果。"
        "如果文件确实很大，请用 --timeout 放宽时限后重新运行。",
        f"Reading {task.source} took longer than the limit of {bounds.seconds:g} seconds and was "
        "stopped, so it has no result. If the file really is that large, allow more with --timeout "
        "and run again.",
    )


def _too_large(task: Task, bounds: Bounds) -> MemoryLimitError:
    return MemoryLimitError(
        f"读取 {task.source} 占用的内存超过了 {bounds.memory_mb} MB 的上限，已停止，这份文件因此没有结果。"
        "如果文件确实很大，请用 --max-memory 放宽上限后重新运行。",
        f"Reading {task.source} took more memory than the limit of {bounds.memory_mb} MB and was "
        "stopped, so it has no result. If the file really is that large, allow more with "
        "--max-memory and run again.",
    )


def _cannot_start() -> UsageError:
    return UsageError(
        "读取进程无法启动，因此一份文件也读不了。若在脚本里调用 fcextract.batch，请把调用放进 "
        'if __name__ == "__main__": 之下，或用 workers=0。',
        "The reading processes do not start, so no file can be read. Where fcextract.batch is "
        'called from a script, call it under if __name__ == "__main__":, or with workers=0.',
    )
