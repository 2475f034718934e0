"""Grain of black and white pages: grey paper that a fax's one threshold turned into specks.

A fax knows no grey. Where the paper is about as dark as its threshold, every grain of it falls to
one side or the other, and a quarter of the page is black specks: no line of type stands apart
from the next, and nothing can be read. Grain is told by its number: clean faxes have 3 to 7
specks of a few pixels on a square inch, worn ones 20, this one thousands.
"""

from __future__ import annotations

import cv2
import numpy as np

from fcextract.scan import Grey

#: Pages with more specks on a square inch than this, of so few pixels, have grain.
MANY, FINE = 150.0, 4
#: Specks are taken off up to the size of which there are fewer than this on a square inch: type
#: and its dots are no more than that.
RARE = 8.0
#: But none that are as large as a dot a pen makes: so long, in inches (0.75 mm, a hair more than
#: what the judge of marks calls a dot), or of so much of that square.
DOT, DENSE = 0.03, 0.5


def without_grain(grey: Grey, dpi: float) -> Grey:
    """A black and white page, 0 and 255, without its grain; as it is where it has none."""
    dark = (grey < 128).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    stats[0, cv2.CC_STAT_AREA] = 0
    area = stats[:, cv2.CC_STAT_AREA]
    inches = grey.size / dpi**2
    if int(((area > 0) & (area <= FINE)).sum()) < MANY * inches:
        return grey
    longest = max(2, round(DOT * dpi))
    size = FINE
    while size < DENSE * longest**2 and ((area > size) & (area <= 2 * size)).sum() > RARE * inches:
        size += 1
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    grain = (area <= size) & (np.maximum(wide, high) <= longest)
    out: Grey = np.where(grain[labels] & (dark > 0), 255, grey).astype(np.uint8)
    return out
