"""Views of rows, placed agents and the model that shows both kinds."""

import copy

import mesa
import pytest
from mesa.agentset import AbstractAgentSet

from model.kernel.agentset import ColumnAgentSet
from model.kernel.columnar import Chain, ColumnarModel, RowAgent
from tests.unit.columnar_economy import Economy, Firm, Plain, Port


@pytest.fixture
def economy():
    return Economy()


@pytest.fixture
def firms(economy):
    return economy.agents_by_type[Firm]


def test_a_view_reads_and_writes_its_row_in_python_scalars(economy, firms):
    firm = firms.to_list()[5]
    assert (firm.unique_id, firm.number, firm.firm, firm.row, firm.alive) == (5, 5, 5, 5, True)
    assert [type(x) for x in (firm.cash, firm.belt, firm.young)] == [float, int, bool]
    firm.cash = 12.5
    assert economy.state.firms["cash"][5] == 12.5 and firm.rich
    assert isinstance(firm, mesa.Agent) and firm.random is economy.random
    with pytest.raises(AttributeError, match="a view would lose it"):
        firm.csah = 3
    with pytest.raises(TypeError, match="'belt' holds int16"):
        firm.belt = 0.5


def test_views_are_equal_by_class_model_and_number(economy):
    assert Firm(economy, 3) == Firm(economy, 3) and Firm(economy, 3) is not Firm(economy, 3)
    assert len({Firm(economy, 3), Firm(economy, 3), Firm(economy, 4)}) == 2
    assert Firm(economy, 3) != Firm(Economy(), 3) and Firm(economy, 3) != "3"


def test_making_views_registers_nothing(economy, firms):
    before = len(economy._all_agents)
    list(firms)
    assert len(economy._all_agents) == before


def test_a_removed_agent_is_readable_until_its_row_is_taken_over(economy, firms):
    firm = firms[3]
    cash = firm.cash
    firm.remove()
    assert not firm.present and not firm.alive and firm.cash == cash and firm not in firms
    economy.state.firms.add(count=1)
    assert firms[3].number == 40 and firm not in firms and not firm.present
    for touch in (lambda: firm.cash, lambda: setattr(firm, "cash", 1.0), firm.remove, lambda: firm.row):
        with pytest.raises(LookupError, match=r"Firm 3 has left; row 3 of 'firms'"):
            touch()
    assert firms[3].present


def test_a_view_follows_its_number_when_rows_move(economy):
    last, first = Firm(economy, 39), Firm(economy, 0)
    cash = last.cash
    economy.state.firms.remove([0, 1])
    economy.state.firms.compress()
    assert last.row == 37 and last.cash == cash and last.present
    with pytest.raises(LookupError):
        _ = first.cash


def test_a_placed_agent_keeps_its_values_in_the_state(economy):
    ports = economy.agents_by_type[Port]
    assert [port.queue for port in ports] == [0, 1, 2] and ports.get("code") == [0, 1, 2]
    snapshot = economy.state.ports.copy()
    ports.do("grow", 5)
    assert economy.state.ports["queue"].tolist() == [5, 6, 7]
    economy.state.ports = snapshot
    assert ports.get("queue") == [0, 1, 2]
    with pytest.raises(LookupError, match="Port 9 has no row"):
        _ = Port(economy, 9).queue


def test_create_agents_and_from_dataframe_add_rows(economy, firms):
    import pandas as pd

    new = Firm.create_agents(economy, 2, cash=[1.0, 2.0], belt=3)
    assert new.get("cash").tolist() == [1, 2] and new.get("belt").tolist() == [3, 3]
    more = Firm.from_dataframe(economy, pd.DataFrame({"cash": [5.0]}), belt=1)
    assert more.get("unique_id").tolist() == [42] and len(firms) == 43


def test_the_model_shows_registered_agents_and_rows(economy, firms):
    assert isinstance(economy.agents, Chain) and len(economy.agents) == 43
    assert [type(agent) for agent in economy.agents] == [Port] * 3 + [Firm] * 40
    assert economy.agent_types == [Port, Firm] == list(economy.agents_by_type)
    assert economy.agents_by_type[Firm] is firms and firms[0] in economy.agents
    assert economy.agents_by_type[Port].to_list()[0] in economy.agents
    assert len(economy.agents.to_list()) == len(economy.agents.copy()) == 43
    economy.state.firms.remove([0])
    assert len(economy.agents) == 42
    with pytest.raises(AttributeError):
        economy.agents = []


def test_a_model_without_rows_is_mesas_own():
    model = ColumnarModel(rng=1)
    Plain.create_agents(model, 2, 0, 1.0, 1, True, 1.0)
    assert model.agents is model._all_agents and model.agent_types == [Plain]


