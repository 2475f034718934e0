"""What is written into the boxes of a sheet, what happens to them, and what is then the truth."""

from __future__ import annotations

import numpy as np

from fcextract.marks.raster.net import Kind
from mark_trainer import pens, printed, wear
from mark_trainer.style import PER_MM, Point, Sheet

#: Shares of a box's inside that ink covers: less than the first is no mark in it, more than the
#: second (for a dot, the third) is one; between them nobody could say and no example is made.
BARELY, PLAINLY, DOT = 0.005, 0.05, 0.02
#: So much of a neighbour's or a line's ink in an empty box is foreign.
CROSSED = 0.04
#: A mark must have so many times more ink in its own box than in any other, or nobody could say
#: whose it is.
OWN = 1.5
#: A mark is looked at this far from its box, in box sides.
FAR = 3.5
#: A large tick may lie round its box: what is on it, its frame and so much about it counts where
#: the mark's middle is the box's, as near as the second (in sides).
ABOUT, MIDDLE = 1.3, 0.6
#: How often marks are taken back how.
WAYS = {"struck": 0.3, "blacked": 0.2, "whitened": 0.26, "crossed": 0.08, "waved": 0.08, "scribbled": 0.08}  # fmt: skip
#: So many sheets are printed with little toner; one-bit scanners lose their frames.
PALE = 0.2


class Marking:
    """The boxes of a sheet and what is written into them."""

    def __init__(
        self, canvas: np.ndarray, s: Sheet, middles: list[Point], rng: np.random.Generator
    ) -> None:
        self.canvas, self.s, self.middles, self.rng = canvas, s, middles, rng
        self.side = s.style.side * PER_MM
        self.inner = printed.inside(s.style) * self.side
        self.foreign = np.zeros(len(middles))
        self.reached = (0.0, 0.0)

    def kinds(self) -> list[Kind | None]:
        """Print every box, then mark them; gives the truth."""
        s, rng = self.s, self.rng
        ticked = [rng.random() < s.ticked[k % 2] for k in range(len(self.middles))]
        for at, tick in zip(self.middles, ticked, strict=True):
            printed.box(self.canvas, s.style, at, PER_MM, tick and not s.pen, rng)
        if rng.random() < PALE and s.scan.cut is None:
            wear.toner(self.canvas, rng)
        if not s.pen:
            return [Kind.CHECKED if t else Kind.EMPTY for t in ticked]
        out = [self._one(k, t) for k, t in enumerate(ticked)]
        return [self._crossed(k, kind) for k, kind in enumerate(out)]

    def _crossed(self, k: int, kind: Kind | None) -> Kind | None:
        if kind is Kind.EMPTY and self.foreign[k] >= BARELY:
            return Kind.FOREIGN if self.foreign[k] > CROSSED else None
        return kind

    def _one(self, k: int, ticked: bool) -> Kind | None:
        s, rng, hand = self.s, self.rng, self.s.hands[k % 2]
        if not ticked:
            return Kind.EMPTY
        seen = visible(s, hand)
        special = rng.random()
        if special < s.cancelled[k % 2]:
            kind = self._cancelled(k)
        elif special < s.cancelled[k % 2] + s.outside[k % 2]:
            kind = self._outside(k)
        else:
            kind = self._mark(k)
        return kind if seen else None

    def _draw(self, k: int, strokes: list[np.ndarray], hand: pens.Hand) -> tuple[float, float]:
        """Draw; gives the share of the own box's inside that is inked, and the most of any other
        box's."""
        x, y = self.middles[k]
        reach = FAR * self.side + 2 * PER_MM
        left, top = max(0, int(x - reach)), max(0, int(y - reach))
        part = self.canvas[top : int(y + reach), left : int(x + reach)]
        cover = pens.draw(part, strokes, self.side, (x - left, y - top), hand, PER_MM, self.rng)
        own, most = 0.0, 0.0
        near, other = 0.0, 0.0
        wide = np.full(2, ABOUT * self.side / 2)
        for j, (u, v) in enumerate(self.middles):
            if abs(u - x) > reach or abs(v - y) > reach:
                continue
            share = _share(cover, (u - left, v - top), self.inner)
            about = _share(cover, (u - left, v - top), wide)
            if j == k:
                own, near = share, about
            else:
                most, other = max(most, share), max(other, about)
                self.foreign[j] = max(self.foreign[j], share)
        self.reached = near, other
        return own, most

    def _mark(self, k: int) -> Kind | None:
        rng, hand = self.rng, self.s.hands[k % 2]
        kind = str(rng.choice(hand.kinds))
        strokes = pens.written(kind, hand, rng)
        own, other = self._draw(k, strokes, hand)
        if kind in ("tick", "slash", "cross") and own <= max(PLAINLY, OWN * other):
            return self._about(k, strokes)
        if kind == "ring":
            return Kind.CHECKED if other < PLAINLY else None
        least = DOT if kind == "dot" else PLAINLY
        return Kind.CHECKED if own > max(least, OWN * other) else None

    def _about(self, k: int, strokes: list[np.ndarray]) -> Kind | None:
        """What a mark is of which hardly anything is in its box: a tick, where it lies about the
        box and so do most of its hand."""
        points, hand = np.vstack(strokes), self.s.hands[k % 2]
        middle = np.abs((points.min(0) + points.max(0)) / 2).max()
        if hand.size < 1.4 or middle > MIDDLE or self.reached[0] <= max(PLAINLY / 2, OWN * self.reached[1]):  # fmt: skip
            return None
        return Kind.CHECKED

    def _outside(self, k: int) -> Kind | None:
        rng, hand = self.rng, self.s.hands[k % 2]
        strokes = pens.mark(str(rng.choice(["tick", "cross", "slash", "scrawl"])), hand, rng)
        size = rng.uniform(0.5, 1.1)
        wide = hand.width / self.s.style.side / 2
        away = rng.choice([-1, 1]) * (0.55 + wide + size * 0.6 + rng.uniform(0.0, 0.6))
        shift = np.array([away, rng.normal(0, 0.2)])
        own, _ = self._draw(k, [p * size + shift for p in strokes], hand)
        if own >= BARELY:
            return None
        # Too far for a patch to show it, it is for the judge of whole cells.
        return Kind.OUTSIDE if abs(away) - size * 0.4 < 1.0 else None

    def _cancelled(self, k: int) -> Kind | None:
        """A mark, and then taken back: struck through, crossed or blacked out, or whitened."""
        rng, s = self.rng, self.s
        hand = s.hands[k % 2]
        first = str(rng.choice(hand.kinds))
        mark = pens.written(first, hand, rng)
        own, _ = self._draw(k, mark, hand)
        way = self._way(first, hand)
        if way == "whitened":
            if own < PLAINLY:
                return None
            if rng.random() < 0.5:
                wear.white_out(self.canvas, self.middles[k], self.side, rng)
            else:
                strokes = pens.taken_back(way, hand, mark, rng)
                wear.brush_out(self.canvas, strokes, self.middles[k], self.side, rng)
            return Kind.CANCELLED
        strokes = pens.taken_back(way, hand, mark, rng)
        self._draw(k, strokes, pens.firmer(hand, way, s.style.side))
        return Kind.CANCELLED if own > BARELY or first == "ring" else None

    def _way(self, first: str, hand: pens.Hand) -> str:
        """How a mark is taken back: so that it looks like none of its hand's."""
        ways = dict(WAYS)
        if set(hand.kinds) & {"fill", "scrawl"}:
            del ways["blacked"], ways["scribbled"], ways["waved"]
        if first == "cross" or "cross" in hand.kinds:
            del ways["crossed"]
        if self.s.scan.cut is not None:
            del ways["whitened"]
        share = np.array(list(ways.values()))
        return str(self.rng.choice(list(ways), p=share / share.sum()))


