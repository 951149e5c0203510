"""`dualcirc sensitivity`: which assumed number the effects of the policies hang on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.console import PARTLY, say

OUT = Path("out/sensitivity")


def sensitivity(
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of the runs; gone on with.")] = OUT,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    scale: Annotated[float, typer.Option(help="SME agents per real SME.")] = 0.005,
    months: Annotated[int, typer.Option(min=24, help="Months of a run, from January 2023.")] = 48,
    seeds: Annotated[int, typer.Option(min=2, help="Seeds that tell how far luck moves an effect.")] = 4,
    draws: Annotated[int, typer.Option(min=1, help="Points of each group in the first step.")] = 3,
    repeats: Annotated[int, typer.Option(min=0, help="Further seeds for the strongest numbers.")] = 1,
    keep: Annotated[int, typer.Option(min=1, help="Numbers of each policy that go into the trajectories.")] = 8,
    trajectories: Annotated[int, typer.Option(min=2, help="Morris trajectories.")] = 6,
    only: Annotated[list[str] | None, typer.Option(metavar="PREFIX", help="Vary only paths that begin so.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write tables, pictures and SENSITIVITY.md.")] = False,
) -> None:
    """Vary every assumed number and see which moves the effects of the policies; goes on where it was stopped."""
    from experiments.run import data_version
    from experiments.sensitivity import Setting, Study, conduct
    from experiments.sensitivity_report import headline, sentence, write_page, write_tables

    setting = Setting(
        scale=scale, months=months, seeds=seeds, draws=draws, repeats=min(repeats, seeds - 1), keep=keep,
        trajectories=trajectories, only=tuple(only or ()),
    )  # fmt: skip
    study = Study(setting, out, jobs)
    tables = conduct(study)
    write_tables(tables, setting, data_version(), out)
    if write:
        write_tables(tables, setting, data_version())
        write_page()
    from experiments.headline import POLICIES

    for policy in POLICIES:
        print(sentence(tables, headline(policy)))
    say(f"Tables in {out}")
    if study.failed:
        say(f"{study.failed} runs gave up (far corners that are no economy); they are left out.")
        raise typer.Exit(PARTLY)
