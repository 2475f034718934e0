"""The review page as a person uses it, in a real browser. Skipped where there is none."""

from __future__ import annotations

import csv
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from _browser import ROOT, chromium, review, stop
from review_folder import A_PAGE, HEIGHT, HOSTILE, fill, hostile, laid_out

from fcextract.ledger import Ledger

SEED = ROOT / "samples" / "seed" / "seed.txt"
WAITING = ("005", "030", "060")
LONG = 20_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        if found is None:
            pytest.skip("no Chromium and Playwright here")
        yield found


@pytest.fixture
def out(tmp_path: Path) -> Path:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    path = a_form(inbox / "a.pdf")
    states = {"001": "checked", **dict.fromkeys(WAITING, "uncertain")}
    bad = inbox / "hostile.pdf"
    bad.write_bytes(path.read_bytes() + b"\n% not the same file\n")
    return fill(tmp_path / "out", [(path, [laid_out(states, source="a.pdf")]), (bad, [hostile()])])


def a_form(path: Path) -> Path:
    """A PDF with a frame wherever :func:`laid_out` says a box is."""
    doc = pymupdf.open()
    for n in range(142):
        if n % A_PAGE == 0:
            page = doc.new_page(width=595, height=842)
        y = 60.0 + HEIGHT * (n % A_PAGE)
        page.insert_text((45, y + 18), f"({n + 1})")
        for x in (400.0, 500.0):
            page.draw_rect(pymupdf.Rect(x, y + 10, x + 10, y + 20))
    doc.save(path)
    return path


@pytest.fixture
def address(out: Path) -> Iterator[str]:
    with review(out) as found:
        yield found


class Tab:
    """One tab of the browser; whatever goes wrong in it is remembered."""

    def __init__(self, browser: Any, address: str) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN")
        self.page = self.context.new_page()
        self.page.set_default_timeout(LONG)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda e: self.faults.append(str(e)))
        self.page.on("console", lambda m: m.type == "error" and self.faults.append(m.text))
        self.page.on("dialog", lambda d: (self.faults.append(d.message), d.dismiss()))
        self.page.on("request", self._stays_here)
        self.home = address.split("?")[0]
        self.page.goto(address)
        self.page.wait_for_selector("table.forms tbody tr:nth-child(2)")

    def _stays_here(self, request: Any) -> None:
        if not request.url.startswith(self.home):
            self.faults.append(f"request to {request.url}")

    def go(self, hash_: str, wait_for: str) -> None:
        self.page.goto(self.home + hash_)
        self.page.wait_for_selector(wait_for)

    def text(self, selector: str) -> str:
        return self.page.inner_text(selector)

    def says(self, selector: str, words: str) -> None:
        """Wait until it does."""
        self.page.locator(selector, has_text=words).first.wait_for()


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Tab]:
    tab = Tab(browser, address)
    yield tab
    tab.context.close()
    assert tab.faults == []


def queue(tab: Tab) -> None:
    tab.go("#/queue", ".desk .about")
    tab.says(".place", "第 1 框，共 4 框")


# --------------------------------------------------------------------- looking


def test_the_list_is_filtered_and_sorted_by_keyboard(tab: Tab) -> None:
    rows = tab.page.locator("table.forms tbody tr")
    assert rows.count() == 2
    tab.page.get_by_label("搜索").fill("拱墅")
    assert rows.count() == 1
    tab.page.get_by_role("button", name="清除筛选").press("Enter")
    assert rows.count() == 2
    heading = tab.page.get_by_role("columnheader", name="待看")
    heading.get_by_role("button").press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    assert "a.pdf" in rows.first.inner_text()


def test_the_token_does_not_stay_in_the_address(tab: Tab) -> None:
    assert "token" not in tab.page.url
    tab.page.reload()
    tab.page.wait_for_selector("table.forms")


def test_page_and_table_point_at_each_other(tab: Tab) -> None:
    tab.page.get_by_role("link", name="330105190429014").click()
    tab.page.wait_for_selector(".sheet img")
    tab.page.locator("button.state[data-key='030/self']").click()
    tab.says(".card h2", "(30) 自评")
    assert (
        tab.page.get_by_label("页", exact=True)
        .locator("select")
        .or_(tab.page.locator("select[aria-label='页']"))
        .first.input_value()
        == "2"
    )
    assert tab.page.locator("g.chosen").get_attribute("data-key") == "030/self"
    place = tab.page.locator("g.box[data-key='027/reviewer'] .line").first.bounding_box()
    tab.page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    tab.says(".card h2", "(27) 省发改委")
    assert tab.page.evaluate("document.activeElement.dataset.key") == "027/reviewer"
    tab.page.keyboard.press("ArrowUp")
    assert tab.page.evaluate("document.activeElement.dataset.key") == "026/reviewer"


