"""The trade graph: every place and every way between places as one networkx graph, for checks, export and pictures.

Nodes are named `kind:id`. Edges have a `kind`: `leg` (a way, from `world.legs`), `sells` (an export platform in a
market), `serves` (an import platform in a province), `supplies` (a belt to a belt), `lies_in` (a place in a province).
Routes are computed on arrays (`world.routes`), which the same legs fill.
"""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np

from model.kernel.members import CATEGORIES, GATEWAY_KINDS, MODES
from model.world.legs import TRANSPORT
from model.world.places import LOCATIONS, NODE_KINDS, PLATFORM_KINDS, World

Graph = nx.MultiDiGraph


def node(kind: str, name: str) -> str:
    """Name of a node in the graph."""
    return f"{kind}:{name}"


def _add_nodes(graph: nx.MultiDiGraph[Any], world: World, kind: str, **columns: Any) -> None:
    """One node per place of a kind; `columns` are sequences of attributes in code order."""
    for code, name in enumerate(world.ids[kind]):
        attributes = {key: values[code] for key, values in columns.items()}
        plain = {key: value.item() if isinstance(value, np.generic) else value for key, value in attributes.items()}
        graph.add_node(node(kind, name), kind=kind, id=name, code=code, **plain)


def _nodes_at_home(graph: nx.MultiDiGraph[Any], world: World) -> None:
    _add_nodes(
        graph, world, "province", label=world.province_ids, label_zh=world.province_zh, lat=world.province_lat,
        lon=world.province_lon, gdp=world.province_gdp, population=world.province_population,
        retail_sales=world.province_retail_sales, tile_x=world.province_tile_x, tile_y=world.province_tile_y,
    )  # fmt: skip
    _add_nodes(
        graph, world, "belt", label=[f"{city}: {product}" for city, product in zip(
            world.belt_city, world.belt_product, strict=True)], lat=world.belt_lat, lon=world.belt_lon,
        city=world.belt_city, province=[world.province_ids[p] for p in world.belt_province],
        category=[CATEGORIES[c] for c in world.belt_category], location=[LOCATIONS[k] for k in world.belt_location],
        zone_from=world.belt_zone_from, share_of_exports=world.belt_share_of_exports,
        foreign_share=world.belt_foreign_share,
    )  # fmt: skip
    _add_nodes(
        graph, world, "gateway", label=world.gateway_city, label_zh=world.gateway_zh, lat=world.gateway_lat,
        lon=world.gateway_lon, gateway_kind=[GATEWAY_KINDS[k] for k in world.gateway_kind],
        modes=[sorted(modes) for modes in world.gateway_modes], share=world.gateway_share,
    )  # fmt: skip
    _add_nodes(
        graph, world, "bonded", label=world.bonded_city, lat=world.bonded_lat, lon=world.bonded_lon,
        open_from=world.bonded_from, location=[LOCATIONS[k] for k in world.bonded_location],
    )  # fmt: skip


def _nodes_abroad(graph: nx.MultiDiGraph[Any], world: World) -> None:
    _add_nodes(
        graph, world, "hub", label=world.hub_city, label_zh=world.hub_zh, lat=world.hub_lat, lon=world.hub_lon,
        market=[world.market_ids[m] for m in world.hub_market], rent=world.hub_rent, build_cost=world.hub_build_cost,
    )  # fmt: skip
    _add_nodes(
        graph, world, "market", label=world.market_en, label_zh=world.market_zh, lat=world.market_lat,
        lon=world.market_lon, regions=world.market_regions, trust=world.market_trust,
        strictness=world.market_strictness,
    )  # fmt: skip
    _add_nodes(graph, world, "origin", label=world.origin_ids, share=world.origin_share)
    _add_nodes(
        graph, world, "platform", label=world.platform_en, label_zh=world.platform_zh,
        platform_kind=[PLATFORM_KINDS[k] for k in world.platform_kind], commission=world.platform_commission,
    )  # fmt: skip


def _add_legs(graph: nx.MultiDiGraph[Any], world: World, names: list[str]) -> None:
    legs = world.legs
    rows = zip(
        legs.start.tolist(), legs.end.tolist(), legs.rule.tolist(), legs.mode.tolist(), legs.days.tolist(),
        legs.yuan_per_kg.tolist(), legs.yuan_per_order.tolist(), legs.serves.tolist(), legs.line_haul.tolist(),
        strict=True,
    )  # fmt: skip
    for start, end, rule, mode, days, per_kg, per_order, serves, line_haul in rows:
        graph.add_edge(
            names[start], names[end], kind="leg", rule=legs.rules[rule], mode=TRANSPORT[mode], days=days,
            yuan_per_kg=per_kg, yuan_per_order=per_order, line_haul=line_haul,
            serves=tuple(name for name, used in zip(MODES, serves, strict=True) if used),
        )  # fmt: skip


def _add_other_edges(graph: nx.MultiDiGraph[Any], world: World) -> None:
    for code, platform in enumerate(world.platform_ids):
        if PLATFORM_KINDS[world.platform_kind[code]] == "import":
            for province in world.province_ids:
                graph.add_edge(node("platform", platform), node("province", province), kind="serves")
            continue
        for market, name in enumerate(world.market_ids):
            if world.platform_reach[code, market] > 0.0:
                graph.add_edge(
                    node("platform", platform), node("market", name), kind="sells",
                    reach=float(world.platform_reach[code, market]), fee=float(world.platform_commission[code]),
                    open_from=int(world.platform_open_from[code, market]),
                )  # fmt: skip
    for buyer, supplier, share in zip(world.link_buyer, world.link_supplier, world.link_share, strict=True):
        graph.add_edge(
            node("belt", world.belt_ids[supplier]),
            node("belt", world.belt_ids[buyer]),
            kind="supplies",
            share=float(share),
        )
    for kind in ("belt", "gateway", "bonded"):
        for name, province in zip(world.ids[kind], getattr(world, f"{kind}_province"), strict=True):
            graph.add_edge(node(kind, name), node("province", world.province_ids[province]), kind="lies_in")


def trade_graph(world: World) -> nx.MultiDiGraph[Any]:
    """The graph of a world. Built anew at each call; `world.graph` keeps one."""
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(name="trade graph")
    _nodes_at_home(graph, world)
    _nodes_abroad(graph, world)
    names = [node(kind, name) for kind in NODE_KINDS for name in world.ids[kind]]
    _add_legs(graph, world, names)
    _add_other_edges(graph, world)
    return graph
