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

from fcextract.locate.columns import Layout, Range
from fcextract.locate.draft import Band, Draft
from fcextract.locate.segments import Segment, lines_of

#: Lines of one block stand this much closer than the form's own line pitch allows for a
#: next row, in ems beyond the pitch.
PITCH_SLACK = 0.2
#: A block is aligned with a row when it is off by less, in ems.
ALIGNED = 0.75
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
    draft: Draft, bands: Sequence[Band], layout: Layout, role: str
) -> dict[int, list[Segment]]:
    """Segments of the text column ``role`` by the index of their band in ``bands``
    (sorted by top)."""
    out: dict[int, list[Segment]] = {}
    loose: list[Segment] = []
    if not bands:
        return out
    cells = [layout.cells(draft, b).get(role) for b in bands]
    tops = [b.top for b in bands]
    headings = [box for _, box in draft.headings]
    for s in draft.segments:
        if any(h.holds(s.box.cx, s.box.cy) for h in headings):
            continue
        i = max(bisect_right(tops, s.box.cy) - 1, 0)
        inside = bands[i].top <= s.box.cy <= bands[i].bottom
        if inside and bands[i].ruled:
            if _holds(cells[i], s):
                out.setdefault(i, []).append(s)
        elif _holds(cells[_nearest_open(bands, i)], s):
            loose.append(s)
    for block, i in _assign(_blocks(loose, _pitch(bands)), bands):
        out.setdefault(i, []).extend(block.segments)
    return out


def _holds(cell: Range | None, s: Segment) -> bool:
    return cell is not None and cell[0] <= s.box.cx < cell[1]


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


def _blocks(loose: list[Segment], pitch: float) -> list[Block]:
    out: list[list[Segment]] = []
    for line in lines_of(loose, key=lambda s: s.box):
        gap = line[0].box.cy - out[-1][-1].box.cy if out else 0.0
        if out and gap <= (pitch + PITCH_SLACK) * line[0].size:
            out[-1].extend(line)
        else:
            out.append(list(line))
    return [Block(tuple(b)) for b in out]


def _assign(blocks: Sequence[Block], bands: Sequence[Band]) -> list[tuple[Block, int]]:
    """Blocks with the bands they belong to; a block that fits none is left out."""
    rows = [i for i, b in enumerate(bands) if not b.ruled and (b.anchor or b.head)]
    anchored = [i for i in rows if bands[i].anchor]
    best = min(ALIGNMENTS, key=lambda a: sum(_off(b, a, bands, anchored)[0] for b in blocks))
    out = []
    for block in blocks:
        off, i = _off(block, best, bands, anchored)
        if i >= 0 and off <= ALIGNED * block.segments[0].size:
            out.append((block, i))
        elif (j := _overlapping(block, bands, rows)) is not None:
            out.append((block, j))
    return out


def _off(
    block: Block, alignment: str, bands: Sequence[Band], rows: Sequence[int]
) -> tuple[float, int]:
    """How far the block is from the row it is nearest to, and that row."""
    y = block.at(alignment)
    return min(((abs(_height(bands[i].lines, alignment) - y), i) for i in rows), default=(1e9, -1))


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
