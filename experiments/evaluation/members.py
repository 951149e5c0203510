"""Winners and losers: the effect on every province, category, size of firm and platform.

Credit tiers are left out: what a policy changes most is who is in them, so that a tier "loses" what walked out of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from experiments.effects import breakdown_values, last_whole_year
from experiments.evaluation.arithmetic import spread
from experiments.evaluation.rows import Pair, rows_of
from experiments.run import RunResult, indicator_kinds, indicator_units

DIMENSIONS: Final = ("province", "category", "size", "platform")
_KEYS = ["indicator", "dimension", "member", "period"]


def effects_by_member(
    pairs: Sequence[Pair], dimensions: Sequence[str] = DIMENSIONS, indicators: Sequence[str] | None = None
) -> pd.DataFrame:
    """Effects in the last whole calendar year by member of each dimension, those that lose most first.

    `indicators`: those to look at; all that are broken down when not given.
    """
    first = pairs[0][0]
    year = f"{last_whole_year(first.first, first.months):04d}"
    draws = [_gap(pair, year, dimensions, indicators) for pair in pairs]
    index = draws[0].index
    for one in draws[1:]:
        index = index.union(one.index)
    if not len(index):
        return pd.DataFrame()
    wide = pd.concat([one.reindex(index) for one in draws], axis=1)
    units = indicator_units()
    words = {name: index.get_level_values(name).to_numpy(dtype=object) for name in _KEYS}
    unit = [units[one] for one in words["indicator"]]
    table = rows_of("effect_by_member", spread(wide.to_numpy().T), len(pairs), unit=unit, **words)
    return table.sort_values(["indicator", "dimension", "value", "member"], kind="stable", ignore_index=True)


def _gap(pair: Pair, year: str, dimensions: Sequence[str], indicators: Sequence[str] | None) -> pd.Series:
    """Scenario less baseline in a year."""
    before, after = (_values(run, year, dimensions, indicators) for run in pair)
    gap: pd.Series = (after - before).dropna()
    return gap


def _values(run: RunResult, year: str, dimensions: Sequence[str], indicators: Sequence[str] | None) -> pd.Series:
    parts = run.breakdown_parts
    wanted = (parts["period"].str[:4] == year) & parts["dimension"].isin(list(dimensions))
    if indicators is not None:
        wanted &= parts["indicator"].isin(list(indicators))
    mine = parts[wanted]
    values = breakdown_values(mine, indicator_kinds())["value"]
    kept: pd.Series = values[values.index.get_level_values("period") == year]
    return kept
