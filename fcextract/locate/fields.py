"""The header's and the footer's figures, read from what stands outside the rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fcextract.editions import Edition
from fcextract.geometry import hull, lines_of
from fcextract.locate.draft import Draft
from fcextract.locate.drawn_over import drawn_over
from fcextract.locate.ruling import Ruling
from fcextract.locate.segments import Segment
from fcextract.text.fold import fold

_APPLICATION = r"([0-9A-Za-z][0-9A-Za-z\-]*)"
_WHOLE = r"(\d[\d,']*)"
_RATE = r"(\d+(?:\.\d+)?)"
#: A lone number of this length on a page whose labels cannot be read is the
#: application number: nothing else on the form is as long.
_LONE_APPLICATION = re.compile(r"(?<!\d)(\d{15})(?!\d)")

_WITH_UNIT = re.compile(r"\d[项人%]$")
#: The lines of one cell stand closer than this, in ems, and begin within so many points.
LINE_PITCH, SHIFTED = 2.0, 40.0


class Figures(NamedTuple):
    """What one page says outside its rows: every value seen for every field. ``labelled``
    tells that the application number's label is there, filled in or not; ``titled`` that
    the title is; ``drawn_over`` are the figures that something was painted over, which are
    not among the values."""

    header: dict[str, set[str]]
    declared: dict[str, set[str]]
    labelled: bool
    titled: bool
    drawn_over: tuple[str, ...] = ()


def read_figures(draft: Draft, edition: Edition) -> Figures:
    """Header and footer fields of one page, as text."""
    outside = draft.outside()
    if not outside:
        return Figures({}, {}, False, False)
    hidden = drawn_over(draft.page, outside)
    if hidden:
        outside = [left for s in outside for left in s.without(hidden)]
    by_lines = _by_lines(outside)
    texts = [by_lines, _by_stacks(outside, draft.ruling)]
    header = _find(texts, _header_patterns(edition))
    declared = _find(texts, _footer_patterns(edition))
    if "application_no" not in header:
        lone = set(_LONE_APPLICATION.findall(by_lines))
        if len(lone) == 1:
            header["application_no"] = lone
    flat = by_lines.replace("\t", "").replace("\n", "")
    return Figures(
        header,
        declared,
        labelled=fold(edition.header["application_no"]) in flat,
        titled=any(fold(t) in flat for t in (edition.title, *edition.title_aliases)),
        drawn_over=tuple("".join(r.text[i] for i in sorted(at)) for r, at in hidden.items()),
    )


def _by_lines(segments: Sequence[Segment]) -> str:
    """Folded text, lines by line feeds and cells by tabs."""
    return "\n".join(
        "\t".join(fold(s.text) for s in sorted(line, key=lambda s: s.box.x0))
        for line in lines_of(list(segments), key=lambda s: s.box)
    )


def _by_stacks(segments: Iterable[Segment], ruling: Ruling) -> str:
    """Folded text with the wrapped lines of each cell joined first."""
    stacks: list[list[Segment]] = []
    for s in sorted(segments, key=lambda s: (s.box.cy, s.box.x0)):
        own = next((stack for stack in stacks if _goes_on(stack[-1], s, ruling)), None)
        if own is None:
            stacks.append([s])
        else:
            own.append(s)
    joined = [
        Segment("".join(s.text for s in st), hull(s.box for s in st) or st[0].box, st[0].size, ())
        for st in stacks
    ]
    return _by_lines(joined)


def _goes_on(last: Segment, s: Segment, ruling: Ruling) -> bool:
    """Whether ``s`` is the next line of the cell that ``last`` stands in."""
    a, b = last.box, s.box
    near = 0 <= b.cy - a.cy < LINE_PITCH * s.size and abs(b.x0 - a.x0) < SHIFTED
    if not near or b.x0 >= a.x1 or a.x0 >= b.x1 or _is_ended(fold(last.text), fold(s.text)):
        return False
    x = (max(a.x0, b.x0) + min(a.x1, b.x1)) / 2
    return not any(a.cy < ln.at < b.cy and ln.lo <= x <= ln.hi for ln in ruling.across)


def _is_ended(text: str, after: str) -> bool:
    """Whether a label or a figure is whole: after its colon stands a figure or nothing, after
    its unit nothing."""
    return (text.endswith(":") and not after[:1].isdigit()) or bool(_WITH_UNIT.search(text))


def _header_patterns(edition: Edition) -> dict[str, re.Pattern[str]]:
    out = {}
    for field, label in edition.header.items():
        value = _APPLICATION if field == "application_no" else _WHOLE
        out[field] = _labelled(label, value)
    return out


def _footer_patterns(edition: Edition) -> dict[str, re.Pattern[str]]:
    return {
        field: _labelled(label, _RATE if field.endswith("_rate") else _WHOLE)
        for field, label in edition.footer_labels.items()
    }


def _labelled(label: str, value: str) -> re.Pattern[str]:
    whole = r"(?![0-9.,\ufffd])"  # a figure with a character that cannot be read is none
    return re.compile(r"\s*".join(map(re.escape, fold(label))) + r"[\s:.]*" + value + whole)


def _find(texts: list[str], patterns: dict[str, re.Pattern[str]]) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for text in texts:
        for field, pattern in patterns.items():
            if field not in out and (values := set(pattern.findall(text))):
                out[field] = values
    return out
