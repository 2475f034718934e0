"""One page, read as far as it can be read alone: its anchors, bands and headings."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from rapidfuzz import fuzz

from fcextract.editions import Edition
from fcextract.geometry import Box
from fcextract.locate.paper.pen import UNREAD
from fcextract.locate.ruling import THINNEST_CELL, Ruling, find_ruling
from fcextract.locate.segments import Segment, find_segments, number_places, numbered
from fcextract.locate.spots import LARGEST, Spot, find_spots
from fcextract.records import Page
from fcextract.text.fold import fold
from fcextract.text.match import Matcher, matcher

#: The first line of a row fits its item's beginning at least this well, 0 to 1.
SURE_ANCHOR = 0.6
#: Left edges of one column agree this well, in points.
SAME_EDGE = 3.0
#: A text block's lines stand closer than this, in ems.
LINE_PITCH = 2.2
#: How far into a line that begins with a bracket its ink is, in ems.
FIRST_INK = 0.8
#: A line that begins with trimmed punctuation begins this far left of its column, in ems.
TRIMMED = 0.6
#: So many headings side by side are a heading row.
FEWEST_HEADINGS = 3
#: A row's boxes may stand this much lower or higher than its text, in ems.
LOWERED = 0.5
#: The longest word a label column holds beside an item text ("15-CIM数字化建设平台应用").
LONGEST_LABEL = 18
#: Boxes this close below a page's last row belong to the table, in ems.
TAIL = 4.0


class Anchor(NamedTuple):
    """A segment that begins with a printed number."""

    number: int
    rest: str
    segment: Segment


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


@dataclass(frozen=True, slots=True)
class Draft:
    """A page on its way to rows. ``content`` is the item text's column (x0, x1);
    ``headings`` are the column ids whose heading was found, with their place."""

    page: Page
    ruling: Ruling
    segments: tuple[Segment, ...]
    spots: tuple[Spot, ...]
    bands: tuple[Band, ...]
    content: tuple[float, float] | None
    headings: tuple[tuple[str, Box], ...]

    def outside(self) -> list[Segment]:
        """The segments that lie in no numbered row."""
        rows = sorted((b.top, b.bottom) for b in self.bands if b.anchor)
        tops = [top for top, _ in rows]
        out = []
        for s in self.segments:
            y = s.box.cy
            i = bisect_right(tops, y) - 1
            if i < 0 or y > rows[i][1]:
                out.append(s)
        return out

    @property
    def ruling_left(self) -> float:
        """Left edge of the ruled table, or of the page's text."""
        return min((ln.lo for ln in self.ruling.across), default=0.0)

    @property
    def ruling_right(self) -> float:
        """Right edge of the ruled table, or of the page."""
        return max((ln.hi for ln in self.ruling.across), default=self.page.width)


def draft_page(page: Page, edition: Edition) -> Draft:
    """Anchors, bands, spots and headings of ``page``."""
    ruling = find_ruling(page.rules)
    segments = find_segments(page.runs, ruling)
    strokes = [*ruling.short, *itertools.chain.from_iterable(ruling.squares)]
    spots = find_spots(page, strokes, segments)
    anchors = find_anchors(segments, matcher(edition), ruling)
    parted = _parted(segments, anchors or _embedded(segments, matcher(edition)))
    if len(parted) > len(segments):
        segments = parted
        anchors = find_anchors(segments, matcher(edition), ruling)
    anchors = anchors or _unknown(segments, spots)
    if not anchors:
        return Draft(page, ruling, tuple(segments), tuple(spots), (), None, ())
    content = _content_column(anchors, spots, ruling)
    bands = _bands(anchors, segments, content, ruling, matcher(edition))
    bands = [piece for b in bands for piece in _carve(b, spots, content[1])]
    first = min(b.top if b.ruled else b.lines[0].box.y0 for b in bands if b.anchor is not None)
    headings = find_headings(segments, 0.0, first, edition)
    bands, inner = _inner_headings(bands, segments, edition)
    floor = max((box.y1 for _, box in headings), default=0.0)
    headings = (*headings, *inner)
    bands = [b for b in bands if b.anchor or b.top >= floor - 2]
    bands = [b._replace(top=floor) if b.top < floor < b.bottom else b for b in bands]
    bands = _with_head(bands, segments, spots, content, floor)
    bands = _with_tail(bands, spots, content)
    bands = [_furnished(b, spots, content, ruling) for b in bands]
    return Draft(page, ruling, tuple(segments), tuple(spots), tuple(bands), content, headings)


