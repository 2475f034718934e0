"""Parts of a table without vertical rules: stretches of rows that share their columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from fcextract.locate.bands import FEWEST_HEADINGS, Band
from fcextract.locate.cells import Range
from fcextract.locate.draft import Draft
from fcextract.locate.segments import goes_on
from fcextract.locate.spots import Spot

#: Where no boxes tell fragments apart, their numbers do when they move by more, in points.
SHIFT = 2.5
#: Boxes stand at least this far right of where a row's number does, in points.
BESIDE = 30.0
#: And they are of one layout when they agree this well, in points.
EXACT = 0.8
#: Boxes, headings and ticks of one layout stand this well above each other, in points.
SAME = 1.5
#: Ticks that stand nearer than this to another part's, and not below them, are of a layout
#: of their own, in points.
NEARBY = 25.0


class Part(NamedTuple):
    """A stretch of rows before its columns are known. ``left`` is where their numbers
    stand, ``pair`` where their two boxes do (None where ticks stand alone), ``named`` the
    headings right above, ``spots`` what may be a box or a tick right of the numbers."""

    draft: Draft
    bands: list[Band]
    left: float
    pair: tuple[Range, Range] | None
    named: dict[str, Range]
    spots: list[Spot]

    @property
    def ticks(self) -> list[Range]:
        """The columns of its bare ticks, of more than one each."""
        return [
            (lo, hi) for lo, hi, n in columns_of(s for s in self.spots if not s.framed) if n > 1
        ]


def find_parts(draft: Draft) -> list[Part]:
    """Cut a page's rows where their boxes, or their numbers, move across, and where the headings
    stand again: the widths of columns may change there."""
    bands = [b for b in draft.bands if b.anchor and b.right is None]
    parts: list[list[Band]] = []
    pairs: list[tuple[Range, Range] | None] = []
    last: tuple[Range, Range] | None = None
    for b in bands:
        headed = bool(parts) and _headed(draft, parts[-1][-1], b)
        last = None if headed else last
        pair = _pair(b)
        moved = pair is not None and last is not None and not aligned(pair, last)
        shifted = bool(parts) and pair is last is None and _shifted(parts[-1][-1], b)
        if not parts or headed or moved or shifted:
            parts.append([])
            pairs.append(None)
        parts[-1].append(b)
        pairs[-1] = pairs[-1] or pair
        last = pair or last
    return [_part(draft, part, pair) for part, pair in zip(parts, pairs, strict=True)]


def _part(draft: Draft, bands: list[Band], pair: tuple[Range, Range] | None) -> Part:
    first = bands[0]
    floor = max(
        (b.bottom for b in draft.bands if b.anchor and b.bottom <= first.top + 1), default=0.0
    )
    headings = [h for h in draft.headings if floor < h.box.cy < first.top + 1]
    return Part(
        draft,
        bands,
        min(left_of(b) for b in bands),
        pair,
        {h.column: (h.box.x0, h.box.x1) for h in headings},
        [s for b in bands for s in _spots_beside(draft, b)],
    )


def left_of(band: Band) -> float:
    """Where the row's number stands."""
    assert band.anchor is not None
    return band.anchor.segment.box.x0


def _spots_beside(draft: Draft, band: Band) -> list[Spot]:
    """The spots right of the row's number, without the ticks that end a text there."""
    right = left_of(band) + BESIDE
    beside = (s for s in band.spots if s.box.x0 > right)
    return [s for s in beside if s.framed or not _ends_text(s, draft, band)]


def _ends_text(tick: Spot, draft: Draft, band: Band) -> bool:
    items = {id(line) for line in band.lines}
    beside = (s for s in draft.segments if s.box.y0 < tick.box.cy < s.box.y1)
    return goes_on(tick.box, (s for s in beside if id(s) not in items))


def _headed(draft: Draft, above: Band, below: Band) -> bool:
    """Whether a heading row stands between two rows."""
    between = [h for h in draft.headings if above.bottom - 1 < h.box.cy < below.top + 1]
    return len(between) >= FEWEST_HEADINGS


def _shifted(a: Band, b: Band) -> bool:
    return abs(left_of(a) - left_of(b)) > SHIFT


def _pair(band: Band) -> tuple[Range, Range] | None:
    """Where the row's two boxes stand, if it shows exactly two."""
    right = left_of(band) + BESIDE
    boxes = [s.box for s in band.spots if s.framed and s.box.x0 > right]
    if len(boxes) != 2:
        return None
    boxes.sort()
    return (boxes[0].x0, boxes[0].x1), (boxes[1].x0, boxes[1].x1)


def aligned(a: tuple[Range, Range], b: tuple[Range, Range]) -> bool:
    """Whether two rows' boxes stand above each other: by their left edges, their middles or
    their right edges, as their column is set."""
    edges = (lambda r: r[0], lambda r: sum(r) / 2, lambda r: r[1])
    return any(all(abs(at(p) - at(q)) <= SAME for p, q in zip(a, b, strict=True)) for at in edges)


def alike(a: Part, b: Part) -> bool:
    """Whether two parts may share their columns."""
    if not _same_headings(a, b):
        return False
    if a.pair is not None and b.pair is not None:
        return abs(a.left - b.left) <= SHIFT and aligned(a.pair, b.pair)
    return a.pair is b.pair is None and abs(a.left - b.left) <= EXACT and _same_ticks(a, b)


def _same_headings(a: Part, b: Part) -> bool:
    shared = set(a.named) & set(b.named)
    return all(abs(x - y) <= SAME for r in shared for x, y in zip(a.named[r], b.named[r], strict=True))  # fmt: skip


def _same_ticks(a: Part, b: Part) -> bool:
    """Whether no column of ticks stands close beside one of the other part's."""
    gaps = [max(p[0], q[0]) - min(p[1], q[1]) for p in a.ticks for q in b.ticks]
    return not any(0 < gap < NEARBY for gap in gaps)


def columns_of(spots: Iterable[Spot]) -> list[tuple[float, float, int]]:
    """Columns of spots that overlap across: left edge, right edge, how many."""
    out: list[tuple[float, float, int]] = []
    for s in sorted(spots, key=lambda s: s.box.x0):
        if out and s.box.x0 <= out[-1][1] + 1.0:
            out[-1] = (out[-1][0], max(out[-1][1], s.box.x1), out[-1][2] + 1)
        else:
            out.append((s.box.x0, s.box.x1, 1))
    return out
