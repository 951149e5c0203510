"""Who may ask what of the page's server: pure rules over hosts, origins, paths, cookies and rates.

Nothing here answers or sends; `viz.guard` asks these rules and answers.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

COOKIE = "solara-session-id"
TOKEN_COOKIE = "dualcirc-token"
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?")
_SESSION = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_KERNEL = re.compile(r"/jupyter/api/kernels/([A-Za-z0-9-]{8,64})/channels")
_CLOSE = re.compile(r"/_solara/api/close/([A-Za-z0-9-]{8,64})")
_ASSETS = "/_solara/cdn/"
_FILES = (_ASSETS, "/static/assets/", "/static/", "/jupyter/nbextensions/")
_CLOSED = ("/_solara", "/jupyter", "/static/public", "/resourcez")
READY = "/readyz"


@dataclass(frozen=True)
class Limits:
    """How much of the server one visitor, and all together, may take."""

    sessions: int = 64
    """Browsers (session cookies) with a live page at the same time."""
    pages_per_session: int = 8
    new_per_minute: int = 90
    """New sessions, and new pages, of one address."""
    body_bytes: int = 64 * 1024
    """Of a request; only the closing of a page has a body, and that is empty."""
    message_bytes: int = 2 * 1024 * 1024
    """Of one WebSocket message; files arrive in pieces of 1 MiB."""
    body_seconds: float = 10.0


@dataclass(frozen=True)
class Refusal:
    """A request that is not served: the HTTP status and the headers that belong to it."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Visit:
    """One HTTP request or WebSocket handshake, as far as rules look at it."""

    kind: str
    """``http`` or ``websocket``."""
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, list[str]]
    """Lower-case names; every value given."""
    address: str
    secure: bool
    """Whether the connection itself is encrypted."""

    @classmethod
    def of(cls, scope: Mapping[str, Any]) -> Visit:
        """Read an ASGI scope."""
        headers: dict[str, list[str]] = defaultdict(list)
        for name, value in scope["headers"]:
            headers[name.decode("latin-1").lower()].append(value.decode("latin-1").strip())
        return cls(
            kind=scope["type"],
            method=scope.get("method", "GET"),
            path=scope["path"],
            query=parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True),
            headers=headers,
            address=(scope.get("client") or ("",))[0],
            secure=scope.get("scheme", "http") in ("https", "wss"),
        )

    def header(self, name: str) -> str:
        """The first value of a header, or an empty string."""
        return (self.headers.get(name) or [""])[0]

    def cookie(self, name: str) -> str:
        """The only value of a cookie; empty when it is missing or given more than once."""
        pairs = [part.strip().partition("=") for line in self.headers.get("cookie", ()) for part in line.split(";")]
        found = [value for key, _, value in pairs if key == name]
        return found[0] if len(found) == 1 else ""

    @property
    def session(self) -> str:
        """The session cookie when it has the form of one, else an empty string."""
        value = self.cookie(COOKIE)
        return value if _SESSION.fullmatch(value) else ""

    @property
    def kernel(self) -> str:
        """The page's own id in the path of its WebSocket or of its closing, else an empty string."""
        found = (_KERNEL if self.kind == "websocket" else _CLOSE).fullmatch(self.path)
        return found.group(1) if found else ""

    @property
    def asset(self) -> str:
        """The file under the bundled assets that is asked for, else an empty string."""
        return self.path.removeprefix(_ASSETS) if self.path.startswith(_ASSETS) else ""

    @property
    def for_page(self) -> bool:
        """Whether a person asks for a page, not the page for one of its files."""
        if self.kind != "http" or self.method not in ("GET", "HEAD"):
            return False
        return self.path != READY and not self.path.startswith(_FILES)


