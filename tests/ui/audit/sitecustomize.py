"""Put on the path of a server under test: notes every connection and look-up that would leave this machine."""

import contextlib
import ipaddress
import os
import socket
import sys
from typing import Any

NOTES = os.environ.get("DUALCIRC_TEST_SOCKETS", "")


def _stays(host: Any) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host)
        return address.is_loopback or address.is_unspecified
    return host == socket.gethostname()


def _watch(event: str, details: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = details[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(details[-1], tuple) and details[-1]:
        host = details[-1][0]
    else:
        return
    if not _stays(host):
        with open(NOTES, "a", encoding="utf-8") as notes:
            notes.write(f"{os.getpid()} {event} {host!r}\n")


if NOTES:
    sys.addaudithook(_watch)
