"""Which part of a scenario does what: each effect split over its policies, shocks and lever settings.

The split is Shapley's (1953), see `experiments/shapley.py`: it adds up to the whole effect, on every draw. Up to six
parts every combination is run and all orders count. With more, the paper's three groups are split exactly, and the
parts by orders drawn for each seed, one and its reverse; the standard error over draws then holds the choice of orders
too. The same runs tell what pairs do together beyond the sum of each.

Runs share the months before a scenario parts from its baseline, and a combination that is the baseline or another
scenario of the comparison is not run again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.compare import EXPORTS, Comparison, compare, name_scenarios
from experiments.effects import period_values, periods_of
from experiments.evaluation.arithmetic import spread
from experiments.parts import kind_of_part, parts_of
from experiments.run import indicator_kinds, indicator_units
from experiments.shapley import (
    NOBODY,
    Coalition,
    Floats,
    Worth,
    antithetic_orders,
    beginnings,
    coalitions,
    exact_shares,
    group_worth,
    joint,
    sampled_shares,
    synergy,
)
from experiments.store import TABLES
from experiments.words import OTHER_SETTINGS

if TYPE_CHECKING:
    from experiments.progress import Progress
    from model.scenario import Scenario

MOST_EXACT: Final = 6
"""Parts up to which every combination is run."""


@dataclass(frozen=True)
class Division:
    """The parts of one scenario and the combinations of them that have to be run."""

    scenario: Scenario
    parts: tuple[str, ...]
    kept: tuple[Any, ...]

    @property
    def exact(self) -> bool:
        """Whether all orders count."""
        return len(self.parts) <= MOST_EXACT

    @property
    def whole(self) -> Coalition:
        return frozenset(range(len(self.parts)))

    @cached_property
    def groups(self) -> dict[str, Coalition]:
        """Groups of the paper with their parts, then shocks and direct settings; empty where there is but one."""
        found: dict[str, Coalition] = {}
        for number, entry in enumerate(self.kept):
            name = _group(entry)
            found[name] = found.get(name, NOBODY) | {number}
        return found if len(found) > 1 else {}

    def orders(self, seed: int) -> list[list[int]]:
        """The orders that count on a seed; none where all do."""
        return [] if self.exact else antithetic_orders(self.parts, seed)

    def coalitions(self, seed: int) -> list[Coalition]:
        """Combinations needed on a seed, the empty and the whole one included."""
        if self.exact:
            return coalitions(len(self.parts))
        members = list(self.groups.values())
        unions = [joint(members, some) for some in coalitions(len(members))]
        return list(dict.fromkeys([NOBODY, *unions, *beginnings(self.orders(seed))]))

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

    def shares(self, worth: Worth, seed: int) -> dict[str, Floats]:
        """What each part adds, and each group, given the worth of every combination that was run."""
        n = len(self.parts)
        own = exact_shares(n, worth) if self.exact else sampled_shares(self.orders(seed), worth)
        members = list(self.groups.values())
        joined = exact_shares(len(members), group_worth(members, worth)) if members else []
        return dict(zip((*self.parts, *map(_group_key, self.groups)), (*own, *joined), strict=True))

    @cached_property
    def pairs(self) -> list[tuple[str, str, str, Coalition, Coalition]]:
        """Pairs whose synergy the runs tell: dimension, both names, both sets of parts."""
        if self.exact:
            sets = {name: frozenset({number}) for number, name in enumerate(self.parts)}
            return [("policy", one, two, sets[one], sets[two]) for one, two in combinations(self.parts, 2)]
        return [("group", one, two, self.groups[one], self.groups[two]) for one, two in combinations(self.groups, 2)]


def _in(entry: Any, entries: Sequence[Any]) -> bool:
    return any(entry is one for one in entries)


def _group(entry: Any) -> str:
    """The paper's group of a policy; shocks and levers are groups of their own."""
    kind = kind_of_part(entry)
    if kind != "policy":
        return f"{kind}s"
    from model.policies import policies

    found = policies().get(entry.id)
    return found.group if found else "policies"


def _group_key(name: str) -> str:
    """A group's name among the parts; no part is called so."""
    return f"group {name}"


def divide(scenario: Scenario, baseline: Scenario) -> Division:
    """The entries of a scenario that its baseline does not have, each a part."""
    parts = parts_of(scenario, baseline)
    return Division(scenario, tuple(parts), tuple(parts.values()))


class Plan:
    """Which further runs an explanation takes on a seed, by hash: what is the same is run once."""

    def __init__(self, baseline: Scenario, scenarios: Sequence[Scenario]) -> None:
        self.divisions = [divide(one, baseline) for one in scenarios]
        self._named = {one.hash for one in (baseline, *scenarios)}
        self._hashes: dict[tuple[int, Coalition], tuple[str, Scenario]] = {}

    def key(self, number: int, some: Coalition) -> str:
        """Hash of the scenario that holds a combination of the parts of scenario `number`."""
        return self._variant(number, some)[0]

    def _variant(self, number: int, some: Coalition) -> tuple[str, Scenario]:
        if (number, some) not in self._hashes:
            made = self.divisions[number].variant(some)
            self._hashes[number, some] = made.hash, made
        return self._hashes[number, some]

    def extras(self, seed: int) -> dict[str, Scenario]:
        """Scenarios to run on a seed besides the named ones."""
        wanted = [
            self._variant(number, some) for number, one in enumerate(self.divisions) for some in one.coalitions(seed)
        ]
        return {key: scenario for key, scenario in wanted if key not in self._named}


