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

from fcextract.locate.draft import Band, Draft
from fcextract.locate.spots import Spot

ROLES = ("self", "self_keyword", "reviewer", "reviewer_remark")
Range = tuple[float, float]

#: A cell column is a column of boxes when this share of its rows has a spot.
BOXES_SHARE = 0.3
#: Boxes of one column lie this close across, in points.
SAME_COLUMN = 9.0
#: Without rules a box's cell reaches this far beyond the boxes of its column, in points.
REACH = 16.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of a document.

    ``by_cells``: roles of the cells right of the item text, by how many there are.
    ``by_range``: for pages without vertical rules, the x range of each role, by the
    left edge of the item text (rounded to 4 points).
    """

    by_cells: dict[int, tuple[str, ...]]
    by_range: dict[int, dict[str, Range]]

    def cells(self, draft: Draft, band: Band) -> dict[str, Range]:
        """x range of each known role in one band; empty where the columns are unknown."""
        right = right_cells(draft, band)
        if right is not None:
            roles = self.by_cells.get(len(right), ())
            return {role: cell for role, cell in zip(roles, right, strict=False) if role}
        return self.by_range.get(_edge(draft), {})


def find_layout(drafts: Sequence[Draft]) -> Layout:
    """The columns of all pages of one document."""
    counts = {len(right_cells(d, b) or ()) for d in drafts for b in d.bands} - {0}
    by_cells = {n: roles for n in sorted(counts) if (roles := _cell_roles(drafts, n))}
    edges = {_edge(d) for d in drafts if d.content is not None}
    by_range = {e: r for e in edges if (r := _ranges([d for d in drafts if _edge(d) == e], drafts))}
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


def _ranges(pages: Sequence[Draft], all_pages: Sequence[Draft]) -> dict[str, Range]:
    """Ranges of the roles on pages that share their item text's left edge."""
    spots = [
        s
        for d in pages
        for b in d.bands
        if b.anchor and right_cells(d, b) is None
        for s in spots_in(d, b)
        if d.content and s.box.x0 > d.content[0] + 30
    ]
    rows = sum(1 for d in pages for b in d.bands if b.anchor and right_cells(d, b) is None)
    if not rows:
        return {}
    headings = next((d.headings for d in [*pages, *all_pages] if d.headings), ())
    columns = [c for c in _clusters(spots) if c[2] >= 0.04 * rows]
    boxes = _pick(columns, dict((r, (b.x0, b.x1)) for r, b in headings), rows)
    if boxes is None:
        return {}
    return _spread(*boxes, pages, headings)


def _clusters(spots: Iterable[Spot]) -> list[tuple[float, float, int]]:
    """Columns of spots: left edge, right edge, how many."""
    out: list[tuple[float, float, int]] = []
    for s in sorted(spots, key=lambda s: s.box.cx):
        x0, x1 = s.box.x0, s.box.x1
        if out and (x0 <= out[-1][1] and s.box.cx - out[-1][0] < 60 or x0 - out[-1][0] < SAME_COLUMN):
            out[-1] = (min(out[-1][0], x0), max(out[-1][1], x1), out[-1][2] + 1)
        else:
            out.append((x0, x1, 1))
    return out


def _pick(
    columns: list[tuple[float, float, int]], named: dict[str, Range], rows: int
) -> tuple[Range, Range] | None:
    """The self and the reviewer's column of boxes."""
    if "self" in named and "reviewer" in named:
        found = {}
        for role in ("self", "reviewer"):
            lo, hi = named[role]
            over = [c for c in columns if c[0] < hi + 4 and lo - 4 < c[1]]
            best = max(over, key=lambda c: c[2], default=None)
            found[role] = (best[0], best[1]) if best else (lo, hi)
        strays = [c for c in columns if c[2] >= BOXES_SHARE * rows and (c[0], c[1]) not in found.values()]
        if not strays and found["self"] != found["reviewer"]:
            return found["self"], found["reviewer"]
    full = [c for c in columns if c[2] >= BOXES_SHARE * rows]
    if len(full) != 2:
        return None
    return (full[0][0], full[0][1]), (full[1][0], full[1][1])


def _spread(
    first: Range, second: Range, pages: Sequence[Draft], headings: Sequence[tuple[str, object]]
) -> dict[str, Range]:
    """Cells round the two columns of boxes, and the text columns beside them."""
    right_end = max(d.page.width for d in pages)
    gap = second[0] - first[1]
    reach = min(REACH, gap / 3)
    one = (first[0] - min(reach, _room(first[0], pages)), first[1] + reach)
    two = (second[0] - reach, second[1] + REACH)
    out = {"self": one, "reviewer": two}
    names = [role for role, _ in headings if role in ("self_keyword", "reviewer_remark")]
    between = gap > 3 * REACH or "self_keyword" in names
    if between and not _keyword_after(second, headings):
        out["self_keyword"] = (one[1] - reach + 1, two[0] + reach - 1)
        out["reviewer_remark"] = (second[1] + 1, right_end)
    else:
        out.update(_after(second[1] + 1, right_end, pages, headings))
    return out


def _keyword_after(second: Range, headings: Sequence[tuple[str, object]]) -> bool:
    box = dict(headings).get("self_keyword")
    return box is not None and box.x0 > second[1]  # type: ignore[attr-defined]


def _after(
    left: float, right: float, pages: Sequence[Draft], headings: Sequence[tuple[str, object]]
) -> dict[str, Range]:
    """Both text columns right of the boxes, parted where their headings are."""
    remark = dict(headings).get("reviewer_remark")
    if remark is None:
        return {"self_keyword": (left, right)}
    edge = remark.x0 - 4  # type: ignore[attr-defined]
    return {"self_keyword": (left, edge), "reviewer_remark": (edge, right)}


def _room(x: float, pages: Sequence[Draft]) -> float:
    """How far left of ``x`` the item text stays, on the pages' own lines."""
    ends = [
        s.box.x1 for d in pages for b in d.bands for s in b.lines if b.anchor and s.box.x1 < x
    ]
    return max(1.0, (x - max(ends)) / 2) if ends else REACH
