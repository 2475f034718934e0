"""What is done to a file that changes nothing on paper must change nothing in the table."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import pymupdf
import pytest
from paper import BOX_CODES, EDITION, WHO, boxes_of, read

from fcextract.geometry import Box, turn_box
from fcextract.pipeline import read_sheets
from fcextract.records import Scoresheet

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
#: Vector paths, form fields, glyphs of a symbol font, pen strokes as annotations.
CHOSEN = ("chromium-element-ui", "reportlab-circle", "word-wingdings", "reviewer-ink")
each_sample = pytest.mark.parametrize("name", CHOSEN)


@lru_cache(maxsize=len(CHOSEN))
def original(name: str) -> tuple[bytes, Scoresheet]:
    """A sample and what is read of it (held against its truth in test_samples)."""
    path = SAMPLES / name / f"{name}.pdf"
    (sheet,) = read_sheets(path, name, EDITION)
    return path.read_bytes(), sheet


def opened(name: str) -> Any:
    return pymupdf.open(stream=original(name)[0], filetype="pdf")


def table(sheet: Scoresheet) -> list[tuple[Any, ...]]:
    """All that the form says, in list order."""
    rows: list[tuple[Any, ...]] = [(sheet.header, sheet.declared)]
    for e in sheet.entries:
        states = (e.self_box.state, e.self_box.code, e.reviewer_box.state, e.reviewer_box.code)
        rows.append((e.item.item_id, *states, e.keyword, e.remark))
    return rows


def differences(a: Scoresheet, b: Scoresheet) -> list[tuple[Any, Any]]:
    return [(x, y) for x, y in zip(table(a), table(b), strict=True) if x != y]


def notes(sheet: Scoresheet) -> set[str]:
    return {n.code for n in sheet.notes}


def extras(sheet: Scoresheet) -> set[str]:
    return {e.code for e in sheet.extras}


def assert_same(what: Any, name: str, folder: Path) -> Scoresheet:
    """One form, the same table, and nothing to say of its pages."""
    (sheet,) = read(what, folder)
    before = original(name)[1]
    assert differences(before, sheet) == []
    assert notes(sheet) == notes(before) == set()
    assert sheet.extras == before.extras == ()
    return sheet


def flat(doc: Any) -> Any:
    """Annotations and fields made part of the page, since a placed page has none."""
    doc.bake()
    return pymupdf.open(stream=doc.tobytes(), filetype="pdf")


def placed(
    name: str, size: Callable[[float, float], tuple[float, float]], **how: Any
) -> tuple[Any, Any]:
    """Every page of the sample placed on a new one of another size."""
    source, out = flat(opened(name)), pymupdf.open()
    for page in source:
        width, height = size(page.rect.width, page.rect.height)
        sheet = out.new_page(width=width, height=height)
        sheet.show_pdf_page(sheet.rect, source, page.number, **how)
    return out, source


# --------------------------------------------------------------------------- turning


@each_sample
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_rotate_entry(name: str, turn: int, tmp_path: Path) -> None:
    """Boxes are given on the page as it is shown, turned."""
    doc = opened(name)
    sides = {p.number + 1: (p.rect.width, p.rect.height) for p in doc}
    for page in doc:
        page.set_rotation((page.rotation + turn) % 360)
    sheet = assert_same(doc, name, tmp_path)
    before = boxes_of(original(name)[1])
    for key, box in boxes_of(sheet).items():
        was = before[key]
        assert box.page == was.page and box.box and was.box
        assert near(box.box, turn_box(was.box, turn, *sides[was.page]))


@pytest.mark.parametrize("name", ["chromium-element-ui", "word-wingdings"])
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_content(name: str, turn: int, tmp_path: Path) -> None:
    """No /Rotate tells of it: pages were put in sideways and saved."""
    doc, _ = placed(name, lambda w, h: (w, h) if turn == 180 else (h, w), rotate=turn)
    sheet = assert_same(doc, name, tmp_path)
    before = boxes_of(original(name)[1])
    for key, box in boxes_of(sheet).items():
        was = before[key]
        page = doc[(was.page or 1) - 1].rect
        back = (page.width, page.height) if turn == 180 else (page.height, page.width)
        assert box.box and was.box
        turned = [turn_box(was.box, t, *back) for t in (turn, -turn % 360)]
        assert any(near(box.box, t) for t in turned)


def test_each_page_turned_another_way(tmp_path: Path) -> None:
    doc = opened("word-wingdings")
    for page in doc:
        page.set_rotation(90 * (page.number % 4))
    assert_same(doc, "word-wingdings", tmp_path)


def near(a: Box, b: Box, by: float = 0.75) -> bool:
    return all(abs(x - y) <= by for x, y in zip(a, b, strict=True))


# --------------------------------------------------------------------------- size


@pytest.mark.parametrize("name", ["chromium-element-ui", "word-wingdings", "reviewer-ink"])
@pytest.mark.parametrize("scale", [0.7, 1.05, 1.3])
def test_scaled_onto_other_paper(name: str, scale: float, tmp_path: Path) -> None:
    doc, _ = placed(name, lambda w, h: (w * scale, h * scale))
    assert_same(doc, name, tmp_path)


@each_sample
def test_cropped_margins(name: str, tmp_path: Path) -> None:
    """The pages' blank margins cut away by a CropBox; boxes are measured from its corner."""
    doc = opened(name)
    for page in doc:
        r = page.rect
        page.set_cropbox(pymupdf.Rect(12, 15, r.width - 9, r.height - 7))
    sheet = assert_same(doc, name, tmp_path)
    before = boxes_of(original(name)[1])
    for key, box in boxes_of(sheet).items():
        was = before[key].box
        assert box.box and was
        assert near(box.box, Box(was.x0 - 12, was.y0 - 15, was.x1 - 12, was.y1 - 15))


