"""Outlines land on the boxes, on the page as it was submitted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest
from factories import a_box, a_row, a_sheet, audited
from PIL import Image

from fcextract.batches import batch
from fcextract.cli import main
from fcextract.corrections import Correction
from fcextract.editions import load_edition
from fcextract.errors import DamagedFileError, UsageError
from fcextract.geometry import Box
from fcextract.inputs import content_hash
from fcextract.ledger import Ledger
from fcextract.overlay import COLORS, GAP, _target, overlay_results, write_overlay
from fcextract.records import AuditedSheet, State
from fcextract.settings import ReadOptions

ITEM = load_edition().items[0]
PLACE = Box(100.0, 200.0, 112.0, 212.0)
WIDTH, HEIGHT = 595, 842


def form(state: str, page: int = 1) -> AuditedSheet:
    """A form with one box that has a place."""
    reading = a_box(state, page, box=PLACE)
    sheet = a_sheet(rows={ITEM.item_id: a_row(ITEM, reading, a_box(box=None))})
    entries = [e if e.item == ITEM else _placeless(e) for e in sheet.entries]
    return audited(replace(sheet, entries=tuple(entries)))


def _placeless(entry):
    return replace(
        entry,
        self_box=replace(entry.self_box, box=None),
        reviewer_box=replace(entry.reviewer_box, box=None),
    )


def pdf(path: Path, rotation: int = 0, pages: int = 2, **options: object) -> Path:
    doc = pymupdf.open()
    for _ in range(pages):
        turned = rotation in (90, 270)
        page = doc.new_page(width=HEIGHT if turned else WIDTH, height=WIDTH if turned else HEIGHT)
        page.set_rotation(rotation)
    doc.save(path, **options)
    return path


def drawn(path: Path, page: int = 1) -> list[tuple[Box, tuple[float, ...]]]:
    """Outlines on a page, as it is displayed."""
    doc = pymupdf.open(path)
    found = []
    for d in doc[page - 1].get_drawings():
        rect = d["rect"] * doc[page - 1].rotation_matrix
        found.append((Box(*rect.normalize()), tuple(round(c, 2) for c in d["color"])))
    return found


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("state", ["checked", "empty", "uncertain"])
def test_outline_lies_round_the_box(tmp_path: Path, rotation: int, state: str) -> None:
    source = pdf(tmp_path / "a.pdf", rotation)
    assert write_overlay(source, tmp_path / "out.pdf", [form(state, page=2)]) == 1
    assert drawn(tmp_path / "out.pdf", 1) == []
    (box, color), *cross = drawn(tmp_path / "out.pdf", 2)
    assert box == pytest.approx(PLACE.grow(GAP), abs=1.0)
    assert color == COLORS[State(state)]
    assert len(cross) == (2 if state == "uncertain" else 0)


def test_pages_keep_their_text_and_encryption(tmp_path: Path) -> None:
    source = pdf(
        tmp_path / "a.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open", owner_pw="own"
    )
    write_overlay(source, tmp_path / "out.pdf", [form("checked")], password="open")
    doc = pymupdf.open(tmp_path / "out.pdf")
    assert doc.needs_pass
    assert doc.authenticate("open")
    assert len(doc) == 2


def test_pictures_become_pages(tmp_path: Path) -> None:
    pixels = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, WIDTH, HEIGHT))
    pixels.clear_with(255)
    pixels.save(tmp_path / "a.png")
    write_overlay(tmp_path / "a.png", tmp_path / "out.pdf", [form("checked")])
    assert len(pymupdf.open(tmp_path / "out.pdf")) == 1


def test_nothing_to_outline_is_said(tmp_path: Path) -> None:
    sheet = form("checked")
    bare = replace(sheet, sheet=replace(sheet.sheet, entries=()))
    with pytest.raises(UsageError) as e:
        write_overlay(tmp_path / "a.txt", tmp_path / "out.pdf", [bare])
    assert e.value.en == (
        "No box in a.txt has a place on a page (a transcript has no pages), so there is nothing "
        "to outline. Use a PDF or a picture."
    )


def test_the_original_is_safe(tmp_path: Path) -> None:
    source = pdf(tmp_path / "a.pdf")
    before = source.read_bytes()
    with pytest.raises(UsageError):
        write_overlay(source, source, [form("checked")])
    assert source.read_bytes() == before


def picture(path: Path) -> Path:
    """A page of 200 by 300 pixels that states 144 dots an inch."""
    Image.new("RGB", (200, 300), "white").save(path, dpi=(144, 144))
    return path


def test_a_folder_of_pages(tmp_path: Path) -> None:
    """Pages in the order in which they are read: numbers count."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in ("2.png", "10.jpg", "1.webp"):
        picture(pages / name)
    write_overlay(pages, tmp_path / "o.pdf", [form("checked", page=3)])
    assert [len(drawn(tmp_path / "o.pdf", page)) for page in (1, 2, 3)] == [0, 0, 1]
    with pymupdf.open(tmp_path / "o.pdf") as doc:
        assert [tuple(p.rect)[2:] for p in doc][1:] == [(100, 150), (100, 150)]


