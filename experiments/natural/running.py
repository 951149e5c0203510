"""Running experiments: one draw is the baseline once, and every arm from the month in which it parts from it.

    rows = run_experiments(["NE-17", "NE-18"], seeds=range(1, 9), jobs=2, scale=0.01)
    measure(["NE-18"], {"demand.nest_consumer": 0.4}, seed=1)

A draw is a pure function of its seed, so the result does not depend on the number of processes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.draws import drawn
from experiments.jobs import Lost, Report, run_jobs
from experiments.natural.declared import BASELINE, START, Experiment, Output, Span
from experiments.natural.registry import EXPERIMENTS, chosen
from experiments.natural.watching import Look, Seen, Watcher
from experiments.progress import Progress, Silent
from experiments.run import economy, parting
from experiments.validation.rows import Row
from model.kernel.refusals import RunFailed
from model.scenario import load_scenario
from model.world.load import load_world

if TYPE_CHECKING:
    from model.economy import TradeEconomy
    from model.scenario import Scenario
    from model.state import State

Values = Mapping[tuple[str, str], float]
"""(id, output) → value, of one draw."""
ENOUGH: Final = 0.1
"""Protocol: the Monte-Carlo error of a mean is below this share of the band's width."""
NOTHING: Final[Mapping[str, float]] = MappingProxyType({})


@dataclass(frozen=True)
class DrawJob:
    """What a worker does for one seed."""

    seed: int
    ids: tuple[str, ...]
    scale: float | None
    parameters: Mapping[str, float]
    most_months: int | None


def run_experiments(
    ids: Sequence[str] | None = None,
    seeds: int | Iterable[int] = 4,
    jobs: int = 1,
    scale: float | None = None,
    progress: Progress | None = None,
) -> list[Row]:
    """The rows of the score card for some experiments (all where none are named). `seeds`: n for 1 … n, or which."""
    return rows_of(run_draws(ids, seeds, jobs, scale, progress))


