"""A node of the flow picture in words: what it is, what passes, from whom and to whom, and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from experiments.facts import Fact
from experiments.figures.columns import Group, owner_of
from experiments.flows import FlowMap
from model.kernel.declare import Label

TOP: Final = 5


@dataclass(frozen=True)
class Neighbour:
    """Another node that the one described trades with; `change` against the baseline, None without one."""

    key: str
    label: Label
    yuan: float
    share: float
    change: float | None = None


@dataclass(frozen=True)
class NodeWords:
    """`before`: yuan that passed in the baseline, None without one. `members`: the places gathered, if several."""

    group: Group
    facts: tuple[Fact, ...]
    members: tuple[Label, ...]
    sources: tuple[Neighbour, ...]
    targets: tuple[Neighbour, ...]
    share: float
    before: float | None


def about(
    flow: FlowMap,
    columns: Sequence[Sequence[Group]],
    key: str,
    ways: pd.DataFrame,
    before: pd.DataFrame | None = None,
) -> NodeWords:
    """The node `key` of these columns; KeyError when it is not there. `before`: the baseline's ways, narrowed alike."""
    at = {group.key: (number, group) for number, column in enumerate(columns) for group in column}
    number, group = at[key]
    passing, total = _passing(ways, group), float(ways["yuan"].sum())
    old = None if before is None else _passing(before, group)
    sides = [_side(columns, number + step, passing, old) for step in (-1, 1)]
    one = flow.places.get(group.members[0]) if len(group.members) == 1 else None
    members = () if one else tuple(flow.places[member].label for member in group.members)
    return NodeWords(
        group, one.facts if one else (), members, sides[0], sides[1],
        group.yuan / total if total > 0.0 else 0.0, None if old is None else float(old["yuan"].sum()),
    )  # fmt: skip


def _passing(ways: pd.DataFrame, group: Group) -> pd.DataFrame:
    return ways[ways[group.kind].isin(group.members)]


def _side(
    columns: Sequence[Sequence[Group]], number: int, passing: pd.DataFrame, old: pd.DataFrame | None
) -> tuple[Neighbour, ...]:
    """The largest neighbours in the column of this number; none outside the picture."""
    if not 0 <= number < len(columns):
        return ()
    groups = columns[number]
    sizes = _by_group(groups, passing)
    past = {} if old is None else _by_group(groups, old)
    total = max(sum(sizes.values()), 1e-9)
    found = [
        Neighbour(
            group.key, group.label, sizes[group.key], sizes[group.key] / total,
            None if old is None else sizes[group.key] - past.get(group.key, 0.0),
        )
        for group in groups
        if sizes.get(group.key, 0.0) > 0.0
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.yuan, one.key))[:TOP])


def _by_group(groups: Sequence[Group], ways: pd.DataFrame) -> Mapping[str, float]:
    owner = owner_of(groups)
    found: dict[str, float] = {}
    if groups:
        for key, yuan in ways.groupby(groups[0].kind, observed=True)["yuan"].sum().items():
            if key in owner:
                found[owner[key]] = found.get(owner[key], 0.0) + float(yuan)
    return found
