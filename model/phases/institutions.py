"""Phase 1, institutions: the policies, shocks and dated rules in force become this month's levers and legs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.env import Env
from agents.government import open_year
from model.bases import lever_bases, value_of_day, zones_in_force
from model.kernel.ledger import Ledger
from model.levers import combine

if TYPE_CHECKING:
    from model.economy import TradeEconomy


def run(model: TradeEconomy) -> None:
    """Fold effects into levers, reroute if a leg changed, open the books of the month."""
    model.env = month_env(model, model.state.month)
    open_year(model.env)


def month_env(model: TradeEconomy, month: int) -> Env:
    """What agents may see of `month`."""
    world, p = model.world, model.parameters
    zone = zones_in_force(world, month)
    bases = lever_bases(world, p, model.plain_routes, month)
    levers = combine((model.history_effects, model.effects), bases, month, world, zone)
    levers.zone = levers.table("pilot_zone") > 0.5
    factor = levers.table("freight_yuan_per_kg") / bases["freight_yuan_per_kg"]
    routes = model.routes.compute(value_of_day(p), factor, levers.table("delivery_days"))
    return Env(
        world=world, p=p, draws=model.draws, now=month, start=model.start, state=model.state, levers=levers,
        routes=routes, ledger=Ledger(), grants=model.grants, outlays=model.outlays,
    )  # fmt: skip
