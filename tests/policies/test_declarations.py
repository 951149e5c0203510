"""Every policy and every shock is declared whole: one suite, whatever is added."""

from collections.abc import Iterator

import pytest

import model.indicators  # noqa: F401  (declares the indicators)
from model.firm_years import COLUMNS
from model.kernel.declare import INDICATORS, STATUSES, Parameter
from model.kernel.members import SECTORS
from model.levers import LEVERS, Effect, Where
from model.policies import Policy, policies
from model.scenario.vocabulary import vocabulary
from model.shocks import SHOCKS

IDS = list(policies())
KINDS = ("channel", "outcome", "side_effect")
DIRECTIONS = ("up", "down")
PAYERS = (*SECTORS, "none")


def parameters() -> Iterator[tuple[str, Parameter]]:
    for policy in policies().values():
        yield from ((f"{policy.id}.{item.name}", item) for item in policy.parameters)
    for shock in SHOCKS.values():
        yield from ((f"{shock.kind}.{item.name}", item) for item in shock.parameters)


def all_effects(policy: Policy, where: Where = Where()) -> list[Effect]:  # noqa: B008
    """Effects with defaults, lists of members filled so that no branch is left out."""
    filled = {
        item.name: vocabulary().members(item.members)[:1]
        for item in policy.parameters
        if item.members is not None and not item.value
    }
    return policy.effects({**policy.defaults(), **filled}, where)


def wide_enough(item: Parameter) -> bool:
    """Whether an assumed number spans half to double; a share cannot pass one, a bound at zero is a bound."""
    top = 2 * item.value
    if item.unit.startswith("share"):
        top = min(top, 1.0)
    return bool(item.low <= item.value / 2 * 1.001 and item.high >= top * 0.999)


@pytest.mark.parametrize("id", IDS)
def test_policy_is_declared_whole(id: str) -> None:
    policy = policies()[id]
    assert policy.label.en and policy.label.zh and policy.section and policy.group and policy.doc.en and policy.doc.zh
    assert policy.payer in PAYERS
    assert policy.parameters and policy.expects
    names = [item.name for item in policy.parameters]
    assert len(set(names)) == len(names)
    assert not set(names) & {"from", "until", "ramp_months", "where"}


@pytest.mark.parametrize(("name", "item"), list(parameters()), ids=lambda part: part if isinstance(part, str) else "")
def test_parameter_is_declared_whole(name: str, item: Parameter) -> None:
    assert item.label.en and item.label.zh and item.unit and item.source
    assert item.status in STATUSES
    if item.members is not None:
        assert set(item.value) <= set(vocabulary().members(item.members))
        return
    assert item.low is not None and item.high is not None and item.low < item.high
    assert item.optional if item.value is None else item.low <= item.value <= item.high
    if item.paper is not None:
        assert item.value == item.paper, "the default is the paper's own number where it gives one"
    if item.status == "assumed" and item.value:
        assert item.value < 0 or wide_enough(item), f"{name}: {item.low} to {item.high} around {item.value}"


@pytest.mark.parametrize("id", IDS)
def test_expectations_can_be_measured(id: str) -> None:
    policy = policies()[id]
    for claim in policy.expects:
        assert claim.kind in KINDS and claim.direction in DIRECTIONS
        if claim.among:
            assert claim.among in ("supported", "others") and claim.indicator in COLUMNS and not claim.where
            continue
        item = INDICATORS.items[claim.indicator]
        assert len(claim.where) <= 1, "breakdowns have one dimension"
        for dimension, members in claim.where.items():
            assert dimension in item.dimensions, f"{claim.indicator} is not broken down by {dimension}"
            assert members and set(members) <= set(vocabulary().members(dimension))
    assert any(claim.kind == "channel" for claim in policy.expects)
    assert any(claim.kind == "side_effect" for claim in policy.expects), "no policy is free"


@pytest.mark.parametrize("id", IDS)
def test_unmoved_indicators_exist_and_are_not_expected_to_move(id: str) -> None:
    policy = policies()[id]
    assert set(policy.unmoved) <= set(INDICATORS.items)
    assert not set(policy.unmoved) & {claim.indicator for claim in policy.expects if not claim.among}


@pytest.mark.parametrize("id", IDS)
def test_policy_acts_through_known_levers_only(id: str) -> None:
    policy = policies()[id]
    grants, outlays = policy.grants(policy.defaults(), Where()), policy.outlays(policy.defaults(), Where())
    assert all_effects(policy) or grants, "a policy that moves nothing"
    for effect in all_effects(policy):
        spec = LEVERS.items[effect.lever]
        assert effect.op in ("add", "multiply", "set")
        assert not [key for key in effect.where.keys if not spec.understands(key)], effect
    for grant in grants:
        assert grant.account == id and 0.0 <= grant.rate <= 1.0
    for programme in policy.programmes(policy.defaults(), Where()):
        assert programme.account == id and programme.payee in SECTORS
    for outlay in outlays:
        assert outlay.account == id and outlay.payee in SECTORS and outlay.yuan_per_month >= 0.0


def where_of(key: str) -> Where:
    """A restriction by one key."""
    if key == "pilot_zone":
        return Where(pilot_zone=True)
    if key == "share":
        return Where(share=0.5, draw=1)
    return Where(((key, tuple(vocabulary().members(key)[:1])),))


@pytest.mark.parametrize(("id", "key"), [(id, key) for id in IDS for key in policies()[id].where_keys])
def test_every_where_key_is_understood(id: str, key: str) -> None:
    """A key that a scenario may use narrows something: an effect that its lever understands, or a grant."""
    policy = policies()[id]
    where = where_of(key)
    effects, grants = all_effects(policy, where), policy.grants(policy.defaults(), where)
    for effect in effects:
        assert all(LEVERS.items[effect.lever].understands(word) for word in effect.where.keys), effect
    programmes = policy.programmes(policy.defaults(), where)
    narrowed = [item for item in (*effects, *grants, *programmes) if key in item.where.keys]
    assert narrowed, f"{id} says it may be restricted by {key}, but nothing is"


@pytest.mark.parametrize("id", IDS)
def test_lists_of_members_matter(id: str) -> None:
    policy = policies()[id]
    plain = policy.effects(policy.defaults(), Where())
    for item in policy.parameters:
        if item.members is not None and not item.value:
            assert all_effects(policy) != plain


@pytest.mark.parametrize("kind", list(SHOCKS))
def test_shock_is_declared_whole(kind: str) -> None:
    shock = SHOCKS[kind]
    assert shock.label.en and shock.label.zh and shock.doc.en and shock.doc.zh and shock.lever in LEVERS.items
    assert set(shock.needs) <= set(shock.places) <= set(shock.where_keys)


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind in SHOCKS for key in SHOCKS[kind].where_keys])
def test_every_where_key_of_a_shock_is_understood(kind: str, key: str) -> None:
    effects = SHOCKS[kind].effects(SHOCKS[kind].defaults(), where_of(key))
    assert effects
    for effect in effects:
        assert key in effect.where.keys
        assert all(LEVERS.items[effect.lever].understands(word) for word in effect.where.keys)
