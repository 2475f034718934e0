"""Results for people: tables and colours on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fcextract.cli.bilingual import say
from fcextract.records import AuditedSheet, Count, Declared, FailedFile, Finding

if TYPE_CHECKING:
    from fcextract.batches import BatchSummary, Progress
    from fcextract.ledger import Standing

#: Columns that plain output is laid out in; wide enough for a line of findings.
PLAIN_WIDTH = 160
#: Names listed before a list is only counted.
MANY = 20
#: Findings of one code that a summary prints before it only counts the rest.
FEW = 6

STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan"}
VERDICTS = {
    "consistent": ("一致 | consistent", "green"),
    "inconsistent": ("不一致 | inconsistent", "bold red"),
    "unverifiable": ("待核实 | unverifiable", "yellow"),
    "undeclared": ("未申报 | undeclared", "yellow"),
}
PARTS = (
    ("total", "总细项 | total"),
    ("binding", "约束性 | binding"),
    ("guiding", "引导性 | guiding"),
)


def console() -> Console:
    """Standard output, plain where it is no terminal."""
    live = sys.stdout.isatty()
    return Console(
        file=sys.stdout,
        width=None if live else PLAIN_WIDTH,
        highlight=False,
        emoji=False,
        soft_wrap=not live,
    )


def table(*headings: str) -> Table:
    """An empty table, without lines where output is no terminal."""
    lines = box.SIMPLE_HEAD if sys.stdout.isatty() else None
    grid = Table(box=lines, pad_edge=False, header_style="bold" if lines else "")
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    return grid


def lines(paths: Sequence[Path]) -> None:
    """One path a line."""
    for path in paths:
        click.echo(path.as_posix())


# --------------------------------------------------------------------- forms


def forms(sheets: Sequence[AuditedSheet], lang: str) -> None:
    """Each form: header, declared against counted, findings, and what may explain them."""
    out = console()
    for sheet in sheets:
        _heading(out, sheet, lang)
        out.print(_totals(sheet, lang))
        _findings(out, sheet.findings, lang)
        for hint in sheet.hints:
            text = f"  提示  {hint.message_zh} |   hint  {hint.message_en}"
            out.print(Text(say(text, lang), "cyan"))
        out.print()


def _heading(out: Console, audited: AuditedSheet, lang: str) -> None:
    header = audited.sheet.header
    verdict, style = VERDICTS.get(audited.verdict, (audited.verdict, ""))
    title = Text(audited.form_id, "bold")
    title.append(f"  {audited.county}".rstrip(), "bold")
    title.append("  ")
    title.append(say(verdict, lang), style)
    if audited.status == "review":
        title.append(say("，待复核 | , needs review", lang), "yellow")
    out.print(title)
    out.print(Text(audited.sheet.source, "dim"))
    people = [
        (say("回迁安置人数 | resettled population", lang), header.resettled_population),
        (say("人才引进数 | talents introduced", lang), header.talents_introduced),
    ]
    known = [f"{label} {value:,}" for label, value in people if value is not None]
    if known:
        out.print("  ".join(known))


def _totals(audited: AuditedSheet, lang: str) -> Table:
    grid = table("", *(say(label, lang) for _, label in PARTS))
    declared = audited.sheet.declared or Declared()
    grid.add_row(
        say("申报 | declared", lang),
        *(
            _figures(*(getattr(declared, part + end) for end in ("", "_of", "_rate")))
            for part, _ in PARTS
        ),
    )
    counts = audited.summary.counts
    for who, label in (("self", "自评 | ticked"), ("reviewer", "省发改委 | reviewer")):
        grid.add_row(say(label, lang), *(_span(counts.get((who, part))) for part, _ in PARTS))
    return grid


def _figures(count: int | None, of: int | None, rate: float | None) -> str:
    parts = ["–" if count is None else str(count)]
    if of is not None:
        parts.append(f"/ {of}")
    if rate is not None:
        parts.append(f"= {rate:.2f} %")
    return " ".join(parts)


def _span(count: Count | None) -> str:
    if count is None:
        return "–"
    if count.min == count.max:
        return _figures(count.total, count.of, count.rate)
    return f"{count.min}…{count.max} / {count.of}"


def _findings(out: Console, findings: Sequence[Finding], lang: str) -> None:
    if not findings:
        out.print(say("没有发现。 | No findings.", lang), style="green")
        return
    out.print(say(f"发现 {len(findings)} 项： | {len(findings)} findings:", lang))
    for code, found in groupby(findings, lambda f: f.code):
        same = list(found)
        shown = len(same) if len(same) <= FEW else FEW - 1
        for f in same[:shown]:
            line = Text("  ")
            line.append(code, STYLES.get(f.severity, ""))
            line.append(f"  {f.message_zh if lang == 'zh' else f.message_en}")
            out.print(line)
        if shown < len(same):
            rest = len(same) - shown
            more = say(f"……同类还有 {rest} 条 | … and {rest} more of these", lang)
            out.print(Text(f"  {code}  {more}", "dim"))


def failures(rows: Sequence[FailedFile], lang: str, most: int | None = None) -> None:
    """Why files gave no form, on standard error; at most ``most`` of them."""
    for row in rows[:most]:
        click.echo(f"{row.source}: {_error(row.code, row.error_zh, row.error_en, lang)}", err=True)
    if most is not None and len(rows) > most:
        rest = len(rows) - most
        click.echo(say(f"……另有 {rest} 份失败。 | … and {rest} more.", lang), err=True)


def _error(code: str, zh: str, en: str, lang: str) -> str:
    return f"[{code}] {zh if lang == 'zh' else en}"


# --------------------------------------------------------------------- batch


@contextmanager
def progress(quiet: bool, lang: str) -> Iterator[Callable[[Progress], None] | None]:
    """A progress bar on standard error; None where that is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    rate = say("{task.fields[rate]} 份/秒 | {task.fields[rate]} files/s", lang)

    text = say(
        "[green]{task.fields[ok]} 正常[/] [yellow]{task.fields[review]} 待复核[/]"
        " [red]{task.fields[failed]} 失败[/]"
        " | [green]{task.fields[ok]} ok[/] [yellow]{task.fields[review]} review[/]"
        " [red]{task.fields[failed]} failed[/]",
        lang,
    )
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(text),
        TextColumn(rate),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        job = bar.add_task("", total=None, ok=0, review=0, failed=0, rate="–")

        def advance(step: Progress) -> None:
            counts: dict[str, Any] = {k: getattr(step, k) for k in ("ok", "review", "failed")}
            speed = bar.tasks[job].speed
            counts["rate"] = "–" if speed is None else f"{speed:.1f}"
            bar.update(job, total=step.total, completed=step.done, **counts)

        yield advance


