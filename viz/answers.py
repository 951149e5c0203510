"""From finished pairs to what the page shows. The arithmetic is that of `compare`; nothing here is computed twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.compare import EXPORTS, Comparison, compute_effects
from experiments.effects import breakdown_effects, summarise
from experiments.evaluation.table import evaluate_one
from model.scenario import Scenario
from viz.runs import BASELINE, POLICY, Pair, Request

Floats = NDArray[np.float64]
PERIOD: Final = "last_12"


@dataclass(frozen=True)
class Curve:
    """An indicator by month over the draws: mean and 5th to 95th percentile (none with one draw)."""

    mean: Floats
    low: Floats | None
    high: Floats | None


@dataclass(frozen=True)
class Answer:
    """What is known of a draft so far. `months` are absolute; `seeds` those whose pair is finished."""

    baseline: Scenario
    scenario: Scenario
    seeds: tuple[int, ...]
    pairs: tuple[Pair, ...]
    _kept: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict, compare=False, repr=False)

    @property
    def names(self) -> dict[str, str]:
        """Names in tables and files, by role."""
        return {BASELINE: self.baseline.stem, POLICY: self.scenario.stem}

    @property
    def changes_nothing(self) -> bool:
        """Whether both runs are one."""
        return self.scenario.hash == self.baseline.hash

    @property
    def months(self) -> range:
        some = self.pairs[0][BASELINE].result
        return range(some.first, some.first + some.months)

    @cached_property
    def comparison(self) -> Comparison:
        """The same object that `compare` gives for these seeds."""
        named = {self.baseline.stem: self.baseline, self.scenario.stem: self.scenario}
        runs = {
            seed: {self.names[role]: run.result for role, run in pair.items()}
            for seed, pair in zip(self.seeds, self.pairs, strict=True)
        }
        wall = sum(run.result.wall_s for pair in self.pairs for run in pair.values())
        return Comparison(named, self.seeds, runs, compute_effects(named, list(runs.values())), {}, wall_s=wall)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Rows of `effects.parquet`, by indicator and period."""
        return self.comparison.effects.set_index(["indicator", "period"])

    def effect(self, indicator: str, period: str = PERIOD) -> pd.Series:
        """One row of the effects."""
        return self.effects.loc[(indicator, period)]

    @cached_property
    def _monthly(self) -> dict[str, tuple[list[str], Floats]]:
        """Role → names of indicators and values [draw, month, indicator]."""
        found = {}
        for role in (BASELINE, POLICY):
            wide = [pair[role].monthly for pair in self.pairs]
            found[role] = (list(wide[0].columns), np.stack([frame.to_numpy() for frame in wide]))
        return found

    @cached_property
    def evaluation(self) -> pd.DataFrame:
        """Who loses exports, what is left after support, what it adds and displaces: rows of `evaluation.parquet`."""
        pairs = [(pair[BASELINE].result, pair[POLICY].result) for pair in self.pairs]
        return evaluate_one(self.scenario.stem, pairs, EXPORTS)

    def curve(self, indicator: str, role: str) -> Curve:
        """The indicator's months under the baseline or the policy."""
        names, values = self._monthly[role]
        return _curve(values[:, :, names.index(indicator)])

    def difference(self, indicator: str) -> Curve:
        """Policy less baseline, month by month on the same draw; the interval is that of the effects."""
        names, before = self._monthly[BASELINE]
        place = names.index(indicator)
        row = summarise(before[:, :, place], self._monthly[POLICY][1][:, :, place])
        if len(self.seeds) < 2:
            return Curve(row["effect"], None, None)
        return Curve(row["effect"], row["low"], row["high"])

    def breakdown(self, indicator: str, dimension: str, year: str) -> pd.DataFrame:
        """Paired effects by member of a dimension in a year; columns as in `compare_breakdowns`."""
        table = self._effects_by(indicator, dimension)
        return table[table["period"] == year].set_index("member")

    def member_years(self, indicator: str, dimension: str, member: str) -> pd.DataFrame:
        """Paired effects of one member by calendar year; columns as in `compare_breakdowns`."""
        table = self._effects_by(indicator, dimension)
        mine = table[(table["member"] == member) & (table["period"] != "all")]
        return mine.set_index("period").sort_index()

    def _effects_by(self, indicator: str, dimension: str) -> pd.DataFrame:
        """Paired effects of an indicator by member and year, kept: several figures read them."""
        if (indicator, dimension) not in self._kept:
            sides = [[pair[role].cut(indicator, dimension) for pair in self.pairs] for role in (BASELINE, POLICY)]
            self._kept[indicator, dimension] = breakdown_effects(*sides)
        return self._kept[indicator, dimension]

    @property
    def last_year(self) -> str:
        """The last calendar year of the runs; both hold the same months of it."""
        return str(self.months[-1] // 12)


def _curve(draws: Floats) -> Curve:
    if draws.shape[0] < 2:
        return Curve(draws.mean(axis=0), None, None)
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
    return Curve(draws.mean(axis=0), low, high)


def answer_of(request: Request) -> Answer | None:
    """What a request has found so far; None before the first pair."""
    seeds = request.finished_seeds()
    if not seeds:
        return None
    return Answer(request.baseline, request.scenario, seeds, tuple(request.pairs[seed] for seed in seeds))


def costs_by_year(answer: Answer) -> Mapping[str, float]:
    """Mean public cost of the draft's policies, yuan by calendar year."""
    rows = answer.comparison.effects
    years = rows[(rows["indicator"] == "export_value") & rows["period"].str.fullmatch(r"\d{4}")]
    return dict(zip(years["period"], years["public_cost"], strict=True))
