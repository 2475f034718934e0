"""The ruled lines of a flat page: which of its lines are a table's."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from fcextract.ingest.lines import Lines, is_ruled
from fcextract.ingest.strokes import Stroke
from fcextract.records import Rule
from fcextract.scan import Scan

#: A line of a table ends on another one, this close, in inches.
MEETS = 0.06
#: Pieces of a table's line are this long together, in inches: a stroke of a character that
#: happens to fill its row is not.
ALONE = 0.6
#: A line that leans by more than this once the page is straight, or that sticks out of the
#: table by so much at both ends, is a streak or a fold, in inches.
LEANS, OVERSHOOT = 0.06, 0.12
#: So many lines of the other direction say where the table ends.
FEWEST_EDGES = 4
#: A row cut off is at least this high, and the lines that bound it end on one level to this, in
#: points.
CUT, LEVEL = 8.0, 3.0
#: Those that say so are at least this long, as a share of the longest.
EDGE = 0.4
#: No line of one direction is a rule if the longest does not reach this share of what the other
#: direction spans: sides of brackets and boxes stand over each other too.
HALF = 0.5
#: Lines down a table stand over so much of its width: a pen's hatching over a column of boxes makes
#: long lines too, which stand close.
BROAD = 0.35
#: So much of the longest line is a rule wherever it ends, if it is this long, in inches.
LONG, LONG_AT_LEAST = 0.6, 1.0


def find_rules(scan: Scan, lines: Lines) -> tuple[Rule, ...]:
    """The table's lines among ``lines`` of the flat page, in points. Bits of text that look like
    one end on no other line, and no table has lines down it alone: streaks are such."""
    if not lines.across:
        return ()
    if not _tied(lines.down, lines.across, scan.dpi, down=True):
        across = [k for k in lines.across if is_ruled(k, scan.grey, scan.dpi)]
        lines = lines._replace(across=_of_one_table(across, scan.dpi), down=[])
    s = scan.scale
    found = [
        Rule(along, k.centre() / s, k.start / s, k.end / s, 1.0, 0, -1)
        for along, own, other in (("h", lines.across, lines.down), ("v", lines.down, lines.across))
        for k in _tied(own, other, scan.dpi, down=along == "v")
    ]
    return (*found, *_closing(found))


def _of_one_table(across: Sequence[Stroke], dpi: float) -> list[Stroke]:
    """The lines that end above each other, as a table's do; strokes of several characters that
    look like one line end anywhere."""
    near = MEETS * dpi
    ends = [k.end for k in across]
    return [k for k in across if sum(abs(k.end - e) <= near for e in ends) >= FEWEST_EDGES]


def _closing(rules: Sequence[Rule]) -> list[Rule]:
    """A line across the ends of the lines down the page, where a page break has cut off the
    border of the row they bound: above the first line across, and below the last."""
    across = [r.at for r in rules if r.along == "h"]
    down = [r for r in rules if r.along == "v"]
    if not across:
        return []
    tops = [r.lo for r in down if r.lo < min(across) - CUT]
    ends = [r.hi for r in down if r.hi > max(across) + CUT]
    out = []
    for found in (tops, ends):
        at = median(found) if found else 0.0
        level = [y for y in found if abs(y - at) <= LEVEL]
        if len(level) >= FEWEST_EDGES - 1 and 2 * len(level) > len(found):
            sides = [r.at for r in down if min(abs(r.lo - at), abs(r.hi - at)) <= LEVEL]
            out.append(Rule("h", at, min(sides), max(sides), 1.0, 0, -1))
    return out


def _tied(
    own: Sequence[Stroke], other: Sequence[Stroke], dpi: float, *, down: bool
) -> list[Stroke]:
    """The lines of one direction (``down`` the page or across it) that are a table's, going by
    those of the other."""
    longest = max((len(o.at) for o in other), default=0)
    credible = max(EDGE * longest, LONG_AT_LEAST * dpi)
    edges = [o.centre() for o in other if len(o.at) >= credible]
    first, last = min(edges, default=0.0), max(edges, default=0.0)
    tallest = max((len(k.at) for k in own), default=0)
    if tallest < min(LONG_AT_LEAST * dpi, HALF * (last - first)):
        return []
    long = max(LONG * tallest, LONG_AT_LEAST * dpi)
    near, over = MEETS * dpi, OVERSHOOT * dpi

    def is_stray(k: Stroke) -> bool:
        sticks_out = k.start < first - over and k.end > last + over
        return abs(k.at[-1] - k.at[0]) > LEANS * dpi or (len(edges) >= FEWEST_EDGES and sticks_out)

    def meets(along: float, at: float) -> bool:
        return any(
            abs(o.centre() - along) <= near and o.start - near <= at <= o.end + near for o in other
        )

    def is_cut(levels: list[int], at: int) -> bool:
        """Whether a page break cut off the row's border: all lines down it end there."""
        return sum(abs(o - at) <= near / 2 for o in levels) > FEWEST_EDGES

    def is_one_of_many(k: Stroke) -> bool:
        """Whether as many lines start and end on its levels as the columns of a table have:
        a table of one row is no higher than a few lines of type."""
        alike = (abs(o.start - k.start) <= near / 2 and abs(o.end - k.end) <= near / 2 for o in own)
        return sum(alike) >= FEWEST_EDGES

    def is_part(k: Stroke) -> bool:
        level = [len(o.at) for o in own if abs(o.centre() - k.centre()) <= near / 2]
        starts, ends = meets(k.start, k.at[0]), meets(k.end, k.at[-1])
        if starts and ends:
            return sum(level) >= ALONE * dpi or (down and is_one_of_many(k))
        if not down:
            return False
        cut = starts and is_cut([o.end for o in own], k.end)
        return cut or (ends and is_cut([o.start for o in own], k.start))

    found = [k for k in own if not is_stray(k) and (len(k.at) >= long or is_part(k))]
    return found if not down or _spread(found) >= BROAD * longest else []


def _spread(lines: Sequence[Stroke]) -> float:
    """How far the outermost of some lines stand apart."""
    at = [k.centre() for k in lines]
    return max(at, default=0.0) - min(at, default=0.0)
