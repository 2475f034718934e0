"""Document to tables: which pages, which rows, which two boxes, which cells."""

from __future__ import annotations

from collections.abc import Sequence

from fcextract.editions import Edition
from fcextract.locate.columns import find_layout
from fcextract.locate.draft import Draft, draft_page
from fcextract.locate.fields import read_figures
from fcextract.locate.forms import PageRows, build_table, split_forms
from fcextract.locate.mend import mend, needs_mending
from fcextract.locate.rows import build_rows
from fcextract.records import Document, LocatedTable, Note, Page

#: A page with a picture over this share of it and hardly any text is a scan.
SCANNED_SHARE = 0.5
SCANNED_CHARS = 40
#: Rounds of mending a lying text layer.
MENDINGS = 2


def locate(document: Document, edition: Edition) -> list[LocatedTable]:
    """Every form in ``document``, in the order of the file; none if it holds none."""
    drafts = _drafts(document.pages, edition)
    layout = find_layout(drafts, edition)
    pages = [PageRows(d, build_rows(d, layout, edition), read_figures(d, edition)) for d in drafts]
    unread = [Note("page-unreadable", page=p.number) for p in document.pages if is_scan(p)]
    return [
        build_table(document.source, document.sha256, form, edition, unread)
        for form in split_forms(pages)
        if any(p.numbers for p in form)
    ]


def _drafts(pages: Sequence[Page], edition: Edition) -> list[Draft]:
    """Drafts of all pages, their text layer mended where it lies. What is learned from
    some rows lets others be found, hence the second round."""
    drafts = [draft_page(page, edition) for page in pages]
    for _ in range(MENDINGS):
        if not needs_mending(drafts, edition):
            break
        mended = mend(drafts, edition)
        if all(a is b.page for a, b in zip(mended, drafts, strict=True)):
            break
        drafts = [draft_page(page, edition) for page in mended]
    return drafts


def is_scan(page: Page) -> bool:
    """Whether the page is a picture with no text to speak of."""
    area = page.width * page.height
    covered = max((p.box.area for p in page.pictures), default=0.0)
    seen = sum(len(r.text) for r in page.runs if r.seen)
    return covered > SCANNED_SHARE * area and seen < SCANNED_CHARS
