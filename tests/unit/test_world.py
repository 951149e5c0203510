"""Places, the trade graph and routes: counts, units, restriction, and least cost against networkx."""

import time
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from model.kernel.calendar import FOREVER, parse_month
from model.kernel.members import CATEGORIES, MODES
from model.kernel.refusals import Refused
from model.world.graph import node, trade_graph
from model.world.legs import TRANSPORT, leg_problems
from model.world.load import build_world, load_world
from model.world.places import Restriction
from model.world.routes import Routes, describe

POST, DIRECT, WAREHOUSE, HOSTED, BULK, TRADITIONAL = range(6)
VALUE_OF_DAY = np.array([1.5, 1.5, 0.15, 1.5, 0.15, 0.15])


@pytest.fixture(scope="module")
def world():
    return load_world()


@pytest.fixture(scope="module")
def table(world):
    return Routes(world).compute(VALUE_OF_DAY)


# Places


def test_counts(world):
    assert world.n_prov == 31
    assert world.n_belt == 90 and len(set(world.belt_city)) >= 40
    assert world.n_gate == 22 and world.n_hub == 39
    assert world.n_mkt == 30 and world.market_ids[-1] == "ROW"
    assert world.n_plat == 11 and world.platform_kind.tolist() == [0] * 8 + [1] * 3
    assert world.n_bonded >= 31 and set(world.bonded_province) == set(range(31))


@pytest.mark.parametrize(
    "name",
    ["belt_share_of_exports", "gateway_share", "hub_share_of_area", "market_export_share", "origin_share",
     "province_import_share", "category_export_share", "category_import_share", "category_home_share"],
)  # fmt: skip
def test_shares_sum_to_one(world, name):
    values = getattr(world, name)
    assert values.sum() == pytest.approx(1.0)
    assert (values >= 0.0).all()


def test_belt_shares_per_category(world):
    totals = np.bincount(world.belt_category, world.belt_share_of_category, minlength=len(CATEGORIES))
    assert totals[[c != "food_fresh" for c in CATEGORIES]] == pytest.approx(1.0)


def test_units(world):
    assert 1.2e14 < world.province_gdp.sum() < 1.35e14  # yuan
    assert 1.3e9 < world.province_population.sum() < 1.5e9
    assert 1e6 < world.hub_area_2021_m2.max() < 4e6
    assert world.national_exports.tolist()[1:5] == pytest.approx([799e9, 1085e9, 1390e9, 1530e9])
    usa = world.code("market", "USA")
    assert 6e12 < world.market_online_retail[usa, 4] < 8e12
    assert world.market_duty_de_minimis[usa] == pytest.approx(800 * 6.609)
    assert world.base["firms_2018"] == 50_000


def test_every_number_is_known(world):
    for name, value in vars(world).items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            assert np.isfinite(value).all(), name


def test_arrays_are_frozen(world):
    with pytest.raises(ValueError):
        world.market_duty[0, 0] = 1.0
    with pytest.raises(AttributeError):
        world.n_belt = 3


def test_regions_and_codes(world):
    assert {world.market_ids[m] for m in world.regions["ASEAN"]} == {"MYS", "SGP", "THA", "VNM", "IDN", "PHL"}
    assert len(world.regions["RCEP"]) == 10 and len(world.regions["EU"]) == 6
    assert world.belt_ids[world.code("belt", "yiwu_toys")] == "yiwu_toys"
    with pytest.raises(KeyError):
        world.code("belt", "nowhere")


def test_pilot_zones_by_month(world):
    before, after = world.zone_in_force(parse_month("2015-02")), world.zone_in_force(parse_month("2022-12"))
    assert not before.any() and after.sum() > 70
    assert world.belt_zone_from[world.code("belt", "xingcheng_swimwear")] == FOREVER


def test_tiles_do_not_overlap(world):
    assert len(set(zip(world.province_tile_x.tolist(), world.province_tile_y.tolist(), strict=True))) == 31


def test_hosting_opens_in_the_usa_first(world):
    hosting = world.platform_open_from[world.code("platform", "full_hosting")]
    assert hosting[world.code("market", "USA")] == parse_month("2022-09")
    assert hosting[world.code("market", "DEU")] == parse_month("2023-03")


# Restriction


