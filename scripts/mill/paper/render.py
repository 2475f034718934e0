"""Pages of a printed form as pixels."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

Image = NDArray[Any]
"""Grey (height, width) or BGR (height, width, 3), uint8, 0 is black."""


@lru_cache(maxsize=4)
def pages(path: Path, dpi: int, color: bool) -> tuple[Image, ...]:
    """All pages of a PDF, form fields drawn. Read-only: forms of one blank share them."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        pdf.init_forms()
        shown = tuple(_render(page, dpi, color) for page in pdf)
    return shown


def _render(page: Any, dpi: int, color: bool) -> Image:
    bitmap = page.render(scale=dpi / 72, grayscale=not color, may_draw_forms=True)
    pixels: Image = bitmap.to_numpy()[..., :3].copy() if color else bitmap.to_numpy().copy()
    if not color:
        pixels = pixels.reshape(pixels.shape[:2])
    pixels.setflags(write=False)
    return pixels
