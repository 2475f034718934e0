"""What the reader's authors must not tune on: named here, made apart, reported apart.

Papers whose ``axis`` is one of :data:`AXES` have one thing of that axis from :data:`HELD_OUT`;
all other papers have none.
"""

from __future__ import annotations

HELD_OUT: dict[str, tuple[str, ...]] = {
    "font": ("ukai", "noto-serif"),
    "pen": ("green", "fountain", "hook", "plus"),
    "damage": ("cup-ring", "gutter", "photocopy", "wobble"),
}
"""Fonts, pens (colours, nibs and shapes) and damage, by axis."""
AXES = tuple(HELD_OUT)
EVERY = 5
"""Of papers in a mixed run, one in this many is held out."""


def axis_of(number: int) -> str:
    """The axis of the ``number``-th paper of a mixed run; empty for most."""
    if number % EVERY != EVERY - 1:
        return ""
    return AXES[number // EVERY % len(AXES)]


def allowed(axis: str, names: tuple[str, ...], held: bool) -> tuple[str, ...]:
    """Those of ``names`` that are held out, or all others where not ``held``."""
    return tuple(n for n in names if (n in HELD_OUT[axis]) == held)