@each_sample
def test_page_box_that_begins_elsewhere(name: str, tmp_path: Path) -> None:
    """A MediaBox whose lower left corner is not the origin."""
    doc = opened(name)
    for page in doc:
        r = page.mediabox
        page.set_mediabox(pymupdf.Rect(r.x0 - 40, r.y0 - 30, r.x1 + 20, r.y1 + 10))
    assert_same(doc, name, tmp_path)


# --------------------------------------------------------------------------- saving

SAVES: dict[str, Callable[[bytes], bytes]] = {
    "garbage": lambda data: _mupdf(data, garbage=4, deflate=True),
    "clean": lambda data: _mupdf(data, garbage=3, clean=True),
    "expanded": lambda data: _mupdf(data, expand=255, ascii=True),
    "object streams": lambda data: _mupdf(data, garbage=3, use_objstms=1, compression_effort=9),
    "owner password": lambda data: _mupdf(
        data, encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="owner", user_pw=""
    ),
    "pdfium": lambda data: _pdfium(data),
    "pikepdf": lambda data: _pikepdf(data),
    "pypdf": lambda data: _pypdf(data),
}


@pytest.mark.parametrize("name", ["reportlab-circle", "word-wingdings"])
@pytest.mark.parametrize("how", SAVES)
def test_saved_again(name: str, how: str, tmp_path: Path) -> None:
    saved = SAVES[how](original(name)[0])
    assert saved != original(name)[0]
    assert_same(saved, name, tmp_path)


def _mupdf(data: bytes, **options: Any) -> bytes:
    saved: bytes = pymupdf.open(stream=data, filetype="pdf").tobytes(**options)
    return saved


def _pdfium(data: bytes) -> bytes:
    import pypdfium2

    out = io.BytesIO()
    with pypdfium2.PdfDocument(data) as doc:
        doc.save(out)
    return out.getvalue()


