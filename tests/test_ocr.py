"""The recogniser on lines drawn here, and the clips it is given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pymupdf
import pytest

from fcextract.geometry import Box
from fcextract.ingest.render import Renderer
from fcextract.records import Page
from fcextract.text.ocr import recogniser

TEXT = "材料第17页，已核√"
SIZE = 12.0
BOX = Box(100.0, 100.0, 230.0, 116.0)


def a_page(path: Path, rotate: int = 0, text: str = TEXT) -> Path:
    doc = pymupdf.open()
    page = doc.new_page(width=300, height=200)
    writer = pymupdf.TextWriter(page.rect)
    writer.append((BOX.x0 + 2, BOX.y1 - 3), text, font=pymupdf.Font("china-s"), fontsize=SIZE)
    writer.write_text(page)
    page.set_rotation(rotate)
    doc.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="o", user_pw="u") if (
        path.stem == "locked"
    ) else doc.save(path)
    return path


def read(pixels: np.ndarray | None) -> str:
    recognise = recogniser()
    assert recognise is not None and pixels is not None
    return "".join(c.char for c in recognise(pixels))


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_clip_is_upright_whatever_the_page_turn(tmp_path: Path, rotate: int) -> None:
    """``turn`` is what makes the submitted page upright: the opposite of its /Rotate."""
    page = Page(1, 300.0, 200.0, turn=-rotate % 360)
    with Renderer(a_page(tmp_path / "p.pdf", rotate)) as look:
        pixels = look(page, BOX, 200)
        assert pixels is not None
        assert pixels.shape == pytest.approx((16 * 200 / 72, 130 * 200 / 72), abs=2)
        assert pixels.dtype == np.uint8
        assert read(pixels) == TEXT


def test_characters_know_their_place(tmp_path: Path) -> None:
    with Renderer(a_page(tmp_path / "p.pdf", text="社区公园")) as look:
        pixels = look(Page(1, 300.0, 200.0), BOX, 200)
    recognise = recogniser()
    assert recognise is not None and pixels is not None
    places = [BOX.x0 + c.at * BOX.width for c in recognise(pixels)]
    assert places == pytest.approx([BOX.x0 + 2 + SIZE * (i + 0.5) for i in range(4)], abs=3)


def test_no_characters_on_blank_paper() -> None:
    recognise = recogniser()
    assert recognise is not None
    assert recognise(np.full((48, 200), 255, dtype=np.uint8)) == []
    assert recognise(np.zeros((0, 0), dtype=np.uint8)) == []


def test_clip_ends_at_the_page(tmp_path: Path) -> None:
    page = Page(1, 300.0, 200.0)
    with Renderer(a_page(tmp_path / "p.pdf")) as look:
        pixels = look(page, Box(-50.0, -50.0, 50.0, 50.0), 72)
        assert pixels is not None
        assert pixels.shape == pytest.approx((50, 50), abs=1)
        assert look(page, Box(400.0, 10.0, 500.0, 20.0), 72) is None
        assert look(page, BOX, 1e6) is None


def test_nothing_is_opened_before_the_first_look(tmp_path: Path) -> None:
    missing = tmp_path / "no such file.pdf"
    with Renderer(missing):
        pass
    with Renderer(missing) as look:
        assert look(Page(1, 300.0, 200.0), BOX, 100) is None
        assert look(Page(1, 300.0, 200.0), BOX, 100) is None


def test_locked_file_is_drawn_with_its_password(tmp_path: Path) -> None:
    path = a_page(tmp_path / "locked.pdf")
    with Renderer(path, "u") as look:
        assert read(look(Page(1, 300.0, 200.0), BOX, 200)) == TEXT
    with Renderer(path, "wrong") as look:
        assert look(Page(1, 300.0, 200.0), BOX, 200) is None


def test_page_beyond_the_last_is_no_clip(tmp_path: Path) -> None:
    with Renderer(a_page(tmp_path / "p.pdf")) as look:
        assert look(Page(2, 300.0, 200.0), BOX, 100) is None
