"""Public money: what policies cost is what the ledger says, budgets hold in every year, grants go to the eligible."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from model.economy import TradeEconomy
from model.levers import EVERYWHERE
from model.policies import policies
from model.scenario.vocabulary import vocabulary
from tests.policies.runs import QUICK, Frame, Outcome, entry, monthly, paid, resumed, with_defaults

IDS = list(policies())
SEED = 1
LONG = Frame(months=72, scale=0.02, policies_from="2020-07")
FUND = "overseas_warehouse_fund"
TIGHT = 1.5e8
"""Yuan a year: far below what would be claimed, so that the budget binds."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Project:
    """A warehouse begun in a run: when, how large, and what the fund paid for it."""

    month: int
    area: float  # m2
    b2b_share: float
    yuan: float  # paid by the fund
    cost: float  # yuan of building
    in_asean: bool


@dataclass(frozen=True)
class Run:
    """A run with the fund, every project begun in it, and what the last year claimed by account."""

    outcome: Outcome
    projects: tuple[Project, ...]
    claims: dict[str, float]


def outlay_due(id: str, outcome: Outcome) -> float:
    """Running costs by the declaration, over the months of the run; those per dispute by the disputes filed."""
    outlays = policies()[id].outlays(policies()[id].defaults(), EVERYWHERE)
    months = np.sort(outcome.parts["month"].unique())
    wages = (1.0 + vocabulary().parameters["firm.wage_growth"].value) ** ((months - 2019 * 12) / 12.0)
    due = 0.0
    for outlay in outlays:
        counted = monthly(outcome, outlay.each, months[0])[:, 0] if outlay.each else np.zeros(len(months))
        due += float(np.sum(outlay.yuan_per_month + outlay.yuan_each * wages * counted))
    return due


def granted_yuan(outcome: Outcome, id: str) -> float:
    """What grants paid: the account less the running costs."""
    return float(paid(outcome, id).sum()) - outlay_due(id, outcome)


@pytest.mark.parametrize("id", IDS)
def test_fiscal_cost_is_the_account_in_the_ledger(id: str) -> None:
    outcome = with_defaults(id, QUICK, SEED)
    ledger = outcome.ledger
    rows = ledger[(ledger["payer"] == "government") & (ledger["account"] == id)]
    by_month = rows.groupby("month")["yuan"].sum()
    months = np.sort(outcome.parts["month"].unique())
    expected = by_month.reindex(months, fill_value=0.0).to_numpy()
    cost = monthly(outcome, "fiscal_cost", QUICK.start)[:, 0]
    np.testing.assert_allclose(cost, expected, rtol=ROUNDING)
    assert cost.sum() > 0.0, "no policy is free"


@pytest.mark.parametrize("id", IDS)
def test_running_costs_are_paid_as_declared(id: str) -> None:
    outcome = with_defaults(id, QUICK, SEED)
    grants = policies()[id].grants(policies()[id].defaults(), EVERYWHERE)
    rest = granted_yuan(outcome, id)
    assert rest >= -1.0
    assert grants or abs(rest) < 1.0, "a policy without grants pays its running costs and nothing else"


@pytest.mark.parametrize("id", IDS)
def test_default_budget_holds_in_every_calendar_year(id: str) -> None:
    grants = policies()[id].grants(policies()[id].defaults(), EVERYWHERE)
    limits = [grant.budget_per_year for grant in grants]
    if not limits or None in limits:
        pytest.skip("no grant with a budget")
    outcome = with_defaults(id, QUICK, SEED)
    yearly = outlay_due(id, outcome) / (outcome.parts["month"].nunique() / 12.0)
    assert (paid(outcome, id) <= sum(limits) + yearly + 1.0).all()


# --- the warehouse fund --------------------------------------------------------------------------------------------


