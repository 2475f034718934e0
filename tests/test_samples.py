"""Every committed sample against its truth, which no program read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from paper import BOX_CODES, EDITION, IDS, ITEMS, WHO, boxes_of

from fcextract.pipeline import read_file
from fcextract.records import AuditedSheet

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = sorted(p.name for p in (ROOT / "samples").iterdir() if p.is_dir())
#: What one tick, no tick and a box that is not there must be read as.
STATES = {
    True: {"checked"},
    False: {"empty"},
    None: {"missing"},
    "uncertain": {"uncertain", "missing"},
}
#: Producers that cut through a line of text at a page break and print it on both pages.
SLICERS = {"wkhtmltopdf"}

Truth = dict[str, Any]
each_sample = pytest.mark.parametrize("name", SAMPLES)


@lru_cache(maxsize=len(SAMPLES))
def sample(name: str) -> tuple[Truth, tuple[tuple[Truth, AuditedSheet], ...]]:
    """A sample's truth, and each of its forms with what was read."""
    truth = json.loads((ROOT / "golden" / name / "truth.json").read_text("utf-8"))
    file = truth["file"]
    read = read_file(ROOT / "samples" / name / file, source=file)
    assert len(read) == len(truth["forms"]), "forms"
    return truth, tuple(zip(truth["forms"], read, strict=True))


def test_every_sample_has_its_truth() -> None:
    assert sorted(p.name for p in (ROOT / "golden").iterdir() if p.is_dir()) == SAMPLES
    assert len(SAMPLES) > 30


def test_samples_hold_nothing_loose() -> None:
    """The first command of the README reads the whole folder: a text that is no form
    would end it with an error."""
    assert [p.name for p in (ROOT / "samples").iterdir() if p.is_file()] == []


@each_sample
def test_states(name: str) -> None:
    _, forms = sample(name)
    wrong = []
    for form, got in forms:
        assert sorted(form["items"]) == sorted(IDS)
        for (item_id, who), box in boxes_of(got.sheet).items():
            wanted = STATES[form["items"][item_id][who]]
            if box.state not in wanted or bool(box.code) != (box.state in ("uncertain", "missing")):
                wrong.append(
                    f"{item_id} {who}: {box.state} {box.code} ({box.reason}), not {wanted}"
                )
    assert wrong == []


@each_sample
def test_texts(name: str) -> None:
    _, forms = sample(name)
    columns = {"self_keyword": "keyword", "reviewer_remark": "remark"}
    wrong = [
        (e.item.item_id, column, getattr(e, ours), form["items"][e.item.item_id][column])
        for form, got in forms
        for e in got.sheet.entries
        for column, ours in columns.items()
        if getattr(e, ours) != form["items"][e.item.item_id][column]
    ]
    assert wrong == []


@each_sample
def test_pages(name: str) -> None:
    truth, forms = sample(name)
    if truth["layout"].get("rows_split") or "duplicate" in truth["steps"]:
        pytest.skip("a row stands on two pages")
    for form, got in forms:
        pages = {e.item.item_id: e.row.page for e in got.sheet.entries if e.row}
        wanted = {i: item["page"] for i, item in form["items"].items() if item["page"]}
        assert {i: pages[i] for i in wanted} == wanted


@each_sample
def test_header_and_declaration(name: str) -> None:
    _, forms = sample(name)
    for form, got in forms:
        header, declared = got.sheet.header, got.sheet.declared
        assert header.application_no == form["application_no"]
        assert header.resettled_population == form["resettled_population"]
        assert header.talents_introduced == form["talents_introduced"]
        if form["county_code"] is not None:
            assert got.county_code == form["county_code"]
        if form["declared"] is None:
            assert declared is None
        else:
            assert declared is not None
            figures = {f: getattr(declared, f) for f in declared.__dataclass_fields__}
            assert figures == dict.fromkeys(figures) | form["declared"]


@each_sample
def test_audit(name: str) -> None:
    _, forms = sample(name)
    for form, got in forms:
        assert got.verdict == form["verdict"]
        for who in WHO:
            for part, (low, high) in ranges(form["items"], who).items():
                count = got.summary.counts[who, part]
                assert (count.total, count.min, count.max) == (low, low, high), (who, part)


@each_sample
def test_findings(name: str) -> None:
    truth, forms = sample(name)
    for form, got in forms:
        codes = {f.code for f in got.findings}
        expected = set(form["expected_findings"])
        assert expected - codes == set(), "absent"
        assert codes - expected - tolerated(truth, form) == set(), "should not be there"


@each_sample
def test_a_consistent_form_checks_itself(name: str) -> None:
    """What a county declared, where it declared the truth, is what was read as ticked."""
    _, forms = sample(name)
    for form, got in forms:
        if form["fault"] != "none" or form["verdict"] != "consistent":
            continue
        ticked = {e.item for e in got.sheet.entries if e.self_box.state == "checked"}
        natures = {i.item_no: i.nature for i in ticked}
        declared = got.sheet.declared
        assert declared is not None
        assert len(natures) == declared.total
        assert sum(n == EDITION.binding for n in natures.values()) == declared.binding
        assert sum(n == EDITION.guiding for n in natures.values()) == declared.guiding


def test_enough_forms_check_themselves() -> None:
    consistent = [f for n in SAMPLES for f, _ in sample(n)[1] if f["verdict"] == "consistent"]
    assert len(consistent) >= 20


def ranges(items: Mapping[str, Truth], who: str) -> dict[str, tuple[int, int]]:
    """The least and the most that can be ticked, by part; a number counts once."""
    sure: dict[str, set[int]] = {"total": set(), EDITION.binding: set(), EDITION.guiding: set()}
    open_: dict[str, set[int]] = {part: set() for part in sure}
    for item_id, item in items.items():
        state, of = item[who], ITEMS[item_id]
        for part in ("total", of.nature):
            if state is True:
                sure[part].add(of.item_no)
            elif state is not False:
                open_[part].add(of.item_no)
    names = {"total": "total", EDITION.binding: "binding", EDITION.guiding: "guiding"}
    return {names[p]: (len(sure[p]), len(sure[p] | open_[p])) for p in sure}


def tolerated(truth: Truth, form: Truth) -> set[str]:
    """What the damage done to a file may also give."""
    codes: set[str] = set()
    states = [item[who] for item in form["items"].values() for who in WHO]
    if None in states:
        codes |= {"page-missing", "box-missing"}
    if "uncertain" in states:
        codes |= BOX_CODES
    if "duplicate" in truth["steps"] or truth["producer"] in SLICERS:
        codes |= {"item-repeated"}
    return codes
