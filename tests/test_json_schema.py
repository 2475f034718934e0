"""JSON output is held to the schema that ships with the package."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from factories import EDITION, NUMBER, a_box, a_failure, a_row, a_sheet, audited, the_seed
from hypothesis import given, settings
from hypothesis import strategies as st

from fcextract.audit import audit_all
from fcextract.export import write_items
from fcextract.export.columns import COUNTED_COLUMNS, FINDING_COLUMNS, ITEM_COLUMNS
from fcextract.export.json import dicts, dumps, form_dict, schema
from fcextract.records import Declared

VALIDATOR = jsonschema.Draft202012Validator(schema())


def faults(forms: Any) -> list[str]:
    return [f"{list(e.path)}: {e.message[:200]}" for e in VALIDATOR.iter_errors(forms)]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_seed_as_json() -> None:
    form = json.loads(dumps(dicts([audited(the_seed())])))[0]
    assert list(form) == [
        "form_id", "source", "sha256", "edition", "status", "error", "verdict",
        "header", "summary", "declared", "items", "findings",
    ]  # fmt: skip
    assert form["form_id"] == NUMBER and form["error"] is None
    assert form["header"]["county"] == "杭州市拱墅区"
    assert form["declared"] == {
        "total": 6, "total_of": 141, "total_rate": 4.26,
        "binding": 3, "binding_of": 70, "binding_rate": 4.29,
        "guiding": 3, "guiding_of": 71, "guiding_rate": 4.23,
    }  # fmt: skip
    assert list(form["summary"]) == [*COUNTED_COLUMNS, "unread_boxes"]
    assert form["summary"]["self_total_rate"] == 1.42
    assert len(form["items"]) == 142
    assert all(list(i) == list(ITEM_COLUMNS) for i in form["items"])
    assert all(list(f) == list(FINDING_COLUMNS) for f in form["findings"])
    assert form["items"][1]["self_box"] == [400.0, 100.0, 409.5, 109.5]
    assert form["items"][1]["item_no"] == 2 and form["items"][1]["self_state"] == "checked"
    assert faults([form]) == []


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.sampled_from([i.item_id for i in EDITION.items]),
        st.sampled_from(["checked", "empty", "uncertain", "missing"]),
    ),
    st.text(max_size=20),
    st.builds(
        Declared,
        *[st.none() | k for k in [st.integers(0, 999), st.integers(0, 999), st.floats(0, 999)] * 3],
    )
    | st.none(),
)
def test_whatever_a_form_holds_fits_the_schema(
    own: dict[str, str], text: str, declared: Declared | None
) -> None:
    rows = {"034": None, "140": a_row(EDITION.items[140], a_box("missing"), keyword=text)}
    sheet = a_sheet(own, number=text, declared=declared, rows=rows, source=f"{text}.pdf")
    forms = dicts(audit_all([sheet, the_seed()]), [a_failure(), replace(a_failure(), sha256="")])
    assert faults(json.loads(dumps(forms))) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f["items"].pop(),
        lambda f: f["items"][0].update(self_state="maybe"),
        lambda f: f["items"][0].update(item_no="1"),
        lambda f: f["items"][0].update(self_box="1 2 3 4"),
        lambda f: f["items"][0].update(self_box=[1, 2, 3]),
        lambda f: f["items"][0].pop("corrected"),
        lambda f: f["header"].update(application_no=330105190429014),
        lambda f: f["summary"].pop("reviewer_guiding_max"),
        lambda f: f["declared"].update(declared_total=1),
        lambda f: f.update(verdict="fine"),
        lambda f: f.update(status="failed"),
        lambda f: f.update(summary=None),
        lambda f: f["findings"][0].update(severity="bad"),
        lambda f: f.update(extra=1),
    ],
)
def test_the_schema_tells_right_from_wrong(spoil: Any) -> None:
    form = json.loads(dumps(dicts([audited(the_seed())])))[0]
    assert faults([form]) == []
    spoil(form)
    assert faults([form])


def test_failures_have_the_same_shape() -> None:
    form = dicts([audited(the_seed())], [a_failure("a.pdf")])[0]
    assert form["status"] == "failed" and form["error"].startswith("[damaged-file] ")
    assert (form["items"], form["summary"], form["verdict"]) == ([], None, None)
    assert list(form) == list(form_dict(audited(the_seed())))


def test_files(tmp_path: Path) -> None:
    sheets = audit_all([the_seed(), a_sheet(source="a.pdf")])
    text = dumps(dicts(sheets, [a_failure()]))
    assert json.loads(text) == dicts(sheets, [a_failure()])
    assert text.endswith("\n") and text.isascii() is False and text.count("\n") == 3
    write_items(tmp_path / "items.json", sheets)
    items = json.loads((tmp_path / "items.json").read_text(encoding="utf-8"))
    assert len(items) == 284 and items == [i for f in dicts(sheets) for i in f["items"]]
    assert json.loads(dumps([])) == []