def _share(cover: np.ndarray, at: Point, half: tuple[float, float] | np.ndarray) -> float:
    x, y = at
    w, h = half
    part = cover[max(0, round(y - h)) : max(0, round(y + h)), max(0, round(x - w)) : max(0, round(x + w))]  # fmt: skip
    return float((part > 0.4).mean()) if part.size else 0.0


def visible(s: Sheet, hand: pens.Hand) -> bool:
    """Whether this hand's ink survives this scanner."""
    grain = 0.6 if "pencil" in hand.ink else 1.0
    return shows(s, grain * (1 - float(np.mean(pens.INKS[hand.ink]))))


def shows(s: Sheet, ink: float) -> bool:
    """Whether ink of this darkness survives this scanner."""
    ink *= s.scan.fade
    if s.scan.cut is not None:
        return 1 - ink < s.scan.cut - 0.08
    return ink > max(0.07, 3 * s.scan.noise)


def worn(canvas: np.ndarray, s: Sheet, middles: list[Point], kinds: list[Kind | None],
          rng: np.random.Generator) -> list[Kind | None]:  # fmt: skip
    """Wear the paper; a line or a seal on a box changes what can be said of it."""
    side = s.style.side * PER_MM
    inner = printed.inside(s.style) * side
    if rng.random() < 0.5:
        wear.dust(canvas, PER_MM, rng)
    for at in middles:
        if rng.random() < 0.04:
            wear.smear(canvas, at, side, rng)
    covers = [wear.line_through(canvas, middles, PER_MM, rng) for _ in range(rng.choice([0, 1, 2], p=[0.6, 0.25, 0.15]))]  # fmt: skip
    covers += [wear.stamp(canvas, middles, PER_MM, rng) for _ in range(rng.choice([0, 1, 2], p=[0.75, 0.17, 0.08]))]  # fmt: skip
    out = []
    for at, kind in zip(middles, kinds, strict=True):
        share = max((_share(c, at, inner) for c, _ in covers), default=0.0)
        dark = max((d for c, d in covers if _share(c, at, inner) > 0), default=0.0)
        if kind is Kind.EMPTY and share >= BARELY and shows(s, dark / 2):
            kind = Kind.FOREIGN if share > CROSSED and shows(s, dark) else None
        out.append(kind)
    return out
