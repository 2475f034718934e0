"""A page of pixels to a page with text on it: which lines to recognise, and where.

Recognition costs far more than anything else, so only what places the rows and what the
results hold is recognised: the beginning of every row, the text cells that are not empty,
the heading row and what stands outside the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from fcextract.editions import Edition
from fcextract.geometry import Box, hull
from fcextract.locate.ruling import Ruling, find_ruling
from fcextract.locate.segments import lines_of
from fcextract.records import Page, Picture, Rule, Run
from fcextract.scan import Grey, Scan
from fcextract.text.fold import fold
from fcextract.text.match import Matcher, matcher
from fcextract.text.ocr import Recogniser, Seen, recogniser

#: Ink is darker than half-way between paper and print, and than this, of 255.
LIGHTEST = 205
#: Rules are rubbed out this much wider than they are, in points.
RUBBED = 1.6
#: Ink within this of a cell's edge is its border's, in points.
INSET = 1.2
#: Specks below this in either direction are no text, in points.
SPECK = 1.0
#: Lines of type are this high, in points (6 to 20 pt type).
LINE = (4.0, 24.0)
#: How much of a row's first line is recognised, in line heights: until it tells the item.
BEGINNINGS = (8.5, 16.0)
#: So much of a line tells whether it may be a row's first.
GLANCE = 2.8
#: Stands for the text of a line that was not read.
UNREAD = "…"
#: A cell's lines are at most so much longer than its item, and so many ems more: a line that
#: breaks leaves white at its end, which makes them shorter.
LONGER, SPARE = 1.15, 2.0
#: Lines are squeezed to this share of their width before they are read: Han characters
#: stay legible and cost half. What is not read surely is read again as it is.
SQUEEZED = 0.5
#: Least certainty of a line's characters, 0 to 1, below which it is read again.
UNSURE = 0.6
#: Least mean certainty of a line that is believed at all.
LEGIBLE = 0.55
#: A column of boxes: this share of its cells hold ink, and most no wider than so many line
#: heights.
BOXED, BOX_WIDTH, FEWEST_BOXES = 0.7, 2.2, 2
#: Words of one line outside the table stand this close; where no rules part the columns,
#: what stands further apart than the second is two cells. In points.
WORD_GAP, COLUMN_GAP = 14.0, 7.0
#: Columns are parted by white at least this wide, in points, which no more lines cross than
#: the larger of a number and a share of all.
GUTTER, FEW, FEW_SHARE = 5.0, 2, 0.03
#: Words of a column that few rows use stand this close, in line heights.
WORDS_APART = 1.5
#: With fewer vertical rules than this, no rules part the columns.
FEWEST_RULES = 4
#: Rows tried before a page is called unreadable this way up.
TRIED = 12
#: A row's beginning settles its item from so many characters on, if it fits that well (0 to
#: 1) and an item whose number is one digit off fits worse by so much.
SHORTEST_PREFIX, SURE_BEGINNING, APART = 4, 0.7, 0.25
#: Lines outside the table that are recognised at most: a form has 10.
MOST_LINES = 60

_NUMBER = re.compile(r"^\s*[(（\[【{〔]?\s*(\d{1,3})\s*[)）\]】}〕]\s*")


Ink = NDArray[np.uint8]
Key = tuple[int, int]


class Cell(NamedTuple):
    """One cell of the ruled grid and the lines of ink in it, top to bottom."""

    box: Box
    lines: tuple[Box, ...]


class Column(NamedTuple):
    """Cells with the same sides: how long all their lines are together, in points, and
    whether they are a column of boxes."""

    text: float
    boxed: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a page, the column each is in, and the lines of ink outside the table."""

    cells: tuple[Cell, ...]
    outside: tuple[Box, ...]
    keys: dict[Cell, Key]
    columns: dict[Key, Column]

    def column(self, c: Cell) -> Column:
        """The column ``c`` is in."""
        return self.columns[self.keys[c]]

    def rows(self) -> list[Cell]:
        """The cells of the item texts: of the column that holds most text."""
        best = max(self.columns, key=lambda k: self.columns[k].text, default=None)
        return [c for c in self.cells if c.lines and self.keys[c] == best]


