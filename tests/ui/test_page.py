"""The page as a person meets it: read, change, compare, take home; by mouse, by keyboard, in both languages."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from model.scenario import check_text
from tests.ui.browsing import PageOf, axe, clean

FUND, TIERS = "overseas_warehouse_fund", "credit_tiered_inspection"
LONG = 90_000
SMALL = '{"months":30,"scale":0.004}'
IDLE = "!document.querySelector('.dc-cancel') && !document.querySelector('.dc-stale')"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def address(lang: str = "en", draft: str = SMALL) -> str:
    return f"/?lang={lang}&s={urllib.parse.quote(draft)}"


def answered(page: Page) -> Page:
    """Wait until every run that was asked for is shown."""
    page.wait_for_selector(".dc-charts svg", timeout=LONG)
    page.wait_for_function(IDLE, timeout=LONG)
    return page


def switch(page: Page, policy: str) -> Any:
    return page.locator(f"#dc-{policy}-switch")


def turn_on(page: Page, policy: str) -> None:
    """Switch a policy on and wait for its answer; the switch and the running bar change in one drawing."""
    switch(page, policy).click()
    expect(switch(page, policy)).to_have_attribute("aria-checked", "true", timeout=LONG)
    answered(page)


def in_address(page: Page) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.url).query))


@pytest.fixture
def ready(page_of: PageOf) -> Iterator[Page]:
    yield answered(page_of(path=address()))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("size", [(1440, 900), (360, 800)])
def test_the_page_is_clean_and_open_to_all(page_of: PageOf, lang: str, size: tuple[int, int]) -> None:
    page = answered(page_of(lang=lang, size=size, path=address(lang)))
    turn_on(page, FUND)
    page.wait_for_selector(".dc-losers", timeout=LONG)
    for drawing in page.locator("main svg[role=img]").all():
        assert drawing.locator("polyline, path, rect, polygon").count() > 3
        assert drawing.locator("title").first.text_content()
    assert page.locator("main svg[role=img]").count() >= 9
    assert page.evaluate("document.documentElement.lang") == ("zh-CN" if lang == "zh" else "en")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    axe(page)
    clean(page)


def test_chinese_is_chinese_throughout(page_of: PageOf) -> None:
    """Headings, buttons and labels of the page hold no English sentence in Chinese."""
    page = answered(page_of(lang="zh", path=address("zh")))
    for text in page.locator(
        "main h2, main h3, main button, main legend, main label > span:first-child"
    ).all_inner_texts():
        words = re.sub(r"SVG|PNG|HTML|PDF|XLSX|CSV|yaml|B2B|[▾▴]", "", text)
        assert CHINESE.search(text) or not re.search("[A-Za-z]{3}", words), text


def test_switching_the_language_keeps_everything(ready: Page) -> None:
    turn_on(ready, FUND)
    ready.locator(f"#dc-{FUND}-rate").focus()
    ready.keyboard.press("ArrowRight")
    ready.wait_for_function("location.search.includes('0.35')", timeout=LONG)
    answered(ready)
    before = in_address(ready)["s"]
    ready.get_by_role("button", name="中文").click()
    expect(ready.get_by_role("heading", name="政策设置")).to_be_visible(timeout=LONG)
    assert switch(ready, FUND).get_attribute("aria-checked") == "true"
    assert in_address(ready) == {"lang": "zh", "s": before}
    assert "0.35" in before


def test_reloading_the_address_restores_the_page(ready: Page) -> None:
    turn_on(ready, TIERS)
    ready.wait_for_function("location.search.includes('credit_tiered')")
    ready.reload()
    answered(ready)
    assert switch(ready, TIERS).get_attribute("aria-checked") == "true"
    clean(ready)


def test_a_wrong_address_is_told_and_the_page_stands(page_of: PageOf) -> None:
    page = page_of(path=address(draft='{"policies":{"overseas_warehouse_fund":{"rate":7}},"months":30,"scale":0.004}'))
    fault = page.locator(".dc-fault[role=alert]").first
    expect(fault).to_contain_text("rate", timeout=LONG)
    expect(fault).to_contain_text("0 to 0.9", timeout=LONG)


def test_undo_redo_and_reset(ready: Page) -> None:
    undo, redo = (ready.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo"))
    expect(undo).to_be_disabled()
    switch(ready, FUND).click()
    expect(undo).to_be_enabled(timeout=LONG)
    undo.click()
    expect(switch(ready, FUND)).to_have_attribute("aria-checked", "false", timeout=LONG)
    redo.click()
    expect(switch(ready, FUND)).to_have_attribute("aria-checked", "true", timeout=LONG)
    ready.get_by_role("button", name="Reset", exact=True).click()
    expect(switch(ready, FUND)).to_have_attribute("aria-checked", "false", timeout=LONG)


def test_a_number_out_of_range_is_told_at_once(ready: Page) -> None:
    switch(ready, FUND).click()
    box = ready.locator("section[aria-label='Overseas warehouse fund'] input[type=number]").first
    box.fill("300")
    box.press("Tab")
    expect(ready.locator(f"#dc-{FUND}-rate-fault")).to_contain_text("0 % – 90 %")
    box.fill("45")
    box.press("Tab")
    expect(ready.locator(f"#dc-{FUND}-rate-fault")).to_have_count(0)
    ready.wait_for_function("location.search.includes('0.45')", timeout=LONG)


def test_files_come_in_and_go_out(ready: Page, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "schema: 1\nname: {en: '<img src=x onerror=alert(1)>', zh: 我的}\nextends: recent\n"
        f"months: 30\nscale: 0.004\npolicies: {{{FUND}: {{rate: 0.55}}}}\n",
        encoding="utf-8",
    )
    ready.locator("input[type=file]").set_input_files(mine)
    expect(switch(ready, FUND)).to_have_attribute("aria-checked", "true", timeout=LONG)
    answered(ready)
    with ready.expect_download(timeout=LONG) as download:
        ready.get_by_role("button", name="Save scenario file").click()
    scenario, problems = check_text(Path(download.value.path()).read_text(encoding="utf-8"), "saved")
    assert scenario is not None, problems
    assert scenario.policies[0].values["rate"] == 0.55 and scenario.months == 30
    clean(ready)


def test_a_file_may_be_dropped_on_the_page(ready: Page) -> None:
    text = f"schema: 1\nextends: recent\nmonths: 30\nscale: 0.004\npolicies: {{{FUND}: {{rate: 0.65}}}}\n"
    ready.evaluate(
        """text => {
            const files = new DataTransfer();
            files.items.add(new File([text], 'dropped.yaml'));
            document.querySelector('.dc-drop').dispatchEvent(
                new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }));
        }""",
        text,
    )
    expect(switch(ready, FUND)).to_have_attribute("aria-checked", "true", timeout=LONG)
    assert "0.65" in in_address(ready)["s"]


def test_of_many_changes_the_last_one_is_shown(ready: Page, page_of: PageOf) -> None:
    """A hand that moves on overtakes its own runs; what is shown in the end is what the address says."""
    turn_on(ready, FUND)
    ready.locator(f"#dc-{FUND}-rate").focus()
    for _ in range(8):
        ready.keyboard.press("ArrowRight")
        ready.wait_for_timeout(60)
    ready.wait_for_function("location.search.includes('0.7')", timeout=LONG)
    answered(ready)
    again = answered(page_of(path="/?lang=en&s=" + urllib.parse.quote(in_address(ready)["s"])))
    assert ready.locator(".dc-goals").inner_text() == again.locator(".dc-goals").inner_text()
    assert ready.locator(".dc-budget").inner_text() == again.locator(".dc-budget").inner_text()
    assert "of 8 paired runs" in ready.locator(".dc-standing").inner_text()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("rate.yaml", f"schema: 1\nextends: recent\npolicies: {{{FUND}: {{rat: 0.5}}}}\n", "rate"),
        ("bomb.yaml", "schema: 1\na: &a [x]\nb: *a\n", "anchor"),
        ("notes.txt", "hello", "256 kB"),
    ],
)
def test_bad_files_are_refused_with_reason(ready: Page, tmp_path: Path, name: str, text: str, told: str) -> None:
    before = ready.url
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    ready.locator("input[type=file]").set_input_files(path)
    expect(ready.locator(".dc-fault[role=alert]").first).to_contain_text(told, timeout=LONG)
    assert ready.url == before


def test_two_people_see_only_their_own(page_of: PageOf) -> None:
    one, two = answered(page_of(path=address())), answered(page_of(path=address("zh")))
    turn_on(one, FUND)
    turn_on(two, TIERS)
    assert [switch(one, name).get_attribute("aria-checked") for name in (FUND, TIERS)] == ["true", "false"]
    assert [switch(two, name).get_attribute("aria-checked") for name in (FUND, TIERS)] == ["false", "true"]
    assert FUND in in_address(one)["s"] and FUND not in in_address(two)["s"]
    assert one.locator(".dc-goals").inner_text() != two.locator(".dc-goals").inner_text()
    expect(one.get_by_role("heading", name="What to change")).to_be_visible()


def test_a_dropped_socket_keeps_the_state(ready: Page) -> None:
    turn_on(ready, FUND)
    before = ready.locator(".dc-goals").inner_text()
    ready.context.set_offline(True)
    ready.wait_for_timeout(5000)
    ready.context.set_offline(False)
    ready.wait_for_timeout(2500)
    assert ready.locator(".dc-goals").inner_text() == before
    switch(ready, TIERS).click(timeout=LONG)
    expect(switch(ready, TIERS)).to_have_attribute("aria-checked", "true", timeout=LONG)
    assert switch(ready, FUND).get_attribute("aria-checked") == "true"


def test_cancel_stops_and_says_so(ready: Page) -> None:
    ready.get_by_label("Paired runs").select_option("30")
    ready.locator(".dc-cancel").click(timeout=LONG)
    expect(ready.locator(".dc-standing")).to_contain_text("Stopped.")
    expect(ready.locator(".dc-cancel")).to_have_count(0)
    ready.get_by_role("button", name="Run again").click()
    answered(ready)
    expect(ready.locator(".dc-standing")).to_contain_text("30 paired runs")


def test_five_clicks_to_delivery_days_in_asean(page_of: PageOf) -> None:
    """From the start: switch the fund on, follow its claim, save the picture."""
    page = answered(page_of(path=address()))
    clicks = 0

    def click(target: Any) -> None:
        nonlocal clicks
        target.click(timeout=LONG)
        clicks += 1

    click(switch(page, FUND))
    click(page.get_by_role("button", name="Delivery of retail orders · ASEAN ↓"))
    figure = page.locator(".dc-focus svg")
    expect(figure.locator("title").first).to_contain_text("Delivery of retail orders: ASEAN", timeout=LONG)
    answered(page)
    with page.expect_download(timeout=LONG) as download:
        click(page.locator(".dc-focus").get_by_role("button", name=re.compile("PNG")))
    assert Path(download.value.path()).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert clicks <= 5


def test_keyboard_alone_sets_three_levers_and_exports(ready: Page) -> None:
    """Tab and keys only: nothing is focused or clicked by the test itself."""

    def tab_to(what: str, most: int = 120) -> None:
        for _ in range(most):
            ready.keyboard.press("Tab")
            if ready.evaluate(f"document.activeElement.matches({what!r})"):
                return
        raise AssertionError(f"Tab never reached {what}")

    tab_to(f"#dc-{TIERS}-switch")
    ready.keyboard.press("Space")
    expect(switch(ready, TIERS)).to_have_attribute("aria-checked", "true", timeout=LONG)
    tab_to(f"#dc-{TIERS}-high_tier_factor")
    ready.keyboard.press("ArrowRight")
    tab_to(f"#dc-{FUND}-switch")
    ready.keyboard.press("Enter")
    expect(switch(ready, FUND)).to_have_attribute("aria-checked", "true", timeout=LONG)
    tab_to(f"#dc-{FUND}-rate")
    ready.keyboard.press("ArrowLeft")
    ready.wait_for_function("location.search.includes('0.25') && location.search.includes('0.35')", timeout=LONG)
    answered(ready)
    outline = ready.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert float(outline.removesuffix("px")) >= 2
    tab_to(".dc-right .dc-button", most=400)
    with ready.expect_download(timeout=LONG) as download:
        ready.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".html")
