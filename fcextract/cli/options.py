"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from fcextract.cli.bilingual import option
from fcextract.settings import MOST_PIXELS

PATH = click.Path(path_type=Path)


def _all(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several options as one decorator, in the order given."""

    def decorate(f: Any) -> Any:
        for add in reversed(options):
            f = add(f)
        return f

    return decorate


count_option = option(
    "--count",
    type=click.Choice(["numbers", "rows"]),
    help="按编号计（默认，重号只计一次）或按行计。"
    " | Count numbers (default; a doubled number counts once) or printed rows.",
)
quiet_option = option("--quiet", "-q", is_flag=True, help="只说错误。 | Print errors only.")
form_options = _all(
    option("--edition", default="zj-2019", metavar="ID", help="表式版本。 | Edition of the form."),
    option("--password", metavar="TEXT", help="加密 PDF 的密码。 | Password of an encrypted PDF."),
    option(
        "--pages-as-form",
        is_flag=True,
        help="一个文件夹里的页面图片算一份表。 | Take a folder of page images as one form.",
    ),
    option(
        "--max-pixels",
        type=click.IntRange(min=1),
        default=MOST_PIXELS,
        metavar="N",
        help="一页图像的像素上限（默认一亿）。"
        " | The most pixels one picture may have (100 million by default).",
    ),
)
judging_options = _all(
    count_option,
    option(
        "--fail-on",
        type=click.Choice(["review", "finding"]),
        help="有待复核项或有发现时，以状态 3 退出。"
        " | Exit with 3 where something needs review, or where there is a finding.",
    ),
)
