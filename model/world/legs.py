"""Legs: the ways between places, one row each, expanded from the rules of `legs.csv`.

A rule joins two groups of places named by words; `leg_regions.csv` says which places a word means. Attributes, not
names, decide everything here: mode, kinds of places, whether the leg crosses the border.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from model.kernel.members import GATEWAY_KINDS, MODES
from model.kernel.refusals import Problem, unknown
from model.world.places import LOCATIONS, NODE_KINDS, Codes, Flags, Floats, Names

if TYPE_CHECKING:
    from model.world.places import World

TRANSPORT: Final = ("truck", "post", "dedicated_line", "express", "sea", "air", "rail", "last_mile")
HANDLED_AS: Final[Mapping[str, str]] = {"dedicated_line": "air", "express": "air"}
"""What a gateway must handle so that a leg of this mode can leave from it; other modes by their own name."""

EARTH_RADIUS_KM: Final = 6371.0


@dataclass(frozen=True, eq=False)
class Legs:
    """All legs, [leg] arrays in the order of the rules. Nodes are numbered kind after kind (`NODE_KINDS`)."""

    offset: Mapping[str, int]  # first node number of each kind
    n_nodes: int
    rules: Names  # ids in legs.csv
    rule: Codes  # code in `rules`
    start: Codes  # node number
    end: Codes
    mode: Codes  # code in TRANSPORT
    days: Floats
    yuan_per_kg: Floats
    yuan_per_order: Floats
    serves: Flags  # [leg, 6] fulfilment modes that may use it
    line_haul: Flags  # crosses the border: freight levers scale it
    market: Codes  # market at its far end (a hub's market counts), −1 inside China

    def __len__(self) -> int:
        return len(self.rule)

    @cached_property
    def kind(self) -> Codes:
        """[node] kind of every node, code in NODE_KINDS."""
        edges = [*self.offset.values(), self.n_nodes]
        return np.repeat(np.arange(len(NODE_KINDS)), np.diff(edges))


def distance_km(lat: Floats, lon: Floats, lat_to: Floats, lon_to: Floats) -> Floats:
    """Great-circle distance between points given in degrees."""
    a, b, c, d = np.radians(lat), np.radians(lon), np.radians(lat_to), np.radians(lon_to)
    half = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))


class Members:
    """Codes of the places that a word of `legs.csv` means."""

    def __init__(self, world: World) -> None:
        self.world = world
        table = world.tables["leg_regions"]
        self._cells = {
            (str(kind), str(word)): str(members)
            for kind, word, members in zip(table["node_kind"], table["word"], table["members"], strict=True)
        }

    def of(self, kind: str, word: str) -> Codes:
        """Codes of all places of `kind` in the group `word`, in code order."""
        picked = np.zeros(len(self.world.ids[kind]), dtype=bool)
        for token in filter(None, self._cells[kind, word].split("|")):
            picked |= self._token(kind, token)
        return np.flatnonzero(picked).astype(np.int64)

    def _token(self, kind: str, token: str) -> Flags:
        """One word of a group: `all`, an id, or an attribute (`location:`, `kind:`, `market:`)."""
        attribute, colon, value = token.partition(":")
        ids = np.array(self.world.ids[kind], dtype=object)
        if token == "all":
            return np.ones(len(ids), dtype=bool)
        if not colon:
            return np.asarray(ids == token, dtype=bool)
        if attribute == "market":
            owner = np.array(self.world.market_ids, dtype=object)[self.world.hub_market]
            return np.asarray(owner == value, dtype=bool)
        codes: Codes = getattr(self.world, f"{kind}_{attribute}")
        options = GATEWAY_KINDS if attribute == "kind" else LOCATIONS
        return np.asarray(codes == options.index(value), dtype=bool)


def _handles(world: World, mode: str) -> Flags:
    """[gateway] whether a leg of this mode can leave from it."""
    wanted = HANDLED_AS.get(mode, mode)
    return np.array([wanted in modes for modes in world.gateway_modes], dtype=bool)


def _owner(world: World, kind: str, codes: Codes, pairing: str) -> Codes:
    """Province or market that a pairing compares."""
    if pairing.endswith("province"):
        owners: Codes = getattr(world, f"{kind}_province")
        return owners[codes]
    return codes if kind == "market" else world.hub_market[codes]


def _pairs(world: World, members: Members, row: Mapping[str, Any]) -> tuple[Codes, Codes]:
    """Start and end codes of every leg of one rule."""
    kinds = row["from_kind"], row["to_kind"]
    starts = members.of(kinds[0], row["from_region"])
    ends = members.of(kinds[1], row["to_region"])
    if kinds[0] == "gateway":
        starts = starts[_handles(world, row["mode"])[starts]]
    start, end = (grid.ravel() for grid in np.meshgrid(starts, ends, indexing="ij"))
    keep = np.ones(start.shape, dtype=bool)
    if kinds[0] == kinds[1]:
        keep &= start != end
    if row["pairing"] != "any":
        same = _owner(world, kinds[0], start, row["pairing"]) == _owner(world, kinds[1], end, row["pairing"])
        keep &= same if row["pairing"].startswith("same") else ~same
    return start[keep], end[keep]


def _by_distance(world: World, row: Mapping[str, Any], start: Codes, end: Codes, column: str) -> Floats:
    """A rule's value: its low end next door, the central one at the reference distance, the high end at 2.5 of it."""
    central = float(row[column])
    if np.isnan(row["reference_km"]):
        return np.full(start.shape, central)
    near, far = row["from_kind"], row["to_kind"]
    km = distance_km(
        getattr(world, f"{near}_lat")[start],
        getattr(world, f"{near}_lon")[start],
        getattr(world, f"{far}_lat")[end],
        getattr(world, f"{far}_lon")[end],
    )
    far_off = km / row["reference_km"]
    below, above = central - row[f"{column}_low"], row[f"{column}_high"] - central
    scaled = central - below * np.maximum(1.0 - far_off, 0.0) + above * np.clip((far_off - 1.0) / 1.5, 0.0, 1.0)
    return np.asarray(scaled, dtype=np.float64)


