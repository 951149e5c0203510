"""The server as a process: what it prints, how it ends, what it answers, and that it keeps to this machine."""

import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from experiments import cli
from tests.ui.load import COOKIE, leave, new_cookie, raw_socket, session
from tests.ui.processes import PROJECT, Answer, Serving, ask, command, environment, page_command, serving
from viz import server
from viz.guard import HEADERS
from viz.serving_text import BROKEN, NOTICES, SENTENCES, TITLE

FILES = (
    "/_solara/cdn/requirejs@2.3.6/require.js",
    "/_solara/cdn/@widgetti/solara-vuetify-app@10.1.1/dist/fonts.css",
    "/static/assets/favicon.svg",
    "/static/assets/theme-light.css",
    "/jupyter/nbextensions/jupyter-vuetify/nodeps.js",
    "/readyz",
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(page_command("tests.ui.standins:Plain"), tmp_path_factory.mktemp("plain")) as one:
        yield one
        assert one.outgoing() == []


def checked(answer: Answer, status: int) -> Answer:
    assert answer.status == status, answer.text[:300]
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert str(PROJECT) not in answer.text and sys.prefix not in answer.text
    return answer


@pytest.mark.parametrize("path", FILES)
def test_files_of_the_page_are_served_with_the_headers(plain: Serving, path: str) -> None:
    checked(ask(plain.url + path), 200)


@pytest.mark.parametrize(
    "path", ["/resourcez", "/resourcez?verbose", "/jupyter/api/kernels/x", "/a/b/c", "/static/x.js"]
)
def test_nothing_else_is_served(plain: Serving, path: str) -> None:
    assert NOTICES[404].zh in checked(ask(plain.url + path), 404).text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_shell_of_solara_is_repaired(plain: Serving, lang: str) -> None:
    page = checked(ask(f"{plain.url}/?lang={lang}"), 200).text
    assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}">' in page
    assert "<noscript><p" in page and "maximum-scale" not in page and "user-scalable" not in page
    assert f"<title>{getattr(TITLE, lang)}</title>" in page
    assert [theirs for theirs, ours in SENTENCES.items() if getattr(ours, lang) not in page] == []
    assert "solara.dev" not in page and "font-awesome" not in page


def test_cookie_is_for_this_browser_session_and_no_script(plain: Serving) -> None:
    first = checked(ask(plain.url + "/"), 200)
    assert first.headers.get_all("set-cookie") == [f"{COOKIE}={new_value(first)}; Path=/; HttpOnly; SameSite=Strict"]
    assert ask(plain.url.replace("127.0.0.1", "localhost") + "/").headers.get_all("set-cookie") != []
    again = ask(plain.url + "/", cookie=f"{COOKIE}={new_value(first)}")
    assert again.headers["set-cookie"] is None


def new_value(answer: Answer) -> str:
    value = str(answer.headers["set-cookie"]).partition(";")[0].removeprefix(f"{COOKIE}=")
    return str(uuid.UUID(value))


@pytest.mark.parametrize(
    "path", ["vue@3.5.0/dist/vue.js", "lonely", "@widgetti", "@widgetti/solara-vuetify-app@10.1.1/dist"]
)
def test_what_is_not_bundled_is_not_fetched(plain: Serving, path: str) -> None:
    checked(ask(f"{plain.url}/_solara/cdn/{path}"), 404)
    checked(ask(plain.url + FILES[1]), 200)  # a folder that was asked for is still there
    assert plain.outgoing() == []


def test_foreign_origin_and_host_are_refused(plain: Serving) -> None:
    cookie = new_cookie(plain.url)
    for origin in ("http://evil.example", "null", plain.url.replace("127.0.0.1", "localhost")):
        with pytest.raises(InvalidStatus) as refused, raw_socket(plain.url, cookie, Origin=origin):
            pass
        assert refused.value.response.status_code == 403
    checked(ask(plain.url + "/", host="evil.example"), 403)
    checked(ask(plain.url + "/x", "POST", b"x", origin="http://evil.example"), 403)


def test_page_belongs_to_its_session(plain: Serving) -> None:
    with session(plain.url) as mine:
        for cookie in (new_cookie(plain.url), str(uuid.uuid4()), "", mine.cookie[:-1]):
            with pytest.raises(InvalidStatus) as refused, raw_socket(plain.url, cookie, mine.kernel):
                pass
            assert refused.value.response.status_code == 403
            stolen = ask(
                f"{plain.url}/_solara/api/close/{mine.kernel}?session_id=x", "POST", b"", cookie=f"{COOKIE}={cookie}"
            )
            checked(stolen, 403)
        mine.fire(mine.find(_model_name="BtnModel"), "click")
        mine.wait(lambda: "value is 4" in mine.texts(), "the page of the owner lives on")
        with raw_socket(plain.url, mine.cookie, mine.kernel) as again:
            assert again.kernel == mine.kernel
        assert leave(mine) == 200


def test_controls_move_the_page(plain: Serving) -> None:
    with session(plain.url) as first, session(plain.url) as second:
        first.set(first.find(_model_name="SliderModel"), v_model=17)
        first.wait(lambda: "value is 17" in first.texts(), "no new value")
        assert "value is 3" in second.texts()


