"""The parts of a page of pixels in which rules part the columns, and those in which none do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fcextract.locate.paper.grid import Grid, ruled_grid, without_desk
from fcextract.locate.paper.ink import Ink, find_ink, stretches
from fcextract.locate.paper.white import white_grid
from fcextract.locate.ruling import Ruling, find_ruling
from fcextract.records import Rule
from fcextract.scan import Scan

#: With fewer vertical rules than this, no rules part the columns.
FEWEST_RULES = 4
#: So many rules across in a part of a page that those do not cross tell that it has rows.
FEWEST_ROWS = 3


def page_grid(scan: Scan, rules: tuple[Rule, ...], *, joined: bool) -> Grid:
    """The cells of a page. Where a table goes on without the rules that parted its columns, they
    are found by the white between them; ``joined`` is what :func:`white_grid` says."""
    ruling = find_ruling(rules)
    ink = without_desk(scan, find_ink(scan, rules), ruling)
    if len(ruling.down) < FEWEST_RULES:
        return white_grid(scan, ink, _whole(scan, rules, ruling), joined=joined)
    parts = _open_parts(ruling, scan.height)
    if not parts:
        return ruled_grid(scan, ink, ruling)
    mask = np.zeros((len(ink), 1), np.uint8)
    for top, bottom in parts:
        mask[round(top * scan.scale) : round(bottom * scan.scale)] = 1
    open_ = replace(scan, grey=np.where(mask > 0, scan.grey, 255).astype(np.uint8))
    whole = _whole(scan, rules, ruling) * mask
    return ruled_grid(scan, ink * (1 - mask), ruling).with_part(
        white_grid(open_, ink * mask, whole, joined=joined)
    )


def _whole(scan: Scan, rules: tuple[Rule, ...], ruling: Ruling) -> Ink:
    """The ink with its streaks."""
    return without_desk(scan, find_ink(scan, rules, streaks=True), ruling)


def _open_parts(ruling: Ruling, height: float) -> list[tuple[float, float]]:
    """The stretches of a ruled page that hardly any rules down it cross, but several across."""
    crossed = np.zeros(int(height) + 2, int)
    for ln in ruling.down:
        crossed[max(0, int(ln.lo)) : int(ln.hi) + 1] += 1
    free = stretches(crossed < FEWEST_RULES - 1, 1)
    levels = [ln.at for ln in ruling.across]
    return [(float(a), float(b)) for a, b in free if sum(a < y < b for y in levels) >= FEWEST_ROWS]