def _days(world: World, row: Mapping[str, Any], start: Codes, end: Codes) -> Floats:
    """Days of every leg of a rule; a hub inside its own market has days of its own (hubs.csv)."""
    days = _by_distance(world, row, start, end, "days")
    if row["mode"] == "last_mile" and row["from_kind"] == "hub":
        days = np.where(world.hub_market[start] == end, world.hub_last_mile_days[start], days)
    return days


def _market(world: World, row: Mapping[str, Any], end: Codes) -> Codes:
    """Market at the far end of every leg of a rule, −1 inside China."""
    if row["to_kind"] == "market":
        return end
    return world.hub_market[end] if row["to_kind"] == "hub" else np.full(end.shape, -1, dtype=np.int64)


def expand_legs(world: World) -> Legs:
    """All legs of a world, rule by rule."""
    counts = [len(world.ids[kind]) for kind in NODE_KINDS]
    offset = dict(zip(NODE_KINDS, np.concatenate(([0], np.cumsum(counts)[:-1])).tolist(), strict=True))
    members, table = Members(world), world.tables["legs"]
    parts: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = [
        dict(zip(table.columns, cells, strict=True)) for cells in table.itertuples(index=False)
    ]
    for code, row in enumerate(rows):
        start, end = _pairs(world, members, row)
        n = len(start)
        serves = np.array([mode in row["serves"] for mode in MODES], dtype=bool)
        parts.append(
            {
                "rule": np.full(n, code, dtype=np.int64),
                "start": start + offset[row["from_kind"]],
                "end": end + offset[row["to_kind"]],
                "mode": np.full(n, TRANSPORT.index(row["mode"]), dtype=np.int64),
                "days": _days(world, row, start, end),
                "yuan_per_kg": _by_distance(world, row, start, end, "yuan_per_kg"),
                "yuan_per_order": np.full(n, float(row["fixed_yuan_per_order"])),
                "serves": np.repeat(serves[None, :], n, axis=0),
                "line_haul": np.full(n, row["line_haul"] == "yes"),
                "market": _market(world, row, end),
            }
        )
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    for column in columns.values():
        column.setflags(write=False)
    return Legs(offset=offset, n_nodes=sum(counts), rules=_ids(table), **columns)


def _ids(table: pd.DataFrame) -> Names:
    return tuple(str(name) for name in table["id"])


HOMES: Final[Mapping[str, tuple[str, str]]] = {
    "province": ("provinces", "province"),
    "belt": ("belts", "id"),
    "gateway": ("gateways", "id"),
    "hub": ("hubs", "id"),
    "market": ("markets", "iso3"),
    "bonded": ("bonded_zones", "id"),
    "origin": ("import_origins", "origin_iso3"),
}
"""Table and column that list the places of a kind."""


def _allowed_tokens(tables: Mapping[str, pd.DataFrame], kind: str) -> list[str]:
    """Every token that may stand in a group of places of this kind."""
    table, column = HOMES[kind]
    own = list(dict.fromkeys(str(name) for name in tables[table][column]))
    attributes = {
        "belt": [f"location:{name}" for name in LOCATIONS],
        "bonded": [f"location:{name}" for name in LOCATIONS],
        "gateway": [f"kind:{name}" for name in GATEWAY_KINDS],
        "hub": [f"market:{name}" for name in tables["markets"]["iso3"]],
    }
    return ["all", *attributes.get(kind, []), *own]


def leg_problems(tables: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """Words of `legs.csv` that no group explains, and group members that no table knows."""
    groups = tables["leg_regions"]
    words: dict[str, list[str]] = {}
    problems = []
    for kind, word, members in zip(groups["node_kind"], groups["word"], groups["members"], strict=True):
        words.setdefault(str(kind), []).append(str(word))
        allowed = _allowed_tokens(tables, str(kind))
        for token in filter(None, str(members).split("|")):
            if token not in allowed:
                problems.append(unknown("place", token, allowed, file="leg_regions.csv", path=f"{kind}.{word}"))
    for end in ("from", "to"):
        rows = zip(tables["legs"]["id"], tables["legs"][f"{end}_kind"], tables["legs"][f"{end}_region"], strict=True)
        for leg, kind, word in rows:
            if word not in words.get(str(kind), []):
                path = f"{leg}.{end}_region"
                problems.append(
                    unknown("group of places", str(word), words.get(str(kind), []), file="legs.csv", path=path)
                )
    return problems
