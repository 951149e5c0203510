"""The page in a real browser, behind the guard."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.ui.browsing import PageOf, axe, clean, faults, mount, record_of
from tests.ui.load import COOKIE
from tests.ui.processes import Serving, page_command, serving
from viz.serving_text import NOTICES, TITLE

PLAIN = "tests.ui.standins:Plain"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A small page behind the same server and guard."""
    with serving(page_command(PLAIN, "--sessions", "1000"), tmp_path_factory.mktemp("plain")) as one:
        yield one
        assert one.outgoing() == []


def cookie_of(page: Page) -> dict[str, object]:
    found = [dict(cookie) for cookie in page.context.cookies() if cookie.get("name") == COOKIE]
    assert len(found) == 1
    return found[0]


def says(page: Page, text: str) -> None:
    expect(page.get_by_text(text, exact=True)).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_page_stands_and_asks_nobody_else(page_of: PageOf, lang: str) -> None:
    page = page_of(lang)
    assert page.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[lang]
    assert len(record_of(page).sockets) == 1
    clean(page)


def test_controls_work_under_the_policy(plain: Serving, page_of: PageOf) -> None:
    page = page_of(url=plain.url)
    page.get_by_role("button", name="more").click()
    says(page, "value is 4")
    clean(page)


def test_record_tells_foreign_requests_refusals_and_errors(plain: Serving, page_of: PageOf) -> None:
    """That `clean` cannot pass by being blind; and that the policy lets nothing out."""
    page = page_of(url=plain.url)
    page.evaluate("fetch('http://evil.example/x').catch(() => 0)")
    page.evaluate("fetch('/nowhere')")
    page.evaluate("setTimeout(() => { throw Error('loud') })")
    page.evaluate("new Image().src = 'http://pictures.example/x.png'")
    page.wait_for_timeout(300)
    found = "\n".join(faults(page))
    assert all(word in found for word in ("404", "/nowhere", "loud", "evil.example", "pictures.example"))
    assert not any(urlsplit(one.url).netloc not in urlsplit(plain.url).netloc for one in record_of(page).responses)


def test_axe_finds_what_is_wrong(plain: Serving, page_of: PageOf) -> None:
    page = page_of(url=plain.url)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img id=bare src=\"/static/assets/favicon.svg\">')")
    with pytest.raises(AssertionError, match=re.compile(r"image-alt.*#bare", re.DOTALL)):
        axe(page)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_shell_is_in_the_language_of_the_reader(plain: Serving, page_of: PageOf, lang: str) -> None:
    page = page_of(lang, wait=False)
    answer = page.goto(plain.url)
    assert answer is not None
    shell = answer.text()  # as sent: the application sets its own title once it stands
    assert re.search(rf'<html[^>]* lang="{ {"en": "en", "zh": "zh-CN"}[lang] }"', shell)
    assert f"<title>{getattr(TITLE, lang)}</title>" in shell


def test_reader_without_scripts_is_told(plain: Serving, page_of: PageOf) -> None:
    page = page_of(wait=False)
    browser = page.context.browser
    assert browser is not None
    bare = browser.new_context(java_script_enabled=False, locale="zh-CN")
    reader = bare.new_page()
    reader.goto(plain.url)
    expect(reader.locator("noscript p").first).to_contain_text("JavaScript")
    bare.close()


def test_notices_are_accessible(plain: Serving, page_of: PageOf) -> None:
    page = page_of("zh", wait=False)
    answer = page.goto(plain.url + "/no/such/page")
    assert answer is not None and answer.status == 404
    says(page, NOTICES[404].zh)
    axe(page)


def test_scripts_do_not_see_the_cookie(plain: Serving, page_of: PageOf) -> None:
    page = page_of(url=plain.url)
    cookie = cookie_of(page)
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"], cookie["path"]) == (True, "Strict", -1, "/")
    assert page.evaluate("document.cookie") == ""


def test_link_from_another_site_keeps_the_session(plain: Serving, page_of: PageOf) -> None:
    """A strict cookie stays behind on such a link; a new one would cut off the pages that are open."""
    page = page_of(url=plain.url)
    before = cookie_of(page)["value"]
    other = page.context.new_page()
    other.goto(plain.url.replace("127.0.0.1", "localhost") + "/readyz")
    other.evaluate("url => { location.href = url }", plain.url + "/?lang=zh")
    other.wait_for_function("window.app && app.$data && app.$data.loading === false", timeout=60_000)
    assert other.url == plain.url + "/?lang=zh"
    assert [cookie["value"] for cookie in page.context.cookies(plain.url) if cookie.get("name") == COOKIE] == [before]
    page.get_by_role("button", name="more").click()
    says(page, "value is 4")
    says(other, "value is 3")


def test_foreign_page_opens_no_socket(plain: Serving, page_of: PageOf) -> None:
    page = page_of(wait=False)
    page.goto(plain.url.replace("127.0.0.1", "localhost") + "/readyz")
    address = plain.url.replace("http", "ws") + "/jupyter/api/kernels/0f0f0f0f-1111/channels?session_id=x"
    script = """url => new Promise(done => {
        const socket = new WebSocket(url)
        socket.onopen = () => done("open")
        socket.onerror = () => done("refused")
    })"""
    assert page.evaluate(script, address) == "refused"


def test_page_comes_back_after_its_socket_dropped(plain: Serving, page_of: PageOf) -> None:
    page = page_of(url=plain.url)
    page.get_by_role("button", name="more").click()
    says(page, "value is 4")
    assert page.evaluate("solara.debug.dropConnection()")
    page.wait_for_function("solara.debug.reconnectCount > 0 && app.$data.connectionStatus === 'connected'")
    page.get_by_role("button", name="more").click()
    says(page, "value is 5")


@pytest.mark.slow
def test_page_comes_back_after_the_server_did(page_of: PageOf, tmp_path: Path) -> None:
    with serving(page_command(PLAIN), tmp_path) as first:
        page = page_of("zh", url=first.url)
        says(page, "value is 3")
        assert first.end() == (4, [])
    expect(page.locator(".v-overlay--active").first).to_be_visible(timeout=30_000)
    port = str(urlsplit(first.url).port)
    with serving(page_command(PLAIN, "--port", port), tmp_path) as second:
        assert second.url == first.url
        page.wait_for_function("solara.debug.remountCount > 0 && !app.$data.remounting", timeout=120_000)
        page.get_by_role("button", name="more").click()
        says(page, "value is 4")


def test_two_tabs_are_two_pages(plain: Serving, page_of: PageOf) -> None:
    page = page_of(url=plain.url)
    other = mount(page.context.new_page(), plain.url)
    other.get_by_role("button", name="more").click()
    says(other, "value is 4")
    says(page, "value is 3")
    clean(other)
