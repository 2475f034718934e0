"""Lists for people and for programs: an edition's items, the catalogue of codes."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict

import click

from fcextract.catalogue import Explanation
from fcextract.cli.bilingual import say
from fcextract.cli.show import console, table
from fcextract.editions import Edition, Item, known_editions

_COLUMNS = ("item_id", "item_no", "section_no", "section", "indicator_no", "indicator", "nature")


def edition(found: Edition, form: str, lang: str) -> None:
    """One edition: ``form`` is ``json``, ``csv`` or empty for a table."""
    rows = [asdict(item) for item in found.items]
    if form == "json":
        head = {"id": found.id, "name": found.name, "title": found.title}
        counts = {"denominators": dict(found.denominators), "counts": found.counts()}
        click.echo(json.dumps({**head, **counts, "items": rows}, ensure_ascii=False, indent=1))
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        _table(found, lang)


def codes(found: Iterable[Explanation], lang: str) -> None:
    """Every code with its title."""
    grid = table(say("代码 | code", lang), say("类别 | kind", lang), say("含义 | meaning", lang))
    for e in found:
        grid.add_row(e.code, e.severity or say("错误 | failure", lang), e.title(lang))
    console().print(grid)


def _table(found: Edition, lang: str) -> None:
    grid = table(*(say(t, lang) for t in ("编号 | item", "二级标题 | indicator")))
    grid.add_column(say("性质 | nature", lang), no_wrap=True)
    grid.add_column(say("指标内容 | content", lang), overflow="fold")
    last: Item | None = None
    for item in found.items:
        if last is None or item.section_no != last.section_no:
            grid.add_section()
            grid.add_row("", f"[bold]{item.section}[/]", "", "")
        new = last is None or item.indicator_no != last.indicator_no
        label = f"{item.indicator_no:02d} {item.indicator}" if new else ""
        grid.add_row(item.item_id, label, item.nature, item.content)
        last = item
    out = console()
    out.print(f"[bold]{found.name}[/] ({found.id})")
    out.print(grid)
    for line in _facts(found, lang):
        out.print(line)


def _facts(found: Edition, lang: str) -> list[str]:
    n, printed = found.counts(), found.denominators
    return [
        say(
            f"表尾所印项数：{printed['total']} / 约束性 {printed['binding']}"
            f" / 引导性 {printed['guiding']}"
            f" | Printed in the footer: {printed['total']}, binding {printed['binding']},"
            f" guiding {printed['guiding']}",
            lang,
        ),
        say(
            f"清单实有：{n['rows']} 行（约束性 {n['binding_rows']}，引导性 {n['guiding_rows']}），"
            f"{n['numbers']} 个编号（约束性 {n['binding_numbers']}，引导性 {n['guiding_numbers']}）"
            f" | In the list: {n['rows']} rows (binding {n['binding_rows']}, guiding"
            f" {n['guiding_rows']}), {n['numbers']} numbers (binding {n['binding_numbers']},"
            f" guiding {n['guiding_numbers']})",
            lang,
        ),
        say("现有版本： | Known editions: ", lang) + ", ".join(known_editions()),
    ]
