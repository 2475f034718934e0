"""Type 3 fonts without their glyph programs.

Chromium turns CJK fonts into hundreds of Type 3 fonts, and MuPDF interprets every glyph
program of a font before it tells anything of a text: 0.35 s a form. What a text says and
where it stands rests on the fonts' widths and character maps alone, so the programs are
taken away in memory: 0.05 s a form, with the same trace and the same paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pymupdf
from pymupdf import mupdf

from fcextract.ingest.runs import Chars, Span
from fcextract.text.fold import unreliable
from fcextract.text.marks import MARKS

#: From so many Type 3 fonts on a page their glyph programs are taken away. A few may be
#: coloured ones, whose programs paint.
MANY = 4
#: How MuPDF's trace names a Type 3 font.
NAMED = "Type3 ("
#: The narrowest advance of a character, in ems.
NARROWEST = 0.2
#: So many different accented letters are no one's name or loan word.
ACCENTED = 3
#: Signs above U+00A0 that are typed, and private characters that symbol fonts use.
_TYPED = MARKS | frozenset("§°±²³·×÷\xa0\xad«»")


def drop_programs(doc: pymupdf.Document) -> None:
    """Take the glyph programs from the Type 3 fonts of pages that have many."""
    pdf = mupdf.pdf_document_from_fz_document(doc.this)
    nothing = mupdf.pdf_new_dict(pdf, 1)
    finder = _Finder()
    dropped: set[int] = set()
    for index in range(doc.page_count):
        page = mupdf.pdf_lookup_page_obj(pdf, index)
        resources = mupdf.pdf_dict_get_inheritable(page, mupdf.PDF_ENUM_NAME_Resources)
        found = finder.fonts(resources.m_internal)
        if len(found) >= MANY:
            for number in found.keys() - dropped:
                mupdf.ll_pdf_dict_puts(found[number], "CharProcs", nothing.m_internal)
            dropped |= found.keys()


class _Finder:
    """Finds the Type 3 fonts of a page, and remembers what each object is."""

    def __init__(self) -> None:
        self._known: dict[int, dict[int, Any]] = {}
        self._is_type3: dict[int, bool] = {}

    def fonts(self, resources: Any) -> dict[int, Any]:
        """Every Type 3 font that ``resources`` and the forms in it name, by number."""
        if not resources:
            return {}
        found = dict(self._once(mupdf.ll_pdf_dict_gets(resources, "Font"), self._listed))
        for _, form in _entries(mupdf.ll_pdf_dict_gets(resources, "XObject")):
            found |= self._once(form, self._of_form)
        return found

    def _once(self, what: Any, find: Callable[[Any], dict[int, Any]]) -> dict[int, Any]:
        number = mupdf.ll_pdf_to_num(what) if what else 0
        if not number:
            return find(what) if what else {}
        if number not in self._known:
            self._known[number] = {}  # a form may name itself
            self._known[number] = find(what)
        return self._known[number]

    def _of_form(self, form: Any) -> dict[int, Any]:
        resources = mupdf.ll_pdf_dict_gets(form, "Resources")
        return self._once(resources, self.fonts) if resources else {}

    def _listed(self, fonts: Any) -> dict[int, Any]:
        return {n: font for n, font in _entries(fonts) if n and self._type3(n, font)}

    def _type3(self, number: int, font: Any) -> bool:
        if number not in self._is_type3:
            subtype = mupdf.ll_pdf_dict_gets(font, "Subtype")
            self._is_type3[number] = bool(subtype) and mupdf.ll_pdf_to_name(subtype) == "Type3"
        return self._is_type3[number]


def _entries(names: Any) -> Iterator[tuple[int, Any]]:
    """Number and object of each entry of a dictionary of resources."""
    for i in range(mupdf.ll_pdf_dict_len(names) if names else 0):
        entry = mupdf.ll_pdf_dict_get_val(names, i)
        yield mupdf.ll_pdf_to_num(entry), entry


def is_odd(text: Iterable[str]) -> bool:
    """Whether ``text`` holds characters that wrong character maps give and hardly anyone
    types: control, private or replacement characters, or several accented letters."""
    seen = set(text) - _TYPED
    return any(map(unreliable, seen)) or sum("\xa1" <= c <= "\xff" for c in seen) >= ACCENTED


def told_apart(chars: Chars) -> Chars:
    """``chars`` where Type 3 fonts are kept apart: of punctuation set half as wide the next
    font's character takes the second half."""
    step = chars.left[1:] - chars.left[:-1]
    over = (
        (chars.span[1:] != chars.span[:-1])
        & (chars.base[1:] == chars.base[:-1])
        & (step > NARROWEST * chars.size[1:])
    )
    right = chars.right.copy()
    right[:-1] = np.where(over, np.minimum(right[:-1], chars.left[1:]), right[:-1])
    return chars._replace(right=right)


def joined(chars: Chars) -> Chars:
    """``chars`` with Type 3 fonts that follow each other as one nameless font: they are
    one face cut into pieces, and each piece would end a run."""
    spans: list[Span] = []
    place: list[int] = []
    last: Span | None = None
    for span in chars.spans:
        if not span.font.startswith(NAMED):
            spans.append(span)
            last = None
        else:
            if last is None or not _goes_on(last, span):
                spans.append(span._replace(font=""))
            last = span
        place.append(len(spans) - 1)
    return chars._replace(span=np.array(place, dtype=np.intp)[chars.span], spans=spans)


def _goes_on(last: Span, span: Span) -> bool:
    """Whether nothing is painted between two spans that look alike."""
    return span.seq - last.seq <= 1 and span.color == last.color and span.seen == last.seen
