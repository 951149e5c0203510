"""Starts the web page: environment first, then Solara behind the guard, then one line that says it serves.

Solara reads its settings while it is imported, so nothing of it is imported at the top of this file.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import FrameType, ModuleType, SimpleNamespace
from typing import Any

from viz.serving_rules import Hosts, Limits, is_loopback, new_secret
from viz.serving_text import BROKEN

INSTALL = ".venv/bin/pip install -e '.[viz]'"
_NEEDED = ("solara", "ipyvuetify", "starlette", "uvicorn", "websockets", "psutil")
_EVERYWHERE = ("0.0.0.0", "::")
_STOPPED = 4
_GRACE_S = 1  # for open connections to end
_LONGEST_STOP_S = 4.0  # then the process ends itself; a stop must be over within 5 s

log = logging.getLogger("dualcirc.server")


class CannotServe(Exception):
    """The environment does not let the page start; the message is one sentence for the user."""


def serve(
    host: str, port: int, token: str = "", page: str = "viz.app", sessions: int = Limits.sessions, warm: bool = True
) -> None:
    """Serve `page` until the process is told to end, which then shows as `KeyboardInterrupt`.

    `port` 0 takes a free one. Prints ``ready http://HOST:PORT`` once the page answers. Raises `CannotServe`.
    """
    assets = _bundled_assets()
    with _listening(host, port) as listener:
        address = f"http://{_in_address(host)}:{listener.getsockname()[1]}"
        _set_environment(page, address)
        app = _guarded(host, assets, token, sessions)
        _run(app, listener, address, page if warm else "")


def _bundled_assets() -> Path:
    """The folder of scripts and fonts that come with `solara-assets`. Raises when anything of the page is missing."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise CannotServe(f"The web page needs packages that are not installed ({', '.join(missing)}): {INSTALL}")
    folder = Path(sys.prefix) / "share" / "solara" / "cdn"
    if not (folder / "@widgetti").is_dir():
        raise CannotServe(f"The web page needs its bundled scripts (solara-assets), which are not installed: {INSTALL}")
    return folder


def _listening(host: str, port: int) -> socket.socket:
    """A socket that is bound; connections wait until the page serves."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise CannotServe(f"Cannot listen on {host}, port {port}: {reason}; choose another with --port.") from None
    return listener


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def environment(page: str, address: str) -> dict[str, str]:
    """Solara's settings, as environment variables: no telemetry, no network, nothing of the user's own Jupyter."""
    scratch = tempfile.gettempdir()
    own_files = Path(__file__).parent / "assets"
    return {
        "SOLARA_APP": page,
        "SOLARA_MODE": "production",
        "SOLARA_BASE_URL": f"{address}/",
        "SOLARA_ROOT_PATH": "",
        "SOLARA_HOME": scratch,  # else a folder is made in the user's home
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
        "SOLARA_TELEMETRY_SERVER_USER_ID": "nobody",
        "SOLARA_ASSETS_PROXY": "true",
        "SOLARA_ASSETS_PROXY_CACHE_DIR": str(Path(sys.prefix) / "share" / "solara" / "cdn"),
        "SOLARA_ASSETS_CDN": f"{address}/nowhere/",
        "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
        **({"SOLARA_ASSETS_EXTRA_LOCATIONS": str(own_files)} if own_files.is_dir() else {}),
        "SOLARA_KERNEL_CULL_TIMEOUT": "30m",
        "SOLARA_KERNEL_MAX_PER_SESSION": str(Limits.pages_per_session),
        "SOLARA_STATE_AUTO_REMOUNT": "true",  # a page whose server came back builds itself anew from its address
        "SOLARA_SESSION_SECRET_KEY": new_secret(),
        "SOLARA_SESSION_HTTP_ONLY": "true",
        "SOLARA_SESSION_SAME_SITE": "strict",
        "SOLARA_SERVER_HTTP_GZIP": "false",  # the guard reads the answers; compression comes after it
        "SOLARA_THEME_TITLE": "dualcirc",
        "SOLARA_THEME_LOADER": "plain",
        "SOLARA_THEME_SHOW_BANNER": "false",
        "PYTHON_DOTENV_DISABLED": "1",
        "JUPYTER_CONFIG_DIR": str(Path(sys.prefix) / "etc" / "jupyter"),
        "JUPYTER_DATA_DIR": str(Path(sys.prefix) / "share" / "jupyter"),
        "IPYTHONDIR": scratch,
    }


def _set_environment(page: str, address: str) -> None:
    for name in [*os.environ]:
        if name.startswith("SOLARA_") or name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH"):
            del os.environ[name]
    os.environ.update(environment(page, address))


def _guarded(host: str, assets: Path, token: str, sessions: int) -> Any:
    """Solara's application behind the guard, compressed on the way out."""
    solara = _solara()
    from starlette.middleware.gzip import GZipMiddleware

    from viz.guard import Guard

    def live() -> Mapping[str, str]:
        return {name: context.session_id for name, context in dict(solara.kernel_context.contexts).items()}

    guard = Guard(solara.starlette.app, _hosts(host), live, assets, token, Limits(sessions=sessions))
    return GZipMiddleware(guard, minimum_size=1024)


