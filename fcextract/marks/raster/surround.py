"""What else is written in the cell: ink that is neither box nor rule nor a neighbour's tail."""

from __future__ import annotations

import cv2
import numpy as np

from fcextract.marks.raster.find import Rect
from fcextract.marks.raster.ink import View

#: What comes this close to the cell's rules, in pixels of the view, may be the rules.
RULE = 2
#: The frame and its blur reach this far out of the box, in pixels.
BLUR = 1
#: A third of a millimetre and less is dust, at the view's four pixels to the millimetre.
DUST = 3


def written_beside(view: View, box: Rect | None, threshold: float) -> float:
    """The longer side of the largest piece of ink in the cell outside ``box`` (pixels of the
    view), in pixels; pieces that hang together with the cell's border are not the cell's."""
    x0, y0, x1, y1 = view.cell
    h, w = view.ink.shape
    left, top = max(0, int(np.ceil(x0))), max(0, int(np.ceil(y0)))
    right, bottom = min(w, int(x1)), min(h, int(y1))
    dark = (view.ink[top:bottom, left:right] > threshold).astype(np.uint8)
    if dark.size == 0 or min(dark.shape) <= 2 * RULE:
        return 0.0
    if box is not None:
        a, b = round(box[0]) - left - BLUR, round(box[1]) - top - BLUR
        c, d = round(box[2]) - left + BLUR, round(box[3]) - top + BLUR
        dark[max(0, b) : max(0, d), max(0, a) : max(0, c)] = 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    rows, cols = dark.shape
    longest = 0.0
    for x, y, width, height, area in stats[1:]:
        own = (
            x >= RULE and y >= RULE and x + width <= cols - RULE and y + height <= rows - RULE
        )
        if own and area > DUST:
            longest = max(longest, float(max(width, height)))
    return longest
