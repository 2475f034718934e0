"""The desk and the easel at work, each on a thread of its own.

The ledger is spoken to on one thread and pictures are drawn on another, both with a queue
before them; the event loop itself does nothing that takes time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from fcextract.review.desk import Desk, Spread
from fcextract.review.jobs import Jobs
from fcextract.review.pictures import Easel
from fcextract.settings import ReadOptions

T = TypeVar("T")


class Office:
    """The desk and the easel, each on its own thread."""

    def __init__(self, out: Path, password: str | None) -> None:
        self.out = out
        self._clerk = ThreadPoolExecutor(1, "desk")
        self._painter = ThreadPoolExecutor(1, "easel")
        self._desk = self._clerk.submit(Desk, out).result()
        self._easel = Easel(password)
        given = self._clerk.submit(self._desk.options).result()
        known = {k: given[k] for k in ("edition", "count", "lang") if k in given}
        self.jobs = Jobs(out, ReadOptions(password=password, **known))
        self._clerk.submit(self._fill)

    async def ask(self, call: Callable[[Desk], T]) -> T:
        """What the desk answers."""
        return await asyncio.get_running_loop().run_in_executor(
            self._clerk, lambda: call(self._desk)
        )

    async def draw(self, spread: Spread, dpi: float) -> bytes:
        """What the easel draws."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._painter, self._easel.draw, spread, dpi)

    async def size(self, spread: Spread) -> tuple[float, float] | None:
        """The sides of a page, in points."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._painter, self._easel.size, spread)

    def close(self) -> None:
        """Stop, and let go of all files."""
        self.jobs.close()
        self._clerk.submit(self._desk.close)
        self._painter.submit(self._easel.close)
        for thread in (self._clerk, self._painter):
            thread.shutdown(wait=True)

    def _fill(self) -> None:
        """Make outlines until all are there, leaving the desk free between slices."""
        if self._desk.fill():
            try:
                self._clerk.submit(self._fill)
            except RuntimeError:  # closed meanwhile
                return
