"""What takes long and runs beside the page: reading dropped files, writing the results."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from fcextract.batches import Progress, add
from fcextract.errors import FcextractError, InternalError
from fcextract.inputs import InputFile
from fcextract.ledger import Ledger
from fcextract.settings import ReadOptions

#: Jobs that are told of; older ones are forgotten.
TOLD = 200
#: Seconds a job is given to end by itself when the page is closed.
PATIENCE = 3.0


@dataclass
class Job:
    """One file to read (``kind`` ``read``) or one export. ``state`` goes from ``waiting``
    over ``working`` to ``done`` or ``failed``, which ``zh`` and ``en`` explain."""

    id: int
    kind: str
    name: str
    state: str = "waiting"
    zh: str = ""
    en: str = ""

    def fail(self, zh: str, en: str) -> None:
        """End it, with the reason."""
        self.state, self.zh, self.en = "failed", zh, en


class Jobs:
    """A list of jobs, done one after the other on a thread of its own."""

    def __init__(self, out: Path, options: ReadOptions) -> None:
        self._out = out
        self._options = options
        self._numbers = count(1)
        self._waiting: queue.SimpleQueue[tuple[Job, InputFile | str] | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._jobs: list[Job] = []
        self.unwritten = False
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()

    def told(self) -> list[dict[str, Any]]:
        """The jobs, newest last."""
        return [vars(job) for job in self._jobs]

    def read(self, file: InputFile) -> Job:
        """Have a file read into the ledger."""
        return self._take(Job(next(self._numbers), "read", file.source), file)

    def export(self, lang: str) -> Job:
        """Have the results folder written; ``lang`` is for what it says on failure."""
        return self._take(Job(next(self._numbers), "export", ""), lang)

    def close(self) -> None:
        """Stop; what was read so far is in the ledger."""
        self._stop.set()
        self._waiting.put(None)
        self._thread.join(PATIENCE)

    def _take(self, job: Job, what: InputFile | str) -> Job:
        self._jobs = [*self._jobs[1 - TOLD :], job]
        self._waiting.put((job, what))
        return job

    def _work(self) -> None:
        while (taken := self._waiting.get()) is not None:
            together = [taken]
            while not self._waiting.empty():
                if (more := self._waiting.get()) is None:
                    return
                together.append(more)
            self._do(together)

    def _do(self, taken: Sequence[tuple[Job, InputFile | str]]) -> None:
        """Files that waited together are read in one run: its processes take a second to
        start. What is to be exported has them in it."""
        reads = {what.source: (job, what) for job, what in taken if isinstance(what, InputFile)}
        if reads:
            jobs = [job for job, what in taken if isinstance(what, InputFile)]
            self._attempt(jobs, self._read, reads)
        for job, what in taken:
            if isinstance(what, str):
                self._attempt([job], self._export, job, what)

    def _attempt(self, jobs: Sequence[Job], call: Any, *given: Any) -> None:
        for job in jobs:
            job.state = "working"
        try:
            call(*given)
        except FcextractError as e:
            for job in jobs:
                job.fail(e.zh, e.en)
        except Exception as e:  # the thread must live on for the next job
            fault = InternalError(
                f"程序自身出错（{type(e).__name__}: {e}），没有完成。请把这行文字发给维护者。",
                f"This program failed ({type(e).__name__}: {e}) and did not finish. Send this "
                "line to the maintainers.",
            )
            for job in jobs:
                job.fail(fault.zh, fault.en)
        for job in jobs:
            if job.state == "working":  # told of under the name of a twin, or stopped
                job.state = "done"

    def _read(self, reads: dict[str, tuple[Job, InputFile]]) -> None:
        def advance(step: Progress) -> None:
            job, _ = reads[step.source]
            with Ledger.open(self._out) as ledger:
                told = next((s for s in ledger.standings() if s.source == step.source), None)
            if told is not None and told.code:
                job.fail(told.error_zh, told.error_en)
            else:
                job.state = "done"
            self.unwritten = True

        files = [file for _, file in reads.values()]
        add(files, self._out, self._options, progress=advance, stop=self._stop)

    def _export(self, job: Job, lang: str) -> None:
        """In a process of its own: a thousand forms keep a core busy for a minute."""
        self.unwritten = False  # what is corrected from now on may miss this export
        command = [sys.executable, "-m", "fcextract", "export", str(self._out), "--quiet"]
        environment = {**os.environ, "FCEXTRACT_LANG": lang, "PYTHONUTF8": "1"}
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            while not self._stop.is_set():
                try:
                    said = process.communicate(timeout=0.2)[1].decode("utf-8", "replace").strip()
                    break
                except subprocess.TimeoutExpired:
                    continue
            else:
                process.kill()
                return
        if process.returncode:
            self.unwritten = True
            job.fail(said, said)
        else:
            job.state = "done"
