"""Grants to firms and places in programmes: never beyond caps, budgets and places; paid once; felt only where meant."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.economy import TradeEconomy
from model.levers import Where
from model.policies import policies
from model.programmes import MEMORIES, Grant, Programme, firm_accounts
from model.scenario.plan import PolicyEntry
from tests.policies.runs import Frame, Outcome, baseline, entry, paid, resumed

FRAME = Frame(months=60, scale=0.01, policies_from="2021-01")
TOOLS, FREIGHT = "digital_tool_subsidy", "logistics_subsidy"
PLACES, DATA = "micro_multinational_incubation", "data_whitelist"
CENT = 0.01


class Watched:
    """A run under some policies, watched firm by firm after every month."""

    def __init__(self, entries: tuple[PolicyEntry, ...], frame: Frame = FRAME) -> None:
        self.model = resumed(replace(frame.scenario(), policies=entries), frame, 1)
        self.grants = {grant.account: grant for grant in self.model.grants}
        self.faults: list[str] = []
        self.members: dict[str, list[float]] = {}
        self.firm_years = 0.0
        while self.model.month < self.model.spec.start + frame.months:
            self.model.step()
            self.look()
        self.outcome = Outcome.of(self.model)

    def look(self) -> None:
        env, firms = self.model.env, self.model.state.firms
        self.firm_years += len(firms.alive_rows()) / 12.0
        for account, grant in self.grants.items():
            claimed = firms["claimed"][firms["alive"], env.slots[account]]
            if grant.cap_per_firm is not None:
                cap = grant.cap_per_firm * env.wage_index() / env.wage_index(grant.window.start)
                if claimed.max(initial=0.0) > cap + CENT:
                    self.faults.append(f"{account}: a firm claimed {claimed.max()} of {cap}")
            if grant.budget_per_year is not None and env.state.claims.get(account, 0.0) > grant.budget_per_year + CENT:
                self.faults.append(f"{account}: the budget is passed")
        for programme in self.model.programmes:
            inside = env.members(programme)
            self.members.setdefault(programme.account, []).append(float(np.sum(firms["weight"] * inside)))
            taken = env.state.arrays["places_taken"][env.slots[programme.account]]
            if programme.places is not None and taken > programme.places:
                self.faults.append(f"{programme.account}: {taken} places of {programme.places}")


def entries(frame: Frame, **values: dict[str, Any]) -> tuple[PolicyEntry, ...]:
    return tuple(entry(id, frame, **own) for id, own in values.items())


@cache
def tight() -> Watched:
    """Caps, budgets and places so small that all of them bind."""
    return Watched(
        entries(
            FRAME,
            **{
                TOOLS: {"cap_yuan": 3000.0, "months": 6, "budget_per_year": 2.0e7},
                FREIGHT: {"cap_yuan": 2.0e4, "budget_per_year": 2.0e8},
                PLACES: {"places": 700.0, "months": 6},
                DATA: {"fee_yuan": 5.0e4},
            },
        )
    )


def test_no_cap_budget_or_number_of_places_is_ever_passed() -> None:
    assert not tight().faults


@pytest.mark.slow
def test_no_limit_is_passed_over_a_hundred_thousand_firm_years() -> None:
    frame = Frame(months=72, scale=0.3, policies_from="2020-01")
    limits = {
        TOOLS: {"cap_yuan": 3000.0, "months": 6, "budget_per_year": 5.0e7},
        FREIGHT: {"cap_yuan": 2.0e4, "budget_per_year": 5.0e8},
        PLACES: {"places": 700.0, "months": 6},
        DATA: {"fee_yuan": 5.0e4},
    }
    run = Watched(entries(frame, **limits), frame)
    assert run.firm_years > 1e5
    assert not run.faults


def test_limits_bind() -> None:
    """So that the test above could fail."""
    run = tight()
    slot = run.model.env.slots
    assert run.model.state.firms["claimed"][:, slot[TOOLS]].max() > 0.9 * 3000.0
    capped = Watched(entries(FRAME, **{FREIGHT: {"cap_yuan": 2.0e4, "budget_per_year": None}})).model
    wages = capped.env.wage_index() / capped.env.wage_index(FRAME.start)
    assert capped.state.firms["claimed"].max() == pytest.approx(2.0e4 * wages)
    assert paid(run.outcome, FREIGHT, "smes").max() == pytest.approx(2.0e8, rel=1e-6)
    assert run.model.state.arrays["places_taken"][slot[PLACES]] > 0.8 * 700.0


def test_a_place_is_held_for_its_months_and_not_given_twice() -> None:
    run = tight()
    supports = run.outcome.supports
    assert not supports.duplicated(["policy", "firm"]).any()
    held = run.members[PLACES]
    assert max(held) > 0.0 and held[-1] == 0.0, "all memberships ended long ago"
    assert sum(held) <= 700.0 * 6


def test_support_is_named_once_for_every_supported_firm() -> None:
    run = tight()
    joined = run.model.state.firms["joined"]
    for account, slot in run.model.env.slots.items():
        alive = run.model.state.firms.alive_rows()
        now = set(run.model.state.firms["number"][alive[joined[alive, slot] > 0]].tolist())
        noted = set(run.outcome.supports.loc[run.outcome.supports["policy"] == account, "firm"])
        assert now <= noted


def test_most_buyers_of_tools_would_have_bought_anyway() -> None:
    """Additionality: firms with tools that are more than without the grant, over firms that it paid."""
    run = Watched(entries(FRAME, **{TOOLS: {}}))
    users = [
        outcome.parts[outcome.parts["indicator"] == "digital_firms"].sort_values("month")["num"].to_numpy()[-1]
        for outcome in (baseline(FRAME, 1).outcome, run.outcome)
    ]
    supported = run.outcome.parts.loc[run.outcome.parts["indicator"] == "supported_units", "num"].sum()
    assert 0.0 < (users[1] - users[0]) / supported < 1.0


def test_traffic_given_to_some_is_taken_from_others() -> None:
    scenario = replace(FRAME.scenario(), policies=entries(FRAME, **{PLACES: {"boost": 0.5, "places": 20000.0}}))
    model = resumed(scenario, FRAME, 1)
    for _ in range(9):
        model.step()
    plain = TradeEconomy(FRAME.scenario(), 1)
    plain.restore(model.snapshot())
    plain.step()
    model.step()
    lost = model.env.terms.log_reach - plain.env.terms.log_reach
    assert (lost <= 1e-12).all() and lost.min() < -0.001


def test_a_grant_for_some_categories_reaches_no_other() -> None:
    run = tight()
    firms = run.model.state.firms
    slot = run.model.env.slots[FREIGHT]
    claimed = firms["claimed"][:, slot] > 0.0
    belts = run.model.world.belt_ids
    categories = {run.model.world.belt_category[firms["belt"][row]] for row in np.flatnonzero(claimed)}
    assert len(belts) > 10 and categories == {0, 1}


def test_too_many_dealings_with_firms_are_refused() -> None:
    grants = [Grant(f"grant_{n}", "tools", 0.5) for n in range(MEMORIES)]
    assert firm_accounts(grants, [])["grant_0"] == 0
    with pytest.raises(ValueError, match="at most"):
        firm_accounts(grants, [Programme("one_more")])


def test_places_open_over_the_intake() -> None:
    (programme,) = replace(entry(PLACES, FRAME)).programmes()
    start = FRAME.start
    assert programme.open_places(start - 1) == 0.0
    assert programme.open_places(start) == pytest.approx(1000.0 / 6.0)
    assert programme.open_places(start + 5) == programme.open_places(start + 20) == 1000.0


def test_every_policy_with_support_says_what_it_adds_to() -> None:
    for policy in policies().values():
        values, where = policy.defaults(), Where()
        if any(grant.pays == "tools" for grant in policy.grants(values, where)):
            assert policy.adds is not None, policy.id


def test_firms_by_year_follow_the_same_firms() -> None:
    years = baseline(FRAME, 1).outcome.firms
    assert isinstance(years, pd.DataFrame)
    assert not years.duplicated(["year", "firm"]).any()
    parts = baseline(FRAME, 1).outcome.parts
    exports = parts[(parts["indicator"] == "export_value") & (parts["month"] // 12 == 2022)]["num"].sum()
    rows = years[years["year"] == 2022]
    followed = float((rows["weight"] * rows["exports"]).sum())
    assert 0.95 * exports < followed <= exports * (1.0 + 1e-9), "those that left within the year are missing"
