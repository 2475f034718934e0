"""The review page's server: who is let in, what it tells, what it keeps."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import fakes
import pymupdf
import pytest
from PIL import Image
from review_folder import HOSTILE, fill, hostile, laid_out
from starlette.testclient import TestClient

from fcextract.batches import batch
from fcextract.corrections import Correction, moment
from fcextract.ledger import Ledger
from fcextract.outlines import FILE
from fcextract.records import State
from fcextract.review.app import STATIC, Talk, make_app
from fcextract.review.desk import Desk
from fcextract.review.office import Office
from fcextract.review.security import POLICY, Guard

PORT = 4321
HOME = f"http://127.0.0.1:{PORT}"
TOKEN = "a-token-for-tests"
SEED = Path(__file__).resolve().parent.parent / "samples" / "seed" / "seed.txt"
WAITING = {"005": "uncertain", "030": "uncertain", "040": "missing"}


def a_pdf(path: Path, pages: int = 6) -> Path:
    doc = pymupdf.open()
    for n in range(pages):
        doc.new_page(width=595, height=842).insert_text((72, 72), f"page {n + 1}")
    doc.save(path)
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Two forms: one that waits for three boxes' sake, one that is fine."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    a, b = a_pdf(inbox / "a.pdf"), a_pdf(inbox / "b.pdf", 7)
    first = laid_out({"001": "checked", **WAITING}, source="a.pdf")
    second = laid_out(
        {"001": "checked", "005": "checked"}, source="b.pdf", number="330102201003079"
    )
    return fill(tmp_path / "out", [(a, [first]), (b, [second])])


@pytest.fixture
def office(out: Path) -> Iterator[Office]:
    office = Office(out, None)
    yield office
    office.close()


@pytest.fixture
def stranger(office: Office) -> TestClient:
    """Someone with no token and no cookie."""
    app = Guard(make_app(office, Talk("zh", "tester")), token=TOKEN, port=PORT)
    return TestClient(app, base_url=HOME, headers={"origin": HOME})


@pytest.fixture
def page(stranger: TestClient) -> TestClient:
    """The page, opened by its address, once everything is listed."""
    assert stranger.get(f"/?token={TOKEN}").status_code == 200
    until(lambda: stranger.get("/api/state").json()["pending"] == 0)
    return stranger


def until(holds, seconds: float = 60.0) -> None:
    for _ in range(int(seconds / 0.05)):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to that")


def lines(page: TestClient) -> list[dict]:
    return page.get("/api/forms").json()["lines"]


def decide(page: TestClient, state: str, **changes: str):
    """Say that the box (5) self of the first form is ``state``."""
    said = {
        "form": lines(page)[0]["id"],
        "item_id": "005",
        "column": "self",
        "old": "uncertain",
        "new": state,
        "who": "张三",
        **changes,
    }
    return page.post("/api/correct", json=said)


# -------------------------------------------------------------------- the door


@pytest.mark.parametrize(
    "address", ["/", "/?token=", "/?token=wrong", "/api/forms", "/static/app.js"]
)
def test_without_the_token_nothing_is_told(stranger: TestClient, address: str) -> None:
    answer = stranger.get(address)
    assert answer.status_code == 403
    assert "fcextract review" in answer.text
    assert "set-cookie" not in answer.headers


def test_the_token_becomes_a_cookie(stranger: TestClient) -> None:
    answer = stranger.get(f"/?token={TOKEN}")
    assert answer.headers["set-cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert stranger.get("/api/forms").status_code == 200


def test_the_token_opens_the_front_door_only(stranger: TestClient) -> None:
    assert stranger.get(f"/api/forms?token={TOKEN}").status_code == 403


@pytest.mark.parametrize("cookie", ["wrong", "", '"', TOKEN[:-1], TOKEN + "é"])
def test_a_wrong_cookie_does_not_do(stranger: TestClient, cookie: str) -> None:
    headers = {"cookie": f"fcextract-{PORT}={cookie}".encode()}
    assert stranger.get("/api/forms", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1:80", "127.0.0.1", ""]
)
def test_a_name_that_points_here_does_not_do(page: TestClient, host: str) -> None:
    assert page.get("/api/forms", headers={"host": host}).status_code == 403
    assert page.get(f"/?token={TOKEN}", headers={"host": host}).status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:80", f"https://127.0.0.1:{PORT}"]
)
def test_other_pages_do_not_do(page: TestClient, origin: str) -> None:
    form = lines(page)[0]["id"]
    said = {"form": form, "item_id": "005", "column": "self", "old": "uncertain", "new": "empty"}
    for answer in (
        page.post("/api/correct", json=said, headers={"origin": origin}),
        page.post("/api/export", json={"lang": "zh"}, headers={"origin": origin}),
        page.get("/api/forms", headers={"origin": origin}),
    ):
        assert answer.status_code == 403
    assert lines(page)[0]["waiting"] == 4


def test_changes_need_an_origin(page: TestClient) -> None:
    del page.headers["origin"]
    assert page.get("/api/forms").status_code == 200
    assert page.post("/api/export", json={"lang": "zh"}).status_code == 403


def test_everything_goes_out_sealed(page: TestClient) -> None:
    form = lines(page)[0]["id"]
    for address in ("/", "/static/app.js", "/api/forms", "/no/such", f"/picture/{form}/page/1"):
        headers = page.get(address).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
    assert (
        page.get("/api/forms", headers={"host": "x"}).headers["content-security-policy"] == POLICY
    )
    for word in ("unsafe-inline", "unsafe-eval", "http:", "https:", "data:", "*"):
        assert word not in POLICY
    assert page.get("/api/forms").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "name",
    [
        "../app.py",
        "..%2fapp.py",
        "%2e%2e/app.py",
        "..\\app.py",
        "%00",
        "/etc/passwd",
        ".",
        "__init__.py",
    ],
)
def test_no_way_out_of_the_static_files(page: TestClient, name: str) -> None:
    assert page.get(f"/static/{name}").status_code == 404


def test_the_page_has_nothing_inline_and_nothing_from_elsewhere() -> None:
    html = (STATIC / "index.html").read_text("utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", html)
    for path in STATIC.iterdir():
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://", text), path.name
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "eval(",
            "Function(",
        ):
            assert word not in text, f"{word} in {path.name}"


def test_every_static_import_is_there() -> None:
    for path in STATIC.glob("*.js"):
        for name in re.findall(r'from "\./([\w.]+)"', path.read_text("utf-8")):
            assert (STATIC / name).is_file(), f"{name}, imported by {path.name}"


def test_every_word_of_the_page_is_there_in_two_languages() -> None:
    words = set(
        re.findall(
            r'^  (\w+): \["[^"]+", "[^"]+"\],$', (STATIC / "texts.js").read_text("utf-8"), re.M
        )
    )
    used = set()
    for path in STATIC.glob("*.js"):
        used |= set(re.findall(r'\bt\("(\w+)"', path.read_text("utf-8")))
    assert len(used) > 60
    assert used <= words


# ------------------------------------------------------------------ what it tells


def test_the_list(page: TestClient) -> None:
    told = page.get("/api/forms").json()
    first, second = told["lines"]
    assert (first["source"], first["status"], first["verdict"]) == (
        "a.pdf",
        "review",
        "unverifiable",
    )
    assert (first["self_total_min"], first["self_total_max"], first["declared_total"]) == (1, 4, 2)
    assert (first["waiting"], first["decided"], second["waiting"]) == (4, 0, 0)
    assert first["county"] == "杭州市拱墅区"
    assert (second["form_id"], second["verdict"]) == ("330102201003079", "consistent")
    assert told["failures"] == []


def test_one_form(page: TestClient) -> None:
    told = page.get(f"/api/forms/{lines(page)[0]['id']}").json()
    assert len(told["items"]) == 142
    assert [p["number"] for p in told["pages"]] == [1, 2, 3, 4, 5, 6]
    assert told["pages"][0] == {"number": 1, "turn": 0, "size": [595.0, 842.0]}
    assert {f["code"] for f in told["findings"]} >= {"box-uncertain", "item-missing"}
    item = told["items"][4]
    assert item["self"]["state"] == "uncertain"
    assert item["self"]["rect"] == [400.0, 190.0, 410.0, 200.0]


def test_a_box_with_its_neighbours(page: TestClient) -> None:
    form = lines(page)[0]["id"]
    told = page.get(f"/api/forms/{form}/005/self").json()
    assert [b["item_id"] for b in told["strip"]["boxes"]] == [
        "004",
        "004",
        "005",
        "005",
        "006",
        "006",
    ]
    assert told["strip"]["rect"] == [0.0, 144.0, 595.0, 246.0]
    assert (told["totals"]["declared"], told["totals"]["counted"]["max"]) == (2, 4)


def test_a_row_that_was_not_found_is_looked_for_between_its_neighbours(page: TestClient) -> None:
    form = lines(page)[0]["id"]
    told = page.get(f"/api/forms/{form}/040/self").json()
    assert told["box"]["rect"] is None
    assert {b["item_id"] for b in told["strip"]["boxes"]} == {"039", "041"}


def test_the_queue(page: TestClient) -> None:
    form = lines(page)[0]["id"]
    told = page.get("/api/queue").json()
    found = [(s["form"], s["item_id"], s["column"]) for s in told["spots"]]
    assert found == [(form, i, "self") for i in ("005", "030", "040")] + [(form, "040", "reviewer")]
    assert page.get("/api/queue", params={"column": "reviewer"}).json()["total"] == 1
    assert page.get("/api/queue", params={"form": lines(page)[1]["id"]}).json()["total"] == 0


def test_the_gallery_has_the_least_certain_first(page: TestClient) -> None:
    decide(page, "checked")
    told = page.get("/api/gallery", params={"state": "checked", "most": 10}).json()
    assert told["total"] == 4
    assert [s["certainty"] for s in told["spots"]] == [9990, 9990, 9990, 10000]
    assert [s["decided"] for s in told["spots"]] == [False, False, False, True]
    assert (
        page.get("/api/gallery", params={"state": "checked", "first": 3, "most": 9}).json()[
            "spots"
        ][0]["item_id"]
        == "005"
    )
    assert (
        page.get("/api/gallery", params={"state": "missing", "most": 9}).json()["spots"][0][
            "placed"
        ]
        is False
    )


def test_pictures(page: TestClient) -> None:
    form = lines(page)[0]["id"]
    whole = png(page.get(f"/picture/{form}/page/2"))
    assert whole.size == (992, 1404)
    strip = png(page.get(f"/picture/{form}/strip/005/self"))
    assert strip.width / strip.height == pytest.approx(595 / 102, rel=0.01)
    for kind in ("box", "thumb"):
        assert png(page.get(f"/picture/{form}/{kind}/005/self")).width > 50
    assert page.get(f"/picture/{form}/page/7").status_code == 400
    assert page.get(f"/picture/{form}/box/040/self").status_code == 400
    assert page.get(f"/picture/{form}/nonsense/005/self").status_code == 404


def png(answer) -> Image.Image:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(answer.content))


def test_a_changed_original_is_not_shown(page: TestClient, out: Path) -> None:
    form, original = lines(page)[0]["id"], out.parent / "inbox" / "a.pdf"
    a_pdf(original, 5)
    answer = page.get(f"/picture/{form}/page/1")
    assert answer.status_code == 404
    assert "改动过" in answer.json()["zh"]
    assert page.get(f"/api/forms/{form}").json()["pages"][0]["size"] is None
    original.unlink()
    assert "不在" in page.get(f"/picture/{form}/page/1").json()["zh"]


# ------------------------------------------------------------------- correcting


def test_a_correction_moves_the_totals_at_once(page: TestClient) -> None:
    answer = decide(page, "checked", why=" 笔迹 \n 清楚 ").json()
    assert answer["box"]["box"]["state"] == "checked"
    assert answer["box"]["box"]["read_as"] == "uncertain"
    (said,) = answer["box"]["history"]
    assert (said["old"], said["new"], said["who"], said["why"]) == (
        "uncertain",
        "checked",
        "张三",
        "笔迹 清楚",
    )
    assert answer["summary"]["counts"]["self"]["total"]["min"] == 2
    assert answer["state"]["waiting"] == 3
    assert answer["state"]["unwritten"] is True
    first = lines(page)[0]
    assert (first["self_total"], first["waiting"], first["decided"]) == (2, 3, 1)
    assert [s["item_id"] for s in page.get("/api/queue").json()["spots"]] == ["030", "040", "040"]


def test_the_verdict_follows(page: TestClient) -> None:
    decide(page, "checked")
    for item_id, column in (("030", "self"), ("040", "self"), ("040", "reviewer")):
        old = "uncertain" if item_id == "030" else "missing"
        decide(page, "empty", item_id=item_id, column=column, old=old)
    first = lines(page)[0]
    assert (first["status"], first["verdict"]) == ("ok", "consistent")


def test_undo(page: TestClient) -> None:
    said = decide(page, "checked").json()["box"]
    asked = {"form": said["form"], "item_id": "005", "column": "self", "who": "李四"}
    asked |= {"at": said["standing"]["at"], "new": "checked"}
    answer = page.post("/api/undo", json=asked).json()
    assert answer["box"]["box"]["state"] == "uncertain"
    assert answer["box"]["box"]["read_as"] is None
    assert [c["undo"] for c in answer["box"]["history"]] == [False, True]
    assert lines(page)[0]["waiting"] == 4
    again = page.post("/api/undo", json=asked)
    assert again.status_code == 409


def test_two_people_do_not_lose_each_others_work(page: TestClient) -> None:
    assert decide(page, "checked", who="张三").status_code == 200
    second = decide(page, "empty", who="李四")
    assert second.status_code == 409
    assert "张三" in second.json()["zh"]
    box = page.get(f"/api/forms/{lines(page)[0]['id']}/005/self").json()
    assert (box["box"]["state"], box["standing"]["who"]) == ("checked", "张三")
    assert decide(page, "empty", who="李四", old="checked").status_code == 200


def test_what_another_program_writes_is_seen(page: TestClient, out: Path) -> None:
    version = page.get("/api/state").json()["version"]
    with Ledger.open(out) as ledger:
        form = ledger.forms()[0]
        ledger.correct([
            Correction(form.sha256, 0, "005", "self", State.UNCERTAIN, State.EMPTY, "x", moment())
        ])  # fmt: skip
    assert page.get("/api/state").json()["version"] > version
    assert lines(page)[0]["waiting"] == 3


def test_a_note_is_no_command(page: TestClient) -> None:
    said = decide(page, "checked", why="undo").json()["box"]
    assert said["box"]["state"] == "checked"
    assert [c["undo"] for c in said["history"]] == [False]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"form": 1}', b'{"form": "x"}', b"\xff", b'"' + b"x" * 20_000 + b'"'],
)
def test_malformed_requests_change_nothing(page: TestClient, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    for address in ("/api/correct", "/api/undo", "/api/export"):
        answer = page.post(address, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "usage")


def test_what_is_not_there_is_refused(page: TestClient) -> None:
    for changes in (
        {"form": "nope"},
        {"item_id": "999"},
        {"column": "both"},
        {"new": "perhaps"},
        {"new": "missing"},
    ):
        assert (
            decide(page, **{"state": "checked", **changes}).status_code == 400 or "new" in changes
        )
    assert decide(page, "missing").status_code == 400
    assert decide(page, "perhaps").status_code == 400
    assert lines(page)[0]["decided"] == 0
    assert page.get("/api/forms/nope").status_code == 400
    assert page.get("/api/gallery", params={"state": "nope"}).status_code == 400


def test_a_page_elsewhere_cannot_send_a_form(page: TestClient) -> None:
    """A cross-site form can send only these types without asking first."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = page.post("/api/export", content=b'{"lang": "zh"}', headers={"content-type": kind})
        assert answer.status_code == 400


