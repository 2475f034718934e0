#!/usr/bin/env python3
"""Writes ``docs/errors.md`` from the catalogue that ``fcextract explain`` reads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from fcextract.catalogue import SEVERITY_ZH, Explanation, catalogue  # noqa: E402

TARGET = ROOT / "docs" / "errors.md"

HEAD = """# 错误与发现 / Errors and findings

由 `python scripts/docs_errors.py` 生成；与 `fcextract explain 代码` 同文。
Written by `python scripts/docs_errors.py`; the same text as `fcextract explain CODE`.

**错误**说的是文件或程序，**发现**说的是表。一份文件出错，是结果里的一行，不影响其他文件。
An *error* is about a file or the program, a *finding* about a form. A file's error is one row of the results and costs no other file anything.

## 退出状态 / Exit statuses

| | |
|---|---|
| 0 | 完成；发现是数据，不算失败 / done; findings are data, not failures |
| 2 | 命令行写法不对，或 -o 指定的位置写不了 / wrong use of the command line, or the place named by -o cannot be written |
| 3 | 用了 `--fail-on review` 或 `--fail-on finding`，且确有其事 / with `--fail-on`, and one occurred |
| 4 | 至少一份文件读不出，其余已读 / at least one file could not be read, the others were |
| 5 | 一份也读不出，或结果文件夹不可用 / nothing could be read, or the results folder cannot be used |
| 130 | 被中断，已完成的都保留 / interrupted, everything finished so far kept |

4 和 5 先于 3。4 and 5 come before 3: what was not read was not judged either.
"""


def text() -> str:
    """The whole page."""
    found = list(catalogue().values())
    return "\n".join(
        [
            HEAD,
            "## 错误 / Errors\n",
            *_entries(e for e in found if not e.is_finding),
            "## 发现 / Findings\n",
            *_entries(e for e in found if e.is_finding),
        ]
    )


def _entries(found: Iterator[Explanation]) -> Iterator[str]:
    for e in found:
        kind = f" · {SEVERITY_ZH[e.severity]} {e.severity}" if e.is_finding else ""
        yield f"### `{e.code}`{kind}\n"
        yield f"**{e.title_zh}** {e.meaning_zh}怎么办：{e.todo_zh}\n"
        yield f"**{e.title_en}.** {e.meaning_en} What to do: {e.todo_en}\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text(), encoding="utf-8", newline="\n")
    print(TARGET.relative_to(ROOT).as_posix())
