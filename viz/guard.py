"""The guard in front of the page: an ASGI wrapper that lets through what belongs to the page, and nothing else.

Solara's server trusts its visitors: it answers any host name and any origin, reports on itself, fetches missing
scripts from the network, and its answers carry no security headers. The guard adds what is missing without touching
Solara. Every answer, also a refusal, carries `HEADERS`; an answer that is an error is replaced by a notice, so that
no path and no traceback leaves the server.

Scripts keep two exceptions ('unsafe-inline', 'unsafe-eval'), since Solara's shell starts from inline scripts and its
templates are compiled in the browser; styles are set inline by Vuetify.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from viz.serving_rules import (
    COOKIE,
    READY,
    TOKEN_COOKIE,
    Hosts,
    Limits,
    Rate,
    Refusal,
    Visit,
    foreign,
    new_secret,
    owner,
    room,
    served,
    without,
)
from viz.serving_text import bounce, language, notice, shell

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), payment=(), usb=()",
}
_OURS = frozenset(name.encode() for name in HEADERS)
_SECURITY = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
# A request may not tell the server what it is called or from where it came: no proxy is known here.
_HEARSAY = frozenset((b"forwarded", b"script-name", b"x-script-name", b"x-real-ip"))
_TOO_BIG = 1009

log = logging.getLogger("dualcirc.guard")


class Guard:
    """Wraps the page's ASGI application.

    `live` gives the session cookie of each open page by the page's id; `assets` is the only folder from which bundled
    scripts are served; with a `token`, a visitor has to bring it once.
    """

    def __init__(
        self,
        app: App,
        hosts: Hosts,
        live: Callable[[], Mapping[str, str]],
        assets: Path,
        token: str = "",
        limits: Limits | None = None,
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.limits = limits or Limits()
        self._live = live
        self._assets = assets.resolve()
        self._token = token
        self._pass = hmac.new(new_secret().encode(), token.encode(), hashlib.sha256).hexdigest()
        self._new_sessions = Rate(self.limits.new_per_minute)
        self._new_pages = Rate(self.limits.new_per_minute)
        self._tokens = Rate(10)
        self._sockets: dict[object, tuple[str, str]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refused(self, visit: Visit) -> Refusal | None:
        """What holds for requests and sockets alike."""
        hosts = visit.headers.get("host", ())
        if len(hosts) != 1 or not self.hosts.know(hosts[0]) or foreign(visit):
            return Refusal(403)
        refusal = served(visit)
        if refusal is None and not self._admitted(visit):
            refusal = Refusal(401)
        if refusal is None and visit.kernel:
            refusal = owner(visit, self.open_pages())
        return refusal

    def _admitted(self, visit: Visit) -> bool:
        if not self._token or visit.path == READY:
            return True
        return hmac.compare_digest(visit.cookie(TOKEN_COOKIE).encode(), self._pass.encode())

    def open_pages(self) -> dict[str, str]:
        """Session cookie of every open page by its id, also of those whose socket is just being opened."""
        return {**dict(self._sockets.values()), **self._live()}

    # requests

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = Visit.of(scope)
        answer = _Answer(visit, send)
        try:
            refusal = self._refused(visit) or self._door(visit)
            body = b""
            if refusal is None:
                body, refusal = await self._body(visit, receive)
            status = refusal.status if refusal else 200
            if status == 401 and visit.for_page and visit.query.get("token"):
                await self._take_token(visit, answer)
            elif status in (200, 401) and _from_elsewhere(visit):
                await answer.html(200, bounce(answer.lang, _address(visit)))
            elif refusal is not None:
                await answer.refuse(refusal)
            else:
                await self.app(_plain(scope, visit), _replay(body, receive), answer.send)
        except Exception:
            log.exception("a request failed: %r", visit.path)
            await answer.refuse(Refusal(500))

    def _door(self, visit: Visit) -> Refusal | None:
        """Refuse a file that is not bundled (Solara would fetch it), and a new session when there is no room."""
        if visit.asset:
            file = (self._assets / visit.asset).resolve()
            return None if file.is_relative_to(self._assets) and file.is_file() else Refusal(404)
        if visit.path.startswith("/_solara/cdn"):
            return Refusal(404)
        if not visit.for_page or _from_elsewhere(visit):
            return None
        refusal = room(visit, self.open_pages(), self.limits)
        if refusal is None and not visit.session and not self._new_sessions.passes(visit.address):
            refusal = Refusal(429, (("retry-after", "60"),))
        return refusal

    async def _body(self, visit: Visit, receive: Receive) -> tuple[bytes, Refusal | None]:
        """The whole body, read before anything is done with it; refused when too long or too slow."""
        most = self.limits.body_bytes
        if int(visit.header("content-length") or 0) > most:
            return b"", Refusal(413)
        body = b""
        try:
            async with asyncio.timeout(self.limits.body_seconds):
                while visit.method == "POST":
                    message = await receive()
                    body += message.get("body", b"")
                    if len(body) > most:
                        return b"", Refusal(413)
                    if not message.get("more_body"):
                        break
        except TimeoutError:
            return b"", Refusal(408)
        return body, None

    async def _take_token(self, visit: Visit, answer: _Answer) -> None:
        """Trade the token of the address for a cookie, and take it out of the address."""
        given = visit.query["token"][0].encode()
        if not self._tokens.passes(visit.address):
            await answer.refuse(Refusal(429, (("retry-after", "60"),)))
        elif hmac.compare_digest(given, self._token.encode()):
            cookie = _cookie(TOKEN_COOKIE, self._pass, visit.secure)
            await answer.refuse(Refusal(303, (("location", _address(visit)), ("set-cookie", cookie))))
        else:
            await answer.refuse(Refusal(401))

    # sockets

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = Visit.of(scope)
        refusal = self._refused(visit) or self._place(visit)
        if refusal is not None:
            await receive()  # the handshake
            await _refuse_socket(scope, send, refusal.status)
            return
        key = object()
        self._sockets[key] = (visit.kernel, visit.session)
        try:
            await self.app(_plain(scope, visit), self._measured(receive, send), _with_headers(send))
        finally:
            del self._sockets[key]

    def _place(self, visit: Visit) -> Refusal | None:
        open_pages = self.open_pages()
        if len(self._sockets) >= 4 * self.limits.sessions:
            return Refusal(503)
        refusal = room(visit, open_pages, self.limits)
        if refusal is None and visit.kernel not in open_pages and not self._new_pages.passes(visit.address):
            refusal = Refusal(429)
        return refusal

    def _measured(self, receive: Receive, send: Send) -> Receive:
        """Close the socket at a message that is too long."""

        async def measured() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                content = message.get("bytes") or (message.get("text") or "").encode()
                if len(content) > self.limits.message_bytes:
                    await send({"type": "websocket.close", "code": _TOO_BIG})
                    return {"type": "websocket.disconnect", "code": _TOO_BIG}
            return message

        return measured


class _Answer:
    """Sends one answer: adds the headers, repairs the shell, replaces errors by notices."""

    def __init__(self, visit: Visit, send: Send) -> None:
        self.lang = language(visit.query.get("lang", [""])[0], visit.header("accept-language"))
        self._visit = visit
        self._send = send
        self._start: Message | None = None  # of an answer that is held back
        self._held = b""
        self._begun = False

    async def send(self, message: Message) -> None:
        """The `send` that the wrapped application is given."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif message["type"] == "http.response.body" and self._start is not None:
            self._held += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)
        else:
            await self._send(message)

    async def _begin(self, message: Message) -> None:
        kept = without(message["headers"], _OURS)
        message = {**message, "headers": [*kept, *_SECURITY]}
        kind = dict(kept).get(b"content-type", b"")
        if message["status"] >= 400 or (kind.startswith(b"text/html") and self._visit.for_page):
            self._start = message
            return
        self._begun = True
        await self._send(message)

    async def _finish(self, start: Message) -> None:
        if start["status"] >= 400:
            await self.refuse(Refusal(start["status"]))
            return
        cookies = _session_cookies(start["headers"], self._visit)
        await self.html(start["status"], shell(self._held.decode(), self.lang), cookies)

    async def refuse(self, refusal: Refusal) -> None:
        """Answer with a notice, unless an answer is already on its way."""
        if not self._begun:
            await self.html(refusal.status, notice(refusal.status, self.lang), refusal.headers)

    async def html(self, status: int, text: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Answer with a page of ours; no cache keeps it."""
        body = text.encode()
        plain = {
            "content-type": "text/html; charset=utf-8",
            "content-length": f"{len(body)}",
            "cache-control": "no-store",
        }
        pairs = [(name.encode(), value.encode()) for name, value in (*plain.items(), *headers)]
        self._begun = True
        await self._send({"type": "http.response.start", "status": status, "headers": [*pairs, *_SECURITY]})
        await self._send({"type": "http.response.body", "body": body})


def _from_elsewhere(visit: Visit) -> bool:
    """Whether another site's link leads here and the strict cookies, if any, stayed behind."""
    return visit.for_page and not visit.session and visit.header("sec-fetch-site") in ("cross-site", "same-site")


def _address(visit: Visit) -> str:
    """Path and query of a visit without the token; never another host's address."""
    query = urlencode([(key, one) for key, values in visit.query.items() if key != "token" for one in values])
    path = "/" + quote(visit.path).lstrip("/")
    return f"{path}?{query}" if query else path


def _plain(scope: Scope, visit: Visit) -> Scope:
    """The request as the page may see it: no hearsay about hosts, no session cookie of a wrong form."""
    hearsay = _HEARSAY | {name for name, _ in scope["headers"] if name.lower().startswith(b"x-forwarded")}
    dropped = hearsay | {b"cookie"}
    headers = without(scope["headers"], frozenset(dropped))
    if visit.session:
        headers.append((b"cookie", f"{COOKIE}={visit.session}".encode()))
    return {**scope, "headers": headers}


def _session_cookies(headers: list[tuple[bytes, bytes]], visit: Visit) -> tuple[tuple[str, str], ...]:
    """The session cookie that Solara sets, under our terms; none when the browser has one."""
    if visit.session:
        return ()
    for name, value in headers:
        jar = SimpleCookie(value.decode("latin-1")) if name.lower() == b"set-cookie" else SimpleCookie()
        if COOKIE in jar:
            return (("set-cookie", _cookie(COOKIE, jar[COOKIE].value, visit.secure)),)
    return ()


def _cookie(name: str, value: str, secure: bool) -> str:
    """Ends with the browser's session; no script reads it, no other site sends it."""
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Strict{'; Secure' if secure else ''}"


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands over a body already read, and then what comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "websocket.accept":
            message = {**message, "headers": [*message.get("headers", ()), *_SECURITY]}
        await send(message)

    return sending


async def _refuse_socket(scope: Scope, send: Send, status: int) -> None:
    """Deny the handshake, with its status where the server can say it (else it is 403)."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "websocket.http.response.start", "status": status, "headers": list(_SECURITY)})
    await send({"type": "websocket.http.response.body", "body": b""})
