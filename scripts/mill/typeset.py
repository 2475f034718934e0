"""A small typesetter: a sheet into pages of text runs, lines and boxes at known places.

Used by the producers that offer a bare canvas (reportlab, fpdf2, PyMuPDF, Qt). Points,
origin top left; ``y`` of a text run is its baseline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mill.sheet import Cell, Fragment, Row, Sheet

Measure = Callable[[str, float], float]
"""Width of a text at a size."""

LEADING = 1.3
_ASCENT = 0.86
_RULE = 0.5
_TOKEN = re.compile(r"[A-Za-z0-9.,:/\\#@%+=_-]+|\s+|.", re.S)
_FILLS = {"heading": 0xE4E4E4, "zebra": 0xF3F6FA, "dark-heading": 0x2B4A6F}


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text."""

    x: float
    y: float
    text: str
    size: float
    color: int = 0


@dataclass(frozen=True, slots=True)
class Path:
    """One polyline, stroked; or a polygon, filled, where ``fill`` is a colour."""

    points: tuple[tuple[float, float], ...]
    width: float = _RULE
    color: int = 0
    fill: int | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """One check box: its square, what it is called and whether it is ticked."""

    x: float
    y: float
    side: float
    ticked: bool
    key: str


@dataclass(slots=True)
class Page:
    """One page, painted in order."""

    width: float
    height: float
    items: list[Text | Path | Box] = field(default_factory=list)


