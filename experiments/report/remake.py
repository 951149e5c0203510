"""A report in any of its forms, from tables in memory or from a stored result."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.report.source import Source
from experiments.words import LANGUAGES
from model.kernel.refusals import Refused, unknown

if TYPE_CHECKING:
    import pandas as pd

    from experiments.store import StoredResult

FORMATS: Final = ("html", "pdf", "xlsx", "csv")
REPORT: Final = "report.html"


def report_file(manifest: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """`report.html` of a result that is being written, by file name; nothing, with a warning, when it cannot be made.

    A fault of the report must not cost the run that it reports on.
    """
    from experiments.report.card_page import card_page, is_card
    from experiments.report.page import html_report

    try:
        if is_card(manifest):
            return {REPORT: card_page(manifest, frames["validation"]).encode()}
        return {REPORT: html_report(Source.of(manifest, frames)).encode()}
    except Exception as fault:
        warnings.warn(f"the result is written without a report: {type(fault).__name__}: {fault}", stacklevel=2)
        return {}


def check_form(form: str, lang: str | None, forms: Sequence[str]) -> tuple[str, ...]:
    """The languages asked for. Refused for a form or language that is not known."""
    faults = [unknown("format", form, forms, path="--format")] if form not in forms else []
    if lang is not None and lang not in LANGUAGES:
        faults.append(unknown("language", lang, LANGUAGES, path="--lang"))
    if faults:
        raise Refused(faults)
    return LANGUAGES if lang is None else (lang,)


def make(source: Source, form: str, lang: str | None = None) -> dict[str, bytes]:
    """A report in one form: file names and contents. Refused for a form or language that is not known.

    `lang` None means both: one page, or one PDF each. Tables carry both languages always.
    """
    languages = check_form(form, lang, FORMATS)
    if form == "html":
        from experiments.report.page import html_report

        return {REPORT: html_report(source, languages).encode()}
    if form == "pdf":
        from experiments.report.pdf import pdf_report

        return {f"report_{one}.pdf": pdf_report(source, one) for one in languages}
    if form == "xlsx":
        from experiments.report.workbook import workbook

        return {"report.xlsx": workbook(source)}
    from experiments.report.tables import csv_bytes, tables

    return {f"report_{name.replace(' ', '_')}.csv": csv_bytes(frame) for name, frame in tables(source).items()}


def remade(result: StoredResult, form: str, lang: str | None = None) -> dict[str, bytes]:
    """The report of a stored result in one form, whatever the result is of."""
    from experiments.report.card_page import is_card, make_card

    if is_card(result.manifest):
        return make_card(result.manifest, result.table("validation"), form, lang)
    return make(Source.stored(result), form, lang)


def write(made: Mapping[str, bytes], folder: Path, out: Path | None) -> list[Path]:
    """Write files of a report: one to `out` (a file), several into it (a folder); without `out` into `folder`."""
    from experiments.store import write_file

    if out is not None and len(made) == 1:
        places = [out]
    else:
        places = [(out or folder) / name for name in made]
    for place, content in zip(places, made.values(), strict=True):
        place.parent.mkdir(parents=True, exist_ok=True)
        write_file(place, lambda handle, content=content: handle.write(content))
    return places
