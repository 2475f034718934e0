"""The declaration under the table: consistent, or broken in one known way.

What an audit must find is worked out here from the figures alone, by the contract's rules,
so that it can be held against what the program says.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from mill.edition import EDITION, ITEMS

Ticks = Mapping[str, tuple[bool, bool]]
Figures = dict[str, int | float]

PARTS = ("total", "binding", "guiding")
FAULTS = (
    "none",
    "total",
    "binding",
    "guiding",
    "all-counts",
    "rate",
    "rate-slip",
    "denominator",
    "no-block",
)


def declare(rng: Random, ticks: Ticks, fault: str) -> tuple[Figures | None, str]:
    """The nine figures for ``ticks`` with ``fault`` put in, and the fault really put in."""
    if fault == "no-block":
        return None, fault
    counts = {part: count_range(ticks, part)[0] for part in PARTS}
    if fault in PARTS:
        counts[fault] = _moved(rng, counts[fault], EDITION.denominators[fault])
    if fault == "all-counts":
        counts["binding"] = _moved(rng, counts["binding"], 70)
        counts["guiding"] = _moved(rng, counts["guiding"], 71)
        counts["total"] = counts["binding"] + counts["guiding"]
    figures: Figures = {}
    for part in PARTS:
        of = EDITION.denominators[part]
        figures |= {part: counts[part], f"{part}_of": of, f"{part}_rate": rate(counts[part], of)}
    _spoil(rng, figures, fault)
    return figures, fault


def rate(count: int, of: int) -> float:
    """Percent, two decimals, half up."""
    exact = Decimal(count) * 100 / Decimal(of)
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def count_range(ticks: Mapping[str, tuple[object, object]], part: str) -> tuple[int, int]:
    """Fewest and most numbers ticked in the self column; a state other than a bool is open."""
    sure: set[int] = set()
    open_: set[int] = set()
    nature = {"binding": EDITION.binding, "guiding": EDITION.guiding}.get(part)
    for item in ITEMS:
        state = ticks[item.item_id][0]
        if nature not in (None, item.nature) or state is False:
            continue
        (sure if state is True else open_).add(item.item_no)
    return len(sure), len(sure | open_)


def expected_codes(
    figures: Mapping[str, int | float] | None, ticks: Mapping[str, tuple[object, object]]
) -> list[str]:
    """The ``declared-*`` findings that the figures must give."""
    if figures is None:
        return ["declared-missing"]
    codes = []
    for part in PARTS:
        low, high = count_range(ticks, part)
        if not low <= figures[part] <= high:
            codes.append(f"declared-{part}-mismatch")
    if any(_rate_off(figures, part) for part in PARTS):
        codes.append("declared-rate-mismatch")
    if figures["binding"] + figures["guiding"] != figures["total"]:
        codes.append("declared-sum-mismatch")
    if any(figures[f"{part}_of"] != EDITION.denominators[part] for part in PARTS):
        codes.append("declared-denominator-mismatch")
    return codes


def expected_verdict(
    figures: Mapping[str, int | float] | None, ticks: Mapping[str, tuple[object, object]]
) -> str:
    """The verdict that goes with :func:`expected_codes`."""
    codes = expected_codes(figures, ticks)
    if figures is None:
        return "undeclared"
    if codes:
        return "inconsistent"
    settled = all(len(set(count_range(ticks, part))) == 1 for part in PARTS)
    return "consistent" if settled else "unverifiable"


def _rate_off(figures: Mapping[str, int | float], part: str) -> bool:
    right = Decimal(str(figures[part])) * 100 / Decimal(str(figures[f"{part}_of"]))
    return abs(Decimal(str(figures[f"{part}_rate"])) - right) > Decimal("0.01")


def _moved(rng: Random, count: int, of: int) -> int:
    return rng.choice([n for n in range(max(0, count - 5), min(of, count + 5) + 1) if n != count])


def _spoil(rng: Random, figures: Figures, fault: str) -> None:
    part = rng.choice(PARTS)
    if fault == "rate":
        figures[f"{part}_rate"] = round(
            float(figures[f"{part}_rate"]) + rng.choice((0.5, 3, 10)), 2
        )
    if fault == "rate-slip":
        figures[f"{part}_rate"] = round(float(figures[f"{part}_rate"]) + 0.03, 2)
    if fault == "denominator":
        figures[f"{part}_of"] = int(figures[f"{part}_of"]) + rng.choice((-1, 1))
        figures[f"{part}_rate"] = rate(int(figures[part]), int(figures[f"{part}_of"]))
