"""Phase 8, learn: new products, quality, brands and luck move on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.firm.learning import build_brands, develop, drift, improve, strict_share

if TYPE_CHECKING:
    from model.economy import TradeEconomy


def run(model: TradeEconomy) -> None:
    """Products, quality, brands and luck of all firms."""
    env = model.env
    revenue = env.state.listings["revenue"]
    develop(env)
    exposure = env.flows.values["import_exposure"][env.state.firms["category"]]
    improve(env, strict_share(env, revenue), exposure)
    build_brands(env, revenue)
    drift(env)
