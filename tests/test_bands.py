"""Rows that no rule parts: which lines make an item's wording."""

from __future__ import annotations

from fcextract.editions import load_edition
from fcextract.geometry import Box
from fcextract.locate.anchors import Anchor
from fcextract.locate.bands import make_bands
from fcextract.locate.ruling import find_ruling
from fcextract.locate.segments import Segment
from fcextract.records import Run
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
