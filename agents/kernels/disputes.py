"""Disputes along the listings: which orders end in one, and what is lost."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.kernel.members import RETAIL

Floats = NDArray[np.float64]


class Causes(NamedTuple):
    """What makes buyers complain."""

    category: NDArray[np.int8]  # [firm rows]
    proneness: Floats  # [firm rows] chance of a dispute over an order that arrives at once
    bad: Floats  # [firm rows] share of lots in violation
    power: float  # chance that a look finds a violation
    delay: float  # log chance per day
    violation: float  # how much likelier a dispute is over goods in violation
    rate: Floats  # [market, category] factor
    loss: Floats  # [market, category] order values lost per dispute


@njit(cache=True)
def file_disputes(
    firm: Any, market: Any, nest: Any, weight: Any, orders: Any, revenue: Any, days: Any, look_rate: Any, c: Any,
    cases: Any, lost: Any, filed: Any, sold: Any,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """Disputes of each listing's month (`cases`, zero but in retail) per real firm.

    Adds a firm's yuan to `lost` [firm rows], national disputes to `filed` [market, category], and national retail
    orders to `sold` [market].
    """
    category, proneness, bad, rate, loss = c.category, c.proneness, c.bad, c.rate, c.loss
    power, delay, violation = c.power, c.delay, c.violation
    for i in range(firm.shape[0]):
        cases[i] = 0.0
        if nest[i] != RETAIL:
            continue
        row, m = firm[i], market[i]
        k = category[row]
        arrived = bad[row] * (1.0 - min(look_rate[i] * power, 1.0))
        chance = rate[m, k] * proneness[row] * math.exp(delay * days[i]) * (1.0 + violation * arrived)
        chance = min(chance, 1.0)
        cases[i] = orders[i] * chance
        lost[row] += revenue[i] * chance * loss[m, k]
        filed[m, k] += weight[i] * cases[i]
        sold[m] += weight[i] * orders[i]
