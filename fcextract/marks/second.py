"""The second route: what the page looks like where its objects say what a box is.

Objects can lie: a character that is drawn as another, a mark made in a way that no reader
of objects knows, something painted over all. So each state that the objects gave is held
against the page's own pixels. Pixels that agree are another witness; pixels that say the
opposite leave the box to a person; where they cannot tell, they abstain.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum

import cv2
import numpy as np

from fcextract.geometry import Box, hull
from fcextract.marks.decide import AGREED
from fcextract.marks.evidence import DARK, LIGHT, Says, Verdict
from fcextract.marks.frames import ODD_SHAPE
from fcextract.records import BoxReading, Measure, PageFrame, Place, State
from fcextract.scan import POINTS_PER_INCH, Grey, ink_along_sides
from fcextract.text.marks import EMPTY_BOX, TICKED_BOX, symbol

#: Gives grey pixels (0 black) of a box of a page, in upright points, at a resolution in dots
#: per inch; None where the page cannot be drawn.
Look = Callable[[PageFrame, Box, float], Grey | None]

#: Resolution of the pixels that are looked at, in dots per inch: a 4 pt box has 8 of them.
DPI = 150.0
#: The middle part of a box, in shares of its side: no frame reaches into it.
MIDDLE = 0.5
#: Pixels this far from the commonest level, of 1, are ink on it; nearer than FAINT they are
#: none. The palest frame seen stands out by 0.13, a disabled box's tick by 0.12.
STANDS_OUT, FAINT = 0.25, 0.06
#: Up to this share of faint ink the middle is plain; from MARKED on it shows a mark; between,
#: it is not safe to say. The smallest ticks of docs/accuracy.md leave 0.06 there.
PLAIN, MARKED = 0.004, 0.04
#: The hole of an empty box takes this share of either of its sides at least, all of it about
#: the middle, its own middle at most so much of them off (0.15 seen; above a tick from side to
#: side 0.3); a circle's takes 0.79 of the square round it.
HOLE, OFF_CENTRE, ROUND = 0.4, 0.2, 0.74
#: Its halves are filled alike to this share; above a tick that reaches out of the box on both
#: sides one is fuller by 0.2 and more.
LEANING = 0.08
#: Along each side of a box this share is inked, within so much of its side: a circle's 0.65.
SIDE_INK, EDGE = 0.4, 0.15
#: So many pixels of ink in a blank cell are a mark, and so many are nothing: the smallest tick
#: seen, 3 pt high, has 20.
TICK_PIXELS, SPECK = 12, 3
#: A row or column of pixels inked this far is a rule's.
RULED = 0.9
#: Fewer pixels than this across show nothing safely.
FEWEST = 5
#: Characters that are a box by themselves.
BOXES = EMPTY_BOX | TICKED_BOX
#: This far inside its edges a blank cell shows no border, in points.
BORDER = 2.0
#: A drawn box's outline lies at most this far outside its place, in points.
AROUND = 0.7
#: What is said of a box whose pixels contradict its objects, and of one that is not seen.
DISAGREE = "the page's pixels show something else"
UNSEEN = "nothing is seen where the objects put a box"


class Seen(StrEnum):
    """What pixels show."""

    MARK = "mark"
    PLAIN = "plain"  # a box, nothing in it
    NOTHING = "nothing"  # even, light paper
    UNCLEAR = "unclear"


class SecondRoute:
    """Holds readings against the pixels of the pages they stand on.

    ``cells`` are all cells that may be asked for; each page is drawn once for each of its
    columns, when it is first asked for.
    """

    def __init__(
        self, look: Look, frames: Mapping[int, PageFrame], cells: Iterable[Place | None]
    ) -> None:
        self._look, self._frames = look, frames
        self._reach: dict[tuple[int, int], Box] = {}
        self._drawn: dict[tuple[int, int], Grey | None] = {}
        self._shown: dict[tuple[int, bytes], Seen] = {}  # most boxes of a form look alike
        for place in cells:
            if place is not None:
                key = _strip_of(place)
                whole = hull(b for b in (self._reach.get(key), place.cell) if b is not None)
                self._reach[key] = whole or place.cell

    def compare(self, reading: BoxReading, place: Place, verdict: Verdict) -> BoxReading:
        """``reading``, with what the pixels of its box say of it."""
        if reading.state not in (State.CHECKED, State.EMPTY):
            return reading
        seen = self._look_at(place, verdict)
        heard = Measure("raster", seen.value)
        reading = replace(reading, measures=(*reading.measures, heard))
        if "widget" in verdict.kinds and seen in (Seen.NOTHING, Seen.PLAIN):
            # Whether a field that is on is drawn is up to the viewer; no mark is no witness.
            seen = Seen.UNCLEAR if reading.state is State.CHECKED else Seen.PLAIN
        if seen is Seen.NOTHING and verdict.says is not None:
            return reading.unread(UNSEEN, "box-missing", State.MISSING)
        if seen is Seen.UNCLEAR:
            return reading
        if (seen is Seen.MARK) is (reading.state is State.CHECKED):
            confidence = reading.confidence if verdict.says is None else AGREED
            return replace(reading, readers=(*reading.readers, "raster"), confidence=confidence)
        return reading.unread(DISAGREE, "readers-disagree")

    def _look_at(self, place: Place, verdict: Verdict) -> Seen:
        """What is seen in a blank cell, of a mark alone, or in a box. Typed choices and a
        tick typed beside its box are read by their characters alone."""
        if verdict.says is None:
            return _seen_in_cell(_levels(self._pixels(place, place.cell.grow(-BORDER))))
        if verdict.says is Says.BARE:
            return _seen(_levels(self._pixels(place, verdict.box)))
        if verdict.kinds and verdict.kinds[0] == "glyph":
            text = "".join(symbol(r.text, r.font) for r in place.runs).strip()
            if len(text) != 1 or text not in BOXES:
                return Seen.UNCLEAR
        return self._in_box(self._pixels(place, verdict.box.grow(AROUND)))

    def _in_box(self, pixels: Grey | None) -> Seen:
        """What is seen in a box, worked out once for all that are the same to the pixel."""
        if pixels is None:
            return Seen.UNCLEAR
        key = len(pixels), pixels.tobytes()
        if key not in self._shown:
            self._shown[key] = _seen_in_box(pixels / 255.0)
        return self._shown[key]

    def _pixels(self, place: Place, box: Box) -> Grey | None:
        """The grey pixels of ``box``, 0 black; None where they cannot be had."""
        key = _strip_of(place)
        if key not in self._drawn:
            self._drawn[key] = self._look(self._frames[place.page], self._reach[key], DPI)
        strip = self._drawn[key]
        if strip is None:
            return None
        reach, scale = self._reach[key], DPI / POINTS_PER_INCH
        x0, x1 = (round((x - max(reach.x0, 0.0)) * scale) for x in (box.x0, box.x1))
        y0, y1 = (round((y - max(reach.y0, 0.0)) * scale) for y in (box.y0, box.y1))
        part = strip[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)]
        return part if min(part.shape) >= FEWEST else None


def _levels(pixels: Grey | None) -> Grey | None:
    """Pixels as 0 black to 1 white."""
    return None if pixels is None else pixels / 255.0


def _median(pixels: Grey) -> float:
    """Their median; ``np.median`` takes ten times as long for a box's few hundred."""
    ordered = np.sort(pixels, axis=None)
    return float(ordered[(ordered.size - 1) // 2] + ordered[ordered.size // 2]) / 2


def _strip_of(place: Place) -> tuple[int, int]:
    """The page, and about where across it the cell begins."""
    return place.page, round(place.cell.x0)


def _seen_in_cell(pixels: Grey | None) -> Seen:
    """What is seen in a cell, however large, where no box tells where to look. A line all
    the way through is a rule."""
    if pixels is None or not pixels.size:
        return Seen.UNCLEAR
    inked = np.abs(pixels - _median(pixels)) > STANDS_OUT
    inked = inked[inked.mean(1) < RULED][:, inked.mean(0) < RULED]
    ink = int(np.sum(inked))
    return Seen.MARK if ink >= TICK_PIXELS else Seen.UNCLEAR if ink > SPECK else Seen.NOTHING


def _seen_in_box(pixels: Grey) -> Seen:
    """What is seen inside a box, if it is seen whole: a clean hole, or a mark."""
    away = np.abs(pixels - _median(_rim(pixels)))
    if not (away > FAINT).any():
        return Seen.NOTHING
    part = _framed_part(away > STANDS_OUT) or _framed_part(away > FAINT)
    if part is None:
        return Seen.UNCLEAR
    inner = pixels[part]
    if _is_hollow(inner):
        return Seen.PLAIN
    edge = round((1 - MIDDLE) / 2 * min(inner.shape))
    found = _seen(inner[edge : len(inner) - edge, edge : inner.shape[1] - edge])
    return found if found is Seen.MARK else Seen.UNCLEAR


def _rim(pixels: Grey) -> Grey:
    """The outermost pixels, the paper round a box."""
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def _framed_part(inked: Grey) -> tuple[slice, slice] | None:
    """Where the ink lies that goes round the middle on all four sides."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(inked.astype(np.uint8))
    middle = np.array(inked.shape) / 2
    for label in np.argsort(-stats[:, cv2.CC_STAT_AREA]):
        x, y, width, height, _ = (int(v) for v in stats[label])
        holds = y <= middle[0] < y + height and x <= middle[1] < x + width
        if label == 0 or not holds or min(width, height) < FEWEST:
            continue
        part = slice(y, y + height), slice(x, x + width)
        if max(width, height) <= ODD_SHAPE * min(width, height) and _is_framed(
            labels[part] == label
        ):
            return part
    return None


def _is_framed(inked: Grey) -> bool:
    """Whether there is ink along all four sides."""
    return ink_along_sides(inked, EDGE) >= SIDE_INK


def _is_hollow(inner: Grey) -> bool:
    """Whether the middle of a box is one even, light hole without a bay in it: a tick, even
    one that hangs on the frame, leaves gaps in its rows or columns, or makes it small."""
    height, width = inner.shape
    ground = _median(inner[height // 3 : -(height // 3), width // 3 : -(width // 3)])
    if ground < LIGHT:
        return False
    even = (np.abs(inner - ground) <= FAINT).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(even, connectivity=4)
    label = int(labels[height // 2, width // 2])
    x, y, w, h, area = (int(v) for v in stats[label])
    if label == 0 or min(w / width, h / height) < HOLE:
        return False
    if max(abs(2 * x + w - width) / width, abs(2 * y + h - height) / height) > OFF_CENTRE:
        return False
    hole = labels == label
    middle = slice(_inset(height), -_inset(height)), slice(_inset(width), -_inset(width))
    if not hole[middle].all() or float(np.ptp(inner[middle])) > FAINT:
        return False  # a pale tick on grey lies on either side of its own median
    rows, columns = hole[y : y + h, x : x + w], hole[y : y + h, x : x + w].T
    return area >= ROUND * w * h and all(
        _gaps(lines) == 0 and _leans(lines) <= LEANING for lines in (rows, columns)
    )


def _inset(side: int) -> int:
    """How many pixels lie on either side of the part that every hole takes."""
    return math.ceil(side * (1 - HOLE) / 2)


def _leans(lines: Grey) -> float:
    """How much more of one half is filled than of the other, as a share of either."""
    half = len(lines) // 2
    return abs(float(lines[:half].mean() - lines[-half:].mean()))


def _gaps(lines: Grey) -> int:
    """How many pixels lie between the first and the last of each line and are not in it."""
    first, last = lines.argmax(1), lines.shape[1] - 1 - lines[:, ::-1].argmax(1)
    return int(np.sum(last - first + 1) - lines.sum())


def _seen(pixels: Grey | None) -> Seen:
    """Whether there is more than one even, light ground."""
    if pixels is None or not pixels.size:
        return Seen.UNCLEAR
    ground = _median(pixels)
    away = np.abs(pixels - ground)
    if float(np.mean(away > STANDS_OUT)) >= MARKED or ground < DARK:
        return Seen.MARK
    if float(np.mean(away > FAINT)) <= PLAIN and ground >= LIGHT:
        return Seen.NOTHING
    return Seen.UNCLEAR
