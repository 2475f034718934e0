"""Evidence typed as characters: by code point, in reading order, if they can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from fcextract.geometry import Box, hull
from fcextract.marks.evidence import lightness
from fcextract.records import Annotation, Place, Run
from fcextract.text.marks import APART, Typed, may_be_apart, read_typed, symbol

KIND = "glyph"
#: Characters lighter than this cannot be seen on paper.
PALE = 0.85
#: The shadow of a character shares this much of its place.
SHADOW = 0.6
#: What a viewer prints for characters its font lacks.
TOFU = set("·?\ufffd•")


class TypedMark(NamedTuple):
    """The typed characters of a cell: what they say, where they stand, which runs they
    are. ``hidden`` are characters that are there but cannot be seen."""

    says: Typed
    box: Box
    text: str
    runs: tuple[Run, ...]
    hidden: tuple[Run, ...]


def read_typed_runs(place: Place) -> TypedMark | None:
    """The typed characters in the cell; None where there are none."""
    runs = [r for r in place.runs if not any(_belongs(r, a) for a in place.annotations)]
    runs = [r for r in runs if r.text.strip()]
    if not runs:
        return None
    seen = [r for r in runs if r.seen and not (r.color is not None and lightness(r.color) > PALE)]
    return typed_mark(seen, [r for r in runs if r not in seen and not _is_shadow(r, seen)])


def _is_shadow(run: Run, seen: Sequence[Run]) -> bool:
    """Whether ``run`` says again, all but in place, what is seen there."""
    return any(r.text == run.text and r.box.overlap(run.box) > SHADOW * run.box.area for r in seen)


def typed_mark(seen: Sequence[Run], hidden: Sequence[Run]) -> TypedMark:
    """What the characters of ``seen`` say; with none of them, where ``hidden`` stands."""
    box = hull(r.box for r in seen or hidden)
    assert box is not None
    lines = _lines(seen)
    text = "".join(symbol(r.text, r.font) for line in lines for r in line)
    says = Typed.ODD if any(map(_is_parted, lines)) else read_typed(text)
    return TypedMark(says, box, text, tuple(seen), tuple(hidden))


def _belongs(run: Run, annotation: Annotation) -> bool:
    """Whether ``run`` is what an annotation's own appearance shows."""
    if annotation.kind not in {"FreeText", "Stamp", "Text"}:
        return False
    if not annotation.box.grow(1.0).holds(run.box.cx, run.box.cy):
        return False
    said = annotation.text.strip()
    shown = run.text.strip()
    return not said or shown in said or set(shown) <= TOFU


def _lines(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs line by line, left to right."""
    rest = sorted(runs, key=lambda r: (r.box.cy, r.box.x0))
    lines: list[list[Run]] = []
    for r in rest:
        if lines and r.box.cy - lines[-1][0].box.cy < 0.6 * r.box.height:
            lines[-1].append(r)
        else:
            lines.append([r])
    return [sorted(line, key=lambda r: r.box.x0) for line in lines]


def _is_parted(line: Sequence[Run]) -> bool:
    """Whether what follows a mark in its line stands too far apart to belong to it."""
    return any(
        b.box.x0 - a.box.x1 > APART * max(a.size, b.size)
        and may_be_apart(symbol(a.text, a.font), symbol(b.text, b.font))
        for a, b in pairwise(line)
    )
