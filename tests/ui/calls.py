"""Calls a guard as a server would, without a server."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from viz.guard import App, Guard, Message, Receive, Scope, Send
from viz.serving_rules import Hosts, Limits

HOST = "127.0.0.1:8765"
OWN = f"http://{HOST}"
ALICE = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
BOB = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
KERNEL = "0f0f0f0f-1111-4222-8333-444444444444"
SOCKET = f"/jupyter/api/kernels/{KERNEL}/channels"
SHELL = '<!doctype html>\n<html>\n<head><title>x</title></head>\n<body data-base-url="">hello</body></html>'


@dataclass
class Inner:
    """Stands for Solara: notes what reaches it, answers what it is told to."""

    status: int = 200
    body: bytes = SHELL.encode()
    headers: list[tuple[bytes, bytes]] = field(default_factory=lambda: [(b"content-type", b"text/html; charset=utf-8")])
    fault: Exception | None = None
    seen: list[Scope] = field(default_factory=list)
    received: list[Message] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope)
        if self.fault:
            raise self.fault
        if scope["type"] == "websocket":
            await self._socket(receive, send)
            return
        self.received.append(await receive())
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body[:9], "more_body": True})
        await send({"type": "http.response.body", "body": self.body[9:]})

    async def _socket(self, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        while True:
            message = await receive()
            self.received.append(message)
            if message["type"] == "websocket.disconnect":
                return


@dataclass
class Answer:
    """What a guard sent."""

    messages: list[Message]

    @property
    def status(self) -> int:
        """The HTTP status; 101 for a socket that was let in."""
        first = self.messages[0]
        return 101 if first["type"] == "websocket.accept" else int(first.get("status", 403))

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.messages[0].get("headers", ())}

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.messages[1:]).decode()


def guard(inner: App, live: Mapping[str, str] | None = None, assets: Path = Path(), **options: Any) -> Guard:
    """A guard of 127.0.0.1 in front of `inner`, with these pages open."""
    limits = Limits(**{name: options.pop(name) for name in list(options) if name in Limits.__annotations__})
    pages = dict(live or {})
    names = Hosts(frozenset({"127.0.0.1", "localhost", "[::1]"}))
    return Guard(inner, options.pop("hosts", names), lambda: pages, assets, limits=limits, **options)


def call(
    target: Guard,
    path: str,
    method: str = "GET",
    messages: list[Message] | None = None,
    ends: bool = True,
    **headers: str | None,
) -> Answer:
    """One request, or with `method="WS"` one socket; a header of None is left out.

    After `messages` the client ends its request or socket, or with `ends=False` falls silent.
    """
    socket = method == "WS"
    plain, _, query = path.partition("?")
    named: dict[str, str | None] = {"host": HOST, **{name.replace("_", "-"): one for name, one in headers.items()}}
    scope: Scope = {
        "type": "websocket" if socket else "http",
        "method": method,
        "path": plain,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in named.items() if value is not None],
        "client": ("127.0.0.1", 50000),
        "scheme": "ws" if socket else "http",
        "extensions": {"websocket.http.response": {}},
    }
    first: list[Message] = [{"type": "websocket.connect"}] if socket else []
    last: Message = {"type": "websocket.disconnect", "code": 1000} if socket else {"type": "http.request", "body": b""}
    waiting = [*first, *(messages or []), *([last] if ends else [])]
    # In a thread of its own: an open browser of Playwright keeps the loop of this one.
    with ThreadPoolExecutor(1) as elsewhere:
        return Answer(elsewhere.submit(asyncio.run, _called(target, scope, waiting)).result())


async def _called(target: Guard, scope: Scope, waiting: list[Message]) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()  # a client that says nothing more
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await target(scope, receive, send)
    return sent


def cookie(session: str) -> str:
    return f"solara-session-id={session}"
