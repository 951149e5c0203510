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
    # Arrays are taken out of their tuples once: reference counts inside the loop would cost more than the arithmetic.
    belts, categories, weights, ratios = f.belt, f.category, f.weight, f.ratio
    always, shown, ability = f.always, f.shown, f.ability
    freight, storage, wedge, commission = t.freight, t.storage, t.wedge, t.commission
    log_reach, visible, place, sigma, kappa = t.log_reach, t.visible, t.place, t.sigma, t.kappa
    hosted_price, personal = t.hosted_price, extra.shape[0] > 1
    for i in range(firm.shape[0]):
        row, m, k, p = firm[i], market[i], mode[i], platform[i]
        belt, nest = belts[row], nest_of[k]
        leg = (belt * (n_market + 1) + m) * N_MODES + k
        price = landed_price(ratios[row], freight[leg], storage[leg], wedge[leg], commission[p, m])
        if k == HOSTED:
            price *= hosted_price
        liked = always[row] + visible[p] * shown[row] + taste[i]
        if nest == 1:
            liked += ability[row]
        if personal:
            liked += extra[i]
        goal = log_pull(liked, log_reach[p, m, k], place[nest, m], sigma[nest], price, kappa[nest], days[i])
        pull[i] += speed[nest] * (goal - pull[i])
        belt_out[i], nest_out[i], leg_out[i] = belt, nest, leg
        weight_out[i], price_out[i] = weights[row], price
        if nest == HOME:
            cell_out[i] = n_market * n_cat * 2 + categories[row]
        else:
            cell_out[i] = (m * n_cat + categories[row]) * 2 + nest


