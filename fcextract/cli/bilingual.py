"""Help texts in two languages.

A text is written ``中文 | English``; the language is that of ``--lang``, else of
the environment variable FCEXTRACT_LANG, else Chinese.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import click

LANGUAGES = ("zh", "en")
_KEY = "fcextract.lang"
_BETWEEN = " | "


def say(text: str, lang: str) -> str:
    """The half of ``text`` in ``lang``; all of it where it has no halves."""
    zh, between, en = text.partition(_BETWEEN)
    return en if between and lang == "en" else zh


def chosen_language(argv: Sequence[str] = ()) -> str:
    """The language asked for: in ``argv``, in the running command, or in the environment."""
    for i, arg in enumerate(argv):
        value = arg[7:] if arg.startswith("--lang=") else None
        if arg == "--lang":
            value = argv[i + 1] if i + 1 < len(argv) else None
        if value in LANGUAGES:
            return str(value)
    lang = asked_language() or os.environ.get("FCEXTRACT_LANG", "")
    return lang if lang in LANGUAGES else "zh"


def asked_language() -> str | None:
    """The language that the running command's ``--lang`` names, if it was given."""
    ctx = click.get_current_context(silent=True)
    return ctx.meta.get(_KEY) if ctx else None


class Option(click.Option):
    """An option whose help has two halves."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return (record[0], say(record[1], chosen_language())) if record else None


class _Texts(click.Command):
    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        whole, self.help = self.help, say(self.help or "", chosen_language())
        super().format_help_text(ctx, formatter)
        self.help = whole

    def get_short_help_str(self, limit: int = 45) -> str:
        return say(self.short_help or "", chosen_language())

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("显示这段说明。 | Show this text.", chosen_language())
        return option


class Command(_Texts):
    """A command whose help has two halves."""


class Group(_Texts, click.Group):
    """A group whose help has two halves."""

    command_class = Command


def option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    """``click.option`` with a two-halved help."""
    return click.option(*names, cls=Option, **settings)


def _set_language(ctx: click.Context, _: click.Parameter, value: str | None) -> str:
    if value:
        ctx.meta[_KEY] = value
    return chosen_language()


lang_option = option(
    "--lang",
    type=click.Choice(LANGUAGES),
    is_eager=True,
    callback=_set_language,
    help="语言；环境变量 FCEXTRACT_LANG 亦可。 | Language; or set FCEXTRACT_LANG.",
)
