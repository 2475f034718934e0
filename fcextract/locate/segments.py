"""Runs to segments: what stands in one cell on one line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from fcextract.geometry import Box, hull, lines_of
from fcextract.locate.ruling import Ruling
from fcextract.records import Run
from fcextract.text.marks import (
    APART,
    CROSS,
    MARKS,
    ends_choice,
    is_mark,
    is_whole_mark,
    may_be_apart,
    symbol,
)

#: Runs of different fonts belong to one word when they stand this close, in ems.
#: Below the run's own breaking gap, above East Asian autospace.
NEAR = 0.5
#: Characters of one text touch, or nearly, in ems.
TOUCHING = 0.15
#: Brackets that stand for a box, and the tick between them, stand this close, in ems.
BRACKETED = 2.5
#: The lines of one cell lie this close, in ems.
LINE_GAP = 0.6
#: More vertical rules than this at one height are a table's, up to its right edge.
FEWEST_EDGES = 2


class Segment(NamedTuple):
    """Neighbouring runs of one line. ``text`` has symbol fonts already mapped."""

    text: str
    box: Box
    size: float
    runs: tuple[Run, ...]

    def cut(self, at: int) -> tuple[Segment, Segment]:
        """The segment in two, before character ``at`` (0 < at < its length)."""
        left: list[Run] = []
        right: list[Run] = []
        for run in self.runs:
            n = len(run.text)
            if at >= n:
                left.append(run)
            elif at <= 0:
                right.append(run)
            else:
                left.append(_part(run, 0, at, run.edges[at]))
                right.append(_part(run, at, n, run.edges[-1]))
            at -= n
        return _segment(left), _segment(right)

    def without(self, hidden: Mapping[Run, Container[int]]) -> list[Segment]:
        """What is left of the segment without the characters at the ``hidden`` places of its
        runs: itself, or what stands before, between and after them."""
        if not any(run in hidden for run in self.runs):
            return [self]
        return [_segment([part]) for run in self.runs for part in _shown(run, hidden.get(run, ()))]


#: So many lines of the page below one may stand between two lines of the same text, which
#: other columns set at other heights.
BELOW = 4
#: The lines of one text begin this close to each other, in ems: the first may be indented.
INDENT = 2.5

_DIGIT = re.compile(r"\s*\d")
_MEASURE = re.compile(r"\d\s*(?:米|m|M)?\s*$")
_BRACKETED = re.compile(r"[\[(（［【]\s*(?:[^\w\s]\s*)?[\])）］】]?")
_NUMBER = re.compile(r"[(（﹙]\s*(\d{1,3})\s*[)）﹚]")
_NUMBERED = re.compile(rf"\s*{_NUMBER.pattern}\s*")


def numbered(text: str) -> tuple[int, str] | None:
    """The printed number and the rest, where ``text`` begins with ``(n)``."""
    m = _NUMBERED.match(text)
    return (int(m[1]), text[m.end() :]) if m else None


def number_places(text: str) -> list[int]:
    """Where in ``text``, but not at its beginning, an ``(n)`` stands."""
    return [m.start() for m in _NUMBER.finditer(text) if text[: m.start()].strip()]


def find_segments(runs: Iterable[Run], ruling: Ruling) -> list[Segment]:
    """Segments of the visible and invisible text of a page, top to bottom, left to
    right. A vertical rule always ends a segment."""
    pieces = [
        piece
        for run in runs
        for part in _split_at_rules(run, ruling)
        for piece in _split_marks(part)
    ]
    out: list[Segment] = []
    lines = lines_of(pieces, key=lambda r: r.box)
    for i, line in enumerate(lines):
        line.sort(key=lambda r: r.box.x0)
        marks = _mark_runs(line, lines[i + 1 : i + 1 + BELOW])
        group = [line[0]]
        for (a_marks, b_marks), run in zip(itertools.pairwise(marks), line[1:], strict=True):
            if _joined(group, run, a_marks != b_marks, ruling):
                group.append(run)
            else:
                out.append(_segment(group))
                group = [run]
        out.append(_segment(group))
    return [s for s in out if s.text.strip()]


def goes_on(mark: Box, texts: Iterable[Segment]) -> bool:
    """Whether a typed mark touches the end of one of ``texts``: the tick of 已核√ is part
    of a remark, and none of a box's column."""
    return any(
        abs(mark.x0 - t.box.x1) < TOUCHING * t.size
        and t.box.y0 < mark.cy < t.box.y1
        and not is_mark(t.text)
        for t in texts
    )


def under(s: Segment, mark: Segment) -> bool:
    """Whether ``s`` is the line right below a mark."""
    gap = s.box.y0 - mark.box.y1
    return abs(gap) < LINE_GAP * s.size and s.box.x0 < mark.box.x1 and mark.box.x0 < s.box.x1


