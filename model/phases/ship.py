"""Phase 4, ship: orders take their routes, warehouse space is allocated, the overflow goes as direct parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.warehouse import fill_space
from model.kernel.members import B2B, HOME

if TYPE_CHECKING:
    from model.economy import TradeEconomy


def run(model: TradeEconomy) -> None:
    """Space, freight and parcels of the month."""
    env = model.env
    listings, flows, values = env.state.listings, env.flows, env.flows.values
    values["overflow"] = fill_space(env, listings["revenue"])
    value = env.world.belt_order_value[flows.belt] * listings["orders"]
    values["freight_yuan"] = value * env.terms.freight.ravel()[flows.leg]
    values["storage_yuan"] = value * env.terms.storage.ravel()[flows.leg]
    # A B2B order is one consignment of many retail-sized units; home parcels do not cross a border.
    bulk = listings["revenue"] / env.p["ship.b2b_order_yuan"]
    flows.parcels = np.where(flows.nest == B2B, bulk, np.where(flows.nest == HOME, 0.0, listings["orders"]))
