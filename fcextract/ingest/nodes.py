"""Maps from a flat page to the picture that shows it, as nodes spread over the page."""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fcextract.scan import Nodes

Floats = NDArray[np.float64]
Pixels = NDArray[Any]

#: Spacing of the warp's nodes, in inches.
NODE = 0.25


class Sheet(NamedTuple):
    """Where a sheet lies: ``nodes`` (rows, columns, 2) are places in the picture, in pixels,
    spread evenly over the flat sheet, which is ``size`` (width, height) pixels large."""

    nodes: Nodes
    size: tuple[int, int]


def identity(width: int, height: int, dpi: float) -> Nodes:
    """The nodes of a page, (rows, columns, 2), that is flat as it is; sides in pixels."""
    columns, rows = node_counts(width, height, dpi)
    xs, ys = np.linspace(0, width, columns), np.linspace(0, height, rows)
    return np.stack(np.meshgrid(xs, ys), axis=-1).astype(np.float32)


def node_counts(width: int, height: int, dpi: float) -> tuple[int, int]:
    """How many nodes lie across and down a page."""
    return max(3, round(width / dpi / NODE) + 1), max(3, round(height / dpi / NODE) + 1)


def nodes_of(
    back: Floats, width: int, height: int, dpi: float, shift: Nodes | None = None
) -> Nodes:
    """Where the nodes of the flat page lie on the page given, in pixels."""
    at = identity(width, height, dpi).astype(np.float64)
    if shift is not None:
        at = at + shift
    return projected(at, back).astype(np.float32)


def projected(at: Floats, through: Floats) -> Floats:
    """Where places ``at`` (rows, columns, 2) lie through a homography (3 by 3)."""
    points = np.concatenate([at, np.ones((*at.shape[:2], 1))], axis=-1) @ through.T
    return np.asarray(points[..., :2] / points[..., 2:])


def through(nodes: Nodes, sheet: Sheet) -> Nodes:
    """Where ``nodes``, places on the flat sheet, lie in the picture that shows it."""
    rows, columns = sheet.nodes.shape[:2]
    across = nodes[..., 0] / sheet.size[0] * (columns - 1)
    down = nodes[..., 1] / sheet.size[1] * (rows - 1)
    return np.asarray(
        cv2.remap(sheet.nodes, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.float32,
    )


def sampled(pixels: Pixels, nodes: Nodes, size: tuple[int, int]) -> Pixels:
    """The picture as seen from the flat page of ``size`` (width, height): paper beyond its
    edge."""
    width, height = size
    # Nodes lie on pixel edges, samples on pixel middles.
    rows, columns = nodes.shape[:2]
    across = (np.arange(width, dtype=np.float32) + 0.5) / width * (columns - 1)
    down = (np.arange(height, dtype=np.float32) + 0.5) / height * (rows - 1)
    grid_x, grid_y = np.meshgrid(across, down)
    at = cv2.remap(nodes, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) - 0.5
    return cv2.remap(
        pixels, at[..., 0], at[..., 1], cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255),
    )  # fmt: skip
