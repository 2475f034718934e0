"""What came of a filled-in review sheet, for people."""

from __future__ import annotations

import click

from fcextract.apply import Applied
from fcextract.cli.bilingual import say
from fcextract.cli.show import MANY, lines


def applied(found: Applied, quiet: bool, lang: str) -> None:
    """Rows that were refused, on standard error; how many were taken; the files written."""
    for row, error in found.refused[:MANY]:
        where = say(f"第 {row} 行： | Row {row}: ", lang)
        click.echo(f"{where}{error.text(lang)}", err=True)
    if len(found.refused) > MANY:
        rest = len(found.refused) - MANY
        click.echo(say(f"……另有 {rest} 行未采纳。 | … and {rest} more rows.", lang), err=True)
    if quiet:
        return
    if not (found.taken or found.already or found.refused):
        click.echo(say("复核表里没有填写改判。 | Nothing is filled in on the review sheet.", lang))
        return
    click.echo(
        say(
            f"采纳 {found.taken} 处更正，已有 {found.already} 处，未采纳 {len(found.refused)} 处。"
            f" | {found.taken} corrections taken, {found.already} stood already, "
            f"{len(found.refused)} refused.",
            lang,
        )
    )
    lines(found.written)
