"""The printed form as data: ``<id>.toml`` and the rows it names.

Adding an edition is adding two files here (or in a folder passed to
:func:`load_edition`); no code knows any edition by name.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from fcextract.errors import EditionDataError, UnknownEditionError

HERE = Path(__file__).parent
DEFAULT_EDITION = "zj-2019"


@dataclass(frozen=True, slots=True)
class Item:
    """One printed row of the list."""

    item_id: str
    item_no: int
    section_no: int
    section: str
    indicator_no: int
    indicator: str
    nature: str
    content: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table.

    ``match`` holds alternatives, best first; an alternative is a tuple of words
    that must all occur in a heading whose blanks are dropped.
    """

    id: str
    heading: str
    match: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """One printed version of the form. Editions are equal only if they are the same object."""

    id: str
    name: str
    title: str
    title_aliases: tuple[str, ...]
    binding: str
    guiding: str
    columns: tuple[Column, ...]
    header: Mapping[str, str]
    footer_heading: str
    footer_labels: Mapping[str, str]
    denominators: Mapping[str, int]
    items: tuple[Item, ...]

    def counts(self) -> dict[str, int]:
        """What the list itself holds: rows and numbers, by nature."""
        numbers = {i.item_no: i.nature for i in self.items}
        return {
            "rows": len(self.items),
            "numbers": len(numbers),
            "binding_rows": sum(i.nature == self.binding for i in self.items),
            "guiding_rows": sum(i.nature == self.guiding for i in self.items),
            "binding_numbers": sum(n == self.binding for n in numbers.values()),
            "guiding_numbers": sum(n == self.guiding for n in numbers.values()),
            "sections": len({i.section_no for i in self.items}),
            "indicators": len({i.indicator_no for i in self.items}),
        }


def known_editions(folder: Path | None = None) -> list[str]:
    """Ids of the editions in ``folder`` (the package's own by default), sorted."""
    return sorted(p.stem for p in (folder or HERE).glob("*.toml"))


@lru_cache(maxsize=8)
def load_edition(id: str = DEFAULT_EDITION, folder: Path | None = None) -> Edition:
    """The edition called ``id``.

    Raises:
        UnknownEditionError: no such edition.
        EditionDataError: its files contradict themselves.
    """
    known = known_editions(folder)
    if id not in known:
        names = "、".join(known)
        raise UnknownEditionError(
            f"没有名为 {id} 的版本；现有版本：{names}。请用 --edition 指定其中之一。",
            f"There is no edition {id}; known: {', '.join(known)}. Name one of these with --edition.",
        )
    return _parse((folder or HERE) / f"{id}.toml")


def _parse(path: Path) -> Edition:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        with open(path.parent / data["rows"], encoding="utf-8-sig", newline="") as f:
            items = tuple(_item(row) for row in csv.DictReader(f))
        footer = data["footer"]
        edition = Edition(
            id=data["id"],
            name=data["name"],
            title=data["title"],
            title_aliases=tuple(data.get("title_aliases", ())),
            binding=data["natures"]["binding"],
            guiding=data["natures"]["guiding"],
            columns=tuple(
                Column(c["id"], c["heading"], tuple(tuple(m) for m in c["match"]))
                for c in data["columns"]
            ),
            header=MappingProxyType(dict(data["header"])),
            footer_heading=footer["heading"],
            footer_labels=MappingProxyType(dict(footer["labels"])),
            denominators=MappingProxyType(dict(footer["denominators"])),
            items=items,
        )
    except (KeyError, ValueError, OSError) as e:
        raise _broken(path, str(e)) from e
    _check(path, edition)
    return edition


def _item(row: Mapping[str, str]) -> Item:
    return Item(
        row["item_id"],
        int(row["item_no"]),
        int(row["section_no"]),
        row["section"],
        int(row["indicator_no"]),
        row["indicator"],
        row["nature"],
        row["content"],
    )


def _check(path: Path, edition: Edition) -> None:
    ids = [i.item_id for i in edition.items]
    if len(set(ids)) != len(ids):
        raise _broken(path, "an item_id stands twice")
    odd = {i.nature for i in edition.items} - {edition.binding, edition.guiding}
    if odd:
        raise _broken(path, f"unknown nature {sorted(odd)}")
    if not edition.items:
        raise _broken(path, "it has no rows")


def _broken(path: Path, why: str) -> EditionDataError:
    return EditionDataError(
        f"版本文件 {path.name} 自相矛盾或不完整（{why}），无法作为清单使用。请对照 zj-2019 的两个文件修正。",
        f"The edition file {path.name} is incomplete or contradicts itself ({why}), so it cannot "
        "serve as a list. Mend it after the model of zj-2019.",
    )
