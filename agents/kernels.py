"""The month's inner loops, compiled: each rule once as a scalar, and loops that apply it to listings or cells.

Everything here is arithmetic on arrays that the agents' own files prepare; no rule of selection, luck or state lives
here. Tables are those of `env.Terms`, flattened where a leg number picks from them.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.kernel.members import HOME, HOME_OUTLET, HOSTED, RETAIL, WAREHOUSE

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

N_MODES = 7  # six ways abroad and the home outlet
CLOSED = -40.0  # log reach of a platform that is closed: no measurable pull


@njit(cache=True, inline="always")
def landed_price(ratio: Any, freight: Any, storage: Any, wedge: Any, commission: Any) -> Any:
    """Landed price over the belt's order value: (FOB + freight + storage) · taxes / (1 − commission)."""
    return (ratio + freight + storage) * wedge / (1.0 - commission)


@njit(cache=True, inline="always")
def log_pull(liked: Any, reach: Any, place: Any, sigma: Any, price: Any, kappa: Any, days: Any) -> Any:
    """Log pull that buyers move towards."""
    return liked + reach + place - sigma * math.log(price) - kappa * days


class Tables(NamedTuple):
    """What a listing's price and pull are looked up in, this month."""

    freight: Floats  # [leg]
    storage: Floats  # [leg]
    wedge: Floats  # [leg]
    days: Floats  # [leg]
    feasible: NDArray[np.bool_]  # [leg]
    log_reach: Floats  # [platform, market, mode]
    commission: Floats  # [platform, market]
    visible: Floats  # [platform]
    place: Floats  # [nest, market] log pull of trust and currency
    sigma: Floats  # [nest]
    kappa: Floats  # [nest]
    hosted_price: float


class Firms(NamedTuple):
    """Columns of firms that a price or a pull needs, [firm rows]."""

    belt: Codes
    category: Codes
    weight: Floats  # of the living
    ratio: Floats  # FOB price over order value
    always: Floats  # log pull seen everywhere
    shown: Floats  # log pull seen where reputation is shown
    ability: Floats  # log pull in B2B
    finance: Floats


