"""Never silent: what nobody can be sure of is unread, under the right code, and no other
box changes for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pymupdf
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from paper import (
    BOX_CODES,
    CODES,
    HEIGHT,
    IDS,
    ITEMS,
    KEYS,
    SIDE,
    WHO,
    Key,
    Line,
    Paper,
    a_line,
    add_field,
    all_lines,
    audit,
    boxes_of,
    changed,
    faults,
    print_form,
    read,
    tick_ops,
    transcript,
    truth_of,
)

from fcextract.records import Scoresheet

TICKS = frozenset(k for k in KEYS if Random(f"conflict/{k}").random() < 0.4)
#: A box that is ticked and one that is not, off the pages' edges.
ON, OFF = ("027", "self"), ("023", "reviewer")
#: The form on which one box is spoilt ends after its second page, for speed.
ROWS = 60
BLACK, WHITE, RED = (0, 0, 0), (1, 1, 1), (0.8, 0.05, 0.05)


@lru_cache(maxsize=8)
def _printed(style: str, rules: bool) -> Paper:
    return print_form(all_lines(TICKS)[:ROWS], style, rules=rules)


def form(style: str, rules: bool = True) -> Paper:
    """A fresh print of the form."""
    return _printed(style, rules).copy()


def doubtful(
    made: Paper, codes: Mapping[Key, Collection[str]], folder: Path, others: Collection[str] = ()
) -> None:
    """Exactly the boxes of ``codes`` are unread, each with one of its codes, and the audit
    says so."""
    audited = audit(made, folder)
    assert faults(audited.sheet, truth_of(made.lines), codes) == []
    printed = {line.key for line in made.lines}
    found = {f.item_id for f in audited.findings if f.code in BOX_CODES}
    assert found & printed == {item_id for item_id, _ in codes}
    assert audited.summary.unread_boxes == len(codes) + 2 * (len(IDS) - len(printed))
    assert {e.code for e in audited.sheet.extras} <= set(others)


def is_unread(sheet: Scoresheet, key: Key) -> bool:
    return boxes_of(sheet)[key].state in ("uncertain", "missing")


each_style = pytest.mark.parametrize("style", ["drawn", "native", "typed", "square", "field"])


def test_the_form_itself_is_sure(tmp_path: Path) -> None:
    """Else the tests below would show nothing."""
    for style in ("drawn", "native", "typed", "square", "field"):
        doubtful(form(style), {}, tmp_path)
    assert ON in TICKS and OFF not in TICKS


# ------------------------------------------------------------------ put over a box


def patched(made: Paper, key: Key, grow: float, color: Any, how: str = "path") -> Paper:
    """A rectangle over a box, ``grow`` points larger, painted last or as an annotation."""
    rect = made.rect(key, grow)
    if made.style == "square":
        rect.x0, rect.x1 = rect.x0 - 5, rect.x1 + 5
    if how == "path":
        made.page(key).draw_rect(rect, color=None, fill=color)
    else:
        patch = made.page(key).add_rect_annot(rect)
        patch.set_colors(stroke=color, fill=color)
        patch.update()
    return made


@pytest.mark.parametrize("grow", [1.0, 0.0], ids=["larger", "same"])
@pytest.mark.parametrize("style", ["drawn", "native", "typed", "square"])
def test_white_patch_over_a_tick(style: str, grow: float, tmp_path: Path) -> None:
    """The text or the paths say one thing, the paper shows another."""
    made = patched(form(style), ON, grow, WHITE)
    doubtful(made, {ON: {"readers-disagree"}}, tmp_path)


@pytest.mark.parametrize("key", [ON, OFF], ids=["ticked", "empty"])
@each_style
def test_white_ground_that_ends_in_a_box(style: str, key: Key, tmp_path: Path) -> None:
    """A page break slices rows: the ground of the page's content ends anywhere."""
    made = form(style)
    rect = made.rect(key)
    ground = pymupdf.Rect(30, (rect.y0 + rect.y1) / 2, 560, 800)
    made.page(key).draw_rect(ground, color=None, fill=WHITE, overlay=False)
    doubtful(made, {}, tmp_path)


@pytest.mark.parametrize("key", [ON, OFF], ids=["ticked", "empty"])
@each_style
def test_white_patch_as_annotation(style: str, key: Key, tmp_path: Path) -> None:
    made = patched(form(style), key, 1.0, WHITE, "annotation")
    doubtful(made, {key: {"readers-disagree", "box-uncertain"}}, tmp_path)


