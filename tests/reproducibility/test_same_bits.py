"""The same question gives the same bits: twice, from a snapshot, through another process, whatever ran before."""

from dataclasses import replace
from functools import cache
from multiprocessing.reduction import ForkingPickler
from typing import Any

import pytest

from experiments import compare
from model.economy import TradeEconomy
from model.policies import policies
from model.scenario import Scenario, load_scenario
from model.state import State
from tests.policies.runs import Frame, entry, shock_entry, toy_sets

FRAME = Frame(months=14, scale=0.01, policies_from="2019-06")
MONTHS = 12
CUTS = (0, 1, 4, 5, 6, 9, 11)
"""Months after which a run is stopped and restored: before, at and after the policies begin, and at the new year."""


def scenario(kind: str) -> Scenario:
    plain = FRAME.scenario()
    if kind == "plain":
        return plain
    tariff = shock_entry("tariff", FRAME.start + 2, {"market": ("USA",)})
    return replace(plain, policies=tuple(entry(id, FRAME) for id in policies()), shocks=(tariff,))


def economy(kind: str, seed: int = 1) -> TradeEconomy:
    return TradeEconomy(scenario(kind), seed)


@cache
def straight(kind: str) -> tuple[tuple[State, ...], Any]:
    """States before every month of a run, the last one after it, and its recorder."""
    model = economy(kind)
    states = [model.snapshot()]
    for _ in range(MONTHS):
        model.step()
        states.append(model.snapshot())
    return tuple(states), model.recorder


KINDS = ("plain", "everything")


@pytest.mark.parametrize("kind", KINDS)
def test_twice_is_the_same(kind: str) -> None:
    model = economy(kind)
    model.run_months(MONTHS)
    states, recorder = straight(kind)
    assert model.state.differing(states[-1]) == []
    for frame in ("parts_frame", "breakdown_frame", "ledger_frame"):
        assert getattr(model.recorder, frame)().equals(getattr(recorder, frame)()), frame


def test_seeds_and_scenarios_differ() -> None:
    """So that equality above is no emptiness."""
    other = economy("plain", seed=2)
    other.run_months(1)
    assert not other.state.equal(straight("plain")[0][1])
    assert not straight("plain")[0][-1].equal(straight("everything")[0][-1])


@pytest.mark.parametrize("month", CUTS)
@pytest.mark.parametrize("kind", KINDS)
def test_restored_run_goes_on_bit_for_bit(kind: str, month: int) -> None:
    """Into a model that has already run somewhere else, so that nothing but the state can carry over."""
    model = economy(kind)
    model.run_months(2)
    states, _ = straight(kind)
    model.restore(states[month])
    for at in range(month, MONTHS):
        model.step()
        assert model.state.differing(states[at + 1]) == [], f"month {at}"


def test_snapshot_is_a_copy() -> None:
    model = economy("plain")
    kept = model.snapshot()
    again = kept.copy()
    model.run_months(2)
    assert kept.equal(again) and not kept.equal(model.state)


@pytest.mark.parametrize("kind", KINDS)
def test_model_sent_to_another_process_goes_on_equally(kind: str) -> None:
    model = economy(kind)
    model.run_months(7)
    twin = ForkingPickler.loads(ForkingPickler.dumps(model))
    assert twin.state.equal(model.state)
    twin.run_months(MONTHS - 7)
    states, recorder = straight(kind)
    assert twin.state.differing(states[-1]) == []
    assert twin.recorder.parts_frame().equals(recorder.parts_frame())


def test_what_ran_before_does_not_matter() -> None:
    """A start kept in memory is not changed by the runs that began from it."""
    first = economy("plain").snapshot()
    for kind in ("everything", "plain", "everything"):
        economy(kind).run_months(3)
    assert economy("plain").state.differing(first) == []
    again = economy("plain")
    again.run_months(3)
    assert again.state.differing(straight("plain")[0][3]) == []


def test_a_policy_from_the_first_month_has_its_own_start() -> None:
    """Rules in force at the start shape it: such a start is never handed to a scenario without them."""
    plain = load_scenario("toy", toy_sets(6))
    early = replace(plain, shocks=(shock_entry("tariff", plain.start, {"market": ("USA",)}, points=0.5),))
    before = TradeEconomy(plain, 1).snapshot()
    assert not TradeEconomy(early, 1).state.equal(before)
    assert TradeEconomy(plain, 1).state.equal(before)


@pytest.mark.parametrize("kind", ["policy", "shock", "lever"])
def test_what_starts_later_leaves_earlier_months_alone(kind: str) -> None:
    plain = FRAME.scenario()
    late = {
        "policy": {"policies": tuple(entry(id, FRAME) for id in policies())},
        "shock": {"shocks": (shock_entry("demand", FRAME.start, {"market": ("USA",)}, factor=0.5),)},
        "lever": {"levers": load_scenario("baseline", (*FRAME.sets(), LEVER)).levers},
    }
    model = TradeEconomy(replace(plain, **late[kind]), 1)
    states, _ = straight("plain")
    first = FRAME.start - plain.start
    for month in range(first):
        model.step()
        assert model.state.differing(states[month + 1]) == []
    model.step()
    assert not model.state.equal(states[first + 1])


LEVER = "levers=[{lever: export_clearance_hours, add: 24, where: {share: 0.5, draw: 7}}]"


THREE = ("credit_tiered_inspection", "micro_multinational_incubation", "overseas_warehouse_fund")
"""Policies of each kind: settings, places for firms, grants."""


def test_scenarios_have_no_order() -> None:
    """Effects of policies do not depend on which is run first."""
    base = load_scenario("baseline", ("months=5", "scale=0.01", "policies_from=2019-02"))
    frame = Frame(policies_from="2019-02")
    ones = [replace(base, stem=id, policies=(entry(id, frame),)) for id in THREE]
    one, other = (compare(base, order, seeds=(3, 1)) for order in (ones, ones[::-1]))
    keys = ["scenario", "indicator", "period"]
    left, right = (found.effects.sort_values(keys, ignore_index=True) for found in (one, other))
    assert left.equals(right)
    keys = ["scenario", "seed", "month", "indicator"]
    left, right = (found.indicators.sort_values(keys, ignore_index=True) for found in (one, other))
    assert left.equals(right)
    backwards = compare(base, ones, seeds=(1, 3)).indicators.sort_values(keys, ignore_index=True)
    assert left.equals(backwards)
