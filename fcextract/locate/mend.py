"""Mending a text layer that lies, from the words that are known to be printed and, for
the rest, from what the page shows.

Some producers write wrong character maps: one Firefox print had 1,453 of its 3,287
Han characters wrong. The glyphs are right, only their names are not; and the form's
own wording is known. Wherever a row's number says what its text must be, each glyph
teaches its true character, and what it taught is put in wherever the glyph stands,
text cells included. Headings and labels teach the same way.

A glyph is renamed only if it never teaches two things, and a Han character is
renamed to another only if two rows teach it: an altered wording must stay altered.

Glyphs that occur in typed text alone are in no wording. They, and every glyph that
no wording confirmed of a font that was caught lying, are recognised by their looks
(:mod:`fcextract.locate.sight`). What is still in doubt then becomes U+FFFD.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from fcextract.editions import Edition
from fcextract.locate.bands import Band
from fcextract.locate.draft import Draft, draft_page
from fcextract.locate.segments import Segment, numbered
from fcextract.locate.sight import FULL_WIDTH, Glyph, Look, glyphs_of, read_glyphs
from fcextract.records import Page, Run
from fcextract.text.fold import fold, unreliable
from fcextract.text.marks import CROSS, MARKS, is_mark, symbol
from fcextract.text.match import Matcher, matcher

#: A row whose text fits its item less than this, though its number is read, may have a
#: lying text layer; so many of them and it does.
POOR_FIT, POOR_SHARE = 0.9, 0.1
#: Share of a label's characters that must be right for the label to teach the rest.
LABEL_FIT = 0.3
#: Rounds of learning from wordings: what is learned from some rows lets others be found.
ROUNDS = 2
#: Framed boxes on a page from which on it looks like a page of the form; the emptiest
#: full page seen has 16.
FORM_BOXES = 8
UNKNOWN = "\ufffd"
#: Boxes and ticks, which no wrong map calls a glyph by chance; a cross may be (U+00D7).
_SIGNS = MARKS - CROSS

_HONEST = re.compile(
    r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’0-9A-Za-z ():,.%+\-]"
)

Lessons = dict[Glyph, Counter[str]]


class Known(NamedTuple):
    """What lessons taught: ``renamed`` glyphs that the text layer called otherwise, the
    true names of all ``trusted`` glyphs, those included, and the fonts that are ``liars``:
    that gave a glyph the name of another, where others only forgot some names."""

    renamed: dict[Glyph, str]
    trusted: dict[Glyph, str]
    liars: frozenset[str]


def mend(drafts: list[Draft], edition: Edition, look: Look | None = None) -> list[Draft]:
    """The drafts, made anew where their text layer lied and could be mended. ``look``
    gives the pixels that glyphs are recognised by; without it wordings alone teach."""
    if look is not None and _lost(drafts):
        read = _read(drafts, Known({}, {}, frozenset()), _all_glyphs(drafts), set(), look)
        drafts = _redrafted(drafts, read, edition)
    if not needs_mending(drafts, edition):
        return drafts
    drafts, known = _by_wording(drafts, edition)
    if look is None:
        return drafts
    doubtful = _doubtful(drafts, known)
    if not doubtful:
        return drafts
    unknown = dict.fromkeys(_disbelieved(drafts, known, doubtful), UNKNOWN)
    read = _read(drafts, known, doubtful, set(unknown), look)
    return _redrafted(drafts, unknown | read, edition)


def needs_mending(drafts: Sequence[Draft], edition: Edition) -> bool:
    """Whether the text layer shows characters no one typed, or fits the items poorly."""
    if any(is_garbled(r.text, r.font) for d in drafts for r in d.page.runs):
        return True
    match = matcher(edition)
    bands = [b for d in drafts for b in d.bands if b.anchor]
    poor = sum(_fit(b, match) < POOR_FIT for b in bands)
    return poor > POOR_SHARE * max(len(bands), 1)


def is_garbled(text: str, font: str = "") -> bool:
    """Whether ``text`` holds characters that no one typed and no symbol font explains."""
    return unreliable(text) and any(unreliable(c) and c not in MARKS for c in symbol(text, font))


def _fit(band: Band, match: Matcher) -> float:
    assert band.anchor is not None
    text = band.anchor.rest + "".join(s.text for s in band.lines[1:])
    return max((match.score(text, i) for i in match.ids_of(band.anchor.number)), default=1.0)


# ------------------------------------------------------------------------ by looks


def _lost(drafts: Sequence[Draft]) -> bool:
    """Whether the file shows a form's boxes and not one of its rows: perhaps all of its
    text layer lies, digits included."""
    return not any(d.bands for d in drafts) and any(
        sum(s.framed for s in d.spots) >= FORM_BOXES for d in drafts
    )


def _all_glyphs(drafts: Sequence[Draft]) -> set[Glyph]:
    return {g for d in drafts for r in d.page.runs if r.seen for g, _ in _glyphs([r]) if _told(g)}


def _told(glyph: Glyph) -> bool:
    """Whether the key stands for one drawing. Not so for glyph 0, which a font draws for
    all that it lacks, for U+FFFD without an id, and where fonts were not told apart."""
    font, key = glyph
    return key != 0 if isinstance(key, int) else font != "" and key != UNKNOWN


def _doubtful(drafts: Sequence[Draft], known: Known) -> set[Glyph]:
    """Glyphs that may not be what the text layer says: no character that anyone types, on
    a page of the form; or of a font that lied about others, and confirmed by nothing."""
    lying = _lying(drafts, known)
    out: set[Glyph] = set()
    marks: set[Glyph] = set()
    for d in drafts:
        for run in d.page.runs:
            if not run.seen or not (
                run.font in lying or (d.bands and is_garbled(run.text, run.font))
            ):
                continue
            glyphs = _glyphs([run])
            if is_mark(symbol(run.text, run.font)):
                marks.update(g for g, _ in glyphs)
                continue
            out.update(
                g for g, said in glyphs
                if g not in known.trusted and said not in _SIGNS and (run.font in lying or is_garbled(said, run.font))
            )  # fmt: skip
    if known.liars:
        out |= {g for g in _masked(drafts) if g[0] in known.liars}
    return {g for g in out - marks if _told(g)}


def _disbelieved(drafts: Sequence[Draft], known: Known, doubtful: set[Glyph]) -> set[Glyph]:
    """The doubtful glyphs whose names must not stand unless they are confirmed: of fonts
    that lied, garbled ones, and letters and digits as wide as a Han character."""
    said = {g: c for d in drafts for g, c in _glyphs(d.page.runs)}
    out = {g for g in doubtful if g[0] in known.liars or _garbled(said.get(g, ""))}
    for run in (r for d in drafts for r in d.page.runs if r.codes):
        for char, code, (a, b) in zip(run.text, run.codes, pairwise(run.edges), strict=True):
            if char.isascii() and char.isalnum() and b - a >= FULL_WIDTH * run.size:
                out.add((run.font, code))
    return out & doubtful


def _masked(drafts: Sequence[Draft]) -> set[Glyph]:
    """Glyphs that share one blank's name with others of their font: one at most is blank,
    most likely the one met most."""
    blanks: dict[tuple[str, str], Counter[Glyph]] = defaultdict(Counter)
    for d in drafts:
        for run in d.page.runs:
            for char, code in zip(run.text, run.codes, strict=False):
                if code > 0 and char.isspace():
                    blanks[run.font, char][run.font, code] += 1
    return {g for seen in blanks.values() for g, _ in seen.most_common()[1:]}


def _lying(drafts: Sequence[Draft], known: Known) -> set[str]:
    """Fonts not to be believed: those caught, and where one lied all of the file, since one
    producer wrote them all."""
    if known.liars:
        return {r.font for d in drafts for r in d.page.runs}
    return {font for font, _ in known.renamed}


def _read(
    drafts: Sequence[Draft],
    known: Known,
    doubtful: set[Glyph],
    disbelieved: set[Glyph],
    look: Look,
) -> dict[Glyph, str]:
    """Those of the doubtful glyphs that can be recognised, by the trusted ones' help."""
    trusted = dict(known.trusted)
    lying = _lying(drafts, known)
    said = {g: c for d in drafts for g, c in _glyphs(d.page.runs)}
    for glyph, char in said.items():
        if glyph not in doubtful and glyph[0] not in lying and not _garbled(char):
            trusted.setdefault(glyph, char)
    caught = {font for font, _ in known.renamed}
    worst = disbelieved | {g for g in doubtful if g[0] in caught}
    return read_glyphs(drafts, doubtful, worst, trusted, look)