def _joined(group: list[Run], b: Run, is_border: bool, ruling: Ruling) -> bool:
    """Whether ``b`` goes on with ``group``; ``is_border`` tells that one of the two at the
    joint is a mark, and the other is not."""
    a = group[-1]
    gap = b.box.x0 - a.box.x1
    if a.seen == b.seen and 0 < gap < BRACKETED * a.size and _in_brackets(_text([*group, b])):
        return True
    if gap > NEAR * max(a.size, b.size) or a.seen != b.seen:
        return False
    if gap < -0.6 * max(a.size, b.size):
        return False
    if gap > APART * max(a.size, b.size) and may_be_apart(_text([a]), _text([b])):
        return False  # a box, and the tick or the word that is its remark
    if gap > APART * max(a.size, b.size) and ends_choice(_text(group), _text([b])):
        return False  # a choice, and whatever is next to it
    if is_border and not is_whole_mark(_text([*group, b])):
        return False  # a box, and text that happens to stand next to it
    y = (a.box.cy + b.box.cy) / 2
    return not any(
        a.box.x1 - 1.0 <= ln.at <= b.box.x0 + 1.0 and ln.lo <= y <= ln.hi for ln in ruling.down
    )


def _in_brackets(text: str) -> bool:
    """Whether ``text`` is the bracket that opens a box, with what comes next of it."""
    return _BRACKETED.fullmatch(text.strip()) is not None


def _text(runs: Iterable[Run]) -> str:
    return "".join(symbol(r.text, r.font) for r in runs)


def _is_mark_run(run: Run) -> bool:
    return is_mark(symbol(run.text, run.font))


def _mark_runs(line: list[Run], below: Iterable[list[Run]]) -> list[bool]:
    """Which runs of one line are marks. A cross that touches the texts on both its sides is
    none: a measure, such as 80×80; nor is one whose measure goes on in the lines ``below``."""
    marks = [_is_mark_run(r) for r in line]
    for i, (a, cross) in enumerate(itertools.pairwise(line), 1):
        if marks[i] and CROSS.issuperset(cross.text) and _is_measure(a, cross, below):
            marks[i] = False
    triples = zip(line, line[1:], line[2:], strict=False)
    for i, (a, cross, b) in enumerate(triples, 1):
        gap = max(cross.box.x0 - a.box.x1, b.box.x0 - cross.box.x1)
        texts = not marks[i - 1] and not marks[i + 1]
        if marks[i] and texts and CROSS.issuperset(cross.text) and gap < TOUCHING * cross.size:
            marks[i] = False
    return marks


def _is_measure(a: Run, cross: Run, below: Iterable[list[Run]]) -> bool:
    """Whether a cross touches the end of a measure whose other half begins the next line of
    the same text."""
    if not _MEASURE.search(a.text) or abs(cross.box.x0 - a.box.x1) >= TOUCHING * cross.size:
        return False
    return any(
        _DIGIT.match(b.text)
        and abs(b.box.x0 - a.box.x0) < INDENT * a.size
        and b.box.y0 - a.box.y1 < LINE_GAP * a.size
        for b in itertools.chain.from_iterable(below)
    )


def _split_marks(run: Run) -> list[Run]:
    """Cut the marks off that a run of text begins or ends with: where a text fills its
    column, no gap parts it from the box beside it."""
    text = run.text
    if len(text) < 2 or _is_mark_run(run) or not any(c in MARKS for c in text):
        return [run]
    head = next((n for n in range(len(text) - 1, 0, -1) if is_whole_mark(text[:n])), 0)
    tail = next((n for n in range(1, len(text)) if is_mark(text[n:])), len(text))
    cuts = sorted({0, head, max(tail, head), len(text)})
    return [_part(run, a, b, run.edges[b]) for a, b in itertools.pairwise(cuts)]


def _segment(runs: list[Run]) -> Segment:
    box = hull(r.box for r in runs)
    assert box is not None
    return Segment(_text(runs), box, runs[0].size, tuple(runs))


def _split_at_rules(run: Run, ruling: Ruling) -> list[Run]:
    """Cut ``run`` where a vertical rule stands between two of its characters. Text that runs
    over the right edge of a table is still its last cell's."""
    box = run.box
    down = [ln.at for ln in ruling.down if ln.lo <= box.cy <= ln.hi]
    edge = max(down) if len(down) > FEWEST_EDGES else float("inf")
    cuts = [at for at in down if box.x0 + 1.0 < at < box.x1 - 1.0 and at < edge]
    out = []
    for at in cuts:
        # By the middle of a character: trimmed punctuation begins half an em early.
        middles = [(a + b) / 2 for a, b in zip(run.edges, run.edges[1:], strict=False)]
        i = next((i for i, x in enumerate(middles) if x > at), 0)
        if i == 0 or run.edges[i] - at > run.size:
            continue
        out.append(_part(run, 0, i, min(at, run.edges[i])))
        run = _part(run, i, len(run.text), run.edges[-1])
    return [*out, run]


def _shown(run: Run, hidden: Container[int]) -> Iterator[Run]:
    """The parts of ``run`` between its hidden characters."""
    shown = [at for at in range(len(run.text)) if at not in hidden]
    for _, group in itertools.groupby(enumerate(shown), key=lambda pair: pair[1] - pair[0]):
        places = [at for _, at in group]
        a, b = places[0], places[-1] + 1
        yield _part(run, a, b, run.edges[b])


def _part(run: Run, a: int, b: int, right: float) -> Run:
    edges = (*run.edges[a:b], right)
    box = Box(edges[0], run.box.y0, edges[-1], run.box.y1)
    return run._replace(text=run.text[a:b], box=box, edges=edges, codes=run.codes[a:b])
