"""Pages of pixels to pages with text on them: which lines to recognise, and where.

Recognition costs far more than anything else, so only what places the rows and what the
results hold is recognised: the beginning of every row, the text cells that are not empty,
the heading row and what stands outside the table.

    ink     pixels -> the lines of type they make
    squares, brackets  pixels -> boxes
    strips  boxes -> columns of boxes, where no rules part them
    grid    ruled lines -> cells and columns
    white   the same from the white between columns
    zones   which of the two where on a page
    pen     lines -> runs of text
    ties    a row's number and wording -> its item
    sheet   one page, one way up: where rows begin, and what else is read
    law     boxes and lines -> how they stand beside each other
    beside  rows and boxes -> rows with their own boxes
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fcextract.editions import Edition
from fcextract.locate.paper.ink import find_ink
from fcextract.locate.paper.pen import UNREAD, Readers
from fcextract.locate.paper.sheet import Sheet
from fcextract.records import Page, Rule
from fcextract.text.match import Matcher, matcher
from fcextract.text.ocr import recogniser

__all__ = ["UNREAD", "recognise"]

#: A page of which less than this is inked is blank: the back of another.
BLANK = 0.0002


def recognise(pages: Sequence[Page], edition: Edition) -> list[Page]:
    """``pages``, the scans among them turned upright, with runs for what was recognised."""
    if all(p.scan is None for p in pages):
        return list(pages)
    quick, careful = recogniser("tiny"), recogniser()
    if quick is None or careful is None:
        return list(pages)
    readers = Readers(quick, careful)
    match = matcher(edition)
    out: list[Page] = []
    turn = 0
    for page in pages:
        if page.scan is None or find_ink(page.scan, page.rules).mean() < BLANK:
            out.append(page)
            continue
        found, turn = _upright(page, readers, match, turn)
        out.append(found)
    return out


def _upright(page: Page, readers: Readers, match: Matcher, usual: int) -> tuple[Page, int]:
    """The page the way up on which rows are read, and that turn; ``usual`` where none are."""
    sheets: dict[int, Sheet] = {}
    for quarters in _turns(page, usual):
        sheets[quarters] = sheet = Sheet(turn_page(page, quarters), readers, match)
        if sheet.begun:
            return sheet.page(), quarters
    for quarters, sheet in sheets.items():
        sheet.look_closer()
        if sheet.begun:
            return sheet.page(), quarters
    return (sheets[usual].page() if usual in sheets else page), usual


def _turns(page: Page, usual: int) -> list[int]:
    """Ways up to try, likeliest first: ``usual`` is that of the pages before. A table of few rows
    has more rules down it than across, and looks as if it lay on its side."""
    sideways = page.scan.sideways if page.scan is not None else None
    if sideways is None:
        return sorted((0, 2, 1, 3), key=lambda q: q != usual)
    upright, lying = (sorted(t, key=lambda q: q != usual) for t in ((0, 2), (1, 3)))
    return [*lying, *upright] if sideways else upright


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
