"""Bands: from anchors to the heights of rows, by rules where there are any, else by text."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from fcextract.editions import Edition
from fcextract.locate.anchors import Anchor, first_ink
from fcextract.locate.headings import Heading, find_headings
from fcextract.locate.paper.pen import UNREAD
from fcextract.locate.ruling import THINNEST_CELL, Ruling
from fcextract.locate.segments import Segment
from fcextract.locate.spots import Spot
from fcextract.text.match import Matcher

#: A text block's lines stand closer than this, in ems.
LINE_PITCH = 2.2
#: A block that is so many times as long as its item's wording has long ended: it fits half.
LONGEST = 3
#: A line that begins with trimmed punctuation begins this far left of its column, in ems.
TRIMMED = 0.6
#: So many headings side by side are a heading row.
FEWEST_HEADINGS = 3
#: Boxes this close below a page's last row, or above its first, belong to the table, in ems;
#: texts and ticks without boxes stand closer.
TAIL, LINE_GAP = 4.0, 1.2


class Band(NamedTuple):
    """One row's height. ``anchor`` is None for a row without a number. ``lines`` are
    its content segments, the anchor's first. ``ruled`` tells that rules bound it on
    both sides; elsewhere ``top`` and ``bottom`` follow the text. ``head`` is what stands
    above a page's first row: the end of a row that the page before began. ``right`` are
    the cells right of the item text, None where rules part no columns; ``spots`` those
    whose middle lies in the band."""

    top: float
    bottom: float
    anchor: Anchor | None
    lines: tuple[Segment, ...]
    ruled: bool
    head: bool = False
    right: tuple[tuple[float, float], ...] | None = None
    spots: tuple[Spot, ...] = ()


def make_bands(
    anchors: list[Anchor],
    segments: Sequence[Segment],
    content: tuple[float, float],
    ruling: Ruling,
    match: Matcher,
) -> list[Band]:
    """The heights of the rows of ``anchors``: between the rules across the item text's
    column ``content`` (x0, x1) where one row stands between two, else by its lines."""
    anchors = sorted(anchors, key=lambda a: a.segment.box.cy)
    x = median(first_ink(a.segment) for a in anchors)
    edges = [ln.at for ln in ruling.across if ln.lo - 1 <= x <= ln.hi + 1]
    inside = [s for s in segments if content[0] - TRIMMED * s.size <= s.box.x0 < content[1] - 1]
    inside.sort(key=lambda s: s.box.cy)
    heights = [s.box.cy for s in inside]
    groups: dict[int, list[Anchor]] = {}
    for a in anchors:
        groups.setdefault(bisect_left(edges, a.segment.box.cy), []).append(a)
    bands: list[Band] = []
    for i in range(len(edges) + 1):
        top = edges[i - 1] if i else None
        bottom = edges[i] if i < len(edges) else None
        held = groups.get(i, [])
        if top is not None and bottom is not None and len(held) <= 1:
            if bottom - top >= THINNEST_CELL:
                first = bisect_left(heights, top)
                last = bisect_right(heights, bottom)
                lines = tuple(inside[first:last])
                bands.append(_ruled_band(top, bottom, held, lines))
        elif held:
            found = _text_bands(held, inside, top, bottom, match)
            if (top is None) != (bottom is None):
                found = _to_cut(found, ruling, x, above=top is None)
            bands += found
    return bands


def _to_cut(bands: list[Band], ruling: Ruling, x: float, above: bool) -> list[Band]:
    """Bands that a rule bounds on one side only, with all of the cell that a page break cut
    on the other: what is typed in its other columns may be longer than its item's text. One
    that is alone between the rule and the cut is bounded on both sides."""
    first, last = bands[0], bands[-1]
    start = ruling.start_above(x, first.top) if above else None
    end = None if above else ruling.end_below(x, last.bottom)
    if start is not None and start <= first.top:
        return [first._replace(top=start, ruled=len(bands) == 1), *bands[1:]]
    if end is not None and end >= last.bottom:
        return [*bands[:-1], last._replace(bottom=end, ruled=len(bands) == 1)]
    return bands


def _ruled_band(top: float, bottom: float, held: list[Anchor], lines: tuple[Segment, ...]) -> Band:
    if not held:
        return Band(top, bottom, None, lines, True)
    own = held[0].segment
    after = tuple(s for s in lines if s is not own and s.box.cy >= own.box.cy - own.size * 0.5)
    return Band(top, bottom, held[0], (own, *after), True)


def _text_bands(
    held: list[Anchor],
    inside: Sequence[Segment],
    top: float | None,
    bottom: float | None,
    match: Matcher,
) -> list[Band]:
    """Bands of rows that no rule parts: a block of lines each."""
    blocks = []
    for a, nxt in zip(held, [*held[1:], None], strict=True):
        own = a.segment
        end = nxt.segment.box.cy - own.size * 0.5 if nxt else bottom
        below = [
            s for s in inside
            if s is not own and own.box.cy - own.size * 0.5 <= s.box.cy
            and (end is None or s.box.cy < end)
        ]  # fmt: skip
        blocks.append((a, _best_block(a, below, match)))
    return _stacked(blocks, top, bottom)


def _stacked(
    blocks: Sequence[tuple[Anchor, tuple[Segment, ...]]], top: float | None, bottom: float | None
) -> list[Band]:
    """Bands that meet half-way between neighbouring blocks."""
    tops = [anchor.segment.box.y0 for anchor, _ in blocks]
    ends = [max(s.box.y1 for s in lines) for _, lines in blocks]
    pad = 0.6 * blocks[0][0].segment.size
    first = top if top is not None else tops[0] - pad
    last = bottom if bottom is not None else ends[-1] + pad
    meets = [(end + start) / 2 for end, start in zip(ends, tops[1:], strict=False)]
    edges = [first, *meets, last]
    return [
        Band(lo, hi, anchor, lines, False)
        for (anchor, lines), lo, hi in zip(blocks, edges, edges[1:], strict=False)
    ]


def _best_block(a: Anchor, below: list[Segment], match: Matcher) -> tuple[Segment, ...]:
    """The anchor's line and as many of the following ones as make its item's wording:
    what stands under a table's last row is not part of it. Lines that nobody needed to read
    go on with the row above them."""
    own = a.segment
    lines, y = [own], own.box.y1
    for s in below:
        if s.box.y0 - y > LINE_PITCH * own.size:
            break
        lines.append(s)
        y = s.box.y1
    ids = match.ids_of(a.number)
    longest = LONGEST * max((len(match.content(i)) for i in ids), default=0)
    text, best, keep = a.rest, -1.0, 1
    for n, s in enumerate(lines, 1):
        if s.text == UNREAD:
            keep = n if keep == n - 1 else keep
            continue
        text = a.rest if n == 1 else text + s.text
        if len(text) > longest:
            break
        score = max((match.whole(text, i) for i in ids), default=0.0)
        if score > best + 1e-6:
            best, keep = score, n
    return tuple(lines[:keep])


def inner_headings(
    bands: list[Band], segments: Sequence[Segment], edition: Edition
) -> tuple[list[Band], list[Heading]]:
    """Headings that stand again between two rows, where a table is cut into fragments, and
    the bands drawn back from them."""
    bands, found = _without_heading_rows(sorted(bands, key=lambda b: b.top), segments, edition)
    for k, (above, below) in enumerate(itertools.pairwise(bands)):
        if above.ruled or below.anchor is None or not above.lines:
            continue
        end, start = above.lines[-1].box.y1, below.lines[0].box.y0
        if start - end < 1.2 * below.lines[0].size:
            continue
        here = find_headings(segments, end, start - 1, edition)
        if len(here) >= FEWEST_HEADINGS:
            found += here
            bands[k] = above._replace(bottom=min(h.box.y0 for h in here) - 0.5)
            bands[k + 1] = below._replace(top=max(h.box.y1 for h in here) + 0.5)
    return bands, found


def _without_heading_rows(
    bands: list[Band], segments: Sequence[Segment], edition: Edition
) -> tuple[list[Band], list[Heading]]:
    """The bands without those heading rows that rules bound, and their headings."""
    numbered = [b.top for b in bands if b.anchor is not None]
    own: list[Band] = []
    found: list[Heading] = []
    for b in bands:
        inside = b.ruled and b.anchor is None and numbered[0] < b.top < numbered[-1]
        here = find_headings(segments, b.top, b.bottom, edition) if inside else ()
        if len(here) >= FEWEST_HEADINGS:
            found += here
        else:
            own.append(b)
    return own, found


def with_head(
    bands: list[Band],
    segments: Sequence[Segment],
    spots: Sequence[Spot],
    content: tuple[float, float],
    floor: float,
    ruling: Ruling,
) -> list[Band]:
    """Add the band of what stands close above the page's first row, below ``floor``, or in
    the part of a cell that a page break left there."""
    bands = sorted(bands, key=lambda b: b.top)
    first = bands[0]
    if first.anchor is None or floor >= first.top:
        return bands
    top = first.top
    size = first.anchor.segment.size
    start = ruling.start_above(first_ink(first.anchor.segment), top - THINNEST_CELL)
    above = [s for s in segments if s.box.x0 >= content[0] - 1 and floor < s.box.cy < first.top]
    boxes = [s for s in spots if s.box.x0 > content[1] - 3 and floor < s.box.cy < first.top]
    near = [(s.box, TAIL if s.framed else LINE_GAP) for s in boxes]
    near += [
        (s.box, LINE_GAP) for s in above if not any(b.box.holds(s.box.cx, s.box.cy) for b in boxes)
    ]
    for box, gap in sorted(near, key=lambda b: -b[0].cy):
        if top - box.y1 > gap * size and (start is None or box.cy < start):
            break
        top = min(top, box.y0 - 1)
    if top == first.top:
        return bands
    lines = tuple(s for s in above if s.box.cy > top and s.box.x0 < content[1] - 1)
    return [Band(top, first.top, None, lines, False, head=True), *bands]


def with_tail(bands: list[Band], spots: Sequence[Spot], content: tuple[float, float]) -> list[Band]:
    """Add the band of the boxes that stand close below the page's last one: the start of
    a row whose text is on the next page, or a row of its own without a bottom rule."""
    last = bands[-1]
    size = next((b.lines[0].size for b in bands if b.anchor), 10.0)
    below = [
        s for s in spots
        if s.box.x0 > content[1] - 3 and last.bottom < s.box.cy < last.bottom + TAIL * size
    ]  # fmt: skip
    if not below:
        return bands
    bottom = max(s.box.y1 for s in below) + 1
    own = any(s.box.x0 > content[1] - 3 and last.top <= s.box.cy <= last.bottom for s in spots)
    if last.anchor and not last.ruled and not own and all(s.framed for s in below):
        # The row goes on below its text. Bare ticks may as well be another row's.
        return [*bands[:-1], last._replace(bottom=bottom)]
    return [*bands, Band(last.bottom, bottom, None, (), False)]