def _redrafted(
    drafts: Sequence[Draft], names: Mapping[Glyph, str], edition: Edition
) -> list[Draft]:
    pages = [_renamed(d.page, names) for d in drafts]
    return [
        d if page is d.page else draft_page(page, edition)
        for d, page in zip(drafts, pages, strict=True)
    ]


# --------------------------------------------------------------------- by wordings


def _by_wording(drafts: list[Draft], edition: Edition) -> tuple[list[Draft], Known]:
    """The drafts with all glyphs renamed that wordings and labels teach."""
    renamed: dict[Glyph, str] = {}
    trusted: dict[Glyph, str] = {}
    liars: set[str] = set()
    for _ in range(ROUNDS):
        lessons = _lessons(drafts, edition)
        fresh = {g: name for g, seen in lessons.items() if (name := _name(g, seen)) is not None}
        trusted = _confirmed(lessons) | renamed | fresh
        if not fresh:
            break
        renamed |= fresh
        liars |= {g[0] for g in fresh if not all(_garbled(c[-1]) for c in lessons[g])}
        drafts = _redrafted(drafts, fresh, edition)
    return drafts, Known(renamed, trusted, frozenset(liars))


def _lessons(drafts: Sequence[Draft], edition: Edition) -> Lessons:
    lessons: Lessons = defaultdict(Counter)
    for d in drafts:
        _learn_from_rows(d, matcher(edition), lessons)
        _learn_from_labels(d, edition, lessons)
    return lessons


