"""What a page's characters are, and how many things it paints in all."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pymupdf
from pymupdf import extra, mupdf

from fcextract.ingest.follow import unturned


def trace_text(page: pymupdf.Page) -> tuple[list[dict[str, Any]], int]:
    """As ``Page.get_texttrace`` gives it, and the number of things painted: a last glyph,
    shown after the page, is numbered with it."""
    spans: list[dict[str, Any]] = []
    black = mupdf.FzColorParams()
    with unturned(page):
        device = extra.JM_new_texttrace_device(spans)
        device.ptm = mupdf.FzMatrix(1, 0, 0, -1, 0, mupdf.fz_bound_page(page.this).y1)
        mupdf.fz_run_page(page.this, device, mupdf.FzMatrix(), mupdf.FzCookie())
        last = (_last(), mupdf.FzMatrix(), mupdf.fz_device_gray(), [0.0], 1.0, black)
        mupdf.fz_fill_text(device, *last)
        mupdf.fz_close_device(device)
    return spans, spans.pop()["seqno"]


@lru_cache(maxsize=1)
def _last() -> mupdf.FzText:
    text, font = mupdf.FzText(), mupdf.fz_new_base14_font("Helvetica")
    dot = ord(".")
    glyph = mupdf.fz_encode_character(font, dot)
    plain = (mupdf.FzMatrix(), glyph, dot, 0, 0, mupdf.FZ_BIDI_LTR, mupdf.FZ_LANG_UNSET)
    mupdf.fz_show_glyph(text, font, *plain)
    return text
