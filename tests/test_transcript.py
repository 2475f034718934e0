"""Transcripts: tabs, Markdown and HTML, merged cells that shift, several forms."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paper import (
    BOX_CODES,
    EDITION,
    IDS,
    ITEMS,
    KEYS,
    WHO,
    Key,
    all_lines,
    boxes_of,
    faults,
    read,
    transcript,
    truth_of,
)

from fcextract.errors import FcextractError
from fcextract.ingest.transcript import read_transcript
from fcextract.records import Page

TICKS = frozenset(KEYS[::5]) | frozenset(KEYS[3::7])
KINDS = ("txt", "md", "html")
NAMES = {"txt": "form.txt", "md": "form.md", "html": "form.html"}
each_kind = pytest.mark.parametrize("kind", KINDS)


def pages_of(text: str | bytes, folder: Path, name: str = "form.txt") -> tuple[Page, ...]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_transcript(path)


def told(page: Page) -> list[str]:
    return [r.text for r in page.runs]


# ------------------------------------------------------------------------------ cells


@pytest.mark.parametrize(
    ("cell", "checked"),
    [
        ('<input type="checkbox"/>', False),
        ('<input checked="" type="checkbox"/>', True),
        ("<input type=checkbox checked>", True),
        ("<INPUT TYPE='CHECKBOX' CHECKED='checked' />", True),
        ('<input type="radio" checked>', True),
        ('<input disabled type="checkbox" class="a b">', False),
    ],
)
@pytest.mark.parametrize("kind", ["txt", "html"])
def test_inputs(kind: str, cell: str, checked: bool, tmp_path: Path) -> None:
    text = f"(1) 打造\t{cell}\t{cell}\n"
    if kind == "html":
        text = f"<table><tr><td>(1) 打造</td><td>{cell}</td><td>{cell}</td></tr></table>"
    (page,) = pages_of(text, tmp_path)
    assert [w.checked for w in page.widgets] == [checked, checked]
    assert not page.geometric and told(page) == ["(1) 打造"]


@pytest.mark.parametrize("kind", ["txt", "html"])
def test_other_inputs_are_no_boxes(kind: str, tmp_path: Path) -> None:
    cells = ["(1) 打造", '<input type="text" value="8">', '<input type="hidden" value="9">']
    text = "\t".join(cells)
    if kind == "html":
        text = "<table><tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr></table>"
    pages = pages_of(text, tmp_path)
    assert [w for p in pages for w in p.widgets] == []


def test_columns_are_counted_from_the_first_box(tmp_path: Path) -> None:
    """Merged cells leave out what stands left of the item, by one cell or by three."""
    box = '<input type="checkbox">'
    rows = [
        f"01-未来\t01-邻里\t约束性\t(1) 打造\t{box}\t词\t{box}\t注",
        f"(2) 明确\t{box}\t词\t{box}\t注",
        f"约束性\t(3) 丰富\t{box}\t词\t{box}\t注",
        f"\t\t\t(4) 构建\t{box}\t词\t{box}\t注",
    ]
    (page,) = pages_of("\n".join(rows), tmp_path)
    for text in ("词", "注"):
        assert len({round(r.box.x0) for r in page.runs if r.text == text}) == 1
    assert len({round(r.box.x0) for r in page.runs if r.text.startswith("(")}) == 1
    assert len({round(w.box.x0) for w in page.widgets}) == 2
    assert len({round(r.box.cy) for r in page.runs if r.text.startswith("(")}) == 4


def test_a_blank_line_ends_a_table(tmp_path: Path) -> None:
    pages = pages_of("标题\n\na\tb\n\n\nc\td\n", tmp_path)
    assert [told(p) for p in pages] == [["标题"], ["a", "b"], ["c", "d"]]


def test_markdown_rules_are_no_rows(tmp_path: Path) -> None:
    (page,) = pages_of("| a | b |\n|---|:-:|\n| c | d |\n", tmp_path)
    assert told(page) == ["a", "b", "c", "d"]


def test_html_that_is_not_the_table(tmp_path: Path) -> None:
    text = (
        "<html><head><title>t</title><style>td{}</style><script>var a='<td>';</script></head>"
        "<body><h1>标题</h1><p>一<br>二</p><table><tr><th>甲&amp;乙</th><td>a<br>b</td></tr></table>"
        "<div>完</div></body></html>"
    )
    pages = pages_of(text, tmp_path, "form.html")
    assert [t for p in pages for t in told(p)] == ["标题", "一", "二", "甲&乙", "a b", "完"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    pages = pages_of(transcript(all_lines()).encode(encoding), tmp_path)
    assert told(pages[0]) == [EDITION.title]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends(end: str, tmp_path: Path) -> None:
    plain = pages_of(transcript(all_lines(TICKS)), tmp_path)
    assert pages_of(transcript(all_lines(TICKS)).replace("\n", end), tmp_path) == plain


def test_no_text_at_all(tmp_path: Path) -> None:
    assert pages_of("", tmp_path) == ()
    assert pages_of("\n \n\t\n", tmp_path) == ()


# ------------------------------------------------------------------------- whole forms


@each_kind
def test_texts_beside_the_boxes(kind: str, tmp_path: Path) -> None:
    """Exactly as typed: punctuation, blanks inside, digits, something like a number."""
    texts = ["见附件3", "已完成 80%", "(12) 项", "long-term plan", "√", "是", "12,345", "“平台”"]
    lines = [
        ln._replace(keyword=texts[n % 8], remark=texts[(n + 3) % 8])
        for n, ln in enumerate(all_lines(TICKS))
    ]
    (sheet,) = read(transcript(lines, kind), tmp_path, NAMES[kind])
    assert faults(sheet, truth_of(lines)) == []
    for line, e in zip(lines, sheet.entries, strict=True):
        assert (e.keyword, e.remark) == (line.keyword, line.remark)


@each_kind
def test_three_forms_in_one_file(kind: str, tmp_path: Path) -> None:
    numbers = [f"33010519042901{n}" for n in range(3)]
    fills = [frozenset(KEYS[n::3]) for n in range(3)]
    parts = [transcript(all_lines(f), kind, number=n) for f, n in zip(fills, numbers, strict=True)]
    sheets = read("\n\n".join(parts), tmp_path, NAMES[kind])
    assert [s.header.application_no for s in sheets] == numbers
    for sheet, fill in zip(sheets, fills, strict=True):
        assert faults(sheet, {k: k in fill for k in KEYS}) == []
        assert sheet.extras == () and sheet.declared is not None


def test_table_in_pieces(tmp_path: Path) -> None:
    """Cut by blank lines and repeated headings, as page breaks leave it."""
    lines = transcript(all_lines(TICKS)).splitlines()
    head = next(n for n, line in enumerate(lines) if line.startswith("一级标题"))
    for at in (120, 90, 30):
        lines[at:at] = ["", lines[head]]
    (sheet,) = read("\n".join(lines), tmp_path, "form.txt")
    assert faults(sheet, truth_of(all_lines(TICKS))) == []


def test_full_width_numbers_and_blanks(tmp_path: Path) -> None:
    text = transcript(all_lines(TICKS))
    for item in EDITION.items:
        text = text.replace(f"({item.item_no}) ", f"（{item.item_no}）　")
    (sheet,) = read(text, tmp_path, "form.txt")
    assert faults(sheet, truth_of(all_lines(TICKS))) == []


# -------------------------------------------------------------------- random damage

damage = st.lists(
    st.tuples(st.sampled_from(["drop", "double", "swap", "cell", "number"]), st.integers(0, 141)),
    max_size=12,
)


@given(damage)
@settings(max_examples=40)
def test_rows_dropped_doubled_and_mangled(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    """Whatever happens to rows: a box is right, or it is unread."""
    rows = transcript(all_lines(TICKS)).splitlines()
    first = next(n for n, row in enumerate(rows) if "(1) " in row)
    for what, at in steps:
        n = min(first + at, len(rows) - 6)
        if what == "drop":
            del rows[n]
        elif what == "double":
            rows.insert(n, rows[n])
        elif what == "swap":
            rows[n], rows[n - 1 if n > first else n + 1] = (
                rows[n - 1 if n > first else n + 1],
                rows[n],
            )
        elif what == "cell":
            rows[n] = rows[n].split("\t", 1)[-1]
        else:
            rows[n] = rows[n].replace("(", "（9", 1)
    assert_never_wrong("\n".join(rows), tmp_path_factory.mktemp("damage"))


@given(st.data())
@settings(max_examples=40)
def test_characters_lost_anywhere(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Stretches of the file lost, line ends and tags included."""
    text = transcript(all_lines(TICKS))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(60, len(text) - 100))
        end = at + data.draw(st.integers(1, 8))
        if "checked" in text[at - 8 : end + 8] or "<" in text[at:end] or ">" in text[at:end]:
            continue  # a tick that is not in the file any more cannot be read from it
        text = text[:at] + text[end:]
    assert_never_wrong(text, tmp_path_factory.mktemp("lost"))


def assert_never_wrong(text: str, folder: Path) -> None:
    try:
        sheets = read(text, folder, "form.txt")
    except FcextractError:
        return
    truth = truth_of(all_lines(TICKS))
    wrong: list[tuple[Key, str]] = []
    for sheet in sheets:
        assert [e.item.item_id for e in sheet.entries] == IDS
        for key, box in boxes_of(sheet).items():
            if box.state in ("checked", "empty"):
                if box.state != ("checked" if truth[key] else "empty"):
                    wrong.append((key, box.state))
            else:
                assert box.code in BOX_CODES
    assert wrong == []


def test_the_fill_is_no_pattern_a_shift_could_keep() -> None:
    on = [[(i, w) in TICKS for w in WHO] for i in IDS]
    assert sum(a != b for a, b in pairwise(on)) > 40
    assert len(ITEMS) == len(on)
