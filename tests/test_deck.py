"""The cycling deck: exactly the boxes that were ticked come out ticked.

Each of the 284 boxes alone, all, none, a checkerboard and at random, through transcripts;
a sampled deck through printed forms of every style.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from paper import (
    IDS,
    KEYS,
    STYLES,
    WHO,
    Key,
    Paper,
    all_lines,
    audit,
    bare_transcript,
    counts_of,
    faults,
    print_form,
    read,
    transcript,
    truth_of,
)

Ticks = frozenset[Key]

PATTERNS: dict[str, Ticks] = {
    "none": frozenset(),
    "all": frozenset(KEYS),
    "checkerboard": frozenset(k for n, k in enumerate(KEYS) if (n // 2 + n) % 2),
    "other checkerboard": frozenset(k for n, k in enumerate(KEYS) if (n // 2 + n + 1) % 2),
    "self alone": frozenset(k for k in KEYS if k[1] == "self"),
    "reviewer alone": frozenset(k for k in KEYS if k[1] == "reviewer"),
    **{
        f"random {share}": frozenset(k for k in KEYS if Random(f"{share}/{k}").random() < share)
        for share in (0.05, 0.5, 0.95)
    },
}
each_pattern = pytest.mark.parametrize("pattern", PATTERNS)


def assert_read(form: Paper | str, ticks: Ticks, folder: Path, name: str) -> None:
    (sheet,) = read(form, folder, name)
    assert faults(sheet, {key: key in ticks for key in KEYS}) == []
    assert sheet.extras == () and sheet.notes == ()


def test_patterns_tell_neighbours_apart() -> None:
    """A shift by a row or a column must show in the checkerboard."""
    board = PATTERNS["checkerboard"]
    at = {(IDS.index(i), WHO.index(w)): (i, w) in board for i, w in KEYS}
    assert all(at[r, 0] != at[r, 1] for r in range(142))
    assert all(at[r, c] != at[r + 1, c] for r in range(141) for c in (0, 1))


# -------------------------------------------------------------------- transcripts


@pytest.mark.parametrize("part", range(8))
@pytest.mark.parametrize("who", WHO)
def test_each_box_alone(who: str, part: int, tmp_path: Path) -> None:
    """All 284, in 16 stacks."""
    for item_id in IDS[part::8]:
        ticks = frozenset({(item_id, who)})
        assert_read(bare_transcript(all_lines(ticks)), ticks, tmp_path, "form.txt")


@pytest.mark.parametrize("kind", ["txt", "md", "html"])
@each_pattern
def test_transcript_pattern(pattern: str, kind: str, tmp_path: Path) -> None:
    ticks = PATTERNS[pattern]
    assert_read(transcript(all_lines(ticks), kind), ticks, tmp_path, f"form.{kind}")


# -------------------------------------------------------------------------- paper


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("pattern", ["none", "all", "checkerboard", "random 0.5"])
def test_printed_pattern(pattern: str, style: str, tmp_path: Path) -> None:
    ticks = PATTERNS[pattern]
    assert_read(print_form(all_lines(ticks), style), ticks, tmp_path, "form.pdf")


@pytest.mark.parametrize("style", ["drawn", "typed"])
@pytest.mark.parametrize("where", ["first", "last"])
def test_printed_box_alone(style: str, where: str, tmp_path: Path) -> None:
    """The first and the last box of every page in either column, and a few others."""
    blank = print_form(all_lines(), style)
    edges = _edges(blank, where)
    assert len(edges) == 2 * len(blank.doc)
    others = [("063-1", "self"), ("063-2", "reviewer")] if where == "first" else []
    for key in [*edges, *others]:
        ticks = frozenset({key})
        assert_read(print_form(all_lines(ticks), style), ticks, tmp_path, "form.pdf")


@pytest.mark.parametrize("style", ["drawn", "typed", "native"])
@pytest.mark.parametrize("pattern", ["all", "none", "checkerboard"])
def test_without_rules(pattern: str, style: str, tmp_path: Path) -> None:
    ticks = PATTERNS[pattern]
    form = print_form(all_lines(ticks), style, rules=False)
    assert_read(form, ticks, tmp_path, "form.pdf")


@pytest.mark.parametrize(
    "form",
    [
        lambda ticks: print_form(all_lines(ticks), "drawn"),
        lambda ticks: transcript(all_lines(ticks)),
    ],
    ids=["printed", "transcript"],
)
def test_declared_truth_is_consistent(form: Callable[[Ticks], Paper | str], tmp_path: Path) -> None:
    """The whole way: what the form declares of itself is what is counted."""
    ticks = PATTERNS["random 0.5"]
    made = form(ticks)
    name = "form.txt" if isinstance(made, str) else "form.pdf"
    audited = audit(made, tmp_path, name)
    assert (audited.verdict, audited.status) == ("consistent", "ok")
    counts = [
        audited.summary.counts["self", part].total for part in ("total", "binding", "guiding")
    ]
    assert counts == list(counts_of(all_lines(ticks)))


def _edges(form: Paper, where: str) -> list[Key]:
    """The first or the last box of every page, by column."""

    def of_page(page: int, who: str) -> Iterator[tuple[float, Key]]:
        for key, (at, rect) in form.boxes.items():
            if at == page and key[1] == who:
                yield rect.y0, key

    choose = min if where == "first" else max
    return [choose(of_page(p, w))[1] for p in range(len(form.doc)) for w in WHO]


def test_truth_of_lines_is_what_was_asked_for() -> None:
    ticks = PATTERNS["random 0.5"]
    assert truth_of(all_lines(ticks)) == {key: key in ticks for key in KEYS}
