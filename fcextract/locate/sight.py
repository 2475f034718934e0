"""Reading glyphs by their looks, where no known wording says what they are.

The fewest stretches of text that show every glyph in doubt are drawn and recognised.
What the recogniser says of the trusted glyphs in a stretch tells whether to believe it
about the others; where each character stands tells which glyph it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fcextract.geometry import Box
from fcextract.locate.draft import Draft
from fcextract.locate.segments import Segment
from fcextract.records import Page, Run
from fcextract.text.fold import fold
from fcextract.text.ocr import HEIGHT, Seen, recogniser

#: Pixels of a box of a page at so many dots per inch, or None where it can't be drawn.
Look = Callable[[Page, Box, float], NDArray[np.uint8] | None]
#: A glyph: its font, and its id there or, where the engine tells none, its character.
Glyph = tuple[str, int | str]

#: Stretches recognised a document. A stretch takes 10 to 90 ms; a form with every text
#: cell garbled needed 35, one with 205 glyphs in doubt 85.
MOST_CROPS = 90
#: Glyphs a stretch has at most: recognising costs 4 ms a glyph, and context helps little
#: beyond a dozen.
LONGEST = 16
#: Margin round a stretch, in ems: strokes of some faces leave the em box by 0.1.
MARGIN = 0.12
#: How sure the recogniser must be (0 to 1) of a glyph seen in one stretch only: beside
#: trusted glyphs that it reads right; alone; and where it says what the text layer says.
#: Clean print is read at 0.95 and better; what it got wrong in trials lay below 0.75.
SURE, SURE_ALONE, SURE_SAME = 0.8, 0.95, 0.5
#: So many characters in a row, each read surely, back each other.
SURE_WORD = 3
#: The same for each of two stretches that agree.
SURE_TWICE = 0.6
#: Share of the trusted glyphs that must be read right for the stretch to teach.
AGREED = 0.7
#: A character stands where its glyph does when their middles are this close, in ems. What
#: was seen: 0.15 for most, 0.25 for punctuation in a corner of its box.
SAME_PLACE = 0.45
#: From this advance on, in ems, punctuation is full width. The widest half-width sign, the
#: percent sign, has up to 0.9.
FULL_WIDTH = 0.95
#: Signs that are one glyph and recognised as two characters.
_LIGATURES = {"m2": "㎡", "m²": "㎡", "m3": "㎥", "m³": "㎥", "°C": "℃"}
#: What a tick or a box alone in its cell may be taken for, and the reverse.
_LOOKALIKES = frozenset("VvUuOo0XxLIl1J/口日目曰田回〇○□✓√×")
#: What the recogniser calls an empty square and a ticked one.
_SQUARES, _BOXES = frozenset("口□☐"), frozenset("☑☒")
#: A glyph that stands alone so often stands in a column of boxes; the shortest page of a
#: form seen has 16.
BOX_COLUMN = 10
#: Grey below this is ink, of 255.
DARK = 128
#: A box is at least this high, as a share of the line, and at most so much longer than wide.
SQUARE_SIDE, SQUARE = 0.35, 1.25
#: Its frame lies in a band this wide, as a share of its side, and fills this share of it.
FRAME_BAND, FRAME_DRAWN = 0.15, 0.9
#: Its inside begins so far from its edge, as a share of its side; empty it holds no ink but
#: for a speck, ticked at least this share. Drawn ticks of five faces have 0.09 and more.
INSET = 0.22
BLANK_INK, TICK_INK = 0.005, 0.05
_TO_FULL = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in "!(),:;?[]~%"})


class Letter(NamedTuple):
    """One glyph where it stands: what the text layer calls it, left and right edge."""

    glyph: Glyph
    said: str
    left: float
    right: float


class Stretch(NamedTuple):
    """Neighbouring glyphs of one line."""

    page: Page
    letters: tuple[Letter, ...]
    box: Box
    size: float


class Vote(NamedTuple):
    """What one stretch says of a glyph, and how sure that is. ``backed`` tells that
    trusted glyphs beside it were read right."""

    name: str
    sure: float
    backed: bool


def glyphs_of(run: Run) -> list[Glyph]:
    """The key of every character's glyph."""
    codes = run.codes or (-1,) * len(run.text)
    return [
        (run.font, code if code >= 0 else char) for char, code in zip(run.text, codes, strict=True)
    ]


