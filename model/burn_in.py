"""The burn-in: founding firms choose their markets under the rules of the first month until base-year totals are met."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from agents.firm.compliance import adjust_effort, keep_record, sort_into_tiers
from agents.firm.listing import presence
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
SETTLED: Final = 4
"""Last rounds without entry and exit of listings, so that the targets are met to a hair."""


def burn_in(model: TradeEconomy) -> None:
    """Fill `model.state` with a settled start. Uses the phases themselves with entry, exit and inertia off."""
    from model.phases import institutions, plan, settle, ship, trade
    from model.phases.clear import clear_customs
    from model.phases.home import run as buy_at_home

    state = model.state
    env = institutions.month_env(model, model.start)
    env.burn_in = True
    found_firms(env, model.scenario.scale, model.scenario.smes)
    found_places(env)
    set_start(env)
    set_imports(env)
    for round_ in range(ROUNDS):
        env = institutions.month_env(model, model.start)
        env.burn_in = True
        model.env = env
        # First every market is looked at once; then a sixteenth a round, as in the months to come.
        env.flows.values["review_all"] = round_ in (0, 3)
        env.flows.values["review_none"] = round_ >= ROUNDS - SETTLED
        env.draws = type(model.draws)(model.seed * 1000 + round_ + 1)
        plan.run(model)
        trade.run(model)
        weight = env.flows.weight
        rescale(env, weight * env.flows.spending, weight * state.listings["revenue"])
        nest = np.array([model.parameters[f"demand.nest_{n}"] for n in ("consumer", "business", "home")])
        share = np.full(len(state.arrays["rivals_start"]), nest[0])
        share[1::2], share[model.world.n_mkt * 18 :] = nest[1], nest[2]
        state.arrays["rivals_start"] = (1.0 - share) / share * np.maximum(state.arrays["pull_sum"], 1e-30)
        state.arrays["presence"] = presence(env)
        ship.run(model)
        clear_customs(env)
        hours = state.listings["clearance_hours"]
        value = weight * state.listings["revenue"] * (env.flows.nest != 2)
        state.arrays["usual_hours"] = np.array([float(np.sum(value * hours) / max(float(value.sum()), 1e-9))])
        buy_at_home(model)
        settle.run(model)
    settle_start(env)
    settle_records(env)
    from agents.firm.life import typical_profit

    state.arrays["typical_profit_start"] = np.array([max(typical_profit(env), 1.0)])
    state.arrays["balances"] = np.zeros(10)


def settle_records(env: object) -> None:
    """Give founding firms the customs record that years of trade would have left."""
    from agents.env import Env

    assert isinstance(env, Env)
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
