"""What support adds and what it takes from others: of policies that pay for something and stand alone.

Only the effect of one policy can be set against what that policy paid for; so a scenario that adds anything else has
no such figures, and a package is compared side by side with its policies alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.evaluation.arithmetic import additionality, displacement, spread
from experiments.evaluation.rows import Pair, rows_of
from experiments.parts import is_alone, parts_of
from experiments.run import RunResult, indicator_kinds, indicator_units
from experiments.words import FIRM_OUTCOMES
from model.policies import policies

UNITS: Final = "supported_units"
"""Indicator of what a grant or programme paid for, cut by policy."""
OUTCOMES: Final = tuple(FIRM_OUTCOMES)
"""Columns of the firm years whose displacement is looked at."""
CYCLE: Final = "cycle_days"
WHOLE: Final = "all"


def support(pairs: Sequence[Pair]) -> pd.DataFrame:
    """Additionality and displacement of a scenario that adds one policy; no rows for any other."""
    baseline, policy = pairs[0]
    if not is_alone(policy.scenario, baseline.scenario):
        return pd.DataFrame()
    (name,) = parts_of(policy.scenario, baseline.scenario)
    if name not in policies():
        return pd.DataFrame()
    tables = [*_additionality(pairs, name), *_displacement(pairs, name)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _additionality(pairs: Sequence[Pair], policy: str) -> list[pd.DataFrame]:
    adds = policies()[policy].adds
    if adds is None:
        return []
    baseline, with_it = pairs[0]
    entry = parts_of(with_it.scenario, baseline.scenario)[policy]
    end = min(entry.window.until, baseline.first + baseline.months - 1)
    paid = np.array([_units(after, policy, end) - _units(before, policy, end) for before, after in pairs])
    added = np.array([_quantity(after, adds, end) - _quantity(before, adds, end) for before, after in pairs])
    unit = indicator_units()[adds.indicator]
    words: dict[str, Any] = {"policy": policy, "indicator": adds.indicator, "period": WHOLE}
    draws = len(pairs)
    return [
        rows_of("supported_units", spread(paid[:, None]), draws, **words, unit=unit),
        rows_of("added_units", spread(added[:, None]), draws, **words, unit=unit),
        rows_of("additionality", additionality(added, paid), draws, **words, unit="share"),
    ]


def _units(run: RunResult, policy: str, end: int) -> float:
    """Units paid for under a policy from the start of the run to the end of support."""
    parts = run.breakdown_parts
    mine = (parts["indicator"] == UNITS) & (parts["dimension"] == "policy") & (parts["member"] == policy)
    return float(parts.loc[mine & _by(parts, end), "num"].sum())


def _quantity(run: RunResult, adds: Any, end: int) -> float:
    """The quantity that support should add to: a flow summed up to the end of support, a stock as it stands then.

    `adds.where` names one dimension at most; its members are added up, by whole years, as breakdowns are kept.
    """
    kind = indicator_kinds()[adds.indicator]
    if not adds.where:
        months = run.parts[(run.parts["indicator"] == adds.indicator) & (run.parts["month"] <= end)]
        return _folded(months.sort_values("month", kind="stable")["num"], kind)
    ((dimension, members),) = adds.where.items()
    parts = run.breakdown_parts
    mine = (parts["indicator"] == adds.indicator) & (parts["dimension"] == dimension) & _by(parts, end)
    mine &= parts["member"].isin([members] if isinstance(members, str) else list(members))
    return _folded(parts[mine].groupby("period", sort=True)["num"].sum(), kind)


def _by(parts: pd.DataFrame, end: int) -> pd.Series:
    """Years up to the one that holds a month."""
    return parts["period"].str[:4].astype(int) <= end // 12


def _folded(values: pd.Series, kind: str) -> float:
    return float(values.sum() if kind == "flow" else values.iloc[-1])


def _displacement(pairs: Sequence[Pair], policy: str) -> list[pd.DataFrame]:
    """Effects on supported and never supported firms: national yuan from the first support to the end of the run, and
    the days of their product cycle in the last year."""
    found = [_firm_effects(before, after, policy) for before, after in pairs]
    kept = [one for one in found if one is not None]
    if len(kept) < len(found):
        return []
    tables = []
    for column in (*OUTCOMES, CYCLE):
        ours, others = (np.array([one[side][column] for one in kept]) for side in (0, 1))
        words = {"policy": policy, "indicator": column, "period": WHOLE}
        unit = "days" if column == CYCLE else "yuan"
        draws = len(pairs)
        tables += [
            rows_of("supported_effect", spread(ours[:, None]), draws, **words, unit=unit),
            rows_of("others_effect", spread(others[:, None]), draws, **words, unit=unit),
        ]
        if column != CYCLE:
            tables.append(rows_of("displacement", displacement(others, ours), draws, **words, unit="share"))
    return tables


def _firm_effects(before: Any, after: Any, policy: str) -> tuple[dict[str, float], dict[str, float]] | None:
    """Effect on firms that `policy` supported and on those that nothing supported, by column.

    Firms are followed by their number; one that is absent in a run sells nothing there. None where nobody was
    supported.
    """
    supports, tables = after.supports, (before.firm_years, after.firm_years)
    mine = supports[supports["policy"] == policy]
    if not len(mine):
        return None
    year = int(mine["first_month"].min()) // 12
    totals = [_by_firm(table, year) for table in tables]
    firms = totals[0].index.union(totals[1].index)
    gap = totals[1].reindex(firms, fill_value=0.0) - totals[0].reindex(firms, fill_value=0.0)
    days = _cycle_change(*tables)
    ours, ever = (lambda numbers: numbers.isin(mine["firm"])), (lambda numbers: numbers.isin(supports["firm"]))
    return (
        _summed(gap[ours(firms)]) | {CYCLE: _mean(days[ours(days.index)])},
        _summed(gap[~ever(firms)]) | {CYCLE: _mean(days[~ever(days.index)])},
    )


def _by_firm(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """National yuan of each firm from a year on: per real firm times the firms it stands for."""
    rows = table[table["year"].astype(int) >= year]
    yuan = rows[list(OUTCOMES)].mul(rows["weight"], axis=0)
    return yuan.groupby(rows["firm"], sort=True).sum()


def _summed(gap: pd.DataFrame) -> dict[str, float]:
    return {str(column): float(value) for column, value in gap.sum().items()}


def _cycle_change(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Change of the product cycle (days) of firms there in both runs in the last year, with their weight."""
    last = [table[table["year"] == table["year"].max()].set_index("firm") for table in (before, after)]
    firms = last[0].index.intersection(last[1].index).sort_values()
    change = last[1].loc[firms, CYCLE] - last[0].loc[firms, CYCLE]
    return pd.DataFrame({"change": change, "weight": last[1].loc[firms, "weight"]})


def _mean(days: pd.DataFrame) -> float:
    """Weighted mean; not a number where nobody is left."""
    whole = float(days["weight"].sum())
    return float((days["change"] * days["weight"]).sum()) / whole if whole > 0.0 else float("nan")
