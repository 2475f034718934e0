"""Which files a batch reads, and what each is called in the results."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from fcextract.errors import UsageError
from fcextract.places import Place, files_at, is_address, reading

IMAGES = frozenset({".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp", ".heic"})
TEXTS = frozenset({".txt", ".md", ".html", ".htm"})
KNOWN = IMAGES | TEXTS | {".pdf"}

#: The one file of a results folder whose ending is that of an input.
REPORT = "report.html"


class InputFile(NamedTuple):
    """One file (or folder of page images) to read. ``source`` is its name in the
    results: relative to the input folder, or the path as given; forward slashes."""

    source: str
    path: Place


class Gathered(NamedTuple):
    """What was found: files in order of source, and the paths that no reader takes."""

    files: tuple[InputFile, ...]
    ignored: tuple[str, ...]


def gather(
    inputs: Iterable[str | os.PathLike[str]],
    *,
    out: Path | None = None,
    pages_as_form: bool = False,
) -> Gathered:
    """The files that ``inputs`` name. Folders are searched through, without hidden files
    and without ``out``; a file that is named is taken whatever its ending.

    A file reached twice is taken once. Where two files would have the same source, those
    from folders get their folder's path, as given, in front. Inputs may be addresses (see
    :mod:`fcextract.places`).

    Raises:
        UsageError: an address cannot be opened, or has pages to be taken as a form.
    """
    ignored: list[str] = []
    found: dict[Place, tuple[str, str]] = {}
    places: dict[tuple[str, str], Place] = {}
    for given in inputs:
        for name, inner, place in _places(given, out, pages_as_form, ignored):
            key = place.resolve() if isinstance(place, Path) else place
            places[found.setdefault(key, (name, inner))] = place
    names = _names(list(found.values()))
    files = [InputFile(printable(names[key]), places[key]) for key in found.values()]
    return Gathered(
        tuple(sorted(files, key=lambda f: f.source)), tuple(sorted(map(printable, ignored)))
    )


def printable(name: str) -> str:
    """``name`` as text that any file can hold: a name on a disk may be no text at all."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _places(
    given: str | os.PathLike[str], out: Path | None, pages_as_form: bool, ignored: list[str]
) -> Iterator[tuple[str, str, Place]]:
    """What ``given`` is called, the path inside it, and the place itself, of every file."""
    if not is_address(given):
        path = Path(given)
        for inner, file in _expand(path, out, pages_as_form, ignored):
            yield path.as_posix(), inner, file
        return
    address = str(given)
    if pages_as_form:
        raise UsageError(
            f"--pages-as-form 只用于本机文件夹，不能用于 {address}，因此什么也没有读。请先取到本机。",
            f"--pages-as-form takes folders of this machine and not {address}, so nothing was "
            "read. Fetch it first.",
        )
    for inner, found in files_at(address):
        if any(part.startswith((".", "~$")) for part in inner.split("/")):
            continue
        if not inner or Path(inner).suffix.lower() in KNOWN:
            yield address, inner, found
        else:
            ignored.append(found)


def content_hash(place: Place) -> str:
    """SHA-256 of a file, or of a folder's files with their names; "" where unreadable."""
    try:
        if not isinstance(place, Path):
            with reading(place) as f:
                return hashlib.file_digest(f, "sha256").hexdigest()
        if place.is_dir():
            return pages_hash({page.name: content_hash(page) for page in page_files(place)})
        if not place.is_file():  # a pipe or a device may never end
            return ""
        with open(place, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def pages_hash(pages: Mapping[str, str]) -> str:
    """SHA-256 of a folder of pages, from the hash of each by its name."""
    inner = hashlib.sha256()
    for name in sorted(pages):
        inner.update(f"{name}\0{pages[name]}\n".encode())
    return inner.hexdigest()


def page_files(folder: Path) -> list[Path]:
    """The pictures in a folder of pages, by name; numbers in names count as numbers."""
    return sorted(
        filter(_is_page, folder.iterdir()),
        key=lambda f: [int(t) if t.isdigit() else t for t in re.split(r"(\d+)", f.name.lower())],
    )


def _place(given: str, inner: str) -> str:
    return f"{given}/{inner}" if inner else given


def _names(keys: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """A name for each (input as given, path inside it), all different."""
    clashing: set[str] = set()
    while True:
        names = {k: _place(*k) if k[0] in clashing else k[1] or k[0] for k in keys}
        counts = Counter(names.values())
        more = {k[0] for k, name in names.items() if k[1] and counts[name] > 1} - clashing
        if not more:
            return names
        clashing |= more


def _expand(
    given: Path, out: Path | None, pages_as_form: bool, ignored: list[str]
) -> Iterator[tuple[str, Path]]:
    """Pairs of the path inside ``given`` ("" for itself) and the path to read."""
    if not given.is_dir():
        yield "", given
        return
    skip = out.resolve() if out is not None else None
    for folder, folders, names in os.walk(given):
        here = Path(folder)
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and (here / f).resolve() != skip
        )
        files = [here / n for n in sorted(names) if not n.startswith((".", "~$"))]
        if here.resolve() == skip:  # the input folder is the results folder itself
            files = [f for f in files if f.name != REPORT]
        if pages_as_form and any(map(_is_page, files)):
            yield _inside(here, given), here
            files = [f for f in files if not _is_page(f)]
        for path in files:
            if path.suffix.lower() in KNOWN and path.is_file():
                yield _inside(path, given), path
            else:
                ignored.append(path.as_posix())


def _inside(path: Path, folder: Path) -> str:
    inner = path.relative_to(folder).as_posix()
    return "" if inner == "." else inner


def _is_page(path: Path) -> bool:
    return path.suffix.lower() in IMAGES and not path.name.startswith(".") and path.is_file()
