"""Pages to forms: which pages belong together."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from fcextract.editions import Edition
from fcextract.locate.draft import Draft
from fcextract.locate.fields import Figures
from fcextract.locate.paper.beside import split_apart
from fcextract.locate.split import join_split
from fcextract.records import (
    Declared,
    Header,
    LocatedRow,
    LocatedTable,
    Note,
    PageFrame,
)
from fcextract.text.match import matcher

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
    header, declared = _figures(pages)
    rows = join_split([p.rows for p in pages], matcher(edition))
    scanned = {p.draft.page.number for p in pages if p.draft.page.scan is not None}
    return LocatedTable(
        source=source,
        sha256=sha256,
        pages=tuple(
            PageFrame(p.number, p.turn, p.width, p.height, p.geometric, p.scan, p.damage)
            for p in (q.draft.page for q in pages)
        ),
        rows=tuple(split_apart(rows, scanned)),
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


# --------------------------------------------------------------------------- pages


def _page_notes(pages: Sequence[PageRows]) -> list[Note]:
    """Pages out of order or twice, and figures on them that were painted over."""
    notes = [
        Note("figure-drawn-over", page=p.draft.page.number, detail=figure)
        for p in pages
        for figure in p.figures.drawn_over
    ]
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
