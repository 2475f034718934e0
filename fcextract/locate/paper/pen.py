"""Lines of pixels to runs of text, with no more recognition than is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from fcextract.geometry import Box
from fcextract.locate.paper.ink import LINE
from fcextract.records import Run
from fcextract.scan import Grey, Scan
from fcextract.text.ocr import Recogniser, Seen

#: Beginnings of rows are squeezed to this share of their width before they are read: Han
#: characters stay legible and cost half.
SQUEEZED = 0.5
#: Least certainty of a line's characters, 0 to 1, below which the small model reads it again
#: after the tiny one.
UNSURE = 0.9
#: Least mean certainty of a line that is believed at all.
LEGIBLE = 0.55
#: Stands for the text of a line that was not read.
UNREAD = "…"
#: Two cells of one line stand this far apart at least, in line heights.
APART = 0.6
#: What is shown of a line's surroundings, in line heights.
MARGIN = 0.12

#: A row's number, one of its brackets lost or taken for another.
NUMBER = re.compile(r"^\s*[(（\[【{〔]?\s*(\d{1,3})\s*[)）\]】}〕]\s*")
#: A number, both its brackets whole, some of its digits taken for letters.
LIKE_NUMBER = re.compile(r"^\s*[(（]\s*(?=[^)）]*\d)([\dOoDQlI|]{2,3})\s*[)）]\s*")
#: So many digits in a row, hardly any of them taken for letters.
LONG_NUMBER = re.compile(r"\b(?=(?:\D?\d){8})[\dOoDQlI|]{12,}\b")
DIGITS = str.maketrans("OoDQlI|", "0000111")
#: A number after a label that stands close to the item text.
INNER_NUMBER = re.compile(r"(?<=\S)\s*([(（]\s*[\dOoDQlI|]{1,3}\s*[)）])")
#: A number that lost both: believed only where the wording agrees.
BARE_NUMBER = re.compile(r"^\W{0,3}(\d{1,3})\W{1,3}")


class Readers(NamedTuple):
    """The recogniser that is quick, and the one that is five times slower and better."""

    quick: Recogniser
    careful: Recogniser


class Pen:
    """Reads lines of one page."""

    def __init__(self, scan: Scan, readers: Readers) -> None:
        self._scan = scan
        self._readers = readers
        self._known: dict[Box, Run | None] = {}
        self._glanced: dict[Box, list[Run]] = {}

    def glance(self, line: Box, length: float) -> list[Run]:
        """What a line begins with, ``length`` times as long as it is high, at first sight."""
        part = _start(line, length)
        if part not in self._glanced:
            pixels = _squeezed(self._pixels(part))
            self._glanced[part] = self._said(self._readers.quick, pixels, part)
        return self._glanced[part]

    def beginnings(self, line: Box, length: float) -> Iterator[Run]:
        """The same, read ever more carefully: for those who know when it makes sense."""
        yield from self.glance(line, length)
        part = _start(line, length)
        pixels = self._pixels(part)
        for reader in self._readers:
            yield from self._said(reader, pixels, part)

    def carefully(self, line: Box, length: float) -> list[Run]:
        """The same by the better reader alone."""
        part = _start(line, length)
        return self._said(self._readers.careful, self._pixels(part), part)

    def _said(self, reader: Recogniser, pixels: Grey, part: Box) -> list[Run]:
        """The run that a reader makes of a part of a line, if any."""
        seen = reader(pixels)
        return [_as_run(seen, part)] if seen and _mean(seen) >= LEGIBLE else []

    def all(self, lines: Iterable[Box], *, careful: bool = False) -> list[Run]:
        """Whole lines, those that are as high as type and legible; with ``careful`` all by the
        better reader."""
        high = [line for line in lines if line.height >= LINE[0]]
        return [run for line in high if (run := self._whole(line, careful)) is not None]

    def _whole(self, line: Box, careful: bool) -> Run | None:
        if line not in self._known:
            pixels = self._pixels(line)
            seen = self._readers.careful(pixels, blanks=True) if careful else self._surely(pixels)
            legible = seen and _mean(seen) >= LEGIBLE
            self._known[line] = _as_run(seen, line) if legible else None
        return self._known[line]

    def _surely(self, pixels: Grey) -> list[Seen]:
        quick, careful = self._readers
        seen = quick(pixels, blanks=True)
        if _least(seen) >= UNSURE:
            return seen
        again = careful(pixels, blanks=True)
        return again if _mean(again) >= _mean(seen) else seen

    def _pixels(self, line: Box) -> Grey:
        return self._scan.clip(line.grow(MARGIN * line.height))


def unread(line: Box) -> Run:
    """A line that is there and whose text nobody needs."""
    return Run(UNREAD, line, (line.x0, line.x1), (), "", line.height, 0, -1, True)


def _start(line: Box, length: float) -> Box:
    """A line as far as it is ``length`` times as long as it is high."""
    return line._replace(x1=min(line.x1, line.x0 + length * line.height))


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
    return cleaned(run)


def cleaned(run: Run) -> Run:
    """The run with the number that it begins with as it is printed, and the digits of long
    ones that were taken for letters."""
    run = run._replace(text=LONG_NUMBER.sub(lambda m: m[0].translate(DIGITS), run.text))
    found = NUMBER.match(run.text)
    if found is None and (found := LIKE_NUMBER.match(run.text)) is None:
        return run
    return renumbered(run, int(found[1].translate(DIGITS)), found.end())


def numbered(runs: Sequence[Run]) -> Run | None:
    """The run that begins with a number, of a cell's; None where none does."""
    return next((r for r in runs if NUMBER.match(r.text)), None)


def cut(run: Run, at: int) -> tuple[Run, Run]:
    """The run in two, before character ``at`` (0 < at < its length), so far apart that they are
    two cells'."""
    x = run.edges[at]
    end = max(run.box.x0, x - APART * run.size)
    edges = (*(min(e, end) for e in run.edges[:at]), end)
    left = run._replace(text=run.text[:at], edges=edges, box=run.box._replace(x1=end))
    right = run._replace(text=run.text[at:], edges=run.edges[at:], box=run.box._replace(x0=x))
    return left, right


def renumbered(run: Run, number: int, after: int) -> Run:
    """The run with ``(number)`` in the place of its first ``after`` characters."""
    head = f"({number})"
    start = np.linspace(run.edges[0], run.edges[after], len(head) + 1).tolist()
    return run._replace(text=head + run.text[after:], edges=(*start, *run.edges[after + 1 :]))
