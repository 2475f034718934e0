"""The rules by which marks on paper are decided, one by one."""

from __future__ import annotations

import numpy as np
import pytest
from marked_cells import BESIDE, BLACK, PENCIL, SCRIBBLE, TICK, Page

from fcextract.geometry import Box
from fcextract.marks.paper import _out_of_line
from fcextract.marks.raster import judge_form
from fcextract.marks.raster.blank import Blank
from fcextract.marks.raster.decide import DOT_INSIDE, FRAMELESS, TAKEN_BACK, Word, decide
from fcextract.marks.raster.hands import centred, manner_of
from fcextract.marks.raster.heard import _writing
from fcextract.marks.raster.ink import MM_PER_INCH, View
from fcextract.marks.raster.measure import Measures
from fcextract.marks.raster.net import Kind
from fcextract.marks.raster.outline import outline_of
from fcextract.marks.raster.patches import LAST
from fcextract.marks.raster.records import CellReading
from fcextract.marks.raster.scene import scenes_of
from fcextract.marks.raster.surround import surrounds, written_beside
from fcextract.marks.raster.trust import without_faded, without_few, without_quarrel
from fcextract.marks.raster.writing import without_writing
from fcextract.records import State

DPI = 105.0
#: A form's blank box, as far as surroundings go.
A_FRAME = Blank(1.0, 2, 0.0, np.zeros((60, 60), np.float32), 0.5, 4)
BLANK = Measures(match=1.0, placed=True, side=3.4)
MARK = Measures(
    fill=0.4, reach=1.0, strength=1.0, match=1.0, area=0.5, extent=1.2, length=4.0, side=3.4, more=1.0,
    shade=1.0,
)  # fmt: skip


def said(measures: Measures, beside: float = 0.0, **kinds: float) -> Word:
    """The word on ``measures`` where the network finds ``kinds``."""
    of = np.zeros(len(Kind))
    for name, share in kinds.items():
        of[Kind[name.upper()]] = share
    return decide(measures, 0.0, beside, of)


def test_a_long_slash_is_a_tick_of_a_hand_that_makes_such() -> None:
    slash = MARK._replace(passes=True)
    assert said(slash, checked=0.98, foreign=0.02).state is State.CHECKED
    assert said(slash, checked=0.9, foreign=0.1).state is State.UNCERTAIN
    assert said(slash._replace(more=0.0), checked=1.0).state is State.UNCERTAIN
    assert said(slash._replace(crosses=True), checked=1.0).state is State.UNCERTAIN


def test_a_mark_that_only_touches_its_box() -> None:
    touching = MARK._replace(fill=0.03)
    assert said(touching, beside=1.0, checked=0.98, empty=0.02).state is State.CHECKED
    for other in (touching._replace(more=0.0), touching._replace(away=0.6)):
        assert said(other, beside=1.0, checked=0.98, empty=0.02).code == "mark-outside-box"


def test_a_stroke_that_lies_mostly_beyond_the_cell_is_a_neighbours() -> None:
    tail = MARK._replace(leaves=True, foreign=0.6)
    assert said(tail, checked=1.0).reason == "a stroke from elsewhere"
    partly = tail._replace(foreign=0.4)
    assert said(partly, checked=0.99, foreign=0.01).state is State.CHECKED
    assert said(partly, checked=0.9, foreign=0.1).state is State.UNCERTAIN


@pytest.mark.parametrize(
    ("more", "ringed", "back"), [(2.0, False, 0.05), (1.3, True, 0.05), (5.0, False, 0.0)]
)
def test_a_mark_that_was_gone_over(more: float, ringed: bool, back: float) -> None:
    black = MARK._replace(fill=1.0, more=more, ringed=ringed)
    assert said(black, checked=1.0 - back, cancelled=back).code == "mark-cancelled"
    assert said(black._replace(more=1.0), checked=1.0 - back, cancelled=back).code == ""


def test_a_mark_with_more_ink_than_its_hands_others_may_have_been_struck_through() -> None:
    heavy = MARK._replace(more=1.3, shade=1.0)
    assert said(heavy, checked=0.95, cancelled=0.05).code == "mark-cancelled"
    assert said(heavy, checked=1.0).state is State.CHECKED
    for much in (heavy._replace(more=1.8), heavy._replace(shade=1.4)):
        assert said(much, checked=1.0).code == "mark-cancelled"
    unknown = heavy._replace(more=0.0, shade=0.0, lone=True)
    assert said(unknown, checked=1.0).state is State.CHECKED


