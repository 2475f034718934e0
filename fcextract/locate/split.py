"""Rows that a page break cut, made whole again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from fcextract.geometry import lines_of
from fcextract.locate.spots import LARGEST
from fcextract.records import LocatedRow, Place
from fcextract.text.marks import Typed, is_label, is_refusal, read_typed, shows_box, symbol
from fcextract.text.match import Matcher

#: A line at the top of this share of the pages is none of their rows'.
RUNNING = 0.5


def join_split(pages: Iterable[Sequence[LocatedRow]], match: Matcher) -> list[LocatedRow]:
    """All rows in page order, with rows that a page break cut made whole again."""
    held = _without_running_heads([list(rows) for rows in pages])
    for i, rows in enumerate(held):
        before = _page_before(i, held)
        if not rows or before is None:
            continue
        if rows[0].number is not None:
            whole = _sliced(held[before][-1], rows[0])
        else:
            whole = _joined(held[before][-1], rows[0], match)
        if whole is not None:
            held[before][-1] = whole
            held[i] = rows[1:]
    for i, rows in enumerate(held):
        if not rows or rows[-1].number is not None:
            continue
        after = _page_after(i, held)
        if after is not None and not _has_boxes(held[after][0]) and _has_boxes(rows[-1]):
            tail = rows.pop()
            first = held[after][0]
            held[after][0] = replace(
                first,
                nature=first.nature or tail.nature,
                self_place=tail.self_place,
                reviewer_place=tail.reviewer_place,
                keyword=tail.keyword + first.keyword,
                remark=tail.remark + first.remark,
            )
    return [row for rows in held for row in rows]


def _without_running_heads(held: list[list[LocatedRow]]) -> list[list[LocatedRow]]:
    """The pages without the line that a browser or a letterhead prints at the top of each:
    what is left of a row on the page before never reads the same on most pages."""
    heads: Counter[object] = Counter(
        said for rows in held if rows and (said := _head(rows[0])) is not None
    )
    least = max(2.0, RUNNING * sum(bool(rows) for rows in held))
    return [rows[1:] if rows and heads[_head(rows[0])] >= least else rows for rows in held]


def _head(row: LocatedRow) -> tuple[tuple[str, ...], ...] | None:
    """What a row says that has neither a number nor a box; None where it says nothing but
    the rest of a choice."""
    said = row.lines, row.keyword, row.remark
    return None if row.number is not None or _has_boxes(row) or not any(said) else said


def _has_boxes(row: LocatedRow) -> bool:
    return any(_boxes(row))


def _boxes(row: LocatedRow) -> tuple[bool, bool]:
    """Whether the row has its self-assessment box, and its reviewer's."""
    return _held(row.self_place), _held(row.reviewer_place)


def _page_after(i: int, held: Sequence[Sequence[LocatedRow]]) -> int | None:
    """The page whose first row comes next in the list after the last number of page
    ``i``, pages in any order."""
    last = next((r.number for r in reversed(held[i]) if r.number is not None), None)
    if last is None:
        return None
    order = sorted((k for k in range(len(held)) if k != i), key=lambda k: abs(k - 1 - i))
    return next((k for k in order if held[k] and held[k][0].number in (last, last + 1)), None)


def _page_before(i: int, held: Sequence[Sequence[LocatedRow]]) -> int | None:
    """The page whose last row goes before the first numbered row of page ``i``, pages in
    any order; for a page without numbers, the page before it in the file."""
    first = next((r.number for r in held[i] if r.number is not None), None)
    if first is None:
        return i - 1 if i > 0 and held[i - 1] else None
    order = sorted((k for k in range(len(held)) if k != i), key=lambda k: abs(k + 1 - i))
    for k in order:
        if held[k] and held[k][-1].number in (first - 1, first):
            return k
    return None


def _sliced(row: LocatedRow, rest: LocatedRow) -> LocatedRow | None:
    """``row`` with the boxes that only its second printing shows, where a page break cut
    right through it and both pages print its text."""
    if row.number != rest.number or row.lines[:1] != rest.lines[:1] or row.page == rest.page:
        return None
    return _with_boxes_of(row, rest)


