"""Chromium, printing HTML through playwright."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Sequence
from pathlib import Path

from mill import html
from mill.job import Job, find_program
from mill.layout import SYSTEM_FONTS
from mill.styles import GLYPHS, of_kind

_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_LINE = '<div style="font-size:7px;width:100%;padding:0 24px;display:flex">{}</div>'
_HEAD = _LINE.format('<span class="date"></span><span style="margin:auto" class="title"></span>')
_FOOT = _LINE.format(
    '<span>https://xxgk.example.cn/form?id=12</span><span style="margin-left:auto">'
    '<span class="pageNumber"></span>/<span class="totalPages"></span></span>'
)


class Chromium:
    """Print to PDF of a web page."""

    name = "chromium"
    suffix = ".pdf"
    fonts = SYSTEM_FONTS
    styles = (
        *("native", "native-disabled", "native-accent", "native-zoom"),
        *GLYPHS,
        *of_kind("css", "svg", "image"),
    )
    can_trace = True

    def missing(self) -> str:
        """Why it cannot run here."""
        if not importlib.util.find_spec("playwright"):
            return "python package playwright is not installed"
        return "" if _program() else "chromium is not installed"

    def version(self) -> str:
        """Program and version."""
        out = subprocess.run([_program(), "--version"], capture_output=True, text=True, check=False)
        return " ".join(out.stdout.split()[:2]) or "Chromium"

    def run(self, jobs: Sequence[Job], work: Path) -> None:
        """Print all jobs in one browser."""
        from playwright.sync_api import sync_playwright

        with sync_playwright() as p:
            browser = p.chromium.launch_persistent_context(
                str(work / "profile"), executable_path=_program(), args=_ARGS, headless=True
            )
            page = browser.new_page()
            for job in jobs:
                page.set_content(html.page(job.sheets, job.trace))
                layout = job.sheets[0].layout
                native = job.sheets[0].style.kind == "native"
                page.pdf(
                    path=str(job.out),
                    prefer_css_page_size=True,
                    print_background=layout.backgrounds or not native,
                    scale=layout.scale,
                    display_header_footer=layout.browser_lines,
                    header_template=_HEAD,
                    footer_template=_FOOT,
                    tagged=layout.landscape,
                )
            browser.close()


def _program() -> str:
    return find_program("chromium", "google-chrome", "chrome", "msedge")