def test_restriction(world):
    small = load_world(restrict=Restriction(("yiwu_toys", "chenghai_toys", "shenzhen_components"), ("USA", "MYS")))
    assert (small.n_belt, small.n_mkt, small.n_prov, small.n_gate) == (3, 2, 31, 22)
    assert set(small.hub_market) == {0, 1} and "los_angeles" in small.hub_ids
    assert small.market_ids == ("MYS", "USA"), "order of the tables is kept"
    assert small.belt_share_of_exports.sum() == pytest.approx(1.0)
    assert small.market_export_share.sum() == pytest.approx(1.0)
    links = {(small.belt_ids[b], small.belt_ids[s]) for b, s in zip(small.link_buyer, small.link_supplier, strict=True)}
    assert links == {("chenghai_toys", "shenzhen_components"), ("yiwu_toys", "chenghai_toys")}
    whole, routes = Routes(world).compute(VALUE_OF_DAY), Routes(small).compute(VALUE_OF_DAY)
    usa = small.code("market", "USA")
    assert routes.days[0, usa, WAREHOUSE] == pytest.approx(
        whole.days[world.code("belt", small.belt_ids[0]), world.code("market", "USA"), WAREHOUSE]
    )


def test_restricted_to_one_province():
    small = load_world(restrict=Restriction(provinces=("Zhejiang",)))
    assert small.province_ids == ("Zhejiang",) and set(small.gateway_ids) == {"ningbo", "hangzhou"}
    assert Routes(small).compute(1.0).feasible[:, :, DIRECT].all()


def test_market_without_hub():
    small = load_world(restrict=Restriction(markets=("IND",)))
    table = Routes(small).compute(1.0)
    assert small.n_hub == 0 and not table.feasible[:, :, WAREHOUSE].any() and table.feasible[:, :, BULK].all()


def test_unknown_names_are_refused_together():
    with pytest.raises(Refused) as refused:
        load_world(restrict=Restriction(belts=("yiwu_toy",), markets=("USB",)))
    assert [problem.suggestion for problem in refused.value.problems] == ["yiwu_toys", "USA"]


def test_empty_world_is_refused():
    with pytest.raises(Refused, match="leaves no"):
        load_world(restrict=Restriction(provinces=("Tibet",)))


def test_same_world_object():
    assert load_world() is load_world()


# Legs and graph


def test_words_of_legs_are_explained(world):
    assert leg_problems(world.tables) == []
    spoilt = dict(world.tables)
    spoilt["leg_regions"] = world.tables["leg_regions"].replace("location:coastal", "location:costal")
    with pytest.raises(Refused) as refused:
        build_world(spoilt)
    assert all(problem.suggestion == "location:coastal" for problem in refused.value.problems)


def test_every_rule_makes_legs(world):
    used = set(world.legs.rule.tolist())
    idle = {rule for code, rule in enumerate(world.legs.rules) if code not in used}
    assert idle == {"truck_hongkong"}


def test_legs_stay_in_their_range(world):
    rules = world.tables["legs"]
    for column in ("days", "yuan_per_kg"):
        values = getattr(world.legs, column)
        own_days = (
            (world.legs.mode == TRANSPORT.index("last_mile")) if column == "days" else np.zeros(len(values), bool)
        )
        low = rules[f"{column}_low"].to_numpy()[world.legs.rule]
        high = rules[f"{column}_high"].to_numpy()[world.legs.rule]
        assert ((values >= low - 1e-9) & (values <= high + 1e-9) | own_days).all()


def test_graph(world):
    graph = world.graph
    kinds = nx.get_node_attributes(graph, "kind")
    counts = {kind: list(kinds.values()).count(kind) for kind in set(kinds.values())}
    assert counts == {
        "province": 31, "belt": 90, "gateway": 22, "hub": 39, "market": 30, "bonded": world.n_bonded, "origin": 15,
        "platform": 11,
    }  # fmt: skip
    edges = {data["kind"] for _, _, data in graph.edges(data=True)}
    assert edges == {"leg", "sells", "serves", "supplies", "lies_in"}
    assert nx.is_weakly_connected(graph)
    assert graph.number_of_edges("belt:keqiao_fabrics", "belt:panyu_fast_fashion") == 1
    for _, _, data in graph.edges(data=True):
        if data["kind"] == "leg":
            assert data["days"] > 0.0 and data["yuan_per_kg"] >= 0.0 and data["mode"] in TRANSPORT


def test_bonded_goods_reach_every_province(world):
    graph = world.graph
    for province in world.province_ids:
        edges = graph.in_edges(node("province", province), data=True)
        sources = {graph.nodes[start]["kind"] for start, _, data in edges if data["kind"] == "leg"}
        assert sources == {"bonded", "origin"}


