"""The page under test: one server a test process, one browser, pages in a language and size.

Without a browser these tests are skipped, except where `DUALCIRC_UI=required` says that they must run.
"""

import importlib.util
import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.ui.browsing import FLAGS, LOCALES, PageOf, Record, mount
from tests.ui.processes import Serving, command, serving


def lacking(reason: str) -> None:
    """Skip, or fail where the tests of the page are required."""
    if os.environ.get("DUALCIRC_UI") == "required":
        pytest.fail(f"DUALCIRC_UI=required, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def serving_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """`python -m experiments app --port 0`; the run fails when it leaves processes or wanted to leave the machine."""
    if importlib.util.find_spec("viz.app") is None:
        lacking("there is no page yet (viz/app.py)")
    with serving(command("--port", "0", "--sessions", "1000", "--no-warm"), tmp_path_factory.mktemp("server")) as one:
        yield one
        code, left = one.end()
        assert (code, left) == (4, []), one.log.read_text(encoding="utf-8")
        assert one.outgoing() == []


@pytest.fixture(scope="session")
def server(serving_page: Serving) -> str:
    """The address of the page, without a slash at its end."""
    return serving_page.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        lacking("there is no chromium on the PATH (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield one
        one.close()


def in_language(path: str, lang: str) -> str:
    """The path with the language asked for in its address; English is what a page speaks unasked."""
    return path if lang == "en" or "lang=" in path else f"{path}{'&' if '?' in path else '?'}lang={lang}"


@pytest.fixture
def page_of(browser: Browser, request: pytest.FixtureRequest) -> Iterator[PageOf]:
    """`page_of(lang="zh", size=(1440, 900), path="/")` opens the page in a fresh session and waits until it stands.

    `url` takes another server; `wait=False` returns a blank page whose requests are on record.
    """
    contexts: list[BrowserContext] = []

    def opened(
        lang: str = "en", size: tuple[int, int] = (1440, 900), path: str = "/", url: str = "", wait: bool = True
    ) -> Page:
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, locale=LOCALES[lang])
        contexts.append(context)
        record = Record()
        context.on("page", lambda one: record.watch(one))
        context.dualcirc_record = record  # type: ignore[attr-defined]
        page = context.new_page()
        if not wait:
            return page
        # the real page starts only for a test that asks for it
        return mount(page, (url or request.getfixturevalue("server")) + in_language(path, lang))

    yield opened
    for context in contexts:
        context.close()