# ------------------------------------------------------------- export and drops


def test_export_writes_the_corrections(page: TestClient, out: Path) -> None:
    decide(page, "checked")
    assert page.post("/api/export", json={"lang": "zh"}).status_code == 202
    until(lambda: page.get("/api/state").json()["jobs"][-1]["state"] == "done")
    with open(out / "items.csv", encoding="utf-8-sig", newline="") as f:
        row = next(r for r in csv.DictReader(f) if r["item_id"] == "005")
    assert row["self_state"] == "checked"
    assert row["corrected"].startswith("张三/")
    assert page.get("/api/state").json()["unwritten"] is False


def test_a_dropped_file_is_read_beside_the_others(page: TestClient, out: Path) -> None:
    answer = drop(page, "../../收件\\seed.txt", SEED.read_bytes())
    assert answer.status_code == 202
    until(lambda: page.get("/api/state").json()["jobs"][-1]["state"] in ("done", "failed"))
    assert page.get("/api/state").json()["jobs"][-1]["state"] == "done"
    assert [x["source"] for x in lines(page)] == ["a.pdf", "b.pdf", "seed.txt"]
    assert sorted(p.name for p in (out / "dropped").iterdir()) == ["seed.txt"]
    assert not list(out.parent.glob("*.txt"))


def test_a_dropped_file_that_is_no_form_says_so(page: TestClient) -> None:
    drop(page, "letter.txt", "尊敬的各位领导".encode())
    until(lambda: page.get("/api/state").json()["jobs"][-1]["state"] == "failed")
    assert page.get("/api/forms").json()["failures"][0]["source"] == "letter.txt"
    assert len(lines(page)) == 2


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"x", "unsupported-format"),
        ("", b"x", "unsupported-format"),
        ("..", b"x", "unsupported-format"),
        (".pdf", b"", "unsupported-format"),
        ("a.pdf", b"", "file-empty"),
    ],
)
def test_what_is_not_taken(
    page: TestClient, out: Path, name: str, content: bytes, code: str
) -> None:
    answer = drop(page, name, content)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not list((out / "dropped").glob("*"))


