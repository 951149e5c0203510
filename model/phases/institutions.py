"""Phase 1, institutions: the policies, shocks and dated rules in force become this month's levers and legs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.env import Env
from agents.firm.support import open_claims
from agents.government import open_year
from model.bases import value_of_day, zones_in_force
from model.kernel.ledger import Ledger
from model.levers import Levers, combine
from model.policies import firm_slots

if TYPE_CHECKING:
    from model.economy import TradeEconomy


def run(model: TradeEconomy) -> None:
    """Fold effects into levers, reroute if a leg changed, open the books of the month."""
    model.env = month_env(model, model.state.month)
    open_year(model.env)
    open_claims(model.env)
    model.env.flows.values["claims_before"] = dict(model.state.claims)


def month_env(model: TradeEconomy, month: int) -> Env:
    """What agents may see of `month`."""
    p = model.parameters
    levers = month_levers(model, month)
    factor = levers.table("freight_yuan_per_kg") / model.bases["freight_yuan_per_kg"]
    # Goods leave a district that is nearly closed for another; above that share they wait there.
    is_open = levers.table("gateway_capacity") >= p["customs.reroute_below"]
    routes = model.routes.compute(value_of_day(p), factor, levers.table("delivery_days"), is_open)
    return Env(
        world=model.world, p=p, draws=model.draws, now=month, start=model.start, state=model.state, levers=levers,
        routes=routes, ledger=Ledger(), grants=model.grants, outlays=model.outlays, programmes=model.programmes,
        slots=firm_slots(),
    )  # fmt: skip


def month_levers(model: TradeEconomy, month: int) -> Levers:
    """Fold the effects in force; months with the same effects at the same strength share one result."""
    zone = zones_in_force(model.world, month)
    layers = tuple(
        tuple((effect, effect.window.strength(month)) for effect in layer if effect.window.strength(month) > 0.0)
        for layer in (model.history_effects, model.effects)
    )
    key = (layers, zone.tobytes())
    if model.folded is None or model.folded[0] != key:
        bases = {**model.bases, "pilot_zone": zone.astype(np.float64)}
        before = None if model.folded is None else model.folded[1]
        levers = combine((model.history_effects, model.effects), bases, month, model.world, zone, before)
        levers.zone = levers.table("pilot_zone") > 0.5
        levers.memo = {} if before is None else before.memo
        model.folded = (key, levers)
    return model.folded[1]
