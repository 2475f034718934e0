"""Rows that no rule parts: which lines make an item's wording."""

from __future__ import annotations

from fcextract.editions import load_edition
from fcextract.geometry import Box
from fcextract.locate.anchors import Anchor
from fcextract.locate.bands import Band, make_bands, with_head
from fcextract.locate.carve import carve, has_stacked_choices
from fcextract.locate.rows import is_parted
from fcextract.locate.ruling import find_ruling
from fcextract.locate.segments import Segment
from fcextract.locate.spots import Spot
from fcextract.records import Rule, Run
from fcextract.text.match import Matcher

EDITION = load_edition("zj-2019")


class Counted(Matcher):
    """Counts how often a whole wording was compared."""

    calls = 0

    def whole(self, wording: str, item_id: str) -> float:
        self.calls += 1
        return super().whole(wording, item_id)


def line(text: str, y: float) -> Segment:
    box, edges = Box(60, y, 200, y + 9), tuple(60.0 + n for n in range(len(text) + 1))
    return Segment(text, box, 9.0, (Run(text, box, edges, (), "F", 9.0, 0, 0, True),))


def test_thousands_of_lines_below_a_row_are_not_all_tried() -> None:
    """A damaged file's fonts may break a page into single characters."""
    first = EDITION.items[0]
    texts = [f"(1) {first.content}", *["字" * 8] * 3000]
    lines = [line(text, 100 + 0.2 * n) for n, text in enumerate(texts)]
    match = Counted(EDITION)
    anchor = Anchor(1, first.content, lines[0])
    (band,) = make_bands([anchor], lines, (60.0, 300.0), find_ruling(()), match)
    assert [s.text for s in band.lines] == texts[:1]
    assert match.calls < 50


def rule(along: str, at: float, lo: float, hi: float) -> Rule:
    return Rule(along, at, lo, hi, 0.5, 0, 0)


def test_a_row_that_a_page_break_cuts_reaches_as_far_as_its_sides() -> None:
    """What is typed in its other columns may be longer than its item's text."""
    sides = [rule("v", x, 40.0, 180.0) for x in (55.0, 300.0)]
    anchors = [
        Anchor(n, EDITION.items[n - 1].content, line(f"({n})", y))
        for n, y in ((1, 60.0), (2, 120.0))
    ]
    lines = [a.segment for a in anchors]
    one_rule = find_ruling([*sides, rule("h", 100.0, 55.0, 300.0)])
    bands = make_bands(anchors, lines, (60.0, 300.0), one_rule, Matcher(EDITION))
    assert [(b.top, b.bottom, b.ruled) for b in bands] == [(40, 100, True), (100, 180, True)]
    no_sides = find_ruling([rule("h", 100.0, 55.0, 300.0)])
    bands = make_bands(anchors, lines, (60.0, 300.0), no_sides, Matcher(EDITION))
    assert not any(b.ruled for b in bands) and bands[1].bottom < 140


def stacked(top: float, gap: float) -> list[Spot]:
    return [
        Spot(Box(x, top + n * gap, x + 9, top + n * gap + 9), True)
        for x in (310, 420)
        for n in (0, 1)
    ]


def a_band(y: float) -> Band:
    text = line("(1)", y)
    return Band(y - 20, y + 29, Anchor(1, "", text), (text,), False)


def test_two_answers_of_a_choice_are_one_rows() -> None:
    bands = [a_band(100.0), a_band(150.0), a_band(200.0)]
    answers = [s for b in bands for s in stacked(b.top + 10, 14.0)]
    answers.sort(key=lambda s: s.box.cy)
    assert has_stacked_choices(bands, answers, 300.0)
    assert carve(bands[0], answers, 300.0, choices=True) == [bands[0]]
    assert len(carve(bands[0], answers, 300.0, choices=False)) == 2, "else they are parted"


def test_boxes_far_below_a_text_are_a_row_of_their_own() -> None:
    """Only one row has two boxes in a column, or they stand apart."""
    bands = [a_band(100.0), a_band(150.0), a_band(200.0)]
    stray = [*stacked(94.0, 22.0)[::2], *stacked(94.0, 22.0)[1::2]]
    assert not has_stacked_choices(bands, stray, 300.0)
    single = [Spot(Box(310, b.top + 20, 319, b.top + 29), True) for b in bands]
    assert not has_stacked_choices(bands, single, 300.0)


def test_two_texts_between_two_rules_are_two_rows() -> None:
    """The rule between them was not seen; lines of one text stand closer, at double spacing too."""

    def a_cell(*tops: float) -> Band:
        return Band(0.0, 60.0, None, tuple(line("字", y) for y in tops), ruled=True)

    assert is_parted(a_cell(5.0, 35.0)) and is_parted(a_cell(5.0, 17.0, 45.0))
    assert not is_parted(a_cell(5.0, 23.0, 41.0)) and not is_parted(a_cell(5.0))
    assert not is_parted(a_cell(5.0, 35.0)._replace(ruled=False))


def test_a_choice_in_two_lines_a_little_above_the_first_row_is_a_rows_rest() -> None:
    """Its label ends above a long section's lines; a line of text so far up is none."""
    first = Anchor(2, EDITION.items[1].content, line("(2)", 120.0))
    bands = make_bands([first], [first.segment], (60.0, 300.0), find_ruling(()), Matcher(EDITION))
    end = line("否", 88.0)._replace(box=Box(330, 88, 340, 97))
    choice = Spot(Box(325, 75, 350, 97), True)
    args = (60.0, 300.0), 40.0, find_ruling(())
    (head, _) = with_head(bands, [end], [choice], *args)
    assert head.head and head.top < 75.0
    assert len(with_head(bands, [end], [choice._replace(framed=False)], *args)) == 1
