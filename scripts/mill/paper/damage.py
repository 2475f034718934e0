"""Dirt and accidents on the scanned page. Sizes are millimetres on the paper."""

from __future__ import annotations

import math
from random import Random

import cv2
import numpy as np

from mill.paper.ink import Patch, lay
from mill.paper.leaf import Leaf
from mill.paper.render import Image


def _gray(leaf: Leaf, level: int) -> tuple[int, ...]:
    return (level,) if leaf.image.ndim == 2 else (level, level, level)


def _darken(image: Image, shade: np.ndarray) -> Image:
    """Multiply a page by a field of 0 to 1."""
    field: Image = (shade * 255).astype(np.uint8)
    if image.ndim == 3:
        field = cv2.merge([field] * 3)
    return cv2.multiply(image, field, scale=1 / 255)


def _field(leaf: Leaf, rng: Random, cells: int) -> np.ndarray:
    """A soft random field of 0 to 1 over the page."""
    noise = np.array([[rng.random() for _ in range(cells)] for _ in range(cells)], np.float32)
    soft = cv2.resize(noise, leaf.size, interpolation=cv2.INTER_CUBIC)
    return np.clip(soft, 0, 1)


def dust(leaf: Leaf, rng: Random, per_page: int, largest_mm: float = 0.35) -> None:
    """Specks, dark on paper and light on ink, a few of them short hairs."""
    w, h = leaf.size
    for _ in range(per_page):
        x, y = rng.randrange(w), rng.randrange(h)
        radius = max(0, round(leaf.px(rng.uniform(0.05, largest_mm)) / 2))
        level = 245 if rng.random() < 0.25 else rng.randrange(20, 140)
        if rng.random() < 0.06:
            end = (x + round(leaf.px(rng.uniform(-2, 2))), y + round(leaf.px(rng.uniform(-2, 2))))
            cv2.line(leaf.image, (x, y), end, _gray(leaf, level), 1, cv2.LINE_AA)
        else:
            cv2.circle(leaf.image, (x, y), radius, _gray(leaf, level), -1, cv2.LINE_AA)
    leaf.note("dust", per_page=per_page, largest_mm=largest_mm)


def streaks(leaf: Leaf, rng: Random, count: int, strength: float) -> None:
    """Straight lines along the feed, from dirt on the glass; light ones where a sensor failed."""
    w, h = leaf.size
    for _ in range(count):
        x = rng.uniform(0.02, 0.98) * w
        width = max(1, round(leaf.px(rng.uniform(0.05, 0.35))))
        light = rng.random() < 0.3
        level = 250 if light else round(255 * (1 - strength * rng.uniform(0.6, 1)))
        part = leaf.image[:, int(x) : int(x) + width]
        part[:] = np.maximum(part, level) if light else np.minimum(part, level)
        leaf.cross([(x, 0), (x, h)], width)
    leaf.note("streaks", count=count, strength=strength)


def folds(leaf: Leaf, rng: Random, count: int, strength: float) -> None:
    """Creases across the page: a line, with the paper lighter on one side and darker on the
    other."""
    w, h = leaf.size
    for _ in range(count):
        across = rng.random() < 0.6
        at, lean = rng.uniform(0.15, 0.85), rng.uniform(-0.012, 0.012)
        a = (0.0, (at - lean) * h) if across else ((at - lean) * w, 0.0)
        b = (float(w), (at + lean) * h) if across else ((at + lean) * w, float(h))
        _crease(leaf, a, b, strength, rng)
        leaf.cross([a, b], leaf.px(1.2))
    leaf.note("folds", count=count, strength=strength)


def _crease(
    leaf: Leaf, a: tuple[float, float], b: tuple[float, float], strength: float, rng: Random
) -> None:
    w, h = leaf.size
    length = math.hypot(b[0] - a[0], b[1] - a[1])
    nx, ny = -(b[1] - a[1]) / length, (b[0] - a[0]) / length
    small = 4
    ys, xs = np.mgrid[0:h:small, 0:w:small].astype(np.float32)
    away = ((xs - a[0]) * nx + (ys - a[1]) * ny) / leaf.px(9)
    shade = 1 - 0.28 * strength * np.exp(-np.abs(away)) * np.sign(away).clip(0, 1)
    leaf.image = _darken(leaf.image, cv2.resize(shade.astype(np.float32), (w, h)))
    level = round(255 * (1 - 0.55 * strength))
    line = np.full((h, w), 255, np.uint8)
    ends = [(round(p[0]), round(p[1])) for p in (a, b)]
    cv2.line(line, ends[0], ends[1], level, max(1, round(leaf.px(0.18))), cv2.LINE_AA)
    leaf.image = _darken(leaf.image, line.astype(np.float32) / 255)


def stains(leaf: Leaf, rng: Random, count: int, strength: float) -> None:
    """Soft blots, darker at the rim as they dried."""
    for _ in range(count):
        _blot(leaf, rng, leaf.px(rng.uniform(6, 22)), strength, hollow=False)
    leaf.note("stains", count=count, strength=strength)


