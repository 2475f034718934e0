"""The lines of a page: ruled ones, or lines of type where few are ruled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fcextract.ingest.strokes import Stroke, find_strokes
from fcextract.ingest.textlines import find_text_lines
from fcextract.scan import Grey

#: Strokes shorter than this tell no direction, in inches; longer ones count by their length.
SHORTEST = 1.2
#: Lines shorter than these are no rules of a table, in inches: along a row, down a column.
SHORTEST_RULES = (0.6, 0.25)
#: Fewer strokes than this in one direction give a turn, not a perspective.
FEWEST = 4
#: So many times as many lines across as down, or the reverse, tell rows from columns.
MORE = 1.3
#: Lines of type are so many times as long together along their direction as across it: columns
#: of boxes, and numbers below each other, look like lines too.
CLEARLY = 2.0
#: A line leans like the others of its direction if its slope differs from their median by less
#: than this, or than so many times what is usual there.
ASTRAY, SPREAD = 0.008, 4.0
#: A ruled line is no thicker than this where it has half its ink; so far to both sides that is
#: looked for, in inches. Lines of small type that stand close look like ruled ones else.
THICKEST, BESIDE = 0.032, 0.06


class Lines(NamedTuple):
    """Strokes along the rows and along the columns, in pixels of one picture. ``typed`` tells
    that they are lines of type, all of one direction, and ``sideways`` whether that is surely
    down the page; None where it is not sure."""

    across: list[Stroke]
    down: list[Stroke]
    typed: bool = False
    sideways: bool | None = None


def find_lines(
    grey: Grey, dpi: float, shortest: tuple[float, float] = (SHORTEST, SHORTEST)
) -> Lines:
    """All lines of ``grey``; ``shortest`` in inches, along the rows and along the columns."""
    turned = np.ascontiguousarray(grey.T)
    return Lines(find_strokes(grey, dpi, shortest[0]), find_strokes(turned, dpi, shortest[1]))


def lines_or_type(grey: Grey, dpi: float) -> Lines:
    """The ruled lines, or the lines of type where few are ruled: those along the rows or
    those along the columns, of which there are more."""
    lines = find_lines(grey, dpi)
    turned = np.ascontiguousarray(grey.T)
    ruled = of_one_page(
        Lines(
            [s for s in lines.across if is_ruled(s, grey, dpi)],
            [s for s in lines.down if is_ruled(s, turned, dpi)],
        )
    )
    if max(len(ruled.across), len(ruled.down)) >= FEWEST:
        return ruled
    across = find_text_lines(grey, dpi)
    down = find_text_lines(turned, dpi)
    along, upright = (sum(len(s.at) for s in own) for own in (across, down))
    clear = max(along, upright) > CLEARLY * min(along, upright)
    sideways = (upright > along) if clear else None
    if along >= upright:
        return Lines(across, [], typed=True, sideways=sideways)
    return Lines([], down, typed=True, sideways=sideways)


def sideways_of(lines: Lines) -> bool | None:
    """Whether type runs down the page; a table has more rows than columns."""
    if lines.typed:
        return lines.sideways
    across, down = len(lines.across), len(lines.down)
    if max(across, down) <= MORE * min(across, down):
        return None
    return down > across


def of_one_page(lines: Lines) -> Lines:
    """The lines without those that lean otherwise than nearly all of their direction: a streak
    of the scanner keeps its own direction on a page that lies askew."""
    return lines._replace(across=_like_most(lines.across), down=_like_most(lines.down))


def _like_most(strokes: list[Stroke]) -> list[Stroke]:
    if len(strokes) < FEWEST:
        return strokes
    slopes = np.array([s.slope() for s in strokes])
    off = np.abs(slopes - np.median(slopes))
    most = max(ASTRAY, SPREAD * float(np.median(off)))
    return [s for s, far in zip(strokes, off, strict=True) if far <= most]


def is_ruled(stroke: Stroke, grey: Grey, dpi: float) -> bool:
    """Whether a stroke along the rows is as thin as a ruled line; a line of small type that is
    taken for one is not."""
    far = max(3, round(BESIDE * dpi))
    ys = np.rint(stroke.at).astype(int)
    xs = np.arange(stroke.start, stroke.end)
    ink = np.array(
        [
            255.0 - float(grey[np.clip(ys + k, 0, len(grey) - 1), xs].mean())
            for k in range(-far, far + 1)
        ]
    )
    peak = far - 2 + int(ink[far - 2 : far + 3].argmax())
    light = np.flatnonzero(ink < ink[peak] / 2)
    above, below = light[light < peak], light[light > peak]
    if not len(above) or not len(below):
        return False
    return int(below[0] - above[-1] - 1) <= max(3, round(THICKEST * dpi))
