"""Runs of the fit: a set of parameters and a seed in, all outputs that targets may ask for out; one file a run.

A file is named by the hash of all that moves its numbers, written by temporary name and rename: a fit that was
killed goes on without losing or repeating a run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from experiments.effects import period_values, periods_of
from experiments.jobs import Lost, Report, run_jobs
from experiments.run import evidence_version, indicator_kinds, run, version
from experiments.store import write_file
from model.kernel.refusals import RunFailed
from model.scenario import Scenario

Outputs = Mapping[str, float]
"""indicator/year, or experiment/output → value."""


@dataclass(frozen=True)
class FitRun:
    """One run: `values` over the scenario's own parameters, with its seed; `experiments` run besides, by id.

    `experiment_months`: how long the experiments are followed.
    """

    scenario: Scenario
    values: Mapping[str, float]
    seed: int
    experiments: tuple[str, ...]
    experiment_months: int
    folder: str

    @property
    def key(self) -> str:
        """The name of its file."""
        scenario = replace(self.scenario, parameters={**self.scenario.parameters, **self.values})
        told = [scenario.hash, self.seed, self.experiments, self.experiment_months, version(), evidence_version()]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]

    @property
    def path(self) -> Path:
        return Path(self.folder) / f"{self.key}.json"


def simulate(job: FitRun, report: Report) -> dict[str, float]:
    """All outputs of one run."""
    scenario = replace(job.scenario, parameters={**job.scenario.parameters, **job.values})
    result = run(scenario, job.seed, report=report)
    periods = [one for one in periods_of(result.first, result.months) if one.name.isdigit()]
    values = period_values(result.parts, periods, indicator_kinds())
    found = {f"{name}/{year}": float(value) for (name, year), value in values.stack().items()}
    if job.experiments:
        from experiments.natural.running import measure

        more = measure(job.experiments, job.values, job.seed, scenario.scale, job.experiment_months)
        found |= {f"{name}/{output}": float(value) for (name, output), value in more.items()}
    return found


def perform(job: FitRun, report: Report) -> str:
    """Make one run and write its file: the task of a worker. Returns what went wrong, '' when nothing."""
    try:
        outputs = simulate(job, report)
    except (RunFailed, ArithmeticError, MemoryError) as fault:
        return f"{type(fault).__name__}: {fault}"
    row = {"seed": job.seed, "values": dict(job.values), "outputs": outputs}
    text = json.dumps(row, sort_keys=True).encode()
    write_file(job.path, lambda handle: handle.write(text))
    return ""


def read(job: FitRun) -> dict[str, float] | None:
    """Outputs of a run that has been made; None where its file is not there or not whole."""
    try:
        row = json.loads(job.path.read_bytes())
    except (OSError, ValueError):
        return None
    return {str(name): float(value) for name, value in row["outputs"].items()}


def make(
    jobs: Sequence[FitRun], workers: int, goes_on: Callable[[], bool], done: Callable[[FitRun], None] = lambda job: None
) -> dict[str, str]:
    """Make the runs that are missing, in order, as long as `goes_on`; returns key → fault of those that failed."""
    missing = {job.key: job for job in jobs if read(job) is None}
    failed: dict[str, str] = {}
    if not missing or not goes_on():
        return failed
    with closing(run_jobs(perform, missing, workers, lambda key, months: None)) as results:
        for key, fault in results:
            if isinstance(fault, Lost):
                failed[key] = f"its process died {fault.tries} times"
            elif fault:
                failed[key] = fault
            done(missing[key])
            if not goes_on():  # what is under way is lost, nothing that has been written
                break
    return failed
