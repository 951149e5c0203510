"""Scenarios against a baseline on paired seeds: the same luck, so that the difference is the policy's.

    result = compare(load_scenario("baseline"), [load_scenario("paper")], seeds=range(1, 9), jobs=2)
    result.effects         # DataFrame: scenario, indicator, period, …, effect, low, high, se, …

A draw is a seed with the set of parameters that goes with it (`experiments/draws.py`). A job is one draw: the baseline
and then every scenario in the same process, which shares the burn-in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.draws import drawn
from experiments.effects import (
    Period,
    breakdown_effects,
    breakdown_values,
    effects_table,
    period_values,
    periods_of,
    public_cost,
)
from experiments.jobs import Lost, Report, run_jobs
from experiments.progress import Progress, Silent
from experiments.resilience import resilience_rows
from experiments.run import (
    RunResult,
    Snapshot,
    adjusted,
    indicator_kinds,
    indicator_units,
    manifest,
    month_text,
    parting,
    simulate,
)
from experiments.store import TABLES, write_result
from model.kernel.calendar import parse_month
from model.kernel.refusals import Problem, Refused, RunFailed

if TYPE_CHECKING:
    from experiments.report.source import Source
    from model.scenario import Scenario

EXPORTS: Final = "export_value"
"""What scenarios are ranked by unless something else is asked for."""
Runs = Mapping[str, RunResult]
"""Results of one seed by scenario name, the baseline first."""
Parts = Mapping[Hashable, pd.DataFrame]
"""Of further runs of one seed, only the parts that a period's values are made of."""


@dataclass(frozen=True)
class SeedJob:
    """What a worker does for one seed: `named` scenarios in full, of `extras` the parts alone."""

    seed: int
    named: Mapping[str, Scenario]
    extras: Mapping[Hashable, Scenario]


@dataclass(frozen=True)
class Comparison:
    """Paired runs and the effects computed from them.

    `scenarios`: name → scenario, the baseline first. `runs`: seed → results by name. `missing`: seeds given up
    because their worker died every time; empty unless something is wrong with the machine. `explanation`: effects
    split over the parts of each scenario, when that was asked for.
    """

    scenarios: Mapping[str, Scenario]
    seeds: tuple[int, ...]
    runs: Mapping[int, Runs]
    effects: pd.DataFrame
    extras: Mapping[int, Parts]
    missing: tuple[int, ...] = ()
    wall_s: float = 0.0
    explanation: pd.DataFrame | None = None
    synergies: pd.DataFrame | None = None
    rank: str = EXPORTS

    @property
    def baseline(self) -> str:
        return next(iter(self.scenarios))

    @property
    def policies(self) -> list[str]:
        """Names of the scenarios compared with the baseline."""
        return list(self.scenarios)[1:]

    @property
    def months(self) -> int:
        return next(iter(self.runs.values()))[self.baseline].months

    def table(self, name: str) -> pd.DataFrame:
        """A stored table with all scenarios and seeds."""
        pieces = [result.frames(label)[name] for runs in self.runs.values() for label, result in runs.items()]
        return pd.concat(pieces, ignore_index=True)[list(TABLES[name].columns)]

    @property
    def indicators(self) -> pd.DataFrame:
        return self.table("indicators")

    @property
    def breakdowns(self) -> pd.DataFrame:
        return self.table("breakdowns")

    @property
    def ledger(self) -> pd.DataFrame:
        return self.table("ledger")

    @cached_property
    def evaluation(self) -> pd.DataFrame:
        """Who loses, what support adds and leaves, which scenario comes first: rows of `evaluation.parquet`."""
        from experiments.evaluation.table import evaluate

        return evaluate(self)

    def frames(self) -> dict[str, pd.DataFrame]:
        """All stored tables."""
        found = {name: self.table(name) for name in ("indicators", "breakdowns", "ledger")}
        if self.explanation is not None:
            found["explanation"] = self.explanation
        return {**found, "evaluation": self.evaluation, "effects": self.effects}

    def manifest(self, arguments: Sequence[str] = ()) -> dict[str, Any]:
        """What was run and with what. `arguments`: words of the command line that gives the same."""
        return manifest("compare", self.scenarios, self.seeds, self.months, self.wall_s, arguments)

    def source(self, arguments: Sequence[str] = ()) -> Source:
        """What a report of this comparison is made of."""
        from experiments.report.source import Source

        return Source.of(self.manifest(arguments), self.frames())

    def save(self, folder: Path | str, arguments: Sequence[str] = ()) -> Path:
        """Write a result folder; returns its place. `arguments`: words of the command line, kept in the manifest."""
        from experiments.report.remake import report_file

        frames, about = self.frames(), self.manifest(arguments)
        return write_result(Path(folder), frames, about, report_file(about, frames))


