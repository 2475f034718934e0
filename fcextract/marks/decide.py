"""From evidence to a state. The only place where a box is decided.

Every witness that speaks must say the same; a mark needs a box under it, or a
column in which no boxes are printed at all. Whatever fits neither is uncertain.
"""

from __future__ import annotations

from dataclasses import replace

from fcextract.geometry import Box
from fcextract.marks.choice import read_choice
from fcextract.marks.drawn import line_through, marks_on, read_drawn, strays_on
from fcextract.marks.evidence import Evidence, Says, Verdict
from fcextract.marks.placed import (
    is_covered,
    printed,
    read_annotations,
    read_pictures,
    read_widgets,
    share,
)
from fcextract.marks.typed import KIND as GLYPH
from fcextract.marks.typed import TypedMark, read_typed_runs, typed_mark
from fcextract.records import Measure, Place, Run, Widget
from fcextract.text.marks import MARKS, Typed, read_typed, symbol

#: Confidence in a state by how many independent kinds of evidence agree on it. One
#: witness has been wrong in none of the boxes of docs/accuracy.md; the figures are
#: what the rule of three allows to claim for it, not more.
ALONE, AGREED, NO_BOX = 0.999, 0.9999, 0.995
#: A typed tick belongs to a drawn box when it shares this much of the smaller area.
ON_BOX = 0.2
OVERLAYS = {"annotation", "picture", "overlay"}
#: Kinds that tell a ticked box without what was laid over it.
NATIVE = {"glyph", "widget"}
#: What is said of a mark that was put on a ticked box: it may strike the tick out.
MARKED_TWICE = "a mark over a box that is ticked"
_YES_LABELS = {"是", "有", "符合", "适用", "达标"}


def judge(place: Place) -> Verdict:
    """Hear all the evidence in one cell."""
    choice = read_choice(place, judge)
    if choice is not None:
        return choice
    widget = read_widgets(place)
    typed = read_typed_runs(place)
    own = widget[0].box if widget else typed.box if typed else None
    drawn = read_drawn(place, own)
    frame = _frame(widget, drawn, typed)
    heard = [widget[0]] if widget else []
    if typed is not None and (word := _typed(typed, place, drawn, widget)) is not None:
        heard.append(word)
    if drawn is not None and not _is_ground(drawn, typed, heard):
        if widget is not None:
            heard.append(_drawn_in_field(drawn, widget))
        else:
            heard.append(_drawn_on(drawn, frame, place))
    if drawn is None and frame is not None and strays_on(frame, place):
        heard.append(
            Evidence("vector", Says.UNCLEAR, frame, "a stroke from elsewhere", "mark-outside-box")
        )
    box = frame or (drawn.box if drawn else typed.box if typed else None)
    is_typed = widget is None and typed is not None and box == typed.box
    if box is not None and line_through(box, place, typed=is_typed):
        heard.append(
            Evidence("vector", Says.UNCLEAR, box, "a line through the box", "box-uncertain")
        )
    noted = read_annotations(place, frame)
    if noted is not None and drawn is not None and drawn.says is Says.TICKED:
        noted = _noted_on(noted, drawn, place, own)
    heard += [more for more in (noted, read_pictures(place, frame)) if more is not None]
    measures = tuple(Measure(e.kind, e.says.value) for e in heard)
    typed_word = heard[0].word if len(heard) == 1 else ""
    return replace(_weigh(heard, place), heard=measures, word=typed_word)


def _noted_on(noted: Evidence, drawn: Evidence, place: Place, own: Box | None) -> Evidence:
    """The word of the annotations on a drawn box, given what it shows without them."""
    bare = read_drawn(place._replace(shapes=printed(place)), own)
    if noted.says is Says.TICKED and bare is not None and bare.says is Says.TICKED:
        return Evidence(noted.kind, Says.UNCLEAR, drawn.box, MARKED_TWICE, "mark-cancelled")
    return noted


def _frame(
    widget: tuple[Evidence, Widget] | None, drawn: Evidence | None, typed: TypedMark | None
) -> Box | None:
    if widget is not None:
        return widget[0].box
    if drawn is not None and drawn.says is not Says.BARE:
        return drawn.box
    if typed is not None and typed.says in (Typed.EMPTY, Typed.TICKED):
        return typed.box
    return None


def _typed(
    typed: TypedMark,
    place: Place,
    drawn: Evidence | None,
    widget: tuple[Evidence, Widget] | None,
) -> Evidence | None:
    """The word of the typed characters, given the box they may stand on."""
    if typed.hidden:
        return _hidden(typed, drawn, typed.box)
    if widget is not None or (drawn is not None and drawn.says in (Says.EMPTY, Says.TICKED)):
        over = [r for r in typed.runs if not _is_printed_below(r, place)]
        if not over:
            return None
        typed = typed_mark(over, ())
    box = typed.box
    if is_covered(typed.runs, place, typed.says is Typed.TICKED):
        return Evidence(GLYPH, Says.UNCLEAR, box, "covered", "readers-disagree")
    base = widget[0].box if widget else drawn.box if drawn and drawn.says is not Says.BARE else None
    if base is None:
        return _typed_alone(typed)
    on = share(box, base) >= ON_BOX
    if on and widget and typed.says is Typed.EMPTY:
        return None  # a printed box that the field was laid over
    if typed.says in (Typed.BARE_TICK, Typed.TICKED) or (on and widget):
        if on:
            return Evidence(GLYPH, Says.TICKED, base, "a typed mark in the box")
        return Evidence(GLYPH, Says.UNCLEAR, base, "a typed mark beside", "mark-outside-box")
    if typed.text.strip() in _YES_LABELS:
        return None
    return _text(typed, base)


