"""Pages made flat: by the sheet's edges, by ruled lines, by lines of type."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fcextract.ingest.lines import SHORTEST_RULES, find_lines
from fcextract.ingest.outline import find_sheet
from fcextract.ingest.raster import Pixels as Picture
from fcextract.ingest.raster import flat_page
from fcextract.ingest.rectify import flatten
from fcextract.ingest.rules import find_rules
from fcextract.scan import Scan, Warp, without_streaks

DPI = 100
WIDTH, HEIGHT = 827, 1170
Pixels = NDArray[np.uint8]


def typed(lines: int = 30) -> Pixels:
    """A page of lines of type, none of them ruled: strokes as high and as close as characters."""
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    rng = np.random.default_rng(7)
    for k in range(lines):
        y = 120 + 30 * k
        for x in range(100, 100 + 14 * int(rng.integers(18, 30)), 14):
            page[y : y + 12, x : x + 10 : 3] = 60
            page[y + int(rng.integers(0, 10)), x : x + 11] = 60
    return page


def ruled() -> Pixels:
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for y in range(150, 1000, 50):
        page[y : y + 2, 100:701] = 40
    for x in (100, 200, 450, 550, 700):
        page[150:952, x : x + 2] = 40
    return page


def turned(page: Pixels, degrees: float, paper: int = 255) -> Pixels:
    middle = (WIDTH / 2, HEIGHT / 2)
    turn = cv2.getRotationMatrix2D(middle, -degrees, 1.0)
    return np.asarray(cv2.warpAffine(page, turn, (WIDTH, HEIGHT), borderValue=paper), np.uint8)


def seen_from_aside(page: Pixels) -> Pixels:
    """The page on a dark desk, its far end smaller."""
    corners = np.array([[90, 60], [760, 80], [800, 1120], [40, 1100]], np.float32)
    flat = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)
    view = cv2.getPerspectiveTransform(flat, corners)
    lit = (page * 0.85).astype(np.uint8)
    return np.asarray(cv2.warpPerspective(lit, view, (WIDTH, HEIGHT), borderValue=45), np.uint8)


def slope(scan: Scan) -> float:
    """How far the further end of a level line of the flat page is off the place that the near
    end has on the page given, back on the flat page: through the warp, as a slope."""
    a, b = scan.warp._at(100.0, 300.0), scan.warp._at(400.0, 300.0)
    return (b[1] - a[1]) / (b[0] - a[0])


@pytest.mark.parametrize("degrees", [-2.0, 0.6, 3.0])
@pytest.mark.parametrize("page", [typed(), ruled()], ids=["typed", "ruled"])
def test_a_skew_is_taken_out(page: Pixels, degrees: float) -> None:
    scan, _ = flatten(turned(page, degrees), None, DPI, False, DPI / 72)
    assert slope(scan) == pytest.approx(np.tan(np.deg2rad(degrees)), abs=0.0015)


def test_a_straight_page_is_left_as_it_is() -> None:
    page = ruled()
    assert flatten(page, None, DPI, False, DPI / 72)[0].grey is page


def test_a_streak_does_not_turn_a_page() -> None:
    """A scanner's streak is upright on a page that lies askew."""
    page = turned(ruled(), 1.5)
    page[:, 300:302] = 0
    scan, lines = flatten(page, None, DPI, False, DPI / 72)
    assert slope(scan) == pytest.approx(np.tan(np.deg2rad(1.5)), abs=0.0015)
    assert sum(r.along == "v" for r in find_rules(scan, lines)) == 5


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_which_way_type_runs(quarters: int) -> None:
    page = np.ascontiguousarray(np.rot90(typed(), quarters))
    assert flatten(page, None, DPI, False, DPI / 72)[0].sideways is bool(quarters % 2)


def test_a_sheet_on_a_desk_is_made_a_rectangle() -> None:
    """Type that no rules help: what is level on the sheet is level again, and the desk gone."""
    picture = seen_from_aside(typed())
    sheet = find_sheet(picture, DPI)
    assert sheet is not None
    scan, _ = flatten(picture, None, DPI, False, DPI / 72, sheet)
    width, height = sheet.size
    assert height / width == pytest.approx(2**0.5, abs=0.01)
    for across, down, corner in ((0, 0, (90, 60)), (width, height, (800, 1120))):
        at = scan.warp._at(across * 72 / DPI, down * 72 / DPI)
        assert np.array(at) * DPI / 72 == pytest.approx(corner, abs=3)
    assert scan.grey.shape == (height, width)
    assert scan.grey.min() > 20 and (scan.grey[:2] == 255).all()


def test_no_sheet_where_paper_is_all_there_is() -> None:
    assert find_sheet(typed(), DPI) is None


@pytest.mark.parametrize("side", [64, 100, 137])
def test_a_sheet_in_a_thumbnail_is_measured_all_the_same(side: int) -> None:
    picture = cv2.resize(seen_from_aside(typed()), (side, round(side * HEIGHT / WIDTH)))
    page = flat_page(1, Picture(picture, None))
    assert page.readable and page.scan is not None


def test_lines_of_small_type_are_no_rules() -> None:
    """The address that a browser prints at the foot of a page without rules."""
    page = typed()
    for x in range(100, 420, 5):
        page[1120:1126, x : x + 4] = 90
    scan = Scan(page, None, DPI, False, Warp(1, 1, np.zeros((2, 2, 2), np.float32)))
    assert not find_rules(scan, find_lines(page, DPI, SHORTEST_RULES))


