"""Status and verdict of a form.

The verdict is about the declaration, in this order:

``inconsistent``
    any declared figure is wrong: a count outside the ticks' range, a rate, a sum or
    a denominator.
``undeclared``
    none of the three counts is declared.
``consistent``
    all nine figures are there, none is wrong, and every count is exactly what the
    ticks give, without a range.
``unverifiable``
    anything else: unread boxes leave a range, or a figure is blank or unreadable.
"""

from __future__ import annotations

from collections.abc import Iterable

from fcextract.audit.case import PARTS
from fcextract.records import Declared, Finding, Summary

# The findings that make a declaration wrong.
CONTRADICTIONS = frozenset(
    {
        "declared-total-mismatch",
        "declared-binding-mismatch",
        "declared-guiding-mismatch",
        "declared-rate-mismatch",
        "declared-sum-mismatch",
        "declared-denominator-mismatch",
    }
)


def status_of(summary: Summary) -> str:
    """``review`` if any box is uncertain or missing, else ``ok``."""
    return "review" if summary.unread_boxes else "ok"


def verdict_of(declared: Declared | None, summary: Summary, findings: Iterable[Finding]) -> str:
    """``consistent``, ``inconsistent``, ``unverifiable`` or ``undeclared``."""
    if any(f.code in CONTRADICTIONS for f in findings):
        return "inconsistent"
    if declared is None or not declares_a_count(declared):
        return "undeclared"
    settled = all(summary.counts["self", p].min == summary.counts["self", p].max for p in PARTS)
    return "consistent" if settled and not blanks(declared) else "unverifiable"


def declares_a_count(declared: Declared) -> bool:
    """Whether at least one of the three counts is there."""
    return any(getattr(declared, part) is not None for part in PARTS)


def blanks(declared: Declared) -> list[str]:
    """Names of the declared figures that are not there."""
    names = [part + kind for part in PARTS for kind in ("", "_of", "_rate")]
    return [n for n in names if getattr(declared, n) is None]
