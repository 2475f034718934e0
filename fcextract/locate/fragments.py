"""Columns without vertical rules: ranges of x, found from where the boxes stand.

A table may be cut into fragments of other widths, on one page or over several;
each fragment has columns of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fcextract.locate.bands import Band
from fcextract.locate.cells import BOXES_SHARE, ROLES, Range
from fcextract.locate.draft import Draft
from fcextract.locate.segments import goes_on
from fcextract.locate.spots import Spot
from fcextract.text.marks import Typed, is_label, is_mark, read_typed

#: Boxes of two columns that stand closer than this have no text column between them,
#: in points.
SIDE_BY_SIDE = 55.0
#: Where no boxes tell fragments apart, their numbers do when they move by more, in points.
SHIFT = 2.5
#: Share of rows that may show a text in a box's column, or a box outside of both.
STRAYS = 0.06
#: Boxes stand at least this far right of where a row's number does, in points.
BESIDE = 30.0
#: And they are of one layout when they agree this well, in points.
EXACT = 0.8
#: Boxes, headings and ticks of one layout stand this well above each other, in points.
SAME = 1.5
#: A box is no wider than this many of its like.
WIDE = 2.2
#: Ticks that stand nearer than this to another part's, and not below them, are of a layout
#: of their own, in points.
NEARBY = 25.0
#: A heading is set at the left edge of its cell if it begins this close to the item
#: texts, in points; a trimmed bracket moves them by half an em.
SAME_LEFT = 6.0


class Columns(NamedTuple):
    """Columns of pages without vertical rules: where each role's characters stand, and
    how far the cells of the two box columns reach for anything drawn."""

    text: dict[str, Range]
    reach: dict[str, Range]


NO_COLUMNS = Columns({}, {})


class Fragment(NamedTuple):
    """A stretch of rows on one page, from ``top`` to ``bottom``, that share columns."""

    page: int
    top: float
    bottom: float
    columns: Columns


class _Part(NamedTuple):
    """A stretch of rows before its columns are known. ``left`` is where their numbers
    stand, ``pair`` where their two boxes do (None where ticks stand alone), ``named`` the
    headings right above, ``ticks`` the columns of its bare ticks."""

    draft: Draft
    bands: list[Band]
    left: float
    pair: tuple[Range, Range] | None
    named: dict[str, Range]
    ticks: list[Range]


def find_fragments(drafts: Sequence[Draft]) -> tuple[Fragment, ...]:
    """The parts of the table without vertical rules, each with its columns. Parts that
    look alike are measured together, so that a part with few ticks learns from others."""
    parts = [p for d in drafts for p in _parts(d)]
    groups: list[list[_Part]] = []
    for p in parts:
        group = next((g for g in groups if all(_alike(q, p) for q in g)), None)
        if group is None:
            groups.append([p])
        else:
            group.append(p)
    found = []
    for group in groups:
        headings = _named(group) or (_named(parts) if len(groups) == 1 else {})
        found.append(_columns(group, headings))
    return tuple(
        Fragment(p.draft.page.number, p.bands[0].top, p.bands[-1].bottom, columns)
        for group, own in zip(groups, found, strict=True)
        for columns in (own if own is not NO_COLUMNS else _borrowed(group, found),)
        for p in group
    )


def _borrowed(group: Sequence[_Part], found: Sequence[Columns]) -> Columns:
    """Another fragment's columns, where this one's ticks stand in both of its box columns,
    and nowhere else."""
    rows = [(p.draft, b) for p in group for b in p.bands]
    spots = _spots_beside(rows)
    for columns in found:
        pair = [columns.text.get(role) for role in ("self", "reviewer")]
        cells = [c for c in pair if c is not None]
        held = [sum(c[0] <= s.box.cx <= c[1] for s in spots) for c in cells]
        all_in = len(cells) == 2 and min(held) > 0 and sum(held) == len(spots)
        if all_in and _sound(cells[0], cells[1], rows, spots):
            return columns
    return NO_COLUMNS


def _parts(draft: Draft) -> list[_Part]:
    """Cut a page's rows where their boxes, or their numbers, move across."""
    bands = [b for b in draft.bands if b.anchor and b.right is None]
    out: list[list[Band]] = []
    last: tuple[Range, Range] | None = None
    for b in bands:
        pair = _pair(draft, b)
        moved = pair is not None and last is not None and not _aligned(pair, last)
        if not out or moved or (pair is None and last is None and _shifted(out[-1][-1], b)):
            out.append([])
        out[-1].append(b)
        last = pair or last
    return [_part(draft, part) for part in out]