@njit(cache=True)
def sell(
    belt: Any, mode: Any, firm: Any, price: Any, spending: Any, value: Any, ratio: Any, hosted: Any,
    fob: Any, orders: Any, revenue: Any,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """FOB price, orders and FOB yuan of each listing from buyers' spending; `hosted` is the factory discount."""
    for i in range(belt.shape[0]):
        worth = value[belt[i]]
        own = worth * ratio[firm[i]]
        if mode[i] == HOSTED:
            own *= hosted
        fob[i] = own
        orders[i] = spending[i] / (price[i] * worth)
        revenue[i] = orders[i] * own


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


@njit(cache=True)
def judge_cells(
    q: Any, f: Any, t: Any, fits: Any, money: Any, sunk: Any, fixed: Any, out: Any
) -> None:  # pragma: no cover - compiled
    """The best way to serve each cell, and what the present way is judged to leave after upkeep.

    `money` = (margins [mode], usual days of clearance, hosted discount, home's market code), `sunk` = (retail, hosted,
    B2B) yuan, `fixed` = (host, B2B office, no platform). `out`: mode, platform, taste, target, profit, upkeep, sunk,
    present surplus.
    """
    mode_out, platform_out, taste_out, target_out, profit_out, upkeep_out, sunk_out, now_out = out
    host, office, none = fixed
    margins, usual_days, discount, n_market = money
    firms, markets, nests, liking, error, rate = q.firm, q.market, q.nest, q.liking, q.error, q.rate
    shop, now_mode, now_platform, upkeep, sunk_home = q.shop, q.now_mode, q.now_platform, q.upkeep, q.sunk_home
    own_reach, let_in = q.reach, q.open_share
    costs_by_market, reached, shut = upkeep.shape[0] == n_market + 1, own_reach.shape[0] > 1, let_in.shape[0] > 1
    belts, ratios, always, shown, ability, finance = f.belt, f.ratio, f.always, f.shown, f.ability, f.finance
    freight, storage, wedge, commission, days_of = t.freight, t.storage, t.wedge, t.commission, t.days
    feasible, log_reach, visible, place, sigma, kappa = t.feasible, t.log_reach, t.visible, t.place, t.sigma, t.kappa
    hosted_price = t.hosted_price
    for i in range(firms.shape[0]):
        row, m, nest = firms[i], markets[i], nests[i]
        first, last = 0, 4
        if nest == 1:
            first, last = 4, 5
        elif nest == HOME:
            first, last = HOME_OUTLET, HOME_OUTLET + 1
        base = (belts[row] * (n_market + 1) + m) * N_MODES
        best = -math.inf
        # One round more than there are ways: the last judges the present listing as it stands.
        for way in range(first, last + 1):
            present = way == last
            if present and now_mode[i] < 0:
                break
            mode = now_mode[i] if present else way
            platform = shop[i]
            if present:
                platform = now_platform[i]
            elif nest == HOME:
                platform = none
            elif nest == 1:
                platform = office
            elif mode == HOSTED:
                platform = host
            leg = base + mode
            price = landed_price(ratios[row], freight[leg], storage[leg], wedge[leg], commission[platform, m])
            taste, worth, gate = liking[i], 1.0, 0
            if nest == RETAIL:
                taste += fits[row, mode]
            if mode == HOSTED:
                price, worth, gate = price * hosted_price, discount, 1
            liked = always[row] + visible[platform] * shown[row] + taste
            if nest == 1:
                liked, gate = liked + ability[row], 2
            if reached:
                liked += own_reach[i, mode]
            days = days_of[leg] + (0.0 if mode == WAREHOUSE else usual_days)
            reach = log_reach[platform, m, mode]
            target = log_pull(liked, reach, place[nest, m], sigma[nest], price, kappa[nest], days)
            sold = rate[i] * math.exp(target) * ratios[row] * worth * finance[row]
            if nest != HOME:
                sold *= let_in[i if shut else 0, gate]
            profit = sold * margins[mode] * error[i]
            if not feasible[leg] or reach < CLOSED / 2.0:
                profit = -math.inf
            cost = upkeep[m if costs_by_market else i, mode]
            if present:
                now_out[i] = profit - cost
            elif way == first or profit - cost > best:
                best = profit - cost
                mode_out[i], platform_out[i], taste_out[i], target_out[i] = mode, platform, taste, target
                profit_out[i], upkeep_out[i] = profit, cost
        if nest == HOME:
            sunk_out[i] = sunk_home[i]
        elif nest == 1:
            sunk_out[i] = sunk[2]
        else:
            sunk_out[i] = sunk[1 if mode_out[i] == HOSTED else 0]


@njit(cache=True)
def pick_rates(
    firm: Any,
    mode: Any,
    nest: Any,
    gateway: Any,
    category: Any,
    tier: Any,
    fresh: Any,
    rate: Any,
    factor: Any,
    out: Any,
) -> None:  # pragma: no cover - compiled
    """Chance that a lot of each listing is looked at: by district, goods, mode and tier; newcomers' own factor."""
    for i in range(firm.shape[0]):
        if nest[i] == HOME:
            out[i] = 0.0
            continue
        row, place = firm[i], max(gateway[i], 0)
        chance = rate[place, category[row], mode[i], tier[row]]
        if fresh[row]:
            chance = min(chance * factor[place, category[row], mode[i]], 1.0)
        out[i] = chance


@njit(cache=True)
def sum_groups(
    firm: Any, nest: Any, lots: Any, rate: Any, total: Any, asked: Any
) -> None:  # pragma: no cover - compiled
    """Lots and wished looks of each firm in retail (0) and B2B (1); adds to `total` and `asked`, [2, firm rows]."""
    for i in range(firm.shape[0]):
        if nest[i] != HOME:
            group = 1 if nest[i] == 1 else 0
            total[group, firm[i]] += lots[i]
            asked[group, firm[i]] += lots[i] * rate[i]


@njit(cache=True)
def add_payments(
    leg: Any, nest: Any, platform: Any, market: Any, weight: Any, spending: Any, revenue: Any, freight: Any,
    storage: Any, wedge: Any, commission: Any, sums: Any, sales: Any, incomes: Any,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """What buyers pay beyond the FOB price, national yuan.

    `sums` [2, 4]: freight, storage, platforms' gains and losses for buyers abroad and at home; `sales`, `incomes` by
    platform. Tax abroad is what is left between buyers and their state.
    """
    for i in range(leg.shape[0]):
        w, side = weight[i], 1 if nest[i] == HOME else 0
        paid = w * spending[i]
        carried, stored = w * freight[i], w * storage[i]
        tax = paid * (1.0 - commission[platform[i], market[i]]) * (1.0 - 1.0 / wedge[leg[i]])
        income = paid - w * revenue[i] - carried - stored - tax
        sums[side, 0] += carried
        sums[side, 1] += stored
        if income >= 0.0:
            sums[side, 2] += income
        else:
            sums[side, 3] -= income
        sales[platform[i]] += paid
        incomes[platform[i]] += income


@njit(cache=True)
def add_firm_books(
    firm: Any, nest: Any, belt: Any, revenue: Any, orders: Any, fee: Any, upkeep: Any, value: Any, kept: Any,
    heat: Any, books: Any,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """A firm's month over its listings; adds to `books` [firm rows, 6].

    Columns: exports, home sales, variable cost, that of exports, payment fees, upkeep. Variable cost is what the
    margin leaves of the order value (`kept` by nest), dearer when the firm's capacity runs hot (`heat`).
    """
    for i in range(firm.shape[0]):
        row = firm[i]
        cost = value[belt[i]] * orders[i] * (1.0 - kept[nest[i]]) * heat[row]
        books[row, 2] += cost
        books[row, 5] += upkeep[i]
        if nest[i] == HOME:
            books[row, 1] += revenue[i]
        else:
            books[row, 0] += revenue[i]
            books[row, 3] += cost
            books[row, 4] += revenue[i] * fee[i]
