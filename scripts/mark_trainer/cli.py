"""Drawing and learning in parts, so that the work can be done over many sittings.

::

    scripts/train_marks draw WORK --part 1        one part of the examples, into WORK
    scripts/train_marks learn WORK --epoch 1      one epoch over all parts there
    scripts/train_marks write WORK OUT.npz        the weights as shipped, and how they do

Parts and epochs are seeded by their numbers: the same numbers give the same weights. What
is shipped was made from the parts 1 to PARTS in EPOCHS epochs.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from fcextract.marks.raster.net import Kind, network_view
from mark_trainer import learn
from mark_trainer.examples import Examples, examples

PARTS, EPOCHS = 8, 14
#: Forms of 24 boxes to a part: a minute or two of work.
FORMS = 200
#: The part that is for testing only.
TEST_PART = 0
#: Learning rate of the first epoch and of the last; between them it falls evenly in its log.
FIRST_RATE, LAST_RATE = 2e-3, 1.5e-4
#: A probability from which the judge's word counts: ``SURE`` of the package's decide.
SURE = 0.97


def main() -> int:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = options.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("work", type=Path)
    drawing.add_argument("--part", type=int, required=True, help="0 is the part for testing")
    learning = commands.add_parser("learn")
    learning.add_argument("work", type=Path)
    learning.add_argument("--epoch", type=int, required=True, help=f"1 to {EPOCHS}")
    writing = commands.add_parser("write")
    writing.add_argument("work", type=Path)
    writing.add_argument("out", type=Path)
    chosen = options.parse_args()
    if chosen.command == "draw":
        draw(chosen.work, chosen.part)
    elif chosen.command == "learn":
        learn_once(chosen.work, chosen.epoch)
    else:
        write(chosen.work, chosen.out)
    return 0


def draw(work: Path, part: int) -> None:
    """Draw one part of the examples."""
    work.mkdir(parents=True, exist_ok=True)
    made = examples(part, FORMS)
    np.savez_compressed(work / f"part-{part}.npz", patches=made.patches, kinds=made.kinds)
    print(f"part {part}: {np.bincount(made.kinds, minlength=len(Kind)).tolist()}")


def learn_once(work: Path, epoch: int) -> None:
    """One epoch, from where the last one ended."""
    parts = [load(work, n) for n in range(1, PARTS + 1) if (work / f"part-{n}.npz").exists()]
    patches = np.concatenate([p.patches for p in parts])
    kinds = np.concatenate([p.kinds for p in parts])
    rng = np.random.default_rng(epoch)
    if epoch == 1:
        adam = learn.Adam(learn.initial(rng))
    else:
        adam = learn.Adam.load(work / f"epoch-{epoch - 1}.npz")
    rate = float(np.geomspace(FIRST_RATE, LAST_RATE, EPOCHS)[epoch - 1])
    loss = learn.epoch(adam, patches, kinds, rate, rng)
    adam.save(work / f"epoch-{epoch}.npz")
    print(f"epoch {epoch}: {len(kinds)} examples, loss {loss:.4f}; {verdict(work, adam.weights)}")


def write(work: Path, out: Path) -> None:
    """Write the last epoch's weights in half precision."""
    last = max(n for n in range(1, EPOCHS + 1) if (work / f"epoch-{n}.npz").exists())
    weights = learn.Adam.load(work / f"epoch-{last}.npz").weights
    np.savez_compressed(out, **{k: v.astype(np.float16) for k, v in weights.items()})
    print(f"epoch {last}: {verdict(work, weights)}")


def load(work: Path, part: int) -> Examples:
    """A part drawn before."""
    with np.load(work / f"part-{part}.npz") as held:
        return Examples(held["patches"], held["kinds"])


def verdict(work: Path, weights: learn.Parameters) -> str:
    """How the weights do on the part for testing."""
    test = load(work, TEST_PART)
    views = network_view(test.patches.astype(np.float32) / 255)
    scores = [learn.forward(weights, views[k : k + 256])[0] for k in range(0, len(views), 256)]
    says = learn.softmax(np.concatenate(scores))
    right = float((says.argmax(1) == test.kinds).mean())
    wrong = {
        kind.name.lower(): int(((says[:, kind] >= SURE) & (test.kinds != kind)).sum())
        for kind in (Kind.EMPTY, Kind.CHECKED)
    }
    unsure = int((says.max(1) < SURE).sum())
    return f"{right:.2%} of {len(says)} right, {unsure} unsure, surely wrong: {wrong}"
