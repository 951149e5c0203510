"""The fast columns and the reference month give the same numbers, and the comparison would notice if they did not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from model.economy import TradeEconomy
from model.kernel.calendar import format_month
from tests.oracle import clear, home, settle, supply, trade
from tests.oracle.compare import RELATIVE, differences, run_both
from tests.oracle.economy import OracleEconomy
from tests.oracle.month import ReferenceMonth
from tests.oracle.worlds import CASES, MONTHS, MORE_CASES, Case

EVERYTHING = CASES[-1]


def assert_same(case: Case) -> None:
    for step in run_both(case.scenario(), case.seed, MONTHS):
        listed = "\n".join(step.found[:20])
        assert not step.found, f"{case.name}, {format_month(step.month)}:\n{listed}"
    fast, reference = step.fast, step.reference
    one, other = fast.recorder.indicator_frame(), reference.recorder.indicator_frame()
    np.testing.assert_allclose(one["value"], other["value"], rtol=RELATIVE * 10, atol=1e-9)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fast_columns_follow_the_rules(case: Case) -> None:
    assert_same(case)


def test_debt_is_repaid_alike() -> None:
    """Firms that start with debt and cash: in the worlds above, who has borrowed has no spare cash."""
    case = CASES[0]
    fast, reference = TradeEconomy(case.scenario(), case.seed), OracleEconomy(case.scenario(), case.seed)
    for model in (fast, reference):
        model.state.firms["debt"] = 0.3 * model.state.firms["cash"]
    repaid = 0.0
    for _ in range(3):
        fast.step()
        reference.step()
        assert not differences(fast, reference)
        repaid += reference.env.ledger.paid("smes", "repayments")
    assert repaid > 0.0


@pytest.mark.slow
@pytest.mark.parametrize("case", MORE_CASES, ids=lambda case: case.name)
def test_fast_columns_follow_the_rules_in_more_worlds(case: Case) -> None:
    assert_same(case)


# --- the comparison notices ----------------------------------------------------------------------------------

RULES = [
    (trade, "novelty"), (trade, "landed_price"), (trade, "target_pull"), (trade, "inertia"), (trade, "let_through"),
    (trade, "reputation_shown"), (trade, "own_reach"),
    (trade, "carried_share"), (trade, "cycle_months"), (trade, "finance_share"),
    (supply, "order"), (supply, "seen"), (supply, "ces"), (supply, "covered"),
    (clear, "look_rate"), (clear, "queue_hours"), (clear, "clearance_hours"), (clear, "delivered_days"),
    (clear, "dispute_chance"), (clear, "lost_per_dispute"), (settle, "goods_lost"),
    (clear, "violations_per_look"), (clear, "expected_look_rate"),
    (settle, "variable_cost"), (settle, "rebate_earned"), (settle, "collect_rebate"), (settle, "payment_fee"),
    (settle, "usual_disputes"), (settle, "code_cost"), (settle, "disputes_in"),
    (trade, "own_price"), (settle, "upkeep"), (settle, "pay_tools"), (settle, "compliance_cost"),
    (home, "new_brands"), (home, "normal_share"), (home, "tax_rate"), (home, "beyond_year"), (home, "landed_price"),
    (home, "nearness"), (home, "brands_on_offer"), (home, "upkeep_paid"),
]  # fmt: skip


def scaled(rule: Callable[..., float], factor: float) -> Callable[..., float]:
    return lambda *args: rule(*args) * factor


@pytest.mark.parametrize(("module", "name"), RULES, ids=[name for _, name in RULES])
def test_a_rule_off_by_a_millionth_is_noticed(module: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, name, scaled(getattr(module, name), 1.0 + 1e-6))
    assert any(step.found for step in run_both(EVERYTHING.scenario(), EVERYTHING.seed, 6))


def test_the_pile_before_a_closed_district_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    shut = next(case for case in CASES if case.name == "closures")
    monkeypatch.setattr(clear, "hours_outside", scaled(clear.hours_outside, 1.0 + 1e-6))
    assert any(step.found for step in run_both(shut.scenario(), shut.seed, 3))


PARAMETERS = (
    "demand.substitution_consumer", "customs.lending", "customs.forgetting", "finance.payout", "firm.wage_share",
)  # fmt: skip


@pytest.mark.parametrize("path", PARAMETERS)
def test_a_parameter_off_in_one_model_is_noticed(path: str) -> None:
    scenario = CASES[0].scenario()
    fast, reference = TradeEconomy(scenario, 1), OracleEconomy(scenario, 1)
    fast.parameters = fast.parameters.replaced({path: fast.parameters[path] * (1.0 + 1e-6)})
    fast.step()
    reference.step()
    assert differences(fast, reference)


# --- the worlds try the rules --------------------------------------------------------------------------------


def test_worlds_try_every_rule() -> None:
    """Together the worlds hold every kind of firm, listing and shortage that the rules distinguish."""
    seen: set[str] = set()
    for case in CASES:
        model = OracleEconomy(case.scenario(), case.seed)
        for _ in range(MONTHS // 2):
            model.step()
            seen |= met(model)
    assert seen == EXPECTED, f"never met: {sorted(EXPECTED - seen)}"


EXPECTED = {
    "low", "ordinary", "high", "newcomer", "rationed by money", "rationed by output", "inputs short", "no limit",
    "foreign inputs short", "foreign inputs dearer",
    "way full", "post", "direct_parcel", "overseas_warehouse", "full_hosting", "b2b_bulk", "home", "overflow", "waived",
    "closed district", "overtime", "audited", "looks", "hits", "loan", "dividend", "profit tax", "loss",
    "tools bought", "sunk", "certificate", "zone", "no zone",
}  # fmt: skip


MODES = ("post", "direct_parcel", "overseas_warehouse", "full_hosting", "b2b_bulk", "traditional", "home")
ACCOUNTS = {
    "loans": "loan", "dividends": "dividend", "profit_tax": "profit tax", "tools": "tools bought", "entry_cost": "sunk",
    "certificate": "certificate",
}  # fmt: skip


def met(model: OracleEconomy) -> set[str]:
    """What a month of the reference model holds."""
    month = model.reference
    found = {MODES[listing.mode] for listing in month.listings}
    found |= {("low", "ordinary", "high")[firm.tier] for firm in month.firms}
    found |= {"zone" if firm.belt.pilot_zone else "no zone" for firm in month.firms}
    found |= {word for account, word in ACCOUNTS.items() if any(firm.accounts[account] for firm in month.firms)}
    events = shortages(month) | looks(month)
    return found | {word for word, true in events.items() if true}


def shortages(month: ReferenceMonth) -> dict[str, bool]:
    """What bound firms this month."""
    short = [(firm.wished, firm.capacity * firm.belt.capacity) for firm in month.firms]
    sent = trade.orders_by_way(month)
    return {
        "rationed by money": any(firm.finance < 0.99 for firm in month.firms),
        "rationed by output": any(wished > limit for wished, limit in short),
        "no limit": any(0.0 < wished <= limit for wished, limit in short),
        "inputs short": any(link.met < 1.0 for link in month.links),
        "foreign inputs short": any(belt.foreign_met < 1.0 for belt in month.belts),
        "foreign inputs dearer": any(belt.foreign_price > 1.0 for belt in month.belts),
        "way full": any(trade.capacity_left(month, place) < 1.0 for place, orders in sent.items() if orders),
        "overflow": any(listing.overflow > 0.0 for listing in month.listings),
        "loss": any(firm.profit < 0.0 for firm in month.firms),
    }


def looks(month: ReferenceMonth) -> dict[str, bool]:
    """What happened at customs this month."""
    busy = [district for district in month.districts if district.asked > 0.0]
    return {
        "newcomer": any(firm.months_alive < 12 for firm in month.firms),
        "waived": any(district.waived > 0.0 for district in busy),
        "overtime": any(0.9 < district.load <= 0.9 * month.p["customs.overtime"] for district in busy),
        "closed district": any(month.levers.value("gateway_capacity", district.code) < 1.0 for district in busy),
        "audited": any(firm.audits > 0.0 for firm in month.firms),
        "looks": month.totals.looks > 0.0,
        "hits": month.totals.finds > 0.0,
    }


def test_bench_finds_the_reference_economy() -> None:
    from experiments.bench.speed import oracle_class

    assert oracle_class().__name__ == "OracleEconomy"
    model = OracleEconomy(CASES[0].scenario(), 1)
    model.step()
    assert set(model.timings) == set(TradeEconomy(CASES[0].scenario(), 1).timings)
    assert all(model.timings[name] > 0.0 for name in ("trade", "clear", "settle"))
