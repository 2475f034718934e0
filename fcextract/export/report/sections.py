"""The sections of the report, one function each: facts to markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from fcextract.audit.case import COLUMN_EN, COLUMN_ZH, WHO
from fcextract.export.report.facts import Facts
from fcextract.export.report.svg import Bar, Point, bars, link, scatter
from fcextract.export.rows import error_text
from fcextract.export.sheets import words
from fcextract.export.styles import VERDICT_STYLE
from fcextract.records import AuditedSheet

Section = Callable[[Facts], Iterator[str]]

#: Items shown at either end, and links of one group before the rest is only counted.
ENDS, LINKS = 15, 12


def cards(f: Facts) -> Iterator[str]:
    """The batch in numbers."""
    verdicts = [(v, sum(s.verdict == v for s in f.forms)) for v in VERDICT_STYLE]
    review = sum(s.status == "review" for s in f.forms)
    shown = [
        (f.say("份表", "forms"), str(len(f.forms)), "all"),
        *((words.verdict(v, f.lang), str(n), f"verdict {v}") for v, n in verdicts),
        (f.say("待复核", "to review"), str(review), "status review"),
    ]
    yield '<div class="cards">'
    for name, number, query in shown:
        yield f'<div class="card"><b>{link(number, query)}</b>{escape(name)}</div>'
    failed = len(f.batch.failures)
    name = f.say("份读取失败", "files not read")
    yield f'<div class="card"><b><a href="#failed">{failed}</a></b>{escape(name)}</div></div>\n'


def by_section(f: Facts) -> Iterator[str]:
    """Met by section."""
    if not f.items:
        return
    yield _head(f.say("各部分符合情况", "Met, by section"))
    yield _key(f)
    rows = []
    for n, (name, places) in enumerate(f.sections):
        whole = {who: len(places) * len(f.filled(f.main, who)) or 1 for who in WHO}
        shares = [(who, sum(f.ticked[who][i] for i in places) / whole[who]) for who in WHO]
        rows.append((name, [Bar(s, f"{s:.1%}", who, f"section {n} {who}") for who, s in shares]))
    yield bars(f.say("各部分符合比例", "Share met, by section"), rows)


def by_county(f: Facts) -> Iterator[str]:
    """Met by county: the mean of its forms."""
    if not f.forms:
        return
    yield _head(f.say("各县（市、区）符合情况", "Met, by county"))
    yield _key(f)
    rows = []
    for code, name, forms in f.counties:
        label = f"{name or words.unknown(f.lang)} ({len(forms)})"
        query = f"county {code}" if name else f.set_of(forms)
        group = []
        for who in WHO:
            counts = [s.summary.counts[who, "total"] for s in f.filled(forms, who)]
            mean = sum(c.total for c in counts) / (len(counts) or 1)
            share = sum(c.total / c.of for c in counts if c.of) / (len(counts) or 1)
            group.append(Bar(share, f"{mean:.1f}" if counts else "–", who, query))
        rows.append((label, group))
    rows.sort(key=lambda row: -row[1][0].share)
    yield bars(f.say("各县平均符合项数", "Mean items met, by county"), rows)


def against(f: Facts) -> Iterator[str]:
    """Declared against counted, and the reviewer against the county."""
    if not f.forms:
        return
    most = max(s.summary.counts["self", "total"].of for s in f.forms)
    declared, reviewed = [], []
    for s in f.forms:
        own = s.summary.counts["self", "total"].total
        query = f"form {f.number[id(s)]}"
        if s.sheet.declared and s.sheet.declared.total is not None:
            title = f"{s.county} {s.form_id}: {own} / {s.sheet.declared.total}"
            shown = min(s.sheet.declared.total, most)
            declared.append(Point(own, shown, title, VERDICT_STYLE[s.verdict], query))
        other = s.summary.counts["reviewer", "total"].total
        if other:
            title = f"{s.county} {s.form_id}: {own} / {other}"
            reviewed.append(Point(own, other, title, "reviewer", query))
    counted = f.say("自评勾选（重新计数）", "ticked in the self-assessment")
    yield '<div class="pair"><div>' + _head(f.say("申报与勾选", "Declared against counted"))
    yield f"<p>{_gaps(f)}</p>"
    name = f.say("申报数", "declared")
    yield scatter(f.say("申报与勾选", "Declared against counted"), declared, most, counted, name)
    yield "</div><div>" + _head(f.say("省发改委与县", "Reviewer against county"))
    yield f"<p>{_verdict_of_reviewers(f)}</p>"
    name = f.say("省发改委勾选", "ticked by the reviewer")
    yield scatter(f.say("省发改委与县", "Reviewer and county"), reviewed, most, counted, name)
    yield "</div></div>"


def _gaps(f: Facts) -> str:
    gaps = [(s, g) for s in f.forms if (g := f.gap(s)) is not None]
    more, less = [s for s, g in gaps if g > 0], [s for s, g in gaps if g < 0]
    same = [s for s, g in gaps if g == 0]
    numbers = [link(str(len(x)), f.set_of(x)) for x in (same, more, less)]
    return f.say(
        "总数相符 {} 份，多报 {} 份，少报 {} 份。",
        "The total agrees in {} forms, is too high in {}, too low in {}.",
    ).format(*numbers)


def _verdict_of_reviewers(f: Facts) -> str:
    codes = [x.code for s in f.reviewed for x in s.findings]
    number = link(str(len(f.reviewed)), f.set_of(f.reviewed))
    return f.say(
        "已审核 {} 份：自评勾选而审核未勾 {} 处，审核勾选而自评未勾 {} 处。",
        "{} forms reviewed: {} ticks of the county rejected, {} added.",
    ).format(number, codes.count("reviewer-rejects"), codes.count("reviewer-adds"))


def most_and_least(f: Facts) -> Iterator[str]:
    """The items met most and least often."""
    if not f.items:
        return
    order = sorted(range(len(f.items)), key=lambda n: (-f.ticked["self"][n], n))
    ends = (
        (f.say("最多符合的指标", "Items met most"), order[:ENDS]),
        (f.say("最少符合的指标", "Items met least"), order[::-1][:ENDS]),
    )
    for title, places in ends:
        yield _head(title) + _key(f)
        yield bars(title, [_item(f, n) for n in places])


def _item(f: Facts, n: int) -> tuple[str, list[Bar]]:
    item, forms = f.items[n], len(f.main)
    group = [
        Bar(f.ticked[who][n] / forms, str(f.ticked[who][n]), who, f"item {n} {who}") for who in WHO
    ]
    return f"{item.item_id} {item.content}", group


def anomalies(f: Facts) -> Iterator[str]:
    """What is odd about the batch."""
    yield _head(f.say("批次异常", "Odd in this batch"))
    if not (f.alike or f.copied):
        said = f.say("没有勾选完全相同的表。", "No two forms are ticked alike.")
        yield f"<p>{escape(said)}</p>"
        return
    if f.alike:
        yield "<h3>" + escape(f.say("自评勾选完全相同的表", "Forms ticked alike in every item"))
        yield "</h3><ul>"
        for group in f.alike:
            number = link(f.say(f"{len(group)} 份", f"{len(group)} forms"), f.set_of(group))
            same = len({s.sheet.sha256 for s in group}) == 1
            file = f.say("（同一文件）", " (one file)") if same else ""
            yield f"<li>{number}{escape(file)}：{_names(f, group)}</li>"
        yield "</ul>"
    if f.copied:
        said = f.say(
            "省发改委一列与自评逐框相同（未作任何改动，或照抄）",
            "The reviewer's column is the county's, box by box: agreed in full, or copied",
        )
        number = link(str(len(f.copied)), f.set_of(f.copied))
        yield f"<h3>{escape(said)}</h3><p>{number}：{_names(f, f.copied)}</p>"


def _names(f: Facts, forms: Sequence[AuditedSheet]) -> str:
    shown = [link(_name(s), f"form {f.number[id(s)]}") for s in forms[:LINKS]]
    return "，".join(shown) + ("…" if len(forms) > LINKS else "")


def _name(s: AuditedSheet) -> str:
    return f"{s.county} {s.form_id}".strip()


def explained(f: Facts) -> Iterator[str]:
    """What may explain the forms that do not agree."""
    forms = [s for s in f.forms if s.hints]
    if not forms:
        return
    yield _head(f.say("差额可能的原因", "What may explain the differences"))
    heads = (f.say("表", "Form"), f.say("差额", "Gap"), f.say("提示", "Hints"))
    yield '<div class="scroll">' + _table(heads)
    for s in forms:
        said = [h.message_zh if f.lang == "zh" else h.message_en for h in s.hints]
        lines = "<br>".join(map(escape, said))
        name = link(_name(s), f"form {f.number[id(s)]}")
        yield f'<tr><td>{name}</td><td class="n">{_signed(f.gap(s))}</td><td>{lines}</td></tr>\n'
    yield "</tbody></table></div>"


def every_form(f: Facts) -> Iterator[str]:
    """All forms: what the numbers link to."""
    yield '<section id="forms">' + _head(f.say("全部表", "All forms"))
    yield (
        f'<p id="shown" hidden aria-live="polite">{escape(f.say("筛选出", "Shown:"))} <b></b> '
        f'{escape(f.say("份", ""))}<button type="button" data-q="all">'
        f"{escape(f.say('显示全部', 'Show all'))}</button></p>"
    )
    zh = ("表", "结论", "自评", "申报", "差额", "省发改委", "未读框", "发现", "文件", "本部分勾选")
    en = (
        "Form", "Verdict", "Self", "Declared", "Gap", "Reviewer", "Unread", "Findings", "File",
        "Ticked there",
    )  # fmt: skip
    yield '<div class="scroll">' + _table(zh if f.lang == "zh" else en)
    for n, s in enumerate(f.forms):
        yield _form(f, n, s)
    yield "</tbody></table></div></section>"


def _form(f: Facts, n: int, s: AuditedSheet) -> str:
    own = s.summary.counts["self", "total"]
    declared = s.sheet.declared.total if s.sheet.declared else None
    gap = f.gap(s)
    cells = [
        ("", _name(s)),
        (VERDICT_STYLE[s.verdict], words.verdict(s.verdict, f.lang)),
        ("n", str(own.total) if own.min == own.max else f"{own.min}–{own.max}"),
        ("n", "" if declared is None else str(declared)),
        ("n bad" if gap else "n", _signed(gap)),
        ("n", str(s.summary.counts["reviewer", "total"].total)),
        ("n", str(s.summary.unread_boxes)),
        ("n", str(len(s.findings))),
        ("", s.sheet.source),
        ("n", ""),
    ]
    row = "".join(f'<td class="{kind}">{escape(text)}</td>' for kind, text in cells)
    return (
        f'<tr data-n="{n}" data-verdict="{s.verdict}" data-status="{s.status}" '
        f'data-county="{escape(s.county_code)}">{row}</tr>\n'
    )


def _signed(gap: int | None) -> str:
    return "" if gap is None else f"{gap:+d}" if gap else "0"


def failed(f: Facts) -> Iterator[str]:
    """Files that gave no form."""
    yield '<section id="failed">'
    if f.batch.failures:
        yield _head(f.say("读取失败的文件", "Files that could not be read")) + "<ul>"
        for _, failure in f.batch.failures:
            yield f"<li>{escape(failure.source)}: {escape(error_text(failure, f.lang))}</li>\n"
        yield "</ul>"
    yield "</section>\n"


#: The sections in their order.
SECTIONS: tuple[Section, ...] = (
    cards,
    by_section,
    by_county,
    against,
    most_and_least,
    anomalies,
    explained,
    every_form,
    failed,
)


def _head(text: str) -> str:
    return f"<h2>{escape(text)}</h2>\n"


def _key(f: Facts) -> str:
    names = [(who, f.say(COLUMN_ZH[who], COLUMN_EN[who])) for who in WHO]
    marks = "".join(f'<span class="{who}"></span>{escape(name)}' for who, name in names)
    return f'<p class="key">{marks}</p>\n'


def _table(heads: Sequence[str]) -> str:
    cells = "".join(f"<th>{escape(h)}</th>" for h in heads)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>\n"
