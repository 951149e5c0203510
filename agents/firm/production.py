"""What a firm can deliver: capacity, inputs from other belts, money tied up; the rest is rationed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.supply import find_inputs
from agents.kernels.prices import add_orders, add_outlets
from model.kernel.members import HOME_OUTLET, WAREHOUSE

Floats = NDArray[np.float64]


def made_share(env: Env, wished: Floats) -> Floats:
    """Part of its orders that a firm can make: its capacity first, then the inputs that its belt finds; [firm rows].

    `wished` yuan of FOB output. Inputs are ordered for planned output: a firm's spare capacity is no store of parts.
    """
    firms = env.state.firms
    limit = firms["capacity"] * env.levers.table("supplier_capacity")[firms["belt"]]
    share = np.where(wished > limit, limit / np.maximum(wished, 1e-9), 1.0)
    return np.asarray(share * find_inputs(env)[firms["belt"]])


def cycle_months(env: Env, warehouse_share: Floats) -> Floats:
    """Months of cost tied up between production and receipt; shape [firm rows].

    Stock abroad adds a month; a slow rebate ties up the rebate, slow settlement everything.
    """
    p, firms = env.p, env.state.firms
    rate = env.levers.at("rebate_rate", env.firm_words(), category=firms["category"])
    days, settle = firm_mean(env, "rebate_days"), firm_mean(env, "settlement_days")
    extra = rate * days / 30.0 + (settle - p["tax.settlement_days"]) / 30.0
    return np.asarray(p["finance.cycle_months"] + p["finance.warehouse_months"] * warehouse_share + extra)


def firm_mean(env: Env, lever: str) -> Floats:
    """A lever of mode or market as each firm meets it: the mean over its sales abroad; shape [firm rows]."""
    listings, firms, levers = env.state.listings, env.state.firms, env.levers
    table = levers.table(lever)
    plain = float(table.ravel()[0])
    if not levers.is_personal(lever) and bool(np.all(table == plain)):
        return np.full(firms.n, plain)
    firm = listings["firm"]
    codes = {
        "market": np.minimum(listings["market"], env.n_market - 1).astype(np.int64),
        "mode": np.minimum(listings["mode"], HOME_OUTLET - 1).astype(np.int64),
    }
    words = env.firm_words(firm) if levers.is_personal(lever) else None
    value = levers.at(lever, words, **{axis: codes[axis] for axis in levers.setting(lever).spec.axes})
    sold = listings["revenue"] * (listings["mode"] != HOME_OUTLET)
    total = np.bincount(firm, weights=sold, minlength=firms.n)
    met = np.bincount(firm, weights=sold * value, minlength=firms.n)
    return np.where(total > 0.0, met / np.maximum(total, 1e-12), plain)


def finance_share(env: Env, wanted: Floats, cycle: Floats) -> Floats:
    """Share of orders a firm can finance: cash with leverage and suppliers' credit over money tied up."""
    p, firms = env.p, env.state.firms
    means = p["finance.cash_leverage"] * firms["cash"] + p["finance.supplier_credit"] * firms["sales_12m"] / 12.0
    need = wanted * cycle
    return np.asarray(np.where(need > means, means / np.maximum(need, 1e-9), 1.0))


def adjust_capacity(env: Env) -> None:
    """Capacity follows output: built at most so fast, given up more slowly.

    Orders that money turns away build no factory; were they counted, half-idle capacity would look like a cost relief.
    """
    p, firms = env.p, env.state.firms
    goal = p["firm.capacity_slack"] * np.maximum(firms["sales"], 1.0)
    gap = goal / np.maximum(firms["capacity"], 1.0) - 1.0
    step = np.clip(gap, -p["firm.capacity_down"], p["firm.capacity_up"])
    firms["capacity"] *= 1.0 + step


def outlet_sales(env: Env, mode: int) -> Floats:
    """Each firm's yuan sold by one way of fulfilment this month; shape [firm rows]."""
    listings, sales = env.state.listings, np.zeros(env.state.firms.n)
    add_outlets(listings["firm"], listings["mode"], listings["revenue"], mode, sales)
    return sales


def warehouse_share(env: Env) -> Floats:
    """Part of each firm's sales through overseas warehouses; shape [firm rows]."""
    return np.asarray(outlet_sales(env, WAREHOUSE) / np.maximum(env.state.firms["sales"], 1e-9))


def mode_limits(env: Env, orders: Floats) -> Floats:
    """Share of orders each listing's way of transport can carry this month; 1 unless a lever cuts capacity."""
    capacity = env.levers.table("mode_capacity")
    listings = env.state.listings
    if np.all(capacity >= 1.0):
        return np.ones(listings.n)
    carried = carried_orders(env, orders)
    shape = carried.shape
    limit = np.full(shape, np.inf)
    limit[:-1, :-1] = np.where(capacity < 1.0, capacity * env.state.arrays["mode_orders"][:-1, :-1], np.inf)
    share = np.where(carried > limit, limit / np.maximum(carried, 1e-9), 1.0)
    return np.asarray(share[listings["market"], listings["mode"]])


def carried_orders(env: Env, orders: Floats) -> Floats:
    """National orders by market and way of transport; shape [market or home, mode or home outlet]."""
    listings, carried = env.state.listings, np.zeros((env.n_market + 1, HOME_OUTLET + 1))
    add_orders(listings["market"], listings["mode"], env.flows.weight, orders, carried)
    return carried


def remember_orders(env: Env, orders: Floats) -> None:
    """Orders a way of transport usually carries: a slow mean, against which a loss of capacity counts."""
    usual, carried = env.state.arrays["mode_orders"], carried_orders(env, orders)
    free = np.ones(usual.shape, dtype=bool)
    free[:-1, :-1] = env.levers.table("mode_capacity") >= 1.0
    speed = 1.0 if env.burn_in else 1.0 / env.p["ship.usual_months"]
    usual += np.where(free, speed * (carried - usual), 0.0)
