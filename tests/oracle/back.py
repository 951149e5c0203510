"""Results of a reference phase put back into the state's tables and the month's flows, for the phases that follow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from agents.env import Env
from model.kernel.members import CATEGORIES
from tests.oracle.month import ReferenceMonth

N_MODES = 7  # six ways abroad and the home outlet


def after_trade(month: ReferenceMonth, env: Env) -> None:
    """Sales, money and memory; and what places a listing in the tables of later phases."""
    listings, arrays, flows = month.listings, env.state.arrays, env.flows
    _listing_columns(month, "pull", "price", "orders", "revenue")
    _firm_columns(month, "wanted", "sales", "home_share", "utilisation", "finance")
    numbers = month.cell_numbers()
    arrays["pull_sum"] = np.array([month.cells[key].pull for key in numbers])
    arrays["mode_orders"] = np.array(list(month.usual_orders.values())).reshape(-1, N_MODES)
    after_supply(month, env)
    flows.belt = _codes(one.firm.belt.code for one in listings)
    flows.nest = _codes(one.nest for one in listings).astype(np.int8)
    flows.cell = _codes(numbers[one.market, one.firm.category, one.nest] for one in listings)
    flows.leg = _codes(
        (one.firm.belt.code * (month.n_market + 1) + one.market) * N_MODES + one.mode for one in listings
    )
    flows.weight = _floats(one.firm.weight for one in listings)
    flows.relative_price = _floats(one.landed for one in listings)
    flows.spending = _floats(one.spending for one in listings)
    flows.values["cycle_months"] = _of_firms(month, "cycle_months")


def after_supply(month: ReferenceMonth, env: Env) -> None:
    """Stocks, shares and records of belts and links."""
    arrays, belts = env.state.arrays, month.belts
    arrays["foreign_shift"] = _floats(belt.foreign_shift for belt in belts)
    if not month.supply_moved:
        return
    arrays["supply_moved"] = np.ones(1)
    arrays["supply_weight"] = _floats(link.share for link in month.links)
    arrays["supply_stock"] = _floats(link.stock for link in month.links)
    columns = {
        "supply_orders": "orders", "supply_limit": "input_limit", "supply_capacity": "built",
        "supply_short_months": "short_months", "foreign_stock": "foreign_stock",
    }  # fmt: skip
    for name, own in columns.items():
        arrays[name] = _floats(getattr(belt, own) for belt in belts)
    arrays["supply_able"] = np.array([belt.ables for belt in belts]).T.copy()
    arrays["supply_fill"] = np.array([belt.fills for belt in belts]).T.copy()


def before_clear(month: ReferenceMonth, env: Env) -> None:
    """What shipping found out: which orders found no room in a warehouse."""
    for listing, share in zip(month.listings, env.flows.values["overflow"].tolist(), strict=True):
        listing.overflow = share


def after_clear(month: ReferenceMonth, env: Env) -> None:
    """Hours and days, queues, records and trust."""
    values, state = env.flows.values, env.state
    _listing_columns(month, "clearance_hours", "days")
    _firm_columns(month, "looks", "hits", "credit_score", "effort", "tier")
    for name in ("capacity", "load", "waived", "wait_hours"):
        state.gateways[name] = [getattr(district, name) for district in month.districts]
    state.markets["trust"] = [market.trust for market in month.markets]
    values["look_rate"] = _floats(one.look_rate for one in month.listings)
    values["listing_lots"] = _floats(one.lots for one in month.listings)
    values["cases"] = _floats(one.disputes for one in month.listings)
    values["filed"] = np.zeros((month.n_market, len(CATEGORIES)))
    for market in month.markets:
        for category, disputes in market.filed.items():
            values["filed"][market.code, category] = disputes
    values["undetected_lots"] = month.totals.undetected_lots
    values["looks_total"], values["finds_total"] = month.totals.looks, month.totals.finds
    values["audits"] = sum(firm.weight * firm.audits for firm in month.firms)
    for name, drawn in (("whole_lots", "whole_lots"), ("looks", "drawn_looks"), ("hits", "drawn_hits")):
        values[name] = np.zeros((2, state.firms.n))
        for firm in month.firms:
            values[name][:, firm.row] = getattr(firm, drawn)


def after_settle(month: ReferenceMonth, env: Env) -> None:
    """Money, tools, profits and platforms' income."""
    _firm_columns(month, "cash", "debt", "rebate_due", "sunk_left", "digital_level", "joined", "claimed", "aid")
    env.flows.values["freight_relief"] = month.freight_relief
    env.flows.values["profit"] = _of_firms(month, "profit")
    for name in ("sales", "commission_income"):
        env.state.platforms[name] = [getattr(platform, name) for platform in month.platforms]


def _listing_columns(month: ReferenceMonth, *names: str) -> None:
    for name in names:
        month.env.state.listings[name] = [getattr(listing, name) for listing in month.listings]


def _firm_columns(month: ReferenceMonth, *names: str) -> None:
    for name in names:
        column = month.env.state.firms[name]
        for firm in month.firms:
            column[firm.row] = getattr(firm, name)


def _of_firms(month: ReferenceMonth, name: str) -> np.ndarray[Any, Any]:
    """A value of the firms by row; zero where nobody lives."""
    column = np.zeros(month.env.state.firms.n)
    for firm in month.firms:
        column[firm.row] = getattr(firm, name)
    return column


def _codes(values: Iterable[int]) -> np.ndarray[Any, Any]:
    return np.fromiter(values, np.int32)


def _floats(values: Iterable[float]) -> np.ndarray[Any, Any]:
    return np.fromiter(values, np.float64)
