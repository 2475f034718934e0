"""Whether confidences mean what they say: boxes by the confidence they were read with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

#: Lower ends of the bands; the last one is for boxes of which nothing is doubted.
EDGES = (0.0, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)

#: By lower end: boxes, how many of them are wrong, and the sum of their confidences.
Bands = dict[str, list[float]]


def note(bands: Bands, confidence: float, wrong: bool) -> None:
    """Put one box that got a state into its band."""
    band = max(e for e in EDGES if e <= max(confidence, 0.0))
    add(bands, {f"{band:g}": [1, int(wrong), confidence]})


def add(bands: Bands, more: Mapping[str, Sequence[float]]) -> None:
    """Add ``more`` to ``bands``."""
    for name, counts in more.items():
        kept = bands.get(name, [0, 0, 0.0])
        bands[name] = [round(a + b, 4) for a, b in zip(kept, counts, strict=True)]


def rows(bands: Bands) -> Iterator[tuple[float, int, float, float, int, float]]:
    """Per band: lower end, boxes, mean confidence, share that is right, wrong ones, and wrong
    ones to be expected."""
    for name in sorted(bands, key=float):
        boxes, wrong, total = bands[name]
        yield (
            float(name),
            int(boxes),
            total / boxes,
            1 - wrong / boxes,
            int(wrong),
            boxes - total,
        )


def calibration_error(bands: Bands) -> float:
    """The expected calibration error: how far a band's confidence is from the share that is
    right, on average over boxes."""
    everything = sum(counts[0] for counts in bands.values())
    off = sum(boxes * abs(right - mean) for _, boxes, mean, right, _, _ in rows(bands))
    return off / everything if everything else 0.0
