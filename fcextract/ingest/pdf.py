"""PDF to upright pages of runs, rules, shapes, pictures, fields and annotations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pymupdf

from fcextract.errors import (
    DamagedFileError,
    EncryptedFileError,
    LimitExceededError,
    NoPagesError,
)
from fcextract.geometry import Box
from fcextract.ingest.fields import read_fields
from fcextract.ingest.follow import NOTHING, follow
from fcextract.ingest.limits import check_pages
from fcextract.ingest.paths import Turn, packed, sort_paths
from fcextract.ingest.pictures import read_pictures
from fcextract.ingest.runs import Chars, Span, build_runs
from fcextract.ingest.shades import with_shades
from fcextract.ingest.trace import trace_text
from fcextract.ingest.type3 import NAMED, drop_programs, is_odd, joined, told_apart
from fcextract.records import Page, Rule, Run, Widget
from fcextract.settings import Limits

T = TypeVar("T")

#: What MuPDF and PDFium raise at what they cannot read.
FAULTS = (RuntimeError, ValueError, IndexError, pymupdf.mupdf.FzErrorBase)
#: Render mode "neither fill nor stroke" as MuPDF's trace names it.
UNPAINTED = 3

#: What MuPDF says of a file that is broken, among what it says of sound ones: fonts without
#: some glyph, bytes before the header.
BROKEN = re.compile(
    r"^(?!FT_|garbage bytes).*(error|repair|broken|corrupt|premature|truncated|expected|cannot"
    r"|invalid|not a stream|underflow|no current point|ignoring|out of range)",
    re.IGNORECASE,
)

pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)
# Two subsets of one face have glyph ids of their own: their prefixes tell them apart.
pymupdf.TOOLS.set_subset_fontnames(True)


def read_pdf(path: Path, password: str | None, limits: Limits) -> tuple[Page, ...]:
    """All pages of the PDF at ``path``, upright.

    A page that cannot be read, beside others that can, is given as unreadable. Where
    anything in the file is broken, every page says so.

    Raises:
        DamagedFileError, EncryptedFileError, NoPagesError, LimitExceededError.
    """
    pymupdf.TOOLS.reset_mupdf_warnings()
    with _open(path, password) as doc:
        check_pages(doc.page_count, limits)
        pages = _read_pages(doc, limits)
        damage = _damage() or ("rebuilt by PDFium" if not doc.name else "")
    return tuple(replace(p, damage=damage) for p in pages) if damage else pages


def _damage() -> str:
    """The first thing that MuPDF found broken, in its own words."""
    said = pymupdf.TOOLS.mupdf_warnings().splitlines()
    return next((line[:80] for line in said if BROKEN.search(line)), "")


def _open(path: Path, password: str | None) -> pymupdf.Document:
    try:
        doc = pymupdf.open(path, filetype="pdf")
    except FAULTS as e:
        return _repaired(path, password, e)
    if doc.needs_pass and not doc.authenticate(password or ""):
        doc.close()
        raise _locked(password)
    faults: list[Exception] = []
    if _tried(lambda: doc.page_count, faults):
        return doc
    doc.close()
    return _repaired(path, password, faults[0] if faults else None)


def drop_kept() -> None:
    """Let go of the fonts and pictures that MuPDF keeps for a file that may come again."""
    pymupdf.TOOLS.store_shrink(100)


def _tried(work: Callable[[], T], faults: list[Exception]) -> T | None:
    """What ``work`` gives, or None and one more of ``faults``."""
    try:
        return work()
    except FAULTS as e:
        faults.append(e)
        return None


def _locked(password: str | None) -> EncryptedFileError:
    if password is None:
        return EncryptedFileError(
            "文件已加密，没有密码无法读取。请用 --password 给出密码，或提交未加密的文件。",
            "The file is encrypted and cannot be read without its password. Give it with "
            "--password, or submit a file that is not encrypted.",
        )
    return EncryptedFileError(
        "文件已加密，给出的密码不对，无法读取。请核对 --password，或提交未加密的文件。",
        "The file is encrypted and the password given does not open it. Check --password, or "
        "submit a file that is not encrypted.",
    )


def _repaired(path: Path, password: str | None, cause: Exception | None) -> pymupdf.Document:
    """The document as PDFium can still save it, where MuPDF finds no page."""
    import io

    import pypdfium2 as pdfium

    try:
        with pdfium.PdfDocument(path, password=password) as second:
            if len(second) == 0:
                raise _no_pages()
            buffer = io.BytesIO()
            second.save(buffer)
        data = buffer.getvalue()
        doc = pymupdf.open(stream=data, filetype="pdf")
        if doc.page_count == 0:
            raise _no_pages()
        return doc
    except FAULTS as e:
        if "password" in str(e).lower():
            raise _locked(password) from e
        if cause is None:
            raise _no_pages() from e
        raise _damaged(cause) from e


def _damaged(cause: Exception) -> DamagedFileError:
    return DamagedFileError(
        f"文件自称 PDF，但内容损坏，无法打开（{_short(cause)}）。"
        "可能传输中断或另存出错；请重新导出或重新上传。",
        f"The file calls itself a PDF but is damaged and cannot be opened ({_short(cause)}). "
        "It may have been cut in transfer; export or upload it again.",
    )


def _no_pages() -> NoPagesError:
    return NoPagesError(
        "文件能打开，但没有任何页面。可能传输中断只剩文件头；请重新导出或重新上传。",
        "The file opens and has no page. It may have been cut in transfer; export or upload it "
        "again.",
    )


def _short(e: Exception) -> str:
    """The library's own words, without the folder it found the file in."""
    text = re.sub(r"'[^']*[/\\]([^'/\\]*)'", r"'\1'", " ".join(str(e).split()))
    return text[:80] or type(e).__name__


