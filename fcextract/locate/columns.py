"""Which column is which: by the headings where there are any, else by the boxes.

Two ways to say where a column is. Between vertical rules a column is a cell,
named by its place to the right of the item text, so that fragments of other
widths need nothing new. Without them it is a range of x, found from where the
boxes stand on all pages of the same layout.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fcextract.locate.draft import Band, Draft
from fcextract.locate.spots import Spot

ROLES = ("self", "self_keyword", "reviewer", "reviewer_remark")
Range = tuple[float, float]

#: A cell column is a column of boxes when this share of its rows has a spot.
BOXES_SHARE = 0.3
#: Boxes of two columns that stand closer than this have no text column between them,
#: in points.
SIDE_BY_SIDE = 55.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of a document.

    ``by_cells``: roles of the cells right of the item text, by how many there are.
    ``by_range``: for pages without vertical rules, by the left edge of the item text
    (in steps of 4 points).
    """

    by_cells: dict[int, tuple[str, ...]]
    by_range: dict[int, Columns]

    def cells(self, draft: Draft, band: Band) -> dict[str, Range]:
        """Where the characters of each known role stand in one band; empty where the
        columns are unknown."""
        right = right_cells(draft, band)
        if right is not None:
            return self._ruled(right)
        return self.by_range.get(_edge(draft), NO_COLUMNS).text

    def reach(self, draft: Draft, band: Band) -> dict[str, Range]:
        """How far the two boxes' cells reach in one band."""
        right = right_cells(draft, band)
        if right is not None:
            return self._ruled(right)
        return self.by_range.get(_edge(draft), NO_COLUMNS).reach

    def _ruled(self, right: Sequence[Range]) -> dict[str, Range]:
        roles = self.by_cells.get(len(right), ())
        return {role: cell for role, cell in zip(roles, right, strict=False) if role}


def find_layout(drafts: Sequence[Draft]) -> Layout:
    """The columns of all pages of one document."""
    counts = {len(right_cells(d, b) or ()) for d in drafts for b in d.bands} - {0}
    by_cells = {n: roles for n in sorted(counts) if (roles := _cell_roles(drafts, n))}
    edges = {_edge(d) for d in drafts if d.content is not None}
    by_range = {e: _ranges([d for d in drafts if _edge(d) == e], drafts) for e in edges}
    return Layout(by_cells, by_range)


def _edge(draft: Draft) -> int:
    return round(draft.content[0] / 4) if draft.content else -1


def right_cells(draft: Draft, band: Band) -> list[Range] | None:
    """The cells right of the item text, or None where rules part no columns."""
    if draft.content is None:
        return None
    y = (band.top + band.bottom) / 2
    x = band.anchor.segment.box.x0 + 1 if band.anchor else draft.content[0] + 3
    cells = draft.ruling.columns(y)
    for i, (lo, hi) in enumerate(cells):
        if lo - 1 <= x <= hi + 1:
            right = cells[i + 1 :]
            return right if len(right) >= 2 else None
    return None


# ------------------------------------------------------------- between vertical rules


def _cell_roles(drafts: Sequence[Draft], n: int) -> tuple[str, ...]:
    rows = [(d, b, c) for d in drafts for b in d.bands if b.anchor and (c := right_cells(d, b))]
    rows = [r for r in rows if len(r[2]) == n]
    counts: Counter[int] = Counter()
    for d, b, cells in rows:
        counts.update({i for s in spots_in(d, b) if (i := _index(cells, s)) is not None})
    named = _heading_roles(drafts, n)
    if named and {"self", "reviewer"} <= set(named) and _fits(named, counts, len(rows)):
        return named
    boxes = sorted(i for i, c in counts.items() if c >= BOXES_SHARE * len(rows))
    return _roles_by_boxes(boxes, n)


def spots_in(draft: Draft, band: Band) -> list[Spot]:
    """The spots whose middle lies in the band."""
    return [s for s in draft.spots if band.top <= s.box.cy < band.bottom]


