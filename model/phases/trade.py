"""Phase 3, trade: buyers abroad and at home divide their budgets; what a firm cannot serve goes to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.firm.production import (
    cycle_months,
    finance_share,
    mode_limits,
    output_limit,
    remember_orders,
    warehouse_share,
)
from agents.market import fob_value, listing_codes, open_share, price_listings, share_out
from model.kernel.members import HOME_OUTLET

if TYPE_CHECKING:
    from agents.env import Env
    from model.economy import TradeEconomy


def run(model: TradeEconomy) -> None:
    """Clear all demand."""
    clear(model.env)


def clear(env: Env) -> None:
    """Clear all demand cells: pulls move, budgets are shared, rationed once, and the firms' money is checked."""
    listings, firms, flows, values = env.state.listings, env.state.firms, env.flows, env.flows.values
    at = listing_codes(env)
    price_listings(env, at)
    firm = listings["firm"]
    served = firms["finance"][firm] * open_share(env, firm, at)
    wanted_spending, _ = share_out(env, served, values["budget"], values["rivals"])
    orders, wished = fob_value(env, wanted_spending)
    served = served * ration(env, orders, wished)
    spending, pull = share_out(env, served, values["budget"], values["rivals"])
    orders, revenue = fob_value(env, spending)
    flows.spending = spending
    listings["orders"], listings["revenue"] = orders, revenue
    env.state.arrays["pull_sum"] = pull
    remember_orders(env, orders)
    book_firms(env, wished, revenue)


def ration(env: Env, orders: np.ndarray, wished: np.ndarray) -> np.ndarray:
    """Share of its orders each listing can serve beyond finance: output and transport capacity; shape [listings]."""
    if env.burn_in:
        return np.ones(len(orders))
    firms, firm = env.state.firms, env.state.listings["firm"]
    asked = np.bincount(firm, weights=wished, minlength=firms.n)
    limit = output_limit(env)
    share = np.where(asked > limit, limit / np.maximum(asked, 1e-9), 1.0)
    made = share[firm]
    return np.asarray(made * mode_limits(env, orders * made))


def book_firms(env: Env, wished: np.ndarray, revenue: np.ndarray) -> None:
    """Wanted sales, use of capacity and next month's finance share of each firm."""
    firms, firm, p = env.state.firms, env.state.listings["firm"], env.p
    served = np.bincount(firm, weights=wished, minlength=firms.n)
    firms["wanted"] = served / np.maximum(firms["finance"], p["finance.least_share"])
    firms["sales"] = np.bincount(firm, weights=revenue, minlength=firms.n)
    at_home = np.bincount(firm, weights=revenue * (env.state.listings["mode"] == HOME_OUTLET), minlength=firms.n)
    firms["home_share"] = at_home / np.maximum(firms["sales"], 1e-9)
    if env.burn_in:
        return
    firms["utilisation"] = np.clip(firms["sales"] / np.maximum(firms["capacity"], 1.0), 0.0, p["firm.use_most"])
    cycle = cycle_months(env, warehouse_share(env, revenue))
    goal = finance_share(env, firms["wanted"], cycle)
    firms["finance"] += p["finance.adjust_speed"] * (goal - firms["finance"])
    env.flows.values["cycle_months"] = cycle