def test_graph_is_built_anew_on_request(world):
    assert trade_graph(world) is not world.graph
    assert world.graph is world.graph


# Routes


def cheapest(world, mode, belt, market):
    """The same least cost by networkx on a plain graph."""
    legs, routes = world.legs, Routes(world)
    graph = nx.DiGraph()
    exits = legs.line_haul & (legs.kind[legs.start] == 2)
    gateway = np.where(exits, legs.start - legs.offset["gateway"], 0)
    cost = legs.yuan_per_kg + legs.yuan_per_order / routes.order_weight_kg + legs.days * VALUE_OF_DAY[mode]
    cost = cost + np.where(exits, world.gateway_pull.max() - world.gateway_pull[gateway], 0.0)
    for row in np.flatnonzero(legs.serves[:, mode]):
        start, end = int(legs.start[row]), int(legs.end[row])
        if not graph.has_edge(start, end) or graph[start][end]["weight"] > cost[row]:
            graph.add_edge(start, end, weight=cost[row], days=legs.days[row], price=legs.yuan_per_kg[row])
    source, target = legs.offset["belt"] + belt, legs.offset["market"] + market
    path = nx.shortest_path(graph, source, target, "weight")
    steps = [graph[a][b] for a, b in pairwise(path)]
    return tuple(sum(step[key] for step in steps) for key in ("weight", "days", "price"))


@pytest.mark.parametrize("mode", range(len(MODES)))
def test_routes_equal_networkx(world, table, mode):
    chooser = np.random.default_rng(mode)
    pairs = np.argwhere(table.feasible[:, :, mode])
    for belt, market in chooser.permutation(pairs)[:5]:
        cost, days, price = cheapest(world, mode, belt, market)
        assert table.cost[belt, market, mode] == pytest.approx(cost)
        assert table.days[belt, market, mode] == pytest.approx(days)
        assert table.yuan_per_kg[belt, market, mode] == pytest.approx(price)


def test_feasible_modes(world, table):
    for mode in (POST, DIRECT, HOSTED, BULK, TRADITIONAL):
        assert table.feasible[:, :, mode].all()
    served = np.isin(np.arange(world.n_mkt), world.hub_market) | (np.array(world.market_ids) == "NZL")
    assert (table.feasible[:, :, WAREHOUSE] == served[None, :]).all()
    assert (table.gateway[table.feasible] >= 0).all()
    assert (table.hub[:, :, WAREHOUSE][table.feasible[:, :, WAREHOUSE]] >= 0).all()
    assert (table.hub[:, :, POST] == -1).all()


def test_what_the_buyer_waits(world, table):
    ok = table.feasible[:, :, WAREHOUSE]
    assert (table.buyer_days[:, :, WAREHOUSE][ok] == table.last_mile_days[:, :, WAREHOUSE][ok]).all()
    assert (table.buyer_days[:, :, WAREHOUSE][ok] <= 7.0).all()
    assert (table.first_leg_days[:, :, WAREHOUSE][ok] > 1.0).all()
    whole = table.first_leg_days + table.last_mile_days
    assert whole[:, :, WAREHOUSE][ok] == pytest.approx(table.days[:, :, WAREHOUSE][ok])
    others = np.delete(np.arange(6), WAREHOUSE)
    assert (table.buyer_days[:, :, others] == table.days[:, :, others]).all()
    assert (table.buyer_days[:, :, DIRECT] < table.buyer_days[:, :, POST]).mean() > 0.9


def test_goods_reach_every_hub(world, table):
    assert (table.stock_gateway >= 0).all() and (table.stock_days > 0.0).all()
    own = table.serves[np.arange(world.n_hub), world.hub_market]
    assert own.all() and table.serves[world.code("hub", "sydney"), world.code("market", "NZL")]


def test_gateway_shares_of_the_base_year(world, table):
    """Least cost with the gateways' pull puts at least nine tenths of trade where the evidence has it."""
    weight = np.array([0.07, 0.15, 0.14, 0.0, 0.64, 0.0])
    flow = world.belt_share_of_exports[:, None, None] * world.market_export_share[None, :, None] * table.feasible
    flow = flow / flow.sum(axis=(0, 1)) * weight
    shares = np.bincount(table.gateway[table.feasible], flow[table.feasible], minlength=world.n_gate)
    assert np.abs(shares - world.gateway_share).sum() / 2 < 0.1