def test_outlines_lie_on_the_boxes(tab: Tab) -> None:
    tab.page.get_by_role("link", name="330105190429014").click()
    sheet = tab.page.locator(".sheet").bounding_box()
    line = tab.page.locator("g.box[data-key='005/self'] .line").first.bounding_box()
    scale = sheet["width"] / 595
    assert line["x"] - sheet["x"] == pytest.approx(398.5 * scale, abs=2)
    assert line["y"] - sheet["y"] == pytest.approx(188.5 * scale, abs=2)


# ------------------------------------------------------------------ correcting


def test_deciding_by_keys_and_undoing(tab: Tab) -> None:
    queue(tab)
    tab.says(".desk .about h2", "(5) 自评")
    tab.page.keyboard.press("1")
    tab.says(".desk .about h2", "(30) 自评")
    tab.says("#spoken", "(5) 自评 记为已勾")
    tab.says("#spoken", "(30)")
    tab.says(".bar nav", "待复核3")
    tab.page.keyboard.press("ArrowLeft")
    tab.says(".desk .about", "已勾")
    assert "看不准" in tab.text(".desk .facts")  # the reading stays visible beside it
    tab.page.keyboard.press("z")
    tab.says(".bar nav", "待复核4")
    tab.says(".desk .about h2", "(5) 自评")
    tab.says(".history", "撤销")
    tab.page.keyboard.press("2")
    tab.says(".desk .about h2", "(30) 自评")
    tab.page.keyboard.press("3")
    tab.says(".desk .about h2", "(60) 自评")
    tab.says(".bar nav", "待复核2")


def test_no_key_decides_a_box_that_is_not_shown_yet(tab: Tab, out: Path) -> None:
    """Keys pressed faster than boxes come are dropped: nobody has seen what they would decide."""
    queue(tab)
    tab.says(".desk .about h2", "(5) 自评")
    tab.page.evaluate("""() => {
        for (let n = 0; n < 4; n++) {
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
        }
    }""")
    tab.says(".bar nav", "待复核3")
    tab.says(".desk .about h2", "(30) 自评")
    with Ledger.open(out) as ledger:
        assert [c.item_id for c in ledger.corrections()] == ["005"]


def test_buttons_keep_the_focus(tab: Tab) -> None:
    queue(tab)
    tab.page.get_by_role("button", name="未勾2").focus()
    tab.page.keyboard.press("Enter")
    tab.says(".desk .about h2", "(30) 自评")
    assert tab.page.evaluate("document.activeElement.innerText").startswith("未勾")


def test_totals_follow_and_a_reload_keeps_everything(tab: Tab, out: Path) -> None:
    tab.page.get_by_role("link", name="330105190429014").click()
    tab.says(".totals", "1…4 / 141")
    tab.page.locator("button.state[data-key='005/self']").click()
    tab.says(".card h2", "(5) 自评")
    tab.page.get_by_label("说明").fill("原件清楚")
    tab.page.get_by_role("button", name="已勾1").click()
    tab.says(".totals", "2…4 / 141")
    tab.page.reload()
    tab.says(".totals", "2…4 / 141")
    tab.page.get_by_role("tab", name="更正记录").click()
    tab.says(".panel", "看不准")
    assert "原件清楚" in tab.text(".panel")


def test_export_writes_the_folder(tab: Tab, out: Path) -> None:
    queue(tab)
    tab.page.keyboard.press("1")
    tab.says(".bar nav", "待复核3")
    tab.page.get_by_role("button", name="导出结果").click()
    tab.says("#jobs", "结果文件夹已写好")
    with open(out / "items.csv", encoding="utf-8-sig", newline="") as f:
        rows = [r for r in csv.DictReader(f) if r["item_id"] == "005" and r["source"] == "a.pdf"]
    assert [r["self_state"] for r in rows] == ["checked"]


def test_two_tabs_do_not_lose_each_others_work(browser: Any, address: str, tab: Tab) -> None:
    other = Tab(browser, address)
    form = tab.page.get_by_role("link", name="330105190429014").get_attribute("href")
    for each in (tab, other):
        each.page.evaluate("h => { location.hash = h }", f"{form}/005/self")
        each.says(".card h2", "(5) 自评")
    # The second tab hears nothing of the first: as if both pressed at once.
    other.page.route("**/api/state", lambda route: route.abort())
    tab.page.keyboard.press("1")
    tab.says(".totals", "2…4 / 141")
    other.page.keyboard.press("2")
    other.says("#toasts", "别人先改过")
    other.says(".card .facts", "已勾")
    other.says(".totals", "2…4 / 141")
    other.context.close()
    assert all("409" in f or "ERR_FAILED" in f for f in other.faults), other.faults


