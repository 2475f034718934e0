"""How far a form's readings may be relied on, by their own confidences."""

from __future__ import annotations

from fcextract.audit.case import WHO, Case
from fcextract.audit.counting import gaps
from fcextract.records import Certainty, State

#: Readings with less confidence than this may be wrong in practice.
DOUBTFUL = 0.99
_READ = (State.CHECKED, State.EMPTY)


def certainty(case: Case, verdict: str) -> Certainty:
    """The number of wrong boxes to expect, and whether doubtful ones could turn the verdict."""
    boxes = [e.box_in(who) for e in case.sheet.entries for who in WHO]
    wrong = sum(1.0 - b.confidence for b in boxes if b.state in _READ)
    return Certainty(round(wrong, 3), _at_risk(case, verdict))


def _at_risk(case: Case, verdict: str) -> bool:
    """A consistent form needs one misread box to be inconsistent; an inconsistent one as many
    as its largest gap, where nothing but counts speaks against it."""
    own = [e.self_box for e in case.sheet.entries if e.self_box.state in _READ]
    doubtful = sum(b.confidence < DOUBTFUL for b in own)
    if verdict == "consistent":
        return doubtful > 0
    if verdict != "inconsistent":
        return False
    found = gaps(case.sheet.declared, case.summary).values()
    return 0 < max(map(abs, found), default=0) <= doubtful
