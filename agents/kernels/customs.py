"""Customs along the listings: lots, looks, hours, days, and what reaches the markets."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.kernel.members import B2B, HOME, WAREHOUSE

Floats = NDArray[np.float64]


@njit(cache=True)
def declare_lots(
    firm: Any, mode: Any, nest: Any, leg: Any, revenue: Any, weight: Any, lot_yuan: Any, gateway: Any, category: Any,
    tier: Any, fresh: Any, rate: Any, factor: Any, lots: Any, chance: Any, asked: Any,
) -> float:  # pragma: no cover - compiled  # fmt: skip
    """Lots of each listing and the chance that one is looked at; looks asked of each district are added to `asked`.

    The chance goes by district, goods, mode and tier, newcomers having a factor of their own; home sales pass no
    customs. `gateway` is by leg. Returns the national number of lots that pass a district.
    """
    traffic = 0.0
    for i in range(firm.shape[0]):
        lots[i] = chance[i] = 0.0
        if nest[i] == HOME:
            continue
        row, k, district = firm[i], mode[i], gateway[leg[i]]
        place = max(district, 0)
        lots[i] = revenue[i] / lot_yuan
        chance[i] = rate[place, category[row], k, tier[row]]
        if fresh[row]:
            chance[i] = min(chance[i] * factor[place, category[row], k], 1.0)
        if district >= 0:
            passing = weight[i] * lots[i]
            asked[district] += passing * chance[i]
            traffic += passing
    return traffic


@njit(cache=True)
def waive_looks(
    firm: Any, nest: Any, leg: Any, lots: Any, gateway: Any, can: Any, chance: Any, total: Any, asked: Any
) -> None:  # pragma: no cover - compiled
    """Lower the chances to what districts can do, but for negative lists (chance 1), which are never waived.

    Adds each firm's lots and wished looks in retail (0) and B2B (1) to `total` and `asked`, [2, firm rows].
    """
    for i in range(firm.shape[0]):
        if nest[i] == HOME:
            continue
        district = gateway[leg[i]]
        if district >= 0 and chance[i] < 1.0:
            chance[i] *= can[district]
        group = 1 if nest[i] == B2B else 0
        total[group, firm[i]] += lots[i]
        asked[group, firm[i]] += lots[i] * chance[i]


class Waits(NamedTuple):
    """What the hours and days of a listing are made of."""

    gateway: NDArray[np.int64]  # [leg] district, -1 where there is none
    days: Floats  # [leg]
    processing: Floats  # [district, mode] hours, or [listings, 1] where a lever picks firms
    papers: Floats  # [1, mode] hours, or [listings, 1]
    relief: Floats  # [belt] part of the papers that is left in a pilot zone
    queue: Floats  # [district] hours
    pile: Floats  # [district] hours before goods are declared
    looked: Floats  # [2, firm rows] share of lots looked at
    look_hours: float
    extra_days: Floats  # [listings], or [0] where no lever picks firms


@njit(cache=True)
def release(
    firm: Any, mode: Any, nest: Any, leg: Any, belt: Any, overflow: Any, w: Any, personal: Any, hours: Any, days: Any
) -> None:  # pragma: no cover - compiled
    """Hours from declaration to release and days until delivery of each listing, means over its lots.

    Goods in an overseas warehouse were cleared before the order; what overflows there travels as direct parcels.
    """
    gateway, usual_days, processing, papers, relief = w.gateway, w.days, w.processing, w.papers, w.relief
    queue, pile, looked, look_hours, extra_days = w.queue, w.pile, w.looked, w.look_hours, w.extra_days
    own_days = extra_days.shape[0] > 0
    for i in range(firm.shape[0]):
        k, way = mode[i], leg[i]
        hours[i] = outside = 0.0
        if nest[i] != HOME:
            district = max(gateway[way], 0)
            group = 1 if nest[i] == B2B else 0
            handling = processing[i, 0] if personal else processing[district, k]
            written = papers[i, 0] if personal else papers[0, k]
            looks = looked[group, firm[i]] * look_hours
            hours[i] = written * relief[belt[i]] + handling + looks + queue[district]
            outside = pile[district]
        if k == WAREHOUSE:
            direct = usual_days[way - (WAREHOUSE - 1)]  # the direct parcel of the same belt and market
            days[i] = (1.0 - overflow[i]) * usual_days[way] + overflow[i] * direct
        else:
            days[i] = usual_days[way] + (hours[i] + outside) / 24.0
        if own_days:
            days[i] += extra_days[i]


@njit(cache=True)
def arrive(
    firm: Any, market: Any, weight: Any, lots: Any, chance: Any, power: Any, bad: Any, total: Any, wrong: Any
) -> None:  # pragma: no cover - compiled
    """National lots that reach each market, and those in violation that no look found; added to `total`, `wrong`."""
    for i in range(firm.shape[0]):
        arrived = weight[i] * lots[i]
        total[market[i]] += arrived
        wrong[market[i]] += arrived * bad[firm[i]] * (1.0 - min(chance[i] * power, 1.0))
