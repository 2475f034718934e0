"""Every file that cannot be read: its code and its exact text, in both languages."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from paper import EDITION, IDS, KEYS, all_lines, boxes_of, print_form, read

from fcextract.catalogue import catalogue
from fcextract.cli.commands import cli
from fcextract.errors import FcextractError
from fcextract.ingest import ingest
from fcextract.pipeline import read_sheets
from fcextract.settings import Limits

TICKS = frozenset(KEYS[::3])
NO_PAGES = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R/Size 3>>\n%%EOF\n"
)
KINDS_ZH = "请提交 PDF、图像（.tif、.png、.jpg、.webp），或含复选框的文本（.txt、.md、.html）。"
KINDS_EN = (
    "Submit a PDF, a picture (.tif, .png, .jpg, .webp), or a transcript with check boxes (.txt, "
    ".md, .html)."
)


@lru_cache(maxsize=1)
def form() -> Any:
    return print_form(all_lines(TICKS), "drawn").doc


def pages_of(*lines: tuple[str, float]) -> bytes:
    """One page of text lines in given sizes."""
    doc = pymupdf.open()
    page = doc.new_page()
    for n, (text, size) in enumerate(lines):
        page.insert_text((80, 90 + 40 * n), text, fontsize=size, fontname="china-s")
    data: bytes = doc.tobytes()
    return data


def a_scan(pages: int) -> bytes:
    doc = pymupdf.open()
    pixels = pymupdf.Pixmap(pymupdf.csGRAY, (0, 0, 60, 85), False)
    pixels.clear_with(230)
    for _ in range(pages):
        page = doc.new_page()
        page.insert_image(page.rect, pixmap=pixels)
    data: bytes = doc.tobytes()
    return data


def refused(path: Path, password: str | None = None) -> FcextractError:
    with pytest.raises(FcextractError) as e:
        read_sheets(path, path.name, EDITION, password)
    return e.value


def assert_says(error: FcextractError, code: str, zh: str, en: str) -> None:
    assert (error.code, error.zh, error.en) == (code, zh, en)
    assert error.text("zh") == f"[{code}] {zh}" and error.text("en") == f"[{code}] {en}"
    assert code in catalogue(), "explain knows it"


def unsupported(ending: str) -> tuple[str, str, str]:
    return (
        "unsupported-format",
        f"不支持的文件格式（后缀 {ending or '（无）'}），无法读取。{KINDS_ZH}",
        f"This kind of file (ending {ending or 'none'}) is not read. {KINDS_EN}",
    )


def not_the_form(seen_zh: str, seen_en: str) -> tuple[str, str, str]:
    return (
        "not-a-form",
        f"文件里没有“未来社区分项指标评项”的条目（{seen_zh}）。请核对是否交错了文件，"
        "或用 --edition 指定它的版本。",
        f"The file holds no rows of 未来社区分项指标评项 ({seen_en}). Check that it is the right "
        "file, or name its edition with --edition.",
    )


NO_TITLE = not_the_form("没有找到标题", "no title was found")
CASES: dict[str, tuple[str, bytes, tuple[str, str, str]]] = {
    "empty": (
        "empty.pdf",
        b"",
        (
            "file-empty",
            "文件 empty.pdf 是空的（0 字节），没有内容可读。请重新导出或重新上传。",
            "The file empty.pdf is empty (0 bytes); there is nothing to read. Export or upload it "
            "again.",
        ),
    ),
    "zero pages": (
        "none.pdf",
        NO_PAGES,
        (
            "no-pages",
            "文件能打开，但没有任何页面。可能传输中断只剩文件头；请重新导出或重新上传。",
            "The file opens and has no page. It may have been cut in transfer; export or upload it "
            "again.",
        ),
    ),
    "another form": (
        "other.pdf",
        pages_of(("浙江省某某项目", 10), ("未来社区建设申报表", 20), ("(1) 单位：某县", 10)),
        not_the_form("首个标题是“未来社区建设申报表”", "its first title is “未来社区建设申报表”"),
    ),
    "long title": (
        "long.pdf",
        pages_of(("甲" * 41, 10)),
        not_the_form(f"首个标题是“{'甲' * 40}”", f"its first title is “{'甲' * 40}”"),
    ),
    "blank page": ("blank.pdf", pages_of(), NO_TITLE),
    "no list in a text": (
        "some.txt",
        "会议纪要".encode(),
        not_the_form("首个标题是“会议纪要”", "its first title is “会议纪要”"),
    ),
    "scan": (
        "scan.pdf",
        a_scan(2),
        (
            "not-a-form",
            "2 页图像上没有认出“未来社区分项指标评项”的任何一行。请核对是否交错了文件；"
            "太模糊、太暗或不完整的，请重新扫描（200 dpi 以上）。",
            "No row of 未来社区分项指标评项 was recognised on the 2 pictures of pages. Check that it "
            "is the right file; scan again (200 dpi or more) what is blurred, dark or cut off.",
        ),
    ),
    "word": ("form.docx", b"PK\3\4word", unsupported(".docx")),
    "picture": (
        "form.png",
        b"\x89PNG\r\n\x1a\n",
        (
            "damaged-file",
            "图像文件 form.png 损坏，无法读取（no picture in it）。可能传输中断；请重新扫描或重新上传。",
            "The picture form.png is damaged and cannot be read (no picture in it). It may have "
            "been cut in transfer; scan or upload it again.",
        ),
    ),
    "no ending": ("form", b"abc", unsupported("")),
    "bytes called text": ("form.txt", b"\0\1\2\3abc" * 30, unsupported(".txt")),
}


@pytest.mark.parametrize("case", CASES)
def test_exact_text(case: str, tmp_path: Path) -> None:
    name, data, (code, zh, en) = CASES[case]
    path = tmp_path / name
    path.write_bytes(data)
    assert_says(refused(path), code, zh, en)


def test_no_such_file(tmp_path: Path) -> None:
    assert_says(
        refused(tmp_path / "gone.pdf"),
        "file-missing",
        "打不开文件 gone.pdf（No such file or directory）。请核对路径和权限。",
        "The file gone.pdf cannot be opened (No such file or directory). Check its path and "
        "permissions.",
    )


# ----------------------------------------------------------------------- damaged files

DAMAGED = (b"hello, this is no PDF", b"%PDF-1.7\nnothing", b"%PDF-1.7\n" + b"\xff" * 4000)


@pytest.mark.parametrize("data", DAMAGED, ids=["text", "header", "noise"])
def test_damaged(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(data)
    error = refused(path)
    cause = re.search(r"（(.*?)）", error.zh)
    assert cause
    assert_says(
        error,
        "damaged-file",
        f"文件自称 PDF，但内容损坏，无法打开（{cause[1]}）。"
        "可能传输中断或另存出错；请重新导出或重新上传。",
        f"The file calls itself a PDF but is damaged and cannot be opened ({cause[1]}). "
        "It may have been cut in transfer; export or upload it again.",
    )


@pytest.mark.parametrize("data", DAMAGED[:2], ids=["text", "header"])
def test_damage_is_told_alike_everywhere(data: bytes, tmp_path: Path) -> None:
    """The same bytes give the same results, whatever folder they are read in."""
    path = tmp_path / "form.pdf"
    path.write_bytes(data)
    error = refused(path)
    assert str(tmp_path)[:20] not in error.zh and str(tmp_path)[:20] not in error.en


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_truncated(share: float, tmp_path: Path) -> None:
    """Cut in transfer: what is left is read right or not at all, never wrong."""
    data = form().tobytes()
    path = tmp_path / "form.pdf"
    path.write_bytes(data[: int(share * len(data))])
    try:
        sheets = read_sheets(path, path.name, EDITION)
    except FcextractError as e:
        assert e.code in ("damaged-file", "no-pages", "not-a-form")
        return
    wrong = [
        (key, box.state)
        for sheet in sheets
        for key, box in boxes_of(sheet).items()
        if box.state in ("checked", "empty")
        and box.state != ("checked" if key in TICKS else "empty")
    ]
    assert wrong == []
    found = {e.item.item_id for sheet in sheets for e in sheet.entries if e.row}
    if found != set(IDS):
        assert any(n.code.startswith("page-") for sheet in sheets for n in sheet.notes)


def test_one_damaged_page_among_good_ones(tmp_path: Path) -> None:
    doc = pymupdf.open(stream=form().tobytes(), filetype="pdf")
    doc.xref_set_key(doc[1].xref, "Contents", "(nothing)")
    doc.xref_set_key(doc[1].xref, "MediaBox", "[0 0 0 0]")
    (sheet,) = read(doc, tmp_path)
    found = {e.item.item_id for e in sheet.entries if e.row}
    assert 60 < len(found) < 142
    assert {"page-missing"} <= {n.code for n in sheet.notes}


def test_bytes_before_the_header(tmp_path: Path) -> None:
    """A mail gateway's line in front; the PDF begins within its first 1,024 bytes."""
    (sheet,) = read(b"X-Gateway: checked\r\n" + form().tobytes(), tmp_path, "form.bin")
    assert sum(b.state == "checked" for b in boxes_of(sheet).values()) == len(TICKS)