def compare(
    baseline: Scenario,
    scenarios: Scenario | Iterable[Scenario],
    seeds: int | Iterable[int] = 8,
    months: int | None = None,
    scale: float | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    extras: Callable[[int], Mapping[Any, Scenario]] = lambda seed: {},
    rank: str = EXPORTS,
) -> Comparison:
    """Run the baseline and the scenarios on the same seeds and compute the effects.

    `seeds`: a number n for 1 … n, or the seeds themselves. `jobs`: processes; the result does not depend on it. A
    script that asks for several keeps its own calls under `if __name__ == "__main__":`. `extras`: further scenarios
    to run on a seed, of which only the parts of the indicators are kept. `rank`: indicator to rank scenarios by.
    """
    others = list(scenarios) if isinstance(scenarios, Iterable) else [scenarios]
    named = name_scenarios([adjusted(one, months, scale) for one in (baseline, *others)])
    numbers = tuple(range(1, seeds + 1)) if isinstance(seeds, int) else tuple(seeds)
    check_pairing(named, numbers)
    began = time.perf_counter()
    work = {
        seed: SeedJob(seed, named, {key: adjusted(one, months, scale) for key, one in extras(seed).items()})
        for seed in numbers
    }
    with progress or Silent() as shown, closing(run_jobs(run_seed, work, jobs, shown.update)) as results:
        found = dict(results)
    done = [seed for seed in numbers if not isinstance(found[seed], Lost)]
    if not done:
        raise RunFailed("every worker died before it finished, probably for want of memory; try a smaller scale")
    return Comparison(
        scenarios=named,
        seeds=tuple(done),
        runs={seed: found[seed][0] for seed in done},
        extras={seed: found[seed][1] for seed in done},
        effects=compute_effects(named, [found[seed][0] for seed in done]),
        missing=tuple(seed for seed in numbers if seed not in done),
        wall_s=time.perf_counter() - began,
        rank=rank,
    )


def name_scenarios(scenarios: Sequence[Scenario]) -> dict[str, Scenario]:
    """Names for the tables: the stem, with a number behind it where a stem comes again."""
    named: dict[str, Scenario] = {}
    for scenario in scenarios:
        name, number = scenario.stem, 2
        while name in named:
            name, number = f"{scenario.stem}_{number}", number + 1
        named[name] = scenario
    return named


def check_pairing(named: Mapping[str, Scenario], seeds: Sequence[int]) -> None:
    """Refuse what cannot be paired: other months, another scale, seeds given twice or none."""
    problems = []
    base_name, base = next(iter(named.items()))
    for name, scenario in named.items():
        for key in ("start", "months", "scale"):
            mine, theirs = getattr(scenario, key), getattr(base, key)
            if mine != theirs:
                mine, theirs = (month_text(v) if key == "start" else v for v in (mine, theirs))
                message = f"'{name}' has {key} {mine}, the baseline '{base_name}' has {theirs}; runs are paired."
                problems.append(Problem("not_paired", message, path=key, given=mine, allowed=str(theirs)))
        if getattr(scenario, "world", None) != getattr(base, "world", None):
            message = f"'{name}' has other places than the baseline '{base_name}'; runs are paired."
            problems.append(Problem("not_paired", message, path="world"))
    if len(named) < 2:
        problems.append(Problem("no_scenario", "There is no scenario to compare with the baseline."))
    if not seeds or len(set(seeds)) < len(seeds):
        message = "Seeds are at least one whole number, each given once."
        problems.append(Problem("bad_seeds", message, path="seeds", given=", ".join(map(str, seeds))))
    if problems:
        raise Refused(problems)


