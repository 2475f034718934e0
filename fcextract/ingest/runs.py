"""Characters to runs: neighbours on one baseline, in one font, without a gap.

A table's cells are told apart by the gaps between their runs, so a run must
never reach over a cell's edge, while blanks typed inside a cell must survive.
Most producers write every blank as a character; for those that leave it out
(``spaced=False``) a gap is the only trace of it.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fcextract.geometry import Box
from fcextract.records import Run

_box = partial(tuple.__new__, Box)
_run_of = partial(tuple.__new__, Run)

#: A run ends where the next character stands farther off than this, in ems. The
#: narrowest gap between two cells seen is 0.7 em (1.5 pt padding on both sides and
#: a rule, 7 pt type); East Asian autospace is 0.25 em.
BREAK_GAP = 0.55
#: Where blanks are not written, a gap from here on is one. The narrowest blank of
#: the common faces is 0.22 em, the widest kerning gap 0.1 em.
BLANK_GAP = 0.15
#: Extents above and below the baseline that every character is given, in ems: the ideal
#: em box of CJK faces. Fonts' own ascents and descents differ so much that two faces on
#: one line would seem to stand on two.
ASCENT, DESCENT = 0.88, 0.12
#: Characters belong to one line when their baselines differ by less, in ems.
BASELINE = 0.12


class Chars(NamedTuple):
    """Characters as parallel columns, in reading order of the content stream.

    ``left``, ``right`` and ``base`` are float64 of shape (n,): the advance's two ends and
    the baseline, upright page points; ``size`` (n,) in points; ``span`` (n,) indexes
    ``spans``.
    """

    text: str
    codes: list[int]
    left: NDArray[np.float64]
    right: NDArray[np.float64]
    base: NDArray[np.float64]
    size: NDArray[np.float64]
    span: NDArray[np.intp]
    spans: list[Span]


class Span(NamedTuple):
    """What characters shown together have in common. A nameless font stands for several,
    whose glyph ids do not compare."""

    font: str
    color: int | None
    seq: int
    seen: bool


def build_runs(chars: Chars, spaced: bool) -> tuple[Run, ...]:
    """Group ``chars`` into runs, in their order."""
    n = len(chars.text)
    if not n:
        return ()
    gap = chars.left[1:] - chars.right[:-1]
    em = np.maximum(chars.size[1:], 1.0)
    new = (
        (chars.span[1:] != chars.span[:-1])
        | (np.abs(chars.base[1:] - chars.base[:-1]) > BASELINE * em)
        | (gap > BREAK_GAP * em)
        | (gap < -0.9 * em)
    )
    blank = ~new & (gap > BLANK_GAP * em) if not spaced else np.zeros(n - 1, dtype=bool)
    starts = [0, *(np.flatnonzero(new) + 1).tolist(), n]
    lines = _Lines(
        chars.left.tolist(), chars.right.tolist(), chars.base.tolist(), chars.size.tolist(),
        chars.span.tolist(), [False, *blank.tolist()] if blank.any() else [],
    )  # fmt: skip
    return tuple(_run(chars, lines, a, b) for a, b in pairwise(starts))


class _Lines(NamedTuple):
    """The columns of :class:`Chars` as lists, and where a blank stands before a character
    (empty where there is none)."""

    left: list[float]
    right: list[float]
    base: list[float]
    size: list[float]
    span: list[int]
    blank: list[bool]


def _run(chars: Chars, lines: _Lines, a: int, b: int) -> Run:
    text = chars.text[a:b]
    edges = lines.left[a:b]
    edges.append(lines.right[b - 1])
    font, color, seq, seen = chars.spans[lines.span[a]]
    codes = chars.codes[a:b] if font else []
    before = lines.blank[a:b]
    if True in before:
        text, codes, edges = _with_blanks(text, codes, edges, before)
    base, size = lines.base[a], lines.size[a]
    box = _box((edges[0], base - ASCENT * size, edges[-1], base + DESCENT * size))
    run: Run = _run_of((text, box, tuple(edges), tuple(codes), font, size, color, seq, seen))
    return run


def _with_blanks(
    text: str, codes: list[int], edges: list[float], before: list[bool]
) -> tuple[str, list[int], list[float]]:
    """Put the blank that a gap stands for where it stands."""
    out_text: list[str] = []
    out_codes: list[int] = []
    out_edges: list[float] = []
    for i, blank in enumerate(before):
        if blank:
            out_text.append(" ")
            out_codes.append(-1)
            out_edges.append(edges[i])
        out_text.append(text[i])
        out_codes.append(codes[i] if codes else -1)
        out_edges.append(edges[i])
    return "".join(out_text), out_codes if codes else [], [*out_edges, edges[-1]]
