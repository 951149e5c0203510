"""Estimators of the published studies, on panels of a baseline and an arm.

The two runs of a draw meet the same luck, so a seller's run without the change takes the place of the seller before it:
"period" below is 0 for the baseline and 1 for the arm. Pure functions of tables.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from experiments.natural.watching import KEYS

Floats = NDArray[np.float64]

CLOSE: Final = 1e-12
"""Largest step of the sweep that takes group means out, against the spread of the column."""
SWEEPS: Final = 10_000


@dataclass(frozen=True)
class Estimate:
    """A coefficient and its standard error (within one draw, clustered by unit)."""

    value: float
    error: float


def total(cells: pd.DataFrame, column: str = "revenue_yuan") -> float:
    """National total of a column of `Look.cells`: weight × value, summed."""
    return float(np.sum(cells["weight"].to_numpy() * cells[column].to_numpy()))


def change(after: float, before: float) -> float:
    """Relative change, in per cent."""
    return 100.0 * (after / before - 1.0)


def pairs(base: pd.DataFrame, arm: pd.DataFrame, column: str, by: Sequence[str] = KEYS) -> pd.DataFrame:
    """Units with sales in both runs, as a panel of two periods.

    `base`, `arm`: `Look.cells`. A unit is a combination of `by`; its value the sum of `column` per real firm.
    Returns rows unit × period with `by`, `unit` (0 … n−1), `period` (0 or 1), `log` of the value and the `weight`
    that the unit has in the baseline.
    """
    keys = list(by)
    sums = [run.groupby(keys).agg(value=(column, "sum"), weight=("weight", "first")) for run in (base, arm)]
    both = sums[0].merge(sums[1], left_index=True, right_index=True, suffixes=("", "_arm"))
    both = both[(both["value"] > 0.0) & (both["value_arm"] > 0.0)].reset_index()
    rows = [
        both[keys].assign(
            unit=np.arange(len(both)), period=period, log=np.log(both[name].to_numpy()), weight=both["weight"]
        )
        for period, name in enumerate(("value", "value_arm"))
    ]
    return pd.concat(rows, ignore_index=True)


def did(
    outcome: ArrayLike, treated: ArrayLike, unit: ArrayLike, period: ArrayLike, weight: ArrayLike | None = None
) -> Estimate:
    """Difference in differences: least squares of `outcome` on `treated` with effects of units and periods.

    All arguments have one entry an observation; `treated` is the treatment in force (group × period) or its size.
    Least squares are weighted where a weight is given.
    """
    import statsmodels.api as sm

    y, x = (np.asarray(values, dtype=np.float64) for values in (outcome, treated))
    w = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=np.float64)
    groups = [np.unique(np.asarray(values), return_inverse=True)[1] for values in (unit, period)]
    fit = sm.WLS(demeaned(y, groups, w), demeaned(x, groups, w), weights=w).fit(
        cov_type="cluster", cov_kwds={"groups": groups[0]}
    )
    return Estimate(float(fit.params[0]), float(fit.bse[0]))


def demeaned(values: Floats, groups: Sequence[NDArray[np.int64]], weight: Floats) -> Floats:
    """`values` [observations] less the effects of every grouping (codes from 0), by alternating projections."""
    left, spread = values.copy(), max(float(np.std(values)), 1e-300)
    sums = [np.bincount(codes, weights=weight) for codes in groups]
    for _ in range(SWEEPS):
        step = 0.0
        for codes, whole in zip(groups, sums, strict=True):
            means = np.bincount(codes, weights=weight * left) / whole
            left -= means[codes]
            step = max(step, float(np.abs(means).max()))
        if step <= CLOSE * spread:
            return left
    raise ArithmeticError("effects of units and periods did not settle")


def ppml(flow: ArrayLike, treated: ArrayLike, group: ArrayLike) -> float:
    """Gravity by Poisson pseudo-maximum likelihood: log change of `flow` by `treated`, with an effect a group.

    One entry an observation; flows are levels and may be zero. In a panel of two periods this is the log ratio of
    sums, so large flows count as large.
    """
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    y = np.asarray(flow, dtype=np.float64)
    dummies = pd.get_dummies(pd.Series(np.asarray(group)), dtype=float).to_numpy()
    kept = dummies[:, dummies.T @ y > 0.0]  # a group without any flow tells nothing
    seen = kept.sum(axis=1) > 0.0
    design = np.column_stack([np.asarray(treated, dtype=np.float64), kept])[seen]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)  # flows that did not move at all fit perfectly
        fit = sm.GLM(y[seen] / y.mean(), design, family=sm.families.Poisson()).fit(tol=1e-12)
    return float(fit.params[0])


def market_flows(base: pd.DataFrame, arm: pd.DataFrame) -> pd.DataFrame:
    """Exports by market in both runs: columns market, period (0 baseline, 1 arm), flow (yuan)."""
    rows = []
    for period, cells in enumerate((base, arm)):
        flow = (cells["weight"] * cells["revenue_yuan"]).groupby(cells["market"]).sum()
        rows.append(pd.DataFrame({"market": flow.index, "period": period, "flow": flow.to_numpy()}))
    return pd.concat(rows, ignore_index=True)


def elasticity(after: float, before: float, duty: float) -> float:
    """Log change of trade over the log change `duty` of one plus the duty."""
    return float(np.log(after / before) / duty)


def duty_change(base: pd.DataFrame, arm: pd.DataFrame, points: float) -> float:
    """Log change of one plus the duty through `points`, mean over the national sales of both runs.

    `base`, `arm`: `Look.cells`; the column `duty` of the arm holds the points already.
    """
    logs, sales = [], []
    for cells, before in ((base, base["duty"]), (arm, arm["duty"] - points)):
        logs.append(np.log1p(points / (1.0 + before.to_numpy())))
        sales.append((cells["weight"] * cells["revenue_yuan"]).to_numpy())
    return float(np.average(np.concatenate(logs), weights=np.concatenate(sales)))


def unit_price(base: pd.DataFrame, arm: pd.DataFrame, column: str) -> pd.DataFrame:
    """Log of a column (`revenue_yuan`: FOB, `landed_yuan`: paid by buyers) per unit, as a panel like `pairs`.

    Units are sellers (firm, market, mode) with sales in both runs; columns unit, period, log, duty and the `sales` that
    the seller has in the baseline, national yuan.
    """
    both = base.merge(arm, on=list(KEYS), suffixes=("", "_arm"))
    both = both[(both["units"] > 0.0) & (both["units_arm"] > 0.0)]
    rows = [
        pd.DataFrame(
            {
                "unit": np.arange(len(both)),
                "period": period,
                "log": np.log(both[f"{column}{run}"].to_numpy() / both[f"units{run}"].to_numpy()),
                "duty": both[f"duty{run}"].to_numpy(),
                "sales": (both["weight"] * both["revenue_yuan"]).to_numpy(),
            }
        )
        for period, run in enumerate(("", "_arm"))
    ]
    return pd.concat(rows, ignore_index=True)


def equal_tariff(loss: float, loss_of_rate: float, rate: float) -> float:
    """Ad valorem rate (share) that loses as much as another change: interpolated on the elasticity.

    `loss`, `loss_of_rate`: log changes of trade through the other change and through a tariff of `rate`.
    """
    return float(np.expm1(np.log1p(rate) * loss / loss_of_rate))
