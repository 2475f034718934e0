"""Form fields and annotations of a PDF page, read from the objects themselves.

Field values are taken from the dictionaries (ISO 32000-2, 12.7.5.2: ``/V`` is the
field's value, ``/AS`` the appearance shown), not from what a viewer paints: some
producers give no ``/Off`` appearance, and some viewers paint no tick. Where the
two say different things the widget says nothing.
"""

from __future__ import annotations

from typing import Any

import pymupdf

from fcextract.geometry import Box
from fcextract.ingest.paths import Turn
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
    xrefs = page.annot_xrefs()
    widgets = [
        w
        for xref, kind, _ in xrefs
        if kind == pymupdf.PDF_ANNOT_WIDGET and (w := _widget(doc, xref, page, turn)) is not None
    ]
    notes: list[Annotation] = []
    if any(kind not in (pymupdf.PDF_ANNOT_WIDGET, pymupdf.PDF_ANNOT_LINK) for _, kind, _ in xrefs):
        notes = [n for a in page.annots() if a.type[1] not in SILENT for n in _annotations(a, turn)]
    return tuple(widgets), tuple(notes)


def _key(doc: pymupdf.Document, xref: int, name: str) -> str | None:
    """A value of the field's own dictionary or the nearest parent's, or None."""
    for _ in range(16):
        kind, value = doc.xref_get_key(xref, name)
        if kind != "null":
            return str(value)
        kind, value = doc.xref_get_key(xref, "Parent")
        if kind != "xref":
            return None
        xref = int(value.split()[0])
    return None


def _widget(
    doc: pymupdf.Document, xref: int, page: pymupdf.Page, turn: Turn
) -> Widget | None:
    rect = doc.xref_get_key(xref, "Rect")[1].strip("[] ").split()
    try:
        corners = pymupdf.Rect([float(v) for v in rect]).normalize() * page.transformation_matrix
    except (ValueError, TypeError):
        return None
    flags = int(doc.xref_get_key(xref, "F")[1]) if doc.xref_get_key(xref, "F")[0] == "int" else 0
    kind = (_key(doc, xref, "FT") or "").lstrip("/")
    value = _key(doc, xref, "V") or ""
    checked = None
    if kind == "Btn":
        if int(_key(doc, xref, "Ff") or 0) & PUSHBUTTON:
            kind = "Push"
        else:
            checked = _checked(doc, xref, value)
    name = _key(doc, xref, "T") or ""
    return Widget(turn(*corners), kind, name, checked, value, bool(flags & UNSEEN))


def _checked(doc: pymupdf.Document, xref: int, value: str) -> bool | None:
    """Whether a check box or radio button is on; None where /V and /AS disagree."""
    shown = doc.xref_get_key(xref, "AS")
    on_states = _on_states(doc, xref)
    named = value.strip().lstrip("/").strip("()")
    by_value = None if not value else (named in on_states if on_states else named != "Off")
    if value and on_states and named != "Off" and named not in on_states:
        # A group's value names another button of the group; of a lone field's it
        # is a state that has no appearance, and only the group case is an answer.
        by_value = False if doc.xref_get_key(xref, "Parent")[0] == "xref" else None
        if by_value is None and shown[0] == "null":
            return None
    by_shown = None if shown[0] == "null" else shown[1].lstrip("/") != "Off"
    if by_value is None and by_shown is None:
        return False
    if by_value is None or by_shown is None:
        return by_shown if by_value is None else by_value
    return by_value if by_value == by_shown else None


def _on_states(doc: pymupdf.Document, xref: int) -> set[str]:
    kind, value = doc.xref_get_key(xref, "AP/N")
    if kind == "xref":
        target = int(value.split()[0])
        if doc.xref_is_stream(target):
            return set()
        names = doc.xref_get_keys(target)
    elif kind == "dict":
        names = _dict_keys(value)
    else:
        return set()
    return {n for n in names if n != "Off"}


def _dict_keys(text: str) -> list[str]:
    """Keys of a one-level dictionary of references, as MuPDF writes it."""
    return [t.lstrip("/") for t in text.replace("<<", " ").replace(">>", " ").split() if t[0] == "/"]


def _annotations(a: Any, turn: Turn) -> list[Annotation]:
    """One record, or one a stroke: a pen session is often a single annotation."""
    kind = a.type[1]
    rgb = (a.colors or {}).get("stroke") or None
    color = None
    if rgb and len(rgb) == 3:
        color = (int(rgb[0] * 255) << 16) | (int(rgb[1] * 255) << 8) | int(rgb[2] * 255)
    text = (a.info or {}).get("content", "") or ""
    hidden = bool(a.flags & UNSEEN)
    strokes = [
        tuple((b.x0, b.y0) for x, y in line for b in (turn(x, y, x, y),))
        for line in (_lines(a.vertices) if kind in DRAWN else ())
    ]
    if not strokes:
        return [Annotation(Box(*turn(*a.rect)), kind, text, (), color, hidden)]
    return [
        Annotation(
            Box(min(x for x, _ in s), min(y for _, y in s), max(x for x, _ in s), max(y for _, y in s)),
            kind, text, (s,), color, hidden,
        )
        for s in strokes
    ]  # fmt: skip


def _lines(vertices: Any) -> list[list[tuple[float, float]]]:
    """Vertices as polylines: one list of points, or a list of such lists."""
    if not vertices:
        return []
    if isinstance(vertices[0][0], (int, float)):
        return [list(vertices)]
    return [list(line) for line in vertices if line]
