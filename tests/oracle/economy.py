"""The economy with a reference month: four phases by objects and loops, all else by the model's own.

It is the proof that the columns of `agents/` follow the rules, and the yardstick for their speed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from model.economy import MONTH, TradeEconomy
from model.indicators.view import collect
from tests.oracle import back, clear, home, settle, trade
from tests.oracle.month import ReferenceMonth

if TYPE_CHECKING:
    from collections.abc import Callable

    from model.scenario import Scenario


class OracleEconomy(TradeEconomy):
    """`TradeEconomy` with four phases written once more. The start (burn-in) is the model's own."""

    def __init__(self, scenario: Scenario, seed: int = 1) -> None:
        super().__init__(scenario, seed)
        self.reference: ReferenceMonth = None  # type: ignore[assignment]  # objects of the month under way

    def step(self) -> None:
        """Simulate one month, each phase timed."""
        for name, phase in MONTH:
            began = time.perf_counter()
            REFERENCE.get(name, phase)(self)
            self.timings[name] += time.perf_counter() - began
        self.state.month += 1


def run_trade(model: OracleEconomy) -> None:
    """Phase 3 on objects."""
    model.reference = ReferenceMonth(model.env)
    trade.run(model.reference)
    back.after_trade(model.reference, model.env)


def run_clear(model: OracleEconomy) -> None:
    """Phase 5 on objects."""
    back.before_clear(model.reference, model.env)
    clear.run(model.reference)
    back.after_clear(model.reference, model.env)


def run_home(model: OracleEconomy) -> None:
    """Phase 6 on objects of its own."""
    market = home.HomeMarket(model.env)
    home.run(market)
    home.put_back(market)


def run_settle(model: OracleEconomy) -> None:
    """Phase 7 on objects; the notes for the indicators are the model's own."""
    settle.run(model.reference)
    back.after_settle(model.reference, model.env)
    collect(model.env)


REFERENCE: dict[str, Callable[[OracleEconomy], None]] = {
    "trade": run_trade, "clear": run_clear, "home": run_home, "settle": run_settle,
}  # fmt: skip