def test_value_of_a_day_by_mode(world, table):
    """Stock and bulk do not pay for speed as a waiting buyer does: most of it goes by sea."""
    hasty = Routes(world).compute(1.5)
    assert hasty.yuan_per_kg[:, :, BULK].sum() > table.yuan_per_kg[:, :, BULK].sum()
    germany = world.code("market", "DEU")
    assert np.median(table.yuan_per_kg[:, germany, BULK]) < 3.0 < np.median(table.yuan_per_kg[:, germany, WAREHOUSE])


def test_unchanged_inputs_give_the_same_object(world):
    routes = Routes(world)
    first = routes.compute(VALUE_OF_DAY)
    assert routes.computed == 4, "six modes on four networks"
    assert routes.compute(VALUE_OF_DAY, np.ones((30, 6)), np.zeros((30, 6)), np.ones(22, bool)) is first
    assert routes.computed == 4


def test_only_what_changed_is_computed_again(world):
    routes = Routes(world)
    routes.compute(VALUE_OF_DAY)
    air = np.ones((30, 6))
    air[:, [DIRECT, HOSTED]] = 1.2
    routes.compute(VALUE_OF_DAY, air)
    assert routes.computed == 5
    days = np.zeros((30, 6))
    days[:, POST] = 10.0
    routes.compute(VALUE_OF_DAY, air, days)
    assert routes.computed == 5, "days on a whole market and mode choose no other way"


def test_freight_acts_abroad_only(world, table):
    factor = np.ones((30, 6))
    usa = world.code("market", "USA")
    factor[usa, WAREHOUSE] = 2.0
    dearer = Routes(world).compute(VALUE_OF_DAY, factor)
    others = np.delete(np.arange(30), usa)
    assert (dearer.yuan_per_kg[:, others] == table.yuan_per_kg[:, others]).all()
    before, after = table.yuan_per_kg[:, usa, WAREHOUSE], dearer.yuan_per_kg[:, usa, WAREHOUSE]
    assert (after > before).all() and (after < 2.0 * before).all()
    assert (dearer.yuan_per_order[:, usa, WAREHOUSE] == table.yuan_per_order[:, usa, WAREHOUSE]).all()


def test_extra_days(world, table):
    extra = np.zeros((30, 6))
    extra[:, POST], extra[:, WAREHOUSE] = 10.0, -100.0
    later = Routes(world).compute(VALUE_OF_DAY, extra_days=extra)
    assert (later.buyer_days[:, :, POST] == table.buyer_days[:, :, POST] + 10.0).all()
    assert (later.buyer_days[:, :, WAREHOUSE] == 0.0).all()
    assert later.first_leg_days == pytest.approx(table.first_leg_days)
    assert (later.days >= 0.0).all() and (later.gateway == table.gateway).all()


def test_closed_gateway(world, table):
    shut = np.ones(22, bool)
    shanghai = world.code("gateway", "shanghai")
    shut[shanghai] = False
    around = Routes(world).compute(VALUE_OF_DAY, gateway_open=shut)
    assert (table.gateway == shanghai).any() and not (around.gateway == shanghai).any()
    assert (around.feasible == table.feasible).all()
    moved = table.gateway[:, :, BULK] == shanghai
    assert (around.cost[:, :, BULK][moved] > table.cost[:, :, BULK][moved]).all()


def test_all_gateways_closed(world):
    nothing = Routes(world).compute(VALUE_OF_DAY, gateway_open=np.zeros(22, bool))
    assert not nothing.feasible.any() and (nothing.buyer_days == 0.0).all() and (nothing.gateway == -1).all()


def test_routes_hold_no_state_of_a_run(world):
    routes = Routes(world)
    first = routes.compute(VALUE_OF_DAY)
    routes.compute(VALUE_OF_DAY * 2.0)
    again = routes.compute(VALUE_OF_DAY)
    for name, value in vars(first).items():
        assert np.array_equal(value, getattr(again, name)), name


def test_describe(world, table):
    found = describe(table, world, "shenzhen_3c_accessories", "USA")
    assert set(found) == set(MODES) and found["overseas_warehouse"]["hub"] == "los_angeles"


def test_full_recompute_is_fast(world):
    routes, chooser, best = Routes(world), np.random.default_rng(0), 1.0
    for _ in range(8):
        factor = chooser.uniform(0.9, 1.1, (30, 6))
        started = time.perf_counter()
        routes.compute(VALUE_OF_DAY, factor)
        best = min(best, time.perf_counter() - started)
    assert best < 0.05  # 7–9 ms on an idle core
