"""Faults put into a running model on purpose: the books of the month must not close over them.

Each fault is one line that could be written by mistake. `RunFailed` is how a run stops rather than go on wrong.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from model.economy import MONTH, TradeEconomy
from model.kernel.ledger import Ledger
from model.kernel.refusals import RunFailed
from model.phases import settle
from model.scenario import load_scenario
from tests.policies.runs import Frame, entry

Patch = pytest.MonkeyPatch
WORLD = ("months=12", "scale=0.01", "policies_from=2019-02")


def economy(fund: bool = False) -> TradeEconomy:
    """A small nation, in its second month of life."""
    scenario = load_scenario("baseline", WORLD)
    if fund:
        own = entry("overseas_warehouse_fund", Frame(policies_from="2019-02"), min_b2b_share=0.0)
        scenario = replace(scenario, policies=(own,))
    model = TradeEconomy(scenario, 1)
    model.step()
    return model


def after_phase(patch: Patch, name: str, harm: Callable[[TradeEconomy], None]) -> None:
    """Do harm when a phase of the month is over."""

    def run(model: TradeEconomy) -> None:
        dict(MONTH)[name](model)
        harm(model)

    patch.setattr("model.economy.MONTH", tuple((n, run if n == name else phase) for n, phase in MONTH))


def posts(patch: Patch, account: str, change: Callable[[float], float]) -> None:
    """Post another amount than was paid on one account."""
    plain = Ledger.post

    def post(self: Ledger, payer: str, payee: str, name: str, yuan: float) -> None:
        plain(self, payer, payee, name, change(yuan) if name == account else yuan)

    patch.setattr(Ledger, "post", post)


def raise_column(name: str, by: float, table: str = "firms") -> Callable[[TradeEconomy], None]:
    def harm(model: TradeEconomy) -> None:
        getattr(model.state, table)[name][:] += by

    return harm


def lost_wages(patch: Patch) -> None:
    posts(patch, "wages", lambda yuan: 0.0)


def lost_millionth_of_exports(patch: Patch) -> None:
    posts(patch, "exports", lambda yuan: yuan * (1.0 - 1e-6))


def rebate_twice(patch: Patch) -> None:
    posts(patch, "rebate", lambda yuan: 2.0 * yuan)


def equity_not_posted(patch: Patch) -> None:
    posts(patch, "equity", lambda yuan: 0.0)


def liquidation_not_posted(patch: Patch) -> None:
    posts(patch, "liquidation", lambda yuan: 0.0)


def dividend_kept(patch: Patch) -> None:
    posts(patch, "dividends", lambda yuan: 0.5 * yuan)


def money_from_nowhere(patch: Patch) -> None:
    after_phase(patch, "learn", raise_column("cash", 100.0))


def weight_changed(patch: Patch) -> None:
    after_phase(patch, "settle", raise_column("weight", 1e-3))


def wrong_sector(patch: Patch) -> None:
    patch.setitem(settle.POSTINGS, "wages", ("smes", "labor"))


def wrong_way_round(patch: Patch) -> None:
    patch.setitem(settle.POSTINGS, "payment_fee", ("banks", "smes"))


def negative_payment(patch: Patch) -> None:
    posts(patch, "overhead", lambda yuan: -yuan)


def payment_without_number(patch: Patch) -> None:
    posts(patch, "overhead", lambda yuan: float("nan"))


def revenue_without_number(patch: Patch) -> None:
    def harm(model: TradeEconomy) -> None:
        model.state.listings["revenue"][0] = np.inf

    after_phase(patch, "learn", harm)


CAUGHT = (
    lost_wages, lost_millionth_of_exports, rebate_twice, equity_not_posted, liquidation_not_posted, dividend_kept,
    money_from_nowhere, weight_changed, wrong_sector, wrong_way_round, negative_payment, payment_without_number,
    revenue_without_number,
)  # fmt: skip


@pytest.mark.parametrize("fault", CAUGHT, ids=lambda fault: fault.__name__)
def test_fault_stops_the_run(fault: Callable[[Patch], None], monkeypatch: Patch) -> None:
    model = economy()
    fault(monkeypatch)
    with pytest.raises(RunFailed):
        model.run_months(3)


def grant_posted_twice(patch: Patch) -> None:
    posts(patch, "overseas_warehouse_fund", lambda yuan: 2.0 * yuan)


def budget_forgotten(patch: Patch) -> None:
    """Claims are paid but not remembered, so that the budget never binds."""

    def harm(model: TradeEconomy) -> None:
        model.state.claims.clear()

    after_phase(patch, "plan", harm)


@pytest.mark.parametrize("fault", [grant_posted_twice, budget_forgotten], ids=lambda fault: fault.__name__)
def test_fault_in_grants_stops_the_run(fault: Callable[[Patch], None], monkeypatch: Patch) -> None:
    """What the government pays in grants must be what was claimed: neither twice nor beside the budget."""
    model = economy(fund=True)
    fault(monkeypatch)
    with pytest.raises(RunFailed):
        model.run_months(11)


def test_sound_run_goes_on(monkeypatch: Patch) -> None:
    """The harness itself breaks nothing."""
    model = economy(fund=True)
    posts(monkeypatch, "wages", lambda yuan: yuan)
    after_phase(monkeypatch, "learn", raise_column("cash", 0.0))
    model.run_months(11)
    paid: Any = model.recorder.ledger_frame()
    assert paid.loc[paid["account"] == "overseas_warehouse_fund", "yuan"].sum() > 1.0e7