def test_chain_has_every_idiom(economy, firms):
    everyone = economy.agents
    assert everyone.get("unique_id") == [1, 2, 3, *range(40)]
    assert everyone.get(["queue", "belt"], "default", -1)[2:4] == [[2, -1], [-1, firms[0].belt]]
    with pytest.raises(AttributeError):
        everyone.get("queue")
    assert everyone.agg("unique_id", [max, len]) == [39, 43]
    assert everyone.groupby(type).count() == {Port: 3, Firm: 40}
    assert everyone.sort("unique_id").to_list()[0].unique_id == 39
    assert everyone.map(lambda agent: type(agent)) == [Port] * 3 + [Firm] * 40
    before = firms.get("cash")
    everyone.do("grow").shuffle_do("grow")
    assert firms.get("cash").tolist() == pytest.approx((before + 2).tolist())
    assert economy.state.ports["queue"].tolist() == [2, 3, 4]
    with pytest.raises(AttributeError, match="Firm has no column 'label'"):
        everyone.set("label", "x")


def test_chain_select_and_shuffle_keep_views(economy):
    everyone = economy.agents
    firms = everyone.select(agent_type=Firm)
    assert isinstance(firms, ColumnAgentSet) and len(firms) == 40
    assert len(everyone.select(agent_type=Firm, at_most=0.5)) == 21  # half of 43, as in Mesa
    assert len(everyone.select(agent_type=RowAgent)) == 40 and len(everyone.select(agent_type=Port)) == 3
    rich = everyone.select(lambda agent: isinstance(agent, Port) or agent.rich)
    assert len(rich.select(lambda agent: isinstance(agent, Firm))) == len(rich) - 3 > 0
    mixed = everyone.shuffle()
    assert set(mixed) == set(everyone) and list(mixed) != list(everyone)
    assert sum(len(group) for _, group in everyone.groupby(lambda a: a.unique_id % 2)) == 43


def test_chain_shuffle_do_passes_over_those_who_left(economy):
    seen = []

    def purge(agent):
        seen.append(agent)
        if len(seen) == 1:
            for other in economy.agents.to_list():
                if other != agent:
                    other.remove()

    economy.agents.shuffle_do(purge)
    assert len(seen) == 1 == len(economy.agents)


def test_chain_is_read_only(economy):
    everyone = economy.agents
    agent = everyone.to_list()[0]
    for change in (
        lambda: everyone.add(agent),
        lambda: everyone.discard(agent),
        lambda: everyone.remove(agent),
        lambda: everyone.select(inplace=True),
        lambda: everyone.shuffle(inplace=True),
        lambda: everyone.sort("unique_id", inplace=True),
    ):
        with pytest.raises(TypeError, match="read-only"):
            change()


def test_remove_all_agents(economy):
    economy.remove_all_agents()
    assert len(economy.agents) == 0


def test_the_data_collector_reads_rows(economy):
    collector = mesa.DataCollector(
        model_reporters={"cash": lambda m: m.agents_by_type[Firm].agg("cash", sum)},
        agenttype_reporters={Firm: {"cash": "cash"}, Port: {"queue": "queue"}},
    )
    collector.collect(economy)
    economy.step()
    collector.collect(economy)
    totals = collector.get_model_vars_dataframe()["cash"]
    assert totals[1] == pytest.approx(totals[0] + 40)
    frame = collector.get_agenttype_vars_dataframe(Firm)
    assert len(frame) == 80 and frame["cash"].sum() == pytest.approx(totals.sum())


def test_a_snapshot_is_put_back_by_assigning_the_state(economy, firms):
    view, snapshot = firms[4], copy.deepcopy(economy.state)
    cash = view.cash
    economy.step()
    assert view.cash == cash + 1
    economy.state = snapshot
    assert view.cash == cash and firms.get("cash")[4] == cash


def test_canary_mesa_still_has_what_is_overridden():
    model = mesa.Model(rng=1)
    agent = mesa.Agent(model)
    assert agent in model._all_agents and agent in model._agents_by_type[mesa.Agent]
    for name in ("agents", "agents_by_type", "agent_types"):
        assert isinstance(getattr(mesa.Model, name), property)
    known = {"__len__", "__iter__", "__contains__", "_update", "add", "discard", "remove"}
    known |= {"shuffle", "sort", "do", "shuffle_do", "map"}
    assert AbstractAgentSet.__abstractmethods__ <= known
    public = {name for name in vars(AbstractAgentSet) if not name.startswith("_")}
    assert public <= set(dir(ColumnAgentSet)) and {"select", "agg", "get", "set", "groupby"} <= public
    for name in public:  # nothing is left to an implementation that would loop over views unseen
        assert name in vars(ColumnAgentSet), name
