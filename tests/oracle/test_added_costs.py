"""What rules add to a seller's costs, and the origin preference, once more as plain loops."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from agents.env import Env
from agents.firm import burden, pricing
from model.economy import TradeEconomy
from model.kernel.members import B2B, HOME, NEST_OF_MODE, RETAIL
from model.world.places import World
from tests.oracle.compare import RELATIVE
from tests.oracle.worlds import CASES

HERMITE = {
    0.0: 8.0 / 15.0, 1.355626179974266: 0.2220759220056126, -1.355626179974266: 0.2220759220056126,
    2.856970013872806: 0.01125741132772069, -2.856970013872806: 0.01125741132772069,
}  # fmt: skip
"""Nodes and weights of the mean over a normal variable, five points (tables of Gauss-Hermite quadrature)."""


@cache
def month() -> Env:
    """A month in which goods of one kind are coded, disputes are settled online in part of the world, and the origin
    preference is in force in one market."""
    case = next(case for case in CASES if case.name == "complaints")
    model = TradeEconomy(case.scenario(), case.seed)
    model.run_months(12)
    return model.env


def places(world: World) -> list[tuple[int, int, int]]:
    return [(b, m, k) for b in range(world.n_belt) for m in range(world.n_mkt) for k in range(6)]


def cost_of_order(env: Env, belt: int, market: int, mode: int) -> tuple[float, float]:
    """Codes, yuan an order, and what disputes cost more than at the start, a share of the order's value."""
    p, place = env.p, (market, int(env.world.belt_category[belt]))
    lever = {name: float(env.levers.table(name)[place]) for name in burden.LEVERS}
    code = lever["item_cost_yuan"] * (1.0 + p["firm.wage_growth"]) ** ((env.now - 2019 * 12) / 12)
    if NEST_OF_MODE[mode] != RETAIL:
        return code, 0.0
    small = 1.0 + p["disputes.extra_loss"] * (lever["filing"] - 1.0)
    against_start = lever["dispute_rate"] * lever["dispute_loss"] * small
    return code, p["disputes.rate"] * p["disputes.loss"] * (against_start - 1.0)


def as_price(env: Env, fee: float, value: float) -> float:
    """The price factor that moves demand as a fee per order does over the lognormal of order values."""
    sigma, sd = env.p["demand.substitution_consumer"], env.p["demand.order_value_logsd"]
    left = 0.0
    for node, weight in HERMITE.items():
        order = value * math.exp(0.5 * sd**2 + sd * node)  # the mean order of a yuan spent
        left += weight * (1.0 + fee / order) ** -sigma
    return left ** (-1.0 / sigma)


def test_added_costs_follow_the_rule() -> None:
    env = month()
    passed, seen = env.p["firm.pass_through"], set()
    for belt, market, mode in places(env.world):
        value = float(env.world.belt_order_value[belt])
        code, disputes = cost_of_order(env, belt, market, mode)
        fee = passed * code
        price = as_price(env, fee, value) if NEST_OF_MODE[mode] != B2B else 1.0 + fee / value
        at = belt, market, mode
        assert env.terms.burden[at] == pytest.approx(code / value + disputes, rel=RELATIVE, abs=1e-15)
        assert env.terms.markup[at] == pytest.approx(price * (1.0 + passed * disputes), rel=RELATIVE)
        seen.add((code > 0.0, disputes > 0.0, disputes < 0.0))
    assert len(seen) >= 4, "codes and disputes, more and fewer of them"
    assert (env.terms.markup[:, -1] == 1.0).all() and (env.terms.burden[:, -1] == 0.0).all(), "nothing at home"


def test_preference_lowers_duty_where_it_is_in_force() -> None:
    env = month()
    saved = pricing.duty_saved(env)
    for market, name in enumerate(env.world.market_ids):
        for category in range(saved.shape[1]):
            use = float(env.levers.table("preference_use")[market, category])
            points = env.p["market.preference_margin"] * use if name == "VNM" else 0.0
            assert saved[market, category] == pytest.approx(points, rel=RELATIVE)
    assert saved.max() > 0.0


def test_kept_cost_moves_promotion() -> None:
    """A firm's promotion answers to what codes and disputes cost it in all, over its sales of last month."""
    env = month()
    firms, listings = env.state.firms, env.state.listings
    own = burden.burden_of_firms(env)
    assert own is not None
    expected = np.zeros(firms.n)
    for row in range(listings.n):
        firm, market, mode = (int(listings[name][row]) for name in ("firm", "market", "mode"))
        if NEST_OF_MODE[mode] == HOME:
            continue
        at = int(firms["belt"][firm]), market, mode
        expected[firm] += env.terms.burden[at] * listings["revenue"][row] / max(firms["sales"][firm], 1e-9)
    np.testing.assert_allclose(own, expected, rtol=RELATIVE, atol=1e-15)
    eased = env.flows.values["relief"] - env.flows.values["eased"]
    assert np.abs(eased).max() > 0.0


def test_codes_are_paid_for_what_is_sent_abroad() -> None:
    env = month()
    firms, listings = env.state.firms, env.state.listings
    expected = np.zeros(firms.n)
    for row in range(listings.n):
        firm, market, mode = (int(listings[name][row]) for name in ("firm", "market", "mode"))
        if NEST_OF_MODE[mode] != HOME:
            code, _ = cost_of_order(env, int(firms["belt"][firm]), market, mode)
            expected[firm] += code * listings["orders"][row]
    np.testing.assert_allclose(burden.code_payments(env), expected, rtol=RELATIVE)
    assert expected.max() > 0.0
