"""Budgets, caps and places hold in every month: all policies at once, over a hundred thousand firm-years.

A watcher looks at the model after a month and tells what is wrong; whoever adds a limit adds its watcher to `WATCHERS`.
The short form watches two years of the quick frame, the slow one as many firm-years as it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from model.economy import TradeEconomy
from model.scenario import Scenario
from tests.policies.runs import QUICK, Frame, entry, everything, resumed

Watcher = Callable[[TradeEconomy], list[str]]
FIRM_YEARS = 100_000
LONG = Frame(months=144, scale=0.1, policies_from="2020-01")
TIGHT = {"budget_per_year": 2.0e8}
"""Of every policy with a budget: far below what would be claimed, so that the limit binds."""
ROUNDING = 1e-9


def tight(frame: Frame) -> Scenario:
    """All policies in force, budgets cut to where they bind."""
    given = everything(frame)
    own = {one.id: {key: value for key, value in TIGHT.items() if key in one.values} for one in given.policies}
    return replace(given, policies=tuple(entry(id, frame, **values) for id, values in own.items()))


def budgets(model: TradeEconomy) -> list[str]:
    """No grant has paid more in this calendar year than its budget (claims are the ledger: test_public_money)."""
    faults = []
    for account, paid in model.state.claims.items():
        limits = [grant.budget_per_year for grant in model.grants if grant.account == account]
        if limits and None not in limits and paid > sum(limits) * (1.0 + ROUNDING):
            faults.append(f"{account} paid {paid:.0f} yuan of a budget of {sum(limits):.0f}")
    return faults


def warehouses(model: TradeEconomy) -> list[str]:
    """No warehouse below the threshold, and none of an operator with too little B2B, got a grant."""
    houses, faults = model.state.warehouses, []
    paid = houses["alive"] & (houses["grant_yuan"] > 0.0)
    for grant in (grant for grant in model.grants if grant.pays == "building_cost"):
        small = paid & (houses["area_m2"] < grant.threshold)
        other = paid & (houses["b2b_share"] < grant.min_b2b_share)
        faults += [f"{int(np.sum(wrong))} warehouses {what}" for wrong, what in
                   ((small, "below the threshold"), (other, "with too little B2B")) if wrong.any()]  # fmt: skip
    return faults


# Firms: caps per firm and year, once per firm, places and terms of programmes. A watcher each, and a line below.


WATCHERS: tuple[Watcher, ...] = (budgets, warehouses)


def watched(model: TradeEconomy, months: int) -> Iterator[list[str]]:
    """Step and look."""
    for _ in range(months):
        model.step()
        yield [fault for look in WATCHERS for fault in look(model)]


def near(model: TradeEconomy) -> bool:
    """Whether some budget is used by more than half: a limit that nothing comes near proves little."""
    return any(paid > 0.5 * TIGHT["budget_per_year"] for paid in model.state.claims.values())


def test_limits_hold_for_two_years() -> None:
    model, bound, faults = resumed(tight(QUICK), QUICK, 1), False, set()
    for found in watched(model, 24):
        faults.update(found)
        bound = bound or near(model)
    assert not faults, "\n".join(sorted(faults))
    assert bound


@pytest.mark.slow
def test_limits_hold_over_many_firm_years() -> None:
    seen, seed, faults = 0.0, 0, set()
    while seen < FIRM_YEARS:
        seed += 1
        model = resumed(tight(LONG), LONG, seed)
        for found in watched(model, LONG.months - 12):
            seen += len(model.state.firms.alive_rows()) / 12.0
            faults.update(found)
    print(f"{seen:.0f} firm-years in {seed} runs")
    assert not faults, "\n".join(sorted(faults))


def test_a_broken_limit_is_seen() -> None:
    model = resumed(tight(QUICK), QUICK, 1)
    while not near(model):
        model.step()
    assert budgets(model) == [] and warehouses(model) == []
    model.grants = tuple(replace(it, budget_per_year=1.0, threshold=1.0e9, min_b2b_share=2.0) for it in model.grants)
    assert budgets(model) and len(warehouses(model)) == 2
