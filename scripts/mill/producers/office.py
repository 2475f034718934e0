"""LibreOffice: .docx, .odt and .xlsx files made here, turned into PDF by one ``soffice`` run."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from mill import docx_file, odt_file, xlsx_file
from mill.job import Job, find_program
from mill.layout import SYSTEM_FONTS
from mill.sheet import Sheet
from mill.styles import GLYPHS

_TIMEOUT_SECONDS = 600
_FLAT = 'pdf:writer_pdf_Export:{"ExportFormFields":{"type":"boolean","value":"false"}}'


class _Office:
    """Common to all: write the source files, convert them in one go."""

    suffix = ".pdf"
    fonts = SYSTEM_FONTS
    can_trace = False
    _package = ""
    _ending = ""
    _write: Callable[[Sequence[Sheet], Path], None]

    def missing(self) -> str:
        """Why it cannot run here."""
        if not importlib.util.find_spec(self._package):
            return f"python package {self._package} is not installed"
        return "" if find_program("soffice") else "LibreOffice is not installed"

    def version(self) -> str:
        """Program and version."""
        command = [find_program("soffice"), "--version"]
        out = subprocess.run(command, capture_output=True, text=True, check=False)
        return " ".join(out.stdout.split()[:2]) or "LibreOffice"

    def run(self, jobs: Sequence[Job], work: Path) -> None:
        """Print all jobs."""
        flat = [j for j in jobs if j.sheets[0].style.name.endswith("-flat")]
        self._convert([j for j in jobs if j not in flat], work, "pdf")
        self._convert(flat, work, _FLAT)

    def _convert(self, jobs: Sequence[Job], work: Path, target: str) -> None:
        if not jobs:
            return
        sources = []
        for job in jobs:
            sources.append(work / f"{job.out.stem}{self._ending}")
            type(self)._write(job.sheets, sources[-1])
        profile = (work / "profile").as_uri()
        subprocess.run(
            [
                find_program("soffice"),
                f"-env:UserInstallation={profile}",
                "--headless",
                "--convert-to",
                target,
                "--outdir",
                str(work),
                *map(str, sources),
            ],
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_SECONDS,
        )
        for job in jobs:
            made = work / f"{job.out.stem}.pdf"
            if made.exists():
                made.replace(job.out)


class OfficeDocx(_Office):
    """A Word document printed by LibreOffice."""

    name = "libreoffice-docx"
    styles = (
        *GLYPHS,
        *("word-sdt", "word-legacy", "word-wingdings", "word-wingdings-cross", "word-wingdings2"),
        *("image-pair", "image-tick-alone"),
    )
    _package = "docx"
    _ending = ".docx"
    _write = staticmethod(docx_file.write)


class OfficeOdt(_Office):
    """A LibreOffice text document with form controls."""

    name = "libreoffice-odt"
    styles = ("odt-controls", "odt-controls-flat", "ballot-check", "square-then-root")
    _package = "odf"
    _ending = ".odt"
    _write = staticmethod(odt_file.write)


class OfficeXlsx(_Office):
    """A workbook printed by LibreOffice Calc."""

    name = "libreoffice-xlsx"
    styles = GLYPHS
    _package = "xlsxwriter"
    _ending = ".xlsx"
    _write = staticmethod(xlsx_file.write)