def recognise(pages: Sequence[Page], edition: Edition) -> list[Page]:
    """``pages``, the scans among them turned upright, with runs for what was recognised."""
    reader = recogniser()
    if reader is None or not any(p.scan for p in pages):
        return list(pages)
    match = matcher(edition)
    out: list[Page] = []
    turn = 0
    for page in pages:
        if page.scan is None:
            out.append(page)
            continue
        found, turn = _upright(page, reader, match, turn)
        out.append(found)
    return out


def _upright(page: Page, reader: Recogniser, match: Matcher, usual: int) -> tuple[Page, int]:
    """The page the way up on which rows are read, and that turn; ``usual`` where none are."""
    for quarters in _turns(page.rules, usual):
        turned = turn_page(page, quarters)
        sheet = _Sheet(turned, reader, match)
        if sheet.begun:
            return sheet.page(), quarters
    return _Sheet(turn_page(page, usual), reader, match).page(), usual


def _turns(rules: Sequence[Rule], usual: int) -> list[int]:
    """Ways up to try, likeliest first: a table has more rows than columns."""
    across = sum(r.along == "h" for r in rules)
    down = sum(r.along == "v" for r in rules)
    order = (1, 3, 0, 2) if down > 1.3 * across else (0, 2, 1, 3)
    return sorted(order, key=lambda q: (q % 2 != order[0] % 2, q != usual))


def turn_page(page: Page, quarters: int) -> Page:
    """The page turned clockwise by so many quarters."""
    if not quarters or page.scan is None:
        return page
    rules = page.rules
    width, height = page.width, page.height
    for _ in range(quarters):
        rules = tuple(_turned(r, height) for r in rules)
        width, height = height, width
    return replace(page, width=width, height=height, rules=rules, scan=page.scan.turned(quarters))


def _turned(r: Rule, height: float) -> Rule:
    if r.along == "h":
        return r._replace(along="v", at=height - r.at)
    return r._replace(along="h", lo=height - r.hi, hi=height - r.lo)


class _Sheet:
    """One page, one way up: its cells, and the rows that begin in them."""

    def __init__(self, page: Page, reader: Recogniser, match: Matcher) -> None:
        scan = page.scan
        assert scan is not None
        self._page = page
        self._pen = _Pen(scan, reader)
        self._match = match
        ink = _ink(scan, page.rules)
        ruling = find_ruling(page.rules)
        ruled = len(ruling.down) >= FEWEST_RULES
        self._ruled = ruled
        self._grid = _grid(scan, ink, ruling) if ruled else _blocks(scan, ink, joined=False)
        self.begun = self._beginnings()
        if not self.begun and not ruled:
            self._grid = _blocks(scan, ink, joined=True)
            self.begun = self._beginnings()

    def page(self) -> Page:
        """The page with what was read on it."""
        begun, grid = self.begun, self._grid
        runs = [run for found in begun.values() for run in found]
        numbered = [c for c, found in begun.items() if any(_NUMBER.match(r.text) for r in found)]
        table = hull(c.box for c in numbered)
        spots: list[Picture] = []
        for c in grid.cells:
            if c in begun or not c.lines:
                continue
            beside = table is not None and table.y0 <= c.box.cy <= table.y1
            if grid.column(c).boxed:
                box = hull(c.lines)
                spots += [Picture(box, "", -1.0, -1.0, 1.0, -1)] if box is not None else []
            elif not beside or (table is not None and c.box.x0 >= table.x1 - 2.0):
                runs += self._pen.all(c.lines)
        runs += self._pen.all(grid.outside[:MOST_LINES])
        return replace(self._page, runs=tuple(runs), pictures=tuple(spots))

    def _beginnings(self) -> dict[Cell, list[Run]]:
        """What every cell of the item texts begins with; nothing where the first few make
        no sense."""
        found: dict[Cell, list[Run]] = {}
        hits = 0
        for k, c in enumerate(self._grid.rows()):
            if k == TRIED and not hits:
                return {}
            found[c] = self._begin(c)
            hits += any(_NUMBER.match(r.text) for r in found[c][:1])
        if not hits:
            return {}
        rows = [c for c, runs in found.items() if runs and _NUMBER.match(runs[0].text)]
        first, last = rows[0].box.y0, rows[-1].box.y0
        outside = [c for c in found if c.box.y1 < first or c.box.y0 > last]
        for c in {*self._too_long(found), *outside}:
            found[c] = self._pen.all(c.lines)
        return found

    def _begin(self, c: Cell) -> list[Run]:
        """A cell's text as far as it tells a row's item, or all of it."""
        if not self._ruled:  # the cell is one line, most likely not a row's first
            run = self._pen.part(c.lines[0], GLANCE)
            if run is None or not set(run.text) & set("0123456789(（"):
                return [_unread(c.lines[0])]
        for length in BEGINNINGS:
            run = self._pen.part(c.lines[0], length)
            if run is not None and self._settled(run.text):
                return [run]
        return self._pen.all(c.lines)

    def _too_long(self, found: dict[Cell, list[Run]]) -> list[Cell]:
        """Cells that hold more text than the item they begin with: a rule between two rows
        was not seen, and the second hides in the first one's cell."""
        sizes = {c: self._ems(runs[0].text) for c, runs in found.items() if len(runs) == 1}
        sizes = {c: ems for c, ems in sizes.items() if ems}
        if not sizes:
            return []
        widths = {c: sum(b.width for b in c.lines) for c in sizes}
        em = median(widths[c] / ems for c, ems in sizes.items())
        return [c for c, ems in sizes.items() if widths[c] > em * (LONGER * ems + SPARE)]

    def _ems(self, text: str) -> float:
        """The length of the row that begins with ``text``, in ems; 0 where it is not known."""
        number = _NUMBER.match(text)
        ids = self._match.ids_of(int(number[1])) if number else []
        printed = [f"({number[1]}) {self._match.wording(i)}" for i in ids] if number else []
        return max((sum(0.55 if ch.isascii() else 1.0 for ch in t) for t in printed), default=0.0)

    def _settled(self, text: str) -> bool:
        """Whether a row's beginning tells its item: its wording fits the item of its number,
        and no other whose number may have been misread for it."""
        found = _NUMBER.match(text)
        if found is None:
            return False
        number, rest = int(found[1]), fold(text[found.end() :])
        own = max((self._begins(rest, i) for i in self._match.ids_of(number)), default=0.0)
        return (
            len(rest) >= SHORTEST_PREFIX
            and own >= SURE_BEGINNING
            and all(
                self._begins(rest, i) <= own - APART
                for n in _misread(number)
                for i in self._match.ids_of(n)
            )
        )

    def _begins(self, rest: str, item_id: str) -> float:
        return fuzz.ratio(rest, self._match.content(item_id)[: len(rest)]) / 100