def letters_of(segment: Segment, doubtful: Container[Glyph]) -> list[Letter]:
    """The glyphs of a segment, blanks left out unless they are in doubt."""
    out = []
    for run in segment.runs:
        glyphs = glyphs_of(run)
        for char, glyph, (a, b) in zip(run.text, glyphs, pairwise(run.edges), strict=True):
            if not char.isspace() or glyph in doubtful:
                out.append(Letter(glyph, char, a, b))
    return out


def read_glyphs(
    drafts: Sequence[Draft],
    doubtful: set[Glyph],
    worst: set[Glyph],
    trusted: Mapping[Glyph, str],
    look: Look,
) -> dict[Glyph, str]:
    """What those of the ``doubtful`` glyphs are that can be recognised. ``trusted`` names
    the glyphs that are known; the ``worst`` doubts come first, and pages that hold rows."""
    recognise = recogniser()
    if recognise is None or not doubtful:
        return {}
    votes: dict[Glyph, list[Vote]] = defaultdict(list)
    stretches = [
        s for first in (True, False) for d in drafts if bool(d.bands) is first
        for s in _stretches(d, doubtful)
    ]  # fmt: skip
    alone = Counter(s.letters[0].glyph for s in stretches if len(s.letters) == 1)
    for stretch in _cover(stretches, doubtful, worst, votes):
        pixels = look(stretch.page, stretch.box, HEIGHT / stretch.box.height * 72)
        if pixels is None:
            continue
        seen = recognise(pixels)
        if len(stretch.letters) > 1:
            _vote(stretch, seen, doubtful, trusted, votes)
        elif not votes[stretch.letters[0].glyph]:  # seen twice alone is the same twice
            often = alone[stretch.letters[0].glyph] >= BOX_COLUMN
            votes[stretch.letters[0].glyph] += _vote_alone(stretch, seen, pixels, often)
    said = {x.glyph: x.said for s in stretches for x in s.letters}
    return _elected(votes, said, trusted)


def _stretches(draft: Draft, doubtful: set[Glyph]) -> Iterator[Stretch]:
    for s in draft.everything():
        if not all(r.seen for r in s.runs):
            continue
        letters = letters_of(s, doubtful)
        for i in range(0, len(letters), LONGEST):
            part = tuple(letters[i : i + LONGEST])
            if any(x.glyph in doubtful for x in part):
                box = Box(part[0].left, s.box.y0, part[-1].right, s.box.y1)
                yield Stretch(draft.page, part, box.grow(MARGIN * s.size), s.size)


def _cover(
    stretches: Sequence[Stretch],
    doubtful: set[Glyph],
    worst: set[Glyph],
    votes: Mapping[Glyph, Sequence[Vote]],
) -> Iterator[Stretch]:
    """The stretches to look at, most open glyphs first, the ``worst`` before others; what
    ``votes`` gained from one decides about the next. A glyph is open until its votes
    suffice, and for two looks."""
    left = list(range(len(stretches)))
    held = [frozenset(x.glyph for x in s.letters if x.glyph in doubtful) for s in stretches]
    looks: dict[Glyph, int] = defaultdict(int)
    for _ in range(MOST_CROPS):
        open_ = {g for g in doubtful if looks[g] < 2 and not _enough(votes.get(g, ()))}
        bad = open_ & worst
        best = max(left, key=lambda i: (len(held[i] & bad), len(held[i] & open_)), default=None)
        if best is None or not held[best] & open_:
            return
        left.remove(best)
        for g in held[best]:
            looks[g] += 1
        yield stretches[best]


def _enough(votes: Sequence[Vote]) -> bool:
    """Whether what was seen so far says what the glyph is."""
    if not votes or len({fold(v.name) for v in votes}) > 1:
        return False
    if len(votes) > 1 and all(v.sure >= SURE_TWICE for v in votes):
        return True
    return any(v.sure >= (SURE if v.backed else SURE_ALONE) for v in votes)


def _vote(
    stretch: Stretch,
    seen: Sequence[Seen],
    doubtful: set[Glyph],
    trusted: Mapping[Glyph, str],
    votes: dict[Glyph, list[Vote]],
) -> None:
    pairs = list(_aligned(stretch, seen))
    known = [(trusted[x.glyph], c.char) for x, c in pairs if x.glyph in trusted]
    expected = sum(x.glyph in trusted for x in stretch.letters)
    right = sum(fold(a) == fold(b) for a, b in known)
    if right < AGREED * expected:
        return
    backed = right > 0 or (len(pairs) >= SURE_WORD and all(c.sure >= SURE for _, c in pairs))
    for letter, char in pairs:
        if letter.glyph in doubtful:
            votes[letter.glyph].append(Vote(char.char, char.sure, backed))


