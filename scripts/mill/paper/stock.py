"""Blank forms to mark: printed once, used by many papers.

A blank is three PDF files of one form (every box empty, every box ticked, and as its own fill
says) and the places of its boxes. It lives in a folder and is found there again.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

from mill.edition import ITEM_IDS
from mill.fill import Fill, random_fill
from mill.job import Job, Producer
from mill.layout import random_layout
from mill.make import available
from mill.paper import render
from mill.paper.boxes import DPI, BoxPlace, NotFoundError, find_boxes
from mill.paper.held_out import allowed
from mill.plan import BLANK_WHEN_EMPTY, DOUBTFUL, Spec, settle
from mill.producers import PRODUCERS
from mill.sheet import build_sheet
from mill.styles import OVERLAYS, STYLES, of_kind

_PRODUCERS = tuple(p for p in PRODUCERS.values() if p.suffix == ".pdf")
TRIES = 6
"""Specs drawn for one blank before giving up: some styles move the page when ticked."""

NOT_ON_PAPER = (*OVERLAYS, *DOUBTFUL, *of_kind("conflict"), "native-forms")
"""Styles without a look of their own, or whose look depends on the viewer."""
NOT_FOR_PEN = (*BLANK_WHEN_EMPTY, *(s for s in STYLES if s.startswith(("yes-no", "applies"))))
"""Styles that print no box to tick, or two."""
NOT_FOR_PEN += ("square-then-root", "circle")


@dataclass(frozen=True, slots=True)
class Blank:
    """One printed form and the places of its boxes."""

    id: str
    spec: Spec
    version: str
    folder: Path
    boxes: tuple[BoxPlace, ...]

    @property
    def empty(self) -> Path:
        """The print with all boxes empty."""
        return self.folder / f"{self.id}-empty.pdf"

    @property
    def ticked(self) -> Path:
        """The print with all boxes ticked."""
        return self.folder / f"{self.id}-ticked.pdf"

    @property
    def own(self) -> Path:
        """The print filled as ``spec.fills[0]`` says."""
        return self.folder / f"{self.id}-own.pdf"


@dataclass(frozen=True, slots=True)
class Pool:
    """Which blanks: of a ``seed``, with boxes that a pen can mark or any, in fonts that are
    held out or in the others."""

    seed: int
    pen: bool
    held_font: bool = False

    def name(self, number: int, attempt: int) -> str:
        """Of the ``attempt``-th try at blank ``number``."""
        kind = ("pen" if self.pen else "any") + ("-held" if self.held_font else "")
        return f"{kind}-{self.seed}-{number:05d}-{attempt}"


def blanks(pool: Pool, numbers: Sequence[int], folder: Path) -> dict[int, Blank]:
    """The blanks ``numbers`` of a pool, printed where the folder lacks them; those that no
    producer could print are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[int, Blank] = {}
    open_ = list(numbers)
    for attempt in range(TRIES):
        wanted: dict[str, list[tuple[int, Spec]]] = defaultdict(list)
        refused = []
        for number in open_:
            spec = draw_blank(pool, number, attempt)
            ready = _load(spec, folder)
            if ready:
                found[number] = ready
            elif _refused(spec, folder).exists():
                refused.append(number)
            else:
                wanted[spec.producer].append((number, spec))
        for producer in _usable() if wanted else ():
            tried = wanted[producer.name]
            done = _print(producer, tried, folder)
            found |= done
            refused += [number for number, _ in tried if number not in done]
        open_ = refused
    return dict(sorted(found.items()))


@cache
def _usable() -> tuple[Producer, ...]:
    """The producers that can run here. What is drawn does not depend on it."""
    return tuple(available(_PRODUCERS))


def draw_blank(pool: Pool, number: int, attempt: int) -> Spec:
    """What blank ``number`` is; ``attempt`` counts the specs that came to nothing."""
    name = pool.name(number, attempt)
    rng = Random(f"blank/{name}")
    usable = [p for p in _PRODUCERS if _styles(p, pool.pen)]
    producer = usable[(number + attempt) % len(usable)]
    styles = _styles(producer, pool.pen)
    kind = rng.choice(sorted({STYLES[s].kind for s in styles}))
    style = rng.choice([s for s in styles if STYLES[s].kind == kind])
    fonts = allowed("font", tuple(producer.fonts), pool.held_font)
    layout = random_layout(rng, ITEM_IDS, fonts)
    fill = random_fill(rng)
    return settle(Spec(name, name, producer.name, style, "", (), layout, (fill,), ()))


def _styles(producer: Producer, pen: bool) -> list[str]:
    barred = (*NOT_ON_PAPER, *NOT_FOR_PEN) if pen else NOT_ON_PAPER
    return [s for s in producer.styles if s not in barred]


def printed_ids(spec: Spec) -> list[str]:
    """The items whose rows are printed, in order."""
    sheet = build_sheet(spec.fills[0], spec.layout, STYLES[spec.style])
    return [row.item_id for f in sheet.fragments for row in f.rows if row.item_id]


def _print(producer: Producer, wanted: list[tuple[int, Spec]], folder: Path) -> dict[int, Blank]:
    """Print blanks and find their boxes; a spec that does not work out is noted as refused."""
    if not wanted:
        return {}
    jobs = [job for _, spec in wanted for job in _jobs(spec, folder)]
    with tempfile.TemporaryDirectory(prefix="mill-", ignore_cleanup_errors=True) as work:
        try:
            producer.run(jobs, Path(work))
        except Exception as e:  # the other producers' blanks are still wanted
            print(f"{producer.name} broke off: {type(e).__name__}: {e}", file=sys.stderr)
    version, done = producer.version(), {}
    for number, spec in wanted:
        try:
            done[number] = _located(spec, version, folder)
        except (NotFoundError, FileNotFoundError) as e:
            _refused(spec, folder).write_text(f"{type(e).__name__}: {e}\n", encoding="utf-8")
    return done


def _jobs(spec: Spec, folder: Path) -> list[Job]:
    fill, style = spec.fills[0], STYLES[spec.style]
    fills = {"empty": _all(fill, False), "ticked": _all(fill, True), "own": fill}
    return [
        Job((build_sheet(f, spec.layout, style),), folder / f"{spec.id}-{name}.pdf")
        for name, f in fills.items()
    ]


def _all(fill: Fill, ticked: bool) -> Fill:
    return replace(fill, ticks=dict.fromkeys(ITEM_IDS, (ticked, ticked)))


def _located(spec: Spec, version: str, folder: Path) -> Blank:
    blank = Blank(spec.id, spec, version, folder, ())
    prints = [render.pages(p, DPI, False) for p in (blank.empty, blank.ticked)]
    boxes = find_boxes(prints[0], prints[1], printed_ids(spec))
    record = {"version": version, "boxes": [list(b) for b in boxes], "spec": asdict(spec)}
    text = json.dumps(record, ensure_ascii=False)
    (folder / f"{spec.id}.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    return replace(blank, boxes=tuple(boxes))


def _load(spec: Spec, folder: Path) -> Blank | None:
    path = folder / f"{spec.id}.json"
    if not path.exists():
        return None
    record = json.loads(path.read_text(encoding="utf-8"))
    boxes = tuple(BoxPlace(i, c, p, tuple(r), tuple(t), f) for i, c, p, r, t, f in record["boxes"])
    return Blank(spec.id, spec, record["version"], folder, boxes)


def _refused(spec: Spec, folder: Path) -> Path:
    return folder / f"{spec.id}.refused"