def _read_pages(doc: pymupdf.Document, limits: Limits) -> tuple[Page, ...]:
    faults: list[Exception] = []
    _tried(partial(drop_programs, doc), [])
    drafts = [
        _tried(partial(_PageDraft, doc, index, limits), faults) for index in range(doc.page_count)
    ]
    spaced = any(" " in d.chars.text for d in drafts if d)
    told = any(is_odd(d.chars.text) for d in drafts if d and d.has_type3)
    pages = [_tried(partial(d.page, spaced, told), faults) if d else None for d in drafts]
    if faults and not any(pages):
        raise _damaged(faults[0])
    return tuple(p or Page(i + 1, 0.0, 0.0, readable=False) for i, p in enumerate(pages))


class _PageDraft:
    """One page on its way to a :class:`Page`: all but its runs, since whether blanks are
    written is known only when all pages have been seen. It keeps no page of MuPDF's, which
    slows down with every page that is held."""

    def __init__(self, doc: pymupdf.Document, index: int, limits: Limits) -> None:
        raw = doc[index]
        mediabox = raw.rect * raw.derotation_matrix
        size = (abs(mediabox.width), abs(mediabox.height))
        trace, painted = trace_text(raw)
        by, self.chars = _characters(trace, size)
        turn = Turn(by, size)
        paths = raw.get_cdrawings()
        objects = len(paths) + len(raw.annot_xrefs())
        if objects > limits.objects:
            raise _too_many(index + 1, objects, limits.objects)
        self.number = index + 1
        self.size = size if by % 180 == 0 else size[::-1]
        self.turn = (by - raw.rotation) % 360
        gaps = painted > len({k["seqno"] for some in (trace, paths) for k in some})
        followed = follow(raw, bool(trace)) if gaps else NOTHING
        self.pictures, gradients = read_pictures(doc, raw, turn, followed)
        self.rules, self.shapes = sort_paths(with_shades(raw, paths, followed, gradients), turn)
        self.widgets, self.annotations = read_fields(doc, raw, turn)

    @property
    def has_type3(self) -> bool:
        return any(s.font.startswith(NAMED) for s in self.chars.spans)

    def page(self, spaced: bool, told: bool) -> Page:
        """The finished page. ``told`` keeps Type 3 fonts apart: where character maps lie,
        each lies in its own way."""
        chars = self.chars
        if self.has_type3:
            chars = told_apart(chars) if told else joined(chars)
        runs = build_runs(chars, spaced)
        runs = tuple(r for r in runs if self._holds(r.box))
        return Page(
            number=self.number,
            width=self.size[0],
            height=self.size[1],
            turn=self.turn,
            runs=_with_field_text(runs, self.widgets),
            rules=tuple(r for r in self.rules if self._reaches(r)),
            shapes=tuple(s for s in self.shapes if self._holds(s.box)),
            pictures=self.pictures,
            widgets=self.widgets,
            annotations=self.annotations,
        )

    def _reaches(self, rule: Rule) -> bool:
        """Whether an upright rule is anywhere beside the page's lines: Qt draws a table's
        next page below the one that is cut. A level one may close a cell that is cut."""
        return rule.along == "h" or (rule.lo <= self.size[1] and rule.hi >= 0.0)

    def _holds(self, box: Box) -> bool:
        """Whether the middle of ``box`` is on the page."""
        x0, y0, x1, y1 = box
        width, height = self.size
        return 0.0 <= (x0 + x1) / 2 <= width and 0.0 <= (y0 + y1) / 2 <= height


