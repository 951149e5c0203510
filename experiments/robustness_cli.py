"""`dualcirc robustness`: effects at several sizes of the model, and which mechanism carries which pattern."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.console import PARTLY, say

OUT = Path("out/robustness")


def robustness(
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of the runs; gone on with.")] = OUT,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    seeds: Annotated[int, typer.Option(min=1, help="Draws of every number.")] = 3,
    firms: Annotated[str, typer.Option(help="Numbers of modelled firms.")] = "1000,6000,30000",
    months: Annotated[int, typer.Option(min=36, help="Months of the paired runs, from January 2022.")] = 60,
    scale: Annotated[float, typer.Option(help="Scale of the ablation.")] = 0.02,
    variants: Annotated[str, typer.Option(help="Variants of the ablation; all when empty.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Write the tables and ROBUSTNESS.md.")] = False,
) -> None:
    """See whether answers hang on the number of modelled firms and which mechanism carries which pattern."""
    from experiments.robustness import PAGE, TABLES, Study, matrix, page_text, sizes_of, variants_of, write_tables
    from experiments.run import data_version

    chosen, sizes = variants_of(variants), sizes_of(firms)
    study, draws = Study(out, jobs, months), range(1, seeds + 1)
    tables = {
        "ablation": study.ablation(chosen, scale, draws),
        "effects": study.effects(sizes, draws),
        "patterns": study.scale_patterns(sizes, draws),
    }
    write_tables(tables, out)
    if write:
        write_tables(tables, TABLES)
        about = f"{seeds} draws; ablation at scale {scale:g}; evidence {data_version()}."
        PAGE.write_text(page_text(tables, about), encoding="utf-8", newline="\n")
    print(matrix(tables["ablation"]))
    say(f"Tables in {out}")
    if study.failed:
        say(f"{study.failed} runs gave up; they are left out.")
        raise typer.Exit(PARTLY)
