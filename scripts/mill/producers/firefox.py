"""Firefox, printing HTML over its Marionette protocol (plain JSON on a socket)."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mill import html
from mill.job import Job, find_program
from mill.layout import SYSTEM_FONTS
from mill.styles import GLYPHS, of_kind

_START_SECONDS = 60
_PREFS = """
user_pref("marionette.port", {port});
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
"""


class Firefox:
    """Print to PDF of a web page."""

    name = "firefox"
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
        return "" if _program() else "firefox is not installed"

    def version(self) -> str:
        """Program and version."""
        out = subprocess.run([_program(), "--version"], capture_output=True, text=True, check=False)
        return out.stdout.strip() or "Mozilla Firefox"

    def run(self, jobs: Sequence[Job], work: Path) -> None:
        """Print all jobs in one browser."""
        port = _free_port()
        profile = work / "profile"
        profile.mkdir()
        (profile / "user.js").write_text(_PREFS.format(port=port), encoding="utf-8")
        command = [
            _program(),
            "--headless",
            "--marionette",
            "--no-remote",
            "--profile",
            str(profile),
        ]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            session = _Session(port)
            for k, job in enumerate(jobs):
                _print(session, job, work / f"{k}.html")
            session.close()
        finally:
            browser.terminate()
            browser.wait(30)


def _print(session: _Session, job: Job, source: Path) -> None:
    source.write_text(html.page(job.sheets, job.trace), encoding="utf-8")
    session.call("WebDriver:Navigate", {"url": source.as_uri()})
    layout = job.sheets[0].layout
    width, height = (side / 72 * 2.54 for side in layout.page)
    margin = layout.margin / 72 * 2.54
    answer = session.call(
        "WebDriver:Print",
        {
            "background": True,
            "shrinkToFit": False,
            "page": {"width": width, "height": height},
            "margin": {"top": margin, "bottom": margin, "left": margin, "right": margin},
        },
    )
    job.out.write_bytes(base64.b64decode(answer["value"]))


class _Session:
    """A Marionette session: numbered requests, each message led by its length."""

    def __init__(self, port: int) -> None:
        self._socket = _connect(port)
        self._serial = 0
        self._receive()
        self.call("WebDriver:NewSession", {})

    def call(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send one command; its answer."""
        self._serial += 1
        body = json.dumps([0, self._serial, name, params]).encode()
        self._socket.sendall(str(len(body)).encode() + b":" + body)
        _, _, error, answer = self._receive()
        if error:
            raise RuntimeError(f"firefox: {error.get('message')}")
        return answer

    def close(self) -> None:
        """Ask the browser to end."""
        self._socket.close()

    def _receive(self) -> Any:
        head = b""
        while not head.endswith(b":"):
            head += self._socket.recv(1)
        left = int(head[:-1])
        chunks = []
        while left:
            chunk = self._socket.recv(min(left, 1 << 16))
            chunks.append(chunk)
            left -= len(chunk)
        return json.loads(b"".join(chunks))


def _connect(port: int) -> socket.socket:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=120)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _program() -> str:
    return find_program("firefox-esr", "firefox")
