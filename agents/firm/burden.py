"""What rules add to, or save of, a seller's cost per order: codes on goods, and disputes.

The cost is the seller's, not a tax of the buyer: a part is passed into the price of the goods that bear it
(`firm.pass_through`), the rest is margin lost or won and moves promotion. Both count against the start of the run, in
which nothing is coded and the margins are after the usual disputes. A cost per item weighs on cheap goods and spares
dear ones, so in retail, where orders differ in value, the price moves as demand does over their distribution.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.disputes import loss_factor, usual_loss
from agents.env import Env
from agents.firm.orders import fee_wedge
from agents.kernels.prices import N_MODES
from model.kernel.members import B2B_BULK, HOME, HOME_OUTLET, NEST_OF_MODE, RETAIL, TRADITIONAL

Floats = NDArray[np.float64]

LEVERS = ("item_cost_yuan", "dispute_rate", "dispute_loss", "filing")
RETAIL_MODES = np.array([nest == RETAIL for nest in NEST_OF_MODE])
ABROAD_MODES = np.array([nest != HOME for nest in NEST_OF_MODE])
BULK = [B2B_BULK, TRADITIONAL]


def added_costs(env: Env) -> tuple[Floats, Floats]:
    """Factor on a seller's own price, and what an order costs more than at the start as a share of its value.

    Both [belt, market or home, mode]; exactly one and zero where no lever acts. What no lever changed is kept from
    before.
    """
    memo, wage = env.levers.memo, env.wage_index()
    coded = bool(env.levers.table("item_cost_yuan").any())
    told = (b"".join(env.levers.table(lever).tobytes() for lever in LEVERS), wage if coded else 0.0)
    if memo.get("burden", (None,))[0] != told:
        memo["burden"] = (told, *_tables(env, coded))
    return memo["burden"][1], memo["burden"][2]


def _tables(env: Env, coded: bool) -> tuple[Floats, Floats]:
    """Markup and burden, [belt, market or home, mode]."""
    p, passed = env.p, env.p["firm.pass_through"]
    shape = (env.world.n_belt, env.n_market + 1, N_MODES)
    markup, burden = np.ones(shape), np.zeros(shape)
    disputes = usual_loss(p) * (_of_belts(env, loss_factor(env)) - 1.0)
    burden[:, :-1, RETAIL_MODES] = disputes[:, :, None]
    markup += passed * burden
    if coded:
        value = env.world.belt_order_value[:, None]
        cost = _of_belts(env, env.levers.table("item_cost_yuan")) * env.wage_index()
        sigma, log_sd = p["demand.substitution_consumer"], p["demand.order_value_logsd"]
        factor = fee_wedge(passed * cost, np.broadcast_to(value, cost.shape), sigma, log_sd)
        markup[:, :-1, RETAIL_MODES] *= factor[:, :, None]
        markup[:, :-1, BULK] *= (1.0 + passed * cost / value)[:, :, None]
        burden[:, :-1, ABROAD_MODES] += (cost / value)[:, :, None]
    return markup, burden


def _of_belts(env: Env, table: Floats) -> Floats:
    """A table [market, category] as [belt, market]."""
    return np.asarray(table[:, env.world.belt_category].T)


def is_burdened(env: Env) -> bool:
    """Whether any rule adds to costs this month or saves some."""
    return bool(env.terms.burden.any())


def markups(env: Env) -> Floats:
    """Factors on sellers' prices by leg, flat; empty where no lever acts."""
    return env.terms.markup.ravel() if is_burdened(env) else np.zeros(0)


def kept_burden(env: Env) -> Floats:
    """The part of the added cost that stays with the seller, share of an order's value by leg; empty where none."""
    return (1.0 - env.p["firm.pass_through"]) * env.terms.burden.ravel() if is_burdened(env) else np.zeros(0)


def burden_of_firms(env: Env) -> Floats | None:
    """Added cost of each firm's last month as a share of its sales, [firm rows]; None where no lever acts."""
    if not is_burdened(env):
        return None
    listings, firms = env.state.listings, env.state.firms
    firm = listings["firm"]
    own = env.terms.burden[firms["belt"][firm], listings["market"], listings["mode"]]
    cost = np.bincount(firm, weights=own * listings["revenue"], minlength=firms.n)
    return np.asarray(cost / np.maximum(firms["sales"], 1e-9))


def code_payments(env: Env) -> Floats:
    """Yuan that each firm pays for codes on the goods it sends abroad this month; [firm rows]."""
    table, firms, listings = env.levers.table("item_cost_yuan"), env.state.firms, env.state.listings
    if not table.any():
        return np.zeros(firms.n)
    firm = listings["firm"]
    abroad = np.flatnonzero(listings["mode"] != HOME_OUTLET)
    firm = firm[abroad]
    cost = table[listings["market"][abroad], firms["category"][firm]] * env.wage_index()
    return np.bincount(firm, weights=cost * listings["orders"][abroad], minlength=firms.n).astype(np.float64)
