"""The report as PDF: tagged, fonts embedded, the same bytes for the same result."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Final

from experiments.figures.svg import FONT
from experiments.report.page import html_report
from experiments.report.source import Source
from model.kernel.refusals import RunFailed

FONTS: Final = Path(__file__).with_name("fonts")
FAMILY: Final = "dualcirc Sans SC"
_FILES: Final = (("400", "dualcirc-sans-sc-regular.woff2"), ("bold", "dualcirc-sans-sc-bold.woff2"))


def pdf_report(source: Source, lang: str) -> bytes:
    """The report in one language as PDF/UA. Raises RunFailed when the extra `report` is not installed."""
    page = html_report(source, (lang,), tips=False, style=print_style())
    return pdf(page, source.hash(source.names[-1]))


def pdf(page: str, key: str) -> bytes:
    """A page that carries `print_style` as PDF/UA; `key` is what its identifier is made of."""
    try:
        from weasyprint import HTML
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (ImportError, OSError) as fault:  # OSError: Pango is not there
        text = f"a PDF needs the extra 'report' of the project, and Pango from the system ({fault})"
        raise RunFailed(text) from fault

    class OwnFontsOnly(URLFetcher):  # type: ignore[misc]
        """Nothing is fetched but the fonts beside this file."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            for _weight, name in _FILES:
                if url == (FONTS / name).as_uri():
                    return URLFetcherResponse(url, (FONTS / name).read_bytes(), {"Content-Type": "font/woff2"})
            raise ValueError(f"a report asks for nothing outside itself, not for {url}")

    for name in ("fontTools", "weasyprint"):  # rules for screens, which paper ignores
        logging.getLogger(name).setLevel(logging.ERROR)
    fonts, fetcher = FontConfiguration(), OwnFontsOnly()
    made = HTML(string=page.replace(FONT, FAMILY), url_fetcher=fetcher).write_pdf(
        font_config=fonts,
        pdf_variant="pdf/ua-1",
        pdf_identifier=key[:32].encode(),
    )
    return bytes(made)


def print_style() -> str:
    """The fonts that come with the project."""
    faces = [
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight}; src: url({(FONTS / name).as_uri()}); }}'
        for weight, name in _FILES
    ]
    return "\n".join([*faces, f'html, code {{ font-family: "{FAMILY}"; }}'])