@dataclass(frozen=True)
class Hosts:
    """Names under which this server may be called: against foreign names that point at our address."""

    names: frozenset[str]
    any_address: bool = False
    """Whether every numeric address counts (a server that listens on all of them)."""

    def know(self, host: str) -> bool:
        """Whether a `Host` header names us; any port, since a tunnel may end at another one."""
        found = _HOST.fullmatch(host.lower())
        if not found or int(found.group(2) or 0) > 65535:
            return False
        name = found.group(1)
        return name in self.names or (self.any_address and _is_address(name.strip("[]")))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether a host to listen on is reached from this machine only."""
    if host == "localhost":
        return True
    return _is_address(host) and ipaddress.ip_address(host).is_loopback


def foreign(visit: Visit) -> bool:
    """Whether another site's page sends this. Browsers always say so; programs send no origin."""
    if visit.kind == "http" and visit.method in ("GET", "HEAD"):
        return False
    if any(site in ("cross-site", "same-site") for site in visit.headers.get("sec-fetch-site", ())):
        return True
    host = visit.header("host").lower()
    own = {f"http://{host}", f"https://{host}"}
    return any(origin not in own for origin in visit.headers.get("origin", ()))


def clean_path(path: str) -> bool:
    """Whether a path is made of plain segments: nothing climbs, no backslash, no control character."""
    return path.startswith("/") and path.isprintable() and "\\" not in path and ".." not in path.split("/")


def served(visit: Visit) -> Refusal | None:
    """Refuse what is none of the page's business: introspection, other verbs, odd paths."""
    if not clean_path(visit.path):
        return Refusal(404)
    if visit.kind == "websocket" or visit.method == "POST":
        if not visit.kernel:
            return Refusal(404 if visit.kind == "websocket" else 405)
        return None if visit.query.get("session_id", [""])[0] else Refusal(400)
    if visit.method not in ("GET", "HEAD"):
        return Refusal(405, (("allow", "GET, HEAD"),))
    return Refusal(404) if _is_closed(visit.path) else None


def _is_closed(path: str) -> bool:
    if any(path == closed or path.startswith(f"{closed}/") for closed in _CLOSED):
        return path.startswith("/static/public") or not path.startswith(_FILES)
    return False


def room(visit: Visit, live: Mapping[str, str], limits: Limits) -> Refusal | None:
    """Refuse one more page: `live` holds the session cookie of every page that is open, by its id."""
    busy = Refusal(503, (("retry-after", "60"),))
    if visit.session not in live.values() and len(set(live.values())) >= limits.sessions:
        return busy
    if visit.kind == "http" or visit.kernel in live:
        return None
    if list(live.values()).count(visit.session) >= limits.pages_per_session:
        return Refusal(429, (("retry-after", "60"),))
    return busy if len(live) >= 2 * limits.sessions else None


def owner(visit: Visit, live: Mapping[str, str]) -> Refusal | None:
    """A page answers to the session that opened it, and to no other."""
    if not visit.session:
        return Refusal(403)
    if visit.kind == "http" and visit.kernel not in live:
        return Refusal(404)
    return Refusal(403) if live.get(visit.kernel, visit.session) != visit.session else None


@dataclass
class Rate:
    """At most `most` events of one address in `seconds`; forgets addresses that fell silent."""

    most: int
    seconds: float = 60.0
    clock: Callable[[], float] = time.monotonic
    _events: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def passes(self, address: str) -> bool:
        """Count one event; False when it is one too many, and then it does not count."""
        now = self.clock()
        if len(self._events) > 4096:
            self._forget(now)
        times = self._events[address]
        while times and times[0] <= now - self.seconds:
            times.popleft()
        if len(times) >= self.most:
            return False
        times.append(now)
        return True

    def _forget(self, now: float) -> None:
        silent = [address for address, times in self._events.items() if not times or times[-1] <= now - self.seconds]
        for address in silent:
            del self._events[address]


def new_secret() -> str:
    """Random text of 256 bits."""
    return secrets.token_urlsafe(32)


def without(headers: Iterable[tuple[bytes, bytes]], names: frozenset[bytes]) -> list[tuple[bytes, bytes]]:
    """Headers less those of these lower-case names."""
    return [(name, value) for name, value in headers if name.lower() not in names]
