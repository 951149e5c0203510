"""Paired runs for a page: the first pair at once, the others as they come, a newer wish in place of an older.

A worker remembers each seed's baseline up to the month policies begin; another draft on the same seed goes on from
there. The server remembers finished runs by scenario and seed, so that equal drafts of different people cost once and
share nothing but numbers.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import pandas as pd

from experiments.draws import drawn
from experiments.effects import breakdown_values
from experiments.jobs import Report
from experiments.run import RunResult, Snapshot, indicator_kinds, parting, simulate
from model.scenario import Scenario
from viz.desk import Cancelled, Desk, Ticket

BASELINE: Final = "baseline"
POLICY: Final = "policy"
Pair = dict[str, "Run"]

REMEMBERED: Final = 12
"""Baselines a worker keeps with their snapshot, about 15 MB each at six thousand firms."""
KEPT_RUNS: Final = 160
"""Finished runs the server keeps, one to five MB each."""


class Run:
    """A finished run, with the arrays that figures read made once."""

    def __init__(self, result: RunResult) -> None:
        self.result = result
        self._cuts: dict[tuple[str, str], pd.DataFrame] = {}

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """Values by month (rows) and indicator (columns)."""
        return self.result.indicators.pivot(index="month", columns="indicator", values="value")

    def cut(self, indicator: str, dimension: str) -> pd.DataFrame:
        """Values of an indicator by member and year, as `breakdown_values` gives them."""
        if (indicator, dimension) not in self._cuts:
            parts = self.result.breakdown_parts
            wanted = (parts["indicator"] == indicator) & (parts["dimension"] == dimension)
            self._cuts[indicator, dimension] = breakdown_values(parts[wanted], indicator_kinds())
        return self._cuts[indicator, dimension]


@dataclass(frozen=True)
class PairJob:
    """One seed: which of the two runs are wanted."""

    baseline: Scenario
    scenario: Scenario
    seed: int
    wanted: tuple[str, ...]


@dataclass
class _Remembered:
    result: RunResult | None = None
    snapshots: dict[int, Snapshot] = field(default_factory=dict)


_memory: OrderedDict[tuple[str, int], _Remembered] = OrderedDict()
"""Of a worker process only."""


def run_pair(job: PairJob, report: Report) -> dict[str, RunResult]:
    """The wanted runs of one draw: the task of a worker."""
    mine = _memory.setdefault((job.baseline.hash, job.seed), _Remembered())
    _memory.move_to_end((job.baseline.hash, job.seed))
    while len(_memory) > REMEMBERED:
        _memory.popitem(last=False)
    found: dict[str, RunResult] = {}
    if BASELINE in job.wanted:
        if mine.result is None:
            _run_baseline(job, mine, report)
        assert mine.result is not None
        found[BASELINE] = mine.result
    if POLICY in job.wanted and job.scenario.hash == job.baseline.hash and mine.result is not None:
        found[POLICY] = mine.result
    elif POLICY in job.wanted:
        found[POLICY] = _run_policy(job, mine, report)
    return found


def _run_policy(job: PairJob, mine: _Remembered, report: Report) -> RunResult:
    """Go on from where the baseline stood; where that is not known, note it on the way: until then the two are one."""
    month, opening = parting(job.baseline, job.scenario), job.baseline.policies_from
    begin = max((at for at in mine.snapshots if at <= month), default=None)
    shot = None if begin is None else mine.snapshots[begin]
    kept: dict[int, Snapshot | None] = {opening: None} if shot is None and opening <= month else {}
    result = simulate(drawn(job.scenario, job.seed), job.seed, "series", _after(report, job), shot, kept)
    mine.snapshots |= {at: taken for at, taken in kept.items() if taken is not None}
    return result


def _run_baseline(job: PairJob, mine: _Remembered, report: Report) -> None:
    """Run the baseline and remember it with where it stood when policies may begin."""
    kept: dict[int, Snapshot | None] = {job.baseline.policies_from: None}
    mine.result = simulate(drawn(job.baseline, job.seed), job.seed, "series", report, kept=kept)
    mine.snapshots = {at: shot for at, shot in kept.items() if shot is not None}


def _after(report: Report, job: PairJob) -> Report:
    before = job.baseline.months if BASELINE in job.wanted else 0
    return lambda months: report(before + months)


class Shelf:
    """Finished runs by (hash of the scenario, seed), the least used first to go."""

    def __init__(self, size: int = KEPT_RUNS) -> None:
        self._size = size
        self._runs: OrderedDict[tuple[str, int], Run] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, scenario: Scenario, seed: int) -> Run | None:
        with self._lock:
            found = self._runs.get((scenario.hash, seed))
            if found is not None:
                self._runs.move_to_end((scenario.hash, seed))
            return found

    def put(self, scenario: Scenario, seed: int, result: Run) -> None:
        with self._lock:
            self._runs[scenario.hash, seed] = result
            while len(self._runs) > self._size:
                self._runs.popitem(last=False)


class Request:
    """A draft's paired runs on their way. `on_change(request)` is called from other threads, once a pair or month.

    `patience` ranks behind other people's requests.
    """

    def __init__(
        self,
        desk: Desk,
        shelf: Shelf,
        owner: str,
        baseline: Scenario,
        scenario: Scenario,
        seeds: Sequence[int],
        on_change: Callable[[Request], None] = lambda request: None,
        patience: int = 0,
    ) -> None:
        self.baseline, self.scenario, self.seeds = baseline, scenario, tuple(seeds)
        self.pairs: dict[int, Pair] = {}
        self.faults: list[str] = []
        self.cancelled = False
        self._on_change = on_change
        self._shelf = shelf
        self._patience = patience
        self._lock = threading.Lock()
        self._tickets: dict[int, Ticket] = {}
        self._whole = {seed: self._months_of(seed) for seed in self.seeds}
        self._desk, self._owner = desk, owner
        self._asked = 0
        self._ask_on()

    def _ask_on(self) -> None:
        """Ask for the first pair alone, so that the whole machine is at its service, then for all others."""
        while not self.cancelled:
            with self._lock:
                waiting = self._asked == 1 and self.seeds[0] not in self.pairs and not self.faults
                if waiting or self._asked >= len(self.seeds):
                    return
                place, self._asked = self._asked, self._asked + 1
            self._ask(self._desk, self._owner, place, self.seeds[place])

    def _ask(self, desk: Desk, owner: str, place: int, seed: int) -> None:
        known = {BASELINE: self._shelf.get(self.baseline, seed), POLICY: self._shelf.get(self.scenario, seed)}
        missing = tuple(name for name, run in known.items() if run is None)
        self.pairs_of_known(seed, known)
        if not missing:
            return
        job = PairJob(self.baseline, self.scenario, seed, missing)
        ticket = desk.submit(
            owner,
            run_pair,
            job,
            rank=place // desk.lanes + self._patience,
            affinity=seed - 1 if place else sum(owner.encode()),  # first answers of several people share the lanes
            on_months=lambda months: self._on_change(self),
        )
        self._tickets[seed] = ticket
        if self.cancelled:
            ticket.cancel()
        ticket.when_done(lambda done: self._received(seed, known, done))

    def _months_of(self, seed: int) -> int:
        """Months that are to be simulated for a pair."""
        base = self.baseline.months if self._shelf.get(self.baseline, seed) is None else 0
        policy = self.baseline.months - self._passed() if self._shelf.get(self.scenario, seed) is None else 0
        return base + (policy if self.scenario.hash != self.baseline.hash else 0)

    def pairs_of_known(self, seed: int, known: Mapping[str, Run | None]) -> None:
        """Take a pair that is on the shelf whole."""
        if all(run is not None for run in known.values()):
            self.pairs[seed] = {name: run for name, run in known.items() if run is not None}

    def _received(self, seed: int, known: Mapping[str, Run | None], ticket: Ticket) -> None:
        try:
            found = ticket.result(0.0)
        except Cancelled:
            return
        except Exception as fault:
            self.faults.append(str(fault))
            self._ask_on()
        else:
            fresh = {name: Run(result) for name, result in found.items()}
            pair: Pair = {name: run for name, run in known.items() if run is not None} | fresh
            self._shelf.put(self.baseline, seed, pair[BASELINE])
            self._shelf.put(self.scenario, seed, pair[POLICY])
            with self._lock:
                self.pairs[seed] = pair
            self._ask_on()
        self._on_change(self)

    def cancel(self) -> None:
        """Take back what is not done."""
        self.cancelled = True
        for ticket in self._tickets.values():
            ticket.cancel()

    @property
    def done(self) -> bool:
        return self.cancelled or len(self.pairs) + len(self.faults) >= len(self.seeds)

    @property
    def progress(self) -> float:
        """Share of the months simulated, 0 to 1."""
        whole = sum(self._whole.values())
        if whole == 0:
            return 1.0
        made = sum(
            self._whole[seed] if ticket.done else min(self._whole[seed], ticket.months - self._skipped(ticket))
            for seed, ticket in list(self._tickets.items())
        )
        return max(0.0, min(1.0, made / whole))

    def _skipped(self, ticket: Ticket) -> int:
        """Months a policy run counts that it took over from the baseline."""
        job: PairJob = ticket.job
        before = job.baseline.months if BASELINE in job.wanted else 0
        return min(self._passed(), max(0, ticket.months - before)) if POLICY in job.wanted else 0

    def _passed(self) -> int:
        """Months before a snapshot that a policy run may go on from."""
        first = parting(self.baseline, self.scenario)
        return self.baseline.policies_from - self.baseline.start if first >= self.baseline.policies_from else 0

    def finished_seeds(self) -> tuple[int, ...]:
        with self._lock:
            return tuple(seed for seed in self.seeds if seed in self.pairs)