def _solara() -> SimpleNamespace:
    """Import Solara's server with its two ways out closed: to the network, and of tracebacks to visitors."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from reacton import core
            from solara.components import markdown
            from solara.server import app, cdn_helper, kernel_context, patch, starlette
    except ImportError as fault:
        raise CannotServe(f"The web page could not be loaded: {fault}.") from fault
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")
    cdn_helper.fetch_from_cdn = _no_network
    for module in (app, core, markdown, patch):
        module.traceback = _quiet(module.traceback)
    return SimpleNamespace(kernel_context=kernel_context, starlette=starlette)


def _no_network(url: str) -> bytes:
    raise FileNotFoundError("not among the bundled files")


def _quiet(loud: ModuleType) -> SimpleNamespace:
    """`traceback` as Solara uses it to show an error to the visitor: the log gets it all, the visitor a sentence."""

    def format_exception(*parts: Any, **options: Any) -> list[str]:
        log.error("the page met an error\n%s", "".join(traceback.format_exception(*parts, **options)))
        return [f"{BROKEN.en}\n{BROKEN.zh}"]

    return SimpleNamespace(**{**vars(loud), "format_exception": format_exception})


def _hosts(host: str) -> Hosts:
    names = {"localhost", "127.0.0.1", "[::1]"}
    if not is_loopback(host):
        names |= {_in_address(host).lower(), socket.gethostname().lower()}
    return Hosts(frozenset(names), any_address=host in _EVERYWHERE)


def _run(app: Any, listener: socket.socket, address: str, warm: str) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        """Says when it serves; once told to end, ends in time whatever its threads do."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                print(f"ready {address}", flush=True)
                if warm:
                    threading.Thread(target=_warm_up, args=(warm,), daemon=True).start()

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if not self.should_exit:
                threading.Thread(target=_end_in_time, daemon=True).start()
            super().handle_exit(sig, frame)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await super().shutdown(sockets)
            _end_children()

    config = uvicorn.Config(
        app,
        loop="asyncio",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=Limits.message_bytes,
        limit_concurrency=1024,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = Server(config)
    server.run(sockets=[listener])
    if not server.started:
        raise CannotServe("The web page could not be started; the lines above tell why.")


def _warm_up(page: str) -> None:
    """Let the page make ready what its first visitor will ask for, if it has something of the kind."""
    begin = getattr(importlib.import_module(page.partition(":")[0]), "warm_up", None)
    if begin is not None:
        begin()


def _end_in_time() -> None:
    time.sleep(_LONGEST_STOP_S)
    _end_children()
    os._exit(_STOPPED)


def _end_children() -> None:
    """End every process that the page has started, and theirs."""
    import psutil

    for child in psutil.Process().children(recursive=True):
        try:
            child.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        except psutil.NoSuchProcess:
            continue