def run_draws(
    ids: Sequence[str] | None = None,
    seeds: int | Iterable[int] = 4,
    jobs: int = 1,
    scale: float | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Every value of every draw. Columns: id, output, seed, value; sorted by them.

    Raises RunFailed when every worker died; a seed whose worker died each time is left out.
    """
    names = tuple(one.id for one in chosen(ids))
    numbers = tuple(range(1, seeds + 1)) if isinstance(seeds, int) else tuple(seeds)
    work = {seed: DrawJob(seed, names, scale, NOTHING, None) for seed in numbers}
    with progress or Silent() as shown, closing(run_jobs(run_draw, work, jobs, shown.update)) as results:
        found = {seed: values for seed, values in results if not isinstance(values, Lost)}
    if not found:
        raise RunFailed("every worker died before it finished, probably for want of memory; try a smaller scale")
    rows = [(*key, seed, value) for seed in sorted(found) for key, value in found[seed].items()]
    table = pd.DataFrame(rows, columns=["id", "output", "seed", "value"])
    return table.sort_values(["id", "output", "seed"], kind="stable", ignore_index=True)


def measure(
    ids: Sequence[str],
    parameters: Mapping[str, float] = NOTHING,
    seed: int = 1,
    scale: float | None = None,
    most_months: int | None = None,
) -> Values:
    """One draw under given parameters (path → value, over those that go with the seed): (id, output) → value.

    `most_months`: stop so many months after month 0; outputs that need more are left out.
    """
    names = tuple(one.id for one in chosen(ids))
    return run_draw(DrawJob(seed, names, scale, parameters, most_months), lambda months: None)


# --- one draw --------------------------------------------------------------------------------------------------


def run_draw(job: DrawJob, report: Report) -> Values:
    """All experiments of one seed: the job of a worker."""
    wanted, limit = [EXPERIMENTS[name] for name in job.ids], job.most_months
    spans = {one.id: [it for it in one.looks.values() if limit is None or it.end <= limit] for one in wanted}
    last = max(it.end for own in spans.values() for it in own)
    base = prepared(load_scenario(BASELINE), job, last)
    names = dict.fromkeys(name for one in wanted for name in one.arms)
    arms = {name: prepared(load_scenario(name), job, last) for name in names}
    looked = {name: [it for one in wanted if name in one.arms for it in spans[one.id]] for name in names}
    looked[BASELINE] = [it for own in spans.values() for it in own]
    looks = look_at(base, arms, looked, job.seed, report)
    return measured([one for one in wanted if spans[one.id]], looks, base, job.seed)


def prepared(scenario: Scenario, job: DrawJob, last: int) -> Scenario:
    """A scenario with the parameters of the draw, as long as a look needs that ends before month `last`."""
    scenario = drawn(scenario, job.seed)
    if job.scale is not None:
        scenario = scenario.with_(scale=job.scale)
    parameters = {**scenario.parameters, **job.parameters}
    return replace(scenario, parameters=parameters, months=START + last - scenario.start)


def look_at(
    base: Scenario,
    arms: Mapping[str, Scenario],
    spans: Mapping[str, Sequence[Span]],
    seed: int,
    report: Report = lambda months: None,
) -> dict[tuple[str, Span], Look]:
    """Run the baseline and every arm and note the spans asked for, by run (the baseline is `BASELINE`) and span.

    An arm goes on from the baseline at the month in which it parts from it, and ends with its last span.
    """
    begins = {name: parting(base, arm) for name, arm in arms.items()}
    kept: dict[int, State | None] = {month: None for month in begins.values() if month > base.start}
    looks: dict[tuple[str, Span], Look] = {}
    done = _watch(base, BASELINE, seed, spans[BASELINE], looks, report, kept=kept)
    for name, arm in arms.items():
        later = [it for it in spans[name] if START + it.end > begins[name]]
        if later:
            done += _watch(arm, name, seed, later, looks, _from(done, report), kept.get(begins[name]))
    return looks


def _from(before: int, report: Report) -> Report:
    return lambda months: report(before + months)


def _watch(
    scenario: Scenario,
    name: str,
    seed: int,
    spans: Sequence[Span],
    looks: dict[tuple[str, Span], Look],
    report: Report,
    begin: State | None = None,
    kept: dict[int, State | None] | None = None,
) -> int:
    """Run a scenario until the last span is over and put what was seen into `looks`; returns the months it took.

    `begin`: go on from there. `kept`: states to take, by month; filled here.
    """
    model: TradeEconomy = economy(scenario, seed)
    if begin is not None:
        model.restore(begin)
    watcher: Any = Watcher(spans)
    model.recorder = watcher
    first, end = model.month, START + max(span.end for span in spans)
    while model.month < end:
        if kept is not None and model.month in kept:
            kept[model.month] = model.snapshot()
        watcher.month = model.month
        model.step()
        report(model.month - first)
    looks.update({(name, span): look for span, look in watcher.looks.items()})
    return end - first


def measured(wanted: Sequence[Experiment], looks: Mapping[tuple[str, Span], Look], base: Scenario, seed: int) -> Values:
    """The values that the experiments read off the looks."""
    world, parameters = load_world(restrict=base.restriction), base.parameter_values()
    values: dict[tuple[str, str], float] = {}
    for one in wanted:
        found = one.measure(Seen(looks, one.looks, world, parameters, seed))
        strange = set(found) - {output.name for output in one.outputs}
        if strange:
            raise RunFailed(f"{one.id} measures what it does not declare: {', '.join(sorted(strange))}")
        values |= {(one.id, output.name): float(found[output.name]) for output in one.outputs if output.name in found}
    return values


# --- over draws ------------------------------------------------------------------------------------------------


def rows_of(draws: pd.DataFrame) -> list[Row]:
    """A row of the score card for each output in a table of draws (`run_draws`)."""
    return [_row(EXPERIMENTS[id], output, values) for id, output, values in _grouped(draws)]


def monte_carlo(draws: pd.DataFrame) -> pd.DataFrame:
    """How well the means are known. Columns: id, output, draws, mean, error, width (of the band), enough.

    `error` is the standard error of the mean over draws, nan for one draw.
    """
    rows = []
    for id, output, values in _grouped(draws):
        error, width = standard_error(values), output.band[1] - output.band[0]
        rows.append((id, output.name, len(values), float(values.mean()), error, width, error <= ENOUGH * width))
    return pd.DataFrame(rows, columns=["id", "output", "draws", "mean", "error", "width", "enough"])


def standard_error(values: np.ndarray) -> float:
    """Standard error of the mean of draws, shape [draws]; nan for one."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")


def _grouped(draws: pd.DataFrame) -> list[tuple[str, Output, np.ndarray]]:
    """(id, output, values [draws]) in the order of declarations."""
    found = {key: part["value"].to_numpy() for key, part in draws.groupby(["id", "output"], sort=False)}
    return [
        (one.id, output, found[one.id, output.name])
        for one in EXPERIMENTS.values()
        for output in one.outputs
        if (one.id, output.name) in found
    ]


def _row(one: Experiment, output: Output, values: np.ndarray) -> Row:
    row = Row.of(
        one.id, output.name, one.theme, "experiment", output.band, values.tolist(), output.target, output.tier,
        one.used_in_calibration, output.reason.en,
    )  # fmt: skip
    error = standard_error(values)
    if output.tier != "A" or error <= ENOUGH * (output.band[1] - output.band[0]):
        return row
    return replace(row, reason=" ".join(filter(None, (row.reason, uncertain(error, len(values))))))


def uncertain(error: float, draws: int) -> str:
    """That a mean is not known well enough, in words."""
    known = "unknown" if np.isnan(error) else f"{error:.2g}"
    return f"Monte-Carlo error {known} after {draws} draw(s), above a tenth of the band: more draws."