def run_seed(job: SeedJob, report: Report) -> tuple[Runs, Parts]:
    """All scenarios of one draw, one after the other: the job of a worker. All have the parameters that go with the
    seed, so that intervals hold luck and parameters together.

    The months before a scenario parts from the baseline are the baseline's: they are not simulated again.
    """
    base_name, base = next(iter(job.named.items()))
    todo = [
        *(((True, name), it) for name, it in job.named.items()),
        *(((False, key), it) for key, it in job.extras.items()),
    ]
    partings = {key: parting(base, scenario) for key, scenario in todo}
    kept: dict[int, Snapshot | None] = {month: None for month in partings.values() if month > base.start}
    whole: dict[str, RunResult] = {}
    pieces: dict[Hashable, pd.DataFrame] = {}
    for number, (key, scenario) in enumerate(todo):
        is_base = key == (True, base_name)
        made = simulate(
            drawn(scenario, job.seed),
            job.seed,
            "series",
            _from(number * base.months, report),
            begin=None if is_base else kept.get(partings[key]),
            kept=kept if is_base else None,
        )
        if key[0]:
            whole[key[1]] = made
        else:
            pieces[key[1]] = made.parts  # of many further runs the rest would fill the memory
    return whole, pieces


def _from(before: int, report: Report) -> Report:
    return lambda months: report(before + months)


def compute_effects(named: Mapping[str, Scenario], runs: Sequence[Runs]) -> pd.DataFrame:
    """The effects of every scenario in every period, rows as in `effects.parquet`."""
    names = list(named)
    some = runs[0][names[0]]
    periods = periods_of(some.first, some.months)
    kinds, units = indicator_kinds(), indicator_units()
    values = {name: [period_values(seed[name].parts, periods, kinds) for seed in runs] for name in names}
    tables = []
    for name in names[1:]:
        costs = _extra_cost([(seed[names[0]], seed[name]) for seed in runs], accounts_of(named[name]), periods)
        table = effects_table(values[names[0]], values[name], costs, units, kinds)
        tables += [table.assign(scenario=name), *resilience_rows(named, runs, name)]
    columns = TABLES["effects"]
    whole = pd.concat(tables, ignore_index=True)[list(columns.columns)]
    return whole.sort_values(list(columns.keys), kind="stable", ignore_index=True)


def accounts_of(scenario: Scenario) -> list[str]:
    """Accounts on which the government pays for the scenario's policies: their ids."""
    return sorted(scenario.resolved().get("policies") or {})


def _extra_cost(
    pairs: Sequence[tuple[RunResult, RunResult]], accounts: Sequence[str], periods: Sequence[Period]
) -> dict[str, float]:
    """Mean over draws of what the policies cost, less what the same accounts cost in the baseline."""
    draws = []
    for baseline, policy in pairs:
        before, after = (public_cost(_absolute(one.ledger), accounts, periods) for one in (baseline, policy))
        draws.append([after[period.name] - before[period.name] for period in periods])
    means = np.mean(draws, axis=0)
    return {period.name: float(mean) for period, mean in zip(periods, means, strict=True)}


def _absolute(ledger: pd.DataFrame) -> pd.DataFrame:
    names = {month: parse_month(month) for month in ledger["month"].unique()}
    return ledger.assign(month=ledger["month"].map(names))


def compare_breakdowns(result: Comparison) -> pd.DataFrame:
    """Paired effects by member of a dimension: who gains and who loses, by year and over the whole run (`all`).

    Columns: scenario, indicator, dimension, member, period, baseline, policy, effect, low, high, se, relative,
    p_positive, draws.
    """
    kinds = indicator_kinds()
    values = {
        name: [breakdown_values(runs[name].breakdown_parts, kinds) for runs in result.runs.values()]
        for name in result.scenarios
    }
    tables = [
        breakdown_effects(values[result.baseline], values[name]).assign(scenario=name) for name in result.policies
    ]
    whole = pd.concat(tables, ignore_index=True)
    return whole[["scenario", *[column for column in whole.columns if column != "scenario"]]]
