"""Make papers: fill in a blank, carry its pages through the recipe, write file and truth."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import cv2
import numpy as np

from mill import foreign
from mill.paper import files, render, scanner
from mill.paper.accidents import after_the_scan
from mill.paper.files import Digital, Format
from mill.paper.filled import FilledForm, draw_page, fill_in, palest_ink
from mill.paper.leaf import Leaf
from mill.paper.order import Group, Order, grouped
from mill.paper.photo import photograph
from mill.paper.recipe import Recipe
from mill.paper.stock import Blank, Pool, blanks
from mill.paper.truths import Place, paper_truth
from mill.truth import write_truth

BACK, COVER = (-1, 0), (-1, 1)
"""Places of pages that belong to no form."""
_LETTER_DPI = 200
_LEAST_CONTRAST = 45
"""Grey levels between the palest ink of a form and the threshold of a one-bit scan: an ink that
the scan loses is not there for anyone to read."""
_WAVER = (0.15, 0.4)
"""How much pages of one form differ: degrees of skew, millimetres of shift."""


def make_papers(orders: Sequence[Order], out: Path, stock: Path) -> Iterator[Path]:
    """Make all, blank by blank; the truth files. Papers whose blank no producer could print are
    left out."""
    groups = grouped(orders)
    print_stock(groups, stock)
    for group in groups:
        yield from make_group(group, out, stock)


def print_stock(groups: Sequence[Group], stock: Path) -> None:
    """Print the blanks of all groups, many by one start of each producer."""
    numbers: dict[Pool, set[int]] = defaultdict(set)
    for group in groups:
        more = max(recipe.forms for _, recipe in group.papers)
        numbers[group.pool] |= set(range(group.number, group.number + more))
    for pool, wanted in numbers.items():
        blanks(pool, sorted(wanted), stock)


def make_group(group: Group, out: Path, stock: Path) -> Iterator[Path]:
    """The papers made from one blank."""
    render.pages.cache_clear()
    found = blanks(group.pool, [group.number], stock)
    if group.number not in found:
        return
    for order, recipe in group.papers:
        yield make_paper(order, recipe, _blanks_for(group, recipe, found[group.number], stock), out)


def _blanks_for(group: Group, recipe: Recipe, first: Blank, stock: Path) -> list[Blank]:
    """One blank for each form of the paper: two forms in one scan are not the same form twice."""
    if recipe.forms == 1:
        return [first]
    others = [group.number + 1 + k for k in range(recipe.forms - 1)]
    return [first, *blanks(group.pool, others, stock).values()]


def make_paper(order: Order, recipe: Recipe, printed: Sequence[Blank], out: Path) -> Path:
    """One file and its truth; the truth's path."""
    out.mkdir(parents=True, exist_ok=True)
    rng = Random(f"form/{order.id}")
    forms = [fill_in(b, recipe, k, order.axis, rng) for k, b in enumerate(printed)]
    shown = _page_order(forms, recipe, rng)
    pages = list(_pages(forms, shown, recipe, rng))
    form = Format(recipe.format, recipe.quality, recipe.stated)
    path = files.write(pages, out / order.id, form)
    target = out / f"{order.id}.json"
    write_truth(paper_truth(order, recipe, forms, shown, pages, path.name), target)
    return target


def _page_order(forms: Sequence[FilledForm], recipe: Recipe, rng: Random) -> list[Place]:
    """Which page of which form each page of the file is."""
    totals = [len(render.pages(f.blank.empty, recipe.print_dpi, recipe.color)) for f in forms]
    shown = [(form, page) for form, total in enumerate(totals) for page in range(total)]
    if recipe.moved == "reverse":
        shown.reverse()
    elif recipe.moved == "shuffle":
        rng.shuffle(shown)
    elif recipe.moved == "backs":
        shown = [place for page in shown for place in (page, BACK)]
    elif recipe.moved == "cover":
        shown.insert(0, COVER)
    elif recipe.moved == "drop" and len(shown) > 2:
        shown.pop(rng.randrange(1, len(shown) - 1))
    elif recipe.moved == "duplicate":
        twice = rng.randrange(len(shown))
        shown.insert(twice, shown[twice])
    return shown


def _pages(
    forms: Sequence[FilledForm], shown: Sequence[Place], recipe: Recipe, rng: Random
) -> Iterator[Leaf | Digital]:
    threshold = 0
    if recipe.bilevel:
        ink = max(palest_ink(form, recipe) for form in forms)
        threshold = round(max(recipe.bilevel, ink + _LEAST_CONTRAST))
    digital = _left_digital(shown, recipe, rng)
    papers: dict[Place, int] = {}
    for k, (index, number) in enumerate(shown):
        seed = papers.setdefault((index, number), rng.getrandbits(64))
        if k in digital:
            yield Digital(forms[index].blank.own, number)
            continue
        # A page scanned twice is the same paper: what is on it is drawn from its own seed.
        leaf = _drawn(forms, (index, number), recipe, Random(seed))
        _copy(leaf, recipe, threshold, rng)
        yield leaf


def _left_digital(shown: Sequence[Place], recipe: Recipe, rng: Random) -> set[int]:
    """Which pages of a mixed file are left as printed: some, never all."""
    if not recipe.digital or len(shown) < 2:
        return set()
    count = min(len(shown) - 1, max(1, round(recipe.digital * len(shown))))
    return set(rng.sample(range(len(shown)), count))


def _drawn(forms: Sequence[FilledForm], place: Place, recipe: Recipe, rng: Random) -> Leaf:
    """A page of a form, an empty back or a letter on top, on paper."""
    if place in (BACK, COVER):
        first = render.pages(forms[0].blank.empty, recipe.print_dpi, recipe.color)[0]
        image = np.full_like(first, 255) if place == BACK else foreign_page(first, rng)
        return Leaf(image, recipe.print_dpi, {})
    return draw_page(forms[place[0]], place[1], recipe, rng)


def foreign_page(like: render.Image, rng: Random) -> render.Image:
    """A page that belongs to no form, of the size and colours of ``like``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.pdf"
        path.write_bytes(foreign.page_pdf(rng))
        page = render.pages(path, _LETTER_DPI, like.ndim == 3)[0]
    resized: render.Image = cv2.resize(page, like.shape[1::-1], interpolation=cv2.INTER_AREA)
    return resized


def _copy(leaf: Leaf, recipe: Recipe, threshold: int, rng: Random) -> None:
    """Everything between the paper and the pixels sent in."""
    skew, shift = rng.gauss(0, _WAVER[0]), (rng.gauss(0, _WAVER[1]), rng.gauss(0, _WAVER[1]))
    if recipe.shot:
        photograph(leaf, replace(recipe.shot, turn=recipe.shot.turn + 4 * skew), rng)
    else:
        bed = recipe.bed
        moved = (bed.shift[0] + shift[0], bed.shift[1] + shift[1])
        scanner.lay_and_sample(leaf, replace(bed, skew=bed.skew + skew, shift=moved), rng)
    after_the_scan(leaf, recipe.damage, rng)
    if threshold:
        scanner.bilevel(leaf, threshold, rng, recipe.dither)
    else:
        scanner.tone(leaf, recipe.black, recipe.white)
        scanner.grain(leaf, recipe.grain, rng)
    if recipe.turn and rng.random() < recipe.turned:
        scanner.turn(leaf, recipe.turn)
        leaf.shown_turn = 360 - recipe.turn if recipe.exif else 0
