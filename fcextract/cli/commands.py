"""One function per command; the words of the contract."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fcextract import __version__
from fcextract.cli.bilingual import Group, Option, asked_language, lang_option, option
from fcextract.cli.options import PATH, count_option, form_options, judging_options, quiet_option
from fcextract.errors import ExitStatus, ExportError, UsageError
from fcextract.settings import BOUNDS

if TYPE_CHECKING:
    from fcextract.audit import CountBy
    from fcextract.batches import BatchSummary
    from fcextract.results import Results
    from fcextract.settings import ReadOptions


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="""读取填好的《未来社区分项指标评项》，逐框判读，重新计数，与申报数核对。

\b
例：fcextract read 表.pdf
    fcextract batch 收件夹 -o 结果
 | Reads filled scoresheets of Zhejiang's Future Community programme, box by box,
counts again and checks what was declared.

\b
For example: fcextract read form.pdf
             fcextract batch inbox -o results
""",
)
@click.version_option(
    __version__,
    message="%(prog)s %(version)s",
    cls=Option,
    help="显示版本号。 | Show the version.",
)
@lang_option
def cli(lang: str) -> None:
    """The group; ``--lang`` is dealt with by its callback."""


@cli.command(
    short_help="读取文件，打印摘要与发现。 | Read files; print a summary and the findings.",
    help="""读取文件，打印摘要与发现；也可输出 JSON，或把逐项结果写成一个文件。

\b
例：fcextract read 表.pdf
    fcextract read 表.pdf --json > 表.json
    fcextract read *.pdf -o 逐项.xlsx
 | Reads files; prints a readable summary and the findings, or JSON, or writes the items
to one file.

\b
For example: fcextract read form.pdf
             fcextract read form.pdf --json > form.json
             fcextract read *.pdf -o items.xlsx
""",
)
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@option("--json", "as_json", is_flag=True, help="输出一个 JSON 数组。 | Print one JSON array.")
@option(
    "-o",
    "out",
    type=PATH,
    metavar="FILE",
    help="写逐项结果：.xlsx .csv .json .parquet。 | Write the items: .xlsx .csv .json .parquet.",
)
@form_options
@judging_options
@quiet_option
@lang_option
def read(
    files: tuple[Path, ...],
    as_json: bool,
    out: Path | None,
    fail_on: str | None,
    quiet: bool,
    lang: str,
    **options: Any,
) -> int:
    """``fcextract read FILE...``."""
    from fcextract.cli import show
    from fcextract.results import read_files

    _check_ending(out)
    _check_files(files, options)
    results = read_files(files, _read_options(lang, options))
    if out is not None:
        from fcextract.export import write_items
        from fcextract.export.evidence import Evidence

        known = {path.as_posix(): path for path in files}
        with Evidence(known, out.parent, password=options["password"]) as evidence:
            write_items(out, results.sheets, results.failures, lang, evidence)
    if as_json:
        from fcextract.export.json import dicts, dumps

        click.echo(dumps(dicts(results.sheets, results.failures, lang)), nl=False)
    elif not quiet and out is None:
        show.forms(results.sheets, lang)
    show.failures(results.failures, lang)
    return _status(results, fail_on)


@cli.command(
    short_help="读取整个文件夹到结果文件夹。 | Read files and folders to a results folder.",
    help="""读取文件与文件夹（含子文件夹），写成结果文件夹。

随时可以中断、重跑；读过且未变的文件不会再读。

\b
例：fcextract batch 收件夹 -o 结果
 | Reads files and folders (searched through) to a results folder. Interrupt it and run it
again at will: files that were read and have not changed are not read again.

