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
    firms, belts, markets, modes = rows.firm, rows.belt, rows.market, rows.mode
    platforms, gateways, nests = rows.platform, rows.gateway, rows.nest
    weights, revenue, orders, parcels, spending = rows.weight, rows.revenue, rows.orders, rows.parcels, rows.spending
    carriage, hours, days, all_lots, look_rate = rows.carriage, rows.hours, rows.days, rows.lots, rows.look_rate
    by_belt, by_market, by_mode = sums.belt, sums.market, sums.mode
    by_platform, by_gateway, by_firm = sums.platform, sums.gateway, sums.firm
    for i in range(firms.shape[0]):
        firm, belt, weight, nest, mode = firms[i], belts[i], weights[i], nests[i], modes[i]
        if nest == HOME:
            sold = weight * revenue[i]
            by_belt[belt, 1] += sold
            by_market[markets[i], 1] += sold
            by_mode[mode, 1] += sold
            by_platform[platforms[i], 1] += sold
            by_gateway[gateways[i], 1] += sold
            by_firm[firm, 1] += sold
            continue
        a[:] = 0.0
        value, lots = weight * revenue[i], weight * all_lots[i]
        looked = lots * look_rate[i]
        a[0] = value
        a[2] = weight * orders[i]
        a[3] = weight * parcels[i]
        a[4] = weight * spending[i]
        a[5] = weight * carriage[i]
        a[6] = value * hours[i]
        if nest == RETAIL:
            a[11] = a[2]
            a[12] = a[2] * days[i]
            if mode != WAREHOUSE:
                a[9], a[10] = lots, looked
                if fresh[firm]:
                    a[7], a[8] = a[6], value
        a[13], a[14] = lots, looked
        a[15] = lots * bad[firm]
        a[16] = value * foreign[belt]
        if mode == HOSTED:
            a[17] = value
        elif mode == WAREHOUSE:
            a[18] = value
        a[19] = weight
        market, platform, gateway = markets[i], platforms[i], gateways[i]
        for k in range(N_AMOUNTS):
            by_belt[belt, k] += a[k]
            by_market[market, k] += a[k]
            by_mode[mode, k] += a[k]
            by_platform[platform, k] += a[k]
            by_gateway[gateway, k] += a[k]
            by_firm[firm, k] += a[k]
