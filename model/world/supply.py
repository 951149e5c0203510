"""Who supplies whom: links between belts with the share each input has in a buyer's output.

Links that the evidence names are kept. What is left of a category's share in the inputs comes from the largest other
belts of that category, those of the own province first (rule of `supplier_links.csv`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from model.world.places import World

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SupplyNetwork:
    """Links [l], groups of links that one buyer has with one category [g], and belts [b]."""

    buyer: Codes  # [l] belt
    supplier: Codes  # [l] belt
    group: Codes  # [l] group
    weight: Floats  # [l] usual share of the supplier in its group, sums to 1 per group
    of_supplier: Floats  # [l] usual share of the link in what its supplier sells to other belts
    group_buyer: Codes  # [g] belt
    group_amount: Floats  # [g] yuan of inputs per yuan of the buyer's output
    final: Floats  # [b] share of a belt's output that is not sold to other belts


def network_of_parameters(world: World, p: Mapping[str, float]) -> SupplyNetwork:
    """The network of a world with the parameters of a run."""
    return supply_network(world, p["supply.tracked_share"], p["supply.suppliers"], p["supply.own_province"])


@lru_cache(maxsize=8)
def supply_network(world: World, tracked_share: float, suppliers: float, own_province: float) -> SupplyNetwork:
    """The network of a world.

    `tracked_share`: inputs from belts over output, in the mean of exports. `suppliers`: how many a buyer has
    in a group. `own_province`: how many times its size a supplier of the same province counts.
    """
    rows: list[tuple[int, int, int, float]] = []
    groups: list[tuple[int, float]] = []
    for buyer in range(world.n_belt):
        for category in range(world.category_inputs.shape[1]):
            shares = _shares(world, buyer, category, int(suppliers), own_province)
            total = sum(shares.values())
            if total > 0.0:
                rows += [(buyer, one, len(groups), share / total) for one, share in shares.items()]
                groups.append((buyer, total))
    return _laid_out(world, rows, groups, tracked_share)


def _shares(world: World, buyer: int, category: int, suppliers: int, own_province: float) -> dict[int, float]:
    """Share in the buyer's purchased inputs by supplying belt of a category; named links first."""
    mine = (world.link_buyer == buyer) & (world.belt_category[world.link_supplier] == category)
    shares = dict(zip(world.link_supplier[mine].tolist(), world.link_share[mine].tolist(), strict=True))
    rest = float(world.category_inputs[world.belt_category[buyer], category]) - sum(shares.values())
    if rest <= 0.0:
        return shares
    near = np.where(world.belt_province == world.belt_province[buyer], own_province, 1.0)
    size = world.belt_share_of_exports * near
    others = [b for b in np.flatnonzero(world.belt_category == category).tolist() if b != buyer and b not in shares]
    picked = sorted(others, key=lambda b: (-size[b], b))[: max(suppliers - len(shares), 0)] or list(shares)
    total = sum(size[b] for b in picked)
    for belt in picked:
        shares[belt] = shares.get(belt, 0.0) + rest * float(size[belt]) / total
    return shares


def _laid_out(
    world: World, rows: list[tuple[int, int, int, float]], groups: list[tuple[int, float]], tracked_share: float
) -> SupplyNetwork:
    buyer, supplier, group = (np.array([row[k] for row in rows], dtype=np.int64) for k in range(3))
    weight = np.array([row[3] for row in rows], dtype=np.float64)
    group_buyer = np.array([one for one, _ in groups], dtype=np.int64)
    bought = np.array([share for _, share in groups], dtype=np.float64)
    usual = float(np.sum(world.category_export_share * world.category_inputs.sum(axis=1)))
    amount = bought * tracked_share / max(usual, 1e-12)
    size = world.belt_share_of_exports
    sold = amount[group] * weight * size[buyer] if len(rows) else np.zeros(0)
    to_belts = np.bincount(supplier, weights=sold, minlength=world.n_belt)
    of_supplier = sold / np.maximum(to_belts[supplier], 1e-300)
    final = size / np.maximum(size + to_belts, 1e-300)
    return SupplyNetwork(buyer, supplier, group, weight, of_supplier, group_buyer, amount, final)
