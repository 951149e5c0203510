"""How long a person waits: run by hand on a quiet machine, `.venv/bin/python -m tests.ui.timings`.

Prints, over several changes of a slider at the page's usual size (6 000 firms, 60 months): release to first full
answer, to eight paired runs, a click meanwhile, Cancel.
"""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.ui.browsing import FLAGS, mount
from tests.ui.processes import command, serving

CHANGES = 7
LONG = 300_000
IDLE = "!document.querySelector('.dc-cancel')"
FRESH = "!document.querySelector('.dc-stale') && document.querySelector('.dc-losers')"


def since(began: float) -> float:
    return time.perf_counter() - began


def settle(page: Page) -> None:
    page.wait_for_selector(".dc-charts svg", timeout=LONG)
    page.wait_for_function(IDLE, timeout=LONG)


def one_change(page: Page, key: str) -> dict[str, float]:
    """Move the rate of the fund by one step with a key and wait."""
    page.locator("#dc-overseas_warehouse_fund-rate").focus()
    began = time.perf_counter()
    page.keyboard.press(key)
    page.wait_for_selector(".dc-stale", timeout=LONG)
    first_sign = since(began)
    page.wait_for_timeout(600)
    clicked = time.perf_counter()
    page.get_by_role("button", name="Undo", exact=True).hover()
    page.locator("section[aria-label='Tariff'] .dc-link").click()
    page.wait_for_function("document.querySelector(\"section[aria-label='Tariff'] .dc-param\")", timeout=LONG)
    answered = since(clicked)
    page.wait_for_function(FRESH, timeout=LONG)
    first = since(began)
    page.wait_for_function(IDLE, timeout=LONG)
    return {"first sign": first_sign, "first answer": first, "all 8": since(began), "click meanwhile": answered}


def cancel(page: Page, key: str) -> float:
    page.locator("#dc-overseas_warehouse_fund-rate").focus()
    page.keyboard.press(key)
    page.wait_for_selector(".dc-cancel", timeout=LONG)
    page.wait_for_timeout(800)
    began = time.perf_counter()
    page.locator(".dc-cancel").click()
    page.wait_for_function(IDLE, timeout=LONG)
    return since(began)


def main() -> None:
    with serving(command("--port", "0"), Path(tempfile.mkdtemp())) as server, sync_playwright() as playwright:
        began = time.perf_counter()
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        mount(page, server.url + "/?lang=en")
        page.wait_for_selector(".dc-charts svg", timeout=LONG)
        print(f"a new server's page to its first chart: {since(began):.2f} s")
        settle(page)
        print(f"and to the baseline's 8 runs: {since(began):.2f} s")
        page.locator("#dc-overseas_warehouse_fund-switch").click()
        page.wait_for_function(FRESH, timeout=LONG)
        settle(page)
        rows = [one_change(page, "ArrowRight") for _ in range(CHANGES)]  # each value is new: nothing is known yet
        for name in rows[0]:
            found = sorted(row[name] for row in rows)
            print(f"{name}: median {statistics.median(found):.2f} s, {found[0]:.2f} to {found[-1]:.2f}")
        stops = sorted(cancel(page, "ArrowRight") for _ in range(3))
        print(f"Cancel: {', '.join(f'{one:.2f}' for one in stops)} s")
        browser.close()
        server.end()


if __name__ == "__main__":
    main()
