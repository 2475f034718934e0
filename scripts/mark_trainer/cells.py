"""Forms of cells with their truth: one style of print, one hand and one scanner each."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from fcextract.marks.raster.net import Kind
from fcextract.records import CellImage
from mark_trainer import pens, printed, wear

#: Cells are drawn at this many dots per inch and scanned from that.
CANVAS_DPI = 240.0
PER_MM = CANVAS_DPI / 25.4
#: Shares of a box's inside that a mark's ink covers: less than the first is no mark in it,
#: more than the second is one; between them nobody could say and no example is made.
BARELY, PLAINLY = 0.005, 0.06


class Form(NamedTuple):
    """What all cells of one form share. Lengths are millimetres."""

    style: printed.Style
    hand: pens.Hand
    scan: wear.Scan
    width: float
    rule: float
    left: float | None
    top: float | None
    ticked: float
    pen: bool
    tails: float
    ruled: bool


def form(rng: np.random.Generator) -> Form:
    """A form at random."""
    style = printed.style(rng)
    pen = rng.random() < 0.75
    if pen and style.tick != "check":
        style = style._replace(tick="check")
    return Form(
        style, pens.hand(rng), wear.scan(rng), float(rng.uniform(9, 20)), float(rng.uniform(0.1, 0.5)),
        float(rng.uniform(0.1, 3)) if rng.random() < 0.4 else None,
        float(rng.uniform(0.1, 1.2)) if rng.random() < 0.3 else None,
        float(rng.choice([0.0, 0.2, 0.5, 0.8, 1.0], p=[0.08, 0.3, 0.4, 0.14, 0.08])), pen,
        float(rng.uniform(0.0, 0.5)), rng.random() < 0.75,
    )  # fmt: skip


class Cell(NamedTuple):
    """A drawn cell, its truth (None where nobody could tell), and the printed box's middle
    and side in pixels of the crop."""

    image: CellImage
    kind: Kind | None
    middle: tuple[float, float]
    side: float


def cells(f: Form, n: int, rng: np.random.Generator) -> list[Cell]:
    """``n`` cells of the form."""
    return [_cell(f, rng) for _ in range(n)]


def _cell(f: Form, rng: np.random.Generator) -> Cell:
    s = f.style.side
    height = s + float(rng.choice([1.2, 2.0, 3.5, 7.0])) * rng.uniform(0.8, 1.2) + (f.top or 0.0)
    pad = 1.5 + height / 3
    w, h = round((f.width + 2 * pad) * PER_MM), round((height + 2 * pad) * PER_MM)
    canvas = np.ones((h, w, 3), np.float32)
    x = (pad + (f.left + s / 2 if f.left is not None else f.width / 2)) * PER_MM
    y = (pad + (f.top + s / 2 if f.top is not None else height / 2)) * PER_MM
    at = (x, y)
    if f.ruled:
        _rules(canvas, f, pad, height)
    truth = _marked(canvas, f, at, height, rng)
    truth = _worn(canvas, f, at, truth, rng)
    pixels, m = wear.scanned(canvas, f.scan, CANVAS_DPI, rng)
    corners = np.array([[pad, pad], [pad + f.width, pad + height]]) * PER_MM
    corners = corners @ m[:, :2].T + m[:, 2] + rng.normal(0, 0.15 / 25.4 * f.scan.dpi, (2, 2))
    (x0, y0), (x1, y1) = corners
    margin = (y1 - y0) / 3
    x0, y0, x1, y1 = (float(v) for v in (x0, y0, x1, y1))
    left, top = max(0, int(x0 - margin)), max(0, int(y0 - margin))
    crop = np.ascontiguousarray(pixels[top : int(y1 + margin), left : int(x1 + margin)])
    grey = crop if crop.ndim == 2 else cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    image = CellImage(
        grey, crop if crop.ndim == 3 else None, (x0 - left, y0 - top, x1 - left, y1 - top),
        f.scan.dpi, f.scan.cut is not None,
    )  # fmt: skip
    x, y = m[:, :2] @ np.array(at) + m[:, 2] - (left, top)
    return Cell(image, truth, (float(x), float(y)), f.style.side / 25.4 * f.scan.dpi)


def _rules(canvas: np.ndarray, f: Form, pad: float, height: float) -> None:
    thick = max(1, round(f.rule * PER_MM))
    x0, x1 = (round(v * PER_MM) for v in (pad - f.rule / 2, pad + f.width + f.rule / 2))
    y0, y1 = (round(v * PER_MM) for v in (pad - f.rule / 2, pad + height + f.rule / 2))
    h, w = canvas.shape[:2]
    for a, b in (((0, y0), (w, y0)), ((0, y1), (w, y1)), ((x0, 0), (x0, h)), ((x1, 0), (x1, h))):
        cv2.line(canvas, a, b, (f.style.black,) * 3, thick)


def _marked(canvas: np.ndarray, f: Form, at: tuple[float, float], height: float,
            rng: np.random.Generator) -> Kind | None:  # fmt: skip
    """Print the box, mark it and its neighbours; gives the truth."""
    ticked = rng.random() < f.ticked
    printed.box(canvas, f.style, at, PER_MM, ticked and not f.pen, rng)
    for way in (-1, 1) if f.ruled else ():  # the boxes of the rows above and below
        near = (at[0], at[1] + way * (height + f.rule) * PER_MM)
        printed.box(canvas, f.style, near, PER_MM, False, rng)
    side = f.style.side * PER_MM
    tail = np.zeros(canvas.shape[:2], np.float32)
    if rng.random() < f.tails:
        way = rng.choice([-1, 1])
        near = (at[0], at[1] + way * (height + f.rule) * PER_MM)
        long = pens.written(str(rng.choice(["tick", "slash", "cross"])), f.hand, rng)
        stretch = rng.uniform(1.0, 1.3)
        tail = pens.draw(canvas, [p * stretch for p in long], side, near, f.hand, PER_MM, rng)
    inner = _inside(canvas.shape, at, f)
    foreign = _share(tail, inner)
    if ticked and not f.pen:
        return Kind.CHECKED
    special = rng.random()
    if ticked and not _visible(f):
        return None
    if ticked and special < 0.25:
        return _cancelled(canvas, f, at, rng)
    if ticked and special < 0.36:
        return _outside(canvas, f, at, inner, rng)
    if ticked:
        return _mark(canvas, f, at, inner, rng)
    if foreign > 0.02:
        return Kind.FOREIGN
    return Kind.EMPTY if foreign < BARELY else None


def _mark(canvas: np.ndarray, f: Form, at: tuple[float, float], inner: np.ndarray,
          rng: np.random.Generator) -> Kind | None:  # fmt: skip
    kind = str(rng.choice(f.hand.kinds))
    strokes = pens.written(kind, f.hand, rng)
    if rng.random() < 0.03:
        strokes += pens.written("ring", f.hand, rng)
    cover = pens.draw(canvas, strokes, f.style.side * PER_MM, at, f.hand, PER_MM, rng)
    if (
        kind == "ring"
        or _share(cover, inner) > PLAINLY
        or (kind == "dot" and _share(cover, inner) > 0.04)
    ):
        return Kind.CHECKED
    return None


def _outside(canvas: np.ndarray, f: Form, at: tuple[float, float], inner: np.ndarray,
             rng: np.random.Generator) -> Kind | None:  # fmt: skip
    strokes = pens.mark(str(rng.choice(["tick", "cross", "slash", "scrawl"])), f.hand, rng)
    small = [p * rng.uniform(0.5, 1.1) for p in strokes]
    way = rng.choice([-1, 1])
    shift = np.array([way * rng.uniform(0.9, 1.6), rng.normal(0, 0.25)])
    cover = pens.draw(
        canvas, [p + shift for p in small], f.style.side * PER_MM, at, f.hand, PER_MM, rng
    )
    if _share(cover, inner) >= BARELY:
        return None
    near = np.zeros(cover.shape, bool)
    reach = 1.25 * f.style.side * PER_MM  # what a patch shows
    x, y = at
    near[
        max(0, round(y - reach)) : round(y + reach), max(0, round(x - reach)) : round(x + reach)
    ] = True
    seen = float((cover[near] > 0.4).sum() / max(1, (cover > 0.4).sum()))
    if seen < 0.1:  # the mark is for the judge of whole cells; the patch is a blank box's
        return Kind.EMPTY
    return Kind.OUTSIDE if seen > 0.35 else None


def _visible(f: Form) -> bool:
    """Whether this hand's ink survives this scanner."""
    grain = 0.6 if "pencil" in f.hand.ink else 1.0
    return _shows(f, grain * (1 - float(np.mean(pens.INKS[f.hand.ink]))))