def count_runs(baseline: Scenario, scenarios: Sequence[Scenario], seeds: Sequence[int]) -> int:
    """Runs that a comparison with its explanation takes, all seeds together."""
    plan = Plan(baseline, scenarios)
    return sum(1 + len(scenarios) + len(plan.extras(seed)) for seed in seeds)


def explain(
    baseline: Scenario,
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    jobs: int = 1,
    progress: Progress | None = None,
    rank: str = EXPORTS,
) -> Comparison:
    """A comparison whose `explanation` splits every effect over the parts of its scenario, rows as in
    `explanation.parquet`, and whose evaluation holds the synergy of pairs."""
    named = list(name_scenarios([baseline, *scenarios]).values())
    plan = Plan(named[0], named[1:])
    result = compare(baseline, scenarios, seeds, jobs=jobs, progress=progress, extras=plan.extras, rank=rank)
    found = [_split(result, plan, number, name) for number, name in enumerate(result.policies)]
    shares, synergies = (pd.concat(tables, ignore_index=True) for tables in zip(*found, strict=True))
    table = TABLES["explanation"]
    shares = shares[list(table.columns)].sort_values(list(table.keys), kind="stable", ignore_index=True)
    return replace(result, explanation=shares, synergies=synergies)


def _split(result: Comparison, plan: Plan, number: int, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shares and synergies of one scenario."""
    division = plan.divisions[number]
    worths = [_worth(result, plan, number, seed) for seed in result.seeds]
    index, values = _valued(result, name)
    base = [values(result.runs[seed][result.baseline].parts) for seed in result.seeds]
    draws = [division.shares(worth, seed) for worth, seed in zip(worths, result.seeds, strict=True)]
    rest = np.stack([worth[NOBODY] - before for worth, before in zip(worths, base, strict=True)])
    stacks = {part: np.stack([one[part] for one in draws]) for part in draws[0]}
    if np.nan_to_num(rest).any():
        stacks[OTHER_SETTINGS] = rest
    kinds = {part: kind_of_part(entry) for part, entry in zip(division.parts, division.kept, strict=True)}
    kinds |= {_group_key(group): "group" for group in division.groups} | {OTHER_SETTINGS: "settings"}
    rows = []
    for part, stack in stacks.items():
        orders = 0 if division.exact or kinds[part] in ("group", "settings") else len(division.orders(0))
        row = index.assign(part=part.removeprefix("group "), kind=kinds[part], scenario=name, orders=orders)
        rows.append(_spread_over(row, stack))
    pairs = [
        _spread_over(
            index.assign(scenario=name, measure="synergy", policy=one, dimension=dimension, member=two),
            np.stack([synergy(worth, left, right) for worth in worths]),
        )
        for dimension, one, two, left, right in division.pairs
    ]
    return pd.concat(rows, ignore_index=True), pd.concat(pairs, ignore_index=True) if pairs else pd.DataFrame()


def _spread_over(row: pd.DataFrame, stack: Floats) -> pd.DataFrame:
    return row.assign(**spread(stack), draws=len(stack))


def _worth(result: Comparison, plan: Plan, number: int, seed: int) -> dict[Coalition, Floats]:
    """Values of one draw for every combination that was run: indicator by period, flat."""
    by_hash: dict[str, pd.DataFrame] = {
        **{str(key): parts for key, parts in result.extras[seed].items()},
        **{result.scenarios[name].hash: run.parts for name, run in result.runs[seed].items()},
    }
    _, values = _valued(result, result.policies[number])
    flat: dict[str, Floats] = {}
    worth = {}
    for some in plan.divisions[number].coalitions(seed):
        key = plan.key(number, some)
        if key not in flat:
            flat[key] = values(by_hash[key])
        worth[some] = flat[key]
    return worth


def _valued(result: Comparison, name: str) -> tuple[pd.DataFrame, Callable[[pd.DataFrame], Floats]]:
    """Rows of indicator, period and unit, and what makes the values in their order of the parts of a run."""
    some = result.runs[result.seeds[0]][name]
    periods, kinds, units = periods_of(some.first, some.months), indicator_kinds(), indicator_units()
    frame = period_values(some.parts, periods, kinds)
    names, spans = frame.index.to_numpy(dtype=object), frame.columns.to_numpy(dtype=object)
    index = pd.DataFrame({"indicator": np.repeat(names, len(spans)), "period": np.tile(spans, len(names))})
    index["unit"] = [units[one] for one in index["indicator"]]
    return index, lambda parts: period_values(parts, periods, kinds).loc[names].to_numpy().ravel()
