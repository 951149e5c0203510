"""Where exports go: yuan along belts, gateways, hubs, platforms and markets over the last twelve months of a run.

    found = flow_graph(load_scenario("baseline"), seed=1)
    found.links("hub")        # DataFrame: start, end, yuan
    network(found)            # the trade graph with `yuan` on its nodes and edges

A way is one belt, exit gateway, hub (or none), platform, market and way of fulfilment; its yuan add up to the indicator
`export_value` of the same months.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.places import DIRECT, Place, places_of
from experiments.run import economy
from experiments.steps import phases
from model.kernel.declare import Label
from model.kernel.members import HOME_OUTLET, MODES
from model.kernel.refusals import Problem, Refused, RunFailed

if TYPE_CHECKING:
    from agents.env import Env
    from model.economy import TradeEconomy
    from model.scenario import Scenario
    from model.world.places import Restriction, World

MONTHS: Final = 12
STEPS: Final = ("belt", "gateway", "hub", "platform", "market", "mode")
MIDDLES: Final = ("hub", "platform")
_CLOSE: Final = 1e-9


@dataclass(frozen=True)
class FlowJob:
    """What to run: the last simulated month (`until`, absolute) is the scenario's own when not given."""

    scenario: Scenario
    seed: int = 1
    until: int | None = None


@dataclass(frozen=True, eq=False)
class FlowMap:
    """Flows of one run. `ways`: the columns of STEPS (node keys, and the mode's word) and yuan over the months."""

    scenario: str
    label: Label
    seed: int
    first: int
    last: int
    exports: float
    places: Mapping[str, Place]
    ways: pd.DataFrame
    restriction: Restriction | None = None

    def narrowed(self, category: str = "", region: str = "") -> pd.DataFrame:
        """The ways of one category of goods and one region of markets; all where a word is empty."""
        ways = self.ways
        if category:
            belts = [key for key, place in self.places.items() if place.category == category]
            ways = ways[ways["belt"].isin(belts)]
        if region:
            markets = [key for key, place in self.places.items() if region in place.regions]
            ways = ways[ways["market"].isin(markets)]
        return ways

    def links(self, middle: str = "hub", ways: pd.DataFrame | None = None) -> pd.DataFrame:
        """start, end, yuan along belt, gateway, `middle` (hub or platform) and market, largest first."""
        chosen = self.ways if ways is None else ways
        steps = ("belt", "gateway", middle, "market")
        parts = [
            chosen.groupby([start, end], observed=True, as_index=False)["yuan"]
            .sum()
            .rename(columns={start: "start", end: "end"})
            .astype({"start": str, "end": str})
            for start, end in itertools.pairwise(steps)
        ]
        rows = pd.concat(parts, ignore_index=True)
        return rows.sort_values(["yuan", "start", "end"], ascending=[False, True, True], ignore_index=True)


def flow_job(job: FlowJob, report: Callable[[int], None] = lambda months: None) -> FlowMap:
    """`flow_graph` as one call of one argument, for a worker."""
    return flow_graph(job.scenario, job.seed, job.until, report)


def flow_graph(
    scenario: Scenario,
    seed: int = 1,
    until: int | None = None,
    report: Callable[[int], None] = lambda months: None,
) -> FlowMap:
    """Run to the end of month `until` and sum the yuan of listings abroad over its last twelve months.

    `report` hears the months done. Refused when `until` lies outside the scenario.
    """
    last = _last_month(scenario, until)
    model = economy(scenario, seed)
    first = max(scenario.start, last - MONTHS + 1)
    taken: list[tuple[NDArray[np.int64], NDArray[np.float64]]] = []
    while model.month <= last:
        for phase in phases(model):
            if phase == "settle" and model.month >= first:
                taken.append(month_ways(model.env))
        report(model.month - scenario.start)
    ways = _summed(model.world, taken)
    exports = _recorded(model, first)
    if abs(float(ways["yuan"].sum()) - exports) > _CLOSE * max(exports, 1.0):
        raise RunFailed(f"flows of {ways['yuan'].sum():.2f} yuan are not the exports of {exports:.2f} yuan")
    return FlowMap(
        scenario.stem, scenario.name, seed, first, last, exports, places_of(model.world),
        ways, scenario.restriction,
    )  # fmt: skip


def _last_month(scenario: Scenario, until: int | None) -> int:
    from model.kernel.calendar import format_month

    end = scenario.start + scenario.months - 1
    last = end if until is None else until
    if not scenario.start <= last <= end:
        allowed = f"{format_month(scenario.start)} to {format_month(end)}"
        message = f"{format_month(last)} is not simulated by '{scenario.stem}'."
        raise Refused([Problem("month_outside", message, path="until", given=format_month(last), allowed=allowed)])
    return last


def _recorded(model: TradeEconomy, first: int) -> float:
    """Yuan of the indicator `export_value` from month `first` on."""
    frame = model.recorder.indicator_frame()
    rows = frame[(frame["indicator"] == "export_value") & (frame["month"] >= first)]
    return float(rows["value"].sum())


# --- ways ----------------------------------------------------------------------------------------------------------


