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
#: A line leans by at most this (run over rise).
LEAN = 0.3
#: What comes this close to the box, in its sides, may be its mark.
NEAR = 0.2
#: A third of a millimetre and less is dust, at the view's four pixels to the millimetre.
DUST = 3


def written_beside(view: View, box: Rect, threshold: float) -> float:
    """The longer side of the largest piece of ink in the cell outside ``box`` (pixels of the
    view), in pixels. Pieces that hang together with the cell's border are the rule's or a
    neighbour's, unless they reach the box."""
    x0, y0, x1, y1 = view.cell
    h, w = view.ink.shape
    left, top = max(0, int(np.ceil(x0))), max(0, int(np.ceil(y0)))
    right, bottom = min(w, int(x1)), min(h, int(y1))
    dark = (view.ink[top:bottom, left:right] > threshold).astype(np.uint8)
    if dark.size == 0 or min(dark.shape) <= 2 * RULE:
        return 0.0
    a, b = round(box[0]) - left - BLUR, round(box[1]) - top - BLUR
    c, d = round(box[2]) - left + BLUR, round(box[3]) - top + BLUR
    dark[max(0, b) : max(0, d), max(0, a) : max(0, c)] = 0
    dark[:RULE] = dark[-RULE:] = dark[:, :RULE] = dark[:, -RULE:] = 0
    count, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    if count < 2:
        return 0.0
    x, y, width, height, area = stats[1:].T
    rows, cols = dark.shape
    inner = (x > RULE) & (y > RULE) & (x + width < cols - RULE) & (y + height < rows - RULE)
    reach = NEAR * (box[2] - box[0])
    near = (
        (x <= c + reach) & (x + width >= a - reach) & (y <= d + reach) & (y + height >= b - reach)
    )
    thick = np.minimum(width, height) > RULE
    # A line from one edge of the cell to the other is a fold or a streak, not a mark.
    across = (width >= cols - 2 * RULE) & (height <= LEAN * width)
    down = (height >= rows - 2 * RULE) & (width <= LEAN * height)
    # What goes round the middle of the box is no neighbour's, wherever it touches.
    mid_x, mid_y = (a + c) / 2, (b + d) / 2
    round_it = (x < mid_x) & (x + width > mid_x) & (y < mid_y) & (y + height > mid_y)
    own = (inner | (near & thick) | round_it) & (area > DUST) & ~across & ~down
    return float(np.maximum(width, height)[own].max(initial=0))
