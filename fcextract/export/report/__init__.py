"""``report.html``: what an auditor asks of a batch, in charts, in one file.

Nothing is fetched and nothing of a form's is markup: texts are escaped, figures behind the
charts stand in a block of JSON, and a policy in the page lets only the page's own style and
script work. Without the script the page reads the same, only its numbers lead nowhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from html import escape
from pathlib import Path

from fcextract import __version__
from fcextract.export.files import whole
from fcextract.export.report.facts import Facts
from fcextract.export.report.sections import SECTIONS
from fcextract.export.rows import Batch

_HERE = Path(__file__).parent


def write_report(path: Path, batch: Batch, lang: str = "zh") -> None:
    """Write ``batch`` to the page ``path``, whole or not at all."""
    with whole(path) as aside, open(aside, "w", encoding="utf-8", newline="\n") as f:
        f.writelines(page(batch, lang))


def page(batch: Batch, lang: str = "zh") -> Iterator[str]:
    """The page in parts."""
    facts = Facts(batch, lang)
    style = (_HERE / "report.css").read_text(encoding="utf-8")
    script = (_HERE / "report.js").read_text(encoding="utf-8")
    title = facts.say("未来社区分项指标核对报告", "Future Community scoresheets: audit report")
    yield (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        f"style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; "
        "form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<h1>{escape(title)}</h1>\n<p class="faint">fcextract {__version__}</p>\n'
    )
    for section in SECTIONS:
        yield from section(facts)
    # No text in it can end the block: "<" is written as an escape.
    data = json.dumps(facts.data(), separators=(",", ":")).replace("<", "\\u003c")
    yield (
        f'<script type="application/json" id="data">{data}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _hash(text: str) -> str:
    """``text`` as a content security policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
