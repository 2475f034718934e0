"""What people say of boxes: corrections, appended and never overwritten.

A correction names one box by the content of its file, the form's place in it, the item
and the column; it says which state stood there before and which one a person gives it.
Taking one back is a further record. The reading itself stays as it was: corrections are
laid over it on the way to the audit, so that totals, verdict and status follow.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from fcextract.errors import ConflictError, UsageError
from fcextract.records import BoxReading, Entry, Note, Scoresheet, State

COLUMNS = ("self", "reviewer")
#: What a person may say of a box. ``uncertain`` says: looked at, and cannot tell either.
STATES = (State.CHECKED, State.EMPTY, State.UNCERTAIN)
#: The reason that makes a correction take back the one that stands.
UNDO = "undo"
#: Who read a corrected box (see :attr:`fcextract.records.BoxReading.readers`).
PERSON = "person"
CANNOT_TELL = "a person could not tell"
#: Longest name and reason that are kept, in characters.
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Correction:
    """One box, as a person sees it.

    ``sha256`` is the file's; ``place`` the form's among those of the file, from 0;
    ``column`` is ``self`` or ``reviewer``; ``old`` is the state as it stood, ``new`` the
    one that is to stand; ``at`` is ISO 8601 in UTC, to the second (:func:`moment`).
    """

    sha256: str
    place: int
    item_id: str
    column: str
    old: State
    new: State
    who: str
    at: str
    why: str = ""

    @property
    def box(self) -> tuple[str, str]:
        """Item and column: the box within its form."""
        return self.item_id, self.column

    @property
    def form(self) -> tuple[str, int]:
        """File and place: the form."""
        return self.sha256, self.place


class History(NamedTuple):
    """What people said of one form, in order, and what they said when another form was read
    at its place in the file, which went ``astray``."""

    mine: tuple[Correction, ...] = ()
    astray: tuple[Correction, ...] = ()


Standing = dict[tuple[str, str], list[Correction]]


def moment() -> str:
    """Now, as corrections tell time."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def user() -> str:
    """Who is at the keyboard, as the system knows them; empty where it knows nobody."""
    try:
        return getpass.getuser()
    except Exception:  # a system without user names; what it raises differs
        return ""


def undo(correction: Correction, who: str, at: str | None = None) -> Correction:
    """The correction that takes ``correction`` back, which must be the one that stands."""
    return replace(
        correction,
        old=correction.new,
        new=correction.old,
        who=who,
        at=at or moment(),
        why=UNDO,
    )


def standing(history: Iterable[Correction]) -> Standing:
    """Per box of one form, the corrections not taken back, the one that stands last.
    Boxes without any are left out. ``history`` is in order."""
    found: Standing = {}
    for correction in history:
        left = found.setdefault(correction.box, [])
        if correction.why != UNDO:
            left.append(correction)
        elif left:
            left.pop()
    return {box: left for box, left in found.items() if left}


def apply(sheet: Scoresheet, history: Sequence[Correction]) -> Scoresheet:
    """``sheet`` with the corrections of its form laid over the reading.

    A corrected box has the state that a person gave it, no finding of its own, and
    ``read_as`` says what it was read as; its entry's ``corrected`` tells who and when.
    """
    if not history:
        return sheet
    said = standing(history)
    return replace(sheet, entries=tuple(_corrected(e, said) for e in sheet.entries))


def as_it_stands(sheet: Scoresheet, history: History) -> Scoresheet:
    """``sheet`` with what was said of its form laid over it, and a note of all that went
    astray."""
    notes = tuple(map(_astray, history.astray))
    return replace(apply(sheet, history.mine), notes=(*sheet.notes, *notes))


def accept(
    sheet: Scoresheet, history: Sequence[Correction], more: Iterable[Correction]
) -> list[Correction]:
    """``more`` as they may be appended to the ``history`` of ``sheet``'s form: their texts
    made plain, each fitting what stands when its turn comes.

    Args:
        sheet: the form as read, without corrections.

    Raises:
        UsageError: no such box, or no such state for a person to give.
        ConflictError: ``old`` is not the state that stands now.
    """
    stacks = standing(history)
    boxes = {(e.item.item_id, c): e.box_in(c) for e in sheet.entries for c in COLUMNS}
    taken = []
    for correction in more:
        if correction.box not in boxes:
            raise _no_such_box(correction)
        left = stacks.setdefault(correction.box, [])
        _check(correction, left, left[-1].new if left else boxes[correction.box].state)
        correction = replace(correction, who=_plain(correction.who), why=_plain(correction.why))
        if correction.why == UNDO:
            left.pop()
        else:
            left.append(correction)
        taken.append(correction)
    return taken


def _check(correction: Correction, left: Sequence[Correction], now: State) -> None:
    """Refuse a correction of a box that stands ``now`` after the corrections ``left``."""
    undoing = correction.why == UNDO
    if not undoing and correction.new not in STATES:
        raise UsageError(
            f"更正只能写 checked（勾选）、empty（空）或 uncertain（看不清），不能写 {correction.new}，"
            "因此没有保存。",
            f"A correction says checked, empty or uncertain, not {correction.new}; it was not kept.",
        )
    fits = correction.old == now and (not undoing or bool(left and correction.new == left[-1].old))
    if not fits:
        raise _conflict(correction, now, left[-1] if left else None)


def _corrected(entry: Entry, said: Mapping[tuple[str, str], list[Correction]]) -> Entry:
    item = entry.item.item_id
    last = {c: said[item, c][-1] for c in COLUMNS if (item, c) in said}
    if not last:
        return entry
    own, other = (
        _judged(entry.box_in(c), last[c]) if c in last else entry.box_in(c) for c in COLUMNS
    )
    signed = dict.fromkeys(f"{c.who}/{c.at}" for c in last.values())
    return replace(entry, self_box=own, reviewer_box=other, corrected="; ".join(signed))


def _judged(box: BoxReading, said: Correction) -> BoxReading:
    sure = said.new is not State.UNCERTAIN
    return replace(
        box,
        state=said.new,
        confidence=1.0 if sure else 0.0,
        readers=(PERSON,),
        code="" if sure else "box-uncertain",
        reason="" if sure else CANNOT_TELL,
        present=True,
        read_as=box.state,
    )


def _astray(correction: Correction) -> Note:
    c = correction
    said = f"{c.column} {c.old} → {c.new} ({c.who}/{c.at})"
    return Note("correction-astray", c.item_id, None, said)


def _plain(text: str) -> str:
    """One line without control characters, not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST]


def _no_such_box(correction: Correction) -> UsageError:
    where = f"{correction.item_id} {correction.column}"
    return UsageError(
        f"这份表没有框 {where}，更正没有保存。请核对编号，列名应为 self 或 reviewer。",
        f"The form has no box {where}; the correction was not kept. Check the item; the column "
        "is self or reviewer.",
    )


def _conflict(correction: Correction, now: State, last: Correction | None) -> ConflictError:
    by_zh = f"（{last.who} 于 {last.at} 更正）" if last else ""
    by_en = f" (corrected by {last.who} at {last.at})" if last else ""
    return ConflictError(
        f"({correction.item_id}) 的 {correction.column} 框现在是 {now}{by_zh}，"
        f"不是 {correction.old}，更正没有保存。可能有人先改过；请刷新后再看一次。",
        f"The {correction.column} box of ({correction.item_id}) now stands as {now}{by_en}, not "
        f"as {correction.old}, so the correction was not kept. Someone may have been first; "
        "refresh and look again.",
    )
