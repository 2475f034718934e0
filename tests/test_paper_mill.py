"""The paper mill: the same seed gives the same paper, and the truth is what was drawn."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from measure.compare import BOX_CODES, Read, compare_file
from mill.edition import ITEM_IDS
from mill.fill import random_fill
from mill.layout import Layout
from mill.paper import render
from mill.paper.boxes import DPI, NotFoundError, find_boxes
from mill.paper.filled import FilledForm, draw_page
from mill.paper.held_out import AXES, HELD_OUT
from mill.paper.kinds import KINDS
from mill.paper.make import make_paper
from mill.paper.marking import plan_marks
from mill.paper.order import Order, orders_of, recipe_of
from mill.paper.pen import SHAPE_WEIGHTS, draw_writer
from mill.paper.recipe import MOVES, Recipe
from mill.paper.scanner import Bed
from mill.paper.stock import Blank
from mill.plan import Spec
from PIL import Image

ROWS_A_PAGE = 48
SIDE = 10.0
COLUMNS_AT = {"self": 120.0, "reviewer": 220.0}


@pytest.fixture(scope="module")
def blank(tmp_path_factory) -> Blank:
    """A form of squares in a ruled table, three pages, printed here without any producer."""
    folder = tmp_path_factory.mktemp("stock")
    fill = random_fill(Random(7), regime="half")
    spec = Spec("tiny", "tiny", "here", "drawn-fill", "", (), Layout(), (fill,), ())
    bare = Blank("tiny", spec, "1", folder, ())
    for path, ticks in (
        (bare.empty, dict.fromkeys(ITEM_IDS, (False, False))),
        (bare.ticked, dict.fromkeys(ITEM_IDS, (True, True))),
        (bare.own, fill.ticks),
    ):
        _print(path, ticks)
    prints = [render.pages(path, DPI, False) for path in (bare.empty, bare.ticked)]
    return replace(bare, boxes=tuple(find_boxes(*prints, ITEM_IDS)))


def _print(path: Path, ticks, left_out: str = "") -> None:
    import pymupdf

    doc = pymupdf.open()
    for k, item_id in enumerate(ITEM_IDS):
        if k % ROWS_A_PAGE == 0:
            page = doc.new_page(width=300, height=820)
            page.draw_line((20, 40), (280, 40))
        y = _top(k)
        page.draw_line((20, y + 13), (280, y + 13), width=0.5)
        page.insert_text((30, y + 9), f"({item_id}) item", fontsize=8)
        for ticked, (column, x) in zip(ticks[item_id], COLUMNS_AT.items(), strict=True):
            page.draw_rect((x, y, x + SIDE, y + SIDE), width=0.8)
            if ticked and f"{item_id}/{column}" != left_out:
                page.draw_rect((x + 2, y + 2, x + 8, y + 8), fill=(0, 0, 0))
    doc.save(path)


def _top(k: int) -> float:
    return 42.0 + 16 * (k % ROWS_A_PAGE)


def _recipe(**changes) -> Recipe:
    base = Recipe("scan-pen", ("self", "reviewer"), DPI, False, Bed(DPI), "tiff-lzw")
    return replace(base, **changes)


def _form(blank: Blank, recipe: Recipe, seed: int) -> FilledForm:
    rng = Random(seed)
    writers = {c: draw_writer(rng) for c in recipe.pen}
    fill = blank.spec.fills[0]
    marks = plan_marks(fill.ticks, writers, recipe.cancelled, recipe.outside, rng)
    return FilledForm(0, blank, fill, marks)


# ------------------------------------------------------------------- boxes


def test_boxes_are_found_where_they_were_printed(blank):
    assert [(b.item_id, b.column) for b in blank.boxes] == [
        (i, c) for i in ITEM_IDS for c in COLUMNS_AT
    ]
    for k, box in enumerate(blank.boxes):
        x, y = COLUMNS_AT[box.column], _top(k // 2)
        assert box.page == k // 2 // ROWS_A_PAGE
        assert box.framed
        assert box.rect == pytest.approx((x, y, x + SIDE, y + SIDE), abs=1.5)


def test_a_tick_that_does_not_show_is_no_stock(blank, tmp_path):
    _print(tmp_path / "t.pdf", dict.fromkeys(ITEM_IDS, (True, True)), left_out="070/reviewer")
    prints = [render.pages(p, DPI, False) for p in (blank.empty, tmp_path / "t.pdf")]
    with pytest.raises(NotFoundError):
        find_boxes(*prints, ITEM_IDS)


# ------------------------------------------------------------------- marks


@pytest.mark.parametrize("seed", range(4))
def test_every_pen_mark_leaves_ink_where_the_truth_says(blank, seed):
    recipe = _recipe(cancelled=3, outside=3)
    form = _form(blank, recipe, seed)
    empty = render.pages(blank.empty, recipe.print_dpi, False)
    for number in range(len(empty)):
        leaf = draw_page(form, number, recipe, Random(seed))
        change = empty[number].astype(int) - leaf.image
        for box in form.by_page[number]:
            name = (box.item_id, box.column)
            inside, around = _ink(change, box.rect, 0.0), _ink(change, box.rect, 5.0)
            how = form.marks.how.get(name, "empty")
            if how == "pen":
                assert around > 0.01, name
            elif how == "outside":
                grazed = name in form.marks.grazed or name in form.marks.dropped
                assert inside == 0 or grazed, name
            elif how == "empty" and name not in form.marks.grazed:
                assert inside < 0.01, name


def _ink(change, rect, rim: float) -> float:
    """Share of a box, with a rim in points, that got much darker."""
    scale = DPI / 72
    x0, y0, x1, y1 = (round(v * scale) for v in rect)
    r = round(rim * scale)
    return float((change[y0 - r : y1 + r, x0 - r : x1 + r] > 30).mean())


def test_one_form_has_one_hand_a_column(blank):
    form = _form(blank, _recipe(), 3)
    hands = form.marks.writers
    for number in range(3):
        draw_page(form, number, _recipe(), Random(number))
    for column, hand in hands.items():
        shapes = {s for (_, c), s in form.marks.drawn.items() if c == column}
        assert shapes <= {hand.shape, hand.second}


def test_every_shape_can_be_drawn(blank):
    for shape in SHAPE_WEIGHTS:
        form = _form(blank, _recipe(), 1)
        for column, hand in form.marks.writers.items():
            form.marks.writers[column] = replace(hand, shape=shape, faithful=1.0)
        leaf = draw_page(form, 0, _recipe(), Random(shape))
        assert set(form.marks.drawn.values()) == {shape}
        assert (leaf.image < render.pages(blank.empty, DPI, False)[0]).any()


# ------------------------------------------------------------------- papers


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_makes_a_file_that_opens_with_boxes_where_the_truth_says(blank, kind, tmp_path):
    order, recipe = _cheap(kind)
    printed = [blank] * recipe.forms
    truth = json.loads(make_paper(order, recipe, printed, tmp_path).read_text("utf-8"))
    path = tmp_path / truth["file"]
    pictures = _pictures(path)
    assert len(pictures) == truth["page_count"] >= 2
    assert len(truth["forms"]) == recipe.forms
    for form in truth["forms"]:
        assert list(form["items"]) == list(ITEM_IDS)
    boxes = [b for b in _boxes(truth) if pictures[b["page"] - 1] is not None]
    assert boxes
    for box in boxes:
        picture = pictures[box["page"] - 1]
        assert (np.array(box["quad"]).mean(axis=0) < picture.shape[::-1]).all()
    printed_marks = [b for b in boxes if b["how"] == "printed" and not b["note"]]
    levels = [_level(pictures[b["page"] - 1], b) for b in printed_marks]
    plain = [
        _level(pictures[b["page"] - 1], b)
        for b in boxes
        if b["how"] == "empty" and not b["note"] and not b["grazed"]
    ]
    if levels and plain:
        assert np.median(levels) + 40 < np.median(plain)
        assert np.quantile(levels, 0.98) < np.quantile(plain, 0.02)


def _cheap(kind: str) -> tuple[Order, Recipe]:
    """The first paper of a kind that is quick to make."""
    for number in range(200):
        order = Order(5, kind, number)
        recipe = recipe_of(order)
        if min(recipe.bed.dpi, recipe.print_dpi) <= 240 and not recipe.color:
            return order, recipe
    raise AssertionError(kind)


def _boxes(truth):
    for form in truth["forms"]:
        for item in form["items"].values():
            yield from (item[f"{c}_box"] for c in COLUMNS_AT if f"{c}_box" in item)


def _level(picture, box) -> float:
    """Grey level in the middle of a box."""
    x, y = np.array(box["quad"]).mean(axis=0).round().astype(int)
    return float(picture[y - 1 : y + 2, x - 1 : x + 2].mean())


def _pictures(path: Path):
    """Grey pixels of each page of a file, None for a page that is no picture."""
    if path.is_dir():
        return [np.asarray(Image.open(p).convert("L")) for p in sorted(path.iterdir())]
    if path.suffix == ".tif":
        with Image.open(path) as tiff:
            return [_frame(tiff, k) for k in range(tiff.n_frames)]
    import pymupdf

    with pymupdf.open(path) as doc:
        return [_only_picture(page) for page in doc]


def _frame(tiff, number: int):
    tiff.seek(number)
    return np.asarray(tiff.convert("L"))


def _only_picture(page):
    import pypdfium2

    images = page.get_images()
    if not images:
        return None
    with pypdfium2.PdfDocument(page.parent.name) as pdf:
        scale = images[0][2] / page.rect.width
        pixels = pdf[page.number].render(scale=scale, grayscale=True).to_numpy()
        return pixels.reshape(pixels.shape[:2])


@pytest.mark.parametrize("kind", ["fax", "rough"])
def test_the_same_seed_gives_the_same_pixels_and_truth(blank, kind, tmp_path):
    order, recipe = _cheap(kind)
    printed = [blank] * recipe.forms
    made = [make_paper(order, recipe, printed, tmp_path / name) for name in ("a", "b")]
    texts = [path.read_text("utf-8") for path in made]
    assert texts[0] == texts[1]
    file = json.loads(texts[0])["file"]
    for a, b in zip(*(_pictures(path.with_name(file)) for path in made), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize("moved", MOVES)
def test_pages_moved_are_in_the_truth(blank, moved, tmp_path):
    recipe = _recipe(pen=(), moved=moved, print_dpi=100, bed=Bed(100))
    order = Order(1, "bundle", 1)
    truth = json.loads(make_paper(order, recipe, [blank], tmp_path).read_text("utf-8"))
    items = truth["forms"][0]["items"]
    pages = {"drop": 2, "duplicate": 4, "backs": 6, "cover": 4}.get(moved, 3)
    assert truth["page_count"] == pages
    gone = [i for i in ITEM_IDS if items[i]["self"] is None]
    assert bool(gone) == (moved == "drop")
    assert truth["forms"][0]["missing_items"] == gone
    ticks = blank.spec.fills[0].ticks
    if moved == "drop":
        pictures = _pictures(tmp_path / truth["file"])
        assert all(items[i]["page"] in (1, 2) for i in ITEM_IDS if i not in gone)
        assert len(pictures) == 2
    elif truth["forms"][0]["regime"] == "half":
        assert all(isinstance(items[i]["self"], bool) for i in ticks)


def test_words_recognised_by_the_scanner_are_there_and_unseen(blank, tmp_path):
    import pymupdf

    order = Order(1, "scan-printed", 1)
    pixels = []
    for searchable in (False, True):
        recipe = _recipe(pen=(), format="pdf-g4", bilevel=160, searchable=searchable)
        path = make_paper(order, recipe, [blank], tmp_path / str(searchable)).with_suffix(".pdf")
        pixels.append(_pictures(path))
        with pymupdf.open(path) as doc:
            words = doc[0].get_text("words")
        assert (len(words) > 50) == searchable
    assert all(np.array_equal(a, b) for a, b in zip(*pixels, strict=True))
    first = next(w for w in words if "(0" in w[4] or "（0" in w[4])
    assert abs(first[0] - 30) < 6


def test_held_out_things_are_in_held_out_papers_only():
    every = [o for kind in KINDS for o in orders_of(kind, 1, range(60), "mixed")]
    assert {o.axis for o in every} == {"", *AXES}
    for order in every:
        damage = set(recipe_of(order).damage) & set(HELD_OUT["damage"])
        assert bool(damage) == (order.axis == "damage")
    assert not any(o.axis for o in orders_of("fax", 1, range(60), "none"))
    assert all(o.axis for o in orders_of("fax", 1, range(60), "only"))
    for seed in range(40):
        for held in (False, True):
            hand = draw_writer(Random(seed), held)
            words = {*hand.pen.name.split(), hand.shape, hand.second}
            assert bool(words & set(HELD_OUT["pen"])) == held


# ------------------------------------------------------------------- measuring


@pytest.fixture(scope="module")
def corrected(blank, tmp_path_factory):
    """Truth of a form with marks of every kind that is counted apart."""
    recipe = _recipe(cancelled=6, outside=6, damage={"folds": 2})
    folder = tmp_path_factory.mktemp("papers")
    path = make_paper(Order(3, "corrected", 0), recipe, [blank], folder)
    return json.loads(path.read_text("utf-8"))


def test_a_reading_that_says_the_truth_has_no_fault(corrected):
    tally = compare_file(corrected, [_reading(corrected)]).tally
    assert tally.boxes + tally.cancelled + tally.outside + tally.folded == 2 * len(ITEM_IDS)
    assert tally.cancelled == 6
    assert tally.outside > 0
    assert tally.folded > 0
    assert tally.silent == tally.apart_silent == tally.uncertain == tally.missing == 0
    for note in ("cancelled", "outside", "folded"):
        assert getattr(tally, f"{note}_flagged") == getattr(tally, note)


def test_a_silent_error_in_a_box_counted_apart_is_told(corrected):
    right = _reading(corrected)
    noted = {_note(item, c) for item in corrected["forms"][0]["items"].values() for c in COLUMNS_AT}
    assert noted == {"", "cancelled", "outside", "folded"}
    for note in noted - {""}:
        item_id, column = next(
            (i, c)
            for i, item in corrected["forms"][0]["items"].items()
            for c in COLUMNS_AT
            if _note(item, c) == note
        )
        wanted = corrected["forms"][0]["items"][item_id][column]
        lie = {f"{column}_state": "empty" if wanted is True else "checked"}
        items = {**right.items, item_id: {**right.items[item_id], **lie}}
        tally = compare_file(corrected, [replace(right, items=items)]).tally
        assert getattr(tally, f"{note}_silent") == 1
        assert getattr(tally, f"{note}_flagged") == getattr(tally, note) - 1
        assert tally.silent == tally.forms_right == 0


def test_a_mark_taken_back_must_say_so(corrected):
    unsaid = replace(_reading(corrected), flags=frozenset())
    tally = compare_file(corrected, [unsaid]).tally
    assert tally.cancelled_flagged == tally.outside_flagged == tally.apart_silent == 0
    assert tally.folded_flagged == tally.folded


def _note(item, column: str) -> str:
    return item.get(f"{column}_box", {}).get("note", "")


def _reading(truth) -> Read:
    """What a perfect program would say of the first form."""
    form = truth["forms"][0]
    names = {True: "checked", False: "empty", None: "missing", "uncertain": "uncertain"}
    codes = dict(zip(("cancelled", "outside"), BOX_CODES[:2:-1], strict=True))
    flags = {(code, "") for code in form["expected_findings"]}
    items = {}
    for item_id, item in form["items"].items():
        items[item_id] = {
            "page": item["page"],
            "self_keyword": item["self_keyword"],
            "reviewer_remark": item["reviewer_remark"],
            **{f"{c}_state": names[item[c]] for c in COLUMNS_AT},
            **{f"{c}_confidence": 0.999 for c in COLUMNS_AT},
        }
        flags |= {(codes[n], item_id) for c in COLUMNS_AT if (n := _note(item, c)) in codes}
    header = {k: form[k] for k in ("application_no", "county_code")}
    return Read("x", form["verdict"], header, form["declared"], {}, items, frozenset(flags))
