"""What a caller may choose, as frozen records with their defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fcextract.editions import DEFAULT_EDITION

#: Pixels of one picture: A3 at 600 dpi has 70 million.
MOST_PIXELS = 100_000_000


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How one file is read and audited.

    ``edition`` names the printed list; ``password`` opens an encrypted PDF;
    ``pages_as_form`` takes a folder of page images as one form. ``count`` is
    ``numbers`` (a doubled number counts once) or ``rows``; ``lang`` is ``zh`` or
    ``en``; they change the audit and the talk, never a reading. ``max_pixels`` is the
    largest picture that is read (see :class:`Limits`).
    """

    edition: str = DEFAULT_EDITION
    password: str | None = None
    count: Literal["numbers", "rows"] = "numbers"
    pages_as_form: bool = False
    lang: str = "zh"
    max_pixels: int = MOST_PIXELS

    def reading_key(self) -> str:
        """What a reading depends on, the password aside (it opens or it does not)."""
        return (
            f"edition={self.edition};pages_as_form={int(self.pages_as_form)}"
            f";max_pixels={self.max_pixels}"
        )


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may take of the machine before it is stopped.

    ``seconds``: the slowest honest form, a scanned one on an old machine, stays under a
    minute. ``memory_mb``: megabytes that the reading process holds; digital forms stay
    below 300, a scan of ten pages below 900.
    """

    seconds: float = 300.0
    memory_mb: int = 2000


BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may ask for before it is refused.

    ``pages``: a folder's worth of forms scanned into one file stays below.
    ``objects``: painted paths a page, and fields and annotations; the heaviest real print
    seen has 1,265.
    ``megabytes``: size of the file. ``pixels``: of one picture.
    """

    pages: int = 400
    objects: int = 60_000
    megabytes: int = 200
    pixels: int = MOST_PIXELS
