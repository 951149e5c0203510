"""`dualcirc calibrate`: fit the parameters to what is known up to 2022."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.console import cores, say


def calibrate(
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Folder; out/calibrate when not given.")] = None,
    budget_minutes: Annotated[float, typer.Option(min=0.1, help="Stop making runs after so many minutes.")] = 60.0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the runs that a folder holds.")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; one per core when not given.")] = None,
    design: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Design; scenarios/calibration/fit.yaml when not given.")
    ] = None,
    accepted: Annotated[
        bool, typer.Option("--accept", help="Take the result as what every band is drawn from.")
    ] = False,
) -> None:
    """Fit the parameters to the evidence up to 2022 and draw the sample from which every band comes."""
    from experiments.calibration.fit import calibrate as fit_all
    from experiments.calibration.record import PAGE, accept, facts, write_fit
    from experiments.calibration.targets import FOLDER, read_targets
    from experiments.design import read_design
    from model.kernel.refusals import Problem, Refused

    folder = out or Path("out") / "calibrate"
    used = folder.exists() and any(folder.iterdir())
    if used and not (folder / "runs").is_dir():
        raise Refused([Problem("not_a_fit", f"'{folder}' is no folder of a fit and is left alone.", path="--out")])
    if used and not resume:
        message = f"'{folder}' holds the runs of a fit."
        raise Refused([Problem("fit_exists", message, path="--out", given=str(folder), suggestion="--resume")])
    chosen, targets = read_design(design or FOLDER / "fit.yaml"), read_targets()
    fit = fit_all(chosen, targets, folder, jobs or cores(), budget_minutes, say)
    write_fit(fit, folder)
    found = facts(fit)
    print(
        f"{len(fit.sample_points)} sets of parameters; the 90 % intervals hold {found['coverage_of_90']:.0%} "
        f"of the truths and are {found['mean_width_against_prior']:.2f} times as wide as the prior's"
    )
    say(f"Written to {folder}; read {folder / PAGE}")
    if accepted:
        accept(folder)
        say(f"Every band is now drawn from {FOLDER / 'sample.csv'}, its first row is declared in parameters.csv")
