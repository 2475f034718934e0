"""wkhtmltopdf (Qt WebKit), many files by one process."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from mill import html
from mill.job import Job, find_program
from mill.layout import SYSTEM_FONTS
from mill.styles import GLYPHS, of_kind

_TIMEOUT_SECONDS = 600


class Wkhtml:
    """HTML to PDF by an old WebKit."""

    name = "wkhtmltopdf"
    suffix = ".pdf"
    fonts = SYSTEM_FONTS
    styles = ("native", *GLYPHS, *of_kind("css", "image"), "svg-tick", "svg-cross", "svg-solid")
    can_trace = False

    def missing(self) -> str:
        """Why it cannot run here."""
        return "" if find_program("wkhtmltopdf") else "wkhtmltopdf is not installed"

    def version(self) -> str:
        """Program and version."""
        out = subprocess.run(
            [find_program("wkhtmltopdf"), "--version"], capture_output=True, text=True, check=False
        )
        return out.stdout.strip() or "wkhtmltopdf"

    def run(self, jobs: Sequence[Job], work: Path) -> None:
        """Print all jobs by one process."""
        lines = []
        for k, job in enumerate(jobs):
            source = work / f"{k}.html"
            source.write_text(html.page(job.sheets), encoding="utf-8")
            layout = job.sheets[0].layout
            margin = f"{layout.margin / 72 * 25.4:.1f}"
            sides = [part for side in "TBLR" for part in (f"-{side}", margin)]
            turn = "Landscape" if layout.landscape else "Portrait"
            args = ["-q", "-s", layout.paper, "-O", turn, *sides]
            args += [source.as_posix(), job.out.resolve().as_posix()]
            lines.append(shlex.join(args))
        subprocess.run(
            [find_program("wkhtmltopdf"), "--read-args-from-stdin"],
            input="\n".join(lines) + "\n",
            text=True,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_SECONDS,
        )
