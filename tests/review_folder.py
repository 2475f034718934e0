"""Results folders for the tests of the review page: forms of all kinds without reading any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from factories import EDITION, NUMBER, a_box, a_row, a_sheet

from fcextract.geometry import Box
from fcextract.inputs import content_hash
from fcextract.ledger import Content, Ledger, NamedFile, Reading
from fcextract.ledger_sheets import sheet_text
from fcextract.records import Declared, Entry, Scoresheet, State

ITEMS = EDITION.items
#: What a form may try: markup, a script, a quote that ends an attribute, and a formula.
HOSTILE = '<img src=x onerror="document.title=1">"\'><script>document.title=2</script>=1+1'
#: Rows on a page of :func:`laid_out`, and their height in points.
A_PAGE, HEIGHT = 24, 30.0


def laid_out(
    states: dict[str, str], *, source: str = "a.pdf", number: str = NUMBER, **changes: object
) -> Scoresheet:
    """A form whose rows stand below each other, :data:`A_PAGE` a page, with the self boxes in
    ``states`` by item id; it declares 2, 1 and 1."""
    entries = []
    for n, item in enumerate(ITEMS):
        page, y = 1 + n // A_PAGE, 60.0 + HEIGHT * (n % A_PAGE)
        state = states.get(item.item_id, "empty")
        own = a_box(state, page, box=Box(400.0, y + 10, 410.0, y + 20))
        other = a_box("empty", page, box=Box(500.0, y + 10, 510.0, y + 20))
        if state == "missing":
            entries.append(Entry(item, None, a_box("missing"), a_box("missing")))
            continue
        row = a_row(item, own, other, page, band=Box(40.0, y, 555.0, y + HEIGHT))
        entries.append(Entry(item, row, own, other))
    sheet = a_sheet(
        source=source,
        number=number,
        declared=Declared(2, 141, 1.42, 1, 70, 1.43, 1, 71, 1.41),
        pages=tuple(range(1, 1 + -(-len(ITEMS) // A_PAGE))),
    )
    return replace(sheet, entries=tuple(entries), **changes)


def hostile() -> Scoresheet:
    """A form with markup wherever a form has a say."""
    sheet = laid_out({"001": "uncertain"}, source=f"z {HOSTILE}.pdf".replace("/", "_"))
    first, *rest = sheet.entries
    assert first.row is not None
    row = replace(first.row, wording=HOSTILE, keyword=HOSTILE, remark=HOSTILE)
    first = replace(first, row=row, keyword=HOSTILE, remark=HOSTILE)
    return replace(
        sheet,
        entries=(first, *rest),
        header=replace(sheet.header, application_no=HOSTILE),
    )


def fill(out: Path, files: Sequence[tuple[Path, Sequence[Scoresheet]]]) -> Path:
    """A ledger in ``out`` that holds these forms as readings of these files."""
    with Ledger.open(out, write=True) as ledger:
        named = [NamedFile(sheets[0].source, str(path)) for path, sheets in files]
        run = ledger.begin(named, {"count": "numbers", "edition": EDITION.id, "lang": "zh"})
        for path, sheets in files:
            digest = content_hash(path) or "0" * 64
            texts = tuple(sheet_text(replace(s, sha256=digest)) for s in sheets)
            review = any(b.state not in (State.CHECKED, State.EMPTY) for b in _boxes(sheets))
            reading = Reading(texts, 6, review, None, 0.0, 0.0)
            ledger.record(run, sheets[0].source, Content(digest, path.suffix, ""), reading)
        ledger.finish(run, "done")
    return out


def _boxes(sheets: Sequence[Scoresheet]):
    return (b for s in sheets for e in s.entries for b in (e.self_box, e.reviewer_box))
