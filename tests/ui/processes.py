"""A server of the page as a process of its own: start it, talk to it, end it, and see what it leaves behind."""

import os
import queue
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import psutil

PROJECT = Path(__file__).resolve().parents[2]
AUDIT = Path(__file__).parent / "audit"
START_S = 120  # a bare machine compiles the model first
STOP_S = 30


@dataclass
class Serving:
    """A process that was asked to serve; `url` is what its ready line says."""

    process: "subprocess.Popen[str]"
    url: str
    notes: Path
    log: Path

    def outgoing(self) -> list[str]:
        """Connections and look-ups that would have left the machine."""
        return self.notes.read_text(encoding="utf-8").splitlines() if self.notes.exists() else []

    def family(self) -> list[psutil.Process]:
        """The server's processes: itself and everything it started."""
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    def end(self, number: int = signal.SIGTERM) -> tuple[int, list[int]]:
        """Send a signal and wait; returns the exit code and the pids of children that outlived the server."""
        family = self.family()
        self.process.send_signal(number)
        code = self.process.wait(STOP_S)
        _, alive = psutil.wait_procs(family[1:], timeout=3)
        return code, [child.pid for child in alive]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "experiments", "app", *words]


def page_command(page: str, *words: str) -> list[str]:
    """The same command with a page of these tests in place of the real one."""
    swapped = f"import functools, sys, viz.server as s; s.serve = functools.partial(s.serve, page={page!r})"
    started = f"from experiments.cli import main; sys.exit(main(['app', '--port', '0', *{words!r}]))"
    return [sys.executable, "-c", f"{swapped}; {started}"]


def environment(notes: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SOLARA_")}
    path = os.pathsep.join(part for part in (str(AUDIT), inherited.get("PYTHONPATH", "")) if part)
    return {**inherited, "PYTHONPATH": path, "DUALCIRC_TEST_SOCKETS": str(notes), **(more or {})}


def _first_line(process: "subprocess.Popen[str]") -> str:
    """The first line of stdout, or nothing when the process ends or says nothing in time."""
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    stdout = process.stdout

    def read() -> None:
        for line in stdout:  # read on, or a talkative page fills the pipe
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    try:
        return lines.get(timeout=START_S)
    except queue.Empty:
        return ""


@contextmanager
def serving(words: list[str], folder: Path, more: Mapping[str, str] | None = None) -> Iterator[Serving]:
    """Start a server and wait for its ready line; it is ended by its pid whatever happens."""
    notes, log = folder / "outgoing.txt", folder / "server.log"
    with log.open("w", encoding="utf-8") as stderr:
        process = subprocess.Popen(
            words, cwd=PROJECT, env=environment(notes, more), stdout=subprocess.PIPE, stderr=stderr, text=True
        )
        try:
            line = _first_line(process).split()
            assert line[:1] == ["ready"], f"no ready line; the server said:\n{log.read_text(encoding='utf-8')}"
            yield Serving(process, line[1], notes, log)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


@dataclass
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *parts: Any) -> None:
        return None


def ask(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """One request without proxy, redirect or cookie of its own; `sec_fetch_site` means `sec-fetch-site`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, method=method, headers=named)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())
    try:
        with opener.open(request, timeout=30) as response:
            return Answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())