def _pikepdf(data: bytes) -> bytes:
    pikepdf = pytest.importorskip("pikepdf")
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as doc:
        doc.save(out, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _pypdf(data: bytes) -> bytes:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# --------------------------------------------------------------------------- pages


def reordered(name: str, order: Sequence[int]) -> Any:
    doc = opened(name)
    doc.select(list(order))
    return doc


@each_sample
@pytest.mark.parametrize("order", ["reversed", "shuffled"])
def test_pages_in_another_order(name: str, order: str, tmp_path: Path) -> None:
    count = len(opened(name))
    pages = list(range(count))[::-1]
    if order == "shuffled":
        Random(name).shuffle(pages)
    assert pages != sorted(pages)
    (sheet,) = read(reordered(name, pages), tmp_path)
    before = original(name)[1]
    assert differences(before, sheet) == []
    assert notes(sheet) == {"page-order"} and extras(sheet) == set()
    for a, b in zip(before.entries, sheet.entries, strict=True):
        assert a.row and b.row and pages[b.row.page - 1] == a.row.page - 1


@each_sample
@pytest.mark.parametrize("which", [0, 2, -1])
def test_page_twice(name: str, which: int, tmp_path: Path) -> None:
    pages = list(range(len(opened(name))))
    pages.insert(pages[which] + 1, pages[which])
    (sheet,) = read(reordered(name, pages), tmp_path)
    assert differences(original(name)[1], sheet) == []
    assert "page-repeated" in notes(sheet)
    assert extras(sheet) == {"item-repeated"}


@each_sample
def test_page_lost(name: str, tmp_path: Path) -> None:
    """Its rows are missing, and no other row changes."""
    before = original(name)[1]
    pages = [k for k in range(len(opened(name))) if k != 1]
    (sheet,) = read(reordered(name, pages), tmp_path)
    assert "page-missing" in notes(sheet)
    lost = {e.item.item_id for e in before.entries if e.row and e.row.page == 2}
    assert len(lost) > 5
    for e, was in zip(sheet.entries, before.entries, strict=True):
        if e.item.item_id in lost:
            assert e.row is None and {e.self_box.state, e.reviewer_box.state} == {"missing"}
        else:
            assert e.self_box.state == was.self_box.state
            assert e.reviewer_box.state == was.reviewer_box.state


def letter(lines: Sequence[str], title: str = "") -> Any:
    """A page of another document."""
    doc = pymupdf.open()
    page = doc.new_page()
    if title:
        page.insert_text((120, 90), title, fontsize=20, fontname="china-s")
    for n, line in enumerate(lines):
        page.insert_text((72, 140 + 22 * n), line, fontsize=11, fontname="china-s")
    page.draw_rect((72, 400, 82, 410), width=0.7)
    return doc


LETTER = letter(
    [
        "关于报送未来社区申报材料的函",
        "现将有关材料报送如下：",
        "(1) 申报表一份；",
        "(2) 分项指标评项一份；",
        "(3) 附件若干。",
        "同意 □ 不同意 □",
    ]
)


@each_sample
@pytest.mark.parametrize("at", [0, 3, -1])
def test_page_of_another_document(name: str, at: int, tmp_path: Path) -> None:
    doc = opened(name)
    doc.insert_pdf(LETTER, start_at=at)
    (sheet,) = read(doc, tmp_path)
    assert differences(original(name)[1], sheet) == []
    assert notes(sheet) == set() and extras(sheet) == set()


def test_cover_with_the_title(tmp_path: Path) -> None:
    """A cover names the form in large type, and begins no second one."""
    doc = opened("word-wingdings")
    cover = letter(["申报单位：某县（市、区）人民政府", "2021 年 7 月"], EDITION.title)
    doc.insert_pdf(cover, start_at=0)
    assert_same(doc, "word-wingdings", tmp_path)


def test_blank_pages(tmp_path: Path) -> None:
    doc = opened("chromium-element-ui")
    doc.new_page(0)
    doc.new_page(3)
    doc.new_page(-1)
    assert_same(doc, "chromium-element-ui", tmp_path)


@pytest.mark.parametrize(
    ("first", "second"),
    [("word-wingdings", "chromium-element-ui"), ("reportlab-circle", "word-wingdings")],
)
def test_two_forms_in_one_file(first: str, second: str, tmp_path: Path) -> None:
    doc = opened(first)
    doc.insert_pdf(opened(second))
    sheets = read(doc, tmp_path)
    assert len(sheets) == 2
    for name, sheet in zip((first, second), sheets, strict=True):
        assert differences(original(name)[1], sheet) == []
        assert notes(sheet) == set() and extras(sheet) == set()


@each_sample
def test_the_same_form_twice_in_one_file(name: str, tmp_path: Path) -> None:
    """Two whole lists are two forms, though their numbers are the same."""
    doc = opened(name)
    doc.insert_pdf(opened(name))
    sheets = read(doc, tmp_path)
    assert len(sheets) == 2
    for sheet in sheets:
        assert differences(original(name)[1], sheet) == []
        assert extras(sheet) == set()


# --------------------------------------------------------------------------- additions


@each_sample
def test_text_that_nobody_sees(name: str, tmp_path: Path) -> None:
    """Invisible words in the margin of every page, as scanners and marking tools leave."""
    doc = opened(name)
    for page in doc:
        page.insert_text((30, page.rect.height - 6), "form 4711", fontsize=6, render_mode=3)
    (sheet,) = read(doc, tmp_path)
    assert differences(original(name)[1], sheet) == []


@each_sample
def test_damage_does_show(name: str, tmp_path: Path) -> None:
    """That the comparison itself can fail: a box covered on paper makes a difference."""
    doc = opened(name)
    before = boxes_of(original(name)[1])
    key, box = next((k, b) for k, b in before.items() if b.state == "checked")
    assert box.box and box.page
    patch = doc[box.page - 1].add_rect_annot(pymupdf.Rect(box.box.grow(4)))
    patch.set_colors(stroke=(1, 1, 1), fill=(1, 1, 1))
    patch.update()
    (sheet,) = read(doc, tmp_path)
    changed = {k for k, b in boxes_of(sheet).items() if b.state != before[k].state}
    assert changed == {key} and boxes_of(sheet)[key].code in BOX_CODES
    assert len(differences(original(name)[1], sheet)) == 1


def test_states_differ_among_the_boxes() -> None:
    """An equal table shows something only if not all of it is alike."""
    for name in CHOSEN:
        states = {b.state for b in boxes_of(original(name)[1]).values()}
        assert states == {"checked", "empty"}
        assert {
            w for (_, w), b in boxes_of(original(name)[1]).items() if b.state == "checked"
        } >= set(WHO[:1])