def _with_boxes_of(row: LocatedRow, rest: LocatedRow) -> LocatedRow | None:
    """``row`` with the boxes that ``rest`` has; None where both have the same one."""
    own = _united(row.self_place, rest.self_place)
    other = _united(row.reviewer_place, rest.reviewer_place)
    if (own is None and row.self_place) or (other is None and row.reviewer_place):
        return None
    return replace(row, self_place=own, reviewer_place=other)


def _united(a: Place | None, b: Place | None) -> Place | None:
    """One place from the two parts of a cell; None where each holds a box of its own."""
    if a is None or b is None:
        return a or b
    whole = _typed_on(a, b)
    if whole is not None:
        return whole
    if _held(b):
        return None if _held(a) else b
    return a


def _typed_on(a: Place, b: Place) -> Place | None:
    """A choice or a bracket that is typed in two lines, one on either page, moved together;
    None unless the first half says nothing yet, or the second is the choice's other answer,
    and the whole says something."""
    if not (a.runs and b.runs) or _is_drawn(a) or _is_drawn(b):
        return None
    first, second = _typed(a), _typed(b)
    is_open = read_typed(first) is Typed.ODD or (is_refusal(second) and not is_label(second))
    if not is_open or read_typed(first + second) not in (Typed.EMPTY, Typed.TICKED):
        return None
    down = max(r.box.y1 for r in a.runs) - min(r.box.y0 for r in b.runs)
    moved = (r._replace(box=r.box._replace(y0=r.box.y0 + down, y1=r.box.y1 + down)) for r in b.runs)
    return a._replace(runs=(*a.runs, *moved))


def _is_typed_on(whole: LocatedRow, row: LocatedRow, rest: LocatedRow) -> bool:
    """Whether a cell of ``whole`` was put together from both of its parts."""
    own = whole.self_place not in (row.self_place, rest.self_place)
    return own or whole.reviewer_place not in (row.reviewer_place, rest.reviewer_place)


def _typed(place: Place) -> str:
    """The characters of a cell, line by line."""
    lines = lines_of(place.runs, key=lambda r: r.box)
    return "".join(
        symbol(r.text, r.font) for line in lines for r in sorted(line, key=lambda r: r.box.x0)
    )


def _joined(row: LocatedRow, rest: LocatedRow, match: Matcher) -> LocatedRow | None:
    """``row`` with what the next page holds of it, or None if it holds nothing of it.

    The text must go on where it broke off, or the boxes that were missing must
    stand there with no text of their own.
    """
    whole = _with_boxes_of(row, rest)
    if whole is None:
        return None
    goes_on = bool(rest.lines) and _goes_on(row, rest, match)
    if rest.lines and not goes_on:
        return None
    texts = bool(rest.keyword or rest.remark)
    boxes = _is_typed_on(whole, row, rest) or _has_the_rest(row, rest)
    if not rest.lines and not texts and not boxes:
        return None
    return replace(
        whole,
        lines=row.lines + rest.lines,
        keyword=row.keyword + rest.keyword,
        remark=row.remark + rest.remark,
    )


def _has_the_rest(row: LocatedRow, rest: LocatedRow) -> bool:
    """Whether ``rest`` holds the boxes that ``row`` lacks, and no other: where ``row`` has one
    of them, a printed one, since a tick alone may be any row's."""
    has, more = _boxes(row), _boxes(rest)
    if not any(has):
        return any(more)
    missing = rest.self_place if more[0] else rest.reviewer_place
    return (
        sum(has) == sum(more) == 1
        and has != more
        and missing is not None
        and (_is_drawn(missing) or shows_box(_typed(missing)))
    )


def _held(place: Place | None) -> bool:
    """Whether a cell holds a box or a mark. A label without either is a choice's second
    line."""
    if place is None:
        return False
    return _is_drawn(place) or (bool(place.runs) and not is_label(_typed(place)))


def _is_drawn(place: Place) -> bool:
    small = any(s.box.side <= LARGEST for s in place.shapes)
    return bool(small or place.widgets or place.pictures or place.rules)


def _goes_on(row: LocatedRow, rest: LocatedRow, match: Matcher) -> bool:
    ids = match.ids_of(row.number)
    before, after = "".join(row.lines), "".join(row.lines + rest.lines)
    return any(match.whole(after, i) > match.whole(before, i) + 0.02 for i in ids)
