"""Routes: least generalised cost from every belt to every market, one network per fulfilment mode.

Generalised cost of a leg, yuan per kg = price × freight factor + fixed part / typical order weight + days × value
of a day + what its exit gateway pulls less than the best one (so that base-year gateway shares are met). The legs are
compiled once into a reversed compressed graph per mode; costs are written in place, scipy's Dijkstra runs from the
markets (fewer than belts), and the ways are walked for all belts at once. A mode is computed again only when
something that enters its own costs has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from model.kernel.members import MODES, WAREHOUSE
from model.world.legs import Legs
from model.world.places import NODE_KINDS, Codes, Flags, Floats, World

MAX_LEGS: Final = 6
"""No way has more legs than this: belt, gateway, gateway, hub, market."""

GATEWAY: Final = NODE_KINDS.index("gateway")
HUB: Final = NODE_KINDS.index("hub")


@dataclass(frozen=True, eq=False)
class RouteTable:
    """Routes of one month. Arrays are [belt, market, mode] unless said; zero (or −1) where not feasible.

    `days` is the whole way from the belt. `buyer_days` is what the buyer waits after the order: the last mile for
    goods from an overseas warehouse, the whole way for all else. Prices are what the sender pays, freight factors
    included.
    """

    feasible: Flags
    days: Floats
    buyer_days: Floats
    last_mile_days: Floats  # hub to buyer; 0 where no hub is passed
    first_leg_days: Floats  # belt to hub; 0 where no hub is passed
    yuan_per_kg: Floats
    yuan_per_order: Floats
    gateway: Codes  # where the goods leave China, −1
    hub: Codes  # hub passed, −1
    cost: Floats  # generalised cost, yuan per kg

    stock_days: Floats  # [belt, hub] days until goods stand in the hub
    stock_yuan_per_kg: Floats  # [belt, hub]
    stock_gateway: Codes  # [belt, hub] −1 where the hub cannot be reached
    serves: Flags  # [hub, market] whether parcels go from the hub to the market
    parcel_days: Floats  # [hub, market]
    parcel_yuan_per_kg: Floats  # [hub, market]
    parcel_yuan_per_order: Floats  # [hub, market]


@dataclass
class CompiledLegs:
    """The legs of one network, sorted for a reversed graph over belts, gateways, hubs and markets.

    `leg` are row numbers in `Legs`, `pair` the compressed number of (end, start); parallel legs share a pair and only
    the cheapest counts.
    """

    leg: Codes
    pair: Codes
    first: Codes  # [pair] position of its first leg
    pair_of: Codes  # [start, end] pair number, −1
    days: Floats
    yuan_per_kg: Floats
    yuan_per_order: Floats
    line_haul: Flags
    market: Codes
    gateway: Codes  # gateway that the leg leaves or enters, −1
    handicap: Floats  # yuan per kg by which the exit gateway pulls less than the one that pulls most
    graph: csr_array[np.float64]

    @classmethod
    def build(cls, legs: Legs, mode: int, size: int, shift: int, pull: Floats) -> CompiledLegs:
        """The network of one fulfilment mode. Node numbers are shifted so that belts start at 0."""
        rows = np.flatnonzero(legs.serves[:, mode])
        start, end = legs.start[rows] - shift, legs.end[rows] - shift
        order = np.lexsort((rows, start, end))
        rows, start, end = rows[order], start[order], end[order]
        key = end * size + start
        unique, first, pair = np.unique(key, return_index=True, return_inverse=True)
        pair_of = np.full((size, size), -1, dtype=np.int64)
        pair_of[unique % size, unique // size] = np.arange(len(unique))
        pointer = np.searchsorted(unique // size, np.arange(size + 1))
        graph = csr_array((np.ones(len(unique)), unique % size, pointer), shape=(size, size))
        kind, gateway_offset = legs.kind, legs.offset["gateway"]
        leaves, enters = legs.start[rows], legs.end[rows]
        gateway = np.where(kind[leaves] == GATEWAY, leaves - gateway_offset, -1)
        gateway = np.where(kind[enters] == GATEWAY, enters - gateway_offset, gateway)
        exits = legs.line_haul[rows] & (kind[leaves] == GATEWAY)
        handicap = np.where(exits, pull.max() - pull[gateway], 0.0)
        return cls(
            leg=rows, pair=pair, first=first, pair_of=pair_of, days=legs.days[rows], yuan_per_kg=legs.yuan_per_kg[rows],
            yuan_per_order=legs.yuan_per_order[rows], line_haul=legs.line_haul[rows], market=legs.market[rows],
            gateway=gateway, handicap=handicap, graph=graph,
        )  # fmt: skip


@dataclass(frozen=True)
class _Ways:
    """Ways from belts to a list of target nodes, [target, belt] arrays."""

    cost: Floats
    days: Floats
    first_days: Floats
    yuan_per_kg: Floats
    yuan_per_order: Floats
    gateway: Codes
    hub: Codes


class Routes:
    """Computes and keeps the routes of a world. Holds a cache and nothing else: no state of a run lives here."""

    def __init__(self, world: World) -> None:
        self.world = world
        legs = world.legs
        self._shift = legs.offset["belt"]
        self._size = legs.offset["bonded"] - self._shift
        self._kind = legs.kind[self._shift : self._shift + self._size]
        self._at = {kind: legs.offset[kind] - self._shift for kind in ("belt", "gateway", "hub", "market")}
        self._networks = self._compile(legs)
        self._ways: dict[int, tuple[bytes, _Ways]] = {}
        self._parcels = self._parcel_arrays(legs)
        self._last: tuple[bytes, RouteTable] | None = None
        weight = np.exp(np.sum(world.belt_share_of_exports * np.log(world.belt_weight_kg)))
        self.order_weight_kg = float(weight)
        self.computed = 0
        """Networks computed so far: grows only when a leg changed."""

    def _compile(self, legs: Legs) -> list[CompiledLegs]:
        """One network per mode; modes that may use the same legs share one."""
        networks: list[CompiledLegs] = []
        for mode in range(len(MODES)):
            twin = next((m for m in range(mode) if np.array_equal(legs.serves[:, m], legs.serves[:, mode])), None)
            pull = self.world.gateway_pull
            own = CompiledLegs.build(legs, mode, self._size, self._shift, pull) if twin is None else networks[twin]
            networks.append(own)
        return networks

    def _parcel_arrays(self, legs: Legs) -> tuple[Flags, Floats, Floats, Floats]:
        """[hub, market] whether and how parcels go from a hub to buyers, before any lever."""
        shape = (self.world.n_hub, self.world.n_mkt)
        serves, days, per_kg, per_order = (
            np.zeros(shape, bool),
            np.zeros(shape),
            np.zeros(shape),
            np.zeros(shape),
        )
        rows = np.flatnonzero(legs.serves[:, WAREHOUSE] & (legs.kind[legs.start] == HUB))
        hub, market = legs.start[rows] - legs.offset["hub"], legs.end[rows] - legs.offset["market"]
        serves[hub, market] = True
        days[hub, market], per_kg[hub, market] = legs.days[rows], legs.yuan_per_kg[rows]
        per_order[hub, market] = legs.yuan_per_order[rows]
        return serves, days, per_kg, per_order

    def compute(
        self,
        value_of_day: float | Floats,
        freight_factor: Floats | None = None,
        extra_days: Floats | None = None,
        gateway_open: Flags | None = None,
    ) -> RouteTable:
        """Routes under this month's levers; the same object again when nothing changed.

        `value_of_day`: yuan per kg and day, one number or [mode]. `freight_factor` and `extra_days` (days, may be
        negative): [market, mode]; they act on the leg that crosses the border, for goods from an overseas warehouse
        the days act on what the buyer waits. `gateway_open`: [gateway]; a closed gateway is passed by nobody.
        """
        shape = (self.world.n_mkt, len(MODES))
        worth = np.broadcast_to(np.asarray(value_of_day, dtype=np.float64), (len(MODES),))
        factor = np.ones(shape) if freight_factor is None else np.asarray(freight_factor, dtype=np.float64)
        extra = np.zeros(shape) if extra_days is None else np.asarray(extra_days, dtype=np.float64)
        is_open = np.ones(self.world.n_gate, bool) if gateway_open is None else np.asarray(gateway_open, dtype=bool)
        key = b"".join(np.ascontiguousarray(part).tobytes() for part in (worth, factor, extra, is_open))
        if self._last is None or self._last[0] != key:
            ways = [self._mode_ways(mode, worth[mode], factor[:, mode], is_open) for mode in range(len(MODES))]
            self._last = (key, self._table(ways, factor, extra))
        return self._last[1]

    def _mode_ways(self, mode: int, worth: float, factor: Floats, is_open: Flags) -> _Ways:
        """Ways of one mode, from the cache of this mode or of a mode with the same network and inputs."""
        network = self._networks[mode]
        key = np.float64(worth).tobytes() + np.ascontiguousarray(factor).tobytes() + is_open.tobytes()
        for other, (known, ways) in self._ways.items():
            if known == key and self._networks[other] is network:
                self._ways[mode] = (key, ways)
                return ways
        self.computed += 1
        targets = np.arange(self._at["market"], self._size)
        if mode == WAREHOUSE:
            targets = np.arange(self._at["hub"], self._size)
        ways = self._search(network, targets, worth, factor, is_open)
        self._ways[mode] = (key, ways)
        return ways

    def _search(self, network: CompiledLegs, targets: Codes, worth: float, factor: Floats, is_open: Flags) -> _Ways:
        """Least-cost ways from all belts to the target nodes, and what they add up to."""
        scale = np.where(network.line_haul, factor[network.market], 1.0)
        per_kg, per_order = network.yuan_per_kg * scale, network.yuan_per_order * scale
        cost = per_kg + per_order / self.order_weight_kg + network.days * worth + network.handicap
        cost[(network.gateway >= 0) & ~is_open[network.gateway]] = np.inf
        best = np.minimum.reduceat(cost, network.first)
        chosen = _first_true(cost == best[network.pair], network.pair, len(best))
        network.graph.data[:] = best
        total, ahead = dijkstra(network.graph, indices=targets, return_predecessors=True)
        return self._walk(
            network, total, ahead.astype(np.int64), (network.days[chosen], per_kg[chosen], per_order[chosen])
        )

    def _walk(self, network: CompiledLegs, total: Floats, ahead: Codes, sums: tuple[Floats, Floats, Floats]) -> _Ways:
        """Follows the best next node from every belt at once, adding up days and prices leg by leg."""
        n = self.world.n_belt
        cost = total[:, :n]
        shape = cost.shape
        days, per_kg, per_order, before_hub = (np.zeros(shape) for _ in range(4))
        gateway, hub = np.full(shape, -1, np.int64), np.full(shape, -1, np.int64)
        here = np.repeat(np.arange(n, dtype=np.int64)[None, :], shape[0], axis=0)
        rows = np.arange(shape[0])[:, None]
        going = np.isfinite(cost)
        for _ in range(MAX_LEGS):
            there = ahead[rows, here]
            going = going & (there >= 0)
            if not going.any():
                break
            there = np.where(going, there, 0)
            pair = np.where(going, network.pair_of[here, there], 0)
            for store, values in zip((days, per_kg, per_order), sums, strict=True):
                store += np.where(going, values[pair], 0.0)
            kind = self._kind[there]
            gateway = np.where(going & (kind == GATEWAY), there - self._at["gateway"], gateway)
            arrived = going & (kind == HUB)
            hub = np.where(arrived, there - self._at["hub"], hub)
            before_hub = np.where(arrived, days, before_hub)
            here = np.where(going, there, here)
        return _Ways(cost, days, before_hub, per_kg, per_order, gateway, hub)

    def _table(self, ways: list[_Ways], factor: Floats, extra: Floats) -> RouteTable:
        """Stacks the modes into [belt, market, mode] and adds the days of the levers."""
        n = self.world.n_mkt
        stacked = {
            name: np.stack([getattr(way, name)[-n:].T for way in ways], axis=2)
            for name in ("cost", "days", "first_days", "yuan_per_kg", "yuan_per_order", "gateway", "hub")
        }
        feasible = np.isfinite(stacked["cost"])
        passed = stacked["hub"] >= 0
        last = np.where(passed, stacked["days"] - stacked["first_days"], 0.0)
        waits = stacked["days"].copy()
        waits[:, :, WAREHOUSE] = last[:, :, WAREHOUSE]
        buyer_days = np.where(feasible, np.maximum(waits + extra[None], 0.0), 0.0)
        change = np.where(feasible, buyer_days - waits, 0.0)
        last[:, :, WAREHOUSE] += change[:, :, WAREHOUSE]
        stock = ways[WAREHOUSE]
        serves, days, per_kg, per_order = self._parcels
        table = RouteTable(
            feasible=feasible, days=stacked["days"] + change, buyer_days=buyer_days, last_mile_days=last,
            first_leg_days=stacked["first_days"], yuan_per_kg=stacked["yuan_per_kg"],
            yuan_per_order=stacked["yuan_per_order"], gateway=stacked["gateway"], hub=stacked["hub"],
            cost=np.where(feasible, stacked["cost"], 0.0), stock_days=stock.days[:-n].T,
            stock_yuan_per_kg=stock.yuan_per_kg[:-n].T, stock_gateway=stock.gateway[:-n].T, serves=serves,
            parcel_days=np.where(serves, np.maximum(days + extra[:, WAREHOUSE], 0.0), 0.0),
            parcel_yuan_per_kg=per_kg, parcel_yuan_per_order=per_order,
        )  # fmt: skip
        for value in vars(table).values():
            value.setflags(write=False)
        return table


def _first_true(hit: Flags, pair: Codes, n: int) -> Codes:
    """[pair] position of the first leg that attains the minimum of its pair."""
    found = np.zeros(n, dtype=np.int64)
    positions = np.flatnonzero(hit)[::-1]
    found[pair[positions]] = positions
    return found


def describe(table: RouteTable, world: World, belt: str, market: str) -> Mapping[str, Mapping[str, float | str]]:
    """The route of every feasible mode between two places, in words: for reports and lessons."""
    b, m = world.code("belt", belt), world.code("market", market)
    found: dict[str, Mapping[str, float | str]] = {}
    for k, mode in enumerate(MODES):
        if table.feasible[b, m, k]:
            gateway, hub = int(table.gateway[b, m, k]), int(table.hub[b, m, k])
            found[mode] = {
                "days": float(table.days[b, m, k]),
                "buyer_days": float(table.buyer_days[b, m, k]),
                "yuan_per_kg": float(table.yuan_per_kg[b, m, k]),
                "yuan_per_order": float(table.yuan_per_order[b, m, k]),
                "gateway": world.gateway_ids[gateway] if gateway >= 0 else "",
                "hub": world.hub_ids[hub] if hub >= 0 else "",
            }
    return found