def _sizes(world: World) -> tuple[int, ...]:
    """Members of each step; the hub has one more, which stands for none."""
    return world.n_belt, world.n_gate, world.n_hub + 1, world.n_plat + 1, world.n_mkt, len(MODES)


def month_ways(env: Env) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Codes of the ways used this month and their national yuan; to be called between trade and renew."""
    listings, flows, terms = env.state.listings, env.flows, env.terms
    abroad = np.flatnonzero(listings["mode"] != HOME_OUTLET)
    leg = flows.leg[abroad]
    steps = (
        flows.belt[abroad], terms.gateway.ravel()[leg], terms.hub.ravel()[leg] + 1,
        listings["platform"][abroad], listings["market"][abroad], listings["mode"][abroad],
    )  # fmt: skip
    code = np.ravel_multi_index(tuple(np.asarray(step, np.int64) for step in steps), _sizes(env.world))
    return _by_code(code, flows.weight[abroad] * listings["revenue"][abroad])


def _by_code(code: NDArray[np.int64], yuan: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    codes, place = np.unique(code, return_inverse=True)
    return codes.astype(np.int64), np.bincount(place, weights=yuan, minlength=len(codes)).astype(np.float64)


def _summed(world: World, months: Iterable[tuple[NDArray[np.int64], NDArray[np.float64]]]) -> pd.DataFrame:
    """Ways of several months in words."""
    code, yuan = (np.concatenate(parts) for parts in zip(*months, strict=True))
    codes, total = _by_code(code, yuan)
    kept = total > 0.0
    steps = np.unravel_index(codes[kept], _sizes(world))
    words = {
        "belt": _keys("belt", world.belt_ids), "gateway": _keys("gateway", world.gateway_ids),
        "hub": [DIRECT, *_keys("hub", world.hub_ids)], "platform": _keys("platform", (*world.platform_ids, "none")),
        "market": _keys("market", world.market_ids), "mode": list(MODES),
    }  # fmt: skip
    columns = {
        name: pd.Categorical.from_codes(np.asarray(step), words[name]) for name, step in zip(STEPS, steps, strict=True)
    }
    return pd.DataFrame(columns | {"yuan": total[kept]})


def _keys(kind: str, ids: Iterable[str]) -> list[str]:
    return [f"{kind}:{name}" for name in ids]


# --- the trade graph -----------------------------------------------------------------------------------------------


def network(flow: FlowMap) -> nx.MultiDiGraph[Any]:
    """The trade graph of the flow's world with `yuan` on every node and edge; 0 where no export passes.

    Legs carry what passes physically, `sells` edges what platforms sell in markets; so yuan out of belts, into markets
    over legs and into markets over `sells` edges are each all exports. Of parallel legs that serve a way of fulfilment
    the cheapest by the kilogram carries it. Where goods change gateways inside China, the first gateway is passed too.
    """
    from model.world.load import load_world

    graph = load_world(restrict=flow.restriction).graph.copy()
    for _, data in graph.nodes(data=True):
        data["yuan"] = 0.0
    for _, _, data in graph.edges(data=True):
        data["yuan"] = 0.0
    for way, yuan in (
        flow.ways.groupby(["belt", "gateway", "hub", "market", "mode"], observed=True)["yuan"].sum().items()
    ):
        belt, gateway, hub, market, mode = way
        stops = [belt, gateway, market] if hub == DIRECT else [belt, gateway, hub, market]
        _carry(graph, legs_passed(graph, stops, mode), mode, yuan)
    for (platform, market), yuan in flow.ways.groupby(["platform", "market"], observed=True)["yuan"].sum().items():
        graph.nodes[platform]["yuan"] += yuan
        next(data for data in graph[platform][market].values() if data["kind"] == "sells")["yuan"] += yuan
    return graph


def _serving(graph: nx.MultiDiGraph[Any], start: str, end: str, mode: str) -> list[dict[str, Any]]:
    """Legs between two nodes that serve a way of fulfilment, cheapest first."""
    between = graph.get_edge_data(start, end, default={}).values()
    legs = [data for data in between if data["kind"] == "leg" and mode in data["serves"]]
    return sorted(legs, key=lambda leg: (leg["yuan_per_kg"], leg["days"], leg["rule"]))


def legs_passed(graph: nx.MultiDiGraph[Any], stops: list[str], mode: str) -> list[str]:
    """The stops with a gateway put in where no leg joins belt and exit gateway directly."""
    belt, gateway, *rest = stops
    if _serving(graph, belt, gateway, mode):
        return stops
    between = [
        name
        for name in graph.predecessors(gateway)
        if name.startswith("gateway:") and _serving(graph, belt, name, mode) and _serving(graph, name, gateway, mode)
    ]
    price = {
        name: sum(_serving(graph, *pair, mode)[0]["yuan_per_kg"] for pair in ((belt, name), (name, gateway)))
        for name in between
    }
    return [belt, min(between, key=lambda name: (price[name], name)), gateway, *rest]


def _carry(graph: nx.MultiDiGraph[Any], stops: list[str], mode: str, yuan: float) -> None:
    for stop in stops:
        graph.nodes[stop]["yuan"] += yuan
    for start, end in itertools.pairwise(stops):
        _serving(graph, start, end, mode)[0]["yuan"] += yuan
