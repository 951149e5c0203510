"""A world in which nothing changes stands still: the machinery has no drift of its own.

Demand, wages, entry and exit, luck, learning and seasons are switched off; what is left may only settle: firms that
money held back pay it off from profit, about a tenth of a per cent of exports a month and less each month.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from agents import market
from model.economy import TradeEconomy
from model.indicators.view import MonthView
from model.kernel.declare import INDICATORS
from model.scenario import Scenario, load_scenario

MONTHS = 24
STILL = {
    "firm.luck_sd": 0.0, "firm.wage_growth": 0.0, "life.entry_rate": 0.0, "life.exit_base": 0.0, "life.exit_young": 0.0,
    "life.exit_loss": 0.0, "plan.review_hazard": 0.0, "plan.review_home": 0.0, "learn.step": 0.0,
    "learn.tool_innovation": 0.0, "learn.tool_imitation": 0.0, "learn.novelty_appeal": 0.0, "learn.brand_speed": 0.0,
    "imports.brand_growth": 0.0, "imports.travel_2020": 0.0, "demand.rivals_trend": 0.0,
    "warehouse.expected_growth": 0.0,
}  # fmt: skip
MOST_DRIFT = 0.02
MOST_STEP = 0.003
LEAST_GROWTH = 0.05


def scenario() -> Scenario:
    plain = load_scenario("baseline", (f"months={MONTHS}", "scale=0.01"))
    return replace(plain, history=None)


def frozen(patch: pytest.MonkeyPatch) -> None:
    """Demand and calendar of the first month for ever."""
    start = 2019 * 12
    for name in ("online_index", "gdp_index", "reach_index", "home_index"):
        plain = getattr(market, name)
        patch.setattr(market, name, lambda env, month, plain=plain: plain(env, start))
    patch.setattr(market, "national_index", lambda *rest, plain=market.national_index: plain(*rest[:-1], start))


def without_seasons(model: TradeEconomy) -> None:
    flat = {name: np.ones(12) for name in vars(model.world) if name.startswith("season_")}
    assert len(flat) == 4
    model.world = replace(model.world, **flat)


@cache
def exports(still: bool) -> np.ndarray:
    """Exports by month, seasons apart."""
    plain = scenario()
    with pytest.MonkeyPatch.context() as patch:
        if still:
            frozen(patch)
            plain = replace(plain, parameters=STILL)
        model = TradeEconomy(plain, 4)
        without_seasons(model)
        item, found = INDICATORS.items["export_value"], []
        for _ in range(MONTHS):
            model.step()
            found.append(item.function(MonthView(model.env)))
    return np.array(found)


def growth(months: np.ndarray) -> float:
    """Second year over the first."""
    return float(months[12:].sum() / months[:12].sum() - 1.0)


def test_nothing_changes_in_a_still_world() -> None:
    print(f"still {growth(exports(True)):+.4%}, plain {growth(exports(False)):+.4%}")
    assert abs(growth(exports(True))) < MOST_DRIFT
    assert np.abs(np.diff(np.log(exports(True)))).max() < MOST_STEP


def test_the_plain_world_does_change() -> None:
    """So that the test above is no test of a model that never moves."""
    assert abs(growth(exports(False))) > LEAST_GROWTH
