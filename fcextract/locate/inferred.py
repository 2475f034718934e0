"""Columns without vertical rules: ranges of x, found from where the boxes stand and what the
headings name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fcextract.locate.bands import Band
from fcextract.locate.cells import BOXES_SHARE, ROLES, Range
from fcextract.locate.draft import Draft
from fcextract.locate.parts import BESIDE, Part, columns_of, left_of
from fcextract.locate.segments import Segment
from fcextract.locate.spots import Spot
from fcextract.text.marks import Typed, is_label, is_mark, read_typed

#: Boxes of two columns that stand closer than this have no text column between them,
#: in points.
SIDE_BY_SIDE = 55.0
#: Share of rows that may show a text in a box's column, or a box outside of both.
STRAYS = 0.06
#: A box is no wider than this many of its like.
WIDE = 2.2
#: A heading is set at the left edge of its cell if it begins this close to the item
#: texts, in points; a trimmed bracket moves them by half an em.
SAME_LEFT = 6.0


class Columns(NamedTuple):
    """Columns of pages without vertical rules: where each role's characters stand, and
    how far the cells of the two box columns reach for anything drawn."""

    text: dict[str, Range]
    reach: dict[str, Range]


NO_COLUMNS = Columns({}, {})


def infer_columns(group: Sequence[Part], named: dict[str, Range]) -> Columns:
    """The columns that the parts of ``group`` share, given the headings that name them; none
    where they cannot be told safely."""
    rows = [(p.draft, b) for p in group for b in p.bands]
    spots = [s for p in group for s in p.spots]
    left = min(p.left for p in group)
    pair = _box_columns(spots, named, left, len(rows))
    if pair is None:
        return NO_COLUMNS
    first, second = pair
    right_end = max(p.draft.page.width for p in group)
    cells = _cells_of(named, left, right_end)
    if not are_sound(first, second, rows, spots):
        return NO_COLUMNS
    if cells and all(
        _inside(r, cells[role]) for r, role in ((first, "self"), (second, "reviewer"))
    ):
        return Columns(cells, {role: cells[role] for role in ("self", "reviewer")})
    text = {"self": _tight(first), "reviewer": _tight(second)}
    text |= _text_columns(first, second, right_end, named, rows)
    return Columns(text, _reach(first, second, right_end, rows))


def are_sound(
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
    held = [s for s in _right_of_number(draft, band) if column[0] <= s.box.cx <= column[1]]
    texts = sum(map(_is_word, held))
    if texts and read_typed("".join(s.text for s in held)) in (Typed.EMPTY, Typed.TICKED):
        return 0
    return texts


def _right_of_number(draft: Draft, band: Band) -> list[Segment]:
    """What a row says right of its number."""
    return [
        s for s in draft.segments
        if band.top <= s.box.cy <= band.bottom and s.box.x0 > left_of(band) + BESIDE
    ]  # fmt: skip


def _is_word(s: Segment) -> bool:
    """Whether a text is neither a mark nor a label of a choice."""
    return not is_mark(s.text) and not is_label(s.text)


def _tight(column: Range) -> Range:
    return column[0] - 2.0, column[1] + 2.0


def _box_columns(
    spots: Sequence[Spot], named: dict[str, Range], left: float, rows: int
) -> tuple[Range, Range] | None:
    """The self and the reviewer's column of boxes: the two columns in which most rows
    show a box; where ticks stand alone, the two under the headings."""
    boxes = usual([s for s in spots if s.framed])
    framed = [c for c in columns_of(boxes) if c[2] >= BOXES_SHARE * rows]
    if len(framed) == 2:
        shown = boxes + [s for s in spots if not s.framed]
        found = [widened((c[0], c[1]), shown) for c in framed]
        flipped = "self" in named and "reviewer" in named and named["self"] > named["reviewer"]
        return (found[1], found[0]) if flipped else (found[0], found[1])
    if "self" not in named or "reviewer" not in named:
        return _two_fullest(columns_of(spots))
    pair = [_under(role, named, left, spots) for role in ("self", "reviewer")]
    return (pair[0], pair[1]) if pair[0] != pair[1] else None


def usual(spots: Sequence[Spot]) -> list[Spot]:
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


def widened(column: Range, spots: Sequence[Spot]) -> Range:
    """The column with the unframed marks that stand in it."""
    # A damaged font may give marks of no width at all, and columns of them.
    mine = [s.box for s in spots if s.box.x0 <= column[1] and column[0] <= s.box.x1]
    return min(b.x0 for b in mine), max(b.x1 for b in mine)


def _under(role: str, named: dict[str, Range], left: float, spots: Sequence[Spot]) -> Range:
    """The column of ticks in this heading's cell, or the heading's own range where there
    is none."""
    cells = _cells_of(named, left, 1e6)
    middle = sum(named[role]) / 2
    columns = columns_of(spots)
    if cells:
        mine = [c for c in columns if _inside((c[0], c[1]), cells[role])]
    else:
        mine = [c for c in columns if _nearest(c, named) == role]
    best = max(mine, key=lambda c: (c[2], -abs((c[0] + c[1]) / 2 - middle)), default=None)
    return named[role] if best is None else (best[0], best[1])


def _nearest(column: tuple[float, float, int], named: dict[str, Range]) -> str:
    x = (column[0] + column[1]) / 2
    return min(named, key=lambda role: abs(sum(named[role]) / 2 - x))


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
    texts += [s.box for d, b in rows for s in _right_of_number(d, b) if _is_word(s)]
    held = {"self": first, "reviewer": second}
    for role, (lo, hi) in held.items():
        beside = [(b.x0, b.x1) for b in texts] + [r for other, r in held.items() if other != role]
        most = max(2 * (hi - lo), 12.0)
        left = max((x1 for _, x1 in beside if x1 <= lo), default=lo - 2 * most)
        right = min((x0 for x0, _ in beside if x0 >= hi), default=right_end)
        out[role] = (lo - min(most, (lo - left) / 2), hi + min(most, (right - hi) / 2))
    return out
