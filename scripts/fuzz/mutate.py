"""What may happen to a file's bytes. Every mutation is decided by its own seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

Mutation = Callable[[bytearray, random.Random, Sequence[bytes]], None]


def flip_bits(data: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """One to a few dozen bits, anywhere."""
    for _ in range(rng.choice((1, 2, 5, 20, 60))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def set_bytes(data: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """A few bytes become others, close together."""
    at = rng.randrange(len(data))
    for k in range(at, min(at + rng.choice((1, 3, 10)), len(data))):
        data[k] = rng.randrange(256)


def cut_end(data: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """The transfer broke off."""
    del data[rng.randrange(1, len(data)) :]


def cut_out(data: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """A piece is gone."""
    at = rng.randrange(len(data))
    del data[at : at + _length(data, rng)]


def blank_out(data: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """A piece became zeros, as on a bad disk."""
    at = rng.randrange(len(data))
    size = len(data[at : at + _length(data, rng)])
    data[at : at + size] = bytes(size)


def double(data: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """A piece stands twice."""
    at = rng.randrange(len(data))
    data[at:at] = data[at : at + _length(data, rng)]


def splice(data: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """A piece of another file is put over a piece."""
    other = rng.choice(others)
    size = _length(other, rng)
    start, at = rng.randrange(len(other)), rng.randrange(len(data))
    data[at : at + size] = other[start : start + size]


def write_digits(data: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    """Numbers of the file's own tables change: lengths, offsets, counts."""
    digits = [k for k in range(len(data)) if 48 <= data[k] <= 57]
    for _ in range(min(len(digits), rng.choice((1, 4, 12)))):
        data[rng.choice(digits)] = rng.randrange(48, 58)


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits,
    set_bytes,
    cut_end,
    cut_out,
    blank_out,
    double,
    splice,
    write_digits,
)


def mutated(original: bytes, seed: str, others: Sequence[bytes]) -> tuple[bytes, str]:
    """``original`` after one to three mutations, and their names."""
    rng = random.Random(seed)
    data = bytearray(original)
    names = []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        change = rng.choice(MUTATIONS)
        if len(data) > 1:
            change(data, rng, others)
            names.append(change.__name__)
    return bytes(data), "+".join(names)


def _length(data: bytes | bytearray, rng: random.Random) -> int:
    return min(len(data), rng.choice((1, 16, 200, 3000, 40000)))
