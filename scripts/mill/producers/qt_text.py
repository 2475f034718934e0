"""Qt's rich text (QTextDocument), printed to PDF: what many desktop programs do."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from mill.html import mark
from mill.job import Job
from mill.layout import SYSTEM_FONTS
from mill.sheet import Cell, Fragment, Sheet
from mill.styles import GLYPHS


class Qt:
    """PDF by Qt's text engine."""

    name = "qt-text"
    suffix = ".pdf"
    fonts = SYSTEM_FONTS
    styles = GLYPHS
    can_trace = False

    def missing(self) -> str:
        """Why it cannot run here."""
        found = importlib.util.find_spec("PySide6")
        return "" if found else "python package PySide6-Essentials is not installed"

    def version(self) -> str:
        """Program and version."""
        import PySide6

        return f"Qt {PySide6.__version__}"

    def run(self, jobs: Sequence[Job], work: Path) -> None:
        """Print all jobs."""
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from PySide6.QtGui import QGuiApplication

        app = QGuiApplication.instance() or QGuiApplication([])
        for job in jobs:
            _print(job)
        app.processEvents()


def _print(job: Job) -> None:
    from PySide6.QtCore import QMarginsF, QSizeF
    from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

    layout = job.sheets[0].layout
    writer = QPdfWriter(str(job.out))
    writer.setResolution(600)
    writer.setPageSize(QPageSize(QSizeF(*layout.page), QPageSize.Unit.Point))
    m = layout.margin
    writer.setPageMargins(QMarginsF(m, m, m, m), QPageLayout.Unit.Point)
    document: Any = QTextDocument()
    document.setDocumentMargin(0)
    font = QFont(layout.family)
    font.setPointSizeF(layout.size)
    document.setDefaultFont(font)
    document.setHtml(_page(job.sheets))
    document.print_(writer)


def _page(sheets: Sequence[Sheet]) -> str:
    forms = []
    for k, sheet in enumerate(sheets):
        (label, number), *figures = sheet.header
        cut = ' style="page-break-before:always"' if k else ""
        line = "&nbsp;&nbsp;&nbsp; ".join(["综合性指标", *(a + b for a, b in figures)])
        forms.append(
            f'<p align="center"{cut}><font size="+2">{sheet.title}</font></p>'
            f"<p>{label}{number}</p><p>{line}</p>"
            + "".join(_table(sheet, f) for f in sheet.fragments)
            + _footer(sheet)
        )
    return "".join(forms)


def _footer(sheet: Sheet) -> str:
    if not sheet.footer:
        return ""
    rows = "".join(
        "<p>"
        + "&nbsp;&nbsp; ".join(f"{a} {b}" for a, b in zip(r[::2], r[1::2], strict=True))
        + "</p>"
        for r in sheet.footer
    )
    return f"<p>县（市、区）政府自评选项：</p>{rows}"


def _table(sheet: Sheet, fragment: Fragment) -> str:
    layout = sheet.layout
    border = 0 if layout.rules == "none" else 1
    cut = ' style="page-break-before:always"' if fragment.new_page else ""
    head = ""
    if fragment.heading:
        cells = zip(fragment.heading, fragment.widths, strict=True)
        names = "".join(f'<th width="{w}%">{n}</th>' for n, w in cells)
        head = f"<thead><tr>{names}</tr></thead>" if layout.heading_repeat else f"<tr>{names}</tr>"
    rows = [
        "<tr>"
        + "".join(_cell(sheet, c, w) for c, w in zip(r.cells, fragment.widths, strict=True))
        + "</tr>"
        for r in fragment.rows
    ]
    return (
        f'<table{cut} width="100%" border="{border}" cellspacing="0" '
        f'cellpadding="{layout.padding * 1.3:.0f}" style="border-collapse:collapse">{head}{"".join(rows)}</table>'
    )


def _cell(sheet: Sheet, cell: Cell, width: float) -> str:
    if not cell.rowspan:
        return ""
    valign = sheet.layout.valign
    if cell.tick is not None:
        align = sheet.layout.align
        return (
            f'<td width="{width}%" align="{align}" valign="{valign}">{mark(sheet, cell.tick)}</td>'
        )
    span = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    return f'<td width="{width}%" valign="{valign}"{span}>{escape(cell.text)}</td>'
