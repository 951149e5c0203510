"""The guard alone, called as a server would call it."""

from pathlib import Path

import pytest

from tests.ui.calls import ALICE, BOB, HOST, KERNEL, OWN, SOCKET, Inner, call, cookie, guard
from viz.guard import HEADERS, Receive, Scope, Send
from viz.serving_rules import Hosts, Rate

TAB = "?session_id=tab"
CLOSE = f"/_solara/api/close/{KERNEL}{TAB}"
FOREIGN_ORIGINS = (
    "http://evil.example",
    "https://evil.example",
    "http://evil.example:8765",
    "null",
    "",
    "http://127.0.0.1",
    "http://127.0.0.1:80",
    "http://127.0.0.1:9999",
    "http://localhost:8765",
    "http://127.0.0.1:8765.evil.example",
    "http://127.0.0.1.evil.example:8765",
    "http://evil.example/127.0.0.1:8765",
    "http://evil.example#127.0.0.1:8765",
    "http://127.0.0.1:8765@evil.example",
    "http://user@127.0.0.1:8765",
    "http://127.0.0.1:8765/",
    "http://127.0.0.1:87650",
    "http://127.1:8765",
    "http://2130706433:8765",
    "http://[::1]:8765",
    "ftp://127.0.0.1:8765",
    "file://",
    "chrome-extension://abcdefgh",
    "//127.0.0.1:8765",
    "127.0.0.1:8765",
)
FOREIGN_HOSTS = (
    "evil.example",
    "evil.example:8765",
    "127.0.0.1.evil.example",
    "127.0.0.1.nip.io:8765",
    "localhost.evil.example",
    "evil.localhost",
    "localhost.",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0.0.0.0:8765",
    "192.168.0.2:8765",
    "[::2]:8765",
    "[::1",
    "127.0.0.1:99999",
    "127.0.0.1:port",
    "127.0.0.1:8765@evil.example",
    "evil.example/127.0.0.1",
    "127.0.0.1, evil.example",
    "",
    None,
)


def headers_of(found: dict[str, str]) -> dict[str, str]:
    return {name: found.get(name, "") for name in HEADERS}


def open_socket(target: object, session: str = ALICE, **headers: str | None) -> int:
    answer = call(target, SOCKET + TAB, "WS", cookie=cookie(session), **headers)  # type: ignore[arg-type]
    assert headers_of(answer.headers) == HEADERS
    return answer.status


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 405, 413, 422, 500, 503])
def test_every_answer_of_the_page_carries_the_headers(status: int) -> None:
    inner = Inner(status=status, headers=[(b"content-type", b"text/html"), (b"X-Frame-Options", b"ALLOWALL")])
    answer = call(guard(inner), "/")
    assert answer.status == status and headers_of(answer.headers) == HEADERS


