"""What a deciding agent may see of a month: evidence, parameters, luck, this month's levers, the state.

`Env` is handed to the array functions that stand beside each agent. `Flows` holds what the phases of one month pass
on to each other; it is dropped at the end of the month and is no part of the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.kernel.declare import Parameters
from model.kernel.draws import Draws
from model.kernel.ledger import Ledger
from model.levers import FirmWords, Levers
from model.programmes import Grant, Outlay, Programme
from model.state import State
from model.world.places import World
from model.world.routes import RouteTable

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Short = NDArray[np.int32]


BURN_IN_KEYS = 1000  # rounds of the burn-in are keyed as months long before the start


@dataclass
class Terms:
    """What it takes to deliver, this month: tables over [belt, market or home, mode or home outlet].

    `freight` and `storage` are shares of the order's FOB value, `wedge` one plus duty, tax and parcel fee, `tax_share`
    the part of the wedge that is tax, `days` the delivered days before the firm's own clearance.
    `log_reach` [platform or none, market or home, mode] is the log of reach, `commission` [platform or none, market
    or home] a share of the buyer's payment, `currency` [market or home] the log of prices abroad through the yuan.
    """

    freight: Floats
    storage: Floats
    wedge: Floats
    days: Floats
    feasible: NDArray[np.bool_]
    gateway: NDArray[np.int64]
    hub: NDArray[np.int64]
    log_reach: Floats
    commission: Floats
    currency: Floats  # [market or home] log of the price abroad through the exchange rate
    markup: Floats  # factor on the seller's price for what rules add to its cost of an order
    burden: Floats  # that cost against the start of the run, share of an order's value


@dataclass
class Flows:
    """Results that one month's phases leave for the later ones. Arrays over listings unless said.

    Codes of listings are short: loops over them wait for memory.
    """

    belt: Short = field(default_factory=lambda: np.zeros(0, np.int32))
    leg: Short = field(default_factory=lambda: np.zeros(0, np.int32))  # flat index into the tables of Terms
    cell: Short = field(default_factory=lambda: np.zeros(0, np.int32))
    nest: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    weight: Floats = field(default_factory=lambda: np.zeros(0))
    relative_price: Floats = field(default_factory=lambda: np.zeros(0))  # landed price over the belt's order value
    spending: Floats = field(default_factory=lambda: np.zeros(0))  # buyers' yuan
    parcels: Floats = field(default_factory=lambda: np.zeros(0))
    values: dict[str, Any] = field(default_factory=dict)  # everything else, by name


@dataclass
class Env:
    """One month seen by agents."""

    world: World
    p: Parameters
    draws: Draws
    now: int
    start: int
    state: State
    levers: Levers
    routes: RouteTable
    ledger: Ledger
    grants: tuple[Grant, ...] = ()
    outlays: tuple[Outlay, ...] = ()
    programmes: tuple[Programme, ...] = ()
    slots: Mapping[str, int] = MappingProxyType({})  # in each firm's memory, of policies that deal with single firms
    flows: Flows = field(default_factory=Flows)
    burn_in: bool = False
    round_: int = 0  # of the burn-in
    terms: Terms = None  # type: ignore[assignment]  # filled by the plan phase

    @property
    def n_market(self) -> int:
        """Code that stands for home among markets."""
        return self.world.n_mkt

    @property
    def n_platform(self) -> int:
        """Code that stands for no platform."""
        return self.world.n_plat

    @property
    def luck_month(self) -> int:
        """Month that keys passing luck (reviews, judgements): rounds of the burn-in each have one of their own."""
        return self.now - BURN_IN_KEYS - self.round_ if self.burn_in else self.now

    def wage_index(self, month: int | None = None) -> float:
        """Wages, fixed costs and thresholds of this or another month against the start of 2019."""
        years = ((self.now if month is None else month) - 2019 * 12) / 12.0
        return float((1.0 + self.p["firm.wage_growth"]) ** years)

    def firm_words(self, rows: Codes | None = None) -> FirmWords:
        """What a restriction needs to know of firms, for all rows or some."""
        firms = self.state.firms
        pick = slice(None) if rows is None else rows
        members = {item.account: self.members(item)[pick] for item in self.programmes}
        return FirmWords(
            firms["number"][pick], firms["belt"][pick], firms["size"][pick], firms["tier"][pick],
            self.world, self.levers.zone, members,
        )  # fmt: skip

    def members(self, programme: Programme) -> NDArray[np.bool_]:
        """Firms enrolled in a programme this month; shape [firm rows]."""
        firms = self.state.firms
        joined = firms["joined"][:, self.slots[programme.account]]
        inside = firms["alive"] & (joined > 0) & (joined <= self.now)
        if programme.window.strength(self.now) <= 0.0:
            return np.zeros(firms.n, dtype=bool)
        return np.asarray(inside & (self.now < joined + programme.months) if programme.months else inside)

    def total(self, values: Floats) -> float:
        """National total of a column over firm rows: weight × value of the living."""
        firms = self.state.firms
        return float(np.sum(firms["weight"] * firms["alive"] * values))
