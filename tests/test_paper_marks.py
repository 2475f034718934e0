"""From places on pages of pixels to readings: which page, which row, whose box."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from fcextract.geometry import Box
from fcextract.marks.paper import read_paper
from fcextract.records import LocatedRow, PageFrame, Place, State
from fcextract.scan import Scan, Warp

DPI = 200
WIDTH, HEIGHT = 300.0, 200.0
CELL = Box(100, 60, 150, 90)
#: Cells of other rows: a form shows its box more than once.
OTHERS = [CELL._replace(y0=CELL.y0 + d, y1=CELL.y1 + d) for d in (-45, 45, 80)]
PIXELS = (round(HEIGHT * DPI / 72), round(WIDTH * DPI / 72))


def a_page(number: int, ticked: bool) -> PageFrame:
    """A page with a box in CELL, and a cross in it or nothing; the boxes of OTHERS are blank."""
    grey: NDArray[np.uint8] = np.full(PIXELS, 255, np.uint8)
    for cell in (*OTHERS, CELL):
        x, y = round(cell.cx * DPI / 72), round(cell.cy * DPI / 72)
        grey[y - 14 : y + 15, x - 14 : x + 15] = 0
        grey[y - 12 : y + 13, x - 12 : x + 13] = 255
    for k in range(-10, 11) if ticked else ():
        grey[y + k, x + k - 2 : x + k + 3] = grey[y + k, x - k - 2 : x - k + 3] = 0
    nodes = np.array([[[0, 0], [WIDTH, 0]], [[0, HEIGHT], [WIDTH, HEIGHT]]], np.float32)
    scan = Scan(grey, None, DPI, False, Warp(WIDTH, HEIGHT, nodes))
    return PageFrame(number, 0, WIDTH, HEIGHT, True, scan)


@pytest.mark.parametrize("ticked", [True, False])
def test_a_box_is_read_on_its_own_page(ticked: bool) -> None:
    """A page break has put a row's box on the page after its text."""
    frames = {1: a_page(1, not ticked), 2: a_page(2, ticked)}
    place = Place(2, CELL)
    row = LocatedRow(1, Box(0, 60, WIDTH, 90), 1, ("text",), self_place=place)
    rows = [
        row,
        *(LocatedRow(2, c, n, ("text",), self_place=Place(2, c)) for n, c in enumerate(OTHERS, 2)),
    ]
    reading = read_paper(rows, frames)[id(place)]
    assert reading.page == 2
    assert reading.state is (State.CHECKED if ticked else State.EMPTY)


def test_a_cell_off_the_page_is_missing() -> None:
    place = Place(1, CELL._replace(x0=400, x1=450))
    row = LocatedRow(1, Box(0, 60, WIDTH, 90), 1, ("text",), self_place=place)
    reading = read_paper([row], {1: a_page(1, ticked=True)})[id(place)]
    assert (reading.state, reading.code) == (State.MISSING, "box-missing")
