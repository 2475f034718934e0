"""Rules on the declared figures. They describe the county's own column: the footer
is headed 县（市、区）政府自评选项."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from fcextract.audit.case import PARTS, Case, finding
from fcextract.audit.counting import exact_rate, rate
from fcextract.audit.verdict import blanks, declares_a_count
from fcextract.records import Count, Declared, Finding

# Percentage points between a declared rate and the exact one. The contract's figure: it
# lets a rate be rounded half up, half even or cut off after two decimals.
RATE_TOLERANCE = Decimal("0.01")

PART_ZH = {"total": "总细项", "binding": "约束性项", "guiding": "引导性项"}
PART_EN = {"total": "total", "binding": "binding", "guiding": "guiding"}


def declared_presence(case: Case) -> Iterator[Finding]:
    """``declared-missing``, ``declared-incomplete``."""
    declared = case.sheet.declared
    if declared is None:
        yield finding(
            "declared-missing",
            "没有找到表尾的申报数（政府自评选项），无法与勾选核对。",
            "No summary block was found, so there is nothing to check the ticks against.",
        )
    elif not declares_a_count(declared):
        yield finding(
            "declared-missing",
            "表尾没有填写（或读不出）任何一个符合数，无法与勾选核对。",
            "The summary block holds none of the three counts, so there is nothing to check "
            "the ticks against.",
        )
    elif absent := blanks(declared):
        names = [_figure_name(case, name) for name in absent]
        yield finding(
            "declared-incomplete",
            f"表尾缺少或读不出：{'、'.join(names)}。",
            f"The summary block lacks, or holds unreadably: {', '.join(absent)}.",
            declared="; ".join(absent),
        )


def declared_counts(case: Case) -> Iterator[Finding]:
    """``declared-total-mismatch``, ``-binding-``, ``-guiding-``."""
    for part in PARTS:
        value = _declared(case, part)
        count = case.summary.counts["self", part]
        if value is None or count.min <= value <= count.max:
            continue
        zh, en = _range_zh(count), _range_en(count)
        yield finding(
            f"declared-{part}-mismatch",
            f"申报{PART_ZH[part]}符合 {value} 项，自评勾选为 {zh} 项，{_gap_zh(value, count)}。",
            f"Declared {PART_EN[part]} {value}, ticked in the self-assessment {en}: "
            f"{_gap_en(value, count)}.",
            declared=str(value),
            computed=_range(count),
        )


def declared_rates(case: Case) -> Iterator[Finding]:
    """``declared-rate-mismatch``, one per rate."""
    for part in PARTS:
        shown, value, of = (_figure(case, part + kind) for kind in ("_rate", "", "_of"))
        if shown is None or value is None or not of:
            continue
        if abs(Decimal(str(shown)) - exact_rate(int(value), int(of))) <= RATE_TOLERANCE:
            continue
        right = rate(int(value), int(of))
        yield finding(
            "declared-rate-mismatch",
            f"申报{PART_ZH[part]}总比 {shown:.2f} %，按申报数 {value}/{of} 应为 {right:.2f} %。",
            f"Declared {PART_EN[part]} rate {shown:.2f} %; {value} of {of} is {right:.2f} %.",
            declared=f"{shown:.2f}",
            computed=f"{right:.2f}",
        )


def declared_sum(case: Case) -> Iterator[Finding]:
    """``declared-sum-mismatch``."""
    total, binding, guiding = (_declared(case, part) for part in PARTS)
    if total is None or binding is None or guiding is None or binding + guiding == total:
        return
    yield finding(
        "declared-sum-mismatch",
        f"申报约束性 {binding} 项加引导性 {guiding} 项为 {binding + guiding} 项，"
        f"不等于申报总数 {total} 项。",
        f"Declared binding {binding} and guiding {guiding} make {binding + guiding}, "
        f"not the declared total {total}.",
        declared=str(total),
        computed=str(binding + guiding),
    )


def declared_denominators(case: Case) -> Iterator[Finding]:
    """``declared-denominator-mismatch``, one per denominator. The edition's footer is
    what counts, even where rows are counted."""
    for part in PARTS:
        value, printed = _figure(case, f"{part}_of"), case.edition.denominators[part]
        if value is None or value == printed:
            continue
        yield finding(
            "declared-denominator-mismatch",
            f"表尾{PART_ZH[part]}为 {value} 项，该版表式为 {printed} 项。",
            f"The summary prints {value} for the number of {PART_EN[part]} items; "
            f"this edition of the form prints {printed}.",
            declared=str(value),
            computed=str(printed),
        )


def _declared(case: Case, part: str) -> int | None:
    value = _figure(case, part)
    return None if value is None else int(value)


def _figure(case: Case, name: str) -> int | float | None:
    declared: Declared | None = case.sheet.declared
    value: int | float | None = getattr(declared, name) if declared else None
    return value


def _figure_name(case: Case, name: str) -> str:
    return case.edition.footer_labels.get(name, name)


def _range(count: Count) -> str:
    return str(count.min) if count.min == count.max else f"{count.min}..{count.max}"


def _range_zh(count: Count) -> str:
    return str(count.min) if count.min == count.max else f"{count.min} 至 {count.max}"


def _range_en(count: Count) -> str:
    return str(count.min) if count.min == count.max else f"{count.min} to {count.max}"


def _gap_zh(value: int, count: Count) -> str:
    least = "" if count.min == count.max else "至少"
    if value > count.max:
        return f"{least}多报 {value - count.max} 项"
    return f"{least}少报 {count.min - value} 项"


def _gap_en(value: int, count: Count) -> str:
    least = "" if count.min == count.max else "at least "
    if value > count.max:
        return f"{least}{value - count.max} too many"
    return f"{least}{count.min - value} too few"