def _unread(line: Box) -> Run:
    """A line that is there and whose text nobody needs."""
    return Run(UNREAD, line, (line.x0, line.x1), (), "", line.height, 0, -1, True)


def _misread(number: int) -> set[int]:
    """Numbers that one digit more, less or other makes of ``number``."""
    text = str(number)
    digits = "0123456789"
    out = {text[:i] + text[i + 1 :] for i in range(len(text))}
    out |= {text[:i] + d + text[i + 1 :] for i in range(len(text)) for d in digits}
    out |= {text[:i] + d + text[i:] for i in range(len(text) + 1) for d in digits}
    return {int(t) for t in out if t} - {number}


# --------------------------------------------------------------------------- ink


def _ink(scan: Scan, rules: Sequence[Rule]) -> Ink:
    """1 where there is ink, its ruled lines rubbed out."""
    dark = float(np.percentile(scan.grey[::2, ::2], 1.0))
    ink = (scan.grey < min(LIGHTEST, (255 + dark) / 2 + 20)).astype(np.uint8)
    s, height, width = scan.scale, *scan.grey.shape
    half = RUBBED * s
    for r in rules:
        lo, hi = max(0, int(r.lo * s - half)), int(r.hi * s + half) + 1
        a, b = max(0, int(r.at * s - half)), int(r.at * s + half) + 1
        if r.along == "h":
            ink[a : min(b, height), lo : min(hi, width)] = 0
        else:
            ink[lo : min(hi, height), a : min(b, width)] = 0
    return ink


def _grid(scan: Scan, ink: Ink, ruling: Ruling) -> Grid:
    """Cells between ruled lines, and the lines of ink outside them."""
    boxes = _cells(ruling)
    cells = [Cell(b, tuple(_lines(scan, ink, b.grow(-INSET)))) for b in boxes]
    blank = ink.copy()
    for b in boxes:
        y0, y1, x0, x1 = scan.span(b.grow(1.0))
        blank[y0:y1, x0:x1] = 0
    keys = {c: (round(c.box.x0 / 4), round(c.box.x1 / 4)) for c in cells}
    return _measured(cells, keys, tuple(_smeared(scan, blank, WORD_GAP)))