\b
For example: fcextract batch inbox -o results
""",
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@option("-o", "out", required=True, type=PATH, metavar="OUT", help="结果文件夹。 | Results folder.")
@option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="同时读取的进程数；默认为核数。 | Reading processes; the number of cores by default.",
)
@option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=BOUNDS.seconds,
    metavar="SECONDS",
    help="每份文件的时限（秒，默认 300）。 | Time limit for one file (300 by default).",
)
@option(
    "--max-memory",
    type=click.IntRange(min=100),
    default=BOUNDS.memory_mb,
    metavar="MB",
    help="每个读取进程的内存上限（MB，默认 2000）。"
    " | Memory limit of one reading process (2000 by default).",
)
@option(
    "--scheduler",
    metavar="ADDRESS",
    help="交给这个 Dask 集群读取，如 tcp://主机:8786（需 fcextract[dask]）。"
    " | Have a Dask cluster read, for example tcp://host:8786 (needs fcextract[dask]).",
)
@option(
    "--log-json",
    type=PATH,
    metavar="FILE",
    help="逐件事追加到这个文件，一行一个 JSON。 | Add every event to this file, one JSON a line.",
)
@option(
    "--again",
    is_flag=True,
    help="全部重读，不用以前的读数。 | Read everything again, whatever was read before.",
)
@form_options
@judging_options
@quiet_option
@lang_option
def batch(
    inputs: tuple[str, ...],
    out: Path,
    workers: int | None,
    timeout: float,
    max_memory: int,
    scheduler: str | None,
    log_json: Path | None,
    again: bool,
    fail_on: str | None,
    quiet: bool,
    lang: str,
    **options: Any,
) -> int:
    """``fcextract batch INPUT... -o OUT``."""
    from fcextract.batches import batch as run_batch
    from fcextract.cli import show

    opts = _read_options(lang, options)
    with show.progress(quiet, lang) as advance:
        summary = run_batch(
            inputs,
            out,
            workers=workers,
            timeout=timeout,
            max_memory=max_memory,
            scheduler=scheduler,
            log_json=log_json,
            again=again,
            progress=advance,
            **_fields(opts),
        )
    show.batch(summary, quiet, lang)
    return _batch_status(summary, fail_on)


@cli.command(
    short_help="给每个框按状态描边。 | Outline every box in its state's colour.",
    help="""在提交的页面上给每个框描边：绿色已勾，灰色未勾，橙色打叉为看不准，虚线为人工更正过。
给结果文件夹，则其中每份文件各写一份。

\b
例：fcextract overlay 表.pdf -o 描框.pdf
    fcextract overlay 结果 -o 描框
 | The submitted pages with every box outlined: green is checked, grey is empty, orange with a
cross is uncertain, dashed was corrected by a person. Given a results folder, all of its files.

\b
For example: fcextract overlay form.pdf -o outlined.pdf
             fcextract overlay results -o outlined
""",
)
@click.argument("file", type=PATH, metavar="FILE|RESULTS")
@option(
    "-o",
    "out",
    required=True,
    type=PATH,
    metavar="OUT.pdf|FOLDER",
    help="写到哪里：一个 PDF，或一个文件夹。 | Where to: a PDF, or a folder.",
)
@form_options
@quiet_option
@lang_option
def overlay(file: Path, out: Path, quiet: bool, lang: str, **options: Any) -> int:
    """``fcextract overlay FILE -o OUT.pdf``, ``fcextract overlay RESULTS -o FOLDER``."""
    from fcextract.cli import show
    from fcextract.ledger_file import FILE
    from fcextract.overlay import write_overlay
    from fcextract.results import read_files

    if (file / FILE).is_file():
        return _overlay_results(file, out, options["password"], quiet, lang)
    _check_files([file], options)
    opts = _read_options(lang, {**options, "count": None})
    results = read_files([file], opts)
    show.failures(results.failures, lang)
    if results.failures:
        return ExitStatus.ALL_FAILED
    write_overlay(file, out, results.sheets, opts.password)
    if not quiet:
        show.lines([out])
    return ExitStatus.DONE


def _overlay_results(
    results: Path, folder: Path, password: str | None, quiet: bool, lang: str
) -> int:
    from fcextract.cli import show
    from fcextract.overlay import overlay_results

    done = overlay_results(results, folder, password)
    for source, error in done.skipped:
        click.echo(f"{source}: {error.text(lang)}", err=True)
    if not quiet:
        show.lines(done.written)
    if not done.skipped:
        return ExitStatus.DONE
    return ExitStatus.SOME_FAILED if done.written else ExitStatus.ALL_FAILED


@cli.command(
    short_help="按台账重写全部结果。 | Write the results again from the ledger.",
    help="""按台账重写结果文件夹里的全部文件；用 -o 则只写一个文件到别处。

