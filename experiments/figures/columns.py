"""The four columns of the flow picture: who stands in them, and who is gathered with others so that labels fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from experiments.flows import FlowMap
from experiments.places import Place
from model.kernel.declare import Label

MAX_ROWS: Final = 34
"""Nodes of a column; four columns stay far below 300 nodes."""
SINGLE_BELTS: Final = 18
"""Belts shown by name; smaller ones are gathered by province when there are more than MAX_ROWS."""
OTHERS: Final = {
    "belt": Label("Belts of other provinces", "其他省份产业带"),
    "gateway": Label("Other gateways", "其他口岸"),
    "hub": Label("Other hubs", "其他枢纽"),
    "platform": Label("Other platforms", "其他平台"),
    "market": Label("Other markets", "其他市场"),
}


@dataclass(frozen=True)
class Group:
    """One node of the picture: a place, or several gathered. `yuan` is what passes through it."""

    key: str
    kind: str
    label: Label
    members: tuple[str, ...]
    yuan: float


def columns(flow: FlowMap, ways: pd.DataFrame, middle: str) -> list[list[Group]]:
    """Belts, gateways, hubs or platforms, and markets that some yuan pass; the largest first, gathered ones last."""
    return [_column(flow, ways, kind) for kind in ("belt", "gateway", middle, "market")]


def _column(flow: FlowMap, ways: pd.DataFrame, kind: str) -> list[Group]:
    totals = ways.groupby(kind, observed=True)["yuan"].sum()
    sizes = sorted(((float(yuan), str(key)) for key, yuan in totals.items() if yuan > 0.0), key=_largest)
    if len(sizes) <= MAX_ROWS:
        return [_single(flow.places[key], yuan) for yuan, key in sizes]
    if kind == "belt":
        kept, groups = sizes[:SINGLE_BELTS], _by_province(flow, sizes[SINGLE_BELTS:])
    else:
        kept, groups = sizes, []
    room = MAX_ROWS - 1
    named = [_single(flow.places[key], yuan) for yuan, key in kept[:room]]
    rest = [key for _, key in kept[room:]]
    over = groups[max(room - len(named), 0) :]
    rest += [member for group in over for member in group.members]
    named += groups[: max(room - len(named), 0)]
    if not rest:
        return named
    yuan = sum(size for size, key in sizes if key in set(rest))
    return [*named, Group(f"others:{kind}", kind, _counted(OTHERS[kind], len(rest)), tuple(rest), yuan)]


def _largest(entry: tuple[float, str]) -> tuple[float, str]:
    return -entry[0], entry[1]


def _single(place: Place, yuan: float) -> Group:
    return Group(place.key, place.kind, place.label, (place.key,), yuan)


def _counted(label: Label, count: int) -> Label:
    return Label(f"{label.en} ({count})", f"{label.zh}（{count}个）")


def _by_province(flow: FlowMap, sizes: Sequence[tuple[float, str]]) -> list[Group]:
    """Small belts of one province as one node; a belt alone in its province keeps its name."""
    found: dict[str, list[tuple[float, str]]] = {}
    for yuan, key in sizes:
        province = flow.places[key].province
        found.setdefault(province.en if province else "", []).append((yuan, key))
    groups = [_province(flow, name, entries) for name, entries in found.items()]
    return sorted(groups, key=lambda group: (-group.yuan, group.key))


def _province(flow: FlowMap, name: str, entries: Sequence[tuple[float, str]]) -> Group:
    place = flow.places[entries[0][1]]
    if len(entries) == 1 or place.province is None:
        return _single(place, entries[0][0])
    more, yuan = len(entries), sum(size for size, _ in entries)
    label = Label(f"{place.province.en}: {more} smaller belts", f"{place.province.zh}其他{more}个产业带")
    return Group(f"province:{name}", "belt", label, tuple(key for _, key in entries), yuan)


def owner_of(groups: Iterable[Group]) -> dict[str, str]:
    """Key of the group that each place belongs to."""
    return {member: group.key for group in groups for member in group.members}
