"""Page numbers and the like, which stand at one place on every page and in no cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from fcextract.records import Page, Run
from fcextract.text.marks import symbol

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

Place = tuple[bool, int, str, int]

_PAGE_NUMBER = re.compile(r"[-–—\s]*第?\s*\d{1,4}\s*页?\s*([/／,，共]+\s*\d{1,4}\s*页?)?[-–—\s]*")


def without_furniture(pages: Sequence[Page]) -> tuple[Page, ...]:
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