def _too_many(page: int, found: int, limit: int) -> LimitExceededError:
    return LimitExceededError(
        f"第 {page} 页有 {found} 个图形对象，超过上限 {limit}，未读取。"
        "这不像一张评分表；请核对文件，或重新导出。",
        f"Page {page} has {found} objects, more than the limit of {limit}, and was not read. "
        "This does not look like a scoresheet; check the file, or export it again.",
    )


def _characters(trace: Sequence[dict[str, Any]], size: tuple[float, float]) -> tuple[int, Chars]:
    """The page's writing turn and those characters that are written that way."""
    weights: Counter[int] = Counter()
    for span in trace:
        if span["wmode"] == 0 and span["type"] != UNPAINTED:
            weights[_direction(span["dir"])] += len(span["chars"])
    weights.pop(-1, None)
    turn = weights.most_common(1)[0][0] if weights else 0
    spans = [s for s in trace if _direction(s["dir"]) == turn and s["size"] >= 1]
    return turn, _columns(spans, turn, size)


@lru_cache(maxsize=256)
def _direction(d: tuple[float, float]) -> int:
    """The clockwise turn that makes writing along ``d`` (y downwards) upright; -1 for
    slanted text."""
    x, y = d
    if abs(y) < 0.1:
        return 0 if x > 0 else 180
    if abs(x) < 0.1:
        return 270 if y > 0 else 90
    return -1


def _columns(trace: Sequence[dict[str, Any]], turn: int, page: tuple[float, float]) -> Chars:
    chars = [c for span in trace for c in span["chars"]]
    points, codes, origins, boxes = zip(*chars, strict=True) if chars else ((), (), (), ())
    text = "".join(chr(c) if c > 0 and not 0xD800 <= c < 0xE000 else "\ufffd" for c in points)
    index = np.repeat(np.arange(len(trace)), [len(span["chars"]) for span in trace])
    size = np.array([span["size"] for span in trace], dtype=np.float64)[index]
    ends = _along(_table(origins, 2), _table(boxes, 4), turn, page)
    return Chars(text, list(codes), *ends, size, index, [_span(s) for s in trace])


def _table(rows: Sequence[tuple[float, ...]], columns: int) -> np.ndarray:
    """Rows of numbers as columns."""
    flat = np.fromiter(chain.from_iterable(rows), np.float64, len(rows) * columns)
    return flat.reshape(-1, columns).T


def _span(span: dict[str, Any]) -> Span:
    seen = span["type"] != UNPAINTED and span["opacity"] > 0.05
    return Span(span["font"], _rgb(span["color"]), span["seqno"], seen)


def _along(
    origins: np.ndarray, boxes: np.ndarray, turn: int, page: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Left end, right end and baseline of characters once they are upright."""
    ox, oy = origins
    x0, y0, x1, y1 = boxes
    width, height = page
    if turn == 0:
        return ox, x1, oy
    if turn == 90:
        return height - oy, height - y0, ox
    if turn == 180:
        return width - ox, width - x0, height - oy
    return oy, y1, width - ox


@lru_cache(maxsize=256)
def _rgb(color: tuple[float, ...]) -> int | None:
    return packed(color) if len(color) == 3 else None


def _with_field_text(runs: tuple[Run, ...], widgets: tuple[Widget, ...]) -> tuple[Run, ...]:
    """Text fields speak by their value: what their appearance shows is dropped."""
    fields = [w for w in widgets if w.kind in {"Tx", "Ch"} and not w.hidden]
    if not fields:
        return runs
    kept = [r for r in runs if not any(f.box.holds(r.box.cx, r.box.cy) for f in fields)]
    for f in fields:
        value = " ".join(f.value.split())
        if value:
            edges = np.linspace(f.box.x0, f.box.x1, len(value) + 1).tolist()
            size = min(f.box.height, 12.0)
            kept.append(Run(value, f.box, tuple(edges), (), "", size, 0, -1, True))
    return tuple(kept)
