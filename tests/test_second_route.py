"""What the page's pixels say of a box that its objects decided."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from paper import IDS, all_lines, boxes_of, print_form, read

from fcextract.geometry import Box
from fcextract.marks.evidence import Says, Verdict
from fcextract.marks.second import AROUND, DPI, POINTS_PER_INCH, SecondRoute
from fcextract.records import BoxReading, PageFrame, Place, Run, State

SCALE = DPI / POINTS_PER_INCH
FRAME = PageFrame(1, 0, 200.0, 100.0, True)
CELL, BOX = Box(40, 20, 100, 50), Box(60, 30, 70, 40)
PAPER = 255


def a_page() -> Any:
    return np.full((round(FRAME.height * SCALE), round(FRAME.width * SCALE)), PAPER, np.uint8)


def px(v: float) -> int:
    return round(v * SCALE)


def framed(page: Any, grey: int = 0) -> Any:
    cv2.rectangle(page, (px(BOX.x0), px(BOX.y0)), (px(BOX.x1), px(BOX.y1)), grey, 1)
    return page


def ticked(page: Any, grey: int = 0) -> Any:
    points = np.array([(px(62), px(35)), (px(64.5), px(38)), (px(69), px(31))], np.int32)
    cv2.polylines(page, [points], False, grey, 2)
    return page


def compared(
    page: Any,
    state: State,
    *kinds: str,
    says: Says | None = Says.EMPTY,
    text: str = "",
    box: Box = BOX,
) -> BoxReading:
    runs = (Run(text, BOX, (BOX.x0, BOX.x1), (), "F", 10.0, 0, -1, True),) if text else ()
    place = Place(1, CELL, runs=runs)

    def look(frame: PageFrame, part: Box, dpi: float) -> Any:
        assert dpi == DPI
        return page[px(part.y0) : px(part.y1), px(part.x0) : px(part.x1)]

    reading = BoxReading(state, 0.999, 1, box, kinds)
    route = SecondRoute(look, {1: FRAME}, [place, None])
    return route.compare(reading, place, Verdict(says, box if says else CELL, kinds, 0.999))


@pytest.mark.parametrize("grey", [0, 150, 220])
@pytest.mark.parametrize("state", [State.CHECKED, State.EMPTY])
def test_pixels_that_agree_are_a_witness(state: State, grey: int) -> None:
    page = framed(a_page(), grey)
    if state is State.CHECKED:
        ticked(page)
    found = compared(page, state, "vector", says=Says.TICKED)
    assert (found.state, found.readers) == (state, ("vector", "raster"))
    assert found.confidence > 0.999


def test_a_tick_that_no_object_tells() -> None:
    found = compared(ticked(framed(a_page())), State.EMPTY, "vector")
    assert (found.state, found.code) == (State.UNCERTAIN, "readers-disagree")


def test_a_tick_from_side_to_side_of_a_box_with_a_pale_side() -> None:
    """What is left above it is as even as an empty box's hole, and not in the middle."""
    page = framed(a_page(), 158)
    page[px(BOX.y0) : px(BOX.y1), px(BOX.x1)] = 195
    points = np.array([(px(60.5), px(36)), (px(64), px(39)), (px(69.5), px(34.5))], np.int32)
    cv2.polylines(page, [points], False, 0, 2)
    found = compared(page, State.CHECKED, "picture", says=Says.TICKED)
    assert (found.state, found.readers) == (State.CHECKED, ("picture", "raster"))


SEEN = json.loads(Path(__file__).with_name("data").joinpath("ticked_boxes_seen.json").read_text())


