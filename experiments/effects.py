"""Arithmetic of a comparison: months to periods, paired differences to effects with their interval.

Pure functions of numbers: nothing here knows of processes, files or the economy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]

FEW_DRAWS = 20
"""Below this number of draws the 5th and 95th percentile would be the extremes; t times the error is used."""
_TAIL = 0.95

SUMMARY = ("baseline", "policy", "effect", "low", "high", "se", "relative", "p_positive")


@dataclass(frozen=True)
class Period:
    """A named stretch of the run: the months `first` to `last` (inclusive, absolute)."""

    name: str
    first: int
    last: int


def periods_of(first: int, months: int) -> list[Period]:
    """`last_12` (the whole run when it is shorter), `all`, and every calendar year the run touches.

    A year that the run only touches holds the months that were simulated.
    """
    end = first + months - 1
    years = range(first // 12, end // 12 + 1)
    calendar = [Period(f"{y:04d}", max(first, y * 12), min(end, y * 12 + 11)) for y in years]
    return [Period("last_12", max(first, end - 11), end), Period("all", first, end), *calendar]


def last_whole_year(first: int, months: int) -> int:
    """The last calendar year that a run holds whole, else the last it touches."""
    end = first + months - 1
    years = range(first // 12, end // 12 + 1)
    whole = [year for year in years if year * 12 >= first and year * 12 + 11 <= end]
    return (whole or list(years))[-1]


def period_values(parts: pd.DataFrame, periods: Sequence[Period], kinds: Mapping[str, str]) -> pd.DataFrame:
    """Value of every indicator in every period.

    `parts`: month (absolute), indicator, num, den, one row per month and indicator. Flows are summed, stocks taken
    at the period's end, ratios computed from summed parts. Returns a frame of indicators × period names.
    """
    wide = parts.set_index(["month", "indicator"]).sort_index()
    num, den = wide["num"].unstack("indicator"), wide["den"].unstack("indicator")
    months = num.index.to_numpy()
    kind = np.array([kinds[name] for name in num.columns])
    columns = {}
    for period in periods:
        inside = (months >= period.first) & (months <= period.last)
        columns[period.name] = _aggregate(num.to_numpy()[inside], den.to_numpy()[inside], kind)
    return pd.DataFrame(columns, index=num.columns)


def _aggregate(num: Floats, den: Floats, kind: NDArray[np.str_]) -> Floats:
    """One value per column from the rows (months) of a period."""
    total = num.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = total / den.sum(axis=0)
    ratio = np.where(np.isfinite(ratio), ratio, np.nan)
    return np.select([kind == "flow", kind == "stock"], [total, num[-1]], ratio)


def public_cost(ledger: pd.DataFrame, accounts: Sequence[str], periods: Sequence[Period]) -> dict[str, float]:
    """Yuan paid by the government on `accounts`, by period. `ledger`: month (absolute), payer, account, yuan."""
    paid = ledger[(ledger["payer"] == "government") & ledger["account"].isin(list(accounts))]
    month, yuan = paid["month"].to_numpy(), paid["yuan"].to_numpy(dtype=np.float64)
    return {p.name: float(yuan[(month >= p.first) & (month <= p.last)].sum()) for p in periods}


def summarise(baseline: Floats, policy: Floats) -> dict[str, Floats]:
    """Paired draws, arrays [draw, thing] → the summary columns, one value per thing.

    The interval spans 90 %: percentiles over the draws, or mean ± t · standard error when draws are few. One draw
    has no interval (nan).
    """
    gap = policy - baseline
    draws = gap.shape[0]
    mean = gap.mean(axis=0)
    base = baseline.mean(axis=0)
    se = gap.std(axis=0, ddof=1) / np.sqrt(draws) if draws > 1 else np.full_like(mean, np.nan)
    if draws >= FEW_DRAWS:
        low, high = np.quantile(gap, [0.05, _TAIL], axis=0)
    else:
        reach = stdtrit(draws - 1, _TAIL) * se if draws > 1 else se
        low, high = mean - reach, mean + reach
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(base != 0.0, mean / base, np.nan)
    positive = np.where(np.isnan(mean), np.nan, (gap > 0.0).mean(axis=0))
    columns = (base, policy.mean(axis=0), mean, low, high, se, relative, positive)
    return dict(zip(SUMMARY, columns, strict=True))


def effects_table(
    baseline: Sequence[pd.DataFrame],
    policy: Sequence[pd.DataFrame],
    costs: Mapping[str, float],
    units: Mapping[str, str],
    kinds: Mapping[str, str],
) -> pd.DataFrame:
    """Rows of `effects.parquet` for one scenario, without the scenario's name.

    `baseline` and `policy`: one frame of `period_values` per draw, in the same order of seeds. `costs`: mean public
    cost by period. The effect per yuan is given for flows in yuan when the policy cost something.
    """
    names, periods = baseline[0].index, baseline[0].columns
    stacks = [np.stack([frame.loc[names].to_numpy().ravel() for frame in side]) for side in (baseline, policy)]
    table = pd.DataFrame(summarise(*stacks))
    table.insert(0, "indicator", np.repeat(names.to_numpy(dtype=object), len(periods)))
    table.insert(1, "period", np.tile(periods.to_numpy(dtype=object), len(names)))
    table.insert(2, "unit", [units[name] for name in table["indicator"]])
    table["public_cost"] = [costs[name] for name in table["period"]]
    yuan = [kinds[i] == "flow" and units[i].startswith("yuan") for i in table["indicator"]]
    payable = np.array(yuan, dtype=bool) & (table["public_cost"].to_numpy() != 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        table["effect_per_yuan"] = np.where(payable, table["effect"] / table["public_cost"], np.nan)
    table["draws"] = len(baseline)
    return table


_MEMBER = ["indicator", "dimension", "member", "period"]


def breakdown_values(parts: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Values by indicator, dimension, member and year, and over the whole run (`all`).

    `parts`: period (a year, or a month that begins with one), indicator, dimension, member, num, den.
    """
    frame = parts.assign(year=parts["period"].str[:4], order=parts["period"])
    keys = ["indicator", "dimension", "member"]
    whole = frame.assign(year="all")
    both = pd.concat([frame, whole]).sort_values([*keys, "year", "order"], kind="stable")
    groups = both.groupby([*keys, "year"], sort=True)
    # min_count: a period whose every part is missing is missing, not zero.
    added = groups[["num", "den"]].sum(min_count=1)
    added["last"] = groups["num"].last()
    kind = np.array([kinds[name] for name in added.index.get_level_values("indicator")])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(added["den"] != 0.0, added["num"] / added["den"], np.nan)
    added["value"] = np.select([kind == "flow", kind == "stock"], [added["num"], added["last"]], ratio)
    return added[["value"]].rename_axis(_MEMBER)


def breakdown_effects(baseline: Sequence[pd.DataFrame], policy: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Paired effects by member of a dimension; arguments as in `effects_table`, frames of `breakdown_values`.

    A member that is absent in one of the runs counts as missing there.
    """
    index = baseline[0].index
    for frame in (*baseline[1:], *policy):
        index = index.union(frame.index)
    sides = [np.stack([f["value"].reindex(index).to_numpy() for f in side]) for side in (baseline, policy)]
    return pd.DataFrame(summarise(*sides), index=index).reset_index().assign(draws=len(baseline))