@pytest.mark.parametrize("ending", ["png", "jpg", "tif", "webp"])
def test_a_picture_of_any_kind(tmp_path: Path, ending: str) -> None:
    write_overlay(picture(tmp_path / f"p.{ending}"), tmp_path / "o.pdf", [form("empty")])
    assert len(drawn(tmp_path / "o.pdf")) == 1


def test_a_broken_picture_is_told(tmp_path: Path) -> None:
    (tmp_path / "p.webp").write_bytes(b"RIFF0000WEBPnothing")
    with pytest.raises(DamagedFileError, match=r"p\.webp"):
        write_overlay(tmp_path / "p.webp", tmp_path / "o.pdf", [form("empty")])


# ---------------------------------------------------------- a whole folder


def reader(path: Path, source: str, options: ReadOptions) -> list[AuditedSheet]:
    """A form with one box in doubt, or for a text file one without places."""
    found = form("uncertain")
    if path.suffix == ".txt":
        found = replace(found, sheet=replace(found.sheet, entries=()))
    return [replace(found, sheet=replace(found.sheet, source=source, sha256=content_hash(path)))]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    (tmp_path / "in" / "b").mkdir(parents=True)
    pdf(tmp_path / "in" / "a.pdf")
    pdf(tmp_path / "in" / "b" / "a.pdf", 90)
    batch(tmp_path / "in", tmp_path / "out", workers=1, reader=reader)
    return tmp_path / "out"


def test_every_file_of_a_results_folder(results: Path, tmp_path: Path) -> None:
    done = overlay_results(results, tmp_path / "drawn")
    assert done.written == (tmp_path / "drawn" / "a.pdf", tmp_path / "drawn" / "b" / "a.pdf")
    for path in done.written:
        assert drawn(path)[0][0] == pytest.approx(PLACE.grow(GAP), abs=1.0)


def test_a_corrected_box_has_its_new_colour_and_is_dashed(results: Path, tmp_path: Path) -> None:
    with Ledger.open(results) as ledger:
        sha256 = ledger.standings()[0].sha256
        ledger.correct(
            [Correction(sha256, 0, ITEM.item_id, "self", State.UNCERTAIN, State.CHECKED, "x", "y")]
        )
    done = overlay_results(results, tmp_path / "drawn")
    (found,) = pymupdf.open(done.written[0])[0].get_drawings()
    assert tuple(round(c, 2) for c in found["color"]) == COLORS[State.CHECKED]
    assert found["dashes"].startswith("[ 3 1.5 ]")


def test_what_cannot_be_outlined_is_said(results: Path, tmp_path: Path, capsys) -> None:
    (tmp_path / "in" / "t.txt").write_text("x")
    batch(tmp_path / "in", results, workers=1, reader=reader)
    pdf(tmp_path / "in" / "a.pdf", pages=1)
    command = ["overlay", str(results), "-o", str(tmp_path / "drawn")]
    assert main(command) == 4
    printed = capsys.readouterr()
    assert "a.pdf: [file-missing] a.pdf 已不在原处，或内容已改变" in printed.err
    assert "t.txt: [usage]" in printed.err
    assert printed.out.splitlines() == [(tmp_path / "drawn" / "b" / "a.pdf").as_posix()]


def test_no_other_original_is_written_over(tmp_path: Path) -> None:
    """A picture's outlined pages are a PDF, which may have the name of another file."""
    inbox = tmp_path / "in"
    inbox.mkdir()
    pdf(inbox / "a.pdf")
    Image.new("L", (600, 800), 255).save(inbox / "a.jpg")
    batch(inbox, tmp_path / "out", workers=1, reader=reader)
    before = content_hash(inbox / "a.pdf")
    done = overlay_results(tmp_path / "out", inbox)
    assert content_hash(inbox / "a.pdf") == before
    assert [source for source, _ in done.skipped] == ["a.jpg"]
    assert {e.code for _, e in done.skipped} == {"usage"}


@pytest.mark.parametrize("source", ["../../a.pdf", "/a.pdf", "a.pdf", "./a.pdf"])
def test_no_name_leads_out_of_the_folder(source: str, tmp_path: Path) -> None:
    taken: set[Path] = set()
    target = _target(tmp_path, source, taken)
    assert target == tmp_path / "a.pdf"
    assert _target(tmp_path, "a.tif", taken) == tmp_path / "a~2.pdf"
