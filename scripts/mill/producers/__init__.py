"""One module per program that makes files."""

from __future__ import annotations

from mill.job import Producer
from mill.producers.chromium import Chromium
from mill.producers.firefox import Firefox
from mill.producers.fpdf_canvas import Fpdf
from mill.producers.mupdf_canvas import Mupdf
from mill.producers.office import OfficeDocx, OfficeOdt, OfficeXlsx
from mill.producers.qt_text import Qt
from mill.producers.reportlab_canvas import Reportlab
from mill.producers.typst_table import Typst
from mill.producers.weasy import Weasy
from mill.producers.wkhtml import Wkhtml
from mill.transcript import TRANSCRIPTS

PRODUCERS: dict[str, Producer] = {
    p.name: p
    for p in (
        Chromium(),
        Firefox(),
        Wkhtml(),
        Weasy(),
        OfficeDocx(),
        OfficeOdt(),
        OfficeXlsx(),
        Reportlab(),
        Fpdf(),
        Mupdf(),
        Typst(),
        Qt(),
        *TRANSCRIPTS,
    )
}