@njit(cache=True)
def price_and_pull(
    firm: Any, market: Any, mode: Any, platform: Any, taste: Any, days: Any, pull: Any, extra: Any,
    f: Any, t: Any, nest_of: Any, speed: Any, n_market: Any, n_cat: Any, out: Any,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """Belt, nest, cell, leg, weight, landed price of every listing; moves `pull` towards its target.

    `extra` [listings or 1] is the log reach that single firms have beyond the table. `out` are the arrays filled.
    """
    belt_out, nest_out, cell_out, leg_out, weight_out, price_out = out
    for i in range(firm.shape[0]):
        row, m, k, p = firm[i], market[i], mode[i], platform[i]
        belt, nest = f.belt[row], nest_of[k]
        leg = (belt * (n_market + 1) + m) * N_MODES + k
        price = landed_price(f.ratio[row], t.freight[leg], t.storage[leg], t.wedge[leg], t.commission[p, m])
        if k == HOSTED:
            price *= t.hosted_price
        liked = f.always[row] + t.visible[p] * f.shown[row] + taste[i]
        if nest == 1:
            liked += f.ability[row]
        if extra.shape[0] > 1:
            liked += extra[i]
        goal = log_pull(liked, t.log_reach[p, m, k], t.place[nest, m], t.sigma[nest], price, t.kappa[nest], days[i])
        pull[i] += speed[nest] * (goal - pull[i])
        belt_out[i], nest_out[i], leg_out[i] = belt, nest, leg
        weight_out[i], price_out[i] = f.weight[row], price
        if nest == HOME:
            cell_out[i] = n_market * n_cat * 2 + f.category[row]
        else:
            cell_out[i] = (m * n_cat + f.category[row]) * 2 + nest


@njit(cache=True)
def divide(
    cell: Any, weight: Any, attraction: Any, served: Any, budget: Any, rest: Any, spending: Any, total: Any
) -> None:  # pragma: no cover - compiled
    """Split the cells' budgets among listings: fills `spending` per listing and `total` pull per cell."""
    for i in range(cell.shape[0]):
        spending[i] = attraction[i] * served[i]
        total[cell[i]] += weight[i] * spending[i]
    for i in range(cell.shape[0]):
        spending[i] *= budget[cell[i]] / (rest[cell[i]] + total[cell[i]])


class Question(NamedTuple):
    """Cells under review, one entry each, and the costs that depend on the firm only where a lever says so."""

    firm: Codes
    market: Codes
    nest: Codes
    liking: Floats
    error: Floats
    rate: Floats
    shop: Codes  # platform of own retail listings
    now_mode: Codes  # of the present listing, -1 where there is none
    now_platform: Codes
    sunk_home: Floats
    upkeep: Floats  # [market or home, mode], or [cells, mode] where costs are personal
    reach: Floats  # [1, 1], or [cells, mode] log reach of single firms
    open_share: Floats  # [1, 3], or [cells, 3] for own shop, host, B2B office


@njit(cache=True, inline="always")
def _judged(q: Any, f: Any, t: Any, fits: Any, money: Any, i: Any, mode: Any, platform: Any) -> Any:
    """(taste, target, profit, upkeep) of serving cell `i` in one way."""
    margins, usual_days, discount, n_market = money
    row, m, nest = q.firm[i], q.market[i], q.nest[i]
    leg = (f.belt[row] * (n_market + 1) + m) * N_MODES + mode
    ratio = f.ratio[row]
    price = landed_price(ratio, t.freight[leg], t.storage[leg], t.wedge[leg], t.commission[platform, m])
    taste, worth = q.liking[i], 1.0
    if nest == RETAIL:
        taste += fits[row, mode]
    if mode == HOSTED:
        price, worth = price * t.hosted_price, discount
    liked = f.always[row] + t.visible[platform] * f.shown[row] + taste
    if nest == 1:
        liked += f.ability[row]
    if q.reach.shape[0] > 1:
        liked += q.reach[i, mode]
    days = t.days[leg] + (0.0 if mode == WAREHOUSE else usual_days)
    reach = t.log_reach[platform, m, mode]
    target = log_pull(liked, reach, t.place[nest, m], t.sigma[nest], price, t.kappa[nest], days)
    sold = q.rate[i] * math.exp(target) * ratio * worth * f.finance[row]
    if nest != HOME:
        which = 2 if nest == 1 else (1 if mode == HOSTED else 0)
        sold *= q.open_share[i if q.open_share.shape[0] > 1 else 0, which]
    profit = sold * margins[mode] * q.error[i]
    if not t.feasible[leg] or reach < CLOSED / 2.0:
        profit = -math.inf
    cost = q.upkeep[i if q.upkeep.shape[0] != n_market + 1 else m, mode]
    return taste, target, profit, cost


@njit(cache=True)
def judge_cells(
    q: Any, f: Any, t: Any, fits: Any, money: Any, sunk: Any, fixed: Any, out: Any
) -> None:  # pragma: no cover - compiled
    """The best way to serve each cell, and what the present way is judged to leave after upkeep.

    `sunk` = (retail, hosted, B2B) yuan, `fixed` = (host, B2B office, no platform). `out`: mode, platform, taste,
    target, profit, upkeep, sunk, present surplus.
    """
    mode_out, platform_out, taste_out, target_out, profit_out, upkeep_out, sunk_out, now_out = out
    host, office, none = fixed
    for i in range(q.firm.shape[0]):
        nest = q.nest[i]
        best = -math.inf
        first, last = (0, 4) if nest == RETAIL else ((4, 5) if nest == 1 else (HOME_OUTLET, HOME_OUTLET + 1))
        for mode in range(first, last):
            platform = none if nest == HOME else (office if nest == 1 else (host if mode == HOSTED else q.shop[i]))
            taste, target, profit, cost = _judged(q, f, t, fits, money, i, mode, platform)
            if mode == first or profit - cost > best:
                best = profit - cost
                mode_out[i], platform_out[i], taste_out[i], target_out[i] = mode, platform, taste, target
                profit_out[i], upkeep_out[i] = profit, cost
        mode = mode_out[i]
        sunk_out[i] = q.sunk_home[i] if nest == HOME else (sunk[2] if nest == 1 else sunk[1 if mode == HOSTED else 0])
        if q.now_mode[i] >= 0:
            _, _, profit, cost = _judged(q, f, t, fits, money, i, q.now_mode[i], q.now_platform[i])
            now_out[i] = profit - cost
