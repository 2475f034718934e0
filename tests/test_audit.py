"""The audit: totals against brute force, ranges, verdicts, and every rule."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import pytest
from factories import (
    EDITION,
    NUMBER,
    a_box,
    a_failure,
    a_row,
    a_sheet,
    audited,
    the_seed,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from fcextract.audit import RULES, audit, audit_all, finish_batch, name_forms, rate, recount
from fcextract.audit.rows import differs
from fcextract.catalogue import catalogue
from fcextract.editions import Edition, Item
from fcextract.records import AuditedSheet, Declared, ExtraRow, Finding, Note, Scoresheet, State

IDS = [i.item_id for i in EDITION.items]
BY_ID = {i.item_id: i for i in EDITION.items}
STATES = st.sampled_from(["checked", "empty", "uncertain", "missing"])
READ = st.sampled_from(["checked", "empty"])
PARTS = ("total", "binding", "guiding")


def columns(states: st.SearchStrategy[str] = STATES) -> st.SearchStrategy[dict[str, str]]:
    return st.lists(states, min_size=142, max_size=142).map(
        lambda s: dict(zip(IDS, s, strict=True))
    )


def codes(audited: AuditedSheet) -> list[str]:
    return [f.code for f in audited.findings]


def only(found: AuditedSheet, code: str) -> Finding:
    (finding,) = (f for f in found.findings if f.code == code)
    return finding


def truthful(sheet: Scoresheet) -> Declared:
    """What the form would declare if the county counted as this program does."""
    c = recount(sheet.entries, EDITION).counts
    t, b, g = (c["self", p].total for p in PARTS)
    return Declared(t, 141, rate(t, 141), b, 70, rate(b, 70), g, 71, rate(g, 71))


def mini_edition(natures: str) -> Edition:
    """A small list: ``bgg`` is three rows; a repeated letter in brackets, one number."""
    items, no = [], 0
    for n, letter in enumerate(natures):
        no += letter != "2"
        nature = EDITION.binding if letter == "b" else EDITION.guiding
        items.append(Item(f"{n:03d}", no, 1, "s", 1, "i", nature, f"内容{n}"))
    return replace(EDITION, items=tuple(items))


# ------------------------------------------------------------------ counting


@settings(max_examples=60)
@given(columns(), columns())
def test_totals_are_what_filling_in_the_unread_boxes_can_give(
    own: dict[str, str], other: dict[str, str]
) -> None:
    summary = audited(a_sheet(own, other)).summary
    for who, states in (("self", own), ("reviewer", other)):
        for part in PARTS:
            nature = {"binding": EDITION.binding, "guiding": EDITION.guiding}.get(part)
            among = [i for i in EDITION.items if nature in (None, i.nature)]
            surely = {i.item_no for i in among if states[i.item_id] == "checked"}
            maybe = {i.item_no for i in among if states[i.item_id] != "empty"}
            count = summary.counts[who, part]
            assert (count.total, count.min, count.max) == (len(surely), len(surely), len(maybe))
            assert count.of == {"total": 141, "binding": 70, "guiding": 71}[part]
    unread = [s for s in (*own.values(), *other.values()) if s in ("uncertain", "missing")]
    assert summary.unread_boxes == len(unread)


@pytest.mark.parametrize("count", ["numbers", "rows"])
@pytest.mark.parametrize("natures", ["b", "g2", "bg2", "g22b", "bbg2g"])
def test_a_range_is_exactly_what_every_filling_in_gives(natures: str, count: str) -> None:
    edition = mini_edition(natures)
    ids = [i.item_id for i in edition.items]
    for states in product(["checked", "empty", "uncertain"], repeat=len(ids)):
        sheet = a_sheet(dict(zip(ids, states, strict=True)), edition=edition)
        options = [("checked", "empty") if s == "uncertain" else (s,) for s in states]
        seen: dict[str, set[int]] = {p: set() for p in PARTS}
        for filled in product(*options):
            ticked = [i for i, s in zip(edition.items, filled, strict=True) if s == "checked"]
            key = (lambda i: i.item_no) if count == "numbers" else (lambda i: i.item_id)
            seen["total"].add(len({key(i) for i in ticked}))
            seen["binding"].add(len({key(i) for i in ticked if i.nature == edition.binding}))
            seen["guiding"].add(len({key(i) for i in ticked if i.nature == edition.guiding}))
        counts = recount(sheet.entries, edition, count).counts
        for part in PARTS:
            got = counts["self", part]
            assert (got.min, got.max) == (min(seen[part]), max(seen[part])), (states, part)


def test_a_doubled_number_counts_once_and_twice_by_rows() -> None:
    for ticked, once, twice in ([], 0, 0), (["063-1"], 1, 1), (["063-1", "063-2"], 1, 2):
        sheet = a_sheet(ticked)
        assert recount(sheet.entries, EDITION).counts["self", "guiding"].total == once
        by_rows = recount(sheet.entries, EDITION, "rows").counts
        assert by_rows["self", "guiding"].total == twice
        assert [by_rows["self", p].of for p in PARTS] == [142, 68, 74]


@given(st.integers(0, 500), st.integers(1, 500))
def test_rates_round_half_up(count: int, of: int) -> None:
    exact = Decimal(count) * 100 / Decimal(of)
    assert rate(count, of) == float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def test_rates_at_the_half() -> None:
    assert rate(1, 32) == 3.13  # 3.125: half even would say 3.12
    assert rate(1, 800) == 0.13
    assert rate(6, 141) == 4.26
    assert rate(0, 71) == 0.0
    assert rate(3, 0) == 0.0


# ------------------------------------------------------------ the declaration


def test_the_seed() -> None:
    found = audited(the_seed())
    assert codes(found) == [
        "declared-total-mismatch",
        "declared-binding-mismatch",
        "declared-guiding-mismatch",
        "unnumbered-row",
    ]
    assert (found.form_id, found.county_code, found.county) == (NUMBER, "330105", "杭州市拱墅区")
    assert (found.verdict, found.status) == ("inconsistent", "ok")
    total = only(found, "declared-total-mismatch")
    assert total == Finding(
        "declared-total-mismatch",
        "error",
        "",
        None,
        "6",
        "2",
        "申报总细项符合 6 项，自评勾选为 2 项，多报 4 项。",
        "Declared total 6, ticked in the self-assessment 2: 4 too many.",
    )


@settings(max_examples=60)
@given(columns(READ), columns(READ))
def test_a_truthful_form_is_consistent(own: dict[str, str], other: dict[str, str]) -> None:
    sheet = a_sheet(own, other)
    found = audited(replace(sheet, declared=truthful(sheet)))
    assert found.verdict == "consistent" and found.status == "ok"
    assert not any(c.startswith("declared") for c in codes(found))


@settings(max_examples=100)
@given(columns(), st.sampled_from(PARTS), st.integers(-200, 200))
def test_a_count_is_a_mismatch_exactly_outside_its_range(
    own: dict[str, str], part: str, off: int
) -> None:
    sheet = a_sheet(own)
    count = recount(sheet.entries, EDITION).counts["self", part]
    value = max(0, count.min + off)
    found = audited(replace(sheet, declared=Declared(**{part: value})))
    outside = not count.min <= value <= count.max
    assert (f"declared-{part}-mismatch" in codes(found)) == outside
    assert found.verdict == ("inconsistent" if outside else "unverifiable")


@settings(max_examples=150)
@given(columns(), st.data())
def test_the_verdict_by_its_definition(own: dict[str, str], data: st.DataObject) -> None:
    sheet = a_sheet(own)
    right = truthful(sheet)
    names = list(Declared.__dataclass_fields__)
    blank = data.draw(st.sets(st.sampled_from(names)))
    wrong = (
        data.draw(st.sets(st.sampled_from(sorted(set(names) - blank)), max_size=1))
        if (set(names) - blank)
        else set()
    )
    changes = dict.fromkeys(blank) | {n: getattr(right, n) + 150 for n in wrong}
    declared = replace(right, **changes)
    found = audited(replace(sheet, declared=declared))
    # A rate or denominator can only be shown wrong by its neighbours; a count by the ticks.
    caught = any(c.startswith("declared-") and c.endswith("-mismatch") for c in codes(found))
    for name in wrong:
        part, _, kind = name.partition("_")
        beside = {part, f"{part}_of"} & blank
        assert caught == (kind != "rate" or not beside), name
    if caught:
        assert found.verdict == "inconsistent"
    elif {"total", "binding", "guiding"} <= blank:
        assert found.verdict == "undeclared" and "declared-missing" in codes(found)
    elif blank or any(s in ("uncertain", "missing") for s in own.values()):
        ranges = [found.summary.counts["self", p] for p in PARTS]
        wide = any(c.min != c.max for c in ranges)
        assert found.verdict == ("unverifiable" if blank or wide else "consistent")
    else:
        assert found.verdict == "consistent"
    assert ("declared-incomplete" in codes(found)) == bool(
        blank and not {"total", "binding", "guiding"} <= blank
    )


def test_an_unread_box_that_cannot_change_a_count_leaves_it_consistent() -> None:
    sheet = a_sheet({"063-1": "checked", "063-2": "uncertain"})
    found = audited(replace(sheet, declared=truthful(sheet)))
    assert (found.verdict, found.status) == ("consistent", "review")


def test_an_unread_reviewer_box_leaves_the_verdict_and_asks_for_review() -> None:
    sheet = a_sheet(["001"], {"002": "uncertain"})
    found = audited(replace(sheet, declared=truthful(sheet)))
    assert (found.verdict, found.status, found.summary.unread_boxes) == ("consistent", "review", 1)


def test_a_range_in_words() -> None:
    own = {"001": "checked", "002": "uncertain", "003": "missing"}
    over = audited(a_sheet(own, declared=Declared(total=5)))
    assert only(over, "declared-total-mismatch").computed == "1..3"
    assert only(over, "declared-total-mismatch").message_zh == (
        "申报总细项符合 5 项，自评勾选为 1 至 3 项，至少多报 2 项。"
    )
    under = audited(a_sheet(own, declared=Declared(total=0)))
    assert only(under, "declared-total-mismatch").message_en == (
        "Declared total 0, ticked in the self-assessment 1 to 3: at least 1 too few."
    )


@pytest.mark.parametrize(
    ("shown", "fits"),
    [(4.26, True), (4.25, True), (4.255, True), (4.2653, True), (4.27, False), (4.24, False)],
)
def test_a_rate_within_a_hundredth(shown: float, fits: bool) -> None:
    declared = Declared(total=6, total_of=141, total_rate=shown)  # 4.2553...
    assert ("declared-rate-mismatch" not in codes(audited(a_sheet(declared=declared)))) == fits


def test_a_rate_off_by_exactly_the_tolerance_passes() -> None:
    for shown, fits in (5.01, True), (4.99, True), (5.02, False), (4.98, False):
        declared = Declared(total=1, total_of=20, total_rate=shown)  # 5 exactly
        assert ("declared-rate-mismatch" not in codes(audited(a_sheet(declared=declared)))) == fits


def test_a_rate_is_held_to_its_own_denominator() -> None:
    declared = Declared(6, 120, 5.0, 3, 60, 5.0, 3, 60, 5.0)
    found = codes(audited(a_sheet(IDS[:6], declared=declared)))
    assert found.count("declared-denominator-mismatch") == 3
    assert "declared-rate-mismatch" not in found


def test_rates_one_finding_each() -> None:
    declared = Declared(6, 141, 5.0, 3, 70, 5.0, 3, 71, 4.23)
    found = [f for f in audited(a_sheet(declared=declared)).findings if "rate" in f.code]
    assert [(f.declared, f.computed) for f in found] == [("5.00", "4.29"), ("5.00", "4.26")]


def test_a_denominator_of_nothing() -> None:
    declared = Declared(total=0, total_of=0, total_rate=0.0)
    assert "declared-denominator-mismatch" in codes(audited(a_sheet(declared=declared)))


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_the_sum(total: int, binding: int, guiding: int) -> None:
    found = audited(a_sheet(declared=Declared(total=total, binding=binding, guiding=guiding)))
    assert ("declared-sum-mismatch" in codes(found)) == (binding + guiding != total)


def test_a_wrong_sum_alone_is_inconsistent() -> None:
    own = {"001": "uncertain", "005": "uncertain"}  # every count below is inside its range
    found = audited(a_sheet(own, declared=Declared(total=0, binding=1, guiding=1)))
    assert [c for c in codes(found) if c.endswith("mismatch")] == ["declared-sum-mismatch"]
    assert found.verdict == "inconsistent"


def test_nothing_declared() -> None:
    for declared in None, Declared(), Declared(total_of=141, binding_of=70, guiding_of=71):
        found = audited(a_sheet(["001"], declared=declared))
        assert codes(found) == ["declared-missing"]
        assert found.verdict == "undeclared"


def test_the_reviewers_ticks_have_no_part_in_the_verdict() -> None:
    sheet = a_sheet(["001"], IDS[:50])
    assert audited(replace(sheet, declared=truthful(sheet))).verdict == "consistent"


def test_rows_are_counted_on_demand_and_the_footer_stays() -> None:
    sheet = a_sheet(["063-1", "063-2"], declared=Declared(2, 141, 1.42, 0, 70, 0.0, 2, 71, 2.82))
    assert audited(sheet).verdict == "inconsistent"
    by_rows = audited(sheet, "rows")
    assert by_rows.verdict == "consistent"
    assert by_rows.summary.counts["self", "total"].rate == rate(2, 142)


# ----------------------------------------------------------------------- rows


def test_a_missing_item_and_its_boxes() -> None:
    found = audited(a_sheet(rows={"034": None}))
    assert codes(found) == ["declared-missing", "item-missing", "box-missing", "box-missing"]
    assert {f.item_id for f in found.findings[1:]} == {"034"}
    assert found.summary.counts["self", "guiding"].max == 1
    assert found.status == "review"


@pytest.mark.parametrize("code", ["unnumbered-row", "item-unknown", "item-repeated"])
def test_extra_rows_are_reported_and_not_counted(code: str) -> None:
    row = a_row(BY_ID["001"], a_box("checked"), a_box("checked"), page=7)
    found = audited(a_sheet(extras=[ExtraRow(code, row, "001" if "repeated" in code else "")]))
    f = only(found, code)
    assert (f.severity, f.page) == ("warning", 7)
    assert f.computed == "self checked; reviewer checked"
    assert "第 7 页" in f.message_zh and f.message_en.startswith("Page 7, ")
    assert found.summary.counts["self", "total"].max == 0


@pytest.mark.parametrize(
    ("printed", "wrong"),
    [
        ("推广社区健康管理O2O 模式，个人或家庭终端与区域智慧健康平台数据互联", False),
        ("推广社区健康管理 o2o模式,个人或家庭终端与区域智慧健康平台数据互联", False),
        ("推广社区健康管理O2O模式，个人或家庭终端与区域", False),  # cut off
        ("推广社区健康管理", True),  # cut too short to tell
        ("推广社区健康管理O2O模式，个人或家庭终端与区域智慧平台数据互联", True),
        ("推⼴社区健康管理O2O模式，个⼈或家庭终端与区域智慧健康平台数据互联", False),
        ("", False),
        ("\uf0fe社区\ue123健康", False),  # a lying text layer
        ("推广社区健康管理\ufffd\ufffd", False),
        ("打造社区特色文化公园", True),
    ],
)
def test_wording(printed: str, wrong: bool) -> None:
    row = a_row(BY_ID["038"], wording=printed, page=3)
    found = audited(a_sheet(rows={"038": row}))
    assert ("wording-differs" in codes(found)) == wrong
    if wrong:
        f = only(found, "wording-differs")
        assert (f.item_id, f.page, f.declared) == ("038", 3, printed)
        assert f.computed == BY_ID["038"].content


def test_no_item_passes_for_another() -> None:
    for one, other in zip(EDITION.items, EDITION.items[1:], strict=False):
        assert differs(one.content, other.content)


@pytest.mark.parametrize(
    ("printed", "wrong"),
    [("约束性", False), ("引导性", True), ("约 束 性", False), ("约束", False), ("", False)],
)
def test_nature(printed: str, wrong: bool) -> None:
    found = audited(a_sheet(["001"], rows={"001": a_row(BY_ID["001"], nature=printed)}))
    assert ("nature-differs" in codes(found)) == wrong


def test_a_changed_nature_is_counted_as_the_list_has_it() -> None:
    row = a_row(BY_ID["001"], a_box("checked"), nature="引导性")
    assert audited(a_sheet(rows={"001": row})).summary.counts["self", "binding"].total == 1


@pytest.mark.parametrize(("one", "two"), [*product(["checked", "empty", "uncertain"], repeat=2)])
def test_the_doubled_number(one: str, two: str) -> None:
    found = audited(a_sheet({"063-1": one, "063-2": two}))
    differ = {one, two} == {"checked", "empty"}
    assert ("doubled-number-differs" in codes(found)) == differ
    if differ:
        assert only(found, "doubled-number-differs").computed == f"063-1 {one}, 063-2 {two}"
    by_reviewer = audited(a_sheet([], {"063-1": one, "063-2": two}))
    assert ("doubled-number-differs" in codes(by_reviewer)) == differ


@pytest.mark.parametrize(
    "code",
    ["box-uncertain", "box-missing", "readers-disagree", "mark-outside-box", "mark-cancelled"],
)
def test_a_box_brings_its_code(code: str) -> None:
    box = a_box("uncertain", page=4, code=code, reason="red pen")
    found = audited(a_sheet(rows={"034": a_row(BY_ID["034"], box, a_box(), page=4)}))
    f = only(found, code)
    assert (f.severity, f.item_id, f.page) == ("warning", "034", 4)
    assert "第 4 页" in f.message_zh and "(34)" in f.message_zh and "自评框" in f.message_zh
    assert "red pen" in f.message_en and "self-assessment box" in f.message_en


@settings(max_examples=40)
@given(columns(), columns())
def test_one_finding_per_unread_box(own: dict[str, str], other: dict[str, str]) -> None:
    found = audited(a_sheet(own, other))
    boxes = [c for c in codes(found) if c in ("box-uncertain", "box-missing")]
    assert len(boxes) == found.summary.unread_boxes
    assert found.status == ("review" if boxes else "ok")


def test_an_unread_box_without_a_code_still_gets_a_finding() -> None:
    row = a_row(BY_ID["001"], a_box("uncertain", code=""), a_box("missing", code=""))
    found = codes(audited(a_sheet(rows={"001": row})))
    assert {"box-uncertain", "box-missing"} <= set(found)


@settings(max_examples=40)
@given(columns(), columns())
def test_the_reviewer_against_the_county(own: dict[str, str], other: dict[str, str]) -> None:
    found = audited(a_sheet(own, other))
    rejects = {f.item_id for f in found.findings if f.code == "reviewer-rejects"}
    adds = {f.item_id for f in found.findings if f.code == "reviewer-adds"}
    if "checked" not in other.values():
        assert not rejects and not adds
    else:
        assert rejects == {i for i in IDS if (own[i], other[i]) == ("checked", "empty")}
        assert adds == {i for i in IDS if (own[i], other[i]) == ("empty", "checked")}


def test_a_reviewer_who_ticked_nothing_rejects_nothing() -> None:
    assert codes(audited(a_sheet(IDS))) == ["declared-missing"]


# ----------------------------------------------------------------------- form


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (NUMBER, None),
        ("", "application-no-missing"),
        ("33010519042901", "application-no-invalid"),
        ("330105190230014", "application-no-invalid"),
        ("990105190429014", "application-no-invalid"),
    ],
)
def test_application_numbers(number: str, code: str | None) -> None:
    found = audited(a_sheet(number=number, source="x/y.pdf"))
    assert [c for c in codes(found) if c.startswith("application")] == ([code] if code else [])
    assert found.form_id == (number or "y.pdf")


@pytest.mark.parametrize(
    ("note", "zh", "en"),
    [
        (
            Note("page-missing", "", None, "(28)–(63)"),
            "清单 (28)–(63) 各项所在的页没有提交。",
            "No page of the file holds items (28)–(63) of the list.",
        ),
        (Note("page-missing"), "缺页。", "Page missing."),
        (
            Note("page-repeated", "", 4, "2"),
            "第 4 页，与第 2 页重复。",
            "Page 4, the same as page 2.",
        ),
        (Note("page-order", "", 3), "第 3 页，页序不对。", "Page 3, pages out of order."),
        (
            Note("page-unreadable", "", 3, "扫描页"),
            "第 3 页，页面读不出：扫描页。",
            "Page 3, page unreadable: 扫描页.",
        ),
    ],
)
def test_notes_become_findings(note: Note, zh: str, en: str) -> None:
    f = only(audited(a_sheet(notes=[note])), note.code)
    assert (f.message_zh, f.message_en, f.page, f.computed) == (zh, en, note.page, note.detail)


def test_reasons_are_told_in_chinese() -> None:
    for reason, zh in (("a faint picture", "框上的图片颜色太浅"), ("not known", "not known")):
        box = a_box("uncertain", reason=reason)
        found = audited(a_sheet(rows={"034": a_row(BY_ID["034"], box)}))
        f = only(found, "box-uncertain")
        assert f"（{zh}）" in f.message_zh and f"({reason})" in f.message_en


def test_findings_stand_in_one_order() -> None:
    sheet = a_sheet(
        {"001": "uncertain", "120": "uncertain", "034": "checked"},
        ["120"],
        number="",
        declared=Declared(total=9),
        notes=[Note("page-order", "", 2, ""), Note("page-order", "", 1, "")],
    )
    found = audited(sheet)
    order = list(catalogue())
    assert [order.index(c) for c in codes(found)] == sorted(order.index(c) for c in codes(found))
    assert [f.item_id for f in found.findings if f.code == "box-uncertain"] == ["001", "120"]
    assert [f.page for f in found.findings if f.code == "page-order"] == [1, 2]
    assert audited(sheet) == found


def test_every_rule_is_listed_once() -> None:
    assert len(set(RULES)) == len(RULES)
    assert all(rule.__doc__ for rule in RULES)


def test_the_audit_changes_no_reading() -> None:
    sheet = the_seed()
    assert audit(sheet, EDITION).sheet is sheet


def test_messages_are_one_sentence_in_both_tongues() -> None:
    own = {"001": "uncertain", "002": "missing", "063-1": "checked"}
    rows = {"034": None, "003": a_row(BY_ID["003"], wording="别的", nature="引导性")}
    stray = ExtraRow("unnumbered-row", a_row(BY_ID["001"], number=None, wording=""))
    sheet = a_sheet(
        own, ["005"], rows=rows, extras=[stray], number="1", declared=Declared(9, 1, 1.0, 1, 1, 1.0)
    )
    found = finish_batch([audited(sheet), audited(replace(sheet, source="b.pdf"))])[0]
    assert len(set(codes(found))) >= 15
    for f in found.findings:
        assert f.message_zh.endswith("。") and f.message_zh.count("。") == 1, f
        assert f.message_en.endswith(".") and not f.message_en[0].islower(), f
        assert "None" not in f.message_zh + f.message_en
        assert f.severity == catalogue()[f.code].severity


# ---------------------------------------------------------------------- batch


def a_batch() -> list[AuditedSheet]:
    return [
        audited(a_sheet(source=s, number=n, pages=p))
        for s, n, p in [
            ("b/two.pdf", NUMBER, (4, 5)),
            ("b/two.pdf", NUMBER, (1, 2)),
            ("a/one.pdf", NUMBER, (1, 2)),
            ("c/x.pdf", "", (1,)),
            ("a/x.pdf", "", (1,)),
            ("z.pdf", "330110190429001", (1,)),
        ]
    ]


def test_names_are_unique_in_order_of_source_and_place() -> None:
    done = finish_batch(a_batch())
    assert [(s.sheet.source, s.sheet.pages[0], s.form_id) for s in done] == [
        ("a/one.pdf", 1, NUMBER),
        ("a/x.pdf", 1, "x.pdf"),
        ("b/two.pdf", 1, NUMBER + "~2"),
        ("b/two.pdf", 4, NUMBER + "~3"),
        ("c/x.pdf", 1, "x.pdf~2"),
        ("z.pdf", 1, "330110190429001"),
    ]


def test_repeated_numbers_name_the_others() -> None:
    done = finish_batch(a_batch())
    repeated = [s for s in done if "application-no-repeated" in codes(s)]
    assert [s.sheet.header.application_no for s in repeated] == [NUMBER] * 3
    assert only(repeated[0], "application-no-repeated").message_zh == (
        f"申请编号 {NUMBER} 还出现在：b/two.pdf、b/two.pdf p. 4。"
    )


def test_many_repetitions_are_counted_not_listed() -> None:
    done = finish_batch(audited(a_sheet(source=f"{n:02d}.pdf")) for n in range(20))
    assert only(done[9], "application-no-repeated").message_en == (
        f"Application number {NUMBER} stands on other forms too: "
        "00.pdf, 01.pdf, 02.pdf and 16 more."
    )


@given(st.permutations(range(6)))
def test_a_batch_does_not_depend_on_the_order_it_came_in(order: list[int]) -> None:
    batch = a_batch()
    done = finish_batch(batch)
    assert finish_batch(batch[n] for n in order) == done
    assert finish_batch(done) == done


def test_a_batch_that_grew_is_named_anew() -> None:
    first = finish_batch(a_batch()[:1])
    assert first[0].form_id == NUMBER and "application-no-repeated" not in codes(first[0])
    assert finish_batch([*first, *a_batch()[1:]]) == finish_batch(a_batch())
    shrunk = finish_batch(finish_batch(a_batch())[3:4])
    assert shrunk[0].form_id == NUMBER and "application-no-repeated" not in codes(shrunk[0])


@given(st.lists(st.sampled_from(["a", "b", "a~2", "a~2~2"])))
def test_names_never_collide(wanted: list[str]) -> None:
    names = name_forms(wanted, ["b~2"])
    assert len(set(names) | {"b~2"}) == len(names) + 1
    assert all(n == w or n.startswith(w + "~") for n, w in zip(names, wanted, strict=True))


def test_audit_all_finds_each_form_its_edition() -> None:
    asked: list[str] = []

    def edition_of(name: str) -> Edition:
        asked.append(name)
        return EDITION

    done = audit_all([the_seed(), a_sheet(source="z.pdf")], edition_of=edition_of)
    assert asked == ["zj-2019", "zj-2019"]
    assert [s.form_id for s in done] == [NUMBER, NUMBER + "~2"]
    assert done[0].sheet.source == "seed.txt" or done[0].sheet.source < done[1].sheet.source


def test_the_factory_says_what_it_is_told() -> None:
    sheet = a_sheet({"001": "checked"}, ["002"])
    assert sheet.entries[0].self_box.state is State.CHECKED
    assert sheet.entries[1].reviewer_box.state is State.CHECKED
    assert a_failure().code in catalogue()
