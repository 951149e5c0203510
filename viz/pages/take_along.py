"""What one takes home: report, tables, the command that gives the same."""

from __future__ import annotations

from typing import Final

import solara

from viz.answers import Answer
from viz.draft import BASE, RUN, STEM, Draft
from viz.parts import Download, el
from viz.session import Session
from viz.text import word

KINDS: Final = {
    "html": ("report_html", "text/html"),
    "pdf": ("report_pdf", "application/pdf"),
    "xlsx": ("tables_xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("tables_csv", "application/zip"),
}


def arguments(draft: Draft, seeds: int) -> list[str]:
    """The words of the command line that gives the same answer, given the saved file."""
    words = ["compare", BASE, f"{STEM}.yaml", "--seeds", str(seeds)]
    for key in RUN:
        if key in draft.document:
            words += [f"--{key}", str(draft.document[key])]
    return words


@solara.component
def TakeAlong(session: Session):
    """Files of the answer shown, and how to get it without the page."""
    lang, draft = session.lang.value, session.draft.value
    answer = session.answer.value
    if answer is None or answer.changes_nothing:
        return
    words = arguments(draft, len(answer.seeds))
    files = [
        Download(
            word(name, lang),
            word("making", lang),
            f"{STEM}.{'zip' if form == 'csv' else form}",
            kind,
            lambda form=form: made(answer, words, form, lang),
            enabled=not session.stale.value,
        )
        for form, (name, kind) in KINDS.items()
    ]
    el(
        "div",
        el("h2", word("export", lang)),
        el("div", *files, css="dc-row"),
        el("p", word("command", lang), css="dc-small"),
        el("code", "dualcirc " + " ".join(words), tabindex="0"),
        css="dc-panel",
    )


def made(answer: Answer, words: list[str], form: str, lang: str) -> bytes:
    """A file of the answer: the report in the language of the page, all tables in one archive."""
    from experiments.report.remake import make

    found = make(answer.comparison.source(words), form, lang if form == "pdf" else None)
    return _archive(found) if form == "csv" else next(iter(found.values()))


def _archive(files: dict[str, bytes]) -> bytes:
    import io
    import zipfile

    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return whole.getvalue()
