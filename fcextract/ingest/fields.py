"""Form fields and annotations of a PDF page, read from the objects themselves.

Field values are taken from the dictionaries (ISO 32000-2, 12.7.5.2: ``/V`` is the
field's value, ``/AS`` the appearance shown), not from what a viewer paints: some
producers give no ``/Off`` appearance, and some viewers paint no tick. Where the
two say different things the widget says nothing.
"""

from __future__ import annotations

from typing import Any

import pymupdf
from pymupdf import mupdf

from fcextract.geometry import Box, around
from fcextract.ingest.paths import Turn, packed
from fcextract.records import Annotation, Widget

PUSHBUTTON = 1 << 16
#: Annotation flags Hidden and NoView (ISO 32000-2, table 167).
UNSEEN = 0x02 | 0x20
#: Annotations that paint nothing of their own on the form.
DRAWN = {"Ink", "Line", "Polygon", "PolyLine"}
SILENT = {"Link", "Popup", "Widget", "FileAttachment", "Sound", "Movie", "Screen", "PrinterMark"}


def read_fields(
    doc: pymupdf.Document, page: pymupdf.Page, turn: Turn
) -> tuple[tuple[Widget, ...], tuple[Annotation, ...]]:
    """Widgets and painting annotations of ``page``, in upright page points."""
    kinds = {xref: kind for xref, kind, _ in page.annot_xrefs()}
    if not kinds:
        return (), ()
    reader = _Fields(doc, page.transformation_matrix, turn)
    widgets = [
        reader.widget(field)
        for field in _annots(doc, page)
        if kinds.get(mupdf.ll_pdf_to_num(field)) == pymupdf.PDF_ANNOT_WIDGET
    ]
    notes: list[Annotation] = []
    if set(kinds.values()) - {pymupdf.PDF_ANNOT_WIDGET, pymupdf.PDF_ANNOT_LINK}:
        notes = [n for a in page.annots() if a.type[1] not in SILENT for n in _annotations(a, turn)]
    return tuple(w for w in widgets if w is not None), tuple(notes)


def _annots(doc: pymupdf.Document, page: pymupdf.Page) -> list[Any]:
    """The page's annotations as MuPDF's own objects, which live as long as the document."""
    pdf = mupdf.pdf_document_from_fz_document(doc.this)
    entries = mupdf.ll_pdf_dict_gets(
        mupdf.pdf_lookup_page_obj(pdf, page.number).m_internal, "Annots"
    )
    count = mupdf.ll_pdf_array_len(entries) if entries else 0
    return [mupdf.ll_pdf_array_get(entries, i) for i in range(count)]


NULL = ("null", "null")


