"""Lines of type as strokes: what tells a page's lean where it has no ruled lines."""

from __future__ import annotations

import cv2
import numpy as np

from fcextract.ingest.strokes import Stroke
from fcextract.scan import Grey, without_streaks

#: Ink is darker than this share of the way from paper to the darkest hundredth of the page.
DARK = 0.4
#: Characters of a line stand this close, a line is at least so long and at most so high, in
#: inches; a leaning line is as high as it leans.
CLOSE, SHORTEST, HIGHEST = 0.1, 1.2, 0.5
#: A line of type is this high at least, in inches: a dash is none.
LOWEST = 0.05
#: Ink further from a line's middle than this is not its own, in inches.
OFF = 0.12


def find_text_lines(grey: Grey, dpi: float) -> list[Stroke]:
    """The long lines of type of ``grey`` (paper white), each as the straight line through the
    middle of its ink."""
    darkest = float(np.percentile(grey[::2, ::2], 1.0))
    ink = without_streaks((grey < 255 - DARK * (255 - darkest)).astype(np.uint8), dpi)
    near = np.ones((1, round(CLOSE * dpi) | 1), np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        cv2.morphologyEx(ink, cv2.MORPH_CLOSE, near)
    )
    found = []
    for k, (x, y, w, h, _) in enumerate(stats.tolist()):
        if k and w >= SHORTEST * dpi and LOWEST * dpi <= h <= HIGHEST * dpi:
            own = (labels[y : y + h, x : x + w] == k) & (ink[y : y + h, x : x + w] > 0)
            found.append(_middle(own, x, y, dpi))
    return sorted(found, key=lambda s: s.centre())


def _middle(own: Grey, x: int, y: int, dpi: float) -> Stroke:
    rows, columns = np.nonzero(own)
    slope, level = np.polyfit(columns, rows, 1)
    for _ in range(2):
        near = np.abs(rows - (slope * columns + level)) <= OFF * dpi
        if near.sum() > 2:
            slope, level = np.polyfit(columns[near], rows[near], 1)
    width = own.shape[1]
    return Stroke(x, x + width, y + level + slope * np.arange(width))
