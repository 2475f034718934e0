"""Mutated samples: no traceback, no crash of the parent, and no box ever turned.

The long run, 20,000 mutations, is ``python scripts/fuzz_forms``.
"""

from __future__ import annotations

from collections import Counter

import pytest
from fuzz.cli import BAD, fuzz, samples
from fuzz.mutate import MUTATIONS, mutated

#: Mutations in one run of the tests.
COUNT = 200


@pytest.mark.slow
def test_mutated_samples_lose_boxes_and_turn_none() -> None:
    outcomes = list(fuzz("ci", COUNT, workers=2))
    assert len(outcomes) == COUNT
    assert [(o.seed, o.what, o.turned) for o in outcomes if o.turned] == []
    assert [(o.seed, o.what) for o in outcomes if o.code in BAD] == []
    codes = Counter(o.code for o in outcomes)
    assert codes["read"] > COUNT / 10, "some mutations leave a form"
    assert codes["read"] < COUNT, "some leave none"


def test_mutations_follow_from_their_seed() -> None:
    data = [s.data for s in samples()]
    assert len(data) > 20
    names: Counter[str] = Counter()
    for k in range(300):
        changed, what = mutated(data[0], f"x/{k}", data)
        assert (changed, what) == mutated(data[0], f"x/{k}", data)
        names.update(what.split("+"))
    assert set(names) == {m.__name__ for m in MUTATIONS}
