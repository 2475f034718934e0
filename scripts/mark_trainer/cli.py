"""Drawing and learning in parts, so that the work can be done over many sittings.

::

    scripts/train_marks draw WORK --part 1        one part of the examples, into WORK
    scripts/train_marks learn WORK --epoch 1      one epoch over all parts there
    scripts/train_marks write WORK OUT.npz        the weights as shipped, and how they do

Parts and epochs are seeded by their numbers: the same numbers give the same weights. What
is shipped was made from the parts 1 to PARTS in EPOCHS epochs; part 0 is for testing.
Learning needs PyTorch (``pip install torch``); drawing and the package do not.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from fcextract.marks.raster import decide
from fcextract.marks.raster.net import Kind, Weights, classify
from mark_trainer.examples import Examples, examples

PARTS, EPOCHS = 16, 6
#: Sheets to a part: half a minute of work.
SHEETS = 160
#: The part that is for testing only.
TEST_PART = 0
#: Learning rate of the first epoch and of the last; between them it falls evenly in its log.
FIRST_RATE, LAST_RATE = 2e-3, 5e-5
#: Weights shrink by this share of the learning rate at every step.
DECAY = 1e-2
#: A probability from which the judge's word counts.
SURE = 1 - decide.SURE


def main() -> int:
    """The command line."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
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
    made = examples(part, SHEETS)
    np.savez(work / f"part-{part}.npz", pictures=made.pictures, kinds=made.kinds)
    print(f"part {part}: {np.bincount(made.kinds, minlength=len(Kind)).tolist()}", flush=True)


def learn_once(work: Path, epoch: int) -> None:
    """One epoch, from where the last one ended."""
    import torch

    from mark_trainer import learn

    parts = [load(work, n) for n in range(1, PARTS + 1) if (work / f"part-{n}.npz").exists()]
    if not parts:
        raise SystemExit(f"no parts to learn from in {work}")
    pictures = np.concatenate([p.pictures for p in parts])
    kinds = np.concatenate([p.kinds for p in parts])
    torch.manual_seed(epoch)
    network = learn.Network()
    adam = torch.optim.AdamW(network.parameters(), weight_decay=DECAY)
    if epoch > 1:
        held = torch.load(work / f"epoch-{epoch - 1}.pt", weights_only=True)
        network.load_state_dict(held["network"])
        adam.load_state_dict(held["adam"])
    for group in adam.param_groups:
        group["lr"] = float(np.geomspace(FIRST_RATE, LAST_RATE, EPOCHS)[epoch - 1])
    loss = learn.epoch(network, adam, pictures, kinds, np.random.default_rng(epoch))
    torch.save(
        {"network": network.state_dict(), "adam": adam.state_dict()}, work / f"epoch-{epoch}.pt"
    )
    # Half precision, as shipped.
    weights = {k: v.astype(np.float16) for k, v in network.weights().items()}
    np.savez_compressed(work / f"weights-{epoch}.npz", **weights)
    told = verdict(work, weights)
    print(f"epoch {epoch}: {len(kinds)} examples, loss {loss:.4f}; {told}", flush=True)


def write(work: Path, out: Path) -> None:
    """Write the last epoch's weights."""
    last = max(n for n in range(1, EPOCHS + 1) if (work / f"weights-{n}.npz").exists())
    with np.load(work / f"weights-{last}.npz") as held:
        weights = {k: held[k] for k in held.files}
    np.savez_compressed(out, **weights)
    print(f"epoch {last}: {verdict(work, weights)}")


def load(work: Path, part: int) -> Examples:
    """A part drawn before."""
    with np.load(work / f"part-{part}.npz") as held:
        return Examples(held["pictures"], held["kinds"])


def verdict(work: Path, weights: dict[str, np.ndarray]) -> str:
    """How the weights do on the part for testing, in the package's own network."""
    test, held = load(work, TEST_PART), Weights.of(weights)
    views = test.pictures.astype(np.float32) / 255
    says = np.concatenate([classify(views[k : k + 256], held) for k in range(0, len(views), 256)])
    right = float((says.argmax(1) == test.kinds).mean())
    wrong = {
        kind.name.lower(): int(((says[:, kind] >= SURE) & (test.kinds != kind)).sum())
        for kind in (Kind.EMPTY, Kind.CHECKED)
    }
    unsure = {
        kind.name.lower(): int(((says[:, kind] < SURE) & (test.kinds == kind)).sum())
        for kind in (Kind.EMPTY, Kind.CHECKED)
    }
    return f"{right:.2%} of {len(says)} right, unsure: {unsure}, surely wrong: {wrong}"
