"""One file's reading against its truth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mill.declare import PARTS, count_range, rate
from mill.edition import EDITION, ITEM_IDS
from mill.plan import SLICERS

from measure import bands
from measure.tally import Tally

Json = Mapping[str, Any]

COLUMNS = ("self", "reviewer")
SURE = ("checked", "empty")
NOT_HELD_OUT = "seen"
"""Group of the papers that have nothing held out."""
APART = {"cancelled": "mark-cancelled", "outside": "mark-outside-box"}
"""Notes on paper boxes whose mark asks for a finding of its own; those are counted apart, as are
boxes noted ``folded``."""
BOX_CODES = (
    "box-uncertain",
    "box-missing",
    "readers-disagree",
    "mark-outside-box",
    "mark-cancelled",
)


@dataclass(frozen=True, slots=True)
class Read:
    """One form as the program gave it, as plain data. ``flags`` are its findings: code and item
    (empty for a finding about the whole form)."""

    form_id: str
    verdict: str
    header: Json
    declared: Json | None
    summary: Json
    items: Mapping[str, Json]
    flags: frozenset[tuple[str, str]]

    @property
    def codes(self) -> frozenset[str]:
        """Codes of all findings."""
        return frozenset(code for code, _ in self.flags)


@dataclass(slots=True)
class Comparison:
    """The counts of one file and a line for everything that was wrong in it. They are summed up
    by ``group`` (a born-digital form's producer and check style, a paper's kind and what is held
    out of it)."""

    group: tuple[str, str]
    tally: Tally
    problems: list[str] = field(default_factory=list)


def compare_file(truth: Json, read: Sequence[Read] | None, error: str = "") -> Comparison:
    """Hold all forms of a file against its truth; ``read`` is None where nothing was read."""
    result = Comparison(_group(truth), Tally(files=1))
    if read is None:
        result.tally.failed = 1
        result.problems.append(f"{truth['file']}: not read: {error}")
    pairs = _paired(truth["forms"], read or ())
    for form, got in pairs:
        _Form(truth, form, got, result).compare()
    for number in range(len(read or ()) - len(pairs)):
        result.tally.findings_extra += 1
        result.problems.append(f"{truth['file']}: form {number + 1} too many")
    return result


def _group(truth: Json) -> tuple[str, str]:
    paper = truth.get("paper")
    if paper:
        return paper["kind"], paper["held_out"] or NOT_HELD_OUT
    return truth["producer"], truth["style"]


def _paired(forms: Sequence[Json], read: Sequence[Read]) -> list[tuple[Json, Read | None]]:
    """Truth and reading of each form: by application number, else by place."""
    left = list(read)
    pairs: list[tuple[Json, Read | None]] = []
    for form in forms:
        number = form["application_no"]
        same = [r for r in left if r.header.get("application_no") == number]
        got = next(iter(same or left), None)
        if got is not None:
            left.remove(got)
        pairs.append((form, got))
    return pairs


class _Form:
    """One form's comparison; counts go to the file's tally."""

    def __init__(self, truth: Json, form: Json, got: Read | None, result: Comparison) -> None:
        self.truth = truth
        self.form = form
        self.got = got
        self.result = result
        self.tally = Tally(forms=1)

    def compare(self) -> None:
        """All of it."""
        if self.got is None:
            self._say("form not found")
            self.tally.boxes = 2 * len(ITEM_IDS)  # also those that are counted apart elsewhere
            self.tally.missing = self.tally.boxes
            self.tally.audits_wrong = 1
            self.tally.forms_missing = 1
        else:
            self._boxes(self.got)
            self._pages(self.got)
            self._texts(self.got)
            self._header(self.got)
            self._declared(self.got)
            self._audit(self.got)
            self._findings(self.got)
        self.tally.forms_silent = int(self.tally.silent > 0)
        self.tally.forms_right = int(not self._wrong())
        self.result.tally.add(self.tally)

    def _wrong(self) -> bool:
        t = self.tally
        return any(
            (t.silent, t.apart_silent, t.uncertain, t.missing, t.pages_wrong)
            + (t.texts_wrong, t.headers_wrong)
            + (t.declared_wrong, t.audits_wrong, t.findings_absent, t.findings_extra)
        )

    def _say(self, what: str) -> None:
        self.result.problems.append(f"{self.truth['file']}: {what}")

    def _boxes(self, got: Read) -> None:
        for item_id in ITEM_IDS:
            for column in COLUMNS:
                wanted = self.form["items"][item_id][column]
                state = str(got.items[item_id][f"{column}_state"])
                note = self._note(item_id, column)
                if note:
                    self._box_apart(got, item_id, column, note)
                    continue
                self.tally.boxes += 1
                fault = box_fault(wanted, state)
                if state in SURE:
                    confidence = float(got.items[item_id][f"{column}_confidence"])
                    bands.note(self.tally.bands, confidence, fault == "silent")
                if fault:
                    setattr(self.tally, fault, getattr(self.tally, fault) + 1)
                    self._say(f"{fault} {item_id} {column}: is {wanted}, read {state}")

    def _note(self, item_id: str, column: str) -> str:
        box = self.form["items"][item_id].get(f"{column}_box") or {}
        return str(box.get("note", ""))

    def _box_apart(self, got: Read, item_id: str, column: str, note: str) -> None:
        wanted = self.form["items"][item_id][column]
        state = str(got.items[item_id][f"{column}_state"])
        fault = box_fault(wanted, state)
        if note == "folded":
            flagged = not fault or any((code, item_id) in got.flags for code in BOX_CODES)
        else:
            flagged = state not in SURE and (APART[note], item_id) in got.flags
        counts = {note: 1, f"{note}_silent": fault == "silent", f"{note}_flagged": flagged}
        for name, count in counts.items():
            setattr(self.tally, name, getattr(self.tally, name) + int(count))
        if fault == "silent" or not flagged:
            what = "silent" if fault == "silent" else "unflagged"
            self._say(f"{what} {note} {item_id} {column}: is {wanted}, read {state}")

    def _pages(self, got: Read) -> None:
        """Pages of traced rows; a row that may be split stands on two."""
        if self.truth["layout"].get("rows_split") or "duplicate" in self.truth["steps"]:
            return
        for item_id in ITEM_IDS:
            wanted = self.form["items"][item_id]["page"]
            page = _plain(got.items[item_id]["page"])
            if wanted is not None and page is not None and page != wanted:
                self.tally.pages_wrong += 1
                self._say(f"page {item_id}: is {wanted}, read {page:.0f}")

    def _texts(self, got: Read) -> None:
        for item_id in ITEM_IDS:
            for column in ("self_keyword", "reviewer_remark"):
                wanted = self.form["items"][item_id][column]
                text = " ".join(_text(got.items[item_id][column]).split())
                self.tally.texts += 1
                by_hand = self.form["items"][item_id].get(f"{column}_by") == "hand"
                if text == wanted or (by_hand and not text):
                    continue
                if "".join(text.split()) == "".join(wanted.split()):
                    self.tally.blanks += 1
                    continue
                self.tally.texts_wrong += 1
                self._say(f"text {item_id} {column}: is {wanted!r}, read {text!r}")

    def _header(self, got: Read) -> None:
        names = ("application_no", "county_code", "resettled_population", "talents_introduced")
        for name in names:
            if name == "county_code" and self.form[name] is None:
                continue
            if _plain(got.header.get(name)) != _plain(self.form[name]):
                self.tally.headers_wrong += 1
                self._say(f"header {name}: is {self.form[name]}, read {got.header.get(name)}")

    def _declared(self, got: Read) -> None:
        wanted = self.form["declared"] or {}
        declared = got.declared or {}
        for name in sorted({*wanted, *declared}):
            if _plain(declared.get(name)) != _plain(wanted.get(name)):
                self.tally.declared_wrong += 1
                self._say(f"declared {name}: is {wanted.get(name)}, read {declared.get(name)}")

    def _audit(self, got: Read) -> None:
        wrong = [
            f"{name} is {value}, read {got.summary.get(name)}"
            for name, value in recount(self.form["items"]).items()
            if _plain(got.summary.get(name)) != _plain(value)
        ]
        if got.verdict != self.form["verdict"]:
            wrong.append(f"verdict is {self.form['verdict']}, read {got.verdict}")
        self.tally.audits_wrong += bool(wrong)
        for line in wrong:
            self._say(f"audit {line}")

    def _findings(self, got: Read) -> None:
        expected = set(self.form["expected_findings"])
        absent = expected - got.codes
        extra = got.codes - expected - tolerated(self.truth, self.form)
        self.tally.findings_absent += len(absent)
        self.tally.findings_extra += len(extra)
        for code in sorted(absent):
            self._say(f"finding {code} is absent")
        for code in sorted(extra):
            self._say(f"finding {code} should not be there")


def box_fault(wanted: bool | str | None, state: str) -> str:
    """What is wrong with a box's state: ``silent``, ``uncertain``, ``missing`` or nothing.

    Truth is a bool, ``"uncertain"`` for a box that nobody can be sure of, or None for one
    that is not on the pages.
    """
    if isinstance(wanted, bool):
        if state == ("checked" if wanted else "empty"):
            return ""
        return "silent" if state in SURE else state
    if wanted is None:
        return "" if state == "missing" else "silent" if state in SURE else "uncertain"
    return "silent" if state in SURE else ""


def recount(items: Mapping[str, Json]) -> dict[str, int | float]:
    """The recomputed totals that the audit must give, by their columns in forms.csv."""
    figures: dict[str, int | float] = {}
    for who, other in (("self", "reviewer"), ("reviewer", "self")):
        ticks = {i: (item[who], item[other]) for i, item in items.items()}
        for part in PARTS:
            low, high = count_range(ticks, part)
            figures[f"{who}_{part}"] = low
            figures[f"{who}_{part}_min"] = low
            figures[f"{who}_{part}_max"] = high
            figures[f"{who}_{part}_rate"] = rate(low, EDITION.denominators[part])
    return figures


def tolerated(truth: Json, form: Json) -> set[str]:
    """Codes that may accompany what was done to the file."""
    codes = set()
    states = [item[c] for item in form["items"].values() for c in COLUMNS]
    if None in states:
        codes |= {"page-missing", "box-missing", "item-missing"}
    notes = [
        (item.get(f"{c}_box") or {}).get("note") for item in form["items"].values() for c in COLUMNS
    ]
    if "uncertain" in states or any(notes):
        codes |= set(BOX_CODES)
    if "duplicate" in truth["steps"]:
        codes |= {"item-repeated", "page-repeated", "page-order", "unnumbered-row", "item-unknown"}
    if truth["producer"] in SLICERS:
        codes |= {"item-repeated"}
    if {"shuffle", "reverse"} & set(truth["steps"]):
        codes |= {"page-order"}
    return codes


def _text(value: Any) -> str:
    return "" if _plain(value) is None else str(value)


def _plain(value: Any) -> Any:
    """A comparable value: None for every kind of nothing, numbers by value."""
    if value is None or value == "" or value is getattr(value, "NA", ...):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None if str(value) == "<NA>" else str(value)
    return None if math.isnan(number) else round(number, 4)


def problems_of(comparisons: Iterable[Comparison]) -> list[str]:
    """All lines, in order."""
    return [line for c in comparisons for line in c.problems]
