"""The catalogue: every code of the contract and of the program, in both tongues."""

from __future__ import annotations

import re

import pytest

import fcextract.errors as errors
from fcextract.catalogue import catalogue, explain, finding_codes
from fcextract.errors import FcextractError, UsageError

# The contract's table, restated.
CONTRACT = {
    "error": """declared-total-mismatch declared-binding-mismatch declared-guiding-mismatch
        declared-rate-mismatch declared-sum-mismatch declared-denominator-mismatch""",
    "warning": """declared-missing item-missing item-repeated item-unknown unnumbered-row
        wording-differs nature-differs box-uncertain box-missing readers-disagree
        mark-outside-box mark-cancelled page-missing page-repeated page-order page-unreadable
        application-no-missing application-no-invalid application-no-repeated""",
    "info": "doubled-number-differs reviewer-rejects reviewer-adds",
}
# What the contract may grow by.
GROWN = dict.fromkeys(("declared-incomplete", "figure-drawn-over", "correction-astray"), "warning")


def test_the_finding_codes_are_the_contracts() -> None:
    wanted = {code: severity for severity, all_ in CONTRACT.items() for code in all_.split()}
    assert len(wanted) == 28
    assert {c: catalogue()[c].severity for c in finding_codes()} == wanted | GROWN


def test_every_error_is_explained() -> None:
    kinds = [
        e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, FcextractError)
    ]
    assert len(kinds) > 10
    assert {k.code for k in kinds} == {c for c, e in catalogue().items() if not e.is_finding}


@pytest.mark.parametrize("code", list(catalogue()))
def test_both_tongues_say_something(code: str) -> None:
    e = catalogue()[code]
    for zh in (e.title_zh, e.meaning_zh, e.todo_zh):
        assert re.search(r"[\u4e00-\u9fff]{2}", zh)
    for en in (e.title_en, e.meaning_en, e.todo_en):
        assert re.search(r"[A-Za-z]{3}", en)
    for text in (e.meaning_zh, e.todo_zh):
        assert text.endswith("。")
    for text in (e.meaning_en, e.todo_en):
        assert text.endswith(".")
    assert code in e.text("zh") and code in e.text("en")


def test_titles_tell_codes_apart() -> None:
    for lang in ("zh", "en"):
        titles = [e.title(lang) for e in catalogue().values()]
        assert len(set(titles)) == len(titles)


def test_explain() -> None:
    assert explain("box-uncertain").text("zh") == (
        "box-uncertain (发现 · 提醒)\n"
        "框无法判定\n\n"
        "看到了这个框，但不能有把握地说是勾还是空。计数按范围给出。\n\n"
        "怎么办：在复核页面或“复核”表中由人判定。"
    )
    assert explain(" [Damaged-File] ").text("en").startswith("damaged-file (error)\nFile damaged")


def test_a_slip_of_the_pen_is_helped() -> None:
    with pytest.raises(UsageError) as e:
        explain("box-uncertan")
    assert e.value.zh == "没有代码 box-uncertan；相近的有：box-uncertain。"
    with pytest.raises(UsageError) as e:
        explain("qqqq")
    assert e.value.en == "There is no code qqqq; see fcextract explain for all of them."