def _part(draft: Draft, bands: list[Band]) -> _Part:
    first = bands[0]
    floor = max(
        (b.bottom for b in draft.bands if b.anchor and b.bottom <= first.top + 1), default=0.0
    )
    headings = [h for h in draft.headings if floor < h.box.cy < first.top + 1]
    bare = [s for s in _spots_beside([(draft, b) for b in bands]) if not s.framed]
    return _Part(
        draft,
        bands,
        min(_left(b) for b in bands),
        next(filter(None, (_pair(draft, b) for b in bands)), None),
        {h.column: (h.box.x0, h.box.x1) for h in headings},
        [(c[0], c[1]) for c in _clusters(bare) if c[2] > 1],
    )


def _left(band: Band) -> float:
    assert band.anchor is not None
    return band.anchor.segment.box.x0


def _spots_beside(rows: Sequence[tuple[Draft, Band]]) -> list[Spot]:
    """The spots right of the rows' numbers, without the ticks that end a text there."""
    return [
        s
        for d, b in rows
        for s in b.spots
        if s.box.x0 > _left(b) + BESIDE and (s.framed or not _ends_text(s, d, b))
    ]


def _ends_text(tick: Spot, draft: Draft, band: Band) -> bool:
    items = {id(line) for line in band.lines}
    beside = (s for s in draft.segments if s.box.y0 < tick.box.cy < s.box.y1)
    return goes_on(tick.box, (s for s in beside if id(s) not in items))


def _shifted(a: Band, b: Band) -> bool:
    return abs(_left(a) - _left(b)) > SHIFT


def _pair(draft: Draft, band: Band) -> tuple[Range, Range] | None:
    """Where the row's two boxes stand, if it shows exactly two."""
    right = _left(band) + BESIDE
    boxes = [s.box for s in band.spots if s.framed and s.box.x0 > right]
    if len(boxes) != 2:
        return None
    boxes.sort()
    return (boxes[0].x0, boxes[0].x1), (boxes[1].x0, boxes[1].x1)


def _aligned(a: tuple[Range, Range], b: tuple[Range, Range]) -> bool:
    """Whether two rows' boxes stand above each other: by their left edges, their middles or
    their right edges, as their column is set."""
    edges = (lambda r: r[0], lambda r: sum(r) / 2, lambda r: r[1])
    return any(all(abs(at(p) - at(q)) <= SAME for p, q in zip(a, b, strict=True)) for at in edges)


def _alike(a: _Part, b: _Part) -> bool:
    if not _same_headings(a, b):
        return False
    if a.pair is not None and b.pair is not None:
        return abs(a.left - b.left) <= SHIFT and _aligned(a.pair, b.pair)
    return a.pair is b.pair is None and abs(a.left - b.left) <= EXACT and _same_ticks(a, b)


def _same_headings(a: _Part, b: _Part) -> bool:
    shared = set(a.named) & set(b.named)
    return all(abs(x - y) <= SAME for r in shared for x, y in zip(a.named[r], b.named[r], strict=True))  # fmt: skip


def _same_ticks(a: _Part, b: _Part) -> bool:
    """Whether no column of ticks stands close beside one of the other part's."""
    gaps = [max(p[0], q[0]) - min(p[1], q[1]) for p in a.ticks for q in b.ticks]
    return not any(0 < gap < NEARBY for gap in gaps)


