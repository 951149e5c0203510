"""`dualcirc matrix`: every policy and every shock against every indicator."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.console import PARTLY, cores, say

OUT = Path("out/matrix")


def matrix(
    seeds: Annotated[str, typer.Option(help="8 means seeds 1 to 8; 3,5,9 means these.")] = "8",
    months: Annotated[int, typer.Option(min=12, help="Months, counted from the baseline's start.")] = 96,
    scale: Annotated[float, typer.Option(help="SME agents per real SME, above 0 and up to 1.")] = 0.01,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; one per core when not given.")] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="This policy or shock; may be given again.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of the runs; gone on with.")] = OUT,
    write: Annotated[
        bool, typer.Option("--write", help="Write experiments/matrix.csv, pictures and MATRIX.md.")
    ] = False,
) -> None:
    """Run every policy and every shock alone and see what each moves; goes on where it was stopped."""
    from experiments.cli import parse_seeds
    from experiments.matrix import matrix_study, matrix_table, pushes
    from experiments.matrix_report import TABLE, write_page, write_table
    from experiments.run import data_version
    from model.kernel.refusals import Refused, unknown

    numbers = parse_seeds(seeds)
    known = [push.id for push in pushes()]
    faults = [unknown("policy or shock", id, known, path="--only") for id in only or () if id not in known]
    if faults:
        raise Refused(faults)
    study = matrix_study(out, months, scale, jobs or cores(), only or ())
    say(study.cost(len(numbers)))
    table = matrix_table(study, numbers)
    told = f"scale {scale:g}, {months} months, {int(table['draws'].max())} seeds; evidence {data_version()}"
    write_table(table, told, out / "matrix.csv")
    write_page(out / "matrix.csv", out / "MATRIX.md", out / "images")
    if write:
        write_table(table, told, TABLE)
        write_page()
    clear = int((table["sign"] != 0).sum())
    print(f"{clear} of {len(table)} effects are clear of zero")
    say(f"Table, pictures and page in {out}")
    if int(table["draws"].max()) < len(numbers):
        say("Some seeds gave up and are left out.")
        raise typer.Exit(PARTLY)
