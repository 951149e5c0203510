"""Every lever at its lowest and highest value: no overflow, no division by zero, no missing number; and it is felt.

The nation at a small scale answers whether a lever is safe and felt; a small world, whether the burn-in stands it.
"""

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from model.economy import TradeEconomy
from model.kernel.calendar import Window
from model.levers import EVERYWHERE, LEVERS, Effect, LeverSpec, Where
from model.scenario import LeverEntry, Scenario, SmallWorld, load_scenario
from model.state import TABLES, State
from model.world.load import load_world

START = 2019 * 12
MONTHS = 3
NATION = ("months=12", "scale=0.01", "policies_from=2019-03")
MARKETS = ("USA", "DEU", "VNM", "RUS")
BOUNDS = [(spec.id, value) for spec in LEVERS for value in (spec.low, spec.high)]
HALF = Where(share=0.5, draw=7)


@contextmanager
def strict() -> Iterator[None]:
    """Any floating-point fault but underflow, and any warning, is an error."""
    with np.errstate(all="raise", under="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def small_world(*levers: LeverEntry) -> Scenario:
    """One belt of each good and four markets, with and without hubs."""
    world = load_world()
    picked: dict[int, str] = {}
    for code, belt in enumerate(world.belt_ids):
        picked.setdefault(int(world.belt_category[code]), belt)
    small = SmallWorld(belts=tuple(sorted(picked.values())), markets=MARKETS, smes=80)
    return replace(load_scenario("baseline", NATION), world=small, levers=levers)


@cache
def settled() -> tuple[TradeEconomy, State]:
    """The nation, two months old."""
    model = TradeEconomy(load_scenario("baseline", NATION), 5)
    model.run_months(2)
    return model, model.snapshot()


@dataclass(frozen=True)
class End:
    """How three months ended: a fingerprint of the state, and whether all its numbers are finite."""

    print: str
    finite: bool


@cache
def months_under(*effects: Effect) -> End:
    """Three months after levers were set, any floating-point fault being an error."""
    model, state = settled()
    model.restore(state)
    model.effects = effects
    try:
        with strict():
            model.run_months(MONTHS)
    finally:
        model.effects = ()
    return End(fingerprint(model.state), finite(model.state))


def fingerprint(state: State) -> str:
    """A hash of every bit of a state."""
    total = hashlib.sha256()
    for name in TABLES:
        table = getattr(state, name)
        for column in table.names:
            total.update(table[column].tobytes())
    for name, array in sorted(state.arrays.items()):
        total.update(name.encode() + array.tobytes())
    return total.hexdigest()


def finite(state: State) -> bool:
    tables = [getattr(state, name) for name in TABLES]
    return all(
        np.isfinite(table[name][table["alive"]]).all()
        for table in tables
        for name in table.names
        if table[name].dtype.kind == "f"
    )


@pytest.mark.parametrize(("lever", "value"), BOUNDS)
def test_bound_is_safe(lever: str, value: float) -> None:
    assert months_under(Effect(lever, "set", value)).finite


@pytest.mark.parametrize(("lever", "value"), BOUNDS)
def test_bound_is_safe_from_the_first_month(lever: str, value: float) -> None:
    """The burn-in too holds under extreme rules."""
    extreme = LeverEntry(lever, "set", value, Window(START))
    with strict():
        model = TradeEconomy(small_world(extreme), 5)
        model.run_months(1)
    assert finite(model.state)


OPENS = {
    "preference_use": (Effect("preference_in_force", "set", 1.0),),
    "showroom_days": (Effect("showroom", "set", 1.0),),
}
"""What must be in force for a lever to be felt: in 2019 there was no origin preference and no showroom."""


CLOSED = ("hosted_margin",)
"""Levers of what opens later than this small world: hosting, from September 2022 (tests/policies/cases)."""


@pytest.mark.parametrize("spec", [spec for spec in LEVERS if spec.id not in CLOSED], ids=lambda spec: spec.id)
def test_lever_is_felt(spec: LeverSpec) -> None:
    others = OPENS.get(spec.id, ())
    ends = [months_under(Effect(spec.id, "set", value), *others) for value in (spec.low, spec.high)]
    assert any(end != months_under(*others) for end in ends), "nobody reads this lever"


@pytest.mark.parametrize("spec", [spec for spec in LEVERS if spec.firms], ids=lambda spec: spec.id)
def test_lever_is_felt_by_some_firms(spec: LeverSpec) -> None:
    """An effect on half of the firms differs from none and from one on all."""
    for value in (spec.low, spec.high):
        half, whole = months_under(Effect(spec.id, "set", value, HALF)), months_under(Effect(spec.id, "set", value))
        if months_under() != half != whole:
            return
    raise AssertionError("an effect that picks firms is not followed")


@pytest.mark.parametrize("spec", list(LEVERS), ids=lambda spec: spec.id)
def test_base_itself_changes_nothing(spec: LeverSpec) -> None:
    """Times one and plus nothing is bit-equal to no effect."""
    for op, value in (("multiply", 1.0), ("add", 0.0)):
        if spec.combine == "any" and op == "multiply":
            continue
        assert months_under(Effect(spec.id, op, value, EVERYWHERE)) == months_under()
