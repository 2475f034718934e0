"""One page, read as far as it can be read alone: its anchors, bands and headings."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from fcextract.editions import Edition
from fcextract.locate.anchors import (
    content_column,
    embedded_anchors,
    find_anchors,
    first_ink,
    part_segments,
    unknown_anchors,
)
from fcextract.locate.bands import Band, inner_headings, make_bands, with_head, with_tail
from fcextract.locate.carve import carve, has_stacked_choices
from fcextract.locate.headings import Heading, find_headings
from fcextract.locate.ruling import Ruling, find_ruling
from fcextract.locate.segments import Segment, find_segments
from fcextract.locate.spots import LARGEST, Spot, find_spots
from fcextract.records import Page
from fcextract.text.match import matcher


@dataclass(frozen=True, slots=True)
class Draft:
    """A page on its way to rows. ``content`` is the item text's column (x0, x1);
    ``headings`` are those of its columns that were found, which ``segments`` leaves out."""

    page: Page
    ruling: Ruling
    segments: tuple[Segment, ...]
    spots: tuple[Spot, ...]
    bands: tuple[Band, ...]
    content: tuple[float, float] | None
    headings: tuple[Heading, ...]

    def everything(self) -> list[Segment]:
        """The segments, those of the headings included."""
        return [*self.segments, *(line for h in self.headings for line in h.lines)]

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
    parted = part_segments(segments, anchors or embedded_anchors(segments, matcher(edition)))
    if len(parted) > len(segments):
        segments = parted
        anchors = find_anchors(segments, matcher(edition), ruling)
    anchors = anchors or unknown_anchors(segments, spots)
    if not anchors:
        return Draft(page, ruling, tuple(segments), tuple(spots), (), None, ())
    first = min((a.segment.box for a in anchors), key=lambda box: box.y0)
    headings = find_headings(segments, 0.0, first.cy, edition)
    content = content_column(anchors, spots, ruling, _first_boxes(headings))
    bands = make_bands(anchors, segments, content, ruling, matcher(edition))
    choices = has_stacked_choices(bands, spots, content[1])
    bands = [piece for b in bands for piece in carve(b, spots, content[1], choices)]
    bands, inner = inner_headings(bands, segments, edition)
    # Headings that wrap in a low row reach into the first row of items.
    floor = min(max((h.box.y1 for h in headings), default=0.0), first.y0)
    headings = (*headings, *inner)
    named = {id(line) for h in headings for line in h.lines}
    segments = [s for s in segments if id(s) not in named]
    bands = [b for b in bands if b.anchor or b.top >= floor - 2]
    bands = [b._replace(top=floor) if b.top < floor < b.bottom else b for b in bands]
    bands = with_head(bands, segments, spots, content, floor, ruling)
    bands = with_tail(bands, spots, content)
    bands = [_furnished(b, spots, content, ruling) for b in bands]
    return Draft(page, ruling, tuple(segments), tuple(spots), tuple(bands), content, headings)


def _first_boxes(headings: Sequence[Heading]) -> float | None:
    """Where the heading of the first column of boxes begins, if it stands above the rows."""
    return min((h.box.x0 for h in headings if h.column in ("self", "reviewer")), default=None)


def _furnished(
    band: Band, spots: Sequence[Spot], content: tuple[float, float], ruling: Ruling
) -> Band:
    """The band with its cells and its spots. ``spots`` are sorted by height."""
    y = band.anchor.segment.box.cy if band.anchor else (band.top + band.bottom) / 2
    x = first_ink(band.anchor.segment) if band.anchor else sum(content) / 2
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
