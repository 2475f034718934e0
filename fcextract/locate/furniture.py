"""Page numbers and running heads, which stand at one place on every page and in no cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from fcextract.editions import Edition
from fcextract.geometry import lines_of
from fcextract.locate.segments import numbered
from fcextract.records import Page, Run
from fcextract.text.fold import fold
from fcextract.text.marks import MARKS, symbol

#: Page numbers stand within this share of the page's height from its edge.
MARGIN = 0.14
#: Or, first or last of all that the page holds, within this.
WIDEST = 0.3
#: They stand at the same place on this share of the pages, at least on two.
RECURRING = 0.6
#: They stand at least this far from any other text of their line, in ems.
ALONE = 2.0
#: Places are the same within this, in points.
PLACE = 6.0
#: A running head stands on so many pages at least, and its words are so long: a row's mark
#: may be a letter of any font.
FEWEST, WORD = 3, 3

Place = tuple[bool, int, str, int]
Said = tuple[str, int, int]

_PAGE_NUMBER = re.compile(r"[-–—\s]*第?\s*\d{1,4}\s*页?\s*([/／,，共]+\s*\d{1,4}\s*页?)?[-–—\s]*")


def without_furniture(pages: Sequence[Page], edition: Edition) -> tuple[Page, ...]:
    """The pages without their page numbers and without what else a browser or a letterhead
    prints on each, above or below all of the form."""
    return _without_running(_without_numbers(pages), edition)


def _without_running(pages: Sequence[Page], edition: Edition) -> tuple[Page, ...]:
    """The pages without the first and last lines that say the same at the same place on most
    of them. What the form itself prints may do so too, its headings and first row."""
    outer = [list(_outer_runs(p)) for p in pages]
    said = Counter(key for p, held in zip(pages, outer, strict=True) for key in _said(p, held))
    least = max(FEWEST, RECURRING * len(pages))
    over = {key for key, count in said.items() if count >= least and _is_foreign(key[0], edition)}
    return tuple(_without(p, set(_running(p, over))) for p in pages) if over else tuple(pages)


def _running(page: Page, over: set[Said]) -> Iterator[Run]:
    """The runs of the page's first and last lines of which all recur."""
    lines = lines_of(page.runs, key=lambda r: r.box)
    for order in (lines, lines[::-1]):
        for line in order:
            if not over.issuperset(_said(page, line)):
                break
            yield from line


def _outer_runs(page: Page) -> Iterator[Run]:
    """The words in the page's upper and lower margin."""
    edge = MARGIN * page.height
    for r in page.runs:
        is_word = len(fold(r.text)) >= WORD and symbol(r.text, r.font) == r.text
        if is_word and min(r.box.cy, page.height - r.box.cy) < edge:
            yield r


def _said(page: Page, runs: Iterable[Run]) -> set[Said]:
    """What runs say, and where on the page: how far down or up, and how far across."""
    return {
        (r.text, round(min(r.box.cy, page.height - r.box.cy) / PLACE), round(r.box.cx / PLACE))
        for r in runs
    }


def _is_foreign(text: str, edition: Edition) -> bool:
    """Whether the form itself prints no such text, and it holds no mark."""
    folded = fold(text)
    own = any(folded in word or word in folded for word in _words(edition))
    return not own and MARKS.isdisjoint(text) and numbered(text) is None


@lru_cache(maxsize=8)
def _words(edition: Edition) -> tuple[str, ...]:
    """What the form prints besides its items, folded."""
    printed = (
        edition.title,
        *edition.title_aliases,
        *(c.heading for c in edition.columns),
        *(word for c in edition.columns for words in c.match for word in words),
        edition.binding,
        edition.guiding,
        *edition.header.values(),
        edition.footer_heading,
        *edition.footer_labels.values(),
    )
    return tuple(dict.fromkeys(fold(word) for word in printed if word))


def _without_numbers(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages without their page numbers."""
    if len(pages) < 2:
        return tuple(pages)
    found = [[(r, _places(p, r)) for r in p.runs if _may_be_number(p, r)] for p in pages]
    least = max(2.0, RECURRING * len(pages))
    texts: dict[Place, list[str]] = {}
    for held in found:
        for run, places in held:
            for place in places:
                texts.setdefault(place, []).append(run.text)
    # What stands on every page and is the same there does not number them.
    recurring = {p for p, said in texts.items() if len(said) >= least and len(set(said)) > 1}
    return tuple(
        _without(page, {run for run, places in held if not recurring.isdisjoint(places)})
        for page, held in zip(pages, found, strict=True)
    )


def _without(page: Page, drop: set[Run]) -> Page:
    return replace(page, runs=tuple(r for r in page.runs if r not in drop)) if drop else page


def _may_be_number(page: Page, run: Run) -> bool:
    return (
        _PAGE_NUMBER.fullmatch(run.text) is not None
        and symbol(run.text, run.font) == run.text  # a digit of a symbol font is a tick
        and _is_outer(page, run)
        and not any(_beside(run, other) for other in page.runs if other is not run)
    )


def _is_outer(page: Page, run: Run) -> bool:
    """Whether a run stands in the margin, or is the first or last of its page: some margins
    are wide."""
    away = min(run.box.cy, page.height - run.box.cy)
    if away < MARGIN * page.height:
        return True
    if away > WIDEST * page.height:
        return False
    if run.box.cy < page.height / 2:
        return all(other.box.y0 >= run.box.y1 for other in page.runs if other is not run)
    return all(other.box.y1 <= run.box.y0 for other in page.runs if other is not run)


def _beside(run: Run, other: Run) -> bool:
    """Whether the two are parts of one line of text."""
    gap = max(other.box.x0 - run.box.x1, run.box.x0 - other.box.x1)
    return gap < ALONE * run.size and run.box.y_overlap(other.box) > 0.3 * run.box.height


def _places(page: Page, run: Run) -> tuple[Place, ...]:
    """Where a run stands: at which edge, how far from it, and how far across, by its left
    edge, its middle and its right edge: numbers of one and of two digits share one of them."""
    top = run.box.cy < page.height / 2
    away = run.box.cy if top else page.height - run.box.cy
    across = {"left": run.box.x0, "middle": run.box.cx, "right": run.box.x1}
    return tuple(
        (top, round(away / PLACE), set_at, round(x / PLACE)) for set_at, x in across.items()
    )
