"""The report says what the forms say, runs nothing of theirs, and fetches nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from factories import EDITION, a_failure, a_row, a_sheet, the_seed

from fcextract.audit import audit_all
from fcextract.audit.anomalies import copied, identical
from fcextract.export import in_order
from fcextract.export.report import page, write_report
from fcextract.export.report.svg import FITS, Bar, bars
from fcextract.records import AuditedSheet, Declared, Header, Scoresheet

IDS = [i.item_id for i in EDITION.items]
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


class Reader(HTMLParser):
    """What a browser would see: elements by name, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def report(sheets: list[Scoresheet], failures: list[object] = [], lang: str = "zh") -> str:  # noqa: B006
    return "".join(page(in_order(audit_all(sheets), failures), lang))


def data_of(text: str) -> dict[str, object]:
    block = re.search(r'id="data">(.*?)</script>', text)
    assert block
    return json.loads(block[1])


def some(n: int, ticked: list[str], reviewed: list[str] = [], number: str = "") -> Scoresheet:  # noqa: B006
    """Form ``n`` of a batch."""
    return a_sheet(
        ticked, reviewed, number=number or f"33010519042{n:04d}", source=f"{n}.pdf",
        declared=Declared(total=len(ticked)),
    )  # fmt: skip


def test_the_figures_are_the_batch_s() -> None:
    text = report([some(1, IDS[:10]), some(2, IDS[:30], IDS[:25]), the_seed()], [a_failure()])
    read = Reader(text)
    words = " ".join(read.text)
    assert "总数相符 2 份，多报 1 份，少报 0 份。" in "".join(read.text)
    assert "已审核 1 份：自评勾选而审核未勾 5 处，审核勾选而自评未勾 0 处。" in "".join(read.text)
    assert "damaged-file" in words
    data = data_of(text)
    assert [s.count("1") for s in data["ticks"]["self"]] == [10, 30, 2]
    assert [s.count("1") for s in data["ticks"]["reviewer"]] == [0, 25, 0]
    rows = [a for tag, a in read.elements if tag == "tr" and "data-n" in a]
    assert [a["data-verdict"] for a in rows] == ["unverifiable", "unverifiable", "inconsistent"]


def test_every_number_leads_to_forms_that_are_there() -> None:
    text = report([some(1, IDS[:10]), some(2, IDS[:10]), the_seed()])
    read, data = Reader(text), data_of(text)
    queries = [q for _, a in read.elements if (q := a.get("data-q"))]
    assert len(queries) > 50
    for word, *arguments in map(str.split, queries):
        if word == "form":
            assert 0 <= int(arguments[0]) < 3
        elif word == "set":
            assert all(0 <= n < 3 for n in data["sets"][int(arguments[0])])
        elif word in ("item", "section"):
            place, column = arguments
            assert column in data["ticks"]
            assert int(place) < (len(IDS) if word == "item" else len(data["sections"]))
        else:
            assert word in ("all", "verdict", "status", "county")


def test_nothing_of_a_form_s_is_markup() -> None:
    row = a_row(EDITION.items[0], keyword=HOSTILE, remark=HOSTILE)
    sheet = a_sheet(IDS[:9], number=HOSTILE, source=HOSTILE, rows={"001": row})
    failure = replace(a_failure(), source=HOSTILE, error_zh=HOSTILE)
    for lang in ("zh", "en"):
        read = Reader(report([sheet, the_seed()], [failure], lang))
        assert [t for t, _ in read.elements].count("script") == 2
        assert "img" not in [t for t, _ in read.elements]
        assert not any(k.startswith("on") for _, a in read.elements for k in a)
        assert HOSTILE in "".join(read.text)


