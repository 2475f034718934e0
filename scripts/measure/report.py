"""Results as a table on the terminal and as a page of the documentation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from measure import bands
from measure.results import Key, cells_of
from measure.tally import Tally, total, upper_bound

COLUMNS = (
    ("files", "files"),
    ("forms", "forms"),
    ("boxes", "boxes"),
    ("silent", "silent errors"),
    ("uncertain", "uncertain"),
    ("missing", "missing"),
    ("pages_wrong", "page wrong"),
    ("texts_wrong", "texts wrong"),
    ("blanks", "blanks differ"),
    ("headers_wrong", "header wrong"),
    ("declared_wrong", "declared wrong"),
    ("audits_wrong", "audits wrong"),
    ("findings_absent", "findings absent"),
    ("findings_extra", "findings extra"),
    ("failed", "not read"),
    ("forms_right", "forms right"),
)

TITLE = """# How often the reader is right

Made by `scripts/accuracy KIND --write-docs` from the results files; do not edit by hand.

"""

_HEAD = """## Born-digital forms

Forms filled in at random by the mill (`scripts/make_samples`, which knows nothing of the reader)
and printed by {producers} producers in {styles} check styles, varied in font, size, rules, paper,
page breaks, fragments, and what was done to the pages afterwards. Truth is what was filled in.
Sums of all runs in `{file}`; `scripts/accuracy {kind} --forms N --seed S` adds to them.

- **{forms}** forms in {files} files, {boxes} boxes.
- Silent errors (a box said to be checked or empty that is not): **{silent}**; at 95 % confidence
  the rate is below {by_box} by box that got a state. Boxes of one form are not independent: by form, the rate of
  forms with a silent error is below {by_form}.
- Boxes left unread that a person can read: {unread}. Texts wrong: {texts}. Audits wrong: {audits}.
- Whole forms right in everything: {right} of {forms}.

Some producers and re-saves write a wrong map from glyphs to text (Firefox, wkhtmltopdf and Qt with
Noto CJK; Ghostscript 10 after several others): what stands in their text cells can only be had
from the picture. Such files are not in this set; `scripts/accuracy lossy` makes and measures them.

A bound on generated forms says nothing by itself about real ones.

"""


def text_table(cells: Mapping[Key, Tally]) -> str:
    """Aligned columns for the terminal."""
    rows = [["producer", "style", *(head for _, head in COLUMNS)], *_rows(cells)]
    widths = [max(len(r[k]) for r in rows) for k in range(len(rows[0]))]
    return "\n".join(_aligned(row, widths) for row in rows)


def bounds_line(tally: Tally) -> str:
    """The 95 % bounds in one line."""
    return (
        f"silent errors: {tally.silent} in {tally.decided} boxes that got a state (95 % bound "
        f"{share(upper_bound(tally.silent, tally.decided))}), {tally.forms_silent} in "
        f"{tally.found} forms (95 % bound {share(upper_bound(tally.forms_silent, tally.found))})"
    )


def section(runs: Sequence[dict[str, Any]], kind: str, file: str) -> str:
    """The section on born-digital forms of docs/accuracy.md."""
    cells = cells_of(runs)
    t = total(cells.values())
    head = _HEAD.format(
        kind=kind,
        file=file,
        producers=len({producer for producer, _ in cells}),
        styles=len({style for _, style in cells}),
        forms=t.forms,
        files=t.files,
        boxes=t.boxes,
        silent=t.silent,
        by_box=share(upper_bound(t.silent, t.decided)),
        by_form=share(upper_bound(t.forms_silent, t.found)),
        unread=t.uncertain + t.missing,
        texts=t.texts_wrong,
        audits=t.audits_wrong,
        right=t.forms_right,
    )
    by_producer = _markdown("producer", merged(cells, 0))
    by_style = _markdown("check style", merged(cells, 1))
    seeds = "\n".join(map(run_line, runs))
    return f"{head}{reliability(t)}### By producer\n\n{by_producer}\n### By check style\n\n{by_style}\n### Runs\n\n{seeds}\n"


def reliability(tally: Tally, of: str = "") -> str:
    """Whether confidences mean what they say; nothing where no run noted them."""
    if not tally.bands:
        return ""
    rows = [
        [f"{low:g}", str(boxes), f"{mean:.4f}", f"{right:.4f}", str(wrong), f"{expected:.1f}"]
        for low, boxes, mean, right, wrong, expected in bands.rows(tally.bands)
    ]
    heads = ["confidence from", "boxes", "mean confidence", "right", "wrong", "wrong, expected"]
    error = f"{bands.calibration_error(tally.bands):.2%}"
    return (
        f"{f'### Confidence {of}'.strip()}\n\n"
        "Boxes that got a state, by the confidence they were given, in the runs that noted it. The\n"
        f"expected calibration error is **{error}** (goal: at most 0.5 %): how far the confidence of\n"
        "a band is from the share of its boxes that are right, on average over boxes.\n\n"
        f"{markdown_table(heads, rows)}\n"
    )


def run_line(run: dict[str, Any], what: str = "") -> str:
    """When which forms were measured."""
    last = run["start"] + run["count"] - 1
    return (
        f"- {run['when']} UTC, commit `{run['commit']}`: {what}seed {run['seed']}, files "
        f"{run['start']} to {last}"
    )


def _rows(cells: Mapping[Key, Tally]) -> Iterable[list[str]]:
    for key, tally in cells.items():
        yield [*key, *(str(getattr(tally, name)) for name, _ in COLUMNS)]
    everything = total(cells.values())
    yield ["all", "", *(str(getattr(everything, name)) for name, _ in COLUMNS)]


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        c.ljust(w) if k < 2 else c.rjust(w)
        for k, (c, w) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells)


def merged(cells: Mapping[Key, Tally], part: int) -> dict[str, Tally]:
    """The sums by one part of the groups' keys."""
    merged: dict[str, Tally] = defaultdict(Tally)
    for key, tally in cells.items():
        merged[key[part]].add(tally)
    return dict(sorted(merged.items()))


def _markdown(name: str, tallies: Mapping[str, Tally]) -> str:
    rows = [
        [key, *(str(getattr(t, column)) for column, _ in COLUMNS)] for key, t in tallies.items()
    ]
    return markdown_table([name, *(head for _, head in COLUMNS)], rows)


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of the documentation."""
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def share(rate: float) -> str:
    """A small rate in words."""
    return f"1 in {round(1 / rate):,}" if 0 < rate < 0.01 else f"{100 * rate:.1f} %"
