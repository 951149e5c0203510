"""National amounts of listings and of firms, added up by all they are cut by in one pass each.

Amounts count sales abroad only, except `home_sales`. `hours`, `hours_new` and `days_b2b` are weighted by yuan, `days`
by retail orders; `_new` means retail lists of firms without a record, `_retail` lots declared as retail lists (channel
9610), `_b2b` what business buyers order.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.kernel.columns import Table
from model.kernel.members import CATEGORIES, HOME, HOSTED, RETAIL, SIZES, TIERS, WAREHOUSE

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Short = NDArray[np.int32]

AMOUNTS: Final = (
    "exports", "home_sales", "orders", "parcels", "spending", "logistics", "hours", "hours_new", "exports_new",
    "lots_retail", "looked_retail", "retail_orders", "days", "lots", "looked", "bad", "foreign_inputs", "hosted",
    "stored", "listings", "exports_b2b", "days_b2b", "disputes",
)  # fmt: skip
COLUMN: Final = {name: column for column, name in enumerate(AMOUNTS)}
N_AMOUNTS: Final = len(AMOUNTS)


class Listings(NamedTuple):
    """Columns of the month's listings that the sums need; all of one length."""

    firm: Codes
    belt: Short
    market: Codes
    mode: Codes
    platform: Codes
    leg: Short
    nest: NDArray[np.int8]
    weight: Floats
    revenue: Floats
    orders: Floats
    parcels: Floats
    spending: Floats
    freight: Floats
    storage: Floats
    hours: Floats
    days: Floats
    lots: Floats
    look_rate: Floats
    cases: Floats


class Sums(NamedTuple):
    """Amounts by member, amounts last; the last market is home, the last platform and district are none."""

    belt: Floats  # [belt, amount]
    way: Floats  # [market, mode, platform, amount]
    gateway: Floats  # [district, amount]
    size: Floats  # [size, amount]
    tier: Floats  # [tier, amount]
    goods: Floats  # [market, category] exports


class Traits(NamedTuple):
    """What the amounts of a listing take from its firm and belt."""

    size: Codes  # [firm rows]
    tier: Codes
    category: Codes
    fresh: NDArray[np.bool_]  # without a record yet
    bad: Floats  # share of lots in violation
    foreign: Floats  # [belt] foreign share of revenue


def add_up(rows: Listings, gateway: Codes, traits: Traits, shapes: tuple[tuple[int, ...], ...]) -> Sums:
    """All sums of the month over listings, which stand firm by firm. `gateway` is the district of a leg, -1 for none.

    `shapes` are those of the sums by member without their last axis, in the order of `Sums`.
    """
    amounts = [np.zeros((*shape, N_AMOUNTS)) for shape in shapes]
    sums = Sums._make([*amounts, np.zeros((shapes[1][0], len(CATEGORIES)))])
    _add_up(rows, gateway, traits, sums, np.zeros(N_AMOUNTS), np.zeros(N_AMOUNTS))
    return sums


