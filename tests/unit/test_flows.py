"""Flows add up to exports, lie on the trade graph, and are drawn without labels that meet."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from multiprocessing.reduction import ForkingPickler

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from experiments import load_scenario, run
from experiments.belts import BELTS_ZH
from experiments.figures.columns import MAX_ROWS, columns, owner_of
from experiments.figures.network import layout, picture, samples
from experiments.flows import DIRECT, FlowJob, FlowMap, flow_graph, flow_job, legs_passed, network
from experiments.neighbours import about
from model.kernel.calendar import parse_month
from model.kernel.refusals import Refused
from model.world.load import load_world


@pytest.fixture(scope="module")
def toy() -> FlowMap:
    return flow_graph(load_scenario("toy"), seed=1)


@pytest.fixture(scope="module")
def china() -> FlowMap:
    return flow_graph(load_scenario("baseline").with_(months=3, scale=0.01), seed=1)


def test_flows_are_the_exports_of_the_last_twelve_months(toy: FlowMap) -> None:
    frame = run(load_scenario("toy"), seed=1).indicators
    exports = frame[frame["indicator"] == "export_value"].sort_values("month")["value"].to_numpy()
    assert toy.last - toy.first == 11
    assert toy.ways["yuan"].sum() == pytest.approx(exports[-12:].sum(), rel=1e-9)


def test_until_names_the_last_month_and_short_runs_sum_what_there_is() -> None:
    months: list[int] = []
    flow = flow_job(FlowJob(load_scenario("toy"), 1, parse_month("2019-03")), months.append)
    frame = run(load_scenario("toy"), seed=1, months=3).indicators
    exports = frame[frame["indicator"] == "export_value"]["value"].sum()
    assert (flow.first, flow.last) == (parse_month("2019-01"), parse_month("2019-03"))
    assert flow.ways["yuan"].sum() == pytest.approx(exports, rel=1e-9)
    assert months == [1, 2, 3]


def test_a_month_outside_the_scenario_is_refused() -> None:
    with pytest.raises(Refused) as fault:
        flow_graph(load_scenario("toy"), until=parse_month("2031-01"))
    assert fault.value.problems[0].allowed == "2019-01 to 2020-12"


@pytest.mark.parametrize("middle", ["hub", "platform"])
def test_what_enters_a_column_leaves_it(china: FlowMap, middle: str) -> None:
    links = china.links(middle)
    for kind in ("gateway", middle):
        inflow = links[links["end"].str.startswith(f"{kind}:")].groupby("end")["yuan"].sum()
        outflow = links[links["start"].str.startswith(f"{kind}:")].groupby("start")["yuan"].sum()
        pd.testing.assert_series_equal(inflow, outflow, check_names=False, rtol=1e-12)
    assert links[links["start"].str.startswith("belt:")]["yuan"].sum() == pytest.approx(china.exports, rel=1e-9)


def test_the_network_is_the_trade_graph_with_yuan(china: FlowMap) -> None:
    graph, bare = network(china), load_world().graph
    assert set(graph.nodes) == set(bare.nodes)
    assert sorted(graph.edges(keys=True)) == sorted(bare.edges(keys=True))
    edges = list(graph.edges(data=True))
    sums = {
        "out of belts": sum(d["yuan"] for one, _, d in edges if one.startswith("belt:")),
        "into markets by legs": sum(
            d["yuan"] for _, two, d in edges if two.startswith("market:") and d["kind"] == "leg"
        ),
        "sold on platforms": sum(d["yuan"] for _, _, d in edges if d["kind"] == "sells"),
        "at markets": sum(d["yuan"] for name, d in graph.nodes(data=True) if name.startswith("market:")),
    }
    assert sums == {name: pytest.approx(china.exports, rel=1e-9) for name in sums}
    assert all(d["kind"] in ("leg", "sells") for _, _, d in edges if d["yuan"] > 0.0)
    assert "yuan" not in next(iter(bare.nodes.values())), "the world's own graph stays as it was"


def test_flows_are_small_and_come_back_from_a_worker(china: FlowMap) -> None:
    text = bytes(ForkingPickler.dumps(china))  # as a worker hands it back
    again = ForkingPickler.loads(text)
    assert len(text) < 1_000_000
    pd.testing.assert_frame_equal(again.ways, china.ways)
    assert again.places == china.places


def test_filters_keep_only_what_they_name(china: FlowMap) -> None:
    ways = china.narrowed("apparel", "ASEAN")
    assert 0 < len(ways) < len(china.ways)
    assert {china.places[key].category for key in ways["belt"]} == {"apparel"}
    assert all("ASEAN" in china.places[key].regions for key in ways["market"])
    parts = sum(
        china.narrowed(category)["yuan"].sum() for category in {p.category for p in china.places.values()} - {""}
    )
    assert parts == pytest.approx(china.exports, rel=1e-9)


# --- picture ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("middle", ["hub", "platform"])
def test_columns_hold_everything_once(china: FlowMap, middle: str) -> None:
    cols = columns(china, china.ways, middle)
    assert [col[0].kind for col in cols] == ["belt", "gateway", middle, "market"]
    assert all(len(col) <= MAX_ROWS for col in cols) and sum(map(len, cols)) <= 300
    for col in cols:
        members = [member for group in col for member in group.members]
        assert len(members) == len(set(members))
        assert sum(group.yuan for group in col) == pytest.approx(china.exports, rel=1e-9)


def test_crowded_belts_are_gathered_by_province(china: FlowMap) -> None:
    belts = columns(china, china.ways, "hub")[0]
    gathered = [group for group in belts if group.key.startswith("province:")]
    assert gathered
    for group in gathered:
        assert {china.places[member].province.en for member in group.members} == {group.key.split(":")[1]}  # type: ignore[union-attr]
        assert str(len(group.members)) in group.label.en and str(len(group.members)) in group.label.zh


def test_labels_never_meet_and_bands_stay_on_their_bars(china: FlowMap) -> None:
    plan = layout(china, china.ways, "hub")
    for column in range(4):
        mates = [node for node in plan.nodes if node.column == column]
        for above, below in pairwise(mates):
            assert above.top + above.slot <= below.top + 1e-9 and below.slot >= 15.0
    for start, end, yuan, left, right in plan.bands:
        half = yuan * plan.scale / 2.0
        for node, middle in ((start, left), (end, right)):
            bar = max(node.bar, node.group.yuan * plan.scale)
            assert node.bar_top - 0.01 <= middle - half and middle + half <= node.bar_top + bar + 0.01
    drawn = sum(yuan for start, _, yuan, _, _ in plan.bands if start.column == 0)
    assert drawn + plan.hidden == pytest.approx(china.exports, rel=1e-9)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_picture_is_one_named_image_the_same_each_time(china: FlowMap, lang: str) -> None:
    svg = picture(china, lang)
    assert svg == picture(china, lang)
    root = ET.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img" and root.find(f"{space}title").text and root.find(f"{space}desc").text  # type: ignore[union-attr]
    assert "tabindex" not in svg
    texts = " ".join(root.itertext())
    assert ("产业带" in texts) == (lang == "zh")
    if lang == "zh":
        assert not re.search(r"[A-Za-z]{4,}", " ".join(t.text or "" for t in root.iter(f"{space}text")))


def test_interactive_picture_has_buttons_in_one_tab_stop(china: FlowMap) -> None:
    svg = picture(china, "en", interactive=True)
    assert svg.count('role="button"') == svg.count("data-node=") == svg.count("data-column=")
    assert svg.count('tabindex="0"') == 1 and 'role="img"' not in svg


def test_an_empty_selection_is_drawn_and_said(china: FlowMap) -> None:
    svg = picture(china, "en", ways=china.ways.iloc[:0])
    assert "No exports pass here." in svg and "NaN" not in svg and "nan" not in svg


def test_samples_of_the_legend_are_round() -> None:
    assert samples(2.345e11) == [2e9, 7e9, 2e10]
    assert samples(0.0) == []


def test_every_belt_has_a_chinese_name() -> None:
    assert set(BELTS_ZH) == set(load_world().belt_ids)
    assert len(set(BELTS_ZH.values())) == len(BELTS_ZH)


# --- a node in words -------------------------------------------------------------------------------------------------


def test_a_node_tells_partners_and_change(toy: FlowMap) -> None:
    cols = columns(toy, toy.ways, "hub")
    before = toy.ways.assign(
        yuan=np.where(toy.ways["market"] == "market:USA", toy.ways["yuan"] / 2.0, toy.ways["yuan"])
    )
    words = about(toy, cols, "market:USA", toy.ways, before)
    assert words.targets == () and words.before == pytest.approx(words.group.yuan / 2.0)
    assert sum(one.share for one in words.sources) == pytest.approx(1.0)
    assert sum(one.change or 0.0 for one in words.sources) == pytest.approx(words.group.yuan / 2.0)
    assert about(toy, cols, DIRECT, toy.ways).before is None
    with pytest.raises(KeyError):
        about(toy, cols, "market:FRA", toy.ways)


def test_gathered_nodes_name_their_members(china: FlowMap) -> None:
    cols = columns(china, china.ways, "hub")
    group = next(group for group in cols[0] if len(group.members) > 1)
    words = about(china, cols, group.key, china.ways)
    assert len(words.members) == len(group.members) and words.facts == ()
    assert owner_of(cols[0])[group.members[0]] == group.key
    single = about(china, cols, "market:USA", china.ways)
    assert single.facts and single.members == ()


def test_bigger_flows_make_wider_bands(toy: FlowMap) -> None:
    double = replace(toy, ways=toy.ways.assign(yuan=toy.ways["yuan"] * 2.0), exports=toy.exports * 2.0)
    one, two = layout(toy, toy.ways, "hub"), layout(double, double.ways, "hub")
    assert two.scale == pytest.approx(one.scale / 2.0)
    assert [n.bar for n in two.nodes] == pytest.approx([n.bar for n in one.nodes])


def test_goods_that_change_gateways_pass_both() -> None:
    graph = nx.MultiDiGraph()
    for start, end, price in (
        ("belt:b", "gateway:dear", 3.0), ("belt:b", "gateway:cheap", 1.0), ("gateway:dear", "gateway:exit", 1.0),
        ("gateway:cheap", "gateway:exit", 1.0), ("gateway:exit", "market:m", 5.0),
    ):  # fmt: skip
        graph.add_edge(start, end, kind="leg", rule="r", days=1.0, yuan_per_kg=price, serves=("post",))
    way = ["belt:b", "gateway:exit", "market:m"]
    assert legs_passed(graph, way, "post") == ["belt:b", "gateway:cheap", "gateway:exit", "market:m"]
    graph.add_edge("belt:b", "gateway:exit", kind="leg", rule="r", days=1.0, yuan_per_kg=9.0, serves=("post",))
    assert legs_passed(graph, way, "post") == way
