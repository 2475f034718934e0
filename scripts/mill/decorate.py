"""Things that stand on real pages and say nothing about any box."""

from __future__ import annotations

from random import Random
from typing import Any

from mill.pictures import png

_WORDS = ("仅供评审使用", "内部资料", "未来社区")
_LEAST_WORD = 6


def watermark(doc: Any, rng: Random) -> None:
    """Large pale words across every page, above or under what is printed."""
    import pymupdf

    words, over = rng.choice(_WORDS), rng.random() < 0.5
    for page in doc:
        center = pymupdf.Point(page.rect.width / 2, page.rect.height / 2)
        start = center - (len(words) * 30, -30)
        page.insert_text(
            start,
            words,
            fontsize=60,
            fontname="china-s",
            color=(0.86, 0.86, 0.86),
            morph=(center, pymupdf.Matrix(-35)),
            overlay=over,
            fill_opacity=0.5 if over else 1,
        )


def highlight(doc: Any, rng: Random) -> None:
    """A reader's yellow marker over the wording of a few rows."""
    for page in doc:
        words = [w for w in page.get_text("words") if len(w[4]) >= _LEAST_WORD]
        for word in rng.sample(words, min(3, len(words))):
            page.add_highlight_annot(word[:4])


def seal(doc: Any, rng: Random) -> None:
    """A round red seal at the foot of the last page."""
    import pymupdf

    page = doc[-1]
    x = rng.uniform(0.1, 0.3) * page.rect.width
    y = page.rect.height - 130
    page.insert_image(pymupdf.Rect(x, y, x + 110, y + 110), stream=png("seal"))
