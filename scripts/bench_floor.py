"""What ``scripts/bench`` measures against: the least that any reader has to do.

Each engine is asked, in its own cheapest way, for the words with their places, the paths
with their segments and colours, the form fields with their values and the annotations with
their places, of every page; nothing is done with what it gives. A reader that also looks
at the pages needs one drawing of each besides.
"""

from __future__ import annotations

import ctypes
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pypdfium2
import pypdfium2.raw as pdfium_c

#: Dots per inch of the one drawing that a second route needs.
DPI = 150


def mupdf(path: Path) -> int:
    """Everything with MuPDF. Gives the number of things taken."""
    taken = 0
    with pymupdf.open(path) as doc:
        for page in doc:
            taken += len(page.get_text("words"))
            taken += len(page.get_cdrawings())
            taken += sum(1 for w in page.widgets() if w.field_value is not None)
            taken += sum(1 for a in page.annots() if a.rect)
    return taken


def pdfium(path: Path) -> int:
    """Everything with PDFium. Gives the number of things taken."""
    return sum(
        _words(page) + _paths(page) + _annotations(doc, page) for doc, page in _pdfium_pages(path)
    )


def _pdfium_pages(path: Path) -> Iterator[tuple[Any, Any]]:
    """The document with each of its pages, fields ready, open until the next is asked for."""
    doc = pypdfium2.PdfDocument(path)
    try:
        doc.init_forms()
        for index in range(len(doc)):
            page = doc[index]
            yield doc, page
            page.close()
    finally:
        doc.close()


def _words(page: Any) -> int:
    """Words with their rectangles: every character's box, grouped at blanks, at line ends
    and where the next character is no neighbour, as anyone would have to."""
    text = page.get_textpage()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    words: list[tuple[str, float, float, float, float]] = []
    word, x0, y0, x1, y1 = "", 0.0, 0.0, 0.0, 0.0
    for i in range(pdfium_c.FPDFText_CountChars(text)):
        char = chr(pdfium_c.FPDFText_GetUnicode(text, i))
        if char.isspace():
            if word:
                words.append((word, x0, y0, x1, y1))
            word = ""
            continue
        pdfium_c.FPDFText_GetCharBox(text, i, left, right, bottom, top)
        a, b, c, d = left.value, right.value, bottom.value, top.value
        if word and (a - x1 > d - c or a < x0):
            words.append((word, x0, y0, x1, y1))
            word = ""
        if word:
            word, y0, x1, y1 = word + char, min(y0, c), b, max(y1, d)
        else:
            word, x0, y0, x1, y1 = char, a, c, b, d
    if word:
        words.append((word, x0, y0, x1, y1))
    text.close()
    return len(words)


def _paths(page: Any) -> int:
    taken = 0
    x, y = ctypes.c_float(), ctypes.c_float()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=5):
        raw = item.raw
        pdfium_c.FPDFPageObj_GetFillColor(raw, red, green, blue, alpha)
        pdfium_c.FPDFPageObj_GetStrokeColor(raw, red, green, blue, alpha)
        for i in range(pdfium_c.FPDFPath_CountSegments(raw)):
            segment = pdfium_c.FPDFPath_GetPathSegment(raw, i)
            pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        taken += 1
    return taken


def _annotations(doc: Any, page: Any) -> int:
    rect = pdfium_c.FS_RECTF()
    count = pdfium_c.FPDFPage_GetAnnotCount(page)
    for i in range(count):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, i)
        pdfium_c.FPDFAnnot_GetRect(annotation, rect)
        if pdfium_c.FPDFAnnot_GetSubtype(annotation) == pdfium_c.FPDF_ANNOT_WIDGET and doc.formenv:
            pdfium_c.FPDFAnnot_IsChecked(doc.formenv, annotation)
        pdfium_c.FPDFPage_CloseAnnot(annotation)
    return count


def drawn_by_mupdf(path: Path) -> int:
    """Every page drawn in grey at :data:`DPI` with MuPDF. Gives the number of pixels."""
    with pymupdf.open(path) as doc:
        return sum(len(page.get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY).samples) for page in doc)


def drawn_by_pdfium(path: Path) -> int:
    """The same with PDFium, fields included."""
    return sum(
        page.render(scale=DPI / 72, grayscale=True).to_numpy().size
        for _, page in _pdfium_pages(path)
    )


def _pdfplumber_tables(path: Path) -> int:
    import pdfplumber  # here, since memory is measured with this module loaded

    logging.getLogger("pdfminer").setLevel(logging.ERROR)

    with pdfplumber.open(path) as doc:
        return sum(len(page.extract_tables()) for page in doc.pages)


def _mupdf_tables(path: Path) -> int:
    with pymupdf.open(path) as doc:
        return sum(len(t.extract()) for page in doc for t in page.find_tables().tables)


#: Both ways to draw a file, the cheaper of which counts.
DRAWERS: tuple[Callable[[Path], int], ...] = (drawn_by_mupdf, drawn_by_pdfium)

TABLE_FINDERS: dict[str, Callable[[Path], int]] = {
    "pdfplumber `extract_tables`": _pdfplumber_tables,
    "PyMuPDF `find_tables`": _mupdf_tables,
}


def peak_megabytes() -> float | None:
    """Peak memory of this process so far, or None where the system does not tell.

    Linux is asked for the high-water mark of this program alone: ``getrusage`` there also
    counts what the parent held when it started this process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    if os.name == "nt":
        return _windows_peak()
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def _windows_peak() -> float | None:
    try:
        import psutil
    except ImportError:
        return None
    return psutil.Process().memory_info().peak_wset / 1024**2
