"""A read-only view of the month for indicators: listing amounts summed once and cut by any dimension."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.compliance import newcomers, violation_rate
from model.indicators.members import regions
from model.indicators.sums import COLUMN, Listings, Sums, add_up
from model.kernel.members import CATEGORIES, HOME_OUTLET, MODES, SIZES, TIERS

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def collect(env: Env) -> None:
    """Add up national amounts of listings once all is settled, before firms leave and rows are reused."""
    listings, firms, flows, values = env.state.listings, env.state.firms, env.flows, env.flows.values
    gateway = env.terms.gateway.ravel()[flows.leg]
    values["trade_firms"] = {"size": firms["size"].copy(), "tier": firms["tier"].copy()}
    values["sums"] = add_up(
        Listings(
            firm=listings["firm"], belt=flows.belt, market=listings["market"].astype(np.int64),
            mode=listings["mode"].astype(np.int64), platform=listings["platform"].astype(np.int64),
            gateway=np.where(gateway < 0, env.world.n_gate, gateway), nest=flows.nest, weight=flows.weight,
            revenue=listings["revenue"], orders=listings["orders"], parcels=flows.parcels, spending=flows.spending,
            carriage=values["freight_yuan"] + values["storage_yuan"], hours=listings["clearance_hours"],
            days=listings["days"], lots=values["listing_lots"], look_rate=values["look_rate"],
        ),
        fresh=newcomers(env), bad=violation_rate(env),
        foreign=env.world.belt_foreign_share * (1.0 - env.p["firm.wage_share"]),
        sizes=(env.world.n_belt, env.n_market + 1, HOME_OUTLET + 1, env.n_platform + 1, env.world.n_gate + 1, firms.n),
    )  # fmt: skip


class MonthView:
    """The month that has just been settled, national amounts."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.world = env.world
        self.state = env.state
        self.values: dict[str, Any] = env.flows.values
        self._cuts: dict[str, Floats] = {}

    @cached_property
    def firm_weight(self) -> Floats:
        """Real living firms per row."""
        firms = self.state.firms
        return np.asarray(firms["weight"] * firms["alive"])

    def by(self, name: str, dimension: str | None) -> Any:
        """A national amount abroad: its total (float), or split by the members of a dimension (array)."""
        column = COLUMN[name]
        sums: Sums = self.values["sums"]
        if dimension is None:
            return float(sums.belt[:, column].sum())
        if dimension not in self._cuts:
            self._cuts[dimension] = self._cut(sums, dimension)
        return self._cuts[dimension][:, column]

    def _cut(self, sums: Sums, dimension: str) -> Floats:
        """All amounts split by a dimension, [member, amount]."""
        if dimension == "region":
            return np.asarray(self.in_region @ sums.market[:-1])
        plain = {"market": sums.market, "platform": sums.platform, "gateway": sums.gateway}
        if dimension in plain:
            return plain[dimension][:-1]
        if dimension == "mode":
            return sums.mode[: len(MODES)]
        if dimension == "province":
            return _rows_by(self.world.belt_province, sums.belt, self.world.n_prov)
        if dimension == "category":
            return _rows_by(self.world.belt_category, sums.belt, len(CATEGORIES))
        n = len(SIZES) if dimension == "size" else len(TIERS)
        return _rows_by(self.values["trade_firms"][dimension], sums.firm, n)

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


def _rows_by(codes: Any, rows: Floats, n: int) -> Floats:
    """Sums of rows over members, [n, columns]."""
    members = np.asarray(codes)
    return np.stack([rows[members == member].sum(axis=0) for member in range(n)])


def weighted_quantile(values: Floats, weight: Floats, share: float) -> float:
    """Quantile of a weighted sample (lower value at the step)."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order])
    if not len(reached) or reached[-1] <= 0.0:
        return float("nan")
    at = int(np.searchsorted(reached, share * reached[-1]))
    return float(values[order][min(at, len(order) - 1)])
