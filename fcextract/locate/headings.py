"""Column headings: what names the columns above a table or a fragment of it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from fcextract.editions import Edition
from fcextract.geometry import Box, hull
from fcextract.locate.segments import Segment
from fcextract.text.fold import fold
from fcextract.text.marks import is_mark

#: Headings stand this close above the first row, in points: a word set upright takes 80, and
#: the end of a row that the page before began may come between.
HEADED = 200.0
#: A text printed twice for bold type lies on itself by this share.
STRUCK = 0.7


class Heading(NamedTuple):
    """The heading of the column whose id is ``column``, with its lines, the lowest first."""

    column: str
    box: Box
    lines: tuple[Segment, ...]


def find_headings(
    segments: Sequence[Segment], floor: float, top: float, edition: Edition
) -> tuple[Heading, ...]:
    """Column headings between ``floor`` and ``top``, the first row's top, with their places."""
    zone = [s for s in segments if max(floor, top - HEADED) < s.box.cy < top + 1]
    zone = [s for s in zone if not is_mark(s.text)]
    stacks: list[list[Segment]] = []
    for s in sorted(zone, key=lambda s: -s.box.cy):
        for stack in stacks:
            above = stack[-1]
            near = above.box.y0 - s.box.y1 < 1.2 * s.size
            if near and s.box.x0 < above.box.x1 and above.box.x0 < s.box.x1:
                stack.append(s)
                break
        else:
            stacks.append([s])
    found: dict[str, tuple[int, Heading]] = {}
    for stack in stacks:
        hit = _named(stack, edition)
        if hit is not None and (hit[1].column not in found or hit[0] < found[hit[1].column][0]):
            found[hit[1].column] = hit
    return _in_one_row([heading for _, heading in found.values()])


def _in_one_row(headings: Sequence[Heading]) -> tuple[Heading, ...]:
    """Without what stands beside no other heading: a line of the form's header."""
    return tuple(
        h
        for h in headings
        if len(headings) == 1
        or any(h is not o and h.box.y0 < o.box.y1 and o.box.y0 < h.box.y1 for o in headings)
    )


def _named(stack: Sequence[Segment], edition: Edition) -> tuple[int, Heading] | None:
    """The heading that lines of ``stack``, which follow each other from the lowest up, make,
    and how well: a line of the form's header close above it, or one of the first row's cell
    that it reaches into, is none of it."""
    full = {column.id: len(fold(column.heading)) for column in edition.columns}
    hits = []
    for first, end in itertools.combinations(range(len(stack) + 1), 2):
        lines = tuple(stack[first:end])
        text = fold("".join(s.text for s in reversed(_once(lines))))
        hit, box = match_heading(text, edition), hull(s.box for s in lines)
        if hit is not None and box is not None:
            hits.append((hit[0], abs(len(text) - full[hit[1]]), Heading(hit[1], box, lines)))
    best = min(hits, key=lambda h: h[:2], default=None)
    return None if best is None else (best[0], best[2])


def _once(segments: Sequence[Segment]) -> list[Segment]:
    """Each text once: bold type may be had by printing twice, a little aside."""
    out: list[Segment] = []
    for s in segments:
        if not any(s.text == t.text and s.box.overlap(t.box) > STRUCK * s.box.area for t in out):
            out.append(s)
    return out


def match_heading(text: str, edition: Edition) -> tuple[int, str] | None:
    """How well (0 best) and which column's heading a folded text is."""
    hits = [
        (rank, column.id)
        for column in edition.columns
        for rank, words in enumerate(column.match)
        if all(fold(w) in text for w in words) and len(text) <= 2 * len(column.heading) + 2
    ]
    return min(hits, key=lambda h: h[0]) if hits else None
