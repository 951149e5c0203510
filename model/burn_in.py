"""The burn-in: founding firms choose markets under the rules of the first month until base-year totals are met."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from agents.env import Env
from agents.firm.compliance import adjust_effort, keep_record, sort_into_tiers
from agents.firm.life import typical_profit
from agents.firm.listing import presence
from agents.firm.production import cycle_months, finance_share, warehouse_share
from agents.market import N_CAT
from model.phases import home, institutions, plan, settle, ship, trade
from model.phases.clear import clear_customs
from model.population import (
    found_firms,
    found_places,
    rescale,
    set_imports,
    set_start,
    settle_start,
)

if TYPE_CHECKING:
    from model.economy import TradeEconomy

ROUNDS: Final = 14
FULL_REVIEWS: Final = (0, 3, 5, 7)
FINANCE_ROUNDS: Final = 4
SETTLED: Final = 4
"""Last rounds without entry and exit of listings, so that the targets are met to a hair."""


def burn_in(model: TradeEconomy) -> None:
    """Fill `model.state` with a settled start. Uses the phases themselves with entry, exit and inertia off."""
    state = model.state
    env = institutions.month_env(model, model.start)
    env.burn_in = True
    found_firms(env, model.spec.scale, model.spec.smes)
    found_places(env)
    set_start(env)
    set_imports(env)
    for round_ in range(ROUNDS):
        env = institutions.month_env(model, model.start)
        env.burn_in, env.round_ = True, round_
        model.env = env
        # Every market is looked at several times, so that who sells where is as after years of entering and leaving.
        env.flows.values["review_all"] = round_ in FULL_REVIEWS
        env.flows.values["review_none"] = round_ >= ROUNDS - SETTLED
        plan.run(model)
        trade.run(model)
        weight = env.flows.weight
        rescale(env, weight * env.flows.spending, weight * state.listings["revenue"])
        set_rivals(env)
        state.arrays["presence"] = presence(env)
        ship.run(model)
        clear_customs(env)
        hours = state.listings["clearance_hours"]
        value = weight * state.listings["revenue"] * (env.flows.nest != 2)
        state.arrays["usual_hours"] = np.array([float(np.sum(value * hours) / max(float(value.sum()), 1e-9))])
        home.run(model)
        settle.run(model)
        if round_ == ROUNDS - 3:
            settle_records(env)
    settle_start(env)
    settle_finance(model)
    settle_records(env)
    clear_customs(env)
    state.arrays["typical_profit_start"] = np.array([max(typical_profit(env), 1.0)])
    state.arrays["balances"] = np.zeros(10)


def set_rivals(env: Env) -> None:
    """Rivals' pull such that China's sellers hold their share of each nest at the start."""
    arrays, p = env.state.arrays, env.p
    share = np.full(len(arrays["pull_sum"]), p["demand.nest_consumer"])
    share[1::2] = p["demand.nest_business"]
    share[env.world.n_mkt * N_CAT * 2 :] = p["demand.nest_home"]
    arrays["rivals_start"] = (1.0 - share) / share * np.maximum(arrays["pull_sum"], 1e-30)


def settle_finance(model: TradeEconomy) -> None:
    """Let money bind as it will from the first month on, and scale demand once more so that targets are met with it."""
    env = model.env
    firms, listings = env.state.firms, env.state.listings
    for _ in range(FINANCE_ROUNDS):
        cycle = cycle_months(env, warehouse_share(env))
        firms["finance"] = finance_share(env, firms["wanted"], cycle)
        env.flows.values["rivals"] = env.state.arrays["rivals_start"]
        env.flows.values["budget"] = env.state.arrays["budget_start"] * env.flows.values["budget_index"]
        trade.clear(env)
        weight = env.flows.weight
        rescale(env, weight * env.flows.spending, weight * listings["revenue"])
        set_rivals(env)
    firms["capacity"] = env.p["firm.capacity_slack"] * np.maximum(firms["sales"], 1.0)


def settle_records(env: Env) -> None:
    """Give founding firms the customs record that years of trade would have left."""
    firms, values = env.state.firms, env.flows.values
    memory = 1.0 / env.p["customs.forgetting"]
    lots = values["lots"].sum(axis=0)
    looks = lots * env.p["customs.rate_ordinary"] * memory
    bad = np.minimum(firms["propensity"], 1.0) * (1.0 - firms["effort"]) * env.p["customs.power"]
    firms["looks"], firms["hits"] = looks, looks * bad
    firms["months_alive"] = np.maximum(firms["months_alive"], 1)
    keep_record(env, np.zeros(firms.n), np.zeros(firms.n))
    sort_into_tiers(env)
    adjust_effort(env, np.full(firms.n, env.p["customs.rate_ordinary"]))
