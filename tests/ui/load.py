"""Visitors without a browser: raw sessions that speak Solara's socket as its page does.

A session fetches the page for its cookie, opens the page's socket, asks Solara to run the application, and then keeps
the state of every widget the server tells of. With `Session.find`, `Session.set` and `Session.fire` it moves a control
and sees what changes. `crowd` runs many at once.
"""

import json
import struct
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

from tests.ui.processes import ask

COOKIE = "solara-session-id"
THEMES = {"light": {"primary": "#1976d2"}, "dark": {"primary": "#2196f3"}}
PATIENCE_S = 60.0
Model = dict[str, Any]


def unpacked(message: str | bytes) -> dict[str, Any]:
    """A Jupyter message; one with buffers comes as bytes: count, offsets, JSON, buffers."""
    if isinstance(message, bytes):
        count = struct.unpack("!i", message[:4])[0]
        offsets = struct.unpack(f"!{count}I", message[4 : 4 * (count + 1)])
        message = message[offsets[0] : offsets[1] if count > 1 else None].decode()
    content: dict[str, Any] = json.loads(message)
    return content


def new_cookie(url: str, path: str = "/") -> str:
    """Fetch the page as a new visitor; returns the session cookie's value."""
    answer = ask(url + path)
    assert answer.status == 200, f"{answer.status} for {path}"
    return str(answer.headers["set-cookie"]).partition(";")[0].removeprefix(f"{COOKIE}=")