\b
例：fcextract export 结果
    fcextract export 结果 -o 逐项.xlsx
 | Writes every file of a results folder again from its ledger; with -o, one file elsewhere.

\b
For example: fcextract export results
             fcextract export results -o items.xlsx
""",
)
@click.argument("out", type=PATH, metavar="OUT")
@option(
    "-o",
    "target",
    type=PATH,
    metavar="FILE",
    help="只写逐项结果到这个文件。 | Write the items to this file only.",
)
@count_option
@quiet_option
@lang_option
def export(out: Path, target: Path | None, count: CountBy | None, quiet: bool, lang: str) -> int:
    """``fcextract export OUT``."""
    from fcextract.cli import show
    from fcextract.results import export_results

    _check_ending(target)
    written = export_results(out, target, count, asked_language())
    if not quiet:
        show.lines(written)
    return ExitStatus.DONE


@cli.command(
    short_help="把填好的复核表收回为更正。 | Take a filled-in review sheet back as corrections.",
    help="""把填好的复核表（results.xlsx 的“复核”）收回为更正，并重写结果。

同一张表可以交回多次；别人先改过的框不会被覆盖，会逐行指出。

\b
例：fcextract apply 结果 结果/results.xlsx --who 张三
 | Takes a filled-in review sheet (in results.xlsx) back as corrections, and writes the results
again. The same sheet may be handed back more than once; what someone else corrected first is
not overwritten but named, row by row.

\b
For example: fcextract apply results results/results.xlsx --who Zhang
""",
)
@click.argument("out", type=PATH, metavar="OUT")
@click.argument("sheet", type=PATH, metavar="SHEET.xlsx")
@option(
    "--who",
    metavar="NAME",
    help="复核人，用于没有写明的行；默认为本机用户名。"
    " | Who signs rows that name nobody; this machine's user by default.",
)
@quiet_option
@lang_option
def apply(out: Path, sheet: Path, who: str | None, quiet: bool, lang: str) -> int:
    """``fcextract apply OUT SHEET.xlsx``."""
    from fcextract.apply import apply_sheet
    from fcextract.cli import answers

    found = apply_sheet(out, sheet, who)
    answers.applied(found, quiet, lang)
    return ExitStatus.SOME_FAILED if found.refused else ExitStatus.DONE


@cli.command(
    short_help="结果文件夹的现状。 | What is in a results folder.",
    help="""结果文件夹里有什么、哪些失败及原因、哪些待复核。

\b
例：fcextract status 结果
 | What is there, what failed and why, what waits for review.

\b
For example: fcextract status results
""",
)
@click.argument("out", type=PATH, metavar="OUT")
@lang_option
def status(out: Path, lang: str) -> int:
    """``fcextract status OUT``."""
    from fcextract.cli import show
    from fcextract.ledger import Ledger
    from fcextract.results import standings

    with Ledger.open(out) as ledger:
        show.status(ledger.last_run(), standings(ledger), ledger.findings(), lang)
    return ExitStatus.DONE


@cli.command(
    short_help="某一版表式的指标清单。 | The canonical list of an edition.",
    help="""某一版表式的指标清单：142 行、编号、性质，以及表尾所印项数与清单实有项数。

