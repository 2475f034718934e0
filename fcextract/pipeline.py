"""From a file to audited forms: the steps, one a line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fcextract.audit import audit
from fcextract.editions import Edition, load_edition
from fcextract.errors import NotAFormError
from fcextract.ingest import ingest
from fcextract.ingest.render import Renderer
from fcextract.locate import locate
from fcextract.marks import read_marks
from fcextract.reconcile import reconcile
from fcextract.records import AuditedSheet, Document, Scoresheet
from fcextract.settings import Limits, ReadOptions


def read_file(path: Path, *, source: str, options: ReadOptions | None = None) -> list[AuditedSheet]:
    """Every form in the file at ``path``, audited; ``source`` is what results call it.

    Raises:
        FcextractError: the file cannot be read, or holds no such form.
    """
    options = options or ReadOptions()
    edition = load_edition(options.edition)
    limits = Limits(pixels=options.max_pixels)
    sheets = read_sheets(path, source, edition, options.password, limits)
    return [audit(sheet, edition, options.count) for sheet in sheets]


def read_sheets(
    path: Path,
    source: str,
    edition: Edition,
    password: str | None = None,
    limits: Limits | None = None,
) -> list[Scoresheet]:
    """Every form in the file, read and reconciled; nothing here knows what the county
    declared to be true of it."""
    document = ingest(path, source, password, limits)
    with Renderer(path, password) as look:
        # Of a broken file no box is believed: it is not worth looking at.
        sound = document.kind == "pdf" and not any(p.damage for p in document.pages)
        seen = look if sound else None
        tables = locate(document, edition, seen)
        if not tables:
            raise _no_form(document, edition)
        marked = [read_marks(table, seen) for table in tables]
    return [replace(reconcile(table, edition), place=n) for n, table in enumerate(marked)]


def _no_form(document: Document, edition: Edition) -> NotAFormError:
    """What the file is instead, as far as it can be told."""
    if all(p.scan is not None or not p.readable for p in document.pages):
        return NotAFormError(
            f"{len(document.pages)} 页图像上没有认出“{edition.title}”的任何一行。"
            "请核对是否交错了文件；太模糊、太暗或不完整的，请重新扫描（200 dpi 以上）。",
            f"No row of {edition.title} was recognised on the {len(document.pages)} pictures of "
            "pages. Check that it is the right file; scan again (200 dpi or more) what is "
            "blurred, dark or cut off.",
        )
    title = _title(document)
    seen_zh = f"首个标题是“{title}”" if title else "没有找到标题"
    seen_en = f"its first title is “{title}”" if title else "no title was found"
    return NotAFormError(
        f"文件里没有“{edition.title}”的条目（{seen_zh}）。请核对是否交错了文件，"
        "或用 --edition 指定它的版本。",
        f"The file holds no rows of {edition.title} ({seen_en}). Check that it is the right file, "
        "or name its edition with --edition.",
    )


def _title(document: Document) -> str:
    """The text in the largest type on the first page that has any, at most 40 characters."""
    for page in document.pages:
        if page.runs:
            largest = max(r.size for r in page.runs)
            return " ".join("".join(r.text for r in page.runs if r.size > 0.95 * largest).split())[
                :40
            ]
    return ""
