"""The natures printed beside the rows, each with the height of its cell."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from fcextract.editions import Edition
from fcextract.locate.draft import Draft
from fcextract.locate.segments import Segment, under
from fcextract.text.fold import fold


def read_natures(draft: Draft, edition: Edition) -> list[tuple[float, float, str]]:
    """Printed natures with the height of the cell each stands in. A cell that holds
    two, where rules are missing, says nothing."""
    words = {fold(edition.binding): edition.binding, fold(edition.guiding): edition.guiding}
    left = draft.content[0] if draft.content else 0.0
    beside = [s for s in draft.segments if s.box.x0 < left]
    found: dict[tuple[float, float], list[str]] = {}
    for s in beside:
        lines = _word_from(s, beside, words)
        if lines is None:
            continue
        x, y = s.box.cx, (lines[0].box.y0 + lines[-1].box.y1) / 2
        cell = next((c for c in draft.ruling.rows(x, 0, 1e6) if c[0] <= y <= c[1]), None)
        if cell is None:
            band = next((b for b in draft.bands if b.top <= y <= b.bottom), None)
            cell = (band.top, band.bottom) if band else None
        if cell is not None:
            found.setdefault(cell, []).append(words[fold("".join(t.text for t in lines))])
    return [(lo, hi, w[0]) for (lo, hi), w in found.items() if len(set(w)) == 1]


def _word_from(
    s: Segment, segments: Sequence[Segment], words: Collection[str]
) -> list[Segment] | None:
    """The lines, from ``s`` on, that make one of ``words``: a narrow column wraps it."""
    lines, text = [s], fold(s.text)
    while text and text not in words and any(w.startswith(text) for w in words):
        below = next((t for t in segments if under(t, lines[-1])), None)
        if below is None:
            return None
        lines.append(below)
        text += fold(below.text)
    return lines if text in words else None