def typeset(sheet: Sheet, measure: Measure) -> list[Page]:
    """The pages of one sheet."""
    return _Setter(sheet, measure).pages()


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Lines no wider than ``width``; Latin words and figures stay whole where they fit."""
    lines = [""]
    for token in _TOKEN.findall(text):
        if measure(lines[-1] + token) <= width or not lines[-1]:
            lines[-1] += token
        else:
            lines.append(token.lstrip())
    return [piece for line in lines for piece in _broken(line.rstrip(), width, measure)]


def _broken(line: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    while measure(line) > width and len(line) > 1:
        n = len(line) - 1
        while n > 1 and measure(line[:n]) > width:
            n -= 1
        yield line[:n]
        line = line[n:]
    yield line


class _Setter:
    """The cursor over the pages, and the rules of one sheet."""

    def __init__(self, sheet: Sheet, measure: Measure) -> None:
        self.sheet = sheet
        self.layout = sheet.layout
        self.measure = measure
        self.done: list[Page] = []
        self.y = 0.0
        self._new_page()

    def pages(self) -> list[Page]:
        """Set everything."""
        self._title()
        for fragment in self.sheet.fragments:
            if fragment.new_page:
                self._new_page()
            self._fragment(fragment)
            self.y += self.layout.size
        self._footer()
        if self.layout.browser_lines:
            self._page_lines()
        return self.done

    @property
    def _page(self) -> Page:
        return self.done[-1]

    @property
    def _bottom(self) -> float:
        return self._page.height - self.layout.margin

    def _new_page(self) -> None:
        width, height = self.layout.page
        self.done.append(Page(width, height))
        self.y = self.layout.margin

    def _line(self, text: str, size: float, center: bool = False) -> None:
        if self.y + size * LEADING > self._bottom:
            self._new_page()
        x = self.layout.margin
        if center:
            x = (self._page.width - self.measure(text, size)) / 2
        self._page.items.append(Text(x, self.y + size * _ASCENT, text, size))
        self.y += size * LEADING * 1.2

    def _title(self) -> None:
        size = self.layout.size
        self._line(self.sheet.title, size * 1.5, center=True)
        (label, number), *rest = self.sheet.header
        self._line(f"{label}{number}", size)
        self._line("    ".join(["综合性指标", *(f"{a}{b}" for a, b in rest)]), size)
        self.y += size

    def _footer(self) -> None:
        if not self.sheet.footer:
            return
        size = self.layout.size
        if self.y + 6 * size * LEADING > self._bottom:
            self._new_page()
        self._line("县（市、区）政府自评选项：", size)
        step = (self._page.width - 2 * self.layout.margin) / 6
        gap = {"tight-lines": "", "lines": " "}.get(self.layout.footer_style)
        for row in self.sheet.footer:
            if gap is not None:
                pairs = zip(row[::2], row[1::2], strict=True)
                self._line("    ".join(f"{a}{gap}{b}" for a, b in pairs), size)
                continue
            for k, text in enumerate(row):
                x = self.layout.margin + k * step
                self._page.items.append(Text(x, self.y + size * _ASCENT, text, size))
            self.y += size * LEADING * 1.2

    def _page_lines(self) -> None:
        for k, page in enumerate(self.done, 1):
            foot = f"http://xxgk.example.cn/form?id=12    {k}/{len(self.done)}"
            page.items.append(Text(20, 14, "2019/5/6  未来社区申报系统", 7))
            page.items.append(Text(20, page.height - 8, foot, 7))

    def _fragment(self, fragment: Fragment) -> None:
        total = self._page.width - 2 * self.layout.margin
        widths = [total * w / 100 for w in fragment.widths]
        heights = self._heights(fragment, widths)
        if fragment.heading:
            self._heading(fragment, widths)
        open_ = [0] * len(widths)
        for k, row in enumerate(fragment.rows):
            if self.y + heights[k] > self._bottom:
                self._new_page()
                if fragment.heading and self.layout.heading_repeat:
                    self._heading(fragment, widths)
            self._row(fragment, k, row, widths, heights, open_)
            self.y += heights[k]

    def _heights(self, fragment: Fragment, widths: list[float]) -> list[float]:
        heights = [
            max(self._height(c, w) for c, w in zip(r.cells, widths, strict=True) if c.rowspan == 1)
            for r in fragment.rows
        ]
        for k, row in enumerate(fragment.rows):
            for cell, width in zip(row.cells, widths, strict=True):
                lack = self._height(cell, width) - sum(heights[k : k + cell.rowspan])
                if cell.rowspan > 1 and lack > 0:
                    heights[k + cell.rowspan - 1] += lack
        return heights

    def _height(self, cell: Cell, width: float) -> float:
        pad = 2 * self.layout.padding
        if cell.tick is not None:
            return max(self.layout.box, self.layout.size * LEADING) + pad
        return len(self._wrapped(cell.text, width)) * self.layout.size * LEADING + pad

    def _wrapped(self, text: str, width: float) -> list[str]:
        size = self.layout.size
        room = width - 2 * self.layout.padding
        return wrap(text, room, lambda t: self.measure(t, size))

    def _heading(self, fragment: Fragment, widths: list[float]) -> None:
        names = fragment.heading or ()
        lines = [self._wrapped(n, w) for n, w in zip(names, widths, strict=True)]
        height = max(map(len, lines)) * self.layout.size * LEADING + 2 * self.layout.padding
        if self.y + height > self._bottom:
            self._new_page()
        fill = _FILLS.get(self.layout.shade) if self.layout.shade.endswith("heading") else None
        color = 0xFFFFFF if self.layout.shade == "dark-heading" else 0
        x = self.layout.margin
        for cell_lines, width in zip(lines, widths, strict=True):
            self._cell_frame(x, self.y, width, height, fill)
            self._cell_lines(x, self.y, width, height, cell_lines, color)
            x += width
        self.y += height

    def _row(
        self,
        fragment: Fragment,
        k: int,
        row: Row,
        widths: list[float],
        heights: list[float],
        open_: list[int],
    ) -> None:
        fill = _FILLS["zebra"] if self.layout.shade == "zebra" and k % 2 else None
        x = self.layout.margin
        for c, (cell, width) in enumerate(zip(row.cells, widths, strict=True)):
            if cell.rowspan:
                open_[c] = k + cell.rowspan
                height = self._visible(heights, k, cell.rowspan)
                self._cell_frame(x, self.y, width, height, fill if cell.rowspan == 1 else None)
                self._content(cell, x, width, height)
            elif self.y == self._top(fragment, widths):
                height = self._visible(heights, k, open_[c] - k)
                self._cell_frame(x, self.y, width, height, None)
            x += width

    def _top(self, fragment: Fragment, widths: list[float]) -> float:
        if not (fragment.heading and self.layout.heading_repeat):
            return self.layout.margin
        names = fragment.heading
        lines = max(len(self._wrapped(n, w)) for n, w in zip(names, widths, strict=True))
        return self.layout.margin + lines * self.layout.size * LEADING + 2 * self.layout.padding

    def _visible(self, heights: list[float], k: int, rows: int) -> float:
        """Height of a merged cell on this page: the rest of it goes on overleaf."""
        height = 0.0
        for h in heights[k : k + rows]:
            if self.y + height + h > self._bottom:
                break
            height += h
        return height or heights[k]

    def _content(self, cell: Cell, x: float, width: float, height: float) -> None:
        if cell.tick is None:
            self._cell_lines(x, self.y, width, height, self._wrapped(cell.text, width), 0)
        elif self.sheet.style.kind == "glyph":
            self._mark_text(cell, x, width, height)
        else:
            side = self.layout.box
            left = self._aligned(x, width, side)
            top = self._raised(self.y, height, side)
            self._page.items.append(Box(left, top, side, cell.tick, cell.key))

    def _mark_text(self, cell: Cell, x: float, width: float, height: float) -> None:
        text = self.sheet.style.text(bool(cell.tick))
        size = self.layout.size
        while size > 5 and self.measure(text, size) > width - 2:
            size -= 0.5
        left = self._aligned(x, width, self.measure(text, size))
        top = self._raised(self.y, height, size * LEADING)
        if text:
            self._page.items.append(Text(left, top + size, text, size))

    def _aligned(self, x: float, width: float, inner: float) -> float:
        pad = self.layout.padding
        places = {"left": x + pad, "right": x + width - pad - inner}
        return places.get(self.layout.align, x + (width - inner) / 2)

    def _raised(self, y: float, height: float, inner: float) -> float:
        pad = self.layout.padding
        places = {"top": y + pad, "bottom": y + height - pad - inner}
        return places.get(self.layout.valign, y + (height - inner) / 2)

    def _cell_lines(
        self, x: float, y: float, width: float, height: float, lines: list[str], color: int
    ) -> None:
        size = self.layout.size
        top = self._raised(y, height, len(lines) * size * LEADING)
        for k, line in enumerate(lines):
            if not line or top + (k + 1) * size * LEADING > y + height + 1:
                continue
            baseline = top + k * size * LEADING + size
            left = x + self.layout.padding
            self._page.items.append(Text(left, baseline, line, size, color=color))

    def _cell_frame(self, x: float, y: float, w: float, h: float, fill: int | None) -> None:
        corners = ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
        if fill is not None:
            self._page.items.append(Path(corners, fill=fill))
        if self.layout.rules == "full":
            self._page.items.append(Path((*corners, corners[0])))
        if self.layout.rules == "horizontal":
            self._page.items.append(Path((corners[3], corners[2])))


def drawn_marks(box: Box, style: str) -> list[Path]:
    """The paths that draw a box of one of the ``drawn-*`` styles."""
    x, y, s = box.x, box.y, box.side

    def at(*points: tuple[float, float]) -> tuple[tuple[float, float], ...]:
        return tuple((x + u * s, y + v * s) for u, v in points)

    frame = Path(at((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)), width=0.7)
    if not box.ticked:
        return [frame]
    width = max(0.8, s / 9)
    ticks = {
        "drawn-tick": [Path(at((0.15, 0.5), (0.4, 0.8), (0.88, 0.15)), width)],
        "drawn-loose": [Path(at((0.1, 0.4), (0.45, 0.95), (1.35, -0.3)), width, 0xC00000)],
        "drawn-cross": [
            Path(at((0.12, 0.12), (0.88, 0.88)), width),
            Path(at((0.88, 0.12), (0.12, 0.88)), width),
        ],
        "drawn-slash": [Path(at((0.1, 0.9), (0.9, 0.1)), width)],
        "drawn-fill": [Path(at((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)), fill=0x202020)],
    }
    return [frame, *ticks.get(style, [])]
