"""A read-only view of the month for indicators: listing amounts summed once and cut by any dimension."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.compliance import newcomers, violation_rate
from model.kernel.members import CATEGORIES, HOME, HOSTED, MODES, RETAIL, SIZES, TIERS, WAREHOUSE

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def collect(env: Env) -> None:
    """Note national amounts per listing once all is settled, before firms leave and rows are reused.

    Amounts count sales abroad only, `home_sales` those at home. Weighted by yuan: `hours` and `hours_new` (firms
    without a record), by orders: `days`.
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
        "hours_new": np.where(fresh, value * listings["clearance_hours"], 0.0),
        "exports_new": np.where(fresh, value, 0.0),
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
        self._cache: dict[tuple[str, str], Floats] = {}

    @cached_property
    def abroad(self) -> NDArray[np.bool_]:
        """Listings that sell abroad."""
        return self.env.flows.nest != HOME

    @cached_property
    def firm(self) -> Codes:
        """Firm row of each listing at the time of trade (later phases may have closed listings)."""
        return np.asarray(self.values["trade_firm"])

    @cached_property
    def firm_weight(self) -> Floats:
        """Real living firms per row."""
        firms = self.state.firms
        return np.asarray(firms["weight"] * firms["alive"])

    def amount(self, name: str) -> Floats:
        """A national amount per listing abroad, by name."""
        found: Floats = self.values["amounts"][name]
        return found

    def by(self, name: str, dimension: str | None) -> float | Floats:
        """A national amount abroad: its total, or split by the members of a dimension."""
        key = (name, dimension or "")
        if key not in self._cache:
            self._cache[key] = np.asarray(self._cut(name, dimension))
        value = self._cache[key]
        return float(value) if dimension is None else value

    def _cut(self, name: str, dimension: str | None) -> float | Floats:
        if dimension is None:
            return float(self.cube(name).sum())
        if dimension in ("province", "category", "market", "region", "mode"):
            return self._from_cube(name, dimension)
        codes, n = self._codes(dimension)
        return np.bincount(codes, weights=self.amount(name), minlength=n + 1)[:n]

    def cube(self, name: str) -> Floats:
        """Amount by [belt, market or home, mode]; one pass over the listings serves many dimensions."""
        key = (name, "cube")
        if key not in self._cache:
            shape = self.env.terms.freight.shape
            flat = np.bincount(self.env.flows.leg, weights=self.amount(name), minlength=int(np.prod(shape)))
            self._cache[key] = flat.reshape(shape)
        return self._cache[key]

    def _from_cube(self, name: str, dimension: str) -> Floats:
        cube = self.cube(name)
        if dimension == "market":
            return np.asarray(cube.sum(axis=(0, 2))[:-1])
        if dimension == "mode":
            return np.asarray(cube.sum(axis=(0, 1))[: len(MODES)])
        if dimension == "region":
            markets = cube.sum(axis=(0, 2))[:-1]
            names = sorted({word for words in self.world.market_regions for word in words})
            inside = np.array([[name in words for words in self.world.market_regions] for name in names])
            return np.asarray(inside @ markets)
        belts = cube.sum(axis=(1, 2))
        code = self.world.belt_province if dimension == "province" else self.world.belt_category
        n = self.world.n_prov if dimension == "province" else len(CATEGORIES)
        return np.bincount(code, weights=belts, minlength=n).astype(np.float64)

    def _codes(self, dimension: str) -> tuple[Codes, int]:
        """Code of each listing on a dimension and the number of members; the code n counts nowhere."""
        firms, world = self.values["trade_firms"], self.world
        if dimension == "size":
            return firms["size"][self.firm].astype(np.int64), len(SIZES)
        if dimension == "tier":
            return firms["tier"][self.firm].astype(np.int64), len(TIERS)
        if dimension == "platform":
            return np.asarray(self.values["trade_platform"]), world.n_plat
        if dimension == "gateway":
            gateway = self.env.terms.gateway.ravel()[self.env.flows.leg]
            return np.where(gateway < 0, world.n_gate, gateway), world.n_gate
        raise KeyError(dimension)

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
        names = sorted({word for words in self.world.market_regions for word in words})
        inside = np.array([[name in words for words in self.world.market_regions] for name in names])
        return np.asarray(inside @ markets)


def weighted_quantile(values: Floats, weight: Floats, share: float) -> float:
    """Quantile of a weighted sample (lower value at the step)."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order])
    if not len(reached) or reached[-1] <= 0.0:
        return float("nan")
    at = int(np.searchsorted(reached, share * reached[-1]))
    return float(values[order][min(at, len(order) - 1)])
