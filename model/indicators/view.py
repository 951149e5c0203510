"""A read-only view of the month for indicators: listing amounts summed once and cut by any dimension."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

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
        "hours_new": np.where(fresh & retail, value * listings["clearance_hours"], 0.0),
        "exports_new": np.where(fresh & retail, value, 0.0),
        "lots_retail": np.where(retail, values["listing_lots"] * weight, 0.0),
        "looked_retail": np.where(retail, looked, 0.0),
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
        self._cuts: dict[str, Floats] = {}

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
        row = self.names[name]
        if dimension is None:
            return float(self._totals[row])
        return self.cut(dimension)[row]

    @cached_property
    def names(self) -> dict[str, int]:
        """Row of each amount in the tables below."""
        return {name: row for row, name in enumerate(self.values["amounts"])}

    @cached_property
    def _amounts(self) -> Floats:
        """All amounts, [listing, amount]: one pass over the listings then serves all of them at once."""
        return np.stack(list(self.values["amounts"].values()), axis=1)

    @cached_property
    def _cube(self) -> Floats:
        """Amounts by [amount, belt, market or home, mode]."""
        shape = self.env.terms.freight.shape
        flat = sum_by(self.env.flows.leg, self._amounts, int(np.prod(shape)))
        return flat.reshape(-1, *shape)

    @cached_property
    def _totals(self) -> Floats:
        return np.asarray(self._cube.sum(axis=(1, 2, 3)))

    def cut(self, dimension: str) -> Floats:
        """All amounts split by a dimension, [amount, member]."""
        if dimension not in self._cuts:
            self._cuts[dimension] = np.asarray(self._cut(dimension))
        return self._cuts[dimension]

    def _cut(self, dimension: str) -> Floats:
        if dimension == "market":
            return np.asarray(self._cube.sum(axis=(1, 3))[:, :-1])
        if dimension == "mode":
            return np.asarray(self._cube.sum(axis=(1, 2))[:, : len(MODES)])
        if dimension == "region":
            return np.asarray(self.cut("market") @ self.in_region.T)
        if dimension in ("province", "category"):
            belts = self._cube.sum(axis=(2, 3))
            province = dimension == "province"
            code = self.world.belt_province if province else self.world.belt_category
            return sum_by(code.astype(np.int64), belts.T, self.world.n_prov if province else len(CATEGORIES))
        codes, n = self._codes(dimension)
        return sum_by(codes, self._amounts, n + 1)[:, :n]

    @cached_property
    def in_region(self) -> Floats:
        """Whether a market belongs to a region, [region, market] as 0 and 1."""
        words = self.world.market_regions
        return np.array([[float(name in own) for own in words] for name in regions(self.world)])

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
        return np.asarray(self.in_region @ markets)


def sum_by(codes: Codes, amounts: Floats, n: int) -> Floats:
    """Sums of rows with one code, for all columns at once; `amounts` [row, column] → [column, n]."""
    rows = len(codes)
    picker = csc_array((np.ones(rows), codes, np.arange(rows + 1)), shape=(n, rows))
    return np.ascontiguousarray((picker @ amounts).T)


def weighted_quantile(values: Floats, weight: Floats, share: float) -> float:
    """Quantile of a weighted sample (lower value at the step)."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order])
    if not len(reached) or reached[-1] <= 0.0:
        return float("nan")
    at = int(np.searchsorted(reached, share * reached[-1]))
    return float(values[order][min(at, len(order) - 1)])
