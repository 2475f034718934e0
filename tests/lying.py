"""Small forms as PDFs, drawn here, whose text layer lies as a test wants it to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pymupdf
from factories import EDITION

SIZE = 9.0
ROW = 24.0
TOP = 150.0
COLUMNS = (36.0, 300.0, 330.0, 430.0, 460.0, 560.0)
HEADINGS = ("指标内容", "", "自评关键词", "", "省发改委备注")
ITEMS = [i for i in EDITION.items if len(i.content) <= 24][:22]

Lie = Callable[[str], str]


def honest(char: str) -> str:
    return char


def a_form(
    path: Path,
    lie: Lie = honest,
    remarks: Mapping[int, str] | None = None,
    wordings: Mapping[int, str] | None = None,
    ticked: tuple[int, ...] = (0, 3),
    header: str = "回迁安置人数：454 人才引进数：520",
    rotate: int = 0,
) -> Path:
    """A page of 22 rows. ``remarks`` are typed into the last column by row, ``wordings``
    replace the printed ones; ``lie`` says what the text layer calls each character."""
    doc = pymupdf.open()
    page = doc.new_page(width=595, height=842)
    font = pymupdf.Font("china-s")
    writer = pymupdf.TextWriter(page.rect)
    said: set[str] = set()

    def write(x: float, y: float, text: str) -> None:
        writer.append((x, y), text, font=font, fontsize=SIZE)
        said.update(text)

    write(200, 60, "未来社区分项指标评项")
    write(40, 90, "申请编号：330105190429014")
    write(40, 110, header)
    for x, heading in zip(COLUMNS, HEADINGS, strict=False):
        write(x + 3, TOP - 8, heading or "勾选")
    for n, item in enumerate(ITEMS):
        y = TOP + n * ROW
        text = (wordings or {}).get(n, item.content)
        write(COLUMNS[0] + 3, y + 15, f"({item.item_no}){text}")
        write(COLUMNS[4] + 3, y + 15, (remarks or {}).get(n, ""))
        _boxes(page, y, n in ticked)
    for y in (TOP + n * ROW for n in range(len(ITEMS) + 1)):
        page.draw_line((COLUMNS[0], y), (COLUMNS[-1], y), width=0.5)
    for x in COLUMNS:
        page.draw_line((x, TOP), (x, TOP + len(ITEMS) * ROW), width=0.5)
    writer.write_text(page)
    _call(doc, font, {c: lie(c) for c in said})
    if rotate:
        page.set_rotation(rotate)
    doc.save(path)
    doc.close()
    return path


def _boxes(page: pymupdf.Page, y: float, ticked: bool) -> None:
    for x, tick in ((COLUMNS[1] + 10, ticked), (COLUMNS[3] + 10, False)):
        page.draw_rect((x, y + 7, x + 10, y + 17), width=0.7)
        if tick:
            page.draw_line((x + 2, y + 9), (x + 8, y + 15), width=1)
            page.draw_line((x + 8, y + 9), (x + 2, y + 15), width=1)


def _call(doc: pymupdf.Document, font: pymupdf.Font, names: Mapping[str, str]) -> None:
    """Write the character map: what each glyph used is said to be."""
    lines = [
        f"<{font.has_glyph(ord(c)):04x}> <{name.encode('utf-16-be').hex()}>"
        for c, name in sorted(names.items())
        if name
    ]
    blocks = "".join(
        f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n"
        for part in (lines[i : i + 100] for i in range(0, len(lines), 100))
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{blocks}endcmap end end"
    )
    for xref in range(1, doc.xref_length()):
        kind, value = doc.xref_get_key(xref, "ToUnicode")
        if kind == "xref":
            doc.update_stream(int(value.split()[0]), cmap.encode())
