"""The split of an effect over its parts: Shapley by hand, few orders where there are many parts, pairs, runs saved."""

import importlib
from itertools import permutations

import numpy as np
import pytest

from experiments.compare import compare
from experiments.evaluation.wording import members
from experiments.explain import Plan, count_runs, divide, explain
from experiments.shapley import (
    NOBODY,
    antithetic_orders,
    beginnings,
    coalitions,
    exact_shares,
    group_worth,
    sampled_shares,
    synergy,
)
from model.scenario import Scenario, load_scenario
from tests.unit import small_economy as small


def game(n: int) -> dict[frozenset[int], np.ndarray]:
    """Player i is worth i + 1; the first two are worth ten more together, and 0, 1, 2 lose three."""

    def worth(some: frozenset[int]) -> float:
        return sum(i + 1.0 for i in some) + 10.0 * ({0, 1} <= some) - 3.0 * ({0, 1, 2} <= some)

    return {some: np.array([worth(some), 2.0 * worth(some)]) for some in coalitions(n)}


def many(n: int) -> small.SmallScenario:
    return small.SmallScenario("many", tuple(small.Entry(f"p{i}") for i in range(n)))


def test_shares_by_hand_add_up_and_treat_equals_alike() -> None:
    shares = exact_shares(3, game(3))
    assert [float(share[0]) for share in shares] == pytest.approx([1.0 + 5.0 - 1.0, 2.0 + 5.0 - 1.0, 3.0 - 1.0])
    assert float(shares[0][0]) - 1.0 == pytest.approx(float(shares[1][0]) - 2.0), "the first two differ by their own"
    assert sum(shares) == pytest.approx(game(3)[frozenset({0, 1, 2})], rel=1e-12)


@pytest.mark.parametrize("n", [2, 4, 6])
def test_exact_shares_are_the_mean_over_all_orders(n: int) -> None:
    worth = game(n)
    by_orders = sampled_shares([list(order) for order in permutations(range(n))], worth)
    np.testing.assert_allclose(exact_shares(n, worth), by_orders, rtol=1e-12)


def test_a_player_who_adds_nothing_has_nothing() -> None:
    worth = {some: value for some, value in game(3).items()}
    worth |= {some | {3}: value for some, value in game(3).items()}
    assert (exact_shares(4, worth)[3] == 0.0).all()


def test_orders_come_in_twos_and_hang_on_seed_and_names_only() -> None:
    names = [f"p{i}" for i in range(15)]
    one, back = antithetic_orders(names, 7)
    assert back == one[::-1] and sorted(one) == list(range(15))
    assert antithetic_orders(names, 7) == [one, back] and antithetic_orders(names, 8) != [one, back]
    turned = antithetic_orders(names[::-1], 7)[0]
    assert [names[::-1][at] for at in turned] == [names[at] for at in one]
    assert len(antithetic_orders(names, 7, pairs=3)) == 6


@pytest.mark.parametrize("seed", range(1, 6))
def test_sampled_shares_add_up_exactly_whatever_the_orders(seed: int) -> None:
    worth, whole = game(9), frozenset(range(9))
    orders = antithetic_orders([f"p{i}" for i in range(9)], seed)
    needed = {some: worth[some] for some in beginnings(orders)}
    np.testing.assert_allclose(sum(sampled_shares(orders, needed)), worth[whole], rtol=1e-12)
    assert len(needed) == 2 * 9


def test_groups_are_players_of_a_game_of_their_own() -> None:
    groups = [frozenset({0, 1}), frozenset({2}), frozenset({3, 4})]
    shares = exact_shares(3, group_worth(groups, game(5)))
    assert [float(share[0]) for share in shares] == pytest.approx([3.0 + 10.0 - 1.5, 3.0 - 1.5, 9.0])


def test_synergy_is_both_less_each() -> None:
    assert synergy(game(3), frozenset({0}), frozenset({1}))[0] == 10.0
    assert synergy(game(3), frozenset({0, 1}), frozenset({2}))[0] == -3.0
    assert synergy(game(3), frozenset({1}), frozenset({2}))[0] == 0.0


