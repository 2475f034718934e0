"""Evidence placed on the page: form fields, annotations, pictures, and covers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fcextract.geometry import Box, Outline
from fcextract.marks.coverage import enters
from fcextract.marks.evidence import DARK, FULL, Evidence, Says, lightness
from fcextract.records import Annotation, Picture, Place, Run, Shape, Widget
from fcextract.text.marks import CROSS, Typed, read_typed

#: A mark belongs to a box when it shares this much of the smaller one's area. Marks
#: are up to 2.5 times as large as the box and off by half of it.
SHARED = 0.2
#: Ink of a picture, as shares of its area: less is a blank patch, more is a mark.
BLANK_INK, MARK_INK = 0.004, 0.02
#: A picture whose four edges are inked this much shows a box of its own.
RING = 0.6
#: Ink in the middle of a picture of a box: less is empty, more is ticked.
EMPTY_CORE, TICKED_CORE = 0.02, 0.06
#: A square or circle annotation fills the box if it reaches beyond it by less, in shares
#: of its side; a larger one is drawn round it, and says something else.
FITTING = 0.25
#: A stroke that bows by more than this share of its length is no straight one.
BOW = 0.15
MARKING = {"Ink", "Line", "Polygon", "PolyLine", "FreeText", "Stamp"}


def read_widgets(place: Place) -> tuple[Evidence, Widget] | None:
    """What the cell's check box says; None where there is none."""
    shown = [w for w in place.widgets if not w.hidden and w.kind == "Btn"]
    if not shown:
        return None
    first = shown[0]
    if len(shown) > 1:
        return Evidence(
            "widget", Says.UNCLEAR, first.box, "two fields in one cell", "box-uncertain"
        ), first
    if first.checked is None:
        return Evidence(
            "widget", Says.UNCLEAR, first.box, "value and appearance differ", "readers-disagree"
        ), first
    return Evidence("widget", Says.TICKED if first.checked else Says.EMPTY, first.box), first


def share(mark: Box, box: Box) -> float:
    """Shared area over the smaller of the two; thin strokes count as a point wide."""
    thick = Box(mark.x0 - 0.5, mark.y0 - 0.5, mark.x1 + 0.5, mark.y1 + 0.5)
    return thick.overlap(box) / max(min(thick.area, box.area), 0.01)


def read_annotations(place: Place, frame: Box | None) -> Evidence | None:
    """What viewers' pens, typewriters and stamps left in the cell."""
    marks = [a for a in place.annotations if a.kind != "Text" or frame is None]
    marks = [a for a in marks if a.kind in MARKING or (frame and share(a.box, frame) > 0)]
    if not marks:
        return None
    if frame is None:
        first = marks[0]
        if all(_is_tick(a) for a in marks):
            return Evidence("annotation", Says.BARE, first.box, "an annotation without a box")
        return Evidence("annotation", Says.UNCLEAR, first.box, "an annotation", "box-uncertain")
    on = [a for a in marks if share(a.box, frame) >= SHARED and _enters(a, frame)]
    if not on:
        return Evidence(
            "annotation", Says.UNCLEAR, frame, "an annotation beside the box", "mark-outside-box"
        )
    if _are_two_marks(on):
        return Evidence("annotation", Says.UNCLEAR, frame, "two marks on one box", "mark-cancelled")
    whole = [a for a in on if _is_mark_on(a, frame)]
    if whole and len(whole) == len(on):
        return Evidence("annotation", Says.TICKED, frame, on[0].kind)
    return Evidence(
        "annotation", Says.UNCLEAR, frame, f"{on[0].kind} over the box", "box-uncertain"
    )


def _are_two_marks(on: Sequence[Annotation]) -> bool:
    """Whether something was put over a mark that is whole without it. Straight strokes alone
    make one: a cross, a dash."""
    strokes = [line for a in on for line in a.strokes]
    others = sum(not a.strokes for a in on)
    return len(strokes) + others > 1 and (others > 0 or not all(map(_is_straight, strokes)))


def _is_straight(line: Outline) -> bool:
    """Whether a stroke strays from the straight way between its ends by little of it."""
    (ax, ay), (bx, by) = line[0], line[-1]
    length = math.hypot(bx - ax, by - ay)
    off = max(abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) for x, y in line)
    return off <= BOW * length * length


def printed(place: Place) -> tuple[Shape, ...]:
    """The shapes of the cell that none of its annotations painted."""
    return tuple(s for s in place.shapes if not any(_paints(a, s) for a in place.annotations))


