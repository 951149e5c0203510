"""The whole judgement: runs of the baseline, the experiments, the rivals; rows, totals and what else the card says."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.draws import drawn, sample
from experiments.jobs import Lost, run_jobs
from experiments.progress import Progress, Silent
from experiments.run import manifest
from experiments.validation import rivals
from experiments.validation.measured import items
from experiments.validation.rows import Row, frame
from experiments.validation.sheet import SHEET
from experiments.validation.totals import Tally, totals, with_reasons
from experiments.validation.unasked import UNASKED
from experiments.validation.watching import FIRST, LAST, Seen, watch
from model.kernel.refusals import RunFailed
from model.scenario import load_scenario

if TYPE_CHECKING:
    from model.scenario import Scenario

MODEL: Final = "model"
TARGETS: Final = Path(__file__).resolve().parents[2] / "scenarios" / "calibration" / "targets.csv"
READ_IN: Final = frozenset({"NE-28"})
"""The mix of destinations is read from the evidence of 2022, not made by the model."""
Runs = Mapping[str, Mapping[int, Seen]]
"""Variant → seed → what was noted."""
Bar = Callable[[str, int], Progress]
"""A progress bar of a name and a number of months."""


@dataclass(frozen=True)
class Effort:
    """How much is run: draws of history and of the experiments, draws of each variant of the model, scales."""

    draws: int
    experiment_draws: int
    variant_draws: int
    scale: float
    experiment_scale: float


QUICK: Final = Effort(draws=4, experiment_draws=4, variant_draws=2, scale=0.01, experiment_scale=0.01)
FULL: Final = Effort(draws=30, experiment_draws=30, variant_draws=8, scale=0.05, experiment_scale=0.02)


@dataclass(frozen=True)
class Validation:
    """Rows of the card, the effort, and figures beside the rows (`facts`, plain data)."""

    rows: tuple[Row, ...]
    effort: Effort
    scenario: Scenario
    seeds: tuple[int, ...]
    facts: Mapping[str, Any]
    missing: tuple[str, ...] = ()
    wall_s: float = 0.0
    quick: bool = field(default=False)

    @property
    def totals(self) -> dict[str, Tally]:
        """By theme, over the published experiments."""
        return totals(self.rows)

    def as_row(self) -> dict[str, Any]:
        """What `validate --json` prints."""
        table = frame(self.rows)
        return {
            "totals": {theme: tally.as_row() for theme, tally in self.totals.items()},
            "rows": table.to_dict(orient="records"),
        }

    def manifest(self, arguments: Sequence[str] = ()) -> dict[str, Any]:
        """What was run and with what."""
        named = {self.scenario.stem: self.scenario}
        about = manifest("validate", named, self.seeds, self.scenario.months, self.wall_s, arguments)
        return {**about, "validation": dict(self.facts)}

    def save(self, folder: Path | str, arguments: Sequence[str] = ()) -> Path:
        """Write a result folder; returns its place."""
        from experiments.report.remake import report_file
        from experiments.store import write_result
        from experiments.validation.document import DOCUMENT, document

        frames, about = {"validation": frame(self.rows)}, self.manifest(arguments)
        extra = {DOCUMENT: document(self.rows, about).encode(), **report_file(about, frames)}
        return write_result(Path(folder), frames, about, extra)


def validate(effort: Effort, jobs: int = 1, bar: Bar | None = None, quick: bool = False) -> Validation:
    """Judge the model. The result does not depend on the number of processes.

    Raises RunFailed when no draw of the baseline came through; draws lost are named in `missing`.
    """
    began = time.perf_counter()
    shown = bar or (lambda name, months: Silent())
    base = load_scenario("baseline").with_(months=LAST - FIRST + 1, scale=effort.scale)
    runs, lost = watched(base, effort, jobs, shown)
    draws = list(runs[MODEL].values())
    rows = [row for item in items() for row in item.rows(draws)]
    rows += experiment_rows(effort, jobs, shown)
    rows += [one.row() for one in UNASKED]
    against = rival_rows(runs, rows)
    facts = _facts(effort, runs, rows, against, quick)
    every = with_reasons([*rows, *against])
    wall = time.perf_counter() - began
    return Validation(tuple(every), effort, base, tuple(runs[MODEL]), facts, lost, wall, quick)


def watched(base: Scenario, effort: Effort, jobs: int, bar: Bar) -> tuple[Runs, tuple[str, ...]]:
    """Draws of the baseline and of each variant of the model, and what was lost, in words."""
    from experiments.variants import varied

    work = {(MODEL, seed): (drawn(base, seed), seed) for seed in range(1, effort.draws + 1)}
    for name in rivals.VARIANTS:
        draws = range(1, effort.variant_draws + 1)
        work |= {(name, seed): (varied(drawn(base, seed), name), seed) for seed in draws}
    with bar("history", len(work) * base.months) as shown, closing(run_jobs(watch, work, jobs, shown.update)) as ends:
        found = dict(ends)
    runs = {
        name: {seed: found[who, seed] for who, seed in work if who == name and not isinstance(found[who, seed], Lost)}
        for name in (MODEL, *rivals.VARIANTS)
    }
    if not all(runs.values()):
        raise RunFailed("every worker died before it finished, probably for want of memory; try fewer --jobs")
    return runs, tuple(f"{name} {seed}" for name, seed in work if seed not in runs[name])


def experiment_rows(effort: Effort, jobs: int, bar: Bar) -> list[Row]:
    """Rows of all published experiments that have arms of their own."""
    from experiments.natural.running import run_experiments

    shown = bar("experiments", effort.experiment_draws * months_of_draw())
    found = run_experiments(None, effort.experiment_draws, jobs, effort.experiment_scale, shown)
    seen = known_to_the_fit()
    return [replace(row, used_in_calibration=True) if row.id in seen else row for row in found]


def known_to_the_fit(place: Path = TARGETS) -> frozenset[str]:
    """Experiments that a target of the fit is, or is taken from, and those whose figures the model starts from."""
    if not place.is_file():
        return READ_IN
    return READ_IN | frozenset(re.findall(r"NE-\d\d", place.read_text(encoding="utf-8")))


def months_of_draw() -> int:
    """Months that one draw of all experiments simulates: the baseline, and every arm from month 0 on."""
    from experiments.natural.declared import START
    from experiments.natural.registry import EXPERIMENTS

    every = list(EXPERIMENTS.values())
    arms = {arm: max(one.months for one in every if arm in one.arms) for one in every for arm in one.arms}
    return START - FIRST + max(one.months for one in every) + sum(arms.values())


def rival_rows(runs: Runs, rows: Sequence[Row]) -> list[Row]:
    """What simpler models give, on the totals and, of the sheet, on the experiments it can be asked."""
    found = [row for name in ("demand", "sheet") for row in rivals.total_rows(name, [rivals.on_paper(name)])]
    found += rivals.total_rows("zero_intelligence", list(runs["zero_intelligence"].values()))
    return [*found, *rivals.answers(SHEET, rows)]


def _facts(effort: Effort, runs: Runs, rows: Sequence[Row], against: Sequence[Row], quick: bool) -> dict[str, Any]:
    frozen = runs[rivals.FROZEN]
    own = [runs[MODEL][seed] for seed in frozen if seed in runs[MODEL]]
    still = [frozen[seed] for seed in frozen if seed in runs[MODEL]]
    part = rivals.growth_from_demand(own, still)
    return {
        "quick": quick,
        "draws": len(runs[MODEL]),
        "experiment_draws": effort.experiment_draws,
        "variant_draws": len(part),
        "experiment_scale": effort.experiment_scale,
        "parameter_sets": len(sample()),
        "growth_from_demand": {"mean": float(np.mean(part)), "low": min(part), "high": max(part)},
        "nearer": {name: list(counts) for name, counts in rivals.nearer(rows, against).items()},
    }
