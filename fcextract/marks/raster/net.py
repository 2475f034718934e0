"""The second judge: a small convolutional network that looks at a box as a picture.

It is shown four pictures of every box: its ink, its ink to an eye that sees no red, the form's
blank box, and what the hand that marks its column usually makes (:mod:`context`). It was
trained on drawn sheets only (``scripts/train_marks``) and knows nothing of the measures and
thresholds of the first judge. Plain numpy; its weights are a file beside this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from fcextract.marks.raster.context import blank_view, usual_marks
from fcextract.marks.raster.ink import Floats

#: The network's view of a patch: this many pixels wide and high, the box 16 of them.
INPUT = 40
#: The pictures it is shown of each box.
PICTURES = 4
#: The one of them that is the form's blank box.
BLANK = 2
#: Convolutions: kernel size and stride, no padding.
LAYERS = ((5, 2), (3, 2), (3, 1), (3, 1))


class Kind(IntEnum):
    """What the network tells apart."""

    EMPTY = 0
    CHECKED = 1
    FOREIGN = 2  # a fold, a streak, a seal or a neighbour's tail in the box
    CANCELLED = 3
    OUTSIDE = 4


#: How many times as often as among drawn sheets each kind is found on paper: of the marks there
#: one in seven is taken back, so that the network sees many; of those on papers with corrections
#: one in twenty.
OFTEN = np.array([1.0, 1.0, 1.0, 0.4, 1.0], np.float32)


class Weights(NamedTuple):
    """Kernels (k * k * in, out) and biases of the convolutions, then of two dense layers."""

    kernels: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    dense: tuple[tuple[Floats, Floats], ...]

    @classmethod
    def of(cls, held: Mapping[str, NDArray[np.floating]]) -> Weights:
        """The weights from their arrays by name, of any precision."""
        arrays = {k: v.astype(np.float32) for k, v in held.items()}
        n = len(LAYERS)
        return cls(
            tuple(arrays[f"k{i}"] for i in range(n)),
            tuple(arrays[f"b{i}"] for i in range(n)),
            tuple((arrays[f"d{i}"], arrays[f"e{i}"]) for i in range(2)),
        )


def network_view(ink: Floats) -> Floats:
    """(n, INPUT, INPUT): patches at the network's size."""
    return np.stack([cv2.resize(p, (INPUT, INPUT), interpolation=cv2.INTER_AREA) for p in ink])


def pictures(ink: Floats, cold: Floats, hands: NDArray[np.intp], blanks: bool = True) -> Floats:
    """(n, INPUT, INPUT, PICTURES): what the network is shown of a form's views; ``ink`` and
    ``cold`` are (n, INPUT, INPUT), ``hands`` (n,) tells who marks each box. The last two
    pictures are blank where not ``blanks``: the form has no blank box to show."""
    none = np.zeros_like(ink)
    blank = np.broadcast_to(blank_view(ink), ink.shape) if blanks else none
    usual = usual_marks(ink, hands) if blanks else none
    return np.stack([ink, cold, blank, usual], axis=-1)


@cache
def weights() -> Weights:
    """The trained weights, read once."""
    path = files("fcextract.marks.raster").joinpath("net.npz")
    with path.open("rb") as file, np.load(file) as held:
        return Weights.of({k: held[k] for k in held.files})


def columns(x: Floats, size: int, stride: int) -> Floats:
    """(n, h, w, c) to (n, h', w', size * size * c): every window laid flat."""
    windows = sliding_window_view(x, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    n, h, w = windows.shape[:3]
    # Channels last: they lie together in memory, and the copy is quick.
    return windows.transpose(0, 1, 2, 4, 5, 3).reshape(n, h, w, -1)


def kinds_of(x: Floats) -> NDArray[np.float32]:
    """(n, 5): the probability of each :class:`Kind` for :func:`pictures`, as often as each is found
    on paper."""
    found = classify(x) * OFTEN
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)


def classify(x: Floats, w: Weights | None = None) -> NDArray[np.float32]:
    """(n, 5): the same, as often as each is found among the drawn sheets."""
    w = w or weights()
    for kernel, bias, (size, stride) in zip(w.kernels, w.biases, LAYERS, strict=True):
        x = np.maximum(columns(x, size, stride) @ kernel + bias, 0.0)
    x = x.reshape(len(x), -1)
    (d0, e0), (d1, e1) = w.dense
    scores = np.maximum(x @ d0 + e0, 0.0) @ d1 + e1
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True), np.float32)