def _furnished(
    band: Band, spots: Sequence[Spot], content: tuple[float, float], ruling: Ruling
) -> Band:
    """The band with its cells and its spots. ``spots`` are sorted by height."""
    y = band.anchor.segment.box.cy if band.anchor else (band.top + band.bottom) / 2
    x = _first_ink(band.anchor.segment) if band.anchor else sum(content) / 2
    cells = ruling.columns(y)
    own = next((i for i, (lo, hi) in enumerate(cells) if lo - 1 <= x <= hi + 1), None)
    first = bisect_left(spots, band.top, key=_height)
    last = bisect_left(spots, band.bottom, key=_height)
    mine = tuple(spots[first:last])
    right = _rejoined(cells[own + 1 :], mine) if own is not None else ()
    return band._replace(right=right if len(right) >= 2 else None, spots=mine)


def _rejoined(
    cells: Sequence[tuple[float, float]], spots: Sequence[Spot]
) -> tuple[tuple[float, float], ...]:
    """The cells without the edges that run through the middle of a box: such a line was
    drawn over the table, and parts no columns."""
    middles = [(s.box.cx, s.box.width / 4) for s in spots if s.framed and s.box.side <= LARGEST]
    out: list[tuple[float, float]] = []
    for lo, hi in cells:
        if out and any(abs(lo - x) < reach for x, reach in middles):
            out[-1] = (out[-1][0], hi)
        else:
            out.append((lo, hi))
    return tuple(out)


def _height(spot: Spot) -> float:
    return spot.box.cy


def find_anchors(segments: Iterable[Segment], match: Matcher, ruling: Ruling) -> list[Anchor]:
    """Rows' numbers, top to bottom. A number in a remark is told apart by its wording
    and, where that cannot be read, by its place."""
    found = [Anchor(hit[0], hit[1], s) for s in segments if (hit := numbered(s.text)) is not None]
    sure = [a for a in found if _first_line_fit(a, match) >= SURE_ANCHOR]
    trusted = sure or _largest_column([a for a in found if match.ids_of(a.number)])
    edges = {round(a.segment.box.x0) for a in trusted}
    return [
        a
        for a in found
        if a in sure
        or any(abs(a.segment.box.x0 - e) <= SAME_EDGE for e in edges)
        or _same_cell(a, trusted, ruling)
    ]


def _embedded(segments: Sequence[Segment], match: Matcher) -> list[Anchor]:
    """Numbers inside of segments, each with the beginning of its item's wording after it:
    on a page whose columns all stand too close for any gap to part them."""
    found = []
    for s in segments:
        for at in number_places(s.text):
            right = s.cut(at)[1]
            hit = numbered(right.text)
            if hit and _first_line_fit(a := Anchor(*hit, right), match) >= SURE_ANCHOR:
                found.append(a)
    return found


def _parted(segments: Sequence[Segment], anchors: Sequence[Anchor]) -> list[Segment]:
    """The segments, cut where the item text begins: a narrow column may leave no gap
    between it and a row's nature. Above and below the anchors only numbers are cut off."""
    if not anchors:
        return list(segments)
    places = sorted((a.segment.box.cy, a.segment.box.x0) for a in anchors)
    middles = [(a[0] + b[0]) / 2 for a, b in itertools.pairwise(places)]
    top, bottom = places[0][0] - TAIL * 10, places[-1][0] + TAIL * 10
    out: list[Segment] = []
    for s in segments:
        y = s.box.cy
        at = _edge_at(s, places[bisect_left(middles, y)][1])
        if at is None or not (top <= y <= bottom or numbered(s.text[at:])):
            out.append(s)
            continue
        left = fold(s.text[:at])
        label = len(left) <= LONGEST_LABEL and not set(left) & set("(:")
        out.extend(s.cut(at) if label else [s])
    return out


def _edge_at(s: Segment, x: float) -> int | None:
    """The character of ``s``, not the first, that begins at ``x``."""
    if not s.box.x0 + s.size < x < s.box.x1 - 0.5 * s.size:
        return None
    i = 0
    for run in s.runs:
        for edge in run.edges[: len(run.text)]:
            if i and abs(edge - x) <= SAME_EDGE:
                return i
            i += 1
    return None