@pytest.mark.parametrize("key", [ON, OFF], ids=["ticked", "empty"])
@each_style
def test_black_patch_as_annotation(style: str, key: Key, tmp_path: Path) -> None:
    """Larger than the box: no mark in it, but something over it."""
    made = patched(form(style), key, 4.0, BLACK, "annotation")
    doubtful(made, {key: BOX_CODES}, tmp_path)


@pytest.mark.parametrize("how", ["annotation", "path"])
@each_style
def test_square_drawn_round_an_empty_box(style: str, how: str, tmp_path: Path) -> None:
    """A reviewer's frame that points at a box, and fills nothing."""
    made = form(style)
    rect = made.rect(OFF, 3.0)
    if how == "path":
        made.page(OFF).draw_rect(rect, color=RED, width=1)
    else:
        frame = made.page(OFF).add_rect_annot(rect)
        frame.set_colors(stroke=RED)
        frame.update()
    (sheet,) = read(made, tmp_path)
    assert boxes_of(sheet)[OFF].state != "checked"
    unread = {OFF: BOX_CODES} if is_unread(sheet, OFF) else {}
    assert faults(sheet, truth_of(made.lines), unread) == []


@pytest.mark.parametrize("style", ["drawn", "native", "typed", "square"])
def test_white_patch_over_an_empty_box(style: str, tmp_path: Path) -> None:
    """Nothing is hidden but a frame: empty is right, unread is fair, ticked is neither."""
    made = patched(form(style), OFF, 1.0, WHITE)
    (sheet,) = read(made, tmp_path)
    unread = {OFF: BOX_CODES} if is_unread(sheet, OFF) else {}
    assert faults(sheet, truth_of(made.lines), unread) == []


@pytest.mark.parametrize("style", ["drawn", "native", "typed", "square"])
def test_white_picture(style: str, tmp_path: Path) -> None:
    made = form(style)
    pixels = pymupdf.Pixmap(pymupdf.csGRAY, (0, 0, 20, 20), False)
    pixels.clear_with(255)
    made.page(ON).insert_image(made.rect(ON, 1), pixmap=pixels)
    doubtful(made, {ON: {"readers-disagree"}}, tmp_path)


def test_drawn_tick_over_a_field_that_is_off(tmp_path: Path) -> None:
    made = form("field")
    made.paint(made.page(OFF), f"0 G 1 w {tick_ops(made.rect(OFF))}")
    doubtful(made, {OFF: {"readers-disagree"}}, tmp_path)


@pytest.mark.parametrize(("key", "shown"), [(ON, "/Off"), (OFF, "/Yes")], ids=["on", "off"])
def test_field_whose_value_and_appearance_differ(key: Key, shown: str, tmp_path: Path) -> None:
    made = form("field")
    (field,) = [w for w in made.page(key).widgets() if w.field_name == ".".join(key)]
    made.doc.xref_set_key(field.xref, "AS", shown)
    doubtful(made, {key: {"readers-disagree"}}, tmp_path)


@pytest.mark.parametrize("grow", [0.0, 1.5, 3.0])
def test_printed_stroke_under_a_field_that_is_off(grow: float, tmp_path: Path) -> None:
    """As large as the field or larger, so that its ends show."""
    made = form("field")
    rect = made.rect(OFF, grow)
    ink(made, made.page(OFF), [(rect.x0, rect.y1), (rect.x1, rect.y0)], "path")
    doubtful(made, {OFF: {"readers-disagree", "box-uncertain", "mark-outside-box"}}, tmp_path)


@pytest.mark.parametrize("style", ["typed", "square"])
@pytest.mark.parametrize("ticked", [True, False])
def test_field_over_a_printed_empty_box(ticked: bool, style: str, tmp_path: Path) -> None:
    """The box below says nothing; the field does."""
    made = form(style)
    add_field(made, OFF, ticked)
    (sheet,) = read(made, tmp_path)
    unread = {OFF: BOX_CODES} if style == "square" and is_unread(sheet, OFF) else {}
    assert faults(sheet, truth_of(made.lines) | {OFF: ticked}, unread) == []


