"""Public money: what policies cost is what the ledger says, budgets hold in every year, grants go to the eligible."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from agents import warehouse
from model.levers import EVERYWHERE
from model.policies import policies
from tests.policies.runs import QUICK, Frame, Outcome, entry, monthly, paid, resumed, with_defaults

IDS = list(policies())
SEED = 1
LONG = Frame(months=72, scale=0.02, policies_from="2020-07")
FUND = "overseas_warehouse_fund"
TIGHT = 1.5e8
"""Yuan a year: far below what would be claimed, so that the budget binds."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Claim:
    """A project started in a run: when, what was built, and what the fund paid for it."""

    month: int
    house: dict[str, Any]
    cost: float  # yuan of building
    in_asean: bool

    @property
    def yuan(self) -> float:
        return float(self.house["grant_yuan"])


def outlay_due(id: str, outcome: Outcome) -> float:
    """Running costs by the declaration, over the months of the run."""
    outlays = policies()[id].outlays(policies()[id].defaults(), EVERYWHERE)
    months = outcome.parts["month"].nunique()
    return months * sum(outlay.yuan_per_month for outlay in outlays)


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


def run_fund(**values: Any) -> tuple[Outcome, tuple[Claim, ...]]:
    """A run with the fund, and every project started in it, seen where projects start."""
    seen: list[Claim] = []
    plain = warehouse.start_project

    def watched(env: Any, hub: int, *rest: Any) -> tuple[dict[str, Any], float]:
        house, cost = plain(env, hub, *rest)
        regions = env.world.market_regions[env.world.hub_market[hub]]
        seen.append(Claim(env.now, house, cost, "ASEAN" in regions))
        return house, cost

    scenario = replace(LONG.scenario(), policies=(entry(FUND, LONG, **values),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warehouse, "start_project", watched)
        model = resumed(scenario, LONG, SEED)
        while model.month < scenario.start + LONG.months:
            model.step()
    return Outcome.of(model), tuple(seen)


@cache
def fund(kind: str) -> tuple[Outcome, tuple[Claim, ...]]:
    """Runs with the declared budget, with a tight one, and with none."""
    return run_fund(**{"default": {}, "tight": {"budget_per_year": TIGHT}, "endless": {"budget_per_year": None}}[kind])


def defaults() -> dict[str, Any]:
    return policies()[FUND].defaults()


@pytest.mark.parametrize("kind", ["default", "tight", "endless"])
def test_every_grant_meets_the_conditions(kind: str) -> None:
    _, projects = fund(kind)
    granted = [claim for claim in projects if claim.yuan > 0.0]
    assert len(granted) >= 5
    for claim in granted:
        assert claim.month >= LONG.start
        assert claim.in_asean
        assert claim.house["area_m2"] >= defaults()["min_area_m2"]
        assert claim.house["b2b_share"] >= defaults()["min_b2b_share"]
        assert claim.yuan <= defaults()["rate"] * claim.cost * (1.0 + ROUNDING)


def test_conditions_leave_somebody_out() -> None:
    """So that the conditions above are not met by everybody anyway."""
    _, projects = fund("endless")
    refused = [claim for claim in projects if claim.yuan == 0.0 and claim.month >= LONG.start]
    assert any(not claim.in_asean for claim in refused)
    assert any(claim.in_asean and claim.house["b2b_share"] < defaults()["min_b2b_share"] for claim in refused)


@pytest.mark.parametrize(("kind", "limit"), [("default", None), ("tight", TIGHT)])
def test_budget_is_never_exceeded_in_a_calendar_year(kind: str, limit: float | None) -> None:
    outcome, projects = fund(kind)
    most = defaults()["budget_per_year"] if limit is None else limit
    by_year = paid(outcome, FUND, "warehouses")
    assert (by_year <= most * (1.0 + ROUNDING)).all(), by_year
    granted = sum(claim.yuan for claim in projects)
    assert by_year.sum() == pytest.approx(granted, rel=ROUNDING), "the ledger pays what the projects got"


def test_tight_budget_binds_and_starts_afresh() -> None:
    free, short = (paid(fund(kind)[0], FUND, "warehouses") for kind in ("endless", "tight"))
    assert free.max() > TIGHT
    assert short.max() > 0.5 * TIGHT
    assert (short > 0.0).sum() >= 3, "a new year opens a new budget"


@pytest.mark.parametrize("kind", ["default", "tight"])
def test_memory_of_claims_is_the_ledger_s(kind: str) -> None:
    outcome, _ = fund(kind)
    last = paid(outcome, FUND, "warehouses").loc[2024]
    assert outcome.state.claims[FUND] == pytest.approx(last, rel=ROUNDING)


def test_rate_of_a_grant_follows_its_ramp() -> None:
    plain = entry(FUND, LONG)
    window = replace(plain.window, ramp_months=24)
    (grant,) = replace(plain, window=window).grants()
    assert grant.rate_in(LONG.start - 1) == 0.0
    assert grant.rate_in(LONG.start + 11) == pytest.approx(grant.rate * 12.0 / 25.0)
    assert grant.rate_in(LONG.start + 24) == grant.rate
