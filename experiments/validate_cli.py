"""`dualcirc validate`: the model against published experiments, history and simpler models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.console import PARTLY, AsJson, Lang, check_lang, cores, print_json, say
from model.kernel.refusals import Problem, Refused

if TYPE_CHECKING:
    from experiments.validation.judging import Validation

OUT = Path("out") / "validation"


def validate(
    quick: Annotated[bool, typer.Option("--quick", help="Few draws at a small scale: under five minutes.")] = False,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Result folder.")] = OUT,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; one per core when not given.")] = None,
    write_card: Annotated[
        bool, typer.Option("--write-card", help="Also write the card of the repository; not with --quick.")
    ] = False,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Judge the model: published experiments, history, 2023 held out, forecasts, simpler models.

    A miss is a finding, not a failure: the exit code is 0.
    """
    check_lang(lang)
    if quick and write_card:
        message = "The card of the repository is written by a full run; leave out --quick."
        raise Refused([Problem("quick_card", message, path="--write-card")])
    from experiments.progress import progress_for
    from experiments.store import check_target
    from experiments.validation.judging import FULL, QUICK
    from experiments.validation.judging import validate as judge

    check_target(out)
    result = judge(QUICK if quick else FULL, jobs or cores(), progress_for, quick)
    words = ["validate", *(["--quick"] if quick else [])]
    result.save(out, words)
    _tell(result, lang, as_json)
    say(f"Written to {out}")
    if write_card:
        from experiments.validation.document import commit_card

        for place in commit_card(result.rows, result.manifest(words)):
            say(f"Written to {place}")
    if result.missing:
        say(f"Given up, their process died every time: {', '.join(result.missing)}")
        raise typer.Exit(PARTLY)


def _tell(result: Validation, lang: str, as_json: bool) -> None:
    if as_json:
        print_json(result.as_row())
        return
    from experiments.validation.console_text import card_text

    print(card_text(result, lang))
