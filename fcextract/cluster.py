"""The same reader on more than one machine, under Dask's futures.

Every worker of the cluster reads in child processes of its own, under the same bounds as a
single machine; the one ledger is the client's. A worker that dies loses nothing: Dask gives
its files to others. Files are named by paths that all machines share, or by addresses.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from fcextract.child import failure_of
from fcextract.errors import ClusterError, UsageError
from fcextract.inputs import content_hash
from fcextract.places import Place
from fcextract.reading import Reader, Task
from fcextract.settings import Bounds
from fcextract.versions import reader_version
from fcextract.workers import Pool, crashed

if TYPE_CHECKING:
    from fcextract.ledger import Reading

#: Files handed out at once for every thread of the cluster: one to read and one to wait.
AHEAD = 2
#: Seconds that a scheduler has to answer.
PATIENCE = 30
#: Files hashed in one call: a call costs about a millisecond, a small file's hash less.
HASHED = 32

_pools = threading.local()
_all_pools: list[Pool] = []


class Cluster:
    """Readers on the workers of a Dask scheduler. A context manager.

    Raises:
        UsageError: Dask is not installed here.
        ClusterError: the scheduler does not answer, has no workers, or they have another
            version of this package.
    """

    def __init__(self, scheduler: str, bounds: Bounds, reader: Reader) -> None:
        if find_spec("distributed") is None:
            raise _no_dask()
        self._address = scheduler
        self._bounds = bounds
        self._reader = reader
        self._client: Any = None

    def __enter__(self) -> Self:
        from distributed import Client

        try:
            self._client = Client(self._address, timeout=PATIENCE, set_as_default=False)
            versions = self._client.run(reader_version)
        except Exception as e:  # whatever Dask and the network have to say
            self._leave()
            raise _unreachable(self._address, e) from e
        others = {w: v for w, v in versions.items() if v != reader_version()}
        if others or not versions:
            self._leave()
            raise _differing(others) if others else _no_workers(self._address)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        if self._client is not None:
            try:
                self._client.run(close_pools)
                self._client.close(timeout=PATIENCE)
            except Exception:  # the cluster is gone: there is nobody left to tell
                self._client.close(timeout=0)
            self._client = None

    def hashes(self, places: Iterable[Place]) -> Iterator[str]:
        """The content hash of each, taken where it will be read, in order."""
        rest = iter(places)
        waiting: list[Any] = []
        while True:
            while len(waiting) < self._width() and (chunk := list(islice(rest, HASHED))):
                waiting.append(self._submit(hash_all, chunk))
            if not waiting:
                return
            yield from self._result(waiting.pop(0))

    def read(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Reading]]:
        """Results as they come."""
        from distributed import as_completed

        rest = iter(tasks)
        flying: dict[Any, Task] = {}
        done = as_completed(loop=self._client.loop)
        try:
            while True:
                for task in islice(rest, max(0, self._width() - len(flying))):
                    future = self._submit(read_one, task, self._bounds, self._reader)
                    flying[future] = task
                    done.add(future)
                if not flying:
                    return
                future = next(done)
                task = flying.pop(future)
                yield task, self._reading(task, future)
        finally:
            self._client.cancel(list(flying), force=True)

    def _width(self) -> int:
        """How many calls may be under way."""
        return AHEAD * max(1, sum(self._client.ncores().values()))

    def _submit(self, work: Any, *words: Any) -> Any:
        return self._client.submit(work, *words, pure=False)

    def _result(self, future: Any) -> Any:
        try:
            return future.result()
        except Exception as e:
            raise _lost(self._address, e) from e

    def _reading(self, task: Task, future: Any) -> Reading:
        from distributed import KilledWorker

        try:
            found: Reading = future.result()
            return found
        except KilledWorker:  # it took several workers with it
            return failure_of(task, crashed(task))
        except Exception as e:
            raise _lost(self._address, e) from e


# ---------------------------------------------------------------- on the workers


def hash_all(places: list[Place]) -> list[str]:
    """The content hash of each."""
    return [content_hash(place) for place in places]


def read_one(task: Task, bounds: Bounds, reader: Reader) -> Reading:
    """Read one file in a child process of this worker, kept for the next one."""
    pool = getattr(_pools, "pool", None)
    if pool is None or pool.bounds != bounds:
        _allow_children()
        pool = _pools.pool = Pool(1, bounds, reader)
        _all_pools.append(pool)
    ((_, reading),) = pool.read([task])
    return reading


def close_pools() -> None:
    """Let go of the child processes of this worker."""
    while _all_pools:
        _all_pools.pop().close()
    globals()["_pools"] = threading.local()


def _allow_children() -> None:
    """Dask's nannies start their workers as daemons, which may have no children by the rule
    of ``multiprocessing``; ours end by themselves when their parent does, which is what the
    rule is there for."""
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]


# ------------------------------------------------------------------------ errors


def _no_dask() -> UsageError:
    return UsageError(
        "--scheduler 需要 Dask，但没有安装，因此什么也没有读。请运行 pip install fcextract[dask]。",
        "--scheduler needs Dask, which is not installed, so nothing was read. "
        "Run pip install fcextract[dask].",
    )


def _unreachable(address: str, e: Exception) -> ClusterError:
    why = _short(e)
    return ClusterError(
        f"连不上调度器 {address}（{why}），因此什么也没有读。请核对地址，确认调度器在运行。",
        f"The scheduler {address} cannot be reached ({why}), so nothing was read. Check the "
        "address, and that the scheduler is running.",
    )


def _no_workers(address: str) -> ClusterError:
    return ClusterError(
        f"调度器 {address} 没有工作机，因此什么也没有读。请先启动：dask worker {address}。",
        f"The scheduler {address} has no workers, so nothing was read. "
        f"Start some: dask worker {address}.",
    )


def _differing(others: dict[str, str]) -> ClusterError:
    worker, version = next(iter(sorted(others.items())))
    return ClusterError(
        f"{len(others)} 台工作机上的 fcextract 与本机版本不同（{worker} 是 {version}，本机是 "
        f"{reader_version()}），读数会混杂，因此什么也没有读。请在各机安装同一版本。",
        f"{len(others)} workers have another version of fcextract than this machine ({worker} has "
        f"{version}, this one {reader_version()}), and readings would be mixed, so nothing was "
        "read. Install the same version everywhere.",
    )


def _lost(address: str, e: Exception) -> ClusterError:
    why = _short(e)
    return ClusterError(
        f"与调度器 {address} 失去联系（{why}），运行中止；已读完的都在台账里。"
        "请检查集群后再运行同一命令，即可继续。",
        f"The scheduler {address} went away ({why}) and the run stopped; what was read is in the "
        "ledger. See to the cluster and run the same command again to go on.",
    )


def _short(e: Exception) -> str:
    return (" ".join(str(e).split()) or type(e).__name__)[:120]
