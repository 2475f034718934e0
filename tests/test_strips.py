"""Columns of boxes found by the boxes, on pages that no rules part."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.ingest.nodes import identity
from fcextract.locate.paper.brackets import bracket_pairs
from fcextract.locate.paper.ink import find_ink, frames
from fcextract.locate.paper.strips import find_strips
from fcextract.locate.paper.white import white_grid
from fcextract.scan import POINTS_PER_INCH, Scan, Warp

DPI = 150
WIDTH, HEIGHT = 900, 700
SIDE = 22
LEFT, RIGHT = 500, 700
ROWS = range(60, 660, 50)
Pixels = NDArray[np.uint8]


def a_page(grey: int = 60, shown: range = ROWS) -> Pixels:
    """A line of type and two boxes in each of twelve rows."""
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for y in ROWS:
        for x in range(100, 480, 24):
            page[y : y + 20, x : x + 16 : 4] = 50
            page[y + 9 : y + 11, x : x + 18] = 50
    for y in shown:
        for x in (LEFT, RIGHT):
            cv2.rectangle(page, (x, y), (x + SIDE, y + SIDE), grey, 2)
    return page


def scanned(page: Pixels) -> Scan:
    points = POINTS_PER_INCH / DPI
    warp = Warp(WIDTH * points, HEIGHT * points, identity(WIDTH, HEIGHT, DPI) * points)
    return Scan(page, None, DPI, False, warp)


def inks(scan: Scan) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The ink without its streaks and with them."""
    return find_ink(scan, ()), find_ink(scan, (), streaks=True)


def columns(page: Pixels) -> list[tuple[int, int]]:
    """How many bare boxes and how many marks that hide one each column of boxes has."""
    scan = scanned(page)
    ink, whole = inks(scan)
    bare = [*frames(scan, ink, whole), *bracket_pairs(scan, ink)]
    strips, _ = find_strips(scan, ink, bare, whole)
    ordered = sorted(strips, key=lambda s: s.area.x0)
    return [(len(s.bare), len(s.marks)) for s in ordered]


def test_boxes_too_pale_to_be_ink_make_columns() -> None:
    assert columns(a_page(60)) == [(12, 0), (12, 0)]
    assert columns(a_page(238)) == [(12, 0), (12, 0)]


def test_type_alone_makes_none() -> None:
    assert columns(a_page(shown=range(0))) == []


def test_three_boxes_make_no_column() -> None:
    assert columns(a_page(shown=range(60, 200, 50))) == []


def test_a_mark_stands_for_the_box_it_hides() -> None:
    page = a_page()
    for y in (110, 310, 610):
        cv2.circle(page, (LEFT + SIDE // 2, y + SIDE // 2), SIDE - 4, (30,), -1)
    assert columns(page) == [(9, 3), (12, 0)]


def test_marks_that_reach_into_the_text_join_no_lines() -> None:
    """Without the column's marks, every line of type is as long as it was."""
    page = a_page()
    for y in (110, 160, 310):
        cv2.circle(page, (LEFT + 8, y + 10), 29, 30, 5)
    grid = white_grid(scanned(page), *inks(scanned(page)), joined=False)
    points = POINTS_PER_INCH / DPI
    lines = [c.box for c in grid.cells if c.box.x0 < 110 * points]
    assert len(lines) == len(ROWS)
    assert all(b.height < 24 * points for b in lines)


def test_ticks_printed_in_every_box_leave_columns() -> None:
    page = a_page()
    for y in ROWS:
        for x in (LEFT, RIGHT):
            cv2.line(page, (x + 5, y + 11), (x + 10, y + 16), 60, 2)
            cv2.line(page, (x + 10, y + 16), (x + 17, y + 6), 60, 2)
    assert columns(page) == [(12, 0), (12, 0)]


def test_boxes_under_ticks_are_found_as_the_bare_ones_look() -> None:
    """Two bare boxes to a column: the others hang together with a tick that leaves them."""
    page = a_page()
    for y in ROWS[1:-1]:
        for x in (LEFT, RIGHT):
            tick = np.array([(x + 3, y + 12), (x + 10, y + 20), (x + 32, y - 9)])
            cv2.polylines(page, [tick], False, (40,), 3)
    assert columns(page) == [(12, 0), (12, 0)]


def test_characters_like_boxes_in_a_text_are_none() -> None:
    """Squares of the boxes' size that stand above each other, within lines of type."""
    page = a_page()
    for y in ROWS:
        cv2.rectangle(page, (244, y), (244 + SIDE, y + SIDE), (60,), 2)
        page[y : y + SIDE, 225:241:4] = 50
        page[y : y + SIDE, 270:290:4] = 50
    assert columns(page) == [(12, 0), (12, 0)]


def test_the_end_of_a_tick_beside_a_box_is_no_box() -> None:
    """Strokes right beside the boxes of six rows look like a column of their own."""
    page = a_page()
    for y in ROWS[:6]:
        cv2.line(page, (RIGHT + SIDE + 7, y + 14), (RIGHT + SIDE + 16, y), (40,), 3)
    scan = scanned(page)
    grid = white_grid(scan, *inks(scan), joined=False)
    ends = [c for c in grid.cells if c.box.x0 > (RIGHT + SIDE + 4) / scan.scale]
    assert ends and all(grid.spills(c) for c in ends)
    assert not any(grid.spills(c) for c in grid.cells if grid.column(c).boxed and c not in ends)


def test_boxes_that_ticks_join_are_no_streak() -> None:
    """Close below each other, with a tick through every second gap: their sides run down the page
    in one go."""
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    tops = range(60, 60 + 12 * 28, 28)
    for k, y in enumerate(tops):
        for x in (LEFT, RIGHT):
            cv2.rectangle(page, (x, y), (x + SIDE, y + SIDE), (60,), 2)
            if x == RIGHT and k % 4 < 3:
                cv2.line(page, (x - 4, y + SIDE + 9), (x + SIDE // 2, y + 4), 20, 6)
    assert [sum(c) for c in columns(page)] == [12, 12]


def draw_brackets(page: Pixels, x: int, y: int) -> None:
    cv2.ellipse(page, (x + 8, y + 10), (7, 12), 0, 125, 235, 40, 2)
    cv2.ellipse(page, (x + 22, y + 10), (7, 12), 0, -55, 55, 40, 2)


def test_brackets_are_boxes() -> None:
    page = a_page(shown=range(0))
    for k, y in enumerate(ROWS):
        for x in (LEFT, RIGHT):
            draw_brackets(page, x, y)
        if k % 3 == 0:
            cv2.line(page, (LEFT + 12, y + 10), (LEFT + 18, y + 14), 40, 2)
    assert columns(page) == [(12, 0), (12, 0)]


def test_brackets_within_a_text_are_none() -> None:
    page = a_page(shown=range(0))
    for y in ROWS:
        page[y : y + 24, 238:276] = 255
        draw_brackets(page, 240, y)
    assert columns(page) == []
