"""The command line. Thin: every command calls one function of the package.

- :mod:`~fcextract.cli.bilingual` picks the language of help texts,
- :mod:`~fcextract.cli.commands` has one function per command,
- :mod:`~fcextract.cli.show` prints results for people.

Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

import click

from fcextract.cli.bilingual import chosen_language, say
from fcextract.errors import (
    ExitStatus,
    ExportError,
    FcextractError,
    InternalError,
    UnknownEditionError,
    UsageError,
)

#: The file descriptor of standard output.
STDOUT = 1


def run() -> None:
    """The ``fcextract`` program."""
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run one command line. Gives the exit status; raises nothing unless FCEXTRACT_DEBUG
    is set."""
    from fcextract.cli.commands import cli

    _make_safe(sys.stdout)
    _make_safe(sys.stderr)
    lang = chosen_language(argv)
    try:
        status = cli.main(list(argv), prog_name="fcextract", standalone_mode=False)
        sys.stdout.flush()
        return int(status or ExitStatus.DONE)
    except click.UsageError as e:
        return _wrong_use(e, lang)
    except FcextractError as e:
        click.echo(e.text(lang), err=True)
        wrong = isinstance(e, UsageError | UnknownEditionError | ExportError)
        return ExitStatus.USAGE if wrong else ExitStatus.ALL_FAILED
    except (click.Abort, KeyboardInterrupt):
        click.echo(
            say("已中断；已完成的结果都保留着。 | Interrupted; what was finished is kept.", lang),
            err=True,
        )
        return ExitStatus.INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # Whoever read our output has seen enough (click ends the program by itself then).
        # Keep the closing flush from failing too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)
        return ExitStatus.DONE
    except Exception as e:
        if os.environ.get("FCEXTRACT_DEBUG"):
            raise
        click.echo(_fault(e).text(lang), err=True)
        return ExitStatus.ALL_FAILED


def _fault(e: Exception) -> InternalError:
    what = f"{type(e).__name__}: {e}" if str(e) else type(e).__name__
    return InternalError(
        f"程序自身出错（{what}），命令因此没有完成；已写入台账的都还在。"
        "请设环境变量 FCEXTRACT_DEBUG=1 再运行一次，把输出发给维护者。",
        f"This program failed ({what}), so the command did not finish; what is in the ledger is "
        "safe. Run it again with the environment variable FCEXTRACT_DEBUG=1 and send the output "
        "to the maintainers.",
    )


def _wrong_use(e: click.UsageError, lang: str) -> int:
    command = e.ctx.command_path if e.ctx else "fcextract"
    text = say(
        f"[usage] 命令行写法不对（{e.format_message()}），因此什么也没有做。"
        f"用法见 {command} --help。"
        f" | [usage] Wrong use of the command line ({e.format_message()}), so nothing was done. "
        f"See {command} --help.",
        lang,
    )
    click.echo(text, err=True)
    return ExitStatus.USAGE


def _make_safe(stream: object) -> None:
    """UTF-8 into files and pipes; on a terminal, what it cannot show becomes ``?``."""
    if isinstance(stream, io.TextIOWrapper):
        encoding = stream.encoding if stream.isatty() else "utf-8"
        stream.reconfigure(encoding=encoding, errors="replace")
