"""Warehouse space and carriage along the listings."""

from __future__ import annotations

from typing import Any

from numba import njit

from model.kernel.members import B2B, HOME, WAREHOUSE


@njit(cache=True)
def add_stored(
    mode: Any, leg: Any, hub: Any, country: Any, weight: Any, revenue: Any, sold: Any
) -> None:  # pragma: no cover - compiled
    """National FOB yuan sold from overseas warehouses; adds to `sold` [market] of the hub that `leg` names."""
    for i in range(mode.shape[0]):
        if mode[i] == WAREHOUSE and hub[leg[i]] >= 0:
            sold[country[hub[leg[i]]]] += weight[i] * revenue[i]


@njit(cache=True)
def carry(
    mode: Any, nest: Any, leg: Any, belt: Any, orders: Any, revenue: Any, value: Any, freight: Any, storage: Any,
    hub: Any, spill: Any, bulk_yuan: Any, overflow: Any, carried: Any, stored: Any, parcels: Any,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """Share of orders without room at the hub, yuan of freight and of storage, and parcels of each listing.

    A B2B order is one consignment of `bulk_yuan` and many retail-sized units; home parcels cross no border.
    """
    for i in range(mode.shape[0]):
        way = leg[i]
        place = hub[way] if mode[i] == WAREHOUSE else -1
        overflow[i] = spill[place] if place >= 0 else 0.0
        worth = value[belt[i]] * orders[i]
        carried[i] = worth * freight[way]
        stored[i] = worth * storage[way]
        if nest[i] == B2B:
            parcels[i] = revenue[i] / bulk_yuan
        elif nest[i] == HOME:
            parcels[i] = 0.0
        else:
            parcels[i] = orders[i]
