"""`dualcirc app`: checks what the command line can check, then starts the page by its name.

The page stands on the floor above; it is looked up when it is wanted, and never imported.
"""

from __future__ import annotations

import importlib
import ipaddress
from typing import Annotated, Any

import typer

from experiments.console import FAILED, say
from model.kernel.refusals import Problem, Refused

_SHORTEST_TOKEN = 12


def app(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8765,
    host: Annotated[str, typer.Option(help="Address to listen on; other machines need --token.")] = "127.0.0.1",
    token: Annotated[
        str,
        typer.Option(
            envvar="DUALCIRC_TOKEN", help="What visitors have to bring, at least 12 characters.", metavar="TEXT"
        ),
    ] = "",
    sessions: Annotated[int, typer.Option(min=1, max=1000, help="Browsers served at the same time.")] = 64,
    warm: Annotated[bool, typer.Option(help="Run the page's first answer before anyone asks.")] = True,
) -> None:
    """Serve the web page until Ctrl-C; prints `ready http://HOST:PORT` when it answers."""
    check_access(host, token)
    server: Any = importlib.import_module("viz.server")
    try:
        server.serve(host, port, token=token, sessions=sessions, warm=warm)
    except server.CannotServe as fault:
        say(str(fault))
        raise typer.Exit(FAILED) from None


def check_access(host: str, token: str) -> None:
    """Refuse to open the page to other machines without a token, and a token that is easily guessed."""
    if token and len(token) < _SHORTEST_TOKEN:
        message = "This token is too short to protect anything."
        raise Refused([Problem("weak_token", message, path="--token", allowed=f"{_SHORTEST_TOKEN} characters or more")])
    if not token and not _this_machine_only(host):
        message = f"Listening on '{host}' lets other machines in; give a --token that visitors have to bring."
        raise Refused([Problem("open_host", message, path="--host", given=host, allowed="127.0.0.1 without a token")])


def _this_machine_only(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