def drop(page: TestClient, name: str, content: bytes):
    headers = {"content-type": "application/octet-stream"}
    return page.post("/api/drop", params={"name": name}, content=content, headers=headers)


# ------------------------------------------------------------------------ cache


def test_outlines_are_kept_between_starts(out: Path) -> None:
    assert pending(out, fill_up=True) == 2
    assert pending(out) == 0


def test_a_correction_outdates_only_its_form(out: Path) -> None:
    pending(out, fill_up=True)
    with Ledger.open(out) as ledger:
        form = ledger.forms()[0]
        ledger.correct([
            Correction(form.sha256, 0, "005", "self", State.UNCERTAIN, State.EMPTY, "x", moment())
        ])  # fmt: skip
    desk = Desk(out)
    assert [line["decided"] for line in json.loads(desk.forms())["lines"]] == [1, 0]
    desk.close()


def test_a_batch_leaves_outlines(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"form {ord(name) - 90}", "utf-8")
    batch(tmp_path, tmp_path / "out", workers=1, reader=fakes.read)
    assert pending(tmp_path / "out") == 0


def pending(out: Path, fill_up: bool = False) -> int:
    """How many outlines are still to be made when the page starts."""
    desk = Desk(out)
    found = desk.state()["pending"]
    while fill_up and desk.fill():
        pass
    desk.close()
    return int(found)


@pytest.mark.parametrize(
    "content", [b"", b"not a database", b"SQLite format 3\x00" + b"\x00" * 100]
)
def test_a_broken_cache_costs_nothing_but_time(out: Path, content: bytes) -> None:
    (out / FILE).write_bytes(content)
    office = Office(out, None)
    try:
        until(lambda: not office._clerk.submit(office._desk.state).result()["pending"])
        assert office._clerk.submit(office._desk.forms).result().count('"verdict"') == 2
    finally:
        office.close()


def test_hostile_texts_are_told_as_they_are(tmp_path: Path) -> None:
    out = fill(tmp_path / "out", [(tmp_path / "gone.pdf", [hostile()])])
    office = Office(out, None)
    app = make_app(office, Talk("zh", HOSTILE))
    try:
        client = TestClient(app)
        until(lambda: client.get("/api/state").json()["pending"] == 0)
        form = client.get("/api/forms").json()["lines"][0]
        assert form["form_id"] == HOSTILE
        told = client.get(f"/api/forms/{form['id']}")
        assert told.headers["content-type"] == "application/json"
        assert told.json()["items"][0]["remark"] == HOSTILE
    finally:
        office.close()
