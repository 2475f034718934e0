"""The page's addresses: what each asks for, and how errors are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fcextract.catalogue import catalogue
from fcextract.errors import (
    ConflictError,
    FcextractError,
    FileMissingError,
    LedgerError,
    UsageError,
)
from fcextract.review.desk import Desk, Spread
from fcextract.review.drops import keep
from fcextract.review.office import Office

STATIC = Path(__file__).parent / "static"
KINDS = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
#: Pixels per inch of a whole page, of a strip of rows, of one box.
DPI = {"page": 120.0, "strip": 150.0, "box": 260.0, "thumb": 110.0}
#: Times its longer side that is shown round a box.
AROUND = {"box": 1.1, "thumb": 0.8}
#: A form's id tells its reading, so what a picture's address shows never changes.
LASTING = {"Cache-Control": "private, max-age=3600"}
#: Longest body of a correction, in bytes.
LONGEST = 10_000
STATUS: dict[type[FcextractError], int] = {
    ConflictError: 409,
    FileMissingError: 404,
    LedgerError: 503,
}


class Talk(NamedTuple):
    """What the page is told at its start: language, who is at the keyboard."""

    lang: str
    who: str


def make_app(office: Office, talk: Talk) -> Starlette:
    """The page over one results folder. It guards nothing: see
    :mod:`fcextract.review.security`."""
    pages = _Pages(office, talk)
    routes = [
        Route("/", pages.home),
        Route("/static/{name}", pages.static),
        Route("/api/start", pages.start),
        Route("/api/state", pages.state),
        Route("/api/forms", pages.forms),
        Route("/api/forms/{form}", pages.form),
        Route("/api/forms/{form}/{item}/{column}", pages.box),
        Route("/api/queue", pages.queue),
        Route("/api/gallery", pages.gallery),
        Route("/api/correct", pages.correct, methods=["POST"]),
        Route("/api/undo", pages.undo, methods=["POST"]),
        Route("/api/drop", pages.drop, methods=["POST"]),
        Route("/api/export", pages.export, methods=["POST"]),
        Route("/picture/{form}/page/{page:int}", pages.page_picture),
        Route("/picture/{form}/{kind}/{item}/{column}", pages.box_picture),
    ]
    return Starlette(
        routes=routes, exception_handlers={FcextractError: _told, HTTPException: _not_found}
    )


class _Pages:
    """One method an address."""

    def __init__(self, office: Office, talk: Talk) -> None:
        self._office = office
        self._talk = talk
        self._files = {p.name: p.read_bytes() for p in STATIC.iterdir() if p.suffix in KINDS}

    async def home(self, request: Request) -> Response:
        return self._file("index.html")

    async def static(self, request: Request) -> Response:
        return self._file(request.path_params["name"])

    def _file(self, name: str) -> Response:
        if name not in self._files:
            raise HTTPException(404)
        kind = KINDS[Path(name).suffix]
        return Response(self._files[name], media_type=kind, headers={"Cache-Control": "no-cache"})

    async def start(self, request: Request) -> Response:
        codes = {
            code: {
                "severity": e.severity,
                "title": {"zh": e.title_zh, "en": e.title_en},
                "text": {
                    "zh": f"{e.meaning_zh}\n{e.todo_zh}",
                    "en": f"{e.meaning_en}\n{e.todo_en}",
                },
            }
            for code, e in catalogue().items()
        }
        folder = self._office.out.resolve().name
        return JSONResponse({**self._talk._asdict(), "folder": folder, "codes": codes})

    async def state(self, request: Request) -> Response:
        return JSONResponse(await self._with_jobs(await self._office.ask(lambda d: d.state())))

    async def _with_jobs(self, state: dict[str, Any]) -> dict[str, Any]:
        jobs = self._office.jobs
        return {**state, "jobs": jobs.told(), "unwritten": jobs.unwritten}

    async def forms(self, request: Request) -> Response:
        told = await self._office.ask(lambda d: d.forms())
        return Response(told, media_type="application/json")

    async def form(self, request: Request) -> Response:
        form = request.path_params["form"]
        found = await self._office.ask(lambda d: d.form(form))
        for page in found["pages"]:
            number = page["number"]
            spread = await self._office.ask(partial(Desk.page, form=form, page=number))
            page["size"] = await self._office.size(spread)
        return JSONResponse(found)

    async def box(self, request: Request) -> Response:
        at = request.path_params
        found = await self._office.ask(lambda d: d.box(at["form"], at["item"], at["column"]))
        await self._sized(found)
        return JSONResponse(found)

    async def _sized(self, box: dict[str, Any]) -> None:
        """Cut the strip of a box to its page; no strip where the page cannot be shown."""
        strip = box["strip"]
        if strip is None:
            return
        spread = await self._office.ask(lambda d: d.page(box["form"], strip["page"]))
        size = await self._office.size(spread)
        if size is None:
            box["strip"] = None
            return
        x0, y0, x1, y1 = strip["rect"]
        strip["rect"] = [x0, y0, min(x1, size[0]), min(y1, size[1])]

    async def queue(self, request: Request) -> Response:
        asked = request.query_params
        form, column = asked.get("form", ""), asked.get("column", "")
        return JSONResponse(await self._office.ask(lambda d: d.queue(form, column)))

    async def gallery(self, request: Request) -> Response:
        asked = request.query_params
        state, column = asked.get("state", ""), asked.get("column", "")
        form, first, most = asked.get("form", ""), _number(asked, "first"), _number(asked, "most")
        return JSONResponse(
            await self._office.ask(lambda d: d.gallery(state, column, form, first, most))
        )

    async def correct(self, request: Request) -> Response:
        asked = await _body(request, ("form", "item_id", "column", "old", "new"))
        return await self._changed(lambda d: d.correct(asked))

    async def undo(self, request: Request) -> Response:
        asked = await _body(request, ("form", "item_id", "column", "at", "new"))
        return await self._changed(lambda d: d.undo(asked))

    async def _changed(self, call: Callable[[Desk], dict[str, Any]]) -> Response:
        found = await self._office.ask(call)
        self._office.jobs.unwritten = True
        await self._sized(found["box"])
        found["state"] = await self._with_jobs(found["state"])
        return JSONResponse(found)

    async def drop(self, request: Request) -> Response:
        if request.headers.get("content-type") != "application/octet-stream":
            raise _malformed("content-type")
        standing = await self._office.ask(lambda d: d.sources())
        name = request.query_params.get("name", "")
        file = await keep(self._office.out, name, request.stream(), standing)
        return JSONResponse(vars(self._office.jobs.read(file)), 202)

    async def export(self, request: Request) -> Response:
        asked = await _body(request, ("lang",))
        lang = "en" if asked["lang"] == "en" else "zh"
        return JSONResponse(vars(self._office.jobs.export(lang)), 202)

    async def page_picture(self, request: Request) -> Response:
        at = request.path_params
        spread = await self._office.ask(lambda d: d.page(at["form"], at["page"]))
        return await self._picture(spread, DPI["page"])

    async def box_picture(self, request: Request) -> Response:
        at = request.path_params
        form, item, column, kind = at["form"], at["item"], at["column"], at["kind"]
        if kind == "strip":
            spread = await self._office.ask(lambda d: d.strip(form, item, column))
        elif kind in AROUND:
            spread = await self._office.ask(lambda d: d.close_up(form, item, column, AROUND[kind]))
        else:
            raise HTTPException(404)
        return await self._picture(spread, DPI[kind])

    async def _picture(self, spread: Spread, dpi: float) -> Response:
        png = await self._office.draw(spread, dpi)
        return Response(png, media_type="image/png", headers=LASTING)


async def _body(request: Request, needed: tuple[str, ...]) -> dict[str, Any]:
    """The JSON object that a request brings."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise _malformed("content-type")
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > LONGEST:
            raise _malformed("too long")
    try:
        asked = json.loads(raw)
    except ValueError as e:
        raise _malformed("no JSON") from e
    if not isinstance(asked, dict) or not all(isinstance(asked.get(k), str) for k in needed):
        raise _malformed(", ".join(needed))
    return asked


def _number(asked: QueryParams, name: str) -> int:
    try:
        return max(0, int(asked.get(name, "0")))
    except ValueError:
        raise _malformed(name) from None


def _malformed(what: str) -> UsageError:
    return UsageError(
        f"请求的写法不对（{what}），因此什么也没有做。请刷新页面后再试。",
        f"The request is malformed ({what}), so nothing was done. Reload the page and try again.",
    )


async def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, FcextractError)
    status = next((s for kind, s in STATUS.items() if isinstance(error, kind)), 400)
    return JSONResponse({"code": error.code, "zh": error.zh, "en": error.en}, status)


async def _not_found(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return JSONResponse(
        {"code": "usage", "zh": "没有这个地址。", "en": "There is no such address."}, status
    )