def begun(model: TradeEconomy) -> list[Project]:
    """Warehouses begun in the month just simulated: those that open after the whole time of building."""
    houses, now = model.state.warehouses, model.month - 1
    unit = model.env.levers.table("building_cost")
    rows = np.flatnonzero(houses["alive"] & (houses["opened"] == now + int(model.parameters["warehouse.lead_months"])))
    found = []
    for row in rows:
        hub, area = int(houses["hub"][row]), float(houses["area_m2"][row])
        asean = "ASEAN" in model.world.market_regions[model.world.hub_market[hub]]
        b2b, yuan = float(houses["b2b_share"][row]), float(houses["grant_yuan"][row])
        found.append(Project(now, area, b2b, yuan, area * float(unit[hub]), asean))
    return found


def run_fund(**values: Any) -> Run:
    scenario = replace(LONG.scenario(), policies=(entry(FUND, LONG, **values),))
    model, seen = resumed(scenario, LONG, SEED), []
    while model.month < scenario.start + LONG.months:
        model.step()
        seen += begun(model)
    return Run(Outcome.of(model), tuple(seen), dict(model.state.claims))


@cache
def fund(kind: str) -> Run:
    """Runs with the declared budget, with a tight one, and with none."""
    return run_fund(**{"default": {}, "tight": {"budget_per_year": TIGHT}, "endless": {"budget_per_year": None}}[kind])


def defaults() -> dict[str, Any]:
    return policies()[FUND].defaults()


@pytest.mark.parametrize("kind", ["default", "tight", "endless"])
def test_every_grant_meets_the_conditions(kind: str) -> None:
    projects = fund(kind).projects
    granted = [project for project in projects if project.yuan > 0.0]
    assert len(granted) >= 5
    for project in granted:
        assert project.month >= LONG.start
        assert project.in_asean
        assert project.area >= defaults()["min_area_m2"]
        assert project.b2b_share >= defaults()["min_b2b_share"]
        assert project.yuan <= defaults()["rate"] * project.cost * (1.0 + ROUNDING)


def test_conditions_leave_somebody_out() -> None:
    """So that the conditions above are not met by everybody anyway."""
    projects = fund("endless").projects
    refused = [project for project in projects if project.yuan == 0.0 and project.month >= LONG.start]
    assert any(not project.in_asean for project in refused)
    assert any(project.in_asean and project.b2b_share < defaults()["min_b2b_share"] for project in refused)


@pytest.mark.parametrize(("kind", "limit"), [("default", None), ("tight", TIGHT)])
def test_budget_is_never_exceeded_in_a_calendar_year(kind: str, limit: float | None) -> None:
    outcome, projects = fund(kind).outcome, fund(kind).projects
    most = defaults()["budget_per_year"] if limit is None else limit
    by_year = paid(outcome, FUND, "warehouses")
    assert (by_year <= most * (1.0 + ROUNDING)).all(), by_year
    granted = sum(project.yuan for project in projects)
    assert by_year.sum() == pytest.approx(granted, rel=ROUNDING), "the ledger pays what the projects got"


def test_tight_budget_binds_and_starts_afresh() -> None:
    free, short = (paid(fund(kind).outcome, FUND, "warehouses") for kind in ("endless", "tight"))
    assert free.max() > TIGHT
    assert short.max() > 0.5 * TIGHT
    assert (short > 0.0).sum() >= 3, "a new year opens a new budget"


@pytest.mark.parametrize("kind", ["default", "tight"])
def test_memory_of_claims_is_the_ledger_s(kind: str) -> None:
    last = paid(fund(kind).outcome, FUND, "warehouses").loc[2024]
    assert fund(kind).claims[FUND] == pytest.approx(last, rel=ROUNDING)


def test_rate_of_a_grant_follows_its_ramp() -> None:
    plain = entry(FUND, LONG)
    window = replace(plain.window, ramp_months=24)
    (grant,) = replace(plain, window=window).grants()
    assert grant.rate_in(LONG.start - 1) == 0.0
    assert grant.rate_in(LONG.start + 11) == pytest.approx(grant.rate * 12.0 / 25.0)
    assert grant.rate_in(LONG.start + 24) == grant.rate