def _shows(f: Form, ink: float) -> bool:
    """Whether ink of this darkness survives this scanner."""
    ink *= f.scan.fade
    if f.scan.cut is not None:
        return 1 - ink < f.scan.cut - 0.1
    return ink > max(0.07, 3 * f.scan.noise)


def _cancelled(canvas: np.ndarray, f: Form, at: tuple[float, float],
               rng: np.random.Generator) -> Kind:  # fmt: skip
    """A mark, and then taken back: struck through, blacked out or whitened."""
    side = f.style.side * PER_MM
    hand = f.hand._replace(size=min(1.2, f.hand.size))
    first = str(rng.choice(["tick", "cross", "slash", "tick"]))
    pens.draw(canvas, pens.written(first, hand, rng), side, at, hand, PER_MM, rng)
    how = rng.random()
    u = rng.uniform
    if how < 0.4:  # one to three long strokes, nearly level
        lean = rng.normal(0, 0.12)
        strokes = []
        for k in range(int(rng.choice([1, 2, 3], p=[0.35, 0.5, 0.15]))):
            y = (k - 0.5) * u(0.12, 0.3) + rng.normal(0, 0.08)
            strokes.append(
                pens.curve([(-u(0.75, 1.2), y + lean), (u(0.75, 1.2), y - lean)], rng, hand.shake)
            )
        pens.draw(canvas, strokes, side, at, hand, PER_MM, rng)
    elif how < 0.75:  # scribbled over, the frame included
        wide, rows = u(0.62, 0.95), int(rng.integers(9, 18))
        lines = [pens._zigzag(rng, 0.05, rows, wide) for _ in range(int(rng.integers(1, 3)))]
        pens.draw(canvas, lines, side, at, hand._replace(width=max(0.4, hand.width)), PER_MM, rng)
    else:
        wear.white_out(canvas, at, side, rng)
    return Kind.CANCELLED


