"""Many scenarios against one baseline on one seed, as a cell of numbers: what tables of effects are filled from.

The months before a scenario parts from the baseline are simulated once a seed; a cell's file is written when the seed
is done, so a study goes on where it was stopped (`experiments/cells.py`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from experiments.cells import Cell, Numbers, fill, key_of
from experiments.draws import drawn
from experiments.effects import Period, breakdown_values, period_values, summarise
from experiments.jobs import Report
from experiments.progress import progress_for
from experiments.run import RunResult, Snapshot, economy, indicator_kinds, parting, simulate
from model.kernel.refusals import RunFailed
from model.scenario import Scenario

JOINED: Final = "+"
_PROBED: Final = 3
"""Months that are simulated to see how long one takes."""


class Reading(NamedTuple):
    """A number that is read off a run: an indicator in a calendar year, of the nation or of members of one dimension.

    Several members, joined by `+`, are taken together.
    """

    indicator: str
    year: str
    dimension: str = ""
    member: str = ""

    def of(self, scenario: str) -> str:
        """Its name among the numbers of a cell."""
        return "|".join([scenario, *self])


@dataclass(frozen=True)
class Paired:
    """What a worker does for one seed: scenarios by name, the baseline first, and what is read off each."""

    seed: int
    named: Mapping[str, Scenario]
    readings: tuple[Reading, ...]


def measure(content: Paired, report: Report) -> Numbers:
    """Every reading of every scenario, by `Reading.of`; nan where a run does not know a member."""
    base_name, base = next(iter(content.named.items()))
    partings = {name: parting(base, scenario) for name, scenario in content.named.items()}
    kept: dict[int, Snapshot | None] = {month: None for month in partings.values() if month > base.start}
    numbers: Numbers = {}
    for place, (name, scenario) in enumerate(content.named.items()):
        mine = name == base_name
        before = place * base.months
        result = simulate(
            drawn(scenario, content.seed), content.seed, "series", lambda done, at=before: report(at + done),
            begin=None if mine else kept.get(partings[name]), kept=kept if mine else None,
        )  # fmt: skip
        numbers |= read_off(name, result, content.readings)
    return numbers


def read_off(name: str, result: RunResult, readings: Sequence[Reading]) -> Numbers:
    """The readings of one run."""
    kinds = indicator_kinds()
    years = sorted({one.year for one in readings})
    periods = [Period(year, int(year) * 12, int(year) * 12 + 11) for year in years]
    nation = period_values(result.parts, periods, kinds)
    return {
        one.of(name): _of_members(result.breakdown_parts, one, kinds)
        if one.dimension
        else float(nation.at[one.indicator, one.year])
        for one in readings
    }


def _of_members(parts: pd.DataFrame, one: Reading, kinds: Mapping[str, str]) -> float:
    """The value of members of a dimension taken together; nan where the run knows none of them."""
    wanted = parts["member"].isin(one.member.split(JOINED))
    rows = parts[(parts["indicator"] == one.indicator) & (parts["dimension"] == one.dimension) & wanted]
    keys = ["period", "indicator", "dimension"]
    together = rows.groupby(keys, as_index=False)[["num", "den"]].sum(min_count=1).assign(member=one.member)
    if together.empty:
        return float("nan")
    values = breakdown_values(together, kinds)["value"]
    return float(values.get((one.indicator, one.dimension, one.member, one.year), np.nan))


@dataclass
class Study:
    """A folder of cells, one a seed. Asking again costs nothing."""

    folder: Path
    named: Mapping[str, Scenario]
    readings: tuple[Reading, ...]
    jobs: int = 1

    @property
    def months(self) -> int:
        """Months simulated a seed: the baseline whole, of each other those after it parts from it."""
        base = next(iter(self.named.values()))
        ends = [scenario.start + scenario.months for scenario in self.named.values()]
        return sum(end - parting(base, one) for end, one in zip(ends, self.named.values(), strict=True))

    def ask(self, what: str, seeds: Iterable[int]) -> dict[int, Numbers]:
        """The numbers by seed, those that gave up left out. Raises RunFailed when none is left."""
        told = repr((what, sorted(self.readings)))
        cells = {
            seed: Cell(
                key_of(told, self.named.values(), seed),
                Paired(seed, self.named, self.readings),
                len(self.named) * next(iter(self.named.values())).months,
            )
            for seed in seeds
        }
        total = sum(cell.months for cell in cells.values())
        found, failed = fill(self.folder, cells.values(), measure, self.jobs, progress_for(what, total))
        if not found:
            raise RunFailed(next(iter(failed.values()), "there were no seeds"))
        return {seed: found[cell.key] for seed, cell in cells.items() if cell.key in found}

    def cost(self, seeds: int) -> str:
        """How much there is to simulate and about how long it takes, from a few months of the baseline."""
        model = economy(next(iter(self.named.values())), 1)
        model.step()  # compiled code is loaded
        began = time.perf_counter()
        for _ in range(_PROBED):
            model.step()
        minutes = (time.perf_counter() - began) / _PROBED * self.months * seeds / max(1, min(self.jobs, seeds)) / 60.0
        many = len(self.named) - 1
        return (
            f"{many} scenarios and the baseline on {seeds} seeds: {self.months * seeds} months, "
            f"about {max(minutes, 0.1):.1f} minutes on {min(self.jobs, seeds)} processes"
        )


def effects(found: Mapping[int, Numbers], readings: Sequence[Reading], baseline: str, scenario: str) -> pd.DataFrame:
    """Effects of a scenario over seeds, one row a reading: indicator, year, dimension, member and the summary columns.

    Nothing is claimed of a reading that some seed lacks: its numbers are nan.
    """
    sides = [np.array([[numbers[one.of(name)] for one in readings] for numbers in found.values()])
             for name in (baseline, scenario)]  # fmt: skip
    table = pd.DataFrame(list(readings), columns=list(Reading._fields))
    return table.assign(**summarise(sides[0], sides[1]), draws=len(found))
