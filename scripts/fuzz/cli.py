"""Command line of ``scripts/fuzz_forms``."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import mill.edition  # noqa: F401  (puts the project on the path)
import pypdfium2 as pdfium
from mill.samples import ROOT

from fuzz.mutate import mutated

SURE = {"checked", "empty"}


class Sample(NamedTuple):
    """One sample that holds one form, and what each of its boxes is."""

    name: str
    data: bytes
    truth: dict[str, Any]


class Outcome(NamedTuple):
    """What came of one mutation: an error's code or ``read``; the boxes that turned, those
    that the file shows otherwise than the sample does, and how many were lost."""

    seed: str
    what: str
    code: str
    seconds: float
    turned: tuple[str, ...]
    changed: tuple[str, ...]
    lost: int


def samples() -> list[Sample]:
    """Every PDF among the samples that is one form of items known for sure."""
    found = []
    for truth_file in sorted((ROOT / "golden").glob("*/truth.json")):
        truth = json.loads(truth_file.read_text("utf-8"))
        path = ROOT / "samples" / truth_file.parent.name / truth["file"]
        if path.suffix == ".pdf" and len(truth["forms"]) == 1:
            found.append(Sample(path.stem, path.read_bytes(), truth["forms"][0]))
    return found


def fuzz(
    seed: str, count: int, workers: int = 1, seconds: float = 60.0, memory_mb: int = 1500
) -> Iterator[Outcome]:
    """Mutate and read ``count`` times; sample and mutation follow from the seed."""
    from fcextract.reading import Task
    from fcextract.settings import Bounds, ReadOptions
    from fcextract.workers import Processes

    known = samples()
    everything = [s.data for s in known]
    with tempfile.TemporaryDirectory(prefix="fuzz-", ignore_cleanup_errors=True) as folder:

        def tasks() -> Iterator[Task]:
            for k in range(count):
                data, _ = mutated(known[k % len(known)].data, f"{seed}/{k}", everything)
                path = Path(folder) / f"{k}.pdf"
                path.write_bytes(data)
                yield Task(k, path, path.name, "", ReadOptions())

        readers = Processes(workers, Bounds(seconds, memory_mb))
        for task, reading in readers.read(tasks()):
            sample = known[task.number % len(known)]
            path = Path(folder, f"{task.number}.pdf")
            _, what = mutated(sample.data, f"{seed}/{task.number}", everything)
            yield _outcome(f"{seed}/{task.number} {sample.name}", what, sample, path, reading)
            path.unlink()


def _outcome(seed: str, what: str, sample: Sample, path: Path, reading: Any) -> Outcome:
    from fcextract.records import Scoresheet
    from fcextract.serialize import loads

    turned: list[str] = []
    changed: list[str] = []
    lost = 0
    for text in reading.sheets:
        for entry in loads(Scoresheet, text).entries:
            true = sample.truth["items"].get(entry.item.item_id, {})
            for column, box in (("self", entry.self_box), ("reviewer", entry.reviewer_box)):
                wanted = true.get(column)
                if box.state not in SURE:
                    lost += 1
                elif box.state != {True: "checked", False: "empty"}.get(wanted):
                    alike = shown(sample.data, box) == shown(path.read_bytes(), box)
                    found = turned if alike else changed
                    found.append(f"{entry.item.item_id} {column} {wanted} -> {box.state}")
    code = reading.failed.code if reading.failed else "read"
    return Outcome(seed, what, code, reading.wall, tuple(turned), tuple(changed), lost)


def shown(data: bytes, box: Any) -> bytes | None:
    """What another engine paints at a box's place, as pixels: where a mutation changed that,
    it made another form, and to read what is there is right."""
    if box.box is None:
        return None
    try:
        with pdfium.PdfDocument(data) as doc:
            doc.init_forms()
            page = doc[box.page - 1]
            width, height = page.get_size()
            edge = box.box.grow(6)
            margins = (edge.x0, height - edge.y1, width - edge.x1, edge.y0)
            return bytes(page.render(scale=2, crop=tuple(max(0, m) for m in margins)).buffer)
    except (pdfium.PdfiumError, ValueError, IndexError):
        return None


#: Outcomes that no file may have.
BAD = {"internal-error"}
#: Outcomes worth a look: the limits held, and something had to be held.
HELD = {"reader-crashed", "time-limit", "memory-limit"}


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="fuzz_forms", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args(argv)
    begun = time.perf_counter()
    codes: Counter[str] = Counter()
    turned = changed = done = 0
    slowest = 0.0
    for o in fuzz(args.seed, args.count, args.workers):
        done += 1
        codes[o.code] += 1
        slowest = max(slowest, o.seconds)
        turned += bool(o.turned)
        changed += bool(o.changed)
        if o.turned or o.changed or o.code in BAD | HELD:
            boxes = ", ".join((*o.turned, "|", *o.changed)[:6])
            counts = f"{len(o.turned)} turned, {len(o.changed)} shown otherwise"
            print(f"{o.seed} {o.what}: {o.code} {counts} {boxes}", flush=True)
        if done % 500 == 0:
            print(f"{done}: {dict(codes)}, {turned} turned", flush=True)
    took = time.perf_counter() - begun
    print(f"{done} mutations in {took:.0f} s: {dict(codes)}; slowest {slowest:.1f} s")
    print(f"files with a turned box: {turned}; with a box shown otherwise: {changed}")
    return 1 if turned or BAD & codes.keys() else 0