def _is_printed_below(run: Run, place: Place) -> bool:
    """Whether a run is a printed, empty box that a field or another box was laid over."""
    return is_covered((run,), place, ticked=False) and (
        read_typed(symbol(run.text, run.font)) is Typed.EMPTY
    )


def _hidden(typed: TypedMark, drawn: Evidence | None, box: Box) -> Evidence:
    """Characters nobody sees on paper; on a dark box a light tick is seen well."""
    tick = len(typed.hidden) == 1 and not typed.runs and typed.hidden[0].seen
    if tick and drawn is not None and drawn.says is Says.TICKED and share(box, drawn.box) >= ON_BOX:
        return Evidence(GLYPH, Says.TICKED, drawn.box, "a light tick on a dark box")
    return Evidence(GLYPH, Says.UNCLEAR, box, "characters that are not seen", "readers-disagree")


def _typed_alone(typed: TypedMark) -> Evidence:
    says = {
        Typed.EMPTY: Says.EMPTY,
        Typed.TICKED: Says.TICKED,
        Typed.BARE_TICK: Says.BARE,
    }.get(typed.says)
    if says is None:
        return _text(typed, typed.box)
    return Evidence(GLYPH, says, typed.box, word=typed.text if says is Says.BARE else "")


def _text(typed: TypedMark, box: Box) -> Evidence:
    """Characters that say nothing of a box."""
    reason = f"typed {typed.text[:20]!r}"
    no_mark = not any(c in MARKS for c in typed.text)
    return Evidence(
        GLYPH, Says.UNCLEAR, box, reason, "box-uncertain", is_text=no_mark, word=typed.text
    )


def _is_ground(drawn: Evidence, typed: TypedMark | None, heard: list[Evidence]) -> bool:
    """Whether an empty drawn box is only what a typed tick stands on."""
    return (
        drawn.says is Says.EMPTY
        and typed is not None
        and any(e.kind == GLYPH and e.says is Says.TICKED and e.box == drawn.box for e in heard)
    )


def _drawn_in_field(drawn: Evidence, widget: tuple[Evidence, Widget]) -> Evidence:
    """The paths in a field's cell: its appearance shows a mark, or shows none.

    A field that is on may have no appearance to show it, so an empty frame does not
    speak against it; a mark in a field that is off does.
    """
    field = widget[0]
    if drawn.says is Says.EMPTY and field.says is Says.TICKED:
        return field
    if drawn.says is Says.BARE:
        inside = share(drawn.box, field.box) >= ON_BOX
        if inside and drawn.box.side >= 0.25 * field.box.side:
            return drawn._replace(says=Says.TICKED, box=field.box)
        return drawn._replace(says=Says.UNCLEAR, code="mark-outside-box")
    return drawn


def _drawn_on(drawn: Evidence, frame: Box | None, place: Place) -> Evidence:
    """A drawn mark without a frame of its own may lie on a typed box."""
    if frame is None or drawn.says is not Says.BARE:
        return drawn
    close = share(drawn.box, frame) >= ON_BOX and drawn.box.side <= 5 * frame.side
    if close and marks_on(frame, place):
        return Evidence("overlay", Says.TICKED, frame, "a stroke over the box")
    return drawn._replace(says=Says.UNCLEAR, code="mark-outside-box")


def _weigh(heard: list[Evidence], place: Place) -> Verdict:
    if not heard:
        return Verdict(None, place.cell, present=False)
    present = not all(e.is_text for e in heard)
    words = {e.says for e in heard}
    kinds = tuple(dict.fromkeys(e.kind for e in heard))
    box = heard[0].box
    unclear = next((e for e in heard if e.says is Says.UNCLEAR), None)
    if unclear is not None:
        return Verdict(Says.UNCLEAR, box, kinds, 0.0, unclear.code, unclear.reason, present)
    overlay = [e for e in heard if e.kind in OVERLAYS]
    base = [e for e in heard if e not in overlay]
    if overlay and any(e.kind in NATIVE and e.says is Says.TICKED for e in base):
        return Verdict(Says.UNCLEAR, box, kinds, 0.0, "mark-cancelled", MARKED_TWICE)
    if len(words) == 1:
        confidence = AGREED if len(kinds) > 1 else ALONE
        return Verdict(words.pop(), box, kinds, confidence, reason=heard[0].reason)
    if (
        base
        and all(e.says is Says.EMPTY for e in base)
        and all(e.says is Says.TICKED for e in overlay)
    ):  # an empty box with a mark laid over it is a ticked box
        return Verdict(Says.TICKED, box, kinds, ALONE, reason="marked over")
    return Verdict(Says.UNCLEAR, box, kinds, 0.0, "readers-disagree", _dispute(heard))


def _dispute(heard: list[Evidence]) -> str:
    return ", ".join(f"{e.kind}: {e.says.value}" for e in heard)
