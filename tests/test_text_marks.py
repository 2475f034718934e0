"""What typed characters say of a box: a table, and what must hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcextract.text.marks import (
    CROSS,
    EMPTY_BOX,
    MARKS,
    TICK,
    TICK_LETTERS,
    TICKED_BOX,
    Typed,
    is_mark,
    read_typed,
    symbol,
)

TABLE: dict[Typed, tuple[str, ...]] = {
    Typed.NOTHING: ("", "  ", "\u3000", "\t\n", "\ufe0f"),
    Typed.EMPTY: (
        *"☐□▢◻○◯❏🗆",
        *("\uf0a8", "\uf0a3", "\uf06f"),  # Wingdings, Wingdings 2
        *("☐\ufe0e", " □ ", "[ ]", "[]", "［ ］", "( )", "（　）", "【□】"),
        *("□是□否", "☐是 ☐否", "□是√否", "√否", "□是", "□适用 ☑不适用", "□符合■不符合"),
        *("□是 □", "□适用□", "□适⽤√不适⽤"),
        *("是□否√", "有☐ 无☑", "否√", "☐是☒否", "□达标/√未达标"),
    ),
    Typed.TICKED: (
        *"☑☒■✅●◉⊙🗹🗷◼",
        *("\uf0fe", "\uf0fd", "\uf052", "\uf054"),
        *("☑\ufe0f", "□√", "√□", "□ ✓", "☐✔", "[√]", "[x]", "[X]", "(√)", "（√）", "【×】", "[*]"),
        *(
            "√是□否",
            "☑是 ☐否",
            "√适用 □不适用",
            "是√ 否□",
            "有☑无☐",
            "√ 是",
            "☑是",
            "■符合",
        ),
        *("√是 □", "√适⽤ □不适⽤"),
        *("□不符合√符合", "☒是☐否", "□√是□否", "是☑/否☐", "√是、□否"),
    ),
    Typed.BARE_TICK: (*"√✓✔∨ˇVv🗸", "\uf0fc", "\uf050", " √ "),
    Typed.ODD: (
        *"×✗✘❌Xx",  # refused, to some
        *("□□", "☑☐", "☑☑", "√√", "√×", "□×", "■√", "□√√"),
        *(
            "☑是☑否",
            "√是√否",
            "□是□否√",
            "√是□否□",
            "□是 √",
            "□是√",
            "√是√",
            "□否 □",
            "是 否",
            "是",
            "不符合",
            "×是√否",
            "√是是□否",
        ),
        *("好", "?", "？", "-", "/", "1", "0", "[1]", "[]√?", "√好", "□a", "☑ 2021", "VV", "Vx"),
        *("\ue123", "\ue123是", "\ufffd", "□\ufffd", "√\ue123"),
    ),
}


@pytest.mark.parametrize(
    ("text", "says"), [(t, says) for says, texts in TABLE.items() for t in texts]
)
def test_table(text: str, says: Typed) -> None:
    assert read_typed(text) is says


@pytest.mark.parametrize("text", ["是√否", "有√无", "符合 √ 不符合"])
def test_a_tick_between_two_labels_is_nobodys(text: str) -> None:
    """After the first or before the second: no one can tell."""
    assert read_typed(text) is Typed.ODD


def test_kinds_of_characters_do_not_overlap() -> None:
    kinds = [EMPTY_BOX, TICKED_BOX, TICK, CROSS, TICK_LETTERS]
    assert sum(map(len, kinds)) == len(frozenset().union(*kinds))
    for char in EMPTY_BOX:
        assert read_typed(char) is Typed.EMPTY
    for char in TICKED_BOX:
        assert read_typed(char) is Typed.TICKED
    for char in TICK:
        assert read_typed(char) is Typed.BARE_TICK
    for char in CROSS:
        assert read_typed(char) is Typed.ODD


signs = st.text(
    st.sampled_from([*"☐□☑■√✓×✗ 是否有无不符合适用[]()（）/、好1aVx\u3000\ue123\uf0fe\uf0a8"]),
    max_size=8,
)


@given(st.text(st.sampled_from([*"☐□☑■√✓×✗[]()（）、好1aVx\ue123\uf0fe"]), max_size=8))
def test_blanks_say_nothing(text: str) -> None:
    """Except which of two labels a mark between them belongs to."""
    assert read_typed(" ".join(text)) is read_typed(text)


@given(signs)
def test_a_sure_word_needs_a_sign(text: str) -> None:
    """No text without a mark or a pair of brackets is a box or a tick, and none with a
    character of unknown meaning."""
    says = read_typed(text)
    if says in (Typed.EMPTY, Typed.TICKED, Typed.BARE_TICK):
        assert set(text) & (MARKS | TICK_LETTERS | set("[(（"))
        assert not set(text) & set("好1a\ue123")


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert read_typed(text) in Typed


@given(st.sampled_from(sorted(EMPTY_BOX)), st.sampled_from(sorted(TICK)))
def test_a_box_and_its_tick(box: str, tick: str) -> None:
    assert read_typed(box + tick) is read_typed(tick + box) is Typed.TICKED
    assert read_typed(box + tick + tick) is Typed.ODD


@given(st.sampled_from(sorted(TICKED_BOX | TICK)), st.sampled_from(sorted(EMPTY_BOX)))
def test_choices(on: str, off: str) -> None:
    assert read_typed(f"{on}是{off}否") is read_typed(f"是{on}否{off}") is Typed.TICKED
    assert read_typed(f"{off}是{on}否") is read_typed(f"是{off}否{on}") is Typed.EMPTY
    assert read_typed(f"{off}是{off}否") is Typed.EMPTY
    assert read_typed(f"{on}是{on}否") is Typed.ODD


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        *[(t, True) for t in ("□", "☑", "√", "×", "□√", "[ ]", "（√）", "√是□否", "\uf0fe", "□ √")],
        *[
            (t, False)
            for t in ("", " ", "是", "V", "X", "√ 见附件", "1", "[1]", "（一）", "\ue123")
        ],
    ],
)
def test_is_mark(text: str, yes: bool) -> None:
    """Letters are marks only where nothing else stands in a box's cell; a mark in a text
    is part of the text."""
    assert is_mark(text) is yes


@pytest.mark.parametrize(
    ("font", "text", "drawn"),
    [
        ("Wingdings", "þ¨", "☑☐"),
        ("ABCDEF+Wingdings-Regular", "ý", "☒"),
        ("Wingdings2", "R£", "☑☐"),
        ("ABCDEF+Wingdings 2", "P", "✓"),
        ("Wingdings-3", "R", "R"),
        ("ZapfDingbats", "4n", "✔■"),
        ("Webdings", "a", "✓"),
        ("SimSun", "þR4a", "þR4a"),
        ("", "n", "n"),
    ],
)
def test_symbol_fonts(font: str, text: str, drawn: str) -> None:
    assert symbol(text, font) == drawn
