"""Phase 8, learn: new products, quality, brands and luck move on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.firm.learning import build_brands, develop, drift, improve, lessons

if TYPE_CHECKING:
    from model.economy import TradeEconomy


def run(model: TradeEconomy) -> None:
    """Products, quality, brands and luck of all firms."""
    env = model.env
    own, strict = lessons(env)
    develop(env)
    exposure = env.flows.values["import_exposure"][env.state.firms["category"]]
    improve(env, strict, exposure)
    build_brands(env, own)
    drift(env)
