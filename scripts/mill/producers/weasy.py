"""WeasyPrint, printing HTML; with its own form fields for the style ``native-forms``."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from mill import html
from mill.job import Job
from mill.layout import SYSTEM_FONTS
from mill.styles import GLYPHS, of_kind


class Weasy:
    """HTML to PDF without a browser."""

    name = "weasyprint"
    suffix = ".pdf"
    fonts = SYSTEM_FONTS
    styles = (
        *("native", "native-forms", "native-zoom"),
        *GLYPHS,
        *of_kind("css", "svg", "image"),
    )
    can_trace = True

    def missing(self) -> str:
        """Why it cannot run here."""
        found = importlib.util.find_spec("weasyprint")
        return "" if found else "python package weasyprint is not installed"

    def version(self) -> str:
        """Program and version."""
        import weasyprint

        return f"WeasyPrint {weasyprint.__version__}"

    def run(self, jobs: Sequence[Job], work: Path) -> None:
        """Print all jobs."""
        import weasyprint

        for job in jobs:
            forms = job.sheets[0].style.name == "native-forms"
            text = html.page(job.sheets, job.trace, lines=True)
            weasyprint.HTML(string=text).write_pdf(str(job.out), pdf_forms=forms)
