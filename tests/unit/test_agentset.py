"""Sets over rows: every idiom is compared with real agents in Mesa's own sets."""

import copy
import pickle  # noqa: TID251

import mesa
import numpy as np
import pytest
from mesa.agentset import AbstractAgentSet, AgentSet, GroupBy

from model.kernel.agentset import ColumnAgentSet, StrongAgentSet
from model.kernel.columnar import RowAgent
from tests.unit.columnar_economy import Economy, Firm, Port, numbers, plain_agents, values


@pytest.fixture
def economy():
    return Economy()


@pytest.fixture
def firms(economy):
    return economy.agents_by_type[Firm]


@pytest.fixture
def plain():
    return plain_agents()


def test_len_iter_contains_and_lists(economy, firms, plain):
    assert isinstance(firms, AbstractAgentSet) and len(firms) == len(plain) == 40
    assert numbers(firms) == numbers(plain) == numbers(firms.to_list())
    assert Firm(economy, 4) in firms and Firm(Economy(), 4) not in firms and 4 not in firms
    assert firms[4] == Firm(economy, 4) and numbers(firms[4:6]) == [4, 5]


@pytest.mark.parametrize("name", ["cash", "belt", "young", "score", "number", "rich"])
def test_get_one(firms, plain, name):
    assert list(firms.get(name)) == plain.get(name)


def test_get_gives_arrays_for_columns_and_lists_for_the_rest(firms, plain):
    assert isinstance(firms.get("cash"), np.ndarray) and isinstance(firms.get("rich"), list)
    assert firms.get(["cash", "belt"]).tolist() == plain.get(["cash", "belt"])
    assert firms.get(["cash", "rich"]) == plain.get(["cash", "rich"])
    assert firms.get("firm").tolist() == firms.get("unique_id").tolist() == list(range(40))


def test_get_of_what_is_not_there(firms, plain):
    for agents in (firms, plain):
        with pytest.raises(AttributeError):
            agents.get("crash")
        with pytest.raises(ValueError, match="handle_missing"):
            agents.get("cash", handle_missing="maybe")
    for names in ("crash", ["cash", "crash"]):
        assert firms.get(names, "default", -1) == plain.get(names, "default", -1)


def test_a_column_without_descriptor_is_reached_by_the_set():
    model = Economy()

    class Bare(RowAgent):
        table_name = "firms"

    bare = model.add_columnar(Bare)
    assert bare.get("cash").tolist() == values(40)["cash"].tolist()


def test_set(economy, firms, plain):
    assert firms.set("cash", 2.5) is firms
    plain.set("cash", 2.5)
    assert list(firms.get("cash")) == plain.get("cash")
    firms.select(firms.get("young")).set("belt", 9)
    assert (economy.state.firms["belt"] == 9).tolist() == economy.state.firms["young"].tolist()
    firms.set("cash", np.arange(40.0))
    assert firms[7].cash == 7
    with pytest.raises(ValueError, match="needs shape"):
        firms.set("cash", np.arange(3.0))
    with pytest.raises(AttributeError):
        firms.set("crash", 1)
    with pytest.raises(AttributeError):
        firms.set("rich", True)


@pytest.mark.parametrize("func", [sum, min, max, len, np.mean, lambda v: sorted(v)[1]])
@pytest.mark.parametrize("name", ["cash", "belt", "young", "rich"])
def test_agg(firms, plain, name, func):
    found = firms.agg(name, func)
    assert found == pytest.approx(plain.agg(name, func)) and not isinstance(found, np.generic)


def test_agg_with_several_functions_and_with_nobody(firms, plain):
    assert firms.agg("cash", [min, max, len]) == plain.agg("cash", [min, max, len])
    nobody = firms.select(lambda firm: False)
    assert len(nobody) == 0 and nobody.agg("cash", sum) == 0
    with pytest.raises(ValueError):
        nobody.agg("cash", max)


