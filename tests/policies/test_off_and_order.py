"""A policy that does nothing changes no bit; one that comes later changes nothing before; entries have no order."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from experiments.run import simulate
from experiments.store import write_result
from model.bases import lever_bases, zones_in_force
from model.economy import TradeEconomy
from model.kernel.calendar import Window
from model.levers import AXIS_KEYS, EVERYWHERE, LEVERS, Effect, Levers, Where, axis_mask, combine
from model.policies import policies
from model.programmes import Grant, Outlay
from model.scenario import LeverEntry, PolicyEntry, Scenario, load_scenario
from model.scenario.vocabulary import vocabulary
from model.shocks import SHOCKS
from model.state import State
from tests.policies.runs import shock_entry, toy_sets

IDS = list(policies())
MONTHS = 12
NULLS: dict[str, dict[str, object]] = {
    "bonded_live_commerce": {
        "adoption": 0.0, "pull_gain": 0.0, "days_saved": 0.0, "inland_reach": 0.0, "base_yuan": 0.0,
    },
    "instant_clearance": {
        "hours_factor": 1.0, "document_factor": 1.0, "look_factor": 1.0, "import_factor": 1.0, "bonded_days": 0.0,
        "port_yuan": 0.0,
    },
    "overseas_warehouse_fund": {"rate": 0.0, "administration_yuan": 0.0},
    "single_declaration": {"document_factor": 1.0, "rebate_days": 0.0, "settlement_days": 0.0, "system_yuan": 0.0},
    "b2b_light_touch": {"rate_factor": 1.0, "audit_rate": 0.0, "system_yuan": 0.0},
    "digital_trade_ports": {"freight_cut": 0.0, "port_yuan": 0.0},
    "front_show_back_store": {"stored": 0.0, "rent_yuan": 0.0},
    "full_hosting": {"entry_relief": 0.0, "reach": 1.0, "squeeze": 0.0, "promotion_yuan": 0.0},
    "credit_tiered_inspection": {
        "high_tier_factor": 1.0, "low_tier_factor": 1.0, "newcomer_factor": 1.0, "negative_list": (),
        "system_yuan": 0.0,
    },
}  # fmt: skip
"""Values at which a policy says of itself that it does nothing. A policy that is not here has none."""


SHOCK_NULLS: dict[str, dict[str, float]] = {
    "tariff": {"points": 0.0}, "demand": {"factor": 1.0}, "exchange_rate": {"change": 0.0}, "freight": {"factor": 1.0},
    "gateway_closure": {"capacity": 1.0}, "supplier_loss": {"capacity": 1.0}, "platform_ban": {"share": 0.0},
}  # fmt: skip
"""The same for shocks; a new threshold has no value at which nothing changes everywhere."""


class Neutral(Scenario):
    """A scenario whose policies are in force but push with no strength."""

    def effects(self) -> tuple[Effect, ...]:
        idle = {"multiply": 1.0, "add": 0.0}
        return tuple(replace(e, value=idle[e.op]) for e in super().effects() if e.op in idle)

    def grants(self) -> tuple[Grant, ...]:
        return tuple(replace(grant, rate=0.0) for grant in super().grants())

    def outlays(self) -> tuple[Outlay, ...]:
        return tuple(replace(outlay, yuan_per_month=0.0, yuan_each=0.0) for outlay in super().outlays())


def toy(*policies_: PolicyEntry, kind: type[Scenario] = Scenario, **parts: tuple) -> Scenario:
    plain = load_scenario("toy", toy_sets(MONTHS))
    return kind(**{**vars(plain), "policies": policies_, **parts})


def entry(id: str, window: Window, where: Where = EVERYWHERE, **values: object) -> PolicyEntry:
    return PolicyEntry(id, {**policies()[id].defaults(), **values}, window, where)


def end_of(scenario: Scenario, months: int = MONTHS, seed: int = 3) -> State:
    model = TradeEconomy(scenario, seed)
    model.run_months(months)
    return model.state


@cache
def end_of_plain() -> State:
    return end_of(toy())


@pytest.mark.parametrize("id", IDS)
def test_no_strength_is_no_policy(id: str) -> None:
    neutral = toy(entry(id, Window(2019 * 12 + 3)), kind=Neutral)
    assert neutral.effects() or neutral.grants()
    assert end_of(neutral).differing(end_of_plain()) == []


@pytest.mark.parametrize("id", [id for id in IDS if id in NULLS])
def test_null_values_are_no_policy(id: str) -> None:
    null = toy(entry(id, Window(2019 * 12 + 3), **NULLS[id]))
    assert end_of(null).differing(end_of_plain()) == []


@pytest.mark.parametrize("id", IDS)
def test_policy_with_defaults_is_felt(id: str) -> None:
    """So that the two tests above are no tests of a policy that never acts."""
    assert not end_of(toy(entry(id, Window(2019 * 12 + 3)))).equal(end_of_plain())


def place_of(kind: str) -> dict[str, tuple[str, ...]]:
    """Somewhere in the toy world for a shock that needs a place."""
    places = {"market": "USA", "gateway": "shenzhen", "belt": "yiwu_toys", "platform": "global_marketplace"}
    return {key: (places[key],) for key in SHOCKS[kind].needs[:1]}


@pytest.mark.parametrize("kind", list(SHOCK_NULLS))
def test_null_shock_is_no_shock(kind: str) -> None:
    null = toy(shocks=(shock_entry(kind, 2019 * 12 + 3, place_of(kind), **SHOCK_NULLS[kind]),))
    assert end_of(null).differing(end_of_plain()) == []


@pytest.mark.parametrize("kind", list(SHOCKS))
def test_shock_is_felt(kind: str) -> None:
    assert not end_of(toy(shocks=(shock_entry(kind, 2019 * 12 + 3, place_of(kind)),))).equal(end_of_plain())


@pytest.mark.parametrize("id", IDS)
def test_before_its_first_month_a_policy_is_not_there(id: str) -> None:
    later = toy(entry(id, Window(2019 * 12 + 8)))
    assert end_of(later, 8).differing(end_of(toy(), 8)) == []
    assert not end_of(later, 12).equal(end_of_plain())


def test_placebo_writes_the_baseline_s_bytes(tmp_path: Path) -> None:
    """The placebo policy is in force, refuses every claim and costs nothing: all tables but the manifest are equal."""
    sets = ("months=8", "scale=0.01", "policies_from=2019-03")
    for name in ("baseline", "placebo"):
        result = simulate(load_scenario(name, sets), 1, "series", lambda done: None)
        write_result(tmp_path / name, result.frames("same"), {"command": "run"})
    files = sorted(path.name for path in (tmp_path / "baseline").glob("*.parquet"))
    assert files == sorted(path.name for path in (tmp_path / "placebo").glob("*.parquet")) and len(files) >= 3
    for file in files:
        assert (tmp_path / "baseline" / file).read_bytes() == (tmp_path / "placebo" / file).read_bytes(), file


def test_entries_have_no_order() -> None:
    window = Window(2019 * 12 + 3)
    own = [entry(id, window) for id in IDS]
    shocks = [
        shock_entry("tariff", window.start, {"market": ("USA",)}, points=0.1),
        shock_entry("tariff", window.start, {"market": ("USA", "VNM")}, points=0.07),
        shock_entry("demand", window.start, {"category": ("electronics",)}, factor=0.9),
        shock_entry("freight", window.start, {"market": ("VNM",)}, factor=1.3),
    ]
    levers = [
        LeverEntry("delivery_days", "add", 1.1, window),
        LeverEntry("delivery_days", "add", 0.3, window, Where(share=0.5, draw=7)),
        LeverEntry("delivery_days", "add", 0.2, window, Where(share=0.7, draw=2)),
        LeverEntry("listing_cost", "multiply", 1.3, window),
        LeverEntry("listing_cost", "multiply", 0.7, window, Where((("size", ("micro",)),))),
    ]
    one = toy(*own, shocks=tuple(shocks), levers=tuple(levers))
    other = toy(*own[::-1], shocks=tuple(shocks[::-1]), levers=tuple(levers[::-1]))
    third = toy(*own[1:], *own[:1], shocks=(*shocks[2:], *shocks[:2]), levers=(*levers[3:], *levers[:3]))
    ends = [end_of(scenario) for scenario in (one, other, third)]
    assert ends[0].differing(ends[1]) == [] and ends[0].differing(ends[2]) == []
    assert not ends[0].equal(end_of_plain())


# --- levers --------------------------------------------------------------------------------------------------------


@cache
def full_world() -> TradeEconomy:
    return TradeEconomy(load_scenario("baseline", ("months=2", "scale=0.01")), 1)


def folded(effects: list[Effect]) -> Levers:
    model, now = full_world(), 2019 * 12
    bases = lever_bases(model.world, model.parameters, model.plain_routes, now)
    return combine((effects,), bases, now, model.world, zones_in_force(model.world, now))


def moved(levers: Levers, plain: Levers, lever: str) -> np.ndarray:
    return levers.table(lever) != plain.table(lever)


def samples(key: str) -> list[str]:
    members = list(vocabulary().members(key))
    return members if len(members) <= 9 else members[:: len(members) // 4]


CASES = [
    (id, key, member)
    for id in IDS
    for key in policies()[id].where_keys
    if key not in ("pilot_zone", "share", "draw")
    for member in samples(key)
]


@pytest.mark.parametrize(("id", "key", "member"), CASES)
def test_a_restriction_only_narrows(id: str, key: str, member: str) -> None:
    """Restricted, a policy moves no lever outside the places named, nor where it would not act unrestricted."""
    policy = policies()[id]
    plain, everywhere = folded([]), folded(policy.effects(policy.defaults(), EVERYWHERE))
    there = folded(policy.effects(policy.defaults(), Where(((key, (member,)),))))
    for lever in {effect.lever for effect in policy.effects(policy.defaults(), EVERYWHERE)}:
        allowed = moved(everywhere, plain, lever) & picked(lever, key, member)
        assert not (moved(there, plain, lever) & ~allowed).any(), lever


def picked(lever: str, key: str, member: str) -> np.ndarray:
    """Places of a lever that a restriction picks: all of them where the lever does not know the key."""
    axes = LEVERS.items[lever].axes
    axis = next((at for at, name in enumerate(axes) if key in AXIS_KEYS[name]), None)
    if axis is None:
        return np.array(True)
    mask = axis_mask(axes[axis], key, [member], full_world().world)
    return mask.reshape([-1 if at == axis else 1 for at in range(len(axes))])


@pytest.mark.parametrize("kind", list(SHOCKS))
def test_shock_moves_its_lever_and_no_other(kind: str) -> None:
    shock = SHOCKS[kind]
    members = {key: (vocabulary().members(key)[0],) for key in shock.needs[:1]}
    levers, plain = folded(shock_entry(kind, 2019 * 12, members).effects()), folded([])
    if kind == "platform_ban":
        assert levers.table("platform_open").min() == 0.0
    for lever in LEVERS.ids():
        assert moved(levers, plain, lever).any() == (lever == shock.lever), lever
