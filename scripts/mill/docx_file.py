"""A sheet as a Word document, written as plain OOXML (no Word needed)."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from mill.pictures import png
from mill.sheet import Cell, Fragment, Row, Sheet

_NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="png" ContentType="image/png"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
_PICTURES = ("box", "box-tick", "tick")
_EMU = 12700
_EDGES = {
    "full": ("top", "left", "bottom", "right", "insideH", "insideV"),
    "horizontal": ("top", "bottom", "insideH"),
    "none": (),
}
_VALIGN = {"middle": "center", "top": "top", "bottom": "bottom"}
_HEAD_FILL = {"heading": "E4E4E4", "dark-heading": "2B4A6F"}


def write(sheets: Sequence[Sheet], path: Path) -> None:
    """Write ``sheets`` into one .docx file."""
    bodies = [_body(sheet, first=k == 0) for k, sheet in enumerate(sheets)]
    text = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document {_NS}><w:body>'
        f"{''.join(bodies)}{_section(sheets[0])}</w:body></w:document>"
    )
    links = "".join(
        f'<Relationship Id="img-{name}" Type="{_OFFICE}/image" Target="media/{name}.png"/>'
        for name in _PICTURES
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", _TYPES)
        z.writestr("_rels/.rels", _RELS)
        z.writestr("word/document.xml", text)
        z.writestr(
            "word/_rels/document.xml.rels",
            f'<?xml version="1.0" encoding="UTF-8"?><Relationships '
            f'xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        )
        for name in _PICTURES:
            z.writestr(f"word/media/{name}.png", png(name))


def _section(sheet: Sheet) -> str:
    w, h = (round(side * 20) for side in sheet.layout.page)
    turn = ' w:orient="landscape"' if sheet.layout.landscape else ""
    m = round(sheet.layout.margin * 20)
    return (
        f'<w:sectPr><w:pgSz w:w="{w}" w:h="{h}"{turn}/><w:pgMar w:top="{m}" w:right="{m}" '
        f'w:bottom="{m}" w:left="{m}" w:header="300" w:footer="300" w:gutter="0"/></w:sectPr>'
    )


def _body(sheet: Sheet, first: bool) -> str:
    size = sheet.layout.size
    (label, number), *figures = sheet.header
    parts = [
        _para(sheet, sheet.title, size * 1.5, "center", new_page=not first),
        _para(sheet, f"{label}{number}", size),
        _para(sheet, "    ".join(["综合性指标", *(f"{a}{b}" for a, b in figures)]), size),
    ]
    for fragment in sheet.fragments:
        parts.append(_para(sheet, "", size / 2, new_page=fragment.new_page))
        parts.append(_table(sheet, fragment))
    parts.append(_para(sheet, "", size / 2))
    parts.extend(_footer(sheet))
    return "".join(parts)


def _footer(sheet: Sheet) -> list[str]:
    if not sheet.footer:
        return []
    size = sheet.layout.size
    gap = "" if sheet.layout.footer_style == "tight-lines" else " "
    lines = [
        "    ".join(f"{a}{gap}{b}" for a, b in zip(row[::2], row[1::2], strict=True))
        for row in sheet.footer
    ]
    return [_para(sheet, line, size) for line in ["县（市、区）政府自评选项：", *lines]]


def _run_props(sheet: Sheet, size: float, color: str = "") -> str:
    family = escape(sheet.layout.family)
    tint = f'<w:color w:val="{color}"/>' if color else ""
    return (
        f'<w:rPr><w:rFonts w:ascii="{family}" w:hAnsi="{family}" w:eastAsia="{family}" '
        f'w:cs="{family}"/>{tint}<w:sz w:val="{round(size * 2)}"/></w:rPr>'
    )


def _run(sheet: Sheet, text: str, size: float, color: str = "") -> str:
    return (
        f'<w:r>{_run_props(sheet, size, color)}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    )


def _para(sheet: Sheet, text: str, size: float, align: str = "left", new_page: bool = False) -> str:
    return _para_of(_run(sheet, text, size) if text else "", align, new_page, sheet, size)


def _para_of(content: str, align: str, new_page: bool, sheet: Sheet, size: float) -> str:
    cut = "<w:pageBreakBefore/>" if new_page else ""
    return (
        f'<w:p><w:pPr>{cut}<w:spacing w:before="0" w:after="0"/><w:jc w:val="{align}"/>'
        f"{_run_props(sheet, size)}</w:pPr>{content}</w:p>"
    )


def _table(sheet: Sheet, fragment: Fragment) -> str:
    layout = sheet.layout
    total = (layout.page[0] - 2 * layout.margin) * 20
    widths = [round(total * w / 100) for w in fragment.widths]
    edges = "".join(
        f'<w:{e} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for e in _EDGES[layout.rules]
    )
    pad = round(layout.padding * 20)
    margins = "".join(
        f'<w:{side} w:w="{pad}" w:type="dxa"/>' for side in ("top", "left", "bottom", "right")
    )
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    head = _heading(sheet, fragment, widths) if fragment.heading else ""
    rows = "".join(_row(sheet, r, k, widths) for k, r in enumerate(fragment.rows))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{edges}'
        f'</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"
    )


def _heading(sheet: Sheet, fragment: Fragment, widths: list[int]) -> str:
    layout = sheet.layout
    repeat = "<w:tblHeader/>" if layout.heading_repeat else ""
    color = "FFFFFF" if layout.shade == "dark-heading" else ""
    fill = _HEAD_FILL.get(layout.shade, "")
    cells = "".join(
        _tc(sheet, w, _para_of(_run(sheet, n, layout.size, color), "center", False, sheet, 9), fill)
        for n, w in zip(fragment.heading or (), widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{cells}</w:tr>"


def _row(sheet: Sheet, row: Row, index: int, widths: list[int]) -> str:
    keep = "" if sheet.layout.rows_split else "<w:cantSplit/>"
    fill = "F3F6FA" if sheet.layout.shade == "zebra" and index % 2 else ""
    cells = "".join(_cell(sheet, c, w, fill) for c, w in zip(row.cells, widths, strict=True))
    return f"<w:tr><w:trPr>{keep}</w:trPr>{cells}</w:tr>"


def _cell(sheet: Sheet, cell: Cell, width: int, fill: str) -> str:
    size = sheet.layout.size
    if cell.tick is not None:
        content = _mark(sheet, cell.tick)
        return _tc(sheet, width, _para_of(content, sheet.layout.align, False, sheet, size), fill)
    merge = ""
    if cell.rowspan != 1:
        merge = '<w:vMerge w:val="restart"/>' if cell.rowspan else "<w:vMerge/>"
    return _tc(sheet, width, _para(sheet, cell.text, size), fill, merge)


def _tc(sheet: Sheet, width: int, content: str, fill: str = "", merge: str = "") -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    valign = _VALIGN[sheet.layout.valign]
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merge}{shade}'
        f'<w:vAlign w:val="{valign}"/></w:tcPr>{content}</w:tc>'
    )


def _mark(sheet: Sheet, ticked: bool) -> str:
    style = sheet.style
    size = min(sheet.layout.size + 2, max(sheet.layout.size, sheet.layout.box))
    if style.kind == "sdt":
        return _content_control(_run(sheet, style.text(ticked), size), ticked)
    if style.kind == "legacy":
        return _legacy_field(ticked)
    if style.kind in ("sym", "sym2"):
        font = "Wingdings" if style.kind == "sym" else "Wingdings 2"
        return (
            f"<w:r>{_run_props(sheet, size)}"
            f'<w:sym w:font="{font}" w:char="{style.text(ticked)}"/></w:r>'
        )
    if style.kind == "image":
        return _image(sheet, ticked)
    text = style.text(ticked)
    return _run(sheet, text, sheet.layout.size) if text else ""


def _content_control(run: str, ticked: bool) -> str:
    return (
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(ticked)}"/>'
        '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent>{run}</w:sdtContent></w:sdt>"
    )


def _legacy_field(ticked: bool) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:enabled/><w:checkBox><w:sizeAuto/>'
        f'<w:default w:val="0"/><w:checked w:val="{int(ticked)}"/></w:checkBox></w:ffData>'
        '</w:fldChar></w:r><w:r><w:instrText xml:space="preserve"> FORMCHECKBOX </w:instrText>'
        '</w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _image(sheet: Sheet, ticked: bool) -> str:
    if sheet.style.name == "image-tick-alone":
        name = "tick" if ticked else ""
    else:
        name = "box-tick" if ticked else "box"
    if not name:
        return ""
    side = round(sheet.layout.box * _EMU)
    graphic = "http://schemas.openxmlformats.org/drawingml/2006/picture"
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{side}" cy="{side}"/><wp:docPr id="1" name="{name}"/><a:graphic>'
        f'<a:graphicData uri="{graphic}"><pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="{name}"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="img-{name}"/><a:stretch>'
        '<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{side}" cy="{side}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
