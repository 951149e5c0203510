"""Landed prices, the pull of goods on buyers, and how the demand of a cell is divided among its listings."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.kernel.members import B2B, HOME, HOSTED

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
    """What a listing's price and pull are looked up in, this month; those by leg are tables of `env.Terms`, flat."""

    freight: Floats  # [leg]
    storage: Floats  # [leg]
    wedge: Floats  # [leg]
    markup: Floats  # [leg] factor on the seller's own price, or [0] where no rule adds to costs
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
    """Belt, nest, cell, leg, weight, landed price and attraction of every listing; moves `pull` towards its target.

    `extra` [listings or 0] is the log reach that single firms have beyond the table. `out` are the arrays filled;
    attraction is the value that a listing draws at full service: exp(pull) · price.
    """
    belt_out, nest_out, cell_out, leg_out, weight_out, price_out, attraction = out
    belts, categories, weights, ratios = f.belt, f.category, f.weight, f.ratio
    always, shown, ability = f.always, f.shown, f.ability
    freight, storage, wedge, commission, markup = t.freight, t.storage, t.wedge, t.commission, t.markup
    log_reach, visible, place, sigma, kappa = t.log_reach, t.visible, t.place, t.sigma, t.kappa
    hosted_price, personal, marked = t.hosted_price, extra.shape[0] > 0, markup.shape[0] > 0
    for i in range(firm.shape[0]):
        row, m, k, p = firm[i], market[i], mode[i], platform[i]
        belt, nest = belts[row], nest_of[k]
        leg = (belt * (n_market + 1) + m) * N_MODES + k
        own = ratios[row] * markup[leg] if marked else ratios[row]
        price = landed_price(own, freight[leg], storage[leg], wedge[leg], commission[p, m])
        if k == HOSTED:
            price *= hosted_price
        liked = always[row] + visible[p] * shown[row] + taste[i]
        if nest == B2B:
            liked += ability[row]
        if personal:
            liked += extra[i]
        goal = log_pull(liked, log_reach[p, m, k], place[nest, m], sigma[nest], price, kappa[nest], days[i])
        pull[i] += speed[nest] * (goal - pull[i])
        attraction[i] = math.exp(pull[i]) * price
        belt_out[i], nest_out[i], leg_out[i] = belt, nest, leg
        weight_out[i], price_out[i] = weights[row], price
        if nest == HOME:
            cell_out[i] = n_market * n_cat * 2 + categories[row]
        else:
            cell_out[i] = (m * n_cat + categories[row]) * 2 + nest


@njit(cache=True)
def divide(
    cell: Any, weight: Any, attraction: Any, served: Any, budget: Any, rest: Any, spending: Any, total: Any
) -> None:  # pragma: no cover - compiled
    """Split the cells' budgets among listings: fills `spending` per listing and `total` pull per cell."""
    for i in range(cell.shape[0]):
        spending[i] = attraction[i] * served[i]
        total[cell[i]] += weight[i] * spending[i]
    share = budget / (rest + total)
    for i in range(cell.shape[0]):
        spending[i] *= share[cell[i]]


@njit(cache=True)
def sell(
    firm: Any, belt: Any, leg: Any, mode: Any, price: Any, spending: Any, value: Any, ratio: Any, markup: Any,
    hosted: Any, fob: Any, orders: Any, revenue: Any, sales: Any,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """FOB price, orders and FOB yuan of each listing from buyers' spending, and the firms' sums of yuan in `sales`.

    `markup` [leg or 0] is a factor on the firms' price ratios, `hosted` the factory discount of hosted listings.
    """
    marked = markup.shape[0] > 0
    for i in range(firm.shape[0]):
        worth = value[belt[i]]
        own = worth * (ratio[firm[i]] * markup[leg[i]] if marked else ratio[firm[i]])
        if mode[i] == HOSTED:
            own *= hosted
        fob[i] = own
        orders[i] = spending[i] / (price[i] * worth)
        revenue[i] = orders[i] * own
        sales[firm[i]] += revenue[i]


@njit(cache=True)
def add_outlets(firm: Any, mode: Any, revenue: Any, outlet: Any, sales: Any) -> None:  # pragma: no cover - compiled
    """Yuan that each firm sells through one way of fulfilment; adds to `sales` [firm rows]."""
    for i in range(firm.shape[0]):
        if mode[i] == outlet:
            sales[firm[i]] += revenue[i]


@njit(cache=True)
def add_orders(market: Any, mode: Any, weight: Any, orders: Any, carried: Any) -> None:  # pragma: no cover - compiled
    """National orders by market and way of transport; adds to `carried` [market or home, mode]."""
    for i in range(market.shape[0]):
        carried[market[i], mode[i]] += weight[i] * orders[i]