def _blocks(scan: Scan, ink: Ink, *, joined: bool) -> Grid:
    """Every line of ink in a column as a cell of its own, where no rules part the columns.

    Columns are parted by the white that runs down the page. With ``joined`` what stands
    left of the widest column, close to it, is its own: numbers with a blank after them.
    """
    words = _smeared(scan, ink, COLUMN_GAP)
    columns = _parted_by_white(words, scan.width)
    if joined and columns:
        widest = max(range(len(columns)), key=lambda i: _text_in(words, columns[i]))
        if widest:
            columns[widest - 1 : widest + 1] = [(columns[widest - 1][0], columns[widest][1])]
    held: dict[int, list[Box]] = {}
    for w in words:
        i = next((i for i, (lo, hi) in enumerate(columns) if lo <= w.cx <= hi), -1)
        held.setdefault(i, []).append(w)
    keys: dict[Cell, Key] = {}
    for i, own in held.items():
        for line in lines_of(own, key=lambda b: b):
            for box in [hull(line)] if i >= 0 else _words(line):
                if box is not None:
                    keys[Cell(box, (box,))] = (i, 0)
    cells = sorted(keys, key=lambda c: (c.box.cy, c.box.x0))
    return _measured(cells, keys, ())


def _words(line: list[Box]) -> list[Box]:
    """The boxes of one line, those that stand close as one: a column that few rows use is
    white elsewhere, and its neighbour's words are not its own."""
    out: list[Box] = []
    for b in sorted(line, key=lambda b: b.x0):
        near = out and b.x0 - out[-1].x1 <= WORDS_APART * b.height
        both = hull([out[-1], b]) if near else None
        if both is not None:
            out[-1] = both
        else:
            out.append(b)
    return out


def _text_in(words: Sequence[Box], column: tuple[float, float]) -> float:
    return sum(w.width for w in words if column[0] <= w.cx <= column[1])


def _parted_by_white(words: Sequence[Box], width: float) -> list[tuple[float, float]]:
    """Stretches of x that hold words, apart from what few lines cross."""
    crossed = np.zeros(int(width) + 2)
    for w in words:
        crossed[max(0, int(w.x0)) : int(w.x1) + 1] += 1
    used = crossed > max(FEW, FEW_SHARE * len(words))
    return [(float(a), float(b)) for a, b in _stretches(used, round(GUTTER))]


def _cells(ruling: Ruling) -> list[Box]:
    """All cells between ruled lines, merged ones as one."""
    found: dict[tuple[int, int, int, int], Box] = {}
    levels = sorted({round(ln.at, 1) for ln in ruling.across})
    for top, bottom in pairwise(levels):
        if bottom - top < LINE[0]:
            continue
        y = (top + bottom) / 2
        for x0, x1 in ruling.columns(y):
            x = (x0 + x1) / 2
            own = next((r for r in ruling.rows(x, 0, 1e6) if r[0] <= y <= r[1]), None)
            if own is not None:
                box = Box(x0, own[0], x1, own[1])
                found.setdefault((round(x0), round(own[0]), round(x1), round(own[1])), box)
    return sorted(found.values(), key=lambda b: (b.y0, b.x0))


def _lines(scan: Scan, ink: Ink, area: Box) -> list[Box]:
    """The lines of ink in ``area``, by its rows that hold any."""
    y0, y1, x0, x1 = scan.span(area)
    part = ink[y0:y1, x0:x1]
    if part.size == 0:
        return []
    speck = max(1, round(SPECK * scan.scale))
    out = []
    for top, bottom in _stretches(part.sum(axis=1) >= 1, speck):
        columns = np.flatnonzero(part[top:bottom].any(axis=0))
        if bottom - top < speck or len(columns) < speck:
            continue
        out.append(
            Box((x0 + columns[0]) / scan.scale, (y0 + top) / scan.scale,
                (x0 + columns[-1] + 1) / scan.scale, (y0 + bottom) / scan.scale)
        )  # fmt: skip
    return out