@pytest.mark.parametrize("at_most", [float("inf"), 0, 1, 3, 1.0, 0.5, 0.31, 2.5, 100])
@pytest.mark.parametrize("filtered", [False, True])
def test_select(firms, plain, at_most, filtered):
    rule = (lambda agent: agent.cash > 4) if filtered else None
    want = numbers(plain.select(rule, at_most))
    assert numbers(firms.select(rule, at_most)) == want
    if filtered:
        assert numbers(firms.select(firms.get("cash") > 4, at_most)) == want


def test_select_by_type_and_by_bad_mask(firms):
    assert len(firms.select(agent_type=Firm)) == len(firms.select(agent_type=mesa.Agent)) == 40
    assert len(firms.select(agent_type=Port)) == 0
    for mask in (np.ones(39, bool), np.ones(40, int)):
        with pytest.raises(ValueError, match="a mask needs"):
            firms.select(mask)


def test_in_place_changes_a_copy_but_never_the_live_set(firms):
    part = copy.copy(firms)
    assert part.select(part.get("cash") > 4, inplace=True) is part
    assert part.sort("cash", inplace=True) is part and part.shuffle(inplace=True) is part
    assert 0 < len(part) < 40 == len(firms)
    for change in (firms.shuffle, lambda inplace: firms.sort("cash", inplace=inplace)):
        with pytest.raises(TypeError, match="copy"):
            change(inplace=True)


@pytest.mark.parametrize("by", ["belt", "young", "rich", lambda agent: agent.belt % 2])
def test_groupby(firms, plain, by):
    mine, theirs = firms.groupby(by), plain.groupby(by)
    assert isinstance(mine, GroupBy) and list(mine.groups) == list(theirs.groups)
    assert mine.count() == theirs.count() and len(mine) == len(theirs)
    assert mine.agg("cash", sum) == pytest.approx(theirs.agg("cash", sum))
    assert {k: numbers(v) for k, v in mine} == {k: numbers(v) for k, v in theirs}
    assert mine.map(len) == theirs.map(len)
    lists = firms.groupby(by, result_type="list")
    assert all(isinstance(group, list) for group in lists.groups.values())
    assert {k: numbers(v) for k, v in lists} == {k: numbers(v) for k, v in theirs}
    mine.do("do", "grow", 2.0)
    theirs.do("do", "grow", 2.0)
    assert list(firms.get("cash")) == pytest.approx(plain.get("cash"))


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("key", ["cash", "belt", "young", "rich", lambda a: (a.belt, -a.cash)])
def test_sort_is_stable_both_ways(firms, plain, key, ascending):
    assert numbers(firms.sort(key, ascending)) == numbers(plain.sort(key, ascending))


def test_shuffle_is_seeded_takes_one_draw_and_leaves_the_set_alone():
    one, two = Economy(), Economy(n=400)
    mixed = numbers(one.agents_by_type[Firm].shuffle())
    assert mixed == numbers(Economy().agents_by_type[Firm].shuffle())
    assert mixed != list(range(40)) == sorted(mixed)
    assert numbers(one.agents_by_type[Firm]) == list(range(40))
    two.agents_by_type[Firm].shuffle()
    assert one.random.random() == two.random.random()
    assert one.rng.random() == Economy().rng.random()


def test_do_map_and_shuffle_do(firms, plain):
    for agents in (firms, plain):
        assert agents.do("grow", by=2.0) is agents
        agents.do(lambda agent, by: agent.grow(by), 1.0)
        agents.shuffle_do("grow", 0.5)
    assert list(firms.get("cash")) == plain.get("cash")
    assert firms.map(lambda a, k: a.belt * k, 2) == plain.map(lambda a, k: a.belt * k, 2)
    assert firms.map("grow") == [None] * 40


def test_do_runs_the_vector_twin_on_the_rows_of_the_set(firms):
    before = firms.get("cash")
    rich = firms.select(before > 5)
    rich.do("earn", by=3.0)
    rich.shuffle_do("earn")
    assert firms.get("cash").tolist() == pytest.approx(np.where(before > 5, before + 4, before).tolist())


