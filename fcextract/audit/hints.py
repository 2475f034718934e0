"""Gap hints: what would explain a declaration that the ticks contradict.

Hints are for whoever looks next. They are worked out after everything is judged and
change nothing: no state, no total, no verdict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from fcextract.audit.case import PARTS, Case, CountBy
from fcextract.audit.counting import UNREAD, Range, Units, gaps, recount, unit_of
from fcextract.audit.figures import PART_ZH
from fcextract.records import Entry, Hint, State, Summary

#: No more boxes than this are named as misread: a longer list explains nothing.
MOST_BOXES = 6
#: A reading with this confidence is not worth doubting.
SURE = 0.99
#: A page or section explains a gap only where so many of its boxes would differ at least.
FEWEST = 2


def hints(case: Case) -> tuple[Hint, ...]:
    """What would explain the declared counts, the likeliest first; none where no declared
    count lies outside the ticks' range."""
    declared = case.sheet.declared
    wanted = {p: v for p in PARTS if (v := getattr(declared, p, None)) is not None}
    found = gaps(declared, case.summary)
    if not any(found.values()):
        return ()
    return (
        *_other_counting(case, wanted),
        *_whole_groups(case, wanted, found),
        *_where(found),
        *_least_certain(case, found),
    )


def _fits(wanted: Mapping[str, int], counts: Mapping[str, Range]) -> bool:
    return all(counts[p][0] <= v <= counts[p][1] for p, v in wanted.items())


def _column(summary: Summary, who: str) -> dict[str, Range]:
    return {p: (summary.counts[who, p].min, summary.counts[who, p].max) for p in PARTS}


def _other_counting(case: Case, wanted: Mapping[str, int]) -> Iterator[Hint]:
    """Other ways to count the same ticks that give exactly what is declared."""
    other: CountBy = "rows" if case.count == "numbers" else "numbers"
    again = recount(case.sheet.entries, case.edition, other)
    if _fits(wanted, _column(again, "self")):
        zh, en = (
            ("按印出的行计数（重号的两行各计一次）", "Counting printed rows, a doubled number's rows each for itself,")
            if other == "rows"
            else ("按编号计数（重号的两行只计一次）", "Counting numbers, a doubled number once,")
        )  # fmt: skip
        yield Hint(
            "counted-otherwise",
            f"{zh}，申报数与勾选正好相符。",
            f"{en} gives exactly what is declared.",
        )
    own = _column(case.summary, "self")
    swapped = {**own, "binding": own["guiding"], "guiding": own["binding"]}
    if {"binding", "guiding"} <= wanted.keys() and _fits(wanted, swapped):
        yield Hint(
            "natures-swapped",
            "约束性与引导性两个申报数对调后，与勾选正好相符，可能填反了。",
            "With the declared binding and guiding counts swapped they are exactly what is ticked.",
        )
    ticked = any(e.reviewer_box.state is State.CHECKED for e in case.sheet.entries)
    if ticked and _fits(wanted, _column(case.summary, "reviewer")):
        yield Hint(
            "other-column",
            "申报数与省发改委一列的勾选正好相符，可能按审核结果填写。",
            "The declared counts are exactly the ticks of the reviewer's column.",
        )
    yield from _extra_rows(case, wanted)


def _extra_rows(case: Case, wanted: Mapping[str, int]) -> Iterator[Hint]:
    extra = [e for e in case.sheet.extras if e.row.self_box.state is State.CHECKED]
    own = case.summary.counts["self", "total"]
    if (
        extra
        and "total" in wanted
        and own.min + len(extra) <= wanted["total"] <= own.max + len(extra)
    ):
        yield Hint(
            "extra-rows",
            f"未计数的 {len(extra)} 个勾选行（无编号、重复或不在清单中）若也计入，总数正好相符。",
            f"With the {len(extra)} ticked rows that were not counted (unnumbered, repeated or not "
            "on the list) the total is exactly what is declared.",
        )


