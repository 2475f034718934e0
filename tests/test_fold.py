"""Folding: equal for a reader means equal for the program, and nothing more."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcextract.editions import load_edition
from fcextract.text.fold import fold, join_lines, unreliable


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("⺠⻋⻔⻚⻛⻝", "民车门页风食"),
        ("⼈才落⼾", "人才落户"),
        ("16- 空 间集约 开发", "16-空间集约开发"),
        ("CIM 平台", "cim平台"),
        ("80米×80米", "80米X80米"),
        ("优化设置“平台+管家”管理单元", '优化设置"平台＋管家"管理单元'),
        ("供热（暖）供冷", "供热(暖)供冷"),
        ("贡献、声望", "贡献，声望"),
        ("网络\u200b密度\ufeff", "网络密度"),
        ("O2O 模式", "Ｏ２Ｏ模式"),
        ("完善…", "完善..."),
    ],
)
def test_same_words_fold_alike(seen: str, meant: str) -> None:
    assert fold(seen) == fold(meant)


def test_different_words_stay_apart() -> None:
    items = load_edition().items
    assert len({fold(i.content) for i in items}) == len(items)
    assert fold("约束性") != fold("引导性")
    assert fold("3岁以下") != fold("3岁以上")


@given(st.text())
@settings(max_examples=1000)
def test_fold_is_idempotent_and_blankless(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert not any(c.isspace() for c in once)


def test_every_radical_is_folded_away() -> None:
    for code in [*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6)]:
        char = chr(code)
        if unicodedata.category(char) == "Cn" or char == "⺀":  # REPEAT has no ideograph
            continue
        folded = fold(char)
        assert len(folded) == 1 and not 0x2E80 <= ord(folded) <= 0x2FDF, hex(code)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  已完成   80%  ", "已完成 80%"),
        ("已建成\n社区公园", "已建成社区公园"),
        ("已 建成", "已 建成"),
        ("see it in\nannex 3", "see it in annex 3"),
        ("see annex\n第三页", "see annex第三页"),
        ("AB-2021-\n0007", "AB-2021-0007"),
        ("33010519\n0429014", "330105190429014"),
        ("internatio\nnalisation", "internationalisation"),
        ("平台，\nCIM", "平台，CIM"),
        ("“平台”\n建设", "“平台”建设"),
        ("long-\nterm", "long-term"),
        ("a\u3000b\tc\u00a0d", "a b c d"),
        ("\n\n一\n\n二\n", "一二"),
        ("", ""),
        ("⼈才", "⼈才"),
    ],
)
def test_joined_lines_keep_what_was_typed(typed: str, kept: str) -> None:
    assert join_lines(typed.splitlines()) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("see\nannex 3", "see annex 3"),
        ("see the\nannex 3", "see the annex 3"),
    ],
)
def test_words_that_were_not_broken_stay_apart(typed: str, kept: str) -> None:
    """A word is broken only where it fills its line from the left edge to the right."""
    assert join_lines(typed.splitlines()) == kept


@given(st.lists(st.text("中文，ab1 -/“”\t")))
def test_joining_loses_nothing_but_blanks(lines: list[str]) -> None:
    joined = join_lines(lines)
    assert joined.replace(" ", "") == "".join("".join(x.split()) for x in lines)
    assert joined == joined.strip() and "  " not in joined


@pytest.mark.parametrize("text", ["\uf0fe", "完善\ufffd", "a\x00b", "\U000f0001"])
def test_characters_no_one_typed(text: str) -> None:
    assert unreliable(text)


@pytest.mark.parametrize("text", ["", "打造 社区\n公园", "⺠", "a\tb", "𠘨"])
def test_characters_someone_typed(text: str) -> None:
    assert not unreliable(text)
