"""What a caller may choose, as frozen records with their defaults."""

from __future__ import annotations

from dataclasses import dataclass

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
    count: str = "numbers"
    pages_as_form: bool = False
    lang: str = "zh"

    def reading_key(self) -> str:
        """What a reading depends on, the password aside (it opens or it does not)."""
        return f"edition={self.edition};pages_as_form={int(self.pages_as_form)}"
