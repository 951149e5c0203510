"""`dualcirc sweep`: many runs of one design."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.console import PARTLY, AsJson, cores, print_json, say

if TYPE_CHECKING:
    from experiments.sweep import Sweep


def sweep(
    design: Annotated[Path, typer.Argument(metavar="DESIGN", help="YAML file: scenario, method, n, seeds, axes.")],
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Folder; out/DESIGN when not given.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; one per core when not given.")] = None,
    scheduler: Annotated[str, typer.Option(metavar="ADDRESS", help="A Dask scheduler, tcp://HOST:PORT.")] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a sweep that has not ended.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run a scenario at many points and seeds; killed at any moment, it goes on with --resume."""
    from experiments.design import read_design
    from experiments.progress import progress_for
    from experiments.sweep import outstanding, plan
    from experiments.sweep import sweep as run_sweep

    chosen = read_design(design)
    folder = out or Path("out") / design.stem
    todo = plan(chosen, folder)
    months = sum(job.scenario.months for job in (outstanding(todo).values() if resume else todo))
    found = run_sweep(
        chosen, design.read_bytes(), folder, jobs or cores(), scheduler, progress_for(design.stem, months), resume
    )
    _tell(found, as_json)
    if found.failed:
        raise typer.Exit(PARTLY)


def _tell(found: Sweep, as_json: bool) -> None:
    if as_json:
        row = {"out": str(found.folder), "runs": found.runs, "made": found.made, "failed": dict(found.failed)}
        print_json(row)
    elif not found.failed:
        print(f"{found.runs} runs, {found.made} of them made now: {found.folder / 'sweep.parquet'}")
    for key, reason in found.failed.items():
        say(f"Run {key} gave up: {reason}")
