"""What must hold in every month of every run: money, goods, people and numbers add up, nothing is out of its bounds.

One run with all policies in force, and one of the plain baseline, are watched month by month; each test reads the
list of faults that its own check noted (`watch.py`).
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from model.economy import TradeEconomy
from model.policies import policies
from model.scenario import load_scenario
from tests.invariants.watch import CHECKS, Watch, watch_run
from tests.policies.runs import Frame, entry, toy_sets

FRAME = Frame(months=30, scale=0.02, policies_from="2019-10")
WATCHED = ("plain", "all_policies")


@cache
def watched(kind: str) -> Watch:
    """A run of the frame's months, all checks made every month."""
    scenario = FRAME.scenario()
    if kind == "all_policies":
        scenario = replace(scenario, policies=tuple(entry(id, FRAME) for id in policies()))
    return watch_run(TradeEconomy(scenario, 2), FRAME.months)


@pytest.mark.parametrize("kind", WATCHED)
@pytest.mark.parametrize("name", list(CHECKS))
def test_every_month(kind: str, name: str) -> None:
    watch = watched(kind)
    assert watch.months == FRAME.months
    faults = watch.faults.get(name, [])
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults[:12])


def test_watched_run_has_life() -> None:
    """Firms come and go, grants are paid, looks find something: the checks above had something to look at."""
    watch = watched("all_policies")
    assert watch.gone and len(watch.seen) > len(watch.model.state.firms["number"])
    frame = watch.model.recorder.ledger_frame()
    assert frame.loc[frame["account"].isin(list(policies())), "yuan"].sum() > 0.0
    assert frame.loc[frame["account"] == "fines", "yuan"].sum() > 0.0


# --- the checks themselves -----------------------------------------------------------------------------------------


def money_from_nowhere(model: TradeEconomy) -> None:
    model.state.firms["cash"][model.state.firms.alive_rows()[0]] += 1.0e6


def unpaid_balance(model: TradeEconomy) -> None:
    model.state.government["balance"] += 1.0e6


def lost_number(model: TradeEconomy) -> None:
    model.state.firms["quality"][model.state.firms.alive_rows()[0]] = np.nan


def owed_orders(model: TradeEconomy) -> None:
    model.state.listings["orders"][0] = -1.0


def eager_firm(model: TradeEconomy) -> None:
    model.state.firms["effort"][model.state.firms.alive_rows()[0]] = 1.2


def invented_firm(model: TradeEconomy) -> None:
    model.state.firms.add({"weight": 1.0, "size": 0}, count=1)


def another_belt(model: TradeEconomy) -> None:
    model.state.firms["belt"] = 1 - model.state.firms["belt"]


def too_many_looks(model: TradeEconomy) -> None:
    model.env.flows.values["looks"] = model.env.flows.values["whole_lots"] + 1.0


def magic_carpet(model: TradeEconomy) -> None:
    model.env.terms.days[:] += 500.0


def lost_orders(model: TradeEconomy) -> None:
    model.env.flows.values["sums"].belt[:, 0] *= 2.0


SPOILS = {
    money_from_nowhere: "cash_of_firms_moves_by_their_postings",
    unpaid_balance: "government_balance_is_receipts_less_payments",
    lost_number: "every_number_is_finite",
    owed_orders: "nothing_that_is_counted_is_negative",
    eager_firm: "shares_lie_between_zero_and_one",
    invented_firm: "firms_are_those_before_plus_entries_less_exits",
    another_belt: "who_a_firm_is_stays",
    too_many_looks: "looks_are_no_more_than_lots",
    magic_carpet: "delivery_takes_at_least_its_way",
    lost_orders: "exports_are_one_number",
}


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_checks_see_what_is_wrong(spoil: Callable[[TradeEconomy], None]) -> None:
    model = TradeEconomy(load_scenario("toy", toy_sets(6)), 2)
    assert SPOILS[spoil] in watch_run(model, 1, spoil).faults


def test_checks_are_content_with_the_toy_world() -> None:
    assert watch_run(TradeEconomy(load_scenario("toy", toy_sets(6)), 2), 6).faults == {}