def _paints(a: Annotation, s: Shape) -> bool:
    """Whether ``s`` is what ``a`` looks like: in its colours, and within its bounds."""
    stroked = s.full < FULL and s.stroke is not None and s.stroke == a.color
    filled = s.fill is not None and s.fill == a.fill
    return (stroked or filled) and a.box.grow(1.0).contains(s.box)


def _enters(a: Annotation, frame: Box) -> bool:
    """Whether a drawn annotation shows inside the box; others fill their rectangle."""
    return not a.strokes or enters(a.strokes, frame, 1.0)


def _is_mark_on(a: Annotation, frame: Box) -> bool:
    """Whether an annotation over the box is a mark of it: a tick of a mark's size, or a
    shape that fills it."""
    if a.kind in {"Square", "Circle"}:
        if a.fill is None or lightness(a.fill) > DARK:
            return False
        return frame.grow(FITTING * frame.side).contains(a.box)
    return _is_tick(a) and a.box.side <= 5 * frame.side


def _is_tick(a: Annotation) -> bool:
    if a.kind == "FreeText":
        text = a.text.strip()
        return read_typed(text) in (Typed.BARE_TICK, Typed.TICKED) or (
            len(text) == 1 and text in CROSS
        )
    return a.kind in MARKING


def read_pictures(place: Place, frame: Box | None) -> Evidence | None:
    """What small pictures in the cell show; a page-size one leaves nothing to say."""
    if not place.pictures:
        return None
    large = next((p for p in place.pictures if p.box.contains(place.cell)), None)
    if large is not None:
        return Evidence("picture", Says.UNCLEAR, place.cell, "a scan", "box-uncertain")
    if frame is not None:
        return _picture_on(place.pictures, frame)
    if len(place.pictures) > 1:
        boxes = [p for p in place.pictures if p.ring >= RING]
        if len(boxes) != 1:
            return Evidence(
                "picture", Says.UNCLEAR, place.pictures[0].box, "two pictures", "box-uncertain"
            )
        others = tuple(p for p in place.pictures if p is not boxes[0])
        return _picture_on(others, boxes[0].box)
    return _picture_alone(place.pictures[0])


def _picture_on(pictures: tuple[Picture, ...], frame: Box) -> Evidence:
    on = [p for p in pictures if share(p.box, frame) >= SHARED]
    if not on:
        return Evidence("picture", Says.UNCLEAR, frame, "a picture beside", "mark-outside-box")
    if any(p.ink < 0 or p.box.side > 5 * frame.side for p in on):
        return Evidence("picture", Says.UNCLEAR, frame, "a picture not measured", "box-uncertain")
    ink = max(p.ink for p in on)
    if ink >= MARK_INK:
        return Evidence("picture", Says.TICKED, frame, "a picture over the box")
    reason = "a blank picture over the box" if ink <= BLANK_INK else "a faint picture"
    return Evidence("picture", Says.UNCLEAR, frame, reason, "readers-disagree")


def _picture_alone(p: Picture) -> Evidence:
    if p.ink < 0:
        return Evidence("picture", Says.UNCLEAR, p.box, "a picture not measured", "box-uncertain")
    if p.ring < RING:
        if p.ink >= MARK_INK:
            return Evidence("picture", Says.BARE, p.box, "a picture of a mark")
        return Evidence("picture", Says.UNCLEAR, p.box, "a blank picture", "box-uncertain")
    if p.core <= EMPTY_CORE:
        return Evidence("picture", Says.EMPTY, p.box)
    if p.core >= TICKED_CORE:
        return Evidence("picture", Says.TICKED, p.box)
    return Evidence("picture", Says.UNCLEAR, p.box, "a faint mark", "box-uncertain")


def is_covered(runs: tuple[Run, ...], place: Place, ticked: bool) -> bool:
    """Whether something opaque was painted over the characters: anything over a ticked
    box, something pale over an empty one. Where the painting order of the characters is
    not known, a patch of about their size counts."""
    for run in runs:
        for s in place.shapes:
            if s.fill is None or s.opacity < 0.5:
                continue
            if lightness(s.fill) < DARK and not (ticked and s.full > FULL):
                continue
            if s.box.overlap(run.box) < 0.25 * run.box.area:
                continue
            if s.seq > run.seq >= 0 or (run.seq < 0 and s.box.area < 4 * run.box.area):
                return True
        for p in place.pictures:
            if (
                p.seq > run.seq >= 0
                and p.box.overlap(run.box) > 0.25 * run.box.area
                and p.ink < MARK_INK
            ):
                return True
    return False
