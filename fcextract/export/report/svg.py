"""Charts as inline SVG. Every number is a link that shows the forms behind it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

#: Sides of a chart in pixels, and how they are divided.
WIDTH, LABEL, NUMBER = 900, 330, 70
BAR, GAP, SIDE, MARGIN = 13, 9, 420, 46
#: Characters of a label that fit in front of a bar; a Han character counts twice.
FITS = 46


class Bar(NamedTuple):
    """One bar: its share of the whole (0 to 1), the number beside it, its colour's class,
    and which forms are behind it (see ``report.js``)."""

    share: float
    text: str
    kind: str
    query: str


class Point(NamedTuple):
    """One form in a scatter plot."""

    x: float
    y: float
    title: str
    kind: str
    query: str


def link(text: str, query: str) -> str:
    """A number of the page's text that shows its forms."""
    return f'<a href="#forms" data-q="{escape(query)}">{escape(text)}</a>'


def bars(title: str, rows: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """Horizontal bars, one group a label, the whole being the full width."""
    out, y = [], 4
    room = WIDTH - LABEL - NUMBER
    for label, group in rows:
        middle = y + len(group) * BAR / 2
        shown = _cut(label)
        out.append(
            f'<text class="label" x="{LABEL - 10}" y="{middle + 4:.1f}">{escape(shown)}'
            f"<title>{escape(label)}</title></text>"
        )
        for bar in group:
            width = max(0.0, min(1.0, bar.share)) * room
            out.append(
                f'<a href="#forms" data-q="{escape(bar.query)}">'
                f'<rect class="{bar.kind}" x="{LABEL}" y="{y}" width="{width:.1f}" '
                f'height="{BAR - 2}"/>'
                f'<text class="number" x="{LABEL + width + 5:.1f}" y="{y + BAR - 3}">'
                f"{escape(bar.text)}</text></a>"
            )
            y += BAR
        y += GAP
    return _svg(title, WIDTH, y, "".join(out))


def scatter(title: str, points: Sequence[Point], most: float, x_name: str, y_name: str) -> str:
    """Points in a square from 0 to ``most``, with the diagonal on which both are alike."""
    scale = SIDE / (most or 1)
    right, bottom = MARGIN + SIDE, MARGIN + SIDE - 30
    top = bottom - SIDE

    def at(x: float, y: float) -> tuple[float, float]:
        return MARGIN + x * scale, bottom - y * scale

    out = [f'<rect class="frame" x="{MARGIN}" y="{top}" width="{SIDE}" height="{SIDE}"/>']
    step = max(1, round(most / 7 / 10) * 10)
    for value in range(0, int(most) + 1, step):
        x, y = at(value, value)
        out.append(
            f'<line class="grid" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}"/>'
            f'<line class="grid" x1="{MARGIN}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{x:.1f}" y="{bottom + 15}">{value}</text>'
            f'<text class="tick end" x="{MARGIN - 6}" y="{y + 4:.1f}">{value}</text>'
        )
    out.append(f'<line class="same" x1="{MARGIN}" y1="{bottom}" x2="{right}" y2="{top}"/>')
    for p in points:
        x, y = at(p.x, p.y)
        out.append(
            f'<a href="#forms" data-q="{escape(p.query)}">'
            f'<circle class="{p.kind}" cx="{x:.1f}" cy="{y:.1f}" r="4">'
            f"<title>{escape(p.title)}</title></circle></a>"
        )
    out.append(
        f'<text class="axis" x="{MARGIN + SIDE / 2}" y="{bottom + 34}">{escape(x_name)}</text>'
        f'<text class="axis" transform="translate(12 {top + SIDE / 2}) rotate(-90)">'
        f"{escape(y_name)}</text>"
    )
    return _svg(title, right + 12, bottom + 44, "".join(out))


def _svg(title: str, width: float, height: float, body: str) -> str:
    return (
        f'<svg role="group" aria-label="{escape(title)}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" xmlns="http://www.w3.org/2000/svg">{body}</svg>'
    )


def _cut(label: str) -> str:
    taken = 0
    for n, c in enumerate(label):
        taken += 2 if ord(c) > 0x2000 else 1
        if taken > FITS:
            return label[: max(1, n - 1)] + "…"
    return label
