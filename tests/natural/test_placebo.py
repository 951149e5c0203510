"""Protocol, rule 5: the same lever where it cannot act gives zero, to the bit."""

from dataclasses import replace

import pytest

from experiments.natural.declared import BASELINE, START, Experiment, Span
from experiments.natural.registry import EXPERIMENTS
from experiments.natural.running import look_at, measured
from model.scenario import Scenario, load_scenario

NEXT = Span(1)
NOWHERE = {
    "NE-04": ("market", "ROW"),  # the rest of the world has no hub
    "NE-06": ("mode", "traditional"),  # no firm sells this way
    "NE-17": ("mode", "traditional"),
    "NE-20": ("mode", "b2b_bulk"),  # the fee falls on parcels
}
"""Arm → where none of its levers reaches anything."""
ALONE = {"NE-20": "parcel_fee_yuan"}
"""Of an arm with several levers, the one that the restriction is meant for."""


def nowhere(name: str) -> Scenario:
    """An arm whose levers act where nothing is."""
    scenario, (key, member) = load_scenario(name), NOWHERE[name]
    entries = [entry for entry in scenario.levers if entry.lever == ALONE.get(name, entry.lever)]
    moved = []
    for entry in entries:
        own = tuple(item for item in entry.where.members if item[0] != key)
        moved.append(replace(entry, where=replace(entry.where, members=own).and_(key, [member])))
    return replace(scenario, levers=tuple(moved))


def short(one: Experiment) -> Experiment:
    """The experiment looked at in its second month only."""
    return replace(one, looks=dict.fromkeys(one.looks, NEXT))


@pytest.fixture(scope="module")
def found() -> dict[str, float]:
    months = START + NEXT.end - load_scenario(BASELINE).start
    arms = {name: nowhere(name) for name in NOWHERE}
    fitted = {name: replace(arm.with_(scale=0.002), months=months) for name, arm in arms.items()}
    base = replace(load_scenario(BASELINE).with_(scale=0.002), months=months)
    looks = look_at(base, fitted, {name: [NEXT] for name in (BASELINE, *fitted)}, seed=2)
    values = measured([short(EXPERIMENTS[name]) for name in NOWHERE], looks, base, seed=2)
    return {f"{id} {output}": value for (id, output), value in values.items()}


@pytest.mark.parametrize(
    "output", ["NE-04 day", "NE-04 total", "NE-06 year_5", "NE-17 exports", "NE-17 price", "NE-20 month_3"]
)
def test_a_lever_where_nothing_is_moves_nothing(found: dict[str, float], output: str) -> None:
    assert found[output] == pytest.approx(0.0, abs=1e-10)
