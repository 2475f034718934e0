"""Columns between vertical rules: a column is a cell, named by its place to the right
of the item text, so that fragments of other widths need nothing new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fcextract.locate.draft import Draft
from fcextract.locate.spots import Spot

ROLES = ("self", "self_keyword", "reviewer", "reviewer_remark")
Range = tuple[float, float]

#: A column is a column of boxes when this share of its rows has a spot.
BOXES_SHARE = 0.3
#: Fewer rows than this are no layout of their own but cells that were read wrong.
FEWEST = 2


def cell_roles(drafts: Sequence[Draft], n: int) -> tuple[str, ...]:
    """The roles of ``n`` cells right of the item text: by the headings if the boxes stand
    where they say, else by the boxes. Empty where neither tells."""
    rows = [b for d in drafts for b in d.bands if b.anchor and b.right and len(b.right) == n]
    if len(rows) < FEWEST:
        return ()
    counts: Counter[int] = Counter()
    for b in rows:
        counts.update({i for s in b.spots if (i := _index(b.right or (), s)) is not None})
    named = _heading_roles(drafts, n)
    if named and {"self", "reviewer"} <= set(named) and _fits(named, counts, len(rows)):
        return named
    boxes = sorted(i for i, c in counts.items() if c >= BOXES_SHARE * len(rows))
    return _roles_by_boxes(boxes, n)


def _index(cells: Sequence[Range], spot: Spot) -> int | None:
    return next((i for i, (lo, hi) in enumerate(cells) if lo <= spot.box.cx <= hi), None)


def _heading_roles(drafts: Sequence[Draft], n: int) -> tuple[str, ...]:
    """Roles as the headings name them, on the first page whose headings lie over ``n``
    cells."""
    for d in drafts:
        band = next((b for b in d.bands if b.anchor), None)
        cells = band.right if band else None
        if not d.headings or cells is None or len(cells) != n:
            continue
        roles = [""] * n
        for role, box, _ in d.headings:
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
    if n == 2 and len(boxes) < 2:
        return "self", "reviewer"
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