def test_field_over_a_printed_tick(tmp_path: Path) -> None:
    """A form editor put an empty field over a box that was ticked in print."""
    made = form("drawn")
    add_field(made, ON, False)
    doubtful(made, {ON: {"readers-disagree", "box-uncertain"}}, tmp_path)


# --------------------------------------------------------------------- typed marks


@pytest.mark.parametrize("style", ["drawn", "native", "field"])
@pytest.mark.parametrize("char", ["☑", "√"])
def test_invisible_characters(char: str, style: str, tmp_path: Path) -> None:
    """Render mode 3: a search finds a tick that no reader of the paper sees."""
    made = form(style)
    made.type_at(OFF, char, mode=3)
    doubtful(made, {OFF: {"readers-disagree"}}, tmp_path)


@pytest.mark.parametrize("style", ["drawn", "typed", "field"])
def test_white_tick(style: str, tmp_path: Path) -> None:
    made = form(style)
    made.type_at(OFF, "√", color="1 g")
    doubtful(made, {OFF: {"readers-disagree"}}, tmp_path)


@pytest.mark.parametrize("dx", [11.0, -11.0], ids=["right", "left"])
@pytest.mark.parametrize("style", ["drawn", "native", "field"])
def test_typed_tick_beside_the_box(style: str, dx: float, tmp_path: Path) -> None:
    made = form(style)
    made.type_at(OFF, "√", dx=dx)
    doubtful(made, {OFF: {"mark-outside-box"}}, tmp_path)


@pytest.mark.parametrize(
    "text", ["×", "☑是☑否", "□是□否√", "□□", "☑☐", "√×", "是", "好", "？", "\ue123", "\ue124"]
)
@pytest.mark.parametrize("style", ["typed", "square"])
def test_typed_riddles(text: str, style: str, tmp_path: Path) -> None:
    """A cross alone, both answers, two boxes, a word, glyphs of unknown meaning."""
    made = print_form(all_lines(TICKS)[:ROWS], style, box_of={ON: text})
    doubtful(made, {ON: {"box-uncertain"}}, tmp_path)


@pytest.mark.parametrize("sign", ["☑", "√适用 □不适用", "[√]"])
def test_blank_cell_where_all_boxes_seen_are_ticked(sign: str, tmp_path: Path) -> None:
    """No empty box shows that boxes are printed; a blank cell is no empty box all the same."""
    blank = (IDS[4], "reviewer")
    keys = [(item_id, who) for item_id in IDS[:ROWS] for who in WHO]
    texts = {k: "" if k == blank else sign for k in keys}
    made = print_form(all_lines(set(keys))[:ROWS], "typed", box_of=texts)
    doubtful(made, {blank: {"box-missing"}}, tmp_path)


def test_all_boxes_typed_in_unknown_glyphs(tmp_path: Path) -> None:
    """Private use: each is told by its looks, or it is unread."""
    signs = {k: "\ue123" if k in TICKS else "\ue124" for k in KEYS}
    (sheet,) = read(print_form(all_lines(TICKS), "typed", box_of=signs), tmp_path)
    unread = {k: BOX_CODES for k in KEYS if is_unread(sheet, k)}
    assert faults(sheet, truth_of(all_lines(TICKS)), unread) == []


def test_two_typed_boxes_in_one_cell(tmp_path: Path) -> None:
    made = form("typed")
    made.type_at(OFF, "☑", dx=10)
    doubtful(made, {OFF: {"box-uncertain", "readers-disagree"}}, tmp_path)


# -------------------------------------------------------------------------- strokes


def ink(made: Paper, page: Any, points: list[tuple[float, float]], how: str) -> None:
    """A pen's stroke, as an annotation, or as a path on the page."""
    if how == "annotation":
        pen = page.add_ink_annot([points])
        pen.set_colors(stroke=RED)
        pen.set_border(width=1.2)
        pen.update()
        return
    (x, y), *rest = points
    path = f"{x} {HEIGHT - y} m " + " ".join(f"{x} {HEIGHT - y} l" for x, y in rest)
    made.paint(page, f"1 0 0 RG 1.2 w {path} S")


def tick_points(rect: Any) -> list[tuple[float, float]]:
    return [
        (rect.x0 + u * rect.width, rect.y0 + v * rect.height)
        for u, v in ((0.2, 0.5), (0.42, 0.78), (0.85, 0.2))
    ]