@pytest.mark.parametrize("path", ["/", "/resourcez", "/static/x.js", "/_solara/cdn/x", "/readyz", "/a/../b"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_every_verb_is_answered_with_the_headers(method: str, path: str) -> None:
    assert headers_of(call(guard(Inner()), path, method).headers) == HEADERS


def test_policy_names_no_other_place_and_two_exceptions_for_scripts() -> None:
    rules = dict(rule.split(" ", 1) for rule in HEADERS["content-security-policy"].split("; "))
    assert rules["script-src"] == "'self' 'unsafe-inline' 'unsafe-eval'"
    assert rules["frame-ancestors"] == "'none'"
    words = {word for rule in rules.values() for word in rule.split()}
    assert words == {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"}


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_foreign_origin_opens_no_socket_and_posts_nothing(origin: str) -> None:
    inner = Inner()
    target = guard(inner, {KERNEL: ALICE})
    assert open_socket(target, origin=origin) == 403
    assert call(target, CLOSE, "POST", cookie=cookie(ALICE), origin=origin).status == 403
    assert not inner.seen


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_browser_that_admits_another_site_is_refused(site: str) -> None:
    assert open_socket(guard(Inner()), sec_fetch_site=site, origin=OWN) == 403


@pytest.mark.parametrize("host", [HOST, "localhost:9000", "[::1]:8765", "LOCALHOST:8765"])
def test_own_origin_is_let_in_under_every_own_name(host: str) -> None:
    assert open_socket(guard(Inner()), host=host, origin=f"http://{host.lower()}", sec_fetch_site="same-origin") == 101


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_foreign_host_is_refused(host: str | None) -> None:
    inner = Inner()
    assert call(guard(inner), "/", host=host).status == 403
    assert open_socket(guard(inner), host=host, origin=f"http://{host}") == 403
    assert not inner.seen


def test_server_of_all_addresses_knows_numbers_but_no_names() -> None:
    hosts = Hosts(frozenset({"localhost", "laboratory"}), any_address=True)
    assert all(hosts.know(host) for host in ("192.168.0.2:8765", "[fe80::1]:8765", "laboratory:8765"))
    assert not any(hosts.know(host) for host in ("evil.example:8765", "laboratory.evil.example", "2130706433"))


@pytest.mark.parametrize(
    "path",
    [
        "/resourcez",
        "/resourcez/",
        "/jupyter/api/kernels/abc",
        "/jupyter/api/kernels/abcdefgh/channels",
        "/jupyter",
        "/_solara/api/evict/abcdefgh",
        "/_solara/api/close/abcdefgh",
        "/_solara/auth/login",
        "/_solara/cdn",
        "/_solara/cdn/",
        "/static/public/secret.txt",
        "/static/../pyproject.toml",
        "/static/..\\pyproject.toml",
        "/a\x00b",
        "/a\nb",
    ],
)
def test_introspection_and_odd_paths_are_closed(path: str) -> None:
    inner = Inner()
    assert call(guard(inner), path).status == 404 and not inner.seen


@pytest.mark.parametrize("path", ["/", "/readyz", CLOSE.replace("close", "evict"), "/_solara/api/close/x", SOCKET])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_other_verbs_are_refused(method: str, path: str) -> None:
    inner = Inner()
    assert call(guard(inner), path, method, origin=OWN, cookie=cookie(ALICE)).status == 405 and not inner.seen


def test_only_bundled_files_are_served(tmp_path: Path) -> None:
    (tmp_path / "cdn" / "vue").mkdir(parents=True)
    (tmp_path / "cdn" / "vue" / "vue.js").write_text("1", encoding="utf-8")
    (tmp_path / "secret.js").write_text("2", encoding="utf-8")
    (tmp_path / "cdn" / "link.js").symlink_to(tmp_path / "secret.js")
    inner = Inner(headers=[(b"content-type", b"text/javascript")])
    target = guard(inner, assets=tmp_path / "cdn")
    assert call(target, "/_solara/cdn/vue/vue.js").status == 200
    # A folder among them: Solara would delete it.
    for path in ("vue", "vue/", "vue/other.js", "../secret.js", "link.js", "/etc/passwd", "%2e%2e/secret.js"):
        assert call(target, f"/_solara/cdn/{path}").status == 404, path
    assert len(inner.seen) == 1


@pytest.mark.parametrize("length", ["65537", "1000000000000"])
def test_declared_body_that_is_too_long_is_refused(length: str) -> None:
    inner = Inner()
    target = guard(inner, {KERNEL: ALICE})
    answer = call(target, CLOSE, "POST", cookie=cookie(ALICE), content_length=length)
    assert answer.status == 413 and not inner.seen


def test_body_that_grows_too_long_is_refused() -> None:
    inner = Inner()
    pieces = [{"type": "http.request", "body": b"x" * 5000, "more_body": True} for _ in range(20)]
    answer = call(guard(inner, {KERNEL: ALICE}), CLOSE, "POST", pieces, cookie=cookie(ALICE))
    assert answer.status == 413 and not inner.seen


def test_body_that_drips_is_given_up() -> None:
    inner = Inner()
    target = guard(inner, {KERNEL: ALICE}, body_seconds=0.05)
    piece = {"type": "http.request", "body": b"x", "more_body": True}
    assert call(target, CLOSE, "POST", [piece], ends=False, cookie=cookie(ALICE)).status == 408
    assert not inner.seen


def test_small_body_reaches_the_page_unchanged() -> None:
    inner = Inner()
    message = {"type": "http.request", "body": b"bye", "more_body": False}
    assert call(guard(inner, {KERNEL: ALICE}), CLOSE, "POST", [message], cookie=cookie(ALICE)).status == 200
    assert inner.received[0]["body"] == b"bye"


@pytest.mark.parametrize("part", [{"bytes": b"x" * 101}, {"text": "x" * 101}, {"text": "政" * 34}])
def test_message_that_is_too_long_closes_the_socket(part: dict[str, object]) -> None:
    inner = Inner()
    messages = [{"type": "websocket.receive", "text": "x" * 100}, {"type": "websocket.receive", **part}]
    answer = call(guard(inner, message_bytes=100), SOCKET + TAB, "WS", messages, cookie=cookie(ALICE))
    assert answer.messages[-1] == {"type": "websocket.close", "code": 1009}
    assert [one["type"] for one in inner.received][1:] == ["websocket.receive", "websocket.disconnect"]


def test_session_cookie_is_strict() -> None:
    inner = Inner()
    inner.headers = [*inner.headers, (b"set-cookie", f"{cookie(BOB)}; SameSite=lax; expires=2038".encode())]
    value = f"{cookie(BOB)}; Path=/; HttpOnly; SameSite=Strict"
    assert call(guard(inner), "/").headers["set-cookie"] == value
    assert "set-cookie" not in call(guard(inner), "/", cookie=cookie(ALICE)).headers


@pytest.mark.parametrize("value", ["x", "", "1" * 36, ALICE.upper(), f"{ALICE}x", f"{ALICE}; {cookie(BOB)}"])
def test_cookie_of_a_wrong_form_counts_as_none(value: str) -> None:
    inner = Inner()
    target = guard(inner, {KERNEL: value})
    assert open_socket(target, session=value) == 403
    assert call(target, "/", cookie=cookie(value)).status == 200
    assert not any(name == b"cookie" for name, _ in inner.seen[0]["headers"])


def test_page_answers_to_its_own_session_only() -> None:
    inner = Inner()
    target = guard(inner, {KERNEL: ALICE})
    assert open_socket(target, BOB) == 403
    assert call(target, SOCKET + TAB, "WS").status == 403
    assert call(target, CLOSE, "POST", cookie=cookie(BOB)).status == 403
    assert not inner.seen
    assert open_socket(target, ALICE) == 101
    assert call(target, CLOSE, "POST", cookie=cookie(ALICE)).status == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (SOCKET, 400),
        (SOCKET + "?session_id=", 400),
        (f"/jupyter/api/kernels/{KERNEL}/stdin{TAB}", 404),
        (f"/jupyter/api/kernels/short/channels{TAB}", 404),
        (f"/jupyter/api/kernels/{'a' * 65}/channels{TAB}", 404),
        (f"/{TAB}", 404),
    ],
)
def test_socket_of_another_form_is_refused(path: str, status: int) -> None:
    inner = Inner()
    assert call(guard(inner), path, "WS", cookie=cookie(ALICE)).status == status and not inner.seen


def test_one_session_too_many_gets_a_polite_page_and_others_go_on() -> None:
    inner = Inner()
    target = guard(inner, {KERNEL: ALICE, "another-page": ALICE}, sessions=1)
    answer = call(target, "/", accept_language="zh-CN,zh;q=0.9")
    assert answer.status == 503 and answer.headers["retry-after"] == "60"
    assert "当前使用人数已满" in answer.text and "All places are taken" in answer.text
    assert answer.text.index("当前") < answer.text.index("All places")
    other = SOCKET.replace(KERNEL, "new-page") + TAB
    assert call(target, other, "WS", cookie=cookie(BOB)).status == 503
    assert not inner.seen
    assert call(target, "/", cookie=cookie(ALICE)).status == 200
    assert open_socket(target, ALICE) == 101


def test_pages_of_one_session_are_counted() -> None:
    pages = {f"page-{number:04}": ALICE for number in range(8)}
    target = guard(Inner(), pages)
    assert open_socket(target, ALICE) == 429
    assert open_socket(target, BOB) == 101
    assert call(target, f"/jupyter/api/kernels/page-0003/channels{TAB}", "WS", cookie=cookie(ALICE)).status == 101


def test_new_sessions_of_an_address_are_limited() -> None:
    target = guard(Inner(), new_per_minute=3)
    assert [call(target, "/").status for _ in range(5)] == [200, 200, 200, 429, 429]
    assert call(target, "/", cookie=cookie(ALICE)).status == 200
    sockets = [f"/jupyter/api/kernels/new-page-{number}/channels{TAB}" for number in range(5)]
    found = [call(target, path, "WS", cookie=cookie(ALICE)).status for path in sockets]
    assert found == [101, 101, 101, 429, 429]


def test_page_counts_from_the_moment_its_socket_opens() -> None:
    """Solara knows of a page only later; many at once must not slip through."""
    counted: list[dict[str, str]] = []

    async def looking(scope: Scope, receive: Receive, send: Send) -> None:
        counted.append(target.open_pages())
        await send({"type": "websocket.close"})

    target = guard(looking)
    call(target, SOCKET + TAB, "WS", cookie=cookie(ALICE))
    assert counted == [{KERNEL: ALICE}] and target.open_pages() == {}


def test_rate_forgets() -> None:
    now = 0.0
    rate = Rate(2, 60.0, lambda: now)
    assert [rate.passes("a") for _ in range(3)] == [True, True, False]
    assert rate.passes("b")
    now = 60.5
    assert rate.passes("a")


@pytest.mark.parametrize("status", [400, 404, 418, 500])
def test_error_says_nothing_of_the_machine(status: int) -> None:
    body = b"Traceback (most recent call last): File x.py, secret=hunter2"
    inner = Inner(status=status, body=body, headers=[(b"content-type", b"text/plain"), (b"x-powered-by", b"solara")])
    answer = call(guard(inner), "/nowhere?lang=zh")
    assert answer.status == status and 'lang="zh-CN"' in answer.text
    assert not any(word in answer.text for word in ("Traceback", "hunter2", "x.py", "nowhere"))
    assert "x-powered-by" not in answer.headers


def test_fault_inside_is_logged_and_hidden(caplog: pytest.LogCaptureFixture) -> None:
    answer = call(guard(Inner(fault=RuntimeError("hunter2"))), "/")
    assert answer.status == 500 and "hunter2" not in answer.text
    assert "hunter2" in caplog.text


def test_page_hears_no_hearsay() -> None:
    inner = Inner()
    told = {"x_forwarded_host": "evil.example", "script_name": "/evil", "x_script_name": "/e", "forwarded": "for=x"}
    call(guard(inner), "/", cookie=f"{cookie(ALICE)}; other=1", **told)
    assert dict(inner.seen[0]["headers"]) == {b"host": HOST.encode(), b"cookie": cookie(ALICE).encode()}


def test_shell_of_the_page_is_repaired() -> None:
    answer = call(guard(Inner()), "/?lang=zh")
    assert '<html lang="zh-CN">' in answer.text and "hello" in answer.text and "<noscript>" in answer.text
    assert int(answer.headers["content-length"]) == len(answer.text.encode())


def test_files_are_not_touched() -> None:
    answer = call(guard(Inner()), "/static/page.html")
    assert "<html>" in answer.text and "<noscript>" not in answer.text


def test_link_from_elsewhere_is_opened_again_from_here() -> None:
    inner = Inner()
    target = guard(inner)
    answer = call(target, "/compare?lang=zh&a=1%262&b=%22%3E%3Cscript%3E", sec_fetch_site="cross-site")
    assert answer.status == 200 and not inner.seen
    assert 'content="0;url=/compare?lang=zh&amp;a=1%262&amp;b=%22%3E%3Cscript%3E"' in answer.text
    assert "set-cookie" not in answer.headers
    assert "hello" in call(target, "/compare", sec_fetch_site="same-origin").text
    assert "hello" in call(target, "/compare", sec_fetch_site="cross-site", cookie=cookie(ALICE)).text


def test_link_from_elsewhere_leads_to_no_other_host() -> None:
    answer = call(guard(Inner()), "//evil.example/x", sec_fetch_site="cross-site")
    assert 'url=/evil.example/x"' in answer.text and "//evil" not in answer.text


def test_token_is_asked_for_and_traded_for_a_cookie() -> None:
    inner = Inner()
    target = guard(inner, token="a long enough token")
    assert [call(target, path).status for path in ("/", "/static/x.js", "/?token=wrong")] == [401, 401, 401]
    assert open_socket(target) == 401
    assert 'name="token"' in call(target, "/").text
    assert not inner.seen
    answer = call(target, "/compare?token=a+long+enough+token&lang=zh")
    assert (answer.status, answer.headers["location"]) == (303, "/compare?lang=zh")
    given = answer.headers["set-cookie"]
    assert given.endswith("; Path=/; HttpOnly; SameSite=Strict") and "long" not in given
    brought = given.partition(";")[0]
    assert call(target, "/", cookie=brought).status == 200
    assert call(guard(inner, token="a long enough token"), "/", cookie=brought).status == 401  # another start
    assert call(target, "/", cookie="dualcirc-token=\u00e9").status == 401


def test_guessing_tokens_is_slowed() -> None:
    target = guard(Inner(), token="a long enough token")
    statuses = [call(target, f"/?token={number}").status for number in range(12)]
    assert statuses == [401] * 10 + [429] * 2
