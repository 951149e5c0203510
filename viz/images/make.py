"""Make the pictures of the README: the page and the report in both languages, as a reader meets them.

    .venv/bin/python viz/images/make.py

It starts the page, switches the 30 % warehouse fund on, waits for eight paired runs and photographs the page; then it
saves the report of the same answer and photographs its first screen. It needs Chromium on the PATH.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

HERE: Final = Path(__file__).resolve().parent
PROJECT: Final = HERE.parents[1]
LANGUAGES: Final = ("en", "zh")
DRAFT: Final = '{"policies":{"overseas_warehouse_fund":{}}}'
LONG: Final = 300_000
REPORT_BUTTON: Final = {"en": "Report (HTML)", "zh": "报告（HTML）"}
CHIP: Final = {"en": "Delivery of retail orders · ASEAN ↓", "zh": "零售送达天数 · 东盟 ↓"}


@contextmanager
def served() -> Iterator[str]:
    """The address of a page of our own."""
    words = [sys.executable, "-m", "experiments", "app", "--port", "0"]
    with subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()


def photograph(browser: Browser, url: str, lang: str) -> None:
    """Page and report in one language."""
    page = browser.new_page(viewport={"width": 1440, "height": 1100})
    page.goto(f"{url}/?lang={lang}&s={DRAFT}")
    page.wait_for_selector(".dc-chip", timeout=LONG)
    page.get_by_role("button", name=CHIP[lang]).click()
    page.wait_for_selector(".dc-losers", timeout=LONG)
    page.wait_for_selector(".dc-cancel", state="detached", timeout=LONG)
    page.wait_for_timeout(1500)
    page.screenshot(path=HERE / f"page_{lang}.png")
    with page.expect_download(timeout=LONG) as download:
        page.get_by_role("button", name=REPORT_BUTTON[lang]).click()
    _photograph_report(page, Path(download.value.path()), lang)
    page.close()


def _photograph_report(page: Page, report: Path, lang: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder) / "report.html"
        shutil.copy(report, named)
        page.set_viewport_size({"width": 1000, "height": 1100})
        page.goto(f"{named.as_uri()}#{lang}")
        if lang == "zh":
            page.locator("label", has_text="中文").first.click()
        page.wait_for_timeout(500)
        page.screenshot(path=HERE / f"report_{lang}.png")


def main() -> None:
    """Make all four."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for lang in LANGUAGES:
            photograph(browser, url, lang)
        browser.close()


if __name__ == "__main__":
    main()
