"""Rules of the plan that levers move, once more as plain loops: freight, days, entry costs, and what is measured."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from agents.firm.judging import judge, least_sales, sunk_yuan, under_review, worth_judging
from agents.kernels.reviews import HOSTED_KIND, KINDS
from model.economy import MONTH, TradeEconomy
from model.indicators.view import MonthView, collect
from model.kernel.declare import INDICATORS
from model.kernel.members import B2B, B2B_BULK, CATEGORIES, HOME, HOSTED, MODES, NEST_OF_MODE, TRADITIONAL, WAREHOUSE
from tests.oracle.worlds import CASES

FIVE = next(case for case in CASES if case.name == "five_more")
CLOSE = 1e-12


@cache
def model() -> TradeEconomy:
    """A small world nine months on, with the five policies in force; nobody has left in its last month."""
    made = TradeEconomy(FIVE.scenario(), FIVE.seed)
    for _ in range(8):
        made.step()
    for name, phase in MONTH:
        if name not in ("renew", "record"):
            phase(made)
    return made


def test_policies_are_in_force() -> None:
    levers = model().env.levers
    assert levers.table("port_freight").min() < 1.0 and levers.table("showroom").max() == 1.0
    assert levers.table("entry_cost").min() == 0.5 and levers.scalar("hosted_margin") < 0.6


def test_freight_and_bulk_days() -> None:
    """Carriage goes by the port's factor and fees per order do not; goods on show come from the store."""
    env, seen = model().env, set()
    world, p, levers, routes, terms = env.world, env.p, env.levers, env.routes, env.terms
    for b in range(world.n_belt):
        value, weight = float(world.belt_order_value[b]), float(world.belt_weight_kg[b])
        for m in range(world.n_mkt):
            for k in range(len(MODES)):
                if not routes.feasible[b, m, k]:
                    continue
                order = p["ship.b2b_order_yuan"] if k in (B2B_BULK, TRADITIONAL) else value
                fee = float(routes.yuan_per_order[b, m, k])
                carried = float(routes.yuan_per_kg[b, m, k]) * weight * float(levers.table("port_freight")[b, k])
                stored = p["ship.warehouse_fee_share"] * fee / value if k == WAREHOUSE else 0.0
                assert terms.freight[b, m, k] == pytest.approx(carried / value + fee / order - stored, rel=CLOSE)
                days = float(routes.buyer_days[b, m, k])
                if k == B2B_BULK:
                    shown = float(levers.table("showroom")[m, world.belt_category[b]])
                    days -= shown * max(days - float(levers.table("showroom_days")[m]), 0.0)
                    seen.add(shown > 0.0)
                assert terms.days[b, m, k] == pytest.approx(days, rel=CLOSE)
    assert seen == {False, True}


def test_cost_of_opening() -> None:
    env = model().env
    env.flows.values["review_all"] = True
    cells = worth_judging(env, *under_review(env))
    del env.flows.values["review_all"]
    mode = judge(env, cells)[0].mode
    found = sunk_yuan(env, cells, mode)
    names = {0: "consumer", B2B: "business"}
    assert (mode == HOSTED).any() and (cells.nest == HOME).any() and (cells.nest == B2B).any()
    for i, k in enumerate(mode.tolist()):
        if cells.nest[i] == HOME:
            yuan = float(env.levers.table("home_channel_cost"))
        else:
            name = "hosted" if k == HOSTED else names[int(cells.nest[i])]
            yuan = env.p[f"plan.sunk_{name}_yuan"] * float(env.levers.table("entry_cost")[cells.market[i], k])
        assert found[i] == pytest.approx(yuan * env.wage_index(), rel=CLOSE)


def test_bound_of_entry_knows_the_cheapest_opening() -> None:
    """The bound that saves judging falls with the cost of opening, so that no cell worth opening is passed over."""
    env, horizon = model().env, model().parameters["plan.horizon_months"]
    least = least_sales(env)
    assert least.shape == (KINDS,)
    kept = env.p["firm.margin_consumer"] * env.levers.scalar("hosted_margin")
    kept *= 1.0 - env.p["firm.margin_consumer"] * (1.0 - env.levers.scalar("hosted_margin"))
    upkeep = float(env.levers.table("listing_cost").min())
    yuan = (upkeep + 0.5 * env.p["plan.sunk_hosted_yuan"] / horizon) * env.wage_index()
    assert least[HOSTED_KIND] == pytest.approx(yuan / kept, rel=CLOSE)


def test_what_is_measured() -> None:
    env = model().env
    collect(env)
    view, firms, listings = MonthView(env), env.state.firms, env.state.listings
    waited = sold_b2b = margin = hosted = cycle = sold = 0.0
    sales = np.zeros((env.world.n_mkt, len(CATEGORIES)))
    for i in range(listings.n):
        row, k = int(listings["firm"][i]), int(listings["mode"][i])
        yuan = float(firms["weight"][row]) * float(listings["revenue"][i])
        if NEST_OF_MODE[k] == B2B:
            waited, sold_b2b = waited + yuan * float(listings["days"][i]), sold_b2b + yuan
            sales[listings["market"][i], firms["category"][row]] += yuan
        if k == HOSTED:
            heat = 1.0 + env.p["firm.idle_cost"] * (
                float(firms["utilisation"][row]) * env.p["firm.capacity_slack"] - 1.0
            )
            value = float(env.world.belt_order_value[firms["belt"][row]]) * float(listings["orders"][i])
            cost = value * (1.0 - env.p["firm.margin_consumer"]) * heat
            margin, hosted = margin + yuan - float(firms["weight"][row]) * cost, hosted + yuan
    for row in np.flatnonzero(firms["alive"]).tolist():
        yuan = float(firms["weight"][row]) * float(firms["sales"][row])
        cycle, sold = cycle + yuan * 30.0 * float(env.flows.values["cycle_months"][row]), sold + yuan
    for name, pair in (
        ("b2b_delivery_days", (waited, sold_b2b)), ("cash_cycle_days", (cycle, sold)),
        ("hosted_margin", (margin, hosted)),
    ):  # fmt: skip
        assert INDICATORS.items[name].function(view) == pytest.approx(pair, rel=1e-9), name
        assert pair[1] > 0.0
    assert INDICATORS.items["showroom_idle"].function(view) == pytest.approx(idle(env.levers.table("showroom"), sales))


def idle(shown: np.ndarray, sales: np.ndarray) -> float:
    """Floor without match: evenly divided among the goods shown, less their share of what is bought."""
    total = 0.0
    for m in range(shown.shape[0]):
        goods = [c for c in range(shown.shape[1]) if shown[m, c] > 0.0]
        bought = float(sales[m].sum())
        total += sum(max(1.0 / len(goods) - (float(sales[m, c]) / bought if bought else 0.0), 0.0) for c in goods)
    return total
