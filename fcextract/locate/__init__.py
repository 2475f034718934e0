"""Document to tables: which pages, which rows, which two boxes, which cells."""

from __future__ import annotations

from collections.abc import Sequence

from fcextract.editions import Edition
from fcextract.locate.columns import Layout, find_layout
from fcextract.locate.draft import Draft, draft_page
from fcextract.locate.fields import read_figures
from fcextract.locate.forms import PageRows, build_table, split_forms
from fcextract.locate.furniture import without_furniture
from fcextract.locate.mend import is_garbled, mend
from fcextract.locate.paper import recognise
from fcextract.locate.paper.beside import tie_pages
from fcextract.locate.rows import build_rows
from fcextract.locate.sight import Look
from fcextract.records import Document, LocatedRow, LocatedTable, Note, Page


def locate(document: Document, edition: Edition, look: Look | None = None) -> list[LocatedTable]:
    """Every form in ``document``, in the order of the file; none if it holds none.

    ``look`` draws a part of a page. It is called only where the text layer lies and no
    known wording says what is printed.
    """
    seen = recognise(document.pages, edition)
    given = [draft_page(page, edition) for page in without_furniture(seen, edition)]
    drafts = _mended(given, edition, look)
    layout = find_layout(drafts)
    rows = _rows(drafts, layout, edition)
    pages = [
        PageRows(d, own, read_figures(d, edition)) for d, own in zip(drafts, rows, strict=True)
    ]
    unread = [Note("page-unreadable", page=p.number) for p in document.pages if _blank(p)]
    return [
        build_table(document.source, document.sha256, form, edition, [*unread, *_garbled(form)])
        for form in split_forms(pages)
        if any(p.numbers for p in form)
    ]


def _mended(given: Sequence[Draft], edition: Edition, look: Look | None) -> list[Draft]:
    """The drafts, the text layers among them mended: what was recognised has no glyphs whose
    names might lie."""
    mended = iter(mend([d for d in given if d.page.scan is None], edition, look))
    return [d if d.page.scan is not None else next(mended) for d in given]


def _rows(drafts: Sequence[Draft], layout: Layout, edition: Edition) -> list[list[LocatedRow]]:
    """The rows of each page, each with its own boxes."""
    rows = [build_rows(d, layout, edition) for d in drafts]
    scans = [k for k, d in enumerate(drafts) if d.page.scan is not None]
    tied = tie_pages([(rows[k], drafts[k].page.pictures) for k in scans])
    for k, own in zip(scans, tied, strict=True):
        rows[k] = own
    return rows


def _garbled(form: Sequence[PageRows]) -> list[Note]:
    """Pages whose typed texts, heading or figures hold characters that nobody typed."""
    pages = {
        row.page
        for p in form
        for row in p.rows
        if any(is_garbled(line) for line in (*row.keyword, *row.remark))
    }
    for p in form:
        if any(is_garbled(r.text, r.font) for s in p.draft.outside() for r in s.runs):
            pages.add(p.draft.page.number)
    return [Note("page-unreadable", page=n) for n in sorted(pages)]


def _blank(page: Page) -> bool:
    """Whether nothing on the page can be read."""
    return not page.readable
