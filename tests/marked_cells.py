"""Cells with boxes and marks, drawn plainly, for the tests of the judge of marks on paper."""

from __future__ import annotations

import cv2
import numpy as np

from fcextract.records import CellImage

BLACK, BLUE, RED, PENCIL = (20, 20, 20), (170, 60, 30), (60, 40, 210), (150, 150, 150)
MM_PER_INCH = 25.4
#: Cell and box of the form that is drawn, in millimetres.
WIDTH, HEIGHT, SIDE, LINE = 14.0, 8.0, 3.4, 0.25
#: Strokes in box sides, the box's middle at (0, 0).
TICK = [[(-0.4, -0.05), (-0.1, 0.35), (0.55, -0.6)]]
CROSS = [[(-0.45, -0.45), (0.45, 0.45)], [(0.45, -0.45), (-0.45, 0.45)]]
SLASH = [[(0.4, -0.6), (-0.4, 0.6)]]
FILL = [[(-0.4, y), (0.4, y)] for y in np.linspace(-0.38, 0.38, 9)]
RING = [[(0.95 * np.cos(a), 0.85 * np.sin(a)) for a in np.linspace(0, 6.4, 40)]]
FOLD = [[(-9.0, -0.1), (9.0, 0.15)]]
BESIDE = [[(1.0, -0.1), (1.2, 0.25), (1.7, -0.4)]]
#: Printed brackets, and a printed tick.
BRACKETS = [
    [(side * 0.24, -0.5), (side * 0.42, -0.5), (side * 0.42, 0.5), (side * 0.24, 0.5)]
    for side in (-1, 1)
]
#: The same further apart than they are high, and parentheses round four blanks.
WIDE_BRACKETS = [[(x * 1.48, y) for x, y in line] for line in BRACKETS]
PARENTHESES = [
    [(side * (1.15 + 0.2 * np.cos(a)), 0.5 * np.sin(a)) for a in np.linspace(-1.5, 1.5, 20)]
    for side in (-1, 1)
]
ROOT = [[(-0.45, 0.05), (-0.3, -0.05), (-0.12, 0.42), (0.4, -0.45)]]
#: A ring so large that the rules cut it.
WIDE_RING = [[(1.5 * np.cos(a), 1.45 * np.sin(a)) for a in np.linspace(0, 6.4, 60)]]
#: The tail of the tick of the row above: it ends a little inside the box.
TAIL = [[(0.2, -2.4), (0.05, -1.0), (-0.1, -0.22)]]
SCRIBBLE = [[(-0.85, y), (0.85, y + 0.1)] for y in np.linspace(-0.8, 0.8, 16)]


class Page:
    """One cell and a third of a row round it, at ``dpi``; four times as fine while drawn."""

    FINER = 4

    def __init__(self, dpi: float = 200, side: float = SIDE, shift: float = 0.0) -> None:
        self.dpi, self.side = dpi, side
        self.mm = dpi / MM_PER_INCH * self.FINER
        self.margin = HEIGHT / 3
        size = [round((v + 2 * self.margin) * self.mm) for v in (HEIGHT, WIDTH)]
        self.pixels = np.full((*size, 3), 255, np.uint8)
        self.middle = np.array(
            [(self.margin + WIDTH / 2 + shift) * self.mm, (self.margin + HEIGHT / 2) * self.mm]
        )
        for x in (self.margin, self.margin + WIDTH):
            self._line([(x * self.mm, 0), (x * self.mm, size[0])], 0.2, BLACK)
        for y in (self.margin, self.margin + HEIGHT):
            self._line([(0, y * self.mm), (size[1], y * self.mm)], 0.2, BLACK)

    def frame(self, grey: int = 30, line: float = LINE) -> Page:
        half = (self.side - line) / 2 * self.mm
        x, y = self.middle
        a, b = (round(x - half), round(y - half)), (round(x + half), round(y + half))
        cv2.rectangle(self.pixels, a, b, (grey, grey, grey), max(1, round(line * self.mm)))
        return self

    def draw(self, strokes, ink=BLACK, width: float = 0.4) -> Page:
        for stroke in strokes:
            at = [self.middle + np.array(p) * self.side * self.mm for p in stroke]
            self._line(at, width, ink)
        return self

    def whiten(self) -> Page:
        at = tuple(int(v) for v in self.middle - 0.15 * self.side * self.mm)
        cv2.circle(self.pixels, at, round(0.6 * self.side * self.mm), (252, 252, 252), -1)
        return self

    def _line(self, points, width: float, ink) -> None:
        at = np.round(np.array(points)).astype(np.int32)
        cv2.polylines(self.pixels, [at], False, ink, max(1, round(width * self.mm)), cv2.LINE_AA)

    def scan(
        self, noise: float = 3.0, quality: int | None = 80, colour: bool = True,
        bilevel: bool = False, seed: int = 0,
    ) -> CellImage:  # fmt: skip
        rng = np.random.default_rng(seed)
        h, w = (v // self.FINER for v in self.pixels.shape[:2])
        out = cv2.resize(self.pixels, (w, h), interpolation=cv2.INTER_AREA).astype(float)
        out = np.clip(out * 0.97 + rng.normal(0, noise, out.shape), 0, 255).astype(np.uint8)
        if quality is not None:
            out = cv2.imdecode(cv2.imencode(".jpg", out, [1, quality])[1], cv2.IMREAD_COLOR)
        grey = cv2.cvtColor(out, cv2.COLOR_BGR2GRAY)
        if bilevel:
            grey = np.where(grey > 160, 255, 0).astype(np.uint8)
        px = self.dpi / MM_PER_INCH
        cell = [v * px for v in (self.margin + 0.1, self.margin + 0.1)]
        cell += [v * px for v in (self.margin + WIDTH - 0.1, self.margin + HEIGHT - 0.1)]
        return CellImage(
            grey, out if colour and not bilevel else None, tuple(cell), self.dpi, bilevel
        )

    def box(self) -> tuple[float, float, float, float]:
        """The printed box in pixels of the scan."""
        x, y = self.middle / self.FINER
        half = self.side / 2 * self.dpi / MM_PER_INCH
        return x - half, y - half, x + half, y + half
