"""What the second judge of marks on paper learns from, and how it learns."""

from __future__ import annotations

import numpy as np
import pytest
from mark_trainer import learn
from mark_trainer.examples import examples

from fcextract.marks.raster import net
from fcextract.marks.raster.patches import PATCH


def test_examples_are_seeded() -> None:
    one, two = examples(7, 1), examples(7, 1)
    assert np.array_equal(one.patches, two.patches)
    assert np.array_equal(one.kinds, two.kinds)
    assert one.patches.shape == (len(one.kinds), PATCH, PATCH)
    assert set(one.kinds.tolist()) <= {int(k) for k in net.Kind}


def test_gradients_are_those_of_the_loss() -> None:
    rng = np.random.default_rng(0)
    weights = {k: v.astype(np.float64) for k, v in learn.initial(rng).items()}
    x, y = rng.random((3, net.INPUT, net.INPUT)), np.array([0, 1, 3])

    def loss() -> float:
        scores = learn.softmax(learn.forward(weights, x)[0])
        return float(-np.log(scores[np.arange(3), y]).mean())

    scores, held = learn.forward(weights, x)
    d = learn.softmax(scores)
    d[np.arange(3), y] -= 1
    gradients = learn.backward(weights, held, d / 3)
    for name, values in weights.items():
        at = tuple(int(rng.integers(n)) for n in values.shape)
        was = values[at]
        values[at] = was + 1e-5
        more = loss()
        values[at] = was - 1e-5
        slope = (more - loss()) / 2e-5
        values[at] = was
        assert gradients[name][at] == pytest.approx(slope, abs=1e-4), name


def test_training_goes_on_where_it_stopped(tmp_path) -> None:
    rng = np.random.default_rng(1)
    patches = (rng.random((64, PATCH, PATCH)) * 255).astype(np.uint8)
    kinds = rng.integers(0, 2, 64).astype(np.uint8)
    adam = learn.Adam(learn.initial(rng))
    learn.epoch(adam, patches, kinds, 1e-3, np.random.default_rng(2))
    adam.save(tmp_path / "one.npz")
    again = learn.Adam.load(tmp_path / "one.npz")
    for state in (adam, again):
        learn.epoch(state, patches, kinds, 1e-3, np.random.default_rng(3))
    assert all(np.array_equal(adam.weights[k], again.weights[k]) for k in adam.weights)
