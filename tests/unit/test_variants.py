"""Each variant takes out what it says, beyond the declared ranges, and nothing of the scenario besides."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from agents.kernels.reviews import SLOTS
from experiments.run import economy
from experiments.variants import VARIANTS, varied
from model.economy import TradeEconomy
from model.kernel.members import B2B_BULK
from model.kernel.refusals import Refused
from model.scenario import Scenario, load_scenario
from model.scenario.vocabulary import vocabulary

MONTHS = 12
DELAY = "[{lever: delivery_days, add: 10, where: {market: [USA], mode: [b2b_bulk]}}]"


@lru_cache(maxsize=1)
def plain() -> Scenario:
    """A small start in 2022 without dated events, so that nothing but the model itself moves."""
    return load_scenario("recent", ["history=null"]).with_(months=MONTHS, scale=0.002)


def ran(variant: str, months: int = MONTHS) -> TradeEconomy:
    """The variant after some months."""
    model = economy(varied(plain(), variant) if variant else plain(), 1)
    model.run_months(months)
    return model


@lru_cache(maxsize=1)
def usual() -> TradeEconomy:
    """The model with all its mechanisms after a year."""
    return ran("")


def firm_numbers(model: TradeEconomy) -> set[int]:
    firms = model.state.firms
    return set(firms["number"][firms["alive"]].tolist())


def listing_numbers(model: TradeEconomy) -> set[int]:
    listings = model.state.listings
    return set(listings["number"][listings["alive"]].tolist())


def closed_by_large(variant: str) -> float:
    """Share of the listings of the hundred largest firms that they give up within a year."""
    model = economy(varied(plain(), variant) if variant else plain(), 1)
    firms = model.state.firms
    large = set(firms["number"][np.argsort(-firms["appeal"], kind="stable")[:100]].tolist())
    before = {n for n in listing_numbers(model) if n // SLOTS in large}
    model.run_months(MONTHS)
    return len(before - listing_numbers(model)) / len(before)


@pytest.mark.parametrize("name", list(VARIANTS))
def test_only_declared_parameters_are_set_and_some_lie_beyond_their_range(name: str) -> None:
    declared, chosen = vocabulary().parameters, varied(plain(), name)
    assert chosen.parameters and set(chosen.parameters) <= set(declared)
    beyond = [p for p, v in chosen.parameters.items() if not declared[p].low <= v <= declared[p].high]  # type: ignore[operator]
    assert beyond or name in ("no_inertia", "no_information"), "those end where their ranges do"
    assert (chosen.start, chosen.months, chosen.scale) == (plain().start, plain().months, plain().scale)
    assert chosen.hash != plain().hash
    label = VARIANTS[name].label
    assert label.en and label.zh and VARIANTS[name].doc.zh.endswith("。")


def test_unknown_variants_are_refused_with_the_nearest_name() -> None:
    with pytest.raises(Refused) as refusal:
        varied(plain(), "no_queu")
    assert refusal.value.problems[0].suggestion == "no_queue"


def response(variant: str) -> float:
    """What a delay costs B2B exports to the United States once it is felt (its second month), against the sixth."""
    late = load_scenario("recent", ["history=null", "policies_from=2022-04", f"levers={DELAY}"])
    sold = []
    for scenario in (plain(), late.with_(months=MONTHS, scale=0.002)):
        model = economy(varied(scenario, variant) if variant else scenario, 1)
        place = list(model.world.market_ids).index("USA")
        months = []
        for _ in range(9):
            model.step()
            listings = model.state.listings
            sold_there = (listings["market"] == place) & (listings["mode"] == B2B_BULK)
            months.append(float(listings["revenue"][sold_there].sum()))
        sold.append(months)
    loss = 1.0 - np.array(sold[1]) / np.array(sold[0])
    return float(loss[4] / loss[8])


def test_buyers_without_inertia_follow_at_once() -> None:
    assert response("") < 0.5
    assert response("no_inertia") > 0.85


def test_money_never_binds() -> None:
    for name, binds in (("", True), ("no_cash_limit", False)):
        model = ran(name)
        firms = model.state.firms
        selling = firms["alive"] & ((firms["sales_ring"] > 0.0).sum(axis=1) > 2)
        assert bool(firms["finance"][selling].min() < 0.999) is binds


def test_nobody_waits_for_an_inspector() -> None:
    assert usual().state.gateways["wait_hours"].max() > 0.1
    model = ran("no_queue")
    assert np.all(model.state.gateways["wait_hours"] == 0.0)
    parts = model.recorder.parts_frame()
    assert parts[parts["indicator"] == "looks"]["num"].sum() > 0.0


def test_warehouses_never_fill_and_have_one_fee() -> None:
    assert np.ptp(usual().state.hubs["fee"]) > 0.05
    hubs = ran("no_warehouse_capacity").state.hubs
    assert np.all(hubs["fee"] == 1.0) and hubs["use"].max() < 1.0e-3


def test_quality_brand_and_trust_win_no_buyer() -> None:
    from agents.firm.listing import expected

    for name, counts in (("", True), ("no_reputation", False)):
        model = ran(name, 3)
        expected(model.env)
        _, shown = model.env.flows.values["own_pull"]
        novelty = np.exp(-model.state.firms["product_age"] / model.env.p["learn.novelty_months"])
        rest = shown - model.env.p["learn.novelty_appeal"] * novelty
        assert bool(np.ptp(rest[model.state.firms["alive"]]) > 1.0e-9) is counts


def test_a_market_costs_nothing() -> None:
    free, paid = ran("no_fixed_costs"), usual()
    upkeep = free.env.levers.table("listing_cost")
    assert np.all(upkeep == 0.0) and paid.env.levers.table("listing_cost").min() > 0.0
    assert len(listing_numbers(free)) > 1.2 * len(listing_numbers(paid))


def test_no_firm_enters_or_leaves() -> None:
    for name, still in (("", False), ("no_entry_or_exit", True), ("frozen_firms", True)):
        model = economy(varied(plain(), name) if name else plain(), 1)
        before = firm_numbers(model)
        model.run_months(MONTHS)
        assert (firm_numbers(model) == before) is still


def test_frozen_firms_keep_their_listings_and_what_they_are() -> None:
    model = economy(varied(plain(), "frozen_firms"), 1)
    listings, firms = listing_numbers(model), model.state.firms
    kept = {name: firms[name].copy() for name in ("quality", "brand", "digital_level", "luck", "gap")}
    exports = []
    for _ in range(MONTHS):
        model.step()
        exports.append(model.state.listings["revenue"].sum())
    assert listing_numbers(model) == listings
    assert np.std(kept["luck"]) > 0.3
    for name, before in kept.items():
        allowed = 0.02 if name == "luck" else 0.0
        assert np.max(np.abs(model.state.firms[name] - before)) <= allowed, name
    assert np.ptp(exports) > 0.01 * np.mean(exports)


def test_firms_alike_have_no_giants() -> None:
    shares = {}
    for name in ("", "equal_firms"):
        parts = (ran(name) if name else usual()).recorder.parts_frame()
        top = parts[parts["indicator"] == "top_1pct_share"].iloc[-1]
        shares[name] = top["num"] / top["den"]
    assert shares["equal_firms"] < 0.15 < 0.35 < shares[""]


def test_blind_decisions_close_what_pays_as_readily_as_what_does_not() -> None:
    """At a hazard of 6 % a month half the listings come up in a year; a coin closes half of these."""
    assert closed_by_large("") < 0.05
    assert 0.15 < closed_by_large("zero_intelligence") < 0.35
