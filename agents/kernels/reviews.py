"""Reviews of markets: which cells come up, which of them could pay, and the best way to serve each."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from agents.kernels.prices import CLOSED, N_MODES, landed_price, log_pull
from model.kernel.members import B2B, B2B_BULK, HOME_OUTLET, HOSTED, RETAIL, WAREHOUSE

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

SLOTS = 256  # room for cells in the number of a listing, a power of two


@njit(cache=True)
def pick_due(luck: Any, limit: Any, rows: Any, belt: Any, due: Any, slot: Any) -> int:  # pragma: no cover - compiled
    """Cells whose luck [rows, slots] lies below the limit of their belt: fills `due`, `slot`, returns how many."""
    n = 0
    for i in range(luck.shape[0]):
        own = belt[rows[i]]
        for k in range(luck.shape[1]):
            if luck[i, k] < limit[own, k]:
                due[n], slot[n] = rows[i], k
                n += 1
    return n


KINDS = 4  # of offers: own retail, B2B, home (as the nests) and hosted retail
HOSTED_KIND = 3


class Bounds(NamedTuple):
    """What the best platform and way could make of a cell, in logs and by kind of offer; saves the work of judging."""

    belt: Codes  # [firm rows]
    category: Codes  # [firm rows]
    appeal: Floats  # [kind, firm rows]
    best: Floats  # [kind, belt, market] pull of place, price and time
    rate: Floats  # [slot, category] yuan of spending per unit of pull
    least: Floats  # [kind] yuan of sales that an offer must bring
    market: Codes  # [slot]
    nest: Codes  # [slot]


@njit(cache=True)
def pick_promising(
    firm: Any, slot: Any, liking: Any, error: Any, owner: Any, number: Any, b: Any, picked: Any, present: Any
) -> int:  # pragma: no cover - compiled
    """Cells due that are served already or where even the best way could pay.

    `owner`, `number` are firm rows and numbers of the listings, which stand in the order of firms and slots like the
    cells. Fills `picked` with places in `firm` and `present` with the listing's row, -1 where there is none.
    """
    belts, categories, appeal, best, rate, least = b.belt, b.category, b.appeal, b.best, b.rate, b.least
    markets, nests = b.market, b.nest
    n, j = 0, 0
    for i in range(firm.shape[0]):
        row, k = firm[i], slot[i]
        cell = row * SLOTS + k
        while j < owner.shape[0] and owner[j] * SLOTS + (number[j] & (SLOTS - 1)) < cell:
            j += 1
        here = j < owner.shape[0] and owner[j] * SLOTS + (number[j] & (SLOTS - 1)) == cell
        m, nest, belt = markets[k], nests[k], belts[row]
        drawn = rate[k, categories[row]] + liking[i] + error[i]
        pays = drawn + appeal[nest, row] + best[nest, belt, m] > least[nest]
        if nest == RETAIL:
            pays = pays or drawn + appeal[HOSTED_KIND, row] + best[HOSTED_KIND, belt, m] > least[HOSTED_KIND]
        if here or pays:
            picked[n], present[n] = i, j if here else -1
            n += 1
    return n


@njit(cache=True)
def best_pulls(
    freight: Any, storage: Any, wedge: Any, markup: Any, days: Any, feasible: Any, reach: Any, place: Any, sigma: Any,
    kappa: Any, hosted_price: Any, nest_of: Any, table: Any,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """Highest log pull of reach, place, price and time over modes; raises `table` [kind, belt, market or home].

    `reach` [market or home, mode] is the best over platforms and contains their commission.
    """
    for b in range(freight.shape[0]):
        for m in range(freight.shape[1]):
            for k in range(freight.shape[2]):
                if feasible[b, m, k]:
                    nest = nest_of[k]
                    price = landed_price(markup[b, m, k], freight[b, m, k], storage[b, m, k], wedge[b, m, k], 0.0)
                    if k == HOSTED:
                        price *= hosted_price
                    pull = log_pull(0.0, reach[m, k], place[nest, m], sigma[nest], price, kappa[nest], days[b, m, k])
                    kind = HOSTED_KIND if k == HOSTED else nest
                    table[kind, b, m] = max(table[kind, b, m], pull)


@njit(cache=True)
def pick_shops(
    market: Any, luck: Any, grid: Any, reach: Any, spread: Any, shops: Any, out: Any
) -> None:  # pragma: no cover - compiled
    """Shop of each cell with the highest reach [shop, market] and taste; `luck` [cells, shops] picks from `grid`."""
    for i in range(market.shape[0]):
        best, most = 0, -math.inf
        for k in range(shops.shape[0]):
            suits = reach[k, market[i]] + spread * grid[luck[i, k]]
            if suits > most:
                best, most = k, suits
        out[i] = shops[best]


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
    upkeep: Floats  # [market or home, mode], or [cells, mode] where a lever picks firms
    own_upkeep: bool  # whether it does
    reach: Floats  # [0, 0], or [cells, mode] log reach of single firms
    open_share: Floats  # [1, mode], or [cells, mode] share of orders that the platform of a new listing lets through


class Ways(NamedTuple):
    """What the ways of serving a cell have in common for all cells."""

    margins: Floats  # [mode]
    burden: Floats  # [leg] what rules take of the margin, or [0]
    worth: Floats  # [mode] FOB price over the firm's own
    fits: Floats  # [firm rows, retail modes] log pull of a way of fulfilment
    usual_days: float  # of clearance
    n_market: int
    host: int  # platforms
    office: int
    none: int


@njit(cache=True, inline="always")
def ways_of(nest: Any) -> Any:  # pragma: no cover - compiled
    """First way of serving a nest, and the one after its last."""
    if nest == RETAIL:
        return 0, 4
    if nest == B2B:
        return 4, 5
    return HOME_OUTLET, HOME_OUTLET + 1


@njit(cache=True, inline="always")
def place_of(mode: Any, shop: Any, host: Any, office: Any, none: Any) -> Any:  # pragma: no cover - compiled
    """Platform on which a new listing would stand: own shop, host, B2B office or none."""
    if mode == HOME_OUTLET:
        return none
    if mode >= B2B_BULK:
        return office
    return host if mode == HOSTED else shop


@njit(cache=True)
def judge_cells(q: Any, f: Any, t: Any, w: Any, out: Any) -> None:  # pragma: no cover - compiled
    """The way of serving each cell with the highest judged profit after upkeep, and what the present way would leave.

    `out`: mode, platform, taste, target, judged profit, upkeep; surplus of the present listing as it stands.
    """
    mode_out, platform_out, taste_out, target_out, profit_out, upkeep_out, now_out = out
    firms, markets, nests, liking, error, rate = q.firm, q.market, q.nest, q.liking, q.error, q.rate
    shop, now_mode, now_platform, upkeep, own_upkeep = q.shop, q.now_mode, q.now_platform, q.upkeep, q.own_upkeep
    own_reach, open_share, margins, worth, fits = q.reach, q.open_share, w.margins, w.worth, w.fits
    burden, markup, marked = w.burden, t.markup, t.markup.shape[0] > 0
    belts, ratios, always, shown, ability, finance = f.belt, f.ratio, f.always, f.shown, f.ability, f.finance
    freight, storage, wedge, commission, days_of = t.freight, t.storage, t.wedge, t.commission, t.days
    feasible, log_reach, visible, place, sigma, kappa = t.feasible, t.log_reach, t.visible, t.place, t.sigma, t.kappa
    n_market, usual_days, hosted_price = w.n_market, w.usual_days, t.hosted_price
    reached, shut = own_reach.shape[0] > 0, open_share.shape[0] > 1
    for i in range(firms.shape[0]):
        row, m, nest, best = firms[i], markets[i], nests[i], -math.inf
        first, end = ways_of(nest)
        # One round more than there are ways: the last judges the present listing as it stands.
        for way in range(first, end + 1 if now_mode[i] >= 0 else end):
            mode, platform = way, place_of(way, shop[i], w.host, w.office, w.none)
            if way == end:
                mode, platform = now_mode[i], now_platform[i]
            leg = (belts[row] * (n_market + 1) + m) * N_MODES + mode
            ratio = ratios[row] * markup[leg] if marked else ratios[row]
            price = landed_price(ratio, freight[leg], storage[leg], wedge[leg], commission[platform, m])
            if mode == HOSTED:
                price *= hosted_price
            taste = liking[i] + (fits[row, mode] if nest == RETAIL else 0.0)
            liked = always[row] + visible[platform] * shown[row] + taste + (ability[row] if nest == B2B else 0.0)
            if reached:
                liked += own_reach[i, mode]
            reach, days = log_reach[platform, m, mode], days_of[leg] + (0.0 if mode == WAREHOUSE else usual_days)
            target = log_pull(liked, reach, place[nest, m], sigma[nest], price, kappa[nest], days)
            margin = margins[mode] - burden[leg] if marked else margins[mode]
            sold = rate[i] * math.exp(target) * ratio * worth[mode] * finance[row]
            profit = sold * open_share[i if shut else 0, mode] * margin * error[i]
            if not feasible[leg] or reach < CLOSED / 2.0:
                profit = -math.inf
            cost = upkeep[i if own_upkeep else m, mode]
            if way == end:
                now_out[i] = profit - cost
            elif way == first or profit - cost > best:
                best = profit - cost
                mode_out[i], platform_out[i], taste_out[i], target_out[i] = mode, platform, taste, target
                profit_out[i], upkeep_out[i] = profit, cost


@njit(cache=True)
def add_presence(firm: Any, number: Any, belt: Any, weight: Any, count: Any) -> None:  # pragma: no cover - compiled
    """Real firms with a listing in each cell; adds to `count` [belt, slot]."""
    for i in range(firm.shape[0]):
        count[belt[firm[i]], number[i] & (SLOTS - 1)] += weight[firm[i]]