def test_streaks_leave_and_type_stays() -> None:
    ink = (typed() < 128).astype(np.uint8)
    kept = int(ink.sum())
    streaked = ink.copy()
    rows = np.arange(HEIGHT)
    streaked[rows, 760 + rows // 60] = 1
    assert int(without_streaks(streaked, DPI).sum()) == kept


@pytest.mark.parametrize(("first", "last"), [(200, 950), (150, 900)])
def test_a_row_cut_off_by_the_page_is_bounded(first: int, last: int) -> None:
    """A page break took its border; the lines down the page tell where it ends."""
    page = ruled()
    page[150:first, 110:195] = page[150:first, 210:445] = page[150:first, 460:545] = 255
    page[150:152, 102:700] = 255 if first > 150 else 40
    page[950:952, 102:700] = 255 if last < 950 else 40
    for x in (100, 200, 450, 550, 700):
        page[150:952, x : x + 2] = 40
    scan, lines = flatten(page, None, DPI, False, DPI / 72)
    across = sorted(r.at for r in find_rules(scan, lines) if r.along == "h")
    assert across[0] == pytest.approx(150 * 72 / DPI, abs=2)
    assert across[-1] == pytest.approx(951 * 72 / DPI, abs=2)


def test_a_streak_does_not_shear_a_table_ruled_across_alone() -> None:
    """It runs straight down the picture, and the table lies askew."""
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for y in range(150, 1000, 50):
        page[y : y + 2, 100:701] = 40
    askew = turned(page, 1.5)
    askew[20:1150, 760:762] = 40
    _, lines = flatten(askew, None, DPI, False, DPI / 72)
    left = [k.start for k in lines.across if len(k.at) > 500]
    assert len(left) >= 15
    assert max(left) - min(left) <= 4


def test_bits_of_type_are_no_rules_where_none_run_down() -> None:
    """Strokes of several characters in one line may look ruled; they end anywhere."""
    page = typed()
    for k in range(6):
        page[300 + 90 * k : 302 + 90 * k, 130 + 40 * k : 330 + 55 * k] = 40
    scan, lines = flatten(page, None, DPI, False, DPI / 72)
    assert not find_rules(scan, lines)
    table = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for y in range(150, 1000, 50):
        table[y : y + 2, 100:701] = 40
    scan, lines = flatten(table, None, DPI, False, DPI / 72)
    assert len(find_rules(scan, lines)) == 17


def test_a_lone_row_without_its_upper_border_keeps_its_cells() -> None:
    """All lines down it begin where the page before ended."""
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    page[160:162, 100:702] = 40
    for x in (100, 200, 320, 450, 550, 700):
        page[100:162, x : x + 2] = 40
    scan, lines = flatten(page, None, DPI, False, DPI / 72)
    found = find_rules(scan, lines)
    assert sum(r.along == "v" for r in found) == 6
    assert min(r.at for r in found if r.along == "h") == pytest.approx(100 * 72 / DPI, abs=2)


def v_and_h(page: Pixels) -> tuple[int, int]:
    """How many rules a flat page has down it and across it."""
    scan, lines = flatten(page, None, DPI, False, DPI / 72)
    found = find_rules(scan, lines)
    return sum(r.along == "v" for r in found), sum(r.along == "h" for r in found)


def test_a_rule_is_followed_through_the_mark_that_hides_it() -> None:
    """A box filled by hand, and more than filled: a fourth of an inch of the rule is black."""

    def lengths(page: Pixels) -> list[float]:
        scan, lines = flatten(page, None, DPI, False, DPI / 72)
        return [r.hi - r.lo for r in find_rules(scan, lines)]

    page = ruled()
    before = lengths(page)
    page[585:612, 300:326] = 30
    page[470:496, 442:464] = 30
    assert lengths(page) == pytest.approx(before, abs=2)


def test_the_columns_of_a_table_of_one_row_are_found() -> None:
    """Below another table, whose columns stand elsewhere."""
    page = ruled()
    page[950:952, 100:702] = page[1002:1004, 100:702] = 40
    for x in (100, 160, 300, 500, 620, 700):
        page[950:1004, x : x + 2] = 40
    down, across = v_and_h(page)
    assert (down, across) == (2 + 3 + 4, 18)


def test_hatching_is_no_rule_down_a_table() -> None:
    """A pen's strokes over one column of boxes, row by row, in a table ruled across alone."""
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for y in range(150, 1000, 50):
        page[y : y + 2, 100:701] = 40
    for x in range(520, 545, 5):
        page[150:700, x : x + 2] = 90
    assert v_and_h(page) == (0, 17)


@pytest.mark.parametrize("stated", [72.0, 96.0])
def test_the_resolution_of_a_screen_is_not_believed(stated: float) -> None:
    """An A4 page at 100 dpi, of which a program made a PDF with a point to each pixel."""
    page = flat_page(1, Picture(ruled(), stated))
    assert page.scan is not None
    assert page.scan.dpi == pytest.approx(DPI, rel=0.01)
    page = flat_page(1, Picture(ruled(), 120.0))
    assert page.scan is not None
    assert page.scan.dpi == pytest.approx(120.0)
