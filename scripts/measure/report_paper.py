"""The section on paper of docs/accuracy.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from measure.compare import NOT_HELD_OUT
from measure.report import markdown_table, merged, reliability, run_line, share
from measure.results import Key, cells_of
from measure.tally import Tally, total, upper_bound

KIND_NAMES = {
    "scan-printed": "clean scan, 200 dpi and up, printed ticks",
    "scan-pen": "clean scan, 200 dpi and up, pen marks",
    "rough": "150 dpi, JPEG 40, skew to 3°, dust",
    "fax": "fax, one-bit 200 dpi",
    "low": "100 to 120 dpi, JPEG 30 to 50, skew to 3°, dust",
    "photo": "photographs",
    "turned": "turned, skew to 5°, 90 to 105 %, stretched, cropped, scanner borders",
    "damaged": "stamps, folds, streaks, stains, holes, pale or uneven, bleed-through",
    "corrected": "many marks taken back or beside the box, handwriting",
    "bundle": "pages shuffled, missing, scanned twice; two forms in one scan",
    "mixed": "PDF of printed and scanned pages",
}
"""What each kind of paper is, in words."""

_HEAD = """## Paper

Forms printed by the mill's producers, ticked in print or by a pen model (one hand a column), then
scanned, faxed, photographed and damaged (`scripts/make_samples paper`). Truth is what was printed
and drawn. Sums of all runs in `{file}`; `scripts/accuracy paper --forms N --seed S` adds to them.

- **{forms}** forms in {files} files, {boxes} boxes.
- Silent errors (a box said to be checked or empty that is not): **{silent}**; at 95 % confidence
  the rate is below {by_box} by box that got a state, and that of forms with a silent error below
  {by_form} by form. In boxes counted apart: {apart}.
- Boxes left unread: {unread} ({unread_share}). Files not read at all: {failed}.

A bound on generated forms says nothing by itself about real pens and scanners.

"""

_APART_TEXT = """### Boxes counted apart

A mark taken back must be uncertain and say `mark-cancelled`; a mark beside the box must be
uncertain and say `mark-outside-box`; a box that a fold, a streak or a stamp goes through must have
the right state, or be uncertain and say so. *Flagged* counts those that are.

"""

_HELD_TEXT = """### Held out

Some fonts, pens and kinds of damage were never tuned on (`HELD_OUT` in `scripts/mill/paper`).

"""


def section(runs: Sequence[dict[str, Any]], file: str) -> str:
    """The section of the page, from the runs in ``file``."""
    cells = cells_of(runs)
    t = total(cells.values())
    unread = t.uncertain + t.missing
    head = _HEAD.format(
        file=file,
        forms=t.forms,
        files=t.files,
        boxes=t.boxes,
        silent=t.silent,
        by_box=share(upper_bound(t.silent, t.decided)),
        by_form=share(upper_bound(t.forms_silent, t.found)),
        apart=t.apart_silent,
        unread=unread,
        unread_share=_percent(unread, t.boxes),
        failed=t.failed,
    )
    kinds = _with_sum(merged(cells, 0))
    lines = "\n".join(run_line(run, f"{run['paper']}, ") for run in runs)
    return (
        f"{head}### By kind\n\n{_kinds(kinds)}\n{_APART_TEXT}{_apart(kinds)}\n"
        f"{_HELD_TEXT}{_kinds(_held(cells))}\n{reliability(t, 'of paper')}### Runs on paper\n\n{lines}\n"
    )


def table(cells: Mapping[Key, Tally]) -> str:
    """For the terminal."""
    kinds = _with_sum({" ".join(key): tally for key, tally in cells.items()})
    return f"{_kinds(kinds)}\n{_apart(kinds)}"


def _with_sum(tallies: dict[str, Tally]) -> dict[str, Tally]:
    return {**tallies, "all": total(tallies.values())}


def _held(cells: Mapping[Key, Tally]) -> dict[str, Tally]:
    axes = merged(cells, 1)
    names = {NOT_HELD_OUT: "nothing held out"}
    return {names.get(axis, f"{axis} held out"): tally for axis, tally in axes.items()}


def _kinds(tallies: Mapping[str, Tally]) -> str:
    heads = (
        *("kind", "files", "forms", "boxes", "silent errors", "uncertain", "missing", "unread"),
        *("not read", "whole forms right", "texts right", "bound by box", "bound by form"),
    )
    return markdown_table(heads, [_kind_row(name, t) for name, t in tallies.items()])


def _kind_row(name: str, t: Tally) -> list[str]:
    counts = [t.files, t.forms, t.boxes, t.silent, t.uncertain, t.missing]
    return [
        KIND_NAMES.get(name, name),
        *map(str, counts),
        _percent(t.uncertain + t.missing, t.boxes),
        str(t.failed),
        str(t.forms_right),
        _percent(t.texts - t.texts_wrong, t.texts),
        share(upper_bound(t.silent, t.decided)),
        share(upper_bound(t.forms_silent, t.found)),
    ]


def _apart(tallies: Mapping[str, Tally]) -> str:
    heads = ["kind"]
    for note in ("cancelled", "outside", "folded"):
        heads += [note, f"{note}: silent", f"{note}: flagged"]
    rows = []
    for name, t in tallies.items():
        row = [KIND_NAMES.get(name, name)]
        for note in ("cancelled", "outside", "folded"):
            count, silent = getattr(t, note), getattr(t, f"{note}_silent")
            flagged = _percent(getattr(t, f"{note}_flagged"), count)
            row += [str(count), str(silent), flagged]
        rows.append(row)
    return markdown_table(heads, rows)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else ""
