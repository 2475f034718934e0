"""Training of the network of :mod:`fcextract.marks.raster.net` with PyTorch.

The network is the same; only its gradients are PyTorch's. Needs ``pip install torch``, which
the package itself does not.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from fcextract.marks.raster.net import INPUT, LAYERS, PICTURES, Kind

#: Output channels of the convolutions, width of the hidden dense layer.
CHANNELS, HIDDEN = (24, 40, 64, 64), 96
BATCH = 128
#: Share of the last convolution's outputs, and of the hidden layer's, left out in training.
LEFT_OUT = 0.1
#: Truths count for so much less than one: some examples nobody could tell.
SMOOTH = 0.002


class Network(nn.Module):
    """The network of the package, for training."""

    def __init__(self) -> None:
        super().__init__()
        convolutions, side, depth = [], INPUT, PICTURES
        for (size, stride), channels in zip(LAYERS, CHANNELS, strict=True):
            convolutions.append(nn.Conv2d(depth, channels, size, stride))
            side, depth = (side - size) // stride + 1, channels
        self.convolutions = nn.ModuleList(convolutions)
        self.dense = nn.ModuleList(
            [nn.Linear(side * side * depth, HIDDEN), nn.Linear(HIDDEN, len(Kind))]
        )
        self.leave_out = nn.Dropout(LEFT_OUT)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scores of pictures (n, PICTURES, INPUT, INPUT)."""
        for convolution in self.convolutions:
            x = torch.relu(convolution(x))
        x = self.leave_out(torch.flatten(x, 1))
        return self.dense[1](self.leave_out(torch.relu(self.dense[0](x))))

    def weights(self) -> dict[str, np.ndarray]:
        """The weights as the package reads them: channels last."""
        out: dict[str, np.ndarray] = {}
        for i, c in enumerate(self.convolutions):
            kernel = c.weight.detach().permute(2, 3, 1, 0)
            out[f"k{i}"] = kernel.reshape(-1, c.out_channels).numpy()
            out[f"b{i}"] = c.bias.detach().numpy()
        first, second = self.dense
        side = round((first.in_features / CHANNELS[-1]) ** 0.5)
        laid = first.weight.detach().reshape(HIDDEN, CHANNELS[-1], side, side)
        out["d0"] = laid.permute(2, 3, 1, 0).reshape(-1, HIDDEN).numpy()
        out["d1"] = second.weight.detach().T.numpy()
        out["e0"], out["e1"] = first.bias.detach().numpy(), second.bias.detach().numpy()
        return out


def epoch(
    network: Network, adam: torch.optim.Optimizer, pictures: np.ndarray, kinds: np.ndarray,
    rng: np.random.Generator,
) -> float:  # fmt: skip
    """Learn from every example once; gives the mean loss."""
    network.train()
    losses = []
    for x, y in batches(pictures, kinds, rng):
        scores = network(torch.from_numpy(x))
        loss = nn.functional.cross_entropy(scores, torch.from_numpy(y), label_smoothing=SMOOTH)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(float(loss.detach()))
    return float(np.mean(losses))


def batches(
    pictures: np.ndarray, kinds: np.ndarray, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The examples in random order, each lighter or darker, and some mirrored."""
    order = rng.permutation(len(kinds))
    for start in range(0, len(order) - BATCH + 1, BATCH):
        pick = np.sort(order[start : start + BATCH])
        x = pictures[pick].astype(np.float32) * np.float32(1 / 255)
        x *= rng.uniform(0.75, 1.2, (len(pick), 1, 1, 1)).astype(np.float32)
        mirrored = rng.random(len(pick)) < 0.25
        x[mirrored] = x[mirrored, :, ::-1]
        x = np.minimum(x, 1).transpose(0, 3, 1, 2)
        yield np.ascontiguousarray(x), kinds[pick].astype(np.int64)