def _index(cells: Sequence[Range], spot: Spot) -> int | None:
    return next((i for i, (lo, hi) in enumerate(cells) if lo <= spot.box.cx <= hi), None)


def _heading_roles(drafts: Sequence[Draft], n: int) -> tuple[str, ...]:
    """Roles as the headings name them, on the first page whose headings lie over ``n``
    cells."""
    for d in drafts:
        band = next((b for b in d.bands if b.anchor), None)
        cells = right_cells(d, band) if band else None
        if not d.headings or cells is None or len(cells) != n:
            continue
        roles = [""] * n
        for role, box in d.headings:
            i = next((i for i, (lo, hi) in enumerate(cells) if lo <= box.cx <= hi), None)
            if i is not None and role in ROLES:
                roles[i] = role
        if any(roles):
            return tuple(roles)
    return ()


def _fits(roles: tuple[str, ...], counts: Counter[int], rows: int) -> bool:
    """Whether the boxes stand where the headings say: no other column has more of them."""
    named = {i for i, r in enumerate(roles) if r in ("self", "reviewer")}
    return all(i in named or c < BOXES_SHARE * rows for i, c in counts.items())


def _roles_by_boxes(boxes: list[int], n: int) -> tuple[str, ...]:
    if len(boxes) != 2:
        return ROLES if n == len(ROLES) and set(boxes) <= {0, 2} else ()
    roles = [""] * n
    roles[boxes[0]], roles[boxes[1]] = "self", "reviewer"
    text = ["self_keyword", "reviewer_remark"]
    for i in range(boxes[0] + 1, n):
        if roles[i]:
            continue
        if i < boxes[1]:
            roles[i] = "self_keyword"
        elif boxes[1] - boxes[0] > 1:
            roles[i] = "reviewer_remark"
        elif text:
            roles[i] = text.pop(0)
    return tuple(roles)


# ------------------------------------------------------------- without vertical rules


class Columns(NamedTuple):
    """Columns of pages without vertical rules: where each role's characters stand, and
    how far the cells of the two box columns reach for anything drawn."""

    text: dict[str, Range]
    reach: dict[str, Range]


NO_COLUMNS = Columns({}, {})


def _ranges(pages: Sequence[Draft], all_pages: Sequence[Draft]) -> Columns:
    """Columns of pages that share their item text's left edge."""
    rows = [(d, b) for d in pages for b in d.bands if b.anchor and right_cells(d, b) is None]
    if not rows:
        return NO_COLUMNS
    spots = [s for d, b in rows for s in spots_in(d, b) if d.content and s.box.x0 > d.content[0] + 30]
    headings = next((d.headings for d in [*pages, *all_pages] if d.headings), ())
    named = {role: (box.x0, box.x1) for role, box in headings}
    pair = _box_columns(spots, named, len(rows))
    if pair is None:
        return NO_COLUMNS
    first, second = pair
    right_end = max(d.page.width for d in pages)
    text = {"self": _tight(first), "reviewer": _tight(second)}
    text |= _text_columns(first, second, right_end, named, rows)
    return Columns(text, _reach(first, second, right_end, rows))


def _tight(column: Range) -> Range:
    return column[0] - 2.0, column[1] + 2.0


def _box_columns(
    spots: Sequence[Spot], named: dict[str, Range], rows: int
) -> tuple[Range, Range] | None:
    """The self and the reviewer's column of boxes: the two columns in which most rows
    show a box; where ticks stand alone, the two under the headings."""
    framed = [c for c in _clusters([s for s in spots if s.framed]) if c[2] >= BOXES_SHARE * rows]
    if len(framed) == 2:
        found = [_widened((c[0], c[1]), spots) for c in framed]
        flipped = "self" in named and "reviewer" in named and named["self"] > named["reviewer"]
        return (found[1], found[0]) if flipped else (found[0], found[1])
    if "self" not in named or "reviewer" not in named:
        return None
    pair = [_under(named[role], named, _clusters(spots)) for role in ("self", "reviewer")]
    return (pair[0], pair[1]) if pair[0] != pair[1] else None