def test_too_much_is_refused(plain: Serving) -> None:
    with session(plain.url) as one:
        path = f"/_solara/api/close/{one.kernel}?session_id=x"
        checked(ask(plain.url + path, "POST", b"x" * 70_000, cookie=f"{COOKIE}={one.cookie}"), 413)
    with raw_socket(plain.url, new_cookie(plain.url)) as one:
        one.socket.send("x" * (server.Limits.message_bytes + 1))
        with pytest.raises(ConnectionClosed) as closed:
            one.listen(30)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009


def test_error_of_the_page_is_told_without_its_traceback(tmp_path: Path) -> None:
    with serving(page_command("tests.ui.standins:Broken"), tmp_path) as broken, session(broken.url) as one:
        assert BROKEN.en in one.texts() and BROKEN.zh in one.texts()
        assert not any(word in one.texts() for word in ("hunter2", "Traceback", ".py"))
        assert "hunter2" in broken.log.read_text(encoding="utf-8")


def test_one_session_too_many(tmp_path: Path) -> None:
    with serving(page_command("tests.ui.standins:Plain", "--sessions", "1"), tmp_path) as small:
        with session(small.url) as first:
            full = checked(ask(small.url + "/"), 503)
            assert NOTICES[503].en in full.text and NOTICES[503].zh in full.text
            first.fire(first.find(_model_name="BtnModel"), "click")
            first.wait(lambda: "value is 4" in first.texts(), "the first session lives on")
        with session(small.url) as second:
            assert "value is 3" in second.texts()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_with_all_it_started(tmp_path: Path, number: int) -> None:
    """Though a page has left a thread that never ends and a process that is deaf to polite requests."""
    with serving(page_command("tests.ui.standins:Stubborn"), tmp_path) as stubborn:
        cookie = new_cookie(stubborn.url)
        with raw_socket(stubborn.url, cookie) as one:
            one.run()
            one.fire(one.find(_model_name="BtnModel"), "click")
            one.wait(lambda: "started" in one.texts().splitlines(), "did not start")
            assert len(stubborn.family()) == 2
            assert stubborn.end(number) == (4, [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_while_pages_are_open(tmp_path: Path, number: int) -> None:
    with serving(page_command("tests.ui.standins:Plain"), tmp_path) as one:
        cookies = new_cookie(one.url), new_cookie(one.url)
        with raw_socket(one.url, cookies[0]) as first, raw_socket(one.url, cookies[1]):
            first.run()
            assert one.end(number) == (4, [])
        said = one.log.read_text(encoding="utf-8")
        assert "Traceback" not in said and said.splitlines()[-1] == "Stopped."


def test_audit_sees_what_leaves(tmp_path: Path) -> None:
    """The notes on which the tests above rely."""
    code = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('192.0.2.1', 9))"
    more = "; s.connect(('127.0.0.1', 9))"
    subprocess.run([sys.executable, "-c", code + more], env=environment(tmp_path / "notes"), check=False)
    notes = (tmp_path / "notes").read_text(encoding="utf-8").splitlines()
    assert len(notes) == 1 and "socket.connect '192.0.2.1'" in notes[0]


def test_busy_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = command("--port", str(taken.getsockname()[1]))
        done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1 and "--port" in done.stderr


def called(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        code = cli.main(["app", *words])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    out, err = capsys.readouterr()
    assert out == ""
    return code, err


@pytest.mark.parametrize(
    "words",
    [
        ("--host", "0.0.0.0"),
        ("--host", "::"),
        ("--host", "192.168.0.2"),
        ("--host", "laboratory.example"),
        ("--host", ""),
        ("--host", "0.0.0.0", "--token", "short"),
        ("--token", "short"),
        ("--port", "70000"),
        ("--port", "x"),
        ("--sessions", "0"),
        ("--nonsense",),
    ],
)
def test_bad_usage_starts_nothing(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    code, err = called(capsys, *words)
    assert code == 2 and err


def test_missing_extra_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_NEEDED", ("solara_is_not_here",))
    code, err = called(capsys, "--port", "0")
    assert code == 1 and len(err.splitlines()) == 1 and server.INSTALL in err


def test_page_that_cannot_be_loaded_is_told() -> None:
    words = page_command("tests.ui.nowhere")
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1 and "tests.ui.nowhere" in done.stderr


def test_help_loads_no_page() -> None:
    code = (
        "import sys; from experiments.cli import main; code = main(['app', '--help']); "
        "sys.exit(code or any(name.partition('.')[0] in ('viz', 'solara', 'starlette') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--token" in done.stdout


def test_settings_of_the_user_do_not_reach_solara(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOLARA_MODE", "development")
    monkeypatch.setenv("SOLARA_SSG_ENABLED", "true")
    found = server.environment("viz.app", "http://127.0.0.1:1")
    assert found["SOLARA_MODE"] == "production"
    assert (
        found["SOLARA_SESSION_SECRET_KEY"]
        != server.environment("viz.app", "http://127.0.0.1:1")["SOLARA_SESSION_SECRET_KEY"]
    )
