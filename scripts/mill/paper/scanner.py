"""A scanner: the paper laid on the glass, sampled, and its light and dirt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

import cv2
import numpy as np

from mill.paper.leaf import Leaf, Points
from mill.paper.render import Image

BEDS = {"white": 255, "grey": 120, "black": 22}
"""Grey level of the lid behind the paper."""


@dataclass(frozen=True, slots=True)
class Bed:
    """How the paper lies and is sampled. ``dpi`` of the scan, ``skew`` in degrees clockwise,
    ``scale`` and ``stretch`` (x, y) as factors, ``shift`` in millimetres, ``margin`` of the
    scanned area around the paper in millimetres, ``lid`` what shows there, ``blur`` in pixels
    of the scan, ``crop`` cut to what is printed."""

    dpi: int
    skew: float = 0.0
    scale: float = 1.0
    stretch: tuple[float, float] = (1.0, 1.0)
    shift: tuple[float, float] = (0.0, 0.0)
    margin: float = 0.0
    lid: str = "white"
    blur: float = 0.5
    crop: bool = False


def lay_and_sample(leaf: Leaf, bed: Bed, rng: Random) -> None:
    """Scan the printed page: one resampling for all moves."""
    ratio = bed.dpi / leaf.dpi
    w, h = leaf.size
    margin = bed.margin * bed.dpi / 25.4
    size = (round(w * ratio + 2 * margin), round(h * ratio + 2 * margin))
    matrix = _matrix(bed, (w, h), size, ratio)
    if bed.crop:
        size = _crop(leaf, matrix, bed.dpi, rng)
    source = _softened(leaf.image, ratio)
    level = BEDS[bed.lid]
    border = level if source.ndim == 2 else (level, level, level)
    leaf.image = cv2.warpAffine(
        source,
        matrix,
        size,
        flags=cv2.INTER_LINEAR,
        borderValue=border,
    )
    if bed.blur > 0:
        leaf.image = cv2.GaussianBlur(leaf.image, (0, 0), bed.blur)
    leaf.dpi = bed.dpi
    leaf.move(lambda quad: cv2.transform(quad[None], matrix)[0])
    leaf.note(
        "scan",
        dpi=bed.dpi,
        skew_degrees=bed.skew,
        scale=bed.scale,
        stretch=[round(s, 4) for s in bed.stretch],
        shift_mm=[round(s, 1) for s in bed.shift],
        margin_mm=bed.margin,
        lid=bed.lid,
        blur_px=bed.blur,
        cropped=bed.crop,
    )


def _matrix(bed: Bed, page: tuple[int, int], size: tuple[int, int], ratio: float) -> Points:
    """Print pixels to scan pixels, (2, 3): turned and scaled about the middle, then shifted."""
    angle = np.deg2rad(bed.skew)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.diag(bed.stretch) * bed.scale * ratio
    shift = np.array(bed.shift) * bed.dpi / 25.4
    offset = np.array(size) / 2 + shift - linear @ (np.array(page) / 2)
    return np.column_stack([linear, offset])


def _crop(leaf: Leaf, matrix: Points, dpi: int, rng: Random) -> tuple[int, int]:
    """Cut to the printed part, up to two millimetres of paper around it; changes ``matrix``."""
    gray = leaf.image if leaf.image.ndim == 2 else leaf.image.min(axis=2)
    inked = gray < np.median(gray) - 40
    xs, ys = np.flatnonzero(inked.any(axis=0)), np.flatnonzero(inked.any(axis=1))
    if not len(xs):
        return leaf.size
    corners = np.array([(x, y) for x in (xs[0], xs[-1]) for y in (ys[0], ys[-1])], float)
    moved = cv2.transform(corners[None], matrix)[0]
    rim = dpi / 25.4 * rng.uniform(0.3, 2.0)
    low, high = moved.min(axis=0) - rim, moved.max(axis=0) + rim
    matrix[:, 2] -= low
    return int(np.ceil(high[0] - low[0])), int(np.ceil(high[1] - low[1]))


def _softened(image: Image, ratio: float) -> Image:
    """Made soft enough to be sampled at ``ratio`` without moiré."""
    if ratio > 0.8:
        return image
    return cv2.GaussianBlur(image, (0, 0), 0.35 / ratio)


def turn(leaf: Leaf, degrees: int) -> None:
    """Turn the page clockwise by a multiple of 90 degrees."""
    if not degrees:
        return
    w, h = leaf.size
    codes = {
        90: cv2.ROTATE_90_CLOCKWISE,
        180: cv2.ROTATE_180,
        270: cv2.ROTATE_90_COUNTERCLOCKWISE,
    }
    leaf.image = cv2.rotate(leaf.image, codes[degrees])
    moves = {
        90: lambda q: np.column_stack([h - q[:, 1], q[:, 0]]),
        180: lambda q: np.column_stack([w - q[:, 0], h - q[:, 1]]),
        270: lambda q: np.column_stack([q[:, 1], w - q[:, 0]]),
    }
    leaf.move(moves[degrees])
    leaf.note("turn", degrees=degrees)


def wobble(leaf: Leaf, rng: Random, reach_mm: float) -> None:
    """Unsteady feed: lines lie up to ``reach_mm`` too high or too low, in slow waves."""
    w, h = leaf.size
    reach, length, start = leaf.px(reach_mm), rng.uniform(0.2, 0.6) * h, rng.uniform(0, 6.28)

    def lag(y: Points) -> Points:
        shift: Points = reach * np.sin(2 * np.pi * y / length + start)
        return shift

    ys = np.arange(h, dtype=np.float32)
    rows = np.repeat((ys + lag(ys)).astype(np.float32)[:, None], w, axis=1)
    columns = np.repeat(np.arange(w, dtype=np.float32)[None], h, axis=0)
    leaf.image = cv2.remap(
        leaf.image, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    # Waves are long against their reach, so the lag where a point goes is the lag where it was.
    leaf.move(lambda quad: np.column_stack([quad[:, 0], quad[:, 1] - lag(quad[:, 1])]))
    leaf.note("wobble", reach_mm=reach_mm)


def tone(leaf: Leaf, black: float, white: float) -> None:
    """Where the scanner puts ink and paper: 0 becomes ``black``, 255 ``white``."""
    table = np.clip(np.linspace(black, white, 256), 0, 255).astype(np.uint8)
    leaf.image = cv2.LUT(leaf.image, table)
    leaf.note("tone", black=black, white=white)


def grain(leaf: Leaf, sigma: float, rng: Random) -> None:
    """Sensor noise, grey levels of standard deviation."""
    tile = _noise_tile()
    h, w = leaf.image.shape[:2]
    y, x = rng.randrange(tile.shape[0]), rng.randrange(tile.shape[1])
    rows = np.arange(y, y + h) % tile.shape[0]
    columns = np.arange(x, x + w) % tile.shape[1]
    noise = np.take(np.take(tile, rows, axis=0), columns, axis=1)
    if leaf.image.ndim == 3:
        noise = cv2.merge([noise] * 3)
    leaf.image = cv2.addWeighted(leaf.image, 1.0, noise, sigma / 32, -128 * sigma / 32)
    leaf.note("grain", sigma=sigma)


@lru_cache(maxsize=1)
def _noise_tile() -> Image:
    """Normal noise of mean 128 and deviation 32; odd sides, so that repeats do not line up."""
    rng = np.random.default_rng(20190301)
    noise = rng.standard_normal((1499, 1601), np.float32)
    return np.clip(128 + 32 * noise, 0, 255).astype(np.uint8)


def bilevel(leaf: Leaf, threshold: int, rng: Random, dither: float = 0.0) -> None:
    """Black or white by one threshold, which wavers by ``dither`` grey levels."""
    gray = leaf.image
    if gray.ndim == 3:
        gray = cv2.cvtColor(gray, cv2.COLOR_BGR2GRAY)
    if dither:
        leaf.image = gray
        grain(leaf, dither, rng)
        gray = leaf.image
    leaf.image = cv2.threshold(gray, threshold, 255, cv2.THRESH_BINARY)[1]
    leaf.note("bilevel", threshold=threshold)
