"""Long lists on disk, and batches that are finished one form at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from factories import a_sheet

from fcextract.audit import FinishedBatch, audit, audit_all, finish_batch, in_brief
from fcextract.editions import load_edition
from fcextract.export import write_all
from fcextract.export.rows import in_order
from fcextract.records import AuditedSheet, Scoresheet
from fcextract.spool import Spool

EDITION = load_edition("zj-2019")


def sheets() -> Iterator[Scoresheet]:
    """Not in the order of the results, and two with one application number."""
    for n, source in enumerate(("c.pdf", "a.pdf", "b.pdf")):
        yield replace(a_sheet(source=source), sha256=str(n) * 64)
    yield replace(a_sheet(("004",), source="a.pdf"), pages=(9,), place=1)


def test_what_goes_in_comes_out_any_number_of_times() -> None:
    with Spool(range(5)) as spool:
        assert len(spool) == 5
        assert [*spool, *spool] == [*range(5), *range(5)]
        assert spool[3] == 3


def test_what_fails_while_it_is_filled_leaves_nothing_open() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError

    with pytest.raises(ValueError):
        Spool(failing())


def test_a_batch_on_disk_is_what_it_is_in_memory() -> None:
    wanted = audit_all(sheets())
    with Spool(audit(s, EDITION) for s in sheets()) as forms:
        batch = FinishedBatch(forms)
        assert list(batch) == wanted
        assert (batch[-1], list(batch[1:3])) == (wanted[-1], wanted[1:3])
    assert any(f.code == "application-no-repeated" for form in wanted for f in form.findings)
    assert finish_batch(wanted) == wanted


def test_exports_are_the_same_from_disk(tmp_path: Path) -> None:
    written = {}
    with Spool(audit(s, EDITION) for s in sheets()) as forms:
        for name, batch in (("disk", FinishedBatch(forms)), ("memory", audit_all(sheets()))):
            (tmp_path / name).mkdir()
            written[name] = [p.read_bytes() for p in write_all(tmp_path / name, batch)]
    assert written["disk"] == written["memory"]


def test_a_form_in_brief_counts_the_same() -> None:
    def stands(form: AuditedSheet) -> list[object]:
        return [(e.item, e.self_box.state, e.reviewer_box.state) for e in form.sheet.entries]

    (form,) = audit_all([a_sheet(("004", "005"))])
    brief = in_brief(form)
    assert stands(brief) == stands(form)
    assert (brief.summary, brief.findings, brief.verdict) == (
        form.summary, form.findings, form.verdict,
    )  # fmt: skip
    assert in_order([form]).brief == [form], "what is in memory already is not copied"