# --------------------------------------------------------------------------- passwords

LOCKED = (
    "encrypted-file",
    "文件已加密，没有密码无法读取。请用 --password 给出密码，或提交未加密的文件。",
    "The file is encrypted and cannot be read without its password. Give it with --password, or "
    "submit a file that is not encrypted.",
)
WRONG_KEY = (
    "encrypted-file",
    "文件已加密，给出的密码不对，无法读取。请核对 --password，或提交未加密的文件。",
    "The file is encrypted and the password given does not open it. Check --password, or submit a "
    "file that is not encrypted.",
)


@pytest.fixture(params=[pymupdf.PDF_ENCRYPT_AES_256, pymupdf.PDF_ENCRYPT_RC4_40])
def locked(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "locked.pdf"
    data = form().tobytes(encryption=request.param, user_pw="密码".encode().hex(), owner_pw="own")
    path.write_bytes(data)
    return path


def test_encrypted(locked: Path) -> None:
    assert_says(refused(locked), *LOCKED)
    assert_says(refused(locked, "guess"), *WRONG_KEY)
    assert_says(refused(locked, ""), *WRONG_KEY)


@pytest.mark.parametrize("password", ["密码".encode().hex(), "own"])
def test_opened_with_its_password(locked: Path, password: str) -> None:
    (sheet,) = read_sheets(locked, locked.name, EDITION, password)
    ticked = {k for k, b in boxes_of(sheet).items() if b.state == "checked"}
    assert ticked == TICKS


# ------------------------------------------------------------------------------ limits

OVER: dict[str, tuple[Limits, str, str]] = {
    "pages": (
        Limits(pages=3),
        "文件有 4 页，超过上限 3 页，未读取。请拆分后再提交。",
        "The file has 4 pages, more than the limit of 3, and was not read. Split it.",
    ),
    "objects": (
        Limits(objects=3),
        "第 1 页有 {n} 个图形对象，超过上限 3，未读取。这不像一张评分表；请核对文件，或重新导出。",
        "Page 1 has {n} objects, more than the limit of 3, and was not read. "
        "This does not look like a scoresheet; check the file, or export it again.",
    ),
    "megabytes": (
        Limits(megabytes=1),
        "文件有 2 MB，超过上限 1 MB，未读取。请压缩或拆分后再提交。",
        "The file has 2 MB, more than the limit of 1 MB, and was not read. Compress or split it.",
    ),
}


@pytest.mark.parametrize("what", OVER)
def test_limits(what: str, tmp_path: Path) -> None:
    limits, zh, en = OVER[what]
    path = tmp_path / "form.pdf"
    path.write_bytes(form().tobytes() + (b"%" * 2_000_000 if what == "megabytes" else b""))
    assert len(form()) == 4
    with pytest.raises(FcextractError) as e:
        ingest(path, path.name, None, limits)
    number = re.search(r"\d{2,}", e.value.zh)
    n = number[0] if number else ""
    assert_says(e.value, "limit-exceeded", zh.format(n=n), en.format(n=n))


def test_a_form_is_far_below_the_limits(tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(form().tobytes())
    assert len(ingest(path, "form", None, Limits(pages=4, objects=1000, megabytes=1)).pages) == 4


def test_options_that_errors_name_exist() -> None:
    """The way out that an error shows must be there."""
    texts = [zh + en for _, _, (_, zh, en) in CASES.values()]
    texts += [zh + en for _, zh, en in OVER.values()] + [LOCKED[2], WRONG_KEY[2]]
    named = {word for text in texts for word in re.findall(r"--[a-z-]+[a-z]", text)}
    assert {"--password", "--edition"} <= named & options()
    assert named - options() == set()


def options() -> set[str]:
    """Every option of the command line."""
    return {o for c in cli.commands.values() for p in c.params for o in p.opts}