@pytest.mark.parametrize("n", [1, 3, 6])
def test_up_to_six_parts_every_combination_is_run_once(n: int) -> None:
    division = divide(many(n), small.PLAIN)
    assert division.exact and len(division.coalitions(1)) == 2**n
    assert count_runs(small.PLAIN, [many(n)], [1, 2]) == 2 * 2**n, "none and all are the baseline and the scenario"
    assert division.variant(NOBODY).policies == ()


def test_fifteen_parts_take_two_orders_a_seed() -> None:
    division = divide(many(15), small.PLAIN)
    assert not division.exact and len(division.coalitions(1)) == 2 * 15
    assert count_runs(small.PLAIN, [many(15)], [1]) == 2 * 15
    assert division.coalitions(1) != division.coalitions(2)


def test_what_is_compared_anyway_is_not_run_again() -> None:
    both = small.SmallScenario("both", (small.GIFT, small.Entry("idle")))
    plan = Plan(small.PLAIN, [both, small.GENEROUS])
    assert [one.policies for one in plan.extras(1).values()] == [(small.Entry("idle"),)]


@pytest.fixture
def small_world(monkeypatch: pytest.MonkeyPatch) -> None:
    run = importlib.import_module("experiments.run")
    monkeypatch.setattr(run, "economy", small.SmallEconomy)
    monkeypatch.setattr(run, "_declared", lambda: (small.UNITS, small.KINDS))


@pytest.mark.usefixtures("small_world")
@pytest.mark.parametrize("idle", [1, 7])
def test_parts_of_a_scenario_add_up(idle: int) -> None:
    entries = (small.GIFT, *(small.Entry(f"idle_{i}") for i in range(idle)))
    scenario = small.SmallScenario("both", entries)
    result = explain(small.PLAIN, [scenario], [1, 2])
    assert result.explanation is not None
    rows = result.explanation.set_index(["indicator", "period", "part"])
    gift = rows.loc[("export_value", "last_12", "gift")]
    assert gift["value"] == pytest.approx(12 * 7.5e6) and gift["unit"] == "yuan"
    assert gift["orders"] == (0 if idle == 1 else 2)
    assert rows.loc[("export_value", "last_12", "idle_0"), "value"] == 0.0
    effects = result.effects.set_index(["indicator", "period"])["effect"]
    summed = result.explanation.groupby(["indicator", "period"])["value"].sum()
    np.testing.assert_allclose(summed, effects.loc[summed.index], rtol=1e-9)
    plain = compare(small.PLAIN, [scenario], [1, 2])
    assert plain.effects.equals(result.effects), "an explanation changes no effect"


@pytest.fixture(scope="module")
def toys() -> tuple[Scenario, Scenario]:
    settings = [
        "policies.overseas_warehouse_fund.rate=0.5",
        "policies.credit_tiered_inspection.high_tier_factor=0.2",
        "parameters.demand.substitution_consumer=3.6",
    ]
    return load_scenario("toy", []), load_scenario("toy", settings)


def test_the_real_economy_adds_up_on_every_draw_and_in_every_order(toys: tuple[Scenario, Scenario]) -> None:
    result = explain(toys[0].with_(months=12), [toys[1].with_(months=12)], [1, 2, 3])
    assert result.explanation is not None
    parts = result.explanation[result.explanation["kind"] != "group"]
    assert set(parts["part"]) == {"credit_tiered_inspection", "overseas_warehouse_fund", "other settings"}
    summed = parts.groupby(["indicator", "period"])["value"].sum(min_count=1)
    effects = result.effects.set_index(["indicator", "period"])
    size = effects[["baseline", "policy"]].abs().max(axis=1).loc[summed.index]
    gap = (summed - effects["effect"].loc[summed.index]).abs()
    assert (gap.dropna() <= 1e-9 * size[gap.notna()]).all()
    groups = result.explanation[result.explanation["kind"] == "group"]
    assert set(groups["part"]) == {"regulation", "supply_chain"}
    pair = result.evaluation[result.evaluation["measure"] == "synergy"]
    assert set(zip(pair["policy"], pair["member"], strict=True)) == {
        ("credit_tiered_inspection", "overseas_warehouse_fund")
    }
    assert members(result.evaluation, "toy_2"), "other parameters move somebody's exports"