def test_the_page_s_own_policy_lets_only_itself_work() -> None:
    text = report([the_seed()])
    policy = next(
        a["content"] for t, a in Reader(text).elements if a.get("http-equiv") and t == "meta"
    )
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        inner = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.S)
        (only,) = inner
        digest = base64.b64encode(hashlib.sha256(only.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    addresses = [a.get("href") or a.get("src") for _, a in Reader(text).elements]
    assert {a for a in addresses if a} == {"#forms", "#failed"}


def test_languages_and_bytes(tmp_path: Path) -> None:
    sheets = [some(1, IDS[:10]), some(2, IDS[:10])]
    english = report(sheets, lang="en")
    chinese = re.compile("[一-鿿]")
    heads = re.findall(r"<h[123]>(.*?)</h[123]>|<th>(.*?)</th>", english)
    assert heads and not any(chinese.search(h) for pair in heads for h in pair)
    assert report(sheets) == report(sheets[::-1])
    write_report(tmp_path / "r.html", in_order(audit_all(sheets)))
    assert (tmp_path / "r.html").read_text("utf-8") == report(sheets)


def test_an_empty_batch_still_makes_a_page() -> None:
    assert "<h2>全部表</h2>" in report([])
    assert "读取失败的文件" in report([], [a_failure()])


# --------------------------------------------------------------- anomalies


def audited(*sheets: Scoresheet) -> list[AuditedSheet]:
    return audit_all(sheets)


def test_forms_ticked_alike() -> None:
    forms = audited(
        some(1, IDS[:10]), some(2, IDS[:10]), some(3, IDS[:11]), some(4, IDS[:40]),
        some(5, IDS[:40]), some(6, IDS[:40]), some(7, IDS[:4]), some(8, IDS[:4]),
        some(9, IDS), some(10, IDS),
    )  # fmt: skip
    found = [[s.sheet.source for s in g] for g in identical(forms)]
    assert found == [["4.pdf", "5.pdf", "6.pdf"], ["1.pdf", "2.pdf"]]


def test_an_unread_box_is_like_no_other() -> None:
    states = dict.fromkeys(IDS[:10], "checked")
    forms = audited(some(1, IDS[:10]), replace(a_sheet({**states, "020": "uncertain"}), source="b"))
    assert identical(forms) == []


def test_a_reviewer_s_column_like_the_county_s() -> None:
    forms = audited(
        some(1, IDS[:10], IDS[:10]), some(2, IDS[:10], IDS[:9]), some(3, IDS[:10]),
        some(4, IDS[:3], IDS[:3]),
    )  # fmt: skip
    assert [s.sheet.source for s in copied(forms)] == ["1.pdf"]
    words = "".join(Reader(report([some(1, IDS[:10], IDS[:10])])).text)
    assert "省发改委一列与自评逐框相同" in words


# ------------------------------------------------------------------ charts


def test_bars_are_as_long_as_their_share() -> None:
    drawn = bars("t", [("a", [Bar(0.5, "5", "self", "all"), Bar(2.0, "9", "self", "all")])])
    half, whole = (
        float(w) for w in re.findall(r'<rect class="self" [^>]* width="([\d.]+)"', drawn)
    )
    assert whole == 2 * half


def test_long_labels_are_cut_and_kept_whole_for_the_pointer() -> None:
    drawn = bars("t", [("长" * FITS, [Bar(0.5, "5", "self", "all")])])
    assert "长…<title>" + "长" * FITS in drawn


# ----------------------------------------------------------------- browser


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium")
def test_a_click_shows_the_forms(tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    sheets = [some(1, IDS[:10]), some(2, IDS[:30]), some(3, IDS[:30])]
    hostile = replace(a_sheet(IDS[:6], source=HOSTILE), header=Header(HOSTILE))
    write_report(tmp_path / "r.html", in_order(audit_all([*sheets, hostile])))
    troubles: list[str] = []
    with sync_api.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page()
        tab.on("console", lambda m: troubles.append(m.text))
        tab.on("pageerror", lambda e: troubles.append(str(e)))
        tab.on("dialog", lambda d: troubles.append(d.message))
        requests: list[str] = []
        tab.on("request", lambda r: requests.append(r.url))
        tab.goto((tmp_path / "r.html").as_uri())

        def shown() -> list[str]:
            rows = "[...document.querySelectorAll('#forms tbody tr')].filter(r => !r.hidden)"
            return tab.evaluate(f"{rows}.map(r => r.cells[8].textContent)")

        assert len(shown()) == 4
        tab.click('a[data-q="item 12 self"] text')
        assert sorted(shown()) == ["2.pdf", "3.pdf"]
        assert tab.inner_text("#shown").startswith("筛选出 2 份")
        tab.click("#shown button")
        assert len(shown()) == 4
        tab.focus('a[data-q="section 0 self"]')
        tab.keyboard.press("Enter")
        assert shown()[0] in ("2.pdf", "3.pdf") and shown()[-1] == HOSTILE
        tab.click('a[data-q^="set"]:has-text("2 份")')
        assert sorted(shown()) == ["2.pdf", "3.pdf"]
        browser.close()
    assert troubles == []
    assert len(requests) == 1
