"""Phase 3, trade: buyers abroad and at home divide their budgets; what a firm cannot serve goes to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agents.firm.production import (
    cycle_months,
    finance_share,
    made_share,
    mode_limits,
    outlet_sales,
    remember_orders,
    warehouse_share,
)
from agents.market import all_open, fob_value, listing_codes, open_share, price_listings, share_out
from model.kernel.members import HOME_OUTLET

Floats = NDArray[np.float64]

if TYPE_CHECKING:
    from agents.env import Env
    from model.economy import TradeEconomy


def run(model: TradeEconomy) -> None:
    """Clear all demand."""
    clear(model.env)


def clear(env: Env) -> None:
    """Clear all demand cells: pulls move, budgets are shared, rationed once, and the firms' money is checked."""
    listings, firms, flows, values = env.state.listings, env.state.firms, env.flows, env.flows.values
    price_listings(env)
    firm = listings["firm"]
    served = firms["finance"].take(firm)
    if not all_open(env):
        served *= open_share(env, firm, listing_codes(env))
    wanted_spending, _ = share_out(env, served, values["budget"], values["rivals"])
    orders, _, wished = fob_value(env, wanted_spending)
    if not env.burn_in:
        served *= ration(env, orders, wished)
    flows.spending, env.state.arrays["pull_sum"] = share_out(env, served, values["budget"], values["rivals"])
    orders, revenue, sales = fob_value(env, flows.spending)
    listings["orders"], listings["revenue"] = orders, revenue
    remember_orders(env, orders)
    book_firms(env, wished, sales)


def ration(env: Env, orders: Floats, wished: Floats) -> Floats:
    """Share of its orders each listing can serve beyond finance: output and transport capacity; shape [listings].

    `orders` are those of listings, `wished` the yuan of firms.
    """
    made = made_share(env, wished).take(env.state.listings["firm"])
    return np.asarray(made * mode_limits(env, orders * made))


def book_firms(env: Env, wished: Floats, sales: Floats) -> None:
    """Wanted sales, use of capacity and next month's finance share of each firm; yuan [firm rows]."""
    firms, p = env.state.firms, env.p
    firms["wanted"] = wished / np.maximum(firms["finance"], p["finance.least_share"])
    firms["sales"] = sales
    firms["home_share"] = outlet_sales(env, HOME_OUTLET) / np.maximum(sales, 1e-9)
    if env.burn_in:
        return
    firms["utilisation"] = np.clip(firms["sales"] / np.maximum(firms["capacity"], 1.0), 0.0, p["firm.use_most"])
    cycle = cycle_months(env, warehouse_share(env))
    goal = finance_share(env, firms["wanted"], cycle)
    firms["finance"] += p["finance.adjust_speed"] * (goal - firms["finance"])
    env.flows.values["cycle_months"] = cycle