class _Fields:
    """Reads the widgets of one page through MuPDF's plain functions: a form has hundreds,
    and the same asked of the document takes ten times as long."""

    def __init__(self, doc: pymupdf.Document, matrix: pymupdf.Matrix, turn: Turn) -> None:
        self._doc = doc
        self._matrix = matrix
        self._turn = turn

    def widget(self, field: Any) -> Widget | None:
        corners = self._corners(field)
        if corners is None:
            return None
        flags = self._get(field, "F")
        hidden = flags[0] == "int" and bool(int(flags[1]) & UNSEEN)
        kind = (self._inherited(field, "FT") or "").lstrip("/")
        value = self._inherited(field, "V") or ""
        checked = None
        if kind == "Btn":
            if int(self._inherited(field, "Ff") or 0) & PUSHBUTTON:
                kind = "Push"
            else:
                checked = self._checked(field, value)
        name = self._inherited(field, "T") or ""
        return Widget(self._turn(*corners), kind, name, checked, value, hidden)

    def _corners(self, field: Any) -> tuple[float, float, float, float] | None:
        rect = mupdf.ll_pdf_dict_gets(field, "Rect")
        if not rect or mupdf.ll_pdf_array_len(rect) != 4:
            return None
        numbers = [mupdf.ll_pdf_array_get(rect, i) for i in range(4)]
        if not all(mupdf.ll_pdf_is_number(n) for n in numbers):
            return None
        x0, y0, x1, y1 = (mupdf.ll_pdf_to_real(n) for n in numbers)
        upright = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        return tuple(pymupdf.Rect(upright) * self._matrix)

    def _get(self, field: Any, name: str) -> tuple[str, str]:
        """As ``Document.xref_get_key`` gives it, for one name or a path of names."""
        value = mupdf.ll_pdf_dict_getp(field, name)
        if not value:
            return NULL
        if mupdf.ll_pdf_is_indirect(value):
            return "xref", f"{mupdf.ll_pdf_to_num(value)} 0 R"
        if mupdf.ll_pdf_is_name(value):
            return "name", "/" + mupdf.ll_pdf_to_name(value)
        if mupdf.ll_pdf_is_string(value):
            return "string", mupdf.ll_pdf_to_text_string(value)
        if mupdf.ll_pdf_is_int(value):
            return "int", str(mupdf.ll_pdf_to_int(value))
        found: tuple[str, str] = self._doc.xref_get_key(mupdf.ll_pdf_to_num(field), name)
        return found

    def _inherited(self, field: Any, name: str) -> str | None:
        """A value of the field's own dictionary or the nearest parent's, or None."""
        for _ in range(16):
            kind, value = self._get(field, name)
            if kind != "null":
                return value
            field = mupdf.ll_pdf_dict_gets(field, "Parent")
            if not field or not mupdf.ll_pdf_is_indirect(field):
                return None
        return None

    def _checked(self, field: Any, value: str) -> bool | None:
        """Whether a check box or radio button is on; None where /V and /AS disagree."""
        shown = self._get(field, "AS")
        on_states = self._on_states(field)
        named = value.strip().lstrip("/").strip("()")
        by_value = None if not value else (named in on_states if on_states else named != "Off")
        if value and on_states and named != "Off" and named not in on_states:
            # A group's value names another button of the group; of a lone field's it
            # is a state that has no appearance, and only the group case is an answer.
            by_value = False if self._get(field, "Parent")[0] == "xref" else None
            if by_value is None and shown[0] == "null":
                return None
        by_shown = None if shown[0] == "null" else shown[1].lstrip("/") != "Off"
        if by_value is None and by_shown is None:
            return False
        if by_value is None or by_shown is None:
            return by_shown if by_value is None else by_value
        return by_value if by_value == by_shown else None

    def _on_states(self, field: Any) -> set[str]:
        states = mupdf.ll_pdf_dict_getp(field, "AP/N")
        if not states or mupdf.ll_pdf_is_stream(states) or not mupdf.ll_pdf_is_dict(states):
            return set()
        keys = (mupdf.ll_pdf_dict_get_key(states, i) for i in range(mupdf.ll_pdf_dict_len(states)))
        return {mupdf.ll_pdf_to_name(k) for k in keys} - {"Off"}


def _annotations(a: Any, turn: Turn) -> list[Annotation]:
    """One record, or one a stroke: a pen session is often a single annotation."""
    kind = a.type[1]
    color, fill = _color(a, "stroke"), _color(a, "fill")
    text = (a.info or {}).get("content", "") or ""
    hidden = bool(a.flags & UNSEEN)
    strokes = [tuple(turn.line(line)) for line in (_lines(a.vertices) if kind in DRAWN else ())]
    if not strokes:
        return [Annotation(Box(*turn(*a.rect)), kind, text, (), color, hidden, fill)]
    return [Annotation(around(s), kind, text, (s,), color, hidden, fill) for s in strokes]


def _color(a: Any, which: str) -> int | None:
    """A colour of an annotation; grey and CMYK ones count as black unless they are white."""
    parts = (a.colors or {}).get(which)
    if not parts:
        return None
    if len(parts) != 3:
        white = parts[0] > 0.9 if len(parts) == 1 else max(parts) < 0.1
        return 0xFFFFFF if white else 0
    return packed(parts)


def _lines(vertices: Any) -> list[list[tuple[float, float]]]:
    """Vertices as polylines: one list of points, or a list of such lists."""
    if not vertices:
        return []
    if isinstance(vertices[0][0], (int, float)):
        return [list(vertices)]
    return [list(line) for line in vertices if line]
