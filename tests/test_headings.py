"""Column headings: wrapped, upright, printed twice for bold, and close to other lines."""

from __future__ import annotations

from factories import EDITION

from fcextract.geometry import Box
from fcextract.locate.headings import find_headings
from fcextract.locate.segments import Segment


def a_line(text: str, x: float, y: float, size: float = 10.0) -> Segment:
    return Segment(text, Box(x, y, x + size * len(text), y + size), size, ())


def headings(*lines: Segment, top: float = 200.0) -> dict[str, Box]:
    return {h.column: h.box for h in find_headings(lines, 0.0, top, EDITION)}


CONTENT = a_line("指标内容", 100, 150)
REMARK = a_line("省发改委备注", 400, 150)


def test_a_wrapped_heading_is_one() -> None:
    own = [a_line("自评符", 200, 145), a_line("合勾选", 200, 156)]
    found = headings(CONTENT, *own, REMARK)
    assert found["self"] == Box(200, 145, 230, 166)
    assert set(found) == {"content", "self", "reviewer_remark"}


def test_an_upright_heading_printed_twice_for_bold() -> None:
    once = [a_line(c, 200, 100 + 11 * k) for k, c in enumerate("自评符合勾选")]
    twice = [a_line(c, 200.4, 100 + 11 * k) for k, c in enumerate("自评符合勾选")]
    head = a_line("综合性指标 回迁安置人数：101 人才引进数：3,927", 90, 88)
    content = a_line("指标内容", 100, 100)
    found = headings(head, content, *once, *twice, top=180)
    assert found["self"].x0 == 200
    assert found["self"].y0 == 100, "the form's header is no part of it"


def test_a_line_of_the_header_is_no_heading() -> None:
    """It holds 指标 and 性质 together with the heading below it."""
    lines = [a_line("综合性指标", 24, 140), a_line("指标性质", 24, 151)]
    found = headings(*lines, a_line("指标内容", 120, 151), a_line("自评", 260, 151))
    assert found["nature"] == Box(24, 151, 64, 161)


def test_a_box_of_the_first_row_is_no_part_of_a_heading() -> None:
    own, box = a_line("自评符合勾选", 200, 150), a_line("☑", 200, 162)
    assert headings(CONTENT, own, box, REMARK, top=166)["self"] == own.box
