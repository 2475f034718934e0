"""``fcextract review``: a local page over a results folder, to look, correct and export.

- :mod:`~fcextract.review.security` lets in this browser alone,
- :mod:`~fcextract.review.app` has the addresses of the page,
- :mod:`~fcextract.review.office` has the two threads that work for them,
- :mod:`~fcextract.review.desk` answers them from the ledger, through
  :mod:`~fcextract.review.roster` (all forms as they stand now),
- :mod:`~fcextract.review.pictures` draws pages and boxes,
- :mod:`~fcextract.review.drops` and :mod:`~fcextract.review.jobs` take in files and write
  the results; ``static/`` is what the browser runs.
"""

from __future__ import annotations

import os
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from fcextract.corrections import user
from fcextract.errors import UsageError
from fcextract.review.app import Talk, make_app
from fcextract.review.office import Office
from fcextract.review.security import HOST, Guard, new_token

#: Seconds that open connections are given once the page is to end.
GRACE = 2


def serve(
    out: Path,
    *,
    port: int = 0,
    password: str | None = None,
    lang: str = "zh",
    say: Callable[[str], None] = print,
    browse: bool = True,
) -> None:
    """Serve the page over the results folder ``out`` until interrupted.

    Args:
        port: 0 takes a free one.
        password: of encrypted PDFs among the files.
        lang: the page's language at first.
        say: is told the page's address, token included, once it can be opened.
        browse: open it in the browser.

    Raises:
        LedgerError: there is no ledger in ``out``.
        UsageError: the port is taken.
        KeyboardInterrupt: it was interrupted, which is how it ends.
    """
    with _listening(port) as listener:
        office = Office(out, password)
        try:
            _run(listener, office, Talk(lang, user()), say, browse)
        finally:
            office.close()


def _run(
    listener: socket.socket,
    office: Office,
    talk: Talk,
    say: Callable[[str], None],
    browse: bool,
) -> None:
    port = listener.getsockname()[1]
    token = new_token()
    guarded = Guard(make_app(office, talk), token=token, port=port)
    config = uvicorn.Config(
        guarded,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    address = f"http://{HOST}:{port}/?token={token}"
    say(address)
    if browse:
        webbrowser.open(address)
    uvicorn.Server(config).run(sockets=[listener])


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would share the port with whoever has it
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen()
    except OSError as e:
        listener.close()
        raise UsageError(
            f"端口 {port} 用不了（{e.strerror or e}），页面因此没有打开。请换一个，或用 --port 0 自动选。",
            f"Port {port} cannot be used ({e.strerror or e}), so the page was not opened. Name "
            "another one, or let --port 0 pick.",
        ) from e
    return listener
