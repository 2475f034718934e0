#!/usr/bin/env python3
"""Time and memory of the workbook of many forms.

    python scripts/bench_workbook.py 1000

The forms are one sample's reading with random ticks and some boxes in doubt, with a picture of
each. Prints seconds of CPU to bring them from the ledger and to write the workbook, the peak
memory of both and the size of the workbook in megabytes, as JSON.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench_floor import peak_megabytes  # noqa: E402
from PIL import Image  # noqa: E402

from fcextract.corrections import STATES  # noqa: E402
from fcextract.ledger import Content, Ledger, NamedFile, Reading  # noqa: E402
from fcextract.ledger_sheets import sheet_text  # noqa: E402
from fcextract.records import Header, Scoresheet  # noqa: E402

SAMPLE = ROOT / "samples" / "chromium-native" / "chromium-native.pdf"
CHECKED, EMPTY, UNCERTAIN = STATES
#: How often a box is ticked, is ticked alike by the reviewer, and is in doubt.
TICKED, ALIKE, DOUBTED = 0.6, 0.93, 0.005


def fill(folder: Path, forms: int) -> None:
    """A ledger with so many forms."""
    from fcextract.editions import load_edition
    from fcextract.pipeline import read_sheets

    draw = random.Random(1)
    base = read_sheets(SAMPLE, "sample", load_edition())[0]
    with Ledger.open(folder, write=True) as ledger:
        names = [f"{n:06d}.pdf" for n in range(forms)]
        run = ledger.begin([NamedFile(name, name) for name in names], {})
        for number, name in enumerate(names):
            sheet = varied(base, number, draw)
            content = Content(sheet.sha256, ".pdf", "")
            ledger.record(
                run, name, content, Reading((sheet_text(sheet),), 8, True, None, 1.0, 1.0)
            )
        ledger.finish(run, "done")


def varied(base: Scoresheet, number: int, draw: random.Random) -> Scoresheet:
    """``base`` with other ticks and another number."""
    entries = []
    for e in base.entries:
        own = CHECKED if draw.random() < TICKED else EMPTY
        other = own if draw.random() < ALIKE else EMPTY
        left = replace(e.self_box, state=UNCERTAIN if draw.random() < DOUBTED else own)
        right = replace(e.reviewer_box, state=other)
        row = e.row and replace(e.row, self_box=left, reviewer_box=right)
        entries.append(replace(e, row=row, self_box=left, reviewer_box=right))
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    header = Header(f"3301{number % 9 + 2:02d}190429{number % 1000:03d}", 1000, 100)
    return replace(base, entries=tuple(entries), sha256=sha256, header=header)


def picture(sheet: Scoresheet, item_id: str, column: str) -> bytes:
    """A picture of a box, of its own for each form."""
    made = Image.new("L", (320, 42), int(sheet.sha256[:2], 16))
    kept = io.BytesIO()
    made.save(kept, "PNG")
    return kept.getvalue()


def main() -> int:
    forms = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, forms)
        from fcextract.export import in_order
        from fcextract.export.evidence import Evidence
        from fcextract.export.workbook import write_workbook
        from fcextract.results import collected

        begun = time.process_time()
        with Ledger.open(folder) as ledger, collected(ledger) as results:
            audited = time.process_time()
            batch = in_order(*results, Evidence(folder=folder, kept=picture))
            write_workbook(folder / "results.xlsx", batch)
        written = time.process_time()
        size = (folder / "results.xlsx").stat().st_size / 1e6
    figures = {
        "forms": forms,
        "collect_seconds": round(audited - begun, 1),
        "write_seconds": round(written - audited, 1),
        "peak_megabytes": round(peak_megabytes()),
        "workbook_megabytes": round(size, 1),
    }
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
