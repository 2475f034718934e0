"""Small PNG pictures of boxes and ticks, drawn here."""

from __future__ import annotations

import base64
import io
from functools import lru_cache

from PIL import Image, ImageDraw

SIDE = 64


@lru_cache(maxsize=32)
def png(name: str) -> bytes:
    """PNG bytes of one picture: ``box``, ``box-tick``, ``tick``, ``red-tick``, ``seal``."""
    ink = {"red-tick": (200, 20, 20, 255), "seal": (210, 0, 0, 150)}.get(name, (20, 20, 20, 255))
    image = Image.new("RGBA", (SIDE, SIDE), (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    if name.startswith("box"):
        pen.rectangle((4, 4, SIDE - 5, SIDE - 5), fill=(255, 255, 255, 255), outline=ink, width=4)
    if name.endswith("tick"):
        pen.line([(14, 32), (27, 47), (52, 16)], fill=ink, width=8, joint="curve")
    if name == "seal":
        pen.ellipse((2, 2, SIDE - 3, SIDE - 3), outline=ink, width=3)
        pen.regular_polygon((SIDE / 2, SIDE / 2, SIDE / 5), 5, fill=ink)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@lru_cache(maxsize=32)
def data_uri(name: str) -> str:
    """The picture as a ``data:`` address."""
    return "data:image/png;base64," + base64.b64encode(png(name)).decode("ascii")