def test_a_blank_box_of_which_half_the_frame_is_there_is_none() -> None:
    """A corner of the cell's rules where the form's boxes stand on other pages."""
    assert said(BLANK._replace(match=0.4), empty=1.0).reason == FRAMELESS
    assert said(BLANK._replace(match=0.7), empty=1.0).state is State.EMPTY


def test_what_was_taken_back_says_so_whatever_else_is_in_doubt() -> None:
    frameless = MARK._replace(match=0.1)
    assert said(frameless, checked=0.5, cancelled=0.4).code == "mark-cancelled"
    assert said(frameless, checked=0.9, cancelled=0.1).code == "box-uncertain"
    assert said(BLANK, beside=1.0, foreign=0.6, cancelled=0.3).code == "mark-cancelled"
    assert said(BLANK, beside=1.0, empty=0.9, outside=0.1).code == "mark-outside-box"


def test_a_dot_that_the_frame_hides_is_not_overlooked() -> None:
    of = np.zeros(len(Kind))
    of[Kind.EMPTY] = 1.0
    states = [
        decide(BLANK._replace(length=mm, fill=mm / 50), 0.0, 0.0, of, doter=True).state
        for mm in (0.0, 0.5)
    ]
    assert states == [State.EMPTY, State.UNCERTAIN]


def test_a_small_mark_is_a_mark_if_nothing_else_speaks_against_it() -> None:
    odd = [
        MARK._replace(area=0.22),
        MARK._replace(area=0.22, match=0.7),
        MARK._replace(area=0.15),
        MARK._replace(fill=0.14),
        MARK._replace(fill=0.3, strength=0.65),
    ]
    marks = [MARK] * 20 + odd
    kinds = np.tile(np.array((0.0, 0.99, 0.01, 0.0, 0.0)), (len(marks), 1))
    slight = manner_of(marks, kinds, np.zeros(len(marks), np.intp)).slight
    assert slight.nonzero()[0].tolist() == [21, 22, 24]


def test_rings_are_the_ticks_of_a_hand_that_rings() -> None:
    rings = [BLANK._replace(ringed=True)] * 20
    kinds = np.tile(np.array((0.0, 0.5, 0.1, 0.4, 0.0)), (20, 1))
    believed = manner_of(centred(rings, np.zeros(20, np.intp)), kinds, np.zeros(20, np.intp))
    assert (believed.kinds[:, Kind.CANCELLED] == 0.0).all()


def test_what_fluid_covers_is_paler_than_its_hands_marks() -> None:
    pale = MARK._replace(shade=0.6)
    assert said(pale, checked=0.9, foreign=0.1).state is State.UNCERTAIN
    assert said(pale, checked=0.99, foreign=0.01).state is State.CHECKED
    assert said(BLANK, empty=0.96, cancelled=0.04).state is State.UNCERTAIN


def test_few_other_marks_make_no_ring_a_stranger() -> None:
    rings = [BLANK._replace(ringed=True, area=1.2)] * 9
    marks = centred([*rings, *[MARK] * 3], np.zeros(12, np.intp))
    assert [m.lone for m in marks] == [False] * 9 + [True] * 3
    assert all(m.lone for m in centred([*rings[:3], *[MARK] * 3], np.zeros(6, np.intp)))


def test_strokes_of_two_neighbours_that_meet_in_a_box() -> None:
    """They have the ink of one mark, and enter and leave the cell as a long slash does."""
    both = MARK._replace(ends=2, leaves=True)
    assert said(both, checked=0.95, foreign=0.05).state is State.CHECKED
    assert said(both, checked=0.8, foreign=0.2).state is State.UNCERTAIN


def test_a_box_out_of_line_with_its_column() -> None:
    boxes = [(1, 0, Box(100 + 0.5 * k, 20 * k, 110 + 0.5 * k, 20 * k + 10)) for k in range(12)]
    assert _out_of_line(boxes) == set()
    page, column, box = boxes[5]
    boxes[5] = (page, column, box._replace(x0=box.x0 + 60, x1=box.x1 + 60))
    assert _out_of_line([*boxes, (1, 1, None)]) == {5}


def test_a_faint_mark_beside_a_box_on_a_form_full_of_heavy_ones() -> None:
    heavy = [Page().frame().draw(SCRIBBLE, BLACK, 0.6).draw(BESIDE, BLACK, 0.8) for _ in range(16)]
    faint = Page().frame().draw(BESIDE, (185, 185, 185), 0.3)
    blank = [Page().frame() for _ in range(12)]
    cells = [p.scan(seed=k, noise=1.0) for k, p in enumerate((*heavy, *blank, faint))]
    assert judge_form(cells)[-1].code == "mark-outside-box"


