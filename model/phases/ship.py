"""Phase 4, ship: orders take their routes, warehouse space is allocated, the overflow goes as direct parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.kernels.shipping import carry
from agents.warehouse import fill_space

if TYPE_CHECKING:
    from model.economy import TradeEconomy


def run(model: TradeEconomy) -> None:
    """Space, freight and parcels of the month."""
    env = model.env
    listings, flows, values = env.state.listings, env.flows, env.flows.values
    overflow, freight, storage, parcels = (np.empty(listings.n) for _ in range(4))
    carry(
        listings["mode"], flows.nest, flows.leg, flows.belt, listings["orders"], listings["revenue"],
        env.world.belt_order_value, env.terms.freight.ravel(), env.terms.storage.ravel(), env.terms.hub.ravel(),
        fill_space(env, listings["revenue"]), env.p["ship.b2b_order_yuan"], overflow, freight, storage, parcels,
    )  # fmt: skip
    flows.parcels = parcels
    values.update(overflow=overflow, freight_yuan=freight, storage_yuan=storage)
