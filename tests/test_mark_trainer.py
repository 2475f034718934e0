"""What the second judge of marks on paper learns from, and how it learns."""

from __future__ import annotations

import numpy as np
import pytest
from mark_trainer.examples import examples
from mark_trainer.sheet import ROWS, cells
from mark_trainer.style import sheet

from fcextract.marks.raster import net


def test_examples_are_seeded() -> None:
    one, two = examples(7, 1), examples(7, 1)
    assert np.array_equal(one.pictures, two.pictures)
    assert np.array_equal(one.kinds, two.kinds)
    assert one.pictures.shape == (len(one.kinds), net.INPUT, net.INPUT, net.PICTURES)
    assert set(one.kinds.tolist()) <= {int(k) for k in net.Kind}


def test_a_sheet_has_its_boxes_where_it_says() -> None:
    rng = np.random.default_rng(3)
    plain = sheet(rng)
    style = plain.style._replace(
        kind="square", side=4.0, aspect=1.0, line=0.4, frame=0.05, tint=1.0
    )
    scan = plain.scan._replace(dpi=200.0, noise=0.0, paper=1.0, slope=0.0, fade=1.0, cut=None)
    drawn = cells(plain._replace(style=style, scan=scan, pen=True, ticked=(0.0, 0.0)), rng)
    assert len(drawn) == 2 * ROWS
    kinds = {c.kind for c in drawn}
    assert net.Kind.EMPTY in kinds
    assert not kinds & {net.Kind.CHECKED, net.Kind.CANCELLED, net.Kind.OUTSIDE}
    for c in drawn:
        if c.kind is net.Kind.EMPTY:
            x0, y0, x1, y1 = (round(v) for v in c.box)
            grey = c.image.grey.astype(int)
            rim = np.concatenate([grey[y0 + 1, x0 + 3 : x1 - 3], grey[y0 + 3 : y1 - 3, x0 + 1]])
            assert np.median(rim) < 160 < np.median(grey[y0 + 8 : y1 - 8, x0 + 8 : x1 - 8])


def test_the_network_learnt_from_is_the_network_shipped() -> None:
    torch = pytest.importorskip("torch")
    from mark_trainer import learn

    torch.manual_seed(0)
    network = learn.Network().eval()
    x = np.random.default_rng(0).random((3, net.INPUT, net.INPUT, net.PICTURES), np.float32)
    with torch.no_grad():
        scores = network(torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2))))
    expected = torch.softmax(scores, 1).numpy()
    shipped = net.classify(x, net.Weights.of(network.weights()))
    assert np.allclose(shipped, expected, atol=1e-5)
