"""National amounts of listings, added up by place, mode, platform, district and firm in one pass.

Amounts count sales abroad only, except `home_sales`. `hours` and `hours_new` are weighted by yuan, `days` by retail
orders; `_new` means retail lists of firms without a record, `_retail` lots declared as retail lists (channel 9610).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.kernel.members import HOME, HOSTED, RETAIL, WAREHOUSE

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

AMOUNTS: Final = (
    "exports", "home_sales", "orders", "parcels", "spending", "logistics", "hours", "hours_new", "exports_new",
    "lots_retail", "looked_retail", "retail_orders", "days", "lots", "looked", "bad", "foreign_inputs", "hosted",
    "stored", "listings",
)  # fmt: skip
COLUMN: Final = {name: column for column, name in enumerate(AMOUNTS)}
N_AMOUNTS: Final = len(AMOUNTS)


class Listings(NamedTuple):
    """Columns of the month's listings that the sums need; all of one length."""

    firm: Codes
    belt: Codes
    market: Codes
    mode: Codes
    platform: Codes
    gateway: Codes
    nest: Codes
    weight: Floats
    revenue: Floats
    orders: Floats
    parcels: Floats
    spending: Floats
    carriage: Floats
    hours: Floats
    days: Floats
    lots: Floats
    look_rate: Floats


class Sums(NamedTuple):
    """Amounts by member, each [members, amounts]; the last market is home, the last platform and district are none."""

    belt: Floats
    market: Floats
    mode: Floats
    platform: Floats
    gateway: Floats
    firm: Floats


def add_up(
    rows: Listings, fresh: NDArray[np.bool_], bad: Floats, foreign: Floats, sizes: tuple[int, int, int, int, int, int]
) -> Sums:
    """All sums of the month. `fresh`, `bad` are per firm row, `foreign` the foreign share of a belt's revenue."""
    sums = Sums(*(np.zeros((size, N_AMOUNTS)) for size in sizes))
    _add_up(rows, fresh, bad, foreign, sums, np.zeros(N_AMOUNTS))
    return sums


@njit(cache=True)
def _add_up(rows: Any, fresh: Any, bad: Any, foreign: Any, sums: Any, a: Any) -> None:  # pragma: no cover - compiled
    for i in range(rows.firm.shape[0]):
        firm, weight, nest, mode = rows.firm[i], rows.weight[i], rows.nest[i], rows.mode[i]
        a[:] = 0.0
        if nest == HOME:
            a[1] = weight * rows.revenue[i]
        else:
            value, lots = weight * rows.revenue[i], weight * rows.lots[i]
            looked = lots * rows.look_rate[i]
            a[0] = value
            a[2] = weight * rows.orders[i]
            a[3] = weight * rows.parcels[i]
            a[4] = weight * rows.spending[i]
            a[5] = weight * rows.carriage[i]
            a[6] = value * rows.hours[i]
            if nest == RETAIL:
                a[11] = a[2]
                a[12] = a[2] * rows.days[i]
                if mode != WAREHOUSE:
                    a[9], a[10] = lots, looked
                    if fresh[firm]:
                        a[7], a[8] = a[6], value
            a[13], a[14] = lots, looked
            a[15] = lots * bad[firm]
            a[16] = value * foreign[rows.belt[i]]
            if mode == HOSTED:
                a[17] = value
            elif mode == WAREHOUSE:
                a[18] = value
            a[19] = weight
        for k in range(a.shape[0]):
            sums.belt[rows.belt[i], k] += a[k]
            sums.market[rows.market[i], k] += a[k]
            sums.mode[mode, k] += a[k]
            sums.platform[rows.platform[i], k] += a[k]
            sums.gateway[rows.gateway[i], k] += a[k]
            sums.firm[firm, k] += a[k]
