"""`dualcirc report`: the report of a stored result in another form or language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from experiments.console import say
from model.kernel.refusals import Refused, unknown

FORMS = ("pdf", "xlsx", "csv")
"""What may be asked for beside the page that every result has."""

Forms = Annotated[
    str, typer.Option("--format", metavar="LIST", help="Further reports in the folder: pdf, xlsx, csv, by commas.")
]


def report(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A result folder.")],
    form: Annotated[str, typer.Option("--format", help="html, pdf, xlsx or csv.")] = "html",
    lang: Annotated[str | None, typer.Option(help="en or zh; both when not given.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File to write, or folder of several; the result folder when not given."),
    ] = None,
) -> None:
    """Make the report of a stored result again."""
    from experiments.report.remake import remade, write
    from experiments.store import read_result

    made = remade(read_result(folder), form, lang)
    for place in write(made, folder, out):
        print(place)


def forms_of(text: str) -> list[str]:
    """Forms of a list such as `pdf,xlsx`. Refused for a word that is none."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    wrong = [unknown("format", word, FORMS, path="--format") for word in words if word not in FORMS]
    if wrong:
        raise Refused(wrong)
    return words


def write_forms(folder: Path, forms: Sequence[str]) -> None:
    """Write further forms of a report into the folder of a result."""
    if not forms:
        return
    from experiments.report.remake import make, write
    from experiments.report.source import Source
    from experiments.store import read_result

    source = Source.stored(read_result(folder))
    for form in forms:
        for place in write(make(source, form), folder, None):
            say(f"Written to {place}")
