"""Training of the network of :mod:`fcextract.marks.raster.net`, in plain numpy: Adam on
cross-entropy, with patches shifted, lightened and darkened at random."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from fcextract.marks.raster.net import INPUT, LAYERS, Kind, columns

#: Output channels of the convolutions, width of the hidden dense layer.
CHANNELS, HIDDEN = (12, 20, 32, 32), 48
BATCH = 64
#: Weights shrink by this share at every step.
DECAY = 2e-5

Parameters = dict[str, np.ndarray]


def initial(rng: np.random.Generator) -> Parameters:
    """Random weights (He)."""
    out: Parameters = {}
    side, depth = INPUT, 1
    for i, ((size, stride), channels) in enumerate(zip(LAYERS, CHANNELS, strict=True)):
        fan = depth * size * size
        out[f"k{i}"] = rng.normal(0, np.sqrt(2 / fan), (fan, channels))
        out[f"b{i}"] = np.zeros(channels)
        side, depth = (side - size) // stride + 1, channels
    for i, (a, b) in enumerate(((side * side * depth, HIDDEN), (HIDDEN, len(Kind)))):
        out[f"d{i}"] = rng.normal(0, np.sqrt(2 / a), (a, b))
        out[f"e{i}"] = np.zeros(b)
    return {k: v.astype(np.float32) for k, v in out.items()}


def forward(p: Parameters, x: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Scores of patches ``x`` (n, INPUT, INPUT), and what :func:`backward` needs."""
    held: list[np.ndarray] = []
    x = x[..., None]
    for i, (size, stride) in enumerate(LAYERS):
        held.append(x)
        flat = columns(x, size, stride)
        x = np.maximum(flat @ p[f"k{i}"] + p[f"b{i}"], 0)
        held.append(flat)
    held.append(x)
    flat = x.reshape(len(x), -1)
    hidden = np.maximum(flat @ p["d0"] + p["e0"], 0)
    held += [flat, hidden]
    return hidden @ p["d1"] + p["e1"], held


def backward(p: Parameters, held: list[np.ndarray], d: np.ndarray) -> Parameters:
    """Gradients, from those of the scores ``d``."""
    g: Parameters = {}
    flat, hidden = held[-2], held[-1]
    g["d1"], g["e1"] = hidden.T @ d, d.sum(0)
    d = (d @ p["d1"].T) * (hidden > 0)
    g["d0"], g["e0"] = flat.T @ d, d.sum(0)
    d = (d @ p["d0"].T).reshape(held[-3].shape)
    out = held[-3]
    for i in reversed(range(len(LAYERS))):
        (size, stride), x, flat = LAYERS[i], held[2 * i], held[2 * i + 1]
        d = d * (out > 0)
        g[f"k{i}"] = flat.reshape(-1, flat.shape[-1]).T @ d.reshape(-1, d.shape[-1])
        g[f"b{i}"] = d.sum((0, 1, 2))
        if i:
            d, out = _spread(d @ p[f"k{i}"].T, x.shape, size, stride), x
    return g


def _spread(d: np.ndarray, shape: tuple[int, ...], size: int, stride: int) -> np.ndarray:
    """The transpose of :func:`columns`."""
    n, h, w = d.shape[:3]
    d = d.reshape(n, h, w, size, size, shape[3])
    out = np.zeros(shape, np.float32)
    for a in range(size):
        for b in range(size):
            rows, cols = slice(a, a + h * stride, stride), slice(b, b + w * stride, stride)
            out[:, rows, cols] += d[:, :, :, a, b]
    return out


def batches(patches: np.ndarray, kinds: np.ndarray, rng: np.random.Generator
            ) -> Iterator[tuple[np.ndarray, np.ndarray]]:  # fmt: skip
    """The examples in random order, each varied a little."""
    order = rng.permutation(len(kinds))
    for start in range(0, len(order) - BATCH + 1, BATCH):
        pick = order[start : start + BATCH]
        yield np.stack([varied(patches[k], rng) for k in pick]), kinds[pick].astype(int)


def varied(patch: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A patch at the network's size, off by up to a pixel, lighter or darker."""
    k = INPUT / len(patch)
    (dx, dy), scale = rng.normal(0, 0.35, 2), k * rng.normal(1, 0.015)
    mid = INPUT / 2 - 0.5
    shift = mid - scale * (len(patch) / 2 - 0.5)
    m = np.array([[scale, 0, shift + dx], [0, scale, shift + dy]])
    soft = cv2.blur(patch, (2, 2)) if rng.random() < 0.5 else patch
    out = cv2.warpAffine(soft, m, (INPUT, INPUT), flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    return np.minimum(out * rng.uniform(0.8, 1.15), 1)


class Adam:
    """Weights under training, with the optimiser's state."""

    def __init__(self, weights: Parameters) -> None:
        self.weights = weights
        self.m = {k: np.zeros_like(v) for k, v in weights.items()}
        self.v = {k: np.zeros_like(v) for k, v in weights.items()}
        self.t = 0

    def step(self, g: Parameters, rate: float) -> None:
        """One step against the gradients ``g``."""
        self.t += 1
        for k, p in self.weights.items():
            self.m[k] += 0.1 * (g[k] - self.m[k])
            self.v[k] += 0.001 * (g[k] ** 2 - self.v[k])
            m, v = self.m[k] / (1 - 0.9**self.t), self.v[k] / (1 - 0.999**self.t)
            p -= rate * m / (np.sqrt(v) + 1e-8)
            if p.ndim > 1:
                p *= 1 - DECAY

    def save(self, path: Path) -> None:
        """Keep all of it."""
        held = {
            f"{name}.{k}": a for name in ("weights", "m", "v") for k, a in vars(self)[name].items()
        }
        np.savez(path, t=self.t, **held)

    @classmethod
    def load(cls, path: Path) -> Adam:
        """What :meth:`save` kept."""
        with np.load(path) as held:
            split: dict[str, Parameters] = {"weights": {}, "m": {}, "v": {}}
            for name in held.files:
                if name != "t":
                    kind, key = name.split(".")
                    split[kind][key] = held[name]
            out = cls(split["weights"])
            out.m, out.v, out.t = split["m"], split["v"], int(held["t"])
        return out


def softmax(scores: np.ndarray) -> np.ndarray:
    """Rows of probabilities."""
    e = np.exp(scores - scores.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def epoch(
    adam: Adam, patches: np.ndarray, kinds: np.ndarray, rate: float, rng: np.random.Generator
) -> float:
    """Learn from every example once; gives the mean loss."""
    loss = []
    for x, y in batches(patches, kinds, rng):
        scores, held = forward(adam.weights, x)
        q = softmax(scores)
        loss.append(-np.log(np.maximum(q[np.arange(len(y)), y], 1e-9)).mean())
        q[np.arange(len(y)), y] -= 1
        adam.step(backward(adam.weights, held, q / len(y)), rate)
    return float(np.mean(loss))
