"""Which part of a scenario does what: each effect split over its policies, shocks and lever settings.

The split is Shapley's (1953): the mean of what a part adds when parts are put in one by one, over the orders in
which they may be put in. It adds up to the whole effect, on every draw. Up to six parts all orders count; with more,
the order of the file and its reverse, which still adds up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.compare import Comparison, compare
from experiments.effects import period_values, periods_of, summarise
from experiments.run import indicator_kinds
from experiments.store import TABLES

if TYPE_CHECKING:
    from experiments.progress import Progress
    from model.scenario import Scenario

MOST_EXACT = 6
REST = "other settings"
Coalition = frozenset[int]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Division:
    """The parts of one scenario and the combinations of them that have to be run."""

    scenario: Scenario
    parts: tuple[str, ...]
    kept: tuple[Any, ...]

    @property
    def coalitions(self) -> list[Coalition]:
        """Combinations that are run besides the whole, none of the parts included."""
        n = len(self.parts)
        if n <= MOST_EXACT:
            return [frozenset(some) for size in range(n) for some in combinations(range(n), size)]
        ahead = [frozenset(range(k)) for k in range(n)]
        behind = [frozenset(range(k, n)) for k in range(1, n)]
        return list(dict.fromkeys([*ahead, *behind]))

    def variant(self, some: Coalition) -> Scenario:
        """The scenario with only some of its parts."""
        out = [entry for number, entry in enumerate(self.kept) if number not in some]
        whole = self.scenario
        return replace(
            whole,
            policies=tuple(entry for entry in whole.policies if not _in(entry, out)),
            shocks=tuple(entry for entry in whole.shocks if not _in(entry, out)),
            levers=tuple(entry for entry in whole.levers if not _in(entry, out)),
        )

    def shares(self, value: Mapping[Coalition, Floats]) -> list[Floats]:
        """What each part adds, given the value of every combination and of the whole."""
        n = len(self.parts)
        if n > MOST_EXACT:
            orders = [list(range(n)), list(reversed(range(n)))]
            return [sum(_added(value, order, part) for order in orders) / len(orders) for part in range(n)]  # type: ignore[misc]
        return [self._exact(value, part) for part in range(n)]

    def _exact(self, value: Mapping[Coalition, Floats], part: int) -> Floats:
        n = len(self.parts)
        others = [number for number in range(n) if number != part]
        total = np.zeros_like(value[frozenset()])
        for size in range(n):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for some in combinations(others, size):
                total = total + weight * (value[frozenset(some) | {part}] - value[frozenset(some)])
        return total


def _in(entry: Any, entries: Sequence[Any]) -> bool:
    return any(entry is one for one in entries)


def _added(value: Mapping[Coalition, Floats], order: Sequence[int], part: int) -> Floats:
    """What a part adds when parts come in this order."""
    place = order.index(part)
    return value[frozenset(order[: place + 1])] - value[frozenset(order[:place])]


def divide(scenario: Scenario, baseline: Scenario) -> Division:
    """The entries of a scenario that its baseline does not have, each a part."""
    known = [*baseline.policies, *baseline.shocks, *baseline.levers]
    entries: list[Any] = [*scenario.policies, *scenario.shocks, *scenario.levers]
    parts: dict[str, Any] = {}
    for entry in entries:
        if entry in known:
            continue
        word = getattr(entry, "id", None) or getattr(entry, "kind", None) or entry.lever
        name, number = word, 2
        while name in parts:
            name, number = f"{word}_{number}", number + 1
        parts[name] = entry
    return Division(scenario, tuple(parts), tuple(parts.values()))


def rounds(baseline: Scenario, scenarios: Sequence[Scenario]) -> int:
    """Runs that an explanation takes per seed."""
    return 1 + len(scenarios) + sum(len(divide(one, baseline).coalitions) for one in scenarios)


def explain(
    baseline: Scenario,
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    jobs: int = 1,
    progress: Progress | None = None,
) -> Comparison:
    """A comparison whose `explanation` splits every effect over the parts of its scenario.

    Columns: scenario, indicator, period, part, effect, low, high, se, draws. `other settings` is what the scenario
    changes besides entries, its parameters for instance.
    """
    divisions = [divide(one, baseline) for one in scenarios]
    extras = {(i, some): d.variant(some) for i, d in enumerate(divisions) for some in d.coalitions}
    result = compare(baseline, scenarios, seeds, jobs=jobs, progress=progress, extras=extras)
    tables = [
        _split(result, name, number, division)
        for number, (name, division) in enumerate(zip(result.policies, divisions, strict=True))
    ]
    table = pd.concat(tables, ignore_index=True)[list(TABLES["explain"].columns)]
    order = list(TABLES["explain"].keys)
    return replace(result, explanation=table.sort_values(order, kind="stable", ignore_index=True))


def _split(result: Comparison, name: str, number: int, division: Division) -> pd.DataFrame:
    """The rows of one scenario."""
    some = result.runs[result.seeds[0]][name]
    periods, kinds = periods_of(some.first, some.months), indicator_kinds()
    whole = frozenset(range(len(division.parts)))
    draws: list[list[Floats]] = []
    for seed in result.seeds:
        frames = {key: result.extras[seed][number, key] for key in division.coalitions}
        frames[whole] = result.runs[seed][name].parts
        value = {key: period_values(frame, periods, kinds).to_numpy().ravel() for key, frame in frames.items()}
        base = period_values(result.runs[seed][result.baseline].parts, periods, kinds)
        draws.append([*division.shares(value), value[frozenset()] - base.to_numpy().ravel()])
    indicators, spans = base.index.to_numpy(dtype=object), base.columns.to_numpy(dtype=object)
    pieces = []
    for part, sizes in zip((*division.parts, REST), zip(*draws, strict=True), strict=True):
        stack = np.stack(sizes)
        row = summarise(np.zeros_like(stack), stack)
        piece = pd.DataFrame({column: row[column] for column in ("effect", "low", "high", "se")})
        piece = piece.assign(indicator=np.repeat(indicators, len(spans)), period=np.tile(spans, len(indicators)))
        pieces.append(piece.assign(part=part, scenario=name, draws=len(draws)))
    if not (np.stack([sizes[-1] for sizes in draws]) != 0.0).any():
        pieces.pop()  # nothing but entries differs
    return pd.concat(pieces, ignore_index=True)
