"""A read-only view of the month for indicators: listing amounts summed once and cut by any dimension."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.compliance import newcomers, violation_rate
from agents.warehouse import standing_area
from model.indicators.members import regions
from model.indicators.sums import COLUMN, FIRM_COLUMN, FirmSums, Listings, Sums, Traits, add_up, add_up_firms
from model.kernel.members import CATEGORIES, HOME_OUTLET, MODES, SIZES, TIERS

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def collect(env: Env) -> None:
    """Add up national amounts of listings once all is settled, before firms leave and rows are reused."""
    listings, firms, flows, values = env.state.listings, env.state.firms, env.flows, env.flows.values
    gateway = env.terms.gateway.ravel()
    freight = values["freight_yuan"]
    if "freight_relief" in values:
        freight = freight * (1.0 - values["freight_relief"][listings["firm"]])
    values["sums"] = add_up(
        Listings(
            firm=listings["firm"], belt=flows.belt, market=listings["market"], mode=listings["mode"],
            platform=listings["platform"], leg=flows.leg, nest=flows.nest, weight=flows.weight,
            revenue=listings["revenue"], orders=listings["orders"], parcels=flows.parcels, spending=flows.spending,
            freight=freight, storage=values["storage_yuan"], hours=listings["clearance_hours"],
            days=listings["days"], lots=values["listing_lots"], look_rate=values["look_rate"],
        ),
        np.where(gateway < 0, env.world.n_gate, gateway),
        Traits(
            size=firms["size"], tier=firms["tier"], fresh=newcomers(env), bad=violation_rate(env),
            foreign=env.world.belt_foreign_share * (1.0 - env.p["firm.wage_share"]),
        ),
        (
            (env.world.n_belt,), (env.n_market + 1, HOME_OUTLET + 1, env.n_platform + 1), (env.world.n_gate + 1,),
            (len(SIZES),), (len(TIERS),),
        ),
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
        if dimension is None:
            return float(self._total[column])
        if dimension not in self._cuts:
            self._cuts[dimension] = self._cut(self.values["sums"], dimension)
        return self._cuts[dimension][:, column]

    @cached_property
    def _total(self) -> Floats:
        """All amounts of the nation, [amount]."""
        return np.asarray(self.values["sums"].belt.sum(axis=0))

    def _cut(self, sums: Sums, dimension: str) -> Floats:
        """All amounts split by a dimension, [member, amount]."""
        if dimension in ("market", "region"):
            markets = sums.way.sum(axis=(1, 2))[:-1]
            return markets if dimension == "market" else np.asarray(self.in_region @ markets)
        if dimension == "mode":
            return np.asarray(sums.way.sum(axis=(0, 2))[: len(MODES)])
        if dimension == "platform":
            return np.asarray(sums.way.sum(axis=(0, 1))[:-1])
        if dimension == "gateway":
            return sums.gateway[:-1]
        return self._by_belt_or_class(sums, dimension)

    def _by_belt_or_class(self, sums: Sums | FirmSums, dimension: str) -> Floats:
        """Sums by province, category, size or tier, [member, amount]."""
        if dimension == "province":
            return _rows_by(self.world.belt_province, sums.belt, self.world.n_prov)
        if dimension == "category":
            return _rows_by(self.world.belt_category, sums.belt, len(CATEGORIES))
        return sums.size if dimension == "size" else sums.tier

    @cached_property
    def by_sales(self) -> Codes:
        """Firm rows in the order of trailing sales, the smallest first."""
        return np.argsort(self.state.firms["sales_12m"], kind="stable")

    @cached_property
    def standing(self) -> Floats:
        """Area of overseas warehouses in use, m² by hub."""
        return standing_area(self.env)

    @cached_property
    def operators(self) -> tuple[Codes, int]:
        """Place of each warehouse's operator among all operators, and how many there are."""
        names, place = np.unique(self.state.warehouses["operator"], return_inverse=True)
        return place, len(names)

    @cached_property
    def in_region(self) -> Floats:
        """Whether a market belongs to a region, [region, market] as 0 and 1."""
        words = self.world.market_regions
        return np.array([[float(name in own) for own in words] for name in regions(self.world)])

    @cached_property
    def _firm_sums(self) -> FirmSums:
        """Amounts of living firms at the end of the month."""
        return add_up_firms(self.state.firms, self.world.n_belt)

    def firms_by(self, name: str, dimension: str | None) -> float | Floats:
        """An amount of living firms (`FIRM_AMOUNTS`), in total or by province, category, size or tier."""
        column = FIRM_COLUMN[name]
        if dimension is None:
            return float(self._firm_sums.belt[:, column].sum())
        key = f"firms by {dimension}"
        if key not in self._cuts:
            self._cuts[key] = self._by_belt_or_class(self._firm_sums, dimension)
        return self._cuts[key][:, column]

    @property
    def sales_of_belts(self) -> Floats:
        """Trailing twelve-month sales by belt, yuan."""
        return self._firm_sums.belt[:, FIRM_COLUMN["sales_12m"]]

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
    table = np.zeros((n, rows.shape[1]))
    np.add.at(table, codes, rows)
    return table


def weighted_quantile(values: Floats, weight: Floats, order: Codes, share: float) -> float:
    """Quantile of a weighted sample in ascending `order` (lower value at the step)."""
    reached = np.cumsum(weight[order])
    if not len(reached) or reached[-1] <= 0.0:
        return float("nan")
    at = int(np.searchsorted(reached, share * reached[-1]))
    return float(values[order][min(at, len(order) - 1)])
