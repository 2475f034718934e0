"""Marks put over printed boxes, as a viewer's pen, typewriter, stamp or form editor does."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from mill.pictures import png

Stroke = list[tuple[float, float]]

_RED = (0.8, 0.05, 0.05)
_BLUE = (0.1, 0.15, 0.75)
_BLACK = (0.0, 0.0, 0.0)
_COLORS = (_RED, _BLUE, _BLACK)
_TICK = ((-0.35, 0.0), (-0.08, 0.35), (0.5, -0.5))
_CROSS = (((-0.35, -0.35), (0.35, 0.35)), ((0.35, -0.35), (-0.35, 0.35)))


def put_mark(page: Any, rect: Any, style: str, rng: Random) -> None:
    """One mark of ``style`` over the box at ``rect``."""
    _MARKS[style](page, rect, rng)


def put_widget(page: Any, rect: Any, name: str, ticked: bool, own_frame: bool) -> Any:
    """A check box field over the box at ``rect``."""
    import pymupdf

    side = min(rect.width, rect.height)
    center = _center(rect)
    widget = pymupdf.Widget()
    widget.field_type = pymupdf.PDF_WIDGET_TYPE_CHECKBOX
    widget.field_name = name
    widget.rect = pymupdf.Rect(center, center) + (-side / 2, -side / 2, side / 2, side / 2)
    widget.field_value = ticked
    if own_frame:
        widget.border_color = (0, 0, 0)
        widget.border_width = 0.7
        widget.fill_color = (1, 1, 1)
    return page.add_widget(widget)


def put_conflict(page: Any, rect: Any, style: str, ticked: bool, align: str, rng: Random) -> None:
    """A construct that nobody can be sure of. ``align`` says where in its cell the box is."""
    if style == "widget-conflict":
        name = f"doubtful.{page.number}.{rect.x0:.0f}.{rect.y0:.0f}"
        widget = put_widget(page, rect, name, ticked, own_frame=True)
        shown = "/Off" if ticked else "/Yes"
        page.parent.xref_set_key(widget.xref, "AS", shown)
    elif style == "conflict-white-patch":
        page.draw_rect(rect + (-1, -1, 1, 1), color=None, fill=(1, 1, 1), overlay=True)
    elif style == "conflict-two-marks":
        _freetext(page, rect, "×" if ticked else "√", _RED)
        _ink(page, [_strokes(rect, [((-0.6, 0.1), (0.6, -0.1))], 1.2, rng)[0]], rng)
    else:
        shift = -rect.width if align == "right" else rect.width
        _ink(page, _strokes(rect + (shift, 0, shift, 0), [_TICK], 0.7, rng), rng)


def _center(rect: Any) -> Any:
    return (rect.tl + rect.br) / 2


def _strokes(rect: Any, shapes: Any, scale: float, rng: Random) -> list[Stroke]:
    side = min(rect.width, rect.height) * scale
    c = _center(rect)
    dx, dy = rng.uniform(-0.08, 0.08) * side, rng.uniform(-0.08, 0.08) * side
    return [[(c.x + dx + u * side, c.y + dy + v * side) for u, v in shape] for shape in shapes]


def _ink(page: Any, strokes: list[Stroke], rng: Random) -> None:
    annot = page.add_ink_annot(strokes)
    annot.set_border(width=rng.choice((0.8, 1.2, 1.8)))
    annot.set_colors(stroke=rng.choice(_COLORS))
    annot.update()


def _ink_tick(page: Any, rect: Any, rng: Random) -> None:
    _ink(page, _strokes(rect, [_TICK], rng.uniform(0.8, 1.25), rng), rng)


def _ink_long(page: Any, rect: Any, rng: Random) -> None:
    """A tick whose tail ends beside the box of the row above."""
    _ink(page, _strokes(rect, [_TICK], rng.uniform(1.6, 2.0), rng), rng)


def _ink_cross(page: Any, rect: Any, rng: Random) -> None:
    _ink(page, _strokes(rect, _CROSS, rng.uniform(0.8, 1.15), rng), rng)


def _ink_scrawl(page: Any, rect: Any, rng: Random) -> None:
    zigzag = [(-0.35 + 0.1 * k, -0.35 if k % 2 else 0.35) for k in range(8)]
    _ink(page, _strokes(rect, [zigzag], 0.95, rng), rng)


def _freetext(page: Any, rect: Any, text: str, color: tuple[float, float, float]) -> None:
    """A typewriter annotation. Its appearance is written here: the library's own has only
    Latin fonts and would show a dot for a tick."""
    import pymupdf

    side = max(8.0, min(rect.width, rect.height))
    c = _center(rect)
    place = pymupdf.Rect(c, c) + (-0.6 * side, -0.6 * side, 0.6 * side, 0.6 * side)
    annot = page.add_freetext_annot(place, text, fontsize=side, text_color=color)
    annot.update()
    doc = page.parent
    font = page.insert_font(fontname="china-s")
    appearance = int(doc.xref_get_key(annot.xref, "AP/N")[1].split()[0])
    doc.xref_set_key(appearance, "Resources", f"<</Font<</F {font} 0 R>>>>")
    doc.xref_set_key(appearance, "BBox", f"[0 0 {1.2 * side} {1.2 * side}]")
    doc.xref_set_key(appearance, "Matrix", "[1 0 0 1 0 0]")
    code = text.encode("utf-16-be").hex()
    ink = " ".join(map(str, color))
    stream = f"{ink} rg BT /F {side} Tf {0.1 * side} {0.25 * side} Td <{code}> Tj ET"
    doc.update_stream(appearance, stream.encode())


def _freetext_root(page: Any, rect: Any, rng: Random) -> None:
    _freetext(page, rect, "√", rng.choice(_COLORS))


def _freetext_typed(page: Any, rect: Any, rng: Random) -> None:
    """Typed into the page itself, not an annotation."""
    import pymupdf

    side = max(8.0, min(rect.width, rect.height))
    c = _center(rect)
    at = pymupdf.Point(c.x - 0.45 * side, c.y + 0.35 * side)
    page.insert_text(at, "√", fontsize=side, fontname="china-s", color=rng.choice(_COLORS))


def _stamp(page: Any, rect: Any, rng: Random) -> None:
    page.add_stamp_annot(rect + (-1, -1, 1, 1), stamp=png("red-tick"))


def _line_cross(page: Any, rect: Any, rng: Random) -> None:
    color = rng.choice(_COLORS)
    for a, b in _strokes(rect, _CROSS, 0.95, rng):
        annot = page.add_line_annot(a, b)
        annot.set_colors(stroke=color)
        annot.set_border(width=1)
        annot.update()


def _polyline(page: Any, rect: Any, rng: Random) -> None:
    annot = page.add_polyline_annot(_strokes(rect, [_TICK], 1.0, rng)[0])
    annot.set_colors(stroke=rng.choice(_COLORS))
    annot.set_border(width=1.4)
    annot.update()


def _filled_square(page: Any, rect: Any, rng: Random) -> None:
    import pymupdf

    side = 0.3 * min(rect.width, rect.height)
    c = _center(rect)
    color = rng.choice(_COLORS)
    annot = page.add_rect_annot(pymupdf.Rect(c, c) + (-side, -side, side, side))
    annot.set_colors(stroke=color, fill=color)
    annot.update()


def _picture(page: Any, rect: Any, rng: Random) -> None:
    grow = rng.uniform(-0.5, 2.0)
    name = rng.choice(("tick", "red-tick"))
    page.insert_image(rect + (-grow, -grow, grow, grow), stream=png(name))


_MARKS: dict[str, Callable[[Any, Any, Random], None]] = {
    "ink-tick": _ink_tick,
    "ink-long": _ink_long,
    "ink-cross": _ink_cross,
    "ink-scrawl": _ink_scrawl,
    "baked-ink": _ink_tick,
    "freetext-root": _freetext_root,
    "freetext-typed": _freetext_typed,
    "stamp-tick": _stamp,
    "line-cross": _line_cross,
    "polyline-tick": _polyline,
    "square-fill-annotation": _filled_square,
    "picture-tick": _picture,
}
