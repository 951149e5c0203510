"""The pages of flows, of one firm and of the lesson: what they show, and that they can be used without a mouse."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipyvue
import ipyvuetify
import pytest
import solara

from experiments import load_scenario
from experiments.flows import FlowMap, flow_graph
from experiments.trace import trace
from viz.pages.firm import Told as FirmTold
from viz.pages.lesson import LessonPage
from viz.pages.network import Flows

PROJECT = Path(__file__).resolve().parents[2]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = ("network", "firm", "lesson")


@pytest.fixture(scope="module")
def toy() -> FlowMap:
    return flow_graph(load_scenario("toy"), seed=1)


def texts(box: Any) -> str:
    """All words of a rendered widget tree, and what its widgets say."""
    found: list[str] = []

    def walk(widget: Any) -> None:
        if isinstance(widget, str):
            found.append(widget)
        for name in ("svg", "caption", "label", "rows", "heads", "options", "children"):
            value = getattr(widget, name, None)
            if isinstance(value, str):
                found.append(value)
            elif name == "children" and value:
                for child in value:
                    walk(child)
            elif value:
                found.append(str(value))

    walk(box)
    return " ".join(found)


def press(rc: Any, words: str) -> None:
    """Press the button with these words."""
    button = next(one for one in rc.find(ipyvuetify.Html, tag="button").widgets if one.children == [words])
    button.fire_event("click", {})


# --- without a browser -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_lesson_is_played_by_its_buttons(lang: str) -> None:
    following, month, start = {
        "en": ("Next phase", "Play month", "Back to start"),
        "zh": ("下一阶段", "运行本月", "回到起点"),
    }[lang]
    box, rc = solara.render(LessonPage(lang), handle_error=False)
    press(rc, following)
    assert {"en": "phase 1 of 10: Institutions", "zh": "第1阶段（共10阶段）：制度"}[lang] in texts(box)
    press(rc, month)
    assert {"en": "phase 10 of 10: Record", "zh": "第10阶段（共10阶段）：记录"}[lang] in texts(box)
    press(rc, month)
    assert "2019-02" in texts(box) or "2019年2月" in texts(box)
    press(rc, {"en": "3 Trade", "zh": "3 交易"}[lang])
    assert {"en": "Landed price of one order (adds up ✓)", "zh": "单笔订单到岸总成本（核对无误 ✓）"}[lang] in texts(box)
    press(rc, start)
    assert {"en": "2019-01 has not begun.", "zh": "2019年1月尚未开始。"}[lang] in texts(box)
    rc.close()


def test_two_readers_have_two_economies() -> None:
    one_box, one = solara.render(LessonPage("en"), handle_error=False)
    two_box, two = solara.render(LessonPage("en"), handle_error=False)
    press(one, "Play month")
    assert "phase 10 of 10" in texts(one_box) and "has not begun" in texts(two_box)
    one.close()
    two.close()


def test_a_chosen_node_is_told_with_its_change(toy: FlowMap) -> None:
    before = FlowMap(**{**vars(toy), "ways": toy.ways.assign(yuan=toy.ways["yuan"] * 0.5)})
    box, rc = solara.render(Flows("en", toy, before), handle_error=False)
    assert "No node is chosen." in texts(box)
    widget = next(one for one in rc.find(ipyvue.VueTemplate).widgets if getattr(one, "svg", None))
    widget._event_callbacks["click"]("market:USA")
    said = texts(box)
    assert "Change against the baseline" in said and "Comes from" in said and "Goes to" not in said
    press(rc, "Show all flows as a table")
    assert f"All {len(toy.links())} flows" in texts(box)
    rc.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_firm_is_told(lang: str) -> None:
    story = trace(load_scenario("toy"), 1, 3, months=6)
    box, rc = solara.render(FirmTold(lang, story), handle_error=False)
    said = texts(box)
    assert {"en": "Launched a new product", "zh": "推出新产品"}[lang] in said
    assert {"en": "Stands for real firms", "zh": "代表真实企业数"}[lang] in said
    rc.close()


# --- in a browser ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false", "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-m", "solara", "run", str(PROJECT / "tests" / "ui" / "pages_app.py")]
    running = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--no-open", "--production"],
        cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        running.terminate()
        running.wait(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium here")
    with sync_api.sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield found
        found.close()


READY = {"network": ".dn-flow svg", "firm": ".dn-spark svg", "lesson": ".dn-main"}


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("page", PAGES)
def test_no_barrier_and_no_sideways_scroll_at_360(server: str, browser: Any, page: str, lang: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab = browser.new_page(viewport={"width": 360, "height": 800})
    tab.goto(f"{server}?page={page}&lang={lang}")
    tab.wait_for_selector(READY[page], timeout=120_000)
    if page == "lesson":
        tab.locator(".dc-button").nth(1).click()
        tab.wait_for_selector(".dn-facts")
    found = axe.run(tab, context=".dn-page", options={"runOnly": RULES}).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    tab.close()


@pytest.mark.slow
def test_flows_are_read_with_the_keyboard(server: str, browser: Any) -> None:
    tab = browser.new_page(viewport={"width": 1440, "height": 900})
    tab.goto(f"{server}?page=network")
    tab.wait_for_selector(READY["network"], timeout=120_000)
    stops = "document.querySelectorAll('.dn-flow [tabindex=\"0\"]').length"
    assert tab.evaluate(stops) == 1
    tab.focus(".dn-flow [tabindex='0']")
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
        tab.keyboard.press(key)
    tab.wait_for_selector(".dn-split .dc-panel h3")
    node = tab.locator(".dn-flow [aria-pressed='true']")
    assert node.get_attribute("data-node").startswith("market:") and tab.evaluate(stops) == 1
    assert tab.locator(".dn-split .dc-panel h3").inner_text() in node.get_attribute("aria-label")
    assert "Change against the baseline" in tab.locator(".dn-split .dc-panel").inner_text()
    assert tab.locator(".dn-flow .dn-on").count() > 0
    tab.close()
