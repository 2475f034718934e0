"""Figures that something was painted over: patches, pasted pictures, notes, other figures.

What lies underneath is not what the form says, and what lies on top may be forged. Neither
is left to pass unseen: hidden characters are not read, and a person is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from fcextract.geometry import Box
from fcextract.locate.segments import Segment
from fcextract.records import Page, Run

#: A fill hides what is below it if it is this opaque, and nearly white or nearly black: in
#: between it may be a highlighter, which lets print through.
OPAQUE, WHITE, BLACK = 0.9, 0.97, 0.3
#: It hides a character if it reaches over so much of its height.
OVER = 0.6
#: Higher pictures than so many lines of type are seals and signatures, not patches.
PATCH = 3.0


_FIGURE = frozenset("0123456789０１２３４５６７８９.,'")


class Figure(NamedTuple):
    """One character of a figure on the page: its run, its place in it, and where it stands."""

    run: Run
    at: int
    box: Box

    @property
    def character(self) -> str:
        return self.run.text[self.at]


def drawn_over(page: Page, segments: Sequence[Segment]) -> dict[Run, set[int]]:
    """The figures of ``segments`` that something of ``page`` was painted over: per run, the
    places of their characters. A figure of which one digit is hidden is hidden as a whole:
    what is left of it is another figure."""
    groups = [group for s in segments for group in _figures(s)]
    hidden = [any(_is_covered(page, f) for f in group) for group in groups]
    seen = [f for group, gone in zip(groups, hidden, strict=True) if not gone for f in group]
    found: dict[Run, set[int]] = {}
    for group, gone in zip(groups, hidden, strict=True):
        if gone or any(_is_overwritten(f, seen) for f in group):
            for f in group:
                found.setdefault(f.run, set()).add(f.at)
    return found


def _figures(segment: Segment) -> Iterator[list[Figure]]:
    """The figures of a segment, each as its characters."""
    characters = [
        Figure(run, at, Box(run.edges[at], run.box.y0, run.edges[at + 1], run.box.y1))
        for run in segment.runs
        if run.seen
        for at in range(len(run.text))
    ]
    for is_figure, group in groupby(characters, key=lambda f: f.character in _FIGURE):
        if is_figure:
            yield list(group)


def _is_covered(page: Page, f: Figure) -> bool:
    return any(_hides(cover, f) for cover in _covers(page, f.run))


def _covers(page: Page, run: Run) -> Iterator[Box]:
    """What was painted after ``run`` and may hide it. Annotations are painted last."""
    if run.seq >= 0:
        for shape in page.shapes:
            if shape.seq > run.seq and shape.opacity >= OPAQUE and _is_patch(shape.fill):
                yield shape.box
        for picture in page.pictures:
            if picture.seq > run.seq and picture.box.height < PATCH * run.box.height:
                yield picture.box
    for note in page.annotations:
        is_own = run.text.strip() in note.text  # its words are painted with the page's
        paints = _is_patch(note.fill) or bool(note.text.strip())
        if paints and not (note.hidden or note.strokes or is_own):
            yield note.box


def _is_patch(fill: int | None) -> bool:
    if fill is None:
        return False
    parts = (fill >> 16, (fill >> 8) & 255, fill & 255)
    return min(parts) >= WHITE * 255 or max(parts) <= BLACK * 255


def _hides(cover: Box, f: Figure) -> bool:
    across = cover.x0 <= f.box.cx <= cover.x1
    return across and cover.y_overlap(f.box) >= OVER * f.box.height


def _is_overwritten(f: Figure, seen: Sequence[Figure]) -> bool:
    """Whether another figure that is ``seen`` stands in the same place. The same one twice is
    bold print."""
    return any(
        g.run is not f.run
        and g.character != f.character
        and g.box.overlap(f.box) > 0.5 * min(g.box.area, f.box.area)
        for g in seen
    )
