"""The lines of the two text cells of every row.

Between rules a line belongs to the row it lies in. Without rules a cell's lines may
reach above and below their row's item text; they are taken together as blocks, and
a block belongs to the row it is aligned with.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from fcextract.geometry import lines_of
from fcextract.locate.bands import Band
from fcextract.locate.cells import Range
from fcextract.locate.draft import Draft
from fcextract.locate.inferred import Columns
from fcextract.locate.segments import Segment

#: Lines of one block stand this much closer than the form's own line pitch allows for a
#: next row, in ems beyond the pitch.
PITCH_SLACK = 0.2
#: A block is aligned with a row when it is off by less, in ems.
ALIGNED = 0.75
#: What a block costs that is aligned with no row, in ems squared.
UNPLACED = 4.0
#: A text cell has at most so many lines.
MOST_LINES = 14
ALIGNMENTS = ("top", "middle", "bottom")


class Block(NamedTuple):
    """Neighbouring lines of one column."""

    segments: tuple[Segment, ...]

    def at(self, alignment: str) -> float:
        """Height of the block by one alignment: first line, middle, or last line."""
        return _height(self.segments, alignment)


def _height(segments: Sequence[Segment], alignment: str) -> float:
    first, last = segments[0].box.cy, segments[-1].box.cy
    return {"top": first, "middle": (first + last) / 2, "bottom": last}[alignment]


def cell_lines(
    draft: Draft, bands: Sequence[Band], columns: Sequence[Columns], role: str
) -> dict[int, list[Segment]]:
    """Segments of the text column ``role`` by the index of their band in ``bands``
    (sorted by top; ``columns`` alongside)."""
    out: dict[int, list[Segment]] = {}
    loose: list[Segment] = []
    cells = [c.text.get(role) for c in columns]
    if not any(cells):
        return out
    tops = [b.top for b in bands]
    leftmost = min(c[0] for c in cells if c)
    for s in draft.segments:
        x, y = s.box.cx, s.box.cy
        if x < leftmost:
            continue
        i = max(bisect_right(tops, y) - 1, 0)
        if bands[i].ruled and bands[i].top <= y <= bands[i].bottom:
            if _holds(cells[i], x):
                out.setdefault(i, []).append(s)
        elif _holds(cells[_nearest_open(bands, i)], x):
            loose.append(s)
    for block, i in _assign(loose, bands):
        out.setdefault(i, []).extend(block.segments)
    return out


def _holds(cell: Range | None, x: float) -> bool:
    return cell is not None and cell[0] <= x < cell[1]


def _nearest_open(bands: Sequence[Band], i: int) -> int:
    """The nearest band that no rules bound, or ``i``."""
    open_ = [k for k, b in enumerate(bands) if not b.ruled]
    return min(open_, key=lambda k: abs(k - i)) if open_ else i


def _pitch(bands: Sequence[Band]) -> float:
    """Distance of two lines of one item text, in ems."""
    steps = [
        (b.box.cy - a.box.cy) / a.size
        for band in bands
        if band.anchor
        for a, b in zip(band.lines, band.lines[1:], strict=False)
        if b.box.cy - a.box.cy > 0.6 * a.size
    ]
    return median(steps) if steps else 1.5


class _Fit(NamedTuple):
    """Blocks with their bands, and how badly they are aligned in all."""

    cost: float
    blocks: tuple[tuple[Block, int], ...]


def _assign(loose: list[Segment], bands: Sequence[Band]) -> tuple[tuple[Block, int], ...]:
    """Loose lines as blocks, each with the band it belongs to; the cut into blocks and the
    alignment that fit the rows best. A block that fits none is left out."""
    lines = [tuple(line) for line in lines_of(loose, key=lambda s: s.box)]
    if not lines:
        return ()
    pitch = _pitch(bands) + PITCH_SLACK
    return min((_best(lines, bands, pitch, a) for a in ALIGNMENTS), key=lambda f: f.cost).blocks


def _best(
    lines: Sequence[tuple[Segment, ...]], bands: Sequence[Band], pitch: float, alignment: str
) -> _Fit:
    """The cheapest cut of ``lines`` into blocks by one alignment (dynamic programming
    over the lines)."""
    rows = [i for i, b in enumerate(bands) if not b.ruled and (b.anchor or b.head)]
    best = [_Fit(0.0, ())]
    for end in range(1, len(lines) + 1):
        options = []
        for start in range(end - 1, max(-1, end - 1 - MOST_LINES), -1):
            if start < end - 1 and not _close(lines[start], lines[start + 1], pitch):
                break
            block = Block(tuple(s for line in lines[start:end] for s in line))
            cost, band = _place(block, bands, rows, alignment)
            before = best[start]
            if before.blocks and band >= 0 and before.blocks[-1][1] >= band:
                cost += UNPLACED
            placed = ((block, band),) if band >= 0 else ()
            options.append(_Fit(before.cost + cost, before.blocks + placed))
        best.append(min(options, key=lambda f: f.cost))
    return best[-1]


def _close(a: Sequence[Segment], b: Sequence[Segment], pitch: float) -> bool:
    return b[0].box.cy - a[0].box.cy <= pitch * b[0].size


def _place(
    block: Block, bands: Sequence[Band], rows: Sequence[int], alignment: str
) -> tuple[float, int]:
    """How badly the block fits the band it fits best, in ems squared, and that band; -1
    for none."""
    y, size = block.at(alignment), block.segments[0].size
    anchored = [i for i in rows if bands[i].anchor]
    off, i = min(
        ((abs(_height(bands[i].lines, alignment) - y), i) for i in anchored), default=(1e9, -1)
    )
    if off <= ALIGNED * size:
        return (off / size) ** 2, i
    j = _overlapping(block, bands, rows)
    return UNPLACED, -1 if j is None else j


def _overlapping(block: Block, bands: Sequence[Band], rows: Sequence[int]) -> int | None:
    """The band that holds most of the block, or the end of the page's last one."""
    top = block.segments[0].box.y0
    bottom = block.segments[-1].box.y1
    shares = [(min(bottom, bands[i].bottom) - max(top, bands[i].top), i) for i in rows]
    share, i = max(shares, default=(0.0, -1))
    if share > 0.5 * (bottom - top):
        return i
    last = rows[-1] if rows else -1
    starts_inside = last >= 0 and bands[last].top <= top < bands[last].bottom
    return last if starts_inside else None