def cup_ring(leaf: Leaf, rng: Random, strength: float) -> None:
    """The ring of a wet cup."""
    _blot(leaf, rng, leaf.px(rng.uniform(32, 42)), strength, hollow=True)
    leaf.note("cup-ring", strength=strength)


def _blot(leaf: Leaf, rng: Random, radius: float, strength: float, hollow: bool) -> None:
    w, h = leaf.size
    cx, cy = rng.uniform(0, w), rng.uniform(0, h)
    reach = int(radius * 1.4)
    x0, y0 = max(0, int(cx) - reach), max(0, int(cy) - reach)
    x1, y1 = min(w, int(cx) + reach), min(h, int(cy) + reach)
    ys, xs = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    angle = np.arctan2(ys - cy, xs - cx)
    lobes = 0.015 if hollow else 0.06
    uneven = 1 + lobes * (np.sin(3 * angle + rng.uniform(0, 6)) + 0.5 * np.sin(7 * angle))
    r = np.hypot(xs - cx, ys - cy) / (radius * uneven)
    rim = np.exp(-(((r - 1) / (0.07 if hollow else 0.05)) ** 2))
    body = 0.0 if hollow else 0.45 / (1 + np.exp((r - 1) * 30))
    depth = np.clip(strength * (0.55 * rim + body), 0, 1)
    part = leaf.image[y0:y1, x0:x1]
    tint = np.array([0.75, 0.5, 0.35], np.float32)
    if part.ndim == 3:
        part[:] = (part * (1 - depth[..., None] * tint)).astype(np.uint8)
    else:
        part[:] = (part * (1 - depth * 0.5)).astype(np.uint8)


def punch_holes(leaf: Leaf, rng: Random, lid: int) -> None:
    """Two or four holes at the left edge; the lid shows through."""
    w, h = leaf.size
    side = rng.choice(("left", "top"))
    spots = rng.choice(((-40, 40), (-120, -40, 40, 120)))
    for mm in spots:
        x, y = (
            (leaf.px(12), h / 2 + leaf.px(mm))
            if side == "left"
            else (
                w / 2 + leaf.px(mm),
                leaf.px(12),
            )
        )
        radius = round(leaf.px(2.75))
        cv2.circle(leaf.image, (round(x), round(y)), radius, _gray(leaf, lid), -1, cv2.LINE_AA)
        cv2.circle(leaf.image, (round(x), round(y)), radius, _gray(leaf, 90), 1, cv2.LINE_AA)
        leaf.cross([(x - radius, y), (x + radius, y)], 2 * radius)
    leaf.note("punch-holes", side=side, count=len(spots))


def staple(leaf: Leaf, rng: Random) -> None:
    """A staple in the top left corner and the shadow of its wire."""
    x, y = leaf.px(rng.uniform(7, 14)), leaf.px(rng.uniform(6, 12))
    angle = rng.uniform(-0.9, 0.2)
    end = (x + leaf.px(11) * math.cos(angle), y + leaf.px(11) * math.sin(angle))
    thick = max(1, round(leaf.px(0.5)))
    for shift, level in ((leaf.px(0.6), 150), (0.0, 60)):
        a = (round(x + shift), round(y + shift))
        b = (round(end[0] + shift), round(end[1] + shift))
        cv2.line(leaf.image, a, b, _gray(leaf, level), thick, cv2.LINE_AA)
    leaf.note("staple")


def uneven_light(leaf: Leaf, rng: Random, strength: float) -> None:
    """Light that falls off over the page."""
    shade = 1 - strength * _field(leaf, rng, 3)
    leaf.image = _darken(leaf.image, shade)
    leaf.note("uneven-light", strength=strength)


def gutter(leaf: Leaf, rng: Random, strength: float) -> None:
    """The shadow of a page that does not lie flat along one edge."""
    w, h = leaf.size
    edge = rng.choice(("left", "right", "top"))
    reach = leaf.px(rng.uniform(8, 18))
    across = np.arange(h if edge == "top" else w, dtype=np.float32)
    if edge == "right":
        across = across[::-1]
    profile = 1 - strength * np.exp(-across / reach)
    shade = np.tile(profile, (h, 1)) if edge != "top" else np.tile(profile[:, None], (1, w))
    leaf.image = _darken(leaf.image, shade)
    leaf.note("gutter", edge=edge, strength=strength)


def light_toner(leaf: Leaf, rng: Random, strength: float) -> None:
    """Printing that is pale in places, with specks missing. Before any pen touches the page."""
    keep = 1 - strength * (0.55 + 0.45 * _field(leaf, rng, 5))
    missing = np.random.default_rng(rng.randrange(1 << 30)).random(leaf.image.shape[:2], np.float32)
    keep = np.where(missing < 0.08 * strength, 0.25 * keep, keep)
    ink = 255 - leaf.image
    leaf.image = 255 - _darken(ink, keep)
    leaf.note("light-toner", strength=strength)