def _worn(canvas: np.ndarray, f: Form, at: tuple[float, float], truth: Kind | None,
          rng: np.random.Generator) -> Kind | None:  # fmt: skip
    """Wear the paper; a line or a seal on the box changes what can be said of it."""
    side = f.style.side * PER_MM
    if rng.random() < 0.3:
        wear.dust(canvas, side, rng)
    if rng.random() < 0.14:
        wear.smear(canvas, at, side, rng)
    if rng.random() < 0.08:
        wear.bleed(canvas, PER_MM, rng)
    if rng.random() < 0.11:
        away, dark = wear.line_through(canvas, at, side, PER_MM, rng)
        if truth is Kind.EMPTY and away < 0.6 and _shows(f, dark / 2):
            return Kind.FOREIGN if away < 0.42 and _shows(f, dark) else None
    if rng.random() < 0.05:
        share = _share(wear.stamp(canvas, at, PER_MM, rng), _inside(canvas.shape, at, f))
        if truth is Kind.EMPTY and share > BARELY:
            return Kind.FOREIGN if share > 0.03 else None
    return truth


def _inside(shape: tuple[int, ...], at: tuple[float, float], f: Form) -> np.ndarray:
    out = np.zeros(shape[:2], bool)
    half = (f.style.side / 2 - f.style.line) * PER_MM
    (x, y) = at
    out[round(y - half) : round(y + half), round(x - half) : round(x + half)] = True
    return out


def _share(cover: np.ndarray, inner: np.ndarray) -> float:
    return float((cover[inner] > 0.4).mean()) if inner.any() else 0.0
