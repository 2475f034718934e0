"""Reading made files with ``fcextract.read``, in worker processes."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import mill.edition  # noqa: F401  (puts the project on the path)

from measure.compare import Comparison, Read, compare_file

Thing = TypeVar("Thing")
Done = TypeVar("Done")

_CHUNK = 4


def compare_all(truths: Sequence[Path], jobs: int) -> Iterator[Comparison]:
    """Read and compare the file beside each truth, in order."""
    return spread(compare_one, truths, jobs, _CHUNK)


def spread(
    work: Callable[[Thing], Done], things: Sequence[Thing], jobs: int, chunk: int = 1
) -> Iterator[Done]:
    """``work`` done on each of ``things``, in order, by so many processes; one is this one."""
    if jobs < 2:
        yield from map(work, things)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        yield from pool.map(work, things, chunksize=chunk)


def compare_one(path: Path) -> Comparison:
    """Read and compare one file."""
    truth = json.loads(path.read_text(encoding="utf-8"))
    try:
        read, error = read_file(path.with_name(truth["file"])), ""
    except (ImportError, SyntaxError):
        raise  # the program itself is not whole: no result at all
    except Exception as e:  # a file that breaks the reader is a result, not the end of the run
        read, error = None, f"{type(e).__name__}: {e}"
    return compare_file(truth, read, error)


def read_file(path: Path) -> list[Read]:
    """What the program makes of a file, as plain data."""
    import fcextract

    options = {"pages_as_form": True} if path.is_dir() else {}
    return [_plain_form(form) for form in fcextract.read(path, **options)]


def _plain_form(form: Any) -> Read:
    items = {row["item_id"]: row for row in form.items.to_dict("records")}
    return Read(
        form.form_id,
        form.verdict,
        form.header,
        form.declared,
        form.summary.to_dict("records")[0],
        items,
        frozenset(_flags(form.findings)),
    )


def _flags(findings: Any) -> Iterator[tuple[str, str]]:
    for code, item_id in zip(findings["code"], findings["item_id"], strict=True):
        yield str(code), item_id if isinstance(item_id, str) else ""