\b
例：fcextract edition
    fcextract edition zj-2019 --csv > 清单.csv
 | The canonical list of an edition: 142 rows with number and nature, the denominators its
footer prints and what the list itself holds.

\b
For example: fcextract edition
             fcextract edition zj-2019 --csv > list.csv
""",
)
@click.argument("edition_id", default="zj-2019", metavar="[ID]")
@option("--json", "as_json", is_flag=True, help="输出 JSON。 | Print JSON.")
@option("--csv", "as_csv", is_flag=True, help="输出 CSV。 | Print CSV.")
@lang_option
def edition(edition_id: str, as_json: bool, as_csv: bool, lang: str) -> int:
    """``fcextract edition [ID]``."""
    from fcextract.cli import listing
    from fcextract.editions import load_edition

    listing.edition(load_edition(edition_id), "json" if as_json else "csv" if as_csv else "", lang)
    return ExitStatus.DONE


@cli.command(
    short_help="解释一个代码，并说明怎么办。 | What a code means, and what to do.",
    help="""解释一个发现代码或错误代码，并说明怎么办；不给代码则列出全部。

\b
例：fcextract explain declared-total-mismatch
 | What a finding code or an error means and what to do; without a code, lists them all.

\b
For example: fcextract explain declared-total-mismatch
""",
)
@click.argument("code", required=False, metavar="[CODE]")
@lang_option
def explain(code: str | None, lang: str) -> int:
    """``fcextract explain CODE``."""
    from fcextract.catalogue import catalogue
    from fcextract.catalogue import explain as look_up
    from fcextract.cli import listing

    if code:
        click.echo(look_up(code).text(lang))
    else:
        listing.codes(catalogue().values(), lang)
    return ExitStatus.DONE


def _read_options(lang: str, options: dict[str, Any]) -> ReadOptions:
    """The options as one record; an unknown edition is said before anything is read."""
    from fcextract.editions import load_edition
    from fcextract.settings import ReadOptions

    load_edition(options["edition"])
    return ReadOptions(**{**options, "count": options["count"] or "numbers", "lang": lang})


def _check_ending(target: Path | None) -> None:
    """Refuse an ending no exporter writes before anything is read."""
    from fcextract.export import exporter_for

    if target is not None:
        try:
            exporter_for(target)
        except ExportError as e:
            raise UsageError(e.zh, e.en) from e


def _check_files(files: Iterable[Path], options: dict[str, Any]) -> None:
    """A folder is for ``batch``, unless its pages are one form."""
    for path in files:
        if path.is_dir() and not options["pages_as_form"]:
            raise UsageError(
                f"{path} 是文件夹，这条命令只读文件，因此什么也没有读。"
                f"请用 fcextract batch {path} -o 结果；若里面是一份表的各页图片，加 --pages-as-form。",
                f"{path} is a folder and this command reads files, so nothing was read. "
                f"Use fcextract batch {path} -o results, or add --pages-as-form where its "
                "pictures are the pages of one form.",
            )


def _fields(options: ReadOptions) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(options)


def _status(results: Results, fail_on: str | None) -> ExitStatus:
    totals = results.totals()
    return _exit(totals.forms, totals.failed, totals.review, totals.findings, fail_on)


def _batch_status(summary: BatchSummary, fail_on: str | None) -> ExitStatus:
    if summary.interrupted:
        return ExitStatus.INTERRUPTED
    return _exit(summary.forms, summary.failed, summary.review, summary.findings, fail_on)


def _exit(forms: int, failed: int, review: int, findings: int, fail_on: str | None) -> ExitStatus:
    """Unread files outweigh ``--fail-on``: what was not read was not judged either."""
    if not forms:
        return ExitStatus.ALL_FAILED
    if failed:
        return ExitStatus.SOME_FAILED
    if (fail_on == "review" and review) or (fail_on == "finding" and findings):
        return ExitStatus.FLAGGED
    return ExitStatus.DONE
