"""A page photographed with a telephone: perspective, curl, a desk behind, uneven light."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

import cv2
import numpy as np

from mill.paper.leaf import Leaf, Points
from mill.paper.render import Image


@dataclass(frozen=True, slots=True)
class Shot:
    """One photograph. ``pixels`` along the longer side of the picture; ``fill`` share of the
    picture's sides that the page takes; ``tilt`` how far a corner is off, as a share of the
    page; ``curl`` how far a middle line bows, likewise; ``turn`` degrees; ``shadow`` 0 to 1;
    ``tint`` BGR factors of the light; ``desk`` which desk."""

    pixels: int
    fill: float
    tilt: float
    curl: float
    turn: float
    shadow: float
    tint: tuple[float, float, float]
    desk: int


def photograph(leaf: Leaf, shot: Shot, rng: Random) -> None:
    """Take the picture; grey pages come out grey."""
    w, h = leaf.size
    ratio = shot.pixels / max(w, h)
    size = (round(w * ratio), round(h * ratio))
    matrix = _perspective(leaf, shot, size, rng)
    bend = (shot.curl * h * rng.choice((-1, 1)), rng.uniform(0.2, 0.8) * np.pi)
    inverse = np.linalg.inv(matrix)
    maps = _maps(size, inverse, bend, w)
    image = cv2.remap(leaf.image, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    across, down = cv2.inRange(maps[0], 0.0, float(w)), cv2.inRange(maps[1], 0.0, float(h))
    inside = cv2.bitwise_and(across, down)
    desk = _desk(shot.desk, size)
    if image.ndim == 2:
        desk = cv2.cvtColor(desk, cv2.COLOR_BGR2GRAY)
    cv2.copyTo(image, inside, desk)
    leaf.image = _lit(desk, shot, rng)
    leaf.move(lambda q: _project(q, matrix, bend, w))
    leaf.dpi = leaf.dpi * ratio * shot.fill
    leaf.note(
        "photo",
        pixels=shot.pixels,
        fill=shot.fill,
        tilt=shot.tilt,
        curl=shot.curl,
        turn_degrees=shot.turn,
        shadow=shot.shadow,
        desk=shot.desk,
    )


def _perspective(leaf: Leaf, shot: Shot, size: tuple[int, int], rng: Random) -> Points:
    """Page pixels to picture pixels, (3, 3)."""
    w, h = leaf.size
    page = np.array([(0, 0), (w, 0), (w, h), (0, h)], np.float32)
    off = np.array([[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(4)]) * shot.tilt
    unit = (page / (w, h) - 0.5) * shot.fill + off * 0.5
    angle = np.deg2rad(shot.turn)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    placed = (unit * size) @ turn.T + np.array(size) / 2
    return cv2.getPerspectiveTransform(page, placed.astype(np.float32))


def _maps(
    size: tuple[int, int], inverse: Points, bend: tuple[float, float], width: int
) -> tuple[np.ndarray, np.ndarray]:
    """For every picture pixel the page pixel it shows; worked out coarsely and filled in."""
    step = 8
    xs = np.arange(0, size[0] + step, step, dtype=np.float64)
    ys = np.arange(0, size[1] + step, step, dtype=np.float64)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(1, -1, 2)
    flat = cv2.perspectiveTransform(grid, inverse)[0]
    flat[:, 1] += _bow(flat[:, 0], bend, width)
    coarse = flat.reshape(len(ys), len(xs), 2).astype(np.float32)
    full = (len(xs) * step, len(ys) * step)
    grow = np.array([[step, 0, 0], [0, step, 0]], np.float32)
    fine = [
        cv2.warpAffine(part, grow, full, borderMode=cv2.BORDER_REPLICATE)[: size[1], : size[0]]
        for part in cv2.split(coarse)
    ]
    return fine[0], fine[1]


def _bow(x: np.ndarray, bend: tuple[float, float], width: int) -> np.ndarray:
    """How far down a column of the page lies for the curl of the paper."""
    return bend[0] * np.sin(np.pi * x / width + bend[1] - np.pi / 2)


def _project(quad: Points, matrix: Points, bend: tuple[float, float], width: int) -> Points:
    flat = quad.copy()
    flat[:, 1] -= _bow(flat[:, 0], bend, width)
    moved: Points = cv2.perspectiveTransform(flat[None], matrix)[0]
    return moved


def _lit(image: Image, shot: Shot, rng: Random) -> Image:
    h, w = image.shape[:2]
    cells = np.array([[rng.uniform(0.82, 1.0) for _ in range(3)] for _ in range(3)], np.float32)
    light = cv2.resize(cells, (w // 8, h // 8), interpolation=cv2.INTER_CUBIC)
    if shot.shadow:
        light *= _shadow(light.shape, shot.shadow, rng)
    light = cv2.resize(light, (w, h), interpolation=cv2.INTER_LINEAR).clip(0, 1)
    if image.ndim == 2:
        return (image * light).astype(np.uint8)
    field = cv2.merge([light * t for t in shot.tint])
    return cv2.multiply(image, field, dtype=cv2.CV_8U)


def _shadow(shape: tuple[int, ...], depth: float, rng: Random) -> np.ndarray:
    """The photographer's hand or head, soft."""
    h, w = shape
    mask = np.ones((h, w), np.float32)
    x, y = rng.uniform(0, 1) * w, rng.uniform(0.4, 1.1) * h
    axes = (round(rng.uniform(0.25, 0.5) * w), round(rng.uniform(0.3, 0.6) * h))
    cv2.ellipse(mask, (round(x), round(y)), axes, rng.uniform(0, 90), 0, 360, 1 - depth, -1)
    return cv2.GaussianBlur(mask, (0, 0), max(3.0, 0.05 * w))


@lru_cache(maxsize=4)
def _desk_tile(number: int) -> Image:
    rng = np.random.default_rng(number)
    kinds = ((60, 90, 130), (120, 125, 130), (40, 45, 50), (150, 170, 190), (90, 110, 90))
    color = np.array(kinds[number % len(kinds)], np.float32)
    lines = rng.random((512, 16), np.float32)
    grain = cv2.resize(lines, (1024, 1024), interpolation=cv2.INTER_CUBIC)
    speck = cv2.GaussianBlur(rng.random((1024, 1024), np.float32), (0, 0), 1)
    pattern = 0.75 + 0.3 * grain + 0.4 * (speck - 0.5)
    return np.clip(color * pattern[..., None], 0, 255).astype(np.uint8)


def _desk(number: int, size: tuple[int, int]) -> Image:
    tile = _desk_tile(number)
    down, across = -(-size[1] // tile.shape[0]), -(-size[0] // tile.shape[1])
    return np.tile(tile, (down, across, 1))[: size[1], : size[0]].copy()
