"""What a caller may choose, as frozen records with their defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fcextract.editions import DEFAULT_EDITION


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How one file is read and audited.

    ``edition`` names the printed list; ``password`` opens an encrypted PDF;
    ``pages_as_form`` takes a folder of page images as one form. ``count`` is
    ``numbers`` (a doubled number counts once) or ``rows``; ``lang`` is ``zh`` or
    ``en``. The last two change the audit and the talk, never a reading.
    """

    edition: str = DEFAULT_EDITION
    password: str | None = None
    count: Literal["numbers", "rows"] = "numbers"
    pages_as_form: bool = False
    lang: str = "zh"

    def reading_key(self) -> str:
        """What a reading depends on, the password aside (it opens or it does not)."""
        return f"edition={self.edition};pages_as_form={int(self.pages_as_form)}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may ask for before it is refused.

    ``pages``: a folder's worth of forms scanned into one file stays below.
    ``objects``: painted paths a page; the heaviest real print seen has 1,265.
    ``megabytes``: size of the file. ``pixels``: of one picture; A3 at 600 dpi has 70
    million.
    """

    pages: int = 400
    objects: int = 60_000
    megabytes: int = 200
    pixels: int = 100_000_000