each_pen = pytest.mark.parametrize("how", ["annotation", "path"])


@each_pen
@pytest.mark.parametrize("style", ["drawn", "typed", "native", "field"])
@pytest.mark.parametrize("dx", [11.0, -11.0], ids=["right", "left"])
def test_ink_beside_the_box(dx: float, style: str, how: str, tmp_path: Path) -> None:
    made = form(style)
    rect = made.rect(OFF, dx=dx)
    ink(made, made.page(OFF), tick_points(rect), how)
    doubtful(made, {OFF: {"mark-outside-box"}}, tmp_path)


@each_pen
@pytest.mark.parametrize("style", ["drawn", "typed", "native", "field"])
def test_ink_through_three_rows(style: str, how: str, tmp_path: Path) -> None:
    """One stroke from the first box's middle to the third's: none of the three is sure."""
    made = form(style)
    keys = [(i, "self") for i in IDS[20:23]]
    assert len({made.boxes[k][0] for k in keys}) == 1
    rects = [made.rect(k) for k in keys]
    points = [
        ((r.x0 + r.x1) / 2 + d, (r.y0 + r.y1) / 2) for r, d in zip(rects, (-2, 2, -2), strict=True)
    ]
    ink(made, made.page(keys[0]), points, how)
    codes = {"mark-outside-box", "box-uncertain", "readers-disagree"}
    wanted: dict[Key, Collection[str]] = {k: codes for k in keys if k not in TICKS}
    (sheet,) = read(made, tmp_path)
    lenient = wanted | {k: BOX_CODES for k in keys if k in TICKS and is_unread(sheet, k)}
    assert faults(sheet, truth_of(made.lines), lenient) == []


@each_pen
@pytest.mark.parametrize("style", ["drawn", "native", "typed", "field"])
def test_row_struck_out(style: str, how: str, tmp_path: Path) -> None:
    """One straight line through all of a row, ticked box and empty box alike."""
    made = form(style)
    y = (made.rect(ON).y0 + made.rect(ON).y1) / 2
    ink(made, made.page(ON), [(30, y), (565, y)], how)
    unread = {(ON[0], who): BOX_CODES for who in WHO}
    doubtful(made, unread, tmp_path, others={"unnumbered-row"})