def test_one_tab_sees_what_the_other_did(browser: Any, address: str, tab: Tab) -> None:
    other = Tab(browser, address)
    queue(tab)
    queue(other)
    tab.page.keyboard.press("1")
    other.says(".desk .about", "已勾")
    other.context.close()
    assert other.faults == []


def test_the_gallery_is_swept_by_keys(tab: Tab) -> None:
    tab.go("#/gallery/uncertain", ".grid .tile")
    first = tab.page.locator(".grid .tile").first
    first.focus()
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("1")
    second = tab.page.locator(".grid .tile").nth(1)
    second.locator(".chip.checked").wait_for()
    tab.says(".bar nav", "待复核3")
    tab.page.keyboard.press("z")
    tab.says(".bar nav", "待复核4")


def test_a_file_is_added_and_read(tab: Tab) -> None:
    tab.page.locator("input[type=file]").set_input_files(SEED)
    tab.says("#jobs", "seed.txt")
    tab.page.locator("table.forms small", has_text="seed.txt").wait_for(timeout=60_000)
    tab.says("#jobs", "已读入")


# --------------------------------------------------------------------- hostile


def test_a_hostile_form_stays_text(tab: Tab) -> None:
    assert HOSTILE in tab.text("table.forms")
    tab.page.locator("table.forms a", has_text="img src").first.click()
    tab.says("h1", HOSTILE)
    tab.page.locator("button.state[data-key='001/self']").click()
    tab.says(".card h2", "(1) 自评")
    tab.page.get_by_role("tab", name="发现").click()
    tab.says(".panel", "<img")
    tab.go("#/queue", ".desk .about")
    tab.go("#/gallery/uncertain", ".grid .tile")
    for selector in ("img[src='x']", "main script", "[onerror]"):
        assert tab.page.locator(selector).count() == 0
    assert tab.page.title() not in ("1", "2")


def test_the_page_runs_nothing_that_is_put_into_it(browser: Any, address: str) -> None:
    tab = Tab(browser, address)
    put_in = """() => {
        const s = document.createElement("script");
        s.textContent = "document.title = 'run'";
        document.body.append(s);
        try { document.body.innerHTML = "<b>x</b>"; return "taken"; } catch { return "refused"; }
    }"""
    with pytest.raises(Exception, match="TrustedScript"):
        tab.page.evaluate(put_in)
    assert tab.page.title() != "run"
    tab.context.close()


def test_another_page_gets_nothing(browser: Any, address: str, tmp_path: Path) -> None:
    """A page from elsewhere, open in the same browser, with the page's cookie in its jar."""
    tab = Tab(browser, address)
    elsewhere = tab.context.new_page()
    elsewhere.goto("about:blank")
    send = """async (home) => {
        const tries = [
            fetch(home + "api/forms", { credentials: "include" }),
            fetch(home + "api/export", { method: "POST", credentials: "include", body: "{}" }),
        ];
        const answers = await Promise.allSettled(tries);
        return answers.map((a) => (a.status === "fulfilled" ? a.value.status : "blocked"));
    }"""
    assert set(elsewhere.evaluate(send, tab.home)) <= {"blocked", 403}
    tab.context.close()


# -------------------------------------------------------------------- language


def test_english(tab: Tab) -> None:
    tab.page.get_by_role("button", name="English").click()
    tab.says("h1", "Forms")
    assert tab.page.evaluate("document.documentElement.lang") == "en"
    for view, wait_for in (
        ("#/queue", ".desk .about"),
        ("#/gallery/empty", ".grid .tile"),
        ("#/forms", "table.forms"),
    ):
        tab.go(view, wait_for)
        shown = tab.text("main").replace(HOSTILE, "")
        content = re.sub(r"(?m)^.*[（(].*$", "", shown) if view == "#/queue" else ""
        assert "待复核" not in shown, content
    tab.page.reload()
    tab.says("h1", "Forms")


# ----------------------------------------------------------------- the command


def test_the_command_prints_its_address_and_ends_cleanly(out: Path) -> None:
    command = [sys.executable, "-m", "fcextract", "review", str(out), "--port", "0", "--no-browser"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    address = process.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{40,}", address)
    with urllib.request.urlopen(address) as answer:
        assert b"/static/app.js" in answer.read()
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(address.split("?")[0])
    stop(process)
    said = process.communicate()
    if hasattr(signal, "SIGKILL"):
        assert process.returncode == 130
    assert said[0] == ""
    assert "Traceback" not in said[1]


def test_a_folder_without_a_ledger_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fcextract", "review", str(tmp_path), "--no-browser"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 5
    assert done.stdout == ""
    assert "[ledger]" in done.stderr
