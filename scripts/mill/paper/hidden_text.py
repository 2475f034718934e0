"""The unseen text that scanning programs put over their pictures: words recognised, not all
rightly, at about their places. It says nothing that may be believed."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from mill.paper.leaf import Leaf, Word

_WRONG = 0.04
"""Share of characters taken for others."""
_LOOKALIKES = {"□": "口", "☐": "口", "☑": "团", "☒": "区", "■": "国", "√": "V", "(": "（", "1": "l"}
_OTHERS = "日曰目白土士己已人入未末千干申由甲木本"


def take_words(leaf: Leaf, printed: Path, number: int, rng: Random) -> None:
    """Note the words of page ``number`` (from 0) of a print, as a program might read them; their
    places go along with the page from here on."""
    import pymupdf

    scale = leaf.dpi / 72
    with pymupdf.open(printed) as doc:
        for x0, y0, x1, y1, text, *_ in doc[number].get_text("words"):
            quad = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]) * scale
            leaf.words.append(Word("".join(_read(c, rng) for c in text), quad))


def _read(char: str, rng: Random) -> str:
    if rng.random() < _WRONG:
        return rng.choice(_OTHERS)
    return _LOOKALIKES.get(char, char) if rng.random() < 0.5 else char


def write_words(page: Any, leaf: Leaf) -> None:
    """Put the words on a page of a PDF that shows the leaf, in render mode 3: unseen."""
    scale = page.rect.width / leaf.size[0]
    for word in leaf.words:
        start, height = word.quad[3] * scale, np.linalg.norm(word.quad[3] - word.quad[0]) * scale
        if (start > 0).all() and start[0] < page.rect.width and start[1] < page.rect.height:
            page.insert_text(
                start.tolist(), word.text, fontname="china-s", fontsize=0.8 * height, render_mode=3
            )
