"""Counts that add up over many runs, and the bounds they give."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from measure import bands
from measure.bands import Bands

CONFIDENCE = 0.95


@dataclass(slots=True)
class Tally:
    """What was compared and what was wrong.

    ``silent`` counts boxes said to be checked or empty that are not, the worst defect;
    ``uncertain`` and ``missing`` boxes that a person could read and the program did not.
    ``blanks`` counts texts that are right but for their blanks. Boxes of paper forms whose mark
    was taken back (``cancelled``), stands beside them (``outside``) or that a fold, a streak or a
    stamp goes through (``folded``) are counted apart, not in ``boxes``; of them ``_silent`` were
    given a state that they do not have, and ``_flagged`` are as they should be: their own
    finding, or for a folded box the right state or an honest doubt. ``bands`` hold the boxes that
    got a state by their confidence.
    """

    files: int = 0
    forms: int = 0
    boxes: int = 0
    silent: int = 0
    uncertain: int = 0
    missing: int = 0
    pages_wrong: int = 0
    texts: int = 0
    texts_wrong: int = 0
    blanks: int = 0
    headers_wrong: int = 0
    declared_wrong: int = 0
    audits_wrong: int = 0
    findings_absent: int = 0
    findings_extra: int = 0
    forms_missing: int = 0
    forms_silent: int = 0
    forms_right: int = 0
    failed: int = 0
    cancelled: int = 0
    cancelled_silent: int = 0
    cancelled_flagged: int = 0
    outside: int = 0
    outside_silent: int = 0
    outside_flagged: int = 0
    folded: int = 0
    folded_silent: int = 0
    folded_flagged: int = 0
    bands: Bands = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Add ``other`` to this."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        bands.add(self.bands, other.bands)

    @property
    def decided(self) -> int:
        """Boxes that got a state: what was left unread proves nothing."""
        return self.boxes - self.uncertain - self.missing

    @property
    def apart_silent(self) -> int:
        """Silent errors in boxes that are counted apart."""
        return self.cancelled_silent + self.outside_silent + self.folded_silent

    @property
    def found(self) -> int:
        """Forms that were found."""
        return self.forms - self.forms_missing

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Tally:
        """Back from JSON; counts that are not there are 0."""
        counts = {name: int(data.get(name, 0)) for name in _COUNTS}
        return cls(**counts, bands=dict(data.get("bands", {})))


_COUNTS = tuple(f.name for f in fields(Tally) if f.name != "bands")


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum."""
    result = Tally()
    for tally in tallies:
        result.add(tally)
    return result


def upper_bound(errors: int, trials: int) -> float:
    """The error rate that ``errors`` in ``trials`` rule out with 95 % confidence: 3/n for
    none (the rule of three), else the exact Poisson bound."""
    if not trials:
        return 1.0
    low, high = float(errors), errors + 10.0 * math.sqrt(errors + 1) + 10.0
    for _ in range(80):
        middle = (low + high) / 2
        if _at_most(errors, middle) > 1 - CONFIDENCE:
            low = middle
        else:
            high = middle
    return min(1.0, high / trials)


def _at_most(errors: int, mean: float) -> float:
    term = math.exp(-mean)
    result = term
    for k in range(1, errors + 1):
        term *= mean / k
        result += term
    return result