def _unknown(segments: Sequence[Segment], spots: Sequence[Spot]) -> list[Anchor]:
    """Numbered lines with boxes beside them, on a page where no known row was found."""
    found = [Anchor(*hit, s) for s in segments if (hit := numbered(s.text)) is not None]
    return [
        a
        for a in found
        if sum(
            s.framed and s.box.x0 > a.segment.box.x1 and abs(s.box.cy - a.segment.box.cy) < 30
            for s in spots
        )
        >= 2
    ]


def _first_line_fit(a: Anchor, match: Matcher) -> float:
    rest = fold(a.rest)
    if not rest:
        return 0.0
    return max(
        (fuzz.ratio(rest, match.content(i)[: len(rest)]) / 100 for i in match.ids_of(a.number)),
        default=0.0,
    )


def _largest_column(found: list[Anchor]) -> list[Anchor]:
    """The anchors of the left edge that most of them share; a lone one is no column."""
    best: list[Anchor] = []
    for a in found:
        x = a.segment.box.x0
        same = [b for b in found if abs(b.segment.box.x0 - x) <= SAME_EDGE]
        if len(same) > max(1, len(best)):
            best = same
    return best


def _same_cell(a: Anchor, trusted: list[Anchor], ruling: Ruling) -> bool:
    box = a.segment.box
    cell = _cell_at(ruling, box.cy, _first_ink(a.segment))
    if cell is None or not trusted:
        return False
    near = min(trusted, key=lambda t: abs(t.segment.box.cy - box.cy)).segment
    return _cell_at(ruling, near.box.cy, _first_ink(near)) == cell


def _first_ink(segment: Segment) -> float:
    """An x at which the first character of a numbered line has ink: a full-width bracket is
    blank on its left, and may stand out of its cell by that much."""
    return segment.box.x0 + FIRST_INK * segment.size


def _cell_at(ruling: Ruling, y: float, x: float) -> tuple[float, float] | None:
    return next((c for c in ruling.columns(y) if c[0] - 1 <= x <= c[1]), None)


def _content_column(
    anchors: Sequence[Anchor], spots: Sequence[Spot], ruling: Ruling
) -> tuple[float, float]:
    """Left and right edge of the item text's column."""
    left = min(a.segment.box.x0 for a in anchors)
    cells = [
        c
        for a in anchors
        if (c := _cell_at(ruling, a.segment.box.cy, _first_ink(a.segment))) is not None
    ]
    if len(cells) > len(anchors) / 2:
        return min(c[0] for c in cells), max(c[1] for c in cells)
    top, bottom = anchors[0].segment.box.y0, anchors[-1].segment.box.y1
    first = [s.box.x0 for s in spots if s.box.x0 > left + 30 and top <= s.box.cy <= bottom]
    right = min(first) if first else max(a.segment.box.x1 for a in anchors)
    return left - 2, right


def _bands(
    anchors: list[Anchor],
    segments: Sequence[Segment],
    content: tuple[float, float],
    ruling: Ruling,
    match: Matcher,
) -> list[Band]:
    anchors = sorted(anchors, key=lambda a: a.segment.box.cy)
    x = median(_first_ink(a.segment) for a in anchors)
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
            bands += _text_bands(held, inside, top, bottom, match)
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


def _carve(band: Band, spots: Sequence[Spot], right_of: float) -> list[Band]:
    """Take from a band that no rules bound the boxes that stand beside none of its
    lines: they are a row of their own, with no text."""
    if band.ruled or band.anchor is None:
        return [band]
    pad = 0.4 * band.lines[0].size
    top = min(s.box.y0 for s in band.lines) - pad
    bottom = max(s.box.y1 for s in band.lines) + pad
    astray = [
        s.box for s in spots
        if band.top <= s.box.cy < band.bottom and s.box.x0 > right_of - 3
        and not top <= s.box.cy <= bottom
    ]  # fmt: skip
    beside = any(top <= s.box.cy <= bottom and s.box.x0 > right_of - 3 for s in spots)
    near = LOWERED * band.lines[0].size
    close = all(top - near <= b.cy <= bottom + near for b in astray)
    if not beside and close and _one_row(astray, band.lines[0].size):
        return [band]  # the row's own boxes, set a little lower or higher than its text
    above = [b for b in astray if b.cy < top]
    below = [b for b in astray if b.cy > bottom]
    first = max((b.y1 for b in above), default=band.top)
    last = min((b.y0 for b in below), default=band.bottom)
    out = [band._replace(top=first, bottom=last)]
    if above:
        out.insert(0, Band(band.top, first, None, (), False))
    if below:
        out.append(Band(last, band.bottom, None, (), False))
    return out