def test_a_speck_beside_a_box_is_no_mark() -> None:
    specks = Page().frame().draw([[(1.2, 0.1), (1.35, 0.2)]], BLACK, 0.4)
    cells = [p.scan(seed=k) for k, p in enumerate((specks, *(Page().frame() for _ in range(12))))]
    assert judge_form(cells)[0].state is State.EMPTY


def test_a_thick_tick_on_a_light_frame() -> None:
    ticks = [Page().frame(190).draw(TICK, PENCIL, 0.9) for _ in range(10)]
    cells = [
        p.scan(seed=k) for k, p in enumerate((*ticks, *(Page().frame(190) for _ in range(12))))
    ]
    assert {r.state for r in judge_form(cells)[:10]} == {State.CHECKED}


def a_view(*rects: tuple[int, int, int, int]) -> View:
    """A cell without rules, its box at (60, 20, 72, 32), and ``rects`` inked in it."""
    ink = np.zeros((52, 140), np.float32)
    for x0, y0, x1, y1 in ((60, 20, 72, 32), *rects):
        ink[y0:y1, x0:x1] = 1.0
    ink[22:30, 62:70] = 0.0
    return View(np.zeros(ink.shape, np.uint8), ink, ink, (40.0, 12.0, 110.0, 40.0), 1.0, DPI)


def beside(views: list[View]) -> list[float]:
    """The longest piece beside each box that is not the next column's, in pixels."""
    hands = np.zeros(len(views), np.intp)
    around = surrounds(views, 0.5, hands)
    boxes = [(60.0, 20.0, 72.0, 32.0)] * len(views)
    dark = without_writing(around, boxes, [DPI] * len(views), hands)
    return [written_beside(s, d, b) for s, d, b in zip(around, dark, boxes, strict=True)]


def test_the_next_columns_writing_is_no_mark_and_what_is_nearer_is() -> None:
    line = tuple((x, 20, x + 10, 31) for x in range(85, 140, 12))
    near = (76, 20, 83, 30)
    found = beside([a_view(*line)] * 4 + [a_view(near, *line), a_view((86, 20, 95, 31))])
    assert found[:4] == [0.0] * 4
    assert found[4] > 0 and found[5] > 0


def test_a_line_of_writing_may_end_in_the_cell() -> None:
    word = ((85, 20, 90, 31), (93, 20, 98, 31), (101, 20, 106, 31))
    assert beside([a_view(*word)] * 3) == [0.0] * 3


def test_a_piece_that_straddles_what_is_looked_at_is_seen_whole() -> None:
    side = 12
    far = round(72 + 1.7 * side)
    assert beside([a_view((far - 2, 20, far + 12, 31))])[0] == 14


def test_type_at_a_cells_edge_is_no_rule() -> None:
    edge = a_view(*((38, y, 44, y + 7) for y in range(12, 40, 8)))
    plain = [a_view() for _ in range(5)]
    hands = np.zeros(6, np.intp)
    assert [s.rules[0] for s in surrounds([edge, *plain], 0.5, hands)] == [0] * 6
    assert surrounds([edge], 0.5, hands[:1])[0].rules[0] > 0


def test_a_cell_that_ends_at_its_box_is_not_ruled_by_it() -> None:
    """The tick beside such a box lay beyond the rule that its frame was taken for."""
    box = (60.0, 20.0, 72.0, 32.0)
    ends = [v._replace(cell=(60.0, 16.0, 110.0, 36.0)) for v in (a_view(), a_view((58, 0, 60, 52)))]
    hands = np.zeros(1, np.intp)
    ruled = [surrounds([v], 0.5, hands, [box])[0].rules[0] > 0 for v in ends]
    assert ruled == [False, True]


def test_a_pale_mark_beside_a_box_may_be_broken() -> None:
    pieces = tuple((x, 22, x + 2, 25) for x in (80, 83, 86))
    assert beside([a_view(*pieces)])[0] == 8
    assert beside([a_view(pieces[0])])[0] == 0.0


