"""Refusals that every kind of file shares."""

from __future__ import annotations

from fcextract.errors import LimitExceededError
from fcextract.settings import Limits


def check_pages(found: int, limits: Limits) -> None:
    """Refuse a file of more pages than one may have.

    Raises:
        LimitExceededError
    """
    if found > limits.pages:
        raise LimitExceededError(
            f"文件有 {found} 页，超过上限 {limits.pages} 页，未读取。请拆分后再提交。",
            f"The file has {found} pages, more than the limit of {limits.pages}, and was not "
            "read. Split it.",
        )
