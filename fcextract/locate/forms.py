"""Pages to forms: which pages belong together, and rows split between two pages."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from fcextract.editions import Edition
from fcextract.locate.draft import Draft
from fcextract.locate.fields import Figures
from fcextract.records import (
    Declared,
    Header,
    LocatedRow,
    LocatedTable,
    Note,
    PageFrame,
    Place,
)
from fcextract.text.match import Matcher, matcher

#: From so many numbers on, pages are a whole list, not one page that stands twice.
WHOLE = 90


class PageRows(NamedTuple):
    """One page, its rows and its figures."""

    draft: Draft
    rows: list[LocatedRow]
    figures: Figures

    @property
    def numbers(self) -> list[int]:
        """The printed numbers on the page, top to bottom."""
        return [r.number for r in self.rows if r.number is not None]

    @property
    def belongs(self) -> bool:
        """Whether the page shows any part of a form."""
        return bool(
            self.rows or self.figures.declared or self.figures.header or self.figures.labelled
        )


def split_forms(pages: Sequence[PageRows]) -> list[list[PageRows]]:
    """Pages to forms, in the file's order.

    A form begins with a page that shows the title or an application number. A second
    such page begins a second form if its number differs, or if what follows it is a
    whole list again; else it is the same page twice. Where the pages of two forms
    are mixed up, the cut goes where the fewest numbers stand twice in one form.
    """
    mine = [p for p in pages if p.belongs]
    heads = _heads(mine)
    if len(heads) < 2:
        return [mine] if mine else []
    cuts = [0]
    for here, there in itertools.pairwise(heads):
        end = heads[heads.index(there) + 1] if heads.index(there) + 1 < len(heads) else len(mine)
        cuts.append(_best_cut(mine, cuts[-1], here, there, end))
    cuts.append(len(mine))
    return [mine[a:b] for a, b in itertools.pairwise(cuts) if mine[a:b]]


def _heads(pages: list[PageRows]) -> list[int]:
    """Where forms begin."""
    marked = [
        i
        for i, p in enumerate(pages)
        if p.figures.labelled or p.figures.header.get("application_no")
    ]
    if not marked:  # a title on most pages is a browser's page header
        titled = [i for i, p in enumerate(pages) if p.figures.titled and p.rows]
        marked = titled if 2 * len(titled) <= len(pages) + 1 else titled[:1]
    heads = marked[:1]
    for i in marked[1:]:
        last = pages[heads[-1]].figures.header.get("application_no")
        number = pages[i].figures.header.get("application_no")
        if number != last or _whole_again(pages[heads[-1] : i], pages[i:]):
            heads.append(i)
    return heads


def _whole_again(before: list[PageRows], after: list[PageRows]) -> bool:
    """Whether a list was nearly whole before, and most of it comes again from here on."""
    first = {n for p in before for n in p.numbers}
    second = {n for p in after for n in p.numbers}
    return len(first) >= WHOLE and len(first & second) > 0.7 * len(first)


def _best_cut(pages: list[PageRows], start: int, here: int, there: int, end: int) -> int:
    def twice(group: list[PageRows]) -> int:
        numbers = [n for p in group for n in p.numbers]
        return len(numbers) - len(set(numbers))

    return min(
        range(there, here, -1),
        key=lambda c: twice(pages[start:c]) + twice(pages[c:end]),
    )


def build_table(
    source: str, sha256: str, pages: Sequence[PageRows], edition: Edition, notes: Sequence[Note]
) -> LocatedTable:
    """One form's pages as one table."""
    match = matcher(edition)
    header, declared = _figures(pages)
    return LocatedTable(
        source=source,
        sha256=sha256,
        pages=tuple(
            PageFrame(p.number, p.turn, p.width, p.height, p.geometric, p.scan)
            for p in (q.draft.page for q in pages)
        ),
        rows=tuple(_join_split(pages, match)),
        header=header,
        declared=declared,
        notes=(*notes, *_page_notes(pages)),
    )


# ------------------------------------------------------------------------ figures


def _figures(pages: Sequence[PageRows]) -> tuple[Header, Declared | None]:
    """The header and the declaration; a field that pages give different values for, or
    none, stays empty."""

    def value(kind: str, field: str) -> str:
        seen = {v for p in pages for v in getattr(p.figures, kind).get(field, ())}
        return seen.pop() if len(seen) == 1 else ""

    def whole(field: str) -> int | None:
        return _whole(value("declared", field))

    def rate(field: str) -> float | None:
        text = value("declared", field)
        return float(text) if text else None

    header = Header(
        application_no=value("header", "application_no"),
        resettled_population=_whole(value("header", "resettled_population")),
        talents_introduced=_whole(value("header", "talents_introduced")),
    )
    if not any(p.figures.declared for p in pages):
        return header, None
    return header, Declared(
        total=whole("total"),
        total_of=whole("total_of"),
        total_rate=rate("total_rate"),
        binding=whole("binding"),
        binding_of=whole("binding_of"),
        binding_rate=rate("binding_rate"),
        guiding=whole("guiding"),
        guiding_of=whole("guiding_of"),
        guiding_rate=rate("guiding_rate"),
    )


def _whole(text: str) -> int | None:
    digits = text.replace(",", "").replace("'", "")
    return int(digits) if digits.isdigit() and len(digits) <= 15 else None


# --------------------------------------------------------------------- split rows


def _join_split(pages: Sequence[PageRows], match: Matcher) -> list[LocatedRow]:
    """All rows in page order, with rows that a page break cut made whole again."""
    held = [list(p.rows) for p in pages]
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
                first, self_place=tail.self_place, reviewer_place=tail.reviewer_place
            )
    return [row for rows in held for row in rows]


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
    own, more = _boxes(row), _boxes(rest)
    if any(a and b for a, b in zip(own, more, strict=True)):
        return None
    return replace(
        row,
        self_place=rest.self_place if more[0] else row.self_place,
        reviewer_place=rest.reviewer_place if more[1] else row.reviewer_place,
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
    if not rest.lines and not texts and not (_has_boxes(rest) and not _has_boxes(row)):
        return None
    return replace(
        whole,
        lines=row.lines + rest.lines,
        keyword=row.keyword + rest.keyword,
        remark=row.remark + rest.remark,
    )


def _held(place: Place | None) -> bool:
    return place is not None and bool(
        place.runs or place.widgets or place.pictures or place.shapes or place.rules
    )


def _goes_on(row: LocatedRow, rest: LocatedRow, match: Matcher) -> bool:
    ids = match.ids_of(row.number)
    before, after = "".join(row.lines), "".join(row.lines + rest.lines)
    return any(match.whole(after, i) > match.whole(before, i) + 0.02 for i in ids)


# --------------------------------------------------------------------------- pages


def _page_notes(pages: Sequence[PageRows]) -> list[Note]:
    """Pages out of order or twice."""
    notes = []
    listed = [(p.draft.page.number, p.numbers) for p in pages if p.numbers]
    for i, (page, numbers) in enumerate(listed):
        for earlier, others in listed[:i]:
            shared = set(numbers) & set(others)
            if len(shared) > 0.6 * max(len(set(numbers)), len(set(others))):
                notes.append(Note("page-repeated", page=page, detail=str(earlier)))
                break
    firsts = [(page, min(numbers)) for page, numbers in listed]
    for (_, a), (page, b) in itertools.pairwise(firsts):
        if b < a:
            notes.append(Note("page-order", page=page))
    return notes
