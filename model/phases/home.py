"""Phase 6, home: provinces buy foreign brands beside domestic goods; exporters' home sales cleared with trade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.region import buy

if TYPE_CHECKING:
    from model.economy import TradeEconomy


def run(model: TradeEconomy) -> None:
    """Provinces buy."""
    buy(model.env)
