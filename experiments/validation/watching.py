"""What is noted of a run that is held against history: every indicator by year and month, shares of members."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from experiments.effects import Period, breakdown_values, period_values
from experiments.jobs import Report
from experiments.run import indicator_kinds, simulate
from model.kernel.calendar import format_month, parse_month

if TYPE_CHECKING:
    from experiments.run import RunResult
    from model.scenario import Scenario

FIRST: Final = parse_month("2019-01")
LAST: Final = parse_month("2024-05")
"""To the last count of overseas warehouses that is held against the model."""
YEARS: Final = range(2019, 2024)


@dataclass(frozen=True)
class Seen:
    """Values by (indicator, period) and by (indicator, dimension, member, year). A period is YYYY or YYYY-MM."""

    values: Mapping[tuple[str, str], float]
    members: Mapping[tuple[str, str, str, str], float]

    def value(self, indicator: str, period: int | str) -> float:
        """Flows summed over the period, stocks at its end, ratios from sums."""
        return self.values[indicator, str(period)]

    def member(self, indicator: str, dimension: str, member: str, year: int) -> float:
        """The same of one member of a dimension; nan where nothing belongs to it, as may be in a small draw."""
        return self.members.get((indicator, dimension, member, str(year)), float("nan"))

    def share(self, indicator: str, dimension: str, member: str, year: int) -> float:
        """A member's part of the whole."""
        return self.member(indicator, dimension, member, year) / self.value(indicator, year)


Measure = Callable[[Sequence[Seen]], Sequence[float]]
"""One value a draw, or one for all draws together."""


def each(of_one: Callable[[Seen], float]) -> Measure:
    """A measure that looks at one draw after the other."""
    return lambda draws: [of_one(seen) for seen in draws]


def noted(result: RunResult) -> Seen:
    """What is kept of a run."""
    kinds = indicator_kinds()
    end = result.first + result.months - 1
    years = [Period(f"{y}", max(result.first, y * 12), min(end, y * 12 + 11)) for y in _years(result.first, end)]
    months = [Period(format_month(m), m, m) for m in range(result.first, end + 1)]
    table = period_values(result.parts, [*years, *months], kinds)
    values = {(str(name), str(period)): float(value) for (name, period), value in table.stack().items()}  # type: ignore[misc]
    cut: pd.Series[float] = breakdown_values(result.breakdown_parts, kinds)["value"].dropna()
    return Seen(values, {tuple(map(str, key)): float(value) for key, value in cut.items()})  # type: ignore[misc]


def _years(first: int, end: int) -> range:
    return range(first // 12, end // 12 + 1)


def watch(job: tuple[Scenario, int], report: Report) -> Seen:
    """Run a scenario with a seed and note it: the job of a worker."""
    scenario, seed = job
    return noted(simulate(scenario, seed, "series", report))
