"""The eight kinds of shock: declarations that are whole, effects that levers understand."""

from pathlib import Path

import pytest

from model.kernel.calendar import Window, parse_month
from model.kernel.declare import STATUSES
from model.kernel.members import SHOCK_KINDS
from model.kernel.refusals import Refused
from model.levers import LEVERS, Effect, Where
from model.scenario import load_scenario
from model.shocks import PARCEL_MODES, SHOCKS


def effect_of(folder: Path, entry: str) -> Effect:
    """The one effect of a shock entry."""
    path = folder / "mine.yaml"
    path.write_text(f"schema: 1\nextends: baseline\nshocks:\n  - {entry}\n", encoding="utf-8")
    (effect,) = load_scenario(path).effects()
    return effect


def where(**members: str) -> Where:
    return Where(tuple(sorted((key, tuple(sorted(names.split()))) for key, names in members.items())))


def test_kinds_are_those_of_the_contract() -> None:
    assert tuple(SHOCKS) == SHOCK_KINDS


@pytest.mark.parametrize("kind", SHOCK_KINDS)
def test_declaration_is_whole(kind: str) -> None:
    shock = SHOCKS[kind]
    assert shock.label.en and shock.label.zh and shock.doc.en and shock.doc.zh and shock.numbers
    assert set(shock.places) <= set(shock.where_keys) and set(shock.needs) <= set(shock.places)
    for parameter in shock.parameters:
        assert parameter.status in STATUSES and parameter.source and parameter.unit
        assert parameter.label.en and parameter.label.zh
    for number in shock.numbers:
        assert number.low is not None and number.high is not None
        assert number.low <= number.value <= number.high
        if number.status == "assumed" and number.value > 0 and not number.unit.startswith("share"):
            assert number.low <= number.value / 2 and number.high >= number.value * 2


@pytest.mark.parametrize("kind", SHOCK_KINDS)
def test_effect_is_one_that_its_lever_understands(kind: str) -> None:
    shock = SHOCKS[kind]
    place = where(**{shock.needs[0]: "x"}) if shock.needs else Where()
    (effect,) = shock.effects(shock.defaults(), place)
    spec = LEVERS.items[effect.lever]
    assert effect.lever == shock.lever and effect.op in ("add", "multiply", "set")
    assert all(spec.understands(key) for key in effect.where.keys)


def test_effects_of_entries(tmp_path: Path) -> None:
    usa = where(market="USA")
    effect = effect_of(tmp_path, "{kind: tariff, market: USA, points: 0.10, from: 2025-06}")
    assert effect == Effect("duty_rate", "add", 0.1, usa, Window(parse_month("2025-06")), "tariff")
    effect = effect_of(tmp_path, "{kind: tariff, region: [EU], category: [apparel, beauty], points: -0.05}")
    assert effect.where == where(region="EU", category="apparel beauty") and effect.value == -0.05
    effect = effect_of(tmp_path, "{kind: demand, factor: 0.7, where: {market: [USA, DEU]}}")
    assert (effect.lever, effect.op, effect.value, effect.where) == ("demand", "multiply", 0.7, where(market="USA DEU"))
    effect = effect_of(tmp_path, "{kind: exchange_rate, change: -0.1}")
    assert (effect.lever, effect.op, effect.value, effect.where) == ("exchange_rate", "multiply", 0.9, Where())
    effect = effect_of(tmp_path, "{kind: freight, factor: 3, mode: [b2b_bulk, traditional], ramp_months: 2}")
    assert (effect.lever, effect.value, effect.window.ramp_months) == ("freight_yuan_per_kg", 3.0, 2)
    effect = effect_of(tmp_path, "{kind: gateway_closure, gateway: ningbo, capacity: 0, from: 2024-08, until: 2024-08}")
    assert (effect.lever, effect.op, effect.value) == ("gateway_capacity", "multiply", 0.0)
    effect = effect_of(tmp_path, "{kind: supplier_loss, city: Wuhan, capacity: 0.2}")
    assert (effect.lever, effect.value, effect.where) == ("supplier_capacity", 0.2, where(city="Wuhan"))


def test_threshold_is_that_of_parcels(tmp_path: Path) -> None:
    effect = effect_of(tmp_path, "{kind: de_minimis, market: USA, yuan: 0}")
    assert (effect.lever, effect.op, effect.value) == ("de_minimis_yuan", "set", 0.0)
    assert effect.where.get("mode") == PARCEL_MODES
    effect = effect_of(tmp_path, "{kind: de_minimis, market: USA, yuan: 0, where: {mode: [post]}}")
    assert effect.where.get("mode") == ("post",)


def test_ban_hits_all_or_a_share(tmp_path: Path) -> None:
    whole = effect_of(tmp_path, "{kind: platform_ban, platform: global_marketplace}")
    assert (whole.value, whole.where) == (0.0, where(platform="global_marketplace"))
    part = effect_of(tmp_path, "{kind: platform_ban, platform: global_marketplace, share: 0.05, draw: 3}")
    assert (part.value, part.where.share, part.where.draw) == (0.0, 0.05, 3)
    with pytest.raises(Refused) as refusal:
        effect_of(tmp_path, "{kind: platform_ban, platform: global_marketplace, where: {share: 0.5}}")
    assert [item.code for item in refusal.value.problems] == ["where_not_understood"]


@pytest.mark.parametrize("kind", [kind for kind in SHOCK_KINDS if SHOCKS[kind].needs])
def test_place_must_be_named(tmp_path: Path, kind: str) -> None:
    with pytest.raises(Refused) as refusal:
        effect_of(tmp_path, f"{{kind: {kind}}}")
    assert [item.code for item in refusal.value.problems] == ["place_missing"]


def test_shocks_cost_the_public_nothing() -> None:
    scenario = load_scenario("us_tariff")
    assert scenario.grants() == () and scenario.outlays() == ()
