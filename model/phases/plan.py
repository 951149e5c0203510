"""Phase 2, plan: warehouses set fees and build, firms price, promote, open, move and close listings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.firm.listing import expected, presence, review
from agents.firm.pricing import promote, trade_terms
from agents.firm.production import adjust_capacity
from agents.warehouse import adjust_fee, build, order_area

if TYPE_CHECKING:
    from model.economy import TradeEconomy


def run(model: TradeEconomy) -> None:
    """Fees and space, prices and promotion, then the reviews of listings."""
    env = model.env
    values = env.flows.values
    if not env.burn_in:
        adjust_fee(env)
        order_area(env)
        values["building_yuan"] = build(env)
        adjust_capacity(env)
    env.terms = trade_terms(env)
    expected(env)
    promote(env, values["eased"])
    values["sunk"] = review(env)
    env.state.arrays["presence"] = presence(env)
