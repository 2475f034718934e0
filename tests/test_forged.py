"""Forged and faulty forms, from the file to the finding: nothing altered passes unseen."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from paper import BOX_CODES, ITEMS, Paper, all_lines, changed, counts_of, print_form
from PIL import Image

from fcextract.audit import audit
from fcextract.editions import load_edition
from fcextract.pipeline import read_sheets
from fcextract.records import AuditedSheet, Scoresheet, State

EDITION = load_edition()
TICKS = {(f"{n:03d}", "self") for n in range(1, 31)}
LINES = all_lines(TICKS)
TOTAL, BINDING, GUIDING = counts_of(LINES)
WHITE, BLACK, YELLOW = (1, 1, 1), (0, 0, 0), (1, 0.95, 0.2)


def read(paper: Paper, folder: Path) -> AuditedSheet:
    path = folder / "form.pdf"
    paper.doc.save(path)
    (sheet,) = read_sheets(path, "form.pdf", EDITION)
    return audit(sheet, EDITION)


def codes(form: AuditedSheet) -> set[str]:
    return {f.code for f in form.findings}


def figure(paper: Paper, label: str, value: str) -> tuple[Any, Any]:
    """The page and the place of the figure after ``label`` in the footer."""
    page = paper.doc[-1]
    (at,) = page.search_for(f"{label}：{value}")
    per = at.width / len(f"{label}：{value}")
    # Han characters are twice as wide as digits.
    digits = pymupdf.Rect(at.x1 - 0.5 * per * len(value) * 1.1, at.y0, at.x1, at.y1)
    return page, digits


def grown(at: Any, by: float) -> Any:
    return pymupdf.Rect(at.x0 - by, at.y0 - by, at.x1 + by, at.y1 + by)


def patched(page: Any, at: Any, fill: tuple[float, float, float]) -> None:
    page.draw_rect(grown(at, 1), color=None, fill=fill)


def pasted(page: Any, at: Any, _: object) -> None:
    image = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(image, "PNG")
    page.insert_image(grown(at, 1), stream=image.getvalue(), keep_proportion=False)


def noted(page: Any, at: Any, _: object) -> None:
    page.add_freetext_annot(grown(at, 1), "88", fontsize=7, fill_color=WHITE)


@pytest.fixture(scope="module")
def honest() -> Paper:
    return print_form(LINES)


def test_the_form_itself_says_nothing(honest: Paper, tmp_path: Path) -> None:
    form = read(honest.copy(), tmp_path)
    assert form.verdict == "consistent"
    assert codes(form) <= {"doubled-number-differs"}


@pytest.mark.parametrize(
    ("forge", "fill"),
    [(patched, WHITE), (patched, BLACK), (pasted, None), (noted, None)],
    ids=["white patch", "black patch", "pasted picture", "note"],
)
def test_a_declared_figure_drawn_over(
    honest: Paper, forge: Callable[..., None], fill: Any, tmp_path: Path
) -> None:
    paper = honest.copy()
    forge(*figure(paper, "总细项符合", str(TOTAL)), fill)
    form = read(paper, tmp_path)
    (found,) = (f for f in form.findings if f.code == "figure-drawn-over")
    assert str(TOTAL) in found.message_zh
    assert found.page == len(paper.doc)
    assert form.sheet.declared.total != TOTAL, "what is hidden is not what is declared"
    assert form.verdict != "consistent"


def test_another_figure_on_the_patch_is_what_is_declared(honest: Paper, tmp_path: Path) -> None:
    paper = honest.copy()
    page, at = figure(paper, "总细项符合", str(TOTAL))
    patched(page, at, WHITE)
    page.insert_text((at.x0, at.y1 - 2), "99", fontsize=7)
    form = read(paper, tmp_path)
    assert form.sheet.declared.total == 99
    assert {"figure-drawn-over", "declared-total-mismatch"} <= codes(form)


def test_half_a_figure_hidden_is_no_smaller_figure(honest: Paper, tmp_path: Path) -> None:
    paper = honest.copy()
    page, at = figure(paper, "总细项符合", str(TOTAL))
    patched(page, pymupdf.Rect((at.x0 + at.x1) / 2 + 1, at.y0, at.x1, at.y1), WHITE)
    form = read(paper, tmp_path)
    assert form.sheet.declared.total is None
    assert "figure-drawn-over" in codes(form)


def test_a_figure_typed_over_another(honest: Paper, tmp_path: Path) -> None:
    paper = honest.copy()
    page, at = figure(paper, "总细项符合", str(TOTAL))
    page.insert_text((at.x0 + 0.4, at.y1 - 2.2), "88", fontsize=7.5)
    form = read(paper, tmp_path)
    assert form.sheet.declared.total is None
    assert "figure-drawn-over" in codes(form)


@pytest.mark.parametrize("how", ["highlighter", "bold", "underline", "seal", "ground"])
def test_what_hides_no_figure_is_no_finding(honest: Paper, how: str, tmp_path: Path) -> None:
    paper = honest.copy()
    page, at = figure(paper, "总细项符合", str(TOTAL))
    if how == "highlighter":
        page.draw_rect(at, color=None, fill=YELLOW, fill_opacity=0.5)
    elif how == "bold":
        twin = print_form(LINES)
        page.show_pdf_page(page.rect, twin.doc, len(twin.doc) - 1)
    elif how == "underline":
        page.draw_line(at.bl, at.br)
    elif how == "seal":
        image = io.BytesIO()
        Image.new("RGBA", (200, 200), (220, 0, 0, 60)).save(image, "PNG")
        page.insert_image(grown(at, 60), stream=image.getvalue())
    else:
        page.draw_rect(grown(at, 3), color=None, fill=WHITE, overlay=False)
    form = read(paper, tmp_path)
    assert "figure-drawn-over" not in codes(form)
    if how != "bold":  # rows printed over each other are left to a person
        assert form.sheet.declared.total == TOTAL


def test_an_application_number_drawn_over(honest: Paper, tmp_path: Path) -> None:
    paper = honest.copy()
    page = paper.doc[0]
    (at,) = page.search_for("330105190429014")
    patched(page, at, WHITE)
    form = read(paper, tmp_path)
    assert form.sheet.header.application_no == ""
    assert "figure-drawn-over" in codes(form)


# --------------------------------------------------------- altered rows


def test_an_altered_wording(tmp_path: Path) -> None:
    item = ITEMS["010"]
    label = f"({item.item_no}) {item.content}，经批准的除外"
    form = read(print_form(changed(LINES, "010", label=label)), tmp_path)
    (found,) = (f for f in form.findings if f.code == "wording-differs")
    assert found.item_id == "010"
    assert "经批准的除外" in found.declared


def test_a_wording_cut_off_by_its_page_is_not_altered(tmp_path: Path) -> None:
    item = ITEMS["010"]
    label = f"({item.item_no}) {item.content[: len(item.content) * 2 // 3]}"
    form = read(print_form(changed(LINES, "010", label=label)), tmp_path)
    assert "wording-differs" not in codes(form)


def test_an_altered_nature_counts_as_the_list_has_it(tmp_path: Path) -> None:
    item = ITEMS["010"]
    other = EDITION.guiding if item.nature == EDITION.binding else EDITION.binding
    form = read(print_form(changed(LINES, "010", nature=other), counts=counts_of(LINES)), tmp_path)
    (found,) = (f for f in form.findings if f.code == "nature-differs")
    assert (found.item_id, found.declared, found.computed) == ("010", other, item.nature)
    assert form.summary.counts["self", "binding"].total == BINDING


# ------------------------------------------------------ pages and layers


def twice(first: Paper, second: Paper) -> Paper:
    """The first form, its second page once more as it stands in the second form."""
    first.doc.insert_pdf(second.doc, from_page=1, to_page=1, start_at=2)
    return first


def test_a_page_that_stands_twice_with_other_ticks(honest: Paper, tmp_path: Path) -> None:
    on_page = {key for key, (page, _) in honest.boxes.items() if page == 1 and key[1] == "self"}
    more = print_form(all_lines(TICKS | on_page))
    form = read(twice(honest.copy(), more), tmp_path)
    assert {"page-repeated", "item-repeated", "readers-disagree"} <= codes(form)
    turned = on_page - TICKS
    assert turned
    states = {(e.item.item_id, "self"): e.self_box.state for e in form.sheet.entries}
    assert {states[key] for key in turned} == {State.UNCERTAIN}
    assert {states[key] for key in on_page & TICKS} <= {State.CHECKED}


def test_the_same_page_twice_is_only_said(honest: Paper, tmp_path: Path) -> None:
    form = read(twice(honest.copy(), honest.copy()), tmp_path)
    assert {"page-repeated", "item-repeated"} <= codes(form)
    assert form.status == "ok"


@pytest.mark.parametrize("dx", [26.0, 30.0, 60.0])
def test_a_box_that_stands_outside_its_cell(honest: Paper, dx: float, tmp_path: Path) -> None:
    """The item's box, ticked, in the next cell, and nothing in its own: neither ticked nor
    empty."""
    paper = print_form(changed(LINES, "050", own=None))
    key = ("050", "self")
    x0, y0, x1, y1 = honest.boxes[key][1]
    rect = pymupdf.Rect(x0 + dx, y0, x1 + dx, y1)
    page = paper.doc[honest.boxes[key][0]]
    page.draw_rect(rect, color=BLACK, width=0.6)
    page.draw_line(rect.tl, rect.br, color=BLACK, width=0.9)
    page.draw_line(rect.bl, rect.tr, color=BLACK, width=0.9)
    form = read(paper, tmp_path)
    entry = next(e for e in form.sheet.entries if e.item.item_id == "050")
    assert entry.self_box.state in (State.UNCERTAIN, State.MISSING)
    assert {f.item_id for f in form.findings if f.code in BOX_CODES} == {"050"}


@pytest.mark.parametrize("patch", [WHITE, BLACK])
def test_a_text_layer_that_says_what_pixels_do_not(patch: Any, tmp_path: Path) -> None:
    paper = print_form(LINES, "typed")
    key = ("010", "self")
    paper.page(key).draw_rect(paper.rect(key, 1.0), color=None, fill=patch)
    form = read(paper, tmp_path)
    entry = next(e for e in form.sheet.entries if e.item.item_id == "010")
    assert entry.self_box.state is State.UNCERTAIN
    assert {"readers-disagree", "box-uncertain", "mark-cancelled"} & codes(form)


def test_the_figures_of_a_scoresheet_are_frozen(honest: Paper, tmp_path: Path) -> None:
    """A forged declaration changes no box."""
    paper = honest.copy()
    page, at = figure(paper, "总细项符合", str(TOTAL))
    patched(page, at, WHITE)
    page.insert_text((at.x0, at.y1 - 2), "99", fontsize=7)
    forged, plain = read(paper, tmp_path), read(honest.copy(), tmp_path)
    assert boxes(forged.sheet) == boxes(plain.sheet)


def boxes(sheet: Scoresheet) -> list[tuple[State, State]]:
    return [(e.self_box.state, e.reviewer_box.state) for e in sheet.entries]
