"""What happens to the printed pages: marks put on, pages moved, the file saved again."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from mill import decorate, foreign, overlay
from mill.edition import ITEM_IDS
from mill.html import TRACE
from mill.job import find_program
from mill.plan import DOUBTFUL, Spec

Key = tuple[int, str, str]
"""Form in the file, item id, column."""


@dataclass(slots=True)
class Outcome:
    """What the steps did that the truth must know. ``pages`` gives the 1-based page of each
    traced box (0 for a page taken out); ``uncertain`` the boxes nobody can be sure of."""

    pages: dict[Key, int] = field(default_factory=dict)
    uncertain: set[Key] = field(default_factory=set)
    page_count: int = 0
    codes: list[str] = field(default_factory=list)
    failed: str = ""


_LEAST_SIDE = 4.0
"""Points; a traced link smaller than this is not around its box."""


class StepFailed(Exception):
    """A step could not be done on this file."""


def finish(spec: Spec, path: Path) -> Outcome:
    """Do all steps of ``spec`` on the printed file."""
    outcome = Outcome()
    if path.suffix != ".pdf":
        return outcome
    rng = Random(f"post/{spec.seed}/{spec.producer}")
    try:
        if spec.traced:
            _put_marks(spec, path, outcome, rng)
        for step in spec.steps:
            _STEPS[step](path, outcome, rng)
    except StepFailed as e:
        outcome.failed = str(e)
    outcome.page_count = _page_count(path)
    return outcome


def _page_count(path: Path) -> int:
    import pymupdf

    with pymupdf.open(path) as doc:
        return len(doc)


# ------------------------------------------------------------------- marks


def _put_marks(spec: Spec, path: Path, outcome: Outcome, rng: Random) -> None:
    import pymupdf

    doc = pymupdf.open(path)
    places = _take_traces(doc)
    _check_traces(spec, places)
    outcome.pages = {key: page + 1 for key, (page, _) in places.items()}
    if spec.base:
        _mark_all(spec, doc, places, outcome, rng)
    if spec.style in ("widget-baked", "baked-ink"):
        doc.bake()
    _save(doc, path)


def _take_traces(doc: Any) -> dict[Key, tuple[int, Any]]:
    """Page and rectangle of each traced box; the links are taken out."""
    places: dict[Key, tuple[int, Any]] = {}
    for page in doc:
        for link in page.get_links():
            uri = link.get("uri", "")
            if not uri.startswith(TRACE):
                continue
            form, item_id, column = uri.removeprefix(TRACE).split("/")
            key = (int(form), item_id, column)
            if key not in places:
                places[key] = (page.number, link["from"])
            page.delete_link(link)
    return places


def _check_traces(spec: Spec, places: dict[Key, tuple[int, Any]]) -> None:
    printed = set(ITEM_IDS) - {spec.layout.lost_row}
    wanted = {
        (f, i, c) for f in range(len(spec.fills)) for i in printed for c in ("self", "reviewer")
    }
    lost = wanted - places.keys()
    if lost:
        raise StepFailed(f"{len(lost)} boxes not traced, such as {sorted(lost)[0]}")
    flat = [key for key, (_, rect) in places.items() if min(rect.width, rect.height) < _LEAST_SIDE]
    if flat:
        raise StepFailed(f"{len(flat)} boxes traced without extent, such as {sorted(flat)[0]}")


def _mark_all(
    spec: Spec, doc: Any, places: dict[Key, tuple[int, Any]], outcome: Outcome, rng: Random
) -> None:
    chosen = _doubtful(spec, sorted(places), rng)
    outcome.uncertain |= chosen
    for key, (number, rect) in places.items():
        page, ticked = doc[number], _ticked(spec, key)
        name = ".".join(map(str, key))
        if key in chosen:
            overlay.put_conflict(page, rect, spec.style, ticked, spec.layout.align, rng)
        elif spec.style.startswith("widget"):
            overlay.put_widget(page, rect, name, ticked, spec.style != "widget-on-box")
        elif ticked and key[2] in spec.put_on:
            overlay.put_mark(page, rect, spec.style, rng)
    if chosen and spec.style == "conflict-ink-outside":
        outcome.codes.append("mark-outside-box")


def _doubtful(spec: Spec, keys: list[Key], rng: Random) -> set[Key]:
    """The few boxes that are made contradictory in a conflict style."""
    if spec.style not in DOUBTFUL:
        return set()
    if spec.style == "conflict-ink-outside":
        keys = [key for key in keys if not _ticked(spec, key)]
    return set(rng.sample(keys, min(len(keys), rng.randrange(1, 6))))


def _ticked(spec: Spec, key: Key) -> bool:
    form, item_id, column = key
    return spec.fills[form].ticks[item_id][column == "reviewer"]


def _save(doc: Any, path: Path) -> None:
    made = path.with_suffix(".tmp")
    doc.save(made, garbage=3, deflate=True)
    doc.close()
    made.replace(path)


# ------------------------------------------------------------------- pages


def _reorder(path: Path, order: list[int], outcome: Outcome) -> None:
    """Keep the pages ``order`` (0-based, may repeat), in that order."""
    import pymupdf

    doc = pymupdf.open(path)
    doc.select(order)
    _save(doc, path)
    first = {old + 1: new + 1 for new, old in reversed(list(enumerate(order)))}
    outcome.pages = {key: first.get(page, 0) for key, page in outcome.pages.items()}


def _reverse(path: Path, outcome: Outcome, rng: Random) -> None:
    count = _page_count(path)
    _reorder(path, list(range(count))[::-1], outcome)
    if count > 1:
        outcome.codes.append("page-order")


def _shuffle(path: Path, outcome: Outcome, rng: Random) -> None:
    order = list(range(_page_count(path)))
    before = list(order)
    rng.shuffle(order)
    _reorder(path, order, outcome)
    if order != before:
        outcome.codes.append("page-order")


def _drop(path: Path, outcome: Outcome, rng: Random) -> None:
    count = _page_count(path)
    if count < 3:
        return
    gone = rng.randrange(1, count - 1)
    _reorder(path, [k for k in range(count) if k != gone], outcome)


def _duplicate(path: Path, outcome: Outcome, rng: Random) -> None:
    count = _page_count(path)
    twice = rng.randrange(count)
    _reorder(path, sorted([*range(count), twice]), outcome)
    outcome.codes.append("page-repeated")


def _rotate(path: Path, outcome: Outcome, rng: Random) -> None:
    """Turn pages by their /Rotate entry, as a careless scanner or viewer does."""
    import pymupdf

    doc = pymupdf.open(path)
    turn = rng.choice((90, 180, 270))
    for page in doc:
        if rng.random() < 0.6:
            page.set_rotation((page.rotation + turn) % 360)
    _save(doc, path)


def _turn(path: Path, outcome: Outcome, rng: Random) -> None:
    """Turn the content of all pages, so that no /Rotate tells of it."""
    import pymupdf

    source = pymupdf.open(path)
    made = pymupdf.open()
    turn = rng.choice((90, 270))
    source.bake()
    for page in source:
        width, height = page.rect.width, page.rect.height
        target = made.new_page(width=height, height=width)
        target.show_pdf_page(target.rect, source, page.number, rotate=turn)
    source.close()
    _save(made, path)


def _insert(path: Path, outcome: Outcome, where: list[int], rng: Random) -> None:
    import pymupdf

    doc = pymupdf.open(path)
    for k, place in enumerate(where):
        extra = pymupdf.open("pdf", foreign.page_pdf(rng))
        doc.insert_pdf(extra, start_at=place + k)
    _save(doc, path)
    outcome.pages = {
        key: page + sum(place < page for place in where) for key, page in outcome.pages.items()
    }


def _cover(path: Path, outcome: Outcome, rng: Random) -> None:
    _insert(path, outcome, [0], rng)


def _foreign(path: Path, outcome: Outcome, rng: Random) -> None:
    count = _page_count(path)
    _insert(path, outcome, sorted(rng.sample(range(count + 1), min(2, count + 1))), rng)


def _decoration(draw: Callable[[Any, Random], None]) -> Callable[[Path, Outcome, Random], None]:
    def step(path: Path, outcome: Outcome, rng: Random) -> None:
        import pymupdf

        doc = pymupdf.open(path)
        draw(doc, rng)
        _save(doc, path)

    return step


# ------------------------------------------------------------------- saves


def _run(command: list[str], made: Path, path: Path) -> None:
    if not command[0]:
        raise StepFailed("program for a re-save is not installed")
    subprocess.run(command, capture_output=True, check=False)
    if not made.exists():
        raise StepFailed(f"{Path(command[0]).name} gave no file")
    made.replace(path)


def _ghostscript(path: Path, outcome: Outcome, rng: Random) -> None:
    made = path.with_suffix(".tmp")
    program = find_program("gs", "gswin64c")
    _run([program, "-q", "-o", str(made), "-sDEVICE=pdfwrite", str(path)], made, path)


def _qpdf(path: Path, outcome: Outcome, rng: Random) -> None:
    made = path.with_suffix(".tmp")
    flags = ["--object-streams=generate"] if rng.random() < 0.5 else ["--object-streams=disable"]
    _run([find_program("qpdf"), *flags, str(path), str(made)], made, path)


def _linearize(path: Path, outcome: Outcome, rng: Random) -> None:
    made = path.with_suffix(".tmp")
    _run([find_program("qpdf"), "--linearize", str(path), str(made)], made, path)


def _mupdf(path: Path, outcome: Outcome, rng: Random) -> None:
    import pymupdf

    doc = pymupdf.open(path)
    made = path.with_suffix(".tmp")
    doc.save(made, garbage=4, clean=True, deflate=True)
    doc.close()
    made.replace(path)


def _pikepdf(path: Path, outcome: Outcome, rng: Random) -> None:
    import pikepdf

    made = path.with_suffix(".tmp")
    with pikepdf.open(path) as pdf:
        pdf.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    shutil.move(made, path)


_STEPS: dict[str, Callable[[Path, Outcome, Random], None]] = {
    "watermark": _decoration(decorate.watermark),
    "highlight": _decoration(decorate.highlight),
    "seal": _decoration(decorate.seal),
    "reverse": _reverse,
    "shuffle": _shuffle,
    "drop": _drop,
    "duplicate": _duplicate,
    "rotate": _rotate,
    "turn": _turn,
    "cover": _cover,
    "foreign": _foreign,
    "ghostscript": _ghostscript,
    "qpdf": _qpdf,
    "linearize": _linearize,
    "mupdf": _mupdf,
    "pikepdf": _pikepdf,
}