@each_pen
@pytest.mark.parametrize(
    ("style", "rules"),
    [(s, "ruled") for s in ("drawn", "native", "typed", "field")]
    + [(s, "open") for s in ("drawn", "typed")],
)
def test_line_down_a_column_of_boxes(style: str, rules: str, how: str, tmp_path: Path) -> None:
    made = form(style, rules == "ruled")
    rect = made.rect(OFF)
    x, y = (rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2
    line = [(x, y - 100), (x, y + 100)]
    ink(made, made.page(OFF), line, how)
    crossed = [
        k
        for k in made.boxes
        if made.boxes[k][0] == made.boxes[OFF][0] and length_in(line, made.rect(k)) > SIDE - 1
    ]
    assert len(crossed) > 8
    (sheet,) = read(made, tmp_path)
    unread = {k: BOX_CODES for k in made.boxes if k in crossed or is_at_an_end(made, k, line)}
    unread = {k: c for k, c in unread.items() if k in crossed or is_unread(sheet, k)}
    assert faults(sheet, truth_of(made.lines), unread) == []


def is_at_an_end(made: Paper, key: Key, line: list[tuple[float, float]]) -> bool:
    """Whether the line ends in this box or close to it: not for this test to say."""
    same = made.boxes[key][0] == made.boxes[OFF][0]
    return same and any(made.rect(key, 6).contains(pymupdf.Point(p)) for p in line)


@pytest.mark.parametrize("along", ["down", "across"])
@pytest.mark.parametrize("style", ["drawn", "native", "typed", "field"])
def test_straight_stroke_through_an_empty_box(style: str, along: str, tmp_path: Path) -> None:
    """A mark or not: to pass it over is neither."""
    made = form(style)
    rect = made.rect(OFF)
    x, y = (rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2
    dx, dy = (16, 0) if along == "across" else (0, 10)
    ink(made, made.page(OFF), [(x - dx, y - dy), (x + dx, y + dy)], "path")
    (sheet,) = read(made, tmp_path)
    assert boxes_of(sheet)[OFF].state != "empty"
    others = truth_of(made.lines) | {OFF: boxes_of(sheet)[OFF].state == "checked"}
    unread = {OFF: BOX_CODES} if is_unread(sheet, OFF) else {}
    assert faults(sheet, others, unread) == []


#: Strokes from a box's middle that are flat or steep enough to look like a bit of a rule.
BARS = {
    "dash beside": [(8.0, -0.8), (13.0, 0.6)],
    "steep beside": [(9.0, -3.0), (10.5, 3.0)],
    "slash to the cell's edge": [(16.8, -1.1), (-6.0, 1.4)],
}


@each_pen
@pytest.mark.parametrize("style", ["drawn", "native", "typed", "field"])
@pytest.mark.parametrize("bar", BARS)
def test_stroke_like_a_bit_of_a_rule(bar: str, style: str, how: str, tmp_path: Path) -> None:
    """Slanted, in the cell and red: whatever it is, it is not passed over."""
    made = form(style)
    rect = made.rect(OFF)
    x, y = (rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2
    ink(made, made.page(OFF), [(x + dx, y + dy) for dx, dy in BARS[bar]], how)
    (sheet,) = read(made, tmp_path)
    assert boxes_of(sheet)[OFF].state != "empty"


@pytest.mark.parametrize("style", ["drawn", "typed", "native"])
def test_slanted_line_through_a_box(style: str, tmp_path: Path) -> None:
    """A line that goes on outside the box is no tick."""
    made = form(style)
    rect = made.rect(OFF)
    y = (rect.y0 + rect.y1) / 2
    ink(made, made.page(OFF), [(rect.x0 - 60, y + 1.5), (rect.x1 + 60, y - 1.5)], "path")
    doubtful(made, {OFF: BOX_CODES}, tmp_path)


@pytest.mark.parametrize("key", [ON, OFF], ids=["ticked", "empty"])
@pytest.mark.parametrize("style", ["drawn", "native"])
def test_blacked_out_box(style: str, key: Key, tmp_path: Path) -> None:
    """A black patch larger than the box is no way to tick it."""
    made = patched(form(style), key, 3.0, BLACK)
    doubtful(made, {key: {"mark-cancelled"}}, tmp_path)


@pytest.mark.parametrize("style", ["drawn", "native"])
def test_blacked_out_tick(style: str, tmp_path: Path) -> None:
    """Exactly the box, but over a tick: someone took it back."""
    made = patched(form(style), ON, 0.0, BLACK)
    doubtful(made, {ON: {"mark-cancelled", "readers-disagree"}}, tmp_path)


@pytest.mark.parametrize("key", [ON, OFF], ids=["ticked", "empty"])
def test_blacked_out_character(key: Key, tmp_path: Path) -> None:
    made = patched(form("typed"), key, 1.0, BLACK)
    doubtful(made, {key: BOX_CODES}, tmp_path)


def test_speck_in_a_box(tmp_path: Path) -> None:
    made = form("drawn")
    rect = made.rect(OFF)
    at = pymupdf.Point(rect.x0 + 4.1, rect.y0 + 3.8)
    made.page(OFF).draw_circle(at, 0.35, color=None, fill=BLACK)
    doubtful(made, {OFF: {"box-uncertain"}}, tmp_path)


def test_two_drawn_boxes_in_one_cell(tmp_path: Path) -> None:
    made = form("drawn")
    made.page(OFF).draw_rect(made.rect(OFF, dx=12), color=BLACK, width=0.7)
    doubtful(made, {OFF: {"box-uncertain"}}, tmp_path)


def test_word_typed_over_a_box(tmp_path: Path) -> None:
    made = form("drawn")
    made.page(OFF).add_freetext_annot(made.rect(OFF, 2), "不符合", fontsize=6)
    doubtful(made, {OFF: BOX_CODES}, tmp_path)


@pytest.mark.parametrize("style", ["drawn", "typed", "native", "square"])
def test_ink_tick_on_an_empty_box_is_a_tick(style: str, tmp_path: Path) -> None:
    """The counterpart: what is clear must not be doubted."""
    made = form(style)
    rect = made.rect(OFF, dx=-4.0 if style == "square" else 0.0)
    ink(made, made.page(OFF), tick_points(rect), "annotation")
    (sheet,) = read(made, tmp_path)
    assert faults(sheet, truth_of(made.lines) | {OFF: True}) == []


@pytest.mark.parametrize("style", ["drawn", "typed", "native", "square", "field"])
def test_ink_on_a_ticked_box(style: str, tmp_path: Path) -> None:
    """Struck out, or ticked twice: nobody can say."""
    made = form(style)
    rect = made.rect(ON, dx=-4.0 if style == "square" else 0.0)
    ink(made, made.page(ON), [(rect.x0, rect.y1), (rect.x1, rect.y0)], "annotation")
    doubtful(made, {ON: {"mark-cancelled", "readers-disagree"}}, tmp_path)


# ---------------------------------------------------------------------------- at random

#: The same examples every time, not shrunk: each costs a whole form.
quick = settings(max_examples=10, derandomize=True, phases=[Phase.explicit, Phase.generate])
#: What may slip into a cell that holds a mark. None of it turns a tick into no tick.
SLIPS = ["", "", " ", "是", "好", "1", "\ue123", "？", "☐", "□", "×", ".", "\u3000"]
slips = st.tuples(st.sampled_from(SLIPS), st.sampled_from(SLIPS))


@pytest.mark.parametrize("style", ["typed", "square"])
@given(st.dictionaries(st.sampled_from(KEYS[: 2 * ROWS]), slips, max_size=12))
@quick
def test_slips_of_typing(
    style: str, tmp_path_factory: pytest.TempPathFactory, cells: dict[Key, tuple[str, str]]
) -> None:
    """A cell with something more in it is read right, or it is unread."""
    signs = {"typed": ("☐", "☑"), "square": ("□", "□√")}[style]
    texts = {k: a + signs[k in TICKS] + b for k, (a, b) in cells.items()}
    made = print_form(all_lines(TICKS)[:ROWS], style, box_of=texts)
    (sheet,) = read(made, tmp_path_factory.mktemp("slips"))
    unread = {k: BOX_CODES for k in texts if is_unread(sheet, k)}
    assert faults(sheet, truth_of(made.lines), unread) == []


near = st.tuples(st.floats(-22, 22), st.floats(-16, 16))


@pytest.mark.parametrize("style", ["drawn", "typed", "native"])
@pytest.mark.parametrize("how", ["annotation", "path"])
@example(OFF, [(0.0, 9.0), (13.0, 1.0)])
@given(st.sampled_from([OFF, ON]), st.lists(near, min_size=2, max_size=4, unique=True))
@quick
def test_any_stroke(
    style: str,
    how: str,
    tmp_path_factory: pytest.TempPathFactory,
    key: Key,
    offsets: list[tuple[float, float]],
) -> None:
    """No stroke makes a tick where it is not, hides one, or is passed over in a box."""
    made = form(style)
    rect = made.rect(key)
    x, y = (rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2
    points = [(x + dx, y + dy) for dx, dy in offsets]
    ink(made, made.page(key), points, how)
    (sheet,) = read(made, tmp_path_factory.mktemp("stroke"))
    truth = truth_of(made.lines)
    for k, box in boxes_of(sheet).items():
        inside = 0.0
        if k in made.boxes and made.boxes[k][0] == made.boxes[key][0]:
            inside = length_in(points, made.rect(k, -0.15 * made.rect(k).width))
        if truth[k] is None:
            assert box.state == "missing", (k, box)
        elif truth[k]:
            assert box.state != "empty", (k, box)
        elif inside > 0.4 * rect.width:
            assert box.state != "empty", (k, box, inside)
        elif box.state == "checked":
            assert length_in(points, made.rect(k, 1.5)) > 0, (k, box)


def test_dark_square_on_a_typed_box_is_its_mark(tmp_path: Path) -> None:
    """It fills the box; a larger one would hide it."""
    made = form("typed")
    rect = made.rect(OFF, -2.0)
    made.page(OFF).draw_rect(rect, color=BLACK, fill=BLACK, width=0.5)
    (sheet,) = read(made, tmp_path)
    assert faults(sheet, truth_of(made.lines) | {OFF: True}) == []


@each_pen
def test_stroke_past_the_corner_of_a_typed_box(how: str, tmp_path: Path) -> None:
    """It ends beside the box and never touches it."""
    made = form("typed")
    rect = made.rect(OFF)
    x, y = (rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2
    ink(made, made.page(OFF), [(x, y + 9), (x + 13, y + 1)], how)
    doubtful(made, {OFF: {"mark-outside-box"}}, tmp_path)


def length_in(points: list[tuple[float, float]], rect: Any) -> float:
    """How much of a polyline lies in ``rect``, in points."""
    total = 0.0
    for (ax, ay), (bx, by) in pairwise(points):
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        steps = max(2, int(8 * length))
        hits = sum(
            rect.x0 <= ax + (bx - ax) * t / steps <= rect.x1
            and rect.y0 <= ay + (by - ay) * t / steps <= rect.y1
            for t in range(steps + 1)
        )
        total += length * hits / (steps + 1)
    return total


# ----------------------------------------------------------------------------- rows

#: Three ways in which a list of rows gets to the reader.
WAYS: dict[str, Callable[[list[Line]], Paper | str]] = {
    "transcript": lambda lines: transcript(lines),
    "ruled": lambda lines: print_form(lines, "drawn"),
    "unruled": lambda lines: print_form(lines, "typed", rules=False),
}
each_way = pytest.mark.parametrize("way", WAYS)


def rows_read(
    way: str,
    lines: list[Line],
    folder: Path,
    gone: Collection[str] = (),
    unread: Mapping[Key, Collection[str]] | None = None,
    truth: Mapping[Key, bool | None] | None = None,
) -> set[str]:
    """Print, read and audit ``lines``: the rows of ``gone`` must be missing, the boxes of
    ``unread`` unread, all else right. Gives the codes of the findings about rows."""
    made = WAYS[way](lines)
    audited = audit(made, folder, "form.txt" if isinstance(made, str) else "form.pdf")
    wanted = dict(truth or truth_of(lines)) | {(i, who): None for i in gone for who in WHO}
    assert faults(audited.sheet, wanted, unread) == []
    codes = {f.code for f in audited.findings if f.code not in BOX_CODES}
    assert ("item-missing" in codes) == bool(gone)
    return {c for c in codes if c.split("-")[0] in ("item", "unnumbered", "wording", "page")}


@each_way
def test_all_rows(way: str, tmp_path: Path) -> None:
    assert rows_read(way, all_lines(TICKS), tmp_path) == set()


@each_way
def test_row_with_the_wording_of_another(way: str, tmp_path: Path) -> None:
    lines = changed(all_lines(TICKS), "020", label=f"(20) {ITEMS['050'].content}")
    assert rows_read(way, lines, tmp_path, gone=["020"]) == {"item-missing", "item-unknown"}


@each_way
def test_row_with_the_number_of_another(way: str, tmp_path: Path) -> None:
    lines = changed(all_lines(TICKS), "020", label=f"(50) {ITEMS['020'].content}")
    assert rows_read(way, lines, tmp_path, gone=["020"]) == {"item-missing", "item-unknown"}


@each_way
def test_two_rows_that_swapped_their_numbers(way: str, tmp_path: Path) -> None:
    lines = changed(all_lines(TICKS), "020", label=f"(21) {ITEMS['020'].content}")
    lines = changed(lines, "021", label=f"(20) {ITEMS['021'].content}")
    codes = rows_read(way, lines, tmp_path, gone=["020", "021"])
    assert codes == {"item-missing", "item-unknown"}


@each_way
@pytest.mark.parametrize("ticked", ["063-1", "063-2"])
def test_doubled_number_is_told_apart_by_wording(way: str, ticked: str, tmp_path: Path) -> None:
    """In either order; the number says nothing."""
    ticks = (TICKS - {(i, w) for i in ("063-1", "063-2") for w in WHO}) | {(ticked, "self")}
    lines = all_lines(ticks)
    at = IDS.index("063-1")
    for order in (lines[at : at + 2], lines[at : at + 2][::-1]):
        assert rows_read(way, [*lines[:at], *order, *lines[at + 2 :]], tmp_path) == set()


@each_way
def test_doubled_number_without_wording(way: str, tmp_path: Path) -> None:
    lines = changed(all_lines(TICKS), "063-2", label="(63)")
    assert "item-missing" in rows_read(way, lines, tmp_path, gone=["063-2"])
    lines = changed(lines, "063-1", label="(63)")
    assert "item-missing" in rows_read(way, lines, tmp_path, gone=["063-1", "063-2"])


@each_way
@pytest.mark.parametrize("lost", ["001", "040", "063-1", "141"])
def test_lost_row(way: str, lost: str, tmp_path: Path) -> None:
    lines = [ln for ln in all_lines(TICKS) if ln.key != lost]
    assert rows_read(way, lines, tmp_path, gone=[lost]) == {"item-missing"}


@each_way
@pytest.mark.parametrize("where", ["next", "far"])
def test_row_printed_twice_alike(way: str, where: str, tmp_path: Path) -> None:
    lines = all_lines(TICKS)
    lines.insert(21 if where == "next" else 90, a_line("020", TICKS))
    assert "item-repeated" in rows_read(way, lines, tmp_path)


@each_way
def test_row_printed_twice_in_two_states(way: str, tmp_path: Path) -> None:
    lines = all_lines(TICKS)
    other = a_line("020", TICKS)
    lines.insert(90, other._replace(own=not other.own))
    truth = truth_of(all_lines(TICKS))
    unread = {("020", "self"): {"readers-disagree"}}
    assert "item-repeated" in rows_read(way, lines, tmp_path, unread=unread, truth=truth)


@each_way
@pytest.mark.parametrize("at", [0, 70, 142])
def test_row_that_is_not_on_the_list(way: str, at: int, tmp_path: Path) -> None:
    lines = all_lines(TICKS)
    lines.insert(at, Line("new", "(142) 其他自主创新举措", "引导性", True, False))
    assert rows_read(way, lines, tmp_path) == {"item-unknown"}


@each_way
@pytest.mark.parametrize("text", ["", "其他自主创新举措"])
@pytest.mark.parametrize("ticked", [True, False])
def test_row_with_boxes_and_no_number(way: str, ticked: bool, text: str, tmp_path: Path) -> None:
    lines = all_lines(TICKS)
    lines.insert(96, Line("stray", text, "引导性", ticked, False))
    assert rows_read(way, lines, tmp_path) == {"unnumbered-row"}


@each_way
def test_row_that_lost_its_number(way: str, tmp_path: Path) -> None:
    """Its wording alone may tell what it is; it must not be another."""
    lines = changed(all_lines(TICKS), "020", label=ITEMS["020"].content)
    made = WAYS[way](lines)
    (sheet,) = read(made, tmp_path, "form.txt" if isinstance(made, str) else "form.pdf")
    gone = {("020", who): None for who in WHO} if is_unread(sheet, ("020", "self")) else {}
    assert faults(sheet, truth_of(lines) | gone) == []


@each_way
def test_row_without_boxes(way: str, tmp_path: Path) -> None:
    lines = changed(all_lines(TICKS), "020", own=None, other=None)
    unread = {("020", who): {"box-missing"} for who in WHO}
    assert rows_read(way, lines, tmp_path, unread=unread) == set()


@each_way
@pytest.mark.parametrize("part", ["first", "second", "middle out", "few"])
def test_part_of_the_table(way: str, part: str, tmp_path: Path) -> None:
    """The other rows are missing, and the figures are open."""
    kept = {
        "first": IDS[:70],
        "second": IDS[70:],
        "middle out": IDS[:40] + IDS[80:],
        "few": IDS[30:36],
    }[part]
    lines = [ln for ln in all_lines(TICKS) if ln.key in kept]
    gone = [i for i in IDS if i not in kept]
    assert rows_read(way, lines, tmp_path, gone=gone) == {"item-missing", "page-missing"}


@each_way
def test_rows_in_another_order(way: str, tmp_path: Path) -> None:
    lines = all_lines(TICKS)
    Random(5).shuffle(lines)
    codes = rows_read(way, lines, tmp_path)
    assert codes <= {"page-order"}


@pytest.mark.parametrize("column", WHO)
def test_column_without_boxes(column: str, tmp_path: Path) -> None:
    """Nothing in any cell of a column whose neighbour prints boxes: they are missing."""
    blank = {"own" if column == "self" else "other": None}
    lines = [ln._replace(**blank) for ln in all_lines(TICKS)]
    (sheet,) = read(print_form(lines, "drawn"), tmp_path)
    assert faults(sheet, truth_of(lines)) == []


def test_characters_of_the_marks_font() -> None:
    assert set(CODES) == {"☐", "☑", "\ue123", "\ue124", "√"}