def bleed_through(leaf: Leaf, other: Image, strength: float) -> None:
    """The back of the sheet shows, mirrored and soft."""
    back = cv2.flip(cv2.resize(other, leaf.size, interpolation=cv2.INTER_AREA), 1)
    soft = cv2.GaussianBlur(back, (0, 0), leaf.px(0.25))
    shade = 1 - strength * (1 - soft.astype(np.float32) / 255)
    if leaf.image.ndim == 3 and shade.ndim == 2:
        shade = shade[..., None]
    leaf.image = (leaf.image * shade).astype(np.uint8)
    leaf.note("bleed-through", strength=strength)


def seal(leaf: Leaf, rng: Random, near: tuple[float, float], opacity: float) -> None:
    """A round red stamp about ``near``: a ring, a star, characters around them."""
    radius = leaf.px(rng.uniform(18, 21))
    ring = max(1, round(leaf.px(1.1)))
    size = int(2 * radius + 4 * ring)
    mask: Image = np.zeros((size, size), np.uint8)
    c = size / 2
    cv2.circle(mask, (round(c), round(c)), round(radius), 255, ring, cv2.LINE_AA)
    star = [
        (
            c + radius * (0.32 if k % 2 == 0 else 0.13) * math.sin(k * math.pi / 5),
            c - radius * (0.32 if k % 2 == 0 else 0.13) * math.cos(k * math.pi / 5),
        )
        for k in range(10)
    ]
    cv2.fillPoly(mask, [np.round(star).astype(np.int32)], 255, cv2.LINE_AA)
    _seal_words(mask, c, radius, rng)
    turned = rng.uniform(-20, 20)
    turn = cv2.getRotationMatrix2D((c, c), turned, 1)
    mask = cv2.warpAffine(mask, turn, (size, size))
    worn = np.random.default_rng(rng.randrange(1 << 30)).random(
        (size // 3 + 1, size // 3 + 1), np.float32
    )
    soft = cv2.resize(cv2.GaussianBlur(worn, (0, 0), 1.2), (size, size))
    alpha = mask.astype(np.float32) / 255 * opacity * np.clip(1.9 - 1.9 * soft, 0.3, 1)
    _press(leaf, alpha, near, (60, 50, 215))
    leaf.cross(_arc(near, radius, 0, 2 * math.pi), ring)
    words = [angle - math.radians(turned) for angle in _WORDS_ARC]
    leaf.cross(_arc(near, 0.78 * radius, *words), 0.24 * radius)
    leaf.cross([near, (near[0] + 1, near[1])], 0.64 * radius)
    leaf.note("seal", opacity=opacity)


_WORDS_ARC = (0.85 * math.pi, 2.15 * math.pi)
"""Radians between which the characters of a seal stand."""


def _arc(
    middle: tuple[float, float], radius: float, start: float, end: float
) -> list[tuple[float, float]]:
    return [
        (middle[0] + radius * math.cos(t), middle[1] + radius * math.sin(t))
        for t in np.linspace(start, end, 40)
    ]


def _seal_words(mask: Image, c: float, radius: float, rng: Random) -> None:
    """Characters around the upper part of the ring, feet to the middle; strokes at random, for
    nobody reads them."""
    count = rng.randrange(9, 13)
    half, thick = 0.1 * radius, max(1, round(radius * 0.028))
    for k in range(count):
        t = _WORDS_ARC[0] + (_WORDS_ARC[1] - _WORDS_ARC[0]) * k / (count - 1)
        out, along = np.array((math.cos(t), math.sin(t))), np.array((-math.sin(t), math.cos(t)))
        middle = c + 0.78 * radius * out
        for _ in range(rng.randrange(5, 9)):
            lying, place = rng.random() < 0.55, rng.uniform(-1, 1) * half
            reach = rng.uniform(0.5, 1.0) * half
            run, at = (along, out * place) if lying else (out, along * place)
            a, b = middle + at - run * reach, middle + at + run * reach
            cv2.line(mask, _whole(a), _whole(b), 255, thick, cv2.LINE_AA)


def _whole(point: np.ndarray) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _press(
    leaf: Leaf, alpha: np.ndarray, near: tuple[float, float], bgr: tuple[int, int, int]
) -> None:
    h, w = alpha.shape
    x, y = round(near[0] - w / 2), round(near[1] - h / 2)
    cut = alpha[max(0, -y) :, max(0, -x) :]
    x, y = max(0, x), max(0, y)
    cut = cut[: leaf.size[1] - y, : leaf.size[0] - x]
    if cut.size:
        lay(leaf.image, Patch(x, y, cut), bgr)


def photocopy(leaf: Leaf, rng: Random, strength: float) -> None:
    """A copy of a copy: colours go, strokes swell or thin, greys go, toner specks come."""
    if leaf.image.ndim == 3:
        leaf.image = cv2.merge([cv2.cvtColor(leaf.image, cv2.COLOR_BGR2GRAY)] * 3)
    soft = cv2.GaussianBlur(leaf.image, (0, 0), leaf.px(0.06 + 0.05 * strength))
    gain = 1.5 + strength
    lift = rng.uniform(120, 165)
    steep = np.clip((np.arange(256) - lift) * gain + lift, 8, 252).astype(np.uint8)
    leaf.image = cv2.LUT(soft, steep)
    dust(leaf, rng, round(150 * strength), 0.2)
    leaf.note("photocopy", strength=strength)
