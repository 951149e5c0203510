"""A read-only view of the month for indicators: listing amounts summed once and cut by any dimension."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.compliance import newcomers, violation_rate
from model.indicators.members import regions
from model.kernel.members import CATEGORIES, HOME, HOSTED, MODES, RETAIL, SIZES, TIERS, WAREHOUSE

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def collect(env: Env) -> None:
    """Note national amounts per listing once all is settled, before firms leave and rows are reused.

    Amounts count sales abroad only, `home_sales` those at home. Weighted by yuan: `hours` and `hours_new` (retail of
    firms without a record), by orders: `days`.
    """
    listings, firms, flows, values = env.state.listings, env.state.firms, env.flows, env.flows.values
    firm = listings["firm"]
    abroad = (flows.nest != HOME).astype(np.float64)
    weight, revenue, orders = flows.weight, listings["revenue"], listings["orders"]
    value = weight * abroad * revenue
    fresh = newcomers(env)[firm]
    looked = values["look_rate"] * values["listing_lots"] * weight
    retail = flows.nest == RETAIL
    days = weight * orders * abroad * retail
    lists = retail & (listings["mode"] != WAREHOUSE)  # channel 9610: declared as retail lists
    values["trade_firm"], values["trade_platform"] = firm.copy(), listings["platform"].astype(np.int64)
    values["trade_firms"] = {"size": firms["size"].copy(), "tier": firms["tier"].copy()}
    values["amounts"] = {
        "exports": value,
        "home_sales": weight * (1.0 - abroad) * revenue,
        "orders": weight * abroad * orders,
        "parcels": weight * flows.parcels,
        "spending": weight * abroad * flows.spending,
        "logistics": weight * abroad * (values["freight_yuan"] + values["storage_yuan"]),
        "hours": value * listings["clearance_hours"],
        "hours_new": np.where(fresh & lists, value * listings["clearance_hours"], 0.0),
        "exports_new": np.where(fresh & lists, value, 0.0),
        "lots_retail": np.where(lists, values["listing_lots"] * weight, 0.0),
        "looked_retail": np.where(lists, looked, 0.0),
        "retail_orders": days,
        "days": days * listings["days"],
        "lots": values["listing_lots"] * weight,
        "looked": looked,
        "bad": values["listing_lots"] * weight * violation_rate(env)[firm],
        "foreign_inputs": value * env.world.belt_foreign_share[flows.belt] * (1.0 - env.p["firm.wage_share"]),
        "hosted": value * (listings["mode"] == HOSTED),
        "stored": value * (listings["mode"] == WAREHOUSE),
        "listings": weight * abroad,
    }


class MonthView:
    """The month that has just been settled, national amounts."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.world = env.world
        self.state = env.state
        self.values: dict[str, Any] = env.flows.values
        self._cuts: dict[tuple[str, str], Any] = {}

    @cached_property
    def firm(self) -> Codes:
        """Firm row of each listing at the time of trade (later phases may have closed listings)."""
        return np.asarray(self.values["trade_firm"])

    @cached_property
    def firm_weight(self) -> Floats:
        """Real living firms per row."""
        firms = self.state.firms
        return np.asarray(firms["weight"] * firms["alive"])

    def by(self, name: str, dimension: str | None) -> Any:
        """A national amount abroad: its total (float), or split by the members of a dimension (array)."""
        key = (name, dimension or "")
        if key not in self._cuts:
            self._cuts[key] = self.cube(name).sum() if dimension is None else self._cut(name, dimension)
        value = self._cuts[key]
        return float(value) if dimension is None else value

    def cube(self, name: str) -> Floats:
        """An amount by [belt, market or home, mode]; one pass over the listings serves most dimensions."""
        key = (name, "cube")
        if key not in self._cuts:
            shape = self.env.terms.freight.shape
            amount = self.values["amounts"][name]
            flat = np.bincount(self.env.flows.leg, weights=amount, minlength=int(np.prod(shape)))
            self._cuts[key] = flat.reshape(shape)
        return np.asarray(self._cuts[key])

    def _cut(self, name: str, dimension: str) -> Floats:
        if dimension == "region":
            return np.asarray(self.in_region @ self.by(name, "market"))
        cube = self.cube(name)
        if dimension == "market":
            return np.asarray(cube.sum(axis=(0, 2))[:-1])
        if dimension == "mode":
            return np.asarray(cube.sum(axis=(0, 1))[: len(MODES)])
        if dimension in ("province", "category"):
            province = dimension == "province"
            code = self.world.belt_province if province else self.world.belt_category
            n = self.world.n_prov if province else len(CATEGORIES)
            return _sum_by(code, cube.sum(axis=(1, 2)), n)
        if dimension == "gateway":
            gateway = self.env.terms.gateway.ravel()
            n = self.world.n_gate
            return _sum_by(np.where(gateway < 0, n, gateway), cube.ravel(), n + 1)[:n]
        if dimension == "platform":
            n = self.world.n_plat
            return _sum_by(self.values["trade_platform"], self.values["amounts"][name], n + 1)[:n]
        code = self.values["trade_firms"][dimension]
        return _sum_by(code, self._firm_sums(name), len(SIZES) if dimension == "size" else len(TIERS))

    def _firm_sums(self, name: str) -> Floats:
        """An amount summed over each firm's listings, [firm rows at the time of trade]."""
        key = (name, "firm")
        if key not in self._cuts:
            n = len(self.values["trade_firms"]["size"])
            self._cuts[key] = np.bincount(self.firm, weights=self.values["amounts"][name], minlength=n)
        return np.asarray(self._cuts[key])

    @cached_property
    def in_region(self) -> Floats:
        """Whether a market belongs to a region, [region, market] as 0 and 1."""
        words = self.world.market_regions
        return np.array([[float(name in own) for own in words] for name in regions(self.world)])

    def firms_by(self, values: Floats, dimension: str | None) -> float | Floats:
        """Weighted sum of a firm column over living firms, in total or by province, category, size or tier."""
        amount = self.firm_weight * values
        firms = self.state.firms
        if dimension is None:
            return float(amount.sum())
        if dimension == "province":
            codes, n = self.world.belt_province[firms["belt"]], self.world.n_prov
        elif dimension == "category":
            codes, n = firms["category"], len(CATEGORIES)
        elif dimension == "size":
            codes, n = firms["size"], len(SIZES)
        else:
            codes, n = firms["tier"], len(TIERS)
        return np.bincount(codes.astype(np.int64), weights=amount, minlength=n).astype(np.float64)

    def hubs_by(self, values: Floats, dimension: str | None) -> float | Floats:
        """A hub amount in total, or by hub, market or region."""
        if dimension is None:
            return float(values.sum())
        if dimension == "hub":
            return values
        markets = np.bincount(self.world.hub_market, weights=values, minlength=self.world.n_mkt)
        if dimension == "market":
            return markets.astype(np.float64)
        return np.asarray(self.in_region @ markets)


def _sum_by(codes: Any, amount: Floats, n: int) -> Floats:
    """Sums of an amount over members, [n]."""
    return np.bincount(np.asarray(codes).astype(np.int64), weights=amount, minlength=n).astype(np.float64)


def weighted_quantile(values: Floats, weight: Floats, share: float) -> float:
    """Quantile of a weighted sample (lower value at the step)."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order])
    if not len(reached) or reached[-1] <= 0.0:
        return float("nan")
    at = int(np.searchsorted(reached, share * reached[-1]))
    return float(values[order][min(at, len(order) - 1)])