@njit(cache=True)
def _add_up(
    rows: Any, gateway_of: Any, traits: Any, sums: Any, a: Any, own: Any
) -> None:  # pragma: no cover - compiled
    """Adds each listing's amounts `a` to its place, and the sum `own` over a firm's listings to belt, size and tier."""
    firms, belts, markets, modes = rows.firm, rows.belt, rows.market, rows.mode
    platforms, legs, nests, weights = rows.platform, rows.leg, rows.nest, rows.weight
    revenue, orders, parcels, spending = rows.revenue, rows.orders, rows.parcels, rows.spending
    freight, storage, hours, days = rows.freight, rows.storage, rows.hours, rows.days
    lots, look_rate, foreign, bad, fresh = rows.lots, rows.look_rate, traits.foreign, traits.bad, traits.fresh
    cases, categories, goods = rows.cases, traits.category, sums.goods
    sizes, tiers, by_size, by_tier = traits.size, traits.tier, sums.size, sums.tier
    by_belt, by_way, by_gateway = sums.belt, sums.way, sums.gateway
    for i in range(firms.shape[0]):
        firm, belt, weight, mode = firms[i], belts[i], weights[i], modes[i]
        a[:] = 0.0
        if nests[i] == HOME:
            a[1] = weight * revenue[i]
        else:
            value, orders_sent, passed = weight * revenue[i], weight * orders[i], weight * lots[i]
            a[0], a[2], a[3], a[4] = value, orders_sent, weight * parcels[i], weight * spending[i]
            a[5], a[6] = weight * (freight[i] + storage[i]), value * hours[i]
            a[13], a[14], a[15], a[16] = passed, passed * look_rate[i], passed * bad[firm], value * foreign[belt]
            a[17], a[18], a[19] = value * (mode == HOSTED), value * (mode == WAREHOUSE), weight
            goods[markets[i], categories[firm]] += value
            if nests[i] == RETAIL:
                a[11], a[12], a[22] = orders_sent, orders_sent * days[i], weight * cases[i]
                if mode != WAREHOUSE:
                    a[9], a[10] = a[13], a[14]
                    if fresh[firm]:
                        a[7], a[8] = a[6], value
            else:
                a[20], a[21] = value, value * days[i]
        market, platform, gateway = markets[i], platforms[i], gateway_of[legs[i]]
        for k in range(N_AMOUNTS):
            by_way[market, mode, platform, k] += a[k]
            by_gateway[gateway, k] += a[k]
            own[k] += a[k]
        if i + 1 == firms.shape[0] or firms[i + 1] != firm:
            for k in range(N_AMOUNTS):
                by_belt[belt, k] += own[k]
                by_size[sizes[firm], k] += own[k]
                by_tier[tiers[firm], k] += own[k]
                own[k] = 0.0


FIRM_AMOUNTS: Final = (
    "firms", "profit_12m", "sales_12m", "digital_level", "cycle_days", "quality_sales", "brand_sales",
)  # fmt: skip
FIRM_COLUMN: Final = {name: column for column, name in enumerate(FIRM_AMOUNTS)}


class FirmSums(NamedTuple):
    """Amounts of living firms by member, each [members, amounts]."""

    belt: Floats
    size: Floats
    tier: Floats


def add_up_firms(firms: Table, n_belt: int) -> FirmSums:
    """All sums of the month over firms; `quality_sales`, `brand_sales` are weighted by trailing sales.

    Log quality may be negative, so it is shifted by one for a ratio of sums to keep its meaning.
    """
    sums = FirmSums(*(np.zeros((size, len(FIRM_AMOUNTS))) for size in (n_belt, len(SIZES), len(TIERS))))
    _add_up_firms(
        firms["belt"], firms["size"], firms["tier"], firms["weight"] * firms["alive"], firms["profit_12m"],
        firms["sales_12m"], firms["digital_level"], firms["cycle_days"], firms["quality"], firms["brand"], sums,
    )  # fmt: skip
    return sums


@njit(cache=True)
def _add_up_firms(
    belt: Any, size: Any, tier: Any, weight: Any, profit: Any, sales: Any, tools: Any, cycle: Any, quality: Any,
    brand: Any, sums: Any,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    by_belt, by_size, by_tier = sums.belt, sums.size, sums.tier
    for i in range(belt.shape[0]):
        sold = weight[i] * sales[i]
        amounts = (
            weight[i], weight[i] * profit[i], sold, weight[i] * tools[i], weight[i] * cycle[i],
            (1.0 + quality[i]) * sold, brand[i] * sold,
        )  # fmt: skip
        for k in range(len(amounts)):
            by_belt[belt[i], k] += amounts[k]
            by_size[size[i], k] += amounts[k]
            by_tier[tier[i], k] += amounts[k]


def count_markets(firm: Codes, market: Codes, home: int, n_firms: int) -> Codes:
    """Number of markets abroad in which each firm has a listing, in retail or B2B; [firm rows]."""
    seen = np.zeros((n_firms, home + 1), dtype=np.bool_)
    count = np.zeros(n_firms, dtype=np.int64)
    _count_markets(firm, market, home, seen, count)
    return count


@njit(cache=True)
def _count_markets(firm: Any, market: Any, home: Any, seen: Any, count: Any) -> None:  # pragma: no cover - compiled
    for i in range(firm.shape[0]):
        row, m = firm[i], market[i]
        if m != home and not seen[row, m]:
            seen[row, m] = True
            count[row] += 1
