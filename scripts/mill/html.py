"""A sheet as HTML, for every producer that prints HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from mill.layout import Layout
from mill.pictures import data_uri
from mill.sheet import Cell, Fragment, Row, Sheet

TRACE = "http://trace.invalid/"
"""Start of the link put on each box of a traced form; :mod:`mill.post` takes the links out."""

_RULES = {
    "full": "td,th{border:0.5pt solid #000}",
    "horizontal": "td,th{border-bottom:0.5pt solid #444}",
    "none": "",
}
_SHADES = {
    "none": "",
    "heading": "th{background:#e4e4e4}",
    "zebra": "tbody tr:nth-child(even) td{background:#f3f6fa}",
    "dark-heading": "th{background:#2b4a6f;color:#fff}",
}
_DRAWN_CSS = """
.bx{display:inline-block;box-sizing:border-box;width:BOX;height:BOX;position:relative;
 border:0.75pt solid #222;background:#fff;vertical-align:middle}
.el{border-color:#dcdfe6;border-radius:2px}
.el.on{background:#409eff;border-color:#409eff}
.el.on:after{content:"";position:absolute;left:34%;top:8%;width:24%;height:54%;
 border:solid #fff;border-width:0 1.2pt 1.2pt 0;transform:rotate(45deg);
 -webkit-transform:rotate(45deg)}
.tk.on:after{content:"";position:absolute;left:30%;top:0;width:26%;height:62%;
 border:solid #111;border-width:0 1.2pt 1.2pt 0;transform:rotate(45deg);
 -webkit-transform:rotate(45deg)}
.fl.on:after{content:"";position:absolute;left:20%;top:20%;right:20%;bottom:20%;background:#111}
.cr.on:before,.cr.on:after{content:"";position:absolute;left:47%;top:0;width:1pt;height:100%;
 background:#111;transform:rotate(45deg);-webkit-transform:rotate(45deg)}
.cr.on:after{transform:rotate(-45deg);-webkit-transform:rotate(-45deg)}
.gl{text-align:center;line-height:BOX;font-size:BOX}
"""
_SVG_MARKS = {
    "svg-tick": '<path d="M4 12 L9 18 L20 5" fill="none" stroke="#000" stroke-width="2"/>',
    "svg-cross": '<path d="M4 4 L20 20 M20 4 L4 20" stroke="#000" stroke-width="2"/>',
    "svg-fill": '<rect x="6" y="6" width="12" height="12" fill="#000"/>',
    "svg-loose": '<path d="M6 11 L11 19 L28 -2" fill="none" stroke="#c00" stroke-width="3"/>',
    "svg-solid": '<rect x="2" y="2" width="20" height="20" rx="3" fill="#1677ff"/>'
    '<path d="M6 12 L10.5 16.5 L18 8" fill="none" stroke="#fff" stroke-width="2.4"/>',
    "svg-wide": '<path d="M3 13 L9 21 L22 1 L9 15 Z" fill="#070"/>',
}
_CSS_CLASSES = {
    "css-element": "el",
    "css-tick": "tk",
    "css-fill": "fl",
    "css-cross": "cr",
    "css-glyph": "gl",
}


def page(sheets: Sequence[Sheet], trace: bool = False, lines: bool = False) -> str:
    """One HTML document with all ``sheets``, each starting on a new page.

    ``lines`` writes the lines that a browser puts into the margins, for producers that do not.
    """
    layout = sheets[0].layout
    bodies = "\n".join(
        f'<div class="form"{" style=page-break-before:always" if k else ""}>{_body(s, k, trace)}</div>'
        for k, s in enumerate(sheets)
    )
    title = escape(sheets[0].title)
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{css(layout, lines)}</style></head><body>{bodies}</body></html>"
    )


def css(layout: Layout, lines: bool = False) -> str:
    """The style sheet of a layout."""
    w, h = layout.page
    box = f"{layout.box}pt"
    head = "table-header-group" if layout.heading_repeat else "table-row-group"
    split = "auto" if layout.rows_split else "avoid"
    margins = _margin_boxes(layout) if lines and layout.browser_lines else ""
    return (
        f"@page{{size:{w}pt {h}pt;margin:{layout.margin}pt;{margins}}}"
        f'body{{margin:0;font-family:"{layout.family}","DejaVu Sans";font-size:{layout.size}pt;'
        f"color:#000}}h1{{font-size:1.5em;text-align:center}}"
        f"table{{border-collapse:collapse;width:100%;table-layout:fixed}}"
        f"thead{{display:{head}}}tr{{page-break-inside:{split}}}"
        f"td,th{{padding:{layout.padding}pt;vertical-align:{layout.valign};"
        f"overflow-wrap:break-word;word-wrap:break-word;line-height:1.3}}"
        f"td.box{{text-align:{layout.align}}}a{{color:inherit;text-decoration:none}}"
        f"table.list td,table.list th{{}}{_RULES[layout.rules]}{_SHADES[layout.shade]}"
        f".plain td{{border:none;background:none}}"
        + _DRAWN_CSS.replace("BOX", box)
        + f".nat{{width:{box};height:{box};margin:1pt;vertical-align:middle}}"
        f"svg,img.m{{width:{box};height:{box};vertical-align:middle;overflow:visible}}"
        f".mk{{font-size:{max(layout.size, min(layout.box + 1, layout.size + 3))}pt}}"
        f".cut{{page-break-before:always}}"
    )


def mark(sheet: Sheet, ticked: bool) -> str:
    """The box of one cell as HTML."""
    style = sheet.style
    if style.kind == "native":
        return _native(style.name, ticked)
    if style.kind == "css":
        on = " on" if ticked else ""
        inner = "✓" if ticked and style.name == "css-glyph" else ""
        return f'<span class="bx {_CSS_CLASSES[style.name]}{on}">{inner}</span>'
    if style.kind == "svg":
        return _svg(style.name, ticked)
    if style.kind == "image":
        return _image(style.name, ticked)
    text = style.text(ticked)
    return f'<span class="mk">{escape(text)}</span>' if text else ""


def _native(name: str, ticked: bool) -> str:
    extra = {
        "native-disabled": " disabled",
        "native-accent": ' style="accent-color:#b00020"',
        "native-zoom": ' class="nat"',
        "native-forms": ' class="nat"',
    }.get(name, "")
    return f'<input type="checkbox"{extra}{" checked" if ticked else ""}>'


def _svg(name: str, ticked: bool) -> str:
    frame = (
        '<rect x="2" y="2" width="20" height="20" fill="none" stroke="#333" stroke-width="1.5"/>'
    )
    inner = _SVG_MARKS[name] if ticked else ""
    return f'<svg viewBox="0 0 24 24" xmlns="http://www.w3.org/2000/svg">{frame}{inner}</svg>'


def _image(name: str, ticked: bool) -> str:
    if name == "image-tick-alone":
        return f'<img class="m" src="{data_uri("tick")}">' if ticked else ""
    return f'<img class="m" src="{data_uri("box-tick" if ticked else "box")}">'


def _margin_boxes(layout: Layout) -> str:
    return (
        f'@top-left{{content:"2019/5/6";font-size:{layout.size - 1}pt}}'
        '@top-center{content:"未来社区申报系统"}'
        '@bottom-left{content:"http://xxgk.example.cn/form?id=12"}'
        '@bottom-right{content:counter(page) "/" counter(pages)}'
    )


def _body(sheet: Sheet, index: int, trace: bool) -> str:
    tables = "\n".join(_table(sheet, f, index, trace) for f in sheet.fragments)
    return f"<h1>{escape(sheet.title)}</h1>{_header(sheet)}{tables}{_footer(sheet)}"


def _header(sheet: Sheet) -> str:
    (no_label, no), *figures = sheet.header
    cells = "".join(f"<td>{escape(a)}</td><td>{escape(b)}</td>" for a, b in figures)
    label = "申 请 编 号：" if sheet.layout.footer_style == "table" else no_label
    return (
        f"<p>{label} {escape(no)}</p>"
        f'<table class="head"><tr><td>综合性指标</td>{cells}</tr></table><br>'
    )


def _footer(sheet: Sheet) -> str:
    if not sheet.footer:
        return ""
    title = "<p>县（市、区）政府自评选项：</p>"
    if sheet.layout.footer_style == "table":
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(t)}</td>" for t in row) + "</tr>" for row in sheet.footer
        )
        return f'{title}<table class="foot">{rows}</table>'
    gap = " " if sheet.layout.footer_style == "lines" else ""
    pairs = [[f"{a}{gap}{b}" for a, b in zip(r[::2], r[1::2], strict=True)] for r in sheet.footer]
    lines = "".join(f"<p>{'&emsp;'.join(map(escape, p))}</p>" for p in pairs)
    return title + lines


def _table(sheet: Sheet, fragment: Fragment, index: int, trace: bool) -> str:
    cols = "".join(f'<col style="width:{w}%">' for w in fragment.widths)
    head = ""
    if fragment.heading:
        names = [_wrapped(n) if sheet.layout.heading_wrap else n for n in fragment.heading]
        head = "<thead><tr>" + "".join(f"<th>{n}</th>" for n in names) + "</tr></thead>"
    rows = "\n".join(_row(sheet, r, index, trace) for r in fragment.rows)
    cut = " cut" if fragment.new_page else ""
    return f'<table class="list{cut}"><colgroup>{cols}</colgroup>{head}<tbody>\n{rows}\n</tbody></table>'


def _wrapped(name: str) -> str:
    for stem in ("省发改委", "自评", "指标"):
        if name.startswith(stem):
            return f"{stem}<br>{name[len(stem) :]}"
    return name


def _row(sheet: Sheet, row: Row, index: int, trace: bool) -> str:
    cells = "".join(_cell(sheet, c, index, trace) for c in row.cells if c.rowspan)
    return f"<tr>{cells}</tr>"


def _cell(sheet: Sheet, cell: Cell, index: int, trace: bool) -> str:
    if cell.tick is None:
        span = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
        return f"<td{span}>{escape(cell.text)}</td>"
    shown = mark(sheet, cell.tick)
    if trace and cell.key and shown:
        shown = f'<a href="{TRACE}{index}/{cell.key}">{shown}</a>'
    return f'<td class="box">{shown}</td>'