@dataclass
class Session:
    """One open page. `models` holds the state of every widget by its id."""

    socket: ClientConnection
    url: str
    cookie: str
    kernel: str
    tab: str
    models: dict[str, Model] = field(default_factory=dict)
    messages: int = 0
    root: str = ""
    _idle: set[str] = field(default_factory=set)

    def send(self, kind: str, content: dict[str, Any]) -> str:
        """Send one message of the Jupyter protocol; returns its id."""
        number = uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": kind, "username": "", "session": self.kernel, "version": "5.3"}
        body = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        self.socket.send(json.dumps({**body, "buffers": []}))
        return number

    def run(self, path: str = "/") -> None:
        """Run the application, as the page does when it has loaded; returns when it stands."""
        control = uuid.uuid4().hex
        self.send("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        args = {"path": path, "appName": None, "dark": False, "themes": THEMES}
        self.send("comm_msg", {"comm_id": control, "data": {"method": "run", "args": args}})
        self.wait(lambda: bool(self.root), "the page did not stand")

    def find(self, wanted: Callable[[Model], bool] | None = None, **state: Any) -> str:
        """The id of the only widget whose state holds these values (`_model_name="SliderModel"`, `label="…"`)."""
        found = [number for number, model in self.models.items() if _fits(model, wanted, state)]
        assert len(found) == 1, f"{len(found)} widgets fit {state}"
        return found[0]

    def set(self, widget: str, **state: Any) -> None:
        """Change a widget's state, as its view does; returns when the server has dealt with it."""
        self.models[widget].update(state)
        data = {"method": "update", "state": state, "buffer_paths": []}
        self.done(self.send("comm_msg", {"comm_id": widget, "data": data}))

    def fire(self, widget: str, event: str, data: Any = None) -> None:
        """Send an event of a widget (`click`, or an event of a template); returns when the server has dealt with it."""
        content = {"event": event, "data": {} if data is None else data}
        self.done(self.send("comm_msg", {"comm_id": widget, "data": {"method": "custom", "content": content}}))

    def done(self, number: str) -> None:
        """Wait until the server has dealt with a message."""
        self.wait(lambda: number in self._idle, "no answer")

    def wait(self, until: Callable[[], bool], otherwise: str, seconds: float = PATIENCE_S) -> None:
        """Read what the server sends until a condition holds."""
        end = time.monotonic() + seconds
        while not until():
            left = end - time.monotonic()
            assert left > 0, otherwise
            with suppress(TimeoutError):
                self._take(unpacked(self.socket.recv(timeout=left)))

    def listen(self, seconds: float) -> None:
        """Read what the server sends for a while."""
        end = time.monotonic() + seconds
        with suppress(TimeoutError):
            while (left := end - time.monotonic()) > 0:
                self._take(unpacked(self.socket.recv(timeout=left)))

    def texts(self) -> str:
        """Every text in every widget, one a line."""
        return "\n".join(text for model in self.models.values() for text in _texts(model))

    def _take(self, message: dict[str, Any]) -> None:
        self.messages += 1
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "status" and content["execution_state"] == "idle":
            self._idle.add(message["parent_header"].get("msg_id", ""))
        elif kind == "comm_open":
            self.models[content["comm_id"]] = dict(content["data"].get("state", {}))
        elif kind == "comm_close":
            self.models.pop(content["comm_id"], None)
        elif kind == "comm_msg":
            self._told(content["comm_id"], content["data"])

    def _told(self, widget: str, data: dict[str, Any]) -> None:
        if data.get("method") == "update" and widget in self.models:
            self.models[widget].update(data["state"])
        elif data.get("method") == "finished":
            self.root = data["widget_id"]


def _fits(model: Model, wanted: Callable[[Model], bool] | None, state: dict[str, Any]) -> bool:
    return all(model.get(key) == value for key, value in state.items()) and (wanted is None or wanted(model))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


@contextmanager
def raw_socket(url: str, cookie: str, kernel: str = "", **headers: str) -> Iterator[Session]:
    """Open the socket of a page; without `kernel` of a new one. Keep the cookie to open the same page again."""
    kernel, tab = kernel or str(uuid.uuid4()), str(uuid.uuid4())
    address = f"ws://{urlsplit(url).netloc}/jupyter/api/kernels/{kernel}/channels?session_id={tab}"
    named = {"Origin": url, **({"Cookie": f"{COOKIE}={cookie}"} if cookie else {}), **headers}
    with connect(
        address, additional_headers=named, proxy=None, max_size=None, open_timeout=PATIENCE_S, close_timeout=2
    ) as socket:
        yield Session(socket, url, cookie, kernel, tab)


@contextmanager
def session(url: str, path: str = "/") -> Iterator[Session]:
    """A new visitor on whose page the application stands; leaves as a browser does."""
    with raw_socket(url, new_cookie(url, path)) as one:
        one.run(path)
        yield one
    leave(one)


def leave(one: Session) -> int:
    """Close the page on the server, as a browser does when its tab is closed; returns the status."""
    path = f"/_solara/api/close/{one.kernel}?session_id={one.tab}"
    return ask(one.url + path, "POST", b"", origin=one.url, cookie=f"{COOKIE}={one.cookie}").status


@dataclass
class Crowd:
    """What a crowd met: seconds of every change, and every fault in words."""

    waits: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def slowest(self, share: float) -> float:
        """The seconds within which this share of the changes was done."""
        ranked = sorted(self.waits)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def crowd(
    url: str, sessions: int, changes: int, every: float, act: Callable[[Session, int, int], None], path: str = "/"
) -> Crowd:
    """Let `sessions` visitors make `changes` changes each, one every so many seconds, all at once.

    `act(session, visitor, change)` makes a change and checks what came of it; what it raises is a fault.
    """
    result = Crowd()

    def visit(visitor: int) -> None:
        try:
            with session(url, path) as one:
                one.listen(every * visitor / sessions)  # not all in the same moment
                for change in range(changes):
                    began = time.monotonic()
                    act(one, visitor, change)
                    result.waits.append(time.monotonic() - began)
                    one.listen(every - (time.monotonic() - began))
        except Exception as fault:  # every visitor reports
            result.faults.append(f"visitor {visitor}: {type(fault).__name__}: {fault}")

    threads = [threading.Thread(target=visit, args=(visitor,)) for visitor in range(sessions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return result