def batch(summary: BatchSummary, quiet: bool, lang: str) -> None:
    """The closing table of a batch; its failures, on standard error."""
    failures(summary.failures, lang, MANY)
    if summary.interrupted:
        text = "已中断；已完成的都已写入 {0}，再次运行同一命令即可继续。"
        text += " | Interrupted; what was finished is in {0}. Run the same command to go on."
        click.echo(say(text.format(summary.out), lang), err=True)
    if quiet:
        return
    grid = table("", "")
    grid.show_header = False
    for label, value in _facts(summary, lang):
        grid.add_row(label, value)
    console().print(grid)


def _facts(s: BatchSummary, lang: str) -> Iterator[tuple[str, str]]:
    sep = "，" if lang == "zh" else ", "
    yield (
        say("文件 | files", lang),
        say(
            f"{s.files} 份（新读 {s.read}，沿用 {s.kept}，内容重复 {len(s.copies)}）"
            f" | {s.files} ({s.read} read now, {s.kept} before, {len(s.copies)} copies)",
            lang,
        ),
    )
    yield (
        say("状态 | status", lang),
        sep.join(
            say(text, lang)
            for text in (
                f"正常 {s.ok} | ok {s.ok}",
                f"待复核 {s.review} | review {s.review}",
                f"失败 {s.failed} | failed {s.failed}",
            )
        ),
    )
    verdicts = sep.join(f"{say(VERDICTS[v][0], lang)} {n}" for v, n in s.verdicts if n)
    yield say("表 | forms", lang), f"{s.forms}" + (f"{sep}{verdicts}" if verdicts else "")
    yield say("发现 | findings", lang), str(s.findings)
    for copy, first in s.copies[:MANY]:
        yield say("内容重复 | same content", lang), f"{copy} = {first}"
    if s.ignored:
        kinds = Counter(Path(p).suffix or Path(p).name for p in s.ignored)
        shown = sep.join(f"{kind} {n}" for kind, n in kinds.most_common(3))
        more = "…" if len(kinds) > 3 else ""
        yield say("未读的其他文件 | other files", lang), f"{len(s.ignored)} ({shown}{more})"
    if s.retired:
        text = f"{s.retired} 份不在本次输入中，读数仍在台账里"
        text += f" | {s.retired} not among these inputs; their readings stay in the ledger"
        yield say("以往的文件 | earlier files", lang), say(text, lang)
    yield say("用时 | time", lang), f"{s.seconds:.1f} s"
    yield say("结果 | results", lang), s.out.as_posix()


# -------------------------------------------------------------------- status

STATES = {
    "done": "已完成 | finished",
    "interrupted": "中断 | interrupted",
    "running": "未结束（正在运行，或被强行终止） | not ended (running, or killed)",
}


def status(
    run: dict[str, Any], standings: Sequence[Standing], findings: dict[str, int], lang: str
) -> None:
    """What is in a results folder, what failed and why, what waits for review."""
    out = console()
    failed = [s for s in standings if s.code]
    waiting = [s for s in standings if s.reading is None]
    review = [s for s in standings if s.review and not s.code]
    ok = len(standings) - len(failed) - len(waiting) - len(review)
    state = say(STATES.get(run.get("state", ""), ""), lang)
    grid = table("", "")
    grid.show_header = False
    grid.add_row(say("最近一次运行 | latest run", lang), f"{run.get('started', '–')}  {state}")
    grid.add_row(say("文件 | files", lang), str(len(standings)))
    grid.add_row(say("表 | forms", lang), str(sum(s.forms for s in standings)))
    for label, count in (
        ("正常 | ok", ok),
        ("待复核 | needs review", len(review)),
        ("失败 | failed", len(failed)),
        ("尚未读 | not read yet", len(waiting)),
    ):
        grid.add_row(say(label, lang), str(count))
    if findings:
        counts = "  ".join(f"{code} {n}" for code, n in findings.items())
        grid.add_row(say("读出时的发现 | findings when read", lang), counts)
    out.print(grid)
    _list(out, say("失败： | Failed:", lang), failed, lang)
    _list(out, say("待复核： | Needs review:", lang), review, lang)
    _list(out, say("尚未读： | Not read yet:", lang), waiting, lang)


def _list(out: Console, heading: str, found: Sequence[Standing], lang: str) -> None:
    if not found:
        return
    out.print(Text(heading, "bold"))
    for s in found:
        why = f"  {_error(s.code, s.error_zh, s.error_en, lang)}" if s.code else ""
        out.print(Text(f"  {s.source}{why}"))
