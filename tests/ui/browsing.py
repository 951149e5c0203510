"""A page in a browser, with everything it asked for on record."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, Response

PageOf = Callable[..., Page]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
    "--disable-quic",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOCALES = {"en": "en-GB", "zh": "zh-CN"}


@dataclass
class Record:
    """What the pages of one browser session asked for and met, in order."""

    requests: list[Request] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """Uncaught exceptions, and what the security policy blocked."""

    def watch(self, page: Page) -> None:
        page.on("request", lambda one: self.requests.append(one))
        page.on("response", lambda one: self.responses.append(one))
        page.on("requestfailed", lambda one: self.failures.append(f"{one.url}: {one.failure}"))
        page.on("websocket", lambda socket: self.sockets.append(socket.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self._console(line.type, line.text))

    def _console(self, kind: str, text: str) -> None:
        if kind == "error":
            self.errors.append(text)


def record_of(page: Page) -> Record:
    """What the page's session has on record, its other tabs included."""
    record = getattr(page.context, "dualcirc_record", None)
    assert isinstance(record, Record), "open pages with the fixture page_of"
    return record


def mount(page: Page, url: str) -> Page:
    """Open an address and wait until the application stands in Solara's shell."""
    page.goto(url, wait_until="load")
    page.wait_for_function("window.app && app.$data && app.$data.loading === false", timeout=60_000)
    return page


def faults(page: Page) -> list[str]:
    """Everything about a page that `clean` objects to."""
    record, own = record_of(page), urlsplit(page.url).netloc
    asked = [*(one.url for one in record.requests), *record.sockets]
    foreign = [url for url in asked if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != own]
    refused = [f"{one.status} {one.url}" for one in record.responses if one.status >= 400]
    return [*(f"asked another host: {url}" for url in foreign), *refused, *record.failures, *record.errors]


def clean(page: Page) -> None:
    """No request to another host, no status of 400 or more, no error on the page."""
    found = faults(page)
    assert not found, "\n".join(found)


def axe(page: Page, context: Any = None) -> None:
    """No violation of WCAG 2.2, levels A and AA, as far as axe-core sees it; violations are listed one a line."""
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    violations = Axe().run(page, context=context, options=options).response["violations"]
    assert not violations, "\n".join(_lines(violations))


def _lines(violations: list[dict[str, Any]]) -> list[str]:
    lines = []
    for fault in violations:
        lines.append(f"{fault['id']} ({fault['impact']}): {fault['help']}")
        for node in fault["nodes"]:
            where = " ".join(json.dumps(part, ensure_ascii=False) for part in node["target"])
            lines.append(f"    {where}  {node['html'][:160]}")
    return lines