def _whole_groups(case: Case, wanted: Mapping[str, int], gaps: Mapping[str, int]) -> Iterator[Hint]:
    """A section or a page that, all ticked or all empty, gives exactly what is declared: one
    that was left out, or whose ticks were lost or taken over from another form."""
    more = max(gaps.values()) > 0
    if more and min(gaps.values()) < 0:
        return
    new = State.CHECKED if more else State.EMPTY
    groups: dict[tuple[str, object], list[Entry]] = defaultdict(list)
    names: dict[tuple[str, object], tuple[str, str]] = {}
    for e in case.sheet.entries:
        keys: list[tuple[str, object]] = [("section", e.item.section_no)]
        names[keys[0]] = (f"“{e.item.section}”", f"section “{e.item.section}”")
        if e.row is not None:
            keys.append(("page", e.row.page))
            names[keys[1]] = (f"第 {e.row.page} 页", f"page {e.row.page}")
        for key in keys:
            groups[key].append(e)
    units = Units(case.sheet.entries, case.edition, case.count, "self")
    done_zh, done_en = ("全部勾选", "all ticked") if more else ("一项不勾", "without a tick")
    for key in sorted(groups, key=str):
        turned = [e.item.item_id for e in groups[key] if e.self_box.state is not new]
        if len(turned) < max(FEWEST, *map(abs, gaps.values())):
            continue
        if _fits(wanted, units.counts_with(turned, new)):
            zh, en = names[key]
            yield Hint(
                f"whole-{key[0]}",
                f"{zh}若{done_zh}（涉及 {len(turned)} 个框），申报数与勾选正好相符。",
                f"With {en} {done_en} ({len(turned)} boxes differ) the ticks are exactly what is "
                "declared.",
                tuple(turned),
            )


def _where(gaps: Mapping[str, int]) -> Iterator[Hint]:
    """Which part of the list holds the whole of the difference."""
    if gaps.keys() != set(PARTS) or gaps["binding"] + gaps["guiding"] != gaps["total"]:
        return
    for part, other in (("binding", "guiding"), ("guiding", "binding")):
        if gaps[part] and not gaps[other]:
            yield Hint(
                "in-one-part",
                f"差额全部在{PART_ZH[part]}，{PART_ZH[other]}与勾选相符。",
                f"All of the difference is in the {part} items; the {other} ones agree.",
            )


def _least_certain(case: Case, gaps: Mapping[str, int]) -> Iterator[Hint]:
    """The boxes that would have to be misread, the least certain first."""
    parts = ("binding", "guiding") if {"binding", "guiding"} <= gaps.keys() else ("total",)
    need = sum(abs(gaps.get(p, 0)) for p in parts)
    if not need:
        return
    picked = [e for p in parts for e in _candidates(case, p, gaps.get(p, 0))[: abs(gaps.get(p, 0))]]
    if len(picked) < need:
        return
    least = min(e.self_box.confidence for e in picked)
    if need > MOST_BOXES or least >= SURE:
        yield Hint(
            "not-misread",
            f"要靠误读来解释差额，须有 {need} 个框读错，其中最没有把握的也有 {least:.3f}；"
            "更可能是申报数或勾选本身有误。",
            f"For misreading to explain the difference, {need} boxes would have to be wrong, the "
            f"least certain of them at {least:.3f}; more likely the figures or the ticks are.",
        )
        return
    picked.sort(key=lambda e: e.self_box.confidence)
    named = "、".join(f"({e.item.item_id}) {e.self_box.confidence:.3f}" for e in picked)
    yield Hint(
        "least-certain",
        f"若把握最小的 {need} 个自评框读错，差额即可解释：{named}。请先看这些框。",
        f"Misreading the {need} least certain boxes of the self-assessment would explain the "
        f"difference: {named.replace('、', ', ')}. Look at these first.",
        tuple(e.item.item_id for e in picked),
    )


def _candidates(case: Case, part: str, sign: int) -> list[Entry]:
    """Boxes of ``part`` whose turning would move its count by one towards what is declared,
    least certain first: one a counted unit."""
    wanted = State.EMPTY if sign > 0 else State.CHECKED
    nature = {"binding": case.edition.binding, "guiding": case.edition.guiding}.get(part)
    units: dict[object, list[Entry]] = defaultdict(list)
    for e in case.sheet.entries:
        if nature in (None, e.item.nature):
            units[unit_of(e.item, case.count)].append(e)
    found = [
        min(rows, key=lambda e: e.self_box.confidence)
        for unit in units.values()
        if (rows := list(_turnable(unit, wanted)))
    ]
    return sorted(found, key=lambda e: e.self_box.confidence)


def _turnable(unit: Iterable[Entry], wanted: State) -> Iterator[Entry]:
    """The boxes of one counted unit, each of which would turn the unit."""
    states = [e.self_box.state for e in unit]
    if not UNREAD.isdisjoint(states):
        return
    if wanted is State.EMPTY:
        yield from (e for e in unit if set(states) == {State.EMPTY})
    elif states.count(State.CHECKED) == 1:
        yield from (e for e in unit if e.self_box.state is State.CHECKED)