def _stretches(on: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Half-open stretches of True, those closer than ``gap`` joined."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    out: list[tuple[int, int]] = []
    for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if out and a - out[-1][1] < gap:
            out[-1] = (out[-1][0], b)
        else:
            out.append((a, b))
    return out


def _smeared(scan: Scan, ink: Ink, gap: float) -> list[Box]:
    """Lines of ink whose parts stand no further apart than ``gap`` points."""
    reach = max(3, round(gap * scan.scale)) | 1
    smeared = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(smeared, connectivity=8)
    s = scan.scale
    found = [
        Box(x / s, y / s, (x + w) / s, (y + h) / s)
        for x, y, w, h, area in stats[1:count].tolist()
        if LINE[0] <= h / s <= LINE[1] and w / s >= LINE[0]
    ]
    return sorted(_merged(found), key=lambda b: (b.cy, b.x0))


def _merged(found: Sequence[Box]) -> list[Box]:
    """Boxes that lie over each other as one: the upper and the lower half of a character."""
    out: list[Box] = []
    for b in sorted(found, key=lambda b: -b.area):
        i = next((i for i, a in enumerate(out) if a.overlap(b) > 0.5 * b.area), None)
        if i is None:
            out.append(b)
        else:
            out[i] = hull([out[i], b]) or b
    return out


# ----------------------------------------------------------------------- columns


def _line_height(cells: Iterable[Cell]) -> float:
    heights = [b.height for c in cells for b in c.lines if LINE[0] <= b.height <= LINE[1]]
    return median(heights) if heights else 10.0


def _narrow(c: Cell, size: float) -> bool:
    box = hull(c.lines)
    return box is not None and box.width <= BOX_WIDTH * size


def _measured(cells: Sequence[Cell], keys: dict[Cell, Key], outside: tuple[Box, ...]) -> Grid:
    groups: dict[Key, list[Cell]] = {}
    for c in cells:
        groups.setdefault(keys[c], []).append(c)
    size = _line_height(cells)
    columns = {k: _as_column(g, size) for k, g in groups.items()}
    return Grid(tuple(cells), outside, keys, columns)


def _as_column(cells: Sequence[Cell], size: float) -> Column:
    text = sum(b.width for c in cells for b in c.lines)
    inked = [c for c in cells if c.lines]
    narrow = [c for c in inked if _narrow(c, size)]
    boxed = len(inked) >= BOXED * len(cells) and len(narrow) >= BOXED * len(inked)
    return Column(text, boxed and len(cells) >= FEWEST_BOXES)


# ------------------------------------------------------------------- recognition


class _Pen:
    """Reads lines of one page."""

    def __init__(self, scan: Scan, reader: Recogniser) -> None:
        self._scan = scan
        self._reader = reader

    def part(self, line: Box, length: float) -> Run | None:
        """The beginning of a line, ``length`` times as long as it is high."""
        return self._run(line._replace(x1=min(line.x1, line.x0 + length * line.height)))

    def all(self, lines: Iterable[Box]) -> list[Run]:
        """Whole lines, those that are legible."""
        return [run for line in lines if (run := self._run(line)) is not None]

    def _run(self, line: Box) -> Run | None:
        pixels = self._scan.clip(line.grow(0.12 * line.height))
        seen = self._reader(_squeezed(pixels))
        if _least(seen) < UNSURE:
            again = self._reader(pixels)
            if _mean(again) >= _mean(seen):
                seen = again
        if not seen or _mean(seen) < LEGIBLE:
            return None
        return _as_run(seen, line)


def _squeezed(pixels: Grey) -> Grey:
    height, width = pixels.shape
    return np.asarray(
        cv2.resize(pixels, (max(8, round(width * SQUEEZED)), height), interpolation=cv2.INTER_AREA)
    )


def _least(seen: Sequence[Seen]) -> float:
    return min((s.sure for s in seen), default=0.0)


def _mean(seen: Sequence[Seen]) -> float:
    return sum(s.sure for s in seen) / len(seen) if seen else 0.0


def _as_run(seen: Sequence[Seen], line: Box) -> Run:
    middles = [line.x0 + s.at * line.width for s in seen]
    edges = [line.x0, *((a + b) / 2 for a, b in pairwise(middles)), line.x1]
    text = "".join(s.char for s in seen)
    size = min(max(line.height, LINE[0]), LINE[1])
    found = _NUMBER.match(text)
    if found:  # a bracket that was not recognised, or taken for another
        text = f"({found[1]}){text[found.end() :]}"
        head = np.linspace(line.x0, edges[found.end()], len(found[1]) + 3).tolist()
        edges = [*head, *edges[found.end() + 1 :]]
    return Run(text, line, tuple(edges), (), "", size, 0, -1, True)
