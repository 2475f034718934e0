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
from fcextract.locate.paper.zones import page_grid
from fcextract.records import Rule
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
    grid = white_grid(scanned(page), *inks(scanned(page)), joined=False)
    assert sum(grid.column(c).boxed for c in grid.cells) == 24


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


def test_boxes_as_high_as_their_rows_are_found() -> None:
    """A rule runs right above and below each, with next to no paper between."""
    page = a_page(shown=range(0))
    rules = []
    for y in range(60, 400, 28):
        page[y - 4 : y - 2, 80:860] = 40
        rules.append(Rule("h", (y - 3) * POINTS_PER_INCH / DPI, 38.4, 412.8, 1.0, 0, -1))
        for x in (LEFT, RIGHT):
            cv2.rectangle(page, (x, y), (x + SIDE - 2, y + SIDE - 2), (60,), 1)
            if x == RIGHT:
                cv2.line(page, (x - 9, y - 9), (x + SIDE + 9, y + SIDE + 9), 40, 2)
                cv2.line(page, (x - 9, y + SIDE + 9), (x + SIDE + 9, y - 9), 40, 2)
    scan = scanned(page)
    kept = tuple(rules)
    ink, whole = (find_ink(scan, kept, streaks=s) for s in (False, True))
    strips, _ = find_strips(scan, ink, frames(scan, ink, whole), whole)
    assert [len(s.bare) for s in sorted(strips, key=lambda s: s.area.x0)] == [13, 13]


def test_a_heading_of_two_short_lines_is_no_mark() -> None:
    """It stands as close above the first box as the next row would."""
    page = a_page(shown=ROWS[1:])
    for x in (LEFT, RIGHT):
        page[60:80, x - 8 : x + 40] = 255
        for k in range(2):
            for at in (x, x + 12):
                page[70 + 14 * k : 80 + 14 * k, at : at + 10 : 3] = 40
                page[74 + 14 * k, at : at + 10] = 40
    assert columns(page) == [(11, 0), (11, 0)]


def test_where_rules_part_no_columns_white_does() -> None:
    """The lower half of a table has lost the rules down it."""
    page = a_page()
    points = POINTS_PER_INCH / DPI
    rules = [
        Rule("h", (y - 14) * points, 80 * points, 860 * points, 1.0, 0, -1)
        for y in (*ROWS, ROWS[-1] + 50)
    ]
    rules += [
        Rule("v", x * points, 46 * points, 346 * points, 1.0, 0, -1) for x in (80, 490, 680, 860)
    ]
    for r in rules:
        a, b, at = (round(v / points) for v in (r.lo, r.hi, r.at))
        if r.along == "h":
            page[at : at + 2, a:b] = 40
        else:
            page[a:b, at : at + 2] = 40
    grid = page_grid(scanned(page), tuple(rules), joined=False)
    ruled = [c for c in grid.cells if c.lines and grid.is_ruled(c)]
    boxes = [c for c in grid.cells if grid.column(c).boxed]
    assert len(ruled) == 6 * 3
    assert sum(grid.is_ruled(c) for c in boxes) == 6 * 2
    assert sum(not grid.is_ruled(c) for c in boxes) == 6 * 2


def test_short_texts_beside_two_columns_of_boxes_are_text() -> None:
    """As square as boxes behind marks, and above each other."""
    page = a_page()
    for y in ROWS[2:6]:
        for at in (800, 812):
            page[y : y + 22, at : at + 10 : 3] = 40
            page[y + 10, at : at + 10] = 40
    grid = white_grid(scanned(page), *inks(scanned(page)), joined=False)
    found = {c for c in grid.cells if c.box.x0 > 380}
    assert len(found) == 4
    assert found <= grid.texts()
    assert not any(grid.column(c).boxed for c in grid.texts() - found)
