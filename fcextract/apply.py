"""``fcextract apply``: a filled-in review sheet becomes corrections."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from fcextract.corrections import Correction, moment, standing, user
from fcextract.errors import ConflictError, ExportError, FcextractError, UsageError
from fcextract.export.answers import Answer, read_answers
from fcextract.ledger import Ledger
from fcextract.results import write_results

#: Who corrects where neither the row nor the call says it.
NOBODY = "—"


class Refused(NamedTuple):
    """A row that was not taken, and why."""

    row: int
    error: FcextractError


class Applied(NamedTuple):
    """What came of a sheet: corrections taken, answers that stood already, rows refused, and
    the files written anew."""

    taken: int
    already: int
    refused: tuple[Refused, ...]
    written: tuple[Path, ...]


def apply_sheet(out: Path, sheet: Path, who: str | None = None) -> Applied:
    """Take the answers in the workbook ``sheet`` as corrections of the results folder
    ``out``, and write its files again. ``who`` signs the rows that name nobody; by default
    the user of this machine.

    Raises:
        UsageError: the sheet cannot be understood, or is another folder's.
        LedgerError: no results folder, or another run is writing to it.
        ExportError: the files could not be written; the corrections are kept.
    """
    answers = read_answers(sheet)
    signer, at = who or user() or NOBODY, moment()
    forms: dict[tuple[str, int], list[Answer]] = defaultdict(list)
    for answer in answers:
        forms[answer.mark.sha256, answer.mark.place].append(answer)
    taken = already = 0
    refused: list[Refused] = []
    with Ledger.open(out, write=True, make=False) as ledger:
        for form, rows in forms.items():
            said = standing(ledger.corrections(*form))
            new = [(a, _correction(a, signer, at)) for a in rows if not _stands(a, said)]
            faults = _keep(ledger, new)
            already += len(rows) - len(new)
            taken += len(new) - len(faults)
            refused += faults
        if refused and not (taken or already) and _all_foreign(refused):
            raise _another_folder(out, sheet)
        written = _write(ledger, out) if taken else []
    return Applied(taken, already, tuple(sorted(refused)), tuple(written))


def _correction(answer: Answer, signer: str, at: str) -> Correction:
    return Correction(*answer.mark, answer.new, answer.who or signer, at, answer.why)


def _stands(answer: Answer, said: dict[tuple[str, str], list[Correction]]) -> bool:
    """Whether the answer was taken before: the same sheet may be handed back twice."""
    left = said.get((answer.mark.item_id, answer.mark.column), [])
    return any(c.new == answer.new for c in left[-1:])


def _keep(ledger: Ledger, new: list[tuple[Answer, Correction]]) -> list[Refused]:
    """Append the corrections of one form; those that do not fit are refused, one by one."""
    try:
        ledger.correct(c for _, c in new)
        return []
    except (ConflictError, UsageError):
        refused = []
    for answer, correction in new:
        try:
            ledger.correct([correction])
        except (ConflictError, UsageError) as e:
            refused.append(Refused(answer.row, e))
    return refused


def _all_foreign(refused: list[Refused]) -> bool:
    return all(isinstance(r.error, UsageError) for r in refused)


def _write(ledger: Ledger, out: Path) -> list[Path]:
    try:
        return write_results(ledger, out)[1]
    except ExportError as e:
        raise ExportError(
            f"更正已记入台账，但结果没有重写：{e.zh}之后运行 fcextract export {out} 即可。",
            f"The corrections are in the ledger, but the results were not written again: {e.en} "
            f"Then run fcextract export {out}.",
        ) from e


def _another_folder(out: Path, sheet: Path) -> UsageError:
    return UsageError(
        f"{sheet.name} 复核表里没有一行属于结果文件夹 {out}，没有采纳任何更正。"
        "请核对是不是另一个文件夹的复核表，或从这里重新导出后再填。",
        f"No row of the review sheet in {sheet.name} belongs to the results folder {out}; no "
        "correction was taken. Check whether it is another folder's sheet, or export it again "
        "from this one.",
    )
