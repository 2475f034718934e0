"""Who may talk to the review page: this browser, on this machine, with the token.

The page shows what stands in people's forms and changes the ledger, and any page that is
open in the same browser can send requests to this machine. So every request needs the
right Host (a name that merely points at 127.0.0.1 does not do) and the token from the
printed address; one that changes anything also needs the page's own Origin. What goes out
forbids the browser to run or fetch anything that is not the page's own.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from secrets import compare_digest, token_urlsafe
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = "127.0.0.1"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
REFUSED = (
    "没有权限：请用 fcextract review 打印的完整地址打开这个页面（每次启动都不同）。\n"
    "Not allowed: open this page by the whole address that fcextract review printed "
    "(it differs at every start).\n"
)


def new_token() -> str:
    """A token no one can guess: 256 bits."""
    return token_urlsafe(32)


class Guard:
    """ASGI middleware: lets through what the module's text allows, answers 403 else."""

    def __init__(self, app: ASGIApp, *, token: str, port: int) -> None:
        self._app = app
        self._token = token.encode()
        # Cookies of one machine are shared between its ports.
        self._cookie = f"fcextract-{port}"
        self._hosts = {f"{HOST}:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        entering = scope["path"] == "/" and self._is_token(_asked(scope, "token"))

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    out[name] = value
                out.setdefault("Cache-Control", "no-store")
                if entering:
                    out.append("Set-Cookie", self._pass())
            await send(message)

        known = entering or self._is_token(self._shown(headers))
        if known and self._comes_from_here(scope["method"], headers):
            await self._app(scope, receive, sealed)
        else:
            await PlainTextResponse(REFUSED, 403)(scope, receive, sealed)

    def _comes_from_here(self, method: str, headers: Headers) -> bool:
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self._hosts:
            return False
        if method not in ("GET", "HEAD"):
            return origin == f"http://{host}"
        return origin is None or origin == f"http://{host}"

    def _is_token(self, given: str) -> bool:
        return compare_digest(given.encode("utf-8", "replace"), self._token)

    def _shown(self, headers: Headers) -> str:
        try:
            morsel = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return ""
        return morsel.value if morsel else ""

    def _pass(self) -> str:
        return f"{self._cookie}={self._token.decode()}; Path=/; HttpOnly; SameSite=Strict"


def _asked(scope: Scope, name: str) -> str:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    return query.get(name, [""])[0]
