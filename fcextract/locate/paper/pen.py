"""Lines of pixels to runs of text, with no more recognition than is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import cv2
import numpy as np

from fcextract.geometry import Box
from fcextract.locate.paper.ink import LINE
from fcextract.records import Run
from fcextract.scan import Grey, Scan
from fcextract.text.ocr import Recogniser, Seen

#: Lines are squeezed to this share of their width before they are read: Han characters
#: stay legible and cost half. What is not read surely is read again as it is.
SQUEEZED = 0.5
#: Least certainty of a line's characters, 0 to 1, below which it is read again.
UNSURE = 0.6
#: Squeezing is given up on a page once so many lines were tried and more than that share of
#: them had to be read again.
TRIALS, WORTH = 8, 0.5
#: Least mean certainty of a line that is believed at all.
LEGIBLE = 0.55
#: Stands for the text of a line that was not read.
UNREAD = "…"
#: What is shown of a line's surroundings, in line heights.
MARGIN = 0.12

#: A row's number, one of its brackets lost or taken for another.
NUMBER = re.compile(r"^\s*[(（\[【{〔]?\s*(\d{1,3})\s*[)）\]】}〕]\s*")
#: A number that lost both: believed only where the wording agrees.
BARE_NUMBER = re.compile(r"^\W{0,3}(\d{1,3})\W{1,3}")


class Pen:
    """Reads lines of one page."""

    def __init__(self, scan: Scan, reader: Recogniser) -> None:
        self._scan = scan
        self._reader = reader
        self._squeezed = self._unsure = 0
        self._known: dict[Box, Run | None] = {}

    def part(self, line: Box, length: float) -> Run | None:
        """The beginning of a line, ``length`` times as long as it is high."""
        return self._run(line._replace(x1=min(line.x1, line.x0 + length * line.height)))

    def all(self, lines: Iterable[Box]) -> list[Run]:
        """Whole lines, those that are legible."""
        return [run for line in lines if (run := self._run(line)) is not None]

    def _run(self, line: Box) -> Run | None:
        """What a line says. A short one is its own beginning, and is asked for both."""
        if line not in self._known:
            self._known[line] = self._recognised(line)
        return self._known[line]

    def _recognised(self, line: Box) -> Run | None:
        pixels = self._scan.clip(line.grow(MARGIN * line.height))
        seen = self._read_squeezed(pixels)
        if _least(seen) < UNSURE:
            again = self._reader(pixels)
            if _mean(again) >= _mean(seen):
                seen = again
        if not seen or _mean(seen) < LEGIBLE:
            return None
        return _as_run(seen, line)

    def _read_squeezed(self, pixels: Grey) -> list[Seen]:
        """The line read at half its width; nothing on pages where that seldom does."""
        if self._squeezed >= TRIALS and self._unsure > WORTH * self._squeezed:
            return []
        seen = self._reader(_squeezed(pixels))
        self._squeezed += 1
        self._unsure += _least(seen) < UNSURE
        return seen


def unread(line: Box) -> Run:
    """A line that is there and whose text nobody needs."""
    return Run(UNREAD, line, (line.x0, line.x1), (), "", line.height, 0, -1, True)


def _squeezed(pixels: Grey) -> Grey:
    height, width = pixels.shape
    return np.asarray(
        cv2.resize(pixels, (max(8, round(width * SQUEEZED)), height), interpolation=cv2.INTER_AREA)
    )


def _least(seen: Sequence[Seen]) -> float:
    return min((s.sure for s in seen), default=0.0)


def _mean(seen: Sequence[Seen]) -> float:
    return sum(s.sure for s in seen) / len(seen) if seen else 0.0


def _as_run(seen: Sequence[Seen], line: Box) -> Run:
    middles = [line.x0 + s.at * line.width for s in seen]
    edges = [line.x0, *((a + b) / 2 for a, b in pairwise(middles)), line.x1]
    text = "".join(s.char for s in seen)
    size = min(max(line.height, LINE[0]), LINE[1])
    run = Run(text, line, tuple(edges), (), "", size, 0, -1, True)
    found = NUMBER.match(text)
    return renumbered(run, int(found[1]), found.end()) if found else run


def renumbered(run: Run, number: int, after: int) -> Run:
    """The run with ``(number)`` in the place of its first ``after`` characters."""
    head = f"({number})"
    start = np.linspace(run.edges[0], run.edges[after], len(head) + 1).tolist()
    return run._replace(text=head + run.text[after:], edges=(*start, *run.edges[after + 1 :]))
