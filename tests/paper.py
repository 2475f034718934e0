"""Small forms made in the test: printed with PyMuPDF alone, or written as transcripts.

The truth is what the test fills in (:class:`Line`), never what a program reads. Fonts are
not embedded: Han text is set in PyMuPDF's own ``china-s``, and ☐ ☑, which that face lacks,
in a Type 3 font that is made here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pymupdf

from fcextract.editions import Edition, Item, load_edition
from fcextract.pipeline import read_file, read_sheets
from fcextract.records import AuditedSheet, BoxReading, Scoresheet
from fcextract.settings import ReadOptions

EDITION: Edition = load_edition("zj-2019")
ITEMS: dict[str, Item] = {item.item_id: item for item in EDITION.items}
IDS: list[str] = list(ITEMS)
WHO = ("self", "reviewer")
Key = tuple[str, str]
"""Item id and column."""
KEYS: list[Key] = [(i, who) for i in IDS for who in WHO]
NUMBER = "330105190429014"
BOX_CODES = {
    "box-uncertain",
    "box-missing",
    "readers-disagree",
    "mark-outside-box",
    "mark-cancelled",
}


class Line(NamedTuple):
    """One printed row. ``key`` is its item id, or a name of the test's own for a row that
    is none; ``own`` and ``other`` are the ticks, None where the cell is blank."""

    key: str
    label: str
    nature: str
    own: bool | None = False
    other: bool | None = False
    keyword: str = ""
    remark: str = ""

    def tick(self, who: str) -> bool | None:
        return self.own if who == "self" else self.other


def a_line(item_id: str, ticks: Collection[Key] = (), **changes: Any) -> Line:
    """The row of an item as the edition prints it."""
    item = ITEMS[item_id]
    line = Line(
        item_id,
        f"({item.item_no}) {item.content}",
        item.nature,
        (item_id, "self") in ticks,
        (item_id, "reviewer") in ticks,
    )
    return line._replace(**changes)


def all_lines(ticks: Collection[Key] = ()) -> list[Line]:
    """All 142 rows, ``ticks`` ticked."""
    return [a_line(i, ticks) for i in IDS]


def changed(lines: Iterable[Line], item_id: str, **changes: Any) -> list[Line]:
    """``lines`` with one row changed."""
    return [ln._replace(**changes) if ln.key == item_id else ln for ln in lines]


def truth_of(lines: Iterable[Line]) -> dict[Key, bool | None]:
    """What every box says; None for a box that is on no line."""
    out: dict[Key, bool | None] = dict.fromkeys(KEYS)
    for line in lines:
        for who in WHO:
            if line.key in ITEMS:
                out[line.key, who] = line.tick(who)
    return out


def footer_of(counts: tuple[int, int, int]) -> list[tuple[str, ...]]:
    """The declaration of ``counts`` (total, binding, guiding)."""
    parts = ("总细项", "约束性项", "引导性项")
    ofs = tuple(EDITION.denominators.values())
    return [
        tuple(f"{p}：{of}项" for p, of in zip(parts, ofs, strict=True)),
        tuple(f"{p}符合：{n}项" for p, n in zip(parts, counts, strict=True)),
        tuple(f"{p}总比：{100 * n / of:.2f}%" for p, n, of in zip(parts, counts, ofs, strict=True)),
    ]


def counts_of(lines: Iterable[Line]) -> tuple[int, int, int]:
    """What the self column truly adds up to, each number once."""
    ticked = {ITEMS[ln.key].item_no: ln.nature for ln in lines if ln.key in ITEMS and ln.own}
    binding = sum(n == EDITION.binding for n in ticked.values())
    return len(ticked), binding, len(ticked) - binding


# ------------------------------------------------------------------- transcripts


def transcript(lines: Sequence[Line], kind: str = "txt", number: str = NUMBER) -> str:
    """The form as a plain transcript: ``txt`` (tabs), ``md`` or ``html``."""
    heads = [c.heading for c in EDITION.columns]
    rows = [_transcribed(line) for line in lines]
    footer = footer_of(counts_of(lines))
    title, label = EDITION.title, f"申请编号：{number}"
    if kind == "html":
        body = "".join(
            "<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in [heads, *rows]
        )
        feet = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in f) + "</tr>" for f in footer)
        return f"<h1>{title}</h1><p>{label}</p><table>{body}</table><table>{feet}</table>"
    join = "\t".join if kind == "txt" else lambda cells: "| " + " | ".join(cells) + " |"
    table = [join(heads), *map(join, rows)]
    if kind == "md":
        table.insert(1, "|" + "---|" * len(heads))
    feet = [join(f) for f in footer]
    return "\n".join([title, "", label, "", *table, "", *feet]) + "\n"


def bare_transcript(lines: Sequence[Line]) -> str:
    """The smallest transcript that is a form: item, self, reviewer. Twice as fast to read."""
    heads = {c.id: c.heading for c in EDITION.columns}
    rows = [[line.label, _input(line.own), _input(line.other)] for line in lines]
    table = [[heads[c] for c in ("content", *WHO)], *rows]
    return f"申请编号：{NUMBER}\n\n" + "\n".join("\t".join(row) for row in table) + "\n"


def _transcribed(line: Line) -> list[str]:
    item = ITEMS.get(line.key)
    section = f"{item.section_no:02d}-{item.section}" if item else ""
    indicator = f"{item.indicator_no:02d}-{item.indicator}" if item else ""
    own, other = map(_input, (line.own, line.other))
    return [section, indicator, line.nature, line.label, own, line.keyword, other, line.remark]


def _input(tick: bool | None) -> str:
    if tick is None:
        return ""
    return f'<input {"checked" if tick else ""} type="checkbox"/>'


# -------------------------------------------------------------------------- paper

WIDTH, HEIGHT, MARGIN = 595.0, 842.0, 28.0
SIZE, PITCH, PAD = 7.5, 10.0, 2.5
SIDE = 8.0
#: Column edges of nature, item, self, keyword, reviewer, remark.
EDGES = (28.0, 66.0, 316.0, 350.0, 442.0, 476.0, 567.0)
COLUMNS = ("nature", "content", "self", "self_keyword", "reviewer", "reviewer_remark")
STYLES = ("drawn", "native", "typed", "square", "field")

#: Glyphs of the Type 3 font: code, character, outlines in a thousandth of an em.
FRAME = "60 -60 760 760 re 120 0 640 640 re f*"
TICK = "160 360 m 360 80 l 740 600 l 680 650 l 360 200 l 210 410 l f"
GLYPHS = {
    "A": ("☐", FRAME),
    "B": ("☑", f"{FRAME} {TICK}"),
    "C": ("\ue123", f"{FRAME} {TICK}"),
    "D": ("\ue124", FRAME),
    "E": ("√", TICK),
}
CODES = {char: code for code, (char, _) in GLYPHS.items()}


@dataclass
class Paper:
    """A printed form. ``boxes`` and ``cells`` tell where they stand: page index and
    rectangle, by item id (or the line's own key) and column."""

    doc: Any
    lines: list[Line]
    style: str
    boxes: dict[Key, tuple[int, Any]] = field(default_factory=dict)
    cells: dict[Key, tuple[int, Any]] = field(default_factory=dict)

    def page(self, key: Key) -> Any:
        return self.doc[self.boxes[key][0]]

    def rect(self, key: Key, grow: float = 0.0, dx: float = 0.0) -> Any:
        """The box, ``grow`` points larger on every side and ``dx`` to the right."""
        x0, y0, x1, y1 = self.boxes[key][1]
        return pymupdf.Rect(x0 - grow + dx, y0 - grow, x1 + grow + dx, y1 + grow)

    def copy(self) -> Paper:
        """Another print of the same, to put marks on."""
        twin = pymupdf.open(stream=self.doc.tobytes(), filetype="pdf")
        return Paper(twin, list(self.lines), self.style, self.boxes, self.cells)

    def type_at(
        self, key: Key, text: str, dx: float = 0.0, mode: int = 0, color: str = "0 g"
    ) -> None:
        """``text`` over the box, ``dx`` points to the right of it."""
        page, rect = self.page(key), self.rect(key)
        x, y = rect.x0 + dx, HEIGHT - rect.y1 + 1
        self.paint(page, f"q {mode} Tr {color} {_show(x, y, text)} Q")

    def paint(self, page: Any, ops: str) -> None:
        """Bare operators, painted over all that is on the page."""
        append(self.doc, page, ops)


def print_form(
    lines: Sequence[Line],
    style: str = "drawn",
    *,
    number: str = NUMBER,
    counts: tuple[int, int, int] | None = None,
    box_of: Mapping[Key, str] | None = None,
    rules: bool = True,
    per_page: int = 999,
) -> Paper:
    """``lines`` printed in ``style``. ``box_of`` gives texts to type in place of a box;
    ``counts`` what is declared, by default the truth."""
    paper = Paper(pymupdf.open(), list(lines), style)
    printer = _Printer(paper, style, dict(box_of or {}), rules)
    printer.start_page()
    printer.text(200, 46, EDITION.title, 14)
    printer.text(MARGIN, 66, f"申请编号：{number}")
    printer.y = 74.0
    printer.heading()
    for n, line in enumerate(lines):
        if n and n % per_page == 0:
            printer.start_page()
            printer.heading()
        printer.row(line)
    printer.footer(footer_of(counts or counts_of(lines)))
    printer.end_page()
    if style == "field":
        _add_fields(paper)
    return paper


class _Printer:
    """Rows to content streams, page by page."""

    def __init__(self, paper: Paper, style: str, typed: dict[Key, str], rules: bool) -> None:
        self.paper, self.style, self.typed, self.rules = paper, style, typed, rules
        self.ops: list[str] = []
        self.y = MARGIN
        self.top = MARGIN

    def start_page(self) -> None:
        if self.ops:
            self.end_page()
        self.paper.doc.new_page(width=WIDTH, height=HEIGHT)
        self.y = self.top = MARGIN

    def end_page(self) -> None:
        append(self.paper.doc, self.paper.doc[-1], "\n".join(self.ops))
        self.ops = []

    def text(self, x: float, y: float, text: str, size: float = SIZE) -> None:
        self.ops.append("0 g " + _show(x, HEIGHT - y, text, size))

    def heading(self) -> None:
        heads = {c.id: c.heading for c in EDITION.columns}
        height = 2 * PITCH + 2 * PAD
        for column, x0, x1 in zip(COLUMNS, EDGES, EDGES[1:], strict=False):
            for n, part in enumerate(_wrapped(heads[column], x1 - x0 - 4)):
                self.text(x0 + 2, self.y + PAD + SIZE + n * PITCH, part)
        self.grid(height)
        self.y += height

    def grid(self, height: float) -> None:
        if self.rules:
            y0, y1 = HEIGHT - self.y, HEIGHT - self.y - height
            across = " ".join(f"{EDGES[0]} {y} m {EDGES[-1]} {y} l" for y in (y0, y1))
            down = " ".join(f"{x} {y0} m {x} {y1} l" for x in EDGES)
            self.ops.append(f"0 G 0.5 w {across} {down} S")

    def row(self, line: Line) -> None:
        texts = {
            "nature": line.nature,
            "content": line.label,
            "self_keyword": line.keyword,
            "reviewer_remark": line.remark,
        }
        spans = dict(zip(COLUMNS, pairwise(EDGES), strict=True))
        wrapped = {c: _wrapped(t, spans[c][1] - spans[c][0] - 4) for c, t in texts.items()}
        height = max(1, *map(len, wrapped.values())) * PITCH + 2 * PAD
        if self.y + height > HEIGHT - MARGIN:
            self.start_page()
            self.heading()
        for column, parts in wrapped.items():
            for n, part in enumerate(parts):
                self.text(spans[column][0] + 2, self.y + PAD + SIZE + n * PITCH, part)
        for who in WHO:
            x0, x1 = spans[who]
            cell = pymupdf.Rect(x0, self.y, x1, self.y + height)
            self.box(line, who, cell)
        self.grid(height)
        self.y += height

    def box(self, line: Line, who: str, cell: Any) -> None:
        x, y = (cell.x0 + cell.x1 - SIDE) / 2, (cell.y0 + cell.y1 - SIDE) / 2
        rect = pymupdf.Rect(x, y, x + SIDE, y + SIDE)
        key, page = (line.key, who), len(self.paper.doc) - 1
        self.paper.boxes[key], self.paper.cells[key] = (page, rect), (page, cell)
        tick = line.tick(who)
        if key in self.typed:
            text = self.typed[key]
            self.text(cell.x0 + max(1, (cell.width - SIZE * len(text)) / 2), rect.y1 - 1, text)
        elif tick is not None:
            self.ops.append(PAINTERS[self.style](rect, tick))

    def footer(self, rows: Sequence[tuple[str, ...]]) -> None:
        if self.y + 60 > HEIGHT - MARGIN:
            self.start_page()
        self.y += 20
        self.text(MARGIN, self.y, "县（市、区）政府自评选项：")
        for row in rows:
            self.y += 12
            for n, part in enumerate(row):
                self.text(MARGIN + 170 * n, self.y, part)


def _box_ops(rect: Any) -> str:
    return f"{rect.x0} {HEIGHT - rect.y1} {rect.width} {rect.height} re"


def tick_ops(rect: Any) -> str:
    """A tick's stroke over ``rect``."""
    at = [
        (rect.x0 + u * rect.width, HEIGHT - rect.y0 - v * rect.height)
        for u, v in ((0.2, 0.5), (0.42, 0.78), (0.85, 0.2))
    ]
    (a, b), (c, d), (e, f) = at
    return f"{a} {b} m {c} {d} l {e} {f} l S"


def _drawn(rect: Any, tick: bool) -> str:
    return f"0 G 0.7 w {_box_ops(rect)} S" + (f" 1 w {tick_ops(rect)}" if tick else "")


def _native(rect: Any, tick: bool) -> str:
    """As a browser paints it: white on blue, or paper with a grey edge."""
    if tick:
        return f"0 0.46 1 rg {_box_ops(rect)} f 1 G 1.2 w {tick_ops(rect)}"
    return f"1 g {_box_ops(rect)} f 0.46 G 0.75 w {_box_ops(rect)} S"


def _typed(rect: Any, tick: bool) -> str:
    return "0 g " + _show(rect.x0, HEIGHT - rect.y1 + 1, "☑" if tick else "☐", SIDE + 1)


def _square(rect: Any, tick: bool) -> str:
    return "0 g " + _show(rect.x0 - 4, HEIGHT - rect.y1 + 1, "□√" if tick else "□", SIDE)


PAINTERS: dict[str, Callable[[Any, bool], str]] = {
    "drawn": _drawn,
    "native": _native,
    "typed": _typed,
    "square": _square,
    "field": lambda rect, tick: "",
}


def _add_fields(paper: Paper) -> None:
    """A check box field for every box."""
    for line in paper.lines:
        for who in WHO:
            tick = line.tick(who)
            if tick is not None:
                add_field(paper, (line.key, who), tick)


def add_field(paper: Paper, key: Key, tick: bool) -> Any:
    """One check box field at the box of ``key``."""
    widget = pymupdf.Widget()
    widget.field_type = pymupdf.PDF_WIDGET_TYPE_CHECKBOX
    widget.field_name = ".".join(key)
    widget.rect = paper.rect(key)
    widget.field_value = tick
    widget.border_color = (0, 0, 0)
    widget.border_width = 0.7
    widget.fill_color = (1, 1, 1)
    paper.page(key).add_widget(widget)
    return widget


def _wrapped(text: str, width: float) -> list[str]:
    lines, line, used = [], "", 0.0
    for char in text:
        step = _advance(char)
        if used + step > width and line:
            lines.append(line)
            line, used = "", 0.0
        line += char
        used += step
    return [*lines, line] if line else lines


def _advance(char: str, size: float = SIZE) -> float:
    return size * (0.5 if ord(char) < 0x7F else 1.0)


def _show(x: float, y: float, text: str, size: float = SIZE) -> str:
    """Operators that show ``text`` from ``x`` on, baseline ``y`` from below."""
    out, run, own = [], "", False
    for char in [*text, ""]:
        mine = char in CODES and char not in "√"
        if run and (not char or mine != own):
            code = (
                "".join(CODES[c] for c in run).encode().hex()
                if own
                else run.encode("utf-16-be").hex()
            )
            out.append(f"BT /{'Marks' if own else 'Han'} {size} Tf {x} {y} Td <{code}> Tj ET")
            x += sum(size * 0.88 if own else _advance(c, size) for c in run)
            run = ""
        own = mine
        run += char
    return " ".join(out)


def append(doc: Any, page: Any, ops: str) -> None:
    """Paint ``ops`` after all that is on the page."""
    _give_fonts(doc, page)
    xref = doc.get_new_xref()
    doc.update_object(xref, "<<>>")
    doc.update_stream(xref, b"q\n" + ops.encode() + b"\nQ\n")
    held = page.get_contents()
    doc.xref_set_key(page.xref, "Contents", "[" + " ".join(f"{x} 0 R" for x in [*held, xref]) + "]")


def _give_fonts(doc: Any, page: Any) -> None:
    known = {f[4] for f in page.get_fonts()}
    if "Han" in known:
        return
    fonts = getattr(doc, "made_fonts", None)
    if fonts is None:
        fonts = doc.made_fonts = (_han(doc, page), _type3(doc))
    han, marks = fonts
    doc.xref_set_key(page.xref, "Resources", f"<</Font<</Han {han} 0 R/Marks {marks} 0 R>>>>")


def _han(doc: Any, page: Any) -> int:
    """``china-s`` with Latin characters half as wide as Han ones."""
    xref = page.insert_font(fontname="china-s")
    (inner,) = re.findall(r"(\d+) 0 R", doc.xref_get_key(xref, "DescendantFonts")[1])
    doc.xref_set_key(int(inner), "W", "[1 95 500]")
    return int(xref)


def _type3(doc: Any) -> int:
    """A font of a few marks."""

    def stream(text: str) -> int:
        xref = doc.get_new_xref()
        doc.update_object(xref, "<<>>")
        doc.update_stream(xref, text.encode())
        return int(xref)

    procs = {c: stream(f"880 0 0 -200 900 900 d1 {ops}") for c, (_, ops) in GLYPHS.items()}
    pairs = "".join(
        f"<{c.encode().hex()}> <{char.encode('utf-16-be').hex()}>\n"
        for c, (char, _) in GLYPHS.items()
    )
    to_unicode = stream(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Marks def "
        "/CMapType 2 def 1 begincodespacerange <00> <ff> endcodespacerange "
        f"{len(GLYPHS)} beginbfchar\n{pairs}endbfchar endcmap end end"
    )
    xref = doc.get_new_xref()
    names = " ".join(f"/{c}" for c in GLYPHS)
    doc.update_object(
        xref,
        "<</Type/Font/Subtype/Type3/FontBBox[0 -200 900 900]/FontMatrix[0.001 0 0 0.001 0 0]"
        f"/FirstChar 65/LastChar {64 + len(GLYPHS)}/Widths[{' 880' * len(GLYPHS)}]"
        f"/Encoding<</Type/Encoding/Differences[65 {names}]>>"
        f"/CharProcs<<{''.join(f'/{c} {x} 0 R' for c, x in procs.items())}>>"
        f"/ToUnicode {to_unicode} 0 R>>",
    )
    return int(xref)


# ------------------------------------------------------------------------ reading


def save(what: Paper | Any | bytes | str, folder: Path, name: str = "form.pdf") -> Path:
    """Put a form into a file of ``folder``."""
    path = folder / name
    if isinstance(what, str):
        path.write_text(what, encoding="utf-8")
    else:
        doc = what.doc if isinstance(what, Paper) else what
        path.write_bytes(doc if isinstance(doc, bytes) else doc.tobytes())
    return path


def read(what: Paper | Any | bytes | str, folder: Path, name: str = "form.pdf") -> list[Scoresheet]:
    """Every form in it, read and reconciled."""
    return read_sheets(save(what, folder, name), name, EDITION)


def audit(what: Paper | Any | bytes | str, folder: Path, name: str = "form.pdf") -> AuditedSheet:
    """The one form in it, audited."""
    (form,) = read_file(save(what, folder, name), source=name, options=ReadOptions())
    return form


def boxes_of(sheet: Scoresheet) -> dict[Key, BoxReading]:
    """Every box of the edition."""
    return {
        (e.item.item_id, who): e.self_box if who == "self" else e.reviewer_box
        for e in sheet.entries
        for who in WHO
    }


def faults(
    sheet: Scoresheet,
    truth: Mapping[Key, bool | None],
    doubtful: Mapping[Key, Collection[str]] | None = None,
) -> list[str]:
    """What is wrong, one line a box. A box of ``doubtful`` must be unread, with one of the
    codes given; one whose truth is None must be missing; all others must be right."""
    doubtful = doubtful or {}
    out = []
    for key, box in boxes_of(sheet).items():
        said = f"{key[0]} {key[1]}: {box.state} {box.code} ({box.reason})"
        if key in doubtful:
            if box.state not in ("uncertain", "missing") or box.code not in doubtful[key]:
                out.append(f"{said}, must be unread with {sorted(doubtful[key])}")
        elif truth[key] is None:
            if box.state != "missing":
                out.append(f"{said}, is not on the form")
        elif box.state != ("checked" if truth[key] else "empty") or box.code:
            out.append(f"{said}, is {'ticked' if truth[key] else 'not ticked'}")
    return out