@pytest.mark.parametrize("name", SEEN)
def test_ticks_that_leave_an_even_part_of_the_box(name: str) -> None:
    """Grey pixels of ticked boxes as PDFium drew them, whose paper above the tick, or whose
    ground with a pale tick, might be taken for an empty box's hole."""
    box = np.array(SEEN[name], np.uint8)
    page = a_page()
    height, width = box.shape
    x, y = px(BOX.x0), px(BOX.y0)
    page[y : y + height, x : x + width] = box
    own = Box(BOX.x0, BOX.y0, BOX.x0 + width / SCALE, BOX.y0 + height / SCALE).grow(-AROUND)
    assert compared(page, State.CHECKED, "vector", says=Says.TICKED, box=own).state is State.CHECKED
    assert "raster" not in compared(page, State.EMPTY, "vector", box=own).readers


def test_a_ticked_box_that_looks_empty() -> None:
    found = compared(framed(a_page()), State.CHECKED, "vector", says=Says.TICKED)
    assert (found.state, found.code) == (State.UNCERTAIN, "readers-disagree")


@pytest.mark.parametrize("state", [State.CHECKED, State.EMPTY])
def test_a_box_that_is_not_seen_is_missing(state: State) -> None:
    """Painted over by something that no reader of objects knows, or cut off."""
    assert compared(a_page(), state, "vector", says=Says.TICKED).state is State.MISSING


def test_ink_in_a_blank_cell() -> None:
    assert compared(a_page(), State.EMPTY, "vector", says=None).state is State.EMPTY
    inked = compared(ticked(a_page()), State.EMPTY, "vector", says=None)
    assert (inked.state, inked.code) == (State.UNCERTAIN, "readers-disagree")


def test_where_pixels_cannot_tell_they_abstain() -> None:
    pale = ticked(framed(a_page(), 200), 225)  # a disabled box: pale, and still a mark
    half = framed(a_page())
    half[px(35) :] = PAPER  # cut by the end of a page
    speck = framed(a_page())
    speck[px(35) : px(35) + 2, px(65) : px(65) + 1] = 100
    for page in (pale, half, speck):
        found = compared(page, State.CHECKED, "vector", says=Says.TICKED)
        assert (found.state, found.readers) == (State.CHECKED, ("vector",))


@pytest.mark.parametrize("kinds", [("widget",), ("widget", "glyph")])
def test_a_field_that_is_on_need_not_be_drawn(kinds: tuple[str, ...]) -> None:
    for page in (a_page(), framed(a_page())):
        found = compared(page, State.CHECKED, *kinds, says=Says.TICKED)
        assert (found.state, found.readers) == (State.CHECKED, kinds)
    over = compared(ticked(framed(a_page())), State.EMPTY, *kinds)
    assert over.state is State.UNCERTAIN, "a tick drawn over a field that is off"


def test_a_choice_is_read_by_its_characters() -> None:
    page = ticked(framed(a_page()))
    found = compared(page, State.EMPTY, "glyph", text="□是 √否")
    assert (found.state, found.readers) == (State.EMPTY, ("glyph",))


def test_unread_boxes_stay_unread() -> None:
    found = compared(framed(a_page()), State.UNCERTAIN, "vector")
    assert (found.state, found.readers) == (State.UNCERTAIN, ("vector",))


def test_a_text_layer_that_calls_ticked_boxes_empty(tmp_path: Path) -> None:
    """The characters say that nothing is ticked; the page shows that something is."""
    ticks = {(IDS[1], "self"), (IDS[3], "reviewer"), (IDS[4], "self")}
    made = print_form(all_lines(ticks)[:12], "typed")
    (honest,) = read(made, tmp_path)
    assert {k for k, b in boxes_of(honest).items() if b.state == "checked"} == ticks
    lied = 0
    for xref in range(1, made.doc.xref_length()):
        if made.doc.xref_is_stream(xref) and b"beginbf" in (cmap := made.doc.xref_stream(xref)):
            made.doc.update_stream(xref, cmap.replace(b"2611", b"2610"))
            lied += cmap.count(b"2611")
    assert lied
    (sheet,) = read(made, tmp_path)
    states = {k: boxes_of(sheet)[k].state for k in ticks}
    assert set(states.values()) <= {"uncertain", "missing"}, states
