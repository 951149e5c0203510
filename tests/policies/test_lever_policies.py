"""What decides how much the policies that move levers do: congestion, posts for audits, number of ports, match."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from model.economy import TradeEconomy
from model.indicators.sums import COLUMN
from model.levers import EVERYWHERE
from model.policies import policies
from tests.policies.runs import (
    Frame,
    Outcome,
    baseline,
    entry,
    finished,
    monthly,
    paid,
    resumed,
    shock_entry,
    value,
)

FRAME = Frame(months=48, scale=0.01, policies_from="2021-01")
SEEDS = (1, 2, 3, 4)
YEAR = "2022"
THERE = {"market": ("THA", "VNM")}


@cache
def run(seed: int, id: str, values: tuple[tuple[str, Any], ...] = ()) -> Outcome:
    """A run with one policy."""
    return finished(replace(FRAME.scenario(), policies=(entry(id, FRAME, **dict(values)),)), FRAME, seed)


def changes(id: str, name: str, where: Mapping[str, tuple[str, ...]] | None = None, **values: Any) -> np.ndarray:
    """Relative change of an indicator in the last year, one value per seed."""
    key = tuple(sorted(values.items()))
    without = [value(baseline(FRAME, seed).outcome, name, YEAR, where or {}) for seed in SEEDS]
    there = [value(run(seed, id, key), name, YEAR, where or {}) for seed in SEEDS]
    return np.array(there) / np.array(without) - 1.0


# --- single declaration ----------------------------------------------------------------------------------------------


def hours_at(model: TradeEconomy, gateway: str) -> float:
    """Hours of clearance at a district in the month just simulated."""
    amounts = model.env.flows.values["sums"].gateway[model.world.code("gateway", gateway)]
    return float(amounts[COLUMN["hours"]] / amounts[COLUMN["exports"]])


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_where_the_queue_binds_papers_hardly_matter(seed: int) -> None:
    """In November, with Shenzhen half shut: officers there work at a load far above 0.9, elsewhere as usual."""
    shut = (shock_entry("gateway_closure", FRAME.start, {"gateway": ("shenzhen",)}, capacity=0.5),)
    without = resumed(replace(FRAME.scenario(), shocks=shut), FRAME, seed)
    while without.month < FRAME.start + 10:
        without.step()
    there = TradeEconomy(replace(FRAME.scenario(), shocks=shut, policies=(entry("single_declaration", FRAME),)), seed)
    there.restore(without.snapshot())
    for model in (without, there):
        model.step()
    assert without.state.gateways["load"][without.world.code("gateway", "shenzhen")] > 1.4
    saved = {name: 1.0 - hours_at(there, name) / hours_at(without, name) for name in ("shenzhen", "ningbo", "qingdao")}
    assert 0.0 < saved["shenzhen"] < 0.5 * min(saved["ningbo"], saved["qingdao"]), saved


def test_firms_outside_the_zones_keep_their_papers() -> None:
    for effect in policies()["single_declaration"].effects(policies()["single_declaration"].defaults(), EVERYWHERE):
        assert effect.where.pilot_zone is True


# --- light touch for B2B ---------------------------------------------------------------------------------------------


def test_without_posts_violations_slip_through() -> None:
    moved = changes("b2b_light_touch", "undetected_violation_rate", audit_staffed=0.0)
    assert (moved > 0.03).all(), moved


def test_staffed_audits_bring_violations_back_to_their_level() -> None:
    """By compliance: at the border nothing is found that was not found before."""
    none = changes("b2b_light_touch", "undetected_violation_rate", audit_staffed=0.0)
    staffed = changes("b2b_light_touch", "undetected_violation_rate", audit_staffed=1.0)
    assert (np.abs(staffed) < 0.02).all(), staffed
    assert (np.abs(staffed) < 0.4 * none).all(), (staffed, none)
    bulk = {"mode": ("b2b_bulk",)}
    assert (changes("b2b_light_touch", "inspection_rate", bulk, audit_staffed=1.0) < -0.4).all()


def test_audits_are_paid_one_by_one() -> None:
    outcome, due = run(1, "b2b_light_touch", (("audit_staffed", 1.0),)), policies()["b2b_light_touch"].defaults()
    done = monthly(outcome, "audits", FRAME.start)[:, 0]
    wages = 1.05 ** (np.arange(FRAME.start, FRAME.start + len(done)) / 12.0 - 2019)
    expected = len(done) * due["system_yuan"] / 12.0 + float(np.sum(done * wages)) * due["audit_yuan"]
    assert done.min() > 0.0
    assert paid(outcome, "b2b_light_touch", "labour").sum() == pytest.approx(expected, rel=1e-9)


# --- digital trade ports ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ports", "factor"), [(10.0, 0.92), (5.0, 0.96), (0.0, 1.0), (20.0, 0.92)])
def test_fewer_ports_serve_a_part_and_more_add_nothing(ports: float, factor: float) -> None:
    policy = policies()["digital_trade_ports"]
    values = {**policy.defaults(), "ports": ports}
    (effect,), (outlay,) = policy.effects(values, EVERYWHERE), policy.outlays(values, EVERYWHERE)
    assert effect.value == pytest.approx(factor)
    assert outlay.yuan_per_month == pytest.approx(ports * values["port_yuan"] / 12.0)


def test_a_deeper_cut_of_freight_divides_the_provinces_more() -> None:
    usual = changes("digital_trade_ports", "theil_provinces")
    ceiling = changes("digital_trade_ports", "theil_provinces", freight_cut=0.18)
    assert (usual > 0.0).all() and (ceiling > 1.5 * usual).all(), (usual, ceiling)


# --- front showroom, back store --------------------------------------------------------------------------------------


def test_only_goods_on_show_come_sooner() -> None:
    days = [
        changes("front_show_back_store", "b2b_delivery_days", {"category": (name,)}, categories=("beauty",))
        for name in ("beauty", "electronics")
    ]
    assert (days[0] < -0.005).all() and (np.abs(days[1]) < 0.002).all(), days


def test_floor_without_match_is_idle() -> None:
    """Beauty is 4 % of what business buyers take in Viet Nam and Thailand: on a floor of its own it stands idle."""
    idle = {
        shown: value(run(1, "front_show_back_store", (("categories", shown),)), "showroom_idle", YEAR)
        for shown in (("beauty",), ("apparel", "home_garden"), ("apparel",))
    }
    assert idle[("beauty",)] > 1.8  # of two showrooms
    assert idle[("apparel", "home_garden")] < idle[("apparel",)] < idle[("beauty",)]
    goods = (("beauty",), ("apparel",))
    gains = [changes("front_show_back_store", "b2b_exports", THERE, categories=one) for one in goods]
    assert (gains[1] > 2.0 * gains[0]).all(), gains


# --- full hosting ----------------------------------------------------------------------------------------------------


def test_each_part_of_hosting_does_what_it_says() -> None:
    late = Frame(months=60, scale=0.02, policies_from="2022-01")

    def listings(**values: float) -> float:
        still = {"entry_relief": 0.0, "reach": 1.0, "squeeze": 0.0}
        policy = entry("full_hosting", late, **(still | values))
        outcome = finished(replace(late.scenario(), policies=(policy,)), late, 1)
        return value(outcome, "listings", "2023", {"mode": ("full_hosting",)})

    usual = listings()
    assert listings(entry_relief=0.5) > usual
    assert listings(reach=1.3) > usual
    assert listings(squeeze=0.5) < usual
