"""A real browser for looking at the review page, and the page's own process: for its tests,
its pictures and its figures."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium: the system's, or Playwright's own; None where there is neither."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        yield None
        return
    with sync_playwright() as play:
        found = next(filter(None, map(shutil.which, NAMES)), None)
        own = play.chromium.executable_path
        if found is None and Path(own).is_file():
            found = own
        browser = None
        if found is not None:
            # Where tests run as root, as in a container, Chromium wants no sandbox.
            with suppress(Error):
                browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        if browser is not None:
            browser.close()


@contextmanager
def review(out: Path, *words: str) -> Iterator[str]:
    """``fcextract review`` over ``out``: the address that it prints."""
    command = [sys.executable, "-m", "fcextract", "review", str(out), "--no-browser", *words]
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        creationflags=flags,
    ) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address, process.stderr.read() if process.stderr else ""
            yield address
        finally:
            stop(process)


def stop(process: subprocess.Popen[str]) -> None:
    """End it as control-C does."""
    process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT))
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