def test_a_subclass_that_overrides_the_method_alone_does_not_get_the_old_twin(economy):
    class Odd(Firm):
        def earn(self, by=1.0):
            self.cash = -1.0

    economy.add_columnar(Odd).do("earn")
    assert economy.state.firms.cash.tolist() == [-1.0] * 40


def test_agents_that_leave_during_a_loop_are_passed_over(economy, firms):
    seen = []

    def purge(firm):
        seen.append(firm.number)
        if firm.row + 1 < 40:
            economy.state.firms.remove(firm.row + 1)

    firms.do(purge)
    assert seen == list(range(0, 40, 2)) and len(firms) == 20


def test_a_part_is_known_by_numbers(economy, firms):
    part = firms.select(firms.get("number") < 4)
    firms[1].remove()
    economy.state.firms.add(count=1)  # takes row 1 over
    assert numbers(part) == [0, 2, 3] and len(part) == 3 and len(firms) == 40
    assert Firm(economy, 1) not in part
    economy.state.firms.remove([0])
    economy.state.firms.compress()
    assert numbers(part) == [2, 3] and part.rows.tolist() == [1, 2]


def test_membership(economy, firms):
    gone = firms[2]
    with pytest.raises(TypeError, match="create_agents"):
        firms.add(gone)
    firms.discard(gone)
    firms.discard(gone)
    assert not gone.present and len(firms) == 39
    with pytest.raises(KeyError):
        firms.remove(gone)
    part, other = firms.copy(), firms[0]
    part.remove(other)
    assert other not in part and other in firms and len(part) == 38


def test_set_algebra(economy, firms):
    rich, young = firms.select(lambda f: f.rich), firms.select(firms.get("young"))
    r, y = set(numbers(rich)), set(numbers(young))
    assert set(numbers(rich & young)) == r & y and set(numbers(rich - young)) == r - y
    assert set(numbers(rich | young)) == r | y and isinstance(rich | young, ColumnAgentSet)
    mixed = rich | economy.agents_by_type[Port]
    assert isinstance(mixed, StrongAgentSet) and len(mixed) == len(rich) + 3


@pytest.mark.parametrize(
    "clone",
    [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))],  # noqa: S301
)
def test_sets_views_and_models_are_cloned_with_their_model(economy, firms, clone):
    part = firms.select(firms.get("cash") > 4)
    for kept in (firms, part, economy.agents):
        twin = clone(kept)
        assert twin.model is not economy and numbers_or_codes(twin) == numbers_or_codes(kept)
        twin.model.state.firms["cash"][:] = -1
        assert (economy.state.firms["cash"] >= 0).all()
    view = clone(firms[3])
    view.cash = -5.0
    assert view.number == 3 and firms[3].cash >= 0
    other = clone(economy)
    for model in (economy, other):
        model.step()
        model.step()
    assert other.state.firms.equal(economy.state.firms) and other.state.ports.equal(economy.state.ports)
    assert other.steps == economy.steps == 2
    other.step()
    assert not other.state.firms.equal(economy.state.firms)
    assert other.agents_by_type[Firm].model is other and other.agents_by_type[Port].to_list()[0].model is other


def numbers_or_codes(agents):
    return [agent.unique_id for agent in agents]


def test_strong_set_behaves_as_mesas(plain):
    mine, theirs = StrongAgentSet(plain, plain.random), AgentSet(list(plain), plain.random)
    assert numbers(mine) == numbers(theirs) and mine.get("cash") == theirs.get("cash")
    assert numbers(mine.select(lambda a: a.rich)) == numbers(theirs.select(lambda a: a.rich))
    assert mine.groupby("belt").agg("cash", sum) == theirs.groupby("belt").agg("cash", sum)
    assert numbers(mine.sort("cash")) == numbers(theirs.sort("cash"))
    first = mine.to_list()[0]
    mine.remove(first)
    mine.discard(first)
    assert first not in mine and len(copy.copy(mine)) == 39
    mine.add(first)
    assert numbers(mine)[-1] == first.number
    assert sorted(numbers(mine.shuffle_do("grow").shuffle(inplace=True))) == list(range(40))