def _vote_alone(
    stretch: Stretch, seen: Sequence[Seen], pixels: NDArray[np.uint8], often: bool
) -> list[Vote]:
    """What a glyph that stands alone is. Among words a box or a tick is hard to take for
    anything else; alone, and often, it is a box only if its pixels say so too."""
    pairs = list(_aligned(stretch, seen))
    if not pairs:
        return []
    char = pairs[0][1]
    if char.char not in _LOOKALIKES | _BOXES:
        return [Vote(char.char, char.sure, False)]
    inked = framed_ink(pixels) if often else None
    if inked is not None and inked <= BLANK_INK and char.char in _SQUARES:
        return [Vote("☐", 1.0, True)]
    if inked is not None and inked >= TICK_INK and char.char in _BOXES:
        return [Vote(char.char, 1.0, True)]
    return []


def framed_ink(pixels: NDArray[np.uint8]) -> float | None:
    """Share of the inside of a square frame that is inked; None where no frame is seen on
    all four sides."""
    dark = pixels < DARK
    ys, xs = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if not len(ys):
        return None
    dark = dark[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
    height, width = dark.shape
    side = min(height, width)
    if side < SQUARE_SIDE * len(pixels) or max(height, width) > SQUARE * side:
        return None
    band = max(2, round(FRAME_BAND * side))
    sides = (dark[:band].any(0), dark[-band:].any(0), dark[:, :band].any(1), dark[:, -band:].any(1))
    if min(float(line.mean()) for line in sides) < FRAME_DRAWN:
        return None
    inset = round(INSET * side)
    return float(dark[inset : height - inset, inset : width - inset].mean())


def _aligned(stretch: Stretch, seen: Sequence[Seen]) -> Iterator[tuple[Letter, Seen]]:
    """Each glyph with the character that stands in its place, where there is one: a
    character that the recogniser left out or added shifts no other."""
    groups: list[list[Seen]] = [[] for _ in stretch.letters]
    places = [stretch.box.x0 + c.at * stretch.box.width for c in seen]
    middles = [(x.left + x.right) / 2 for x in stretch.letters]
    if len(seen) == len(middles) and all(
        abs(a - b) < SAME_PLACE * stretch.size for a, b in zip(places, middles, strict=True)
    ):
        groups = [[c] for c in seen]
    else:
        for c, x in zip(seen, places, strict=True):
            groups[min(range(len(middles)), key=lambda i: abs(middles[i] - x))].append(c)
    for letter, group in zip(stretch.letters, groups, strict=True):
        char = _one(group, (letter.right - letter.left) / stretch.size)
        if char is not None:
            yield letter, char


def _one(group: Sequence[Seen], advance: float) -> Seen | None:
    """The one character that ``group`` is, spelled as wide as its glyph; None if none."""
    if not group:
        return None
    text = "".join(c.char for c in group)
    wide = advance >= FULL_WIDTH
    if wide and text in _LIGATURES:
        text = _LIGATURES[text]
    if len(text) != 1 or (wide and text.isascii() and text.isalnum()):
        return None  # a wide m is what is left of a square metre
    if wide:
        text = text.translate(_TO_FULL)
    elif 0xFF01 <= ord(text) <= 0xFF5E:
        text = chr(ord(text) - 0xFEE0)
    return Seen(text, min(c.sure for c in group), group[0].at)


def _elected(
    votes: Mapping[Glyph, Sequence[Vote]], said: Mapping[Glyph, str], trusted: Mapping[Glyph, str]
) -> dict[Glyph, str]:
    """The glyphs whose votes agree and suffice. A Han character that is the name of another
    glyph of the font is not given twice: a font draws each once."""
    taken = _by_name(trusted.items())
    out = {}
    for glyph, seen in votes.items():
        if not seen:
            continue
        name = seen[0].name
        agree = all(fold(v.name) == fold(name) for v in seen)
        if agree and fold(name) == fold(said[glyph]) and all(v.sure >= SURE_SAME for v in seen):
            out[glyph] = said[glyph]
        elif agree and _enough(seen) and (glyph[0], name) not in taken:
            out[glyph] = name
    twice = {k for k, n in _by_name(out.items()).items() if n > 1}
    return {g: name for g, name in out.items() if (g[0], name) not in twice}


def _by_name(named: Iterable[tuple[Glyph, str]]) -> dict[tuple[str, str], int]:
    """How many glyphs of a font have one Han character's name."""
    out: dict[tuple[str, str], int] = defaultdict(int)
    for glyph, name in named:
        if "\u4e00" <= name <= "\u9fff":
            out[glyph[0], name] += 1
    return dict(out)
