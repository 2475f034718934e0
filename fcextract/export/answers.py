"""What people filled in: the 复核 sheet of a workbook, read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

from fcextract.errors import UsageError
from fcextract.export.sheets.waiting import ANSWER, CHOICES, MARK, PERSON, WHY, Mark
from fcextract.export.styles import Col
from fcextract.records import State

#: Rows in which headings are looked for: someone may have put a title above them.
_HEADINGS_WITHIN = 5
#: Answers that are understood, folded: those of the drop-down, and what people type instead.
ANSWERS: Mapping[str, State] = {
    **{word: state for words in CHOICES.values() for word, state in words.items()},
    **dict.fromkeys(("√", "✓", "☑", "是", "checked", "yes"), State.CHECKED),
    **dict.fromkeys(("—", "-", "空", "否", "no", "unticked"), State.EMPTY),
    **dict.fromkeys(("?", "？", "不清", "uncertain", "cannot tell"), State.UNCERTAIN),
}
_NEEDED = (ANSWER, MARK)
_KNOWN = (*_NEEDED, PERSON, WHY)


class Answer(NamedTuple):
    """One row that was filled in. ``row`` is its number in the sheet."""

    row: int
    mark: Mark
    new: State
    who: str
    why: str


def read_answers(path: Path) -> list[Answer]:
    """The rows of the review sheet in the workbook ``path`` that have an answer.

    Raises:
        UsageError: no workbook, no review sheet in it, or a row that cannot be understood.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, OSError, KeyError, ValueError) as e:
        raise _unreadable(path, e) from e
    found = False
    answers: list[Answer] = []
    try:
        for sheet in book.worksheets:
            rows = enumerate(sheet.iter_rows(values_only=True), 1)
            columns = _headings(rows)
            if columns is not None:
                found = True
                answers += _answers(path, rows, columns)
    finally:
        book.close()
    if not found:
        raise _no_review_sheet(path)
    return answers


def _headings(rows: Iterator[tuple[int, Sequence[Any]]]) -> dict[Col, int] | None:
    """Where the columns are, or None for another sheet; ``rows`` go on below them."""
    for number, row in rows:
        texts = [_text(v) for v in row]
        columns = {c: texts.index(h) for c in _KNOWN for h in (c.zh, c.en) if h in texts}
        if columns.keys() >= set(_NEEDED):
            return columns
        if number >= _HEADINGS_WITHIN:
            break
    return None


def _answers(
    path: Path, rows: Iterator[tuple[int, Sequence[Any]]], columns: Mapping[Col, int]
) -> Iterator[Answer]:
    for number, row in rows:
        said = {c: _text(row[n]) if n < len(row) else "" for c, n in columns.items()}
        if not said[ANSWER]:
            continue
        new = ANSWERS.get(said[ANSWER].lower())
        if new is None:
            raise _not_understood(path, number, said[ANSWER])
        try:
            mark = Mark.of(said[MARK])
        except ValueError as e:
            raise _no_mark(path, number) from e
        yield Answer(number, mark, new, said.get(PERSON, ""), said.get(WHY, ""))


def _text(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())


def _unreadable(path: Path, e: Exception) -> UsageError:
    why = " ".join(str(e).split())[:80] or type(e).__name__
    return UsageError(
        f"{path.name} 不能作为工作簿打开（{why}），没有采纳任何更正。"
        "请核对路径；用其他软件填写的，请另存为 .xlsx。",
        f"{path.name} cannot be opened as a workbook ({why}); no correction was taken. Check its "
        "path; if another program filled it in, save it as .xlsx.",
    )


def _no_review_sheet(path: Path) -> UsageError:
    return UsageError(
        f"{path.name} 里没有复核表（须有“{ANSWER.zh}”和“{MARK.zh}”两列），没有采纳任何更正。"
        "请用 fcextract export 写出 results.xlsx，填写其中的“复核”。",
        f"{path.name} has no review sheet (with the columns “{ANSWER.en}” and “{MARK.en}”); no "
        "correction was taken. Write results.xlsx with fcextract export and fill in its sheet.",
    )


def _not_understood(path: Path, row: int, said: str) -> UsageError:
    zh, en = ("、".join(CHOICES["zh"]), ", ".join(CHOICES["en"]))
    return UsageError(
        f"{path.name} 复核表第 {row} 行的改判“{said[:20]}”不认识，没有采纳任何更正。请改为：{zh}。",
        f"Row {row} of the review sheet in {path.name} says “{said[:20]}”, which is not "
        f"understood; no correction was taken. Use one of: {en}.",
    )


def _no_mark(path: Path, row: int) -> UsageError:
    return UsageError(
        f"{path.name} 复核表第 {row} 行填了改判，但“{MARK.zh}”一列缺失或被改动，不知是哪个框，"
        "没有采纳任何更正。请恢复该列，或重新导出后再填。",
        f"Row {row} of the review sheet in {path.name} has an answer, but its “{MARK.en}” is gone "
        "or altered, so the box is not known; no correction was taken. Restore that column, or "
        "export the sheet again and fill it in.",
    )
