"""One page of pixels, one way up: where its rows begin, and what else is read on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from statistics import median

from fcextract.geometry import Box, hull
from fcextract.locate.paper.grid import Cell
from fcextract.locate.paper.ink import LINE
from fcextract.locate.paper.law import BARE, HIDDEN, LOOSE
from fcextract.locate.paper.pen import NUMBER, UNREAD, Pen, Readers, numbered, unread
from fcextract.locate.paper.ties import Ties
from fcextract.locate.paper.zones import page_grid
from fcextract.records import Page, Picture, Run
from fcextract.text.match import Matcher

#: How much of a row's first line is recognised, in line heights: until it tells the item.
BEGINNINGS = (7.0, 16.0)
#: So much of a line tells whether it may be a row's first.
GLANCE = 2.8
#: A cell's lines are at most so much longer than its item, and so many ems more: a line that
#: breaks leaves white at its end, which makes them shorter.
LONGER, SPARE = 1.15, 2.0
#: So many columns that hold no item texts are tried, one after the other.
COLUMNS = 3
#: So many cells are tried before a page is called unreadable this way up.
TRIED = 16
#: And so many by the better reader, lines at least so many times as long as high, fewer where
#: the first ones to this tell nothing.
TRIED_SLOWLY, TELLING, HOPELESS = 8, 6.0, 2
#: Lines outside the table that are recognised at most: a form has 10.
MOST_LINES = 60
#: A marked box is higher than the item texts by this, and so wide, in its heights.
LARGE, ROUND = 1.3, (0.6, 1.7)
#: What is wider than this, in heights of type, is text.
CHARACTER = 1.5
#: Small type, as a share of the item texts' height, this close to the page's upper or lower
#: edge, as a share of its height, is none of the form's.
SMALL, EDGE = 0.8, 0.07


class Sheet:
    """One page, one way up: its cells, and the rows that begin in them."""

    def __init__(self, page: Page, readers: Readers, match: Matcher) -> None:
        scan = page.scan
        assert scan is not None
        self._page = page
        self._pen = Pen(scan, readers)
        self._ties = Ties(match)
        self._slow = False
        self._grid = page_grid(scan, page.rules, joined=False)
        self.begun = self._beginnings()
        if not self.begun and not all(map(self._grid.is_ruled, self._grid.cells)):
            self._grid = page_grid(scan, page.rules, joined=True)
            self.begun = self._beginnings()

    def look_closer(self) -> None:
        """Find the rows by their wordings, read by the better reader alone: type too small for
        the quick one shows no number that can be believed."""
        self._slow = True
        self.begun = self._beginnings()

    def page(self) -> Page:
        """The page with what was read on it."""
        begun, grid = self.begun, self._grid
        runs = [run for found in begun.values() for run in found]
        rows = [c for c, found in begun.items() if numbered(found)]
        starts = [c.first.cy for c in rows]
        table = hull(c.box for c in rows)
        type_height = self._type_height()
        spots: list[Picture] = []
        loose = list(grid.outside)
        texts = grid.texts()
        for c in grid.cells:
            if c in begun or not c.lines or grid.spills(c, CHARACTER * type_height):
                continue  # what spills is of the mark in the box beside it, which is looked at whole
            beside = table is not None and table.y0 <= c.box.cy <= table.y1
            boxed = grid.column(c).boxed and (beside or grid.is_slim(c)) and c not in texts
            if boxed or (beside and not grid.is_ruled(c) and _is_mark(c.box, type_height)):
                # Where a rule between two rows was not seen, a cell holds the boxes of both.
                many = sum(c.box.y0 <= y <= c.box.y1 for y in starts) > 1
                own = list(c.lines) if many else grid.spot(c)
                ring = HIDDEN if c.box in grid.marks else BARE
                if grid.has_strips and not boxed:
                    ring = LOOSE
                spots += [Picture(b, "", -1.0, -1.0, ring, -1) for b in own]
            elif not beside:
                loose += c.lines
            elif c.box.x0 >= self._items_end(c) - 2.0:
                runs += self._pen.all(c.lines, careful=True)
        runs += self._pen.all(self._within_margins(loose)[:MOST_LINES])
        return replace(self._page, runs=tuple(runs), pictures=tuple(spots))

    def _items_end(self, c: Cell) -> float:
        """Where the item texts beside a cell between rules end to the right; where any do, if none
        stand there, or if texts end anywhere."""
        begun = [b.box for b in self.begun]
        beside = [b.x1 for b in begun if b.y0 < c.box.y1 and c.box.y0 < b.y1]
        return max((self._grid.is_ruled(c) and beside) or [b.x1 for b in begun])

    def _within_margins(self, lines: list[Box]) -> list[Box]:
        """``lines`` without the small type that browsers print on the edge of every page."""
        height = self._page.height
        usual = self._type_height()

        def is_furniture(b: Box) -> bool:
            edge = min(b.y0, height - b.y1) < EDGE * height
            return edge and b.height < SMALL * usual

        return [b for b in lines if not is_furniture(b)]

    def _type_height(self) -> float:
        """The height of the item texts' lines; 0 where there are none."""
        return median([b.height for c in self.begun for b in c.lines] or [0.0])

    def _beginnings(self) -> dict[Cell, list[Run]]:
        """What every cell of the item texts begins with; nothing where they make no sense."""
        cells = self._item_cells()
        if not cells:
            return {}
        begin = self._begin_slowly if self._slow else self._begin
        begun = {c: begin(c) for c in cells}
        found = self._ties.by_neighbours(begun)
        if self._slow:
            found = self._ties.by_neighbours(self._with_more(begun, found))
        rows = [c for c, runs in found.items() if numbered(runs)]
        if not rows:
            return {}
        first, last = rows[0].box.y0, rows[-1].box.y0
        outside = [c for c in found if c.box.y1 < first or c.box.y0 > last]
        whole = {*self._too_long(found), *outside}
        for c in whole:
            if not (numbered(found[c]) and len(c.lines) == 1):
                found[c] = self._pen.all(c.lines)
        return self._without_scraps(self._ties.by_neighbours(found), whole)

    def _item_cells(self) -> list[Cell]:
        """The cells of the columns that hold the item texts, top to bottom: a table that restarts
        with other column widths has them in another column, above or below."""
        chosen: list[Cell] = []
        failed = 0
        for column in self._grid.fullest():
            top, bottom = column[0].box.y0, column[-1].box.y1
            if any(c.box.y0 < bottom and top < c.box.y1 for c in chosen):
                continue
            if self._makes_sense(column):
                chosen += column
                failed = 0
            elif (failed := failed + 1) == COLUMNS:
                break
        return sorted(chosen, key=lambda c: c.box.y0)

    def _without_scraps(
        self, found: dict[Cell, list[Run]], whole: Collection[Cell]
    ) -> dict[Cell, list[Run]]:
        """Rows that no rules part are cells of one line: a later line that was read does not go
        on with a beginning that was cut off, but for those cells that were read ``whole``."""
        return {
            c: runs if c in whole or numbered(runs) or self._grid.is_ruled(c) else [unread(c.first)]
            for c, runs in found.items()
        }

    def _makes_sense(self, cells: list[Cell]) -> bool:
        """Whether one of a few cells, spread over the page, begins with a number."""
        if self._slow:
            return self._reads_on(cells)
        step = max(1, len(cells) // TRIED)
        return any(
            NUMBER.match(run.text) or self._ties.settled(run)
            for c in cells[::step]
            for run in self._pen.glance(c.first, BEGINNINGS[0])
        )

    def _reads_on(self, cells: list[Cell]) -> bool:
        """Whether a few cells, spread over the page, read like items in the list's order. Where
        the first ones read like none, the others are not tried."""
        long = [c for c in cells if c.first.width >= TELLING * c.first.height]
        if len(long) < TRIED_SLOWLY:
            return False
        runs: list[Run] = []
        for n, c in enumerate(long[:: len(long) // TRIED_SLOWLY]):
            runs += self._begin_slowly(c)
            if n == HOPELESS and not self._ties.tell(runs):
                return False
        return self._ties.in_order(runs)

    def _with_more(
        self, begun: dict[Cell, list[Run]], tied: dict[Cell, list[Run]]
    ) -> dict[Cell, list[Run]]:
        """``tied``, those cells read whole of which the beginnings told no item."""
        out = dict(tied)
        for c, runs in begun.items():
            own = numbered(runs)
            if tied[c] is runs and (own is None or self._ties.settled(own) is None):
                out[c] = self._pen.all(c.lines, careful=True) or runs
        return out

    def _begin_slowly(self, c: Cell) -> list[Run]:
        """What a cell's first line begins with, at second sight."""
        runs = self._pen.carefully(c.first, BEGINNINGS[-1])
        settled = [self._ties.settled(run) or run for run in runs]
        return settled or [unread(c.first)]

    def _begin(self, c: Cell) -> list[Run]:
        """A cell's text as far as it tells a row's item, or all of it."""
        if not self._grid.is_ruled(c):  # the cell is one line, most likely not a row's first
            run = next(iter(self._pen.glance(c.first, GLANCE)), None)
            if run is None or not set(run.text) & set("0123456789(（"):
                return [unread(c.first)]
        for length in BEGINNINGS:
            for run in self._pen.beginnings(c.first, length):
                if (settled := self._ties.settled(run)) is not None:
                    return [settled]
                if parted := self._ties.settled_within(run):
                    return parted
        return self._pen.all(c.lines)

    def _too_long(self, found: dict[Cell, list[Run]]) -> list[Cell]:
        """Cells that hold more text than the item they begin with: a row that was not seen
        begins in them, on a line of its own. Where rules part no rows, the lines below a row's
        first are its own."""
        blocks: list[list[Cell]] = []
        for c, runs in found.items():
            if self._grid.is_ruled(c) or not blocks or not all(r.text == UNREAD for r in runs):
                blocks.append([])
            blocks[-1].append(c)
        begins = [numbered(found[b[0]]) for b in blocks]
        sizes = [self._ties.ems(r.text) if r is not None else 0.0 for r in begins]
        lines = [[b for c in block for b in c.lines if b.height >= LINE[0]] for block in blocks]
        widths = [sum(b.width for b in own) for own in lines]
        ems = [w / e for w, e in zip(widths, sizes, strict=True) if e]
        if not ems:
            return []
        em = median(ems)
        return [
            c
            for block, own, width, size in zip(blocks, lines, widths, sizes, strict=True)
            if size and len(own) > 1 and width > em * (LONGER * size + SPARE)
            for c in block
        ]


def _is_mark(box: Box, type_height: float) -> bool:
    """Whether what stands alone is about as wide as high and larger than type: a box with a
    mark round it, not a character."""
    tall = box.height >= LARGE * type_height > 0
    return tall and ROUND[0] * box.height <= box.width <= ROUND[1] * box.height
