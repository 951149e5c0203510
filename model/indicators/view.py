"""A read-only view of the month for indicators: listing amounts summed once and cut by any dimension."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.compliance import newcomers, violation_rate
from agents.firm.supply import foreign_inputs
from agents.warehouse import standing_area
from model.indicators.members import regions
from model.indicators.sums import COLUMN, FIRM_COLUMN, FirmSums, Listings, Sums, Traits, add_up, add_up_firms
from model.kernel.members import B2B, CATEGORIES, HOME_OUTLET, HOSTED, MODES, SIZES, TIERS

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
            days=listings["days"], lots=values["listing_lots"], look_rate=values["look_rate"], cases=values["cases"],
        ),
        np.where(gateway < 0, env.world.n_gate, gateway),
        Traits(
            size=firms["size"], tier=firms["tier"], category=firms["category"], fresh=newcomers(env),
            bad=violation_rate(env),
            foreign=foreign_inputs(env).value_share * (1.0 - env.p["firm.wage_share"]),
        ),
        (
            (env.world.n_belt,), (env.n_market + 1, HOME_OUTLET + 1, env.n_platform + 1), (env.world.n_gate + 1,),
            (len(SIZES),), (len(TIERS),),
        ),
    )  # fmt: skip
    values["cash_cycle"] = cash_cycle(env)
    values["hosted_books"] = hosted_books(env)
    if env.levers.table("showroom").any():
        values["b2b_sales"] = b2b_sales(env)


def cash_cycle(env: Env) -> FirmSums:
    """Days from production to receipt times a firm's sales, and sales; national yuan, [member, 2] each."""
    firms = env.state.firms
    sold = firms["weight"] * firms["alive"] * firms["sales"]
    both = (30.0 * env.flows.values["cycle_months"] * sold, sold)

    def by(name: str, members: int) -> Floats:
        return np.stack([np.bincount(firms[name], weights=one, minlength=members) for one in both], axis=1)

    return FirmSums(by("belt", env.world.n_belt), by("size", len(SIZES)), by("tier", len(TIERS)))


def hosted_books(env: Env) -> tuple[float, float]:
    """Margin after variable cost of hosted sales, and their FOB value; national yuan."""
    listings, flows, p = env.state.listings, env.flows, env.p
    rows = np.flatnonzero(listings["mode"] == HOSTED)
    if not len(rows):
        return 0.0, 0.0
    use = env.state.firms["utilisation"][listings["firm"][rows]]
    heat = 1.0 + p["firm.idle_cost"] * (use * p["firm.capacity_slack"] - 1.0)
    value, sent = env.world.belt_order_value[flows.belt[rows]], listings["orders"][rows]
    cost = value * sent * (1.0 - p["firm.margin_consumer"]) * heat
    weight, sold = flows.weight[rows], listings["revenue"][rows]
    return float(np.sum(weight * (sold - cost))), float(np.sum(weight * sold))


def b2b_sales(env: Env) -> Floats:
    """National FOB yuan of what business buyers order; shape [market, category]."""
    shape = (env.n_market, len(CATEGORIES), 2)
    sold = env.flows.weight * env.state.listings["revenue"]
    cells = np.bincount(env.flows.cell, weights=sold, minlength=int(np.prod(shape)))
    return np.asarray(cells[: int(np.prod(shape))].reshape(shape)[:, :, B2B])


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
        """Sums by belt, province, category, size or tier, [member, amount]."""
        if dimension == "belt":
            return sums.belt
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

    def cycle_by(self, dimension: str | None) -> Floats:
        """Cash-cycle days times sales, and sales: [2], or [member, 2] by province, category, size or tier."""
        sums: FirmSums = self.values["cash_cycle"]
        return np.asarray(sums.belt.sum(axis=0) if dimension is None else self._by_belt_or_class(sums, dimension))

    def markets_by(self, values: Floats, dimension: str | None) -> float | Floats:
        """An amount of markets in total, or by market or region."""
        if dimension is None:
            return float(values.sum())
        return values.copy() if dimension == "market" else np.asarray(self.in_region @ values)

    def goods_by(self, table: Floats, dimension: str | None) -> float | Floats:
        """An amount by market and category in total, or by market, region or category."""
        if dimension == "category":
            return np.asarray(table.sum(axis=0))
        return self.markets_by(table.sum(axis=1), dimension)

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