def _confirmed(lessons: Lessons) -> dict[Glyph, str]:
    """Glyphs of which all lessons say what the text layer says."""
    out = {}
    for glyph, seen in lessons.items():
        pairs = [c.split("\0") for c in seen]
        if all(fold(true) == fold(said) for true, said in pairs):
            out[glyph] = pairs[0][1]
    return out


def _name(glyph: Glyph, seen: Counter[str]) -> str | None:
    """What a glyph is, if all lessons say the same and the text layer does not."""
    taught = {c.split("\0")[0] for c in seen}
    if len(taught) != 1:
        return None
    name = taught.pop()
    said = {c.split("\0")[1] for c in seen}
    if all(fold(s) == fold(name) for s in said):
        return None
    han = any("\u4e00" <= s <= "\u9fff" for s in said)
    return name if sum(seen.values()) >= (2 if han else 1) else None


def _glyphs(runs: Iterable[Run]) -> list[tuple[Glyph, str]]:
    """Every character with the key of its glyph; blanks left out."""
    out = []
    for run in runs:
        for glyph, char in zip(glyphs_of(run), run.text, strict=True):
            if not char.isspace() or unreliable(char):
                out.append((glyph, char))
    return out


def _teach(glyphs: Sequence[tuple[Glyph, str]], truth: str, lessons: Lessons) -> None:
    for (glyph, said), true in zip(glyphs, truth, strict=True):
        lessons[glyph][f"{true}\0{said}"] += 1


def _learn_from_rows(draft: Draft, match: Matcher, lessons: Lessons) -> None:
    for band in draft.bands:
        if band.anchor is None:
            continue
        ids = match.ids_of(band.anchor.number)
        glyphs = _glyphs(r for s in band.lines for r in s.runs)
        for item_id in ids if len(ids) == 1 else ():
            truth = f"({band.anchor.number})" + match.wording(item_id)
            truth = "".join(truth.split())
            if len(truth) == len(glyphs) and _mostly(glyphs, truth, 0.2):
                _teach(glyphs, truth, lessons)