def _named(parts: Sequence[_Part]) -> dict[str, Range]:
    """The headings above the first of ``parts`` that has any, by column."""
    return next((p.named for p in parts if p.named), {})


def _columns(group: Sequence[_Part], named: dict[str, Range]) -> Columns:
    rows = [(p.draft, b) for p in group for b in p.bands]
    spots = _spots_beside(rows)
    pair = _box_columns(spots, named, min(p.left for p in group), len(rows))
    if pair is None:
        return NO_COLUMNS
    first, second = pair
    right_end = max(p.draft.page.width for p in group)
    cells = _cells_of(named, min(p.left for p in group), right_end)
    if not _sound(first, second, rows, spots):
        return NO_COLUMNS
    if cells and all(
        _inside(r, cells[role]) for r, role in ((first, "self"), (second, "reviewer"))
    ):
        return Columns(cells, {role: cells[role] for role in ("self", "reviewer")})
    text = {"self": _tight(first), "reviewer": _tight(second)}
    text |= _text_columns(first, second, right_end, named, rows)
    return Columns(text, _reach(first, second, right_end, rows))


def _sound(
    first: Range, second: Range, rows: Sequence[tuple[Draft, Band]], spots: Sequence[Spot]
) -> bool:
    """Whether the two columns hold all that looks like a box or a tick, and hardly anything
    else: columns taken wrongly hold typed texts, or leave boxes out."""
    inside = (_tight(first), _tight(second))

    def within(x: float) -> bool:
        return any(lo <= x <= hi for lo, hi in inside)

    texts = sum(_texts_in(column, d, b) for d, b in rows for column in inside)
    framed = [s for s in spots if s.framed]
    outside = sum(not within(s.box.cx) for s in framed)
    bare = [s for s in spots if not s.framed]
    astray = sum(not within(s.box.cx) for s in bare)
    most = max(1, STRAYS * len(rows))
    if not framed and (texts or astray > 0.3 * len(bare)):
        return False
    return texts <= most and outside <= most


def _texts_in(column: Range, draft: Draft, band: Band) -> int:
    """How many texts of a row stand in a column, that are neither marks nor with the marks
    there a choice."""
    held = [
        s for s in draft.segments
        if band.top <= s.box.cy <= band.bottom and column[0] <= s.box.cx <= column[1]
        and s.box.x0 > _left(band) + BESIDE
    ]  # fmt: skip
    texts = sum(not is_mark(s.text) and not is_label(s.text) for s in held)
    if texts and read_typed("".join(s.text for s in held)) in (Typed.EMPTY, Typed.TICKED):
        return 0
    return texts


def _tight(column: Range) -> Range:
    return column[0] - 2.0, column[1] + 2.0


def _box_columns(
    spots: Sequence[Spot], named: dict[str, Range], left: float, rows: int
) -> tuple[Range, Range] | None:
    """The self and the reviewer's column of boxes: the two columns in which most rows
    show a box; where ticks stand alone, the two under the headings."""
    boxes = _usual([s for s in spots if s.framed])
    framed = [c for c in _clusters(boxes) if c[2] >= BOXES_SHARE * rows]
    if len(framed) == 2:
        shown = boxes + [s for s in spots if not s.framed]
        found = [_widened((c[0], c[1]), shown) for c in framed]
        flipped = "self" in named and "reviewer" in named and named["self"] > named["reviewer"]
        return (found[1], found[0]) if flipped else (found[0], found[1])
    if "self" not in named or "reviewer" not in named:
        return _two_fullest(_clusters(spots))
    pair = [_under(role, named, left, spots) for role in ("self", "reviewer")]
    return (pair[0], pair[1]) if pair[0] != pair[1] else None