def test_boxes_stand_alike_in_cells_that_begin_alike() -> None:
    """The cells of one column, cut wide on one page and narrow on another."""
    half = 3.4 / MM_PER_INCH / 2
    views, columns = [], []
    for page, left in ((1, 40.0), (2, 10.0)):
        for _ in range(8):
            views.append(a_view()._replace(cell=(left, 12.0, 110.0, 40.0)))
            columns.append((0, page))
    outline = outline_of(views, columns)
    assert outline is not None and half > 0
    expected = [outline.habits[c][0].expected(v, 0) for v, c in zip(views, columns, strict=True)]
    assert all(abs(x - 66.0) < 0.6 for x in expected)


def test_judges_that_differ_too_often_are_believed_nowhere() -> None:
    """One form's boxes were looked for half a side away: the judges differed on a third of
    them, and agreed on three empty ones that they were ticked."""
    at = (0.0, 0.0, 9.0, 9.0)
    sure = CellReading(State.CHECKED, 0.98, at)
    odd = CellReading(State.UNCERTAIN, 0.0, at, differ=True)

    def states(differing: int, hand: int = 0) -> set[State]:
        readings = [odd] * differing + [sure] * (100 - differing)
        hands = [hand] * 100
        return {r.state for r in without_quarrel([*readings, sure], [*hands, 1 - hand])[-2:]}

    assert states(17) == {State.CHECKED}
    assert states(30) == {State.UNCERTAIN, State.CHECKED}, "the other hand's are"


def test_what_goes_through_the_cell_is_a_mark_only_as_its_hand_makes_them() -> None:
    through = MARK._replace(ends=2)
    assert said(through, checked=1.0).state is State.CHECKED
    for other in (through._replace(more=0.0), through._replace(shade=0.6)):
        assert said(other, checked=1.0).reason == "a stroke goes through the cell"


def test_few_marks_of_a_hand_are_believed_no_better_than_each() -> None:
    lone = MARK._replace(more=0.0, lone=True)
    assert said(lone, checked=0.98, foreign=0.02).state is State.CHECKED
    assert said(lone, checked=0.9, foreign=0.1).state is State.UNCERTAIN


def test_traces_of_most_marks_of_a_hand_are_no_sign_of_blank_boxes() -> None:
    blank = CellReading(State.EMPTY, 0.9, (0, 0, 9, 9))
    dot = CellReading(State.UNCERTAIN, 0.0, (0, 0, 9, 9), reason=DOT_INSIDE)
    mark = CellReading(State.CHECKED, 0.9, (0, 0, 9, 9))
    faded = without_faded([blank] * 60 + [dot] * 8 + [mark], False, [0] * 69)
    assert faded[0].state is State.UNCERTAIN and faded[-1].state is State.CHECKED
    clear = without_faded([blank] * 60 + [dot] * 8 + [mark] * 40, False, [0] * 108)
    assert clear[0].state is State.EMPTY


def test_plain_marks_that_are_doubted_are_no_traces() -> None:
    blank = CellReading(State.EMPTY, 0.9, (0, 0, 9, 9))
    odd = CellReading(State.UNCERTAIN, 0.0, (0, 0, 9, 9), differ=True)
    for score, state in ((0.5, State.EMPTY), (0.1, State.UNCERTAIN)):
        doubted = [odd._replace(mark_score=score)] * 8
        assert without_faded([blank] * 60 + doubted, False, [0] * 68)[0].state is state


def test_marks_of_a_hand_that_took_back_as_many() -> None:
    mark = CellReading(State.CHECKED, 0.9, (0, 0, 9, 9))
    back = CellReading(State.UNCERTAIN, 0.0, (0, 0, 9, 9), *TAKEN_BACK)

    def of(marks: int, taken: int) -> State:
        return without_few([mark] * marks + [back] * taken, [0] * (marks + taken))[0].state

    assert of(2, 3) is State.UNCERTAIN
    assert of(3, 2) is State.CHECKED
    assert of(20, 30) is State.CHECKED


def test_the_network_is_not_shown_the_next_columns_writing() -> None:
    line = tuple((x, 20, x + 10, 31) for x in range(77, 140, 12))
    views = [a_view(*line)] * 4 + [a_view((77, 20, 80, 30))]
    boxes = np.tile((60.0, 20.0, 72.0, 32.0), (5, 1))
    scenes = scenes_of(views, boxes, np.zeros(5, np.intp), A_FRAME, 1.0)
    masks = _writing(scenes)
    assert masks[0].any() and not masks[0][:, :LAST].any(), "the line, and nothing of the box"
    assert not masks[4].any(), "a piece by itself may be a mark"