def _mostly(glyphs: Sequence[tuple[Glyph, str]], truth: str, share: float) -> bool:
    """Whether enough characters are right already, and the wrong ones are no honest text."""
    right = sum(_same(said, true) for (_, said), true in zip(glyphs, truth, strict=True))
    return right >= max(1, share * len(truth))


def _same(said: str, true: str) -> bool:
    return said == true or fold(said) == fold(true)


def _learn_from_labels(draft: Draft, edition: Edition, lessons: Lessons) -> None:
    """Titles, headings, natures and labels, wherever a stretch of text of their length
    shows part of them and nothing against them."""
    labels = [edition.title, *edition.title_aliases, *(c.heading for c in edition.columns)]
    labels += [f"{v}：" for v in (*edition.header.values(), *edition.footer_labels.values())]
    natures = (edition.binding, edition.guiding)
    _confirm(draft, (*labels, *natures), lessons)
    rows = [(b.top, b.bottom) for b in draft.bands if b.anchor]
    for stretch in _stretches(draft.everything()):
        glyphs = _glyphs(r for s in stretch for r in s.runs)
        if any(lo <= s.box.cy <= hi for lo, hi in rows for s in stretch):
            _try_whole(glyphs, natures, lessons)
            continue
        for label in labels:
            if len(stretch) > 1:
                _try_whole(glyphs, (label,), lessons)
                continue
            for start in range(len(glyphs) - len(label) + 1):
                part = glyphs[start : start + len(label)]
                if _shows(part, label):
                    _teach(part, label, lessons)


def _confirm(draft: Draft, labels: Sequence[str], lessons: Lessons) -> None:
    """Labels that read as they should: their glyphs are what they say."""
    for s in draft.everything():
        glyphs = _glyphs(s.runs)
        text = "".join(said for _, said in glyphs)
        for label in labels:
            if (at := text.find(label)) >= 0:
                _teach(glyphs[at : at + len(label)], label, lessons)


def _try_whole(
    glyphs: Sequence[tuple[Glyph, str]], labels: Sequence[str], lessons: Lessons
) -> None:
    for label in labels:
        if len(glyphs) == len(label) and _shows(glyphs, label):
            _teach(glyphs, label, lessons)


@lru_cache(maxsize=8192)
def _garbled(char: str) -> bool:
    """Whether a form would hardly hold this character."""
    return unreliable(char) or _HONEST.match(char) is None


def _shows(part: Sequence[tuple[Glyph, str]], label: str) -> bool:
    right = 0
    for (_, said), true in zip(part, label, strict=True):
        if _same(said, true):
            right += 1
        elif not _garbled(said):
            return False
    return max(2, LABEL_FIT * len(label)) <= right < len(label)


def _stretches(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Garbled segments alone, and with their neighbours above and below in the cell."""
    garbled = [
        s for s in segments
        if numbered(s.text) is None and any(map(_garbled, s.text.replace(" ", "")))
    ]  # fmt: skip
    out: list[list[Segment]] = []
    for s in garbled:
        near = [
            t for t in segments
            if t is s or (
                abs(t.box.cy - s.box.cy) < 4.5 * s.size
                and t.box.x0 < s.box.x1 and s.box.x0 < t.box.x1
            )
        ]  # fmt: skip
        near.sort(key=lambda t: t.box.cy)
        at = near.index(s)
        out += [
            near[a:b] for a in range(at + 1) for b in range(at + 1, len(near) + 1) if b - a <= 4
        ]
    return out


def _renamed(page: Page, names: Mapping[Glyph, str]) -> Page:
    """``page``, or the same object where nothing on it changes."""
    runs = tuple(_rename(r, names) for r in page.runs) if names else page.runs
    if all(a is b for a, b in zip(runs, page.runs, strict=True)):
        return page
    return replace(page, runs=runs)


def _rename(run: Run, names: Mapping[Glyph, str]) -> Run:
    pairs = zip(glyphs_of(run), run.text, strict=True)
    text = "".join(names.get(glyph, char) for glyph, char in pairs)
    return run if text == run.text else run._replace(text=text)
