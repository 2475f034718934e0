"""typst: typed, drawn and pictured boxes in its own tables."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from mill.job import Job
from mill.layout import SYSTEM_FONTS, Layout
from mill.pictures import png
from mill.sheet import Cell, Fragment, Sheet
from mill.styles import GLYPHS

_MARKS = {
    "drawn-tick": "place(line(start: (15%, 50%), end: (40%, 80%), stroke: 1pt)); "
    "place(line(start: (40%, 80%), end: (90%, 10%), stroke: 1pt))",
    "drawn-cross": "place(line(start: (10%, 10%), end: (90%, 90%), stroke: 1pt)); "
    "place(line(start: (90%, 10%), end: (10%, 90%), stroke: 1pt))",
    "drawn-slash": "place(line(start: (10%, 90%), end: (90%, 10%), stroke: 1pt))",
    "drawn-fill": "place(dx: 20%, dy: 20%, rect(width: 60%, height: 60%, fill: black))",
}
_STROKES = {"full": "0.5pt", "horizontal": "(bottom: 0.5pt)", "none": "none"}
_FILLS = {"heading": 'rgb("#e4e4e4")', "dark-heading": 'rgb("#2b4a6f")'}


class Typst:
    """PDF by the typst compiler."""

    name = "typst"
    suffix = ".pdf"
    fonts = SYSTEM_FONTS
    styles = (*GLYPHS, *_MARKS, "image-pair", "image-tick-alone")
    can_trace = False

    def missing(self) -> str:
        """Why it cannot run here."""
        found = importlib.util.find_spec("typst")
        return "" if found else "python package typst is not installed"

    def version(self) -> str:
        """Program and version."""
        from importlib.metadata import version

        return f"typst {version('typst')}"

    def run(self, jobs: Sequence[Job], work: Path) -> None:
        """Print all jobs."""
        import typst

        for name in ("box", "box-tick", "tick"):
            (work / f"{name}.png").write_bytes(png(name))
        source = work / "form.typ"
        compiler = None
        for job in jobs:
            source.write_text(_document(job.sheets), encoding="utf-8")
            compiler = compiler or typst.Compiler(str(source))
            compiler.compile(output=str(job.out), format="pdf")


def _document(sheets: Sequence[Sheet]) -> str:
    layout = sheets[0].layout
    w, h = layout.page
    bodies = "\n#pagebreak()\n".join(_form(s) for s in sheets)
    breakable = str(layout.rows_split).lower()
    return (
        f"#set page(width: {w}pt, height: {h}pt, margin: {layout.margin}pt)\n"
        f'#set text(font: ("{layout.family}", "DejaVu Sans"), size: {layout.size}pt, lang: "zh")\n'
        f"#set par(leading: 0.4em)\n#set table.cell(breakable: {breakable})\n{bodies}\n"
    )


def _form(sheet: Sheet) -> str:
    (label, number), *figures = sheet.header
    lines = [f"{label}{number}", "    ".join(["综合性指标", *(a + b for a, b in figures)])]
    head = f"#align(center, text(size: 1.5em, {_str(sheet.title)}))\n"
    head += "\n".join(f"#par({_str(line)})" for line in lines)
    tables = "\n".join(_table(sheet, f) for f in sheet.fragments)
    return f"{head}\n{tables}\n{_footer(sheet)}"


def _footer(sheet: Sheet) -> str:
    if not sheet.footer:
        return ""
    rows = [
        "    ".join(f"{a} {b}" for a, b in zip(r[::2], r[1::2], strict=True)) for r in sheet.footer
    ]
    return "\n".join(f"#par({_str(line)})" for line in ["县（市、区）政府自评选项：", *rows])


def _table(sheet: Sheet, fragment: Fragment) -> str:
    layout = sheet.layout
    columns = ", ".join(f"{w}fr" for w in fragment.widths)
    cells = []
    if fragment.heading:
        names = ", ".join(_head_cell(layout, n) for n in fragment.heading)
        repeat = str(layout.heading_repeat).lower()
        cells.append(f"table.header(repeat: {repeat}, {names})")
    cells += [_cell(sheet, c) for row in fragment.rows for c in row.cells if c.rowspan]
    cut = "#pagebreak()\n" if fragment.new_page else ""
    valign = {"middle": "horizon"}.get(layout.valign, layout.valign)
    body = ",\n".join(cells)
    return (
        f"{cut}#table(columns: ({columns}), stroke: {_STROKES[layout.rules]}, "
        f"inset: {layout.padding}pt, align: left + {valign},\n{body})"
    )


def _head_cell(layout: Layout, name: str) -> str:
    fill = _FILLS.get(layout.shade, "none")
    color = "white" if layout.shade == "dark-heading" else "black"
    return f"table.cell(fill: {fill}, text(fill: {color}, {_str(name)}))"


def _cell(sheet: Sheet, cell: Cell) -> str:
    valign = {"middle": "horizon"}.get(sheet.layout.valign, sheet.layout.valign)
    if cell.tick is not None:
        mark = _mark(sheet, cell.tick)
        return f"table.cell(align: {sheet.layout.align} + {valign}, {mark})"
    return f"table.cell(rowspan: {cell.rowspan}, {_str(cell.text)})"


def _mark(sheet: Sheet, ticked: bool) -> str:
    style, side = sheet.style, f"{sheet.layout.box}pt"
    if style.kind == "glyph":
        return _str(style.text(ticked))
    if style.kind == "image":
        alone = style.name == "image-tick-alone"
        name = ("tick" if alone else "box-tick") if ticked else ("" if alone else "box")
        return f'image("{name}.png", width: {side})' if name else "[]"
    inner = _MARKS[style.name] if ticked else ""
    return f"box(width: {side}, height: {side}, stroke: 0.7pt, {{ {inner} }})"


def _str(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