def _widened(column: Range, spots: Sequence[Spot]) -> Range:
    """The column with the unframed marks that stand in it."""
    mine = [s.box for s in spots if s.box.x0 < column[1] and column[0] < s.box.x1]
    return min(b.x0 for b in mine), max(b.x1 for b in mine)


def _under(
    heading: Range, named: dict[str, Range], columns: Sequence[tuple[float, float, int]]
) -> Range:
    """The column of ticks nearer to this heading than to any other, or the heading's own
    range where there is none."""
    middle = (heading[0] + heading[1]) / 2

    def nearest(x: float) -> Range:
        return min(named.values(), key=lambda r: abs((r[0] + r[1]) / 2 - x))

    mine = [c for c in columns if nearest((c[0] + c[1]) / 2) == heading]
    best = max(mine, key=lambda c: (c[2], -abs((c[0] + c[1]) / 2 - middle)), default=None)
    if best is None:
        return heading
    return min(best[0], heading[0]), max(best[1], heading[1])


def _clusters(spots: Iterable[Spot]) -> list[tuple[float, float, int]]:
    """Columns of spots that overlap across: left edge, right edge, how many."""
    out: list[tuple[float, float, int]] = []
    for s in sorted(spots, key=lambda s: s.box.x0):
        if out and s.box.x0 <= out[-1][1] + 1.0:
            out[-1] = (out[-1][0], max(out[-1][1], s.box.x1), out[-1][2] + 1)
        else:
            out.append((s.box.x0, s.box.x1, 1))
    return out


def _text_columns(
    first: Range,
    second: Range,
    right_end: float,
    named: dict[str, Range],
    rows: Sequence[tuple[Draft, Band]],
) -> dict[str, Range]:
    """The keyword's and the remark's column: between the boxes and after them, or both
    after them where the boxes stand side by side or the headings say so."""
    after = (second[1] + 2.0, right_end)
    keyword, remark = named.get("self_keyword"), named.get("reviewer_remark")
    adjacent = second[0] - first[1] < SIDE_BY_SIDE and keyword is None
    if keyword is not None and keyword[0] > second[1] - 2 or adjacent:
        if remark is None:
            return {"self_keyword": after}
        edge = _parting(keyword or (after[0], after[0]), remark, rows)
        return {"self_keyword": (after[0], edge), "reviewer_remark": (edge, right_end)}
    return {"self_keyword": (first[1] + 2.0, second[0] - 2.0), "reviewer_remark": after}


def _parting(left: Range, right: Range, rows: Sequence[tuple[Draft, Band]]) -> float:
    """Where two neighbouring text columns part: at the left edge of the right one's
    texts, as far left of its heading as they begin."""
    starts = [
        s.box.x0
        for d, b in rows
        for s in d.segments
        if b.top <= s.box.cy <= b.bottom and left[1] < s.box.x0 <= right[0]
    ]
    return min(starts, default=right[0]) - 1.0


def _reach(
    first: Range, second: Range, right_end: float, rows: Sequence[tuple[Draft, Band]]
) -> dict[str, Range]:
    """Half the way to whatever stands beside the boxes, at most twice their size."""
    out = {}
    for role, (lo, hi) in (("self", first), ("reviewer", second)):
        most = max(2 * (hi - lo), 12.0)
        left = max((x1 for _, x1 in _beside(rows) if x1 <= lo), default=lo - 2 * most)
        right = min((x0 for x0, _ in _beside(rows) if x0 >= hi), default=right_end)
        out[role] = (lo - min(most, (lo - left) / 2), hi + min(most, (right - hi) / 2))
    return out


def _beside(rows: Sequence[tuple[Draft, Band]]) -> list[Range]:
    return [(s.box.x0, s.box.x1) for d, b in rows for s in b.lines]
