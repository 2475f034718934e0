"""A sheet as an OpenDocument text with form controls, written as plain XML."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from mill.sheet import Cell, Fragment, Row, Sheet

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_NS = " ".join(
    f'xmlns:{short}="{_URN}{long}:1.0"'
    for short, long in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("draw", "drawing"),
        ("form", "form"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    )
)
_MIME = "application/vnd.oasis.opendocument.text"
_MANIFEST = (
    f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{_URN}manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_BORDERS = {
    "full": 'fo:border="0.5pt solid #000000"',
    "horizontal": 'fo:border-bottom="0.5pt solid #000000"',
    "none": "",
}


def write(sheets: Sequence[Sheet], path: Path) -> None:
    """Write ``sheets`` into one .odt file."""
    writer = _Writer(sheets)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(zipfile.ZipInfo("mimetype"), _MIME)
        z.writestr("META-INF/manifest.xml", _MANIFEST)
        z.writestr("content.xml", writer.content())
        z.writestr("styles.xml", _styles(sheets[0]))


def _styles(sheet: Sheet) -> str:
    w, h = sheet.layout.page
    turn = "landscape" if sheet.layout.landscape else "portrait"
    family = escape(sheet.layout.family)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-styles {_NS} office:version="1.2">'
        f'<office:styles><style:default-style style:family="paragraph"><style:text-properties '
        f'fo:font-size="{sheet.layout.size}pt" fo:font-family="{family}" '
        f'style:font-family-asian="{family}" style:font-size-asian="{sheet.layout.size}pt"/>'
        "</style:default-style></office:styles><office:automatic-styles>"
        f'<style:page-layout style:name="pm"><style:page-layout-properties fo:page-width="{w}pt" '
        f'fo:page-height="{h}pt" fo:margin="{sheet.layout.margin}pt" '
        f'style:print-orientation="{turn}"/></style:page-layout></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="Standard" '
        'style:page-layout-name="pm"/></office:master-styles></office:document-styles>'
    )


class _Writer:
    """Collects the automatic styles and form controls that the body refers to."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self.sheets = sheets
        self.layout = sheets[0].layout
        self.auto: list[str] = []
        self.controls: list[str] = []
        self.tables = 0

    def content(self) -> str:
        """content.xml."""
        body = "".join(self._form(s, first=k == 0) for k, s in enumerate(self.sheets))
        form = (
            '<office:forms><form:form form:name="f" form:control-implementation='
            f'"ooo:com.sun.star.form.component.Form">{"".join(self.controls)}</form:form>'
            "</office:forms>"
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NS} '
            'xmlns:ooo="http://openoffice.org/2004/office" office:version="1.2">'
            f"<office:automatic-styles>{self._fixed_styles()}{''.join(self.auto)}"
            f"</office:automatic-styles><office:body><office:text>{form}{body}</office:text>"
            "</office:body></office:document-content>"
        )

    def _fixed_styles(self) -> str:
        layout = self.layout
        align = {"left": "start", "right": "end"}.get(layout.align, "center")
        cell = (
            f'fo:padding="{layout.padding}pt" style:vertical-align="{layout.valign}" '
            f"{_BORDERS[layout.rules]}"
        )
        keep = "" if layout.rows_split else 'fo:keep-together="always"'
        return (
            f'<style:style style:name="pbox" style:family="paragraph">'
            f'<style:paragraph-properties fo:text-align="{align}"/></style:style>'
            '<style:style style:name="ptitle" style:family="paragraph"><style:paragraph-properties '
            f'fo:text-align="center"/><style:text-properties fo:font-size="{layout.size * 1.5}pt" '
            f'style:font-size-asian="{layout.size * 1.5}pt"/></style:style>'
            '<style:style style:name="pcut" style:family="paragraph"><style:paragraph-properties '
            'fo:break-before="page"/></style:style>'
            f'<style:style style:name="c" style:family="table-cell"><style:table-cell-properties '
            f'{cell}/></style:style><style:style style:name="r" style:family="table-row">'
            f"<style:table-row-properties {keep}/></style:style>"
            '<style:style style:name="g" style:family="graphic"><style:graphic-properties '
            'style:vertical-pos="middle" style:vertical-rel="line"/></style:style>'
        )

    def _form(self, sheet: Sheet, first: bool) -> str:
        (label, number), *figures = sheet.header
        lines = [f"{label}{number}", "    ".join(["综合性指标", *(a + b for a, b in figures)])]
        title = f'<text:p text:style-name="ptitle">{escape(sheet.title)}</text:p>'
        cut = "" if first else '<text:p text:style-name="pcut"/>'
        body = "".join(f"<text:p>{_spaced(t)}</text:p>" for t in lines)
        tables = "".join(self._table(sheet, f) for f in sheet.fragments)
        return cut + title + body + tables + "".join(_footer(sheet))

    def _table(self, sheet: Sheet, fragment: Fragment) -> str:
        self.tables += 1
        name = f"t{self.tables}"
        total = self.layout.page[0] - 2 * self.layout.margin
        for k, w in enumerate(fragment.widths):
            self.auto.append(
                f'<style:style style:name="{name}c{k}" style:family="table-column">'
                f'<style:table-column-properties style:column-width="{total * w / 100:.2f}pt"/>'
                "</style:style>"
            )
        columns = "".join(
            f'<table:table-column table:style-name="{name}c{k}"/>'
            for k in range(len(fragment.widths))
        )
        head = self._heading(fragment)
        rows = "".join(self._row(sheet, r) for r in fragment.rows)
        cut = ' text:style-name="pcut"' if fragment.new_page else ""
        return f"<text:p{cut}/><table:table>{columns}{head}{rows}</table:table>"

    def _heading(self, fragment: Fragment) -> str:
        if not fragment.heading:
            return ""
        cells = "".join(
            f'<table:table-cell table:style-name="c"><text:p>{escape(n)}</text:p></table:table-cell>'
            for n in fragment.heading
        )
        row = f"<table:table-row>{cells}</table:table-row>"
        if self.layout.heading_repeat:
            return f"<table:table-header-rows>{row}</table:table-header-rows>"
        return row

    def _row(self, sheet: Sheet, row: Row) -> str:
        cells = "".join(self._cell(sheet, c) for c in row.cells)
        return f'<table:table-row table:style-name="r">{cells}</table:table-row>'

    def _cell(self, sheet: Sheet, cell: Cell) -> str:
        if not cell.rowspan:
            return "<table:covered-table-cell/>"
        span = f' table:number-rows-spanned="{cell.rowspan}"' if cell.rowspan > 1 else ""
        style = ""
        inner = _spaced(cell.text)
        if cell.tick is not None:
            style = ' text:style-name="pbox"'
            typed = sheet.style.kind == "glyph"
            inner = _spaced(sheet.style.text(cell.tick)) if typed else self._control(cell.tick)
        return (
            f'<table:table-cell table:style-name="c"{span}><text:p{style}>{inner}</text:p>'
            "</table:table-cell>"
        )

    def _control(self, ticked: bool) -> str:
        name = f"box{len(self.controls) + 1}"
        state = "checked" if ticked else "unchecked"
        self.controls.append(
            f'<form:checkbox form:name="{name}" form:id="{name}" form:current-state="{state}" '
            'form:control-implementation="ooo:com.sun.star.form.component.CheckBox"/>'
        )
        side = f"{self.layout.box}pt"
        return (
            f'<draw:control text:anchor-type="as-char" draw:style-name="g" draw:control="{name}" '
            f'svg:width="{side}" svg:height="{side}"/>'
        )


def _footer(sheet: Sheet) -> Iterator[str]:
    if sheet.footer:
        yield "<text:p>县（市、区）政府自评选项：</text:p>"
    for row in sheet.footer:
        pairs = zip(row[::2], row[1::2], strict=True)
        yield f"<text:p>{_spaced('    '.join(f'{a} {b}' for a, b in pairs))}</text:p>"


def _spaced(text: str) -> str:
    return escape(text).replace("    ", '<text:s text:c="4"/>')