def _one_row(boxes: Sequence[Box], size: float) -> bool:
    """Whether boxes stand side by side."""
    heights = [b.cy for b in boxes]
    return not heights or max(heights) - min(heights) < 0.6 * size


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
    text, best, keep = a.rest, -1.0, 1
    for n, s in enumerate(lines, 1):
        if s.text == UNREAD:
            keep = n if keep == n - 1 else keep
            continue
        text = a.rest if n == 1 else text + s.text
        score = max((match.whole(text, i) for i in match.ids_of(a.number)), default=0.0)
        if score > best + 1e-6:
            best, keep = score, n
    return tuple(lines[:keep])


def _inner_headings(
    bands: list[Band], segments: Sequence[Segment], edition: Edition
) -> tuple[list[Band], list[tuple[str, Box]]]:
    """Headings that stand again between two rows, where a table is cut into fragments, and
    the bands drawn back from them."""
    bands = sorted(bands, key=lambda b: b.top)
    found: list[tuple[str, Box]] = []
    for k, (above, below) in enumerate(itertools.pairwise(bands)):
        if above.ruled or below.anchor is None or not above.lines:
            continue
        end, start = above.lines[-1].box.y1, below.lines[0].box.y0
        if start - end < 1.2 * below.lines[0].size:
            continue
        here = find_headings(segments, end, start - 1, edition)
        if len(here) >= FEWEST_HEADINGS:
            found += here
            bands[k] = above._replace(bottom=min(box.y0 for _, box in here) - 0.5)
            bands[k + 1] = below._replace(top=max(box.y1 for _, box in here) + 0.5)
    return bands, found


def _with_head(
    bands: list[Band],
    segments: Sequence[Segment],
    spots: Sequence[Spot],
    content: tuple[float, float],
    floor: float,
) -> list[Band]:
    """Add the band of what stands close above the page's first row, below ``floor``."""
    bands = sorted(bands, key=lambda b: b.top)
    first = bands[0]
    if first.anchor is None or floor >= first.top:
        return bands
    top = first.top
    size = first.anchor.segment.size
    above = [s for s in segments if s.box.x0 >= content[0] - 1 and floor < s.box.cy < first.top]
    boxes = [s.box for s in above]
    boxes += [s.box for s in spots if s.box.x0 > content[1] - 3 and floor < s.box.cy < first.top]
    for box in sorted(boxes, key=lambda b: -b.cy):
        if top - box.y1 > 1.2 * size:
            break
        top = min(top, box.y0 - 1)
    if top == first.top:
        return bands
    lines = tuple(s for s in above if s.box.cy > top and s.box.x0 < content[1] - 1)
    return [Band(top, first.top, None, lines, False, head=True), *bands]


def _with_tail(
    bands: list[Band], spots: Sequence[Spot], content: tuple[float, float]
) -> list[Band]:
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


def find_headings(
    segments: Sequence[Segment], floor: float, top: float, edition: Edition
) -> tuple[tuple[str, Box], ...]:
    """Column headings between ``floor`` and ``top``, the first row's top, with their places."""
    zone = [s for s in segments if max(floor, top - 120) < s.box.cy < top + 1]
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
    found: dict[str, tuple[int, Box]] = {}
    for stack in stacks:
        hit = match_heading(fold("".join(s.text for s in reversed(stack))), edition)
        if hit is None:
            continue
        rank, column = hit
        box = Box(
            min(s.box.x0 for s in stack), stack[-1].box.y0,
            max(s.box.x1 for s in stack), stack[0].box.y1,
        )  # fmt: skip
        if column not in found or rank < found[column][0]:
            found[column] = (rank, box)
    return tuple((column, box) for column, (_, box) in found.items())


def match_heading(text: str, edition: Edition) -> tuple[int, str] | None:
    """How well (0 best) and which column's heading a folded text is."""
    hits = [
        (rank, column.id)
        for column in edition.columns
        for rank, words in enumerate(column.match)
        if all(fold(w) in text for w in words) and len(text) <= 2 * len(column.heading) + 2
    ]
    return min(hits, key=lambda h: h[0]) if hits else None
