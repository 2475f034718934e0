"""分区: by county, and by prefecture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from fcextract.audit.case import PARTS
from fcextract.counties import prefecture_of
from fcextract.export.columns import WORDS
from fcextract.export.rows import Batch
from fcextract.export.sheets import words
from fcextract.export.styles import Col, Formats
from fcextract.export.table import Table
from fcextract.records import AuditedSheet

_VERDICTS = ("结论（份数）", "Verdicts, forms")
_TICKED = ("自评平均勾选", "Self-assessment, mean ticked")
_DECLARED = ("平均申报", "Declared, mean")
COLUMNS = (
    Col("设区市", "Prefecture", 14, "wrap"),
    Col("县（市、区）", "County", 24, "wrap"),
    Col("份数", "Forms", 8, "int"),
    Col("一致", "Consistent", 9, "int", *_VERDICTS),
    Col("不一致", "Inconsistent", 9, "int", *_VERDICTS),
    Col("待核实", "Unverifiable", 9, "int", *_VERDICTS),
    Col("未申报", "Undeclared", 9, "int", *_VERDICTS),
    Col("总细项", "Total", 9, "mean", *_TICKED),
    Col("约束性", "Binding", 9, "mean", *_TICKED),
    Col("引导性", "Guiding", 9, "mean", *_TICKED),
    Col("总细项比例", "Rate of total", 10, "rate", *_TICKED),
    Col("总细项", "Total", 9, "mean", *_DECLARED),
    Col("省发改委平均勾选（已审核的）", "Reviewer, mean of reviewed", 14, "mean"),
    Col("未读出的框", "Unread boxes", 10, "int"),
)
_TOTAL = {"wrap": "total", "int": "total-int", "mean": "total-mean", "rate": "total-rate"}
_TOTAL_STYLES = {n: _TOTAL[c.style] for n, c in enumerate(COLUMNS)}


def write(book: Any, formats: Formats, name: str, batch: Batch, lang: str) -> None:
    """Write the sheet: each prefecture's counties, then its total; all of them last."""
    table = Table(book, formats, name, COLUMNS, lang, frozen=2)
    zh = lang == "zh"
    ordered = sorted(batch.brief, key=_code)
    for city, of_city in groupby(ordered, key=lambda s: prefecture_of(s.county_code)):
        forms = list(of_city)
        label = city or words.unknown(lang)
        for _, of_county in groupby(forms, key=_code):
            group = list(of_county)
            table.write([label, group[0].county or words.unknown(lang), *_figures(group)])
        subtotal = "小计" if zh else "together"
        table.write([label, subtotal, *_figures(forms)], _TOTAL_STYLES)
    table.write(["合计" if zh else "All", None, *_figures(ordered)], _TOTAL_STYLES)
    table.close()


def _code(s: AuditedSheet) -> tuple[bool, str, str]:
    """Unknown counties last."""
    return not s.county, s.county_code, s.county


def _figures(forms: Sequence[AuditedSheet]) -> list[Any]:
    counts = {p: [s.summary.counts["self", p] for s in forms] for p in PARTS}
    declared = [s.sheet.declared.total for s in forms if s.sheet.declared]
    return [
        len(forms),
        *(sum(s.verdict == v for s in forms) for v in WORDS["verdict"]),
        *(_mean(c.total for c in counts[p]) for p in PARTS),
        _mean(c.rate / 100 for c in counts["total"]),
        _mean(d for d in declared if d is not None),
        _mean(n for s in forms if (n := s.summary.counts["reviewer", "total"].total)),
        sum(s.summary.unread_boxes for s in forms),
    ]


def _mean(values: Iterable[float]) -> float | None:
    given = list(values)
    return sum(given) / len(given) if given else None