def _usual(spots: Sequence[Spot]) -> list[Spot]:
    """Without the spots that are wider than others by far: boxes with a text's mark."""
    widths = sorted(s.box.width for s in spots)
    most = WIDE * widths[len(widths) // 2] if widths else 0.0
    return [s for s in spots if s.box.width <= most]


def _cells_of(named: dict[str, Range], left: float, right_end: float) -> dict[str, Range]:
    """Cells of the columns right of the item text, from the headings alone.

    Headings are set like ranks: all at the left edge of their cells, or all in the
    middle. Which of the two the item text's own heading tells: from its cell's left
    edge on, each heading's middle gives the next edge.
    """
    content = named.get("content")
    found = set(named) & set(ROLES)
    if content is None or found not in ({"self", "reviewer"}, set(ROLES)):
        return {}  # a heading that was not found would shift all the others
    order = sorted((r, role) for role, r in named.items() if r[0] >= content[0])
    if abs(content[0] - left) <= SAME_LEFT:
        edges = [r[0] - 2.0 for r, _ in order] + [right_end]
    else:
        edges = [left]
        for (lo, hi), _ in order:
            edges.append(lo + hi - edges[-1])
    cells = {role: (edges[i], edges[i + 1]) for i, (_, role) in enumerate(order)}
    sound = all(
        c[0] < named[role][1] and named[role][0] < c[1] and c[0] < c[1] for role, c in cells.items()
    )
    return cells if sound else {}


def _inside(r: Range, cell: Range) -> bool:
    return cell[0] - 1 <= (r[0] + r[1]) / 2 <= cell[1] + 1


def _two_fullest(columns: Sequence[tuple[float, float, int]]) -> tuple[Range, Range] | None:
    """The two columns with by far the most ticks, where nothing else names them."""
    by_count = sorted(columns, key=lambda c: -c[2])
    third = by_count[2][2] if len(by_count) > 2 else 0
    if len(by_count) < 2 or by_count[1][2] < max(3, 4 * third):
        return None
    first, second = sorted(by_count[:2])
    return (first[0], first[1]), (second[0], second[1])


def _widened(column: Range, spots: Sequence[Spot]) -> Range:
    """The column with the unframed marks that stand in it."""
    mine = [s.box for s in spots if s.box.x0 < column[1] and column[0] < s.box.x1]
    return min(b.x0 for b in mine), max(b.x1 for b in mine)


def _under(role: str, named: dict[str, Range], left: float, spots: Sequence[Spot]) -> Range:
    """The column of ticks in this heading's cell, or the heading's own range where there
    is none."""
    cells = _cells_of(named, left, 1e6)
    middle = sum(named[role]) / 2
    columns = _clusters(spots)
    if cells:
        mine = [c for c in columns if _inside((c[0], c[1]), cells[role])]
    else:
        mine = [c for c in columns if _nearest(c, named) == role]
    best = max(mine, key=lambda c: (c[2], -abs((c[0] + c[1]) / 2 - middle)), default=None)
    return named[role] if best is None else (best[0], best[1])


def _nearest(column: tuple[float, float, int], named: dict[str, Range]) -> str:
    x = (column[0] + column[1]) / 2
    return min(named, key=lambda role: abs(sum(named[role]) / 2 - x))


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
    if (keyword is not None and keyword[0] > second[1] - 2) or adjacent:
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
    texts = [s.box for _, b in rows for s in b.lines]
    held = {"self": first, "reviewer": second}
    for role, (lo, hi) in held.items():
        beside = [(b.x0, b.x1) for b in texts] + [r for other, r in held.items() if other != role]
        most = max(2 * (hi - lo), 12.0)
        left = max((x1 for _, x1 in beside if x1 <= lo), default=lo - 2 * most)
        right = min((x0 for x0, _ in beside if x0 >= hi), default=right_end)
        out[role] = (lo - min(most, (lo - left) / 2), hi + min(most, (right - hi) / 2))
    return out
